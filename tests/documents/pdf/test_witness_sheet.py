"""The witness certificate: one page in the document's languages, the same bytes for the same facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.previews import page_texts
from mou_service.documents.pdf.witness_sheet import WitnessFacts, witness_certificate

ARABIC = {"name": {"en": "Dr Fatima al-Zahra", "ar": "الدكتورة فاطمة الزهراء"}, "title": {"en": "Vice President"}}


def facts(**changes: Any) -> WitnessFacts:
    given: dict[str, Any] = {
        "number": "W-SSPU-MOU-2024-0002-1",
        "edition": 1,
        "languages": ("zh", "en"),
        "as_shown": {"name": {"en": "Lu Min", "zh": "陆敏"}, "title": {"en": "Secretary", "zh": "书记"}},
        "capacity": {"en": "Attesting witness", "zh": "证明见证人"},
        "statement": {"en": "I was present.", "zh": "本人在场。"},
        "lines": [({"en": "When", "zh": "时间"}, {"en": "2024-03-27"}), ({"en": "Where", "zh": "地点"}, {})],
        "fingerprints": [({"en": "Text"}, "0123456789abcdef" * 4)],
        "verification_url": "https://mou.example.org/verify/5THK6H7BJACW",
        "code": "5THK-6H7B-JACW",
        "created": datetime(2024, 3, 27, 8, 0, tzinfo=UTC),
    }
    return WitnessFacts(**{**given, **changes})


def test_the_same_facts_make_the_same_bytes(fonts: Fonts) -> None:
    assert witness_certificate(facts(), fonts) == witness_certificate(facts(), fonts)


@pytest.mark.parametrize("languages", [("zh", "en"), ("en",)])
def test_it_speaks_the_languages_of_the_document_and_prints_nothing_empty(fonts: Fonts, languages: Any) -> None:
    (text,) = page_texts(witness_certificate(facts(languages=languages), fonts))
    assert "Witness certificate" in text and "5THK-6H7B-JACW" in text and "0123 4567" in text
    assert ("见证证明" in text) is ("zh" in languages)
    assert "Where" not in text, "what is not known is not said"


def test_remarks_names_of_another_script_and_long_ones_stand_whole(fonts: Fonts) -> None:
    remark = {"en": "This witness followed by video.", "zh": "本见证人以视频方式见证。"}
    (text,) = page_texts(witness_certificate(facts(as_shown=ARABIC, languages=("en",), remarks=[remark]), fonts))
    assert "Please note" in text and "followed by video" in text and "Dr Fatima al-Zahra" in text
    name = "Maximilian-Alexander von Habsburg-Lothringen zu Hohenzollern-Sigmaringen"
    long = "".join(page_texts(witness_certificate(facts(as_shown={"name": {"en": name}}), fonts))).split()
    assert "".join(name.split()).replace("-", "") in "".join(long).replace("-", "").replace("\u0002", "")
