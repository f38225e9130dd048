"""The parts of a signature that the signature itself does not cover.

A changed byte there changes no meaning, and every later signature of the file covers it; only the last one of a file
lies open. It is held to what honest software writes, so that no byte of a file may be changed unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from asn1crypto import cms, x509
from cryptography import x509 as known
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm


def is_as_made(content: bytes, *, certificates: Sequence[x509.Certificate], ours: bool) -> bool:
    """Whether the envelope of this signature (DER) is one that nobody touched, as far as anybody can tell.

    `certificates` are those that are known from elsewhere. Of our own signatures we know that they are written in the
    one way that DER allows; others may be written otherwise, and may carry certificates that nobody can check.
    """
    content = content[: _length(content)]
    envelope = cms.ContentInfo.load(content)
    signed = envelope["content"]
    signers = list(signed["signer_infos"])
    if not _is_plain(signed, signers):
        return False
    carried = [each.chosen for each in signed["certificates"] or () if each.name == "certificate"]
    if not all(_is_sound(each, [*carried, *certificates], ours=ours) for each in carried):
        return False
    return not ours or _is_der(content)


def _is_plain(signed: cms.SignedData, signers: Sequence[cms.SignerInfo]) -> bool:
    """Version and algorithms as RFC 5652 (5.1, 5.3) has them; they only repeat what is said elsewhere."""
    is_data = signed["encap_content_info"]["content_type"].native == "data"
    named = {each["sid"].name for each in signers}
    version = "v1" if is_data and named == {"issuer_and_serial_number"} else "v3"
    digests = {each["digest_algorithm"]["algorithm"].native for each in signers}
    announced = [each["algorithm"].native for each in signed["digest_algorithms"]]
    empty = all(each["parameters"].dump() in (b"", b"\x05\x00") for each in signed["digest_algorithms"])
    own = all((each["version"].native == "v1") == (each["sid"].name == "issuer_and_serial_number") for each in signers)
    return own and empty and signed["version"].native in (version, "v3") and digests <= set(announced)


def _is_sound(certificate: x509.Certificate, others: Iterable[x509.Certificate], *, ours: bool) -> bool:
    """Known byte for byte, or signed by who is named as issuer; whose issuer is not here cannot be judged."""
    others, der = list(others), certificate.dump()
    issuers = [each for each in others if each.subject == certificate.issuer]
    if not issuers:
        return not ours
    try:
        return any(_issued(der, each.dump()) for each in issuers)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _issued(certificate: bytes, issuer: bytes) -> bool:
    try:
        known.load_der_x509_certificate(certificate).verify_directly_issued_by(known.load_der_x509_certificate(issuer))
    except InvalidSignature:
        return False
    return True


def _is_der(content: bytes) -> bool:
    """Whether every length is written in the one way that DER allows."""
    waiting = [(0, len(content))]
    while waiting:
        at, end = waiting.pop()
        while at < end:
            if at + 2 > end or content[at] & 0x1F == 0x1F or content[at + 1] == 0x80:
                return False
            size = content[at + 1] & 0x7F if content[at + 1] & 0x80 else 0
            length = int.from_bytes(content[at + 2 : at + 2 + size]) if size else content[at + 1]
            inside = at + 2 + size
            if inside + length > end or (size and (length < 0x80 or content[at + 2] == 0)):
                return False
            if content[at] & 0x20:
                waiting.append((inside, inside + length))
            at = inside + length
    return True


def _length(content: bytes) -> int:
    """How much of the content is the signature; the rest is the padding of its place in the file."""
    if len(content) < 2 or content[1] == 0x80:
        return len(content)
    first = content[1]
    if first < 0x80:
        return 2 + first
    size = first & 0x7F
    return 2 + size + int.from_bytes(content[2 : 2 + size])
