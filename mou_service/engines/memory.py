"""In-memory twins of the engines, for tests and short-lived runs."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from mou_service.core.errors import EngineFailed, Missing
from mou_service.core.ports import Mail
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import render
from mou_service.documents.word.reading.blocks import read


class MemoryFiles:
    """Keeps files as long as the process lives."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        key = hashlib.sha256(content).hexdigest()
        self.kept.setdefault(key, content)
        return key

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise Missing(key)
        if hashlib.sha256(self.kept[key]).hexdigest() != key:
            raise EngineFailed("files", f"the file {key} was changed", permanent=True)
        return self.kept[key]

    @contextmanager
    def draft(self, of: str | None = None) -> Iterator[BinaryIO]:
        with io.BytesIO(b"" if of is None else self.get(of)) as draft:
            yield draft

    def keep(self, draft: BinaryIO) -> str:
        draft.seek(0)
        return self.put(draft.read())

    def has(self, key: str) -> bool:
        return key in self.kept

    def keys(self) -> Iterable[str]:
        return list(self.kept)


class OutboxOnly:
    """A mailer that remembers what it was asked to send."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class OwnPages:
    """Stands in for an office program: draws of a file what our own blocks can say, and nothing else."""

    version = "Own pages"

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts

    def pdf(self, docx: bytes) -> bytes:
        return render(read(docx).document, fonts=self._fonts).pdf
