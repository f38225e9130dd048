"""After the signing: ended early, followed by another agreement; who may say so, and who is told what."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import after, law
from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get
from mou_service.agreements.status import LegalStatus, legal_status
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.documents.pdf import previews
from mou_service.engines import Engines
from mou_service.partners.evidence import Evidence
from tests import cast as casting
from tests import makers
from tests.cast import Cast
from tests.postgres import at_once

PAPER = Evidence(b"%PDF-1.7 notice", "notice.pdf", "application/pdf")
STARTS, ENDS = date(2024, 3, 27), date(2029, 3, 26)


@pytest.fixture
def cast(app: Flask) -> Cast:
    return casting.people()


@pytest.fixture
def agreement(cast: Cast, engines: Engines) -> Agreement:
    return makers.an_agreement(cast, engines, at="archived")


@pytest.mark.parametrize(
    ("terminated", "superseded", "today", "status"),
    [
        (date(2026, 6, 30), None, date(2026, 6, 30), LegalStatus.EXPIRING),
        (date(2026, 6, 30), None, date(2026, 7, 1), LegalStatus.TERMINATED),
        (None, date(2027, 1, 1), date(2026, 12, 31), LegalStatus.EXPIRING),
        (None, date(2027, 1, 1), date(2027, 1, 1), LegalStatus.SUPERSEDED),
        (date(2026, 6, 30), date(2027, 1, 1), date(2028, 1, 1), LegalStatus.TERMINATED),
        (None, date(2030, 1, 1), date(2031, 1, 1), LegalStatus.EXPIRED),
        (None, date(2024, 3, 27), date(2024, 3, 27), LegalStatus.SUPERSEDED),
        (None, date(2030, 1, 1), date(2025, 1, 1), LegalStatus.IN_FORCE),
    ],
)
def test_whatever_ended_it_first_counts(
    terminated: date | None, superseded: date | None, today: date, status: LegalStatus
) -> None:
    found = legal_status(
        signed=2, needed=2, starts=STARTS, ends=ENDS, terminated=terminated, superseded=superseded, today=today
    )
    assert found is status


def ended(agreement: Agreement, cast: Cast, engines: Engines, *, who: str = "archivist", day: date) -> None:
    after.end(
        agreement, actor=cast.actor(who), last_day=day, ended_by="both", reason="A new framework is planned.",
        paper=PAPER, files=engines.files,
    )  # fmt: skip


def test_an_agreement_that_was_ended_says_so_everywhere(
    agreement: Agreement, cast: Cast, engines: Engines, client: FlaskClient
) -> None:
    assert agreement.term is not None and agreement.term.starts is not None
    begins = agreement.term.starts
    ended(agreement, cast, engines, day=begins)
    event = events.trail(agreement.stream)[-1]
    assert (event.name, event.facts["last_day"]) == ("agreement.end", begins.isoformat())
    assert engines.files.get(event.facts["evidence"]) == PAPER.content
    assert law.legal(agreement, begins + timedelta(days=1)) is LegalStatus.TERMINATED
    ref, code = agreement.ref, agreement.verification_code
    db.session.commit()
    page = client.get(f"/verify/{code}").text
    assert "Genuine and complete." in page
    assert "ended before its time" in page
    assert "A new framework is planned." not in page
    casting.sign_in(client, "drafter")
    assert "协议已提前终止" in client.get(f"/agreements/{ref}").text
    agreement = get(ref)
    after.take_back_end(agreement, actor=cast.actor("drafter"), reason="The wrong one.")
    after.take_back_end(agreement, actor=cast.actor("drafter"), reason="The wrong one.")
    assert law.legal(agreement, begins + timedelta(days=1)) is LegalStatus.IN_FORCE
    assert [e.name for e in events.trail(agreement.stream)].count("agreement.take_back_end") == 1


@pytest.mark.parametrize("who", ["organiser", "leader", "auditor", "partner", "outsider", "administrator", "stranger"])
def test_who_cannot_end_it(agreement: Agreement, cast: Cast, engines: Engines, who: str) -> None:
    with pytest.raises(Refused):
        ended(agreement, cast, engines, who=who, day=date(2100, 1, 1))
    assert after.ending(agreement) is None


def test_it_cannot_end_before_it_began(agreement: Agreement, cast: Cast, engines: Engines) -> None:
    with pytest.raises(Invalid):
        ended(agreement, cast, engines, day=date(2020, 1, 1))


def test_a_newer_agreement_takes_effect_on_the_older_one_when_it_is_signed_itself(
    agreement: Agreement, cast: Cast, engines: Engines
) -> None:
    older = agreement.ref
    newer = makers.an_agreement(cast, engines, at="drafting")
    drafter = cast.actor("drafter")
    relation = after.relate(newer, actor=drafter, kind="supersedes", older=get(older))
    assert after.relate(newer, actor=drafter, kind="supersedes", older=get(older)) is relation
    for kind, other in (("renews", get(older)), ("renews", newer), ("nothing", get(older))):
        with pytest.raises(Invalid):
            after.relate(newer, actor=drafter, kind=kind, older=other)
    with pytest.raises(Invalid):
        after.relate(get(older), actor=drafter, kind="amends", older=newer)
    far = date(2100, 1, 1)
    told = law.in_law(get(older), far, tells="full")
    assert told is not None and newer.ref not in " ".join(told.sentences)
    told = law.in_law(get(older), far, tells="house")
    assert told is not None and newer.ref in " ".join(told.sentences)
    newer.state = "archived"
    newer.term.starts = get(older).term.starts  # type: ignore[union-attr]
    today = newer.term.starts  # type: ignore[union-attr]
    assert today is not None
    assert law.legal(get(older), today) is LegalStatus.SUPERSEDED
    assert law.facts(get(older))["relations"] == [{"kind": "supersedes", "by": newer.ref, "since": today.isoformat()}]
    after.take_back_relation(relation, actor=drafter, reason="Not this one.")
    assert law.legal(get(older), today) is LegalStatus.IN_FORCE


def test_the_page_asks_for_the_password_and_for_a_paper(agreement: Agreement, cast: Cast, client: FlaskClient) -> None:
    ref, begins = agreement.ref, agreement.term.starts  # type: ignore[union-attr]
    casting.sign_in(client, "archivist", fresh=False)
    assert client.get(f"/agreements/{ref}/after").location == f"/confirm?next=/agreements/{ref}/after"
    late = {"last_day": begins.isoformat(), "ended_by": "partner", "reason": "Notice of 1 May."}  # type: ignore[union-attr]
    answer = client.post(f"/agreements/{ref}/end", data={**late, "paper": (io.BytesIO(b"%PDF-"), "notice.pdf")})
    assert answer.status_code == 422 and "choose it once more" in answer.text and "Notice of 1 May." in answer.text
    answer = client.post(f"/agreements/{ref}/end", data={**late, "again-password": casting.PASSWORD})
    assert answer.status_code == 422 and "End it before its time" in answer.text and "Notice of 1 May." in answer.text
    casting.sign_in(client, "archivist")
    page = client.get(f"/agreements/{ref}/after")
    assert "End it before its time" in page.text
    typed = {"last_day": begins.isoformat(), "ended_by": "partner", "reason": "Notice of 1 May."}  # type: ignore[union-attr]
    answer = client.post(f"/agreements/{ref}/end", data=typed)
    assert answer.status_code == 422
    answer = client.post(f"/agreements/{ref}/end", data={**typed, "paper": (io.BytesIO(b"hello"), "notice.txt")})
    assert answer.status_code == 422
    assert "This is no PDF, PNG or JPEG" in answer.text
    picture = previews.page_picture(_page(), 0)
    answer = client.post(f"/agreements/{ref}/end", data={**typed, "paper": (io.BytesIO(picture), "notice.png")})
    assert answer.location == f"/agreements/{ref}"
    found = after.ending(get(ref))
    assert found is not None
    paper = client.get(f"/agreements/{ref}/end/{found.id}/paper")
    assert paper.data == picture
    answer = client.post(f"/agreements/{ref}/relations", data={"kind": "renews", "older": "SSPU-MOU-1999-0001"})
    assert "There is no agreement SSPU-MOU-1999-0001" in answer.text


def _page() -> bytes:
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_of_two_who_enter_the_same_at_once_the_second_changes_nothing(shared_app: Flask, engines: Engines) -> None:
    people = casting.people()
    older, newer = (makers.an_agreement(people, engines, at="archived").ref for _ in range(2))
    actor = people.actor("drafter")
    db.session.commit()
    db.end()

    def enter() -> None:
        after.relate(get(newer), actor=actor, kind="supersedes", older=get(older))
        after.end(
            get(newer), actor=actor, last_day=date(2100, 1, 1), ended_by="both", reason="Agreed.", paper=PAPER,
            files=engines.files,
        )  # fmt: skip
        db.session.commit()

    at_once(shared_app, *[enter] * 3)
    assert (len(get(newer).relations), len(get(newer).endings)) == (1, 1)
    assert [event.name for event in events.trail(f"agreement/{newer}")].count("agreement.end") == 1
