"""What is typed about templates."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from mou_service.web.forms import Form, ReasonForm


class UploadForm(Form):
    """A Word file that is to become the next version of a template."""

    document = FileField(_l("Word file (.docx)"), validators=[FileRequired(message=_l("Choose the file first."))])
    note = TextAreaField(
        _l("What changed and why"),
        description=_l("The second person reads it first."),
        validators=[InputRequired(message=_l("Say in a few words what changed.")), Length(max=2000)],
    )


class ApproveForm(Form):
    """The second person's word, about the file that was read and the one it takes the place of."""

    in_use = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class RefuseForm(ReasonForm):
    """The second person's no."""


class RetireForm(ReasonForm):
    """Taking an approved file out of use."""


class StopForm(ReasonForm):
    """Offering a kind of document no more."""
