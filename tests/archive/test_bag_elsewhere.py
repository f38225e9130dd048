"""Bags with signatures and time-stamps of others: a real service over HTTP, a renewed copy, RSA, revoked certificates."""

from __future__ import annotations

import importlib.util
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mou_service.agreements.queries import get
from mou_service.archive.bag import description
from mou_service.archive.bag.contents import SCRIPT
from mou_service.archive.bag.evidence import Trusted, documents_of
from mou_service.archive.bag.packing import pack
from mou_service.archive.models import Renewal
from mou_service.archive.words import pem
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.settings import Settings
from mou_service.trust import sign
from mou_service.trust.timestamps import HttpTimestamps
from tests import cast as casting
from tests import makers
from tests.trust import makers as trust_makers
from tests.tsa import TimestampService


@pytest.fixture
def settings(settings: Settings, service: TimestampService, tmp_path: Path) -> Settings:
    roots = tmp_path / "roots.pem"
    roots.write_text("".join(pem(service.certificate(of=name)) for name in ("known", "silent")))
    return settings.model_copy(update={"tsa_url": service.url(), "tsa_roots": str(roots)})


def test_a_bag_with_the_times_of_a_service_and_a_renewed_copy(app: Flask, engines: Engines, tmp_path: Path) -> None:
    ref = makers.an_agreement(casting.people(), engines, at="archived").ref
    record = get(ref).record
    assert record is not None
    authority = institution.authority()
    stamped = sign.timestamp(
        engines.files.get(record.final), source=engines.timestamps(authority),
        evidence=authority.validation_data(now()), at=now(),
    )  # fmt: skip
    renewed = engines.files.put(stamped.pdf)
    db.session.add(
        Renewal(record=record, file=renewed, previous=record.final, size=1, revisions=9, label="x", valid_until=now())
    )
    db.session.commit()
    with pack(get(ref), audience="partner") as file, zipfile.ZipFile(file) as bag:
        bag.extractall(tmp_path)
        names = [name.split("/", 1)[1] for name in bag.namelist()]
    assert len([name for name in names if name.startswith("data/certificates/time-roots/")]) == 1
    assert [name for name in names if name.endswith(".ocsp")]
    assert len([name for name in names if name.startswith("data/signatures/renewed")]) == 0
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(tmp_path / ref)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout
    assert "documents/renewed-1.pdf: documents/final.pdf, unchanged" in done.stdout
    assert "by Known Time Stamping Unit" in done.stdout
    assert "(for time-stamps)" in done.stdout


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_of_a_bag", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class RsaHouse:
    """An authority with RSA keys and one person."""

    def __init__(self) -> None:
        self.key, person = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
        self.begins = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
        self.root = self._certificate("RSA Root", self.key, authority=True)
        self.person = self._certificate("Rosa Signer", person, authority=False)
        self.signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self.person),
            signing_key=asn1_keys.PrivateKeyInfo.load(
                person.private_bytes(
                    serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            ),
            cert_registry=SimpleCertificateStore.from_certs([asn1_x509.Certificate.load(self.root)]),
        )

    def _certificate(self, name: str, key: rsa.RSAPrivateKey, *, authority: bool) -> bytes:
        issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "RSA Root")])
        made = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begins)
            .not_valid_after(self.begins + timedelta(days=400))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.DER)

    def revoked(self) -> bytes:
        entry = x509.RevokedCertificateBuilder().serial_number(
            x509.load_der_x509_certificate(self.person).serial_number
        )
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(x509.load_der_x509_certificate(self.root).subject)
            .last_update(self.begins)
            .next_update(self.begins + timedelta(days=30))
            .add_revoked_certificate(entry.revocation_date(self.begins + timedelta(hours=1)).build())
            .sign(self.key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.DER)


@pytest.fixture(scope="module")
def house() -> RsaHouse:
    return RsaHouse()


def signed(house: RsaHouse, service: TimestampService) -> bytes:
    """By another program: RSA, with a time-stamp over the signature itself."""
    writer = IncrementalPdfFileWriter(io.BytesIO(trust_makers.a_frozen_document()))
    about = signers.PdfSignatureMetadata(
        field_name="Signatory1", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha512"
    )
    times = HttpTimestamps(service.url(), roots=[service.certificate()])
    out = signers.PdfSigner(about, house.signer, timestamper=times).sign_pdf(writer, existing_fields_only=True)
    return bytes(out.getvalue())


def examined(script: ModuleType, folder: Path, pdf: bytes, trusted: Trusted, capsys: pytest.CaptureFixture[str]) -> str:
    found = documents_of([("documents/final.pdf", pdf)], trusted)
    files = {
        **found.files,
        "documents/final.pdf": pdf,
        "signatures/index.json": description.index_json(found.index, []),
    }
    for name, content in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "bagit.txt").write_bytes(b"")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    script.Examination(script.Bag(folder), script.Report(), work).document("data/documents/final.pdf")
    return capsys.readouterr().out


def test_rsa_and_a_time_stamp_in_the_signature(
    script: ModuleType, house: RsaHouse, service: TimestampService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pdf = signed(house, service)
    trusted = Trusted((house.root,), (service.certificate(),))
    said = examined(script, tmp_path, pdf, trusted, capsys)
    assert "ok    1  signed: Rosa Signer" in said, said
    assert "not later than" in said
    assert "BAD" in examined(script, tmp_path / "x", pdf, Trusted((house.root,)), capsys)
    token = next((tmp_path / "data/timestamps").rglob("*.tst"))
    token.write_bytes(token.read_bytes()[:-1] + b"x")
    script.Examination(script.Bag(tmp_path), script.Report(), tmp_path / "work").document("data/documents/final.pdf")
    assert "is not the time-stamp in the signature" in capsys.readouterr().out


def test_where_openssl_does_not_work_nothing_is_said_against_the_bag(
    script: ModuleType, app: Flask, engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = makers.an_agreement(casting.people(), engines, at="archived").ref
    with pack(get(ref), audience="partner") as file, zipfile.ZipFile(file) as bag:
        bag.extractall(tmp_path)
    broken = tmp_path / "openssl"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(tmp_path / ref)],
        capture_output=True, encoding="utf-8", check=False, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 2, done.stdout
    assert "NOT EXAMINED: openssl cannot be run" in done.stdout and "BAD" not in done.stdout
    monkeypatch.setattr(script, "SECONDS", 0)
    with pytest.raises(script.HinderedError, match="no answer within"):
        script.openssl("version")


def test_a_certificate_that_was_taken_back_before_is_told(
    script: ModuleType, house: RsaHouse, service: TimestampService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data/revocation").mkdir(parents=True)
    (tmp_path / "data/revocation/list.crl").write_bytes(house.revoked())
    said = examined(script, tmp_path, signed(house, service), Trusted((house.root,), (service.certificate(),)), capsys)
    assert "its certificate was revoked on" in said
    assert json.loads((tmp_path / "data/signatures/index.json").read_text())["signatures"][0]["timestamp"]
