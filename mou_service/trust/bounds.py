"""Reading a file that may come from an enemy: every step of it is counted, and the time is asked all along the way."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.decode_limits import (
    DecodeContext,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, process_data_at_eof
from pyhanko.pdf_utils.xref import XRefBuilder, XRefSection
from pyhanko_certvalidator.registry import CertificateRegistry, TrustManager


@dataclass(frozen=True)
class Limits:
    """How much of a stranger's file is examined before it is refused."""

    bytes: int = 100 * 1024 * 1024
    #: Processor time, so that a busy machine refuses no honest file; hashing takes longer the larger the file is.
    seconds: float = 1.5
    seconds_per_megabyte: float = 0.02
    #: Calls that read from the file. A finished memorandum takes fifty thousand, whatever its size.
    reads: int = 3_000_000
    signatures: int = 200
    revisions: int = 500


class TooComplexError(Exception):
    """The file is not worth more of our time."""


class Watch:
    """Counts the processor time of this thread from now on."""

    def __init__(self, seconds: float) -> None:
        self._until = time.thread_time() + seconds

    def check(self) -> None:
        """Raises `TooComplexError` when the time is up."""
        if time.thread_time() > self._until:
            raise TooComplexError


_MIB = 1024 * 1024
#: Only structure is ever unpacked here, no page and no picture. What is unpacked is read without asking the time, so
#: each piece is small enough to be read in less than a second.
_DECODING = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=4 * _MIB),
    per_purpose={
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_output_size=_MIB),
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=_MIB),
        DecodePurpose.CERTIFICATE: StreamDecodeLimits(max_ratio=None, max_output_size=_MIB),
    },
    document_budget=DocumentDecodeBudget(base_allowance=32 * _MIB, max_ratio=20),
)
#: How a file says at its end where to begin reading.
_WAY_IN = re.compile(rb"[\r\n]startxref")
#: Reads between two looks at the clock.
_STRIDE = 256
#: pyHanko compares each object that a section declares free with every later section.
_MOST_COMPARISONS = 2_000_000

_read = io.BytesIO.read


class _Stream(io.BytesIO):
    """pyHanko skips white space byte by byte, however much there is."""

    def __init__(self, content: bytes, *, watch: Watch, reads: int) -> None:
        super().__init__(content)
        self._watch = watch
        self._strides = reads // _STRIDE
        self._left = _STRIDE

    def read(self, size: int | None = -1, /) -> bytes:
        self._left -= 1
        if not self._left:
            self._next_stride()
        return _read(self, size)

    def _next_stride(self) -> None:
        self._left = _STRIDE
        self._strides -= 1
        if self._strides < 0:
            raise TooComplexError
        self._watch.check()


class Reader(PdfFileReader):
    """Raises `TooComplexError` when a limit is reached: every part of a file that is looked at comes through here."""

    def __init__(self, content: bytes, *, watch: Watch, limits: Limits) -> None:
        self.watch = watch
        if not _WAY_IN.search(content[-4096:]):
            raise ValueError("no way in at the end of the file")  # pyHanko would look for it byte by byte
        stream = _Stream(content, watch=watch, reads=limits.reads)
        _Sections(stream, most=limits.revisions).look()
        super().__init__(stream, strict=True, decode_limits=_DECODING)
        self._resolvers: dict[int, HistoricalResolver] = {}

    def get_object(self, ref: Any, *args: Any, **options: Any) -> Any:
        self.watch.check()
        return super().get_object(ref, *args, **options)  # type: ignore[no-untyped-call]

    def get_historical_resolver(self, revision: int) -> HistoricalResolver:
        if revision not in self._resolvers:
            self._resolvers[revision] = _Resolver(self, revision)
        return self._resolvers[revision]


class _Resolver(HistoricalResolver):
    """Asks the time for objects it remembers as well: they can be asked for without end."""

    reader: Reader

    def get_object(self, ref: Any, as_metadata_stream: bool = False) -> Any:
        self.reader.watch.check()
        return super().get_object(ref, as_metadata_stream)


class _Sections(XRefBuilder):
    """A first look at the chain of cross-reference sections, before pyHanko compares each of them with all others."""

    class _Bounded(list[XRefSection]):
        most = 0

        def append(self, section: XRefSection) -> None:
            super().append(section)
            if len(self) > self.most:
                raise TooComplexError

    class _Nobody:
        """Owns the sections while they are counted."""

        def __init__(self, size: int) -> None:
            self.decode_context = DecodeContext(_DECODING, input_size=size)

    def __init__(self, stream: _Stream, *, most: int) -> None:
        size = stream.seek(-1, io.SEEK_END)
        start = process_data_at_eof(stream)
        super().__init__(self._Nobody(size), stream, strict=False, last_startxref=start)  # type: ignore[arg-type]
        self.sections = self._Bounded()
        self.sections.most = most

    def look(self) -> None:
        """Raises `TooComplexError` when there are too many, or too much in them."""
        sections = self.read_xrefs()  # type: ignore[no-untyped-call]
        freed = sum(len(section.xref_data.freed) for section in sections)
        if freed * len(sections) > _MOST_COMPARISONS:
            raise TooComplexError


class Registry(CertificateRegistry):
    """Certificates that may all claim to have issued each other: the ways through them are without number."""

    watch: Watch

    @classmethod
    def of(cls, certificates: list[x509.Certificate], watch: Watch) -> Registry:
        made = cls()
        made.watch = watch
        made.register_multiple(certificates)
        return made

    def find_potential_issuers(self, cert: x509.Certificate, trust_manager: TrustManager) -> Iterator[Any]:
        for found in super().find_potential_issuers(cert, trust_manager):
            self.watch.check()
            yield found
