"""Every letter in both languages, compared word for word with tests/golden/mail/.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/notifications`, then read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mou_service import app as application
from mou_service.core.db import db
from mou_service.notifications import letters
from mou_service.notifications.notices import NOTICES
from mou_service.settings import Settings
from mou_service.web.languages import LANGUAGES

GOLDEN = Path(__file__).parent.parent / "golden" / "mail"
FOLDERS = tuple(dict.fromkeys(notice.folder for notices in NOTICES.values() for notice in notices))

FACTS: dict[str, Any] = {
    "name": "Galina Ivanova", "link": "https://mou.sspu.example/s/personal-secret", "code": "", "personal": True,
    "kind": "signatory", "public_url": "https://mou.sspu.example", "by": "Zhou Dan", "minutes": 60,
    "institution": {"zh": "上海第二工业大学", "en": "Shanghai Polytechnic University"},
    "days": {"invitation": 14, "signing": 30, "download": 90}, "demonstration": False,
    "ref": "SSPU-MOU-2026-0001", "title": {"en": "Memorandum of Understanding", "zh": "合作备忘录"},
    "partners": [{"en": "University of Ruse", "zh": "鲁塞大学"}],
    "person": {"en": "Galina Ivanova", "zh": "加林娜·伊万诺娃"},
    "contact": {"name": "Zhou Dan", "email": "drafter@sspu.example"},
    "last_day": date(2027, 3, 31), "until": None, "until_is_sooner": False, "instead_of": {}, "principal": {"en": "Galina Ivanova", "zh": "加林娜·伊万诺娃"},
    "holder": {"en": "Petar Petrov", "zh": "佩塔尔·彼得罗夫"},
    "event": {"reason": "Article 5 promises places we do not have.", "note": "", "register_number": "2026-0001",
              "certified": "Mallory Malcheva"},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def app(shared_instance: Path) -> Iterator[Flask]:
    """One application for all letters: they ask nothing of the database."""
    settings = Settings(_env_file=None, instance=shared_instance, database_url="sqlite://", secret_key="for tests")
    made = application.create_app(settings)
    with made.app_context():
        yield made
    db.close()


OF_ACCOUNTS = ("account.invite", "account.ask_reset")
WITHOUT_AGREEMENT = ("ref", "title", "partners", "person", "contact")


def facts_of(folder: str) -> dict[str, Any]:
    if folder in OF_ACCOUNTS:
        return {key: value for key, value in FACTS.items() if key not in WITHOUT_AGREEMENT}
    if folder == "keys.expire":
        ends = {"role": "seal", "subject": "SSPU Electronic Seal", "threshold": 30, "ends": "2026-12-24T08:00:00+00:00"}
        about_keys = {key: value for key, value in FACTS.items() if key not in WITHOUT_AGREEMENT}
        return {**about_keys, "link": "https://mou.sspu.example/keys", "event": ends}
    if folder.startswith("template."):
        called = {"en": "Letter of intent", "zh": "合作意向书"}
        more = {"note": "The notice period is three months."} if folder == "template.propose" else {}
        about_template = {key: value for key, value in FACTS.items() if key not in WITHOUT_AGREEMENT}
        link = "https://mou.sspu.example/templates/letter-of-intent/versions/3"
        return {**about_template, "link": link, "event": {"called": called, "number": 3, **more}}
    if folder.startswith("clause."):
        called = {"en": "Liability", "zh": "责任"}
        more = {"note": "Partners ask for a sum."} if folder == "clause.propose" else {"reason": "We never say so."}
        about_clause = {key: value for key, value in FACTS.items() if key not in WITHOUT_AGREEMENT}
        link = "https://mou.sspu.example/clauses/library/liability/texts/3"
        return {**about_clause, "link": link, "event": {"called": called, "number": 3, **more}}
    if folder == "translation.withdraw":
        return {**FACTS, "event": {"confirmed_by": "Ren Reviewer", "version": 3}}
    if folder == "slot.code":
        return {**FACTS, "link": "", "code": "482913"}
    if folder in ("slot.remind", "package.lapse"):
        return {**FACTS, "until": date(2026, 12, 1)}
    if folder == "signatory.lose_authority":
        return {**FACTS, "event": {"called": FACTS["person"], "reason": "Letter of the rector of 3 May."}}
    if folder.startswith("override."):
        lacks = [{"name": {"en": "Galina Ivanova", "zh": "加林娜·伊万诺娃"}, "code": "nothing"}]
        return {**FACTS, "event": {"lacks": lacks, "reason": "The extract arrives next week.", "note": ""}}
    return FACTS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_letters_say_what_they_said(app: Flask, folder: str, language: str) -> None:
    letter = letters.compose(folder, language=language, facts=facts_of(folder))
    written = f"{letter.subject}\n\n{letter.text}"
    golden = GOLDEN / f"{folder}.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(written)
    assert written == golden.read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_says_the_same_with_a_button(app: Flask, language: str) -> None:
    letter = letters.compose("slot.turn", language=language, facts=FACTS)
    golden = GOLDEN / f"slot.turn.{language}.html"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(letter.html)
    assert letter.html == golden.read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_of_the_turn_knows_accounts_and_whose_signature_is_witnessed(app: Flask, language: str) -> None:
    page = "https://mou.sspu.example/agreements/SSPU-MOU-2026-0001/sign"
    more = {"kind": "witness", "whom_witnessed": FACTS["person"], "account_page": page}
    letter = letters.compose("slot.turn", language=language, facts={**FACTS, **more})
    assert FACTS["person"][language] in letter.text and f"\n{page}\n" in letter.text and page in letter.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["signatory", "witness"])
def test_another_last_day_is_told_as_that(app: Flask, kind: str, language: str) -> None:
    facts = {**FACTS, "kind": kind, "event": {"moved": True}, "until": date(2026, 12, 1)}
    letter = letters.compose("slot.remind", language=language, facts=facts)
    assert {"en": "another last day", "zh": "截止日已变更"}[language] in letter.subject
    assert {"en": "1 December 2026", "zh": "2026年12月1日"}[language] in letter.text


@pytest.mark.parametrize("folder", FOLDERS)
def test_html_holds_every_paragraph_of_the_text(app: Flask, folder: str) -> None:
    letter = letters.compose(folder, language="en", facts=facts_of(folder))
    plain = letter.html.replace("&#39;", "'").replace("&amp;", "&")
    missing = [line for line in letter.text.splitlines() if line not in ("", "--") and line not in plain]
    assert missing == []


def test_what_people_typed_is_text_in_html(app: Flask) -> None:
    facts = {**FACTS, "event": {"reason": "<img src=x onerror=alert(1)> & more"}}
    letter = letters.compose("agreement.return", language="en", facts=facts)
    assert "<img src=x" in letter.text
    assert "<img src=x" not in letter.html
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more" in letter.html


def test_a_title_with_line_breaks_does_not_break_the_subject(app: Flask) -> None:
    facts = {**FACTS, "title": {"en": "Memorandum\r\nBcc: everybody@example.org"}}
    assert "\n" not in letters.compose("agreement.submit", language="en", facts=facts).subject


@pytest.mark.parametrize(("language", "mark"), [("en", "[Demonstration]"), ("zh", "【演示】")])
@pytest.mark.parametrize("folder", FOLDERS)
def test_letters_of_a_demonstration_say_so(app: Flask, folder: str, language: str, mark: str) -> None:
    letter = letters.compose(folder, language=language, facts={**facts_of(folder), "demonstration": True})
    assert letter.subject.startswith(mark)
    assert {"en": "This is a demonstration", "zh": "演示"}[language] in letter.text


def test_every_folder_has_its_three_files(app: Flask) -> None:
    assert app.jinja_env.loader is not None
    there = {name for name in app.jinja_env.list_templates() if name.startswith("notifications/")}
    wanted = {
        f"notifications/{folder}/{part}" for folder in FOLDERS for part in ("subject.txt", "body.txt", "body.html")
    }
    assert wanted <= there
    folders = {name.split("/")[1] for name in there if name.count("/") == 2}
    assert folders == set(FOLDERS), "a folder that no notice uses"
