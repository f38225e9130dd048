"""The register, the signed documents, and the page where anyone verifies."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Flask, Response, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service import engines
from mou_service.accounts.roles import STAFF, Role
from mou_service.agreements import history, law, permissions
from mou_service.agreements.law import InLaw
from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get as get_agreement
from mou_service.core import db as database
from mou_service.core import events
from mou_service.core.actors import Actor, guest
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing
from mou_service.core.ids import ungrouped
from mou_service.partners import institution
from mou_service.trust import names
from mou_service.trust.chains import load_roots
from mou_service.web import navigation
from mou_service.web.filters import in_language
from mou_service.web.forms import EmptyForm
from mou_service.web.routing import action, anyone, form_for, page, role, said
from mou_service.web.security import limiter

from . import operations, queries, renewal_views, renewals, verification, witness_views, words
from .bag.contents import SCRIPT
from .bag.packing import pack
from .bag.trail import Audience
from .bag.writing import is_bag
from .blueprint import bp
from .forms import CodeForm, LinkForm, UploadForm
from .models import DownloadLink
from .roots import accepted_today

WHATS = ("final", "certificate")
PAGE = 25
#: A bag is put together anew each time, out of every file of the agreement.
BAGS = "12 per minute"

__all__ = ["bp", "renewal_views"]


@page(bp, "/register", access=role(*STAFF[1:], Role.PARTNER))
def register_page() -> ResponseReturnValue:
    """The archived agreements, searched by any name, title or number."""
    typed, before = request.args.get("q", ""), request.args.get("before", "")
    found = queries.register(g.actor, words=typed, before=before, limit=PAGE + 1)
    following = found[PAGE - 1].register_number if len(found) > PAGE else None
    return render_template(
        "archive/register.html",
        records=found[:PAGE],
        words=typed,
        following=following,
        last_check=queries.last_check(),
        late=renewals.late(days=engines.current().settings.renew_days, at=now()),
        in_law=lambda agreement: law.in_law(agreement, _today(), tells="word"),
    )


@page(bp, "/agreements/<ref>/signed/<what>.pdf", about=lambda ref, what: _asked(ref, what), writes=True,
      access=lambda actor, asked: permissions.may("download_signed")(actor, asked[0]))  # fmt: skip
def download(asked: tuple[Agreement, str]) -> ResponseReturnValue:
    agreement, what = asked
    operations.note_download(agreement, actor=g.actor, what=what)
    return _send(agreement, what)


@page(bp, "/agreements/<ref>/signed/evidence.zip", about=queries.agreement_with_record,
      access=permissions.may("download_signed"))  # fmt: skip
@limiter.limit(BAGS)
def bag(agreement: Agreement) -> ResponseReturnValue:
    """Everything about it in one file, for us or for the other side."""
    inside = not permissions.refusals("look_inside", g.actor, agreement) or g.actor.has(Role.ARCHIVIST)
    return _packed(agreement, audience="house" if inside else "partner", actor=g.actor)


@action(bp, "/agreements/<ref>/look-over", about=queries.agreement_with_record, access=permissions.may("look_over"),
        form=EmptyForm)  # fmt: skip
def look_over(agreement: Agreement, _form: EmptyForm) -> ResponseReturnValue:
    """The archivist has seen that the deposit is as it should be; it is no task any more."""
    assert agreement.record is not None, "archived agreements have a record"
    operations.look_over(agreement.record, actor=g.actor)
    said(_("It is noted that you looked it over."))
    return redirect(url_for("agreements.tasks"))


@page(bp, "/agreements/<ref>/links", about=queries.agreement_with_record, access=permissions.may("send_signed"))
def links(agreement: Agreement) -> ResponseReturnValue:
    """Links to the signed document for people without an account."""
    return render_template(
        "archive/links.html", agreement=agreement, links=queries.links_of(agreement), form=form_for(LinkForm)
    )


@action(bp, "/agreements/<ref>/links", about=queries.agreement_with_record, access=permissions.may("send_signed"),
        form=LinkForm, shows=links)  # fmt: skip
def make_link(agreement: Agreement, form: LinkForm) -> ResponseReturnValue:
    settings = engines.current().settings
    email = form.email.data or ""
    secret = operations.make_download_link(agreement, actor=g.actor, email=email, days=settings.download_link_days)
    flash(_("The link is shown once. Copy it and send it to %(email)s.", email=email), "done")
    return render_template(
        "archive/links.html", agreement=agreement, links=queries.links_of(agreement), form=LinkForm(formdata=None),
        made=settings.public_url + url_for("archive.guest_page", secret=secret),
    )  # fmt: skip


@action(bp, "/agreements/<ref>/links/<int:number>/revoke", about=lambda ref, number: _link(ref, number),
        access=lambda actor, link: permissions.may("send_signed")(actor, link.agreement))  # fmt: skip
def revoke_link(link: DownloadLink) -> ResponseReturnValue:
    operations.revoke_download_link(link, actor=g.actor)
    said(_("The link no longer works."))
    return redirect(url_for("archive.links", ref=link.agreement.ref))


@page(bp, "/d/<secret>", about=queries.link, access=anyone)
def guest_page(link: DownloadLink) -> ResponseReturnValue:
    """What somebody with a link sees: the document, the certificate, the way to verify."""
    return render_template(
        "archive/guest.html", agreement=link.agreement, link=link, secret=(request.view_args or {})["secret"],
        record=link.agreement.record, in_law=_told(link.agreement),
        public_address=engines.current().settings.public_url
        + url_for("archive.verify_code", code=link.agreement.verification_code),
    )  # fmt: skip


@page(bp, "/d/<secret>/<what>.pdf", about=lambda secret, what: (queries.link(secret), what), access=anyone, writes=True)
def guest_download(asked: tuple[DownloadLink, str]) -> ResponseReturnValue:
    link, what = asked
    if what not in WHATS:
        raise Missing(what)
    operations.note_download(link.agreement, actor=guest(link.email), what=what, link=link)
    return _send(link.agreement, what)


@page(bp, "/d/<secret>/evidence.zip", about=queries.link, access=anyone)
@limiter.limit(BAGS)
def guest_bag(link: DownloadLink) -> ResponseReturnValue:
    return _packed(link.agreement, audience="partner", actor=guest(link.email), link_id=link.id)


@page(bp, "/verify", access=anyone)
def verify() -> ResponseReturnValue:
    """Is this document genuine? By code or by file, without an account."""
    return render_template(
        "archive/verify.html", code_form=form_for(CodeForm), upload_form=form_for(UploadForm),
        roots=[(names.read(each.subject).name, each.sha256.hex()) for each in load_roots(engines.current().known_roots())],
    )  # fmt: skip


@page(bp, "/verify/<code>", access=anyone)
@limiter.limit("120 per minute")
def verify_code(code: str) -> ResponseReturnValue:
    """What a QR code leads to."""
    used = engines.current()
    answer = verification.of_code(code, files=used.files, roots=accepted_today(used)) if len(code) <= 40 else None
    if answer is None:
        return witness_views.answer_to_code(code) or (render_template("archive/no_such_code.html", code=code), 404)
    return render_template("archive/answer.html", answer=answer, words=words, code=code, in_law=_in_law(answer))


@action(bp, "/verify/code", access=anyone, form=CodeForm, shows=verify)
def verify_typed(form: CodeForm) -> ResponseReturnValue:
    typed = ungrouped(form.code.data or "")
    if not typed:
        raise Invalid({"code": _("Please type the code as it is printed, such as ABCD-EFGH-JKMN.")})
    return redirect(url_for("archive.verify_code", code=typed))


@action(bp, "/verify", access=anyone, form=UploadForm, shows=verify)
@limiter.limit("30 per minute")
def verify_upload(form: UploadForm) -> ResponseReturnValue:
    upload = form.file.data
    content = upload.read() if upload else b""
    if not content:
        raise Invalid({"file": _("Please choose the PDF you want to verify.")})
    if is_bag(content):
        raise Invalid(
            {
                "file": _(
                    "This is an evidence bag. Unpack it and choose the PDF in its folder data/documents, such as final.pdf."
                )
            }
        )
    if (about_a_witness := witness_views.answer_to_file(content)) is not None:
        return about_a_witness
    used = engines.current()
    answer = verification.of_upload(
        content, roots=accepted_today(used), files=used.files, revocation_lists=used.revocation_lists()
    )
    return render_template(
        "archive/answer.html", answer=answer, words=words, file_name=upload.filename, in_law=_in_law(answer)
    )


@page(bp, "/verify/root.pem", access=anyone)
def root_certificate() -> ResponseReturnValue:
    """The root certificates of all generations, for whoever verifies with other programs.

    Behind them those by which an earlier root certifies a later one: no roots, but with them one old root is enough.
    """
    used = engines.current()
    if not (roots := used.known_roots()):
        raise Missing("nothing was signed here yet")
    return Response("".join(map(words.pem, [*roots, *used.crossed()])), mimetype="application/x-pem-file")


@page(bp, "/verify/check.py", access=anyone)
def check_script() -> ResponseReturnValue:
    """The script that checks a bag of evidence, from us and not from the bag."""
    return Response(SCRIPT.read_bytes(), mimetype="text/x-python; charset=utf-8")


@page(bp, "/revocations.crl", access=anyone)
def revocations() -> ResponseReturnValue:
    """The list of what the first issuer took back (RFC 5280); later issuers have addresses of their own."""
    return Response(institution.authority().revocation_list(number=1), mimetype="application/pkix-crl")


@page(bp, "/agreements/<ref>/trail", about=get_agreement, access=permissions.may("audit"))
def trail(agreement: Agreement) -> ResponseReturnValue:
    """Every event of one agreement, and whether the chain holds."""
    return render_template(
        "archive/trail.html", agreement=agreement, events=events.trail(agreement.stream),
        breaks=list(events.check_chain(agreement.stream)), words=words, history=history,
    )  # fmt: skip


def register(app: Flask) -> None:
    """The menu, and what the agreement's page shows of the archive."""
    navigation.add(navigation.Entry(_l("Register"), "archive.register_page", role(*STAFF[1:], Role.PARTNER), 60))
    navigation.add(navigation.Entry(_l("Verify"), "archive.verify", anyone, 90))


def _in_law(answer: verification.Answer) -> InLaw | None:
    """What everybody is told of the agreement of a file that may be relied on, or was."""
    return _told(answer.agreement) if answer.agreement is not None and answer.record is not None else None


def _told(agreement: Agreement) -> InLaw | None:
    return law.in_law(agreement, _today(), tells=engines.current().settings.public_standing)


def _today() -> date:
    return now().astimezone(ZoneInfo(g.get("time_zone") or "UTC")).date()


def _asked(ref: str, what: str) -> tuple[Agreement, str]:
    agreement = queries.agreement_with_record(ref)
    if what not in WHATS:
        raise Missing(what)
    return agreement, what


def _link(ref: str, number: int) -> DownloadLink:
    found = db.session.get(DownloadLink, number)
    if found is None or found.agreement.ref != ref:
        raise Missing(number)
    return found


def _send(agreement: Agreement, what: str) -> Response:
    record = agreement.record
    assert record is not None, agreement.ref
    content = engines.current().files.get(record.newest if what == "final" else record.certificate)
    ending = "" if what == "final" else "-certificate"
    response = Response(io.BytesIO(content).getvalue(), mimetype="application/pdf")
    title = in_language(agreement.titles).replace("/", " ")
    shown = quote(f"{agreement.ref}{ending} {title}.pdf")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{agreement.ref}{ending}.pdf\"; filename*=UTF-8''{shown}"
    )
    return response


def _packed(agreement: Agreement, *, audience: Audience, actor: Actor, link_id: int | None = None) -> Response:
    """The bag, put together before anything is written: nobody waits for it."""
    ref, packed = agreement.ref, pack(agreement, audience=audience)
    sha256 = hashlib.file_digest(packed, "sha256").hexdigest()
    packed.seek(0)
    db.end()
    database.read_only(False)
    link = db.session.get(DownloadLink, link_id) if link_id else None
    operations.note_download(
        get_agreement(ref), actor=actor, what="evidence", link=link, sha256=sha256, audience=audience
    )
    db.session.commit()
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"{ref}-evidence.zip")
