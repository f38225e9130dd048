"""Witness certificates: fetched by the witness, the office and the archivist, corrected, and verified by anyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.accounts import asking
from mou_service.agreements import permissions
from mou_service.agreements.models import Agreement
from mou_service.agreements.queries import get as get_agreement
from mou_service.core.actors import Actor, guest
from mou_service.core.errors import Missing, Refused
from mou_service.partners import institution
from mou_service.signing import links as personal
from mou_service.signing import statements
from mou_service.signing.dates import written
from mou_service.signing.models import SigningLink
from mou_service.trust.verdict import SignatureVerdict
from mou_service.trust.verify import verify
from mou_service.web.filters import language
from mou_service.web.routing import anyone, form_page, page, said

from . import acts, making, operations, queries, witness_certificates, witness_facts
from .blueprint import bp
from .forms import CorrectWitnessForm
from .models import DownloadLink, WitnessCertificate
from .signed_places import place_of


def _certificate(ref: str, number: int) -> WitnessCertificate:
    return witness_certificates.of_number(get_agreement(ref), number)


def _may(name: str) -> Any:
    allowed = permissions.may(name)
    return lambda actor, certificate: allowed(actor, certificate.slot.package.agreement)


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {
        "witness_certificates": witness_certificates.newest_of,
        "own_witness_certificate": witness_certificates.newest,
        "witness_kind_of": _kind,
        "signed_place": place_of,
        "edition_changes": lambda before, after: witness_facts.changes(before.as_shown, after.as_shown, language()),
    }


@page(bp, "/agreements/<ref>/witness-certificates/<int:number>.pdf", about=_certificate, access=_may("download_signed"),
      writes=True)  # fmt: skip
def witness_certificate(certificate: WitnessCertificate) -> ResponseReturnValue:
    return _sent(certificate, actor=g.actor)


@page(bp, "/s/<secret>/certificate.pdf", about=personal.found, access=anyone, writes=True)
def witness_own_certificate(link: SigningLink) -> ResponseReturnValue:
    """What somebody who witnessed by personal link, or was sent one, fetches for themselves."""
    if reasons := personal.ended(link):
        raise Refused(*reasons)
    certificate = witness_certificates.newest(link.slot)
    if certificate is None:
        raise Missing("certificate")
    return _sent(certificate, actor=personal.holder(link))


@page(bp, "/d/<secret>/witness-certificates/<int:number>.pdf",
      about=lambda secret, number: (queries.link(secret), number), access=anyone, writes=True)  # fmt: skip
def guest_witness_certificate(asked: tuple[DownloadLink, int]) -> ResponseReturnValue:
    link, number = asked
    return _sent(witness_certificates.of_number(link.agreement, number), actor=guest(link.email), link=link)


def _form(certificate: WitnessCertificate) -> CorrectWitnessForm:
    asking.password()
    form = CorrectWitnessForm()
    if request.method == "GET":
        form.fill(certificate.as_shown)
    return form


@form_page(
    bp, "/agreements/<ref>/witness-certificates/<int:number>/correct", about=_certificate,
    access=_may("correct_witness"), form=_form, template="archive/correct_witness.html",
    prepare=lambda _form, certificate: {"certificate": certificate, "agreement": certificate.slot.package.agreement},
)  # fmt: skip
def correct_witness(certificate: WitnessCertificate, form: CorrectWitnessForm) -> ResponseReturnValue:
    slot = certificate.slot
    made = witness_certificates.correct(
        certificate,
        form.changed(certificate.as_shown),
        reason=form.reason.data or "",
        actor=g.actor,
        maker=making.maker(),
    )
    said(
        _(
            "Edition %(number)s of the certificate is made. The one before still verifies and names it.",
            number=made.edition,
        )
    )
    return redirect(url_for("agreements.show", ref=slot.package.agreement.ref, _anchor="archive-section"))


def answer_to_code(code: str) -> ResponseReturnValue | None:
    """The page for a code that stands on a witness certificate; None for any other code."""
    found = witness_certificates.by_code(code)
    return _answer(found, uploaded=False) if found is not None else None


def answer_to_file(content: bytes) -> ResponseReturnValue | None:
    """The page for the bytes of a witness certificate; None for any other file."""
    found = witness_certificates.by_bytes(content)
    return _answer(found, uploaded=True) if found is not None else None


def _answer(certificate: WitnessCertificate, *, uploaded: bool) -> ResponseReturnValue:
    used, slot = engines.current(), certificate.slot
    agreement = slot.package.agreement
    verdict = verify(used.files.get(certificate.file), roots=used.trusted(), timestamp_roots=used.timestamp_roots())
    newest = witness_certificates.newest(slot)
    return render_template(
        "archive/witness_answer.html", certificate=certificate, slot=slot, agreement=agreement, verdict=verdict,
        uploaded=uploaded, later=newest if newest is not certificate else None, number=witness_facts.number(slot),
        capacity=_told(statements.called(slot.capacity, slot.presence, slot.whom, ("en", "zh"))),
        identified=_told(acts.identified(slot, used.settings.evidence_addresses)),
        signed_at=written(slot.signed_at, zone=institution.ours().time_zone) if slot.signed_at else "",
    )  # fmt: skip


def _kind(agreement: Agreement | None, signature: SignatureVerdict) -> str:
    """As what somebody witnessed, where the signature is one that we know; else nothing."""
    slot = place_of(agreement, signature)
    if slot is None or slot.kind != "witness":
        return ""
    called = _told(statements.called(slot.capacity, slot.presence, slot.whom, ("en", "zh")))
    member = _("from a party's own institution")
    return f"{called} · {member}" if slot.party_id is not None else called


def _told(texts: Mapping[str, str]) -> str:
    return texts.get(language()) or texts.get("en", "")


def _sent(certificate: WitnessCertificate, *, actor: Actor, link: DownloadLink | None = None) -> Response:
    agreement = certificate.slot.package.agreement
    operations.note_download(agreement, actor=actor, what="witness certificate", link=link)
    response = Response(engines.current().files.get(certificate.file), mimetype="application/pdf")
    name = f"{witness_facts.number(certificate.slot)}.{certificate.edition}.pdf"
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    return response
