"""A new key in the place of an old one: what was signed stays valid, nobody signs with the old one, a kill leaves one or the other."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from mou_service.archive.words import pem
from mou_service.core.errors import Missing, Refused
from mou_service.trust import evidence, names, sign
from mou_service.trust.authority import KEY_FILE, Authority, open_authority
from mou_service.trust.issuing import BELOW, NAMES
from mou_service.trust.verify import verify
from tests.trust import makers

MONTH = timedelta(days=30)
KILLED = """
import os, sys
from pathlib import Path
from mou_service.trust import keyfile
from mou_service.trust.authority import open_authority

left = int(sys.argv[2])
def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return real(*args, **kwargs)
    return call
authority = open_authority(Path(sys.argv[1]), b"secret", institution="Own", country="CN")
os.fsync, os.fdopen = dying(os.fsync), dying(os.fdopen)
Path.replace, keyfile._lock = dying(Path.replace), dying(keyfile._lock)
authority.rotate("root", reason="test")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def opened(folder: Path) -> Authority:
    return open_authority(
        folder, b"secret", institution="Own", country="CN", public_url="https://mou.example.org", at=makers.START
    )


def test_each_name_brings_a_new_one_for_what_it_issued(folder: Path) -> None:
    for name in NAMES:
        before = opened(folder)
        before.rotate(name, reason="a new one", at=makers.LATER)
        after = opened(folder)
        changed = {
            each for each in NAMES if before.ring.current[each].certificate != after.ring.current[each].certificate
        }
        assert changed == set(BELOW[name])
        assert not before.is_current
        assert after.is_current


def test_a_retired_credential_loses_its_key_and_an_issuer_keeps_it_for_its_list(folder: Path) -> None:
    opened(folder).rotate("root", reason="a new one", at=makers.LATER)
    kept = {each.name: each.key is not None for each in opened(folder).ring.retired}
    assert kept == {"root": True, "issuer": True, "platform": False, "seal": False, "timestamps": False}
    stored = (folder / KEY_FILE).read_text()
    assert stored.count('"key"') == 7
    # Once its certificate has ended there is no list to sign any more.
    opened(folder).rotate("seal", reason="a new one", at=makers.START + timedelta(days=366 * 25))
    assert {each.name for each in opened(folder).ring.retired if each.key is not None} == set()


def test_what_was_signed_before_stays_valid_and_in_flight_files_are_finished(folder: Path) -> None:
    """Certified and signed by one under the first generation, by the others and the seal under the second and third."""
    first = opened(folder)
    finished = makers.final_file(first)
    pdf = makers.sign_field(makers.certified(first), first, "Signatory1", minutes=1)
    first.rotate("issuer", reason="a new one", at=makers.START + timedelta(minutes=1, seconds=30))
    second = opened(folder)
    pdf = makers.sign_field(pdf, second, "Signatory2", minutes=2)
    second.rotate("root", reason="a new one", at=makers.START + timedelta(minutes=2, seconds=30))
    third = opened(folder)
    for minutes, field in enumerate(("Witness1", "Witness2", "Seal"), start=3):
        pdf = makers.sign_field(pdf, third, field, minutes=minutes)
    at = makers.START + timedelta(minutes=10)
    signers = [each.certificate for each in evidence.signatures(pdf)]
    pdf = sign.timestamp(pdf, source=third.timestamps, evidence=third.evidence(signers, at), at=at).pdf
    for file in (finished, pdf):
        verdict = verify(file, roots=third.roots)
        assert verdict.outcome == "valid", verdict.findings
    carried = evidence.validation_data(pdf)
    issuers = {names.load_revocation_list(der).issuer.native["common_name"] for der in carried.revocation_lists}
    assert issuers == {"Own MoU Root", "Own MoU Signing", "Own MoU Signing G2", "Own MoU Root G2", "Own MoU Signing G3"}
    assert verify(pdf, roots=third.roots[:1]).outcome != "valid"


def test_a_file_of_one_generation_carries_that_one_only(folder: Path) -> None:
    opened(folder).rotate("issuer", reason="a new one", at=makers.START)
    authority = opened(folder)
    signers = [authority.seal.der, authority.platform.der]
    assert authority.evidence(signers, makers.LATER) == authority.validation_data(makers.LATER)


def test_who_trusts_the_first_root_alone_is_led_to_every_later_one(folder: Path, tmp_path: Path) -> None:
    first = opened(folder)
    for _again in range(2):
        opened(folder).rotate("root", reason="a new one", at=makers.START)
    newest = opened(folder)
    assert [bool(each.crossed) for each in newest.ring.all("root")] == [True, True, False]
    file = makers.final_file(newest)
    assert verify(file, roots=newest.roots).outcome == "valid"
    for root in newest.roots:
        verdict = verify(file, roots=[root])
        assert (verdict.outcome, verdict.level) == ("valid", "B-LTA"), verdict.findings
    assert verify(makers.final_file(first), roots=newest.roots[:1]).outcome != "valid", "and never the other way round"
    # openssl, with one root and what the file carries.
    carried = [der for der in evidence.validation_data(file).certificates if der not in newest.roots]
    paths = {"seal": [newest.seal.der], "others": carried, "root": first.roots}
    for name, ders in paths.items():
        (tmp_path / f"{name}.pem").write_text("".join(map(pem, ders)))
    command = [
        "openssl",
        "verify",
        "-x509_strict",
        "-no_check_time",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "others.pem",
        "seal.pem",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "seal.pem: OK\n", done.stderr


def test_every_generation_keeps_its_list_at_its_address(folder: Path) -> None:
    first = opened(folder)
    person = first.issue_person("Ann", "Somewhere", at=makers.START)
    first.rotate("issuer", reason="a new one", at=makers.LATER)
    authority = opened(folder)
    authority.revoke(person.serial, reason="lost", code="key_compromise", at=makers.LATER)
    for number in (1, 2):
        listed = x509.load_der_x509_crl(authority.revocation_list(makers.LATER + MONTH, number=number))
        issuer = x509.load_der_x509_certificate(authority.certificate("issuer", number))
        assert listed.is_signature_valid(issuer.public_key())
        assert listed.get_revoked_certificate_by_serial_number(person.certificate.serial_number) is not None
    later = x509.load_der_x509_certificate(authority.issue_person("Bob", "Somewhere", at=makers.LATER).der)
    point = later.extensions.get_extension_for_class(x509.CRLDistributionPoints).value[0]
    assert point.full_name[0].value == "https://mou.example.org/revocations/issuer-2.crl"
    with pytest.raises(Missing):
        authority.revocation_list(number=3)


def test_a_key_that_was_lost_is_taken_back_in_the_same_moment(folder: Path) -> None:
    before = opened(folder)
    old = before.issuer
    before.rotate("issuer", reason="stolen", revoke="key_compromise", at=makers.LATER)
    listed = x509.load_der_x509_crl(opened(folder).revocation_list(makers.LATER + MONTH, name="root"))
    found = listed.get_revoked_certificate_by_serial_number(old.serial_number)
    assert found is not None
    assert found.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.key_compromise
    of_issuer = x509.load_der_x509_crl(opened(folder).revocation_list(makers.LATER + MONTH))
    assert of_issuer.get_revoked_certificate_by_serial_number(old.serial_number) is None


def test_a_root_cannot_be_taken_back(folder: Path) -> None:
    authority = opened(folder)
    with pytest.raises(Refused):
        authority.rotate("root", reason="stolen", revoke="key_compromise")
    with pytest.raises(Refused):
        authority.revoke(names.serial_text(authority.root), reason="stolen")
    assert authority.is_current


@pytest.mark.parametrize("survives", range(6))
def test_killed_at_any_point_the_old_or_the_new_is_there(survives: int, folder: Path) -> None:
    before = opened(folder)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(survives)], env=environment, check=False)
    after = opened(folder)
    assert (len(after.ring.retired), after.roots[-1]) in ((0, before.roots[0]), (5, before.roots[0]))
    assert done.returncode == (0 if survives > 4 else 9)
    assert makers.sign_field(makers.certified(after), after, "Signatory1")
    # What the dead left behind is cleared away by whoever comes next.
    after.rotate("seal", reason="again")
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_two_that_rotate_at_once_follow_one_another(folder: Path) -> None:
    opened(folder)
    command = [sys.executable, "-c", KILLED, str(folder), "1000"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    started = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    assert [each.number for each in opened(folder).ring.all("root")] == [3, 2, 1]
