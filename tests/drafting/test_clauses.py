"""Each version keeps which clauses stood in it, and a draft that sounds binding where it does not bind says so."""

from __future__ import annotations

from flask import Flask

from mou_service.drafting import operations
from mou_service.engines import Engines
from tests import cast, makers
from tests.drafting.test_operations import in_word


def test_a_version_keeps_its_clauses_and_words_of_obligation_from_word_are_named(app: Flask, engines: Engines) -> None:
    people = cast.people()
    agreement = makers.an_agreement(people, engines)
    first = agreement.version
    assert first is not None
    kept = {each["key"]: each for each in first.clauses}
    assert kept["costs"]["address"] == "university-university/costs"
    assert (kept["costs"]["number"], kept["costs"]["position"], kept["costs"]["binding"]) == (0, "preferred", False)
    assert len(kept["costs"]["digest"]) == 64
    assert [found for found in first.findings if found["code"] == "register"] == []
    sent_back = in_word(
        engines.files.get(first.docx),
        lambda words: words.replace("bears its own costs", "shall bear all costs").replace(
            "活动计划", "活动计划，并应当执行"
        ),
    )
    version = operations.upload(
        agreement, sent_back, actor=people.actor("drafter"), files=engines.files, fonts=engines.fonts
    )
    named = {found["facts"]["words"]: found for found in version.findings if found["code"] == "register"}
    assert set(named) == {"shall", "应当"}
    assert named["shall"]["outcome"] == "warn" and named["shall"]["place"].startswith("body, table 2, row")
    assert version.clauses == first.clauses
