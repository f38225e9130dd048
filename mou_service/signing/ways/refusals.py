"""Why a file that was signed elsewhere is not taken: what happened, and what to do now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.trust.outside import Refusal
from mou_service.web.filters import comma, day, moment

_AGAIN = _l("Download the document once more, sign only the named place, change nothing else, and send that file.")

WORDS = {
    "not_a_pdf": _l("This is not a PDF file. Send the PDF that your program saved after signing."),
    "too_large": _l("The file is more than %(limit)s MB larger than the document. Sign without large pictures."),
    "too_complex": _l("The file is built in a way that takes too long to examine. Sign with another program."),
    "unreadable": _l("The file cannot be read: the program that signed it wrote its list of contents wrongly. Sign the downloaded document with another program."),
    "not_signed": _l("The place “%(field)s” is not signed in this file. Perhaps you sent the downloaded file, or signed in another document."),
    "another_state": _l("This file was made from another state of the document than the one you downloaded last."),
    "rewritten": _l("The file does not begin with the bytes you downloaded: your program saved the document anew instead of adding the signature to it. Choose “save incrementally” or use another program."),
    "truncated": _l("The end of the file is missing. Send it again."),
    "trailing_bytes": _l("Something stands behind the end of the PDF. Send the file as your program saved it."),
    "end_damaged": _l("The end of the file was changed or damaged. Send it again."),
    "several_revisions": _l("Your program changed the document before it signed. Open the downloaded document and do nothing but sign."),
    "document_timestamp": _l("A time-stamp of the whole document was added. Sign at level B-T or B-LT; the service time-stamps the finished document itself."),
    "wrong_field": _l("Another place was signed (%(fields)s) instead of “%(field)s”. Click the empty place with your name; do not draw a new one."),
    "second_signature": _l("Beside yours, something else was signed: %(fields)s. Only “%(field)s” is yours."),
    "foreign_signature_added": _l("A signature or a place to sign was added in “%(field)s”. Only the named place may be filled."),
    "form": _l("The signature is of the old kind %(form)s. Choose PAdES (ETSI.CAdES.detached) or CMS (adbe.pkcs7.detached) in your program."),
    "locks": _l("Your signature would lock the document, and nobody could sign after you. Untick “lock document after signing” in your program."),
    "weak": _l("The signature was made with %(what)s, which is no longer safe. Choose SHA-256 and a longer key."),
    "time": _l("The signature says it was made on %(said)s, but the document was handed out on %(since)s. Set the clock of your computer right and sign again."),
    "drawing": _l("What your program drew into the place cannot be kept for decades (%(lacks)s). Choose a drawing without text, or one whose font is embedded, and sign again."),
    "not_yet_valid": _l("The certificate is valid only from %(day)s."),
    "expired": _l("The certificate ended on %(day)s. Sign with one that is valid."),
    "certificate_revoked": _l("The certificate was taken back by its authority. Sign with one that is valid."),
    "not_for_signing": _l("The certificate is not meant for signing documents: it says nothing of “non-repudiation” among its uses. Sign with one for electronic signatures."),
    "self_made": _l("The certificate of %(name)s was issued by nobody but itself. Sign with one from a trust service."),
    "authority": _l("The certificate was issued by an authority this institution does not accept yet: %(issuer)s. Ask the organiser. An administrator adds the root certificate “%(authority)s” to the file of SIGNER_ROOTS, after comparing it with what the authority publishes."),
    "authority_known": _l("The certificate was issued by an authority this institution does not accept yet: %(issuer)s. Ask the organiser. An administrator adds the root certificate “%(authority)s” (SHA-256 %(sha256)s) to the file of SIGNER_ROOTS, after comparing it with what the authority publishes."),
    "signed_before_certificate": _l("The signature names a time before its certificate existed. Set the clock of your computer right and sign again."),
    "signature_damaged": _l("The signature does not hold: it cannot be read, or was not made with the key of its certificate."),
    "byte_changed": _l("The file was changed after you signed it."),
    "byte_range_game": _l("The signature does not cover the whole file. Sign with another program."),
    "signature_wrapping": _l("Something is hidden in the part of the file that the signature cannot cover. Sign with another program."),
    "annotation_or_overlay_added": _l("A comment or a drawing was added on page %(page)s. Add nothing to the document."),
    "metadata_changed": _l("Title, author or other properties of the document were changed."),
    "page_replaced": _l("Page %(page)s was changed."),
    "page_appended": _l("%(count)s pages were added."),
    "page_removed": _l("%(count)s pages were removed."),
    "content_hidden_or_font_swapped": _l("Something that decides how the pages look (a picture, a font, a layer) was changed."),
    "stamp_swapped": _l("The drawing of somebody else's signature was changed."),
    "signature_replaced": _l("Somebody else's signature was changed."),
    "validation_data_removed": _l("Data that belong to the signatures before yours were taken out."),
    "document_changed": _l("The document was changed (%(part)s) in a way that signing does not do."),
}  # fmt: skip
#: What is done about these stands in their own words.
_COMPLETE = frozenset(
    {"unreadable", "rewritten", "wrong_field", "form", "locks", "weak", "time", "drawing", "expired", "not_yet_valid",
     "certificate_revoked", "not_for_signing", "self_made", "authority", "authority_known", "several_revisions",
     "document_timestamp", "signed_before_certificate", "too_large", "too_complex", "not_a_pdf", "truncated"}
)  # fmt: skip


def sentences(refusals: tuple[Refusal, ...]) -> list[str]:
    """Each reason in the language of the page; the last sentence says what to do where the reason does not."""
    told = [_sentence(each) for each in refusals]
    return told if any(_code(each) in _COMPLETE for each in refusals) else [*told, str(_AGAIN)]


def _code(refusal: Refusal) -> str:
    return "authority_known" if refusal.code == "authority" and refusal.facts.get("sha256") else refusal.code


def _sentence(refusal: Refusal) -> str:
    words = WORDS.get(_code(refusal))
    if words is None:  # a verifier that learned a new word before we did
        return str(_("The file holds more than your signature (%(code)s).", code=refusal.code))
    return str(words) % {key: _fact(key, value) for key, value in refusal.facts.items()}


def _fact(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        return str(day(value) if name == "day" else moment(value))
    return comma().join(map(str, value)) if isinstance(value, list) else str(value)
