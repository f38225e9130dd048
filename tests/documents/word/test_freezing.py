"""What would show something else tomorrow shows what it showed; what paper hides is named with its place and words."""

import pytest

from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.package import Package
from mou_service.documents.word.text import plain_text
from tests.documents.word.making import cell, field, paragraph, row, run, table, word

MARK = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def named(content: bytes) -> dict[str, dict[str, str]]:
    return {found.code: dict(found.facts) | {"place": found.place} for found in check(content).findings}


@pytest.mark.parametrize(
    "code",
    [
        "DATE",
        "TIME",
        "SAVEDATE",
        "PRINTDATE",
        "FILENAME",
        "AUTHOR",
        "LASTSAVEDBY",
        "DOCPROPERTY Client",
        "QUOTE x",
        "TITLE",
    ],
)
def test_a_field_that_changes_by_itself_keeps_what_it_showed(code) -> None:
    content = word(paragraph("Signed on ", field(f' {code} \\@ "yyyy" ', "1 March 2024"), "."))
    clean = check(content).clean
    assert plain_text(clean) == ["Signed on 1 March 2024."]
    assert b"instrText" not in Package(clean).read("word/document.xml")
    found = named(content)["frozen_field"]
    assert found["value"] == "1 March 2024" and "paragraph 1" in found["place"]


def test_a_condition_on_the_date_is_frozen_as_a_whole() -> None:
    """What stood in its code must not come to light when the code goes."""
    code = (
        "<w:r><w:instrText> IF </w:instrText></w:r>"
        + field("DATE", "2024")
        + '<w:r><w:instrText> = "2024" "ten" "twenty" </w:instrText></w:r>'
    )
    condition = MARK.format("begin") + code + MARK.format("separate") + run("ten") + MARK.format("end")
    content = word(paragraph("A fee of ", condition, " euro"))
    assert plain_text(check(content).clean) == ["A fee of ten euro"]
    assert [found.facts["field"] for found in check(content).findings] == ["IF"]


@pytest.mark.parametrize(
    "code", ["PAGE", "NUMPAGES", "SECTIONPAGES", "REF _Ref1 \\h", "PAGEREF _Toc1", "TOC \\o", "SEQ Figure"]
)
def test_page_numbers_and_references_stay(code) -> None:
    content = word(paragraph("see ", field(code, "3")))
    assert check(content).findings == () and check(content).clean == content


def test_orders_to_renew_fields_are_taken_out() -> None:
    dirty = field("REF a", "five").replace('w:fldCharType="begin"', 'w:fldCharType="begin" w:dirty="true"', 1)
    content = word(paragraph(dirty), settings='<w:updateFields w:val="true"/>')
    clean = Package(check(content).clean)
    assert b"dirty" not in clean.read("word/document.xml") and b"updateFields" not in clean.read("word/settings.xml")
    assert "stale_fields" in named(content)


def test_form_fields_that_fill_themselves_in_or_call_a_macro() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:entryMacro w:val="Evil"/><w:textInput><w:type w:val="{}"/></w:textInput></w:ffData></w:fldChar></w:r>'
    rest = "<w:r><w:instrText>FORMTEXT</w:instrText></w:r>" + MARK.format("separate") + run("May") + MARK.format("end")
    today, plain = (word(paragraph(begin.format(kind) + rest)) for kind in ("currentDate", "regular"))
    assert named(today)["frozen_field"]["value"] == "May" and plain_text(check(today).clean) == ["May"]
    assert "frozen_field" not in named(plain) and named(plain)["active_content"]["target"] == "Evil"
    assert b"Evil" not in Package(check(plain).clean).read("word/document.xml")


def test_data_that_say_something_else_than_the_text_are_named() -> None:
    binding = '<w:dataBinding w:xpath="/ns0:fee[1]" w:prefixMappings="xmlns:ns0=\'urn:fee\'"/>'
    control = f"<w:sdt><w:sdtPr>{binding}</w:sdtPr><w:sdtContent>{run('100')}</w:sdtContent></w:sdt>"
    for held, codes in ((b"1000000", {"bound_text"}), (b"100", set())):
        content = word(paragraph(control), parts={"customXml/item1.xml": b'<fee xmlns="urn:fee">' + held + b"</fee>"})
        assert set(named(content)) == codes
        assert b"dataBinding" not in Package(check(content).clean).read("word/document.xml")
    assert (
        named(word(paragraph(control), parts={"customXml/item1.xml": b'<fee xmlns="urn:fee">9</fee>'}))["bound_text"][
            "other"
        ]
        == "9"
    )


WHITE = '<w:color w:val="FFFFFF"/>'
HIDING_STYLE = '<w:style w:type="{}" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
SHADED = '<w:shd w:val="clear" w:fill="{}"/>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (word(paragraph(run("secret", "<w:vanish/>"))), "hidden_text"),
        (word(paragraph(run("secret", '<w:rStyle w:val="h"/>')), styles=HIDING_STYLE.format("character")), "hidden_text"),
        (word(paragraph("secret", look='<w:pStyle w:val="h"/>'), styles=HIDING_STYLE.format("paragraph")), "hidden_text"),
        (word(table(row("secret", look="<w:hidden/>"))), "hidden_text"),
        (word(paragraph(run("secret", WHITE))), "white_text"),
        (word(paragraph(run("secret", '<w:color w:val="000000" w:themeColor="background1"/>'))), "white_text"),
        (word(table(row(cell(paragraph(run("secret", WHITE)), look=SHADED.format("FFFFFF"))))), "white_text"),
        (word(paragraph(run("secret", '<w:color w:val="1F3864"/>'), look=SHADED.format("1F3865"))), "white_text"),
        (word(paragraph(run("secret", '<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'))), "white_text"),
        (word(paragraph(run("secret", "<w14:textFill><w14:noFill/></w14:textFill>"))), "white_text"),
        (word(paragraph(run("secret", '<w:sz w:val="2"/>'))), "tiny_text"),
        (word(paragraph(run("secret", '<w:w w:val="1"/>'))), "squeezed_text"),
        (word(paragraph("secret", look='<w:spacing w:line="20" w:lineRule="exact"/>')), "clipped_text"),
        (word(table(row("secret", look='<w:trHeight w:val="10" w:hRule="exact"/>'))), "clipped_text"),
        (
            word(paragraph("secret", '<w:r><w:drawing><wp:anchor behindDoc="0"><wp:wrapNone/></wp:anchor></w:drawing></w:r>')),
            "covered_text",
        ),
    ],
)  # fmt: skip
def test_words_that_paper_does_not_show_are_named(content, code) -> None:
    found = named(content)
    assert set(found) == {code}
    assert "secret" in found[code]["text"] and found[code]["place"].startswith("body, ")


@pytest.mark.parametrize(
    "content",
    [
        word(table(row(cell(paragraph(run("Heading", WHITE)), look=SHADED.format("1F3864"))))),
        word(paragraph(run("Heading", WHITE), look=SHADED.format("1F3864"))),
        word(paragraph(run(" ", "<w:vanish/>"))),
        word(paragraph("seen", look="<w:rPr><w:vanish/><w:specVanish/></w:rPr>")),
        word(paragraph(run("7", "<w:webHidden/>"))),
        word(
            paragraph(run("seen", '<w:vanish w:val="0"/><w:rStyle w:val="h"/>')),
            styles=HIDING_STYLE.format("character"),
        ),
        word(paragraph(run("small print", '<w:sz w:val="10"/>'))),
    ],
)
def test_honest_text_is_not_named(content) -> None:
    assert check(content).findings == ()


def test_a_file_with_fields_that_never_end_is_refused() -> None:
    with pytest.raises(UnsafeFile):
        check(word(*(paragraph(MARK.format("begin"), "x") for _ in range(30))))
