"""Puts the engines of the running application into the hands of the operations."""

from __future__ import annotations

from mou_service import engines
from mou_service.partners import institution

from .operations import Tools


def tools() -> Tools:
    """What an act of signing needs from outside."""
    engine = engines.current()
    return Tools(
        files=engine.files, fonts=engine.fonts, authority=institution.authority(), zone=institution.ours().time_zone
    )
