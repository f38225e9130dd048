"""Witnesses: named before the freeze, never signatories, of one signature or of all, and never stating too much."""

from __future__ import annotations

import pytest

from mou_service.agreements import lifecycle
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.engines import Engines
from mou_service.partners import operations as partners
from mou_service.signing import operations, order, statements, tooling
from mou_service.signing.making import marks
from mou_service.signing.models import Package
from mou_service.signing.witnesses import operations as witnesses
from mou_service.trust.verify import verify

from .conftest import World, at_the_table, sign, work


def test_naming_again_changes_and_naming_the_same_does_nothing(approved: Agreement, world: World) -> None:
    count = len(events.trail(approved.stream))
    first = approved.witnesses[0]
    assert witnesses.add(approved, actor=world.organiser, position=first.position) is first
    assert len(events.trail(approved.stream)) == count
    witnesses.add(approved, actor=world.organiser, position=first.position, capacity="attesting", presence="remote")
    assert "by video" in first.stated["en"] and "视频" in first.stated["zh"]
    assert len(approved.witnesses) == 2
    assert events.trail(approved.stream)[-1].facts["warned"] == "attesting_by_video"
    assert "deed under English law" in " ".join(text for _title, text in witnesses.notes(approved))


def test_a_signatory_cannot_witness_nor_somebody_the_register_knows_twice(approved: Agreement, world: World) -> None:
    rector = approved.partner_parties[0].signatories[0].position
    _person, twin = partners.add_person(
        partners.PersonFacts(names=[partners.Called("en", "Galina Ivanova")], email=rector.person.email.upper()),
        actor=SERVICE, organisation=world.guests, position=partners.PositionFacts(titles={"en": "Chair"}),
    )  # fmt: skip
    for position in (rector, twin):
        with pytest.raises(Invalid, match="cannot witness"):
            witnesses.add(approved, actor=world.organiser, position=position)
    assert len(approved.witnesses) == 2 and witnesses.conflicts(approved) == []
    # Whoever changes who signs asks again.
    approved.own_party.signatories[0].position = world.chair
    db.session.flush()
    assert [each.position for each in witnesses.conflicts(approved)] == [world.chair]
    with pytest.raises(Refused, match="Lu Min"):
        witnesses.refuse_conflicts(approved)
    assert "A witness is also a signatory of this agreement." in lifecycle.refusals("freeze", world.organiser, approved)


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


@pytest.mark.parametrize("capacity", statements.CAPACITIES)
@pytest.mark.parametrize("presence", statements.PRESENCES)
@pytest.mark.parametrize("whom", [{}, {"en": "Galina Ivanova", "zh": "加林娜·伊万诺娃"}])
def test_every_kind_has_words_that_say_no_more_than_is_true(capacity: str, presence: str, whom: dict[str, str]) -> None:
    words = statements.usual(capacity, presence, whom, ["zh", "bg", "en"])
    assert list(words) == ["zh", "en"]
    assert "no rights" in words["en"]
    assert statements.usual(capacity, presence, whom, ["bg"]) == {"en": words["en"]}
    assert statements.overstated(words, presence) == []
    assert bool(statements.overstated(words, "remote")) is (presence == "in_room")
    called = statements.called(capacity, presence, whom, ["en", "zh"])
    assert all(
        whom.get(language, "") in text and whom.get(language, "") in called[language]
        for language, text in words.items()
    )


def test_how_a_witness_was_identified_is_told_as_what_it_is() -> None:
    assert statements.checked({"how": "in_room", "by": "Omar", "check": "passport"})["en"] == "passport shown to Omar"
    far = statements.checked({"how": "link_and_code", "check": "video"})
    assert far["en"] == "seen by the host in the video call, as the witness states" and "声明" in far["zh"]
    assert statements.checked({"how": "link_and_code", "check": "means"}) == {}


def test_own_words_are_true_and_in_every_language(approved: Agreement, world: World) -> None:
    chair = {"actor": world.organiser, "position": world.chair}
    with pytest.raises(Invalid, match="every language"):
        witnesses.add(approved, **chair, statement={"en": "I saw it."})
    with pytest.raises(Invalid, match="in my presence") as refused:
        witnesses.add(
            approved, **chair, presence="remote",
            statement={"en": "Signed in my presence, in the presence of all.", "zh": "我看到了。"},
        )  # fmt: skip
    assert set(refused.value.fields) == {"statement_en"}
    own = {"en": "I saw both sign.", "zh": "本人看到双方签署。"}
    named = witnesses.add(approved, **chair, statement=own)
    assert named.stated == own
    assert witnesses.add(approved, **chair).stated["en"].startswith("I was present as an honorary witness")


def test_a_witness_of_one_signatory_signs_as_soon_as_that_one_has(
    approved: Agreement, world: World, engines: Engines
) -> None:
    president = approved.own_party.signatories[0]
    witnesses.add(approved, actor=world.organiser, position=world.chair, capacity="attesting", of=president)
    operations.freeze(approved, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    ref = approved.ref
    work()
    package = agreements.get(ref).package
    assert package is not None
    first, of_first, second, guest, _seal = package.slots
    assert of_first.of is first and "saw Xie Huaqing sign" in of_first.statement["en"]
    assert package.due == [first]
    assert "First: Xie Huaqing" in operations.why_not(of_first)[0]
    sign(first, actor=world.organiser)
    assert set(package.due) == {of_first, second}
    # What an attesting witness saw is said, or nothing is written.
    with pytest.raises(Invalid, match="what you saw"):
        sign(of_first, actor=world.organiser)
    saw = at_the_table(package, saw="yes", check="known")
    operations.sign(of_first, actor=world.organiser, mark=marks.typed("Lu Min"), about=saw, tools=tooling.tools())
    assert package.due == [second]
    assert of_first.evidence["identified"]["check"] == "known"
    for slot in (second, guest):
        sign(slot, actor=world.organiser)
    work()
    final = agreements.get(ref).package
    assert final is not None and final.final is not None, final and final.problem
    verdict = verify(engines.files.get(final.final), roots=tooling.tools().authority.roots)
    assert verdict.outcome == "valid", verdict.findings
    assert [each.field for each in verdict.signatures if each.kind in ("signatory", "witness", "seal")] == [
        "Signatory1", "Witness2", "Signatory2", "Witness1", "Seal",
    ]  # fmt: skip


def test_a_type_that_asks_for_it_is_not_frozen_without_an_attesting_witness(approved: Agreement, world: World) -> None:
    def missing() -> bool:
        return any("attesting witness" in each for each in lifecycle.refusals("freeze", world.organiser, approved))

    assert not missing()
    approved.attested = True
    assert missing() and "attesting" in witnesses.notes(approved)[0][0]
    president, rector = (party.signatories[0] for party in approved.parties)
    add = {"actor": world.organiser, "capacity": "attesting"}
    witnesses.add(approved, position=world.chair, of=president, **add)
    assert missing(), "the other signature has no witness yet"
    witnesses.add(approved, position=world.secretary, of=rector, **add)
    assert not missing()
    witnesses.add(approved, position=world.secretary, actor=world.organiser)
    witnesses.add(approved, position=world.chair, **add)
    assert not missing(), "one of the whole signing stands for all"


def test_a_witness_of_somebody_who_no_longer_signs_is_named_anew(approved: Agreement, world: World) -> None:
    president = approved.own_party.signatories[0]
    witness = witnesses.add(approved, actor=world.organiser, position=world.chair, of=president)
    approved.own_party.signatories.remove(president)
    db.session.flush()
    db.session.refresh(witness)
    assert (witness.scope, witness.of) == ("one", None)
    assert any("no longer signs" in each for each in lifecycle.refusals("freeze", world.organiser, approved))


def test_a_ceremonial_witness_who_declines_or_does_not_come_never_blocks_the_effect(
    signing: Package, world: World
) -> None:
    ref = signing.agreement.ref
    for slot in [slot for slot in signing.slots if slot.kind == "signatory"]:
        sign(slot, actor=world.organiser)
    first, second = (slot for slot in signing.slots if slot.kind == "witness")
    operations.decline(first, actor=world.organiser, reason="I have to leave.")
    assert order.refused(signing.slots) == [] and signing.due == [second]
    operations.go_on_without(second, actor=world.organiser, reason="The guest did not come.")
    work()
    assert agreements.get(ref).state == "archived"
