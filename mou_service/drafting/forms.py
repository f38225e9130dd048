"""The form of a draft, made from what its template asks for; and the smaller forms around a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service.documents.word.fields import LONGEST_LINE, LONGEST_PARAGRAPH, Field
from mou_service.partners import authority, authority_words
from mou_service.partners import queries as partners
from mou_service.partners.forms import CountryField, Row
from mou_service.partners.models import Position, SigningAuthority
from mou_service.web.filters import in_language
from mou_service.web.forms import Form

from .desk import PEOPLE, Desk
from .plan import day_of

#: A field that no form holds yet; WTForms makes it of the same call that later makes the field.
Unbound = Any
#: In front of the name of a template's question, so that it cannot hide a part of the form itself.
ASKED = "q_"
_EQUAL = re.compile(r"(\w+)\s*==\s*'([^']*)'")
_UNEQUAL = re.compile(r"(\w+)\s*!=\s*'([^']*)'")
_TRUE = re.compile(r"\w+")


class Expected:
    """Marks what the document cannot do without; whether it is there is looked at in the end, not on the way."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything."""


def _ticks(label: str, **kwargs: Any) -> Unbound:
    """Several choices as boxes to tick."""
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **kwargs)


class ContactForm(Row):
    """Whom notices to a party go to."""

    name = StringField(_l("Office or person"), validators=[Length(max=200)])
    email = EmailField(_l("E-mail"), validators=[Expected(), Length(max=254)])
    phone = TelField(_l("Telephone"), validators=[Length(max=60)])


class UploadForm(Form):
    """A text that was edited in Word."""

    document = FileField(_l("Word file (.docx)"), validators=[FileRequired(message=_l("Choose the file first."))])
    note = StringField(_l("What changed, in a few words"), validators=[Length(max=400)])


class AnnexForm(Form):
    """A Word file that goes behind the text."""

    document = FileField(_l("Word file (.docx)"), validators=[FileRequired(message=_l("Choose the file first."))])


class ReviseForm(Form):
    """Taking the text back to drafting."""

    reason = TextAreaField(_l("Why the text has to change"), validators=[
        InputRequired(message=_l("Please give a reason.")), Length(max=4000)])  # fmt: skip


class RemoveForm(Form):
    """Taking one annex away."""

    annex = HiddenField(validators=[InputRequired()])


__all__ = ["AnnexForm", "RemoveForm", "ReviseForm", "UploadForm", "annex_form", "name_form", "topic_form"]


def topic_form(desk: Desk) -> Form:
    """The form of one topic. What is missing is said at the end, not on the way: nothing is required here."""
    fields = _people(desk) if desk.topic == PEOPLE else {ASKED + f.key: _field(f, desk) for f in desk.fields}
    form: Form = _class(f"Topic_{desk.topic}", Form, fields)()
    return form


def fill(form: Form, desk: Desk, typed: Mapping[str, Any]) -> None:
    """Show what was typed before."""
    source = typed if desk.topic == PEOPLE else typed["answers"]
    for name, field in form._fields.items():
        if name.removeprefix(ASKED) in source and name != "csrf_token":
            _show(field, source[name.removeprefix(ASKED)])


def read(form: Form, desk: Desk, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The typing with this topic's answers in it."""
    answers = {name.removeprefix(ASKED): _plain(field) for name, field in form._fields.items() if name != "csrf_token"}
    if desk.topic == PEOPLE:
        return {**typed, **answers}
    return {**typed, "answers": {**typed["answers"], **answers}}


def asked_when(field: Field, desk: Desk) -> str | None:
    """When the page shows a question that is asked only sometimes, as `data-when` says it; None for always.

    Conditions the page cannot follow leave the question standing; whether it counts is decided with all answers.
    """
    here = {each.key: each for each in desk.fields}
    if found := _EQUAL.fullmatch(field.asked_if):
        return f"{ASKED}{found[1]}={found[2]}" if found[1] in here else None
    if (found := _UNEQUAL.fullmatch(field.asked_if)) and found[1] in here:
        return f"{ASKED}{found[1]}={'|'.join(o.key for o in here[found[1]].options if o.key != found[2])}"
    return ASKED + field.asked_if if _TRUE.fullmatch(field.asked_if) and field.asked_if in here else None


def name_form(languages: Sequence[str]) -> type[Form]:
    """How one person appears on paper, in each language of the text."""
    return _class("NameForm", Form, {
        "name": _per_language(_l("Name"), languages),
        "title": _per_language(_l("Title or position"), languages),
        "organisation": _per_language(_l("Organisation"), languages),
    })  # fmt: skip


def annex_form(languages: Sequence[str]) -> type[Form]:
    """An annex with its title in each language of the text."""
    return _class("TitledAnnexForm", AnnexForm, {"titles": _per_language(_l("Title of the annex"), languages)})


def _people(desk: Desk) -> dict[str, Unbound]:
    languages = desk.manifest.languages
    ours, theirs = _people_of(desk, desk.own), _people_of(desk, desk.partner)
    return {
        "titles": _per_language(_l("Title of the document"), languages, expected=True),
        "own_signatories": _ticks(_l("Signs for us"), coerce=int, choices=ours, validators=[Expected()],
                                  description=_nobody(ours)),
        "partner_signatories": _ticks(_l("Signs for the partner"), coerce=int, choices=theirs, validators=[Expected()],
                                      description=_nobody(theirs)),
        "day": DateField(_l("Planned day of signing"), validators=[Expected(), Optional()],
                         description=_l("It stands in the text and can be corrected until the text is frozen.")),
        "place": _per_language(_l("Place of signing"), languages, expected=True),
        "own_contact": FormField(ContactForm, label=_l("Our contact for notices")),
        "partner_contact": FormField(ContactForm, label=_l("The partner's contact for notices")),
        "purpose": TextAreaField(_l("Why we want this agreement"), validators=[Length(max=2000)],
                                 description=_l("For the leader who approves it; it does not stand in the text.")),
    }  # fmt: skip


def _nobody(people: Sequence[tuple[int, str]]) -> str:
    return (
        "" if people else _("The register names nobody here yet. Add the person who signs; you come back to this page.")
    )


def _people_of(desk: Desk, house: Any) -> list[tuple[int, str]]:
    named = [n for key in ("own", "partner") for n in desk.known().get(f"{key}_signatories", [])]
    today = partners.today()
    return [(p.id, _person(p, today)) for p in desk.positions(house, named)]


def _person(position: Position, today: date) -> str:
    name, title = in_language(position.person.called()), in_language(position.titles)
    return f"{name} · {title}{_note(authority.valid(position, today))}"


def _note(held: Sequence[SigningAuthority]) -> str:
    """What whoever chooses a signatory has to know of the authority."""
    if not held:
        return " " + str(_("(no authority to sign on record)"))
    if any(each.mode == "sole" for each in held):
        return ""
    return " " + str(_("(may sign %(how)s)", how=authority_words.reach(held[-1])))


def _field(field: Field, desk: Desk) -> Unbound:
    label, help_ = in_language(field.label), in_language(field.help)
    if field.who == "partner":
        help_ = f"{help_} {_('The partner knows this: ask, or leave it for later.')}".strip()
    made = _MAKERS[field.type](field, label, help_, desk.manifest.languages)
    if field.required and not field.per_language:
        made.kwargs["validators"] = [Expected(), *made.kwargs.get("validators", ())]
    return made


def _text(field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return StringField(label, description=help_, validators=[Length(max=field.maximum or LONGEST_LINE)])


def _lines(field: Field, label: str, help_: str, languages: Sequence[str]) -> Unbound:
    return _per_language(label, languages, help_=help_, longest=field.maximum or LONGEST_LINE,
                         expected=field.required)  # fmt: skip


def _paragraphs(field: Field, label: str, help_: str, languages: Sequence[str]) -> Unbound:
    return _per_language(label, languages, help_=help_, longest=field.maximum or LONGEST_PARAGRAPH,
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
    return _ticks(label, description=help_, choices=[(o.key, in_language(o.label)) for o in field.options])


def _yes(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return BooleanField(label, description=help_)


def _email(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return EmailField(label, description=help_, validators=[Length(max=254)])


def _country(_field: Field, label: str, help_: str, _languages: Sequence[str]) -> Unbound:
    return CountryField(label, description=help_)


_MAKERS: Mapping[str, Callable[[Field, str, str, Sequence[str]], Unbound]] = {
    "text": _text, "multi_lang_text": _lines, "paragraph": _paragraphs, "date": _date, "int": _number,
    "choice": _choice, "choices": _choices, "bool": _yes, "email": _email, "country": _country,
}  # fmt: skip


def _per_language(
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
    return FormField(_class("PerLanguage", Row, fields), label=label, description=help_)


def _class(name: str, base: type[Any], fields: Mapping[str, Unbound]) -> type[Any]:
    return type(name, (base,), dict(fields))


def _show(field: Any, value: Any) -> None:
    if isinstance(field, FormField):
        for name, part in field.form._fields.items():
            part.data = value.get(name, "") if isinstance(value, Mapping) else ""
    elif isinstance(field, DateField):
        field.process(None, day_of(value))
    elif isinstance(field, IntegerField):
        field.process(None, value if isinstance(value, int) else None)
    else:
        field.process(None, value)


def _plain(field: Any) -> Any:
    """What was typed as plain data; what could not be read stays as the words that were typed."""
    if isinstance(field, FormField):
        return {name: _plain(part) for name, part in field.form._fields.items() if name != "csrf_token"}
    if isinstance(field, DateField):
        return field.data.isoformat() if field.data else " ".join(field.raw_data or [])
    if isinstance(field, IntegerField):
        return field.data if field.data is not None else " ".join(field.raw_data or [])
    if isinstance(field, SelectMultipleField):
        return list(field.data or [])
    if isinstance(field, BooleanField):
        return bool(field.data)
    return field.data or ""
