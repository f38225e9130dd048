"""What is typed and pressed on the page of a file that came back."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from mou_service.web.forms import Form

from .operations import LONGEST_REPLY


class DecideForm(Form):
    """One item: what is said of it, and which act's decision was looked at."""

    key = HiddenField()
    say = HiddenField()
    seen = HiddenField()
    reply = TextAreaField(_l("Answer"), validators=[Length(max=LONGEST_REPLY)])


class DecideManyForm(Form):
    """All open items of an author, of a clause, or that only look different."""

    what = HiddenField()
    name = HiddenField()
    say = HiddenField()


class AnswersForm(Form):
    """Which version the file answers."""

    number = IntegerField(validators=[Optional()])


class MakeForm(Form):
    """The next version of it."""

    #: The newest version when the page was read.
    newest = IntegerField(widget=HiddenInput(), validators=[Optional()])
    rest = BooleanField()
    note = StringField(_l("What changed, in a few words"), validators=[Length(max=400)])
