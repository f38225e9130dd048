"""What came back from Word: everything is seen, decided item by item, and nothing else gets into the next version."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.accounts.models import UserRole
from mou_service.accounts.roles import Role
from mou_service.agreements import queries
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.changes import tracked
from mou_service.documents.word.revising.comments import read_comments
from mou_service.documents.word.revising.revisions import list_changes
from mou_service.documents.word.text import plain_text
from mou_service.drafting.exchange import operations
from mou_service.drafting.exchange.models import ReturnedFile
from mou_service.drafting.exchange.operations import Overtaken, Undecided
from mou_service.drafting.fields_back import offers
from mou_service.engines import Engines
from mou_service.library import clause_queries
from mou_service.library import queries as library
from tests import cast, makers
from tests.cast import Cast
from tests.drafting.partner import Lawyer


@pytest.fixture
def people(app: Flask) -> Cast:
    return cast.people()


@pytest.fixture
def agreement(people: Cast, engines: Engines) -> Agreement:
    return makers.an_agreement(people, engines)


def went_out(agreement: Agreement, engines: Engines) -> bytes:
    assert agreement.version is not None
    return engines.files.get(agreement.version.docx)


def negotiated(content: bytes) -> bytes:
    """Four tracked changes, one of how it looks, a comment, and one change that nobody was told of."""
    lawyer = Lawyer(content)
    lawyer.comment("Non-Exclusivity", "Do you need this?")
    lawyer.replace("not exclusive", "exclusive")
    lawyer.replace("the same fields", "these fields", tracked=False)
    lawyer.replace("once a year", "twice a year")
    lawyer.insert_row("short programmes, summer schools", "联合培养博士生；", "joint doctoral training;")
    lawyer.delete_row("any payment or other use")
    lawyer.embolden("Settlement of Differences")
    return lawyer.file()


@pytest.fixture
def returned(agreement: Agreement, engines: Engines, people: Cast) -> ReturnedFile:
    found = operations.take_in(
        agreement, negotiated(went_out(agreement, engines)), file_name="MoU Ruse.docx", actor=people.actor("drafter"),
        files=engines.files,
    )  # fmt: skip
    assert found is not None
    return found


def keys(returned: ReturnedFile, engines: Engines) -> dict[str, str]:
    """Each item by what it is, for tests to name it."""
    items = operations.read(returned, engines.files).items
    return {f"{item.kind} {item.unit}": item.key for item in items}


def decide(returned: ReturnedFile, engines: Engines, people: Cast, what: str, say: str, reply: str = "") -> None:
    operations.decide(
        returned, keys(returned, engines)[what], say, seen="", actor=people.actor("drafter"), files=engines.files,
        reply=reply,
    )  # fmt: skip


def make(returned: ReturnedFile, engines: Engines, people: Cast, *, rest: bool = False) -> list[str]:
    version = operations.make(
        returned, rest=rest, author="SSPU", title="MoU", actor=people.actor("drafter"), files=engines.files,
        fonts=engines.fonts,
    )  # fmt: skip
    content = engines.files.get(version.docx)
    assert list_changes(content) == read_comments(content) == ()
    return plain_text(content)


def test_everything_that_came_back_is_seen(returned: ReturnedFile, engines: Engines, agreement: Agreement) -> None:
    found = operations.read(returned, engines.files)
    assert [(item.group, item.kind, item.unit) for item in found.of("silent", "comment", "look")] == [
        ("comment", "comment", "words"), ("silent", "changed", "paragraph"), ("look", "formatted", "look"),
    ]  # fmt: skip
    changes = {f"{item.kind} {item.unit}": item for item in found.of("change")}
    assert set(changes) == {"replaced words", "inserted row", "deleted row"}
    assert len(found.of("change")) == 4
    row = changes["inserted row"]
    assert [[(s.kind, s.text) for s in cell] for cell in row.shown] == [
        [("added", "联合培养博士生；")], [("added", "joint doctoral training;")]
    ]  # fmt: skip
    clause = next(each for each in found.clauses if row in each.items)
    assert {"合作领域", "Areas of Cooperation"} <= {
        heading.split(" ", 1)[-1] for heading in clause.headings
    } or clause.headings
    assert found.languages == {1: "zh", 2: "en"}
    assert found.of("look")[0].looks == ("bold",)
    assert returned.answers is agreement.version
    event = events.trail(agreement.stream)[-1]
    assert (event.name, event.facts["tracked"], event.facts["untracked"], event.facts["comments"]) == (
        "returned.take_in", 5, 1, 1,
    )  # fmt: skip


def test_each_decision_is_carried_out_and_nothing_else(
    returned: ReturnedFile, engines: Engines, people: Cast, agreement: Agreement
) -> None:
    before = plain_text(went_out(agreement, engines))
    decide(returned, engines, people, "inserted row", "accept")
    decide(returned, engines, people, "deleted row", "reject")
    decide(returned, engines, people, "changed paragraph", "back")
    decide(returned, engines, people, "comment words", "settle")
    decide(returned, engines, people, "formatted look", "reject")
    for item in operations.read(returned, engines.files).of("change"):
        if item.kind == "replaced":
            operations.decide(returned, item.key, "reject", seen="", actor=people.actor("drafter"), files=engines.files)
    after = make(returned, engines, people)
    assert [line for line in after if line not in before] == ["联合培养博士生；", "joint doctoral training;"]
    assert [line for line in before if line not in after] == []
    version = agreement.version
    assert version is not None and version.number == 2
    assert version.returned is returned
    assert engines.files.get(str(version.original)) == engines.files.get(returned.original)
    event = events.trail(agreement.stream)[-1]
    assert event.name == "returned.make"
    assert event.facts["decided"] == {"accept": 1, "reject": 4, "back": 1, "settle": 1}
    assert event.facts["record"] == operations.record_digest(returned)
    with pytest.raises(Refused):
        decide(returned, engines, people, "inserted row", "reject")


def test_an_untracked_word_goes_back_beside_a_tracked_one(
    returned: ReturnedFile, engines: Engines, people: Cast
) -> None:
    decide(returned, engines, people, "changed paragraph", "back")
    after = "\n".join(make(returned, engines, people, rest=True))
    assert "This Memorandum is exclusive." in after
    assert "in the same fields" in after


def test_what_is_open_keeps_the_version_from_being_made(returned: ReturnedFile, engines: Engines, people: Cast) -> None:
    decide(returned, engines, people, "inserted row", "accept")
    with pytest.raises(Undecided) as refused:
        make(returned, engines, people)
    assert refused.value.count == 6
    after = "\n".join(make(returned, engines, people, rest=True))
    assert "these fields" in after
    assert "twice a year" in after
    assert "any payment" not in after


def test_an_answer_keeps_the_text_and_goes_back_as_a_comment(
    returned: ReturnedFile, engines: Engines, people: Cast
) -> None:
    reading = operations.read(returned, engines.files)
    open_change = next(item for item in reading.of("change") if item.kind == "replaced")
    actor = people.actor("drafter")
    with pytest.raises(Invalid):
        operations.decide(returned, open_change.key, "answer", seen="", actor=actor, files=engines.files, reply=" ")
    operations.decide(returned, open_change.key, "answer", seen="", actor=actor, files=engines.files, reply="Why?")
    decide(returned, engines, people, "comment words", "answer", "We do.")
    decide(returned, engines, people, "deleted row", "reject")
    operations.decide_many(
        returned, what="author", name="Galina Ivanova", say="accept", actor=actor, files=engines.files
    )
    decide(returned, engines, people, "changed paragraph", "take")
    sent = operations.answer(returned, author="SSPU", initials="S", title="MoU", files=engines.files)
    assert [item.kind for item in tracked(Package(sent))] == ["replaced"]
    comments = {(each.author, each.text): each for each in read_comments(sent)}
    theirs = comments["Galina Ivanova", "Do you need this?"]
    assert comments["SSPU", "We do."].answers == theirs.id
    assert "exclusive" in comments["SSPU", "Why?"].anchor or "once" in comments["SSPU", "Why?"].anchor
    after = "\n".join(make(returned, engines, people))
    assert open_change.shown[0][1].text in after


def test_two_people_at_once(returned: ReturnedFile, engines: Engines, people: Cast) -> None:
    key = keys(returned, engines)["inserted row"]
    actor, files = people.actor("drafter"), engines.files
    assert operations.decide(returned, key, "accept", seen="", actor=actor, files=files) is None
    overtaken = operations.decide(returned, key, "reject", seen="", actor=actor, files=files)
    assert isinstance(overtaken, Overtaken)
    assert returned.decisions[key]["say"] == "accept"
    assert operations.decide(returned, key, "accept", seen="", actor=actor, files=files) is None
    assert operations.decide(returned, key, "reject", seen="1", actor=actor, files=files) is None
    assert operations.undo(returned, actor=actor) == 1
    assert returned.decisions[key]["say"] == "accept"
    assert operations.undo(returned, actor=actor) == 1
    assert returned.decisions == {}
    assert operations.undo(returned, actor=actor) == 0
    assert [act["say"] for act in returned.acts] == ["accept", "reject", "undo", "undo"]


def test_an_untracked_row_is_named_as_a_row_and_comes_back(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    before = went_out(agreement, engines)
    lawyer = Lawyer(before)
    lawyer.delete_row("any payment or other use", tracked=False)
    returned = operations.take_in(
        agreement, lawyer.file(), file_name="a.docx", actor=people.actor("drafter"), files=engines.files
    )
    assert returned is not None
    (item,) = operations.read(returned, engines.files).of("silent")
    assert (item.kind, item.unit, len(item.shown)) == ("removed", "row", 2)
    decide(returned, engines, people, "removed row", "back")
    assert make(returned, engines, people) == plain_text(before)
    assert len(agreement.versions) == 1, "nothing was taken, so there is nothing new"


def test_the_version_it_answers_is_found_and_our_own_changes_are_no_proposals(
    agreement: Agreement, engines: Engines, people: Cast, client: FlaskClient
) -> None:
    lawyer = Lawyer(went_out(agreement, engines))
    lawyer.replace("once a year", "twice a year", tracked=False)
    operations.drafting.upload(
        agreement, lawyer.file(), actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    db.session.commit()
    cast.sign_in(client, "drafter")
    ref = agreement.ref
    redline = client.get(f"/agreements/{ref}/compare/1-2.docx").data
    agreement = queries.get(ref)
    answer = Lawyer(redline)
    answer.replace("not exclusive", "exclusive")
    returned = operations.take_in(
        agreement, answer.file(), file_name="a.docx", actor=people.actor("drafter"), files=engines.files
    )
    assert returned is not None
    assert returned.answers.number == 2
    assert [(item.kind, item.author) for item in operations.read(returned, engines.files).items] == [
        ("replaced", "Galina Ivanova")
    ]
    operations.choose_answered(returned, 1, actor=people.actor("drafter"))
    assert [item.group for item in operations.read(returned, engines.files).items] == ["silent", "change"]


def test_the_page_works_without_script(
    client: FlaskClient, people: Cast, engines: Engines, agreement: Agreement
) -> None:
    ref, sent = agreement.ref, negotiated(went_out(agreement, engines))
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    answer = client.post(f"/agreements/{ref}/upload", data={"document": (io.BytesIO(sent), "back.docx")})
    place = f"/agreements/{ref}/returned/1"
    assert answer.headers["Location"] == place
    page = client.get(place).text
    assert "One change that was not tracked" in page
    assert page.index("Changed without tracking") < page.index("Table row inserted")
    silent = page.split('id="item-s')[1].split('"')[0]
    assert client.post(f"{place}/decide", data={"key": f"s{silent}", "say": "back"}).status_code == 302
    assert "Put back as it was" in client.get(place).text
    parts = client.post(
        f"{place}/decide", data={"key": f"s{silent}", "say": "take"}, headers={"X-Requested-With": "decide"}
    )
    assert parts.status_code == 409
    assert "decided this a moment ago" in parts.text
    assert client.post(f"{place}/make").status_code == 422
    assert "Take the 6 that are left as they came" in client.get(place).text
    assert client.get(f"{place}/original.docx").data == sent
    assert client.post(f"{place}/undo").status_code == 302
    made = client.post(f"{place}/make", data={"rest": "yes", "note": "theirs"})
    assert made.headers["Location"].endswith("compare?old=1&new=2")
    assert "Made into version 2" in client.get(place).text
    assert client.post(f"{place}/decide", data={"key": f"s{silent}", "say": "take"}).status_code == 403
    assert queries.get(ref).versions[-1].note == "theirs"


def test_nothing_typed_is_lost_and_no_version_is_passed_over_by_a_page_of_before(
    client: FlaskClient, people: Cast, engines: Engines, agreement: Agreement, returned: ReturnedFile
) -> None:
    ref, key, place = agreement.ref, keys(returned, engines)["inserted row"], f"/agreements/{agreement.ref}/returned/1"
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    client.post(f"{place}/decide", data={"key": key, "say": "accept"})
    late = {"key": key, "say": "answer", "reply": "Three places, not five."}
    for headers in ({}, {"X-Requested-With": "decide"}):
        page = client.post(f"{place}/decide", data=late, headers=headers)
        assert page.status_code == 409
        assert "decided this a moment ago" in page.text and late["reply"] in page.text
    assert client.post(f"{place}/decide", data={"key": "f" + "x" * 9999, "say": "take"}).status_code == 404
    lawyer = Lawyer(went_out(queries.get(ref), engines))
    lawyer.replace("once a year", "each spring", tracked=False)
    operations.drafting.upload(
        queries.get(ref), lawyer.file(), actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    db.session.commit()
    stale = client.post(f"{place}/make", data={"rest": "yes", "newest": "1", "note": "What Ruse asked for"})
    assert stale.status_code == 422
    assert "Version 2 was made while you looked at this page" in stale.text and "What Ruse asked for" in stale.text
    assert client.post(f"{place}/make", data={"rest": "yes", "newest": "2"}).status_code == 302
    assert len(queries.get(ref).versions) == 3


def test_a_name_that_turns_the_writing_or_ends_in_space_is_read_plainly(
    client: FlaskClient, agreement: Agreement, engines: Engines
) -> None:
    ref, lawyer = agreement.ref, Lawyer(went_out(agreement, engines), "Galina \u202eIvanova ")
    lawyer.replace("the same fields", "\u202ethe same fields")
    place = f"/agreements/{ref}"
    lawyer.replace("not exclusive", "exclusive")
    lawyer.comment("Non-Exclusivity", "Do you \u202eneed this?")
    sent = lawyer.file()
    db.session.commit()
    cast.sign_in(client, "drafter")
    client.post(f"{place}/upload", data={"document": (io.BytesIO(sent), "back.docx")})
    assert "\u202e" not in client.get(f"{place}/returned/1").text
    every = {"what": "author", "name": "Galina Ivanova", "say": "reject"}
    client.post(f"{place}/returned/1/decide-many", data=every)
    assert queries.get(ref).returned_files[0].decisions["t0"]["say"] == "reject"


def test_a_file_put_aside_makes_nothing(client: FlaskClient, returned: ReturnedFile, agreement: Agreement) -> None:
    ref = agreement.ref
    db.session.commit()
    cast.sign_in(client, "drafter")
    assert client.post(f"/agreements/{ref}/returned/1/aside").status_code == 302
    assert len(queries.get(ref).versions) == 1
    assert "MoU Ruse.docx" in client.get(f"/agreements/{ref}").text


def test_the_form_follows_the_text(agreement: Agreement, engines: Engines, people: Cast) -> None:
    assert agreement.version is not None and agreement.term is not None
    lawyer = Lawyer(went_out(agreement, engines))
    lawyer.replace("five (5)", "three (3)")
    lawyer.replace("五", "三")
    actor, files = people.actor("drafter"), engines.files
    returned = operations.take_in(agreement, lawyer.file(), file_name="a.docx", actor=actor, files=files)
    assert returned is not None
    operations.make(
        returned, rest=True, author="SSPU", title="MoU", actor=actor, files=files, fonts=engines.fonts,
        manifest=engines.manifests[agreement.template],
    )  # fmt: skip
    assert agreement.version.values["term_years"] == 3
    assert agreement.term.months == 36
    assert events.trail(agreement.stream)[-1].facts["followed"] == ["term_years"]


def test_a_text_that_only_the_house_has_is_known_when_it_comes_back(
    client: FlaskClient, people: Cast, engines: Engines
) -> None:
    address = "/clauses/letter-of-intent/costs"
    db.session.add(UserRole(user=people["reviewer"], role=Role.DRAFTER))
    db.session.commit()
    cast.sign_in(client, "drafter")
    client.post(f"{address}/offer", data={
        "seen": clause_queries.entry("letter-of-intent", "costs").digest, "note": "Some ask for it", "rank": "acceptable",
        "label_en": "shared", "label_zh": "分担", "guidance_en": "Once.",
        "guidance_zh": "仅限一次。", "paragraphs-0-en": "The Participants share the costs of their talks.",
    })  # fmt: skip
    cast.sign_in(client, "reviewer")
    client.post(f"{address}/texts/1/approve")
    agreement = makers.start(people, engines, library.template("letter-of-intent"), position_costs="house_1")
    ref, lawyer = agreement.ref, Lawyer(went_out(agreement, engines))
    db.session.commit()
    lawyer.replace("share the costs", "bear the costs")
    cast.sign_in(client, "drafter")
    client.post(f"/agreements/{ref}/upload", data={"document": (io.BytesIO(lawyer.file()), "back.docx")})
    assert client.get(f"/agreements/{ref}/returned/1").status_code == 200
    assert client.post(f"/agreements/{ref}/returned/1/make", data={"rest": "yes"}).status_code == 302
    made = queries.get(ref).version
    assert made is not None and (made.number, made.values["position_costs"]) == (2, "house_1")
    gone, sent = engines.manifests["letter-of-intent"], engines.files.get(made.docx)
    assert offers(gone, made.values, sent) == (), "an option that is gone with a release hinders nobody"


def test_a_file_with_nothing_to_decide_goes_straight_through(
    agreement: Agreement, engines: Engines, people: Cast
) -> None:
    lawyer = Lawyer(went_out(agreement, engines))
    lawyer.root.set("{urn:somebody}program", "another")
    returned = operations.take_in(
        agreement, lawyer.file(), file_name="a.docx", actor=people.actor("drafter"), files=engines.files
    )
    assert returned is not None
    assert operations.read(returned, engines.files).items == ()
    make(returned, engines, people)
    first, second = agreement.versions
    assert first.text_digest == second.text_digest
