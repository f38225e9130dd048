"""Files kept for ever in a folder, each under the SHA-256 of its bytes."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from mou_service.core.errors import EngineFailed, Missing


class LocalFiles:
    """A write-once store: temporary name, sync, link, sync of the folder. Nothing is ever opened for rewriting."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        if not path.exists():
            try:
                self._write(path, content)
            except OSError as error:
                raise EngineFailed("files", f"{error.strerror} while keeping a file of {len(content)} bytes") from error
        return key

    def get(self, key: str) -> bytes:
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            raise Missing(key) from None
        if hashlib.sha256(content).hexdigest() != key:
            raise EngineFailed("files", f"the file {key} was changed on the disk", permanent=True)
        return content

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def keys(self) -> Iterable[str]:
        return (path.name for path in self.folder.glob("??/*") if len(path.name) == 64)

    def _path(self, key: str) -> Path:
        if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
            raise Missing(key)
        return self.folder / key[:2] / key

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent / f"{secrets.token_hex(8)}.part"
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o440)
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # the same bytes came from somebody else at the same moment
        finally:
            draft.unlink(missing_ok=True)
        for folder in (path.parent, self.folder):
            _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
