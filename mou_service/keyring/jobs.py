"""Jobs of the package: once a day look at what ends, and tell administrators of each once."""

from __future__ import annotations

from mou_service import engines
from mou_service.core.jobs import Job, job
from mou_service.partners import institution

from . import operations, queries


@job("keyring.watch")
def watch(_work: Job) -> None:
    """Ask for a warning about every certificate that ends soon, and bring the trail up to the key file."""
    if not institution.is_set_up():
        return
    used, authority = engines.current(), institution.authority()
    operations.catch_up(authority)
    found = queries.watched(
        authority,
        timestamp_roots=used.timestamp_roots(),
        signer_roots=used.signer_roots(),
        last_stamp=queries.last_stamp(used.files),
    )
    operations.ask_for_warnings(found)


@job("keyring.warn")
def warn(work: Job) -> None:
    operations.warn(dict(work.facts))
