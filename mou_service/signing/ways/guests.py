"""Personal links: somebody without an account reads, proves by a code who they are, and signs or declines."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Refused
from mou_service.web.forms import EmptyForm, ReasonForm
from mou_service.web.routing import action, anyone, form_for, page, said
from mou_service.web.security import limiter

from .. import links, operations, tooling
from ..blueprint import bp
from ..changes import views as change_pages
from ..changes.forms import DelegateForm
from ..forms import CodeForm, ConfirmForm, SignForm
from ..models import SigningLink
from . import outside_pages, showing
from .outside_pages import Door, Seat

_KEY = "proved_link"
#: How long a typed code lasts on this device.
PROOF_LASTS = 30 * 60


def _link(secret: str) -> SigningLink:
    return links.found(secret)


def _page(link: SigningLink) -> ResponseReturnValue:
    secret = _secret()
    if reasons := links.ended(link):
        agreement = link.slot.package.agreement
        renew_url = url_for("signing.link_renew", secret=secret) if links.place_now(link) else ""
        return render_template(
            "signing/link_ended.html", reasons=reasons, agreement=agreement, title=links.headline(link),
            renew_url=renew_url, masked_email=masked(link.email),
        ), 410  # fmt: skip
    to: Callable[..., str] = lambda name, **more: url_for(f"signing.{name}", secret=secret, **more)  # noqa: E731
    return render_template(
        "signing/link.html", link=link, agreement=link.slot.package.agreement, proved=is_proved(link),
        masked_email=masked(link.email), code_url=to("link_code"), prove_url=to("link_prove"),
        decline_url=to("link_decline"), document_url=to("link_document"), home=to("link"),
        code_sent=link.code_expires_at is not None and link.code_expires_at > now(),
        page_url=lambda number: to("link_page", number=number), code_form=form_for(CodeForm),
        delegate_url=to("link_delegate"), outside_url=outside_pages.url_of(link.slot, "link", secret=secret), standing_url=to("link_standing", waiting=1),
        **change_pages.about_power(link.slot), **showing.act(link.slot, sign_url=to("link_sign")),
    )  # fmt: skip


@page(bp, "/s/<secret>", about=_link, access=anyone, writes=True)
def link(link: SigningLink) -> ResponseReturnValue:
    if not links.ended(link):
        links.opened(link)
    return _page(link)


@page(bp, "/s/<secret>/standing", about=_link, access=anyone)
def link_standing(link: SigningLink) -> ResponseReturnValue:
    """The same page for itself, while it waits for the person's turn: it leads on by itself when that comes."""
    return showing.news(link.slot, _back(), ended=bool(links.ended(link))) or _page(link)


@action(bp, "/s/<secret>/code", about=_link, access=anyone, form=EmptyForm)
@limiter.limit("6 per minute")
def link_code(link: SigningLink, _form: EmptyForm) -> ResponseReturnValue:
    links.ask_code(link)
    said(_("A code is on its way to %(email)s. It is valid for ten minutes.", email=masked(link.email)))
    return redirect(_back())


@action(bp, "/s/<secret>/prove", about=_link, access=anyone, form=CodeForm, shows=_page)
@limiter.limit("12 per minute")
def link_prove(link: SigningLink, form: CodeForm) -> ResponseReturnValue:
    _refuse_ended(link)
    right = links.check_code(link, form.code.data or "")
    # Also a wrong guess has to be remembered.
    db.session.commit()
    if not right:
        raise links.code_problem(link)
    session[_KEY] = {"link": link.id, "at": now().timestamp()}
    return redirect(_back() + "#sign")


@action(bp, "/s/<secret>/sign", about=_link, access=anyone, form=SignForm, shows=_page)
def link_sign(link: SigningLink, form: SignForm) -> ResponseReturnValue:
    _refuse_ended(link)
    _refuse_unproved(link)
    identified = {"how": "link_and_code", "email": link.email}
    about = showing.circumstances(form, method="link", identified=identified)
    operations.sign(link.slot, actor=links.holder(link), mark=form.mark(), about=about, tools=tooling.tools())
    return redirect(_back())


@action(bp, "/s/<secret>/decline", about=_link, access=anyone, form=ReasonForm, shows=_page)
def link_decline(link: SigningLink, form: ReasonForm) -> ResponseReturnValue:
    _refuse_ended(link)
    _refuse_unproved(link)
    operations.decline(link.slot, actor=links.holder(link), reason=form.reason.data or "")
    return redirect(_back())


@action(bp, "/s/<secret>/delegate", about=_link, access=anyone, form=DelegateForm, shows=_page)
def link_delegate(link: SigningLink, form: DelegateForm) -> ResponseReturnValue:
    _refuse_ended(link)
    _refuse_unproved(link)
    change_pages.hand_in(link.slot, form, actor=links.holder(link))
    return redirect(_back())


@action(bp, "/s/<secret>/renew", about=_link, access=anyone, form=EmptyForm)
@limiter.limit("6 per minute")
def link_renew(link: SigningLink, _form: EmptyForm) -> ResponseReturnValue:
    links.renew(link)
    said(_("A new link is on its way to %(email)s.", email=masked(link.email)))
    return redirect(_back())


@page(bp, "/s/<secret>/page/<int:number>.png", about=lambda secret, number: (_link(secret), number), access=anyone)
def link_page(thing: tuple[SigningLink, int]) -> ResponseReturnValue:
    link, number = thing
    _refuse_ended(link)
    return showing.page_picture(link.slot.package, number)


@page(bp, "/s/<secret>/document.pdf", about=_link, access=anyone)
def link_document(link: SigningLink) -> ResponseReturnValue:
    _refuse_ended(link)
    return showing.document(link.slot.package)


def masked(email: str) -> str:
    """Enough of an address to recognise one's own: "g…@uni-ruse.bg"."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…@{host}"


def is_proved(link: SigningLink) -> bool:
    """Whether the code of the mail was typed on this device a short while ago."""
    kept = session.get(_KEY) or {}
    return bool(kept.get("link") == link.id and now().timestamp() - float(kept.get("at", 0)) < PROOF_LASTS)


def _secret() -> str:
    return str((request.view_args or {})["secret"])


def _back() -> str:
    return url_for("signing.link", secret=_secret())


def _refuse_ended(link: SigningLink) -> None:
    if reasons := links.ended(link):
        raise Refused(*reasons)


def _refuse_unproved(link: SigningLink) -> None:
    if not is_proved(link):
        raise Refused(_("Ask for the code by mail and type it here first; this tells us that it is you."))


def _seat(link: SigningLink) -> Seat:
    _refuse_ended(link)
    return Seat(link.slot, links.holder(link), {"how": "link_and_code", "email": link.email})


outside_pages.hang(
    Door(
        "link", "/s/<secret>/certificate", "web/_guest.html", about=_link, access=anyone, seat=_seat,
        confirm=ConfirmForm, sure=is_proved, ask=lambda _link, _form: None,
    )
)  # fmt: skip
