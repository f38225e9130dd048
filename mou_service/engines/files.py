"""Files kept for ever in a folder, each under the SHA-256 of its bytes."""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from mou_service.core.errors import EngineFailed, Missing

_PIECE = 1024 * 1024


class LocalFiles:
    """A write-once store: a file without a name, sync, link, sync of the folder. Nothing is ever opened for rewriting."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        # Looked for first: most of what is put again costs no writing.
        if not self.has(key):
            with self.draft() as draft:
                with _failures_named(len(content)):
                    draft.write(content)
                self._publish(draft, key, size=len(content))
        return key

    def get(self, key: str) -> bytes:
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            raise Missing(key) from None
        if hashlib.sha256(content).hexdigest() != key:
            raise _changed(key)
        return content

    @contextmanager
    def draft(self, of: str | None = None) -> Iterator[BinaryIO]:
        with _failures_named(0):
            self.folder.mkdir(parents=True, exist_ok=True)
            file = _nameless(self.folder)
        with file as draft:
            if of is not None:
                self._copy(of, draft)
            yield draft

    def keep(self, draft: BinaryIO) -> str:
        draft.seek(0)
        digest, size = hashlib.sha256(), 0
        for piece in _pieces(draft):
            digest.update(piece)
            size += len(piece)
        key = digest.hexdigest()
        if not self.has(key):
            self._publish(draft, key, size=size)
        return key

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def keys(self) -> Iterable[str]:
        return (path.name for path in self.folder.glob("??/*") if len(path.name) == 64)

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise Missing(key)
        return self.folder / key[:2] / key

    def _copy(self, key: str, draft: BinaryIO) -> None:
        digest = hashlib.sha256()
        try:
            source = self._path(key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None
        with source, _failures_named(os.fstat(source.fileno()).st_size):
            for piece in _pieces(source):
                digest.update(piece)
                draft.write(piece)
        if digest.hexdigest() != key:
            raise _changed(key)

    def _publish(self, draft: BinaryIO, key: str, *, size: int) -> None:
        path = self._path(key)
        with _failures_named(size):
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.flush()
            os.fchmod(draft.fileno(), 0o440)
            os.fsync(draft.fileno())
            try:
                # The only way to name an open file that has no name; without a dir_fd Python would not follow the link.
                os.link(f"/proc/self/fd/{draft.fileno()}", path, src_dir_fd=draft.fileno(), follow_symlinks=True)
            except FileExistsError:
                pass  # the same bytes came from somebody else at the same moment
            except OSError:
                _write(draft, path)  # not every system and folder knows such files
            for folder in (path.parent, self.folder):
                _sync_folder(folder)


def _nameless(folder: Path) -> BinaryIO:
    """A file of which nothing is left when this process dies; where the system can, one that may get a name later."""
    try:
        # Not by tempfile: its files say O_EXCL, which here means that they never get a name.
        return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600), "w+b")
    except (AttributeError, OSError):
        return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _write(draft: BinaryIO, path: Path) -> None:
    part = path.parent / f"{secrets.token_hex(8)}.part"
    try:
        with part.open("xb") as file:
            draft.seek(0)
            shutil.copyfileobj(draft, file, _PIECE)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o440)
        try:
            os.link(part, path)
        except FileExistsError:
            pass
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _failures_named(size: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EngineFailed("files", f"{error.strerror} while keeping a file of {size} bytes") from error


def _changed(key: str) -> EngineFailed:
    return EngineFailed("files", f"the file {key} was changed on the disk", permanent=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
