"""The agreements that bind: what a lawyer looks for in each, and that every position of a clause is a whole document."""

import re
from pathlib import Path

import pytest

from mou_service.documents.pdf.characters import runs
from mou_service.documents.word.bilingual import checking, names
from mou_service.documents.word.reading.blocks import read
from mou_service.documents.word.templates import manifest
from mou_service.documents.word.templates.merge import merge
from mou_service.drafting import texts

FOLDER = Path(__file__).parents[2] / "document_templates"
#: Beside those which every agreement needs.
SPECIAL = {
    "internship": {"plaque", "selection", "working_time", "allowance", "insurance", "safety", "evaluation", "results"},
    "framework": {"governance", "projects", "targets", "finance", "implementation", "ip", "legal_status"},
    "joint-laboratory": {"board", "premises", "staff", "funding", "background_rights", "results", "transfer",
                         "publications", "export_control", "exit"},
    "joint-programme": {"approvals", "curriculum", "admission", "students", "degrees", "tuition", "quality",
                        "materials", "teach_out"},
}  # fmt: skip
COMMON = {
    "publicity", "data_protection", "compliance", "relationship", "non_exclusivity", "force_majeure", "liability",
    "duration", "renewal", "amendment", "termination", "differences", "notices", "annexes", "general", "entire",
    "languages", "signing",
}  # fmt: skip


@pytest.fixture(scope="module", params=SPECIAL)
def each(request):
    return manifest.read(FOLDER / f"{request.param}.toml")


def test_nothing_a_lawyer_looks_for_is_missing(each):
    assert COMMON | SPECIAL[each.type] <= {clause.key for clause in each.clauses}


def test_what_may_not_be_touched_is_locked(each):
    locked = {clause.key for clause in each.clauses if clause.lock == "locked"}
    assert {"relationship", "amendment", "general", "languages", "signing"} <= locked
    assert {"effect", "legal_status"} & locked


def test_every_position_gives_both_languages_the_same_facts(each):
    """All acceptable texts at once, then all last resorts: the checker of drafts finds nothing in either."""
    for rank in ("preferred", "acceptable", "last_resort"):
        chosen = {
            clause.position_key: fallback.key
            for clause in each.clauses
            for fallback in clause.fallbacks
            if fallback.rank == rank
        }
        values = each.example() | chosen
        document = texts.blocks_of(texts.filled(each, values))
        assert [str(found) for found in checking.check(document, each.languages, names.of_parties(values))] == []


def test_the_framework_names_exactly_the_clauses_that_record_intentions():
    framework = manifest.read(FOLDER / "framework.toml")
    status = next(clause for clause in framework.clauses if clause.key == "legal_status").passages[0]
    intentions = [clause for clause in framework.clauses if clause.binding is not True]
    for language in framework.languages:
        named = set(re.findall(r"“(.+?)”", status.text[language]))
        assert named == {clause.title[language] for clause in intentions}


def test_a_programme_taught_at_home_speaks_of_no_stay_at_the_partner():
    programme = manifest.read(FOLDER / "joint-programme.toml")
    values = programme.example() | {"model": "at_home", "partner_tuition": {"en": "", "zh": ""}}
    filled = merge(programme.document_path.read_bytes(), programme.complete(values))
    text = " ".join(run.text for run in runs(read(filled).document))
    assert "while they study at" not in text
    assert "nominates them" not in text
