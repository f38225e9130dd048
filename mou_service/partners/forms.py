"""What is typed into the register of partners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
    URLField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Email, InputRequired, Length, Optional, Regexp

from mou_service.web.forms import BindsPlainly, VersionedForm, choices

from . import countries, identifiers
from .models import Organisation, Person, Position
from .operations import Called, Name, OrganisationFacts, PersonFacts, PositionFacts

#: Languages a name can be given in; the first two stand first in every list, the others in the order of their names.
LANGUAGES = (
    "en", "zh", "bg", "de", "fr", "es", "ru", "ar", "ja", "ko", "vi", "th", "pt", "it", "pl", "cs", "el", "fa", "fi",
    "he", "hi", "hr", "hu", "id", "kk", "ky", "lo", "lt", "lv", "mk", "mn", "ms", "my", "nb", "nl", "ro", "sk", "sl",
    "sq", "sr", "sv", "da", "et", "is", "ga", "tg", "tk", "tr", "uk", "ur", "uz", "be", "az", "hy", "ka", "km", "ne",
    "bn", "si", "ta", "sw", "am", "bs",
)  # fmt: skip
KINDS = {
    "university": _l("University or research institution"),
    "company": _l("Company"),
    "government": _l("Government body"),
    "association": _l("Association"),
    "ngo": _l("Non-governmental organisation"),
    "hospital": _l("Hospital"),
    "other": _l("Other"),
}
NAME_KINDS = {
    "legal": _l("Legal name"),
    "official_foreign": _l("Official name in a foreign language"),
    "short": _l("Short name"),
    "acronym": _l("Acronym"),
    "former": _l("Former name"),
    "transliteration": _l("Transliteration"),
}


class Row(PlainForm):
    """One line of a list inside a form."""

    class Meta(BindsPlainly, PlainForm.Meta):  # type: ignore[misc]
        pass


class LanguageField(SelectField):
    """One of the languages names are given in, called in the language of the page."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, choices=language_choices, **kwargs)


class CountryField(SelectField):
    """A country or region."""

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, choices=_country_choices, **kwargs)


class NameRow(Row):
    """A name of an organisation."""

    language = LanguageField(_l("Language"))
    kind = SelectField(_l("Kind of name"), choices=list(NAME_KINDS.items()))
    text = StringField(_l("Name of the organisation"), validators=[Length(max=400)])
    source = StringField(_l("Where it was seen"), validators=[Length(max=300)],
                         description=_l("For example “seal on the contract of 2023” or the address of a register."))  # fmt: skip
    verified = BooleanField(_l("Compared with the source"))


class IdentifierRow(Row):
    """A number of an organisation."""

    scheme = SelectField(_l("Register"), choices=[(s.key, s.label) for s in identifiers.SCHEMES.values()])
    value = StringField(_l("Number"), validators=[Length(max=120)])


class AddressRow(Row):
    """An address as it is written in one language."""

    language = LanguageField(_l("Language"))
    text = TextAreaField(_l("Address"), validators=[Length(max=600)])


class PersonNameRow(Row):
    """A person's name in one language."""

    language = LanguageField(_l("Language"))
    full_name = StringField(_l("Full name"), validators=[Length(max=200)])
    reading = StringField(_l("Reading"), validators=[Length(max=200)],
                          description=_l("How it is pronounced, for example Xiè Huáqīng."))  # fmt: skip
    source = StringField(_l("Where it was seen"), validators=[Length(max=300)])
    verified = BooleanField(_l("Compared with the source"))


class TitleRow(Row):
    """A title in one language."""

    language = LanguageField(_l("Language"))
    text = StringField(_l("Title or position"), validators=[Length(max=200)])


class ListForm(VersionedForm):
    """A form with lists that grow: the button `more` asks for another line and keeps everything typed."""

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        wanted = request.form.get("more", "")
        if wanted and isinstance(self._fields.get(wanted), FieldList):
            self._fields[wanted].append_entry()
            return False
        return bool(super().validate(extra_validators))


class OrganisationForm(ListForm):
    """An organisation."""

    kind = SelectField(_l("Kind"), choices=list(KINDS.items()))
    country = CountryField(_l("Country or region"), default="",
                           validators=[InputRequired(message=_l("Choose the country or region."))])  # fmt: skip
    names = FieldList(FormField(NameRow), label=_l("Names"))
    addresses = FieldList(FormField(AddressRow), label=_l("Addresses"))
    identifiers = FieldList(FormField(IdentifierRow), label=_l("Numbers in registers"))
    website = URLField(_l("Website"), validators=[
        Optional(), Length(max=300), Regexp(r"https?://\S+\.\S+", message=_l("A website begins with https:// or http://.")),
    ])  # fmt: skip
    notes = TextAreaField(_l("Notes for colleagues"), validators=[Length(max=4000)])

    def start(self, organisation: Organisation | None, languages: Sequence[str]) -> None:
        """Show what the register has, or a line for each usual language."""
        if organisation is None:
            _rows(self.names, ({"language": language, "kind": "legal"} for language in languages))
            _rows(self.addresses, ({"language": language} for language in languages))
            return
        self.seen.data = str(organisation.row_version)
        self.kind.data, self.country.data = organisation.kind, organisation.country
        self.website.data, self.notes.data = organisation.website, organisation.notes
        _rows(self.names, ({"language": n.language, "kind": n.kind, "text": n.text, "source": n.source,
                            "verified": n.verified} for n in organisation.names))  # fmt: skip
        _rows(self.addresses, _texts(organisation.addresses, languages))
        _rows(self.identifiers, [{"scheme": i.scheme, "value": i.value} for i in organisation.identifiers] or [{}])

    def facts(self) -> OrganisationFacts:
        """What was typed, for the operation."""
        return OrganisationFacts(
            kind=self.kind.data,
            country=self.country.data,
            names=[Name(**{k: v for k, v in row.items() if k != "csrf_token"}) for row in self.names.data],
            identifiers=[(row["scheme"], row["value"]) for row in self.identifiers.data if row["value"]],
            addresses={row["language"]: row["text"] for row in self.addresses.data if row["text"]},
            website=self.website.data or "",
            notes=self.notes.data or "",
        )


class PersonForm(ListForm):
    """A person, as the person writes the name."""

    names = FieldList(FormField(PersonNameRow), label=_l("Name"))
    email = EmailField(_l("E-mail"), validators=[Optional(), Email(message=_l("This is not an e-mail address.")),
                                                 Length(max=254)],
                       description=_l("Personal links to sign are sent there."))  # fmt: skip
    language = SelectField(_l("Language of letters"), choices=[("en", "English"), ("zh", "中文")])
    notes = TextAreaField(_l("Notes for colleagues"), validators=[Length(max=4000)])

    def start(self, person: Person | None, languages: Sequence[str]) -> None:
        """Show what the register has, or a line for each usual language."""
        if person is None:
            _rows(self.names, ({"language": language} for language in languages))
            return
        self.seen.data = str(person.row_version)
        self.email.data, self.language.data, self.notes.data = person.email, person.language, person.notes
        _rows(self.names, ({"language": n.language, "full_name": n.full_name, "reading": n.reading, "source": n.source,
                            "verified": n.verified} for n in person.names))  # fmt: skip

    def facts(self) -> PersonFacts:
        return PersonFacts(
            names=[Called(**{k: v for k, v in row.items() if k != "csrf_token"}) for row in self.names.data],
            email=self.email.data or "",
            language=self.language.data,
            notes=self.notes.data or "",
        )


class PositionForm(ListForm):
    """A post a person holds."""

    titles = FieldList(FormField(TitleRow), label=_l("Title or position"))
    signs = BooleanField(_l("May sign alone for the organisation"), description=_l(
        "If the person signs only with others, for some agreements or until some day, or if there is a file that shows it: leave this empty and enter the authority on the next page."))  # fmt: skip
    authority = StringField(_l("What shows it"), validators=[Length(max=300)], description=_l(
        "For example “legal representative by register” or “power of attorney of 12 March 2024”."))  # fmt: skip
    starts = DateField(_l("First day"), validators=[Optional()])
    ends = DateField(_l("Last day"), validators=[Optional()])

    def start(self, position: Position | None, languages: Sequence[str]) -> None:
        """Show what the register has, or a line for each usual language."""
        if position is None:
            _rows(self.titles, ({"language": language} for language in languages))
            return
        self.starts.data, self.ends.data = position.starts, position.ends
        _rows(self.titles, _texts(position.titles, languages))

    def position(self) -> PositionFacts:
        return PositionFacts(
            titles={row["language"]: row["text"] for row in self.titles.data if row["text"]},
            signs=bool(self.signs.data),
            authority=self.authority.data or "",
            starts=self.starts.data,
            ends=self.ends.data,
        )


class NewPersonForm(PersonForm, PositionForm):
    """A person and the post held here, in one go."""

    def start(self, _nobody: object, languages: Sequence[str]) -> None:
        PersonForm.start(self, None, languages)
        PositionForm.start(self, None, languages)


def language_choices() -> list[Any]:
    """Languages by their names in the language of the page."""
    names, page = get_locale().languages, str(get_locale().language)
    others = sorted(LANGUAGES[2:], key=lambda tag: countries.sort_key(str(names.get(tag, tag)), page))
    return choices((tag, str(names.get(tag, tag))) for tag in (*LANGUAGES[:2], *others))


def _country_choices() -> list[Any]:
    return choices([("", _l("Choose …")), *countries.choices(str(get_locale().language))])


def _rows(field: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    while field.entries:
        field.pop_entry()
    for row in rows:
        field.append_entry(dict(row))


def _texts(texts: Mapping[str, str], languages: Sequence[str]) -> list[dict[str, str]]:
    tags = list(dict.fromkeys([*texts, *languages]))
    return [{"language": tag, "text": texts.get(tag, "")} for tag in tags]
