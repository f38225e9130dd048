"""What somebody wants a text to say: the answers of the form, and the values a template is filled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mou_service.core.clock import now
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.wording import long_date
from mou_service.partners import countries, identifiers
from mou_service.partners.models import Organisation, Position

#: What stands where nothing was typed yet, in a preview.
GAP = "____"
RENEWALS = {"consent": "written_consent", "automatic": "automatic", "none": "none"}


@dataclass(frozen=True)
class Contact:
    """Whom a party's notices go to."""

    name: str = ""
    email: str = ""
    phone: str = ""

    def plain(self) -> dict[str, str]:
        return {"name": self.name, "email": self.email, "phone": self.phone}


@dataclass(frozen=True)
class Side:
    """A party with those who sign for it, as they appear on paper."""

    organisation: Organisation
    #: (the post, name and title and organisation as shown)
    signatories: tuple[tuple[Position, Mapping[str, Any]], ...] = ()
    contact: Contact = Contact()

    def values(self, languages: Sequence[str]) -> dict[str, Any]:
        """The party as a template sees it."""
        house = self.organisation
        names = house.called()
        short = {**names, **house.called("acronym"), **house.called("short")}
        return {
            "name": dict(names),
            "short": {language: short[language] for language in names},
            "address": {tag: countries.left_out(text, house.country, tag) for tag, text in house.addresses.items()},
            "country": {language: countries.name(house.country, language) for language in languages},
            "identifier": identifier(house),
            "kind": house.kind,
            "signatories": [dict(as_shown) for _position, as_shown in self.signatories],
            "contact": self.contact.plain(),
        }


@dataclass(frozen=True)
class Plan:
    """Everything the form holds."""

    own: Side
    partner: Side
    titles: Mapping[str, str] = field(default_factory=dict)
    purpose: str = ""
    day: date | None = None
    place: Mapping[str, str] = field(default_factory=dict)
    #: The template's own questions.
    answers: Mapping[str, Any] = field(default_factory=dict)

    def values(self, manifest: Manifest, *, ref: str, demonstration: bool) -> dict[str, Any]:
        """The values of the document, before the manifest completes them."""
        languages = manifest.languages
        own, partner = self.own.values(languages), self.partner.values(languages)
        asked = {f.key: self.answers.get(f.key, f.start(languages)) for f in manifest.fields}
        return {
            **asked,
            "ref": ref,
            "title": dict(self.titles),
            "demonstration": demonstration,
            "own": own,
            "partner": partner,
            "parties": [own, partner],
            "date": {language: long_date(self.day, language=language) for language in languages} if self.day else {},
            "place": dict(self.place),
            "witnesses": [],
        }

    def form(self) -> dict[str, Any]:
        """What was typed, as plain data, so that the form can be shown again."""
        return {
            "titles": dict(self.titles),
            "purpose": self.purpose,
            "day": self.day.isoformat() if self.day else "",
            "place": dict(self.place),
            "own_signatories": [position.id for position, _shown in self.own.signatories],
            "partner_signatories": [position.id for position, _shown in self.partner.signatories],
            "own_contact": self.own.contact.plain(),
            "partner_contact": self.partner.contact.plain(),
            "answers": dict(self.answers),
        }


@dataclass(frozen=True)
class Duration:
    """How long the text says it holds: whole months, or until a day it names."""

    months: int
    renewal: str
    notice_months: int
    begins_on: date | None = None
    ends_on: date | None = None


def duration(answers: Mapping[str, Any]) -> Duration | None:
    """The term the answers speak of; None for a document that has none.

    Templates ask for it under these names: term_months or term_years, start_date, end_date or lapse_date, renewal and
    renewal_notice_months.
    """
    months = int(answers.get("term_months") or 0) or 12 * int(answers.get("term_years") or 0)
    begins, ends = day_of(answers.get("start_date")), day_of(answers.get("end_date") or answers.get("lapse_date"))
    if not months and ends is None:
        return None
    renewal = RENEWALS.get(str(answers.get("renewal", "")), "written_consent" if months else "none")
    notice = int(answers.get("renewal_notice_months") or 0) if renewal != "none" else 0
    return Duration(0 if ends else months, renewal, notice, begins, ends)


def day_of(text: Any) -> date | None:
    """A day as forms keep it; None for anything that is none."""
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None


def holds_now(position: Position) -> bool:
    """Whether the post is held today."""
    return position.holds_on(now().date())


def identifier(house: Organisation) -> str:
    """The number a document names the organisation by: the first of those that documents name."""
    found = {each.scheme: each.value for each in house.identifiers}
    scheme = next((scheme for scheme in identifiers.IN_DOCUMENTS if scheme in found), None)
    return found[scheme] if scheme else ""


def with_gaps(values: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """The values with a line to be filled in wherever a text is missing, so that a preview shows the rest."""
    filled = dict(values)
    for name in ("title", "date", "place"):
        filled[name] = _gaps(filled[name], languages)
    for name in ("own", "partner"):
        filled[name] = _party_gaps(filled[name], languages)
    filled["parties"] = [filled["own"], filled["partner"]]
    return filled


def gap(answer: Any, languages: Sequence[str]) -> Any:
    """An answer in words, with a line wherever nothing was typed."""
    return _gaps(answer, languages) if isinstance(answer, Mapping) else answer or GAP


def _party_gaps(party: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    texts = {name: _gaps(party[name], languages) for name in ("name", "short", "address", "country")}
    people = [{part: _gaps(texts_, languages) for part, texts_ in person.items()} for person in party["signatories"]]
    contact = {part: text or GAP for part, text in party["contact"].items()}
    return {**party, **texts, "signatories": people, "contact": contact}


def _gaps(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    return {**texts, **{language: texts.get(language) or GAP for language in languages}}
