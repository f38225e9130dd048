"""Two signatories on each side: whose turn comes in each order, and what the refusal of the second does."""

from __future__ import annotations

from datetime import date

import pytest

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Signatory
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.partners import operations as partners
from mou_service.partners.models import Organisation
from mou_service.signing import operations, order, tooling
from mou_service.signing.models import Package
from mou_service.trust.verify import verify

from .conftest import World, an_approved_agreement, sign, work

#: Own: Xie, Wu. Partner: Galina, Boris. Listed so.
TURNS = {
    "listed": [["Xie Huaqing"], ["Wu Yong"], ["Galina Ivanova"], ["Boris Borisov"]],
    "own_first": [["Xie Huaqing"], ["Wu Yong"], ["Galina Ivanova"], ["Boris Borisov"]],
    "partner_first": [["Galina Ivanova"], ["Boris Borisov"], ["Xie Huaqing"], ["Wu Yong"]],
    "free": [["Xie Huaqing", "Wu Yong", "Galina Ivanova", "Boris Borisov"]],
}


@pytest.fixture
def four(world: World, engines: Engines) -> Agreement:
    agreement = an_approved_agreement(world, engines)
    for party, name in zip(agreement.parties, ("Wu Yong", "Boris Borisov"), strict=True):
        party.signatories.append(_second(party.organisation, name))
    db.session.commit()
    return agreement


def _second(organisation: Organisation, name: str) -> Signatory:
    _person, position = partners.add_person(
        partners.PersonFacts(names=[partners.Called("en", name)], email=f"{name.split(maxsplit=1)[0].lower()}@example.org"),
        actor=SERVICE, organisation=organisation,
        position=partners.PositionFacts(
            titles={"en": "Vice President"}, signs=True, authority="Statutes", starts=date(2020, 1, 1)
        ),
    )  # fmt: skip
    return Signatory(position=position, as_shown=position.as_shown(), rank=1)


def frozen(agreement: Agreement, world: World, *, order_: str) -> Package:
    return operations.freeze(agreement, actor=world.organiser, order=order_, fonts=tooling.tools().fonts)


def newest() -> Package:
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    return package


@pytest.mark.parametrize("order_", order.ORDERS)
def test_whose_turn_comes(four: Agreement, world: World, order_: str) -> None:
    package = frozen(four, world, order_=order_)
    seen = []
    while due := [slot for slot in order.next_slots(package.slots) if slot.kind == "signatory"]:
        seen.append([slot.as_shown["name"]["en"] for slot in due])
        for slot in due:
            slot.state, slot.signed_at = "signed", now()
    assert seen == TURNS[order_]


def test_the_second_of_a_side_declines(four: Agreement, world: World, engines: Engines) -> None:
    frozen(four, world, order_="partner_first")
    work()
    by_name = {slot.as_shown["name"]["en"]: slot for slot in newest().slots}
    sign(by_name["Galina Ivanova"], actor=world.organiser)
    operations.decline(by_name["Boris Borisov"], actor=world.organiser, reason="Not before the senate met.")
    for name in ("Xie Huaqing", "Wu Yong"):
        with pytest.raises(Refused, match="Boris Borisov declined"):
            sign(by_name[name], actor=world.organiser)
    operations.void(newest().agreement, actor=world.organiser, reason="The senate meets first.")
    frozen(newest_agreement(), world, order_="own_first")
    work()
    while due := [slot for slot in order.next_slots(newest().slots) if slot.kind == "signatory"]:
        sign(due[0], actor=world.organiser)
    work()
    assert (newest().state, newest().problem) == ("done", "")
    verdict = verify(engines.files.get(newest().final or ""), roots=institution.authority().roots)
    assert verdict.outcome == "valid" and len(verdict.signatures) >= 6, "platform, four people, seal"


def newest_agreement() -> Agreement:
    return agreements.get("SSPU-MOU-2024-0001")
