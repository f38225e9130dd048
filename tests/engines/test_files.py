"""Both stores keep the same promises."""

import errno
import io
import os
import threading
from pathlib import Path

import pytest

from mou_service.core.errors import EngineFailed, Missing
from mou_service.core.ports import FileStore
from mou_service.engines import LocalFiles, MemoryFiles

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return LocalFiles(tmp_path / "files") if request.param == "folder" else MemoryFiles()


def test_what_is_put_is_got_under_its_sha256(store: FileStore) -> None:
    assert store.put(b"") == EMPTY
    key = store.put("谢华清".encode())
    assert store.get(key).decode() == "谢华清"
    assert store.has(key)
    assert sorted(store.keys()) == sorted([EMPTY, key])


def test_putting_again_changes_nothing(store: FileStore) -> None:
    assert store.put(b"x") == store.put(b"x")
    assert len(list(store.keys())) == 1


@pytest.mark.parametrize("key", [EMPTY, "", "../../etc/passwd", "G" * 64])
def test_what_is_not_there_is_missing(store: FileStore, key: str) -> None:
    with pytest.raises(Missing):
        store.get(key)


def test_a_draft_begins_as_a_copy_and_lasts_only_if_it_is_kept(store: FileStore) -> None:
    before = store.put(b"first page")
    with store.draft(before) as draft:
        draft.seek(0, io.SEEK_END)
        draft.write(b", second page")
        after = store.keep(draft)
    assert store.get(after) == b"first page, second page"
    assert after == store.put(b"first page, second page")
    with store.draft() as draft:
        draft.write(b"given up")
    assert store.get(before) == b"first page"
    assert sorted(store.keys()) == sorted([before, after])
    with pytest.raises(Missing), store.draft(EMPTY):
        pass


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system has no files without a name")
def test_a_writer_that_dies_leaves_nothing_behind(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path)
    with store.draft() as draft:
        draft.write(b"half of it")
        draft.flush()
        assert list(tmp_path.rglob("*")) == []


def test_where_a_file_without_name_gets_none_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def no_unnamed_files(source: str | Path, target: Path, **how: int) -> None:
        if str(source).startswith("/proc"):
            raise OSError(errno.ENOENT, "no such file")
        link(source, target, **how)

    monkeypatch.setattr(os, "link", no_unnamed_files)
    store = LocalFiles(tmp_path)
    assert store.get(store.put(b"kept all the same")) == b"kept all the same"
    assert [path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_file()] == [0o440]


def test_a_changed_file_is_never_handed_out(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path)
    key = store.put(b"signed")
    path = tmp_path / key[:2] / key
    path.chmod(0o640)
    path.write_bytes(b"forged")
    with pytest.raises(EngineFailed) as error:
        store.get(key)
    assert error.value.permanent
    with pytest.raises(EngineFailed), store.draft(key):
        pass


def test_many_writers_of_one_file_end_with_one(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path)
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(store.put(b"same" * 1000))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [keys[0]]


def test_a_file_left_by_a_crash_is_not_one_of_ours(tmp_path: Path) -> None:
    store = LocalFiles(tmp_path)
    store.put(b"whole")
    (tmp_path / "ab").mkdir(exist_ok=True)
    (tmp_path / "ab" / "0123456789abcdef.part").write_bytes(b"ha")
    assert len(list(store.keys())) == 1
