"""A verdict in words a layman understands; translations of what the trust library found."""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.agreements.models import Agreement
from mou_service.trust.verdict import Finding, SignatureVerdict, Verdict
from mou_service.web.filters import day, in_language, listed

from .verification import Answer

KINDS = {
    "certification": _l("Certified by the service before the first signature"),
    "signatory": _l("Signatory"),
    "witness": _l("Witness"),
    "seal": _l("Electronic seal of the institution"),
    "timestamp": _l("Document time-stamp"),
}

TIMES = {
    "timestamp": _l("time confirmed by a time-stamp service"),
    "placeholder": _l("time from the service's own clock, a placeholder without evidential value"),
    "claimed": _l("time as the signing program stated it"),
}

#: Findings that are no errors and still nobody should have to look for.
_TOLD = ("protection_ended", "time_ended", "renewed", "newer_copy", "register_vouches")

#: The sentences of trust/verdict.py once more, for translation; the code is the key, the English stands there.
SENTENCES = {
    "not_a_pdf": _l("This is not a PDF file."),
    "too_large": _l("The file is larger than %(limit)s MB and was not examined."),
    "too_complex": _l("The file is built in a way that takes too long to examine. Our documents are not like that."),
    "encrypted": _l("The file is protected by a password. Remove the protection or ask for the original file."),
    "damaged": _l("The file is damaged so badly that it cannot be examined. Please obtain it once more."),
    "truncated": _l("The end of the file is missing. It was probably not downloaded or copied completely."),
    "trailing_bytes": _l("%(count)s bytes that no signature covers were put after the end of the document."),
    "unsigned": _l("Nobody has signed this file. It is a draft, or the signatures were removed."),
    "left_empty": _l("These places were still empty when the seal closed the document: %(fields)s."),
    "end_damaged": _l("The last %(count)s bytes of the file were changed or damaged and cannot be read."),
    "incomplete": _l("These signatures are still missing: %(fields)s."),
    "not_ours": _l("The file is signed, but not with certificates that we know. It was not signed here, whatever it looks like."),
    "byte_changed": _l("The file was changed after the signature in “%(field)s”: what it signed is no longer there."),
    "signature_damaged": _l("The signature in “%(field)s” cannot be read or is not the signer's."),
    "byte_range_game": _l("The signature in “%(field)s” does not say correctly which part of the file it covers. This does not happen by accident."),
    "signature_wrapping": _l("Something was hidden in the part of the file that the signature in “%(field)s” cannot cover. What is shown is not what was signed."),
    "page_replaced": _l("The content of page %(page)s was replaced after signing."),
    "page_appended": _l("%(count)s pages were added after signing."),
    "page_removed": _l("%(count)s pages were removed after signing."),
    "annotation_or_overlay_added": _l("Something was laid over page %(page)s after signing."),
    "stamp_swapped": _l("The visible stamp of the signature in “%(field)s” was exchanged after signing."),
    "content_hidden_or_font_swapped": _l("Something that decides how the pages look (a picture, a font, a layer) was exchanged after signing."),
    "foreign_signature_added": _l("A signature was added in “%(field)s” that is not one of this document."),
    "signed_after_lock": _l("“%(field)s” was filled after the seal had locked the document."),
    "metadata_changed": _l("Title, author or other properties of the file were changed after signing."),
    "validation_data_removed": _l("Data needed to check the signatures later were taken out of the file."),
    "document_changed": _l("The file was changed after signing (%(part)s) in a way that signing does not do."),
    "signature_replaced": _l("The signature in “%(field)s” was exchanged after it had been made."),
    "certificate_revoked": _l("The certificate of the signature in “%(field)s” had been taken back by its authority."),
    "certificate_expired": _l("The certificate of the signature in “%(field)s” was no longer valid when it was used."),
    "signed_before_certificate": _l("The signature in “%(field)s” names a time before %(since)s, when its certificate did not exist yet. It was not made when it says."),
    "protection_ended": _l("As far as the file shows, every signature was sound and nothing was changed since. But since %(since)s nobody vouches for its times any more: a certificate behind them has ended, and the file was not time-stamped again before."),
    "time_ended": _l("The signatures hold. But since %(since)s nobody vouches for when they were made: the certificate of the time-stamp has ended, and the file was not time-stamped again before."),
    "renewed": _l("Its time-stamp was renewed on %(since)s. What was signed, and by whom, is untouched by that."),
    "newer_copy": _l("The archive renewed the time-stamp of this file on %(since)s. The newer copy proves its times for longer."),
    "register_vouches": _l("What still holds is the archive's own record: it has had exactly these bytes since %(since)s."),
    "timestamp_not_trusted": _l("The time-stamp of the signature in “%(field)s” comes from a source we do not know."),
    "timestamp_broken": _l("The time-stamp of the signature in “%(field)s” does not belong to it."),
    "placeholder_time": _l("The times come from the service's own clock. They are a placeholder without evidential value."),
    "archived_bytes_equal": _l("The file is, byte for byte, the one in the archive."),
    "authority_not_known": _l("The signature in “%(field)s” (%(signer)s) rests on an authority that is not accepted here today."),
    "archived_bytes_different": _l("The file is not the one in the archive."),
    "revision_rolled_back": _l("This is an earlier state of the document: it has %(found)s of %(expected)s revisions, and what came later was cut off."),
}  # fmt: skip


def headline(answer: Answer) -> tuple[str, str]:
    """(tone, sentence): the one large answer."""
    if answer.record is None and answer.archived is None:
        return "waiting", _("This document is ours, and not finished: it is not signed by everybody and sealed yet.")
    if answer.is_certificate and answer.archived and answer.verdict.outcome == "valid":
        return "done", _("Genuine: our certificate of completion.")
    if answer.verdict.outcome == "valid" and (answer.archived or answer.archived is None):
        return "done", _("Genuine and complete.")
    if answer.verdict.outcome == "valid":
        return "done", _("Every signature is valid and nothing was changed.")
    if answer.verdict.outcome == "lapsed":
        if answer.archived is False:
            return "waiting", _("Sound as far as the file shows, but no longer proven.")
        return "done", _("Genuine by our archive: these are the very bytes it has kept.")
    if "archived_bytes_equal" in answer.verdict.codes:
        return "waiting", _("The bytes are those we archived, but not every signature can be confirmed today.")
    if answer.verdict.outcome == "unreadable":
        return "stopped", _("This file cannot be examined.")
    if "unsigned" in answer.verdict.codes:
        return "stopped", _("Nobody has signed this file.")
    if "not_ours" in answer.verdict.codes:
        return "stopped", _("This file was not signed here.")
    if "incomplete" in answer.verdict.codes and len(answer.verdict.errors) == 1:
        return "stopped", _("Not complete: signatures are missing.")
    return "stopped", _("Do not rely on this file: it was changed.")


def sentence(finding: Finding) -> str:
    """The finding in the reader's language; one we have no words for yet is told in English."""
    text = SENTENCES.get(finding.code)
    if text is None:
        return finding.sentence
    facts = {k: ", ".join(map(str, v)) if isinstance(v, list | tuple) else v for k, v in finding.facts.items()}
    if "since" in facts:
        facts["since"] = day(date.fromisoformat(facts["since"]))
    return str(text) % facts


def told(answer: Answer) -> list[str]:
    """What stands right below the answer: every error, and what became of the proof of time."""
    said = [f for f in answer.verdict.findings if f.severity == "error" or f.code in _TOLD]
    return [sentence(finding) for finding in said]


def standing(signature: SignatureVerdict) -> tuple[str, str]:
    """(words, tone) of one signature."""
    if signature.valid:
        return _("signature valid"), "done"
    return (_("no longer proven"), "waiting") if signature.was_valid else (_("not valid"), "stopped")


def parties(agreement: Agreement) -> str:
    """The names of the parties in the reader's language."""
    return listed([in_language(party.organisation.called()) for party in agreement.parties])


def kind(signature: SignatureVerdict, *, alone: bool = False) -> str:
    """As what it was given. `alone`: the file is a certificate of ours, whose one signature is the institution's seal."""
    return str(KINDS["seal" if alone and signature.kind == "certification" else signature.kind])


def proves_until(verdict: Verdict) -> datetime | None:
    """Until when the file proves its times; None also when only the service's own clock, or nobody, stands for them."""
    marks = [each for each in verdict.signatures if each.kind in ("seal", "timestamp")]
    return verdict.protected_until if marks and marks[-1].time_source == "timestamp" else None


def time_source(signature: SignatureVerdict) -> str:
    return str(TIMES[signature.time_source])


def level(judged: SignatureVerdict | Verdict) -> str:
    """The PAdES level of a signature or a file, told apart from the mere form of one when the time is our own clock's."""
    if judged.proven_level == judged.level:
        return judged.level
    words = _l("%(level)s in form only, %(proven)s without the placeholder")
    return str(words) % {"level": judged.level, "proven": judged.proven_level}


def pem(der: bytes) -> str:
    """A certificate in the form programs import."""
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def fact(value: Any) -> str:
    """A fact of an event as one line."""
    if isinstance(value, dict):
        return ", ".join(f"{k}: {fact(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(fact, value))
    return str(value)
