"""Naming a witness and witnessing at the table, walked as the people who do it."""

from __future__ import annotations

from flask.testing import FlaskClient

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.db import db
from mou_service.signing import links, operations, tooling
from mou_service.signing.models import Package
from tests import cast

from .conftest import World, sign, work

MARK = {"language": "en", "mark_method": "type", "mark_text": "Lu Min"}


def named(ref: str, name: str):  # type: ignore[no-untyped-def]
    return next(each for each in agreements.get(ref).witnesses if each.as_shown["name"]["en"] == name)


def test_a_witness_is_named_for_one_signatory_changed_and_shown(
    client: FlaskClient, approved: Agreement, world: World
) -> None:
    ref, president = approved.ref, approved.own_party.signatories[0].id
    cast.sign_in(client, "organiser")
    kind = {"of": president, "capacity": "attesting", "presence": "in_room", "identity": "document"}
    added = client.post(f"/agreements/{ref}/witnesses/add", data={"position": world.chair.id, **kind})
    assert added.status_code == 302, added.text
    page = client.get(f"/agreements/{ref}/signing").text
    assert "only of the signature of Xie Huaqing" in page and "I was present and saw Xie Huaqing sign" in page
    number = named(ref, "Lu Min").id
    address = f"/agreements/{ref}/witnesses/{number}/change"
    assert client.get(address).text.count("checked") == 3, "how they are named now is chosen"
    own = {"statement_en": "I stood beside him, in person.", "statement_zh": "我当面看到他签署。"}
    refused = client.post(address, data={**kind, "presence": "remote", **own})
    assert refused.status_code == 422 and "follows by video cannot state" in refused.text
    assert "I stood beside him, in person." in refused.text, "what was typed is kept"
    assert client.post(address, data={**kind, "of": 0, "presence": "remote"}).status_code == 302
    page = client.get(f"/agreements/{ref}/signing").text
    assert "I saw by video that the signatories" in page and "Not every law accepts a witness by video" in page
    assert "Attested by video" in client.get(f"/agreements/{ref}/freeze").text


def test_an_attesting_witness_says_at_the_table_what_they_saw(
    client: FlaskClient, approved: Agreement, world: World
) -> None:
    ref, president = approved.ref, approved.own_party.signatories[0]
    witness = named(ref, "Lu Min")
    witness.capacity, witness.scope, witness.of, witness.identity = "attesting", "one", president, "document"
    db.session.flush()
    operations.freeze(approved, actor=world.organiser, order="listed", fonts=tooling.tools().fonts)
    work()
    sign(_package(ref).slots[0], actor=world.organiser)
    db.session.commit()
    slot, frozen = next(each.id for each in _package(ref).due if each.kind == "witness"), _package(ref).frozen
    cast.sign_in(client, "organiser")
    client.post(f"/agreements/{ref}/table/open")
    page = client.get(f"/agreements/{ref}/table/{slot}").text
    for words in (
        "I was there and saw Xie Huaqing sign.",
        "I showed the host my passport",
        "at the table of Organiser",
    ):
        assert words in page, words
    address = f"/agreements/{ref}/table/{slot}/sign"
    silent = client.post(address, data={**MARK, "frozen": frozen, "check": "passport"})
    assert silent.status_code == 422 and "Please confirm what you saw" in silent.text
    assert 'value="passport" required checked' in silent.text, "what was chosen is kept"
    assert client.post(address, data={**MARK, "frozen": frozen, "check": "passport", "saw": "yes"}).status_code == 302
    signed = next(each for each in _package(ref).slots if each.id == slot)
    kept = signed.evidence["identified"]
    assert (kept["check"], kept["saw"], kept["by"]) == ("passport", "yes", "Omar Ouyang")


def _package(ref: str) -> Package:
    package = agreements.get(ref).package
    assert package is not None
    return package


def test_behind_a_link_nobody_claims_what_only_a_host_can_see(
    client: FlaskClient, signing: Package, world: World
) -> None:
    ref, frozen = signing.agreement.ref, signing.frozen
    for slot in signing.slots[:2]:
        sign(slot, actor=world.organiser)
    witness = next(slot for slot in signing.slots if slot.kind == "witness")
    number, secret = witness.id, links.create(witness, email="witness@example.org")
    code = links.new_code(links.found(secret))
    db.session.commit()
    client.post(f"/s/{secret}/prove", data={"code": code})
    assert client.post(f"/s/{secret}/sign", data={**MARK, "frozen": frozen, "check": "video"}).status_code == 422
    assert client.post(f"/s/{secret}/sign", data={**MARK, "frozen": frozen, "check": "passport"}).status_code == 302
    signed = next(slot for slot in _package(ref).slots if slot.id == number)
    assert signed.evidence["identified"] == {"how": "link_and_code", "email": "witness@example.org"}
