"""A memorandum in three columns goes the whole way: written, agreed, signed, archived."""

from __future__ import annotations

from flask import Flask

from mou_service.core.db import db
from mou_service.documents.word.text import plain_text
from mou_service.engines import Engines
from mou_service.partners.models import OrganisationName, PersonName
from tests import cast, makers


def test_an_agreement_in_three_languages_reaches_the_archive(app: Flask, engines: Engines) -> None:
    people = cast.people()
    for house, name in ((people.ours, "Polytechnische Universität Shanghai"), (people.partner, "Universität Russe")):
        house.names.append(OrganisationName(language="de", text=name))
        house.addresses = {"en": "1 College Road", "zh": "学院路1号", "de": "College Road 1"}
    for position in people.positions.values():
        position.person.names.append(PersonName(language="de", full_name=position.person.called()["en"]))
        position.titles = {**position.titles, "de": "Leitung"}
    db.session.commit()
    agreement = makers.an_agreement(people, engines, at="archived", template="university-university-de")
    assert agreement.languages == ["zh", "en", "de"]
    assert agreement.state == "archived"
    assert agreement.version is not None
    text = "\n".join(plain_text(engines.files.get(agreement.version.docx)))
    assert "Polytechnische Universität Shanghai" in text
    assert "Es gilt fünf (5) Jahre." in text
