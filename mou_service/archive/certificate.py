"""The completion certificate: who did what, when, how they were identified, and the fingerprints of every stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.sheets import CompletionFacts, Texts, certificate
from mou_service.signing.changes import authority
from mou_service.signing.making.levels import NO_TIMESTAMP
from mou_service.signing.models import Package
from mou_service.trust import evidence, names
from mou_service.trust import sign as signatures
from mou_service.trust.authority import Authority
from mou_service.trust.verdict import Verdict
from mou_service.web.filters import in_language

from . import acts, course
from .addresses import Policy

#: The weakest level any mark of the file reached is the level of the file.
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")

ORDERS: Mapping[str, Texts] = {
    "listed": {"en": "As listed", "zh": "按所列顺序"},
    "own_first": {"en": "{own} first", "zh": "{own}先签"},
    "partner_first": {"en": "{own} last", "zh": "{own}后签"},
    "free": {"en": "Any order", "zh": "不分先后"},
}

INTRODUCTION: Texts = {
    "en": "This certificate records how the document named below was signed and witnessed. It is evidence beside the "
    "document, not a part of it.",
    "zh": "本证明记录下述文件的签署与见证经过，作为文件之外的佐证，不构成文件内容。",
}
WHAT_IT_PROVES: Texts = {
    "en": "Each signature was made with a certificate that this service issued for that one act, to the person "
    "identified as stated above, unless a person’s own certificate is named there. Such a certificate is not a "
    "qualified one: it proves that the file was not changed since, and that the service identified the person in the "
    "stated way.",
    "zh": "除上文注明使用本人自有证书者外，每次签署均使用本服务为该次行为单独签发的证书，签署人身份按上述方式核验。该证书并非合格（认证机构）证书：它证明"
    "文件自签署后未被改动，以及本服务曾以所述方式核验签署人身份。",
}
PLACEHOLDER: Texts = {
    "en": "Time-stamp: local placeholder, no evidential value. The times are those of this service's own clock.",
    "zh": "时间戳：本地占位，不具证明效力。所示时间取自本服务自身时钟。",
}

OVERRIDE: Texts = {
    "en": "Authority to sign was not shown in full and was overridden. {lacking}. Taken on by {people}.",
    "zh": "签署权限未能完全证明，经特批签署。{lacking}。特批人：{people}。",
}


def facts(
    agreement: Agreement,
    verdict: Verdict,
    *,
    log_head: str,
    public_url: str,
    issuer: Texts,
    zone: str,
    issuers: Mapping[str, str] = MappingProxyType({}),
    policy: Policy = "shortened",
) -> CompletionFacts:
    """Everything the certificate says, from the record, the trail and the verdict on the final file.

    `issuers` names for each field who issued its certificate; `policy` says how much is told of addresses.
    """
    package = agreement.package
    assert package is not None
    assert package.final is not None
    trail, languages = events.trail(agreement.stream), _languages(agreement)
    return CompletionFacts(
        title={"en": "Certificate of completion", "zh": "签署完成证明"},
        reference=agreement.ref,
        document_titles=agreement.titles,
        parties=[party.organisation.called() for party in agreement.parties],
        languages=languages,
        introduction=INTRODUCTION,
        acts=acts.acts(package.slots, zone=zone, policy=policy, issuers=issuers),
        occurrences=course.occurrences(agreement, trail, languages=languages, zone=zone),
        fingerprints=_fingerprints(package),
        log_head=log_head,
        level=_level_in_words(package, level(verdict)),
        facts=[
            ({"en": "Pages", "zh": "页数"}, {"en": str(verdict.pages)}),
            ({"en": "Order of signing", "zh": "签署顺序"}, _order(agreement, package)),
            ({"en": "Events in the trail", "zh": "操作留痕条数"}, {"en": str(len(trail))}),
        ],
        reservations=[*([PLACEHOLDER] if package.timestamp_placeholder else []), *_overrides(agreement)],
        notes=[WHAT_IT_PROVES],
        verification_url=f"{public_url}/verify/{agreement.verification_code}",
        issuer=issuer,
        demonstration=agreement.demonstration,
        created=max(slot.signed_at for slot in package.slots if slot.signed_at),
    )


def draw(facts_: CompletionFacts, fonts: Fonts, authority: Authority, *, final: str) -> bytes:
    """The certificate as PDF/A, sealed invisibly by the institution so that it can be verified like the document.

    The reason of the seal names the final file and the head of the trail for programs: whoever holds the certificate
    can tell whether another file or another trail was put beside it.

    What everybody has signed must not wait for a font: a character that none can show, such as one in the name of an
    account, stands as its number.
    """
    shown: CompletionFacts = showable(facts_, fonts)
    reason = f"Certificate of completion {facts_.reference}; final file {final}; head of the trail {facts_.log_head}"
    return signatures.certify(certificate(shown, fonts), credential=authority.seal, reason=reason).pdf


def showable(value: Any, fonts: Fonts) -> Any:
    """The same facts, with each character that no font shows written as its number."""
    if isinstance(value, str):
        for each in fonts.unknown(value):
            value = value.replace(each.character, f"[U+{ord(each.character):04X}]")
        return value
    if isinstance(value, Mapping):
        return {key: showable(part, fonts) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(showable(part, fonts) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: showable(getattr(value, each.name), fonts) for each in fields(value)})
    return value


def issuers_in(pdf: bytes) -> dict[str, str]:
    """For each signature field of a file who issued the certificate of its signature."""
    return {
        each.field: names.read(names.load_certificate(each.certificate).issuer).name
        for each in evidence.signatures(pdf)
    }


def level(verdict: Verdict) -> str:
    """The PAdES level the file reached as a whole (ETSI EN 319 142-1): its time-stamp decides about the last step."""
    reached = [s.level for s in verdict.signatures if s.kind == "seal" and s.level in LEVELS]
    return min(reached, key=LEVELS.index) if reached else "B-B"


def _overrides(agreement: Agreement) -> list[Texts]:
    """That two people took on what the register did not show, for page 1; the reason stands in the course of events."""
    return [
        {
            language: text.format(
                lacking=course.lacking([lack.facts for _name, lack in found.people], language),
                people=("、" if language == "zh" else ", ").join([found.asked_by, found.confirmed_by]),
            )
            for language, text in OVERRIDE.items()
        }
        for found in authority.overrides(agreement)
    ]


def _languages(agreement: Agreement) -> list[str]:
    known = [language for language in agreement.languages if language in ("en", "zh")]
    return known or ["en"]


def _order(agreement: Agreement, package: Package) -> dict[str, str]:
    own = agreement.own_party.organisation.called()
    return {language: text.format(own=in_language(own, language)) for language, text in ORDERS[package.order].items()}


def _fingerprints(package: Package) -> list[tuple[Texts, str]]:
    assert package.frozen is not None
    assert package.final is not None
    return [
        ({"en": "Approved text (Word)", "zh": "批准稿（Word）"}, package.version.docx),
        ({"en": "Frozen text, as shown to the signatories", "zh": "锁定文本（签署人所见）"}, package.frozen),
        ({"en": "Final signed file", "zh": "最终签署文件"}, package.final),
    ]


def _level_in_words(package: Package, reached: str) -> Texts:
    if package.timestamp_placeholder:
        return {
            "en": f"PAdES {reached} in form; the time is a local placeholder without evidential value",
            "zh": f"形式上为 PAdES {reached}；时间为本地占位，不具证明效力",
        }
    label = package.timestamp_label
    if label == NO_TIMESTAMP:
        return {
            "en": f"PAdES {reached}, without a time-stamp, as it was chosen",
            "zh": f"PAdES {reached}，按选择未加盖时间戳",
        }
    return {"en": f"PAdES {reached}, time confirmed by {label}", "zh": f"PAdES {reached}，时间由 {label} 确认"}
