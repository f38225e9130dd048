"""Statements that a certificate was not revoked: fetched where it names them, and recognised in a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as known
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.ocsp import OCSPRequestBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID

from mou_service.core.errors import EngineFailed
from mou_service.trust import exchange, names
from mou_service.trust.keys import ValidationData

#: A list is carried by every file from then on; the lists of large public authorities are not worth that.
_LARGEST_LIST = 1_000_000
_LARGEST_ANSWER = 100_000


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class RevokedError(EngineFailed):
    """The authority says that the certificate is no longer good."""


class _TakenBackError(Exception):
    """The same, before it is known whose words it will be told in."""


def fetch(
    path: Sequence[x509.Certificate],
    *,
    at: datetime,
    seconds: float,
    engine: str = "timestamps",
    of: str = "the time-stamp service",
) -> ValidationData:
    """A fresh, signed statement for each certificate below the root of `path`, whose root comes first.

    Nothing at all when a certificate names nobody to ask: half of the statements prove as little as none.
    `EngineFailed` when somebody is named and did not give one, and as `RevokedError` when the answer is "revoked";
    `of` says in it whose certificate this is.
    """
    pairs = list(pairwise(path))
    if not pairs or not all(_sources(certificate) for _, certificate in pairs):
        return ValidationData()
    data = ValidationData(certificates=tuple(each.dump() for each in path))
    for issuer, certificate in pairs:
        data += _statement(certificate, issuer, at=at, seconds=seconds, engine=engine, of=of)
    return data


def covered(
    path: Iterable[x509.Certificate], *, lists: Iterable[crl.CertificateList], answers: Iterable[ocsp.OCSPResponse]
) -> bool:
    """Whether for each certificate below the root there is a statement that its issuer really signed."""
    lists, answers = list(lists), list(answers)
    pairs = list(pairwise(path))
    return bool(pairs) and all(
        any(is_list_of(each, issuer) for each in lists)
        or any(_status(each, certificate, issuer) is not None for each in answers)
        for issuer, certificate in pairs
    )


def is_list_of(listed: crl.CertificateList, issuer: x509.Certificate) -> bool:
    """Whether `issuer` made and signed this revocation list; it may come from an enemy."""
    if listed.issuer != issuer.subject:
        return False
    try:
        key: Any = serialization.load_der_public_key(issuer.public_key.dump())
        return known.load_der_x509_crl(listed.dump()).is_signature_valid(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


# --- asking ------------------------------------------------------------------------------------------------------


def _sources(certificate: x509.Certificate) -> list[tuple[str, str]]:
    # A live answer is a hundred times smaller than a list, so it is asked for first.
    found = [("ocsp", url) for url in certificate.ocsp_urls]
    found += [("crl", point.url) for point in certificate.crl_distribution_points if point.url]
    return [(kind, url) for kind, url in found if exchange.is_address(url)]


def _statement(
    certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime, seconds: float, engine: str, of: str
) -> ValidationData:
    name, problems = names.read(certificate.subject).name, []
    for kind, url in _sources(certificate):
        ask = _ask_responder if kind == "ocsp" else _ask_list
        try:
            return ask(url, certificate, issuer, at=at, seconds=seconds)
        except _TakenBackError as problem:
            message = f"The certificate “{name}” of {of} was revoked, says {url}."
            raise RevokedError(engine, message) from problem
        except (OSError, ValueError, TypeError) as problem:
            problems.append(f"{url}: {problem}")
    message = f"Nobody said whether the certificate “{name}” was revoked ({'; '.join(problems)})."
    raise EngineFailed(engine, message)


def _ask_responder(
    url: str, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime, seconds: float
) -> ValidationData:
    # SHA-1 only names the certificate here, and is what every responder understands.
    request = OCSPRequestBuilder().add_certificate(_known(certificate), _known(issuer), hashes.SHA1()).build()  # noqa: S303
    headers = {"Content-Type": "application/ocsp-request"}
    body = request.public_bytes(serialization.Encoding.DER)
    answer = exchange.ask(url, seconds=seconds, largest=_LARGEST_ANSWER, body=body, headers=headers)
    single = _status(ocsp.OCSPResponse.load(answer, strict=True), certificate, issuer)
    if single is None:
        raise ValueError("the answer is not signed by the authority or speaks of something else")
    if single["cert_status"].name == "revoked":
        raise _TakenBackError
    if single["cert_status"].name != "good":
        raise ValueError("the responder does not know the certificate")
    if (ends := single["next_update"].native) is not None and ends < at:
        raise ValueError("the answer is out of date")
    return ValidationData(ocsp_responses=(answer,))


def _ask_list(
    url: str, certificate: x509.Certificate, issuer: x509.Certificate, *, at: datetime, seconds: float
) -> ValidationData:
    der = exchange.ask(url, seconds=seconds, largest=_LARGEST_LIST)
    if not is_list_of(names.load_revocation_list(der), issuer):
        raise ValueError("the list is not signed by the authority")
    listed = known.load_der_x509_crl(der)
    if listed.next_update_utc is not None and listed.next_update_utc < at:
        raise ValueError("the list is out of date")
    if listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        raise _TakenBackError
    return ValidationData(revocation_lists=(der,))


# --- recognising -------------------------------------------------------------------------------------------------


def _status(
    answer: ocsp.OCSPResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> ocsp.SingleResponse | None:
    """What an answer, maybe an enemy's, says of this certificate, if it may speak for its issuer."""
    try:
        if answer["response_status"].native != "successful" or not _may_speak(answer.basic_ocsp_response, issuer):
            return None
        singles = answer.basic_ocsp_response["tbs_response_data"]["responses"]
        return next((single for single in singles if _is_about(single["cert_id"], certificate, issuer)), None)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return None


def _is_about(identity: ocsp.CertId, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    algorithm = identity["hash_algorithm"]["algorithm"].native
    named = hashlib.new(algorithm, issuer.subject.dump()).digest() == identity["issuer_name_hash"].native
    return named and bool(identity["serial_number"].native == certificate.serial_number)


def _may_speak(answer: ocsp.BasicOCSPResponse, issuer: x509.Certificate) -> bool:
    return any(_is_signed_by(answer, each) for each in _speakers(answer, _known(issuer)))


def _speakers(answer: ocsp.BasicOCSPResponse, issuer: known.Certificate) -> Iterator[known.Certificate]:
    """The issuer itself, and whom it entitled to answer (RFC 6960, 4.2.2.2)."""
    yield issuer
    for each in map(_known, answer["certs"] or ()):
        try:
            each.verify_directly_issued_by(issuer)
            usage = each.extensions.get_extension_for_class(known.ExtendedKeyUsage).value
        except (ValueError, TypeError, InvalidSignature, known.ExtensionNotFound):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
            yield each


def _is_signed_by(answer: ocsp.BasicOCSPResponse, speaker: known.Certificate) -> bool:
    key, signature = speaker.public_key(), answer["signature"].native
    signed, digest = answer["tbs_response_data"].dump(), _HASHES[answer["signature_algorithm"].hash_algo]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _known(certificate: x509.Certificate) -> known.Certificate:
    return known.load_der_x509_certificate(certificate.dump())
