"""What may be typed around a signing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import Email, InputRequired, Length, Optional

from mou_service.core.errors import Invalid
from mou_service.web.forms import Form, VersionedForm

from . import statements
from .making import marks
from .making.levels import LABELS as LEVEL_LABELS

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


class FreezeForm(VersionedForm):
    """In which order the signatories sign, and how they are asked; witnesses follow them, the seal comes last."""

    order = RadioField(_l("Order of signing"), choices=list(ORDER_LABELS.items()), default="listed")
    invite = RadioField(_l("How they are asked to sign"), choices=list(INVITE_LABELS.items()), default="mail")
    until = DateField(
        _l("Last day to sign"),
        validators=[Optional()],
        description=_l("Afterwards nobody can sign until you extend it. Left empty, there is no end."),
    )
    level = RadioField(_l("What the signed file proves by itself"), choices=list(LEVEL_LABELS.items()), default="")


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
    #: What a witness confirms: how it was made sure who they are, and that they saw it.
    check = RadioField(choices=[(key, key) for key in statements.CHECKS], validators=[Optional()])
    saw = BooleanField()

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


class AccountSignForm(SignForm):
    """The same for somebody signed in, who gives the password within the act."""

    password = PasswordField(_l("Your password"), validators=[InputRequired(_l("Type your password."))])


class BringForm(Form):
    """The file that was signed elsewhere."""

    file = FileField(_l("The signed file"), validators=[FileRequired(_l("Choose the file you signed."))])


class ConfirmForm(SignForm):
    """That the signature which came back is the person's own."""

    mine = BooleanField(validators=[InputRequired(_l("Please confirm that it is your certificate."))])


class AccountConfirmForm(ConfirmForm):
    """The same for somebody signed in."""

    password = PasswordField(_l("Your password"), validators=[InputRequired(_l("Type your password."))])


class CodeForm(Form):
    """The one-time code of the mail."""

    code = StringField(
        _l("Code from the mail"), validators=[InputRequired(_l("Type the six digits of the mail.")), Length(max=12)]
    )


class LeaveForm(Form):
    """The organiser takes the device back."""

    password = PasswordField(_l("Password"), validators=[InputRequired(_l("Type your password."))])
