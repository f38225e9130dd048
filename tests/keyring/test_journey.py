"""An agreement on its way while keys change: it is finished, verifies, and carries what validates it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from flask import Flask

from mou_service.agreements.queries import get
from mou_service.archive import verification
from mou_service.archive.bag.contents import SCRIPT
from mou_service.archive.bag.packing import pack
from mou_service.archive.roots import accepted_today
from mou_service.core import jobs
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.keyring import operations
from mou_service.partners import institution
from mou_service.trust import imported, sign
from tests import makers
from tests.cast import Cast
from tests.signers import Authorities
from tests.trust import makers as frozen
from tests.trust.test_imported import PASSPHRASE, a_file


def bring_a_seal(elsewhere: Authorities) -> None:
    operations.import_seal(
        institution.authority(), a_file(elsewhere), passphrase=PASSPHRASE.decode(), roots=[elsewhere.pem()],
        actor=SERVICE, reason="licensed",
    )  # fmt: skip
    db.session.commit()


def outcome(key: str, engines: Engines) -> str:
    answer = verification.of_upload(engines.files.get(key), roots=accepted_today(engines), files=engines.files)
    assert answer.archived
    return answer.verdict.outcome


def test_keys_that_change_while_people_sign(app: Flask, everybody: Cast, engines: Engines, tmp_path: Path) -> None:
    ref = makers.an_agreement(everybody, engines, at="signing").ref
    for name in ("root", "issuer"):
        operations.rotate(institution.authority(), name, actor=SERVICE, reason="in the middle")
        db.session.commit()
    makers.sign_all(ref, everybody)
    record = get(ref).record
    assert record is not None
    assert {outcome(key, engines) for key in (record.final, record.certificate)} == {"valid"}
    with pack(get(ref), audience="partner") as file, zipfile.ZipFile(file) as bag:
        bag.extractall(tmp_path)
    for root in institution.authority().roots:
        command = [sys.executable, "-I", SCRIPT, tmp_path / ref, "--root", hashlib.sha256(root).hexdigest()]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout
    # Another process that has never seen the old keys verifies it too.
    another = Engines(engines.settings, engines.files, None)
    assert outcome(record.final, another) == "valid"


def test_a_seal_that_was_brought_along(app: Flask, everybody: Cast, engines: Engines, elsewhere: Authorities) -> None:
    bring_a_seal(elsewhere)
    agreement = makers.an_agreement(everybody, engines, at="archived")
    record = agreement.record
    assert record is not None
    assert {outcome(key, engines) for key in (record.final, record.certificate)} == {"valid"}
    verdict = verification.of_upload(
        engines.files.get(record.final), roots=accepted_today(engines), files=engines.files
    ).verdict
    sealed = next(each for each in verdict.signatures if each.field == "Seal")
    assert (sealed.name, sealed.issuer) == ("Galina Ivanova Ivanova", "Trusted Qualified Certificates")


def test_a_stolen_key_signs_nothing_that_counts(app: Flask, everybody: Cast, engines: Engines) -> None:
    stolen = institution.authority()
    record = makers.an_agreement(everybody, engines, at="archived").record
    assert record is not None
    forged = sign.certify(frozen.a_frozen_document(fields=()), credential=stolen.platform).pdf
    assert engines.revocation_lists() == ()
    assert verification.of_upload(forged, roots=accepted_today(engines), files=engines.files).verdict.outcome == "valid"
    operations.rotate(stolen, "issuer", actor=SERVICE, reason="stolen", revoke="key_compromise")
    db.session.commit()
    lists = engines.revocation_lists()
    answer = verification.of_upload(forged, roots=accepted_today(engines), files=engines.files, revocation_lists=lists)
    assert [finding.code for finding in answer.verdict.errors] == ["certificate_revoked"]
    # What lies in the archive was there before.
    final = engines.files.get(record.final)
    assert (
        verification.of_upload(
            final, roots=accepted_today(engines), files=engines.files, revocation_lists=lists
        ).verdict.outcome
        == "valid"
    )


def test_its_authority_is_away(app: Flask, everybody: Cast, engines: Engines, elsewhere: Authorities) -> None:
    bring_a_seal(elsewhere)
    elsewhere.away = True
    ref = makers.an_agreement(everybody, engines, at="signing").ref
    while slots := makers.waiting(ref):
        makers.sign(slots[0], everybody)
        db.session.commit()
    jobs.run_due()
    package = get(ref).package
    assert package is not None
    assert package.sealed is not None
    assert not package.timestamp_label
    assert "Trusted" in package.problem or "Galina" in package.problem
    elsewhere.away = False
    for waiting in jobs.unfinished():
        jobs.again(waiting)
    db.session.commit()
    makers.work()
    record = get(ref).record
    assert record is not None
    assert outcome(record.final, engines) == "valid"
    entry = institution.authority().ring.current["seal"]
    assert imported.validation_data(entry, at=now()).ocsp_responses
