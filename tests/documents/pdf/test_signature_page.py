"""A place for everyone who signs: parties side by side, witnesses apart from them, the seal last."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pikepdf import Name

from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Rendered
from mou_service.documents.pdf.previews import page_texts
from mou_service.documents.pdf.signature_page import SlotBox, signature_page, tooltip
from mou_service.documents.pdf.text import check_text
from tests.documents.pdf.making import document, drawn, opened, paragraph

SSPU = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
SOFIA = {"en": "Technical University of Sofia", "zh": "索非亚技术大学"}
OWN = {"name": {"en": "Li Ming", "zh": "李明"}, "title": {"en": "President", "zh": "校长"}, "organisation": SSPU}
PARTNER = {"name": {"en": "Ivan Petrov", "zh": "伊万·彼得罗夫"}, "title": {"en": "Rector"}, "organisation": SOFIA}
WITNESS = {"name": {"en": "Nguyễn Thị Hoa"}, "title": {"en": "Consul"}, "organisation": {"en": "Consulate General"}}
STATEMENT = {"en": "I saw them sign.", "zh": "本人亲见签署。"}


def slots(signatories: int = 1, witnesses: int = 2) -> list[SlotBox]:
    made = []
    for number in range(1, signatories + 1):
        made.append(SlotBox(field=f"Own{number}", kind="signatory", as_shown=OWN, party=SSPU))
        made.append(SlotBox(field=f"Partner{number}", kind="signatory", as_shown=PARTNER, party=SOFIA, side="partner"))
    made += [
        SlotBox(
            field=f"Witness{number}",
            kind="witness",
            as_shown=WITNESS,
            statement=STATEMENT,
            capacity={"en": "Ceremonial witness", "zh": "礼仪见证人"},
        )
        for number in range(1, witnesses + 1)
    ]
    return [*made, SlotBox(field="Seal", kind="seal", as_shown={"organisation": SSPU})]


def frozen(fonts: Fonts, places: Sequence[SlotBox], languages: Sequence[str] = ("en", "zh")) -> Rendered:
    return drawn(document(paragraph("Agreed.")), fonts, appendices=[signature_page(places, languages=languages)])


def test_every_slot_gets_its_field_inside_the_page_and_apart_from_others(fonts: Fonts) -> None:
    result = frozen(fonts, slots(3, 3))
    assert set(result.placements) == {slot.field for slot in slots(3, 3)}
    rects = list(result.placements.values())
    for page, (left, bottom, right, top) in rects:
        assert 0 < page < result.pages and 50 < left < right < 545 and 50 < bottom < top < 800
        assert right - left >= 95 and top - bottom >= 75
    for index, (page, one) in enumerate(rects):
        for other_page, other in rects[index + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert page != other_page or apart


def test_two_parties_two_witnesses_and_the_seal_fit_one_page(fonts: Fonts) -> None:
    result = frozen(fonts, slots())
    assert {page for page, _ in result.placements.values()} == {1}
    own, partner = result.placements["Own1"][1], result.placements["Partner1"][1]
    assert own[2] < partner[0] and own[1] == partner[1]
    assert result.placements["Witness1"][1][3] < own[1]
    assert result.placements["Seal"][1][3] < result.placements["Witness1"][1][1]


def test_witnesses_stand_under_a_heading_that_says_they_are_no_party(fonts: Fonts) -> None:
    text = page_texts(frozen(fonts, slots()).pdf)[1]
    before, after = text.split("Witnesses", 1)
    assert "For and on behalf of" in before and "Li Ming" in before and "李明" in before
    assert "For and on behalf of" not in after
    assert "not parties to this document" in after and "并非本文件的当事方" in after
    assert after.count("Ceremonial witness") == 2 and "本人亲见签署。" in after


def test_fields_are_accessible_and_the_seal_closes_the_document(fonts: Fonts) -> None:
    with opened(frozen(fonts, slots()).pdf) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert str(fields["Own1"].TU) == f"Signature of Li Ming / 李明, for {SSPU['en']} / {SSPU['zh']}"
        assert "witness" in str(fields["Witness1"].TU)
        assert [name for name, field in fields.items() if "/Lock" in field] == ["Seal"]
        assert all(Name.Sig == field.FT and "/V" not in field for field in fields.values())


def test_the_document_above_is_still_word_for_word_the_same(fonts: Fonts) -> None:
    assert check_text(frozen(fonts, slots()).pdf, document(paragraph("Agreed."))) == []


@pytest.mark.parametrize("length", [3, 12])
def test_long_names_wrap_and_push_nothing_out(fonts: Fonts, length: int) -> None:
    long = {
        key: {"en": "Very Long Name of a Distinguished Person " * length, "zh": "非常长的姓名与头衔" * length}
        for key in ("name", "title", "organisation")
    }
    places = [
        SlotBox(field="A", kind="signatory", as_shown=long, party=long["organisation"]),
        SlotBox(field="B", kind="signatory", as_shown=OWN, party=SSPU, side="partner"),
    ]
    result = frozen(fonts, places)
    text = "".join("".join(page_texts(result.pdf)).split())
    assert text.count("非常长的姓名与头衔") >= 3 * length
    assert result.placements["A"][1][1] == result.placements["B"][1][1]


def test_another_language_has_its_own_words_and_english_beside_unknown_ones(fonts: Fonts) -> None:
    bulgarian = SlotBox(
        field="A",
        kind="signatory",
        as_shown={"name": {"bg": "Иван Петров"}},
        languages=("bg", "en"),
        party={"bg": "Технически университет"},
    )
    assert "Подписи" in page_texts(frozen(fonts, [bulgarian], ("bg", "en")).pdf)[1]
    mongolian = page_texts(frozen(fonts, slots(), ("mn",)).pdf)[1]
    assert mongolian.startswith("Signatures")


def test_tooltips_use_what_a_person_has() -> None:
    assert tooltip(SlotBox(field="W", kind="witness", as_shown=WITNESS)) == "Signature of Nguyễn Thị Hoa, witness"
    assert (
        tooltip(SlotBox(field="S", kind="seal", as_shown={"organisation": SOFIA}, languages=("zh",)))
        == "Seal of 索非亚技术大学"
    )
