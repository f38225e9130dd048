"""What happened: an append-only, hash-chained trail that is also the only start of mail and jobs.

Each stream (one agreement, one ceremony, the service) has a chain of its own, so that writers of
different agreements do not wait for each other. A checkpoint in the stream "service" chains the heads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .actors import SERVICE, Actor
from .clock import now
from .db import Model, db, insert_if_absent
from .jobs import Job

#: Event name → names of the jobs that follow. Filled by the application from reactions.py.
REACTIONS: dict[str, tuple[str, ...]] = {}
GENESIS = "0" * 64


class Event(Model):
    """One thing that happened; never changed, never deleted."""

    __tablename__ = "event"
    __table_args__ = (sa.UniqueConstraint("stream", "seq"),)

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    stream: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    seq: orm.Mapped[int]
    at: orm.Mapped[datetime]
    name: orm.Mapped[str] = orm.mapped_column(sa.String(80), index=True)
    actor: orm.Mapped[str]
    actor_id: orm.Mapped[int | None]
    facts: orm.Mapped[dict[str, Any]]
    previous: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    hash: orm.Mapped[str] = orm.mapped_column(sa.String(64))

    def computed_hash(self) -> str:
        """SHA-256 over the event and the hash before it, as an auditor can compute it again."""
        content = [self.stream, self.seq, self.at.isoformat(), self.name, self.actor, self.actor_id, self.facts]
        text = json.dumps([*content, self.previous], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Chain(Model):
    """The head of a stream; its row is what writers of one stream queue at."""

    __tablename__ = "chain"
    stream: orm.Mapped[str] = orm.mapped_column(sa.String(80), primary_key=True)
    seq: orm.Mapped[int] = orm.mapped_column(default=0)
    head: orm.Mapped[str] = orm.mapped_column(sa.String(64), default=GENESIS)


@sa.event.listens_for(Event, "before_update")
@sa.event.listens_for(Event, "before_delete")
def _append_only(_mapper: object, _connection: object, event: Event) -> None:
    raise AssertionError(f"the trail is append-only: {event.stream} {event.seq}")


def record(name: str, *, actor: Actor, stream: str, **facts: Any) -> Event:
    """Write the event and, in the same transaction, a job for each reaction to it."""
    chain = _locked_chain(stream)
    event = Event(
        stream=stream, seq=chain.seq + 1, at=now(), name=name, actor=actor.label, actor_id=actor.user_id,
        facts=json.loads(json.dumps(facts, ensure_ascii=False)), previous=chain.head,
    )  # fmt: skip
    event.hash = event.computed_hash()
    chain.seq, chain.head = event.seq, event.hash
    db.session.add(event)
    db.session.flush()
    db.session.add_all(Job(handler=handler, event_id=event.id) for handler in REACTIONS.get(name, ()))
    return event


def hold(stream: str) -> None:
    """Wait for whoever records in the stream this moment; whoever comes now waits for us."""
    _locked_chain(stream)


def _locked_chain(stream: str) -> Chain:
    query = sa.select(Chain).where(Chain.stream == stream).with_for_update()
    if chain := db.session.scalar(query.execution_options(populate_existing=True)):
        return chain
    insert_if_absent(Chain, stream=stream, seq=0, head=GENESIS)
    return db.session.scalars(query).one()


def head(stream: str) -> str:
    """The hash of the newest event of the stream."""
    return db.session.scalar(sa.select(Chain.head).where(Chain.stream == stream)) or GENESIS


def trail(stream: str) -> list[Event]:
    """Everything that happened in the stream, oldest first."""
    return list(db.session.scalars(sa.select(Event).where(Event.stream == stream).order_by(Event.seq)))


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold."""

    stream: str
    seq: int
    problem: str


def check_chain(stream: str) -> Iterator[Break]:
    """Compute the chain of one stream again; yields every place where it does not hold."""
    previous, seq = GENESIS, 0
    for event in trail(stream):
        seq += 1
        if event.seq != seq:
            yield Break(stream, event.seq, f"number {seq} is missing")
            seq = event.seq
        if event.previous != previous:
            yield Break(stream, event.seq, "does not continue the event before it")
        if event.hash != event.computed_hash():
            yield Break(stream, event.seq, "was changed after it was written")
        previous = event.hash
    chain = db.session.get(Chain, stream)
    if chain is not None and (chain.seq, chain.head) != (seq, previous):
        yield Break(stream, chain.seq, "the newest events are missing")


def check_checkpoints() -> Iterator[Break]:
    """Look for every head a checkpoint remembers; yields the streams that were lost, cut off or written anew since."""
    checkpoints = [event for event in trail("service") if event.name == "service.checkpoint"]
    for stream, hash_ in sorted({head for event in checkpoints for head in event.facts["heads"].items()}):
        if not holds(stream, hash_):
            yield Break(stream, 0, "does not hold the event that was its newest at a checkpoint")


def holds(stream: str, hash_: str) -> bool:
    """Whether the stream has the event of this hash."""
    found = sa.select(Event.id).where(Event.stream == stream, Event.hash == hash_)
    return hash_ == GENESIS or db.session.scalar(found) is not None


def streams() -> list[str]:
    """All streams, in order of their names."""
    named = sa.union(sa.select(Chain.stream), sa.select(Event.stream))
    return sorted(db.session.scalars(named))


def checkpoint() -> Event:
    """Chain the heads of all streams into "service"; a later loss of a whole stream shows."""
    heads = {c.stream: c.head for c in db.session.scalars(sa.select(Chain)) if c.stream != "service"}
    return record("service.checkpoint", actor=SERVICE, stream="service", heads=heads)
