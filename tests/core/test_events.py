"""The trail: append-only, chained, and the only start of jobs."""

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.jobs import Job


def record(name: str = "test.act", stream: str = "agreement/X", **facts: object) -> events.Event:
    return events.record(name, actor=SERVICE, stream=stream, **facts)


def test_events_of_a_stream_are_numbered_and_chained(app: Flask) -> None:
    first, second, other = record(), record(), record(stream="agreement/Y")
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert second.previous == first.hash
    assert first.previous == other.previous == events.GENESIS
    assert events.head("agreement/X") == second.hash


def test_a_reaction_is_written_with_its_event_or_not_at_all(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events.REACTIONS, "test.act", ("a.job", "b.job"))
    record()
    assert sorted(db.session.scalars(sa.select(Job.handler))) == ["a.job", "b.job"]
    db.session.rollback()
    assert db.session.scalars(sa.select(Job)).all() == []
    assert events.trail("agreement/X") == []


def test_an_event_cannot_be_changed_or_deleted(app: Flask) -> None:
    event = record()
    db.session.commit()
    event.actor = "somebody else"
    with pytest.raises(AssertionError, match="append-only"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(event)
    with pytest.raises(AssertionError, match="append-only"):
        db.session.flush()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("update event set actor = 'forged' where seq = 2", "was changed after it was written"),
        ("update event set facts = '{\"a\": 2}' where seq = 1", "was changed after it was written"),
        ("delete from event where seq = 2", "number 2 is missing"),
        ("delete from event where seq = 3", "the newest events are missing"),
    ],
)
def test_what_was_done_behind_our_back_is_found(app: Flask, change: str, problem: str) -> None:
    for number in range(3):
        record(a=number)
    db.session.commit()
    assert list(events.check_chain("agreement/X")) == []
    db.session.execute(sa.text(change))
    db.session.commit()
    assert problem in [found.problem for found in events.check_chain("agreement/X")]


def test_the_hash_is_the_same_after_a_round_through_the_database(app: Flask) -> None:
    event = record(names={"zh": "谢华清", "bg": "Галина"}, numbers=[1, 2.5, None, True])
    db.session.commit()
    db.session.expire_all()
    assert event.hash == event.computed_hash()


def test_a_checkpoint_holds_the_heads_of_all_streams(app: Flask) -> None:
    x, y = record(), record(stream="agreement/Y")
    point = events.checkpoint()
    assert point.facts["heads"] == {"agreement/X": x.hash, "agreement/Y": y.hash}


@pytest.mark.parametrize(
    "change",
    [
        ("delete from event where stream = 'agreement/X'", "delete from chain where stream = 'agreement/X'"),
        ("delete from event where stream = 'agreement/X' and seq = 2",
         "update chain set seq = 1, head = (select hash from event where stream = 'agreement/X') where stream = 'agreement/X'"),
    ],
)  # fmt: skip
def test_a_checkpoint_remembers_what_was_taken_away_with_its_traces(app: Flask, change: tuple[str, str]) -> None:
    for number in range(2):
        record(a=number)
    record(stream="agreement/Y")
    events.checkpoint()
    db.session.commit()
    assert list(events.check_checkpoints()) == []
    for statement in change:
        db.session.execute(sa.text(statement))
    db.session.expire_all()
    events.checkpoint()  # a later one does not make the loss good
    assert [b for name in events.streams() for b in events.check_chain(name)] == [], "each chain by itself is whole"
    assert [found.stream for found in events.check_checkpoints()] == ["agreement/X"]
