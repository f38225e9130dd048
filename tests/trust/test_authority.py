"""The authority: what its certificates say, and that others accept them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from mou_service.trust import certificates, names
from mou_service.trust.authority import Authority, open_authority
from tests.trust import makers

NAMES = [
    "谢华清",
    "𬱖𬭎",
    "د. أحمد Ahmed",
    "Rabbi שלום",
    "Nguyễn Văn A",
    "Ärztin 👩‍⚕️",
    'O\'Neil, "Pat" = <x>',
    "王\n小明",
]


def test_every_certificate_leads_to_the_root(authority: Authority) -> None:
    root, issuer = (x509.load_der_x509_certificate(each.dump()) for each in (authority.root, authority.issuer))
    root.verify_directly_issued_by(root)
    issuer.verify_directly_issued_by(root)
    person = authority.issue_person("Ann", "Somewhere", at=makers.START)
    for credential in (authority.platform, authority.seal, person):
        x509.load_der_x509_certificate(credential.der).verify_directly_issued_by(issuer)
        assert credential.chain[-1].dump() == authority.roots[0]


def test_a_person_certificate_says_who_and_what_it_is_not(authority: Authority) -> None:
    person = authority.issue_person("谢华清 Xie", "上海第二工业大学", "校长", "x@example.org", at=makers.START)
    certificate = x509.load_der_x509_certificate(person.der)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "谢华清 Xie"
    assert certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "上海第二工业大学"
    assert certificate.subject.get_attributes_for_oid(NameOID.TITLE)[0].value == "校长"
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert {each.dotted_string for each in purposes} == {"1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"}
    policy = next(iter(certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value))
    assert policy.policy_identifier.dotted_string == certificates.PERSON
    notice = policy.policy_qualifiers[0].explicit_text
    assert "Not a qualified certificate" in notice
    assert len(notice) <= 200


def test_notices_fit_what_the_standard_allows() -> None:
    profiles = [value for name, value in vars(certificates).items() if name.endswith("_PROFILE")]
    assert len(profiles) == 7
    assert all(len(profile.notice) <= 200 for profile in profiles)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_shown_as_it_is(name: str, authority: Authority) -> None:
    person = authority.issue_person(name, "Somewhere", at=makers.START)
    assert person.name == " ".join(name.split())
    assert person.certificate.subject.hashable
    assert person.certificate.subject == names.load_certificate(person.der).subject


def test_a_long_name_is_shortened_where_one_sees_it(authority: Authority) -> None:
    person = authority.issue_person("Professor " * 20, "O" * 300, "T" * 65, at=makers.START)
    subject = names.read(person.certificate.subject)
    assert {len(subject.name), len(subject.organisation), len(subject.title)} == {64}
    assert subject.name.endswith("…")


def test_a_nameless_person_gets_no_certificate(authority: Authority) -> None:
    with pytest.raises(ValueError, match="name"):
        authority.issue_person(" \n ", "Somewhere")


def test_a_person_never_outlives_the_issuer(authority: Authority) -> None:
    person = authority.issue_person("Ann", "Somewhere", valid=timedelta(days=40000), at=makers.START)
    assert person.expires == authority.issuer.not_valid_after


def test_each_act_has_a_key_of_its_own(authority: Authority) -> None:
    first, second = (authority.issue_person("Ann", "Somewhere", at=makers.START) for _ in range(2))
    assert first.serial != second.serial
    assert first.certificate.public_key.dump() != second.certificate.public_key.dump()


def test_the_placeholder_is_named_as_one(authority: Authority) -> None:
    data = authority.timestamps.validation_data(makers.START)
    label = [names.read(names.load_certificate(der).subject).name for der in data.certificates]
    assert "Local placeholder time-stamp, no evidential value" in label


def test_the_revocation_list(tmp_path: Path) -> None:
    authority = open_authority(tmp_path, b"secret", institution="Own", country="CN", at=makers.START)
    person = authority.issue_person("Ann", "Somewhere", at=makers.START)
    serial = int(person.serial.replace(":", ""), 16)
    empty = x509.load_der_x509_crl(authority.revocation_list(makers.START))
    assert empty.get_revoked_certificate_by_serial_number(serial) is None
    authority.revoke(person.serial, reason="signed by mistake", at=makers.START + timedelta(hours=1))
    authority.revoke(person.serial, reason="again", at=makers.START + timedelta(hours=2))
    later = x509.load_der_x509_crl(authority.revocation_list(makers.START + timedelta(hours=3)))
    found = later.get_revoked_certificate_by_serial_number(serial)
    assert found is not None and found.revocation_date_utc == makers.START + timedelta(hours=1)
    assert later.is_signature_valid(x509.load_der_x509_certificate(authority.issuer.dump()).public_key())
    numbers = [
        each.extensions.get_extension_for_oid(ExtensionOID.CRL_NUMBER).value.crl_number for each in (empty, later)
    ]
    assert numbers[0] < numbers[1]


def test_validation_data_of_one_second_are_the_same_bytes(authority: Authority) -> None:
    at = makers.START + timedelta(seconds=5, microseconds=7)
    assert authority.validation_data(at) == authority.validation_data(at.replace(microsecond=900))


def test_an_authority_with_a_long_name_in_chinese(tmp_path: Path) -> None:
    authority = open_authority(tmp_path, b"s", institution="上海第二工业大学" * 12, country="CN", at=makers.START)
    assert authority.seal.name.endswith("Electronic Seal")
    assert len(authority.seal.name) == 64


def test_a_certificate_says_where_to_find_what_belongs_to_it(tmp_path: Path) -> None:
    url = "https://mou.example.org"
    authority = open_authority(tmp_path, b"s", institution="Own", country="CN", public_url=url, at=makers.START)
    person = authority.issue_person("Ann", "X", at=makers.START)
    for certificate in (person.der, authority.seal.der, authority.platform.der):
        points = _extension(certificate, x509.CRLDistributionPoints)
        assert points[0].full_name[0].value == f"{url}/revocations.crl"
    for certificate, above in ((person.der, "issuer"), (authority.issuer.dump(), "root")):
        access = _extension(certificate, x509.AuthorityInformationAccess)
        assert access[0].access_location.value == f"{url}/certificates/{above}-1.cer"
        assert _extension(certificate, x509.CertificatePolicies)[0].policy_qualifiers[0] == f"{url}/policy"


def _extension(certificate: bytes, kind: type[x509.ExtensionType]) -> Any:
    return x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(kind).value


def test_no_certificate_claims_to_be_qualified(authority: Authority) -> None:
    qualified = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
    for der in (*(each.certificate for each in authority.ring.entries()), authority.issue_person("A", "B").der):
        assert qualified not in {each.oid for each in x509.load_der_x509_certificate(der).extensions}
