"""What the completion certificate says about each act: who, for whom, in what capacity, when, and how identified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mou_service.documents.pdf.sheets import Act, Texts
from mou_service.signing import statements, wording
from mou_service.signing.dates import written
from mou_service.signing.models import Slot

from . import addresses
from .addresses import Policy

KINDS: Mapping[str, Texts] = {
    "signatory": {"en": "Signed", "zh": "签署"},
    "witness": {"en": "Witnessed", "zh": "见证"},
    "seal": {"en": "Sealed", "zh": "用印"},
}
MARKS: Mapping[str, Texts] = {
    "drawn": {"en": "Drawn by hand on a screen", "zh": "屏幕手写"},
    "typed": {"en": "Typed", "zh": "键入"},
    "picture": {"en": "Uploaded picture", "zh": "上传签名图片"},
}
#: The way somebody acted, which says how they were identified.
_WAYS: Mapping[str, Texts] = {
    "in_room": {"en": "At the signing table of {by}", "zh": "在{by}主持的签约台"},
    "link_and_code": {"en": "Personal link and one-time code", "zh": "专属链接及一次性验证码"},
    "account": {"en": "Signed in with the own account, password typed anew", "zh": "登录本人账号并重新输入密码"},
    "own_certificate": {"en": "With the person’s own certificate", "zh": "使用本人自有证书"},
}
_SENT: Mapping[str, Texts] = {
    "link_and_code": {"en": " sent to {email}", "zh": "（发送至 {email}）"},
    "account": {"en": " ({email})", "zh": "（{email}）"},
}
_OWN_CERTIFICATE: Texts = {"en": "{name}, certified by {issuer}", "zh": "证书载明 {name}，由{issuer}签发"}
_SEAL: Texts = {"en": "The institution's own credential", "zh": "本单位自有凭证"}
_CONSENT: Texts = {"en": "Consent read in {language}", "zh": "以{language}阅读并同意"}
_LANGUAGES: Mapping[str, Texts] = {
    "en": {"en": "English", "zh": "英文"},
    "zh": {"en": "Chinese", "zh": "中文"},
}
_MEMBER: Texts = {"en": "from a party’s institution", "zh": "来自签约方单位"}


def acts(slots: Sequence[Slot], *, zone: str, policy: Policy, issuers: Mapping[str, str]) -> list[Act]:
    """One for each place that was signed; `issuers` names for each field who issued its certificate."""
    signed = sorted((slot for slot in slots if slot.signed_at is not None), key=lambda slot: (slot.signed_at, slot.id))
    return [_act(slot, zone=zone, policy=policy, issuer=issuers.get(slot.field, "")) for slot in signed]


def identified(slot: Slot, policy: Policy) -> dict[str, str]:
    """How it was made sure who acted, per language."""
    if slot.kind == "seal":
        return dict(_SEAL)
    kept = {key: str(value) for key, value in slot.evidence.get("identified", {}).items()}
    parts = [_way(kept, policy), _own_certificate(kept), statements.checked(kept)]
    return {language: _row([part.get(language, "") for part in parts], language) for language in ("en", "zh")}


def _way(kept: Mapping[str, str], policy: Policy) -> dict[str, str]:
    how, email = kept.get("how", ""), addresses.email(kept.get("email", ""), policy)
    words = _WAYS.get(how, {})
    sent = _SENT.get(how, {}) if email else {}
    return {
        language: text.format(by=_public(kept.get("by", ""))) + sent.get(language, "").format(email=email)
        for language, text in words.items()
    }


def _own_certificate(kept: Mapping[str, str]) -> dict[str, str]:
    if not kept.get("issuer"):
        return {}
    return {
        language: text.format(name=kept.get("certificate", ""), issuer=kept["issuer"])
        for language, text in _OWN_CERTIFICATE.items()
    }


def _act(slot: Slot, *, zone: str, policy: Policy, issuer: str) -> Act:
    assert slot.signed_at is not None
    witness = slot.kind == "witness"
    return Act(
        kind=KINDS[slot.kind],
        as_shown=slot.as_shown,
        on_behalf_of=slot.as_shown.get("organisation", {}) if slot.kind == "signatory" else {},
        at=written(slot.signed_at, zone=zone),
        method=MARKS.get(slot.mark, {}),
        identification=identified(slot, policy),
        certificate_serial=slot.certificate.upper(),
        issuer=issuer,
        capacity=_capacity(slot),
        statement=slot.statement if witness else {},
        more=list(_more(slot, policy)),
    )


def _capacity(slot: Slot) -> dict[str, str]:
    """As what somebody acted: a witness of this or that kind, or for somebody who gave a power of attorney."""
    if slot.kind == "witness":
        called = statements.called(slot.capacity, slot.presence, slot.whom, ("en", "zh"))
        member = _MEMBER if slot.party_id is not None else {}
        return {language: _row([text, member.get(language, "")], language) for language, text in called.items()}
    return wording.instead_of(slot.delegation.position.as_shown()) if slot.delegation is not None else {}


def _more(slot: Slot, policy: Policy) -> Iterator[Texts]:
    evidence = slot.evidence
    if place := str(evidence.get("place", "")):
        yield {"en": place, "zh": place}
    if consent := _LANGUAGES.get(str(evidence.get("language", ""))):
        yield {language: text.format(language=consent[language]) for language, text in _CONSENT.items()}
    told = [
        addresses.network(str(evidence.get("address", "")), policy),
        addresses.device(str(evidence.get("device", "")), policy),
    ]
    if any(told):
        text = " · ".join(filter(None, told))
        yield {"en": text, "zh": text}


def _row(texts: Sequence[str], language: str) -> str:
    return ("；" if language == "zh" else "; ").join(filter(None, texts))


def _public(actor: str) -> str:
    """A person's name without the e-mail address: the certificate goes to the other side."""
    return actor.partition(" <")[0]
