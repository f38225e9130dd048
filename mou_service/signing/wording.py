"""What signatories consent to and what witnesses state, in the languages of the documents.

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

_STATEMENTS = {
    ("ceremonial", "in_room"): {
        "en": "I was present as an honorary witness when this document was signed. As a witness I take on no rights "
        "or obligations under it.",
        "zh": "本人以礼仪见证人身份在场见证本文件的签署。见证人不因见证而享有或承担本文件项下的任何权利或义务。",
    },
    ("ceremonial", "remote"): {
        "en": "I followed the signing of this document by video as an honorary witness. As a witness I take on no "
        "rights or obligations under it.",
        "zh": "本人以礼仪见证人身份通过视频见证本文件的签署。见证人不因见证而享有或承担本文件项下的任何权利或义务。",
    },
    ("attesting", "in_room"): {
        "en": "I was present and saw the signatories named above sign this document. As a witness I take on no rights "
        "or obligations under it.",
        "zh": "本人在场，亲眼见证上述签署人签署本文件。见证人不因见证而享有或承担本文件项下的任何权利或义务。",
    },
    ("attesting", "remote"): {
        "en": "I saw by video that the signatories named above signed this document. As a witness I take on no rights "
        "or obligations under it.",
        "zh": "本人通过视频亲眼见证上述签署人签署本文件。见证人不因见证而享有或承担本文件项下的任何权利或义务。",
    },
}

_CAPACITY = {
    ("ceremonial", "in_room"): {"en": "Ceremonial witness", "zh": "礼仪见证人"},
    ("ceremonial", "remote"): {"en": "Ceremonial witness, by video", "zh": "礼仪见证人（视频）"},
    ("attesting", "in_room"): {"en": "Attesting witness", "zh": "证明见证人"},
    ("attesting", "remote"): {"en": "Attesting witness, by video", "zh": "证明见证人（视频）"},
}

CAPACITIES = ("ceremonial", "attesting")
PRESENCES = ("in_room", "remote")

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


def default_statement(capacity: str, presence: str, languages: Iterable[str]) -> dict[str, str]:
    """What a witness of this kind usually states, in those of the document's languages we have words for."""
    words = _STATEMENTS[(capacity, presence)]
    chosen = {language: words[language] for language in languages if language in words}
    return chosen or {"en": words["en"]}


def instead_of(as_shown: Mapping[str, Any]) -> dict[str, str]:
    """For whom somebody signs who holds a signatory's power of attorney, as it stands under their name on paper."""
    names, titles = as_shown.get("name", {}), as_shown.get("title", {})
    english, chinese = (
        {"name": shown(names, language), "title": titles.get(language, "")} for language in ("en", "zh")
    )
    english["title"] = f", {english['title']}" if english["title"] else ""
    return {"en": _INSTEAD_OF["en"].format(**english), "zh": _INSTEAD_OF["zh"].format(**chinese)}


def statements() -> dict[str, dict[str, str]]:
    """Every usual statement by "capacity presence", for a page that offers them."""
    return {f"{capacity} {presence}": dict(words) for (capacity, presence), words in _STATEMENTS.items()}


def capacity(kind: str, presence: str, languages: Iterable[str]) -> dict[str, str]:
    """How a witness is called on paper, in those of the document's languages we have words for."""
    words = _CAPACITY[(kind, presence)]
    chosen = {language: words[language] for language in languages if language in words}
    return chosen or {"en": words["en"]}


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
