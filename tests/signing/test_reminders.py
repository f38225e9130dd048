"""Reminders by clock and hand, and the end of a request: each letter once, whoever dies on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.agreements import standing, tasks
from mou_service.core import events, jobs
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.core.ports import Mail
from mou_service.engines import Engines, OutboxOnly
from mou_service.signing import jobs as handlers
from mou_service.signing import links, operations, tooling
from mou_service.signing.changes import reminders, reminding
from mou_service.signing.models import Package, Slot
from tests import cast

from .conftest import World, at_the_table, sign, work

ZONE = "Asia/Shanghai"


def newest() -> Package:
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    return package


def slot_of(field: str) -> Slot:
    return next(slot for slot in newest().slots if slot.field == field)


def as_if_asked(days: int, *, field: str = "Signatory1") -> None:
    """As if the turn had come, and the invitation had gone out, so many days ago."""
    slot, at = slot_of(field), now() - timedelta(days=days)
    slot.turn_at = at
    for link in slot.links:
        link.created_at = at
    for reminder in slot.reminders:
        reminder.at = at
    db.session.commit()


def the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is day where the institution is, whenever this runs."""
    monkeypatch.setattr(reminding, "may_write", lambda _at, *, zone: True)


def look(monkeypatch: pytest.MonkeyPatch, *, again: bool = False) -> None:
    """What the clock's job does on one day; `again`: as if it were asked for a second time, by another worker."""
    the_morning(monkeypatch)
    for package_id in dict.fromkeys((*reminders.over(), *reminders.awaited())):
        jobs.enqueue("signing.remind_one", unique_key=f"{package_id}:{again}:{now()}", package=package_id)
    work()


def told_another_day(engines: Engines) -> list[Mail]:
    """The letters that say that the last day has moved, in both languages of the people."""
    assert isinstance(engines.mailer, OutboxOnly)
    words = ("another last day", "截止日已变更")
    return [mail for mail in engines.mailer.sent if any(each in mail.subject for each in words)]


def reminded(engines: Engines) -> list[Mail]:
    assert isinstance(engines.mailer, OutboxOnly)
    return [mail for mail in engines.mailer.sent if "still awaits" in mail.subject]


def test_each_threshold_is_one_letter(
    signing: Package, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(monkeypatch)
    assert reminded(engines) == []
    as_if_asked(3)
    look(monkeypatch)
    look(monkeypatch, again=True)
    [mail] = reminded(engines)
    assert mail.to == "xie@sspu.example" and "/s/" in mail.text
    as_if_asked(40)
    look(monkeypatch)
    look(monkeypatch, again=True)
    assert len(reminded(engines)) == 2, "several thresholds at once are one letter"
    assert [each.reason for each in slot_of("Signatory1").reminders] == ["after:3", "after:7", "after:14"]
    names = [event.name for event in events.trail(newest().agreement.stream)]
    assert names.count("slot.remind") == 2


def test_only_whose_turn_it_is_and_nobody_at_a_table(
    approved: object, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreement = agreements.get("SSPU-MOU-2024-0001")
    operations.freeze(agreement, actor=world.organiser, order="listed", fonts=tooling.tools().fonts, invites=False)
    work()
    as_if_asked(30)
    look(monkeypatch)
    assert reminded(engines) == []
    links.create(slot_of("Signatory1"), email="xie@sspu.example")
    as_if_asked(30)
    reminders.remind(slot_of("Signatory1"), actor=world.organiser)
    with pytest.raises(Refused, match="not this person's turn"):
        reminders.remind(slot_of("Signatory2"), actor=world.organiser)
    work()
    assert [mail.to for mail in reminded(engines)] == ["xie@sspu.example"]


def test_nobody_is_written_to_where_a_link_was_taken_back_or_no_address_is_known(
    signing: Package, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = links.sent(slot_of("Signatory1"))
    assert sent is not None
    links.withdraw(sent, actor=world.organiser)
    as_if_asked(40)
    look(monkeypatch)
    assert reminded(engines) == [] and slot_of("Signatory1").reminders == []
    with pytest.raises(Refused, match="was withdrawn"):
        reminders.remind(slot_of("Signatory1"), actor=world.organiser)
    links.invite(slot_of("Signatory1"), actor=world.organiser, email="president@sspu.example")
    work()
    as_if_asked(40)
    look(monkeypatch)
    assert [mail.to for mail in reminded(engines)] == ["president@sspu.example"]
    for field in ("Signatory1", "Signatory2"):
        sign(slot_of(field), actor=world.organiser)
    as_if_asked(40, field="Witness1")
    look(monkeypatch)
    assert slot_of("Witness1").reminders == [], "who has no address was not reminded, and the trail does not say so"


def test_by_hand_it_is_limited(signing: Package, world: World, engines: Engines) -> None:
    with pytest.raises(Refused, match="can be reminded from"):
        reminders.remind(slot_of("Signatory1"), actor=world.organiser)
    for _ in range(reminders.MOST_BY_HAND):
        as_if_asked(1)
        reminders.remind(slot_of("Signatory1"), actor=world.organiser)
    as_if_asked(1)
    with pytest.raises(Refused, match="a call will do more"):
        reminders.remind(slot_of("Signatory1"), actor=world.organiser)
    with pytest.raises(Refused):
        reminders.remind(slot_of("Signatory1"), actor=world.cast.actor("leader"))
    work()
    assert len(reminded(engines)) == reminders.MOST_BY_HAND


def test_a_worker_that_dies_reminds_once(
    signing: Package, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the commit nothing is there; killed after it everything is, and the job finds nothing to do."""
    as_if_asked(3)
    the_morning(monkeypatch)
    jobs.enqueue("signing.remind_one", unique_key="once", package=newest().id)
    db.session.commit()
    record, died = events.record, []

    def dies(*args: object, **facts: object) -> object:
        if not died:
            died.append(True)
            raise KeyboardInterrupt
        return record(*args, **facts)  # type: ignore[arg-type]

    monkeypatch.setattr(events, "record", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.run_due()
    db.session.rollback()
    assert slot_of("Signatory1").reminders == []
    for work_ in jobs.unfinished():
        jobs.again(work_)
    work()
    for work_ in db.session.query(jobs.Job).filter(jobs.Job.unique_key == "once"):
        work_.finished_at = None
        jobs.again(work_)
    work()
    assert len(reminded(engines)) == 1


def test_at_night_the_look_is_put_off(app: object, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "may_write", lambda _at, *, zone: False)
    jobs.enqueue("signing.remind", unique_key="night")
    work()
    later = [each for each in jobs.unfinished() if each.handler == "signing.remind"]
    assert len(later) == 1 and later[0].due is not None and later[0].due > now()
    handlers.ask_for_reminders()
    handlers.ask_for_reminders()
    db.session.commit()
    assert len({each.unique_key for each in jobs.unfinished()}) == len(jobs.unfinished()) <= 2


def over(days: int = 1) -> datetime:
    package = newest()
    package.open_until = now() - timedelta(days=days)
    db.session.commit()
    return package.open_until


def test_after_the_end_nobody_signs_until_it_is_extended(
    signing: Package, world: World, engines: Engines, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = links.create(slot_of("Signatory1"), email="xie@sspu.example")
    over()
    with pytest.raises(Refused, match="The time for signing ended"):
        sign(slot_of("Signatory1"), actor=world.organiser)
    assert "The time for signing ended" in client.get(f"/s/{secret}").text
    links.found(secret).expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert "The time for signing ended" in client.get(f"/s/{secret}").text, "also behind a link that expired meanwhile"
    assert client.post(f"/s/{secret}/renew").status_code == 403
    assert standing.time_is_over(newest().agreement)
    assert "extend it" in "".join(task.what for task in tasks.of(world.organiser, newest().agreement))
    look(monkeypatch)
    look(monkeypatch, again=True)
    assert isinstance(engines.mailer, OutboxOnly)
    over_ = ("the time for signing is over", "签署期限已过")
    told = [mail for mail in engines.mailer.sent if mail.subject.endswith(over_)]
    assert {mail.to for mail in told} == {"drafter@sspu.example", "organiser@sspu.example"} and len(told) == 2
    assert reminded(engines) == []
    with pytest.raises(Invalid, match="past"):
        reminders.extend(newest(), actor=world.organiser, last_day=now().date() - timedelta(days=3), zone=ZONE)
    last = now().date() + timedelta(days=10)
    reminders.extend(newest(), actor=world.organiser, last_day=last, zone=ZONE)
    work()
    assert reminding.last_day(newest().open_until, zone=ZONE) == last
    assert [mail.to for mail in told_another_day(engines)] == ["xie@sspu.example"], "who is waited for hears it"
    event = events.trail(newest().agreement.stream)[-2]
    assert (event.name, event.facts["day"]) == ("package.extend", str(last))
    sign(slot_of("Signatory1"), actor=world.organiser)
    reminders.extend(newest(), actor=world.organiser, last_day=None, zone=ZONE)
    assert newest().open_until is None


def test_the_end_is_chosen_at_the_freeze_and_on_its_page(
    approved: object, world: World, client: FlaskClient, engines: Engines
) -> None:
    cast.sign_in(client, "organiser")
    at = "/agreements/SSPU-MOU-2024-0001"
    usual = reminding.day_at(now(), zone=ZONE) + timedelta(days=60)
    assert f'value="{usual}"' in client.get(f"{at}/freeze").text
    past = client.post(f"{at}/freeze", data={"order": "listed", "invite": "mail", "until": "2020-01-01"})
    assert past.status_code == 422 and "This day is past" in past.text
    client.post(f"{at}/freeze", data={"order": "listed", "invite": "mail", "until": str(usual)})
    work()
    assert reminding.last_day(newest().open_until, zone=ZONE) == usual
    later = usual + timedelta(days=5)
    assert client.post(f"{at}/signing/until", data={"until": str(later)}).status_code == 302
    assert reminding.last_day(newest().open_until, zone=ZONE) == later
    for day in (usual, later):  # back and forth: every change is told
        client.post(f"{at}/signing/until", data={"until": str(day)})
    work()
    told = told_another_day(engines)
    assert [mail.to for mail in told] == ["xie@sspu.example"] * 3
    secret = told[-1].text.split("/s/", 1)[1].split()[0]
    assert "Last day to sign" in client.get(f"/s/{secret}").text
    as_if_asked(2)
    assert client.post(f"{at}/slots/{slot_of('Signatory1').id}/remind").status_code == 302
    assert "Reminded, last on" in client.get(f"{at}/signing").text


def test_an_expired_link_is_renewed_with_one_click(
    signing: Package, client: FlaskClient, engines: Engines, world: World
) -> None:
    secret = links.create(slot_of("Signatory1"), email="xie@sspu.example")
    link = links.found(secret)
    link.expires_at = now() - timedelta(seconds=1)
    for each in link.slot.links:
        each.created_at = now() - timedelta(days=31)
        each.expires_at = now() - timedelta(days=1)
    db.session.commit()
    assert "Send me a new link" in client.get(f"/s/{secret}").text
    assert client.post(f"/s/{secret}/renew").status_code == 302
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    path = "/s/" + engines.mailer.sent[-1].text.split("/s/", 1)[1].split()[0]
    assert engines.mailer.sent[-1].to == "xie@sspu.example" and "It is your turn" in client.get(path).text
    assert client.post(f"/s/{secret}/renew").status_code == 403
    links.withdraw(links.found(path[3:]), actor=world.organiser)
    db.session.commit()
    assert "new link" not in client.get(path).text.replace("ask for a new link", ""), "withdrawn is withdrawn"


def test_who_had_signed_reads_that_it_counts_for_nothing(signing: Package, world: World, engines: Engines) -> None:
    sign(slot_of("Signatory1"), actor=world.organiser)
    work()
    operations.void(newest().agreement, actor=world.organiser, reason="Internal.")
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    told = {
        mail.to: mail for mail in engines.mailer.sent if mail.subject.rpartition(": ")[2].startswith("the signing was")
    }
    assert "your signature has no effect" in told["xie@sspu.example"].subject
    assert "no effect" not in told["galina@ruse.example"].text
    assert "Internal." not in told["xie@sspu.example"].text + told["galina@ruse.example"].text


def test_voiding_asks_for_the_password(signing: Package, client: FlaskClient, world: World) -> None:
    at = "/agreements/SSPU-MOU-2024-0001/void"
    cast.sign_in(client, "organiser", fresh=False)
    assert client.get(at).location.startswith("/confirm")
    asked = client.post(at, data={"reason": "The annex\ncomes first <1>."})
    assert asked.status_code == 422 and "The annex\ncomes first &lt;1&gt;.</textarea>" in asked.text
    assert "Give your password." not in asked.text, "nothing was done wrong yet"
    kept = {"reason": "The annex comes first."}
    wrong = client.post(at, data={**kept, "again-password": "not mine"})
    assert "This is not your password" in wrong.text and "The annex comes first.</textarea>" in wrong.text
    assert newest().voided_at is None
    assert client.post(at, data={**kept, "again-password": cast.PASSWORD}).status_code == 302
    assert agreements.get("SSPU-MOU-2024-0001").packages[-1].void_reason == "The annex comes first."
    agreement = agreements.get("SSPU-MOU-2024-0001")
    assert agreement.package is None and agreement.packages[-1].ending == "voided"
    operations.freeze(agreement, actor=world.organiser, order="free", fonts=tooling.tools().fonts)
    assert at_the_table(newest()).frozen == ""
