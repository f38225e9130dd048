"""A template's question as a field of a form: what it looks like, what it shows, what was typed into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service.documents.word.templates.fields import LONGEST_LINE, LONGEST_PARAGRAPH, MOST_ROWS, Field
from mou_service.partners.forms import CountryField, Row
from mou_service.web.filters import in_language

from .plan import day_of

_LINE_NUMBER = re.compile("[0-9]{1,9}")
#: A field that no form holds yet; WTForms makes it of the same call that later makes the field.
Unbound = Any


class Expected:
    """Marks what the document cannot do without; whether it is there is looked at in the end, not on the way."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything."""


class Lines(FieldList):  # type: ignore[type-arg]  # generic in its stubs only
    """A small table: lines that can be added and taken away, each with the same columns."""

    #: Stands for the number of a line that is not there yet, in the markup a script takes new lines from.
    COMING = "__n__"

    def __init__(self, unbound_field: Any, label: Any = None, *, columns: Field, **kwargs: Any) -> None:
        super().__init__(unbound_field, label, min_entries=1, **kwargs)
        self.columns = columns

    def _extract_indices(self, prefix: str, formdata: Mapping[str, Any]) -> Iterator[int]:
        """The numbers of the lines that were sent; a name with anything else in that place is no line of ours."""
        start = f"{prefix}-"
        for name in formdata:
            number = name[len(start) :].partition("-")[0] if name.startswith(start) else ""
            if _LINE_NUMBER.fullmatch(number):
                yield int(number)

    @property
    def full(self) -> bool:
        return len(self.entries) >= self.most

    @property
    def most(self) -> int:
        return self.columns.maximum or MOST_ROWS

    @property
    def blank(self) -> Any:
        """A line nobody has typed into, which is not one of the lines."""
        name, id_ = f"{self.name}-{self.COMING}", f"{self.id}-{self.COMING}"
        meta: Any = self.meta
        line = meta.bind_field(None, self.unbound_field, {"name": name, "id": id_, "_meta": meta})
        line.process(None)
        return line

    def change(self, more: str, less: str) -> bool:
        """Add a line (`more` is this field's name) or take one away (`less` is the line's); whether either was meant."""
        if more == self.name:
            if not self.full:
                self.append_entry()
            return True
        number = next((n for n, line in enumerate(self.entries) if line.name == less), None)
        if number is None:
            return False
        del self.entries[number]
        if not self.entries:
            self.append_entry()
        return True


def ticks(label: str, **kwargs: Any) -> Unbound:
    """Several choices as boxes to tick."""
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **kwargs)


def of(field: Field, languages: Sequence[str]) -> Unbound:
    """The field of a form that asks this question; nothing is required on the way."""
    label, help_ = in_language(field.label), in_language(field.help)
    if field.who == "partner":
        help_ = f"{help_} {_('The partner knows this: ask, or leave it for later.')}".strip()
    made = _MAKERS[field.type](field, label, help_, languages)
    if field.required and not field.per_language and not field.columns:
        made.kwargs["validators"] = [Expected(), *made.kwargs.get("validators", ())]
    return made


def _text(field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return StringField(label, description=help_, validators=[Length(max=field.maximum or LONGEST_LINE)])


def _lines(field: Field, label: str, help_: str, languages: Sequence[str]) -> Unbound:
    return per_language(label, languages, help_=help_, longest=field.maximum or LONGEST_LINE,
                         expected=field.required)  # fmt: skip


def _paragraphs(field: Field, label: str, help_: str, languages: Sequence[str]) -> Unbound:
    return per_language(label, languages, help_=help_, longest=field.maximum or LONGEST_PARAGRAPH,
                         long=True, expected=field.required)  # fmt: skip


def _date(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return DateField(label, description=help_, validators=[Optional()])


def _number(field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    bounds = {k: v for k, v in (("min", field.minimum), ("max", field.maximum)) if v is not None}
    return IntegerField(label, description=help_, validators=[Optional()], render_kw={**bounds, "inputmode": "numeric"})


def _choice(field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    options = [(option.key, in_language(option.label)) for option in field.options]
    return SelectField(label, description=help_, choices=options if field.required else [("", "–"), *options])


def _choices(field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return ticks(label, description=help_, choices=[(o.key, in_language(o.label)) for o in field.options])


def _yes(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return BooleanField(label, description=help_)


def _email(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return EmailField(label, description=help_, validators=[Length(max=254)])


def _country(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return CountryField(label, description=help_)


def _lines_of(field: Field, label: str, help_: str, languages: Sequence[str]) -> Unbound:
    line = form_class("Line", Row, {column.key: of(column, languages) for column in field.columns})
    return Lines(FormField(line), label, columns=field, description=help_,
                 validators=[Expected()] if field.required else [])  # fmt: skip


_MAKERS: Mapping[str, Callable[[Field, str, str, Sequence[str]], Unbound]] = {
    "text": _text, "multi_lang_text": _lines, "paragraph": _paragraphs, "date": _date, "int": _number,
    "choice": _choice, "choices": _choices, "bool": _yes, "email": _email, "country": _country, "rows": _lines_of,
}  # fmt: skip


def per_language(
    label: str,
    languages: Sequence[str],
    *,
    help_: str = "",
    longest: int = LONGEST_LINE,
    long: bool = False,
    expected: bool = False,
) -> Unbound:
    """One thing in several languages: a field for each, side by side."""
    kind = TextAreaField if long else StringField
    names = get_locale().languages
    limits = [Expected(), Length(max=longest)] if expected else [Length(max=longest)]
    fields = {tag: kind(str(names.get(tag, tag)), validators=limits) for tag in languages}
    return FormField(form_class("PerLanguage", Row, fields), label=label, description=help_)


def form_class(name: str, base: type[Any], fields: Mapping[str, Unbound]) -> type[Any]:
    """A form made of fields that are known only when the page is asked for."""
    return type(name, (base,), dict(fields))


def show(field: Any, value: Any) -> None:
    """Fill a field with what was typed before, also where it could not be read."""
    if isinstance(field, Lines):
        field.process(None, [{} for _line in value or ()])
        for line, typed in zip(field.entries, value or (), strict=False):
            show(line, typed)
    elif isinstance(field, FormField):
        for name, part in field.form._fields.items():
            show(part, value.get(name, "") if isinstance(value, Mapping) else "")
    elif isinstance(field, (DateField, IntegerField)):
        known = day_of(value) if isinstance(field, DateField) else value if isinstance(value, int) else None
        field.process(None, known)
        if known is None and value:
            field.raw_data = [str(value)]
    else:
        field.process(None, value)


def plain(field: Any) -> Any:
    """What was typed as plain data; what could not be read stays as the words that were typed."""
    if isinstance(field, Lines):
        typed = [plain(line) for line in field.entries]
        return [line for line in typed if not field.columns.is_blank(line)]
    if isinstance(field, FormField):
        return {name: plain(part) for name, part in field.form._fields.items() if name != "csrf_token"}
    if isinstance(field, DateField):
        return field.data.isoformat() if field.data else " ".join(field.raw_data or [])
    if isinstance(field, IntegerField):
        return field.data if field.data is not None else " ".join(field.raw_data or [])
    if isinstance(field, SelectMultipleField):
        return list(field.data or [])
    if isinstance(field, BooleanField):
        return bool(field.data)
    return field.data or ""
