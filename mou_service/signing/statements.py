"""What witnesses are called and what they state, by capacity, presence and whom they witness; never more than is true.

These sentences are part of the evidence: the file and the act keep the words that were shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

Texts = Mapping[str, str]

CAPACITIES = ("ceremonial", "attesting")
#: "remote" is by video.
PRESENCES = ("in_room", "remote")
#: "whole": of the whole signing; "one": of the signature of one signatory.
SCOPES = ("whole", "one")
#: How it is planned to make sure who a witness is.
IDENTITIES = ("known", "document", "video", "means")
#: How it was done; "means" is what the way of signing proves by itself: a code by mail, a password.
CHECKS = ("known", "passport", "identity_card", "official_document", "video", "means")

_NOTHING_TAKEN_ON = {
    "en": " As a witness I take on no rights or obligations under it.",
    "zh": "见证人不因见证而享有或承担本文件项下的任何权利或义务。",
}
#: (capacity, presence, scope) → what is said before that.
_STATEMENTS: Mapping[tuple[str, str, str], Texts] = {
    ("ceremonial", "in_room", "whole"): {
        "en": "I was present as an honorary witness when this document was signed.",
        "zh": "本人以礼仪见证人身份在场见证本文件的签署。",
    },
    ("ceremonial", "in_room", "one"): {
        "en": "I was present as an honorary witness when {whom} signed this document.",
        "zh": "本人以礼仪见证人身份在场见证{whom}签署本文件。",
    },
    ("ceremonial", "remote", "whole"): {
        "en": "I followed the signing of this document by video as an honorary witness.",
        "zh": "本人以礼仪见证人身份通过视频见证本文件的签署。",
    },
    ("ceremonial", "remote", "one"): {
        "en": "I followed by video, as an honorary witness, how {whom} signed this document.",
        "zh": "本人以礼仪见证人身份通过视频见证{whom}签署本文件。",
    },
    ("attesting", "in_room", "whole"): {
        "en": "I was present and saw the signatories named above sign this document.",
        "zh": "本人在场，亲眼见证上述签署人签署本文件。",
    },
    ("attesting", "in_room", "one"): {
        "en": "I was present and saw {whom} sign this document.",
        "zh": "本人在场，亲眼见证{whom}签署本文件。",
    },
    ("attesting", "remote", "whole"): {
        "en": "I saw by video that the signatories named above signed this document.",
        "zh": "本人通过视频看到上述签署人签署本文件，并予以见证。",
    },
    ("attesting", "remote", "one"): {
        "en": "I saw by video that {whom} signed this document.",
        "zh": "本人通过视频看到{whom}签署本文件，并予以见证。",
    },
}
_CAPACITY: Mapping[tuple[str, str, str], Texts] = {
    ("ceremonial", "in_room", "whole"): {"en": "Ceremonial witness", "zh": "礼仪见证人"},
    ("ceremonial", "remote", "whole"): {"en": "Ceremonial witness, by video", "zh": "礼仪见证人（视频）"},
    ("attesting", "in_room", "whole"): {"en": "Attesting witness", "zh": "证明见证人"},
    ("attesting", "remote", "whole"): {"en": "Attesting witness, by video", "zh": "证明见证人（视频）"},
    ("ceremonial", "in_room", "one"): {
        "en": "Ceremonial witness of the signature of {whom}",
        "zh": "{whom}签署的礼仪见证人",
    },
    ("ceremonial", "remote", "one"): {
        "en": "Ceremonial witness, by video, of the signature of {whom}",
        "zh": "{whom}签署的礼仪见证人（视频）",
    },
    ("attesting", "in_room", "one"): {
        "en": "Attesting witness of the signature of {whom}",
        "zh": "{whom}签署的证明见证人",
    },
    ("attesting", "remote", "one"): {
        "en": "Attesting witness, by video, of the signature of {whom}",
        "zh": "{whom}签署的证明见证人（视频）",
    },
}
_CHECKED: Mapping[str, Texts] = {
    "known": {"en": "personally known to {by}", "zh": "{by}本人认识"},
    "passport": {"en": "passport shown to {by}", "zh": "已向{by}出示护照"},
    "identity_card": {"en": "identity card shown to {by}", "zh": "已向{by}出示身份证"},
    "official_document": {"en": "official identity document shown to {by}", "zh": "已向{by}出示官方身份证件"},
    "video": {"en": "seen by {by} in the video call", "zh": "{by}在视频通话中见到本人"},
}
#: Whoever acts far from a host's table says this alone.
_HOST = {"en": "the host", "zh": "主持人"}
_DECLARED = {"en": "{said}, as the witness states", "zh": "{said}（见证人本人声明）"}

#: What nobody who was not in the room can say.
_IN_THE_ROOM = {
    "en": re.compile(
        r"\b(?:in (?:my|the|his|her|their) presence|(?:was|being|were|am) (?:personally |physically )?present|in person"
        r"|in the (?:same )?room|with my own eyes|present at)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(r"在场|当面|亲临|现场|亲眼|到场|面前"),
}


def usual(capacity: str, presence: str, whom: Texts, languages: Iterable[str]) -> dict[str, str]:
    """What such a witness usually states, in those of the document's languages we have words for.

    `whom` is the name of the one signatory per language; empty for the whole signing.
    """
    words = _STATEMENTS[capacity, presence, _scope(whom)]
    texts = {language: text + _NOTHING_TAKEN_ON[language] for language, text in words.items()}
    return _filled(texts, whom, languages)


def called(capacity: str, presence: str, whom: Texts, languages: Iterable[str]) -> dict[str, str]:
    """How a witness is called on paper, in those of the document's languages we have words for."""
    return _filled(_CAPACITY[capacity, presence, _scope(whom)], whom, languages)


def checked(identified: Mapping[str, str]) -> dict[str, str]:
    """How it was made sure who acted, beyond what the way of signing proves; empty when nothing more was done."""
    words = _CHECKED.get(identified.get("check", ""), {})
    if by := identified.get("by", ""):
        return {language: text.format(by=by) for language, text in words.items()}
    said = {language: text.format(by=_HOST[language]) for language, text in words.items()}
    return {language: _DECLARED[language].format(said=text) for language, text in said.items()}


def usual_ones(whom: Texts) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Every usual statement with its capacity, presence and scope, for a page that shows them."""
    for capacity, presence, scope in _STATEMENTS:
        yield capacity, presence, scope, usual(capacity, presence, whom if scope == "one" else {}, ("en", "zh"))


def overstated(statement: Texts, presence: str) -> list[str]:
    """Words of a statement that are not true of somebody who follows by video."""
    if presence != "remote":
        return []
    found = (pattern.search(statement.get(language, "")) for language, pattern in _IN_THE_ROOM.items())
    return [match.group() for match in found if match]


def _scope(whom: Texts) -> str:
    return "one" if any(whom.values()) else "whole"


def _filled(words: Texts, whom: Texts, languages: Iterable[str]) -> dict[str, str]:
    chosen = [language for language in languages if language in words] or ["en"]
    return {language: words[language].format(whom=_name(whom, language)) for language in chosen}


def _name(whom: Texts, language: str) -> str:
    return whom.get(language) or whom.get("en") or next((text for text in whom.values() if text), "")
