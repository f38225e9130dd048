"""The few words the service itself prints on paper, in the languages it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: key → language → text. A language that is not here is served by English, once.
WORDS: Mapping[str, Mapping[str, str]] = {
    "signatures": {
        "en": "Signatures",
        "zh": "签署",
        "bg": "Подписи",
        "ru": "Подписи",
        "de": "Unterschriften",
        "fr": "Signatures",
        "es": "Firmas",
        "vi": "Chữ ký",
        "ar": "التوقيعات",
        "ja": "署名",
        "ko": "서명",
    },
    "on_behalf": {
        "en": "For and on behalf of",
        "zh": "代表",
        "bg": "За и от името на",
        "ru": "От имени",
        "de": "Für",
        "fr": "Pour",
        "es": "Por",
        "vi": "Đại diện cho",
        "ar": "بالنيابة عن",
        "ja": "代表",
        "ko": "대표",
    },
    "witnesses": {
        "en": "Witnesses",
        "zh": "见证",
        "bg": "Свидетели",
        "ru": "Свидетели",
        "de": "Zeugen",
        "fr": "Témoins",
        "es": "Testigos",
        "vi": "Người làm chứng",
        "ar": "الشهود",
        "ja": "立会人",
        "ko": "증인",
    },
    "witness": {
        "en": "Witness",
        "zh": "见证人",
        "bg": "Свидетел",
        "ru": "Свидетель",
        "de": "Zeuge",
        "fr": "Témoin",
        "es": "Testigo",
        "vi": "Người làm chứng",
        "ar": "شاهد",
        "ja": "立会人",
        "ko": "증인",
    },
    "witnessed": {
        "en": "Witnessed",
        "zh": "见证",
        "bg": "Засвидетелствано",
        "ru": "Засвидетельствовано",
        "de": "Bezeugt",
        "fr": "Attesté",
        "es": "Atestiguado",
        "vi": "Đã làm chứng",
        "ar": "شوهد",
        "ja": "立会",
        "ko": "입회",
    },
    "witnessed_by_video": {
        "en": "Witnessed by video",
        "zh": "视频见证",
        "bg": "Засвидетелствано по видео",
        "ru": "Засвидетельствовано по видео",
        "de": "Per Video bezeugt",
        "fr": "Attesté par vidéo",
        "es": "Atestiguado por vídeo",
        "vi": "Đã làm chứng qua video",
        "ar": "شوهد عبر الفيديو",
        "ja": "ビデオで立会",
        "ko": "영상으로 입회",
    },
    "of_signature": {"en": "the signature of {whom}", "zh": "{whom}的签署", "bg": "подписа на {whom}"},
    "of_a_party": {
        "en": "Belongs to a party’s institution",
        "zh": "所属单位为签约方",
        "bg": "От институцията на страна",
    },
    "not_a_party": {
        "en": "Witnesses attest the signing. They are not parties to this document.",
        "zh": "见证人对签署过程予以见证，并非本文件的当事方。",
        "bg": "Свидетелите удостоверяват подписването и не са страни по документа.",
    },
    "seal": {"en": "Seal of the institution", "zh": "用印", "bg": "Печат на институцията"},
    "electronic_seal": {"en": "Electronic seal", "zh": "电子用印", "bg": "Електронен печат"},
    "page": {
        "en": "Page {page} of {pages}",
        "zh": "第 {page} 页，共 {pages} 页",
        "bg": "Страница {page} от {pages}",
        "ru": "Страница {page} из {pages}",
        "de": "Seite {page} von {pages}",
        "fr": "Page {page} sur {pages}",
        "es": "Página {page} de {pages}",
        "vi": "Trang {page}/{pages}",
        "ja": "{pages}ページ中{page}ページ",
    },
}


def say(key: str, languages: Sequence[str]) -> dict[str, str]:
    """The words in the wanted languages, in their order; English where a language has none."""
    known = WORDS[key]
    found = {language: known[base(language)] for language in languages if base(language) in known}
    if len(found) < len(languages) and not any(base(language) == "en" for language in found):
        found["en"] = known["en"]
    return found


def base(language: str) -> str:
    return language.lower().split("-")[0]


def in_languages(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The texts in the document's languages; whatever there is when it has none of them. Equal texts once."""
    chosen = {language: texts[language] for language in languages if texts.get(language)} or {
        language: text for language, text in texts.items() if text
    }
    result: dict[str, str] = {}
    for language, text in chosen.items():
        if text not in result.values():
            result[language] = text
    return result


def at_home(names: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """A name as it is written in the person's own script, when that is none of the document's: Галина Иванова."""
    standing = in_languages(names, languages).values()
    others = [(language, text) for language, text in names.items() if text and text not in standing]
    return dict(others[:1])
