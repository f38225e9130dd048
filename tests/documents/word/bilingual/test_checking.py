"""The columns of a text are held against each other: what says the same is not flagged, every slip is named."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from mou_service.documents.blocks import Cell, Document, Paragraph, Row, Run, Section, Table
from mou_service.documents.word.bilingual import checking, columns, names
from mou_service.documents.word.bilingual.facts import facts
from mou_service.documents.word.bilingual.names import Name
from mou_service.documents.word.bilingual.numerals import chinese_number
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.merge import merge

TEMPLATES = manifest.load(Path(__file__).parents[4] / "document_templates")
PLENTY = ("本协议由双方订立。", "This Agreement is made between both Parties.")


def a_document(*rows: tuple[str, ...], labels: tuple[int, ...] = (0, 0)) -> Document:
    """As many columns as texts; the first so many rows of each column carry a number."""
    table = Table(widths=[200.0] * len(rows[0]))
    for place, row in enumerate(rows):
        cells = []
        for column, text in enumerate(row):
            label = f"{place + 1}." if column < len(labels) and place < labels[column] else ""
            cells.append(Cell([Paragraph([Run(text)], label=label)]))
        table.rows.append(Row(cells))
    return Document([Section([table])])


def told(*rows: tuple[str, ...], languages: tuple[str, ...] = ("zh", "en"), named: tuple[Name, ...] = ()) -> list[str]:
    """The kinds of difference; plain rows first say which column is which."""
    document = a_document(*([PLENTY] * 3 if languages == ("zh", "en") else rows[:1]), *rows)
    return [found.facts.get("kind", found.code) for found in checking.check(document, languages, named)]


def said_beside(change: Callable[[Document, Table], object]) -> tuple[str, dict[str, str]]:
    """What stands in no column, and what the languages say, after a change of a text with one table."""
    document = a_document(*[PLENTY] * 3)
    (table,) = document.sections[0].blocks
    assert isinstance(table, Table)
    change(document, table)
    found = columns.digests(document, ("zh", "en"))
    return found.pop(""), found


@pytest.mark.parametrize(
    "change",
    [
        lambda document, table: table.rows.append(Row([Cell([Paragraph([Run("Fee: 5 %")])], columns=2)])),
        lambda document, table: table.rows.append(
            Row(
                [Cell([Paragraph([Run("中文")])]), Cell([Paragraph([Run("English, for information only")])])],
                header=True,
            )
        ),
        lambda document, table: document.footnotes.update({1: [Paragraph([Run("Subject to change.")])]}),
        lambda document, table: document.sections[0].footer.append(Paragraph([Run("Not binding.")])),
    ],
    ids=["across the columns", "head of the table", "footnote", "foot of the page"],
)
def test_what_stands_in_no_column_counts_as_well(change: Callable[[Document, Table], object]) -> None:
    before, said = said_beside(lambda document, table: None)
    after, said_now = said_beside(change)
    assert after != before
    assert said_now == said


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("有效期五年。", "It holds for five (5) years."),
        ("有效期二十五年。", "It holds for twenty-five years."),
        ("提前六个月通知。", "Six months’ notice is given."),
        ("双方每年举行一次会议。", "The Participants meet once a year."),
        ("正本一式两份。", "There are two (2) originals."),
        ("一式两份。", "Made in duplicate."),
        ("于2024年3月27日签署。", "Signed on 27 March 2024."),
        ("于二〇二四年三月二十七日签署。", "Signed on March 27, 2024."),
        ("每年3月31日前通知。", "Notice is given by 31 March of each year."),
        ("自2024年3月1日至3月31日。", "From 1 to 31 March 2024."),
        ("2024年3月起。", "From March 2024."),
        ("2024年4月3日。", "03/04/2024."),
        ("每年三月开会。", "They meet every March."),
        ("邮箱为office@sspu.example，电话021-50216814。", "office@sspu.example, telephone +86 21 5021 6814."),
        ("网址：https://www.sspu.example/en。", "See www.sspu.example/en."),
        ("于24:00届满。", "It ends at 24:00."),
        ("下午5时截止。", "It closes at 5 p.m."),
        ("经费为人民币50万元。", "The budget is RMB 500,000."),
        ("经费为伍拾万元整（￥500,000.00）。", "The budget is CNY 500,000."),
        ("赞助5000欧元。", "The grant is € 5,000."),
        ("费用为1.2亿元。", "It costs 120 million yuan."),
        ("比例为百分之十五。", "The share is 15 per cent."),
        ("比例不超过５％。", "The share is at most five per cent."),
        ("三分之二以上成员同意。", "At least two thirds of the members agree."),
        ("见第八条第二款。", "See Article 8.2."),
        ("见第8条及附件一。", "See Article 8 and Annex 1."),
        ("2025—2026学年", "The academic year 2025/26"),
        ("每两年评估一次。", "A review takes place every two years."),
        ("三至五名学生。", "Three to five students."),
        ("编号：SSPU-MOU-2024-0001。", "Number SSPU-MOU-2024-0001."),
        ("按每日万分之五支付。", "0.05% per day."),
        ("上午九时三十分开始。", "It begins at 9:30 a.m."),
        ("在校生1.3万余人。", "Over 13,000 students."),
        ("自2024/2025学年起。", "From the academic year 2024/25."),
        ("于二〇二四年三月二十七日签订。", "Signed on the 27th day of March 2024."),
        ("为期12个月。", "It lasts one year, that is twelve months."),
    ],
)  # fmt: skip
def test_what_says_the_same_is_not_flagged(chinese: str, english: str) -> None:
    assert told((chinese, english)) == []


@pytest.mark.parametrize(
    ("chinese", "english", "kind"),
    [
        ("有效期五年。", "It holds for three (3) years.", "number"),
        ("有效期五年。", "It holds for some years.", "number"),
        ("有效期六年。", "It holds for six (6) months.", "duration"),
        ("于2024年3月27日签署。", "Signed on 28 March 2024.", "date"),
        ("每年3月31日前通知。", "Notice is given by 30 March of each year.", "date"),
        ("于24:00届满。", "It ends at 23:00.", "time"),
        ("邮箱为office@sspu.example。", "E-mail: office@spsu.example.", "email"),
        ("网址为www.sspu.example。", "See www.sspu.example.org.", "web"),
        ("电话：021-50216814。", "Telephone: +86 21 5021 6815.", "phone"),
        ("经费为人民币50万元。", "The budget is RMB 5,000,000.", "money"),
        ("赞助5000欧元。", "The grant is $ 5,000.", "money"),
        ("比例为15%。", "The share is 50%.", "percent"),
        ("见第八条。", "See Article 9.", "reference"),
        ("编号：SSPU-MOU-2024-0001。", "Number SSPU-MOU-2024-0010.", "code"),
        ("The text of this row stays in English here.", "The text of this row stays in English here.", "untranslated"),
        ("", "This row has nothing beside it.", "row_empty"),
        ("以下简称“生效日”。", "From then on it holds.", "term_one_sided"),
    ],
)
def test_a_slip_in_one_column_is_named(chinese: str, english: str, kind: str) -> None:
    assert set(told((chinese, english))) == {kind}


def test_a_finding_holds_both_rows_with_what_differs_marked() -> None:
    found = checking.check(a_document(PLENTY, ("有效期五年。", "It holds for three (3) years.")), ("zh", "en"))[0]
    assert (found.facts["one"], found.facts["other"], found.facts["what"]) == ("zh", "en", "五 ≠ 3")
    start, end = map(int, found.facts["right_marks"].split("-"))
    assert found.facts["right"][start:end] == "3"


def test_who_signs_for_whom_is_named_as_the_register_has_it() -> None:
    ruse = Name({"zh": ("鲁塞大学",), "en": ("University of Ruse", "Ruse")})
    person = Name({"zh": ("谢华清",), "en": ("Xie Huaqing",)}, titles={"zh": "校长", "en": "President"})
    both = (ruse, person)
    assert told(("鲁塞大学每年通知。", "Ruse gives notice each year."), named=both) == []
    assert told(("鲁赛大学每年通知。", "The University of Ruse gives notice."), named=both) == ["name"]
    assert told(("由校长谢华清代表。", "represented by Xie Huaqing, Vice President"), named=both) == []
    assert told(("由处长谢华清代表。", "represented by Xie Huaqing, President"), named=both) == ["name"]


def test_a_term_is_said_as_it_was_defined() -> None:
    defined = ("自签署之日（以下称“生效日”）起。", "From the date of signature (the “Effective Date”).")
    assert told(defined, ("自生效日起算。", "Counted from the Effective Date.")) == []
    assert told(defined, ("自有效日起算。", "Counted from the Effective Date.")) == ["term_unlike"]
    assert told(defined, ("自生效日起算。", "Counted from the Commencement Date.")) == ["term_unlike"]
    assert told(defined, defined) == ["term_twice", "term_twice"]


def test_columns_with_different_clauses_keep_the_text_from_being_submitted() -> None:
    document = a_document(("甲方", "Party A"), ("乙方", "Party B"), labels=(2, 1))
    found = checking.check(document, ["zh", "en"])
    assert [(each.code, each.outcome) for each in found] == [("clause_count", "refuse")]


def test_numbers_in_front_of_clauses_agree_however_they_are_written() -> None:
    document = a_document(PLENTY, PLENTY)
    rows = document.sections[0].blocks[0].rows
    for row, (chinese, english) in zip(rows, (("第一条", "Article 1."), ("第3条", "2.")), strict=True):
        row.cells[0].blocks[0].label, row.cells[1].blocks[0].label = chinese, english
    assert [found.facts["what"] for found in checking.check(document, ("zh", "en"))] == ["第3条 ≠ 2."]


def test_columns_may_stand_the_other_way_round_and_beside_a_column_of_numbers() -> None:
    turned = [PLENTY[::-1], ("It holds for five (5) years.", "有效期三年。")]
    assert [row.texts[0] for row in columns.rows(a_document(*turned), ("zh", "en"))] == [PLENTY[0], "有效期三年。"]
    numbered = a_document(*(("1", *row) for row in turned))
    assert len(checking.check(numbered, ("zh", "en"))) == 1
    assert columns.digests(a_document(*turned), ("zh", "en")) == columns.digests(
        a_document(*(row[::-1] for row in turned)), ("zh", "en")
    )


def test_three_languages_are_each_held_against_the_first() -> None:
    rows = (
        (
            "本备忘录由双方订立。",
            "This Memorandum is made between both.",
            "Dieses Memorandum wird von beiden geschlossen.",
        ),
        ("有效期五年。", "It holds for five (5) years.", "Es gilt sechs (6) Jahre ab dem 27. März 2024."),
    )
    found = checking.check(a_document(*rows), ("zh", "en", "de"))
    assert {(each.facts["other"], each.facts["kind"]) for each in found} == {("de", "number"), ("de", "date")}


def test_any_two_languages_are_compared_as_far_as_they_are_understood() -> None:
    both = ("Подписано на 27 март 2024 г. Срокът е пет години.", "Unterzeichnet am 27.03.2024. Es gilt fünf (5) Jahre.")
    assert told(both, languages=("bg", "de")) == []
    changed = (both[0], both[1].replace("27.03", "28.03"))
    assert set(told(changed, languages=("bg", "de"))) == {"date"}


def test_one_language_has_nothing_to_disagree_with_and_no_columns_are_said() -> None:
    assert checking.check(a_document(("5", "6")), ["en"]) == []
    plain = Document([Section([Paragraph([Run("只有一段文字。")])])])
    assert [found.code for found in checking.check(plain, ["zh", "en"])] == ["no_columns"]


def test_a_table_of_both_languages_in_each_cell_is_none_of_languages() -> None:
    signatures = a_document(("代表 For 上海第二工业大学 Shanghai", "代表 For 鲁塞大学 University of Ruse"))
    assert columns.rows(signatures, ("zh", "en")) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("两", 2), ("三百", 300), ("二〇二四", 2024),
     ("一万二千", 12_000), ("壹佰贰拾叁万", 1_230_000)],
)  # fmt: skip
def test_chinese_numbers(text: str, number: int) -> None:
    assert chinese_number(text) == number


@lru_cache(maxsize=32)
def filled(type_: str) -> tuple[Document, tuple[Name, ...]]:
    """A template with its example."""
    template = TEMPLATES[type_]
    values = template.complete(template.example())
    return read(merge(template.document_path.read_bytes(), values)).document, names.of_parties(values)


BILINGUAL = [key for key, each in TEMPLATES.items() if len(each.languages) > 1]


@pytest.mark.parametrize("type_", BILINGUAL)
def test_our_own_templates_agree_with_themselves(type_: str) -> None:
    document, named = filled(type_)
    found = checking.check(document, TEMPLATES[type_].languages, named)
    assert [f"{each} {each.facts}" for each in found] == []


# One slip in one column: whatever it is about, it is named in its row.

_DAY = re.compile(r"\b(\d{1,2})(?= (?:January|March|April|May|June|July|September|October) \d{4})")
_FIGURE = re.compile(r"(?<![\d.,–-])\d{1,4}(?![\d.,–-])")
_MAIL = re.compile(r"(?<=@)[a-z-]+")
_MONEY = re.compile(r"(?:RMB|CNY|EUR|USD) [\d,]*\d")


def _other_number(match: re.Match[str]) -> str:
    return str(int(match[0]) + 1 if int(match[0]) != 27 else 24)


CHANGES: dict[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = {
    "day": (_DAY, _other_number),
    "number": (_FIGURE, lambda match: str(int(match[0]) + 7)),
    "address": (_MAIL, lambda match: match[0] + "x"),
    "amount": (_MONEY, lambda match: match[0] + "0"),
    "name": (re.compile("University of Ruse|Shanghai Polytechnic University|Xie Huaqing|Galina Ivanova"), lambda match: match[0][:-2] + "o"),
}  # fmt: skip


def _slips(seed: int, count: int) -> Iterator[tuple[str, str, int, str]]:
    """(template, kind, row, the English row with one thing changed); the same for the same seed."""
    chance = random.Random(seed)
    places: dict[str, list[tuple[str, int, re.Match[str]]]] = {kind: [] for kind in CHANGES}
    for type_ in BILINGUAL:
        for number, row in enumerate(columns.rows(filled(type_)[0], TEMPLATES[type_].languages)):
            for kind, (pattern, _change) in CHANGES.items():
                places[kind] += [(type_, number, match) for match in pattern.finditer(row.texts[1])]
    for kind, (_pattern, change) in CHANGES.items():
        assert places[kind], kind
        for type_, number, match in chance.sample(places[kind], min(count, len(places[kind]))):
            text = match.string
            yield type_, kind, number, text[: match.start()] + change(match) + text[match.end() :]


def test_any_slip_in_our_own_texts_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    missed: list[Any] = []
    known = columns.rows
    for type_, kind, number, text in _slips(seed=20260327, count=12):
        document, named = filled(type_)
        languages = TEMPLATES[type_].languages
        found_rows = deepcopy(known(document, languages))
        row = found_rows[number]
        found_rows[number] = columns.Row((row.texts[0], text, *row.texts[2:]), row.labels)
        monkeypatch.setattr(checking, "rows", lambda _document, _languages, rows=found_rows: rows)
        found = checking.check(document, languages, named)
        if not any(each.facts.get("right") == text for each in found):
            missed.append((type_, kind, text))
    assert missed == []


# What lawyers write, and how they err.


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("总额为RMB12,000.00元。", "The total is CNY 12,000."),
        ("总额为￥12，000元。", "The total is RMB 12,000."),
        ("一百二十万元（RMB1,200,000.00）。", "One million two hundred thousand yuan (RMB 1,200,000.00)."),
        ("成员的3/4同意。", "Three quarters of the members agree."),
        ("学费减免50%。", "Half of the tuition is waived."),
        ("十二个月内。", "Within one year."),
        ("保密期为三年。", "Confidential for 36 months."),
        ("两周内答复。", "Reply within a fortnight."),
        ("有效期一年半。", "Valid for eighteen months."),
        ("有效期半年。", "Valid for half a year."),
        ("三倍赔偿。", "Treble damages."),
        ("上午9:00至下午5:00。", "From 9 a.m. to 5 p.m."),
        ("2024年3月和6月付款，2025年3月至6月评估。", "Payment in March and June 2024, review from March to June 2025."),
        ("于2024年3月27日签署。", "Signed this twenty-seventh day of March, 2024."),
        ("见第八条。", "See Article VIII."),
        ("五（5）个工作日内。", "Within five (five) working days."),
        ("一个季度后。", "After one quarter."),
        ("第三方不享有权利。", "No third party has rights."),
    ],
)
def test_what_lawyers_write_is_not_flagged(chinese: str, english: str) -> None:
    assert told((chinese, english)) == []


@pytest.mark.parametrize(
    ("chinese", "english", "kind"),
    [
        ("有效期一年。", "Valid for two years.", "duration"),
        ("提前一个月通知。", "Three months’ notice.", "duration"),
        ("有效期半年。", "Valid for three months.", "duration"),
        ("有效期一年半。", "Valid for one year.", "duration"),
        ("5（五）个工作日内。", "Within 5 (five) days.", "duration"),
        ("五（6）年。", "five (5) years.", "number"),
        ("十二个月内。", "Within two years.", "number"),
        ("四分之三同意。", "Two thirds agree.", "number"),
        ("至少半数。", "At least one third.", "number"),
        ("每年一次。", "Twice a year.", "number"),
        ("第一期付款。", "The second instalment.", "number"),
        ("上午9:00。", "9 p.m.", "time"),
        ("2024年3月和6月。", "In March and July 2024.", "date"),
        ("总额为RMB12,000。", "The total is EUR 12,000.", "money"),
        ("第九条。", "Article VIII.", "reference"),
    ],
)
def test_what_lawyers_get_wrong_is_named(chinese: str, english: str, kind: str) -> None:
    assert kind in told((chinese, english))


def test_a_figure_without_an_end_is_read_at_once() -> None:
    """It took most of a minute, for one row of an agreement."""
    assert facts("1" * 8_000, "en")
    assert facts("March, " * 1_100, "en")


def test_more_than_any_agreement_holds_is_not_read_to_the_end() -> None:
    giant = ("5万元，" * 6_000, "RMB 50,000, " * 6_000)
    assert told(giant)[-1] == "not_all_compared"
    assert facts("一" * 20_000, "zh") and facts("1,111 " * 3_000, "en")
