"""An agreement one of whose signatories signs elsewhere with an own certificate, archived."""

from __future__ import annotations

from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle

from mou_service.agreements.queries import get
from mou_service.core.db import db
from mou_service.engines import Engines
from mou_service.partners import institution
from mou_service.signing import operations
from mou_service.signing.models import Slot
from mou_service.signing.ways import outside
from mou_service.trust.outside import Trusted
from tests import cast as casting
from tests import makers
from tests.signers import Authorities, signed

ELSEWHERE = "Signatory2"


def archived(engines: Engines, elsewhere: Authorities, *, template: str) -> str:
    """The key of the final file."""
    cast = casting.people()
    ref = makers.an_agreement(cast, engines, at="signing", template=template).ref
    while slots := makers.waiting(ref):
        if slots[0].field == ELSEWHERE:
            _sign_elsewhere(slots[0], cast, engines, elsewhere)
        else:
            makers.sign(slots[0], cast)
        db.session.commit()
    makers.work()
    record = get(ref).record
    assert record is not None
    return record.final


def _sign_elsewhere(slot: Slot, cast: casting.Cast, engines: Engines, elsewhere: Authorities) -> None:
    actor = cast.actor("organiser")
    loan = outside.take_out(slot, actor=actor, hours=1)
    given = outside.handed(loan, files=engines.files)
    brought = signed(
        given.pdf, slot.field, elsewhere.signer(), stamp=StaticStampStyle(border_width=0), subfilter=SigSeedSubFilter.PADES
    )  # fmt: skip
    trusted = Trusted(institution.authority().roots, engines.timestamp_roots(), engines.signer_roots())
    shown = dict(slot.as_shown["name"])
    found = outside.look(brought, given, shown=shown, trusted=trusted, files=engines.files, archival=True)
    outside.offer(loan, found, actor=actor)
    about = operations.Circumstances(
        method="outside", identified={"how": "own_certificate", "way": "link_and_code"}, language="en",
        frozen=slot.package.frozen or "",
    )  # fmt: skip
    outside.accept(loan, actor=actor, about=about)
