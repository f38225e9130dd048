"""The place of our record that a signature in a file was given at, so that people are named as they appear on paper."""

from __future__ import annotations

from mou_service.agreements.models import Agreement
from mou_service.signing.models import Slot
from mou_service.trust.verdict import SignatureVerdict


def place_of(agreement: Agreement | None, signature: SignatureVerdict) -> Slot | None:
    """The place that this very certificate signed; None for a signature we do not know or that does not hold.

    A field has the name that whoever made the file gave it, so that the name alone proves nothing.
    """
    if agreement is None or agreement.package is None or not signature.was_valid:
        return None
    named = (each for each in agreement.package.slots if each.field == signature.field)
    return next((each for each in named if _is_its_certificate(each, signature)), None)


def _is_its_certificate(slot: Slot, signature: SignatureVerdict) -> bool:
    # Other authorities number their certificates as they like: a serial number of theirs may be one of ours.
    if signature.own_certificate:
        kept = (slot.evidence.get("own_certificate") or {}).get("sha256", "")
        return bool(kept) and kept == signature.certificate_sha256
    serial = signature.serial.replace(":", "").lower().lstrip("0")
    return bool(serial) and slot.certificate.lower().lstrip("0") == serial
