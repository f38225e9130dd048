"""The binding agreements, the renewal and the amendment: what a lawyer looks for in each of them."""

from pathlib import Path

import pytest

from mou_service.documents.word import manifest
from mou_service.documents.word.blocks import read
from mou_service.documents.word.expressions import environment
from mou_service.documents.word.merge import merge
from mou_service.drafting import plan

FOLDER = Path(__file__).parents[2] / "document_templates"
EXCHANGES = ("student-exchange", "staff-exchange")
AGREEMENTS = (*EXCHANGES, "non-disclosure")
FOLLOWING = ("renewal", "amendment")
MANIFESTS = {name: manifest.read(FOLDER / f"{name}.toml") for name in (*AGREEMENTS, *FOLLOWING)}
COMMON = {
    "effect", "relationship", "compliance", "duration", "renewal", "amendment", "termination", "differences", "notices",
    "annexes", "entire", "general", "languages", "signing",
}  # fmt: skip
EXCHANGE = COMMON | {
    "definitions", "scope", "balance", "housing", "insurance", "fair_treatment", "coordination", "data_protection", "publicity",
    "force_majeure", "liability", "governing_law",
}  # fmt: skip
LOOKED_FOR = {
    "student-exchange": EXCHANGE | {"nomination", "studies", "credits", "fees", "conduct", "welfare", "student_records"},
    "staff-exchange": EXCHANGE | {"selection", "employment", "work", "results", "early_end", "confidentiality"},
    "non-disclosure": COMMON
    | {
        "roles", "definition", "exclusions", "duties", "recipients", "required_by_law", "no_rights", "at_end", "remedies",
        "secrecy_term", "law_and_courts",
    },
    "renewal": {"original", "renewed_term", "unchanged", "legal_status", "languages", "signing"},
    "amendment": {"change_1", "takes_effect", "precedence", "legal_status", "languages", "signing"},
}  # fmt: skip


@pytest.fixture(params=MANIFESTS)
def each(request):
    return MANIFESTS[request.param]


def said(made, **changes):
    """Every sentence that these answers leave, per clause, in both languages."""
    full = made.complete(made.example() | changes)
    return {
        clause.key: " ".join(
            environment().from_string(text).render(full)
            for condition, passages in clause.positions()
            if not condition or manifest.holds(condition, full)
            for passage in passages
            if not passage.when or manifest.holds(passage.when, full)
            for text in passage.text.values()
        )
        for clause in made.clauses
        if made.holds_clause(clause, full)
    }


def test_it_has_the_clauses_a_lawyer_looks_for(each):
    assert LOOKED_FOR[each.type] <= {clause.key for clause in each.clauses}


@pytest.mark.parametrize("name", AGREEMENTS)
def test_every_clause_of_an_agreement_binds(name):
    assert all(clause.binding is True for clause in MANIFESTS[name].clauses)


def test_every_clause_tells_its_drafter_what_to_know(each):
    for clause in each.clauses:
        assert set(clause.guidance) == {"en", "zh"}, clause.key
        for fallback in clause.fallbacks:
            assert set(fallback.label) == set(fallback.guidance) == {"en", "zh"}, (clause.key, fallback.key)


@pytest.mark.parametrize("rank", ["acceptable", "last_resort"])
def test_the_positions_fallen_back_to_make_a_whole_document_of_other_words(each, rank):
    chosen = {
        clause.position_key: fallback.key
        for clause in each.clauses
        for fallback in clause.fallbacks
        if fallback.rank == rank
    }
    preferred, other = said(each), said(each, **chosen)
    assert {key for key in preferred if preferred[key] != other[key]} == {
        key.removeprefix("position_") for key in chosen
    }
    result = read(merge(each.document_path.read_bytes(), each.complete(each.example() | chosen)))
    assert result.drawable, result.findings


@pytest.mark.parametrize("name", EXCHANGES)
def test_whoever_is_on_the_spot_finishes_when_the_agreement_ends(name):
    assert "complete" in said(MANIFESTS[name])["termination"]


@pytest.mark.parametrize("direction", ["mutual", "own", "partner"])
def test_one_sided_secrecy_names_who_discloses(direction):
    roles = said(MANIFESTS["non-disclosure"], direction=direction)["roles"]
    assert ("Each Party may disclose" in roles) == (direction == "mutual")
    assert ("SSPU is the “Disclosing Party”" in roles) == (direction == "own")
    assert ("TechProtect is the “Disclosing Party”" in roles) == (direction == "partner")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (True, True, ("following words are deleted: “old”", "In their place stand the words: “new”")),
        (True, False, ("following words are deleted: “old”",)),
        (False, True, ("following words are added: “new”",)),
        (False, False, ("is deleted.",)),
    ],
)
def test_an_amendment_says_what_it_does(old, new, words):
    changed = {
        "change_1_old": {"en": "old" if old else "", "zh": "旧" if old else ""},
        "change_1_new": {"en": "new" if new else "", "zh": "新" if new else ""},
    }
    text = said(MANIFESTS["amendment"], **changed)["change_1"]
    assert all(each in text for each in words)
    assert ("“old”" in text, "“new”" in text) == (old, new)


@pytest.mark.parametrize("name", FOLLOWING)
@pytest.mark.parametrize("nature", ["none", "partly", "binding"])
def test_what_follows_a_document_has_its_legal_status(name, nature):
    made = MANIFESTS[name]
    full = made.complete(made.example() | {"nature": nature})
    status = next(clause for clause in made.clauses if clause.key == "legal_status")
    assert manifest.holds(str(status.binding), full) == (nature != "none")
    assert ("is legally binding, and so is this" in said(made, nature=nature)["legal_status"]) == (nature == "binding")


def test_a_renewal_gives_the_record_its_new_term():
    term = plan.duration(MANIFESTS["renewal"].example())
    assert term is not None
    assert (str(term.begins_on), str(term.ends_on), term.renewal) == ("2029-03-27", "2034-03-26", "written_consent")
    assert term.notice_months == 6


def test_an_agreement_gives_the_record_its_term():
    months = {name: plan.duration(MANIFESTS[name].example()).months for name in AGREEMENTS}
    assert months == {"student-exchange": 60, "staff-exchange": 36, "non-disclosure": 24}
    assert plan.duration(MANIFESTS["amendment"].example()) is None
