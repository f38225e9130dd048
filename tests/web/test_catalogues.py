"""The catalogues as a whole: one word for one thing, nothing lost between the languages, punctuation of the language."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from mou_service.settings import ROOT
from mou_service.web import catalogues

HAN = r"[\u3400-\u9fff]"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
ENDS = {".": "。", "?": "？", ":": "：", "…": "…", ",": "："}
#: They translate where they stand; `_l` waits until somebody reads.
IMMEDIATE = {"_", "gettext", "ngettext", "pgettext"}
#: Headings that are questions in English and, as an office writes, none in Chinese.
OTHERWISE = {
    "Who is this?", "Is it you?", "Is everything there?", "Why? The organiser reads this.",
    "No.",  # the short form of "number"
}  # fmt: skip


@cache
def written() -> tuple[tuple[str, Message], ...]:
    """Every message as it stands in its file, with the file's name."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, Message]]:
    for source in sorted((catalogues.FOLDER / "zh").glob("*.po")):
        with source.open("rb") as file:
            yield from ((source.stem, message) for message in read_po(file) if message.id)


def english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def chinese(message: Message) -> str:
    return message.string if isinstance(message.string, str) else (message.string or ("",))[0]


def _rows(heading: str) -> list[list[str]]:
    """The cells of a table of docs/words.md, without its head."""
    section = (ROOT / "docs" / "words.md").read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_nothing_waits_for_a_translation() -> None:
    assert catalogues.untranslated("zh") == []
    assert [english(message) for _, message in written() if message.fuzzy or not chinese(message)] == []


def test_no_message_is_translated_in_two_ways() -> None:
    found = defaultdict(set)
    for _, message in written():
        found[english(message)].add(chinese(message))
    assert {text: ways for text, ways in found.items() if len(ways) > 1} == {}


def test_both_sides_name_the_same_facts() -> None:
    different = [
        (file, chinese(message))
        for file, message in written()
        if sorted(PLACEHOLDER.findall(english(message))) != sorted(PLACEHOLDER.findall(chinese(message)))
    ]
    assert different == []


def test_a_sentence_ends_as_a_sentence() -> None:
    different = []
    for file, message in written():
        text, said = english(message), chinese(message)
        wanted = ENDS.get(text.rstrip("”)")[-1:])
        if text not in OTHERWISE and (wanted is None) == (said.rstrip("”）")[-1:] in ENDS.values()):
            different.append((file, text, said))
    assert different == []


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("half-width punctuation", rf"{HAN}[,;:!?]|[,;!?]{HAN}|{HAN}\.(?!\w)"),
        ("half-width brackets", rf"{HAN}\((?!\w+\)[sd]| \))|(?<!\( )\){HAN}"),
        ("a space between scripts, which is the style sheet's business", rf"{HAN} +[A-Za-z0-9%{{]|[A-Za-z0-9}}] +{HAN}"),
        ("straight quotes", r"[\"']"),
        ("an exclamation mark", "！|!"),
        ("the familiar you", "你"),
        ("three dots instead of an ellipsis", r"\.\.\.|。。|(?<![… ])…(?!…)"),
    ],
)  # fmt: skip
def test_chinese_is_set_as_chinese(fault: str, pattern: str) -> None:
    found = [(file, chinese(message)) for file, message in written() if re.search(pattern, chinese(message))]
    assert found == [], fault


def test_words_given_up_are_not_used() -> None:
    given_up = [word for row in _rows("Not said") for word in row[0].split("、")]
    assert given_up
    used = [
        (file, word, chinese(message))
        for file, message in written()
        for word in given_up
        if re.search(word, chinese(message))
    ]
    assert used == []


def test_the_list_of_words_is_what_the_pages_say() -> None:
    known = {english(message): chinese(message) for _, message in written()}
    listed = {
        row[1]: row[2] for heading in ("Where an agreement stands", "What is done with it") for row in _rows(heading)
    }
    assert listed.keys() & known.keys() >= {
        "In review",
        "Text agreed",
        "Archived",
        "Submit for review",
        "Approve",
        "Verify",
    }
    assert {text: known[text] for text in listed.keys() & known.keys() if known[text] != listed[text]} == {}


def test_a_message_with_a_plural_has_one_form_for_chinese() -> None:
    plural = [message for _, message in written() if message.pluralizable]
    assert plural
    assert [chinese(m) for m in plural if isinstance(m.string, str) or len(m.string or ()) != 1] == []
    counted = {text for text, places in catalogues.messages().items() if "%(num)" in text}
    assert counted <= {message.id[0] for message in plural}


def test_nothing_is_translated_while_modules_are_loaded() -> None:
    """A `_()` outside of a function would speak the language of whoever started the service."""
    early = [
        f"{source.relative_to(catalogues.PACKAGE)}:{line}"
        for source in sorted(catalogues.PACKAGE.rglob("*.py"))
        for line in _translated_at_once(ast.parse(source.read_text("utf-8")))
    ]
    assert early == []


def _translated_at_once(node: ast.AST) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in IMMEDIATE:
            yield child.lineno
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _translated_at_once(child)
