"""The whole ceremony without a browser, through the operations the pages call and the worker's own jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get
from mou_service.archive.bag.packing import pack
from mou_service.ceremonies import operations as ceremonies
from mou_service.ceremonies.queries import get as get_ceremony
from mou_service.core import jobs
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import MouError
from mou_service.drafting.translation import operations as translation
from mou_service.engines import Engines
from mou_service.review import operations as review
from mou_service.signing import operations as signing
from mou_service.signing import order, tooling
from mou_service.signing.models import Slot

from . import marks
from .load import Loaded


@dataclass(frozen=True)
class Performed:
    """One agreement at the end of its way."""

    ref: str
    title: str
    partner: str
    register_number: str
    sha256: str
    folder: Path


class Interrupted(MouError):
    """A job did not do its work; the words are its own."""


def perform(loaded: Loaded, engines: Engines, *, out: Path, tell: Callable[[str], None]) -> Iterator[Performed]:
    """Walk every agreement from draft to archive and write its files to `out`/reference/."""
    refs = [agreement.ref for agreement in loaded.agreements]
    for ref in refs:
        tell(f"{ref}: review and approval")
        _review(get(ref), loaded.actors)
        db.session.commit()
    assert loaded.ceremony is not None
    code = loaded.ceremony.code
    tell("Witnesses take their places; the texts are frozen")
    ceremonies.apply_witnesses(get_ceremony(code), actor=loaded.actors["organiser"])
    db.session.commit()
    for ref in refs:
        signing.freeze(get(ref), actor=loaded.actors["organiser"], order="own_first", fonts=engines.fonts)
        db.session.commit()
    _work()
    ceremonies.open_(get_ceremony(code), actor=loaded.actors["organiser"])
    db.session.commit()
    for ref in refs:
        tell(f"{ref}: signing and witnessing")
        _sign(ref, loaded.actors["organiser"])
        _work()
    ceremonies.close(get_ceremony(code), actor=loaded.actors["organiser"])
    db.session.commit()
    for ref in refs:
        yield _written(get(ref), engines, out)


def _review(agreement: Agreement, actors: dict[str, Actor]) -> None:
    review.submit(agreement, actor=actors["drafter"], note="For the ceremony of 27 March.")
    functions = [step.function for step in agreement.review_steps if step.counts]
    review.agree(agreement, actor=actors["reviewer"], functions=functions)
    review.agree_text(agreement, actor=actors["drafter"])
    if len(agreement.languages) > 1:
        translation.confirm(agreement, actor=actors["reviewer"], note="Read row by row against each other.")
    review.present(agreement, actor=actors["drafter"])
    review.approve(agreement, actor=actors["leader"])


def _sign(ref: str, organiser: Actor) -> None:
    """Whoever's turn it is signs at the table, until nobody is left."""
    tools = tooling.tools()
    while slots := _waiting(ref):
        slot = slots[0]
        about = signing.Circumstances(
            method="table",
            identified={"how": "in_room", "by": organiser.label.partition(" <")[0], **_confirmed(slot)},
            language="en",
            frozen=slot.package.frozen or "",
            device="demonstration without a browser",
        )
        name = slot.as_shown["name"].get("en", "")
        signing.sign(slot, actor=organiser, mark=marks.mark(name), about=about, tools=tools)
        db.session.commit()


def _confirmed(slot: Slot) -> dict[str, str]:
    """What a witness says at the act."""
    return {"check": "known", "saw": "yes"} if slot.kind == "witness" else {}


def _waiting(ref: str) -> list[Slot]:
    package = get(ref).package
    assert package is not None
    return [slot for slot in order.next_slots(package.slots) if slot.kind != "seal"]


def _work() -> None:
    """Do what the worker would do now, in this process."""
    while jobs.run_due():
        pass
    problems = [job.problem for job in jobs.unfinished() if job.problem]
    if problems:
        raise Interrupted(problems[0])


def _written(agreement: Agreement, engines: Engines, out: Path) -> Performed:
    record = agreement.record
    assert record is not None, agreement.ref
    folder = out / agreement.ref
    folder.mkdir(parents=True, exist_ok=True)
    for name, key in (
        ("draft.docx", record.draft),
        ("final.pdf", record.final),
        ("certificate.pdf", record.certificate),
    ):
        (folder / name).write_bytes(engines.files.get(key))
    with pack(agreement, audience="house") as bag:
        (folder / "evidence.zip").write_bytes(bag.read())
    return Performed(
        ref=agreement.ref,
        title=agreement.titles.get("en", ""),
        partner=agreement.partner_parties[0].organisation.called().get("en", ""),
        register_number=record.register_number,
        sha256=record.final,
        folder=folder,
    )
