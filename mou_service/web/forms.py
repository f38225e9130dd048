"""The base of every form, and the kinds of field several features need."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

#: What a person's words are stripped of at both ends; full-width spaces included.
SPACE = " \t\r\n\u3000\u00a0"


def stripped(value: Any) -> Any:
    """A filter for text fields: without the space around it."""
    return value.strip(SPACE) if isinstance(value, str) else value


class Form(FlaskForm):
    """A form whose text fields are stripped."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: Mapping[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, (FieldList, FormField)):  # these take no filters; their parts do
                return super().bind_field(form, unbound_field, options)  # type: ignore[no-any-return]
            filters = [*unbound_field.kwargs.get("filters", ()), stripped]
            return super().bind_field(form, unbound_field, {**options, "filters": filters})  # type: ignore[no-any-return]


class VersionedForm(Form):
    """A form that carries the version it was filled from; compare with `still_the_same`."""

    seen = HiddenField()


class NoteForm(Form):
    """An act with an optional note."""

    note = TextAreaField(_l("Note"), validators=[Length(max=4000)])


class ReasonForm(Form):
    """An act that needs a reason."""

    reason = TextAreaField(
        _l("Reason"), validators=[InputRequired(message=_l("Please give a reason.")), Length(max=4000)]
    )


class EmptyForm(Form):
    """A button: nothing but the protection against forged requests."""
