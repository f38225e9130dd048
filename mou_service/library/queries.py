"""The templates as they are in use: what came with the service, with the Word files and clauses the house approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy import orm

from mou_service import engines
from mou_service.agreements.models import Agreement
from mou_service.agreements.permissions import visible_to
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Missing
from mou_service.documents.word.templates.manifest import Manifest

from . import clause_files
from .models import STREAM, TemplateStop, TemplateVersion

_HEAD = "library.head"


@dataclass(frozen=True)
class _Effective:
    """All templates in use after one change of the library and before the next."""

    shipped: Mapping[str, Manifest]
    head: str
    manifests: Mapping[str, Manifest]
    stopped: frozenset[str]


#: What this process read last; a change made by any process has another head.
_read: _Effective | None = None


def manifests() -> Mapping[str, Manifest]:
    """Every template in use by its type; asked again in one transaction, it costs nothing."""
    return _effective().manifests


def offered() -> Mapping[str, Manifest]:
    """Those that new drafts may be made from."""
    found = _effective()
    return {name: each for name, each in found.manifests.items() if name not in found.stopped}


def template(type_: str, number: int | None = None) -> Manifest:
    """The template in use, or one of its versions by number (0: as shipped); raises `Missing`."""
    found = manifests().get(type_)
    if found is None:
        raise Missing(type_)
    if number is None or number == found.number:
        return found
    shipped = engines.current().manifests[type_]
    return _with_file(shipped, version(type_, number)) if number else shipped


def of(agreement: Agreement, *, at: int | None = None) -> Manifest | None:
    """The template an agreement is written with: that of its newest text from a template, as long as it is there.

    `at`: the one its version of this number was written with. None when its kind of document is not known any more.
    """
    current = manifests().get(agreement.template)
    until = [each for each in agreement.versions if at is None or each.number <= at]
    made = next((each for each in reversed(until) if each.origin == "template"), None)
    if current is None or made is None or made.template_number == current.number:
        return current
    if made.template_number:
        return template(agreement.template, made.template_number)
    shipped = template(agreement.template, 0)
    return shipped if shipped.sha256 == made.template_sha256 else current


def version(type_: str, number: int) -> TemplateVersion:
    """One version of a template's Word file; raises `Missing`."""
    mine = sa.and_(TemplateVersion.type == type_, TemplateVersion.number == number)
    found = db.session.scalar(sa.select(TemplateVersion).where(mine))
    if found is None:
        raise Missing(f"{type_} {number}")
    return found


def versions(type_: str) -> list[TemplateVersion]:
    """Every file the house has of a template, newest first."""
    mine = sa.select(TemplateVersion).where(TemplateVersion.type == type_)
    return list(db.session.scalars(mine.order_by(TemplateVersion.number.desc())))


def waiting(type_: str | None = None) -> list[TemplateVersion]:
    """What waits for a second person, longest first."""
    query = sa.select(TemplateVersion).where(TemplateVersion.state == "proposed")
    if type_ is not None:
        query = query.where(TemplateVersion.type == type_)
    return list(db.session.scalars(query.order_by(TemplateVersion.proposed_at, TemplateVersion.id)))


def in_use() -> dict[str, TemplateVersion]:
    """The rows of the files in use, by type; none where the file is the one that came with the service."""
    wanted = {each.type: each.number for each in manifests().values() if each.number}
    if not wanted:
        return {}
    pairs = sa.tuple_(TemplateVersion.type, TemplateVersion.number).in_(list(wanted.items()))
    return {each.type: each for each in db.session.scalars(sa.select(TemplateVersion).where(pairs))}


def stop(type_: str) -> TemplateStop | None:
    """That it is not offered at present."""
    now_stopped = sa.and_(TemplateStop.type == type_, TemplateStop.resumed_at.is_(None))
    return db.session.scalar(sa.select(TemplateStop).where(now_stopped))


def users(type_: str, actor: Actor, *, limit: int = 200) -> list[tuple[Agreement, int | None]]:
    """The agreements this person may see that are made from a template, newest first, with the number of the file.

    None: all of its text came from Word, or it was made before numbers were kept.
    """
    found = sa.select(Agreement).where(visible_to(actor), Agreement.template == type_)
    found = found.options(orm.selectinload(Agreement.versions)).order_by(Agreement.id.desc()).limit(limit)
    return [(each, _number(each)) for each in db.session.scalars(found)]


def _number(agreement: Agreement) -> int | None:
    made = next((each for each in reversed(agreement.versions) if each.origin == "template"), None)
    return made.template_number if made else None


def trail(type_: str) -> list[events.Event]:
    """What was done about one template, newest first."""
    about = sa.and_(events.Event.stream == STREAM, events.Event.facts["type"].as_string() == type_)
    return list(db.session.scalars(sa.select(events.Event).where(about).order_by(events.Event.seq.desc())))


def hold() -> None:
    """Wait for whoever changes the library this moment, and see it as it is then; whoever comes now waits for us."""
    events.hold(STREAM)
    db.session.expire_all()
    changed()


def changed() -> None:
    """The library was changed in this transaction: whoever asks next reads it again."""
    db.session.info.pop(_HEAD, None)


def _effective() -> _Effective:
    global _read
    shipped, head, known = engines.current().manifests, _head(), _read
    if known is None or known.head != head or known.shipped is not shipped:
        known = _read = _Effective(shipped, head, *_from_database(shipped, head))
    return known


def _head() -> str:
    """The newest change of the library, looked up once in a transaction."""
    kept = db.session.info.get(_HEAD)
    if kept is None or kept[0] is not db.session.get_transaction():
        head = events.head(STREAM)
        kept = db.session.info[_HEAD] = (db.session.get_transaction(), head)
    return str(kept[1])


def _from_database(shipped: Mapping[str, Manifest], head: str) -> tuple[Mapping[str, Manifest], frozenset[str]]:
    if head == events.GENESIS:
        return shipped, frozenset()
    query = sa.select(TemplateVersion).where(TemplateVersion.state == "approved")
    newest = {
        each.type: each for each in db.session.scalars(query.order_by(TemplateVersion.decided_at, TemplateVersion.id))
    }
    stopped = db.session.scalars(sa.select(TemplateStop.type).where(TemplateStop.resumed_at.is_(None)))
    return {
        name: _with_file(each, newest[name]) if name in newest else each for name, each in shipped.items()
    }, frozenset(stopped)


def _with_file(shipped: Manifest, version_: TemplateVersion) -> Manifest:
    said = clause_files.amended(shipped, version_.changes)
    return replace(said, number=version_.number, word=engines.current().files.get(version_.docx))
