"""Secrets that are made at the first start and kept beside the service when no setting gives them."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path, given: str) -> bytes:
    """The secret from the settings, else the one in the file, else a new one in the file (readable by us only).

    Two processes that start at the same time end with the same secret: the file is created only once.
    """
    if given:
        return given.encode()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _create(path)
    return path.read_bytes()


def _create(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was quicker; its secret counts
    finally:
        draft.unlink()
