"""An approved agreement of two parties with two witnesses, and the ways to bring it further."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask

from mou_service.accounts.roles import Role
from mou_service.agreements import queries
from mou_service.agreements.models import Agreement, Party, Signatory, Term
from mou_service.agreements.states import State
from mou_service.core import jobs
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.db import db
from mou_service.drafting.models import Version
from mou_service.engines import Engines
from mou_service.partners import operations as partners
from mou_service.review.models import ReviewStep
from mou_service.signing import operations, tooling
from mou_service.signing.making import marks
from mou_service.signing.models import Package, Slot
from mou_service.signing.operations import Circumstances
from mou_service.signing.witnesses import operations as witnesses
from tests import cast


def a_text() -> bytes:
    document = docx.Document()
    document.add_heading("Memorandum of Understanding 合作备忘录", 1)
    document.add_paragraph("Paragraph 1. The participants will exchange staff and students. 双方拟开展师生交流。")
    document.add_paragraph("Paragraph 2. This memorandum comes into effect on the day of the last signature.")
    document.styles.add_style("Signature Block", 1)
    document.add_paragraph("Signed for the participants: ______________", style="Signature Block")
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


class World:
    """The cast, and a guest of honour from a third house."""

    def __init__(self) -> None:
        self.cast = cast.people()
        self.president, self.chair = self.cast.positions["Xie Huaqing"], self.cast.positions["Lu Min"]
        self.rector = self.cast.positions["Galina Ivanova"]
        self.guests = partners.add_organisation(
            partners.OrganisationFacts(
                kind="association", country="CN",
                names=[partners.Name("en", "International Education Association Shanghai"), partners.Name("zh", "上海教育国际交流协会")],
            ),
            actor=SERVICE,
        )  # fmt: skip
        _person, self.secretary = partners.add_person(
            partners.PersonFacts(names=[partners.Called("en", "Li Weiping"), partners.Called("zh", "李维平")]),
            actor=SERVICE, organisation=self.guests,
            position=partners.PositionFacts(titles={"en": "Secretary General", "zh": "秘书长"}),
        )  # fmt: skip

        # Plain data: objects do not outlive a worker's run in the same thread.
        self.organiser, self.drafter = self.cast.actor("organiser"), self.cast.actor("drafter")


@pytest.fixture
def world(app: Flask) -> World:
    made = World()
    db.session.commit()
    return made


_TEXT = a_text()


def an_approved_agreement(world: World, engines: Engines, *, number: int = 1) -> Agreement:
    made = Agreement(
        ref=f"SSPU-MOU-2024-{number:04d}", template="university-university", languages=["en", "zh"],
        titles={"en": "Memorandum of Understanding", "zh": "合作备忘录"}, owner_id=world.cast["drafter"].id,
        state=State.APPROVED, demonstration=True, term=Term(months=60),
    )  # fmt: skip
    for rank, (organisation, position) in enumerate(
        [(world.cast.ours, world.president), (world.cast.partner, world.rector)]
    ):
        party = Party(organisation_id=organisation.id, own=organisation.own, rank=rank)
        party.signatories = [Signatory(position_id=position.id, as_shown=position.as_shown())]
        made.parties.append(party)
    version = Version(
        number=1,
        origin="upload",
        docx=engines.files.put(_TEXT),
        text_digest="0" * 64,
        created_by_id=world.cast["drafter"].id,
    )
    made.versions.append(version)
    db.session.add(made)
    db.session.flush()
    made.review_steps.append(
        ReviewStep(
            phase="approval",
            function="leader",
            reasons=[],
            role=Role.LEADER.value,
            decision="approve",
            version_id=version.id,
        )
    )
    db.session.flush()
    return made


@pytest.fixture
def approved(world: World, engines: Engines) -> Agreement:
    made = an_approved_agreement(world, engines)
    for position in (world.secretary, world.chair):
        witnesses.add(made, actor=world.organiser, position=position)
    db.session.commit()
    return made


def work() -> None:
    """What a worker would do now."""
    db.session.commit()
    while jobs.run_due():
        pass


@pytest.fixture
def signing(approved: Agreement, world: World) -> Package:
    """A package that is open to be signed."""
    operations.freeze(approved, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    ref = approved.ref
    work()
    package = queries.get(ref).package
    assert package is not None and package.state == "open", package and package.problem
    return package


def at_the_table(package: Package, **confirmed: str) -> Circumstances:
    identified = {"how": "in_room", "by": "Organiser", **confirmed}
    return Circumstances(method="table", identified=identified, language="en", frozen=package.frozen or "")


def sign(slot: Slot, *, text: str = "", actor: Actor) -> None:
    operations.sign(
        slot, actor=actor, mark=marks.typed(text or slot.as_shown["name"]["en"]), about=at_the_table(slot.package),
        tools=tooling.tools(),
    )  # fmt: skip
