"""Submitting, opinions, approval; who is refused; what falls away."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.drafting import operations as drafting
from mou_service.engines import Engines
from mou_service.review import operations, queries
from tests import cast as casting
from tests import makers


@pytest.fixture
def cast(app: Flask) -> casting.Cast:
    return casting.people()


def names(agreement: Agreement) -> list[str]:
    return [event.name for event in events.trail(agreement.stream)]


def functions(agreement: Agreement) -> list[str]:
    return [step.function for step in agreement.review_steps if step.counts]


def test_submitting_asks_the_offices_of_the_policy(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    assert functions(agreement) == ["legal", "international", "research", "academic", "staff"]
    assert {s.role for s in agreement.review_steps} == {"reviewer"}
    assert names(agreement)[-1] == "agreement.submit"


@pytest.mark.parametrize("who", ["reviewer", "leader", "organiser", "archivist", "auditor", "administrator", "partner"])
def test_only_legal_staff_submit(cast: casting.Cast, engines: Engines, who: str) -> None:
    agreement = makers.an_agreement(cast, engines)
    before = names(agreement)
    with pytest.raises(Refused):
        operations.submit(agreement, actor=cast.actor(who))
    assert (agreement.state, names(agreement), agreement.review_steps) == ("drafting", before, [])


def test_the_text_is_agreed_when_everybody_agreed_and_opinions_are_answered(
    cast: casting.Cast, engines: Engines
) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    operations.agree(agreement, actor=cast.actor("reviewer"), functions=["legal"])
    with pytest.raises(Refused, match="Not every reviewer"):
        operations.agree_text(agreement, actor=cast.actor("drafter"))
    others = [name for name in functions(agreement) if name != "legal"]
    operations.agree(agreement, actor=cast.actor("reviewer"), functions=others[1:])
    operations.agree(agreement, actor=cast.actor("reviewer"), functions=others[:1], opinion="Name the coordinator.")
    with pytest.raises(Refused, match="waits for its answer"):
        operations.agree_text(agreement, actor=cast.actor("drafter"))
    step = next(s for s in agreement.review_steps if s.opinion)
    operations.answer(agreement, actor=cast.actor("drafter"), step_id=step.id, text="Adopted.")
    operations.agree_text(agreement, actor=cast.actor("drafter"))
    assert agreement.state == "text_agreed"


def test_agreeing_twice_changes_nothing(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    for _ in range(2):
        operations.agree(agreement, actor=cast.actor("reviewer"), functions=["legal"])
    assert names(agreement).count("review.agree") == 1


def test_an_opinion_says_for_which_office(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    with pytest.raises(Invalid):
        operations.agree(agreement, actor=cast.actor("reviewer"), functions=[])
    with pytest.raises(Invalid):
        operations.agree(agreement, actor=cast.actor("reviewer"), functions=["regional"])


def test_returning_needs_a_reason_and_takes_every_decision_away(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    operations.agree(agreement, actor=cast.actor("reviewer"), functions=["legal"])
    with pytest.raises(Invalid):
        operations.return_(agreement, actor=cast.actor("reviewer"), reason="")
    operations.return_(agreement, actor=cast.actor("reviewer"), reason="Paragraph 3 names the wrong faculty.")
    assert agreement.state == "drafting"
    assert functions(agreement) == []
    decided = {s.function: s.decision for s in queries.earlier_steps(agreement)}
    assert decided.pop("legal") == "agree"
    assert set(decided.values()) == {"return"}


def test_the_leader_approves_and_the_trail_holds_the_digest(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_approval")
    operations.approve(agreement, actor=cast.actor("leader"), note="With pleasure.")
    assert agreement.state == "approved"
    event = events.trail(agreement.stream)[-1]
    assert agreement.version is not None
    assert (event.name, event.facts["text_digest"]) == ("agreement.approve", agreement.version.text_digest)


@pytest.mark.parametrize(
    "who", ["drafter", "reviewer", "organiser", "administrator", "partner", "outsider", "stranger"]
)
def test_nobody_but_a_leader_approves(cast: casting.Cast, engines: Engines, who: str) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_approval")
    with pytest.raises(Refused):
        operations.approve(agreement, actor=cast.actor(who))
    assert agreement.state == "in_approval"
    assert all(s.decision is None for s in agreement.review_steps if s.phase == "approval")


def test_nobody_approves_an_agreement_of_their_own(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_approval")
    agreement.owner_id = cast["leader"].id
    db.session.flush()
    with pytest.raises(Refused, match="of their own"):
        operations.approve(agreement, actor=cast.actor("leader"))


def test_a_change_of_the_text_takes_the_approval_away(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="approved")
    drafting.revise(agreement, actor=cast.actor("drafter"), reason="The partner moved.")
    assert agreement.state == "drafting"
    assert functions(agreement) == []
    operations.submit(agreement, actor=cast.actor("drafter"))
    assert functions(agreement)[:2] == ["legal", "international"]


def test_remarks_are_written_answered_and_marked_as_done(cast: casting.Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(cast, engines, at="in_review")
    first = operations.comment(
        agreement, actor=cast.actor("reviewer"), text="Three or five years?", place="Paragraph 16"
    )
    second = operations.comment(agreement, actor=cast.actor("reviewer"), text="And the annex?")
    db.session.flush()
    answer = operations.comment(agreement, actor=cast.actor("drafter"), text="Five.", replies_to=first.id)
    operations.resolve(agreement, actor=cast.actor("drafter"), comment_id=first.id)
    assert [c.id for c in queries.comments(agreement)] == [first.id, answer.id, second.id]
    assert first.resolved_at is not None
    with pytest.raises(Missing):
        operations.resolve(agreement, actor=cast.actor("drafter"), comment_id=999)
    with pytest.raises(Refused):
        operations.comment(agreement, actor=cast.actor("partner"), text="May I?")


def test_a_reviewer_reads_and_agrees_on_the_page(cast: casting.Cast, engines: Engines, client: FlaskClient) -> None:
    ref = makers.an_agreement(cast, engines, at="in_review").ref
    casting.sign_in(client, "reviewer")
    page = client.get(f"/agreements/{ref}/review")
    assert page.status_code == 200
    assert "Agree to this text" in page.text
    answer = client.post(f"/agreements/{ref}/agree", data={"functions": functions(makers.get(ref)), "version": "1"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert all(s.decision == "agree" for s in makers.get(ref).review_steps)


def test_what_was_typed_stays_when_it_cannot_be_used(cast: casting.Cast, engines: Engines, client: FlaskClient) -> None:
    ref = makers.an_agreement(cast, engines, at="in_review").ref
    casting.sign_in(client, "reviewer")
    answer = client.post(f"/agreements/{ref}/comment", data={"place": "Paragraph 4 on costs", "text": ""})
    assert answer.status_code == 422
    assert "Paragraph 4 on costs" in answer.text
    assert "Please write what you want to say." in answer.text


def test_an_opinion_on_a_text_that_changed_meanwhile_is_not_taken(
    cast: casting.Cast, engines: Engines, client: FlaskClient
) -> None:
    ref = makers.an_agreement(cast, engines, at="in_review").ref
    casting.sign_in(client, "reviewer")
    answer = client.post(f"/agreements/{ref}/agree", data={"functions": "legal", "version": "0"})
    assert answer.status_code == 409
    db.session.expire_all()
    assert all(s.decision is None for s in makers.get(ref).review_steps)


def test_the_leader_sees_one_page_and_approves(cast: casting.Cast, engines: Engines, client: FlaskClient) -> None:
    ref = makers.an_agreement(cast, engines, at="in_approval").ref
    casting.sign_in(client, "leader")
    page = client.get(f"/agreements/{ref}/approval")
    assert page.status_code == 200
    assert "University of Ruse" in page.text or "鲁塞大学" in page.text
    assert client.post(f"/agreements/{ref}/approve", data={"version": "1"}).status_code == 302
    db.session.expire_all()
    assert makers.get(ref).state == "approved"
