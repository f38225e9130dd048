"""The signing table: one device in the room, locked to the signing until the organiser's password is typed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service.accounts import asking, attempts, sessions
from mou_service.accounts import operations as accounts
from mou_service.accounts import queries as people
from mou_service.accounts.roles import Role
from mou_service.agreements import permissions
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor, guest
from mou_service.core.errors import Missing
from mou_service.web.forms import EmptyForm, ReasonForm
from mou_service.web.routing import action, form_page, page, role, said

from .. import operations, queries, standing, tooling
from ..blueprint import bp
from ..forms import LeaveForm, SignForm
from ..models import Slot
from . import showing

#: Pages a locked device may show; a feature above adds its own table.
OPEN_AT_THE_TABLE = {"static", "web.language", "web.health", "signing.leave_table"}
#: Where every page of the table lives, so that its routes need no list.
PREFIX = "signing.table"


@dataclass(frozen=True)
class Table:
    """What a locked device remembers: whose table it is, which agreements lie on it, where its first page is."""

    host: str
    host_id: int
    refs: list[str]
    home: str
    #: Where the organiser goes on when the device is theirs again; empty: the first agreement.
    back: str = ""


def lock(actor: Actor, *, refs: list[str], home: str, back: str = "") -> None:
    """From now on this device shows nothing but the table."""
    assert actor.user_id is not None, "a table has a host"
    sessions.lock(asdict(Table(host=actor.label, host_id=actor.user_id, refs=refs, home=home, back=back)))


def current() -> Table | None:
    """The table this device is locked to, if it is."""
    kept = sessions.locked_to()
    return Table(**kept) if kept else None


@bp.before_app_request
def _stay_at_the_table() -> ResponseReturnValue | None:
    """Everything else leads back, and nothing at the table is done in the organiser's name."""
    table = current()
    g.table = table
    if table is None:
        return None
    g.actor = guest(f"signing table of {table.host}")
    endpoint = request.endpoint or ""
    if endpoint in OPEN_AT_THE_TABLE or endpoint.startswith(PREFIX):
        return None
    flash(_("This device is a signing table. The organiser takes it back with their password."), "waiting")
    return redirect(table.home)


def seated(actor: Actor, thing: Agreement | Slot) -> list[str]:
    """Access for what lies on this device's table."""
    agreement = thing.package.agreement if isinstance(thing, Slot) else thing
    table = current()
    if table is None:
        # Who may not look at the agreement does not learn that there is one.
        looking = permissions.may("look")(actor, agreement)
        return list(looking) or [_("Open the signing table from the agreement's page first.")]
    if agreement.ref not in table.refs:
        raise Missing(agreement.ref)
    return []


def _slot(ref: str, slot_id: int) -> Slot:
    return queries.slot_of(agreements.get(ref), slot_id)


def _seat(slot: Slot) -> ResponseReturnValue:
    agreement = slot.package.agreement
    context = showing.act(slot, sign_url=url_for("signing.table_sign", ref=agreement.ref, slot_id=slot.id))
    return render_template(
        "signing/table_slot.html", agreement=agreement, home=_home(agreement),
        page_url=lambda number: url_for("signing.table_page", ref=agreement.ref, number=number),
        document_url=url_for("signing.table_document", ref=agreement.ref),
        decline_url=url_for("signing.table_decline", ref=agreement.ref, slot_id=slot.id), **context,
    )  # fmt: skip


def _hosts(actor: Actor, agreement: Agreement) -> list[str]:
    return list(permissions.may("look")(actor, agreement) or role(Role.ORGANISER)(actor))


@action(bp, "/agreements/<ref>/table/open", about=agreements.get, access=_hosts, form=EmptyForm)
def open_table(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    asking.password()
    home = url_for("signing.table", ref=agreement.ref)
    lock(g.actor, refs=[agreement.ref], home=home)
    return redirect(home)


@page(bp, "/agreements/<ref>/table", about=agreements.get, access=seated)
def table(agreement: Agreement) -> ResponseReturnValue:
    package = agreement.package
    due = standing.due(package) if package else []
    return render_template("signing/table.html", agreement=agreement, package=package, due=due, home=_home(agreement))


@page(bp, "/agreements/<ref>/table/<int:slot_id>", about=_slot, access=seated)
def table_slot(slot: Slot) -> ResponseReturnValue:
    return _seat(slot)


@action(bp, "/agreements/<ref>/table/<int:slot_id>/sign", about=_slot, access=seated, form=SignForm, shows=_seat)
def table_sign(slot: Slot, form: SignForm) -> ResponseReturnValue:
    kept = current()
    assert kept is not None, "the access rule looked"
    identified = {"how": "in_room", "by": kept.host.partition(" <")[0]}
    about = showing.circumstances(form, method="table", identified=identified)
    operations.sign(slot, actor=g.actor, mark=form.mark(), about=about, tools=tooling.tools())
    return redirect(url_for("signing.table_done", ref=slot.package.agreement.ref, slot_id=slot.id))


@page(bp, "/agreements/<ref>/table/<int:slot_id>/done", about=_slot, access=seated)
def table_done(slot: Slot) -> ResponseReturnValue:
    package = slot.package
    return render_template(
        "signing/table_done.html", slot=slot, agreement=package.agreement, package=package, due=standing.due(package),
        home=_home(package.agreement), everything_signed=_everything_signed(),
    )  # fmt: skip


@action(bp, "/agreements/<ref>/table/<int:slot_id>/decline", about=_slot, access=seated, form=ReasonForm, shows=_seat)
def table_decline(slot: Slot, form: ReasonForm) -> ResponseReturnValue:
    operations.decline(slot, actor=g.actor, reason=form.reason.data or "")
    said(_("Your decision is recorded. The organiser sees it at once."))
    return redirect(_home(slot.package.agreement))


@page(bp, "/agreements/<ref>/table/page/<int:number>.png", about=lambda ref, number: (agreements.get(ref), number),
      access=lambda actor, thing: seated(actor, thing[0]))  # fmt: skip
def table_page(thing: tuple[Agreement, int]) -> ResponseReturnValue:
    return showing.page_picture(thing[0].package, thing[1])


@page(bp, "/agreements/<ref>/table/document.pdf", about=agreements.get, access=seated)
def table_document(agreement: Agreement) -> ResponseReturnValue:
    return showing.document(agreement.package)


def _prepare_leave(_form: LeaveForm) -> dict[str, Any]:
    kept = current()
    return {"home": kept.home if kept else url_for("web.home"), "host": kept.host if kept else ""}


def _at_a_table(_actor: Actor) -> list[str]:
    return [] if current() else [_("This device is no signing table.")]


@form_page(
    bp, "/table/leave", access=_at_a_table, form=LeaveForm, template="signing/leave_table.html", prepare=_prepare_leave
)  # fmt: skip
def leave_table(form: LeaveForm) -> ResponseReturnValue:
    kept = current()
    assert kept is not None, "the access rule looked"
    host = people.get(kept.host_id)
    attempts.count("confirm", account=host.email_key)  # whoever stands at the table may try
    accounts.confirm(host, form.password.data or "")
    sessions.unlock()
    sessions.refresh()
    said(_("The device is yours again."))
    return redirect(kept.back or url_for("signing.show", ref=kept.refs[0]))


def _everything_signed() -> bool:
    """Whether nobody has to sign anything at this table any more."""
    kept = current()
    packages = [agreements.get(ref).package for ref in kept.refs] if kept else []
    return all(package is not None and package.state in ("sealing", "done") for package in packages)


def _home(agreement: Agreement) -> str:
    kept = current()
    return kept.home if kept else url_for("signing.table", ref=agreement.ref)
