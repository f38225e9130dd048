"""What the service asks of the outside world, and nothing more."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol


class FileStore(Protocol):
    """Keeps bytes for ever under their SHA-256; nothing is rewritten."""

    def put(self, content: bytes) -> str:
        """Keep the bytes, durably before this returns; gives the key: their SHA-256 in hexadecimal.

        Putting the same bytes again changes nothing. Raises `EngineFailed` when they could not be kept.
        """

    def get(self, key: str) -> bytes:
        """The bytes, checked against their key. Raises `Missing`, or `EngineFailed` when they were changed."""

    def draft(self, of: str | None = None) -> AbstractContextManager[BinaryIO]:
        """A file to read and write that only `keep` makes lasting: empty, or a copy of what lies under `of`.

        However large the file is, it is not held in memory. Raises what `get` raises.
        """

    def keep(self, draft: BinaryIO) -> str:
        """`put` for what is in the draft, as it is now; nothing may be written to it afterwards."""

    def has(self, key: str) -> bool:
        """Whether something lies under the key, without reading it."""

    def keys(self) -> Iterable[str]:
        """Every key that is kept, in no order."""


@dataclass(frozen=True)
class Mail:
    """One message to one person."""

    to: str
    subject: str
    text: str
    html: str = ""
    language: str = "en"
    message_id: str = ""


class Mailer(Protocol):
    """Hands mail over to the outside."""

    def send(self, mail: Mail) -> None:
        """Deliver to the next server; raises `EngineFailed`, permanent when the address was refused."""


class Renderer(Protocol):
    """Draws Word files that the service does not draw itself."""

    @property
    def version(self) -> str:
        """Which program it is: "LibreOffice 7.4.7.2"."""

    def pdf(self, docx: bytes) -> bytes:
        """The pages of a cleaned Word file as a PDF with a structure.

        Raises `EngineFailed`, permanent when it is this file that cannot be drawn.
        """
