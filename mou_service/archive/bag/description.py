"""What a bag says of itself: bag-info.txt, Dublin Core for a catalogue, and the facts of the record as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from mou_service.agreements.models import Agreement

from ..models import Record
from .trail import Audience

DEMONSTRATION = "Demonstration. Nobody named here signed this document. / 演示文件，所列人员并未签署。"


@dataclass(frozen=True)
class Kept:
    """A file of the archive, and where it goes."""

    path: str
    key: str
    role: str
    media_type: str = "application/pdf"


@dataclass(frozen=True)
class About:
    """What the texts of a bag are written from."""

    agreement: Agreement
    record: Record
    #: {language: name} of the institution that keeps the archive.
    keeper: dict[str, str]
    public_url: str
    audience: Audience

    @property
    def verification(self) -> str:
        return f"{self.public_url}/verify/{self.agreement.verification_code}"

    @property
    def title(self) -> str:
        return " / ".join(self.agreement.titles.values())

    @property
    def parties(self) -> list[dict[str, str]]:
        return [dict(party.organisation.called()) for party in self.agreement.parties]


def bag_info(about: About) -> list[tuple[str, str]]:
    """The metadata elements of RFC 8493, 2.2.2; the date is that of the deposit, not of the packing."""
    record = about.record
    said = f"{about.title}. Register number {record.register_number}."
    return [
        ("Source-Organization", " / ".join(about.keeper.values())),
        ("External-Identifier", about.agreement.ref),
        ("External-Description", f"{said} {DEMONSTRATION}" if about.agreement.demonstration else said),
        ("Bagging-Date", record.deposited_at.date().isoformat()),
        ("Internal-Sender-Identifier", record.register_number),
        ("Internal-Sender-Description", f"Contents for: {about.audience}"),
    ]


def dublin_core(about: About) -> bytes:
    """Simple Dublin Core (ISO 15836-1) of the agreement, for a catalogue."""
    agreement, record = about.agreement, about.record
    pairs: list[tuple[str, str, str]] = [
        *(("title", text, tag) for tag, text in agreement.titles.items()),
        *(("creator", name, tag) for party in about.parties for tag, name in party.items()),
        *(("publisher", name, tag) for tag, name in about.keeper.items()),
        ("date", record.executed_on.isoformat(), ""),
        ("type", "Text", ""),
        ("format", "application/pdf", ""),
        *(("identifier", each, "") for each in (
            agreement.ref, record.register_number, about.verification, f"urn:sha256:{record.final}"
        )),
        *(("language", tag, "") for tag in agreement.languages),
        *((("rights", DEMONSTRATION, ""),) if agreement.demonstration else ()),
    ]  # fmt: skip
    lines = [_element(name, text, language) for name, text, language in pairs if text]
    opening = (
        '<metadata xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    )
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', opening, *lines, "</metadata>", ""]).encode()


def _element(name: str, text: str, language: str) -> str:
    tagged = f" xml:lang={quoteattr(language)}" if language else ""
    return f"  <dc:{name}{tagged}>{escape(text)}</dc:{name}>"


def record_json(about: About, *, objects: Iterable[dict[str, Any]], events: int, life: dict[str, Any]) -> bytes:
    """The record in the words of PREMIS: the objects with their fixity, the events counted, the agents named."""
    agreement, record, package = about.agreement, about.record, about.agreement.package
    assert package is not None
    return _json({
        "reference": agreement.ref,
        "registerNumber": record.register_number,
        "verificationCode": agreement.verification_code,
        "verification": about.verification,
        "titles": agreement.titles,
        "languages": agreement.languages,
        "demonstration": agreement.demonstration,
        "signedOn": record.executed_on.isoformat(),
        "depositedAt": record.deposited_at.isoformat(),
        "level": record.level,
        "timeStamp": {"source": record.timestamp_label, "placeholder": record.timestamp_placeholder},
        "inLaw": life,
        "objects": list(objects),
        "agents": {
            "keeper": about.keeper,
            "parties": about.parties,
            "acts": [
                {"kind": slot.kind, "field": slot.field, "asShown": slot.as_shown,
                 "at": slot.signed_at.isoformat() if slot.signed_at else None, "state": slot.state,
                 "certificateSerial": slot.certificate}
                for slot in package.slots
            ],
        },
        "trail": {"events": events, "headInCertificate": record.log_head, "file": "trail/trail.jsonl"},
    })  # fmt: skip


def as_object(kept: Kept, *, size: int) -> dict[str, Any]:
    """One file in the words of PREMIS 3: identifier, fixity, size, format."""
    return {
        "objectIdentifier": kept.path,
        "role": kept.role,
        "fixity": {"messageDigestAlgorithm": "SHA-256", "messageDigest": kept.key},
        "size": size,
        "format": kept.media_type,
    }


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def index_json(signatures: list[dict[str, Any]], states: list[dict[str, Any]]) -> bytes:
    """Which signature lies where, and the states of the final file."""
    return _json({"signatures": signatures, "states": states})
