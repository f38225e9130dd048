"""What may be typed when a signing does not go as planned."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from mou_service.web.forms import Form, ReasonForm

from .delegation import Holder


class PersonFields(Form):
    """A name and a title in the languages of the documents, and an address."""

    name_en = StringField(_l("Name in Latin letters"), validators=[Length(max=200)])
    name_zh = StringField(_l("Name in Chinese"), validators=[Length(max=200)])
    title_en = StringField(_l("Title in English"), validators=[Length(max=200)])
    title_zh = StringField(_l("Title in Chinese"), validators=[Length(max=200)])
    email = EmailField(
        _l("E-mail"), validators=[Optional(), Email(_l("This is not an e-mail address.")), Length(max=254)]
    )

    @property
    def names(self) -> dict[str, str]:
        return {"en": self.name_en.data or "", "zh": self.name_zh.data or ""}

    @property
    def titles(self) -> dict[str, str]:
        return {"en": self.title_en.data or "", "zh": self.title_zh.data or ""}


class ReplaceForm(PersonFields):
    """Who takes a place: somebody of the register, or, as a witness, somebody who is entered with this."""

    position = SelectField(_l("Person"), coerce=int, validators=[InputRequired(_l("Choose the person."))])
    organisation = SelectField(_l("Organisation"), coerce=int, validators=[Optional()])
    reason = TextAreaField(
        _l("Reason"), validators=[DataRequired(message=_l("Please give a reason.")), Length(max=4000)]
    )


class DelegateForm(PersonFields):
    """Who signs instead, and the paper that says so."""

    name_en = StringField(
        _l("Name in Latin letters"), validators=[InputRequired(_l("Please give the name.")), Length(max=200)]
    )
    title_en = StringField(
        _l("Title in English"), validators=[InputRequired(_l("Please give the title.")), Length(max=200)]
    )
    email = EmailField(
        _l("E-mail"),
        validators=[
            InputRequired(_l("Please give the e-mail address.")),
            Email(_l("This is not an e-mail address.")),
            Length(max=254),
        ],
    )
    document = FileField(_l("Power of attorney (PDF, PNG or JPEG)"))
    note = TextAreaField(_l("Note for the organiser"), validators=[Length(max=2000)])

    def holder(self) -> Holder:
        return Holder(names=self.names, titles=self.titles, email=self.email.data or "")


class ConfirmPowerForm(PersonFields):
    """The holder as it is to stand on paper; corrected where the other side could not know the Chinese."""

    name_en = StringField(
        _l("Name in Latin letters"), validators=[InputRequired(_l("Please give the name.")), Length(max=200)]
    )
    position = SelectField(_l("In the register"), coerce=int, validators=[InputRequired()])


class EndPowerForm(ReasonForm):
    """Why a power of attorney is not accepted, or no longer used."""


class ExtendForm(Form):
    """The last day on which can be signed; empty: without an end."""

    until = DateField(_l("Last day"), validators=[Optional()])
