"""The act of signing: its effect, its event, who is refused, what a second call does."""

from __future__ import annotations

import pytest

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Refused, Stale
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.signing import operations, tooling
from mou_service.signing.making import marks
from mou_service.signing.models import Package, Slot
from mou_service.trust.verify import verify

from .conftest import World, at_the_table, sign, work


def slot_of(package: Package, field: str) -> Slot:
    return next(slot for slot in package.slots if slot.field == field)


def trail(package: Package) -> list[str]:
    return [event.name for event in events.trail(package.agreement.stream)]


def test_an_act_is_one_revision_with_its_evidence(signing: Package, world: World, engines: Engines) -> None:
    slot, before = slot_of(signing, "Signatory1"), signing.current
    sign(slot, actor=world.organiser)
    assert slot.state == "signed" and slot.revision == signing.current != before
    assert engines.files.get(signing.current or "").startswith(engines.files.get(before or ""))
    assert slot.evidence["identified"] == {"how": "in_room", "by": "Organiser"}
    assert "President of Shanghai Polytechnic University" in slot.evidence["consent"]
    assert slot.evidence["fingerprint"].replace(" ", "").lower() == (signing.frozen or "")[:16]
    event = next(e for e in events.trail(signing.agreement.stream) if e.name == "slot.sign")
    assert (event.facts["before"], event.facts["after"]) == (before, signing.current)
    assert event.facts["certificate"] == slot.certificate


def test_signing_again_with_the_same_mark_changes_nothing(signing: Package, world: World) -> None:
    slot = slot_of(signing, "Signatory1")
    sign(slot, actor=world.organiser)
    current, count = signing.current, len(trail(signing))
    sign(slot, actor=world.organiser)
    assert (signing.current, len(trail(signing))) == (current, count)
    with pytest.raises(Refused, match="signed already"):
        sign(slot, text="another mark", actor=world.organiser)


def test_out_of_turn_is_refused_and_leaves_no_trace(signing: Package, world: World) -> None:
    current, names = signing.current, trail(signing)
    for field in ("Signatory2", "Witness1", "Seal"):
        with pytest.raises(Refused):
            sign(slot_of(signing, field), text="too early", actor=world.organiser)
    assert (signing.current, trail(signing)) == (current, names)


def test_what_was_seen_has_to_be_what_is_signed(signing: Package, world: World) -> None:
    about = operations.Circumstances(method="table", identified={}, language="en", frozen="0" * 64)
    with pytest.raises(Stale):
        operations.sign(
            slot_of(signing, "Signatory1"),
            actor=world.organiser,
            mark=marks.typed("X"),
            about=about,
            tools=tooling.tools(),
        )


def test_a_mark_no_font_can_draw_is_refused_by_name(signing: Package, world: World) -> None:
    with pytest.raises(Refused, match=r"U\+1D4A"):
        sign(slot_of(signing, "Signatory1"), text="𝒪𝓇", actor=world.organiser)
    assert slot_of(signing, "Signatory1").state == "waiting"


def test_declining_stops_everybody_until_the_organiser_voids(signing: Package, world: World) -> None:
    slot = slot_of(signing, "Signatory1")
    operations.decline(slot, actor=world.organiser, reason="The annex is missing.")
    operations.decline(slot, actor=world.organiser, reason="Said twice.")
    assert slot.decline_reason == "The annex is missing."
    assert trail(signing).count("slot.decline") == 1
    for field in ("Signatory1", "Signatory2"):
        with pytest.raises(Refused):
            sign(slot_of(signing, field), actor=world.organiser)
    with pytest.raises(Refused):
        operations.void(signing.agreement, actor=world.cast.actor("leader"), reason="not their business")
    ref = signing.agreement.ref
    operations.void(signing.agreement, actor=world.organiser, reason="The annex comes first.")
    assert signing.agreement.state == "approved" and signing.agreement.package is None
    with pytest.raises(Refused, match="voided"):
        sign(slot_of(signing, "Signatory2"), actor=world.organiser)
    again = operations.freeze(signing.agreement, actor=world.organiser, order="free", fonts=tooling.tools().fonts)
    assert again.id != signing.id
    work()
    package = agreements.get(ref).package
    assert package is not None and package.state == "open"
    assert {slot.rank for slot in package.slots if slot.kind == "signatory"} == {1}
    sign(slot_of(package, "Signatory2"), actor=world.organiser)
    sign(slot_of(package, "Signatory1"), actor=world.organiser)


def test_a_guest_of_honour_may_decline_or_stay_away_and_the_rest_goes_on(
    signing: Package, world: World, engines: Engines
) -> None:
    ref = signing.agreement.ref
    for field in ("Signatory1", "Signatory2"):
        sign(slot_of(signing, field), actor=world.organiser)
    with pytest.raises(Refused):
        operations.go_on_without(slot_of(signing, "Signatory1"), actor=world.organiser, reason="no")
    operations.decline(slot_of(signing, "Witness1"), actor=world.organiser, reason="Not my role.")
    operations.go_on_without(slot_of(signing, "Witness2"), actor=world.organiser, reason="Had to leave early.")
    assert signing.state == "sealing"
    work()
    package = agreements.get(ref).package
    assert package is not None and (package.state, package.problem) == ("done", "")
    verdict = verify(engines.files.get(package.final or ""), roots=institution.authority().roots)
    assert (verdict.outcome, "left_empty" in verdict.codes) == ("valid", True)


def test_two_at_once_in_free_order_both_count(approved: object, world: World, engines: Engines) -> None:
    agreement = agreements.get("SSPU-MOU-2024-0001")
    operations.freeze(agreement, actor=world.organiser, order="free", fonts=tooling.tools().fonts)
    work()
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    about = at_the_table(package)
    one, other = slot_of(package, "Signatory1"), slot_of(package, "Signatory2")
    # Both pages were opened before either signed.
    for slot in (one, other):
        operations.sign(slot, actor=world.organiser, mark=marks.typed(slot.field), about=about, tools=tooling.tools())
        db.session.commit()
    assert [one.state, other.state] == ["signed", "signed"]
    assert engines.files.get(other.revision or "").startswith(engines.files.get(one.revision or ""))
