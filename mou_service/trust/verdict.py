"""What a verification found, in words for people and in data for programs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

#: "lapsed": sound as far as the file shows, but what vouched for its times has ended and was not renewed.
Outcome = Literal["valid", "lapsed", "not_valid", "unreadable"]
Kind = Literal["certification", "signatory", "witness", "seal", "timestamp"]
TimeSource = Literal["timestamp", "placeholder", "claimed"]
LaterChanges = Literal["none", "allowed", "not_allowed"]
Severity = Literal["error", "warning", "information"]

#: The PAdES baseline levels (ETSI EN 319 142-1), each with all that those before it have.
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")

#: Every finding: how much it weighs, and the sentence a reader without knowledge of signatures understands.
WORDS: dict[str, tuple[Severity, str]] = {
    # The file as such
    "not_a_pdf": ("error", "This is not a PDF file."),
    "too_large": ("error", "The file is larger than {limit} MB and was not examined."),
    "too_complex": (
        "error",
        "The file is built in a way that takes too long to examine. Our documents are not like that.",
    ),
    "encrypted": ("error", "The file is protected by a password. Remove the protection or ask for the original file."),
    "damaged": ("error", "The file is damaged so badly that it cannot be examined. Please obtain it once more."),
    "truncated": ("error", "The end of the file is missing. It was probably not downloaded or copied completely."),
    "trailing_bytes": ("error", "{count} bytes that no signature covers were put after the end of the document."),
    "end_damaged": ("error", "The last {count} bytes of the file were changed or damaged and cannot be read."),
    "unsigned": ("error", "Nobody has signed this file. It is a draft, or the signatures were removed."),
    "incomplete": ("error", "These signatures are still missing: {fields}."),
    "left_empty": ("information", "These places were still empty when the seal closed the document: {fields}."),
    "not_ours": (
        "error",
        "The file is signed, but not with certificates that we know. It was not signed here, whatever it looks like.",
    ),
    # What was done to a signed file
    "byte_changed": (
        "error",
        "The file was changed after the signature in “{field}”: what it signed is no longer there.",
    ),
    "signature_damaged": ("error", "The signature in “{field}” cannot be read or is not the signer's."),
    "byte_range_game": (
        "error",
        "The signature in “{field}” does not say correctly which part of the file it covers. This does not happen by "
        "accident.",
    ),
    "signature_wrapping": (
        "error",
        "Something was hidden in the part of the file that the signature in “{field}” cannot cover. What is shown is "
        "not what was signed.",
    ),
    "page_replaced": ("error", "The content of page {page} was replaced after signing."),
    "page_appended": ("error", "{count} pages were added after signing."),
    "page_removed": ("error", "{count} pages were removed after signing."),
    "annotation_or_overlay_added": ("error", "Something was laid over page {page} after signing."),
    "stamp_swapped": ("error", "The visible stamp of the signature in “{field}” was exchanged after signing."),
    "content_hidden_or_font_swapped": (
        "error",
        "Something that decides how the pages look (a picture, a font, a layer) was exchanged after signing.",
    ),
    "foreign_signature_added": ("error", "A signature was added in “{field}” that is not one of this document."),
    "signed_after_lock": ("error", "“{field}” was filled after the seal had locked the document."),
    "metadata_changed": ("error", "Title, author or other properties of the file were changed after signing."),
    "validation_data_removed": ("error", "Data needed to check the signatures later were taken out of the file."),
    "document_changed": ("error", "The file was changed after signing ({part}) in a way that signing does not do."),
    "signature_replaced": ("error", "The signature in “{field}” was exchanged after it had been made."),
    # Certificates and times
    "certificate_revoked": (
        "error",
        "The certificate of the signature in “{field}” had been taken back by its authority.",
    ),
    "certificate_expired": (
        "error",
        "The certificate of the signature in “{field}” was no longer valid when it was used.",
    ),
    "signed_before_certificate": (
        "error",
        "The signature in “{field}” names a time before {since}, when its certificate did not exist yet. It was not "
        "made when it says.",
    ),
    "protection_ended": (
        "warning",
        "As far as the file shows, every signature was sound and nothing was changed since. But since {since} nobody "
        "vouches for its times any more: a certificate behind them has ended, and the file was not time-stamped again "
        "before.",
    ),
    "time_ended": (
        "warning",
        "The signatures hold. But since {since} nobody vouches for when they were made: the certificate of the "
        "time-stamp has ended, and the file was not time-stamped again before.",
    ),
    "timestamp_not_trusted": (
        "warning",
        "The time-stamp of the signature in “{field}” comes from a source we do not know.",
    ),
    "timestamp_broken": ("error", "The time-stamp of the signature in “{field}” does not belong to it."),
    "placeholder_time": (
        "information",
        "The times come from the service's own clock. They are a placeholder without evidential value.",
    ),
    # Compared with our archive
    "archived_bytes_equal": ("information", "The file is, byte for byte, the one in the archive."),
    "renewed": (
        "information",
        "Its time-stamp was renewed on {since}. What was signed, and by whom, is untouched by that.",
    ),
    "newer_copy": (
        "information",
        "The archive renewed the time-stamp of this file on {since}. The newer copy proves its times for longer.",
    ),
    "register_vouches": (
        "information",
        "What still holds is the archive's own record: it has had exactly these bytes since {since}.",
    ),
    "authority_not_known": (
        "error",
        "The signature in “{field}” ({signer}) rests on an authority that is not accepted here today.",
    ),
    "archived_bytes_different": ("error", "The file is not the one in the archive."),
    "revision_rolled_back": (
        "error",
        "This is an earlier state of the document: it has {found} of {expected} revisions, and what came later was "
        "cut off.",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing to know: a stable code, its facts, and the sentence that says it in English."""

    code: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return WORDS[self.code][0]

    @property
    def sentence(self) -> str:
        shown = {
            key: ", ".join(map(str, value)) if isinstance(value, list) else value for key, value in self.facts.items()
        }
        return WORDS[self.code][1].format(**shown)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "severity": self.severity, "sentence": self.sentence, "facts": self.facts}


@dataclass(frozen=True)
class SignatureVerdict:
    """One signature of the file, as far as it could be read."""

    field: str
    kind: Kind
    name: str = ""
    organisation: str = ""
    title: str = ""
    serial: str = ""
    certificate_sha256: str = ""
    at: datetime | None = None
    time_source: TimeSource = "claimed"
    reason: str = ""
    location: str = ""
    #: The PAdES level in form; and the one that is left without the times that only the service's own clock gave.
    level: str = ""
    proven_level: str = ""
    intact: bool = False
    trusted: bool = False
    trusted_by: str = ""
    #: Who issued the certificate; and whether the person brought it along, instead of getting it here for this one act.
    issuer: str = ""
    own_certificate: bool = False
    #: The revision (counted from 1) that this signature closed; it covers the file up to the end of it.
    revision: int = 0
    covers_whole_file: bool = False
    later_changes: LaterChanges = "none"
    #: The path of certificates (DER), the root first; and the end of the first one of them to end.
    chain: tuple[bytes, ...] = dataclasses.field(default=(), repr=False)
    ends: datetime | None = None
    #: Sound at the time it names, but since this moment nobody vouches for that time any more.
    lapsed: datetime | None = None

    @property
    def valid(self) -> bool:
        return self.intact and self.trusted and self.later_changes != "not_allowed"

    @property
    def was_valid(self) -> bool:
        """Valid, or sound as far as the file shows."""
        return self.valid or (self.intact and self.lapsed is not None and self.later_changes != "not_allowed")

    def as_json(self) -> dict[str, Any]:
        plain = {key: value for key, value in asdict(self).items() if key != "chain"}
        moments = {key: value.isoformat() for key, value in plain.items() if isinstance(value, datetime)}
        return {**plain, **moments, "valid": self.valid}


@dataclass(frozen=True)
class Expected:
    """What we know about a file from outside of it: only this tells an earlier state from the final one."""

    sha256: str
    revisions: int
    #: The signature fields that have to be filled.
    fields: tuple[str, ...] = ()
    #: SHA-256 of the file as it was after each revision, oldest first, if known.
    revision_sha256: tuple[str, ...] = ()
    #: SHA-256 of earlier and later states that are archived as well, before and after a renewal.
    copies: tuple[str, ...] = ()
    #: Since when the archive has had it (ISO 8601).
    since: str = ""


@dataclass(frozen=True)
class Verdict:
    """The answer: valid, not valid, or not readable; and why."""

    outcome: Outcome
    sha256: str
    size: int
    revisions: int = 0
    pages: int = 0
    signatures: tuple[SignatureVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def level(self) -> str:
        """The level in form that our own marks reached: the platform's and the seal's, the first and the last."""
        return _least(each.level for each in self.signatures if each.kind in ("certification", "seal"))

    @property
    def proven_level(self) -> str:
        """The same without the times that only our own clock gave."""
        return _least(each.proven_level for each in self.signatures if each.kind in ("certification", "seal"))

    @property
    def protected_until(self) -> datetime | None:
        """When the first certificate ends that today's proof of the times rests on; None if there is no proof now."""
        stamps = [each.ends for each in self.signatures if each.kind == "timestamp" and each.trusted and each.ends]
        if stamps:
            return stamps[-1]
        ends = [each.ends for each in self.signatures if each.trusted and each.ends]
        return min(ends) if ends else None

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(finding.code for finding in self.findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "level": self.level,
            "proven_level": self.proven_level,
            "protected_until": self.protected_until.isoformat() if self.protected_until else None,
            "sha256": self.sha256,
            "size": self.size,
            "revisions": self.revisions,
            "pages": self.pages,
            "signatures": [signature.as_json() for signature in self.signatures],
            "findings": [finding.as_json() for finding in self.findings],
        }


def _least(levels: Iterable[str]) -> str:
    return min((level for level in levels if level in LEVELS), key=LEVELS.index, default=LEVELS[0])
