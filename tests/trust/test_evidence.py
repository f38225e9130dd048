"""Evidence: revisions, signatures, tokens and validation data, each complete in itself."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms

from mou_service.core.errors import EngineFailed
from mou_service.trust import evidence
from mou_service.trust.authority import Authority
from mou_service.trust.verify import verify
from tests.trust import makers


def test_revisions_are_the_states_of_the_file(validated: bytes, authority: Authority) -> None:
    states = evidence.revisions(validated)
    assert [state.number for state in states] == list(range(1, len(states) + 1))
    assert states[-1].length == len(validated)
    signed = [state for state in states if state.signed]
    assert [state.signed[0] for state in signed[:-1]] == ["Certification", *makers.FIELDS]
    for state in signed:
        content = validated[: state.length]
        assert hashlib.sha256(content).hexdigest() == state.sha256
        verdict = verify(content, roots=authority.roots, at=makers.LATER)
        assert all(signature.valid for signature in verdict.signatures)
        assert verdict.signatures[-1].covers_whole_file


def test_signatures_fit_what_they_sign(validated: bytes, authority: Authority) -> None:
    parts = evidence.signatures(validated)
    assert [part.is_timestamp for part in parts] == [False] * 6 + [True]
    for part in parts[:-1]:
        signer = cms.ContentInfo.load(part.cms)["content"]["signer_infos"][0]
        attributes = {each["type"].native: each["values"][0].native for each in signer["signed_attrs"]}
        assert attributes["message_digest"] == hashlib.sha256(part.covered(validated)).digest()
        assert part.timestamp_token is not None
        assert part.other_certificates == (authority.issuer.dump(),)
    assert parts[-1].timestamp_token is None


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_agrees(validated: bytes, authority: Authority, tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    subprocess.run(["openssl", "x509", "-inform", "DER", "-out", root], input=authority.roots[0], check=True)
    at = str(int(makers.LATER.timestamp()))
    for part in evidence.signatures(validated):
        signature, content = tmp_path / "signature.der", tmp_path / "content"
        signature.write_bytes(part.cms)
        content.write_bytes(part.covered(validated))
        trust = ["-CAfile", root, "-attime", at]
        if part.is_timestamp:
            command = ["openssl", "ts", "-verify", "-token_in", "-in", signature, "-data", content, *trust]
        else:
            command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", content]
            command += [*trust, "-purpose", "any", "-out", tmp_path / "out"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        assert answer.returncode == 0, (part.field, answer.stderr)


def test_validation_data_are_what_the_authority_gave(final: bytes, authority: Authority) -> None:
    carried = evidence.validation_data(final)
    assert authority.roots[0] in carried.certificates
    assert len(carried.revocation_lists) == 2


def test_a_file_without_signatures_has_revisions_and_nothing_else() -> None:
    frozen = makers.a_frozen_document()
    assert evidence.revisions(frozen)[-1].sha256 == hashlib.sha256(frozen).hexdigest()
    assert evidence.signatures(frozen) == ()


def test_what_is_no_pdf() -> None:
    with pytest.raises(EngineFailed, match="not a readable PDF"):
        evidence.signatures(b"no")
