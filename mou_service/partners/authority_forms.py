"""What is typed into the register of authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from mou_service import engines
from mou_service.core.errors import Invalid
from mou_service.web.filters import in_language
from mou_service.web.forms import Form, choices

from . import evidence
from .authority_words import BASES, FUNCTIONS
from .evidence import Evidence
from .granting import AuthorityFacts
from .models import Position, SigningAuthority

#: Says whether there is an agreement of this reference; the application lends it, for agreements stand above.
AGREEMENTS: list[Callable[[str], bool]] = []

MODES = {"sole": _l("Alone"), "joint": _l("Only together with others")}
REACHES = {
    "all": _l("All agreements"),
    "templates": _l("Agreements of certain kinds"),
    "agreement": _l("One agreement only"),
}
ENDINGS = {
    "ends": _l("It ends, or ended, on a day"),
    "withdrawn": _l("The organisation withdrew it: from now on nobody signs on it"),
}


def _ticks(label: str, **kwargs: Any) -> SelectMultipleField:
    return SelectMultipleField(label, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), **kwargs)


class AuthorityForm(Form):
    """How far the authority of a post goes, and what shows it."""

    mode = RadioField(_l("May sign"), choices=list(MODES.items()), default="sole")
    others = IntegerField(_l("How many others sign as well"), default=1, validators=[Optional()])
    with_functions = _ticks(_l("Who counts: holders of a function"), choices=list(FUNCTIONS.items()))
    with_positions = _ticks(
        _l("Who counts: certain people"), coerce=int, validate_choice=True,
        description=_l("If you choose neither a function nor a person, anybody else who may sign for the organisation counts."),
    )  # fmt: skip
    function = SelectField(
        _l("Signs as"), choices=[("", _l("Nothing of these")), *FUNCTIONS.items()],
        description=_l("Joint authority of colleagues may ask for it."),
    )  # fmt: skip
    reach = RadioField(_l("For which agreements"), choices=list(REACHES.items()), default="all")
    templates = _ticks(_l("Which kinds"))
    agreement_ref = StringField(_l("Reference of the agreement"), validators=[Length(max=40)])
    limits = StringField(
        _l("Other limits"), validators=[Length(max=400)],
        description=_l("For example “up to 50,000 EUR”. The service cannot check it; whoever freezes a text reads it."),
    )  # fmt: skip
    basis = SelectField(_l("What gives it"), choices=list(BASES.items()))
    source = StringField(
        _l("Which paper exactly"), validators=[Length(max=400)],
        description=_l("For example “Handelsregister Stuttgart, HRB 12345, extract of 3 March 2024” or “power of attorney by the rector of 12 March 2024”."),
    )  # fmt: skip
    evidence = FileField(
        _l("The paper itself"), description=_l("PDF, PNG or JPEG of up to 20 MB. It is kept as it is, with its fingerprint.")
    )  # fmt: skip
    starts = DateField(_l("First day"), validators=[Optional()])
    ends = DateField(_l("Last day"), validators=[Optional()])

    def of(self, position: Position) -> AuthorityForm:
        """The form with the people and the kinds of agreement there are to choose from."""
        colleagues = [p for p in position.organisation.positions if p.person_id != position.person_id]
        self.with_positions.choices = choices(
            (p.id, f"{in_language(p.person.called())} · {in_language(p.titles)}") for p in colleagues
        )
        self.templates.choices = choices(template_titles(editions=False).items())
        return self

    def start(self, known: SigningAuthority | None, *, ref: str = "") -> None:
        """Show an entry that is to be replaced, or an empty form; `ref` is the agreement somebody comes from."""
        if known is None:
            self.agreement_ref.data = ref
            return
        self.mode.data, self.others.data, self.function.data = known.mode, known.others or 1, known.function
        self.with_functions.data, self.with_positions.data = known.with_functions, known.with_positions
        self.reach.data = "agreement" if known.agreement_ref else "templates" if known.templates else "all"
        self.templates.data, self.agreement_ref.data = known.templates, known.agreement_ref or ref
        self.limits.data, self.basis.data, self.source.data = known.limits, known.basis, known.source
        self.starts.data, self.ends.data = known.starts, known.ends

    def validate_agreement_ref(self, field: StringField) -> None:
        if self.reach.data == "agreement" and not any(knows(self._ref()) for knows in AGREEMENTS):
            raise ValidationError(_("There is no agreement of this reference. Copy it from the agreement's page."))

    def validate_templates(self, field: SelectMultipleField) -> None:
        if self.reach.data == "templates" and not field.data:
            raise ValidationError(_("Choose at least one kind."))

    def facts(self) -> AuthorityFacts:
        """What was typed, for the operation."""
        return AuthorityFacts(
            basis=self.basis.data, source=self.source.data or "", mode=self.mode.data, others=self.others.data or 0,
            with_positions=self.with_positions.data or [], with_functions=self.with_functions.data or [],
            function=self.function.data or "",
            templates=_with_editions(self.templates.data or []) if self.reach.data == "templates" else (),
            agreement_ref=self._ref() if self.reach.data == "agreement" else "",
            limits=self.limits.data or "", starts=self.starts.data, ends=self.ends.data,
        )  # fmt: skip

    def paper(self) -> Evidence | None:
        """The file that came along, looked at; raises `Invalid` when it cannot be kept."""
        file = self.evidence.data
        if not file or not file.filename:
            return None
        return evidence.examined(file.read(evidence.LARGEST_BYTES + 1), file.filename)

    def _ref(self) -> str:
        return (self.agreement_ref.data or "").upper()


class EndForm(Form):
    """How an authority comes to its end."""

    how = RadioField(_l("How it ends"), choices=list(ENDINGS.items()), default="ends")
    last_day = DateField(_l("Last day it holds"), validators=[Optional()])
    reason = TextAreaField(
        _l("Reason"), validators=[DataRequired(_l("Please give a reason.")), InputRequired(), Length(max=400)],
        description=_l("For example “left the company” or “letter of the rector of 3 May”."),
    )  # fmt: skip

    def day(self) -> Any:
        """The last day; raises `Invalid` when none was given."""
        if self.last_day.data is None:
            raise Invalid({"last_day": _("Give the last day.")})
        return self.last_day.data


def template_titles(*, editions: bool = True) -> dict[str, str]:
    """{template: its name in the language of the page}, with or without editions in fewer languages."""
    return {
        each.type: in_language(each.title)
        for each in engines.current().manifests.values() if editions or not each.edition_of
    }  # fmt: skip


def _with_editions(chosen: list[str]) -> list[str]:
    """An authority for a kind of agreement holds for it in whatever languages it is written."""
    manifests = engines.current().manifests.values()
    return [*chosen, *(each.type for each in manifests if each.edition_of in chosen)]
