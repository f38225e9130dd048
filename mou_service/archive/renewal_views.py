"""What a page says about how long an archived file proves its times, and the archivist's click that renews it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.signing.making.levels import NO_TIMESTAMP
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, said

from . import queries, renewals
from .blueprint import bp
from .models import Record


@dataclass(frozen=True)
class Protection:
    """How long the newest copy proves its times, and where a renewal of it stands."""

    until: datetime | None
    #: The same, where somebody else's clock stands for the times; None for a placeholder, which proves nothing.
    proved_until: datetime | None
    over: bool
    #: A job renews it, or will.
    under_way: bool
    #: What the last attempt met, as the engine said it; empty when nothing went wrong.
    problem: str


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"protection": protection}


def protection(record: Record) -> Protection:
    job, until = renewals.work_of(record), record.ends
    return Protection(
        until=until,
        proved_until=until if _is_time_stamped(record) else None,
        over=until is not None and until <= now(),
        under_way=job is not None and job.due is not None,
        problem=(job.problem or "").removeprefix("EngineFailed: ").partition(": ")[2] if job is not None else "",
    )


def _is_time_stamped(record: Record) -> bool:
    if record.renewals:
        return not record.renewals[-1].placeholder
    return not record.timestamp_placeholder and record.timestamp_label != NO_TIMESTAMP


@action(
    bp, "/agreements/<ref>/renew", about=queries.agreement_with_record, access=permissions.may("renew"), form=EmptyForm,
)  # fmt: skip
def renew(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    assert agreement.record is not None, "archived agreements have a record"
    renewals.ask(agreement.record, actor=g.actor)
    said(_("The time-stamp is being renewed; this takes a few seconds."))
    return redirect(url_for("agreements.show", ref=agreement.ref, _anchor="archive-section"))
