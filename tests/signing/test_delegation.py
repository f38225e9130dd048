"""Powers of attorney: handed in, looked at, then on paper; kept as evidence; of no effect on a file that bears a mark."""

from __future__ import annotations

import io
from functools import cache

import pikepdf
import pypdfium2
import pytest
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.engines import Engines, OutboxOnly
from mou_service.partners import evidence
from mou_service.partners import operations as partners
from mou_service.signing import links, operations, tooling
from mou_service.signing.changes import delegation, replacing
from mou_service.signing.changes.delegation import Holder
from mou_service.signing.making import stamping
from mou_service.signing.models import Delegation, Package, Slot
from mou_service.signing.witnesses import operations as witnesses
from tests import cast

from .conftest import World, sign, work

HOLDER = Holder(
    names={"en": "Petar Petrov", "zh": "佩塔尔·彼得罗夫"}, titles={"en": "Dean of Studies", "zh": "教务长"},
    email="petar@ruse.example",
)  # fmt: skip


@cache
def a_paper() -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def drawn(pdf: bytes) -> str:
    """What stands on the pages, signature page included."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            found += text.get_text_range().split()
            text.close()
            page.close()
    return " ".join(found)


def slot_of(package: Package, field: str) -> Slot:
    return next(slot for slot in package.slots if slot.field == field)


def newest() -> Package:
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    return package


def handed_in(package: Package, engines: Engines) -> Delegation:
    slot = slot_of(package, "Signatory2")
    link = links.found(links.create(slot, email="galina@ruse.example"))
    paper = evidence.examined(a_paper(), "Vollmacht <1>.pdf")
    return delegation.ask(
        slot, actor=links.holder(link), holder=HOLDER, paper=paper, reason="On leave.", files=engines.files
    )


def test_from_the_link_to_the_paper(signing: Package, world: World, engines: Engines) -> None:
    made = handed_in(signing, engines)
    power, document = made.id, made.document
    assert engines.files.get(document) == a_paper(), "the bytes are kept as they came"
    assert slot_of(signing, "Signatory2").as_shown["name"]["en"] == "Galina Ivanova", (
        "nothing changes until it is confirmed"
    )
    delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    work()
    package = newest()
    place = slot_of(package, "Signatory2")
    assert place.as_shown["name"]["en"] == "Petar Petrov"
    assert place.as_shown["organisation"]["en"] == "University of Ruse"
    said = "on behalf of Galina Ivanova, Vice Rector, by power of attorney"
    assert place.as_shown["instead_of"] == {"en": said, "zh": "代副校长加林娜·伊万诺娃签署（持授权委托书）"}
    text = drawn(engines.files.get(package.frozen or ""))
    assert all(words in text for words in (said, "代副校长加林娜·伊万诺娃签署（持授权委托书）", "Petar Petrov"))
    assert stamping.reason(place) == f"Signed for University of Ruse, {said}"
    sign(slot_of(package, "Signatory1"), actor=world.organiser)
    work()
    package = newest()
    place = slot_of(package, "Signatory2")
    sign(place, actor=world.organiser)
    kept = place.evidence["delegation"]
    assert kept["document"] == document and kept["for"] == "Galina Ivanova" and kept["confirmed_by"]
    assert f"Dean of Studies, {said}, for University of Ruse" in place.evidence["consent"]
    last = [event for event in events.trail(package.agreement.stream) if event.name == "slot.sign"][-1]
    assert last.facts["power_of_attorney"] == kept
    for field in ("Witness1", "Witness2"):
        sign(slot_of(newest(), field), actor=world.organiser)
    work()
    assert newest().state == "done" and newest().problem == ""
    assert isinstance(engines.mailer, OutboxOnly)
    told = {mail.subject: mail for mail in engines.mailer.sent}
    assert any("a power of attorney is to be checked" in subject for subject in told)
    assert any(
        "Petar Petrov signs for you" in subject and told[subject].to == "galina@ruse.example" for subject in told
    )
    invitation = next(mail for mail in engines.mailer.sent if mail.to == "petar@ruse.example")
    assert f"You sign {said}." in invitation.text
    assert delegation.get(agreements.get("SSPU-MOU-2024-0001"), power).state == "confirmed"


def test_a_paper_can_be_refused_and_the_signatory_signs(signing: Package, world: World, engines: Engines) -> None:
    made = handed_in(signing, engines)
    with pytest.raises(Refused, match="sent already"):
        handed_in(signing, engines)
    delegation.refuse(made, actor=world.organiser, reason="The seal is missing.")
    with pytest.raises(Refused, match="decided on already"):
        delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    [mail] = [mail for mail in engines.mailer.sent if "not accepted" in mail.subject]
    assert mail.to == "galina@ruse.example" and "The seal is missing." in mail.text
    handed_in(newest(), engines)


def test_it_has_no_effect_on_a_marked_file_but_on_the_next(signing: Package, world: World, engines: Engines) -> None:
    sign(slot_of(signing, "Signatory1"), actor=world.organiser)
    made = handed_in(signing, engines)
    with pytest.raises(Refused, match=r"signed this file already.*Void this signing"):
        delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    operations.void(signing.agreement, actor=world.organiser, reason="The vice rector is ill.")
    delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    operations.freeze(signing.agreement, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    assert slot_of(newest(), "Signatory2").as_shown["name"]["en"] == "Petar Petrov"
    with pytest.raises(Refused, match="cannot pass it on"):
        delegation.ask(
            slot_of(newest(), "Signatory2"), actor=world.organiser, holder=HOLDER,
            paper=evidence.examined(a_paper(), "x"), reason="", files=engines.files,
        )  # fmt: skip


def test_the_signatory_may_sign_in_person_after_all(signing: Package, world: World, engines: Engines) -> None:
    made = handed_in(signing, engines)
    delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    delegation.end(made, actor=world.organiser, reason="Back from leave.", fonts=engines.fonts)
    place = slot_of(newest(), "Signatory2")
    assert (place.as_shown["name"]["en"], place.delegation_id) == ("Galina Ivanova", None)
    assert "instead_of" not in place.as_shown
    assert len([each for each in newest().agreement.packages if each.voided_at is None]) == 1


def test_nobody_signs_in_two_capacities(signing: Package, world: World, engines: Engines) -> None:
    made = handed_in(signing, engines)
    chair = world.cast.positions["Lu Min"]
    with pytest.raises(Invalid, match="signs or witnesses"):
        delegation.confirm(
            made, actor=world.organiser, holder=Holder(HOLDER.names, HOLDER.titles, position=chair), fonts=engines.fonts
        )
    with pytest.raises(Refused):
        delegation.confirm(made, actor=world.cast.actor("leader"), holder=HOLDER, fonts=engines.fonts)
    db.session.rollback()
    assert not witnesses.conflicts(newest().agreement)


def test_the_pages_from_the_link_to_the_confirmation(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    sign_first = slot_of(signing, "Signatory2")
    secret = links.create(sign_first, email="galina@ruse.example")
    form = {"name_en": "Petar Petrov", "title_en": "Dean", "email": "petar@ruse.example"}
    db.session.commit()
    send = lambda content, name="poa.pdf": client.post(  # noqa: E731
        f"/s/{secret}/delegate", data={**form, "document": (io.BytesIO(content), name)}
    )
    assert send(a_paper()).status_code == 403, "the code comes first"
    code = links.new_code(links.found(secret))
    db.session.commit()
    client.post(f"/s/{secret}/prove", data={"code": code})
    assert send(b"MZ not a paper").status_code == 422
    assert client.post(f"/s/{secret}/delegate", data=form).status_code == 422
    assert send(a_paper()).status_code == 302
    assert "Petar Petrov" in client.get(f"/s/{secret}").text
    [power] = newest().agreement.delegations
    cast.sign_in(client, "organiser", fresh=False)
    at = f"/agreements/SSPU-MOU-2024-0001/powers/{power.id}"
    assert client.get(at).location.startswith("/confirm"), "the act needs the password anew"
    cast.sign_in(client, "organiser")
    page = client.get(at).text
    assert "Petar Petrov" in page and f'value="{power.position_id}"' not in page, "who gave it is not offered"
    file = client.get(f"{at}/document")
    assert file.data == a_paper() and "attachment" in file.headers["Content-Disposition"]
    answer = client.post(
        at, data={"name_en": "Petar Petrov", "title_en": "Dean", "position": "0", "email": form["email"]}
    )
    assert answer.status_code == 302, answer.text[:3000]
    work()
    assert slot_of(newest(), "Signatory2").as_shown["name"] == {"en": "Petar Petrov"}
    signing_page = client.get("/agreements/SSPU-MOU-2024-0001/signing").text
    assert "by power of attorney" in signing_page and "Let the signatory sign in person" in signing_page
    sign(slot_of(newest(), "Signatory1"), actor=world.organiser)
    db.session.commit()
    assert "Let the signatory sign in person" not in client.get("/agreements/SSPU-MOU-2024-0001/signing").text
    assert "<textarea" not in client.get(f"{at}/end").text, "no reason is asked for what cannot be done"
    refused = client.post(f"{at}/end", data={"reason": "Back from leave."})
    assert refused.status_code == 403 and "Back to the signing" in refused.text


def test_who_signs_in_hands_it_in_on_their_own_page(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    leader = world.cast["leader"]
    world.cast.positions["Xie Huaqing"].person.email = leader.email
    db.session.commit()
    cast.sign_in(client, "leader")
    at = "/agreements/SSPU-MOU-2024-0001/sign"
    page = client.get(at)
    assert page.status_code == 200 and "由他人代我签署" in page.text
    form = {"name_en": "Wu Yong", "title_en": "Vice President", "email": "wu@sspu.example"}
    answer = client.post(f"{at}/delegate", data={**form, "document": (io.BytesIO(a_paper()), "p.pdf")})
    assert answer.status_code == 302
    assert "Wu Yong" in client.get(at).text


def test_a_power_falls_away_with_who_gave_it(signing: Package, world: World, engines: Engines) -> None:
    made = handed_in(signing, engines)
    _person, rector = partners.add_person(
        partners.PersonFacts(names=[partners.Called("en", "Hristo Beloev")]), actor=SERVICE,
        organisation=world.cast.partner,
        position=partners.PositionFacts(titles={"en": "Rector"}, signs=True, authority="Law"),
    )  # fmt: skip
    replacing.replace(
        slot_of(signing, "Signatory2"), actor=world.organiser, position=rector, reason="The rector signs.",
        files=engines.files, fonts=engines.fonts,
    )  # fmt: skip
    assert made.state == "ended" and slot_of(newest(), "Signatory2").as_shown["name"]["en"] == "Hristo Beloev"


def test_a_holder_typed_anew_is_still_who_signs_or_witnesses(signing: Package, world: World, engines: Engines) -> None:
    world.cast.positions["Lu Min"].person.email = "lu@sspu.example"
    made = handed_in(signing, engines)
    db.session.commit()
    typed = Holder({"en": "Lu Min"}, {"en": "Secretary"}, "LU@sspu.example")
    with pytest.raises(Invalid, match="signs or witnesses"):
        delegation.confirm(made, actor=world.organiser, holder=typed, fonts=engines.fonts)
    db.session.rollback()
    operations.void(signing.agreement, actor=world.organiser, reason="Other witnesses.")
    delegation.confirm(made, actor=world.organiser, holder=HOLDER, fonts=engines.fonts)
    _who, twice = partners.add_person(
        partners.PersonFacts([partners.Called("en", "Petar Petrov")], email=HOLDER.email), actor=SERVICE,
        organisation=world.cast.other, position=partners.PositionFacts({"en": "Guest"}),
    )  # fmt: skip
    with pytest.raises(Invalid, match="cannot witness"):
        witnesses.add(signing.agreement, actor=world.organiser, position=twice)
