"""At the desk: topic by topic, nothing typed is lost, the pages beside it, the draft at the end; and around a text."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements import queries
from mou_service.core.db import db
from mou_service.drafting.plan import Side
from mou_service.engines import Engines
from tests import cast, makers
from tests.cast import Cast


@pytest.fixture
def people(app: Flask, client: FlaskClient) -> Cast:
    made = cast.people()
    for house in (made.ours, made.partner):
        house.addresses = {"en": "1 College Road", "zh": "学院路1号"}
    db.session.commit()
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    return made


@pytest.fixture
def desk(people: Cast) -> str:
    return f"/drafts/university-university~{people.partner.ref}"


def _people(cast_: Cast) -> dict[str, str]:
    return {
        "titles-zh": "合作备忘录", "titles-en": "Memorandum of Understanding",
        "own_signatories": str(cast_.positions["Xie Huaqing"].id),
        "partner_signatories": str(cast_.positions["Galina Ivanova"].id), "day": "2024-03-27",
        "place-zh": "上海", "place-en": "Shanghai", "own_contact-email": "office@sspu.example",
        "partner_contact-email": "office@ruse.example", "purpose": "Exchange of staff.",
    }  # fmt: skip


INTEREST = {"q_fields_of_interest-zh": "机械工程", "q_fields_of_interest-en": "mechanical engineering",
            "q_areas": ["staff", "research"], "q_work_plan": "y"}  # fmt: skip


def test_from_the_template_to_the_draft(client: FlaskClient, people: Cast, desk: str) -> None:
    assert "Memorandum of understanding" in client.get("/drafts/new").text
    assert people.partner.ref in client.get("/drafts/new/university-university?q=鲁塞").text
    assert client.post(f"{desk}/people", data=_people(people)).headers["Location"] == f"{desk}/parties"
    assert client.post(f"{desk}/cooperation", data=INTEREST).headers["Location"] == f"{desk}/coordination"
    whole = client.get(f"{desk}/finish").text
    assert "Nothing is missing" in whole
    made = client.post(f"{desk}/finish")
    agreement = queries.get(made.headers["Location"].rsplit("/", 1)[-1])
    assert agreement.titles["zh"] == "合作备忘录"
    assert agreement.purpose == "Exchange of staff."
    assert [s.as_shown["name"]["en"] for p in agreement.parties for s in p.signatories] == [
        "Xie Huaqing",
        "Galina Ivanova",
    ]
    assert 'value="mechanical engineering"' not in client.get(f"{desk}/cooperation").text, "the typing was sent"


def test_what_is_missing_is_said_with_the_way_to_it(client: FlaskClient, people: Cast, desk: str) -> None:
    page = client.get(f"{desk}/finish").text
    assert "“Fields of common interest” is empty." in page
    assert "“Planned day of signing” is empty." in page
    assert f'href="{desk}/cooperation"' in page
    assert client.post(f"{desk}/finish").headers["Location"] == f"{desk}/finish"
    assert queries.listed(people.actor("drafter")) == []


def test_a_partner_without_a_chinese_name_goes_on_in_english_with_all_answers(
    client: FlaskClient, people: Cast
) -> None:
    people.other.addresses = {"en": "1 Hill Road, Nowhere"}
    db.session.commit()
    desk = f"/drafts/university-university~{people.other.ref}"
    client.post(f"{desk}/people", data=_people(people))
    client.post(f"{desk}/cooperation", data=INTEREST)
    page = client.get(f"{desk}/finish").text
    assert "There is an edition in fewer languages" in page
    moved = client.post(f"{desk}/edition", data={"template": "university-university-en"}).headers["Location"]
    assert moved == f"/drafts/university-university-en~{people.other.ref}/finish"
    whole = client.get(moved).text
    assert "missing in Chinese" not in whole
    assert "There is an edition" not in whole
    assert 'value="mechanical engineering"' in client.get(moved.replace("finish", "cooperation")).text
    assert client.post(f"{desk}/edition", data={"template": "letter-of-intent"}).status_code == 404


def test_an_address_that_names_its_country_does_not_name_it_twice(people: Cast) -> None:
    people.partner.addresses = {"en": "8 Studentska Street, Ruse, Bulgaria", "zh": "保加利亚鲁塞市学生街8号"}
    assert Side(people.partner).values(["en", "zh"])["address"] == {
        "en": "8 Studentska Street, Ruse", "zh": "鲁塞市学生街8号"
    }  # fmt: skip


def test_where_nobody_can_sign_the_page_says_so_and_leads_back(client: FlaskClient, people: Cast) -> None:
    desk = f"/drafts/university-university~{people.other.ref}/people"
    page = client.get(desk).text
    assert "The register names nobody here yet." in page
    assert f"/partners/{people.other.ref}/people/new?next={desk}" in page.replace("%7E", "~").replace("%2F", "/")


def test_a_name_the_register_lacks_is_said(client: FlaskClient, people: Cast) -> None:
    desk = f"/drafts/university-university~{people.other.ref}"
    page = client.get(f"{desk}/finish").text
    assert "The partner&#39;s name is missing in Chinese. Complete the register." in page
    assert f'href="/partners/{people.other.ref}"' in page


def test_typing_saves_itself_and_is_there_again(client: FlaskClient, people: Cast, desk: str) -> None:
    saved = client.post(f"{desk}/cooperation/save", data={"q_fields_of_interest-en": "half a thou"})
    assert saved.get_json() == {"saved": True}
    assert "half a thou" in client.get(f"{desk}/cooperation").text


def test_what_cannot_be_read_is_kept_and_said(client: FlaskClient, people: Cast, desk: str) -> None:
    client.post(f"{desk}/term/save", data={"q_term_years": "five", "q_renewal": "consent", "q_legal_status": "none"})
    assert (
        "“Term” must be a whole number." in client.get(f"{desk}/finish").text
        or "must be a whole number" in client.get(f"{desk}/finish").text
    )


def test_typing_is_nobody_elses(client: FlaskClient, people: Cast, desk: str) -> None:
    client.post(f"{desk}/cooperation/save", data={"q_fields_of_interest-en": "mine alone"})
    cast.sign_in(client, "reviewer")
    assert client.get(f"{desk}/cooperation").status_code == 403


def test_the_pages_follow_the_typing(client: FlaskClient, people: Cast, desk: str) -> None:
    first = client.get(f"{desk}/preview.pdf").data
    answer = client.post(f"{desk}/cooperation/preview", data=INTEREST)
    assert 'id="pages"' in answer.text
    assert client.get(f"{desk}/preview.pdf").data != first
    assert client.get(f"{desk}/pages/1.png").data.startswith(b"\x89PNG")
    assert client.get(f"{desk}/pages/99.png").status_code == 404


def test_typing_can_be_thrown_away(client: FlaskClient, people: Cast, desk: str) -> None:
    client.post(f"{desk}/cooperation/save", data={"q_fields_of_interest-en": "away with it"})
    assert client.post(f"{desk}/discard").status_code == 302
    assert "away with it" not in client.get(f"{desk}/cooperation").text


@pytest.mark.parametrize(
    "address", ["/drafts/new/nothing", "/drafts/nothing~ABCDEFGH/people", "/drafts/NO-0001/people"]
)
def test_what_is_not_there_is_missing(client: FlaskClient, people: Cast, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_text_goes_to_word_and_comes_back(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    sent = client.get(f"/agreements/{ref}/versions/1.docx")
    assert sent.headers["Content-Disposition"].startswith(f'attachment; filename="{ref}-v1.docx"')
    refused = client.post(
        f"/agreements/{ref}/upload", data={"document": (io.BytesIO(b"%PDF-1.7"), "a.docx"), "note": "kept"}
    )
    assert refused.status_code == 422
    assert "is a PDF" in refused.text
    assert 'value="kept"' in refused.text
    same = client.post(f"/agreements/{ref}/upload", data={"document": (io.BytesIO(sent.data), "a.docx")})
    assert same.headers["Location"] == f"/agreements/{ref}"
    assert len(queries.get(ref).versions) == 1


def test_two_versions_side_by_side(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    client.post(f"/drafts/{ref}/term", data={
        "q_legal_status": "none", "q_term_years": "3", "q_renewal": "none", "q_renewal_years": "5", "q_renewal_times": "1",
        "q_renewal_notice_months": "6", "q_termination_months": "6", "q_consultation_days": "60",
    })  # fmt: skip
    assert client.post(f"/drafts/{ref}/finish", data={"note": "shorter"}).status_code == 302
    for address in (f"/agreements/{ref}/compare", f"/agreements/{ref}/compare?old=1&new=2&look=sides"):
        page = client.get(address).text
        assert "<ins>" in page
        assert "three" in page
    assert client.get(f"/agreements/{ref}/compare?old=1&new=1").status_code == 200
    assert client.get(f"/agreements/{ref}/compare?old=1&new=9").status_code == 404


def test_who_was_overtaken_is_told_before_the_next_version(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    desk = f"/drafts/{ref}"
    assert client.post(f"{desk}/people", data=_people(people) | {"place-en": "Ruse"}).status_code == 302
    assert "after you began" not in client.get(f"{desk}/finish").text
    text = docx.Document(io.BytesIO(client.get(f"/agreements/{ref}/versions/1.docx").data))
    text.paragraphs[0].add_run(" (2024)")
    changed = io.BytesIO()
    text.save(changed)
    changed.seek(0)
    came = client.post(f"/agreements/{ref}/upload", data={"document": (changed, "a.docx")}).headers["Location"]
    assert client.post(f"{came}/make", data={"rest": "yes"}).status_code == 302
    assert "Version 2 was made after you began" in client.get(f"{desk}/finish").text
    assert client.post(f"{desk}/finish", data={"seen": "1"}).status_code == 409
    assert len(queries.get(ref).versions) == 2
    assert client.post(f"{desk}/finish", data={"seen": "2"}).status_code == 302
    assert "after you began" not in client.get(f"{desk}/finish").text


def test_a_name_is_corrected_on_its_page(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines).ref
    (signatory,) = queries.get(ref).own_party.signatories
    address = f"/agreements/{ref}/signatories/{signatory.id}"
    typed = {"name-zh": "谢华清", "name-en": "XIE Huaqing", "title-zh": "校长", "title-en": "President",
             "organisation-zh": "上海第二工业大学", "organisation-en": "Shanghai Polytechnic University"}  # fmt: skip
    assert client.post(address, data=typed | {"name-zh": " "}).status_code == 422
    assert client.post(address, data=typed).status_code == 302
    db.session.expire_all()
    assert queries.get(ref).own_party.signatories[0].as_shown["name"]["en"] == "XIE Huaqing"


def test_earlier_versions_are_for_those_who_look_inside(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="in_review").ref
    for key, code in (("reviewer", 200), ("partner", 404), ("archivist", 404), ("outsider", 404)):
        cast.sign_in(client, key)
        assert client.get(f"/agreements/{ref}/versions/1").status_code == code, key
        assert client.get(f"/agreements/{ref}/versions/1.docx").status_code == code, key
        assert client.get(f"/agreements/{ref}/preview.pdf").status_code == code, key


def test_taking_a_text_back_says_what_it_costs(client: FlaskClient, people: Cast, engines: Engines) -> None:
    ref = makers.an_agreement(people, engines, at="approved").ref
    page = client.get(f"/agreements/{ref}/revise").text
    assert "Lin Li" in page
    assert client.post(f"/agreements/{ref}/revise", data={"reason": ""}).status_code == 422
    assert client.post(f"/agreements/{ref}/revise", data={"reason": "wrong term"}).status_code == 302
    db.session.expire_all()
    assert queries.get(ref).state == "drafting"
