"""Sealing is a row of saved steps: any may fail or die, and the end is one correct file."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import events, jobs
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.core.jobs import Job
from mou_service.documents.findings import Hindered
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.signing import operations, queries, standing, tooling
from mou_service.signing.making import finishing, freezing
from mou_service.signing.models import Package
from mou_service.trust.verify import verify
from tests import cast

from .conftest import World, sign, work

REF = "SSPU-MOU-2024-0001"


def package() -> Package:
    found = agreements.get(REF).package
    assert found is not None
    return found


def all_sign(world: World) -> None:
    for slot in [slot for slot in package().slots if slot.kind != "seal"]:
        sign(slot, actor=world.organiser)
    db.session.commit()


def names() -> list[str]:
    return [event.name for event in events.trail(f"agreement/{REF}")]


class Killed(BaseException):
    """The worker dies here: nothing after this line runs."""


@pytest.mark.usefixtures("signing")
def test_a_worker_that_dies_before_every_write_ends_with_one_correct_file(
    world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_sign(world)
    for step in ("save_seal", "save_timestamp", "execute"):
        real = getattr(finishing, step)

        def die(*_args: Any, **_more: Any) -> None:
            raise Killed

        monkeypatch.setattr(finishing, step, die)
        with pytest.raises(Killed):
            jobs.run_due()
        db.session.rollback()
        monkeypatch.setattr(finishing, step, real)
        for job in jobs.unfinished():  # the lease of the dead worker runs out
            job.due = now() - timedelta(seconds=1)
        db.session.commit()
    work()
    assert package().state == "done"
    seen = names()
    assert [seen.count(name) for name in ("package.seal", "package.timestamp", "agreement.execute")] == [1, 1, 1]
    verdict = verify(engines.files.get(package().final or ""), roots=institution.authority().roots)
    assert verdict.outcome == "valid"


@pytest.mark.usefixtures("signing")
def test_every_step_may_run_twice(world: World) -> None:
    all_sign(world)
    work()
    final, count = package().final, len(names())
    for job in db.session.query(Job).filter(Job.handler.in_(queries.WORK)):
        job.due, job.finished_at = now(), None
    work()
    assert (package().final, len(names())) == (final, count)


@pytest.mark.usefixtures("signing")
def test_a_timestamp_source_that_fails_is_shown_and_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    all_sign(world)
    real = finishing.timestamp

    def away(*_args: Any, **_more: Any) -> str:
        raise EngineFailed("timestamps", "tsa.example did not answer")

    monkeypatch.setattr(finishing, "timestamp", away)
    work()
    held = package()
    assert (held.state, held.timestamp_label, held.final) == ("sealing", "", None)
    trouble = standing.trouble(held)
    assert trouble is not None and "tsa.example" in trouble.text and trouble.again is not None
    assert "not yet time-stamped" in [stage.note for stage in standing.stages(held)]
    monkeypatch.setattr(finishing, "timestamp", real)
    job = queries.work_of(held)
    assert job is not None
    jobs.again(job)
    work()
    assert package().state == "done" and standing.trouble(package()) is None


def test_a_text_that_cannot_be_drawn_says_so_and_can_be_tried_again(
    approved: Agreement, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = freezing.check_text
    monkeypatch.setattr(freezing, "check_text", lambda *_args, **_more: ["page 2 lacks a line"])
    operations.freeze(approved, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    work()
    assert (package().state, package().frozen) == ("preparing", None)
    assert "not the text of the document" in package().problem and "page 2 lacks a line" in package().problem
    trouble = standing.trouble(package())
    assert trouble is not None and trouble.again is None
    with force_locale("zh_Hans_CN"):
        assert standing.words(package()) == "PDF中的文字与文稿不一致，该文件未予采用：page 2 lacks a line"
    monkeypatch.setattr(freezing, "check_text", real)
    job = queries.work_of(package())
    assert job is not None
    jobs.again(job)
    work()
    assert (package().state, package().problem) == ("open", "")


def test_a_fault_nobody_foresaw_is_not_silent(
    approved: Agreement, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(freezing, "make", broken)
    monkeypatch.setattr(jobs, "MAX_TRIES", 1)
    operations.freeze(approved, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    work()
    assert "unexpected fault" in package().problem
    with force_locale("zh_Hans_CN"):
        assert standing.words(package()).startswith("处理因意外故障中止。")


def test_a_name_no_font_shows_is_found_before_the_freeze(
    client: FlaskClient, approved: Agreement, world: World
) -> None:
    ref, fonts = approved.ref, tooling.tools().fonts
    (signatory,) = approved.partner_parties[0].signatories
    signatory.as_shown = {**signatory.as_shown, "name": {"en": "Wang Fang", "zh": "王\U00021ddf芳"}}
    db.session.commit()
    with pytest.raises(Hindered, match=r"U\+21DDF .*王\U00021ddf芳"):
        operations.freeze(approved, actor=world.organiser, order="listed", fonts=fonts)
    db.session.rollback()
    cast.sign_in(client, "organiser")
    with client.session_transaction() as session:
        session["language"] = "zh"
    shown = client.get(f"/agreements/{ref}/signing").text
    assert "现有字体均无法显示" in shown and "U+21DDF" in shown
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', client.get(f"/agreements/{ref}/freeze").text)
    assert seen
    answer = client.post(f"/agreements/{ref}/freeze", data={"order": "listed", "seen": seen[1]})
    assert answer.status_code == 422 and "U+21DDF" in answer.text
    assert agreements.get(ref).state == "approved" and agreements.get(ref).package is None


@pytest.mark.usefixtures("signing")
def test_voiding_while_the_file_is_made_leaves_nothing_half_done(world: World) -> None:
    agreement = agreements.get(REF)
    operations.void(agreement, actor=world.organiser, reason="Wrong order.")
    operations.freeze(agreement, actor=world.organiser, order="free", fonts=tooling.tools().fonts)
    operations.void(agreement, actor=world.organiser, reason="Wrong again.")
    work()
    agreement = agreements.get(REF)
    assert agreement.package is None and [p.frozen is None for p in agreement.packages] == [False, True]
