"""Agreements at any point of their life, brought there by the real operations: an impossible one cannot be made."""

from __future__ import annotations

from datetime import date

from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get
from mou_service.core import jobs
from mou_service.core.db import db
from mou_service.demo import marks
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.drafting import operations as drafting
from mou_service.drafting.plan import Contact, Plan, Side
from mou_service.drafting.translation import operations as translation
from mou_service.engines import Engines
from mou_service.partners.models import Organisation
from mou_service.review import operations as review
from mou_service.signing import operations as signing
from mou_service.signing import order, tooling
from mou_service.signing.models import Slot
from mou_service.signing.witnesses import operations as witnesses
from tests import snapshots
from tests.cast import Cast

STAGES = ("drafting", "in_review", "text_agreed", "in_approval", "approved", "signing", "archived")


def an_agreement(
    cast: Cast, engines: Engines, *, at: str = "drafting", template: str = "university-university"
) -> Agreement:
    """An agreement with the cast's partner at the stage `at`; commits on the way."""
    assert at in STAGES, at
    db.session.commit()
    if (key := snapshots.key(engines, at, template)) and (ref := snapshots.restore(key, engines)):
        return get(ref)
    ref = _start(cast, engines, template).ref
    db.session.commit()
    for stage in STAGES[1 : STAGES.index(at) + 1]:
        _TO[stage](ref, cast)
        db.session.commit()
    if key:
        snapshots.keep(key, engines, ref)
    return get(ref)


def a_side(organisation: Organisation, cast: Cast, name: str) -> Side:
    position = cast.positions[name]
    contact = Contact(name="International Office", email="office@example.org")
    return Side(organisation, ((position, position.as_shown()),), contact)


def _start(cast: Cast, engines: Engines, template: str) -> Agreement:
    return start(cast, engines, engines.manifests[template])


def start(cast: Cast, engines: Engines, manifest: Manifest, **answers: str) -> Agreement:
    """A first version from this template: its example, with these answers instead."""
    example = manifest.example()
    for house in (cast.ours, cast.partner):
        house.addresses = house.addresses or {"en": "1 College Road", "zh": "学院路1号"}
    wish = Plan(
        own=a_side(cast.ours, cast, "Xie Huaqing"),
        partner=a_side(cast.partner, cast, "Galina Ivanova"),
        titles=example["title"],
        purpose="Exchange of students and staff.",
        day=date(2024, 3, 27),
        place=example["place"],
        answers={field.key: example[field.key] for field in manifest.fields if field.key in example} | answers,
    )
    return drafting.start(
        manifest,
        wish,
        actor=cast.actor("drafter"),
        files=engines.files,
        fonts=engines.fonts,
        institution=cast.institution,
        year=2024,
    )


def submit(ref: str, cast: Cast) -> None:
    review.submit(get(ref), actor=cast.actor("drafter"))


def agree(ref: str, cast: Cast) -> None:
    agreement = get(ref)
    functions = [step.function for step in agreement.review_steps if step.counts]
    review.agree(agreement, actor=cast.actor("reviewer"), functions=functions)
    review.agree_text(agreement, actor=cast.actor("drafter"))


def present(ref: str, cast: Cast) -> None:
    """The reviewer confirms the translation of a text in two languages before it goes to the leader."""
    if len(get(ref).languages) > 1:
        translation.confirm(get(ref), actor=cast.actor("reviewer"))
    review.present(get(ref), actor=cast.actor("drafter"))


def approve(ref: str, cast: Cast) -> None:
    review.approve(get(ref), actor=cast.actor("leader"))


def freeze(ref: str, cast: Cast) -> None:
    """With one ceremonial witness of our own house; the worker makes the file."""
    witnesses.add(get(ref), actor=cast.actor("organiser"), position=cast.positions["Lu Min"])
    db.session.flush()
    signing.freeze(get(ref), actor=cast.actor("organiser"), order="own_first", fonts=tooling.tools().fonts)
    db.session.commit()
    work()


def sign_all(ref: str, cast: Cast) -> None:
    """Everybody signs at the table; the worker seals, time-stamps, checks and deposits."""
    while slots := waiting(ref):
        sign(slots[0], cast)
        db.session.commit()
    work()


def waiting(ref: str) -> list[Slot]:
    package = get(ref).package
    assert package is not None
    return [slot for slot in order.next_slots(package.slots) if slot.kind != "seal"]


def sign(slot: Slot, cast: Cast) -> None:
    confirmed = {"check": "known", "saw": "yes"} if slot.kind == "witness" else {}
    about = signing.Circumstances(
        method="table",
        identified={"how": "in_room", "by": "Omar Ouyang", **confirmed},
        language="en",
        frozen=slot.package.frozen or "",
    )
    mark = marks.mark(slot.as_shown["name"]["en"])
    signing.sign(slot, actor=cast.actor("organiser"), mark=mark, about=about, tools=tooling.tools())


def work() -> None:
    """Do what the worker would do now; a job that failed fails the test."""
    while jobs.run_due():
        pass
    assert [job.problem for job in jobs.unfinished() if job.problem] == []


_TO = {
    "in_review": submit,
    "text_agreed": agree,
    "in_approval": present,
    "approved": approve,
    "signing": freeze,
    "archived": sign_all,
}
