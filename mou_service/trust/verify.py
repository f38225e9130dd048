"""Verification of a signed PDF: who signed, whether anything was changed since, and whether it is ours."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from mou_service.core import clock
from mou_service.trust import structure
from mou_service.trust.bounds import Limits, TooComplexError, Watch
from mou_service.trust.examination import Case, Examined, examine
from mou_service.trust.verdict import Expected, Finding, Outcome, SignatureVerdict, Verdict

__all__ = ["Expected", "Finding", "Limits", "SignatureVerdict", "Verdict", "verify"]

_LIMITS = Limits()
_IS_ARCHIVED = Finding("archived_bytes_equal")


def verify(
    pdf: bytes,
    *,
    roots: Iterable[bytes],
    timestamp_roots: Iterable[bytes] = (),
    signer_roots: Iterable[bytes] = (),
    expected: Expected | None = None,
    revocation_lists: Iterable[bytes] = (),
    at: datetime | None = None,
    limits: Limits = _LIMITS,
) -> Verdict:
    """The verdict on a file from anywhere; it never raises for what is in the file and never asks the network.

    `roots` are the certificates (DER or PEM) of our own authority and of others whose signatures we accept, or a seal
    that the institution brought along, followed by its chain, which is accepted by itself;
    `timestamp_roots` are those of time-stamp services, which are believed a time and nothing else; `signer_roots` are
    those of authorities whose certificates signatories and witnesses may sign with in a document that we certified:
    in any other they count for nothing. `revocation_lists`
    are newer than those in the file. With `expected` the file is also compared with what was archived: only that
    shows that it is an earlier state of the document.
    """
    blank = Verdict("unreadable", sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf))
    if (refused := _refusal(pdf, limits)) is not None:
        return replace(blank, findings=(refused,))
    ending = structure.ending(pdf)
    case = Case(
        pdf=pdf[: ending.body] if ending.behind else pdf,
        roots=tuple(roots),
        timestamp_roots=tuple(timestamp_roots),
        signer_roots=tuple(signer_roots),
        revocation_lists=tuple(revocation_lists),
        at=at or clock.now(),
        limits=limits,
        watch=Watch(limits.seconds + limits.seconds_per_megabyte * len(pdf) / 1_000_000),
    )
    findings = _behind_the_end(ending)
    try:
        examined, unread = examine(case)
        if examined is None:
            return _by_bytes_alone(blank, case, findings)
    except TooComplexError:
        return replace(blank, findings=(*findings, Finding("too_complex")))
    findings += [_about_unread(case.pdf[-unread:])] if unread else []
    findings += examined.findings
    if expected is not None:
        compared = _compare(blank, examined, expected)
        findings = [*(_not_added(findings, examined) if _IS_ARCHIVED in compared else findings), *compared]
    verdict = _conclude(replace(blank, revisions=examined.revisions, pages=examined.pages), examined, findings)
    if verdict.outcome == "lapsed" and expected is not None and expected.since and _IS_ARCHIVED in verdict.findings:
        return replace(verdict, findings=(*verdict.findings, Finding("register_vouches", {"since": expected.since})))
    return verdict


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


def _about_unread(tail: bytes) -> Finding:
    return Finding("end_damaged" if b" obj" in tail else "trailing_bytes", {"count": len(tail)})


def _by_bytes_alone(blank: Verdict, case: Case, findings: list[Finding]) -> Verdict:
    """A file that cannot be parsed may still show by its bytes that it was signed and changed."""
    broken = structure.broken_digests(case.pdf, watch=case.watch)
    if broken:
        findings = [*findings, Finding("byte_changed", {"field": f"@{broken[0]}", "signatures": len(broken)})]
        return replace(blank, outcome="not_valid", findings=tuple(findings))
    return replace(blank, findings=(*findings, *([] if findings else [Finding("damaged")])))


def _compare(blank: Verdict, examined: Examined, expected: Expected) -> list[Finding]:
    if blank.sha256 in (expected.sha256, *expected.copies):
        return [_IS_ARCHIVED]
    findings = [Finding("archived_bytes_different", {"sha256": blank.sha256, "expected": expected.sha256})]
    known = expected.revision_sha256
    if blank.sha256 in known or 0 < examined.revisions < expected.revisions:
        number = known.index(blank.sha256) + 1 if blank.sha256 in known else examined.revisions
        findings.append(Finding("revision_rolled_back", {"found": number, "expected": expected.revisions}))
    signed = {signature.field for signature in examined.signatures}
    named = {name for finding in examined.errors for name in finding.facts.get("fields", ())}
    if missing := [name for name in expected.fields if name not in signed | named]:
        findings.append(Finding("incomplete", {"fields": missing}))
    return findings


def _not_added(findings: list[Finding], examined: Examined) -> list[Finding]:
    """Nothing was added to the very bytes we keep: whoever signed them is only not known to us any more."""
    said: list[Finding] = []
    for each in findings:
        if each.code == "not_ours":
            strangers = (signature for signature in examined.signatures if not signature.trusted)
            said += [Finding("authority_not_known", {"field": s.field, "signer": s.name}) for s in strangers]
        elif each.code == "foreign_signature_added" and "signer" in each.facts:
            said.append(Finding("authority_not_known", each.facts))
        else:
            said.append(each)
    return said


def _conclude(blank: Verdict, examined: Examined, findings: list[Finding]) -> Verdict:
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.code == "encrypted" for finding in errors):
        return replace(blank, findings=tuple(findings))
    return replace(
        blank,
        outcome="not_valid" if errors else _outcome(examined.signatures),
        signatures=tuple(examined.signatures),
        findings=tuple(findings),
    )


def _outcome(signatures: list[SignatureVerdict]) -> Outcome:
    if not all(signature.was_valid for signature in signatures):
        return "not_valid"
    # A time-stamp that ended takes nothing from signatures whose own certificates still hold.
    held = all(signature.valid for signature in signatures if signature.kind != "timestamp")
    return "valid" if held else "lapsed"
