"""Signing with an own certificate: take the document out, bring it back signed, confirm that it is one's own.

While the document is out nobody else's mark may change it (see `loans`). What comes back is examined without holding
the database; it counts once the person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import x509
from flask_babel import gettext as _

from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import EngineFailed, Refused, Stale
from mou_service.core.ports import FileStore
from mou_service.trust import names, outside, revocation
from mou_service.trust.keys import ValidationData
from mou_service.trust.outside import Brought, Handed, NotThatSignatureError, Refusal, Trusted

from .. import loans, operations, queries, wording
from ..loans import Loan
from ..models import Package, Slot
from ..operations import Circumstances, Made
from ..witnesses import operations as witnesses
from . import likeness

#: For each certificate of the path; a person waits for it.
_SECONDS = 8.0


@dataclass(frozen=True)
class Offer:
    """What came back and fits: the file's key, and what is kept and shown of it."""

    file: str
    said: dict[str, Any]


def take_out(slot: Slot, *, actor: Actor, hours: int) -> Loan:
    """Hand the newest revision to the person of this place; whoever has it already keeps it as it is."""
    package = queries.locked(slot.package_id)
    running = loans.of(slot)
    if running is not None and running.runs:
        return running
    if reasons := operations.why_not(slot):
        raise Refused(*reasons)
    if running is not None:
        loans.end(running, "given_up")
    assert package.current is not None, "an open package has a file"
    loan = Loan(package_id=package.id, slot=slot, file=package.current, until=_until(package, hours))
    db.session.add(loan)
    db.session.flush()
    _record("slot.take_out", loan, actor=actor, until=loan.until.isoformat(), file=loan.file)
    return loan


def extend(loan: Loan, *, actor: Actor, hours: int) -> None:
    """Give the person as much time again from now on; after a few times the others come first."""
    package = _locked(loan)
    if not loan.runs:
        raise Refused(_("The time is over. Take the document out again."))
    if loan.extensions >= loans.MOST_EXTENSIONS:
        raise Refused(_("The time was made longer %(count)s times already. Ask the organiser.", count=loan.extensions))
    if (until := _until(package, hours)) <= loan.until:
        return  # the time for signing ends sooner
    loan.until, loan.extensions = until, loan.extensions + 1
    _record("slot.extend", loan, actor=actor, until=loan.until.isoformat())


def give_back(loan: Loan, *, actor: Actor, by_person: bool) -> None:
    """The document is here again, unsigned; others can sign. Again changes nothing."""
    _locked(loan)
    if loan.ended_at is not None:
        return
    loans.end(loan, "given_back" if by_person else "taken_back")
    _record("slot.give_back", loan, actor=actor, by_person=by_person)


def handed(loan: Loan, *, files: FileStore) -> Handed:
    """What the person got, to compare with what they bring."""
    package = loan.slot.package
    assert package.frozen is not None, "an open package has a file"
    return Handed(files.get(loan.file), files.get(package.frozen), loan.slot.field, loan.taken_at)


def look(
    content: bytes, given: Handed, *, shown: dict[str, str], trusted: Trusted, files: FileStore, archival: bool
) -> Offer:
    """Examine what came back and ask its authority about it; needs no database, and takes as long as that one takes.

    Raises `NotThatSignatureError` with what speaks against it.
    """
    at = now()
    brought = outside.examine(content, handed=given, trusted=trusted, at=at)
    if archival and brought.lacks:
        raise NotThatSignatureError(Refusal("drawing", {"lacks": list(brought.lacks)}))
    asked = _asked(brought.path, at) or ValidationData()
    complete = asked != ValidationData() or brought.covered
    data = brought.data + asked
    return Offer(files.put(brought.pdf), _said(brought, data, shown=shown, complete=complete, files=files))


def offer(loan: Loan, found: Offer, *, actor: Actor) -> None:
    """Keep what came back until the person says that it is theirs."""
    package = _locked(loan)
    _check_still(loan, package)
    loan.offered, loan.said = found.file, found.said
    _record("slot.bring_back", loan, actor=actor, file=found.file, certificate=found.said["serial"])


def accept(loan: Loan, *, actor: Actor, about: Circumstances) -> None:
    """The person confirms: the signature counts, and the next one's turn comes. Again changes nothing."""
    package = _locked(loan)
    slot = loan.slot
    if slot.state == "signed" and slot.revision == loan.offered:
        return
    _check_still(loan, package)
    if loan.offered is None:
        raise Refused(_("Send the signed file first."))
    if about.frozen != package.frozen:
        raise Stale(_("The document was made anew while you were reading it."))
    witnesses.refuse_unseen(slot, about.identified)
    said = dict(loan.said)
    loans.end(loan, "signed")
    made = Made(loan.offered, now(), said["serial"], "", loan.offered, {"own_certificate": said})
    operations.keep(slot, made, actor=actor, about=about)
    if not said["agrees"]:
        _record("slot.other_name", loan, actor=actor, certified=said["name"])


def _locked(loan: Loan) -> Package:
    """The package and the loan as they are this moment: while we waited somebody may have ended it."""
    package = queries.locked(loan.package_id)
    db.session.refresh(loan)
    return package


def _until(package: Package, hours: int) -> datetime:
    """So many hours from now; never longer than anybody can sign."""
    until = now() + timedelta(hours=hours)
    return min(until, package.open_until) if package.open_until is not None else until


def _check_still(loan: Loan, package: Package) -> None:
    if reasons := operations.why_not_due(loan.slot):
        raise Refused(*reasons)
    other = loans.out(package)
    if loan.ended_at is not None or loan.file != package.current or (other is not None and other is not loan):
        raise Refused(
            _("Your time was over and somebody else went on. The signature you made stands on an earlier state of the "
              "document: take it out and sign it again when it is your turn.")
        )  # fmt: skip


# --- what the certificates say -----------------------------------------------------------------------------------


def _said(
    brought: Brought, data: ValidationData, *, shown: dict[str, str], complete: bool, files: FileStore
) -> dict[str, Any]:
    certificate, root = brought.certificate, brought.path[0]
    subject = names.read(certificate.subject)
    return {
        "name": subject.name,
        "organisation": subject.organisation,
        "subject": certificate.subject.human_friendly,
        "issuer": names.read(certificate.issuer).name,
        "authority": names.read(root.subject).name,
        "authority_sha256": root.sha256.hex(),
        "serial": f"{certificate.serial_number:x}",
        "sha256": certificate.sha256.hex(),
        "starts": certificate.not_valid_before.isoformat(),
        "ends": certificate.not_valid_after.isoformat(),
        "claimed": brought.claimed.isoformat() if brought.claimed else None,
        "timestamped": brought.timestamped,
        "pades": brought.pades,
        "drawn": brought.drawn,
        "lacks": list(brought.lacks),
        "left_out": brought.left_out,
        "agrees": likeness.agree(subject.name, shown.values()),
        #: Whether the authority said, when the file came back, that the certificate is good.
        "checked": complete,
        "evidence": {
            "certificates": [files.put(der) for der in data.certificates],
            "revocation_lists": [files.put(der) for der in data.revocation_lists],
            "ocsp_responses": [files.put(der) for der in data.ocsp_responses],
        },
    }


def _asked(path: tuple[x509.Certificate, ...], at: datetime) -> ValidationData | None:
    """What the authority says of the certificates: nothing where they name nobody to ask, None when it does not answer.

    A certificate that was taken back is refused.
    """
    try:
        return revocation.fetch(path, at=at, seconds=_SECONDS, engine="evidence", of="the person")
    except revocation.RevokedError as problem:
        raise NotThatSignatureError(
            Refusal("certificate_revoked", {"name": names.read(path[-1].subject).name})
        ) from problem
    except EngineFailed:
        return None


def brought_by(package: Package) -> list[tuple[str, dict[str, Any]]]:
    """Everybody who signed with an own certificate, by name, and what is known of it; two may be called the same."""
    own = (slot for slot in package.slots if slot.method == "outside")
    return [(wording.shown(slot.as_shown.get("name", {}), "en"), slot.evidence["own_certificate"]) for slot in own]


def accepted_roots(package: Package) -> list[str]:
    """The keys of the authorities' certificates that were accepted when somebody signed with an own certificate.

    They speak for this document for good, whatever is accepted today.
    """
    return list(dict.fromkeys(said["authority_sha256"] for _name, said in brought_by(package)))


def evidence(
    brought: Sequence[tuple[str, dict[str, Any]]], *, files: FileStore, at: datetime
) -> tuple[ValidationData, list[str]]:
    """What validates these certificates later; and for whom their authority does not answer now, though it should.

    Without it a signature still holds, but only for as long as its authority can be asked.
    """
    data, silent = ValidationData(), []
    for name, said in brought:
        own = ValidationData(**{kind: tuple(files.get(key) for key in keys) for kind, keys in said["evidence"].items()})
        if not said["checked"]:
            asked = _asked_again(tuple(map(names.load_certificate, own.certificates)), at)
            silent += [] if asked is not None else [name]
            own += asked or ValidationData()
        data += own
    return data, silent


def _asked_again(path: tuple[x509.Certificate, ...], at: datetime) -> ValidationData | None:
    try:
        return _asked(path, at)
    except NotThatSignatureError:  # taken back since: what was signed before stands, and nothing is claimed for it
        return ValidationData()


def _record(name: str, loan: Loan, *, actor: Actor, **facts: Any) -> None:
    slot = loan.slot
    events.record(
        name, actor=actor, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, kind=slot.kind, person=wording.shown(slot.as_shown.get("name", {}), "en"), **facts,
    )  # fmt: skip
