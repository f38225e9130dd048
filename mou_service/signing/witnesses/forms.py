"""What may be typed about a witness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from mou_service.agreements.models import Agreement, Signatory
from mou_service.web.filters import in_language
from mou_service.web.forms import Form

from ..models import Witness

CAPACITY_LABELS = {
    "ceremonial": _l("Ceremonial: a guest of honour, who never holds up the effect"),
    "attesting": _l("Attesting: saw the signatories sign; the agreement waits for this mark"),
}
CAPACITY_WORDS = {"ceremonial": _l("Ceremonial witness"), "attesting": _l("Attesting witness")}
PRESENCE_LABELS = {"in_room": _l("In the room"), "remote": _l("By video")}
IDENTITY_LABELS = {
    "known": _l("The host knows them personally"),
    "document": _l("They show an identity document; only its kind is noted, never its number"),
    "video": _l("The host sees them in the video call"),
    "means": _l("By the code of the mail or their sign-in alone"),
}
#: As it is asked at the act, in the words of the witness.
CHECK_LABELS = {
    "known": _l("The host knows me personally"),
    "passport": _l("I showed the host my passport"),
    "identity_card": _l("I showed the host my identity card"),
    "official_document": _l("I showed the host another official document"),
    "video": _l("The host sees me in the video call"),
    "means": _l("By my code or my sign-in alone"),
}
_WHOLE = 0


class KindForm(Form):
    """How somebody witnesses."""

    of = SelectField(_l("What they witness"), coerce=int, default=_WHOLE)
    capacity = RadioField(_l("Capacity"), choices=list(CAPACITY_LABELS.items()), default="ceremonial")
    presence = RadioField(
        _l("Presence"),
        choices=list(PRESENCE_LABELS.items()),
        default="in_room",
        description=_l(
            "Who attests by video may not count everywhere: a deed under English law needs a witness in the room."
        ),
    )
    identity = RadioField(
        _l("How it is made sure who they are"),
        choices=list(IDENTITY_LABELS.items()),
        default="known",
        description=_l("The witness confirms it at the table, and the certificate says it."),
    )
    statement_en = TextAreaField(_l("Statement in English"), validators=[Length(max=600)])
    statement_zh = TextAreaField(_l("Statement in Chinese"), validators=[Length(max=600)])

    def offer(self, agreement: Agreement) -> None:
        """Let the signatories of this agreement be chosen."""
        signing = [signatory for party in agreement.parties for signatory in party.signatories]
        only = [
            (each.id, _l("Only the signature of %(name)s", name=in_language(each.as_shown["name"]))) for each in signing
        ]
        self.of.choices = [(_WHOLE, _l("The whole signing, after everybody has signed")), *only]

    def fill(self, witness: Witness) -> None:
        """Show how the witness is named now."""
        self.of.data, self.capacity.data, self.presence.data = (
            witness.of_id or _WHOLE,
            witness.capacity,
            witness.presence,
        )
        self.identity.data = witness.identity
        self.statement_en.data, self.statement_zh.data = (
            witness.statement.get(language, "") for language in ("en", "zh")
        )

    def kind(self, agreement: Agreement) -> Mapping[str, Any]:
        """As `witnesses.add` takes it."""
        return {
            "capacity": self.capacity.data or "",
            "presence": self.presence.data or "",
            "of": _signatory(agreement, self.of.data or _WHOLE),
            "identity": self.identity.data or "",
            "statement": {"en": self.statement_en.data or "", "zh": self.statement_zh.data or ""},
        }


class WitnessForm(KindForm):
    """Somebody from the register as witness."""

    position = SelectField(_l("Person"), coerce=int, validators=[InputRequired(_l("Choose the person."))])


class NewWitnessForm(KindForm):
    """Somebody who is not in the register yet."""

    name_en = StringField(
        _l("Name in Latin letters"), validators=[InputRequired(_l("Please give the name.")), Length(max=200)]
    )
    name_zh = StringField(_l("Name in Chinese"), validators=[Length(max=200)])
    title_en = StringField(
        _l("Title in English"), validators=[InputRequired(_l("Please give the title.")), Length(max=200)]
    )
    title_zh = StringField(_l("Title in Chinese"), validators=[Length(max=200)])
    organisation = SelectField(
        _l("Organisation"), coerce=int, validators=[InputRequired(_l("Choose the organisation."))]
    )
    email = EmailField(
        _l("E-mail"), validators=[Optional(), Email(_l("This is not an e-mail address.")), Length(max=254)]
    )


def _signatory(agreement: Agreement, number: int) -> Signatory | None:
    signing = (signatory for party in agreement.parties for signatory in party.signatories)
    return next((signatory for signatory in signing if signatory.id == number), None)
