"""Taking a table of partners into the register: one row, one organisation, perhaps with a person who acts for it.

The columns are described in docs/partners-csv.md. A row that cannot be used is reported and changes nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mou_service.core.actors import Actor
from mou_service.core.db import db
from mou_service.core.errors import Invalid
from mou_service.core.search import folded

from . import countries, identifiers, operations, queries
from .models import OWN_KINDS, Organisation
from .operations import Called, Name, OrganisationFacts, PersonFacts, PositionFacts

#: Column prefix → kind of name.
NAMES = {
    "name": "legal", "official": "official_foreign", "short": "short", "acronym": "acronym", "former": "former",
    "transliteration": "transliteration",
}  # fmt: skip
PER_LANGUAGE = (*NAMES, "address", "person", "reading", "title")
PLAIN = (
    "kind",
    "country",
    "website",
    "notes",
    "source",
    "verified",
    "email",
    "letters",
    "signs",
    "authority",
    "from",
    "to",
)
_YES = frozenset({"yes", "y", "true", "1", "是", "x"})
_NO = frozenset({"", "no", "n", "false", "0", "否"})


class Unreadable(Exception):
    """The file is no table that can be read; the message says why."""


@dataclass(frozen=True)
class Line:
    """One row of the table with the line it begins on."""

    number: int
    cells: Mapping[str, str]


@dataclass
class Outcome:
    """What became of the rows."""

    added: int = 0
    known: int = 0
    people: int = 0
    #: (line, what is wrong)
    rejected: list[tuple[int, str]] = field(default_factory=list)


def lines(content: bytes) -> list[Line]:
    """The rows of a CSV file in UTF-8 or, as Chinese Excel writes it, GB 18030; raises `Unreadable`."""
    text = _decoded(content)
    header, _newline, _rest = text.partition("\n")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    try:
        columns = [_column(cell) for cell in next(reader, [])]
        _check_header(columns)
        return list(_rows(reader, columns))
    except csv.Error as error:
        raise Unreadable(f"Line {reader.line_num}: {error}. Save the table again as CSV (UTF-8).") from error


def take_in(rows: Sequence[Line], *, actor: Actor) -> Iterator[Outcome]:
    """Take the rows in one after the other; yields the outcome so far after each, the same object growing."""
    outcome = Outcome()
    for row in rows:
        try:
            with db.session.begin_nested():
                _take(row, actor, outcome)
        except Invalid as error:
            outcome.rejected.append((row.number, " ".join(str(text) for text in error.fields.values())))
        yield outcome


def _take(row: Line, actor: Actor, outcome: Outcome) -> None:
    facts = _organisation(row)
    person = _person(row)
    numbers = operations.checked_identifiers(facts.identifiers)
    house = queries.identified(numbers) or queries.called([n.text for n in facts.names], country=facts.country)
    was_known = house is not None
    if house is None:
        house = operations.add_organisation(facts, actor=actor)
    added = person is not None and _add_person(house, *person, actor=actor)
    outcome.known += was_known
    outcome.added += not was_known
    outcome.people += added


def _add_person(house: Organisation, person: PersonFacts, position: PositionFacts, *, actor: Actor) -> bool:
    """Whether somebody of that name had no post there yet."""
    wanted = {folded(name.full_name) for name in person.names}
    there = {folded(n.full_name) for post in house.positions for n in post.person.names}
    if wanted & there:
        return False
    operations.add_person(person, actor=actor, organisation=house, position=position)
    return True


def _organisation(row: Line) -> OrganisationFacts:
    cells, faults = row.cells, dict[str, str]()
    country = countries.found(cells.get("country", ""))
    if country is None:
        faults["country"] = f"country: “{cells.get('country', '')}” is no country or region; write its two-letter code."
    kind = cells.get("kind", "") or "university"
    if kind not in OWN_KINDS:
        faults["kind"] = f"kind: “{kind}” is none of {', '.join(OWN_KINDS)}."
    verified = _yes(cells, "verified", faults)
    if faults:
        raise Invalid(faults)
    source = cells.get("source", "")
    return OrganisationFacts(
        kind=kind, country=country or "",
        names=[Name(language, text, NAMES[prefix], verified, source) for prefix in NAMES
               for language, text in _languages(cells, prefix)],
        identifiers=[(scheme, cells[scheme]) for scheme in identifiers.SCHEMES if cells.get(scheme)],
        addresses=dict(_languages(cells, "address")), website=cells.get("website", ""), notes=cells.get("notes", ""),
    )  # fmt: skip


def _person(row: Line) -> tuple[PersonFacts, PositionFacts] | None:
    cells, faults = row.cells, dict[str, str]()
    names = list(_languages(row.cells, "person"))
    if not names:
        return None
    starts, ends = _day(cells, "from", faults), _day(cells, "to", faults)
    signs = _yes(cells, "signs", faults)
    if faults:
        raise Invalid(faults)
    readings = dict(_languages(cells, "reading"))
    person = PersonFacts(
        names=[Called(language, text, readings.get(language, "")) for language, text in names],
        email=cells.get("email", ""), language=cells.get("letters", "") or "en",
    )  # fmt: skip
    position = PositionFacts(
        titles=dict(_languages(cells, "title")),
        signs=signs,
        authority=cells.get("authority", ""),
        starts=starts,
        ends=ends,
    )
    return person, position


def _languages(cells: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for column, text in cells.items():
        name, _underscore, language = column.partition("_")
        if name == prefix and language and text:
            yield language, text


def _yes(cells: Mapping[str, str], column: str, faults: dict[str, str]) -> bool:
    typed = cells.get(column, "").casefold()
    if typed not in _YES | _NO:
        faults[column] = f"{column}: write yes or no, not “{cells[column]}”."
    return typed in _YES


def _day(cells: Mapping[str, str], column: str, faults: dict[str, str]) -> date | None:
    typed = cells.get(column, "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        faults[column] = f"{column}: “{typed}” is no date; write year-month-day, for example 2024-03-27."
        return None


def _rows(reader: Iterator[list[str]], columns: Sequence[str]) -> Iterator[Line]:
    number = 2
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Line(number, {c: cell.strip() for c, cell in zip(columns, cells, strict=False) if c})
        number = reader.line_num + 1  # type: ignore[attr-defined]


def _column(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_").replace("-", "_")


def _check_header(columns: Sequence[str]) -> None:
    known = {*PLAIN, *identifiers.SCHEMES}
    unknown = [c for c in columns if c and c not in known and c.partition("_")[0] not in PER_LANGUAGE]
    if unknown:
        raise Unreadable(f"Unknown columns: {', '.join(unknown)}. docs/partners-csv.md lists the columns.")
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise Unreadable(f"These columns stand twice: {', '.join(twice)}.")
    if not any(c.startswith(("name_", "official_")) for c in columns) or "country" not in columns:
        raise Unreadable("The table needs at least the columns “country” and one name, for example “name_en”.")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("The text is neither UTF-8 nor GB 18030. Save the table again as CSV (UTF-8).")
