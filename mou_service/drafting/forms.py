"""The form of a draft, made from what its template asks for; and the smaller forms around a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, EmailField, FormField, HiddenField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from mou_service.documents.word.templates.fields import Field
from mou_service.partners import authority, authority_words
from mou_service.partners import queries as partners
from mou_service.partners.forms import Row
from mou_service.partners.models import Position, SigningAuthority
from mou_service.web.filters import in_language
from mou_service.web.forms import Form

from . import questions
from .desk import PEOPLE, Desk
from .questions import Expected, Lines, Unbound, per_language, ticks

#: In front of the name of a template's question, so that it cannot hide a part of the form itself.
ASKED = "q_"
_EQUAL = re.compile(r"(\w+)\s*==\s*'([^']*)'")
_UNEQUAL = re.compile(r"(\w+)\s*!=\s*'([^']*)'")
_TRUE = re.compile(r"\w+")


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

    document = FileField(
        _l("Word file or PDF (.docx, .pdf)"), validators=[FileRequired(message=_l("Choose the file first."))]
    )


class ReviseForm(Form):
    """Taking the text back to drafting."""

    reason = TextAreaField(_l("Why the text has to change"), validators=[
        InputRequired(message=_l("Please give a reason.")), Length(max=4000)])  # fmt: skip


class TopicForm(Form):
    """A topic of a draft; its small tables grow and shrink by buttons, and nothing that was typed is lost by it."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        more, less = request.form.get("more", ""), request.form.get("less", "")
        if any(field.change(more, less) for field in self if isinstance(field, Lines)):
            return False
        return bool(super().validate(extra_validators))


class RemoveForm(Form):
    """Taking one annex away."""

    annex = HiddenField(validators=[InputRequired()])


__all__ = ["AnnexForm", "RemoveForm", "ReviseForm", "UploadForm", "annex_form", "name_form", "topic_form"]


def topic_form(desk: Desk) -> Form:
    """The form of one topic. What is missing is said at the end, not on the way: nothing is required here."""
    fields = _people(desk) if desk.topic == PEOPLE else _asked(desk)
    form: Form = questions.form_class(f"Topic_{desk.topic}", TopicForm, fields)()
    return form


def fill(form: Form, desk: Desk, typed: Mapping[str, Any]) -> None:
    """Show what was typed before."""
    source = typed if desk.topic == PEOPLE else typed["answers"]
    for name, field in form._fields.items():
        if name.removeprefix(ASKED) in source and name != "csrf_token":
            questions.show(field, source[name.removeprefix(ASKED)])


def read(form: Form, desk: Desk, typed: Mapping[str, Any]) -> dict[str, Any]:
    """The typing with this topic's answers in it."""
    answers = {
        name.removeprefix(ASKED): questions.plain(field) for name, field in form._fields.items() if name != "csrf_token"
    }
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
    return questions.form_class("NameForm", Form, {
        "name": per_language(_l("Name"), languages),
        "title": per_language(_l("Title or position"), languages),
        "organisation": per_language(_l("Organisation"), languages),
    })  # fmt: skip


def annex_form(languages: Sequence[str]) -> type[Form]:
    """An annex with its title in each language of the text."""
    return questions.form_class(
        "TitledAnnexForm", AnnexForm, {"titles": per_language(_l("Title of the annex"), languages)}
    )


def _asked(desk: Desk) -> dict[str, Unbound]:
    return {ASKED + field.key: questions.of(field, desk.manifest.languages) for field in desk.fields}


def _people(desk: Desk) -> dict[str, Unbound]:
    languages = desk.manifest.languages
    ours, theirs = _people_of(desk, desk.own), _people_of(desk, desk.partner)
    return {
        "titles": per_language(_l("Title of the document"), languages, expected=True),
        "own_signatories": ticks(_l("Signs for us"), coerce=int, choices=ours, validators=[Expected()],
                                  description=_nobody(ours)),
        "partner_signatories": ticks(_l("Signs for the partner"), coerce=int, choices=theirs, validators=[Expected()],
                                      description=_nobody(theirs)),
        "day": DateField(_l("Planned day of signing"), validators=[Expected(), Optional()],
                         description=_l("It stands in the text and can be corrected until the text is frozen.")),
        "place": per_language(_l("Place of signing"), languages, expected=True),
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
