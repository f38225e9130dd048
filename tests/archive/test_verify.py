"""/verify and `flask mou verify`: one answer for a file or a code, and nothing of an upload is kept."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mou_service.agreements.queries import get
from mou_service.archive import queries
from mou_service.core.db import db
from mou_service.engines import Engines, MemoryFiles
from mou_service.signing import wording
from tests import cast as casting
from tests import makers
from tests.trust import attacks


@pytest.fixture
def cast(app: Flask) -> casting.Cast:
    return casting.people()


@pytest.fixture
def ref(cast: casting.Cast, engines: Engines) -> str:
    return makers.an_agreement(cast, engines, at="archived").ref


@pytest.fixture
def final(ref: str, engines: Engines) -> bytes:
    return engines.files.get(queries.record_of(ref).final)


def asked(client: FlaskClient, content: bytes) -> str:
    answer = client.post("/verify", data={"file": (io.BytesIO(content), "final.pdf")})
    assert answer.status_code == 200
    return answer.text


def test_the_archived_file_is_genuine_and_nothing_is_stored(
    final: bytes, client: FlaskClient, engines: Engines
) -> None:
    assert isinstance(engines.files, MemoryFiles)
    before = set(engines.files.kept)
    page = asked(client, final)
    assert "Genuine and complete." in page
    assert "Xie Huaqing" in page
    assert set(engines.files.kept) == before


def test_a_changed_copy_is_recognised_and_refused(final: bytes, client: FlaskClient, ref: str) -> None:
    page = asked(client, final + b"\n% one line more\n")
    assert "it was changed" in page
    assert "It comes from an agreement of ours" in page
    assert ref in page


def test_the_certificate_of_completion_is_genuine_too(ref: str, client: FlaskClient, engines: Engines) -> None:
    content = engines.files.get(queries.record_of(ref).certificate)
    page = asked(client, content)
    assert "Genuine: our certificate of completion." in page
    assert ref in page
    assert "Genuine" not in asked(client, content[:4000] + b"x" + content[4001:])
    changed = asked(client, attacks.flip_in_first_page(content))
    assert "it was changed" in changed and ref in changed and "signatures are still missing" not in changed
    assert "Electronic seal of the institution" in changed and "before the first signature" not in changed


def test_people_are_named_as_on_paper_and_words_are_true_of_the_file(
    ref: str, client: FlaskClient, engines: Engines
) -> None:
    record = queries.record_of(ref)
    signatory = next(slot for slot in record.agreement.package.slots if slot.kind == "signatory")
    signatory.as_shown = {**signatory.as_shown, "instead_of": wording.instead_of({"name": {"en": "Armin Kienle"}})}
    db.session.commit()
    final, certificate = engines.files.get(record.final), engines.files.get(record.certificate)
    page = asked(client, final)
    assert "on behalf of Armin Kienle, by power of attorney" in page
    assert "Proves its time by itself until" not in page, "a placeholder proves nothing"
    page = asked(client, certificate)
    assert "Electronic seal of the institution" in page and "before the first signature" not in page
    assert hashlib.sha256(certificate).hexdigest() in page and "Fingerprint of the signed document" in page
    client.post("/language/zh", data={"next": "/verify"})
    page = asked(client, final)
    assert "谢华清" in page and "签名有效" in page and "生效中" in page


def test_an_earlier_state_is_not_the_final_one(ref: str, client: FlaskClient, engines: Engines) -> None:
    package = get(ref).package
    assert package is not None
    assert package.frozen is not None
    for key in (package.slots[0].revision, package.sealed):
        assert key is not None
        assert "Genuine" not in asked(client, engines.files.get(key))


@pytest.mark.parametrize("content", [b"hello", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_signed_pdf_is_said_so(content: bytes, client: FlaskClient, ref: str) -> None:
    page = asked(client, content)
    assert "cannot be examined" in page or "Nobody has signed" in page


def test_no_file_is_an_error_at_the_field(client: FlaskClient, cast: casting.Cast) -> None:
    answer = client.post("/verify", data={})
    assert answer.status_code == 422
    assert "Please choose the PDF you want to verify." in answer.text


def test_the_code_leads_to_the_record_however_it_is_typed(ref: str, client: FlaskClient) -> None:
    code = get(ref).verification_code
    typed = f" {code[:4]}-{code[4:8]} {code[8:]}".lower()
    answer = client.post("/verify/code", data={"code": typed})
    assert answer.headers["Location"].endswith(f"/verify/{code}")
    page = client.get(f"/verify/{code}").text
    assert "Genuine and complete." in page and 'type="file"' in page, "the file can be compared on the spot"
    assert client.get("/verify/ABCDEFGHJKMN").status_code == 404


def test_a_code_of_an_unfinished_agreement_tells_nothing_but_that(
    cast: casting.Cast, engines: Engines, client: FlaskClient
) -> None:
    agreement = makers.an_agreement(cast, engines, at="drafting")
    code, ref = agreement.verification_code, agreement.ref
    page = client.get(f"/verify/{code}").text
    assert "not signed by everybody" in page
    assert ref not in page
    assert "University of Ruse" not in page


def test_the_command_says_it_with_its_exit_status(app: Flask, final: bytes, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    file = tmp_path / "final.pdf"
    file.write_bytes(final)
    good = run(args=["mou", "verify", str(file), "--json"])
    assert good.exit_code == 0, good.output
    report = json.loads(good.output)
    assert (report["outcome"], report["archived"]) == ("valid", True)
    assert {s["kind"] for s in report["signatures"]} == {"certification", "signatory", "witness", "seal", "timestamp"}
    file.write_bytes(final[:5000] + b"x" + final[5001:])
    assert run(args=["mou", "verify", str(file)]).exit_code == 1
    file.write_bytes(b"no pdf")
    assert run(args=["mou", "verify", str(file)]).exit_code == 2
    assert run(args=["mou", "verify", str(tmp_path / "none.pdf")]).exit_code == 2


def test_the_checks_of_the_terminal(app: Flask, ref: str) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["mou", "archive", "check"]).exit_code == 0
    assert run(args=["mou", "audit", "check"]).exit_code == 0


def test_root_and_revocation_list_are_public(ref: str, client: FlaskClient) -> None:
    assert client.get("/verify/root.pem").data.startswith(b"-----BEGIN CERTIFICATE-----")
    assert client.get("/revocations.crl").mimetype == "application/pkix-crl"
