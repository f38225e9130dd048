"""What may be typed around a signing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from mou_service.core.errors import Invalid
from mou_service.web.forms import Form, VersionedForm

from . import marks

ORDER_LABELS = {
    "listed": _l("As listed on paper"),
    "own_first": _l("Our side first"),
    "partner_first": _l("The partner first"),
    "free": _l("In any order"),
}
INVITE_LABELS = {
    "mail": _l("By mail: each receives a personal link when their turn comes"),
    "table": _l("At the table: nobody is written to; you can still send single links"),
}
CAPACITY_LABELS = {
    "ceremonial": _l("Ceremonial: a guest of honour, who never holds up the effect"),
    "attesting": _l("Attesting: saw the signatories sign; the agreement waits for this mark"),
}
CAPACITY_WORDS = {"ceremonial": _l("Ceremonial witness"), "attesting": _l("Attesting witness")}
PRESENCE_LABELS = {"in_room": _l("In the room"), "remote": _l("By video")}


class FreezeForm(VersionedForm):
    """In which order the signatories sign, and how they are asked; witnesses follow them, the seal comes last."""

    order = RadioField(_l("Order of signing"), choices=list(ORDER_LABELS.items()), default="listed")
    invite = RadioField(_l("How they are asked to sign"), choices=list(INVITE_LABELS.items()), default="mail")


class WitnessForm(Form):
    """Somebody from the register as witness."""

    position = SelectField(_l("Person"), coerce=int, validators=[InputRequired(_l("Choose the person."))])
    capacity = RadioField(_l("Capacity"), choices=list(CAPACITY_LABELS.items()), default="ceremonial")
    presence = RadioField(_l("Presence"), choices=list(PRESENCE_LABELS.items()), default="in_room")
    statement_en = TextAreaField(_l("Statement in English"), validators=[Length(max=600)])
    statement_zh = TextAreaField(_l("Statement in Chinese"), validators=[Length(max=600)])

    @property
    def statement(self) -> dict[str, str]:
        typed = {"en": self.statement_en.data or "", "zh": self.statement_zh.data or ""}
        return {language: text for language, text in typed.items() if text.strip()}


class NewWitnessForm(Form):
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
    capacity = RadioField(_l("Capacity"), choices=list(CAPACITY_LABELS.items()), default="ceremonial")
    presence = RadioField(_l("Presence"), choices=list(PRESENCE_LABELS.items()), default="in_room")
    email = EmailField(
        _l("E-mail"), validators=[Optional(), Email(_l("This is not an e-mail address.")), Length(max=254)]
    )


class InviteForm(Form):
    """Where a personal link is sent."""

    email = EmailField(
        _l("E-mail"),
        validators=[
            InputRequired(_l("Please give the e-mail address.")),
            Email(_l("This is not an e-mail address.")),
            Length(max=254),
        ],
    )


class SignForm(Form):
    """The mark, and what the person saw when making it."""

    frozen = HiddenField()
    language = HiddenField()
    mark_method = HiddenField()
    mark_strokes = HiddenField()
    mark_text = HiddenField()
    mark_file = FileField()

    def mark(self) -> marks.Mark:
        """The mark in the chosen way; raises `Invalid` with what is missing."""
        if self.mark_method.data == "type":
            return marks.typed(self.mark_text.data or "")
        if self.mark_method.data == "upload":
            upload = self.mark_file.data
            return marks.picture(upload.read(marks.LARGEST_PICTURE + 1) if upload else b"")
        if self.mark_method.data == "draw":
            return marks.drawn(self.mark_strokes.data or "")
        raise Invalid({"mark": _l("Choose whether to draw, to type or to send a picture.")})


class CodeForm(Form):
    """The one-time code of the mail."""

    code = StringField(
        _l("Code from the mail"), validators=[InputRequired(_l("Type the six digits of the mail.")), Length(max=12)]
    )


class LeaveForm(Form):
    """The organiser takes the device back."""

    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password."))])
