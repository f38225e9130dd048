"""Many people at once, through the pages they use, on a SQLite file and on PostgreSQL: everybody is served."""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts.models import User
from mou_service.agreements.queries import get
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.engines import Engines
from tests import cast as casting
from tests import makers
from tests.patience import PATIENCE


def signed_in(shared_app: Flask, key: str) -> FlaskClient:
    client = shared_app.test_client()
    casting.sign_in(client, key)
    db.end()
    return client


def all_at_once(*works: Callable[[], list[int]]) -> list[list[int]]:
    """The answers' status codes; each work has a thread without an application context, as a request has."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], list[int]]) -> list[int]:
        start.wait(PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, work) for work in works]]


def test_writers_wait_for_each_other_and_readers_for_nobody(shared_app: Flask, engines: Engines) -> None:
    agreement = makers.an_agreement(casting.people(), engines, at="archived", template="letter-of-intent")
    ref, before = agreement.ref, db.session.scalar(sa.select(sa.func.count()).select_from(User)) or 0
    db.end()

    def invites(client: FlaskClient, name: str) -> list[int]:
        typed = [
            {
                "name": f"{name} {n}",
                "email": f"{name}{n}@sspu.example",
                "language": "en",
                "kind": "staff",
                "roles": "drafter",
            }
            for n in range(6)
        ]
        return [client.post("/accounts/invite", data=each).status_code for each in typed]

    def downloads(client: FlaskClient) -> list[int]:
        return [client.get(f"/agreements/{ref}/signed/final.pdf").status_code for _ in range(6)]

    def reads(client: FlaskClient) -> list[int]:
        return [
            client.get(path).status_code for path in ("/partners", "/register", "/healthz", f"/agreements/{ref}") * 2
        ]

    administrators = [signed_in(shared_app, "administrator") for _ in range(4)]
    archivists = [signed_in(shared_app, "archivist") for _ in range(3)]
    works = [lambda c=c, n=n: invites(c, f"writer{n}") for n, c in enumerate(administrators)]
    works += [lambda c=c: downloads(c) for c in archivists[:2]]
    answers = all_at_once(*works, lambda: reads(archivists[2]))
    assert answers == [[302] * 6] * 4 + [[200] * 6] * 2 + [[200] * 8]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == before + 24
    assert [found for stream in events.streams() for found in events.check_chain(stream)] == []
    assert Counter(event.name for event in events.trail(f"agreement/{ref}"))["archive.download"] == 12


def test_of_many_who_press_the_same_button_one_is_first(shared_app: Flask, engines: Engines) -> None:
    ref = makers.an_agreement(casting.people(), engines, at="drafting", template="letter-of-intent").ref
    db.end()
    clients = [signed_in(shared_app, "drafter") for _ in range(4)]
    answers = all_at_once(
        *[lambda c=c: [c.post(f"/agreements/{ref}/submit", data={"note": ""}).status_code] for c in clients]
    )
    codes = sorted(code for [code] in answers)
    assert codes[0] == 302
    assert set(codes[1:]) <= {403, 409}, codes
    assert get(ref).state == "in_review"
    assert Counter(event.name for event in events.trail(f"agreement/{ref}"))["agreement.submit"] == 1


def test_a_download_is_noted_though_somebody_wrote_while_it_began(shared_app: Flask, engines: Engines) -> None:
    ref = makers.an_agreement(casting.people(), engines, at="archived", template="letter-of-intent").ref
    client = signed_in(shared_app, "archivist")

    def somebody_writes() -> None:
        """After the request has looked up who asks."""
        with ThreadPoolExecutor(1) as other:
            other.submit(write).result(PATIENCE)

    def write() -> None:
        events.record("test.act", actor=SERVICE, stream="agreement/another")
        db.session.commit()
        db.end()

    shared_app.before_request_funcs[None].append(somebody_writes)
    assert all_at_once(lambda: [client.get(f"/agreements/{ref}/signed/final.pdf").status_code]) == [[200]]
    names = [event.name for event in events.trail(f"agreement/{ref}")]
    assert names.count("archive.download") == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_that_only_looks_does_not_wait_for_a_writer(shared_app: Flask, engines: Engines, database: str) -> None:
    ref = makers.an_agreement(casting.people(), engines, at="drafting", template="letter-of-intent").ref
    client = signed_in(shared_app, "drafter")
    pages = ("/", "/partners", "/register", f"/agreements/{ref}", "/healthz", "/accounts", "/verify")
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        # All answers come while the writer still writes; who waited for it would be sent away as SQLite does it.
        answers = all_at_once(lambda: [client.get(page).status_code for page in pages])[0]
    assert all(code in (200, 302, 403) for code in answers), dict(zip(pages, answers, strict=True))
