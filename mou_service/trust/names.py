"""Names in certificates: how a person is written into one and read out of one again."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import crl, x509

from mou_service.trust import encoding

#: RFC 5280 allows 64 characters in each of the attributes used here; the full name stands in the signature itself.
LONGEST = 64

encoding.keep_definite_lengths()


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names."""

    name: str
    organisation: str = ""
    title: str = ""
    country: str = ""
    email: str = ""


def write(subject: Subject) -> x509.Name:
    parts = {
        "country_name": subject.country.upper(),
        "organization_name": shorten(subject.organisation),
        "title": shorten(subject.title),
        "common_name": shorten(subject.name),
    }
    return x509.Name.build({key: value for key, value in parts.items() if value}, use_printable=False)


def read(name: x509.Name) -> Subject:
    parts: dict[str, Any] = name.native

    def first(key: str) -> str:
        value = parts.get(key, "")
        return str(value[0] if isinstance(value, list) else value)

    return Subject(
        name=first("common_name") or first("organization_name"),
        organisation=first("organization_name"),
        title=first("title"),
        country=first("country_name"),
    )


def shorten(text: str) -> str:
    """The text without control characters and in at most 64 characters, the last of which then says that it goes on."""
    clean = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split())
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1].rstrip() + "…"


def load_certificate(der: bytes) -> x509.Certificate:
    return x509.Certificate.load(der, strict=True)


def load_revocation_list(der: bytes) -> crl.CertificateList:
    return crl.CertificateList.load(der, strict=True)


def serial_text(certificate: x509.Certificate) -> str:
    """The serial number as people compare it: upper-case hexadecimal in pairs."""
    digits = f"{certificate.serial_number:X}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def normal_serial(typed: str) -> str:
    """A serial number as somebody typed or copied it, in the form of `serial_text`; empty when it is none."""
    digits = re.sub(r"[\s:]", "", typed).upper()
    if not re.fullmatch(r"[0-9A-F]{2,64}", digits):
        return ""
    digits = digits.lstrip("0") or "0"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


def _tolerate_every_name() -> None:
    """Let asn1crypto compare names that it would refuse.

    It prepares names for comparison by Unicode 3.2 and raises for younger characters (rare hanzi in personal names)
    and for a Latin title before an Arabic or Hebrew name; pyHanko then calls the signature untrusted. Such a value is
    compared by NFKC and case instead. The results are kept: preparing the same few names again and again was a third
    of the time of a verification. The method is asn1crypto's own and private: a test holds it in its place.
    """
    strict = x509.NameTypeAndValue._ldap_string_prep

    @lru_cache(maxsize=4096)
    def prepare(text: str) -> str:
        try:
            prepared: str = strict(None, text)  # it never looks at itself
        except ValueError:
            return f" {unicodedata.normalize('NFKC', text).casefold()} "
        return prepared

    x509.NameTypeAndValue._ldap_string_prep = lambda self, text: prepare(text)


_tolerate_every_name()
