"""Verification of a signed PDF: who signed, whether anything was changed since, and whether it is ours."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from mou_service.core import clock
from mou_service.trust import certificates, names, revisions, structure
from mou_service.trust.chains import Judge, Standing, Store, load_roots, read_store
from mou_service.trust.verdict import Expected, Finding, Kind, SignatureVerdict, Verdict

__all__ = ["Expected", "Finding", "Limits", "SignatureVerdict", "Verdict", "verify"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How much of a stranger's file is examined before it is refused."""

    bytes: int = 100 * 1024 * 1024
    seconds: float = 20.0
    signatures: int = 200
    revisions: int = 500


def verify(
    pdf: bytes,
    *,
    roots: Iterable[bytes],
    expected: Expected | None = None,
    revocation_lists: Iterable[bytes] = (),
    at: datetime | None = None,
    limits: Limits = Limits(),
) -> Verdict:
    """The verdict on a file from anywhere; it never raises for what is in the file and never asks the network.

    `roots` are the certificates (DER or PEM) of our own authority and of others that we trust, time-stamp servers
    included. `revocation_lists` are newer than those in the file. With `expected` the file is also compared with
    what was archived: only that shows that it is an earlier state of the document.
    """
    blank = Verdict("unreadable", sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))
    if (refused := _refusal(pdf, limits)) is not None:
        return replace(blank, findings=(refused,))
    ending = structure.ending(pdf)
    case = _Case(
        pdf=pdf[: ending.body] if ending.behind else pdf,
        roots=tuple(roots),
        revocation_lists=tuple(revocation_lists),
        at=at or clock.now(),
        limits=limits,
        until=time.monotonic() + limits.seconds,
    )
    findings = _behind_the_end(ending)
    try:
        examined, unread = _examine_what_can_be_read(case)
    except _TooComplex:
        return replace(blank, findings=(*findings, Finding("too_complex")))
    if examined is None:
        return _by_bytes_alone(blank, case, findings)
    findings += [Finding("trailing_bytes", {"count": unread})] if unread else []
    findings += examined.findings
    findings += _compare(blank, examined, expected) if expected is not None else []
    return _conclude(replace(blank, revisions=examined.revisions, pages=examined.pages), examined, findings)


class _TooComplex(Exception):
    """The file is not worth more of our time."""


@dataclass(frozen=True)
class _Case:
    pdf: bytes
    roots: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]
    at: datetime
    limits: Limits
    until: float


@dataclass
class _Examined:
    """What was found, before it is compared and judged."""

    revisions: int = 0
    pages: int = 0
    signatures: list[SignatureVerdict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


_MIB = 1024 * 1024
#: Only structure is ever unpacked here, no page and no picture: a bomb stops early.
_DECODING = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * _MIB),
    document_budget=DocumentDecodeBudget(base_allowance=128 * _MIB, max_ratio=20),
)


class _Reader(PdfFileReader):
    """Stops when the time is up: every part of a file that is looked at comes through here."""

    def __init__(self, stream: io.BytesIO, *, until: float) -> None:
        self._until = until
        super().__init__(stream, strict=True, decode_limits=_DECODING)

    def get_object(self, ref: Any, *args: Any, **options: Any) -> Any:
        self.check_time()
        return super().get_object(ref, *args, **options)

    def check_time(self) -> None:
        if time.monotonic() > self._until:
            raise _TooComplex


# --- before anything is parsed -----------------------------------------------------------------------------------


def _refusal(pdf: bytes, limits: Limits) -> Finding | None:
    if len(pdf) > limits.bytes:
        return Finding("too_large", {"limit": limits.bytes // (1024 * 1024)})
    if not pdf.startswith(b"%PDF-"):
        return Finding("not_a_pdf")
    if structure.ending(pdf).body == 0:
        return Finding("truncated")
    return None


def _behind_the_end(ending: structure.Ending) -> list[Finding]:
    if not ending.behind:
        return []
    return [Finding("truncated") if ending.truncated else Finding("trailing_bytes", {"count": ending.behind})]


def _by_bytes_alone(blank: Verdict, case: _Case, findings: list[Finding]) -> Verdict:
    """A file that cannot be parsed may still show by its bytes that it was signed and changed."""
    broken = structure.broken_digests(case.pdf)
    if broken:
        findings = [*findings, Finding("byte_changed", {"field": f"@{broken[0]}", "signatures": len(broken)})]
        return replace(blank, outcome="not_valid", findings=tuple(findings))
    return replace(blank, findings=(*findings, *([] if findings else [Finding("damaged")])))


# --- the examination ---------------------------------------------------------------------------------------------


@dataclass
class _Found:
    """A filled signature field while it is being examined."""

    name: str
    value: EmbeddedPdfSignature | None
    problem: str | None = None
    standing: Standing | None = None
    changed_later: bool = False

    @property
    def is_timestamp(self) -> bool:
        return self.value is not None and self.value.sig_object_type == "/DocTimeStamp"

    @property
    def revision(self) -> int:
        return int(self.value.signed_revision) if self.value is not None else -1


#: End marks tried, from the last one back, when a file cannot be read as a whole.
_ENDS_TRIED = 4


def _examine_what_can_be_read(case: _Case) -> tuple[_Examined | None, int]:
    """The findings, and how many bytes at the end had to be left aside because nothing can be made of them."""
    end = len(case.pdf)
    for _ in range(_ENDS_TRIED):
        try:
            examined = _examine(replace(case, pdf=case.pdf[:end]))
        except _TooComplex:
            raise
        except Exception:  # noqa: BLE001  # a hostile file may break a parser in any way; that is a finding, no crash
            _log.info("a file could not be examined up to byte %d", end, exc_info=True)
        else:
            # An unsigned beginning says nothing about the signed file it was cut from.
            return (examined, len(case.pdf) - end) if end == len(case.pdf) or examined.signatures else (None, 0)
        if structure.broken_digests(case.pdf) or (end := structure.earlier_end(case.pdf, end)) == 0:
            break
    return None, 0


def _examine(case: _Case) -> _Examined:
    reader = _Reader(io.BytesIO(case.pdf), until=case.until)
    if reader.encrypted:
        return _Examined(findings=[Finding("encrypted")])
    total = int(reader.xrefs.total_revisions)
    if total > case.limits.revisions:
        raise _TooComplex
    fields = list(enumerate_sig_fields(reader))
    filled = [_open(reader, case.pdf, str(name), ref) for name, value, ref in fields if value is not None]
    if len(filled) > case.limits.signatures:
        raise _TooComplex
    empty = [str(name) for name, value, _ in fields if value is None]
    examined = _Examined(revisions=total, pages=len(revisions.pages_of(reader)))
    if not filled:
        examined.findings.append(Finding("unsigned", {"fields": empty} if empty else {}))
        return examined
    filled.sort(key=lambda found: found.revision)
    store = read_store(reader, extra_lists=case.revocation_lists)
    asyncio.run(_judge(filled, Judge(load_roots(case.roots), store, case.at), reader))
    examined.findings += _about_signatures(filled)
    examined.findings += _about_changes(reader, filled, total)
    examined.findings += [Finding("incomplete", {"fields": empty})] if empty else []
    examined.signatures = [_describe(found, filled, store, total, size=len(case.pdf)) for found in filled]
    return examined


def _open(reader: _Reader, pdf: bytes, name: str, ref: generic.IndirectObject) -> _Found:
    try:
        value = EmbeddedPdfSignature(reader, ref.get_object(), name)
        byte_range = tuple(int(number) for number in value.byte_range)
    except _TooComplex:
        raise
    except Exception:  # noqa: BLE001  # see _examine_what_can_be_read
        _log.info("a signature could not be read", exc_info=True)
        return _Found(name, None, problem=_why_unreadable(ref))
    if len(byte_range) != 4:
        return _Found(name, None, problem="byte_range_game")
    return _Found(name, value, problem=structure.coverage_problem(pdf, byte_range, value.pkcs7_content))


def _why_unreadable(ref: generic.IndirectObject) -> str:
    try:
        value = ref.get_object()["/V"]
        numbers = [int(number) for number in value["/ByteRange"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "byte_range_game"
    return "signature_damaged" if len(numbers) == 4 else "byte_range_game"


async def _judge(filled: list[_Found], judge: Judge, reader: _Reader) -> None:
    # From the last to the first: a document time-stamp vouches for everything before it.
    moment = judge.now
    for found in reversed(filled):
        reader.check_time()
        if found.value is None:
            continue
        try:
            if found.is_timestamp:
                found.standing = await judge.timestamp(found.value, at=moment)
                stamp = found.standing.stamp
                moment = stamp.at if stamp.trusted and stamp.at is not None else moment
            else:
                found.standing = await judge.signature(found.value, at=moment)
        except _TooComplex:
            raise
        except Exception:  # noqa: BLE001  # see _examine_what_can_be_read
            _log.info("a signature could not be examined", exc_info=True)
            found.problem = found.problem or "signature_damaged"
            continue
        if found.problem is None and found.value.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            found.problem = "byte_range_game"


# --- findings ----------------------------------------------------------------------------------------------------


def _about_signatures(filled: list[_Found]) -> list[Finding]:
    findings = [Finding(found.problem, {"field": found.name}) for found in filled if found.problem is not None]
    findings += [finding for found in filled if found.standing is not None for finding in _about(found, found.standing)]
    strangers = [found for found in filled if _is_stranger(found)]
    if strangers and not any(found.standing.trusted for found in filled if found.standing is not None):
        findings.append(Finding("not_ours", {"signers": [_who(found) for found in strangers]}))
    else:
        findings += [
            Finding("foreign_signature_added", {"field": found.name, "signer": _who(found)}) for found in strangers
        ]
    if any(found.standing.stamp.source == "placeholder" for found in filled if found.standing is not None):
        findings.append(Finding("placeholder_time"))
    return findings


def _about(found: _Found, standing: Standing) -> list[Finding]:
    facts = {"field": found.name}
    if not standing.intact:
        return [] if found.problem is not None else [Finding("byte_changed", {**facts, "up_to_byte": _end(found)})]
    if not standing.sound:
        return [Finding("signature_damaged", facts)]
    findings = []
    if standing.problem in ("revoked", "expired"):
        findings.append(Finding(f"certificate_{standing.problem}", facts))
    if standing.token is not None and standing.stamp.source == "claimed":
        code = "timestamp_broken" if standing.stamp.broken else "timestamp_not_trusted"
        findings.append(Finding(code, facts))
    return findings


def _is_stranger(found: _Found) -> bool:
    standing = found.standing
    return standing is not None and standing.intact and standing.sound and standing.problem == "untrusted"


def _about_changes(reader: _Reader, filled: list[_Found], total: int) -> list[Finding]:
    readable = [found for found in filled if found.value is not None]
    if not readable:
        return []
    findings: list[Finding] = []
    locked = False
    for number in range(readable[0].revision, total):
        reader.check_time()
        signed = {found.name: found.is_timestamp for found in readable if found.revision == number}
        if number > readable[0].revision:
            step = revisions.Step(reader, number, signed=signed, locked=locked)
            seen = _review(step)
            findings += [finding for finding in seen if finding not in findings]
            if any(finding.severity == "error" for finding in seen):
                for found in readable:
                    found.changed_later |= found.revision < number
        locked = locked or any(_locks(found) for found in readable if found.revision == number)
    return findings


def _review(step: revisions.Step) -> list[Finding]:
    try:
        return revisions.review(step)
    except _TooComplex:
        raise
    except Exception:  # noqa: BLE001  # see _examine_what_can_be_read
        _log.info("revision %d could not be examined", step.number, exc_info=True)
        return [Finding("document_changed", {"part": "unreadable objects", "revision": step.number + 1})]


def _locks(found: _Found) -> bool:
    return found.value is not None and found.value.docmdp_level == MDPPerm.NO_CHANGES


def _compare(blank: Verdict, examined: _Examined, expected: Expected) -> list[Finding]:
    if blank.sha256 == expected.sha256:
        return [Finding("archived_bytes_equal")]
    findings = [Finding("archived_bytes_different", {"sha256": blank.sha256, "expected": expected.sha256})]
    known = expected.revision_sha256
    if blank.sha256 in known or 0 < examined.revisions < expected.revisions:
        number = known.index(blank.sha256) + 1 if blank.sha256 in known else examined.revisions
        findings.append(Finding("revision_rolled_back", {"found": number, "expected": expected.revisions}))
    signed = {signature.field for signature in examined.signatures}
    named = {name for finding in examined.findings for name in finding.facts.get("fields", ())}
    if missing := [name for name in expected.fields if name not in signed | named]:
        findings.append(Finding("incomplete", {"fields": missing}))
    return findings


def _conclude(blank: Verdict, examined: _Examined, findings: list[Finding]) -> Verdict:
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.code == "encrypted" for finding in errors):
        return replace(blank, findings=tuple(findings))
    sound = not errors and all(signature.valid for signature in examined.signatures)
    return replace(
        blank,
        outcome="valid" if sound else "not_valid",
        signatures=tuple(examined.signatures),
        findings=tuple(findings),
    )


# --- describing a signature --------------------------------------------------------------------------------------


def _describe(found: _Found, filled: Sequence[_Found], store: Store, total: int, *, size: int) -> SignatureVerdict:
    value, standing = found.value, found.standing
    if value is None or standing is None:
        return SignatureVerdict(found.name, _kind(found), later_changes="not_allowed", revision=found.revision + 1)
    certificate = value.signer_cert
    subject = names.read(certificate.subject)
    whole = _end(found) == size
    return SignatureVerdict(
        field=found.name,
        kind=_kind(found),
        name=_full_name(value, subject.name),
        organisation=subject.organisation,
        title=subject.title,
        serial=names.serial_text(certificate),
        certificate_sha256=certificate.sha256.hex(),
        at=standing.stamp.at.astimezone(UTC) if standing.stamp.at is not None else None,
        time_source=standing.stamp.source,
        reason=_text(value, "/Reason"),
        location=_text(value, "/Location"),
        level=_level(found, filled, store),
        intact=standing.intact and standing.sound and found.problem is None,
        trusted=standing.trusted,
        trusted_by=names.read(standing.path[0].subject).name if standing.path else "",
        revision=found.revision + 1,
        covers_whole_file=whole and found.problem is None,
        later_changes="not_allowed" if found.changed_later else "none" if found.revision == total - 1 else "allowed",
    )


def _kind(found: _Found) -> Kind:
    if found.is_timestamp:
        return "timestamp"
    name = found.name.lower()
    if found.value is not None:
        issued_under = certificates.policies(found.value.signer_cert)
        if _certifies(found.value):
            return "certification"
        if certificates.SEAL in issued_under:
            return "seal"
    return "witness" if name.startswith("witness") else "seal" if name.startswith("seal") else "signatory"


def _certifies(value: EmbeddedPdfSignature) -> bool:
    references = value.sig_object["/Reference"] if "/Reference" in value.sig_object else ()
    return any(
        isinstance(each, generic.DictionaryObject) and "/TransformMethod" in each and each["/TransformMethod"] == "/DocMDP"
        for each in (each.get_object() for each in references)
    )


def _full_name(value: EmbeddedPdfSignature, certified: str) -> str:
    # A certificate holds 64 characters; the longer name is believed only if it begins as the certificate says.
    written = _text(value, "/Name")
    return written if names.shorten(written) == certified else certified


def _text(value: EmbeddedPdfSignature, key: str) -> str:
    return str(value.sig_object[key]) if key in value.sig_object else ""


def _level(found: _Found, filled: Sequence[_Found], store: Store) -> str:
    """The PAdES level in form; whether its time is worth anything says `time_source`."""
    standing = found.standing
    if standing is None or not standing.trusted or found.is_timestamp:
        return ""
    later = [each for each in filled if each.is_timestamp and each.revision > found.revision]
    stamped_later = any(each.standing is not None and each.standing.trusted for each in later)
    if not (standing.stamp.trusted or stamped_later):
        return "B-B"
    path = [*standing.path, *_token_path(standing)]
    if not store.covers(path):
        return "B-T"
    return "B-LTA" if stamped_later else "B-LT"


def _token_path(standing: Standing) -> list[Any]:
    token = standing.token
    return list(token.validation_path) if token is not None and token.validation_path is not None else []


def _end(found: _Found) -> int:
    assert found.value is not None
    return int(found.value.byte_range[2]) + int(found.value.byte_range[3])


def _who(found: _Found) -> str:
    return names.read(found.value.signer_cert.subject).name if found.value is not None else ""
