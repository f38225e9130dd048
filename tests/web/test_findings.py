"""What was found, told in the reader's language: nothing the libraries can say stays English on a Chinese page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask_babel import force_locale

from mou_service.archive import words
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Refused
from mou_service.documents.findings import Hindered, finding
from mou_service.documents.pdf.fonts import UnknownGlyphs
from mou_service.documents.sentences import SENTENCES
from mou_service.documents.word.templates import fields
from mou_service.drafting import problems
from mou_service.engines import Engines
from mou_service.trust import verdict
from mou_service.web import catalogues, findings
from tests import cast

ROOT = catalogues.PACKAGE
#: Chosen by a function that says how a text hides, see `gate/unseen.py`, or by what was read.
CHOSEN = {"more", "macros", "remote_template", "embedded_file", "active_content", "foreign_text", "not_a_text",
          "white_text", "tiny_text", "squeezed_text", "clipped_text"}  # fmt: skip
FACT = re.compile(r"(?<!%)%\((\w+)\)s")
#: What makes a finding by its code, wherever it stands.
MAKERS = {"finding", "note", "warn", "refused", "_refused", "Fault"}


def calls(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call in the modules of the folders, with the name of what is called."""
    for folder in folders:
        for source in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(source.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield ast.unparse(node.func).rpartition(".")[2], node


@contextmanager
def speaking(app: Flask, locale: str) -> Iterator[None]:
    with app.test_request_context("/"), force_locale(locale):
        yield


def literals(node: ast.expr) -> set[str]:
    return {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_code_the_library_names_has_a_sentence() -> None:
    named = {
        code
        for name, call in calls("documents", "library", "drafting", "signing")
        if name in MAKERS and call.args
        for code in literals(call.args[1] if name == "Fault" else call.args[0])
        if code != "code"  # one that is read from where it was kept
    }
    known = {key.partition("/")[0] for key in SENTENCES}
    assert {"zip_bomb", "missing_value", "unknown_glyph"} <= named
    assert named - known == set()
    assert known - named - CHOSEN == set()


def test_every_kind_that_cannot_be_drawn_has_a_sentence() -> None:
    kinds = {
        kind
        for name, call in calls("documents/word")
        if name == "cannot_draw"
        for kind in literals(call.args[0])
        if kind not in ("emf", "wmf", "svg", "")
    }
    assert {"columns", "formula", "page_border"} <= kinds
    assert {f"cannot_draw/{kind}" for kind in kinds} - SENTENCES.keys() == set()


def test_a_sentence_is_told_in_both_languages_with_its_facts(app: Flask) -> None:
    for key, sentence in SENTENCES.items():
        code, _, kind = key.partition("/")
        facts = {name: f"<{name}>" for name in FACT.findall(sentence)} | ({"kind": kind} if kind else {})
        made = finding("volatile_field", kind="more", **facts) if code == "more" else finding(code, **facts)
        with speaking(app, "en_GB"):
            assert findings.sentence(made) == made.message
        with speaking(app, "zh_Hans_CN"):
            told = findings.sentence(made.plain())
        assert re.search(r"[\u3400-\u9fff]", told), key
        assert [name for name in FACT.findall(sentence) if f"<{name}>" not in told] == [], key
        assert "%" not in told or "{%" in told, key


def test_findings_about_answers_have_words() -> None:
    checked = {
        call.args[0].value
        for name, call in calls("documents/word")
        if name == "_problem" and isinstance(call.args[0], ast.Constant)
    }
    assert "language_missing" in checked and fields.CHECKS
    assert checked - problems._FIELD.keys() == set()


def test_the_verdicts_of_trust_are_the_same_sentences() -> None:
    assert words.SENTENCES.keys() == verdict.WORDS.keys()
    english = {code: re.sub(r"\{(\w+)\}", r"%(\1)s", text) for code, (_, text) in verdict.WORDS.items()}
    assert {code: text._args[0] for code, text in words.SENTENCES.items()} == english


def test_every_engine_that_can_fail_says_what_to_do(app: Flask) -> None:
    engines = {
        call.args[0].value
        for name, call in calls("trust", "engines", "signing", "archive", "notifications")
        if name == "EngineFailed" and isinstance(call.args[0], ast.Constant)
    }
    assert {"timestamps", "keys", "files"} <= engines
    assert engines - findings.FAILURES.keys() == set()
    with speaking(app, "zh_Hans_CN"):
        (told,) = findings.lines(EngineFailed("timestamps", "http://tsa.example did not answer: refused"))
    assert told.startswith("时间戳服务器") and told.endswith("http://tsa.example did not answer: refused")


def test_a_place_is_told_in_the_language_of_the_page(app: Flask) -> None:
    where = "annex 2, body, table 1, row 3, column 2 (“Duration, of (5) …”)"
    with speaking(app, "en_GB"):
        assert findings.place(where) == where
    with speaking(app, "zh_Hans_CN"):
        assert findings.place(where) == "附件2、正文、第1个表格、第3行、第2列（“Duration, of (5) …”）"
        assert findings.place("header 2") == "页眉2"
        assert findings.place("“From a text”") == "“From a text”"


def test_what_was_kept_before_its_sentence_changed_is_told_as_it_was(app: Flask) -> None:
    with speaking(app, "zh_Hans_CN"):
        assert findings.sentence({"code": "given_up", "message": "As it was."}) == "As it was."
        assert findings.sentence({"code": "giant_span", "message": "As it was.", "facts": {}}) == "As it was."
        assert findings.lines(Refused("One.", "Two.")) == ["One.", "Two."]


def test_an_unknown_character_is_named(app: Flask, engines: Engines) -> None:
    with pytest.raises(UnknownGlyphs) as refused:
        engines.fonts.runs("王\U00021ddf芳")
    with speaking(app, "zh_Hans_CN"):
        (told,) = findings.lines(refused.value)
    assert "U+21DDF" in told and "王\U00021ddf芳" in told and told.startswith("现有字体")


def test_documents_that_hinder_and_engines_that_are_gone_have_a_page(app: Flask) -> None:
    def hindered() -> None:
        raise Hindered([finding("cannot_draw", place="body, paragraph 2", kind="text_box")])

    def gone() -> None:
        raise EngineFailed("keys", "The key file authority.json is damaged; restore it from a backup.", permanent=True)

    app.add_url_rule("/hindered", view_func=hindered)
    app.add_url_rule("/gone", view_func=gone)
    cast.people()
    db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["language"] = "zh"
    for path, status, said in (
        ("/hindered", 422, "有文本框，请将其中文字移入正文。（正文、第2段）"),
        ("/gone", 503, "签名密钥无法使用"),
    ):
        answer = client.get(path)
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert "restore it from a backup" in client.get("/gone").text
