"""Who hears of what: one agreement walked from the draft to the archive, then everything that can come between."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from mou_service.agreements import after
from mou_service.agreements import operations as agreements
from mou_service.agreements.queries import get
from mou_service.archive.models import DownloadLink
from mou_service.core import jobs
from mou_service.core.db import db
from mou_service.core.events import Event, trail
from mou_service.core.ids import token_hash
from mou_service.engines import Engines, OutboxOnly
from mou_service.notifications import jobs as handlers
from mou_service.notifications.models import Message
from mou_service.notifications.notices import NOTICES
from mou_service.partners.evidence import Evidence
from mou_service.reactions import REACTIONS
from mou_service.review import operations as review
from mou_service.signing import links
from mou_service.signing import operations as signing
from mou_service.signing.models import SigningLink
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask, engines: Engines) -> Cast:
    engines.mailer = None  # letters stay as they were written
    return cast.people()


def letters(kind: str = "") -> list[Message]:
    query = sa.select(Message).order_by(Message.id)
    return list(db.session.scalars(query.where(Message.kind == kind) if kind else query))


def heard() -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for message in letters():
        found[message.kind].add(message.recipient)
    return dict(found)


def test_the_whole_journey(people: Cast, engines: Engines, app: Flask) -> None:
    ref = makers.an_agreement(people, engines).ref
    for step in (makers.submit, makers.agree, makers.present, makers.approve, makers.freeze):
        step(ref, people)
        db.session.commit()
        makers.work()
    while slots := makers.waiting(ref):
        makers.sign(slots[0], people)
        db.session.commit()
        makers.work()
    agreement = get(ref)
    ours = "@sspu.example"
    about = {kind: to for kind, to in heard().items() if not kind.startswith("account.")}
    assert about == {
        "agreement.submit": {f"reviewer{ours}"},
        "agreement.agree_text": {f"reviewer{ours}"},
        "agreement.present": {f"leader{ours}"},
        "agreement.approve": {f"drafter{ours}", f"organiser{ours}"},
        "package.open": {f"drafter{ours}", f"organiser{ours}"},
        "slot.turn": {f"xie{ours}", "galina@ruse.example", f"lu{ours}"},
        "agreement.archive": {f"drafter{ours}", f"archivist{ours}"},
        "agreement.archive.partner": {"partner@ruse.example", "galina@ruse.example", "office@example.org"},
    }
    _each_in_its_language(agreement.ref)
    _each_with_its_own_link()
    _nothing_in_the_trail_opens_anything(agreement.stream)
    _a_download_link_opens_the_document(app)


def _each_in_its_language(ref: str) -> None:
    chinese = next(m for m in letters("agreement.approve") if m.recipient == "drafter@sspu.example")
    english = next(m for m in letters("agreement.approve") if m.recipient == "organiser@sspu.example")
    assert (chinese.language, chinese.subject) == ("zh", f"【演示】{ref}：已批准")
    assert (english.language, english.subject) == ("en", f"[Demonstration] {ref}: approved")
    assert f"http://127.0.0.1:8000/agreements/{ref}" in english.text
    assert {m.about for m in letters() if not m.kind.startswith("account.")} == {ref}


def _each_with_its_own_link() -> None:
    turns = letters("slot.turn")
    assert len({m.secret for m in turns}) == len(turns) == 3
    kept = set(db.session.scalars(sa.select(SigningLink.token_hash)))
    assert {token_hash(m.secret.rpartition("/")[2]) for m in turns} == kept
    downloads = {m.recipient: m for m in letters("agreement.archive.partner")}
    assert downloads["partner@ruse.example"].secret == "", "who has an account signs in"
    kept = set(db.session.scalars(sa.select(DownloadLink.token_hash)))
    assert {token_hash(m.secret.rpartition("/")[2]) for m in downloads.values() if m.secret} == kept
    assert len(kept) == 2


def _nothing_in_the_trail_opens_anything(stream: str) -> None:
    everything = "".join(str(event.facts) + event.actor for event in trail(stream))
    assert all(m.secret.rpartition("/")[2] not in everything for m in letters() if m.secret)


def _a_download_link_opens_the_document(app: Flask) -> None:
    letter = next(m for m in letters("agreement.archive.partner") if m.recipient == "office@example.org")
    guest = app.test_client()
    path = letter.secret.removeprefix("http://127.0.0.1:8000")
    assert guest.get(path).status_code == 200
    assert guest.get(f"{path}/final.pdf").data.startswith(b"%PDF")


def test_returned_with_the_reason(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_review").ref
    review.return_(get(ref), actor=people.actor("reviewer"), reason="Article 5 promises too much.")
    db.session.commit()
    makers.work()
    (letter,) = letters("agreement.return")
    assert letter.recipient == "drafter@sspu.example"
    assert "Article 5 promises too much." in letter.text
    assert "Rita Ren" in letter.text


def test_withdrawn(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_approval").ref
    agreements.withdraw(get(ref), actor=people.actor("drafter"), reason="The partner has withdrawn.")
    db.session.commit()
    makers.work()
    assert heard()["agreement.withdraw"] == {"reviewer@sspu.example", "leader@sspu.example"}, "not who did it"


def test_declined_then_voided(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="signing").ref
    (slot,) = makers.waiting(ref)
    (link,) = slot.links
    signing.decline(slot, actor=links.holder(link), reason="The date is wrong.")
    db.session.commit()
    makers.work()
    assert heard()["slot.decline"] == {"drafter@sspu.example", "organiser@sspu.example"}
    assert "The date is wrong." in letters("slot.decline")[0].text
    assert "谢华清" in next(m for m in letters("slot.decline") if m.language == "zh").subject
    signing.void(get(ref), actor=people.actor("organiser"), reason="A new date is agreed.")
    db.session.commit()
    makers.work()
    assert heard()["agreement.void"] == {"drafter@sspu.example"}, "the organiser did it"
    assert heard()["agreement.void.signatory"] == {"xie@sspu.example"}
    assert "A new date is agreed." not in letters("agreement.void.signatory")[0].text, "our reasons stay with us"


def test_a_code_for_the_link(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="signing").ref
    (link,) = makers.waiting(ref)[0].links
    number = link.id
    links.ask_code(link)
    db.session.commit()
    makers.work()
    (letter,) = letters("slot.code")
    assert letter.recipient == "xie@sspu.example"
    assert letter.secret.isdigit()
    assert len(letter.secret) == 6
    assert letter.secret in letter.text
    assert letter.secret not in letter.subject, "a locked telephone shows subjects"
    assert links.check_code(db.session.get_one(SigningLink, number), letter.secret)


def test_an_invitation_by_the_organiser_goes_to_the_given_address(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="signing").ref
    slot = next(s for s in get(ref).package.slots if s.as_shown["name"]["en"] == "Galina Ivanova")  # type: ignore[union-attr]
    links.invite(slot, actor=people.actor("organiser"), email="secretary@ruse.example")
    db.session.commit()
    makers.work()
    letter = letters("slot.turn")[-1]
    assert (letter.recipient, letter.name) == ("secretary@ruse.example", "Galina Ivanova")
    assert letter.subject.endswith("awaits your signature")


def test_running_twice_writes_once(people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="signing").ref
    before = [(m.id, m.secret) for m in letters()]
    secrets = set(db.session.scalars(sa.select(SigningLink.token_hash)))
    for work in db.session.scalars(sa.select(jobs.Job).where(jobs.Job.handler == "notifications.tell")):
        jobs.again(work)
    db.session.commit()
    makers.work()
    assert [(m.id, m.secret) for m in letters()] == before
    assert set(db.session.scalars(sa.select(SigningLink.token_hash))) == secrets, "the link in the letter still works"
    assert get(ref).state == "signing"


def test_a_turn_that_has_passed_is_not_announced(
    people: Cast, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs.HANDLERS, "notifications.tell", lambda _work: None)
    ref = makers.an_agreement(people, engines, at="signing").ref
    event = db.session.scalars(sa.select(Event).where(Event.name == "slot.turn")).one()
    makers.sign(makers.waiting(ref)[0], people)
    db.session.commit()
    work = db.session.scalars(sa.select(jobs.Job).where(jobs.Job.event_id == event.id)).one()
    handlers.tell(work)
    assert letters("slot.turn") == []


def test_who_has_no_address_is_not_written_to(people: Cast, engines: Engines) -> None:
    people.positions["Xie Huaqing"].person.email = ""
    db.session.commit()
    makers.an_agreement(people, engines, at="signing")
    assert letters("slot.turn") == []
    assert jobs.waiting() == 0


def test_an_end_and_its_taking_back_reach_the_partner_and_not_the_reason(people: Cast, engines: Engines) -> None:
    agreement, archivist = makers.an_agreement(people, engines, at="archived"), people.actor("archivist")
    stream, reason = agreement.stream, "They owe us money."
    after.end(
        agreement, actor=archivist, last_day=date(2099, 6, 30), ended_by="both", reason=reason, files=engines.files,
        paper=Evidence(b"%PDF-1.7 notice", "notice.pdf", "application/pdf"),
    )  # fmt: skip
    makers.work()
    after.take_back_end(get(stream.removeprefix("agreement/")), actor=archivist, reason="The wrong agreement.")
    makers.work()
    for kind in ("agreement.end", "agreement.take_back_end"):
        told = {message.recipient: message.text for message in letters(kind)}
        assert told.keys() == {"drafter@sspu.example", "partner@ruse.example"}
        assert "owe" not in "".join(told.values()) and "wrong" not in "".join(told.values())
    assert "30 June 2099" in next(m.text for m in letters("agreement.end") if m.recipient == "partner@ruse.example")


def test_every_notice_follows_an_event_and_every_event_that_tells_has_a_notice() -> None:
    telling = {event for event, names in REACTIONS.items() if "notifications.tell" in names}
    assert telling == set(NOTICES)


def test_mail_goes_out_when_there_is_a_server(people: Cast, engines: Engines) -> None:
    engines.mailer = OutboxOnly()
    makers.an_agreement(people, engines, at="in_review")
    makers.work()
    sent = [mail for mail in engines.mailer.sent if mail.to == "reviewer@sspu.example" and "review" in mail.subject]
    assert len(sent) == 1
    assert sent[0].html.startswith("<!doctype html>")
