"""Small tables: a question with columns, asked line by line and said once for every line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mou_service.documents.blocks import Paragraph, Table
from mou_service.documents.word.bilingual import checking
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.fields import Field
from mou_service.documents.word.templates.manifest import ManifestError
from mou_service.documents.word.templates.merge import merge
from mou_service.documents.word.templates.typeset import typeset

LABEL = {"en": "Label", "zh": "标签"}
PAYMENTS = Field(
    key="payments", type="rows", label={"en": "Payments"}, help={}, group="g", required=True, maximum=2,
    columns=(
        Field(key="due", type="date", label={"en": "Due on"}, help={}, group="g"),
        Field(key="what", type="multi_lang_text", label={"en": "For"}, help={}, group="g", required=True),
    ),
)  # fmt: skip
WHAT = {"zh": "设备", "en": "equipment"}
SOURCE = """
type = "paid"
code = "PAY"
languages = ["zh", "en"]
layout = "two_column"
document = "paid.docx"
title = { en = "Paid", zh = "付款" }
summary = { en = "Paid", zh = "付款" }
signatures = []

[[groups]]
key = "money"
title = { en = "Money", zh = "款项" }

[[fields]]
key = "payments"
type = "rows"
group = "money"
label = { en = "Payments", zh = "付款安排" }
help = { en = "In order.", zh = "按序。" }
columns = [
  { key = "due", type = "date", label = { en = "Due on", zh = "付款日期" } },
  { key = "months", type = "int", unit = "month", label = { en = "Months", zh = "月数" } },
  { key = "what", type = "multi_lang_text", required = true, label = { en = "For", zh = "用途" } },
]

[[clauses]]
key = "payment"
kind = "required"
title = { en = "Payment", zh = "付款" }

[[clauses.paragraphs]]
en = "These:"
zh = "如下："

[[clauses.paragraphs]]
style = "item"
each = "payments"
when = "row.months > 1"
en = "on {{ row.words.due.en }}, within {{ row.words.months.en }}: {{ row.what.en }};"
zh = "{{ row.words.due.zh }}，{{ row.words.months.zh }}内：{{ row.what.zh }}；"

[[clauses.paragraphs]]
style = "item"
each = "payments"
when = "not row.months"
en = "number {{ loop.index }}: {{ row.what.en }};"
zh = "第{{ loop.index }}项：{{ row.what.zh }}；"
"""


def made(tmp_path, source=SOURCE):
    path = tmp_path / "paid.toml"
    path.write_text(source, "utf-8")
    return manifest.read(path)


def filled(template, payments):
    names = {"zh": "甲", "en": "A"}
    party = {"name": names, "signatories": []}
    values = {"ref": "X-PAY-1", "title": names, "demonstration": False, "own": party, "partner": party,
              "parties": [party, party], "witnesses": [], "payments": payments}  # fmt: skip
    return read(merge(typeset(template), template.complete(values))).document


def items(document):
    table = [block for block in document.sections[0].blocks if isinstance(block, Table)][1]
    cells = [
        [block for cell in row.cells for block in cell.blocks if isinstance(block, Paragraph)] for row in table.rows
    ]
    return [[f"{block.label} {block.text}" for block in row] for row in cells[2:]]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], [("payments", "missing")]),
        ([{"what": WHAT}], []),
        ([{"what": WHAT}] * 3, [("payments", "too_many_rows")]),
        ("lines", [("payments", "not_rows")]),
        ([{"due": "soon", "what": WHAT}, {"what": {"zh": "设备", "en": ""}}],
         [("payments.0.due", "not_a_date"), ("payments.1.what.en", "language_missing")]),
        ([{"what": WHAT, "price": 1}], [("payments", "unknown_column")]),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_says_which_and_where(rows, found):
    problems = PAYMENTS.problems(rows, ("zh", "en"))
    assert [(each.field, each.code) for each in problems] == found
    assert [each.facts["line"] for each in problems if each.code == "not_a_date"] == ["1"] * (len(found) == 2)


def test_too_few_lines_are_said():
    (problem,) = replace(PAYMENTS, minimum=2).problems([{"what": WHAT}], ("zh", "en"))
    assert (problem.code, problem.facts["minimum"]) == ("too_few_rows", "2")


def test_an_empty_line_is_known():
    assert PAYMENTS.is_blank({"due": "", "what": {"zh": " ", "en": ""}})
    assert not PAYMENTS.is_blank({"due": "", "what": {"zh": "设备", "en": ""}})


def test_every_line_stands_in_both_languages_and_goes_through_its_conditions(tmp_path):
    lines = [
        {"due": "2027-03-01", "months": 2, "what": WHAT},
        {"due": "", "months": "", "what": {"zh": "人员", "en": "staff & “rest”"}},
    ]
    document = filled(made(tmp_path), lines)
    assert items(document) == [
        ["(a) 2027年3月1日，两个月内：设备；", "(a) on 1 March 2027, within two (2) months: equipment;"],
        ["(b) 第2项：人员；", "(b) number 2: staff & “rest”;"],
    ]
    assert checking.check(document, ("zh", "en")) == []
    assert items(filled(made(tmp_path), [])) == []


def test_a_mistake_in_one_language_of_a_line_is_found(tmp_path):
    lines = [{"due": "", "months": "", "what": {"zh": "300台", "en": "200 units"}}]
    assert {found.code for found in checking.check(filled(made(tmp_path), lines), ("zh", "en"))} == {"differs"}


@pytest.mark.parametrize(
    ("says", "reads", "fault"),
    [
        ("row.what.en", "row.price.en", "clause “payment” paragraph 2, en: “row.price” is no column of “payments”"),
        ('each = "payments"', 'each = "title"', "paragraph 2, each: “title” is no field of the type rows"),
        ('key = "due"', 'key = "items"', "column “items”: the key must be small letters"),
        ('key = "due", type = "date"', 'key = "due", type = "rows"', "column “due”: type “rows” is not one of"),
        ('type = "rows"', 'type = "text"', "field “payments”: columns belong to rows, and only there"),
    ],
)
def test_a_fault_of_a_small_table_is_told_with_its_place(tmp_path, says, reads, fault):
    with pytest.raises(ManifestError) as caught:
        made(tmp_path, SOURCE.replace(says, reads, 1))
    assert fault in str(caught.value)


def test_a_comparison_with_an_unanswered_number_is_false():
    assert not manifest.holds("years > 3", {"years": ""})
    assert manifest.holds("not years and years != 3", {"years": ""})
