"""Personal links: for one address at a time, proved by a code, and they say when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Missing, Refused
from mou_service.engines import Engines, OutboxOnly
from mou_service.signing import links, operations, standing
from mou_service.signing.models import Package, SigningLink

from .conftest import World, sign, work


@pytest.fixture
def link(signing: Package) -> SigningLink:
    slot = signing.slots[0]
    made = links.found(links.create(slot, email="someone@example.org"))
    db.session.commit()
    return made


def test_only_the_hash_is_kept_and_links_to_one_address_all_work(signing: Package, world: World) -> None:
    slot = signing.slots[0]
    elsewhere = links.create(slot, email="else@example.org")
    first, second = (links.create(slot, email=email) for email in ("someone@example.org", "Someone@example.org"))
    assert first not in {value for row in slot.links for value in vars(row).values()}
    assert links.ended(links.found(elsewhere))
    assert not links.ended(links.found(first)) and not links.ended(links.found(second))
    links.opened(links.found(first))
    assert links.sent(slot) is links.found(first), "the organiser sees that one was opened"
    links.withdraw(links.found(second), actor=world.organiser)
    assert links.ended(links.found(first)), "withdrawn is withdrawn, whichever letter was kept"
    with pytest.raises(Missing):
        links.found("guessed")


def test_a_code_works_once_for_ten_minutes_and_five_guesses(link: SigningLink) -> None:
    code = links.new_code(link)
    assert len(code) == 6 and code not in str(vars(link))
    assert links.check_code(link, f" {code[:3]} {code[3:]} ")
    assert not links.check_code(link, code)
    code = links.new_code(link)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(links.CODE_TRIES):
        assert not links.check_code(link, wrong)
    assert not links.check_code(link, code)
    assert "five times" in str(links.code_problem(link))
    code = links.new_code(link)
    link.code_expires_at = now() - timedelta(seconds=1)
    assert not links.check_code(link, code)
    assert "no longer valid" in str(links.code_problem(link))


def test_full_width_digits_are_digits(link: SigningLink) -> None:
    code = links.new_code(link)
    assert links.check_code(link, code.translate(str.maketrans("0123456789", "０１２３４５６７８９")))


def test_a_code_of_another_link_does_not_fit(signing: Package, link: SigningLink) -> None:
    other = links.found(links.create(signing.slots[1], email="else@example.org"))
    code = links.new_code(other)
    links.new_code(link)
    assert not links.check_code(link, code) or links.new_code(link) == code


def test_asking_twice_within_seconds_sends_one_mail(link: SigningLink, signing: Package) -> None:
    stream = signing.agreement.stream
    links.ask_code(link)
    links.ask_code(link)
    assert [event.name for event in events.trail(stream)].count("slot.code") == 1


def test_each_end_of_a_link_has_its_words(client: FlaskClient, signing: Package, world: World) -> None:
    slot = signing.slots[0]
    secret = links.create(slot, email="someone@example.org")
    link = links.found(secret)
    link.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    page = client.get(f"/s/{secret}")
    assert page.status_code == 410 and "expired" in page.text
    assert client.get(f"/s/{secret}/document.pdf").status_code == 403
    link = links.found(secret)
    link.expires_at = now() + timedelta(days=1)
    links.withdraw(link, actor=world.organiser)
    links.withdraw(link, actor=world.organiser)
    db.session.commit()
    assert "withdrawn" in client.get(f"/s/{secret}").text
    secret = links.create(links.found(secret).slot, email="someone@example.org")
    operations.void(links.found(secret).slot.package.agreement, actor=world.organiser, reason="Wrong annex.")
    db.session.commit()
    assert "voided" in client.get(f"/s/{secret}").text
    assert client.get("/s/nonsense").status_code == 404


def test_an_invitation_is_mailed_with_a_link_that_opens(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    slot = signing.slots[0]
    links.invite(slot, actor=world.organiser, email="new@example.org")
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    mail = next(mail for mail in engines.mailer.sent if mail.to == "new@example.org")
    path = "/s/" + mail.text.split("/s/", 1)[1].split()[0]
    assert "Xie Huaqing" in client.get(path).text
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None and package.slots[0].links[-1].opened_at is not None
    sign(package.slots[0], actor=world.organiser)
    with pytest.raises(Refused):
        links.invite(package.slots[0], actor=world.organiser, email="late@example.org")


def test_a_link_does_not_ask_for_codes_for_ever(link: SigningLink) -> None:
    for _ in range(links.MOST_CODES):
        links.ask_code(link)
        link.code_expires_at = now()  # as if the pause between two codes were over
    with pytest.raises(Refused, match="no more"):
        links.ask_code(link)
    newer = links.found(links.create(link.slot, email=link.email))
    links.ask_code(newer)


def test_a_link_sent_before_the_turn_still_works_when_the_turn_comes(
    client: FlaskClient, signing: Package, world: World, engines: Engines
) -> None:
    later = signing.slots[1]
    assert later not in standing.due(signing)
    links.invite(later, actor=world.organiser, email="secretary@ruse.example")
    work()
    package = agreements.get("SSPU-MOU-2024-0001").package
    assert package is not None
    sign(package.slots[0], actor=world.organiser)
    work()
    assert isinstance(engines.mailer, OutboxOnly)
    paths = [
        "/s/" + m.text.split("/s/", 1)[1].split()[0] for m in engines.mailer.sent if m.to == "secretary@ruse.example"
    ]
    assert len(set(paths)) == 2, "the letter of the turn goes where the first went"
    for path in paths:
        assert "It is your turn" in client.get(path).text


def test_the_page_of_a_link_ends_in_the_archive(client: FlaskClient, signing: Package, world: World) -> None:
    secret = links.create(signing.slots[0], email="someone@example.org")
    for slot in signing.slots[:4]:
        sign(slot, actor=world.organiser)
    work()
    page = client.get(f"/s/{secret}").text
    assert "Signed and archived" in page
    assert f"/verify/{agreements.get('SSPU-MOU-2024-0001').verification_code}" in page
    assert client.get(f"/s/{secret}/document.pdf").data.startswith(b"%PDF")


def test_the_consent_follows_the_language_of_the_page(client: FlaskClient, signing: Package) -> None:
    secret = links.create(signing.slots[0], email="someone@example.org")
    db.session.commit()
    client.post(f"/s/{secret}/code")
    code = links.new_code(links.found(secret))
    db.session.commit()
    client.post(f"/s/{secret}/prove", data={"code": code})
    for spoken, words in (("en", "I have read the document"), ("zh", "本人已阅读指纹码为")):
        client.post(f"/language/{spoken}", data={"next": "/"})
        assert words in client.get(f"/s/{secret}").text
    assert "I have read the document" in client.get(f"/s/{secret}?consent=en&beside=zh").text
    client.post("/language/en", data={"next": "/"})
    assert "I have read the document" in client.get(f"/s/{secret}?consent=zh&beside=zh").text, "switched afterwards"
