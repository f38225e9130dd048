"""The register keeps names in every script, checks what it is told, and remembers who said so."""

from datetime import date

import pytest
from flask import Flask

from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import Invalid
from mou_service.partners import operations, queries
from mou_service.partners.models import Organisation
from mou_service.partners.operations import Called, Name, OrganisationFacts, PersonFacts, PositionFacts

RUSE = OrganisationFacts(
    kind="university", country="BG",
    names=[Name("bg", "Русенски университет „Ангел Кънчев“"), Name("en", "University of Ruse"),
           Name("zh", "鲁塞大学", "transliteration"), Name("en", "Rousse", "former")],
    identifiers=[("ror", "https://ror.org/05jb9pq57")],
)  # fmt: skip


@pytest.fixture
def ruse(app: Flask) -> Organisation:
    return operations.add_organisation(RUSE, actor=SERVICE)


@pytest.mark.parametrize("typed", ["ruse", "鲁塞", "русенски", "РУСЕНСКИ Кънчев", "Rousse", "05jb9pq57"])
def test_every_name_in_every_script_finds_it(ruse: Organisation, typed: str) -> None:
    assert queries.listed(SERVICE, words=typed) == [ruse]


def test_the_people_of_a_house_find_it_too(ruse: Organisation) -> None:
    _person(ruse)
    assert queries.listed(SERVICE, words="ivanova") == [ruse]
    assert queries.listed(SERVICE, words="ivanova nobody") == []


def test_the_name_on_paper_is_the_legal_one(ruse: Organisation) -> None:
    assert ruse.called()["zh"] == "鲁塞大学"
    assert ruse.called()["en"] == "University of Ruse"


def test_a_house_without_a_legal_name_is_refused_and_leaves_nothing(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_organisation(OrganisationFacts("company", "DE", [Name("en", "TP", "short")]), actor=SERVICE)
    assert "names" in refused.value.fields
    db.session.rollback()
    assert queries.listed(SERVICE) == []


def test_a_number_with_a_slip_is_refused(app: Flask) -> None:
    facts = OrganisationFacts(
        "company", "DE", [Name("en", "TechProtect GmbH")], identifiers=[("lei", "5493001KJTIIGC8Y1R13")]
    )
    with pytest.raises(Invalid, match="5493001KJTIIGC8Y1R13"):
        operations.add_organisation(facts, actor=SERVICE)


def test_a_correction_is_remembered_with_what_it_replaced(ruse: Organisation) -> None:
    operations.change_organisation(
        ruse, OrganisationFacts("university", "BG", [Name("en", "Angel Kanchev University of Ruse")]), actor=SERVICE
    )
    change = events.trail(operations.stream(ruse))[-1]
    assert change.name == "partner.change"
    assert change.facts["before"]["en"] == "University of Ruse"
    assert change.facts["names"] == {"en": "Angel Kanchev University of Ruse"}
    assert list(events.check_chain(operations.stream(ruse))) == []


def test_who_may_sign_needs_evidence(ruse: Organisation) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_person(
            PersonFacts([Called("en", "Galina Ivanova")]), actor=SERVICE, organisation=ruse,
            position=PositionFacts({"en": "Vice Rector"}, signs=True),
        )  # fmt: skip
    assert "authority" in refused.value.fields


def test_a_post_ends_on_its_last_day(ruse: Organisation) -> None:
    position = _person(ruse, ends=date(2024, 3, 27))
    assert queries.signing_positions(ruse, date(2024, 3, 27)) == [position]
    assert queries.signing_positions(ruse, date(2024, 3, 28)) == []


def test_a_person_has_one_name_in_a_language(ruse: Organisation) -> None:
    with pytest.raises(Invalid) as refused:
        operations.change_person(
            _person(ruse).person, PersonFacts([Called("en", "A"), Called("en", "B")]), actor=SERVICE
        )
    assert "names" in refused.value.fields


def _person(ruse: Organisation, *, ends: date | None = None):  # type: ignore[no-untyped-def]
    _who, position = operations.add_person(
        PersonFacts([Called("en", "Galina Ivanova"), Called("bg", "Галина Иванова")]), actor=SERVICE, organisation=ruse,
        position=PositionFacts({"en": "Vice Rector"}, signs=True, authority="statute", ends=ends),
    )  # fmt: skip
    return position
