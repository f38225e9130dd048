"""Another person in a place: the file is made anew, the old one ends kindly, and never do two count."""

from __future__ import annotations

import io
from datetime import date, timedelta

import docx
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.documents.word.reading.blocks import read
from mou_service.engines import Engines, OutboxOnly
from mou_service.partners import institution, queries
from mou_service.partners import operations as partners
from mou_service.partners.models import Position
from mou_service.signing import links, operations
from mou_service.signing.changes import naming, replacing
from mou_service.signing.models import Package, Slot
from mou_service.trust.verify import verify
from tests import cast

from .conftest import World, sign, work


def slot_of(package: Package, field: str) -> Slot:
    return next(slot for slot in package.slots if slot.field == field)


def newest() -> Package:
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    return package


def a_vice_president(world: World, *, signs: bool = True, email: str = "wu@sspu.example") -> Position:
    _person, position = partners.add_person(
        partners.PersonFacts(names=[partners.Called("en", "Wu Yong"), partners.Called("zh", "吴勇")], email=email),
        actor=SERVICE, organisation=world.cast.ours,
        position=partners.PositionFacts(
            titles={"en": "Vice President", "zh": "副校长"}, signs=signs, authority="Statutes" if signs else "",
            starts=date(2020, 1, 1),
        ),
    )  # fmt: skip
    db.session.flush()
    return position


def replace(slot: Slot, world: World, engines: Engines, position: Position) -> Package:
    return replacing.replace(
        slot, actor=world.organiser, position=position, reason="The president is abroad.", files=engines.files,
        fonts=engines.fonts,
    )  # fmt: skip


def test_somebody_else_signs_a_file_of_its_own(signing: Package, world: World, engines: Engines) -> None:
    old, mails = signing.id, engines.mailer
    assert isinstance(mails, OutboxOnly)
    before = len(mails.sent)
    made = replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    number = made.id
    assert (number != old, made.state, made.version.number) == (True, "preparing", 1)
    assert signing.agreement.state == "signing", "the approval stays: the text does"
    work()
    package = newest()
    assert package.id == number and package.state == "open" and package.frozen != queries_package(old).frozen
    assert slot_of(package, "Signatory1").as_shown["name"]["en"] == "Wu Yong"
    names = [event.name for event in events.trail(package.agreement.stream)]
    assert names.index("slot.replace") < names.index("package.remake")
    told = {mail.to: mail.subject for mail in mails.sent[before:]}
    assert "need not sign" in told["xie@sspu.example"] and "awaits your signature" in told["wu@sspu.example"]
    for field in ("Signatory1", "Signatory2", "Witness1", "Witness2"):
        sign(slot_of(newest(), field), actor=world.organiser)
    work()
    verdict = verify(engines.files.get(newest().final or ""), roots=institution.authority().roots)
    assert verdict.outcome == "valid" and any("Wu Yong" in str(each) for each in verdict.signatures)


def queries_package(number: int) -> Package:
    return db.session.get_one(Package, number)


def test_never_do_two_files_count(signing: Package, world: World) -> None:
    db.session.add(Package(agreement=signing.agreement, version=signing.version, order="free"))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_marked_file_is_never_made_anew(signing: Package, world: World, engines: Engines) -> None:
    sign(slot_of(signing, "Signatory1"), actor=world.organiser)
    deputy = a_vice_president(world)
    with pytest.raises(Refused, match=r"signed this file already.*Void this signing"):
        replace(slot_of(signing, "Signatory2"), world, engines, deputy)
    assert signing.voided_at is None


def test_who_declined_is_replaced_while_nobody_signed(signing: Package, world: World, engines: Engines) -> None:
    operations.decline(slot_of(signing, "Signatory1"), actor=world.organiser, reason="Not mine to sign.")
    replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    work()
    assert [slot.state for slot in newest().slots] == ["waiting"] * 5


def test_a_witness_is_replaced_by_anybody_who_does_not_sign(signing: Package, world: World, engines: Engines) -> None:
    witness = slot_of(signing, "Witness1")
    with pytest.raises(Invalid, match="signs or witnesses"):
        replace(witness, world, engines, world.cast.positions["Galina Ivanova"])
    replace(witness, world, engines, a_vice_president(world, signs=False))
    assert slot_of(newest(), "Witness1").as_shown["name"]["en"] == "Wu Yong"
    assert newest().agreement.witnesses[0].position.person.called()["en"] == "Wu Yong"


def test_who_may_not_sign_takes_no_place(signing: Package, world: World, engines: Engines) -> None:
    place = slot_of(signing, "Signatory1")
    with pytest.raises(Invalid, match="holds a post there"):
        replace(place, world, engines, queries.people(words="Li Weiping")[0].positions[0])
    with pytest.raises(Invalid, match="signs or witnesses"):
        replace(place, world, engines, world.cast.positions["Lu Min"])
    with pytest.raises(Refused):
        replace(place, world, engines, a_vice_president(world, signs=False))
    with pytest.raises(Refused):
        replacing.replace(
            place, actor=world.cast.actor("leader"), position=a_vice_president(world, email="w@sspu.example"),
            reason="no", files=engines.files, fonts=engines.fonts,
        )  # fmt: skip
    assert place.as_shown["name"]["en"] == "Xie Huaqing" and signing.voided_at is None
    assert signing.agreement.own_party.signatories[0].position is world.cast.positions["Xie Huaqing"]


def test_the_day_a_post_begins_is_that_of_the_institution(
    signing: Package, world: World, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    deputy, tomorrow = a_vice_president(world), queries.today() + timedelta(days=1)
    deputy.starts = tomorrow
    with pytest.raises(Invalid, match="does not hold the post today"):
        replace(slot_of(signing, "Signatory1"), world, engines, deputy)
    monkeypatch.setattr(queries, "today", lambda: tomorrow)
    assert replace(slot_of(signing, "Signatory1"), world, engines, deputy).id != signing.id


def test_a_text_that_names_the_person_has_to_be_corrected_first(
    signing: Package, world: World, engines: Engines
) -> None:
    text = docx.Document()
    text.add_heading("Memorandum 备忘录", 1)
    text.add_paragraph("Shanghai Polytechnic University, represented by its President, Professor XIE\u00a0Huaqing, and")
    text.add_paragraph("上海第二工业大学校长谢华清教授代表签署。")
    text.add_paragraph("Xie Huaqingson is somebody else.")
    text.styles.add_style("Signature Block", 1)
    text.add_paragraph("Xie Huaqing ______", style="Signature Block")
    with_bytes = io.BytesIO()
    text.save(with_bytes)
    signing.version.docx = engines.files.put(with_bytes.getvalue())
    found = replacing.mentions(slot_of(signing, "Signatory1"), files=engines.files)
    assert [mention.under for mention in found] == ["Memorandum 备忘录"] * 2
    with pytest.raises(Refused, match=r"names Xie Huaqing.*Change the text"):
        replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    assert naming.mentions(read(with_bytes.getvalue()).document, ["", " "], without_styles=frozenset()) == []


def test_an_old_link_says_kindly_what_became_of_it(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    mine, other = (
        links.create(slot_of(signing, field), email=f"{field}@example.org") for field in ("Signatory1", "Signatory2")
    )
    replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    work()
    page = client.get(f"/s/{mine}")
    assert page.status_code == 410 and "You need not sign any more" in page.text and "new link" not in page.text
    assert client.post(f"/s/{mine}/renew").status_code == 403
    page = client.get(f"/s/{other}")
    assert page.status_code == 410 and "There is a new file to sign" in page.text
    assert client.get(f"/s/{other}/document.pdf").status_code == 403
    assert client.post(f"/s/{other}/renew").status_code == 302
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    mail = [mail for mail in engines.mailer.sent if mail.to == "Signatory2@example.org"][-1]
    path = "/s/" + mail.text.split("/s/", 1)[1].split()[0]
    assert "First: Wu Yong" in client.get(path).text
    assert client.post(f"/s/{other}/renew").status_code == 403, "not as often as one likes"


def test_an_old_link_does_not_call_somebody_replaced_who_signed_the_new_file(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    other = links.create(slot_of(signing, "Signatory2"), email="rector@example.org")
    replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    work()
    newest().open_until = now()
    db.session.commit()
    assert "The time for signing ended" in client.get(f"/s/{other}").text
    newest().open_until = None
    for field in ("Signatory1", "Signatory2"):
        sign(slot_of(newest(), field), actor=world.organiser)
    db.session.commit()
    page = client.get(f"/s/{other}").text
    assert "You signed the new one already" in page and "Somebody else" not in page


def test_an_old_link_says_when_the_new_file_was_voided_too(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    other = links.create(slot_of(signing, "Signatory2"), email="rector@example.org")
    replace(slot_of(signing, "Signatory1"), world, engines, a_vice_president(world))
    operations.void(newest().agreement, actor=world.organiser, reason="kept inside")
    db.session.commit()
    page = client.get(f"/s/{other}")
    assert page.status_code == 410 and "This signing was voided" in page.text
    assert "asked to sign the new one" not in page.text and "kept inside" not in page.text


def test_the_page_names_another_person_or_says_why_not(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    deputy = a_vice_president(world).id
    at = f"/agreements/SSPU-MOU-2024-0001/slots/{slot_of(signing, 'Signatory1').id}/replace"
    witness = f"/agreements/SSPU-MOU-2024-0001/slots/{slot_of(signing, 'Witness1').id}/replace"
    db.session.commit()
    cast.sign_in(client, "organiser", fresh=False)
    assert client.get(at).location.startswith("/confirm")
    cast.sign_in(client, "organiser")
    page = client.get(at).text
    assert "Wu Yong" in page and "Lu Min /" not in page, "who witnesses is not offered"
    assert client.post(at, data={"position": "0", "reason": "Abroad."}).status_code == 422
    assert client.post(at, data={"position": str(deputy), "reason": "Abroad."}).status_code == 302
    assert "made anew before anybody signed" in client.get("/agreements/SSPU-MOU-2024-0001/signing").text
    assert client.get(witness).status_code == 404, "the place of a file that no longer counts"
    work()
    witness = f"/agreements/SSPU-MOU-2024-0001/slots/{slot_of(newest(), 'Witness1').id}/replace"
    there = world.cast.positions["Lu Min"].id
    assert f'<option value="{there}">Lu Min' not in client.get(witness).text, "who is there already is not offered"
    assert client.post(witness, data={"position": "-1", "reason": "Ill."}).status_code == 422, "nobody was chosen"
    new = {"position": "0", "name_en": "Zhu Lin", "title_en": "Chair", "reason": "Ill."}
    assert client.post(witness, data={**new, "name_en": ""}).status_code == 422
    answer = client.post(witness, data={**new, "organisation": str(world.cast.ours.id)})
    assert answer.status_code == 302
    work()
    sign(slot_of(newest(), "Signatory1"), actor=world.organiser)
    place = slot_of(newest(), "Signatory2").id
    db.session.commit()
    assert "Void this signing" in client.get(f"/agreements/SSPU-MOU-2024-0001/slots/{place}/replace").text
