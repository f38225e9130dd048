"""What people type when they review and approve."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service.web.forms import Form

from .policy import FUNCTIONS


class ConsideredForm(Form):
    """A decision about the version the person has read; another one may have come since."""

    version = HiddenField()


class AgreeForm(ConsideredForm):
    """An opinion in favour, for one or more offices."""

    functions = SelectMultipleField(
        _l("You speak for"),
        choices=list(FUNCTIONS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    opinion = TextAreaField(
        _l("Opinion or condition"),
        description=_l(
            "Leave empty to agree without remarks. What you write has to be answered before the text is agreed."
        ),
        validators=[Optional(), Length(max=4000)],
    )


class ReturnForm(ConsideredForm):
    """Back to drafting."""

    reason = TextAreaField(
        _l("What has to change"),
        validators=[InputRequired(message=_l("Please say what has to change.")), Length(max=4000)],
    )


class ApproveForm(ConsideredForm):
    """The leader's yes."""

    note = TextAreaField(_l("Note"), validators=[Optional(), Length(max=2000)])


class AnswerForm(Form):
    """The drafter's answer to an opinion."""

    step = HiddenField(validators=[InputRequired()])
    text = TextAreaField(
        _l("Your answer"),
        validators=[
            InputRequired(message=_l("Please say whether you follow the opinion, and why not if you do not.")),
            Length(max=4000),
        ],
    )


class CommentForm(Form):
    """A remark on the text."""

    place = StringField(
        _l("Clause or words"),
        description=_l("The number of a clause, or some words of the text."),
        validators=[Optional(), Length(max=300)],
    )
    text = TextAreaField(
        _l("Remark"), validators=[InputRequired(message=_l("Please write what you want to say.")), Length(max=4000)]
    )
    replies_to = HiddenField()
