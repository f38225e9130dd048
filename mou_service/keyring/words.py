"""Words for keys and certificates: what each is for, why one cannot be used, what was done with them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

#: What a key of ours is called, and what it is for.
NAMES = {
    "root": _l("Root"),
    "issuer": _l("Issuing key"),
    "platform": _l("Platform key"),
    "seal": _l("Electronic seal"),
    "timestamps": _l("Placeholder clock"),
}
PURPOSES = {
    "root": _l("What partners trust; it signs the issuing certificate and nothing else."),
    "issuer": _l("Makes a certificate for each act of signing, and signs the list of those that were taken back."),
    "platform": _l("Certifies a frozen text before the first signature."),
    "seal": _l("Seals finished documents and certificates in the institution's name."),
    "timestamps": _l("Stands in for a time-stamp service; proves nothing to others."),
}
#: Where a certificate comes from that is not ours.
OTHERS = {
    "chain": _l("Issuer of the seal"),
    "TSA_ROOTS": _l("Root of the time-stamp service (TSA_ROOTS)"),
    "SIGNER_ROOTS": _l("Root for signatories' own certificates (SIGNER_ROOTS)"),
    "stamp": _l("Certificate the time-stamp service stamped with last"),
}
REASONS = {
    "key_compromise": _l("The key may be in other hands"),
    "affiliation_changed": _l("The name or title in it is wrong"),
    "superseded": _l("Another one has taken its place"),
    "cessation_of_operation": _l("It is no longer needed"),
}
EVENTS = {
    "keys.rotate": _l("New key"),
    "keys.import": _l("Seal imported"),
    "keys.revoke": _l("Certificate taken back"),
    "keys.expire": _l("Warned that a certificate ends"),
    "keys.re_encrypt": _l("Key file encrypted anew"),
}


def unusable(code: str, facts: Mapping[str, str]) -> str:
    """Why a file or key cannot be the seal, and what to do."""
    words: dict[str, str] = {
        "file": _("This is no PKCS#12 file (.p12 or .pfx) with a certificate and its key."),
        "passphrase": _("The file does not open with this passphrase."),
        "no_key": _("The file holds no RSA or elliptic-curve key together with its certificate. Export both into one file."),
        "weak_key": _("The key (%(key)s) is too weak or of a kind few programs verify. Ask for RSA with 2048 bits or more, or P-256.",
                      key=facts.get("key", "")),
        "other_key": _("The key does not belong to the certificate."),
        "not_for_signing": _("The certificate “%(name)s” may not sign documents: its key usage says so. Ask its issuer for one for seals or signatures.",
                             name=facts.get("name", "")),
        "ended": _("The certificate “%(name)s” ended on %(day)s.", name=facts.get("name", ""), day=facts.get("day", "")),
        "not_yet": _("The certificate “%(name)s” begins on %(day)s.", name=facts.get("name", ""), day=facts.get("day", "")),
        "unknown_chain": _("The certificate “%(name)s” leads to “%(issuer)s”, which is none of the roots in SIGNER_ROOTS.",
                           name=facts.get("name", ""), issuer=facts.get("issuer", "")),
    }  # fmt: skip
    said = words[code]
    if code != "unknown_chain":
        return said
    compare = _("Obtain that root from its operator, compare its fingerprint, and add it to the file of SIGNER_ROOTS.")
    return " ".join(filter(None, (said, _fingerprint(facts.get("fingerprint", "")), compare)))


def _fingerprint(digits: str) -> str:
    return _("The fingerprint of the root in this file is %(digits)s.", digits=digits) if digits else ""
