"""What people type when they judge a translation."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from mou_service.web.forms import Form


class ConfirmForm(Form):
    """That all languages say the same, of the version the person has read."""

    version = HiddenField()
    commands = BooleanField(
        _l("I read these languages well, I have read the texts against each other, and they say the same."),
        validators=[InputRequired(message=_l("Tick this if it is so. Nobody can confirm a translation without it."))],
    )
    note = TextAreaField(
        _l("Note"),
        description=_l("For example what was discussed, or which text the other was translated from."),
        validators=[Optional(), Length(max=2000)],
    )


class GoOnForm(Form):
    """Why a text goes on although nobody confirmed its translation."""

    version = HiddenField()
    reason = TextAreaField(
        _l("Why nobody confirms it"),
        description=_l("Whoever approves the text reads this, and it stays in the trail."),
        validators=[InputRequired(message=_l("Please give a reason.")), Length(max=2000)],
    )


class AcceptForm(Form):
    """Why one difference is right."""

    row = HiddenField(validators=[InputRequired()])
    reason = TextAreaField(
        _l("Why this is right"),
        validators=[InputRequired(message=_l("Please say why this is right.")), Length(max=1000)],
    )


class TurnForm(Form):
    """Which language stands first."""

    first = HiddenField(validators=[InputRequired()])


class LookAgainForm(Form):
    """One difference that somebody wants to look at again."""

    row = HiddenField(validators=[InputRequired()])
