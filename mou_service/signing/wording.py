"""What signatories and witnesses consent to, in the languages of the documents; statements.py has what witnesses state.

These sentences are part of the evidence: an act keeps the words that were shown, not a reference to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import get_locale

if TYPE_CHECKING:
    from .models import Slot

#: Languages in which consent can be asked for; others are asked in English.
LANGUAGES = ("en", "zh")

_CONSENT = {
    "signatory": {
        "en": "I have read the document with the fingerprint {fingerprint}. I sign it as {role} and agree that this "
        "electronic signature has the same meaning as my signature on paper. My name, title and organisation, the "
        "time and the way I was identified are kept with the signature.",
        "zh": "本人已阅读指纹码为 {fingerprint} 的文件，现以{role}的身份签署，"
        "并同意本电子签名与本人手写签名具有同等意义。本人的姓名、职务、单位、签署时间及身份核验方式将随签名一并保存。",
    },
    "witness": {
        "en": "I have seen the document with the fingerprint {fingerprint}, and I make the statement above as its "
        "witness. I do not become a party to it. My name, title and organisation, the time and the way I was "
        "identified are kept with the signature.",
        "zh": "本人已查看指纹码为 {fingerprint} 的文件，并以见证人身份作出上述声明。本人不因此成为协议的一方。"
        "本人的姓名、职务、单位、见证时间及身份核验方式将随签名一并保存。",
    },
}

#: In words: "p.p." means to one reader any power and to another the registered Prokura.
_INSTEAD_OF = {
    "en": "on behalf of {name}{title}, by power of attorney",
    "zh": "代{title}{name}签署（持授权委托书）",
}

_AND = {"en": "{title} of {organisation}", "zh": "{organisation}{title}"}


def consent(kind: str, as_shown: Mapping[str, Any], *, language: str, fingerprint: str) -> str:
    """The sentence above the line, in a language of LANGUAGES; `fingerprint` is the short form people see."""
    assert language in LANGUAGES, language
    return _CONSENT[kind][language].format(fingerprint=fingerprint, role=_role(as_shown, language))


def instead_of(as_shown: Mapping[str, Any]) -> dict[str, str]:
    """For whom somebody signs who holds a signatory's power of attorney, as it stands under their name on paper."""
    names, titles = as_shown.get("name", {}), as_shown.get("title", {})
    english, chinese = (
        {"name": shown(names, language), "title": titles.get(language, "")} for language in ("en", "zh")
    )
    english["title"] = f", {english['title']}" if english["title"] else ""
    return {"en": _INSTEAD_OF["en"].format(**english), "zh": _INSTEAD_OF["zh"].format(**chinese)}


def consent_language(*wishes: str) -> str:
    """The first wish that consent can be asked in, else English."""
    return next((wish for wish in wishes if wish in LANGUAGES), "en")


def short_fingerprint(sha256: str) -> str:
    """The first 16 digits in groups of four: what people compare with their eyes."""
    return " ".join(sha256[n : n + 4] for n in range(0, 16, 4)).upper()


def told(slots: Iterable[Slot]) -> str:
    """The names for somebody who reads the page, in its language."""
    language = getattr(get_locale(), "language", "en")
    return ("、" if language == "zh" else ", ").join(shown(s.as_shown.get("name", {}), language) for s in slots)


def shown(texts: Mapping[str, str], language: str) -> str:
    """A text in the language, else in English, else in any."""
    return texts.get(language) or texts.get("en") or next((text for text in texts.values() if text), "")


def _role(as_shown: Mapping[str, Any], language: str) -> str:
    title, organisation = (shown(as_shown.get(key, {}), language) for key in ("title", "organisation"))
    role = _AND[language].format(title=title, organisation=organisation) if title else organisation
    if instead := as_shown.get("instead_of", {}).get(language):
        # The title is the holder's own; the organisation is the one that is bound.
        return f"{title}, {instead}, for {organisation}" if language == "en" else f"{title}（{organisation}）{instead}"
    return role
