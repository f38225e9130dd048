"""A clause source becomes a Word file in which all columns say, number and drop the same."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document

from mou_service.documents.blocks import Paragraph, Table
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import typeset, wording
from mou_service.documents.word.templates.manifest import Clause, Manifest, Passage, SignatureBlock
from mou_service.documents.word.templates.merge import merge

PERSON = {
    "name": {"zh": "李明", "en": "Li Ming"},
    "title": {"zh": "校长", "en": "President"},
    "organisation": {"zh": "甲大学", "en": "A University"},
}
OWN = {"name": {"zh": "甲大学", "en": "A University"}, "signatories": [PERSON, PERSON]}
PARTNER = {"name": {"zh": "Beta GmbH", "en": "Beta GmbH"}, "signatories": [PERSON]}
VALUES = {
    "ref": "X-MOU-2024-0001",
    "title": {"zh": "备忘录", "en": "Memorandum"},
    "demonstration": True,
    "own": OWN,
    "partner": PARTNER,
    "witnesses": [PERSON],
    "secret": True,
    "review": True,
}


def a_manifest(**changes):
    texts = {"zh": "第一句。", "en": "First."}
    clauses = (
        Clause(
            key="one",
            kind="required",
            title={"zh": "宗旨", "en": "Purpose"},
            guidance={},
            passages=(
                Passage(texts, "paragraph"),
                Passage({"zh": "各项：", "en": "These:"}, "paragraph"),
                Passage({"zh": "甲项；", "en": "item a;"}, "item"),
                Passage({"zh": "乙项。", "en": "item b."}, "item"),
            ),
        ),
        Clause(
            key="two",
            kind="optional",
            condition="secret",
            title={"zh": "保密", "en": "Confidentiality"},
            guidance={},
            passages=(Passage({"zh": "**保密**。", "en": "**Secret**."}, "paragraph"),),
        ),
        Clause(
            key="three",
            kind="required",
            title={"zh": "检视", "en": "Review"},
            guidance={},
            passages=(
                Passage({"zh": "检视。", "en": "Reviewed."}, "paragraph", "review"),
                Passage({"zh": "未尽事宜。", "en": "The rest."}, "paragraph"),
            ),
        ),
    )
    made = Manifest(
        type="small",
        code="SML",
        title={"en": "Small", "zh": "小"},
        summary={},
        languages=("zh", "en"),
        layout="two_column",
        document="small.docx",
        folder=Path(),
        groups=(),
        fields=(),
        opening=(
            Passage({"zh": "甲方", "en": "First party"}, "party"),
            Passage({"zh": "乙方", "en": "Second party"}, "party"),
            Passage({"zh": "鉴于", "en": "Background"}, "recital"),
        ),
        clauses=clauses,
        closing=(Passage({"zh": "签于", "en": "Signed"}, "text"),),
        subtitle={"zh": "之间", "en": "between"},
        signatures=(SignatureBlock("own", {}), SignatureBlock("partner", {}, "review")),
    )
    return replace(made, **changes)


def filled(made, **changes):
    return read(merge(typeset.typeset(made), VALUES | changes)).document.sections[0]


def text_table(section):
    return [block for block in section.blocks if isinstance(block, Table)][1]


def said(cell):
    return [f"{block.label} {block.text}".strip() for block in cell.blocks if isinstance(block, Paragraph)]


def test_the_same_source_gives_the_same_bytes():
    assert typeset.typeset(a_manifest()) == typeset.typeset(a_manifest())


def test_every_paragraph_is_a_row_numbered_alike_in_both_columns():
    rows = [[said(cell) for cell in row.cells] for row in text_table(filled(a_manifest())).rows]
    assert rows == [
        [["中文"], ["English"]],
        [["(1) 甲方"], ["(1) First party"]],
        [["(2) 乙方"], ["(2) Second party"]],
        [["(A) 鉴于"], ["(A) Background"]],
        [["第1条 宗旨", "1.1 第一句。"], ["1. Purpose", "1.1 First."]],
        [["1.2 各项："], ["1.2 These:"]],
        [["(a) 甲项；"], ["(a) item a;"]],
        [["(b) 乙项。"], ["(b) item b."]],
        [["第2条 保密", "保密。"], ["2. Confidentiality", "Secret."]],
        [["第3条 检视"], ["3. Review"]],
        [["3.1 检视。"], ["3.1 Reviewed."]],
        [["3.2 未尽事宜。"], ["3.2 The rest."]],
        [["签于"], ["Signed"]],
    ]


def test_a_dropped_clause_renumbers_both_columns():
    table = text_table(filled(a_manifest(), secret=False, review=False))
    rows = [said(cell)[0] for row in table.rows for cell in row.cells]
    assert "第2条 检视" in rows
    assert "2. Review" in rows
    assert {"2.1 未尽事宜。", "2.1 The rest."} <= set(rows)
    assert not [row for row in rows if "保密" in row or "Secret" in row]


def test_the_language_names_repeat_and_short_rows_stay_whole():
    header, *rows = text_table(filled(a_manifest())).rows
    assert header.header
    assert all(row.keep_together for row in rows)
    long = Passage({"zh": "长" * 400, "en": "long " * 200}, "text")
    *_, last = text_table(filled(a_manifest(closing=(long,)))).rows
    assert not last.keep_together


def test_emphasis_is_bold_and_every_run_knows_its_language():
    document = Document(io.BytesIO(typeset.typeset(a_manifest())))
    runs = [run for row in document.tables[1].rows for cell in row.cells for p in cell.paragraphs for run in p.runs]
    assert [run.text for run in runs if run.bold] == ["保密", "Secret"]
    chinese = next(run for run in runs if run.text == "宗旨")
    assert 'w:eastAsia="zh-CN"' in chinese._r.xml
    assert 'w:hint="eastAsia"' in chinese._r.xml


def test_signature_blocks_carry_their_style_and_each_signatory():
    blocks = [b for b in filled(a_manifest()).blocks if isinstance(b, Paragraph) and b.style == "Signature Block"]
    lines = [block.text for block in blocks]
    assert "代表 For and on behalf of  甲大学  A University" in lines
    assert "代表 For and on behalf of  Beta GmbH" in lines, "a name that is the same in both languages stands once"
    assert lines.count("姓名 Name\t李明  Li Ming") == 4, "two own signatories, one of the partner, one witness"
    assert lines.index("见证人 Witnessed by") > lines.index("代表 For and on behalf of  Beta GmbH")
    assert wording.WORDINGS["en"].witness_note in lines


def test_without_witnesses_nothing_speaks_of_them():
    lines = [b.text for b in filled(a_manifest(), witnesses=[], review=False).blocks if isinstance(b, Paragraph)]
    assert not [line for line in lines if "Witness" in line or "Beta" in line]


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_demonstration_says_so_on_every_page(demonstration):
    header = [block.text for block in filled(a_manifest(), demonstration=demonstration).header]
    notice = "DEMONSTRATION – nobody named here signed this document / 演示文件，文中人士并未签署"
    assert header == ["X-MOU-2024-0001\t备忘录  Memorandum"] + [notice] * demonstration


def test_pages_are_counted_in_both_languages():
    (footer,) = filled(a_manifest()).footer
    assert "".join(run.field or run.text for run in footer.content) == "Page PAGE of NUMPAGES / 第PAGE页 共NUMPAGES页"


def test_one_language_stands_on_the_page_without_a_table():
    english = a_manifest(
        languages=("en",),
        layout="single",
        subtitle={},
        clauses=tuple(
            replace(
                clause,
                title={"en": clause.title["en"]},
                passages=tuple(replace(p, text={"en": p.text["en"]}) for p in clause.passages),
            )
            for clause in a_manifest().clauses
        ),
        opening=(Passage({"en": "Sender"}, "sender"),),
        closing=(Passage({"en": "Yours"}, "text"),),
    )
    section = filled(english, secret=False)
    assert not [block for block in section.blocks if isinstance(block, Table)]
    body = [b for b in section.blocks if isinstance(b, Paragraph) and b.style != "Signature Block"]
    assert [f"{b.label} {b.text}".strip() for b in body] == [
        "Sender",
        "1. Purpose",
        "1.1 First.",
        "1.2 These:",
        "(a) item a;",
        "(b) item b.",
        "2. Review",
        "2.1 Reviewed.",
        "2.2 The rest.",
        "Yours",
    ]


def test_a_third_language_is_a_third_column():
    three = a_manifest(
        languages=("zh", "en", "de"),
        opening=(),
        closing=(),
        signatures=(),
        subtitle={},
        clauses=(
            Clause(
                key="one",
                kind="required",
                title={"zh": "宗旨", "en": "Purpose", "de": "Zweck"},
                guidance={},
                passages=(Passage({"zh": "一。", "en": "One.", "de": "Eins."}, "paragraph"),),
            ),
        ),
    )
    german_values = {"title": VALUES["title"] | {"de": "Absichtserklärung"}, "witnesses": []}
    _, row = text_table(filled(three, **german_values)).rows
    assert [said(cell) for cell in row.cells] == [["第1条 宗旨", "一。"], ["1. Purpose", "One."], ["1. Zweck", "Eins."]]


def test_the_file_holds_nothing_it_does_not_need():
    with zipfile.ZipFile(io.BytesIO(typeset.typeset(a_manifest()))) as package:
        names = package.namelist()
        assert {info.date_time for info in package.infolist()} == {typeset.ZIP_DATE}
    assert not [name for name in names if "thumbnail" in name or "customXml" in name or "stylesWithEffects" in name]


def test_properties_stand_in_the_order_that_word_insists_on():
    """A part of the schema's order (ECMA-376, 17.3 and 17.4); Word calls a file that breaks it damaged."""
    order = {
        "tblPr": "tblStyle tblW jc tblInd tblBorders shd tblLayout tblCellMar tblLook",
        "pPr": "pStyle keepNext keepLines pageBreakBefore numPr tabs spacing ind jc outlineLvl rPr",
        "rPr": "rFonts b bCs i color sz szCs lang",
        "trPr": "cantSplit tblHeader",
    }
    document = Document(io.BytesIO(typeset.typeset(a_manifest())))
    for root in (document.element, document.styles.element, document.part.numbering_part.element):
        for name, children in order.items():
            for element in root.iter(f"{{{root.nsmap['w']}}}{name}"):
                found = [child.tag.rsplit("}", 1)[-1] for child in element]
                assert found == sorted(found, key=children.split().index), f"{name}: {found}"
