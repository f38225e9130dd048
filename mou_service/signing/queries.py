"""Finding packages, slots and the work that makes a package's files."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.db import db
from mou_service.core.errors import Missing, Stale
from mou_service.core.events import Event
from mou_service.core.jobs import Job

from .models import Package, Slot, Witness

#: Jobs that make or finish a package's files, in their order.
WORK = ("signing.prepare", "signing.seal", "signing.timestamp", "signing.finish")


def package(package_id: int) -> Package:
    """The package of a number; raises `Missing`."""
    found = db.session.get(Package, package_id)
    if found is None:
        raise Missing(f"package {package_id}")
    return found


def locked(package_id: int) -> Package:
    """The package and its slots as they are this moment; whoever else wants to change them waits."""
    fresh = {"populate_existing": True}
    query = sa.select(Package).where(Package.id == package_id).with_for_update()
    found = db.session.scalar(query.execution_options(**fresh))
    if found is None:
        raise Missing(f"package {package_id}")
    # Somebody may have signed beside us since the page was loaded: whose turn is next depends on everybody.
    db.session.scalars(sa.select(Slot).where(Slot.package_id == package_id).execution_options(**fresh)).all()
    return found


def held(agreement: Agreement) -> Package | None:
    """The package that counts, locked; while there is none the agreement is held, so that none comes meanwhile.

    Raises `Stale` when the text was frozen, or the package ended, while we waited.
    """
    package_ = agreement.package
    if package_ is not None:
        locked(package_.id)
        db.session.expire(agreement)
    else:
        agreements.hold(agreement)
    if agreement.package is not package_:
        raise Stale(_("The signing changed this moment. Look at it again."))
    return package_


def slot(slot_id: int) -> Slot:
    """The slot of a number; raises `Missing`."""
    found = db.session.get(Slot, slot_id)
    if found is None:
        raise Missing(f"slot {slot_id}")
    return found


def slot_of(agreement: Agreement, slot_id: int) -> Slot:
    """A person's slot in the package that counts; raises `Missing` for any other."""
    slots = agreement.package.slots if agreement.package else []
    found = next((each for each in slots if each.id == slot_id and each.kind != "seal"), None)
    if found is None:
        raise Missing(f"slot {slot_id}")
    return found


def witness_of(agreement: Agreement, witness_id: int) -> Witness:
    """A witness of this agreement; raises `Missing` for any other."""
    found = next((each for each in agreement.witnesses if each.id == witness_id), None)
    if found is None:
        raise Missing(f"witness {witness_id}")
    return found


def invites(package_: Package) -> bool:
    """Whether people are written to when their turn comes: so it was chosen at the freeze, which the trail remembers."""
    query = sa.select(Event).where(
        Event.stream == package_.agreement.stream, Event.name.in_(("agreement.freeze", "package.remake")),
        Event.facts["package"].as_integer() == package_.id,
    )  # fmt: skip
    chosen = db.session.scalars(query).first()
    return chosen is None or bool(chosen.facts.get("invites", True))


def work_of(package_: Package) -> Job | None:
    """The newest job that makes or finishes this package's files, whether it waits, failed or is done."""
    query = (
        sa.select(Job)
        .join(Event, Event.id == Job.event_id)
        .where(Job.handler.in_(WORK), Event.stream == package_.agreement.stream)
        .order_by(Job.id.desc())
    )
    return next((job for job in db.session.scalars(query) if job.cause.facts.get("package") == package_.id), None)
