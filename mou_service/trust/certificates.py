"""X.509 certificates and revocation lists that common verifiers accept and that say what they prove."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import algos, core, crl, keys, x509
from cryptography.hazmat.primitives.asymmetric import rsa

from mou_service.trust import names
from mou_service.trust.keys import SigningKey, public_der, sign_raw

#: Identifiers of our own certificate policies, below a UUID (ITU-T X.667), which needs no registration.
_OWN = "2.25.179764555786379473811546760661989348456"
PERSON, PLATFORM, SEAL, PLACEHOLDER = (f"{_OWN}.{number}" for number in (1, 2, 3, 4))
_ANY_POLICY = "2.5.29.32.0"

#: RFC 9336. Some verifiers (NSS) do not know it, so e-mail protection stands beside it.
_DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"
_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"


#: CRLReason (RFC 5280, 5.3.1) as far as one of ours is ever taken back for it; without a reason none is written.
REASONS = ("key_compromise", "ca_compromise", "affiliation_changed", "superseded", "cessation_of_operation")


@dataclass(frozen=True)
class Addresses:
    """Where others find what belongs to a certificate: its revocation list, its issuer, and what it vouches for."""

    revocation_list: str = ""
    issuer: str = ""
    policy: str = ""


@dataclass(frozen=True)
class Profile:
    """What a kind of certificate may be used for, and what it says about itself (at most 200 characters)."""

    usage: frozenset[str]
    purposes: tuple[str, ...] = ()
    purposes_critical: bool = False
    policy: str = ""
    notice: str = ""
    path_length: int | None = None
    is_authority: bool = False


_SIGNING = frozenset({"digital_signature", "non_repudiation"})
_AUTHORITY = frozenset({"key_cert_sign", "crl_sign"})

#: However many roots follow, each certified by the one before: for whoever trusts the first, they all stand below it.
ROOT_PROFILE = Profile(_AUTHORITY, is_authority=True)
CROSS_PROFILE = Profile(_AUTHORITY, is_authority=True, policy=_ANY_POLICY)
ISSUER_PROFILE = Profile(_AUTHORITY, is_authority=True, path_length=0, policy=_ANY_POLICY)
PERSON_PROFILE = Profile(
    _SIGNING,
    (_DOCUMENT_SIGNING, _EMAIL_PROTECTION),
    policy=PERSON,
    notice="Made for one act of signing; its key was then destroyed. The service identified the person only as its "
    "record of the signing says. Not a qualified certificate.",
)
PLATFORM_PROFILE = Profile(
    _SIGNING,
    (_DOCUMENT_SIGNING, _EMAIL_PROTECTION),
    policy=PLATFORM,
    notice="Certifies that the service froze this text before the first signature. It expresses no one's consent.",
)
SEAL_PROFILE = Profile(
    _SIGNING,
    (_DOCUMENT_SIGNING, _EMAIL_PROTECTION),
    policy=SEAL,
    notice="Electronic seal applied by the institution's own service. Not a qualified seal and not a seal "
    "registered with an authority.",
)
PLACEHOLDER_PROFILE = Profile(
    frozenset({"digital_signature"}),
    (_TIME_STAMPING,),
    purposes_critical=True,
    policy=PLACEHOLDER,
    notice="Local placeholder: the time is the service's own clock and proves nothing to others.",
)


def issue(
    *,
    subject: x509.Name,
    key: SigningKey,
    profile: Profile,
    issuer: x509.Certificate | None,
    issuer_key: SigningKey,
    valid_from: datetime,
    valid_to: datetime,
    email: str = "",
    addresses: Addresses = Addresses(),
) -> x509.Certificate:
    """A certificate for `key`, signed by `issuer_key`; without `issuer` it is its own root."""
    public = keys.PublicKeyInfo.load(public_der(key))
    issuer_public = issuer.public_key if issuer is not None else public
    extensions = _extensions(profile, public=public, issuer_public=issuer_public, email=email, at=addresses)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(126) | 1 << 126,
            "signature": _ECDSA,
            "issuer": issuer.subject if issuer is not None else subject,
            "validity": {"not_before": _time(valid_from), "not_after": _time(valid_to)},
            "subject": subject,
            "subject_public_key_info": public,
            "extensions": extensions,
        }
    )
    signed = {"tbs_certificate": body, "signature_algorithm": _ECDSA, "signature_value": _sign(issuer_key, body)}
    return names.load_certificate(x509.Certificate(signed).dump())


def revocation_list(
    *,
    issuer: x509.Certificate,
    issuer_key: SigningKey,
    revoked: Iterable[tuple[int, datetime, str]],
    at: datetime,
    lasts: timedelta,
) -> bytes:
    """The list of certificates (serial number, since when, one of `REASONS` or "") that `issuer` takes back, as of `at`."""
    entries = [_revoked(serial, since, reason) for serial, since, reason in revoked]
    body = {
        "version": "v2",
        "signature": _ECDSA,
        "issuer": issuer.subject,
        "this_update": _time(at),
        "next_update": _time(at + lasts),
        "crl_extensions": [
            _extension("authority_key_identifier", _identifier_of_issuer(issuer.public_key)),
            # Never decreases although nothing is remembered between two lists: the moment is the number.
            _extension("crl_number", int(at.timestamp() * 1000)),
        ],
    }
    if entries:
        body["revoked_certificates"] = entries
    prepared = crl.TbsCertList(body)
    signed = {"tbs_cert_list": prepared, "signature_algorithm": _ECDSA, "signature": _sign(issuer_key, prepared)}
    der: bytes = crl.CertificateList(signed).dump()
    return der


def policies(certificate: x509.Certificate) -> frozenset[str]:
    value = certificate.certificate_policies_value
    return frozenset(each["policy_identifier"].dotted for each in value) if value is not None else frozenset()


def is_placeholder(certificate: x509.Certificate) -> bool:
    return PLACEHOLDER in policies(certificate)


_ECDSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


def _sign(key: SigningKey, body: core.Sequence) -> bytes:
    assert not isinstance(key, rsa.RSAPrivateKey), "the authority's own keys are elliptic-curve keys"
    return sign_raw(key, body.dump())


def _time(moment: datetime) -> x509.Time:
    # RFC 5280: UTCTime up to 2049, GeneralizedTime from 2050 on, both without fractions.
    whole = moment.replace(microsecond=0)
    if whole.year < 2050:
        return x509.Time(name="utc_time", value=x509.UTCTime(whole))
    return x509.Time(name="general_time", value=core.GeneralizedTime(whole))


def _revoked(serial: int, since: datetime, reason: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"user_certificate": serial, "revocation_date": _time(since)}
    if reason:
        entry["crl_entry_extensions"] = [_extension("crl_reason", reason)]
    return entry


def _extensions(
    profile: Profile, *, public: keys.PublicKeyInfo, issuer_public: keys.PublicKeyInfo, email: str, at: Addresses
) -> list[dict[str, Any]]:
    found = [
        _extension("basic_constraints", _constraints(profile), critical=True),
        _extension("key_usage", set(profile.usage), critical=True),
        _extension("key_identifier", _key_identifier(public)),
        _extension("authority_key_identifier", _identifier_of_issuer(issuer_public)),
    ]
    if profile.purposes:
        found.append(_extension("extended_key_usage", list(profile.purposes), critical=profile.purposes_critical))
    if profile.policy:
        found.append(_extension("certificate_policies", [_policy(profile, at.policy)]))
    if email and email.isascii():
        found.append(_extension("subject_alt_name", [x509.GeneralName(name="rfc822_name", value=email)]))
    if at.revocation_list:
        found.append(_extension("crl_distribution_points", [_distribution_point(at.revocation_list)]))
    if at.issuer:
        found.append(_extension("authority_information_access", [_issuer_at(at.issuer)]))
    return found


def _extension(name: str, value: object, *, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": name, "critical": critical, "extn_value": value}


def _constraints(profile: Profile) -> dict[str, Any]:
    constraints: dict[str, Any] = {"ca": profile.is_authority}
    if profile.path_length is not None:
        constraints["path_len_constraint"] = profile.path_length
    return constraints


def _key_identifier(public: keys.PublicKeyInfo) -> bytes:
    return hashlib.sha1(bytes(public["public_key"]), usedforsecurity=False).digest()


def _identifier_of_issuer(public: keys.PublicKeyInfo) -> dict[str, bytes]:
    return {"key_identifier": _key_identifier(public)}


def _policy(profile: Profile, url: str) -> dict[str, Any]:
    qualifiers: list[dict[str, Any]] = []
    if url:
        qualifiers.append({"policy_qualifier_id": "certification_practice_statement", "qualifier": url})
    if profile.notice:
        notice = {"explicit_text": x509.DisplayText(name="utf8_string", value=profile.notice)}
        qualifiers.append({"policy_qualifier_id": "user_notice", "qualifier": notice})
    policy: dict[str, Any] = {"policy_identifier": profile.policy}
    return policy | ({"policy_qualifiers": qualifiers} if qualifiers else {})


def _distribution_point(url: str) -> dict[str, Any]:
    address = x509.GeneralName(name="uniform_resource_identifier", value=url)
    return {"distribution_point": x509.DistributionPointName(name="full_name", value=[address])}


def _issuer_at(url: str) -> dict[str, Any]:
    return {
        "access_method": "ca_issuers",
        "access_location": x509.GeneralName(name="uniform_resource_identifier", value=url),
    }
