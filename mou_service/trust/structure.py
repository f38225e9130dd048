"""The file as bytes: where it ends, and whether a signature says honestly which of them it covers."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import islice

from asn1crypto import cms

from mou_service.trust.bounds import Watch

_END = b"%%EOF"
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[([^\]]{0,120})\]")
_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj\b|\s*(xref|trailer|startxref)\b")
_HEXADECIMAL = frozenset(b"0123456789abcdefABCDEF")
#: Signatures looked at without the help of the file's structure; each costs a look at the whole file.
_MOST_SIGNATURES = 20
#: Hexadecimal digits of one signature, with all that a foreign signer may put into it.
_LARGEST_GAP = 4_000_000


@dataclass(frozen=True)
class Ending:
    """How a file ends: the length up to its last end mark, what stands behind it, and whether that was cut off."""

    body: int
    behind: int = 0
    truncated: bool = False


def ending(pdf: bytes) -> Ending:
    at = pdf.rfind(_END)
    if at < 0:
        return Ending(body=0, truncated=True)
    body = at + len(_END)
    body += 2 if pdf[body : body + 2] == b"\r\n" else 1 if pdf[body : body + 1] in (b"\r", b"\n") else 0
    behind = pdf[body:]
    if not behind:
        return Ending(body)
    # A new revision was begun but has no end of its own: the rest is missing. Anything else was put there.
    return Ending(body, behind=len(behind), truncated=bool(_OBJECT.match(behind)))


def earlier_end(pdf: bytes, end: int) -> int:
    """Where the file ended before its last end mark in front of `end` was written; 0 if there is no such place."""
    return ending(pdf[: max(pdf.rfind(_END, 0, end), 0)]).body


def first_signed(pdf: bytes) -> bytes:
    """The file as it was when its first signature closed it; empty when there is no such place."""
    found = _BYTE_RANGE.search(pdf)
    numbers = [int(number) for number in found.group(1).split() if number.isdigit()] if found else []
    return pdf[: numbers[2] + numbers[3]] if len(numbers) == 4 and numbers[2] + numbers[3] <= len(pdf) else b""


def coverage_problem(pdf: bytes, byte_range: tuple[int, ...], contents: bytes) -> str | None:
    """The code of what is wrong with a signature's byte range, or None if it is what an honest signer writes."""
    if len(byte_range) != 4 or min(byte_range) < 0 or byte_range[0] != 0:
        return "byte_range_game"
    _, before, after, length = byte_range
    if not before < after <= before + _LARGEST_GAP or after + length > len(pdf):
        return "byte_range_game"
    return _gap_problem(pdf[before:after], contents)


def _gap_problem(gap: bytes, contents: bytes) -> str | None:
    """What stands in the part that a signature leaves out: its own value in hexadecimal, and nothing else."""
    if gap[:1] != b"<" or gap[-1:] != b">":
        return "signature_wrapping" if _holds_objects(gap) else "byte_range_game"
    if not _HEXADECIMAL.issuperset(gap[1:-1]):
        return "signature_wrapping"
    if gap not in (gap.upper(), gap.lower()):
        # The same number in other bytes: nobody writes both cases, but nothing else would show the change.
        return "byte_changed"
    inside = bytes.fromhex(gap[1:-1].decode("ascii") + "0" * (len(gap) % 2))
    if inside != contents:
        return "signature_wrapping"
    return "byte_range_game" if inside[_length_of_der(inside) :].strip(b"\x00") else None


def broken_digests(pdf: bytes, *, watch: Watch) -> list[int]:
    """Where signatures stand (offset) whose signed bytes changed, read without trusting the file's structure.

    This still answers when a changed byte has made the file unreadable as a PDF.
    """
    broken = []
    for match in islice(_BYTE_RANGE.finditer(pdf), _MOST_SIGNATURES):
        watch.check()
        if _digest_is_broken(pdf, match.group(1)):
            broken.append(match.start())
    return broken


def _digest_is_broken(pdf: bytes, text: bytes) -> bool:
    try:
        start, before, after, length = (int(number) for number in text.split())
        if not (start == 0 < before < after <= after + length):
            return False
        token = cms.ContentInfo.load(bytes.fromhex(pdf[before + 1 : after - 1].decode("ascii")))
        signer = token["content"]["signer_infos"][0]
        algorithm = signer["digest_algorithm"]["algorithm"].native
        if algorithm not in ("sha256", "sha384", "sha512"):
            return False
        if token["content"]["encap_content_info"]["content_type"].native == "tst_info":
            imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            signed = imprint["hashed_message"].native
        else:
            attributes = {each["type"].native: each["values"][0].native for each in signer["signed_attrs"]}
            signed = attributes["message_digest"]
        whole = memoryview(pdf)
        digest = hashlib.new(algorithm, whole[:before])
        digest.update(whole[after : after + length])
        return bool(digest.digest() != signed)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        # Not a signature, or one too damaged to say anything; the caller reports the damage itself.
        return False


def _holds_objects(gap: bytes) -> bool:
    return b" obj" in gap or b"xref" in gap or b"stream" in gap


def _length_of_der(content: bytes) -> int:
    if len(content) < 2:
        return len(content)
    first = content[1]
    if first < 0x80:
        return 2 + first
    if first == 0x80:  # indefinite: it says nothing about its length
        return len(content)
    size = first & 0x7F
    return 2 + size + int.from_bytes(content[2 : 2 + size])
