"""From the approved text to the executed agreement, through the real operations and jobs."""

from __future__ import annotations

import time
from datetime import timedelta

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.signing import order
from mou_service.signing.making import finishing
from mou_service.signing.models import Package
from mou_service.trust.verify import verify

from .conftest import World, sign, work


def test_everybody_signs_and_the_agreement_takes_effect(signing: Package, world: World, engines: Engines) -> None:
    stream, ref = signing.agreement.stream, signing.agreement.ref
    while due := order.next_slots([slot for slot in signing.slots if slot.kind != "seal"]):
        began = time.perf_counter()
        sign(due[0], actor=world.organiser)
        db.session.commit()
        print(f"{due[0].field}: {1000 * (time.perf_counter() - began):.0f} ms")
    assert signing.state == "sealing"
    work()
    agreement = agreements.get(ref)
    package = agreement.package
    assert package is not None
    assert package.problem == ""
    assert (agreement.state, package.state) == ("archived", "done")
    assert package.timestamp_placeholder and "no evidential value" in package.timestamp_label
    assert agreement.term is not None and agreement.term.starts is not None
    assert agreement.term.ends is not None and agreement.term.ends > agreement.term.starts
    verdict = verify(engines.files.get(package.final or ""), roots=institution.authority().roots)
    assert verdict.outcome == "valid", verdict.findings
    assert [signature.field for signature in verdict.signatures if signature.kind in ("signatory", "witness", "seal")] == [
        "Signatory1", "Signatory2", "Witness1", "Witness2", "Seal",
    ]  # fmt: skip
    names = [event.name for event in events.trail(stream)]
    assert names[: names.index("agreement.execute") + 1] == [
        "witness.add", "witness.add", "agreement.freeze", "package.open", "slot.turn", "slot.sign", "slot.turn", "slot.sign",
        "slot.turn", "slot.turn", "slot.sign", "slot.sign", "package.complete", "package.seal", "package.timestamp",
        "agreement.execute",
    ]  # fmt: skip
    assert list(events.check_chain(stream)) == []


def test_days_the_text_names_hold_instead_of_a_length(signing: Package) -> None:
    term = signing.agreement.term
    assert term is not None
    last = signing.opened_at.date()
    term.begins_on, term.ends_on = last + timedelta(days=30), last + timedelta(days=400)
    for slot in signing.slots:
        slot.signed_at = slot.signed_at or signing.opened_at
    finishing._begin_term(signing.agreement, signing, zone="UTC")
    assert (term.starts, term.ends) == (term.begins_on, term.ends_on)
    term.begins_on = last - timedelta(days=30)
    finishing._begin_term(signing.agreement, signing, zone="UTC")
    assert term.starts == last
