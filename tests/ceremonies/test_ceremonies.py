"""A ceremony: planned, filled, opened, shown in the hall, closed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.agreements import standing, tasks
from mou_service.agreements.models import Agreement
from mou_service.ceremonies import operations, queries, readiness, stage
from mou_service.ceremonies.models import Ceremony
from mou_service.core import events
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.engines import Engines, OutboxOnly
from mou_service.partners import institution
from mou_service.signing import links, tooling
from mou_service.signing import operations as signing
from mou_service.signing.ways import outside
from mou_service.signing.witnesses import operations as witnesses
from tests import cast
from tests.signing.conftest import World, an_approved_agreement, sign, work, world  # noqa: F401  (a fixture)

FACTS = operations.CeremonyFacts(
    code="GPW2024-C1",
    names={"en": "Opening ceremony", "zh": "开幕式"},
    places={"en": "Academic Exchange Center", "zh": "学术交流中心"},
    starts_at=datetime(2024, 3, 27, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
    time_zone="Asia/Shanghai",
    occasion={"en": "Global Partnership Week", "zh": "全球合作伙伴周"},
)


@pytest.fixture
def ceremony(world: World, engines: Engines) -> Ceremony:  # noqa: F811
    made = operations.plan(FACTS, actor=world.organiser)
    for number in (1, 2):
        operations.add_item(made, an_approved_agreement(world, engines, number=number), actor=world.organiser)
    for position in (world.secretary, world.chair):
        operations.add_participant(made, position, part="witness", actor=world.organiser)
    db.session.commit()
    return made


def agreement(number: int) -> Agreement:
    return agreements.get(f"SSPU-MOU-2024-{number:04d}")


def test_planning_twice_is_refused_and_items_are_unique(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    with pytest.raises(Invalid):
        operations.plan(FACTS, actor=world.organiser)
    assert operations.add_item(ceremony, agreement(1), actor=world.organiser) is ceremony.items[0]
    other = operations.plan(operations.CeremonyFacts(**{**vars(FACTS), "code": "OTHER"}), actor=world.organiser)
    assert other.occasion is ceremony.occasion
    with pytest.raises(Refused, match="GPW2024-C1"):
        operations.add_item(other, agreement(1), actor=world.organiser)
    with pytest.raises(Refused):
        operations.open_(other, actor=world.organiser)


def test_items_change_places(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    operations.move_up(ceremony.items[1], actor=world.organiser)
    assert [item.agreement.ref[-1] for item in ceremony.items] == ["2", "1"]
    operations.move_up(ceremony.items[0], actor=world.organiser)
    assert [item.agreement.ref[-1] for item in ceremony.items] == ["2", "1"]


def test_shared_witnesses_come_on_every_agreement_once(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    assert "not on the document yet" in " ".join(check.text for check in readiness.checks(ceremony))
    assert operations.apply_witnesses(ceremony, actor=world.organiser).added == 4
    assert operations.apply_witnesses(ceremony, actor=world.organiser).added == 0
    assert [len(item.agreement.witnesses) for item in ceremony.items] == [2, 2]


def test_a_missing_attesting_witness_stands_in_the_way_and_is_said_early(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    agreement = ceremony.items[0].agreement
    operations.apply_witnesses(ceremony, actor=world.organiser)
    agreement.attested = True
    found = [check for check in readiness.checks(ceremony) if "attesting witness of every signature" in check.text]
    assert [(check.tone, check.ref) for check in found] == [("stopped", agreement.ref)]
    witnesses.add(agreement, actor=world.organiser, position=world.chair, capacity="attesting", presence="remote")
    found = [check for check in readiness.checks(ceremony) if check.ref == agreement.ref and "law" in check.text]
    assert [check.tone for check in found] == ["waiting"], "by video is a thing to consider, not a stop"


def test_a_signatory_among_the_witnesses_is_named_not_forced(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    operations.add_participant(ceremony, world.president, part="witness", actor=world.organiser)
    applied = operations.apply_witnesses(ceremony, actor=world.organiser)
    assert applied.added == 4
    assert all("cannot witness" in text for texts in applied.refused.values() for text in texts)


def test_open_and_close_are_remembered_in_the_ceremonys_own_chain(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    with pytest.raises(Refused):
        operations.close(ceremony, actor=world.organiser)
    for _ in range(2):
        operations.open_(ceremony, actor=world.organiser)
    for _ in range(2):
        operations.close(ceremony, actor=world.organiser)
    names = [event.name for event in events.trail(ceremony.stream)]
    assert (names.count("ceremony.open"), names.count("ceremony.close")) == (1, 1)
    with pytest.raises(Refused, match="over"):
        operations.remove_item(ceremony.items[0], actor=world.organiser)


def test_the_hall_sees_who_signs_and_nothing_private(
    client: FlaskClient,
    ceremony: Ceremony,
    world: World,  # noqa: F811
) -> None:
    secret = operations.new_screen(ceremony, actor=world.organiser)
    operations.apply_witnesses(ceremony, actor=world.organiser)
    for item in ceremony.items:
        signing.freeze(item.agreement, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    work()
    assert "Opening ceremony" in client.get(f"/screen/{secret}").text
    operations.open_(queries.get("GPW2024-C1"), actor=world.organiser)
    db.session.commit()
    page = client.get(f"/screen/{secret}").text
    assert "谢华清" in page and "Галина Иванова" in page and "Li Weiping" in page
    assert "Signed" not in page and "@" not in page.split("<main")[1]
    package = agreement(1).package
    assert package is not None
    sign(package.slots[0], actor=world.organiser)
    db.session.commit()
    assert "已签署" in client.get(f"/screen/{secret}").text
    package = agreement(1).package
    assert package is not None
    for slot in package.slots[1:4]:
        sign(slot, actor=world.organiser)
    db.session.commit()
    now_ = now()
    shown = queries.get("GPW2024-C1")
    assert stage.picture(shown, at=now_).number == 1
    assert stage.picture(shown, at=now_ + stage.APPLAUSE + timedelta(seconds=1)).number == 2
    operations.close(shown, actor=world.organiser)
    newer = operations.new_screen(shown, actor=world.organiser)
    db.session.commit()
    assert client.get(f"/screen/{secret}").status_code == 404
    assert "圆满结束" in client.get(f"/screen/{newer}").text


def test_the_pages_of_a_ceremony(client: FlaskClient, ceremony: Ceremony, world: World) -> None:  # noqa: F811
    cast.sign_in(client, "organiser")
    form = {
        "code": "AUTUMN-1", "name_en": "Autumn signing", "day": "2026-12-01", "hour": "15:30", "time_zone": "Asia/Shanghai",
    }  # fmt: skip
    assert client.post("/ceremonies/new", data={**form, "time_zone": "Mars/Base"}).status_code == 422
    assert client.post("/ceremonies/new", data={**form, "name_en": ""}).status_code == 422
    assert client.post("/ceremonies/new", data=form).headers["Location"] == "/ceremonies/AUTUMN-1"
    assert queries.get("AUTUMN-1").starts_at == datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
    assert "beginning of this ceremony is past" not in client.get("/ceremonies/AUTUMN-1").text
    institution.ours().demonstration = False
    db.session.commit()
    client.post("/ceremonies/new", data={**form, "code": "SLIP-1", "day": "2016-12-01"})
    assert "beginning of this ceremony is past" in client.get("/ceremonies/SLIP-1").text
    assert "AUTUMN-1" in client.get("/ceremonies").text
    here = "/ceremonies/GPW2024-C1"
    assert client.get(here).status_code == 200
    assert client.get(f"{here}/edit").status_code == 200
    assert "Memorandum" in client.get(f"{here}/run-sheet").text
    assert client.post(f"{here}/witnesses").status_code == 302
    assert client.post(f"{here}/screen").headers["Location"] == here
    for spoken in ("zh", "en"):
        client.post(f"/language/{spoken}", data={"next": here})
        assert "/screen/" in client.get(here).text, "switching the language does not lose the address"
    assert client.post(f"{here}/table/open").headers["Location"] == f"{here}/table"
    assert client.get(f"{here}/table").status_code == 200
    assert client.get(here).headers["Location"] == f"{here}/table"
    assert client.get("/agreements/SSPU-MOU-2024-0001/table").status_code == 200
    assert client.post("/table/leave", data={"password": cast.PASSWORD}).headers["Location"] == here
    cast.sign_in(client, "leader")
    assert client.get(here).status_code == 403
    cast.sign_in(client, "drafter")
    assert client.get(here).status_code == 200
    assert client.post(f"{here}/close").status_code == 403
    with pytest.raises(Missing):
        queries.get("NOWHERE")


def test_one_thing_comes_next(client: FlaskClient, ceremony: Ceremony, world: World, engines: Engines) -> None:  # noqa: F811
    here = f"/ceremonies/{ceremony.code}"
    assert readiness.next_step(ceremony) == "witnesses"
    operations.add_participant(ceremony, world.president, part="witness", actor=world.organiser)
    operations.apply_witnesses(ceremony, actor=world.organiser)
    assert readiness.next_step(ceremony) == "freeze", "who signs cannot witness, and holds up nothing"
    db.session.commit()
    cast.sign_in(client, "organiser")
    page = client.get(f"/agreements/{agreement(2).ref}/freeze").text
    assert re.search(r'<input[^>]*checked[^>]*value="table"|value="table"[^>]*checked', page), "they meet at a table"
    assert "Freeze all texts" in client.get(here).text
    assert client.post(f"{here}/freeze").status_code == 302
    shown = queries.get("GPW2024-C1")
    assert [item.agreement.state for item in shown.items] == ["signing", "signing"]
    assert readiness.next_step(shown) == "making"
    assert operations.freeze_all(shown, actor=world.organiser, fonts=tooling.tools().fonts).refs == []
    work()
    assert readiness.next_step(queries.get("GPW2024-C1")) == "table"
    assert isinstance(engines.mailer, OutboxOnly)
    assert not [mail for mail in engines.mailer.sent if "/s/" in mail.text], "who sits at the table is not written to"
    package = agreement(1).package
    assert package is not None
    links.invite(package.slots[0], actor=world.organiser, email="away@example.org")
    work()
    assert [mail.to for mail in engines.mailer.sent if "/s/" in mail.text] == ["away@example.org"]


def test_a_refusal_stops_one_agreement_and_says_what_to_do(
    client: FlaskClient,
    ceremony: Ceremony,
    world: World,  # noqa: F811
) -> None:
    operations.freeze_all(ceremony, actor=world.organiser, fonts=tooling.tools().fonts)
    work()
    package = agreement(1).package
    assert package is not None
    signing.decline(package.slots[0], actor=world.organiser, reason="The date is wrong.")
    db.session.commit()
    cast.sign_in(client, "organiser")
    page = client.get(f"/agreements/{agreement(1).ref}/signing").text
    assert "Xie Huaqing declined" in page and "Talk to them" in page and "Void this signing" in page
    assert readiness.next_step(queries.get("GPW2024-C1")) == "table", "the other one can be signed"
    assert "organiser" in standing.holder(agreement(1)) and standing.holder(agreement(2)) == "Xie Huaqing"
    for number, held_up in ((1, True), (2, False)):
        (task,) = tasks.of(world.organiser, agreement(number))
        assert ("held up" in str(task.what)) is held_up


def test_what_keeps_everybody_in_the_room_from_signing_is_said_before(ceremony: Ceremony, world: World) -> None:  # noqa: F811
    operations.freeze_all(ceremony, actor=world.organiser, fonts=tooling.tools().fonts)
    work()
    out, over = agreement(1).package, agreement(2).package
    assert out is not None and over is not None
    outside.take_out(out.slots[0], actor=world.organiser, hours=24)
    over.open_until = now() - timedelta(hours=1)
    db.session.flush()
    stopped = [check for check in readiness.checks(queries.get("GPW2024-C1")) if check.tone == "stopped"]
    assert [check.ref for check in stopped] == ["SSPU-MOU-2024-0001", "SSPU-MOU-2024-0002"]
    assert "own certificate until" in stopped[0].text and "The time for signing ended" in stopped[1].text
