"""Who is asked, and why."""

from dataclasses import replace

from mou_service.documents.word.templates.manifest_file import OFFICES
from mou_service.review import policy

PLAIN = policy.Facts(
    own_country="CN", partner_countries=frozenset({"BG"}), partner_kinds=frozenset({"university"}), uploaded=False,
    annexes=0, months=60, renewal="written_consent",
)  # fmt: skip


def asked(facts: policy.Facts, phase: str = "review") -> dict[str, list[str]]:
    return {step.function: step.reasons for step in policy.steps(facts, phase)}


def test_a_plain_memorandum_abroad_is_read_by_two_offices() -> None:
    assert asked(PLAIN) == {"legal": ["every"], "international": ["abroad"]}


def test_every_agreement_is_approved_by_the_leader() -> None:
    assert asked(PLAIN, "approval") == {"president": ["leader"]}


def test_reasons_of_one_office_are_gathered_in_one_step() -> None:
    facts = replace(PLAIN, uploaded=True, annexes=1, months=72, renewal="automatic")
    assert asked(facts)["legal"] == ["every", "uploaded", "annexes", "long", "renews"]


def test_a_company_brings_in_research_and_technology_transfer() -> None:
    assert "research" in asked(replace(PLAIN, partner_kinds=frozenset({"company"})))


def test_a_partner_in_a_region_goes_through_the_regional_office_and_not_as_abroad() -> None:
    functions = asked(replace(PLAIN, partner_countries=frozenset({"TW"})))
    assert "regional" in functions
    assert "international" not in functions


def test_every_reason_and_function_has_words() -> None:
    for rule in policy.POLICY:
        assert str(policy.REASONS[rule.code])
        assert str(policy.FUNCTIONS[rule.function])


def test_what_is_planned_brings_in_the_offices_it_concerns() -> None:
    planned = {"research": "research", "students": "academic", "training": "staff"}
    for area, office in planned.items():
        assert office in asked(replace(PLAIN, areas=frozenset({area})))
    assert "finance" in asked(replace(PLAIN, money=True))


def test_a_kind_of_document_can_ask_for_offices_of_its_own() -> None:
    facts = replace(PLAIN, offices=frozenset({"data_protection", "legal"}))
    assert asked(facts) == {"legal": ["every", "kind"], "international": ["abroad"], "data_protection": ["kind"]}
    assert set(OFFICES) == set(policy.FUNCTIONS) - {"president"}, "what a template may name"
