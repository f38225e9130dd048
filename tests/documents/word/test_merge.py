"""Templates are filled in a process that can do nothing else; what is wrong is said with name and place."""

import io
import os
import signal
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mou_service.documents.word.findings import TemplateFailed
from mou_service.documents.word.ooxml import W
from mou_service.documents.word.package import Package
from mou_service.documents.word.templates import merge as merging
from mou_service.documents.word.templates.merge import merge
from mou_service.documents.word.text import plain_text
from tests.documents.word import making
from tests.documents.word.making import paragraph, row, run, table, word

VALUES: dict[str, Any] = {
    "title": {"en": "Memorandum", "zh": "谅解备忘录"},
    "own": {"name": {"en": "Ann & <Bob> University"}},
    "parties": [{"name": "One"}, {"name": "Two"}],
    "areas": ["physics", "chemistry", "law"],
    "term_years": 5,
    "start": "2024-03-27",
    "optional": False,
    "nothing": None,
    "long": "first line\nsecond\tline",
}


def filled(*body: str, **values: Any) -> list[str]:
    return plain_text(merge(word(*body), {**VALUES, **values}))


def test_values_conditions_and_loops() -> None:
    assert filled(
        "{{ title.en }} {{ title.zh }}",
        "{%p if optional %}",
        "never",
        "{%p endif %}",
        table(
            row("{%tr for party in parties %}", ""),
            row("{{ loop.index }}", "{{ party.name }}"),
            row("{%tr endfor %}", ""),
        ),
    ) == ["Memorandum 谅解备忘录", "1", "One", "2", "Two"]


def test_a_tag_split_over_runs_is_filled() -> None:
    assert filled(paragraph(run("{{ ti"), run("tle", "<w:b/>"), run(".en }}!"))) == ["Memorandum!"]


def test_a_value_is_text_and_never_markup() -> None:
    assert filled("{{ own.name.en }}") == ["Ann & <Bob> University"]
    evil = "</w:t></w:r><w:r><w:instrText>DDEAUTO cmd</w:instrText></w:r><w:r><w:t>"
    document = merge(word("{{ title.en }}"), {"title": {"en": evil}})
    assert plain_text(document) == [evil]
    assert b"<w:instrText>" not in Package(document).read("word/document.xml")
    assert filled("{{ evil }}", evil="{{ 7 * 7 }}") == ["{{ 7 * 7 }}"]


def test_line_breaks_and_tabs_in_a_value_become_words_own() -> None:
    assert filled("{{ long }}") == ["first line\nsecond\tline"]
    assert filled("{{ long }}", long="a\x0bb\x00c") == ["abc"]


def test_filters() -> None:
    assert filled(
        "{{ start | date }} {{ start | date('zh') }}",
        "{{ areas | list_and }}",
        "{{ areas | list_and('zh') }}",
        "{{ term_years | spelled('en', 'year') }} {{ term_years | spelled('zh', 'year') }}",
        "{{ title.en | upper }}",
    ) == [
        "27 March 2024 2024年3月27日",
        "physics, chemistry and law",
        "physics、chemistry和law",
        "five (5) years 五年",
        "MEMORANDUM",
    ]


def test_headers_are_filled_and_metadata_is_clean() -> None:
    core = b'<c:coreProperties xmlns:c="x"><secret>Typist</secret></c:coreProperties>'
    template = word(
        "x",
        parts={"word/header1.xml": making.part("hdr", paragraph("No. {{ ref }}")), "docProps/core.xml": core},
        links=[("h", "header", "header1.xml", False)],
    )
    package = Package(merge(template, {"ref": "MOU-1"}, title="A & B", author="Office"))
    assert b"No. MOU-1" in package.read("word/header1.xml")
    assert b"Typist" not in package.read("docProps/core.xml")
    assert b"A &amp; B" in package.read("docProps/core.xml") and b"Office" in package.read("docProps/core.xml")


def test_the_same_input_gives_the_same_bytes() -> None:
    template = word("{{ title.en }}")
    one, other = merge(template, VALUES), merge(template, VALUES)
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_cell_emptied_by_a_condition_can_still_be_opened() -> None:
    document = merge(word(table(row("a", making.cell("{%p if optional %}", "x", "{%p endif %}")))), VALUES)
    root = Package(document).root("word/document.xml")
    assert root is not None
    cells = list(root.iter(W + "tc"))
    assert len(cells) == 2 and all(cell[-1].tag.endswith("}p") for cell in cells)


FAILURES: dict[str, tuple[str, str, str]] = {
    "a missing name": ("in {{ place }}", "missing_value", "There is no value “place”."),
    "a missing language": ("{{ title.bg }}", "missing_value", "There is no value “bg”."),
    "an empty value": ("{{ nothing }}", "bad_value", "empty"),
    "all languages at once": ("{{ title }}", "bad_value", "one text for each of en, zh"),
    "a list as a whole": ("{{ areas }}", "bad_value", "a list"),
    "a call": ("{{ title.en.upper() }}", "forbidden_expression", "A call"),
    "the way to a shell": ("{{ cycler.__init__.__globals__.os }}", "forbidden_expression", "cannot be used"),
    "an unclosed tag": ("{{ title.en", "syntax", "cannot be read"),
    "no end": ("{% if optional %}", "syntax", "endif"),
    "a wrong date": ("{{ title.en | date }}", "bad_value", "cannot be filled in"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_is_wrong_is_said_with_its_place(name: str) -> None:
    text, code, words = FAILURES[name]
    with pytest.raises(TemplateFailed) as failed:
        merge(word("before", f"Signed {text}", "after"), VALUES)
    finding = failed.value.findings[0]
    assert (finding.code, words in finding.message) == (code, True), finding
    assert finding.place.startswith("body (“Signed ")


def test_a_condition_that_ends_in_a_table_leaves_no_document() -> None:
    with pytest.raises(TemplateFailed) as failed:
        merge(word("{% if optional %}a", table(row("b{% endif %}"))), VALUES)
    assert failed.value.findings[0].code == "broken_result"


def test_time_and_memory_are_limited_and_the_next_document_is_filled() -> None:
    loops = word("{%p for a in many %}", "{%p for b in many %}", "{{ a }}{{ b }}", "{%p endfor %}", "{%p endfor %}")
    with pytest.raises(TemplateFailed) as failed:
        merge(loops, {"many": ["x" * 40] * 5_000})
    assert failed.value.findings[0].code in ("too_slow", "too_much")
    assert filled("{{ title.en }}") == ["Memorandum"]


def test_a_worker_that_died_is_replaced() -> None:
    assert filled("{{ title.en }}") == ["Memorandum"]
    idle = list(merging._POOL._idle)
    for worker in idle:
        os.kill(worker._process.pid, signal.SIGKILL)
        worker._process.wait()
    assert idle
    assert filled("{{ title.en }}") == ["Memorandum"]


def test_many_threads_fill_at_the_same_time() -> None:
    results: list[list[str]] = []
    threads = [
        threading.Thread(target=lambda number=number: results.append(filled("{{ n }}", n=number)))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[str(number)] for number in range(6)]


def test_the_worker_has_no_secrets_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hidden")
    worker = merging._Worker()
    try:
        assert b"hidden" not in Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    finally:
        worker.end()
