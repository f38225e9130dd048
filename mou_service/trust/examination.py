"""The examination of a file that may come from an enemy: bounded, and never put out by what it meets."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from mou_service.trust import objects, revisions, structure
from mou_service.trust.bounds import Limits, Reader, TooComplexError, Watch
from mou_service.trust.chains import Judge, Standing, load_roots, read_store
from mou_service.trust.description import Found, describe, kind_of_field
from mou_service.trust.verdict import Finding, SignatureVerdict

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Case:
    pdf: bytes
    roots: tuple[bytes, ...]
    timestamp_roots: tuple[bytes, ...]
    revocation_lists: tuple[bytes, ...]
    at: datetime
    limits: Limits
    watch: Watch


@dataclass
class Examined:
    """What was found, before it is compared and judged."""

    revisions: int = 0
    pages: int = 0
    signatures: list[SignatureVerdict] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


#: End marks tried, from the last one back, when a file cannot be read as a whole.
_ENDS_TRIED = 4


def examine(case: Case) -> tuple[Examined | None, int]:
    """The findings, and how many bytes at the end had to be left aside because nothing can be made of them."""
    end = len(case.pdf)
    for _ in range(_ENDS_TRIED):
        try:
            examined = _examine_all(replace(case, pdf=case.pdf[:end]))
        except TooComplexError:
            raise
        except Exception:  # a hostile file may break a parser in any way; that is a finding, no crash
            _log.info("a file could not be examined up to byte %d", end, exc_info=True)
        else:
            # An unsigned beginning says nothing about the signed file it was cut from.
            return (examined, len(case.pdf) - end) if end == len(case.pdf) or examined.signatures else (None, 0)
        if end == len(case.pdf) and structure.broken_digests(case.pdf, watch=case.watch):
            break
        if (end := structure.earlier_end(case.pdf, end)) == 0:
            break
    return None, 0


def _examine_all(case: Case) -> Examined:
    reader = Reader(case.pdf, watch=case.watch, limits=case.limits)
    if reader.encrypted:
        return Examined(findings=[Finding("encrypted")])
    total = int(reader.xrefs.total_revisions)
    if total > case.limits.revisions:
        raise TooComplexError
    fields = list(enumerate_sig_fields(reader))
    filled = [_open(reader, case.pdf, str(name), ref) for name, value, ref in fields if value is not None]
    if len(filled) > case.limits.signatures:
        raise TooComplexError
    empty = [str(name) for name, value, _ in fields if value is None]
    examined = Examined(revisions=total, pages=len(objects.pages_of(reader)))
    if not filled:
        examined.findings.append(Finding("unsigned", {"fields": empty} if empty else {}))
        return examined
    filled.sort(key=lambda found: found.revision)
    store = read_store(reader, extra_lists=case.revocation_lists)
    judge = Judge(load_roots(case.roots), load_roots(case.timestamp_roots), store, case.at, case.watch)
    asyncio.run(_judge(filled, judge, reader))
    examined.findings += _about_signatures(filled)
    examined.findings += _about_changes(reader, filled, total)
    examined.findings += _about_empty_fields(empty, filled)
    examined.signatures = [describe(found, filled, store, total, size=len(case.pdf)) for found in filled]
    return examined


def _open(reader: Reader, pdf: bytes, name: str, ref: generic.IndirectObject) -> Found:
    try:
        value = EmbeddedPdfSignature(reader, ref.get_object(), name)
        byte_range = tuple(int(number) for number in value.byte_range)
    except TooComplexError:
        raise
    except Exception:  # see examine
        _log.info("a signature could not be read", exc_info=True)
        return Found(name, None, problem=_why_unreadable(ref))
    if len(byte_range) != 4:
        return Found(name, None, problem="byte_range_game")
    return Found(name, value, problem=structure.coverage_problem(pdf, byte_range, value.pkcs7_content))


def _why_unreadable(ref: generic.IndirectObject) -> str:
    try:
        value = ref.get_object()["/V"]
        numbers = [int(number) for number in value["/ByteRange"]]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "byte_range_game"
    return "signature_damaged" if len(numbers) == 4 else "byte_range_game"


async def _judge(filled: list[Found], judge: Judge, reader: Reader) -> None:
    # From the last to the first: a document time-stamp vouches for everything before it.
    moment = judge.now
    for found in reversed(filled):
        reader.watch.check()
        if found.value is None:
            continue
        try:
            if found.is_timestamp:
                found.standing = await judge.timestamp(found.value, at=moment)
                stamp = found.standing.stamp
                moment = stamp.at if stamp.trusted and stamp.at is not None else moment
            else:
                found.standing = await judge.signature(found.value, at=moment)
        except TooComplexError:
            raise
        except Exception:  # see examine
            _log.info("a signature could not be examined", exc_info=True)
            found.problem = found.problem or "signature_damaged"
            continue
        if found.problem is None and found.value.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            found.problem = "byte_range_game"


# --- findings ----------------------------------------------------------------------------------------------------


def _about_signatures(filled: list[Found]) -> list[Finding]:
    findings = [Finding(found.problem, {"field": found.name}) for found in filled if found.problem is not None]
    findings += [finding for found in filled if found.standing is not None for finding in _about(found, found.standing)]
    strangers = [found for found in filled if _is_stranger(found)]
    if strangers and not any(found.standing.trusted for found in filled if found.standing is not None):
        findings.append(Finding("not_ours", {"signers": [found.signer for found in strangers]}))
    else:
        findings += [
            Finding("foreign_signature_added", {"field": found.name, "signer": found.signer}) for found in strangers
        ]
    if any(found.standing.stamp.source == "placeholder" for found in filled if found.standing is not None):
        findings.append(Finding("placeholder_time"))
    return findings


def _about(found: Found, standing: Standing) -> list[Finding]:
    facts = {"field": found.name}
    if not standing.intact:
        return [] if found.problem is not None else [Finding("byte_changed", {**facts, "up_to_byte": found.end})]
    if not standing.sound:
        return [Finding("signature_damaged", facts)]
    findings = []
    if standing.problem in ("revoked", "expired"):
        findings.append(Finding(f"certificate_{standing.problem}", facts))
    if standing.token is not None and standing.stamp.source == "claimed":
        code = "timestamp_broken" if standing.stamp.broken else "timestamp_not_trusted"
        findings.append(Finding(code, facts))
    return findings


def _is_stranger(found: Found) -> bool:
    standing = found.standing
    return standing is not None and standing.intact and standing.sound and standing.problem == "untrusted"


def _about_changes(reader: Reader, filled: list[Found], total: int) -> list[Finding]:
    readable = [found for found in filled if found.value is not None]
    if not readable:
        return []
    findings: list[Finding] = []
    locked = False
    for number in range(readable[0].revision, total):
        reader.watch.check()
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


def _about_empty_fields(empty: list[str], filled: list[Found]) -> list[Finding]:
    """A place that is empty is missing, unless the seal has closed the document over a witness who did not sign."""
    sealed = any(_locks(found) and found.is_ours and found.problem is None for found in filled)
    left = [name for name in empty if sealed and kind_of_field(name) == "witness"]
    missing = [name for name in empty if name not in left]
    findings = [Finding("incomplete", {"fields": missing})] if missing else []
    return findings + ([Finding("left_empty", {"fields": left})] if left else [])


def _review(step: revisions.Step) -> list[Finding]:
    try:
        return revisions.review(step)
    except TooComplexError:
        raise
    except Exception:  # see examine
        _log.info("revision %d could not be examined", step.number, exc_info=True)
        return [Finding("document_changed", {"part": "unreadable objects", "revision": step.number + 1})]


def _locks(found: Found) -> bool:
    return found.value is not None and found.value.docmdp_level == MDPPerm.NO_CHANGES
