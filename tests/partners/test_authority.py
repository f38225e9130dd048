"""Who may sign for whom, with whom, since when, shown by what: the register of authority and what it decides."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from mou_service.archive import fixity
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused
from mou_service.engines import Engines, MemoryFiles
from mou_service.partners import authority, authority_words, evidence, granting, operations, queries
from mou_service.partners.authority import Need
from mou_service.partners.granting import AuthorityFacts
from mou_service.partners.models import Position
from tests import cast
from tests.cast import Cast

TODAY = date(2026, 5, 4)
DIRECTOR = AuthorityFacts("register", "HRB 12345", function="managing_director")
JOINT = AuthorityFacts(
    "register", "HRB 12345", mode="joint", function="managing_director",
    with_functions=("managing_director", "prokurist"),
)  # fmt: skip
PROKURIST = AuthorityFacts(
    "register", "HRB 12345", mode="joint", function="prokurist", with_functions=("managing_director",)
)


@pytest.fixture
def gmbh(app: Flask) -> dict[str, Position]:
    """Two managing directors and two authorised officers of a German company; nobody may sign yet."""
    house = operations.add_organisation(
        operations.OrganisationFacts("company", "DE", [operations.Name("de", "Musterwerk GmbH")]), actor=SERVICE
    )
    return {
        name: operations.add_person(
            operations.PersonFacts([operations.Called("de", name)]), actor=SERVICE, organisation=house,
            position=operations.PositionFacts({"de": "Geschäftsführung"}),
        )[1]
        for name in ("Anna", "Bernd", "Petra", "Paul")
    }  # fmt: skip


def _lacking(people: Sequence[Position], **need: Any) -> list[tuple[str, str]]:
    found = authority.lacks(people, Need(need.pop("day", TODAY), **need))
    names = {p.id: p.person.called()["de"] for p in people}
    return [(names[each.position_id], each.code) for each in found]


def test_a_director_alone_a_director_with_a_prokurist_and_nobody_else(gmbh: dict[str, Position]) -> None:
    for name, facts in {"Anna": JOINT, "Petra": PROKURIST, "Paul": PROKURIST}.items():
        granting.enter(gmbh[name], facts, actor=SERVICE)
    anna, bernd, petra, paul = gmbh.values()
    assert _lacking([anna, petra]) == []
    assert _lacking([anna]) == [("Anna", "alone")]
    assert _lacking([petra, paul]) == [("Petra", "alone"), ("Paul", "alone")], "two officers bind nobody"
    assert _lacking([anna, bernd]) == [("Bernd", "nothing"), ("Anna", "alone")]
    granting.enter(bernd, DIRECTOR, actor=SERVICE)
    assert _lacking([bernd]) == [], "sole authority binds alone"
    assert _lacking([bernd, paul, petra]) == [], "who may sign only with others may sign beside one who may alone"
    assert "Petra may sign only together with a managing director" in authority_words.lack(
        authority.lacks([petra], Need(TODAY))[0], petra
    )


def test_certain_people_and_several_of_them(gmbh: dict[str, Position]) -> None:
    anna, bernd, petra, paul = gmbh.values()
    granting.enter(
        anna, AuthorityFacts("resolution", "board, 3 May", mode="joint", others=2, with_positions=(bernd.id, petra.id)),
        actor=SERVICE,
    )  # fmt: skip
    for each in (bernd, petra, paul):
        granting.enter(each, AuthorityFacts("resolution", "board, 3 May", mode="joint"), actor=SERVICE)
    assert _lacking([anna, bernd, petra]) == []
    assert _lacking([anna, bernd, paul]) == [("Anna", "alone")], "two others are there, but not the two who were named"
    with pytest.raises(Invalid) as refused:
        granting.enter(
            anna, AuthorityFacts("resolution", "x", mode="joint", others=2, with_positions=(bernd.id,)), actor=SERVICE
        )
    assert "with_positions" in refused.value.fields


def test_days_kinds_and_evidence_are_told_apart(gmbh: dict[str, Position]) -> None:
    anna = gmbh["Anna"]
    entry = granting.enter(
        anna, AuthorityFacts("power_of_attorney", "of 1 May", starts=date(2026, 5, 1), ends=date(2026, 6, 30),
                             templates=("letter-of-intent",)), actor=SERVICE,
    )  # fmt: skip
    assert _lacking([anna], template="letter-of-intent") == []
    assert _lacking([anna], template="university-company") == [("Anna", "scope")]
    assert _lacking([anna], template="letter-of-intent", day=date(2026, 4, 30)) == [("Anna", "to_come")]
    assert _lacking([anna], template="letter-of-intent", day=date(2026, 7, 1)) == [("Anna", "ended")]
    assert _lacking([anna], template="letter-of-intent", evidence=True) == [("Anna", "evidence")]
    assert authority.last_day(anna, Need(TODAY, template="letter-of-intent")) == date(2026, 6, 30)
    granting.supersede(
        entry, AuthorityFacts("power_of_attorney", "of 3 May", agreement_ref="SSPU-MOU-2026-0007"), actor=SERVICE
    )
    assert _lacking([anna], ref="SSPU-MOU-2026-0007") == []
    assert _lacking([anna], ref="SSPU-MOU-2026-0008", template="letter-of-intent") == [("Anna", "scope")]
    assert [authority.standing(each, TODAY) for each in anna.authorities] == ["replaced", "valid"]
    with pytest.raises(Refused):
        granting.end(entry, last_day=TODAY, reason="again", actor=SERVICE)


def test_a_post_that_is_not_held_gives_no_authority(gmbh: dict[str, Position]) -> None:
    anna = gmbh["Anna"]
    granting.enter(anna, DIRECTOR, actor=SERVICE)
    operations.change_position(
        anna, operations.PositionFacts(anna.titles, ends=TODAY - timedelta(days=1)), actor=SERVICE
    )
    assert _lacking([anna]) == [("Anna", "post")]


def test_what_was_done_is_remembered_with_who_did_it(app: Flask) -> None:
    people = cast.people()
    position, drafter = people.positions["Galina Ivanova"], people.actor("drafter")
    entry = granting.enter(position, AuthorityFacts("statute", "Charter, art. 12"), actor=drafter)
    with pytest.raises(Refused, match="Somebody else"):
        granting.check(entry, actor=drafter)
    granting.check(entry, actor=people.actor("organiser"))
    granting.withdraw(entry, reason="letter of the rector", actor=drafter)
    told = [e for e in events.trail(people.partner.stream) if e.facts.get("authority") == entry.id]
    assert [e.name for e in told] == ["authority.enter", "authority.check", "authority.withdraw"]
    assert {e.name for e in told} <= authority_words.EVENTS.keys()
    assert entry.checked_by_id == people.user_ids["organiser"]
    with pytest.raises(Refused, match="withdrawn"):
        granting.end(entry, last_day=TODAY, reason="again", actor=drafter)


def _pdf(change: Any = None, **saving: Any) -> bytes:
    made, kept = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    if change:
        change(made)
    made.save(kept, **saving)
    return kept.getvalue()


def _starts_a_program(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def _sends_a_form(pdf: pikepdf.Pdf) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://elsewhere.example")
    pdf.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=act)])


def _picture(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a Word file", "no PDF, PNG or JPEG"),
        (b"%PDF-1.7 and nothing more", "damaged"),
        (_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "password"),
        (_pdf(encryption=pikepdf.Encryption(owner="o", user="")), "password"),
        (_pdf(_starts_a_program), "program"),
        (_pdf(_sends_a_form), "program"),
        (_picture("PNG")[:60], "damaged"),
        (_picture("GIF"), "no PDF, PNG or JPEG"),
    ],
)
def test_a_paper_that_cannot_be_kept_is_refused_with_the_reason(app: Flask, content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        evidence.examined(content, "paper.pdf")


def test_a_paper_is_kept_as_it_came_under_a_harmless_name(app: Flask) -> None:
    kept = evidence.examined(_picture("JPEG"), '../../etc/<b>"授权书.exe')
    assert (kept.content, kept.name, kept.media_type) == (_picture("JPEG"), "b授权书.jpg", "image/jpeg")


def _in_english(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["language"] = "en"


def test_it_is_entered_with_its_paper_and_shown_to_our_own_people_only(
    client: FlaskClient, app: Flask, engines: Engines
) -> None:
    people = cast.people()
    number = people.position_ids["Galina Ivanova"]
    paper = _pdf()
    cast.sign_in(client, "drafter")
    _in_english(client)
    typed = {"mode": "joint", "others": "1", "with_functions": ["head"], "basis": "power_of_attorney", "reach": "all",
             "function": "", "source": "by the rector, 12 March 2024", "ends": "2099-12-31"}  # fmt: skip
    wrong = client.post(f"/positions/{number}/authority/new", data=typed | {
        "reach": "agreement", "agreement_ref": "SSPU-MOU-1999-0001", "evidence": (io.BytesIO(b"?"), "p.pdf"),
    })  # fmt: skip
    assert wrong.status_code == 422
    assert "There is no agreement of this reference" in wrong.text
    assert "by the rector, 12 March 2024" in wrong.text
    answer = client.post(
        f"/positions/{number}/authority/new", data=typed | {"evidence": (io.BytesIO(paper), "PoA.pdf")}
    )
    assert answer.status_code == 302
    entry = queries.position(number).authorities[-1]
    address = f"/authorities/{entry.id}/evidence"
    page = client.get(f"/positions/{number}/authority").text
    assert address in page
    assert "only together with the head of the institution" in page
    assert "not by a second person yet" in page
    sent = client.get(address)
    assert sent.data == paper
    assert sent.headers["Content-Disposition"].startswith("attachment")
    cast.sign_in(client, "partner")
    assert client.get(address).status_code == 403
    cast.sign_in(client, "organiser")
    _in_english(client)
    assert client.post(f"/authorities/{entry.id}/check").status_code == 302
    again = client.post(f"/authorities/{entry.id}/end", data={"how": "ends", "reason": "left"})
    assert "Give the last day." in again.text
    client.post(f"/authorities/{entry.id}/end", data={"how": "withdrawn", "reason": "letter of 3 May"})
    db.session.expire_all()
    assert queries.position(number).authorities[-1].withdrawn_at is not None
    assert "letter of 3 May" in client.get(f"/positions/{number}/authority").text
    assert set(fixity.check(engines.files)) == {None}
    assert isinstance(engines.files, MemoryFiles)
    engines.files.kept.clear()
    assert {found.what for found in fixity.check(engines.files) if found} == {"paper of an authority"}


def test_the_institution_says_whose_authority_a_file_has_to_show(client: FlaskClient, app: Flask) -> None:
    people: Cast = cast.people()
    cast.sign_in(client, "administrator")
    assert queries.evidence_policy() == "nobody"
    client.post(
        "/institution", data={"acronym": "SSPU", "time_zone": "Asia/Shanghai", "authority_evidence": "partners"}
    )
    db.session.expire_all()
    assert queries.evidence_policy() == "partners"
    assert people.institution.acronym == "SSPU"
