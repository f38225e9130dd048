"""Somebody ends a loan while its person acts: what counts is what the database says once it is their turn."""

from __future__ import annotations

import pytest
from flask import Flask

from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.engines import Engines
from mou_service.signing import loans
from mou_service.signing.ways import outside
from tests import cast as casting
from tests import makers
from tests.postgres import at_once


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_what_the_organiser_took_back_is_not_kept_longer_by_a_page_of_before(
    shared_app: Flask, engines: Engines
) -> None:
    people = casting.people()
    ref = makers.an_agreement(people, engines, at="signing").ref
    organiser = people.actor("organiser")
    loan = outside.take_out(makers.waiting(ref)[0], actor=organiser, hours=24)
    db.session.commit()
    number, runs = loan.id, loan.runs
    assert runs, "loaded, as by a request that began before"

    def take_back() -> None:
        outside.give_back(loans.get(number), actor=organiser, by_person=False)
        db.session.commit()

    at_once(shared_app, take_back)
    with pytest.raises(Refused):
        outside.extend(loan, actor=organiser, hours=24)
    outside.give_back(loan, actor=organiser, by_person=True)
    db.session.commit()
    assert loans.get(number).outcome == "taken_back"
    assert [event.name for event in events.trail(f"agreement/{ref}")].count("slot.give_back") == 1
