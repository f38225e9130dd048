"""Puts the engines of the running application into the hands of the operations."""

from __future__ import annotations

from mou_service import engines
from mou_service.partners import institution
from mou_service.trust.authority import Authority

from .operations import Tools


def authority() -> Authority:
    """The certificate authority of our institution."""
    organisation = institution.ours().organisation
    names = organisation.called()
    name = names.get("en") or next(iter(names.values()), "")
    return engines.current().authority(institution=name, country=organisation.country)


def tools() -> Tools:
    """What an act of signing needs from outside."""
    engine = engines.current()
    return Tools(files=engine.files, fonts=engine.fonts, authority=authority(), zone=institution.ours().time_zone)
