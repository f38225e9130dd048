"""A bag as BagIt 1.0 lays it out (RFC 8493), in one .zip; the same contents give the same bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import quote

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#: A .zip knows no time before this one. Nothing is stored compressed, so that no other version of a program makes
#: other bytes; what is large is compressed in itself.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_PROGRAMS = (".py",)


@dataclass
class _Packing:
    """Files written so far, with their digests, below the one folder that a bag is."""

    archive: zipfile.ZipFile
    top: str
    digests: dict[str, str] = field(default_factory=dict)
    octets: int = 0

    def put(self, path: str, content: bytes) -> None:
        assert path not in self.digests, path
        entry = zipfile.ZipInfo(f"{self.top}/{path}", _NO_TIME)
        entry.create_system = 3
        entry.external_attr = (0o100755 if path.endswith(_PROGRAMS) else 0o100644) << 16
        self.archive.writestr(entry, content)
        self.digests[path] = hashlib.sha256(content).hexdigest()

    def manifest(self, *, payload: bool) -> bytes:
        listed = [(path, digest) for path, digest in self.digests.items() if path.startswith("data/") == payload]
        return "".join(f"{digest}  {quote(path, safe='/')}\n" for path, digest in sorted(listed)).encode()


def write(
    out: IO[bytes],
    *,
    top: str,
    payload: Iterable[tuple[str, bytes]],
    tags: Iterable[tuple[str, bytes]],
    about: Sequence[tuple[str, str]],
) -> None:
    """Write the bag: `payload` below data/, `tags` beside it, `about` as bag-info.txt. Each file is held one at a time."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        packing = _Packing(archive, top)
        octets = count = 0
        for path, content in payload:
            packing.put(f"data/{path}", content)
            octets, count = octets + len(content), count + 1
        for path, content in tags:
            packing.put(path, content)
        packing.put("bagit.txt", DECLARATION)
        packing.put("bag-info.txt", _lines([*about, ("Payload-Oxum", f"{octets}.{count}")]))
        packing.put("manifest-sha256.txt", packing.manifest(payload=True))
        packing.put("tagmanifest-sha256.txt", packing.manifest(payload=False))


def is_bag(content: bytes) -> bool:
    """Whether the bytes are a bag in a .zip; only its list of contents is looked at."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(name.split("/")[1:] == ["bagit.txt"] for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _lines(about: Sequence[tuple[str, str]]) -> bytes:
    shown = [(name, " ".join(value.split())) for name, value in about if value.strip()]
    return "".join(f"{name}: {value}\n" for name, value in shown).encode()
