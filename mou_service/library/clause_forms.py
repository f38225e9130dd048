"""What is typed when a clause is worded anew: each paragraph in all languages side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from mou_service.core.errors import Invalid
from mou_service.documents.word.templates.clauses import FORM_LANGUAGES, PREFERRED
from mou_service.partners.forms import ListForm, Row
from mou_service.web.filters import language_name
from mou_service.web.forms import Form, ReasonForm

from .clause_texts import Entry, Paragraph, Position
from .words import RANKS

LONGEST = 6000
#: A paragraph of a clause is plain, or one line of a list.
STYLES = {"paragraph": _l("A paragraph"), "item": _l("One item of a list: (a), (b), (c)")}


@dataclass(frozen=True)
class Wording:
    """What is to be worded: one text of a clause, or one more."""

    entry: Entry
    act: str
    position: Position


class _ClauseForm(ListForm):
    """One text of a clause; made for the languages of it by `form_for_clause`."""

    rank = RadioField(_l("How far it goes"), choices=list(RANKS.items()), default="acceptable")
    label_en = StringField(validators=[Length(max=200)])
    label_zh = StringField(validators=[Length(max=200)])
    guidance_en = TextAreaField(validators=[Length(max=2000)])
    guidance_zh = TextAreaField(validators=[Length(max=2000)])
    note = TextAreaField(
        _l("Why the text should change"),
        description=_l("The second person reads it first."),
        validators=[InputRequired(message=_l("Say in a few words why.")), Length(max=2000)],
    )

    def start(self, wording: Wording) -> None:
        """What the form shows before anybody typed."""
        position = wording.position
        self.rank.data = position.rank if position.rank in RANKS else "acceptable"
        for language in FORM_LANGUAGES:
            self[f"label_{language}"].data = position.label.get(language, "")
            self[f"guidance_{language}"].data = position.guidance.get(language, "")
        for paragraph in position.paragraphs or ({},):
            self["paragraphs"].append_entry(dict(paragraph))
        self.seen.data = wording.entry.digest

    def wording(self, wording: Wording) -> Position:
        """What was typed as a text of the clause; raises `Invalid` with what is missing."""
        rows: list[Mapping[str, Any]] = [each.data for each in self["paragraphs"].entries]
        languages = wording.entry.languages
        paragraphs = tuple(_paragraph(row, languages) for row in rows if any(row.get(tag) for tag in languages))
        if not paragraphs:
            raise Invalid({"paragraphs": _("Write at least one paragraph.")})
        if gaps := sorted({tag for each in paragraphs for tag in languages if not each.get(tag)}):
            names = ", ".join(language_name(tag) for tag in gaps)
            raise Invalid({"paragraphs": _("A paragraph is missing in %(languages)s. Every paragraph needs each language.", languages=names)})  # fmt: skip
        position = replace(wording.position, paragraphs=paragraphs, guidance=self._texts("guidance"))
        if position.key == PREFERRED:
            return position
        label = self._texts("label")
        faults = {
            f"label_{tag}": _("Say in a few words what is given up, in both languages.")
            for tag in FORM_LANGUAGES if tag not in label
        } | {
            f"guidance_{tag}": _("Say when this text may be used, in both languages.")
            for tag in FORM_LANGUAGES if tag not in position.guidance
        }  # fmt: skip
        if faults:
            raise Invalid(faults)
        return replace(position, rank=self.rank.data, label=label)

    def _texts(self, name: str) -> dict[str, str]:
        typed = {tag: " ".join((self[f"{name}_{tag}"].data or "").split()) for tag in FORM_LANGUAGES}
        given = {tag: text for tag, text in typed.items() if text}
        if name == "guidance" and len(given) == 1:
            missing = next(tag for tag in FORM_LANGUAGES if tag not in given)
            raise Invalid({f"guidance_{missing}": _("The guidance is given in one language only.")})
        return given


def form_for_clause(wording: Wording) -> _ClauseForm:
    """The form for one text of this clause, filled with what is there when it is shown for the first time."""
    form = _class(wording.entry.languages)()
    if request.method != "POST":
        form.start(wording)
    return form


class RetireForm(Form):
    """Taking a fallback off the list."""

    seen = HiddenField()
    note = TextAreaField(
        _l("Why it should go"),
        description=_l("The second person reads it first."),
        validators=[InputRequired(message=_l("Say in a few words why.")), Length(max=2000)],
    )


class RefuseForm(ReasonForm):
    """The second person's no, or the own proposal taken back."""


@lru_cache(maxsize=16)
def _class(languages: Sequence[str]) -> type[_ClauseForm]:
    texts = {tag: TextAreaField(tag, validators=[Length(max=LONGEST)]) for tag in languages}
    row = type("ParagraphRow", (Row,), {
        **texts,
        "style": SelectField(_l("What it is"), choices=list(STYLES.items()), default="paragraph"),
        "when": StringField(_l("Stands only if"), validators=[Length(max=300)],
                            description=_l("A condition on the answers of the form, such as confidentiality. Empty: always.")),
    })  # fmt: skip
    return type("ClauseForm", (_ClauseForm,), {"paragraphs": FieldList(FormField(row), label=_l("Text"))})


def _paragraph(row: Mapping[str, Any], languages: Sequence[str]) -> Paragraph:
    said = {tag: " ".join((row.get(tag) or "").split()) for tag in languages}
    made: dict[str, Any] = {tag: text for tag, text in said.items() if text}
    if row.get("style") == "item":
        made["style"] = "item"
    if when := (row.get("when") or "").strip():
        made["when"] = when
    return made
