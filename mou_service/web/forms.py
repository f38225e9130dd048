"""The base of every form, and the kinds of field several features need."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field, FieldList, FormField, HiddenField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

#: What a person's words are stripped of at both ends; full-width spaces included.
SPACE = " \t\r\n\u3000\u00a0"


#: What nobody types and nobody sees: control characters, and those that turn the writing direction of what follows.
UNSEEN = dict.fromkeys(
    [n for n in (*range(0x20), *range(0x7F, 0xA0)) if chr(n) not in "\t\n\r"]
    + [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF]
)


def unturned(text: str) -> str:
    """Words of somebody else as paper shows them: nothing in them turns the writing."""
    return text.translate(UNSEEN)


def stripped(value: Any) -> Any:
    """A filter for text, and for what an upload is called: without the space around it, and without what cannot be seen."""
    if isinstance(value, FileStorage):
        value.filename = stripped(value.filename)
    return value.translate(UNSEEN).strip(SPACE) if isinstance(value, str) else value


def choices(pairs: Iterable[tuple[Any, str]]) -> list[Any]:
    """(value, label) as a list to choose from takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


class BindsPlainly:
    """How fields come into a form: text is stripped, and a list of (value, label) will do for choices."""

    def bind_field(self, form: Any, unbound_field: Any, options: Mapping[str, Any]) -> Field:
        given = unbound_field.kwargs
        extra: dict[str, Any] = {}
        if not issubclass(unbound_field.field_class, (FieldList, FormField)):  # these take no filters; their parts do
            extra["filters"] = [*given.get("filters", ()), stripped]
        if isinstance(given.get("choices"), list | tuple):
            extra["choices"] = choices(tuple(pair) for pair in given["choices"])
        return super().bind_field(form, unbound_field, {**options, **extra})  # type: ignore[misc, no-any-return]


class Form(FlaskForm):
    """A form whose text fields are stripped."""

    class Meta(BindsPlainly, FlaskForm.Meta):
        pass


class VersionedForm(Form):
    """A form that carries the version it was filled from; compare with `still_the_same`."""

    seen = HiddenField()


class NoteForm(Form):
    """An act with an optional note."""

    note = TextAreaField(_l("Note"), validators=[Length(max=4000)])


class ReasonForm(Form):
    """An act that needs a reason."""

    reason = TextAreaField(
        _l("Reason"), validators=[DataRequired(message=_l("Please give a reason.")), Length(max=4000)]
    )


class EmptyForm(Form):
    """A button: nothing but the protection against forged requests."""
