"""What a witness certificate says about one witness, from the place in the document and the act that filled it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mou_service.ceremonies.models import Ceremony
from mou_service.core.ids import grouped
from mou_service.documents.pdf.witness_sheet import WitnessFacts
from mou_service.signing import statements, wording
from mou_service.signing.dates import written
from mou_service.signing.models import Slot
from mou_service.signing.witnesses import asking as witnessing
from mou_service.signing.witnesses import operations as witnesses

from . import acts
from .addresses import Policy

Texts = Mapping[str, str]

_LABELS: Mapping[str, Texts] = {
    "document": {"en": "Document", "zh": "文件"},
    "reference": {"en": "Reference", "zh": "编号"},
    "parties": {"en": "Parties", "zh": "签约方"},
    "witnessed": {"en": "Witnessed", "zh": "见证事项"},
    "when": {"en": "When", "zh": "时间"},
    "where": {"en": "Where", "zh": "地点"},
    "presence": {"en": "Presence", "zh": "在场方式"},
    "identity": {"en": "Identity", "zh": "身份核验"},
    "member": {"en": "Belongs to", "zh": "所属"},
    "serial": {"en": "Certificate", "zh": "签名证书"},
    "shown": {"en": "Text, SHA-256", "zh": "文本指纹码"},
    "revision": {"en": "As signed", "zh": "签名后指纹码"},
}
_PRESENCES: Mapping[str, Texts] = {
    "in_room": {"en": "In the room, by the witness’s own statement", "zh": "在场（见证人声明）"},
    "remote": {"en": "By video", "zh": "视频"},
}
_ALL: Texts = {"en": "The signatures of {names}", "zh": "{names}的签署"}
_ONE: Texts = {"en": "The signature of {names}", "zh": "{names}的签署"}
_CLOCK: Texts = {"en": "{at}, by this service’s clock", "zh": "{at}（本服务时钟）"}
_MEMBER: Texts = {
    "en": "The institution of a party; the witness is no party",
    "zh": "签约方单位；见证人本人并非签约方",
}
_BY_VIDEO: Texts = {
    "en": "This witness followed by video. Not every law accepts that where a signature has to be attested: the witness "
    "of a deed under English law, for example, has to be in the room.",
    "zh": "本见证人以视频方式见证。须经见证方可成立的签署，并非各地法律均认可视频见证：例如英格兰法下契据（deed）的见证人须亲自在场。",
}
_CORRECTED: Texts = {
    "en": "Edition {edition} of {day}, corrected by {by}. Corrected: {changes}. Reason: {reason} The signed document is "
    "unchanged and goes on showing what it showed.",
    "zh": "{day}第 {edition} 版，由{by}更正。更正内容：{changes}。理由：{reason} 已签署的文件未作改动，仍保留原有内容。",
}
_PROVES: Texts = {
    "en": "This certificate records who witnessed what, and how the witness was identified. It is evidence beside the "
    "document and no part of it. The signature itself is in the signed document, made with a certificate that this "
    "service issued for that one act; it is not a qualified one. The seal in this file is this institution’s.",
    "zh": "本证明记录何人见证何事及身份核验方式，系文件之外的佐证，不构成文件内容。见证人的签名载于已签署的文件，"
    "所用证书由本服务为该次行为单独签发，并非合格（认证机构）证书。本文件所附电子印章为本单位印章。",
}


@dataclass(frozen=True)
class Correction:
    """Why there is a later edition, and what the one before it said."""

    before: Mapping[str, Any]
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Edition:
    """One edition to be made: as whom it names the witness, and where it can be verified."""

    number: int
    code: str
    as_shown: Mapping[str, Any]
    correction: Correction | None = None


def facts(
    slot: Slot,
    edition: Edition,
    *,
    ceremony: Ceremony | None,
    public_url: str,
    issuer: Texts,
    zone: str,
    addresses: Policy,
) -> WitnessFacts:
    """Everything the certificate says; the slot was signed by its witness."""
    agreement = slot.package.agreement
    assert slot.signed_at is not None, "a witness who acted"
    languages = [each for each in agreement.languages if each in ("en", "zh")] or ["en"]
    corrected = edition.correction
    remarks = [_correction(edition, corrected, languages, zone=zone)] if corrected else []
    return WitnessFacts(
        number=number(slot),
        edition=edition.number,
        languages=languages,
        as_shown=edition.as_shown,
        capacity=statements.called(slot.capacity, slot.presence, slot.whom, languages),
        statement=slot.statement,
        lines=_lines(slot, ceremony, languages, at=written(slot.signed_at, zone=zone), addresses=addresses),
        fingerprints=[
            (_LABELS["shown"], str(slot.evidence.get("frozen", ""))),
            (_LABELS["revision"], slot.revision or ""),
        ],
        remarks=[*remarks, *([_BY_VIDEO] if witnesses.by_video_only(slot) else [])],
        notes=[_PROVES],
        verification_url=f"{public_url}/verify/{edition.code}",
        code=grouped(edition.code),
        issuer=issuer,
        demonstration=agreement.demonstration,
        created=corrected.at if corrected else slot.signed_at,
    )


def number(slot: Slot) -> str:
    """W-SSPU-MOU-2024-0007-1: the certificate of the first witness of an agreement."""
    return f"W-{slot.package.agreement.ref}-{slot.field.removeprefix('Witness')}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any], language: str) -> str:
    """What differs between two editions, old → new, in one language."""
    found = [
        (str(old.get(each, "")), str(new.get(each, "")))
        for key in ("name", "title", "organisation")
        if (old := before.get(key, {})) != (new := after.get(key, {}))
        for each in dict.fromkeys([*old, *new])
        if old.get(each, "") != new.get(each, "")
    ]
    told = (" → ".join(f"“{text}”" if text else "–" for text in pair) for pair in found)
    return ("；" if language == "zh" else "; ").join(told)


def _lines(
    slot: Slot, ceremony: Ceremony | None, languages: Sequence[str], *, at: str, addresses: Policy
) -> list[tuple[Texts, Texts]]:
    agreement = slot.package.agreement
    parties = [party.organisation.called() for party in agreement.parties]
    where = ceremony.places if ceremony is not None and slot.presence == "in_room" else {}
    return [
        (_LABELS["reference"], {"en": agreement.ref}),
        (_LABELS["document"], agreement.titles),
        *[(_LABELS["parties"] if index == 0 else {}, party) for index, party in enumerate(parties)],
        (_LABELS["witnessed"], _witnessed(slot, languages)),
        (_LABELS["when"], {language: text.format(at=at) for language, text in _CLOCK.items()}),
        (_LABELS["where"], where),
        (_LABELS["presence"], _PRESENCES[slot.presence]),
        (_LABELS["identity"], acts.identified(slot, addresses)),
        (_LABELS["member"], _MEMBER if slot.party_id is not None else {}),
        (_LABELS["serial"], {"en": slot.certificate.upper()}),
    ]


def _witnessed(slot: Slot, languages: Sequence[str]) -> dict[str, str]:
    whom = [each for each in witnessing.witnessed(slot) if each.state == "signed"]
    words = _ONE if len(whom) == 1 else _ALL
    names = {
        language: [wording.shown(each.as_shown.get("name", {}), language) for each in whom] for language in languages
    }
    return {
        language: words[language].format(names=_listed(found, language)) for language, found in names.items() if found
    }


def _listed(names: Sequence[str], language: str) -> str:
    if language == "zh":
        return "、".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _correction(edition: Edition, made: Correction, languages: Sequence[str], *, zone: str) -> dict[str, str]:
    day = written(made.at, zone=zone)
    return {
        language: _CORRECTED[language].format(
            edition=edition.number, day=day, by=made.by, reason=_sentence(made.reason, language),
            changes=changes(made.before, edition.as_shown, language),
        )
        for language in languages
    }  # fmt: skip


def _sentence(text: str, language: str) -> str:
    return text if text.endswith((".", "。", "!", "?", "！", "？")) else text + ("。" if language == "zh" else ".")
