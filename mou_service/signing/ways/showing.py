"""What a signer is shown before the act, at the table and behind a personal link alike."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, session
from flask.typing import ResponseReturnValue

from mou_service import engines
from mou_service.core.errors import Missing
from mou_service.documents.pdf import previews
from mou_service.web.filters import language
from mou_service.web.forms import ReasonForm
from mou_service.web.routing import form_for

from .. import loans, operations, order, wording
from ..forms import SignForm
from ..models import Package, Slot
from ..operations import Circumstances, Method
from ..witnesses import asking as witnessing

#: Sharp on a tablet, and small enough to come over a conference centre's network.
PICTURE_WIDTH = 1240


def act(slot: Slot, *, sign_url: str, form: type[SignForm] = SignForm) -> dict[str, Any]:
    """The variables of a page to sign on: the person, who comes before and after, fingerprint, consent."""
    package = slot.package
    around = order.around(slot, [each for each in package.slots if each.kind != "seal"])
    consent_language = _consent_language(slot)
    fingerprint = wording.short_fingerprint(package.frozen or "")
    return {
        "slot": slot,
        "package": package,
        "before": around.before,
        "beside": around.beside,
        "after": around.after,
        "why_not": operations.why_not(slot),
        "out_to_me": loans.is_with(slot),
        "consent": wording.consent(slot.kind, slot.as_shown, language=consent_language, fingerprint=fingerprint),
        "consent_language": consent_language,
        "typed": wording.shown(slot.as_shown.get("name", {}), consent_language),
        "sign_url": sign_url,
        "form": form_for(form),
        "decline": form_for(ReasonForm),
        **(witnessing.asked(slot) if slot.kind == "witness" else {}),
    }


def news(slot: Slot, home: str, *, ended: bool = False) -> ResponseReturnValue | None:
    """The answer to a page that asks whether it may act by now: leads it there, or says that there is nothing new.

    None: somebody opens the page. It asks only while it waits, so nothing that was typed is lost.
    """
    if request.headers.get("X-Requested-With") != "poll" or "waiting" not in request.args:
        return None
    if operations.why_not(slot) and slot.state == "waiting" and slot.package.voided_at is None and not ended:
        return None
    response = Response(status=204)
    response.headers["X-Go-To"] = home
    return response


def circumstances(form: SignForm, *, method: Method, identified: dict[str, str]) -> Circumstances:
    """What the request knows about the act."""
    return Circumstances(
        method=method,
        identified={**identified, **witnessing.declared(form)},
        language=wording.consent_language(form.language.data or ""),
        frozen=form.frozen.data or "",
        address=request.remote_addr or "",
        device=request.user_agent.string,
    )


def page_picture(package: Package | None, number: int) -> ResponseReturnValue:
    """A page of the newest revision as a picture, stamps included."""
    if package is None or package.current is None or not 1 <= number <= package.pages:
        raise Missing(f"page {number}")
    tag = f"{package.current}-{number}"
    if request.if_none_match.contains(tag):
        return Response(status=304)
    content = engines.current().files.get(package.current)
    response = Response(previews.page_picture(content, number - 1, width=PICTURE_WIDTH), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(tag)
    return response


def document(package: Package | None) -> ResponseReturnValue:
    """The newest revision itself, to be read with a PDF reader."""
    if package is None or package.current is None:
        raise Missing("document")
    response = Response(engines.current().files.get(package.current), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{package.agreement.ref}.pdf"'
    return response


def _consent_language(slot: Slot) -> str:
    """What the reader chose on this page, else the language the page was switched to, else the person's own.

    A choice counts for the page it was made on: switching the page's language afterwards takes the consent along.
    A table's page is in the organiser's language, and is not asked.
    """
    own = slot.position.person.language if slot.position else ""
    chosen = request.args.get("consent", "") if request.args.get("beside", language()) == language() else ""
    switched = "" if g.get("table") else str(session.get("language", ""))
    return wording.consent_language(chosen, switched, own, language())
