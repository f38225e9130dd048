"""The examination of a file that may come from an enemy: bounded, and never put out by what it meets."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from mou_service.trust import envelope, objects, revisions, structure
from mou_service.trust.bounds import Limits, Reader, TooComplexError, Watch
from mou_service.trust.chains import Judge, Standing, Store, Until, load_anchors, load_roots, read_store
from mou_service.trust.description import Found, Stores, describe, kind_of_field
from mou_service.trust.verdict import Finding, SignatureVerdict

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Case:
    pdf: bytes
    roots: tuple[bytes, ...]
    timestamp_roots: tuple[bytes, ...]
    signer_roots: tuple[bytes, ...]
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
    (roots, seals), signer_roots = load_anchors(case.roots), load_roots(case.signer_roots)
    times = [*roots, *load_roots(case.timestamp_roots)]
    judge = Judge(roots, times, store, case.at, case.watch)
    moments = asyncio.run(_judge(filled, judge, reader))
    for der, root in seals.items():
        asyncio.run(_judge_seal(filled, der, Judge([root], times, store, case.at, case.watch), moments))
    if signer_roots and _certified_here(filled):
        asyncio.run(_judge_own(filled, Judge(signer_roots, times, store, case.at, case.watch), moments))
    _look_at_the_last(filled, store, roots)
    examined.findings += _about_signatures(filled)
    examined.findings += _about_changes(reader, filled, total)
    examined.findings += _about_empty_fields(empty, filled)
    stores = Stores(store, lambda number: read_store(reader.get_historical_resolver(number)), newest=total - 1)
    examined.signatures = [describe(found, filled, stores, total, size=len(case.pdf)) for found in filled]
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


async def _judge(filled: list[Found], judge: Judge, reader: Reader) -> dict[str, Until]:
    """Judge every signature; gives until when each had to hold."""
    # From the last to the first: a document time-stamp vouches for everything before it.
    until = Until(judge.now, judge.now)
    moments: dict[str, Until] = {}
    for found in reversed(filled):
        reader.watch.check()
        moments[found.name] = replace(until)
        if found.value is None:
            continue
        try:
            found.standing = await _standing(found.value, judge, until)
            if found.is_timestamp:
                until.heed(found.standing)
        except TooComplexError:
            raise
        except Exception:  # see examine
            _log.info("a signature could not be examined", exc_info=True)
            found.problem = found.problem or "signature_damaged"
            continue
        if found.problem is None and found.value.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            found.problem = "byte_range_game"
    return moments


def _certified_here(filled: list[Found]) -> bool:
    """Whether our platform fixed, before anybody signed, which places are a person's to sign."""
    first = filled[0]
    return first.certifies and first.is_ours and first.problem is None


async def _judge_seal(filled: list[Found], der: bytes, judge: Judge, moments: dict[str, Until]) -> None:
    """A seal that the institution brought along is known by its very certificate, wherever it stands."""
    for found in filled:
        if found.value is not None and _is_stranger(found) and found.value.signer_cert.dump() == der:
            found.standing = await _standing(found.value, judge, moments[found.name])


async def _judge_own(filled: list[Found], judge: Judge, moments: dict[str, Until]) -> None:
    """Give signatories and witnesses another chance by the authorities whose certificates they may bring along.

    Those authorities speak for nobody else: anybody can have a certificate of theirs, so it opens neither the seal
    nor a document that we did not certify.
    """
    for found in filled[1:]:
        if found.value is None or not _is_stranger(found) or kind_of_field(found.name) not in ("signatory", "witness"):
            continue
        standing = await _standing(found.value, judge, moments[found.name])
        found.standing = replace(standing, own_certificate=True)


def _look_at_the_last(filled: list[Found], store: Store, roots: list[x509.Certificate]) -> None:
    """No later signature covers the last one: what of it it does not cover itself is looked at here."""
    last = max(filled, key=lambda found: found.end)
    if last.value is None or last.standing is None or last.problem is not None or not last.standing.sound:
        return
    path = last.standing.path
    if not path:
        return  # a stranger's; the names in it may be ours and its keys are not
    try:
        made = envelope.is_as_made(
            last.value.pkcs7_content, certificates=(*store.certificates, *path), ours=path[0] in roots
        )
    except Exception:  # see examine
        _log.info("the envelope of a signature could not be examined", exc_info=True)
        made = False
    if not made:
        last.problem = "signature_damaged"


async def _standing(value: EmbeddedPdfSignature, judge: Judge, until: Until) -> Standing:
    ask = judge.timestamp if value.sig_object_type == "/DocTimeStamp" else judge.signature
    standing = await ask(value, at=until.proven)
    if standing.intact and standing.sound and not standing.trusted:
        return await judge.as_shown(value, standing, until=until)
    return standing


# --- findings ----------------------------------------------------------------------------------------------------


def _about_signatures(filled: list[Found]) -> list[Finding]:
    findings = [Finding(found.problem, {"field": found.name}) for found in filled if found.problem is not None]
    findings += [finding for found in filled if found.standing is not None for finding in _about(found, found.standing)]
    strangers = [found for found in filled if _is_stranger(found)]
    if strangers and not any(found.is_ours for found in filled):
        findings.append(Finding("not_ours", {"signers": [found.signer for found in strangers]}))
    else:
        findings += [
            Finding("foreign_signature_added", {"field": found.name, "signer": found.signer}) for found in strangers
        ]
    if any(found.standing.stamp.source == "placeholder" for found in filled if found.standing is not None):
        findings.append(Finding("placeholder_time"))
    return findings + _about_the_end(filled)


def _about_the_end(filled: list[Found]) -> list[Finding]:
    """What held once and holds no longer, because it was not time-stamped again in time."""
    ended = [found for found in filled if found.standing is not None and found.standing.lapsed is not None]
    since = [found.standing.lapsed for found in ended if found.standing is not None and found.standing.lapsed]
    if not since:
        return []
    code = "time_ended" if all(found.is_timestamp for found in ended) else "protection_ended"
    return [Finding(code, {"since": _day(max(since))})]


def _about(found: Found, standing: Standing) -> list[Finding]:
    facts = {"field": found.name}
    if not standing.intact:
        return [] if found.problem is not None else [Finding("byte_changed", {**facts, "up_to_byte": found.end})]
    if not standing.sound:
        return [Finding("signature_damaged", facts)]
    findings = []
    if standing.problem in ("revoked", "expired"):
        findings.append(Finding(f"certificate_{standing.problem}", facts))
    findings += _about_the_beginning(found, standing)
    if standing.token is not None and standing.stamp.source == "claimed":
        code = "timestamp_broken" if standing.stamp.broken else "timestamp_not_trusted"
        findings.append(Finding(code, facts))
    return findings


def _about_the_beginning(found: Found, standing: Standing) -> list[Finding]:
    """A signature that names a time when its certificate did not exist was not made then (as EU DSS judges it too)."""
    assert found.value is not None
    born = found.value.signer_cert.not_valid_before
    claimed = standing.stamp.at if found.is_timestamp else found.value.self_reported_timestamp
    if standing.problem != "not_yet_valid" and (claimed is None or claimed >= born):
        return []
    return [Finding("signed_before_certificate", {"field": found.name, "since": _day(born)})]


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


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
