"""A translation is confirmed by somebody who commands the languages, and a later change of one of them withdraws it."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import lifecycle, tasks
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.jobs import run_due
from mou_service.drafting import annexes
from mou_service.drafting import operations as drafting
from mou_service.drafting.translation import operations, queries
from mou_service.engines import Engines
from mou_service.notifications.models import Message
from mou_service.review import operations as review
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


def edited(ref: str, engines: Engines, old: str, new: str) -> bytes:
    """The newest text with some words replaced, as somebody does it in Word."""
    version = get(ref).version
    assert version is not None
    file = docx.Document(io.BytesIO(engines.files.get(version.docx)))
    found = [each for each in file.element.body.iter(qn("w:t")) if old in (each.text or "")]
    assert found, old
    for each in found:
        each.text = (each.text or "").replace(old, new)
    saved = io.BytesIO()
    file.save(saved)
    return saved.getvalue()


def upload(ref: str, people: Cast, engines: Engines, old: str, new: str) -> None:
    drafting.upload(
        get(ref), edited(ref, engines, old, new), actor=people.actor("drafter"), files=engines.files,
        fonts=engines.fonts,
    )  # fmt: skip
    db.session.commit()


def names(ref: str) -> list[str]:
    return [event.name for event in events.trail(get(ref).stream) if event.name.startswith("translation.")]


def test_a_text_in_two_languages_waits_for_its_confirmation(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="text_agreed")
    drafter, reviewer = people.actor("drafter"), people.actor("reviewer")
    assert len(lifecycle.refusals("present", drafter, agreement)) == 1
    assert "Have the translation confirmed" in [task.what for task in tasks.of(drafter, agreement)]
    made = operations.confirm(agreement, actor=reviewer, note="From the Chinese.")
    assert operations.confirm(agreement, actor=reviewer) is made
    assert {"zh", "en", ""} == set(made.digests)
    assert lifecycle.refusals("present", drafter, agreement) == []
    assert [task.what for task in tasks.of(drafter, agreement)] == ["Present it for approval"]
    fact = events.trail(agreement.stream)[-1].facts
    assert (fact["note"], fact["version"], fact["digests"]) == ("From the Chinese.", 1, made.digests)


def test_one_language_needs_no_confirmation(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="text_agreed", template="university-university-en")
    assert lifecycle.refusals("present", people.actor("drafter"), agreement) == []
    with pytest.raises(Refused, match="one language"):
        operations.confirm(agreement, actor=people.actor("reviewer"))


def test_legal_staff_can_go_on_without_for_a_reason(people: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(people, engines, at="text_agreed")
    drafter = people.actor("drafter")
    with pytest.raises(Invalid):
        operations.go_on_without(agreement, actor=drafter, reason="")
    with pytest.raises(Refused):
        operations.go_on_without(agreement, actor=people.actor("reviewer"), reason="Nobody reads Bulgarian.")
    operations.go_on_without(agreement, actor=drafter, reason="Nobody reads Bulgarian.")
    review.present(agreement, actor=drafter)
    assert names(agreement.ref) == ["translation.go_on"]


@pytest.mark.parametrize("person", ["leader", "organiser", "auditor", "archivist", "partner", "administrator"])
def test_nobody_else_confirms(people: Cast, engines: Engines, person: str) -> None:
    agreement = makers.an_agreement(people, engines, at="in_review")
    with pytest.raises(Refused):
        operations.confirm(agreement, actor=people.actor(person))
    assert names(agreement.ref) == []


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [("有效期", "期限", ["zh"]), ("remains in effect", "is in force", ["en"])],
)
def test_a_change_of_one_language_withdraws_it(
    people: Cast, engines: Engines, old: str, new: str, changed: list[str]
) -> None:
    ref = makers.an_agreement(people, engines).ref
    operations.confirm(get(ref), actor=people.actor("drafter"))
    upload(ref, people, engines, old, new)
    (fallen,) = queries.fallen(get(ref))
    assert (fallen.changed, queries.standing(get(ref))) == (changed, [])
    assert names(ref) == ["translation.confirm", "translation.withdraw"]
    assert [task.what for task in tasks.personal(people.actor("drafter"))]
    operations.confirm(get(ref), actor=people.actor("drafter"))
    assert tasks.personal(people.actor("drafter")) == []


def test_whoever_confirmed_is_told(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_review").ref
    operations.confirm(get(ref), actor=people.actor("reviewer"))
    drafting.revise(get(ref), actor=people.actor("drafter"), reason="A slip.")
    upload(ref, people, engines, "有效期", "期限")
    while run_due():
        pass
    told = [message for message in db.session.query(Message) if message.kind == "translation.withdraw"]
    assert [message.recipient for message in told] == [people["reviewer"].email]


def test_the_same_words_saved_again_and_a_gone_annex_leave_what_was_confirmed(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    operations.confirm(get(ref), actor=people.actor("drafter"))
    upload(ref, people, engines, "有效期", "有效期")
    assert len(get(ref).versions) == 2 and len(queries.standing(get(ref))) == 1
    annex = docx.Document()
    annex.add_paragraph("Plan of work.")
    saved = io.BytesIO()
    annex.save(saved)
    annexes.attach(
        get(ref), saved.getvalue(), filename="plan.docx", titles={"en": "Plan"}, actor=people.actor("drafter"),
        files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    assert [each.changed for each in queries.fallen(get(ref))] == [["annexes"]]


def test_a_difference_that_is_right_comes_back_with_its_row(people: Cast, engines: Engines) -> None:
    ref, drafter = makers.an_agreement(people, engines).ref, people.actor("drafter")
    upload(ref, people, engines, "五年", "六年")
    (found,) = queries.differences(get(ref)).open
    operations.accept(get(ref), actor=drafter, row=found.row, reason="As agreed by letter.")
    upload(ref, people, engines, "remains in effect for", "remains in effect during")
    again = queries.differences(get(ref))
    assert len(again.open) == 1 and again.accepted == ()
    operations.accept(get(ref), actor=drafter, row=again.open[0].row, reason="As agreed by letter.")
    upload(ref, people, engines, "通知", "书面通知")
    assert [one.reason for each in queries.differences(get(ref)).accepted for one in each.accepted] == [
        "As agreed by letter."
    ]
    operations.look_again(get(ref), actor=drafter, row=again.open[0].row)
    assert len(queries.differences(get(ref)).open) == 1


def test_a_row_that_stands_twice_is_right_and_looked_at_again_once(people: Cast, engines: Engines) -> None:
    ref, drafter = makers.an_agreement(people, engines).ref, people.actor("drafter")
    upload(ref, people, engines, "五年", "六年")
    version = get(ref).version
    assert version is not None
    version.findings = [*version.findings, *version.findings]
    (found,) = queries.differences(get(ref)).open
    operations.accept(get(ref), actor=drafter, row=found.row, reason="As agreed by letter.")
    (right,) = queries.differences(get(ref)).accepted
    operations.look_again(get(ref), actor=drafter, row=right.row)
    assert queries.differences(get(ref)).accepted == ()


# The page


def test_the_page_shows_rows_side_by_side_and_takes_the_confirmation(
    people: Cast, engines: Engines, client: FlaskClient
) -> None:
    ref = makers.an_agreement(people, engines).ref
    upload(ref, people, engines, "五年", "六年")
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    address = f"/agreements/{ref}/languages"
    page = client.get(address).text
    assert "<mark>六</mark>" in page and "<mark>5</mark>" in page
    assert "1 rows" not in page and "One row does not say the same" in client.get(f"/agreements/{ref}").text
    assert "<mark>六</mark>" in client.get(f"/agreements/{ref}/versions/2").text
    (found,) = queries.differences(get(ref)).open
    empty = client.post(f"{address}/accept", data={"row": found.row, "reason": ""})
    assert (empty.status_code, "Please say why this is right." in empty.text) == (422, True)
    client.post(f"{address}/accept", data={"row": found.row, "reason": "So it was decided."})
    assert "So it was decided." in client.get(address).text
    assert client.post(f"{address}/confirm", data={"version": "2", "note": "kept"}).status_code == 422
    assert client.post(f"{address}/confirm", data={"version": "1", "commands": "y"}).status_code == 409
    client.post(f"{address}/confirm", data={"version": "2", "commands": "y", "note": "Read twice."})
    for where in (f"/agreements/{ref}", f"/agreements/{ref}/review", address):
        assert "Translation confirmed by" in client.get(where).text
