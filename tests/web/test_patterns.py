"""The pattern book shows everything and its form behaves like a real one."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.core.db import db
from mou_service.partners import founding

SCREENS = ("/patterns", "/patterns/table", "/patterns/guest", "/patterns/hall")


@pytest.fixture(autouse=True)
def _institution(app: Flask) -> None:
    """Before it is set up, the service shows nothing but that."""
    names = {"en": "Shanghai Polytechnic University", "zh": "上海第二工业大学"}
    founding.found(
        founding.InstitutionFacts(
            names=names, acronym="SSPU", kind="university", country="CN", time_zone="Asia/Shanghai", demonstration=True
        )
    )
    db.session.commit()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_screen_is_whole_in_both_languages(client: FlaskClient, screen: str, language: str) -> None:
    answer = client.get(screen, headers={"Accept-Language": language})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}"' in page
    assert len(re.findall(r"<h1\b", page)) == 1
    assert page.count("<main") == page.count("</main>") == 1
    assert " style=" not in page


def test_identifiers_are_unique(client: FlaskClient) -> None:
    found = re.findall(r'\sid="([^"]+)"', client.get("/patterns").get_data(as_text=True))
    assert sorted(found) == sorted(set(found))


def test_a_form_with_mistakes_comes_back_with_its_typing_and_a_summary(client: FlaskClient) -> None:
    answer = client.post("/patterns", data={"title": "", "years": "40", "contact": "galina@"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "data-errors" in page
    assert '<a href="#title">Enter the title of the agreement.</a>' in page
    assert re.search(r'<input[^>]*aria-describedby="years-error"[^>]*value="40"', page)
    assert re.search(r'<input[^>]*aria-invalid="true"[^>]*id="contact"', page)


def test_a_complete_form_is_thanked_for_and_not_kept(client: FlaskClient) -> None:
    typed = {"title": "Memorandum", "name-en": "University of Ruse", "kind": "university", "language": "en"}
    answer = client.post("/patterns", data={**typed, "begins": "2024-03-27", "years": "5"})
    assert answer.status_code == 200
    assert "Nothing was stored" in answer.get_data(as_text=True)


def test_a_draft_that_saves_itself_is_answered_by_machine(client: FlaskClient) -> None:
    assert client.post("/patterns/draft", data={"title": "Memo"}).get_json() == {"saved": True}
