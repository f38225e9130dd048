"""Keys at rest: encrypted, bound to their certificate, made once even by two processes."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mou_service.core.errors import EngineFailed
from mou_service.trust import keyfile, keys
from mou_service.trust.authority import KEY_FILE, Authority, open_authority

OPEN = """
import sys
from pathlib import Path
from mou_service.trust.authority import open_authority
authority = open_authority(Path(sys.argv[1]), b"secret", institution="Own University", country="CN")
print(authority.roots[0].hex())
"""


def opened(folder: Path, secret: bytes = b"secret") -> Authority:
    return open_authority(folder, secret, institution="Own University", country="CN")


def test_the_file_is_for_its_owner_only_and_holds_no_plain_key(tmp_path: Path) -> None:
    opened(tmp_path / "keys")
    path = tmp_path / "keys" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    stored = json.loads(path.read_bytes())
    assert set(stored["entries"]) == {"root", "issuer", "platform", "seal", "timestamps"}
    assert b"PRIVATE KEY" not in path.read_bytes()


def test_opened_again_it_is_the_same(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    assert first.roots == second.roots
    assert first.seal.serial == second.seal.serial


def test_a_wrong_secret_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    opened(tmp_path)
    before = (tmp_path / KEY_FILE).read_bytes()
    with pytest.raises(EngineFailed, match="not the secret") as caught:
        opened(tmp_path, b"wrong")
    assert caught.value.permanent
    assert (tmp_path / KEY_FILE).read_bytes() == before


def test_without_a_secret_no_keys_are_made(tmp_path: Path) -> None:
    with pytest.raises(EngineFailed, match="no secret"):
        opened(tmp_path / "keys", b"")
    assert not (tmp_path / "keys").exists()


def test_a_key_beside_another_certificate_does_not_open(tmp_path: Path) -> None:
    opened(tmp_path)
    path = tmp_path / KEY_FILE
    stored = json.loads(path.read_bytes())
    stored["entries"]["seal"]["certificate"] = stored["entries"]["platform"]["certificate"]
    path.write_bytes(json.dumps(stored).encode())
    with pytest.raises(EngineFailed, match="does not open"):
        opened(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"kdf": 1, "entries": {}}'])
def test_a_damaged_file_is_told_as_such(content: bytes, tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(EngineFailed, match="damaged"):
        opened(tmp_path)


def test_a_new_secret_opens_the_same_keys(tmp_path: Path) -> None:
    root = opened(tmp_path).roots
    keyfile.KeyFile(tmp_path / KEY_FILE, b"secret").change_secret(b"new")
    assert opened(tmp_path, b"new").roots == root
    with pytest.raises(EngineFailed):
        opened(tmp_path, b"secret")


def test_processes_that_start_together_make_one_authority(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path / "keys")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    answers = {process.communicate(timeout=60)[0].strip() for process in started}
    assert all(process.returncode == 0 for process in started)
    assert answers == {opened(tmp_path / "keys").roots[0].hex()}


def test_the_longest_signature_is_never_exceeded() -> None:
    key = keys.new_key()
    lengths = {len(keys.sign_raw(key, bytes([number]))) for number in range(200)}
    assert max(lengths) <= keys.longest_signature(key) == 72


def test_what_the_file_says_of_others_is_bound_to_the_secret_too(tmp_path: Path) -> None:
    authority = opened(tmp_path)
    authority.rotate("root", reason="a new one")
    authority.revoke("0A:0B", reason="lost")
    path = tmp_path / KEY_FILE
    whole = json.loads(path.read_bytes())
    for harm in ({"revoked": {}}, {"retired": whole["retired"][1:]}):
        path.write_bytes(json.dumps({**whole, **harm}).encode())
        with pytest.raises(EngineFailed, match="does not open"):
            opened(tmp_path)


def test_a_file_of_the_first_format_is_read_with_what_was_revoked_then(tmp_path: Path) -> None:
    roots = opened(tmp_path).roots
    path = tmp_path / KEY_FILE
    stored = json.loads(path.read_bytes())
    first = {name: {key: entry[key] for key in ("certificate", "key")} for name, entry in stored["entries"].items()}
    path.write_bytes(json.dumps({"format": 1, "kdf": stored["kdf"], "entries": first}).encode())
    (tmp_path / "revoked.json").write_text('{"0A:0B": {"since": "2026-03-27T02:30:00+00:00", "reason": "lost"}}')
    authority = opened(tmp_path)
    assert authority.roots == roots
    assert authority.ring.revoked["0A:0B"].reason == "lost"
    authority.rotate("seal", reason="a new one")
    assert opened(tmp_path).ring.revoked["0A:0B"].reason == "lost"
