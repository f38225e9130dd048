"""The pattern book: every component of the interface in every state, with examples to look at and to test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FormField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service.core.clock import now

from .forms import Form
from .routing import action, anyone, page, said

bp = Blueprint("patterns", __name__, url_prefix="/patterns")

_KINDS = [("university", _l("University")), ("company", _l("Company")), ("association", _l("Association"))]
_STATES = [
    *(_l("Drafting"), _l("In review"), _l("Text agreed"), _l("In approval"), _l("Approved"), _l("Signing")),
    *(_l("Executed"), _l("Archived")),
]
_AREAS = [("staff", _l("Exchange of staff")), ("students", _l("Exchange of students")), ("research", _l("Research"))]

PRESIDENT = {
    "name": {"zh": "谢华清", "en": "Xie Huaqing"},
    "title": {"zh": "校长", "en": "President"},
    "organisation": {"zh": "上海第二工业大学", "en": "Shanghai Polytechnic University"},
}
VICE_RECTOR = {
    "name": {"bg": "Галина Иванова", "en": "Galina Ivanova"},
    "title": {"bg": "Заместник-ректор", "en": "Vice Rector"},
    "organisation": {"bg": "Русенски университет „Ангел Кънчев“", "en": "University of Ruse"},
}
DIRECTOR = {
    "name": {"en": "Armin Kienle", "zh": "阿明·基恩尔"},
    "title": {"en": "Managing Director", "zh": "总经理"},
    "organisation": {"en": "TechProtect GmbH"},
}
SECRETARY = {
    "name": {"zh": "陆敏", "en": "Lu Min"},
    "title": {"zh": "党委书记", "en": "Secretary of the Party Committee"},
    "organisation": {"zh": "上海第二工业大学", "en": "Shanghai Polytechnic University"},
}
TITLE = {"en": "Memorandum of Understanding", "zh": "合作备忘录"}
SUMMARY = {
    "en": "The Participants will encourage the exchange of staff and students, joint research and joint teaching.",
    "zh": "双方拟鼓励开展教职员与学生交流、联合科研及联合教学。",
}
FINGERPRINT = sha256(b"a memorandum to look at").hexdigest()


class _NameForm(PlainForm):
    en = StringField(_l("English"), validators=[InputRequired(message=_l("Enter the name in English."))])
    zh = StringField(_l("Chinese"), validators=[Optional()])


class PatternForm(Form):
    """One field of every kind."""

    title = StringField(
        _l("Title of the agreement"),
        description=_l("As it stands on the first page."),
        validators=[InputRequired(message=_l("Enter the title of the agreement.")), Length(max=200)],
    )
    name = FormField(_NameForm, label=_l("Name of the partner"), description=_l("As the partner writes it."))
    kind = RadioField(_l("Kind of partner"), choices=_KINDS, validators=[InputRequired(message=_l("Choose one."))])
    register_number = StringField(_l("Number in the commercial register"), validators=[Optional()])
    areas = SelectMultipleField(
        _l("What the memorandum is about"),
        choices=_AREAS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[Optional()],
    )
    language = SelectField(_l("Language of the letter"), choices=[("en", "English"), ("zh", "中文")])
    begins = DateField(_l("Begins"), validators=[InputRequired(message=_l("Enter the day, such as 27 March 2024."))])
    years = IntegerField(
        _l("Years"),
        validators=[InputRequired(), NumberRange(min=1, max=10, message=_l("Enter a number from 1 to 10."))],
    )
    contact = EmailField(
        _l("E-mail of the contact"),
        validators=[Optional(), Email(message=_l("This e-mail address is not complete. Example: name@university.edu"))],
    )
    summary = TextAreaField(_l("Summary"), description=_l("Two or three sentences."), validators=[Optional()])
    password = PasswordField(_l("Your password"), validators=[Optional()])
    document = FileField(_l("The partner's file"), description=_l("A Word file (.docx) of up to 40 MB."))
    agreed = BooleanField(_l("Both sides confirmed the text"), description=_l("Keep the mail that says so."))


@page(bp, "", access=anyone)
def show() -> ResponseReturnValue:
    """Every component in every state."""
    return render_template("web/patterns.html", **samples())


@action(bp, "", access=anyone, form=PatternForm, shows=show)
def send(form: PatternForm) -> ResponseReturnValue:
    """Answer the example form; nothing is kept."""
    said(_("The form is complete. Nothing was stored: this page only shows how things look."))
    return render_template("web/patterns.html", **samples())


@action(bp, "/draft", access=anyone)
def draft() -> ResponseReturnValue:
    """Take what the example form saves by itself, and keep nothing."""
    return jsonify(saved=True)


@page(bp, "/table", access=anyone)
def table() -> ResponseReturnValue:
    """The signing table."""
    return render_template("web/_pattern_stage.html", **samples())


@page(bp, "/guest", access=anyone)
def guest() -> ResponseReturnValue:
    """A page for somebody with a personal link."""
    return render_template("web/_pattern_guest.html", **samples())


@page(bp, "/hall", access=anyone)
def hall() -> ResponseReturnValue:
    """The screen in the hall."""
    return render_template("web/_pattern_hall.html", **samples())


def samples() -> dict[str, Any]:
    """What the pattern book shows: facts of the kind the service really has."""
    return {
        "form_class": PatternForm,
        "wrong": wrong_form(),
        "people": [PRESIDENT, VICE_RECTOR, DIRECTOR, SECRETARY],
        "title_texts": TITLE,
        "summary_texts": SUMMARY,
        "sha256": FINGERPRINT,
        "lives": lives(),
        "rows": rows(),
        "events": events(),
        "changes": CHANGES,
        "done_of_ten": now().second // 6,
        "screens": [
            (_("Signing table"), url_for("patterns.table")),
            (_("Hall screen"), url_for("patterns.hall")),
            (_("Guest"), url_for("patterns.guest")),
        ],
    }


def wrong_form() -> PatternForm:
    """A form somebody filled with mistakes."""
    typed = {"title": "", "name-en": "", "name-zh": "鲁塞大学", "kind": "company", "years": "40", "contact": "galina@"}
    typed |= {"language": "en", "begins": "2024-03-27"}
    given = MultiDict({f"wrong-{name}": text for name, text in typed.items()})
    form = PatternForm(formdata=given, prefix="wrong", meta={"csrf": False})
    form.validate()
    return form


def lives() -> list[dict[str, Any]]:
    """Three agreements at three places of their life."""
    words = [str(word) for word in _STATES]
    days = [day_in_march(day) for day in (4, 6, 11, 12, 15, 20, 27, 27)]
    return [
        {"steps": _line(words, days, here=3), "holder": _("the Vice President"), "next": _("Approved")},
        {"steps": _line(words, days, here=8), "holder": None, "next": None},
        {"steps": [*_line(words[:1], days, here=1), {"label": _("Withdrawn"), "state": "stopped", "when": days[1]}],
         "holder": None, "next": None},
    ]  # fmt: skip


def _line(words: list[str], days: list[str], *, here: int) -> list[dict[str, str]]:
    def state(index: int) -> str:
        if here == len(words) and index == here - 1 and here > 1:
            return "complete"
        return "done" if index < here else "current" if index == here else "next"

    return [
        {"label": word, "state": state(index), "when": days[index] if index <= here else ""}
        for index, word in enumerate(words)
    ]


def day_in_march(day: int) -> str:
    """A day of the example's month, as short as a line can bear."""
    return str(_("%(day)s March", day=day))


def rows() -> list[dict[str, Any]]:
    """Agreements as a list shows them."""
    ruse, ministry = "Русенски университет „Ангел Кънчев“", "Ministry of Education, Culture, Research and Technology"
    letter = {"en": "Letter of Intent", "zh": "意向书"}
    lines = [
        (TITLE, "SSPU-MOU-2024-0001", "TechProtect GmbH", _("Archived"), "done", 6),
        (TITLE, "SSPU-MOU-2024-0002", ruse, _("Signing"), "waiting", 7),
        (letter, "SSPU-LOI-2024-0003", ministry, _("Drafting"), "quiet", 2),
        (TITLE, "SSPU-MOU-2024-0004", "Nguyễn Thị Ngọc Ánh Foundation", _("Withdrawn"), "stopped", 6),
    ]
    return [dict(zip(("title", "ref", "partner", "state", "tone", "pages"), line, strict=True)) for line in lines]


def events() -> list[dict[str, Any]]:
    """What happened to one agreement."""
    start = datetime(2024, 3, 27, 2, 30, tzinfo=UTC)
    return [
        {"at": start, "what": _("Frozen for signing"), "who": "Yao Li", "tone": "seal"},
        {"at": start + timedelta(minutes=12), "what": _("Signed"), "who": "Galina Ivanova", "tone": "done"},
        {"at": start + timedelta(minutes=14), "what": _("Signed"), "who": "谢华清 Xie Huaqing", "tone": "done"},
        {"at": start + timedelta(minutes=15), "what": _("Waits for a witness"), "who": "陆敏 Lu Min", "tone": "waiting",
         "note": _("The personal link was sent at 10:45.")},
        {"at": start + timedelta(minutes=20), "what": _("Declined"), "who": "Armin Kienle", "tone": "stopped",
         "note": _("“My title on page 6 is not the one in the commercial register.”")},
    ]  # fmt: skip


CHANGES = [
    ("same", "This Memorandum will come into effect on the date of the last signature and will continue for "),
    ("deleted", "three (3)"),
    ("inserted", "five (5)"),
    ("same", " years. Either Participant may end it by giving "),
    ("inserted", "six (6) months’ "),
    ("same", "written notice."),
]
