"""Puts the engines of the running application into the hands of what makes witness certificates."""

from __future__ import annotations

from mou_service import engines
from mou_service.partners import institution

from .witness_certificates import Maker


def maker() -> Maker:
    """What making a certificate needs from outside."""
    used, ours = engines.current(), institution.ours()
    return Maker(
        files=used.files, fonts=used.fonts, authority=institution.authority(), public_url=used.settings.public_url,
        issuer=ours.organisation.called(), zone=ours.time_zone,
        addresses=used.settings.evidence_addresses,
    )  # fmt: skip
