"""A text is started, changed, taken in from Word and corrected; each time a new version says so, and refusals leave no trace."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask

from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.errors import Refused
from mou_service.documents.findings import Hindered
from mou_service.documents.pdf.characters import runs
from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.text import plain_text
from mou_service.drafting import annexes, operations, texts
from mou_service.drafting.operations import Unfinished
from mou_service.drafting.plan import Contact
from mou_service.engines import Engines
from tests import cast, makers
from tests.cast import Cast

TEMPLATE = "university-university"


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


@pytest.fixture
def agreement(people: Cast, engines: Engines) -> Agreement:
    return makers.an_agreement(people, engines)


def said(agreement: Agreement, engines: Engines) -> str:
    assert agreement.version is not None
    return "\n".join(plain_text(engines.files.get(agreement.version.docx)))


def in_word(content: bytes, change: Callable[[str], str]) -> bytes:
    """The file as somebody would send it back, with words changed in Word."""
    document = docx.Document(io.BytesIO(content))
    for text in document.element.iter(qn("w:t")):  # also inside content controls, which python-docx passes over
        text.text = change(text.text or "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_first_version_says_what_was_asked(agreement: Agreement, engines: Engines, people: Cast) -> None:
    assert agreement.ref == "SSPU-MOU-2024-0001"
    assert [v.number for v in agreement.versions] == [1]
    words = said(agreement, engines)
    for part in (
        "Xie Huaqing",
        "谢华清",
        "Galina Ivanova",
        "University of Ruse",
        "鲁塞大学",
        "27 March 2024",
        "2024年3月27日",
    ):
        assert part in words, part
    assert agreement.term is not None
    assert agreement.term.months == 60
    assert events.trail(agreement.stream)[0].name == "agreement.start"


def test_references_are_counted_for_each_series(agreement: Agreement, engines: Engines, people: Cast) -> None:
    assert makers.an_agreement(people, engines).ref == "SSPU-MOU-2024-0002"
    assert makers.an_agreement(people, engines, template="letter-of-intent").ref.endswith("-2024-0001")


def test_a_letter_of_intent_ends_on_the_day_it_names(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, template="letter-of-intent")
    assert agreement.term is not None and agreement.term.ends_on is not None
    lapses = operations.plan_of(agreement).answers["lapse_date"]
    assert (agreement.term.months, agreement.term.ends_on.isoformat()) == (0, lapses)


def test_what_is_missing_is_named_and_nothing_is_made(agreement: Agreement, engines: Engines, people: Cast) -> None:
    manifest = engines.manifests[TEMPLATE]
    wish = operations.plan_of(agreement)
    wish = replace(wish, day=None, partner=replace(wish.partner, signatories=(), contact=Contact()))
    with pytest.raises(Unfinished) as refused:
        operations.start(
            manifest,
            wish,
            actor=people.actor("drafter"),
            files=engines.files,
            fonts=engines.fonts,
            institution=people.institution,
            year=2024,
        )
    assert {"date.en", "partner.signatories", "partner.contact.email"} <= {p.field for p in refused.value.problems}
    assert makers.an_agreement(people, engines).ref == "SSPU-MOU-2024-0002"


def test_what_the_kind_asks_of_witnesses_is_kept_with_the_agreement(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    assert not agreement.attested
    deed = replace(engines.manifests[TEMPLATE], attesting_witness=True)
    made = operations.start(
        deed, operations.plan_of(agreement), actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts,
        institution=people.institution, year=2024,
    )  # fmt: skip
    assert made.attested


def test_only_legal_staff_starts(agreement: Agreement, engines: Engines, people: Cast) -> None:
    with pytest.raises(Refused):
        operations.start(
            engines.manifests[TEMPLATE], operations.plan_of(agreement), actor=people.actor("reviewer"),
            files=engines.files, fonts=engines.fonts, institution=people.institution, year=2024,
        )  # fmt: skip


def test_changed_answers_make_the_next_version(agreement: Agreement, engines: Engines, people: Cast) -> None:
    wish = operations.plan_of(agreement)
    wish = replace(wish, answers={**wish.answers, "term_years": 3}, day=date(2024, 4, 1))
    version = operations.write(
        agreement,
        engines.manifests[TEMPLATE],
        wish,
        actor=people.actor("drafter"),
        files=engines.files,
        fonts=engines.fonts,
        note="shorter",
    )
    assert (version.number, version.note) == (2, "shorter")
    assert "three (3) years" in said(agreement, engines)
    assert agreement.term is not None
    assert agreement.term.months == 36
    event = events.trail(agreement.stream)[-1]
    assert (event.name, event.facts["number"]) == ("version.add", 2)
    assert engines.files.has(agreement.versions[0].docx)


def test_the_same_answers_change_nothing(agreement: Agreement, engines: Engines, people: Cast) -> None:
    before = len(events.trail(agreement.stream))
    same = operations.write(
        agreement, engines.manifests[TEMPLATE], operations.plan_of(agreement), actor=people.actor("drafter"),
        files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    assert same.number == 1
    assert len(events.trail(agreement.stream)) == before


def test_a_text_from_word_is_kept_as_it_came_and_as_it_counts(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    assert agreement.version is not None
    sent = in_word(
        engines.files.get(agreement.version.docx), lambda text: text.replace("University of Ruse", "Ruse University")
    )
    version = operations.upload(
        agreement, sent, actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    assert (version.number, version.origin) == (2, "upload")
    assert version.original is not None
    assert engines.files.get(version.original) == sent
    assert "Ruse University" in said(agreement, engines)
    assert version.text_digest != agreement.versions[0].text_digest


def test_a_slip_between_the_columns_is_found_in_an_upload(agreement: Agreement, engines: Engines, people: Cast) -> None:
    assert agreement.version is not None
    sent = in_word(
        engines.files.get(agreement.version.docx), lambda text: text.replace("five (5) years", "seven (7) years")
    )
    version = operations.upload(
        agreement, sent, actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    assert {found["code"] for found in version.findings} >= {"differs"}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_word_file_is_refused_and_leaves_nothing(
    agreement: Agreement, engines: Engines, people: Cast, content: bytes
) -> None:
    before = set(engines.files.keys())
    with pytest.raises(UnsafeFile):
        operations.upload(agreement, content, actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts)
    assert len(agreement.versions) == 1
    assert set(engines.files.keys()) == before


def test_a_wrong_name_is_corrected_in_the_text_and_for_the_signature(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    (signatory,) = agreement.partner_parties[0].signatories
    shown = {**signatory.as_shown, "name": {**signatory.as_shown["name"], "en": "Galina Ivanova Ivanova"}}
    version = operations.correct_name(
        agreement,
        signatory,
        shown,
        manifest=engines.manifests[TEMPLATE],
        actor=people.actor("drafter"),
        files=engines.files,
        fonts=engines.fonts,
    )
    assert version is not None
    assert version.number == 2
    assert "Galina Ivanova Ivanova" in said(agreement, engines)
    assert signatory.as_shown["name"]["en"] == "Galina Ivanova Ivanova"
    assert people.positions["Galina Ivanova"].person.called()["en"] == "Galina Ivanova"
    names = [event.name for event in events.trail(agreement.stream)]
    assert names[-2:] == ["signatory.correct", "version.add"]


def test_a_corrected_name_outlives_the_next_change_of_answers(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    (signatory,) = agreement.partner_parties[0].signatories
    shown = {**signatory.as_shown, "name": {**signatory.as_shown["name"], "en": "Prof. Galina Ivanova"}}
    tools = {"actor": people.actor("drafter"), "files": engines.files, "fonts": engines.fonts}
    operations.correct_name(agreement, signatory, shown, manifest=engines.manifests[TEMPLATE], **tools)
    wish = operations.plan_of(agreement)
    operations.write(
        agreement, engines.manifests[TEMPLATE], replace(wish, answers={**wish.answers, "term_years": 4}), **tools
    )
    assert "Prof. Galina Ivanova" in said(agreement, engines)


def test_a_name_in_a_text_from_word_is_corrected_for_the_signature_only(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    assert agreement.version is not None
    tools = {"actor": people.actor("drafter"), "files": engines.files, "fonts": engines.fonts}
    sent = in_word(
        engines.files.get(agreement.version.docx), lambda text: text.replace("University of Ruse", "Ruse University")
    )
    operations.upload(agreement, sent, **tools)
    (signatory,) = agreement.own_party.signatories
    shown = {**signatory.as_shown, "title": {**signatory.as_shown["title"], "en": "Rector"}}
    assert operations.correct_name(agreement, signatory, shown, manifest=engines.manifests[TEMPLATE], **tools) is None
    assert len(agreement.versions) == 2


def test_an_annex_goes_behind_the_text(agreement: Agreement, engines: Engines, people: Cast) -> None:
    document = docx.Document()
    document.add_paragraph("Plan of activities 活动计划")
    out = io.BytesIO()
    document.save(out)
    annexes.attach(
        agreement, out.getvalue(), filename="plan.docx", titles={"en": "Annex 1", "zh": "附件一"},
        actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    assert agreement.version is not None
    (annex,) = agreement.annexes
    words = [run.text for run in runs(texts.blocks_of(engines.files.get(annex.docx)))]
    assert "Plan of activities 活动计划" in words
    annexes.remove(agreement, agreement.annexes[0].id, actor=people.actor("drafter"))
    assert agreement.annexes == []
    assert [e.name for e in events.trail(agreement.stream)][-2:] == ["annex.attach", "annex.remove"]


@pytest.mark.parametrize("at", ["in_review", "text_agreed", "in_approval", "approved"])
def test_nothing_is_written_after_the_submission(people: Cast, engines: Engines, at: str) -> None:
    agreement = makers.an_agreement(people, engines, at=at)
    with pytest.raises(Refused):
        operations.write(
            agreement, engines.manifests[TEMPLATE], operations.plan_of(agreement), actor=people.actor("drafter"),
            files=engines.files, fonts=engines.fonts,
        )  # fmt: skip
    with pytest.raises(Refused):
        operations.upload(agreement, b"", actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts)


def test_taking_the_text_back_takes_every_decision_away(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="approved")
    operations.revise(agreement, actor=people.actor("drafter"), reason="The term is wrong.")
    assert agreement.state == "drafting"
    assert agreement.review_steps
    assert not any(step.counts for step in agreement.review_steps)
    assert all(step.decision for step in agreement.review_steps)
    assert events.trail(agreement.stream)[-1].facts["reason"] == "The term is wrong."


def test_only_legal_staff_takes_a_text_back(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="approved")
    with pytest.raises(Refused):
        operations.revise(agreement, actor=people.actor("organiser"), reason="x")
    assert all(step.counts for step in agreement.review_steps)


def test_a_text_whose_columns_have_different_clauses_is_not_submitted(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    assert agreement.version is not None
    document = docx.Document(io.BytesIO(engines.files.get(agreement.version.docx)))
    table = max(document.tables, key=lambda each: len(each.rows))
    cell = next(row.cells[1] for row in table.rows if row.cells[1].paragraphs[0].style.name.startswith("Heading"))
    cell.add_paragraph("One more clause", style=cell.paragraphs[0].style)._p.get_or_add_pPr().append(
        _copy(cell.paragraphs[0]._p.pPr.numPr)
    )
    out = io.BytesIO()
    document.save(out)
    operations.upload(
        agreement, out.getvalue(), actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    with pytest.raises(Refused, match="what was found"):
        makers.submit(agreement.ref, people)
    assert agreement.state == "drafting"


def _copy(element):  # type: ignore[no-untyped-def]
    from copy import deepcopy

    return deepcopy(element)


def test_a_character_no_font_shows_is_found_before_the_text_is_submitted(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    (signatory,) = agreement.partner_parties[0].signatories
    shown = {**signatory.as_shown, "name": {**signatory.as_shown["name"], "zh": "王\U00021ddf芳"}}
    version = operations.correct_name(
        agreement, signatory, shown, manifest=engines.manifests[TEMPLATE], actor=people.actor("drafter"),
        files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    assert version is not None
    (found,) = [each for each in version.findings if each["code"] == "unknown_glyph"]
    assert found["outcome"] == "refuse" and found["facts"]["name"].startswith("U+21DDF ")
    assert "王\U00021ddf芳" in found["facts"]["around"]
    with pytest.raises(Refused, match="what was found"):
        makers.submit(agreement.ref, people)


def test_an_annex_with_such_a_character_is_not_attached(agreement: Agreement, engines: Engines, people: Cast) -> None:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("Contact: 王\U00021ddf芳")
    document.save(out)
    with pytest.raises(Hindered, match=r"U\+21DDF"):
        annexes.attach(
            agreement,
            out.getvalue(),
            filename="plan.docx",
            titles={"en": "Annex 1"},
            actor=people.actor("drafter"),
            files=engines.files,
            fonts=engines.fonts,
        )
    assert agreement.annexes == []
