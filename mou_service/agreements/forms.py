"""What is typed about an agreement as a whole."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FileField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from mou_service.web.forms import Form, ReasonForm

from . import after


class WithdrawForm(ReasonForm):
    """Ending a matter takes a reason that stays in its trail."""


class EndForm(ReasonForm):
    """That a signed agreement ends before its time."""

    last_day = DateField(_l("Last day on which it holds"), validators=[InputRequired(_l("Choose the last day."))])
    ended_by = RadioField(
        _l("Ended by"), choices=list(after.ENDERS.items()), validators=[InputRequired(_l("Choose who ended it."))]
    )
    paper = FileField(
        _l("The notice or the agreement to end it"),
        description=_l("As PDF, PNG or JPEG. It is kept with the record and goes to nobody outside."),
        validators=[InputRequired(_l("Choose the paper that shows it."))],
    )


class RelateForm(Form):
    """What this agreement does to an older one."""

    kind = RadioField(
        _l("What it does"), choices=list(after.CHOICES.items()), validators=[InputRequired(_l("Choose what it does."))]
    )
    older = StringField(
        _l("Reference of the older agreement"),
        description=_l("Such as SSPU-MOU-2024-0001."),
        validators=[InputRequired(_l("Type the reference.")), Length(max=40)],
    )


class TakeBackForm(ReasonForm):
    """An entry that was a mistake is taken back with a reason."""
