"""Signing while signed in: that very person, the password within the act, and all ways in one agreement."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.sign.fields import SigSeedSubFilter

from mou_service.accounts import operations as accounts
from mou_service.accounts.roles import Role
from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.signing import links
from mou_service.signing.models import Package
from mou_service.trust.verify import verify
from tests import cast
from tests.signers import Authorities, signed

from .conftest import World, sign, work
from .test_outside import BLANK, Guest, settings, slot_of  # noqa: F401  (settings is a fixture)

REF = "SSPU-MOU-2024-0001"
HOME = f"/agreements/{REF}/sign"


@pytest.fixture
def president(app: Flask, signing: Package) -> FlaskClient:
    """The account of our own signatory, whose turn it is; no role lets it look at the agreement."""
    return an_account(app, "Xie Huaqing", "XIE@sspu.example")


def an_account(app: Flask, name: str, email: str, role: Role = Role.REVIEWER) -> FlaskClient:
    user = accounts.invite(name=name, email=email, language="en", roles=[role.value], actor=SERVICE)
    user.password_hash = cast._password_hash()
    db.session.commit()
    client = app.test_client()
    answer = client.post("/sign-in", data={"email": email, "password": cast.PASSWORD})
    assert answer.status_code == 302
    return client


def act(client: FlaskClient, *, password: str = cast.PASSWORD, home: str = HOME):  # type: ignore[no-untyped-def]
    frozen = slot_of("Signatory1").package.frozen
    mark = {"mark_method": "type", "mark_text": "Xie Huaqing"}
    return client.post(f"{home}/now", data={"frozen": frozen, "language": "en", "password": password, **mark})


def test_it_waits_among_the_tasks_and_is_done_with_the_password(president: FlaskClient) -> None:
    page = president.get("/").text
    assert "Your signature is asked for" in page and HOME in page
    assert president.get(f"/agreements/{REF}").status_code == 404, "the rest of it is not theirs to look at"
    page = president.get(HOME).text
    assert "Fingerprint of the text" in page and 'name="password"' in page
    assert president.get(f"{HOME}/document.pdf").data.startswith(b"%PDF")
    assert act(president, password="a guess").status_code == 422
    assert slot_of("Signatory1").state == "waiting"
    assert act(president).status_code == 302
    slot = slot_of("Signatory1")
    assert (slot.state, slot.method, slot.mark) == ("signed", "account", "typed")
    assert slot.evidence["identified"] == {"how": "account", "name": "Xie Huaqing", "email": "XIE@sspu.example"}
    assert slot.evidence["consent"] and slot.evidence["fingerprint"]
    assert (
        "You signed it on" in president.get(HOME).text and "Your signature is asked for" not in president.get("/").text
    )
    assert act(president).status_code == 302, "sent again it changes nothing"


def test_nobody_else_gets_there(app: Flask, signing: Package, client: FlaskClient) -> None:
    for who, answer in {"organiser": 403, "drafter": 403, "administrator": 404, "archivist": 404}.items():
        cast.sign_in(client, who)
        assert client.get(HOME).status_code == answer, who
        assert act(client).status_code == answer, who
    assert slot_of("Signatory1").state == "waiting"


def test_out_of_turn_the_page_waits_and_leads_on_by_itself(app: Flask, signing: Package, world: World) -> None:
    rector = an_account(app, "Galina Ivanova", "galina@ruse.example")
    page = rector.get(HOME).text
    assert "It is not this person's turn yet" in page.replace("&#39;", "'") and f'data-poll="{HOME}?waiting=1"' in page
    poll = {"X-Requested-With": "poll"}
    assert "X-Go-To" not in rector.get(f"{HOME}?waiting=1", headers=poll).headers
    assert "Your signature is asked for" not in rector.get("/").text
    sign(slot_of("Signatory1"), actor=world.organiser)
    db.session.commit()
    answer = rector.get(f"{HOME}?waiting=1", headers=poll)
    assert (answer.status_code, answer.headers["X-Go-To"]) == (204, HOME)


def test_a_personal_link_leads_on_when_the_turn_comes_or_the_link_ends(
    client: FlaskClient, signing: Package, world: World
) -> None:
    rector = Guest(client, slot_of("Signatory2"))
    assert f'data-poll="{rector.home}/standing?waiting=1"' in client.get(rector.home).text
    poll, standing = {"X-Requested-With": "poll"}, f"{rector.home}/standing?waiting=1"
    assert "X-Go-To" not in client.get(standing, headers=poll).headers
    sign(slot_of("Signatory1"), actor=world.organiser)
    db.session.commit()
    assert client.get(standing, headers=poll).headers["X-Go-To"] == rector.home
    assert 'data-poll="' not in client.get(rector.home).text, "nothing is replaced while somebody signs"
    links.revoke(rector.slot.links[0])
    db.session.commit()
    assert client.get(standing, headers=poll).headers["X-Go-To"] == rector.home


def test_an_account_with_another_name_is_told_to_the_organiser(app: Flask, signing: Package) -> None:
    act(an_account(app, "Rita Rogue", "xie@sspu.example"))
    trail = [event.name for event in events.trail(f"agreement/{REF}")]
    assert trail.count("slot.sign") == trail.count("slot.other_name") == 1


def test_all_four_ways_in_one_agreement(
    app: Flask, signing: Package, world: World, elsewhere: Authorities, engines: Engines, client: FlaskClient,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Signed in, with an own certificate, by personal link and at the table; sealed, archived, verified by all."""
    assert act(an_account(app, "Xie Huaqing", "xie@sspu.example")).status_code == 302
    rector = Guest(client, slot_of("Signatory2"))
    rector.post("take")
    content = signed(rector.download(), "Signatory2", elsewhere.signer(), stamp=BLANK, subfilter=SigSeedSubFilter.PADES)
    rector.bring(content)
    rector.confirm()
    guest = Guest(app.test_client(), slot_of("Witness1"))
    frozen = slot_of("Witness1").package.frozen
    answer = guest.client.post(
        f"{guest.home}/sign",
        data={"frozen": frozen, "language": "en", "mark_method": "type", "mark_text": "Li Weiping", "check": "means"},
    )
    assert answer.status_code == 302, answer.text
    sign(slot_of("Witness2"), actor=world.organiser)
    db.session.commit()
    work()
    package = agreements.get(REF).package
    assert package is not None and package.state == "done", package and package.problem
    assert [slot.method for slot in package.slots] == ["account", "outside", "link", "table", "service"]
    assert "peter" not in client.get(rector.home).text and "organiser@" not in client.get(rector.home).text
    final = engines.files.get(package.final or "")
    verdict = verify(
        final, roots=engines.known_roots(), timestamp_roots=engines.timestamp_roots(),
        signer_roots=engines.signer_roots(),
    )  # fmt: skip
    assert verdict.outcome == "valid", verdict.findings
    levels = {signature.field: signature.level for signature in verdict.signatures}
    assert levels["Signatory2"] == levels["Signatory1"] == "B-LTA", "its authority's word is in the file as well"
    answer = client.post("/verify", data={"file": (io.BytesIO(final), "final.pdf")})
    assert "Genuine and complete" in answer.text
    if shutil.which("pdfsig"):
        (tmp_path / "final.pdf").write_bytes(final)
        told = subprocess.run(["pdfsig", tmp_path / "final.pdf"], capture_output=True, text=True, check=False).stdout
        assert told.count("Signature is Valid.") == 6


def test_capitals_of_any_script_are_one_address(app: Flask, signing: Package) -> None:
    slot = next(each for each in signing.slots if each.field == "Signatory1")
    assert slot.position is not None
    slot.position.person.email = "РЕКТОР@sspu.example"
    db.session.commit()
    client = an_account(app, "Xie Huaqing", "ректор@sspu.example")
    assert "Your signature is asked for" in client.get("/").text


def test_who_only_signs_sees_the_own_signature_and_nothing_else(app: Flask, signing: Package) -> None:
    client = an_account(app, "Xie Huaqing", "xie@sspu.example", Role.SIGNATORY)
    page = client.get("/").text
    assert "Your signature is asked for" in page and "/register" not in page and 'href="/agreements"' not in page
    assert client.get("/agreements/SSPU-MOU-2024-0001/sign").status_code == 200
    assert client.get("/agreements/SSPU-MOU-2024-0001").status_code == 404, "what the house says of it is not theirs"
