"""The page of keys and certificates: who reads, who acts, and what others fetch at the addresses in certificates."""

from __future__ import annotations

import io

import pytest
from cryptography import x509
from flask.testing import FlaskClient

from mou_service.core import events
from mou_service.core.actors import SERVICE
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed
from mou_service.engines import Engines
from mou_service.keyring import queries
from mou_service.partners import institution
from mou_service.trust.authority import Authority
from tests import cast, makers
from tests.cast import Cast
from tests.signers import Authorities
from tests.trust.test_imported import PASSPHRASE, a_file


def newest(name: str) -> dict[str, object]:
    found = queries.history()[0]
    assert found.name == name
    return {**found.facts, "actor": found.actor}


def test_it_says_what_there_is_to_those_who_may_know(client: FlaskClient, authority: Authority) -> None:
    for who, may_act in (("administrator", True), ("auditor", False)):
        cast.sign_in(client, who)
        page = client.get("/keys").text
        assert authority.root.native["tbs_certificate"]["subject"]["common_name"] in page
        assert ("/keys/seal/new" in page) == may_act
    cast.sign_in(client, "organiser")
    assert client.get("/keys").status_code == 403
    cast.sign_in(client, "administrator")
    for path in ("/keys/root/new", "/keys/issuer/new", "/keys/seal/new", "/keys/seal/import", "/keys/revoke?serial=0A"):
        assert client.get(path).status_code == 200, path
    assert client.get("/keys/nothing/new").status_code == 404


def test_a_new_key_needs_the_password_and_stands_in_the_trail(client: FlaskClient, authority: Authority) -> None:
    cast.sign_in(client, "administrator", fresh=False)
    typed = {"reason": "every year", "old": "", "where": "file"}
    for answer in (client.get("/keys/seal/new"), client.post("/keys/seal/new", data=typed)):
        assert answer.location.startswith("/confirm")
    assert institution.authority().seal.serial == authority.seal.serial
    cast.sign_in(client, "administrator")
    assert client.post("/keys/seal/new", data={**typed, "reason": ""}).status_code == 422
    assert client.post("/keys/seal/new", data=typed).location == "/keys"
    facts = newest("keys.rotate")
    assert (facts["key"], facts["reason"]) == ("seal", "every year")
    assert cast.CAST["administrator"][0] in str(facts["actor"])
    # A process that had the old one open signs with the new one from its next act on.
    assert institution.authority().seal.serial != authority.seal.serial
    assert "every year" in client.get("/keys").text


def test_two_clicks_make_one_key(client: FlaskClient, authority: Authority) -> None:
    cast.sign_in(client, "administrator")
    assert 'name="seen"' in client.get("/keys/issuer/new").text
    typed = {"reason": "every year", "old": "", "where": "file", "seen": "1"}
    assert [client.post("/keys/issuer/new", data=typed).status_code for _ in range(2)] == [302, 409]
    assert institution.authority().ring.current["issuer"].number == 2
    assert len(queries.history()) == 1


def test_a_key_that_may_be_in_other_hands(client: FlaskClient, authority: Authority) -> None:
    cast.sign_in(client, "administrator")
    client.post("/keys/issuer/new", data={"reason": "stolen", "old": "key_compromise", "where": "file"})
    assert authority.revocations.keys() == {authority.ring.current["issuer"].serial}
    listed = x509.load_der_x509_crl(client.get("/revocations/root-1.crl").data)
    assert listed.get_revoked_certificate_by_serial_number(authority.issuer.serial_number) is not None


def test_the_addresses_in_certificates_answer_for_every_generation(client: FlaskClient, authority: Authority) -> None:
    cast.sign_in(client, "administrator")
    client.post("/keys/root/new", data={"reason": "every ten years", "old": "", "where": "file"})
    cast.sign_in(client, "stranger")
    for number in (1, 2):
        root, issuer = (
            x509.load_der_x509_certificate(client.get(f"/certificates/{name}-{number}.cer").data)
            for name in ("root", "issuer")
        )
        issuer.verify_directly_issued_by(root)
        path = "/revocations.crl" if number == 1 else f"/revocations/issuer-{number}.crl"
        assert x509.load_der_x509_crl(client.get(path).data).is_signature_valid(issuer.public_key())
    for path in ("/certificates/issuer-3.cer", "/certificates/seal-1.cer", "/revocations/root-9.crl"):
        assert client.get(path).status_code == 404
    assert client.get("/verify/root.pem").text.count("BEGIN CERTIFICATE") == 3, (
        "both roots, and the later by the earlier"
    )
    assert "2.25.179764555786379473811546760661989348456.1" in client.get("/policy").text


def test_a_seal_is_imported_and_the_passphrase_kept_nowhere(
    client: FlaskClient, authority: Authority, elsewhere: Authorities, engines: Engines
) -> None:
    cast.sign_in(client, "administrator")

    def attempt(passphrase: bytes) -> object:
        form = {
            "file": (io.BytesIO(a_file(elsewhere)), "seal.p12"),
            "passphrase": passphrase.decode(),
            "reason": "licensed",
        }
        return client.post("/keys/seal/import", data=form)

    wrong = attempt(b"wrong")
    assert (wrong.status_code, "does not open" in wrong.text) == (422, True)  # type: ignore[attr-defined]
    assert attempt(PASSPHRASE).status_code == 302  # type: ignore[attr-defined]
    assert institution.authority().seal.name == "Galina Ivanova Ivanova"
    facts = newest("keys.import")
    assert PASSPHRASE.decode() not in str(facts)
    page = client.get("/keys").text
    assert "Trusted Root" in page
    client.post("/keys/seal/new", data={"reason": "x", "old": "key_compromise", "where": "file"})
    assert institution.authority().seal.name == "Galina Ivanova Ivanova", "only its own authority takes it back"


def test_a_certificate_of_an_act_is_taken_back(client: FlaskClient, everybody: Cast, engines: Engines) -> None:
    agreement = makers.an_agreement(everybody, engines, at="archived")
    assert agreement.package is not None
    signed = next(slot for slot in agreement.package.slots if slot.state == "signed" and slot.kind == "signatory")
    serial, revision, stream = signed.certificate, signed.revision, agreement.stream
    # What an act with a certificate of another authority leaves in the trail.
    events.record("slot.sign", actor=SERVICE, stream=stream, method="outside", certificate="7c0ffee")
    db.session.commit()
    cast.sign_in(client, "administrator")
    typed = {"code": "key_compromise", "reason": "signed by mistake"}
    for unknown in ("0A:0B", "not hexadecimal", revision):
        answer = client.post("/keys/revoke", data={**typed, "serial": unknown})
        assert (answer.status_code, "issued no certificate" in answer.text) == (422, True)
    assert client.post("/keys/revoke", data={**typed, "serial": "07:C0:FF:EE"}).status_code == 403, "not ours"
    for _ in range(2):
        assert client.post("/keys/revoke", data={**typed, "serial": f" {serial} "}).status_code == 302
    assert [event.name for event in queries.history()] == ["keys.revoke"]
    listed = x509.load_der_x509_crl(client.get("/revocations.crl").data)
    assert listed.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None


def test_the_first_page_of_an_administrator_says_what_ends(
    client: FlaskClient, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = authority.seal.expires
    monkeypatch.setattr(queries, "days_to", lambda moment: (moment - ends).days + 20)
    for who, told in (("administrator", True), ("drafter", False)):
        cast.sign_in(client, who)
        assert (authority.seal.name in client.get("/").text) == told

    def gone(_engines: Engines) -> tuple[bytes, ...]:
        raise EngineFailed("timestamps", "The file of TSA_ROOTS cannot be read")

    monkeypatch.setattr(Engines, "timestamp_roots", gone)
    cast.sign_in(client, "administrator")
    assert client.get("/").status_code == 200
    assert "cannot be read" in client.get("/keys").text
