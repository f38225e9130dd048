"""Whom the check of an archived file believes what: those accepted today, and those accepted when it was made.

What somebody decides later about an authority (its contract ended, a file of settings was tidied up) says nothing about
what was signed under it before and lies here byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mou_service import engines
from mou_service.core.ports import FileStore
from mou_service.signing.ways import outside
from mou_service.trust.verdict import Expected, Verdict
from mou_service.trust.verify import verify

from .models import Record


@dataclass(frozen=True)
class Recorded:
    """The keys of the root certificates that one agreement was accepted with."""

    signers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roots:
    """As `verify` takes them."""

    roots: Sequence[bytes]
    timestamp_roots: Sequence[bytes] = ()
    signer_roots: Sequence[bytes] = ()

    def together_with(self, recorded: Recorded, *, files: FileStore) -> Roots:
        """The same for the files of one agreement; a certificate that got lost is left out, and the check says so."""
        return replace(
            self,
            timestamp_roots=(*self.timestamp_roots, *_kept(recorded.times, files)),
            signer_roots=(*self.signer_roots, *_kept(recorded.signers, files)),
        )

    def verify(
        self,
        content: bytes,
        *,
        expected: Expected | None = None,
        revocation_lists: Sequence[bytes] = (),
        at: datetime | None = None,
    ) -> Verdict:
        return verify(
            content, roots=self.roots, timestamp_roots=self.timestamp_roots, signer_roots=self.signer_roots,
            expected=expected, revocation_lists=revocation_lists, at=at,
        )  # fmt: skip


def accepted_today(used: engines.Engines) -> Roots:
    """Our own of all generations, and whom the settings name. `EngineFailed` when a file they name is gone."""
    return Roots(used.trusted(), used.timestamp_roots(), used.signer_roots())


def recorded_with(record: Record) -> Recorded:
    """What the agreement of a record was signed and time-stamped under."""
    package = record.agreement.package
    assert package is not None, record.agreement.ref
    return Recorded(tuple(outside.accepted_roots(package)), tuple(record.time_roots))


def of_times(verdict: Verdict, *, files: FileStore) -> list[str]:
    """Keep the roots that the time-stamps of a good file lead to; gives their keys."""
    stamps = (each for each in verdict.signatures if each.kind == "timestamp" and each.trusted)
    return list(dict.fromkeys(files.put(each.chain[0]) for each in stamps))


def _kept(keys: Iterable[str], files: FileStore) -> list[bytes]:
    return [files.get(key) for key in keys if files.has(key)]
