"""Witnesses: named before the freeze, never signatories, with a statement for each capacity."""

from __future__ import annotations

import pytest

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.errors import Invalid, Refused
from mou_service.signing import witnesses, wording
from mou_service.signing.models import Package

from .conftest import World


def test_naming_again_changes_and_naming_the_same_does_nothing(approved: Agreement, world: World) -> None:
    count = len(events.trail(approved.stream))
    first = approved.witnesses[0]
    assert witnesses.add(approved, actor=world.organiser, position=first.position) is first
    assert len(events.trail(approved.stream)) == count
    witnesses.add(approved, actor=world.organiser, position=first.position, capacity="attesting", presence="remote")
    assert "by video" in first.statement["en"] and "视频" in first.statement["zh"]
    assert len(approved.witnesses) == 2


def test_a_signatory_cannot_witness(approved: Agreement, world: World) -> None:
    president = approved.own_party.signatories[0].position
    with pytest.raises(Invalid, match="cannot witness"):
        witnesses.add(approved, actor=world.organiser, position=president)
    assert len(approved.witnesses) == 2


def test_who_may_name_witnesses_and_until_when(approved: Agreement, world: World) -> None:
    position = approved.witnesses[0].position
    for key in ("leader", "reviewer", "archivist", "partner", "administrator"):
        with pytest.raises(Refused):
            witnesses.add(approved, actor=world.cast.actor(key), position=position, capacity="attesting")
    witnesses.remove(approved.witnesses[0], actor=world.drafter)
    assert len(approved.witnesses) == 1
    approved.state = "signing"
    assert "Void the signing" in witnesses.refusals(world.organiser, approved)[0]


def test_the_house_of_a_party_is_shown(signing: Package) -> None:
    agreement = agreements.get(signing.agreement.ref)
    slots = {slot.as_shown["name"]["en"]: slot for slot in signing.slots if slot.kind == "witness"}
    assert slots["Lu Min"].party_id == agreement.own_party.id
    assert slots["Li Weiping"].party_id is None


@pytest.mark.parametrize("capacity", wording.CAPACITIES)
@pytest.mark.parametrize("presence", wording.PRESENCES)
def test_every_kind_has_words(capacity: str, presence: str) -> None:
    words = wording.default_statement(capacity, presence, ["zh", "bg", "en"])
    assert list(words) == ["zh", "en"]
    assert "no rights" in words["en"]
    assert wording.default_statement(capacity, presence, ["bg"]) == {"en": words["en"]}
    assert wording.capacity(capacity, presence, ["en"])["en"]
