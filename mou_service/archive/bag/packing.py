"""From an archived agreement to its bag, with what this installation has: files, roots, names."""

from __future__ import annotations

import tempfile

from mou_service import engines
from mou_service.agreements import law
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.errors import Missing
from mou_service.partners import institution

from ..roots import accepted_today, recorded_with
from . import contents
from .contents import Contents
from .description import About
from .evidence import Trusted
from .trail import Audience

#: Larger bags are put together on disk.
_IN_MEMORY = 8_000_000


def pack(agreement: Agreement, *, audience: Audience) -> tempfile.SpooledTemporaryFile[bytes]:
    """The bag of an archived agreement, read from its beginning; whoever asked closes it. Raises `Missing`."""
    used = engines.current()
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the caller closes it
    contents.write(out, collected(agreement, audience=audience, used=used), files=used.files)
    out.seek(0)
    return out


def collected(agreement: Agreement, *, audience: Audience, used: engines.Engines) -> Contents:
    """What goes into the bag for this audience."""
    if agreement.record is None:
        raise Missing(agreement.ref)
    known = accepted_today(used).together_with(recorded_with(agreement.record), files=used.files)
    about = About(
        agreement=agreement,
        record=agreement.record,
        keeper=institution.ours().organisation.called(),
        public_url=used.settings.public_url,
        audience=audience,
    )
    return Contents(
        about=about,
        kept=contents.kept_files(agreement, audience=audience),
        trail=events.trail(agreement.stream),
        trusted=Trusted((*used.known_roots(), *known.signer_roots), tuple(known.timestamp_roots)),
        life=law.facts(agreement),
        addresses=used.settings.evidence_addresses == "full",
    )
