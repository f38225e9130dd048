"""What administrators type about keys and certificates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from mou_service.web.forms import ReasonForm

from . import words

#: A reason is for the trail; "in good order" takes nothing back.
_IN_ORDER = ""


class RotateForm(ReasonForm):
    """A new key in the place of the old one."""

    seen = HiddenField()
    old = RadioField(
        _l("The old key"),
        choices=[
            (_IN_ORDER, _l("Was in good order: what it signed stays as it is")),
            ("key_compromise", _l("May be in other hands: take its certificate back now")),
        ],
        default=_IN_ORDER,
    )
    where = RadioField(
        _l("Where the new key is made"),
        choices=[("file", _l("In the key file, encrypted")), ("token", _l("In the token"))],
        default="file",
    )


class ImportForm(ReasonForm):
    """A seal that the institution brings along."""

    file = FileField(_l("PKCS#12 file"), validators=[FileRequired(_l("Choose the file."))],
                     description=_l("Ends in .p12 or .pfx; holds the certificate, its issuers and the key."))  # fmt: skip
    passphrase = PasswordField(_l("Passphrase of the file"), validators=[Length(max=200)],
                               description=_l("Used once to open the file, and not kept."),
                               render_kw={"autocomplete": "off"})  # fmt: skip


class RevokeForm(ReasonForm):
    """A certificate that is to be taken back."""

    serial = StringField(
        _l("Serial number of the certificate"), validators=[DataRequired(_l("Give the serial number.")), Length(max=200)],
        description=_l("As the completion certificate, the page that verifies, or a PDF reader shows it."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )  # fmt: skip
    code = SelectField(_l("Cause"), choices=list(words.REASONS.items()))
    reason = TextAreaField(
        _l("What happened, in words"),
        validators=[DataRequired(message=_l("Please give a reason.")), Length(max=4000)],
    )


def passphrase_of(form: ImportForm) -> str:
    """As it was typed: the spaces of a passphrase are part of it."""
    raw: list[Any] = form.passphrase.raw_data or [""]
    return str(raw[0])
