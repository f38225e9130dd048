"""Any two versions on the screen and in Word: clause by clause, in each language, with the changes as tracked changes."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.documents.word.revising.compare import compare
from mou_service.documents.word.revising.redline import RedlineFailed
from mou_service.documents.word.revising.revisions import accept_all, list_changes, reject_all
from mou_service.documents.word.text import plain_text
from mou_service.drafting import comparing, sections
from mou_service.engines import Engines
from tests import cast, makers
from tests.documents.word.making import row, table, word

OLD = word(table(
    row("第一条 期限", "Article 1 Term"), row("有效期为三年。", "It holds for three years."),
    row("第二条 联络", "Article 2 Contact"), row("双方指定联络人。", "Each party names a contact."),
    row("第三条 语言", "Article 3 Languages"), row("两种文本同等作准。", "Both texts are equally authentic."),
))  # fmt: skip
NEW = word(table(
    row("第一条 期限", "Article 1 Term"), row("有效期为五年。", "It holds for five years."),
    row("第二条 联络方式", "Article 2 Contacts"), row("双方各指定一名联络人。", "Each party names its contact."),
    row("第三条 语言", "Article 3 Languages"), row("两种文本同等作准。", "Both texts are equally authentic."),
))  # fmt: skip


@pytest.fixture
def address(app: Flask, client: FlaskClient, engines: Engines) -> str:
    """The comparison of two versions of an agreement; the drafter is signed in."""
    people = cast.people()
    agreement = makers.an_agreement(people, engines)
    cast.sign_in(client, "drafter")
    with client.session_transaction() as session:
        session["language"] = "en"
    ref = agreement.ref
    client.post(f"/drafts/{ref}/term", data={
        "q_legal_status": "none", "q_term_years": "3", "q_renewal": "none", "q_renewal_years": "5", "q_renewal_times": "1",
        "q_renewal_notice_months": "6", "q_termination_months": "6", "q_consultation_days": "60",
    })  # fmt: skip
    assert client.post(f"/drafts/{ref}/finish", data={"note": "shorter"}).status_code == 302
    return f"/agreements/{ref}/compare"


def test_a_clause_stands_in_both_languages_under_one_heading() -> None:
    found = sections.sections(compare(OLD, NEW))
    assert [(list(each.headings.values()), each.changes) for each in found] == [
        (["第一条 期限", "Article 1 Term"], 2),
        (["第二条 联络方式", "Article 2 Contacts"], 4),
        (["第三条 语言", "Article 3 Languages"], 0),
    ]
    assert [each.changes for each in sections.sections(compare(OLD, NEW), column=2)] == [1, 2, 0]


def test_only_numbers_and_dates() -> None:
    found = sections.sections(compare(OLD, NEW), only_numbers=True)
    said = [row.change.new_text for each in found for row in each.rows if row.change]
    assert said == ["有效期为五年。", "It holds for five years.", "双方各指定一名联络人。"]


def test_both_ends_of_a_move_know_each_other() -> None:
    moved = "Each side tells the other of a change of its contact."
    rows = [each for part in sections.sections(compare(word(moved, "Stays one.", "Stays two."), word(
        "Stays one.", "Stays two.", moved))) for each in part.rows if each.change]  # fmt: skip
    assert [(each.number, each.other_end) for each in rows] == [(1, 2), (2, 1)]


def test_the_page_keeps_what_the_reader_chose(client: FlaskClient, address: str) -> None:
    page = client.get(f"{address}?old=1&new=2&look=sides&column=2&only=numbers").text
    assert "three" in page
    assert 'name="column" value="2"' in page
    assert "look=sides&amp;column=2" in page
    assert "Every change" in page
    backwards = client.get(f"{address}?old=2&new=1").text
    assert "Version 2 and version 1" in backwards


def test_word_holds_the_changes_of_the_institution(client: FlaskClient, address: str) -> None:
    made = client.get(f"{address}/1-2.docx").data
    versions = [client.get(address.replace("compare", f"versions/{number}.docx")).data for number in (1, 2)]
    assert plain_text(reject_all(made)) == plain_text(versions[0])
    assert plain_text(accept_all(made)) == plain_text(versions[1])
    assert {change.author for change in list_changes(made)} == {"Shanghai Polytechnic University"}
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
    assert b"Zhou Dan" not in everything, "nobody's name travels with the file"


def test_where_word_would_not_tell_the_truth_the_page_offers_the_clean_file(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> bytes:
        raise RedlineFailed("would not come back")

    monkeypatch.setattr(comparing, "_redline", fails)
    page = client.get(f"{address}/1-2.docx", follow_redirects=True).text
    assert "cannot be shown in Word" in page
    assert "versions/2.docx" in page
    assert "/1-2.docx" not in page
