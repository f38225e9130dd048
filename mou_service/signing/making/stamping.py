"""What stands at a signature in the file: the stamp that is seen, and the reason that readers of PDFs show."""

from __future__ import annotations

from datetime import datetime

from mou_service.core.ids import grouped
from mou_service.documents.pdf import marks as pen
from mou_service.documents.pdf import stamps
from mou_service.documents.pdf.fonts import Fonts

from .. import dates, wording
from ..models import Slot
from .marks import Mark


def stamp(slot: Slot, *, mark: Mark | None, at: datetime, fonts: Fonts, zone: str) -> bytes:
    """A one-page PDF as large as the slot's field. Raises `UnknownGlyphs` for characters no font shows.

    The stamp says by itself who signed, as what and for whom: a PDF reader may show it without the page around it.
    """
    _page, left, bottom, right, top = slot.package.places[slot.field]
    agreement = slot.package.agreement
    return stamps.stamp(
        right - left,
        top - bottom,
        kind=slot.kind,  # type: ignore[arg-type]
        as_shown=slot.as_shown,
        languages=tuple(agreement.languages),
        local_time=dates.written(at, zone=zone),
        mark=_drawn(mark) if mark else None,
        verification=grouped(agreement.verification_code),
        fonts=fonts,
        witnessing=_witnessing(slot),
    )


def reason(slot: Slot) -> str:
    """Why the signature was made, in the words a PDF reader shows beside it."""
    organisation = wording.shown(slot.as_shown.get("organisation", {}), "en")
    if slot.kind == "witness":
        return _witnessed(slot)
    if slot.kind == "seal":
        return f"Sealed by {organisation}"
    instead_of = slot.as_shown.get("instead_of", {}).get("en", "")
    return f"Signed for {organisation}, {instead_of}" if instead_of else f"Signed on behalf of {organisation}"


def _witnessing(slot: Slot) -> stamps.Witnessing | None:
    if slot.kind != "witness":
        return None
    return stamps.Witnessing(by_video=slot.presence == "remote", of=slot.whom, member=slot.party_id is not None)


def _witnessed(slot: Slot) -> str:
    what = f"the signature of {wording.shown(slot.whom, 'en')}" if slot.of is not None else "the signing"
    how = " by video" if slot.presence == "remote" else ""
    return f"Witnessed {what}{how} ({'attesting' if slot.capacity == 'attesting' else 'ceremonial'} witness, no party)"


def _drawn(mark: Mark) -> pen.SignatureMark:
    if mark.kind == "drawn":
        return pen.DrawnMark(mark.strokes)
    return pen.TypedMark(mark.text) if mark.kind == "typed" else pen.PictureMark(mark.picture)
