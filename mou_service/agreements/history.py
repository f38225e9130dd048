"""The words for what happened to an agreement, from the names and facts of its events."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.actors import SERVICE
from mou_service.core.events import Event
from mou_service.web.filters import colon, comma, in_language

from .lifecycle import STEPS

WORDS: Mapping[str, str] = {
    "agreement.start": _l("Draft started"),
    "agreement.submit": _l("Submitted for review"),
    "agreement.return": _l("Returned to drafting"),
    "agreement.agree_text": _l("Text agreed"),
    "agreement.present": _l("Presented for approval"),
    "agreement.approve": _l("Approved"),
    "agreement.revise": _l("Taken back to change the text"),
    "agreement.freeze": _l("Frozen for signing"),
    "agreement.void": _l("Signing voided"),
    "agreement.execute": _l("Signed by everybody"),
    "agreement.archive": _l("Deposited in the archive"),
    "agreement.withdraw": _l("Withdrawn"),
    "agreement.end": _l("Ended before its time"),
    "agreement.take_back_end": _l("The end was taken back"),
    "agreement.relate": _l("Relation to another agreement entered"),
    "agreement.take_back_relation": _l("Relation to another agreement taken back"),
    "version.add": _l("New version of the text"),
    "returned.take_in": _l("File taken in that came back from Word"),
    "returned.make": _l("File from Word decided and made into a version"),
    "returned.aside": _l("File from Word put aside"),
    "translation.confirm": _l("Translation confirmed"),
    "translation.go_on": _l("Goes on without a confirmed translation"),
    "translation.withdraw": _l("Confirmation of the translation fell away: the text changed"),
    "translation.accept": _l("A difference between the languages is right"),
    "translation.look_again": _l("A difference between the languages is looked at again"),
    "signatory.correct": _l("Name of a signatory corrected"),
    "annex.attach": _l("Annex attached"),
    "annex.remove": _l("Annex taken away"),
    "review.agree": _l("Reviewer agreed"),
    "review.answer": _l("Opinion answered"),
    "review.approve": _l("One approval given"),
    "review.comment": _l("Remark made"),
    "review.resolve": _l("Remark settled"),
    "witness.add": _l("Witness named"),
    "witness.remove": _l("Witness taken off"),
    "witness.certify": _l("Witness certificate made"),
    "witness.correct": _l("Witness certificate corrected"),
    "package.open": _l("File made, certified and open for signing"),
    "package.complete": _l("Last signature given"),
    "package.seal": _l("Sealed by the institution"),
    "package.timestamp": _l("Time-stamped"),
    "package.no_timestamp": _l("Finished without a time-stamp, as it was chosen"),
    "package.lower_level": _l("Level of proof lowered"),
    "package.problem": _l("The file could not be made or finished"),
    "slot.turn": _l("Next signatory's turn"),
    "slot.sign": _l("Signed"),
    "slot.attest": _l("Witnessed"),
    "slot.take_out": _l("Document taken out, to be signed with their own certificate"),
    "slot.extend": _l("More time given for signing elsewhere"),
    "slot.give_back": _l("Document given back unsigned"),
    "slot.bring_back": _l("File that was signed elsewhere examined"),
    "slot.other_name": _l("Certificate or account names somebody else than the document"),
    "slot.decline": _l("Declined to sign"),
    "slot.look": _l("Document opened by personal link"),
    "slot.code": _l("Code for signing sent"),
    "slot.go_on_without": _l("Gone on without a witness"),
    "slot.lapse": _l("Signed although the authority to sign had ended meanwhile"),
    "signatory.lose_authority": _l("Authority of a signatory to sign withdrawn"),
    "override.ask": _l("Override of signing authority asked for"),
    "override.confirm": _l("Override of signing authority confirmed by a second person"),
    "override.refuse": _l("Override of signing authority refused"),
    "slot.remind": _l("Reminded to sign"),
    "slot.replace": _l("Another person named in this place"),
    "package.remake": _l("File to sign made anew, before anybody had signed"),
    "package.extend": _l("Last day to sign changed"),
    "package.lapse": _l("Time for signing over"),
    "delegation.ask": _l("Power of attorney handed in"),
    "delegation.confirm": _l("Power of attorney accepted"),
    "delegation.refuse": _l("Power of attorney not accepted"),
    "delegation.end": _l("Power of attorney no longer used"),
    "slot.invite": _l("Personal link sent"),
    "slot.withdraw_link": _l("Personal link withdrawn"),
    "archive.link": _l("Link to the signed document made"),
    "archive.revoke_link": _l("Link to the signed document withdrawn"),
    "archive.download": _l("Downloaded"),
    "archive.look_over": _l("Deposit looked over"),
    "archive.renew": _l("Time-stamp of the archived file renewed"),
    "archive.difference": _l("A stored file differs from its fingerprint"),
}
#: Facts that hold words of people and are worth reading in a line.
_TOLD = ("reason", "note", "opinion", "text", "problem", "certified")


def words(event: Event) -> str:
    """What happened, in the language of the page; the event's own name where no words are known."""
    name = "slot.attest" if event.name == "slot.sign" and event.facts.get("kind") == "witness" else event.name
    if name in WORDS:
        return str(WORDS[name])
    act = event.name.partition(".")[2]
    return str(STEPS[act].label) if event.name.startswith("agreement.") and act in STEPS else event.name


def who(event: Event) -> str:
    """Who did it, by name and without the address."""
    name, table = event.actor.partition(" <")[0], "signing table of "
    if name == SERVICE.label:
        return str(_("the service"))
    if not name.startswith(table):
        return name
    at_table = str(_("at the table of %(host)s", host=name.removeprefix(table)))
    # At the table the actor is the host's device; who signed or declined there is the person of the place.
    person = event.facts.get("person") if event.name in ("slot.sign", "slot.decline") else None
    return f"{person}{comma()}{at_table}" if person else at_table


def detail(event: Event) -> str:
    """What somebody wrote along with it, or which thing it was about."""
    told = next((str(event.facts[key]) for key in _TOLD if event.facts.get(key)), "")
    if event.name in ("version.add", "returned.make") and "number" in event.facts:
        version = _("Version %(number)s", number=event.facts["number"])
        return f"{version}{colon()}{told}" if told else version
    if event.name in ("returned.take_in", "returned.aside"):
        return f"{event.facts['file']}{colon()}{told}" if told else str(event.facts["file"])
    if event.name in ("slot.replace", "delegation.confirm"):
        before, after = event.facts.get("person", ""), event.facts.get("now_person") or event.facts.get("holder", "")
        return f"{before} → {after}{colon() + told if told else ''}"
    if event.name in ("agreement.relate", "agreement.take_back_relation"):
        return f"{event.facts['newer']} → {event.facts['older']}{colon() + told if told else ''}"
    called = event.facts.get("called")
    if not told and isinstance(called, dict):
        return in_language(called)
    return told
