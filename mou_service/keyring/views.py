"""Keys and certificates: the page for administrators, and what everybody may fetch to verify."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from mou_service import engines
from mou_service.accounts import sessions
from mou_service.accounts.roles import Role
from mou_service.core.errors import EngineFailed, Missing
from mou_service.partners import institution
from mou_service.trust.issuing import AUTHORITIES, BELOW, IN_TOKENS, NAMES
from mou_service.web import navigation
from mou_service.web.routing import action, anyone, form_for, page, role, said

from . import operations, policy, queries, words
from .forms import ImportForm, RevokeForm, RotateForm, passphrase_of
from .queries import Watched

bp = Blueprint("keyring", __name__)
_READ, _ACT = role(Role.ADMINISTRATOR, Role.AUDITOR), role(Role.ADMINISTRATOR)
navigation.add(navigation.Entry(_l("Keys and certificates"), "keyring.show", _READ, order=80))


@page(bp, "/keys", access=_READ)
def show() -> ResponseReturnValue:
    """What there is, until when, and what can be done."""
    authority, used = institution.authority(), engines.current()
    watched, problems = _watched(with_stamp=True)
    ours = {each.fingerprint for each in queries.current(authority)}
    return render_template(
        "keyring/show.html", current=queries.current(authority), earlier=queries.earlier(authority), words=words,
        others=[each for each in watched if each.fingerprint not in ours], history=queries.history(),
        ending=[each for each in watched if each.threshold is not None], authorities=AUTHORITIES,
        token=used.settings.pkcs11_token if used.settings.pkcs11_module else "",
        apart=bool(used.settings.key_secret), problems=problems, may_act=not _ACT(g.actor), revocations=authority.revocations,
    )  # fmt: skip


@page(bp, "/keys/<name>/new", about=lambda name: _known(name), access=_ACT)
def new(name: str) -> ResponseReturnValue:
    """What a new key means, before it is made."""
    if not sessions.is_fresh():
        return _confirm(url_for(".new", name=name))
    authority = institution.authority()
    kept = {each.name: each for each in queries.current(authority)}
    default = "token" if kept[name].place == "token" and not kept[name].imported else "file"
    brings = [str(words.NAMES[each]) for each in BELOW[name] if each != name and not kept[each].imported]
    return render_template(
        "keyring/new.html", form=form_for(RotateForm, where=default, seen=str(kept[name].number)), name=name, kept=kept[name], words=words,
        brings=brings, in_token=engines.current().settings.pkcs11_module and name in IN_TOKENS,
        may_revoke=name != "root" and not kept[name].imported,
    )  # fmt: skip


@action(bp, "/keys/<name>/new", about=lambda name: _known(name), access=_ACT, form=RotateForm, shows=new)
def rotate(name: str, form: RotateForm) -> ResponseReturnValue:
    if not sessions.is_fresh():
        return _confirm(url_for(".new", name=name))
    operations.rotate(
        institution.authority(), name, actor=g.actor, reason=form.reason.data or "", where=form.where.data,
        revoke=form.old.data or "", number=_seen(form.seen.data),
    )  # fmt: skip
    said(_("There is a new key. What was signed with the old one stays valid as it was."))
    return redirect(url_for(".show"))


@page(bp, "/keys/seal/import", access=_ACT)
def bring() -> ResponseReturnValue:
    """A seal from a certification service, in a file."""
    if not sessions.is_fresh():
        return _confirm(url_for(".bring"))
    return render_template(
        "keyring/import.html", form=form_for(ImportForm), roots=bool(engines.current().signer_roots())
    )


@action(bp, "/keys/seal/import", access=_ACT, form=ImportForm, shows=bring)
def import_seal(form: ImportForm) -> ResponseReturnValue:
    if not sessions.is_fresh():
        return _confirm(url_for(".bring"))
    content = form.file.data.read()
    operations.import_seal(
        institution.authority(), content, passphrase=passphrase_of(form), actor=g.actor,
        roots=engines.current().signer_roots(), reason=form.reason.data or "",
    )  # fmt: skip
    said(_("From now on documents are sealed with this certificate."))
    return redirect(url_for(".show"))


@page(bp, "/keys/revoke", access=_ACT)
def take_back() -> ResponseReturnValue:
    """Take a certificate back: one of ours, or one that was made for an act of signing."""
    if not sessions.is_fresh():
        return _confirm(url_for(".take_back", serial=request.args.get("serial", "")))
    return render_template("keyring/revoke.html", form=form_for(RevokeForm, serial=request.args.get("serial", "")))


@action(bp, "/keys/revoke", access=_ACT, form=RevokeForm, shows=take_back)
def revoke(form: RevokeForm) -> ResponseReturnValue:
    serial = form.serial.data or ""
    if not sessions.is_fresh():
        return _confirm(url_for(".take_back", serial=serial))
    operations.revoke(
        institution.authority(), serial, actor=g.actor, code=form.code.data, reason=form.reason.data or ""
    )
    said(_("The certificate is taken back from now on, and stands in the published list."))
    return redirect(url_for(".show"))


# What everybody may fetch: these addresses stand in certificates and never change


@page(bp, "/certificates/<name>-<int:number>.cer", access=anyone)
def certificate(name: str, number: int) -> ResponseReturnValue:
    """The certificate of a root or issuer, of any generation (DER)."""
    return Response(institution.authority().certificate(_authority(name), number), mimetype="application/pkix-cert")


@page(bp, "/revocations/<name>-<int:number>.crl", access=anyone)
def revocation_list(name: str, number: int) -> ResponseReturnValue:
    """The list of what a root or issuer took back (RFC 5280), made at this moment."""
    listed = institution.authority().revocation_list(name=_authority(name), number=number)
    return Response(listed, mimetype="application/pkix-crl")


@page(bp, "/policy", access=anyone)
def policy_page() -> ResponseReturnValue:
    """What our certificates vouch for, and what they do not, in every language of the interface."""
    return render_template(
        "keyring/policy.html",
        texts=policy.texts(),
        kinds=policy.KINDS,
        contact=institution.ours().organisation.called(),
    )


@bp.app_template_global("certificates_that_end")
def certificates_that_end() -> list[Watched]:
    """What ends soon, for the first page of administrators; nobody else is troubled with it."""
    if _ACT(g.actor) or not institution.is_set_up():
        return []
    return [each for each in _watched(with_stamp=False)[0] if each.threshold is not None]


def _watched(*, with_stamp: bool) -> tuple[list[Watched], list[str]]:
    """The certificates that matter, and why some of them could not be looked at."""
    used, roots, problems = engines.current(), [], []
    for read in (used.timestamp_roots, used.signer_roots):
        try:
            roots.append(read())
        except EngineFailed as problem:
            roots.append(())
            problems.append(str(problem))
    stamp = queries.last_stamp(used.files) if with_stamp else None
    found = queries.watched(institution.authority(), timestamp_roots=roots[0], signer_roots=roots[1], last_stamp=stamp)
    return found, problems


def _seen(typed: str | None) -> int | None:
    """The generation the page showed; a form without one is held against nothing."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() else None


def _known(name: str) -> str:
    if name not in NAMES:
        raise Missing(name)
    return name


def _authority(name: str) -> str:
    if name not in AUTHORITIES:
        raise Missing(name)
    return name


def _confirm(back: str) -> BaseResponse:
    return redirect(url_for("accounts.confirm_password", next=back))
