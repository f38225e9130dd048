"""The clauses of all templates: what they say now, what waits, what went before, and where each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mou_service import engines
from mou_service.agreements.models import Agreement
from mou_service.agreements.permissions import visible_to
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import Model, db
from mou_service.core.errors import Missing
from mou_service.documents.word.templates import amendments
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.manifest import Manifest

from . import clause_files, clause_texts, queries
from .clause_files import Held
from .clause_models import ClauseVersion
from .clause_texts import Entry, Slot
from .models import STREAM


@dataclass(frozen=True)
class Use:
    """An agreement in whose newest text from the template a clause stands."""

    agreement: Agreement
    position: str
    number: int
    #: Its template words the clause otherwise now.
    older: bool


def entries() -> list[Entry]:
    """Every clause, those that templates share first, then template by template in the order of the text."""
    slots = _slots()
    approved, waiting = approved_texts(), _waiting()
    order = sorted(slots, key=lambda each: not each.startswith(f"{amendments.SHARED}/"))
    return [_entry(each, slots[each], approved.get(each), waiting.get(each, [])) for each in order]


def entry(of: str, key: str) -> Entry:
    """One clause by its address; raises `Missing`."""
    address = amendments.address(of, key)
    slots = _slots().get(address)
    if slots is None:
        raise Missing(address)
    return _entry(address, slots, approved_texts().get(address), _waiting(address).get(address, []))


def approved_texts() -> dict[str, ClauseVersion]:
    """The newest approved text of each clause the house gave one, by address."""
    query = sa.select(ClauseVersion).where(ClauseVersion.state == "approved").order_by(ClauseVersion.number)
    return {each.address: each for each in db.session.scalars(query)}


def version(of: str, key: str, number: int) -> ClauseVersion:
    """One text of a clause; raises `Missing`."""
    address = amendments.address(of, key)
    mine = sa.and_(ClauseVersion.address == address, ClauseVersion.number == number)
    found = db.session.scalar(sa.select(ClauseVersion).where(mine))
    if found is None:
        raise Missing(f"{address} {number}")
    return found


def versions(address: str) -> list[ClauseVersion]:
    """Every text the house proposed for a clause, newest first."""
    mine = sa.select(ClauseVersion).where(ClauseVersion.address == address)
    return list(db.session.scalars(mine.order_by(ClauseVersion.number.desc())))


def waiting() -> list[ClauseVersion]:
    """What waits for a second person, longest first."""
    return [each for mine in _waiting().values() for each in mine]


def uses(found: Entry, actor: Actor) -> list[Use]:
    """The agreements this person may see in whose newest text the clause stands, newest first."""
    digests = {slot.manifest.type: slot.clause.digest for slot in found.slots}
    # Only this column of the versions: their values and findings are large, and there may be thousands.
    version = Model.metadata.tables["version"]
    newest = sa.select(sa.func.max(version.c.number)).where(version.c.agreement_id == Agreement.id)
    query = sa.select(Agreement, version.c.clauses).join(version, version.c.agreement_id == Agreement.id)
    query = query.where(visible_to(actor), Agreement.template.in_(digests))
    query = query.where(version.c.number == newest.correlate(Agreement).scalar_subquery())
    held = []
    for agreement, clauses in db.session.execute(query.order_by(Agreement.id.desc())):
        mine = next((each for each in clauses if each["address"] == found.address), None)
        if mine is not None:
            older = mine["digest"] != digests[agreement.template]
            held.append(Use(agreement, mine["position"], mine["number"], older))
    return held


def by_hand(found: Entry) -> list[Slot]:
    """The places that have another text than the one in use: there the house keeps a Word file of its own."""
    return [slot for slot in found.slots if slot.clause.number != found.number]


def held(found: Entry) -> dict[str, Held]:
    """For each template that takes the clause, what is known of its file."""
    rows, shipped = queries.in_use(), engines.current().manifests
    every = [slot.manifest.type for slot in found.slots]
    return {type_: clause_files.held(rows.get(type_), shipped[type_]) for type_ in every}


def staying(found: Entry) -> list[Manifest]:
    """The templates whose file will not follow a new text: the house keeps one of its own, or one of an earlier release."""
    known = held(found)
    return [slot.manifest for slot in found.slots if not known[slot.manifest.type].follows]


def trail(address: str) -> list[events.Event]:
    """What was done about one clause, newest first."""
    about = sa.and_(events.Event.stream == STREAM, events.Event.facts["address"].as_string() == address)
    return list(db.session.scalars(sa.select(events.Event).where(about).order_by(events.Event.seq.desc())))


def shipped_texts(address: str, slots: tuple[Slot, ...]) -> dict[str, Any]:
    """The clause as it came with the service, in all languages of these places; raises `Missing` when no file has it."""
    shipped = engines.current().manifests
    places = [Slot(shipped[each.manifest.type], _came_as(shipped[each.manifest.type], each.clause)) for each in slots]
    raw = amendments.shipped(slots[0].manifest.folder).get(address)
    if raw is None:
        raise Missing(address)
    return clause_texts.in_use(raw, places)


def _slots() -> dict[str, tuple[Slot, ...]]:
    found: dict[str, list[Slot]] = defaultdict(list)
    for manifest in queries.manifests().values():
        for clause in manifest.clauses:
            found[clause.address].append(Slot(manifest, clause))
    return {address: tuple(slots) for address, slots in found.items()}


def _entry(address: str, slots: tuple[Slot, ...], current: ClauseVersion | None, waiting: list[ClauseVersion]) -> Entry:
    texts: Mapping[str, Any] = current.texts if current else shipped_texts(address, slots)
    return Entry(address, slots, texts, current, current.number if current else 0, tuple(waiting))


def _came_as(manifest: Manifest, clause: Clause) -> Clause:
    return next((each for each in manifest.clauses if each.key == clause.key), clause)


def _waiting(address: str | None = None) -> dict[str, list[ClauseVersion]]:
    query = sa.select(ClauseVersion).where(ClauseVersion.state == "proposed")
    if address is not None:
        query = query.where(ClauseVersion.address == address)
    found: dict[str, list[ClauseVersion]] = defaultdict(list)
    for each in db.session.scalars(query.order_by(ClauseVersion.proposed_at, ClauseVersion.id)):
        found[each.address].append(each)
    return found
