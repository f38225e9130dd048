"""Two people at once: the second sees what the first did, and is told in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import MouError, Refused, Stale
from mou_service.engines import Engines
from mou_service.partners import evidence, granting
from mou_service.signing import operations, tooling
from mou_service.signing.changes import authority, delegation
from mou_service.signing.models import Delegation
from mou_service.signing.witnesses import operations as witnesses
from tests import cast, makers
from tests.cast import Cast
from tests.patience import PATIENCE

from .test_delegation import HOLDER, a_paper

pytestmark = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


def after(app: Flask, first: Callable[[], object], then: Callable[[], object]) -> MouError | None:
    """What `then` hears that begins before `first` is committed, and has to wait for it; None when it succeeds."""
    done, heard = threading.Event(), []

    def run() -> None:
        with app.app_context():
            try:
                then()
                db.session.commit()
            except MouError as error:
                heard.append(error)
            finally:
                db.end()
                done.set()

    first()
    thread = threading.Thread(target=run)
    thread.start()
    end = time.monotonic() + PATIENCE
    while not (done.is_set() or _somebody_waits()) and time.monotonic() < end:
        time.sleep(0.01)
    db.session.commit()
    thread.join(PATIENCE)
    assert done.is_set(), "it waits for ever, or failed"
    db.session.expire_all()
    return heard[0] if heard else None


def _somebody_waits() -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text(query)))


@pytest.fixture
def everybody(shared_app: Flask) -> Cast:
    return cast.people()


@pytest.fixture
def ref(everybody: Cast, engines: Engines, request: pytest.FixtureRequest) -> str:
    found = makers.an_agreement(everybody, engines, at=getattr(request, "param", "approved")).ref
    db.session.commit()
    return found


def the(ref: str) -> Agreement:
    return agreements.get(ref)


def hand_in(ref: str, who: Cast, engines: Engines) -> Delegation:
    signatory = the(ref).partner_parties[0].signatories[0]
    paper = evidence.examined(a_paper(), "power.pdf")
    return delegation.enter(
        signatory, actor=who.actor("organiser"), holder=HOLDER, paper=paper, reason="", files=engines.files
    )


@pytest.mark.parametrize("ref", ["signing"], indirect=True)
def test_what_everybody_has_signed_is_voided_by_nobody(shared_app: Flask, everybody: Cast, ref: str) -> None:
    def sign() -> None:
        makers.sign(makers.waiting(ref)[0], everybody)

    package = the(ref).package
    assert package is not None
    for _ in range(len(package.slots) - 2):
        sign()
        db.session.commit()
    heard = after(
        shared_app, sign, lambda: operations.void(the(ref), actor=everybody.actor("organiser"), reason="too late")
    )
    assert isinstance(heard, Refused) and "cannot be voided" in str(heard)
    assert the(ref).package is not None and the(ref).state == "signing"


@pytest.mark.parametrize("ref", ["signing"], indirect=True)
def test_a_power_is_confirmed_or_refused(shared_app: Flask, everybody: Cast, engines: Engines, ref: str) -> None:
    number, organiser = hand_in(ref, everybody, engines).id, everybody.actor("organiser")
    db.session.commit()

    def made() -> Delegation:
        return delegation.get(the(ref), number)

    def confirm() -> None:
        delegation.confirm(made(), actor=organiser, holder=HOLDER, fonts=engines.fonts)

    assert isinstance(
        after(shared_app, confirm, lambda: delegation.refuse(made(), actor=organiser, reason="no")), Stale
    )
    package = the(ref).package
    assert package is not None
    assert made().state == "confirmed" and number in {slot.delegation_id for slot in package.slots}


def test_the_freeze_takes_everybody_or_the_second_is_told(
    shared_app: Flask, everybody: Cast, engines: Engines, ref: str
) -> None:
    number, organiser = hand_in(ref, everybody, engines).id, everybody.actor("organiser")
    db.session.commit()

    def freeze() -> None:
        operations.freeze(the(ref), actor=organiser, order="listed", fonts=tooling.tools().fonts)

    def name_a_witness() -> None:
        witnesses.add(the(ref), actor=organiser, position=everybody.positions["Lu Min"])

    def confirm() -> None:
        delegation.confirm(delegation.get(the(ref), number), actor=organiser, holder=HOLDER, fonts=engines.fonts)

    assert isinstance(after(shared_app, freeze, name_a_witness), Refused)
    operations.void(the(ref), actor=organiser, reason="once more")
    db.session.commit()
    assert isinstance(after(shared_app, freeze, confirm), Stale)
    operations.void(the(ref), actor=organiser, reason="once more")
    db.session.commit()
    assert after(shared_app, name_a_witness, freeze) is None
    package = the(ref).package
    assert package is not None and [s.kind for s in package.slots] == ["signatory", "signatory", "witness", "seal"]


def test_what_was_asked_is_not_asked_twice(shared_app: Flask, everybody: Cast, engines: Engines, ref: str) -> None:
    def ask() -> None:
        authority.ask(the(ref), actor=everybody.actor("organiser"), reason="the extract comes next week")

    assert isinstance(
        after(shared_app, lambda: hand_in(ref, everybody, engines), lambda: hand_in(ref, everybody, engines)), Refused
    )
    for entry in everybody.positions["Galina Ivanova"].authorities:
        granting.withdraw(entry, reason="letter of the rector", actor=SERVICE)
    db.session.commit()
    assert isinstance(after(shared_app, ask, ask), Refused)
    assert (len(the(ref).authority_overrides), len(the(ref).delegations)) == (1, 1)
