"""What a kind of document asks for and says: `document_templates/<type>.toml`, read, checked and typed."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mou_service.documents.word.templates import amendments, clauses, editions, manifest_file, shapes, shared_clauses
from mou_service.documents.word.templates.amendments import Amended
from mou_service.documents.word.templates.clauses import Clause, Passage
from mou_service.documents.word.templates.expressions import comparable
from mou_service.documents.word.templates.fields import Field, Problem, Text
from mou_service.documents.word.templates.party import CORE_NAMES, core_problems
from mou_service.documents.word.templates.wording import long_date, spelled

Layout = Literal["two_column", "single"]
_EXPRESSIONS = ImmutableSandboxedEnvironment()
_EXPRESSIONS.globals.clear()
#: An answer as the text says it: the question, and the language.
_SAID = re.compile(r"\bwords\.([a-z][a-z0-9_]*)\.([a-z]{2,3})\b")


class ManifestError(ValueError):
    """A manifest cannot be used; `faults` says each thing that is wrong and where."""

    def __init__(self, path: Path, faults: Sequence[str]) -> None:
        super().__init__("\n".join(f"{path.name}: {fault}" for fault in faults))
        self.path = path
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one topic: one page of the form."""

    key: str
    title: Text
    help: Text


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """Where one party signs on paper; `intro` stands above it."""

    party: Literal["own", "partner"]
    intro: Text
    when: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is usual for a kind of document: offices asked beside the usual ones, level of proof, how people are asked to sign."""

    offices: tuple[str, ...] = ()
    #: PAdES level offered first at the freeze; empty: that of the settings.
    level: str = ""
    #: "mail" or "table", offered first; empty: as the ceremony has it.
    invite: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One kind of document: the questions of its form and its whole text."""

    type: str
    code: str
    title: Text
    summary: Text
    languages: tuple[str, ...]
    layout: Layout
    document: str
    folder: Path
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    opening: tuple[Passage, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[Passage, ...]
    #: Under the title; empty where the title stands alone.
    subtitle: Text
    signatures: tuple[SignatureBlock, ...]
    #: Every signature on it needs an attesting witness; without one it cannot be frozen.
    attesting_witness: bool = False
    policy: Policy = Policy()
    #: The type whose questions and text this one has in fewer languages; empty where it has its own.
    edition_of: str = ""
    #: The number of the Word file among those the house keeps, and its bytes; 0 and None: the one beside this manifest.
    number: int = 0
    word: bytes | None = None

    @property
    def shape(self) -> dict[str, shapes.Shape]:
        """What the values of every such document look like."""
        return shapes.of_values(self.fields, self.languages)

    @property
    def docx(self) -> bytes:
        """The Word file that is filled."""
        return self.document_path.read_bytes() if self.word is None else self.word

    @property
    def sha256(self) -> str:
        """Of the Word file, hexadecimal."""
        return hashlib.sha256(self.docx).hexdigest()

    @property
    def names(self) -> frozenset[str]:
        """Every name the text may use."""
        return CORE_NAMES | {field.key for field in self.fields}

    @property
    def document_path(self) -> Path:
        """Where the Word file that came with the service lies."""
        return self.folder / self.document

    def field(self, key: str) -> Field:
        """The field with this key; an unknown key raises `KeyError`."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def topics(self) -> Iterator[tuple[Group, tuple[Field, ...]]]:
        """The groups in order, each with its fields: the pages of the form."""
        for group in self.groups:
            yield group, tuple(field for field in self.fields if field.group == group.key)

    def example(self) -> dict[str, Any]:
        """A complete set of values, as `VALUES.json` holds it; raises `ManifestError` when it is not readable."""
        examples = self.folder / "examples"
        path = examples / f"{self.type}.json"
        if self.edition_of and not path.is_file():
            path = examples / f"{self.edition_of}.json"
        try:
            content: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise ManifestError(path, [f"the example values cannot be read: {error}"]) from error
        return content

    def starting_values(self) -> dict[str, Any]:
        """What the form shows before anybody typed."""
        return {field.key: field.start(self.languages) for field in self.fields}

    def asked(self, field: Field, values: Mapping[str, Any]) -> bool:
        """Whether this question makes sense with the other answers."""
        return not field.asked_if or holds(field.asked_if, self.starting_values() | dict(values))

    def holds_clause(self, clause: Clause, values: Mapping[str, Any]) -> bool:
        """Whether the clause stands in the document with these answers."""
        return not clause.condition or holds(clause.condition, self.starting_values() | dict(values))

    def validate(self, values: Mapping[str, Any]) -> list[Problem]:
        """What keeps these values from becoming a document; an empty list when nothing does."""
        found = core_problems(values, self.languages)
        for field in self.fields:
            if self.asked(field, values):
                found += field.problems(values.get(field.key, field.start(self.languages)), self.languages)
        return found + [_unknown(key) for key in values if key not in self.names]

    def complete(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values a merge needs: defaults for what is not given, and `words`.

        `words` holds, per language, how the text says an answer: `words.term_years.en` is
        “five (5) years”, `words.term_years.zh` 五年; dates and chosen options likewise.
        """
        full = self.starting_values() | dict(values)
        tables = {field.key: self._rows(field, full[field.key]) for field in self.fields if field.columns}
        said = {field.key: self._words(field, full[field.key]) for field in self.fields if not field.columns}
        return full | tables | {"words": said}

    def _words(self, field: Field, value: Any) -> dict[str, str]:
        return {language: _in_words(field, value, language) for language in self.languages}

    def _rows(self, field: Field, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The lines of a small table, each whole and with its own `words`."""
        start = {column.key: column.start(self.languages) for column in field.columns}
        full = [start | dict(row) for row in rows]
        return [row | {"words": {c.key: self._words(c, row[c.key]) for c in field.columns}} for row in full]


def load(folder: Path) -> dict[str, Manifest]:
    """All manifests of a folder by type, in the order of their file names.

    Raises `ManifestError` with everything that is wrong in the first file which cannot be used.
    """
    found = (read(path) for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem))
    return {manifest.type: manifest for manifest in found}


def read(path: Path, amended: Amended = amendments.NONE) -> Manifest:
    """One manifest, with the texts of clauses the house has in place of the file's; raises `ManifestError` with all faults."""
    content, edition_of = _content(path, amended), ""
    if "edition_of" in content:
        edition_of = str(content["edition_of"])
        content = _edition(content, path, edition_of, amended)
    content = amendments.in_languages(content)
    faults = manifest_file.faults(content, expected_type=path.stem)
    if faults:
        raise ManifestError(path, faults)
    manifest = replace(_build(content, path.parent), edition_of=edition_of)
    faults = list(_text_faults(manifest))
    if faults:
        raise ManifestError(path, faults)
    return manifest


def _content(path: Path, amended: Amended = amendments.NONE) -> dict[str, Any]:
    try:
        own = amendments.sourced(tomllib.loads(path.read_text("utf-8")), path.stem, amended)
        return shared_clauses.taken_up(own, path.parent, amended)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(path, [f"the file is not readable TOML: {error}"]) from error
    except shared_clauses.LibraryError as error:
        raise ManifestError(path, error.faults) from error


def _edition(content: Mapping[str, Any], path: Path, edition_of: str, amended: Amended) -> dict[str, Any]:
    """The whole content of an edition: what it shares with its source, which has to be sound itself."""
    beside = path.with_name(f"{edition_of}.toml")
    if not beside.is_file():
        raise ManifestError(path, [f"edition_of: there is no file {beside.name} beside it"])
    source = _content(beside)
    if found := manifest_file.faults(source, expected_type=edition_of):
        raise ManifestError(beside, found)
    if found := editions.faults(content, source):
        raise ManifestError(path, found)
    if amended:
        # Translations are those of the texts that came with the service; an amended text brings its own.
        source = _content(beside, amended)
        if found := list(editions.change_faults(content, source)):
            raise ManifestError(path, found)
    return editions.assembled(content, source)


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a condition of a manifest (“renewal == 'automatic'”) is true for these values."""
    return bool(_condition(condition)(comparable(dict(values))))


@lru_cache(maxsize=2000)
def _condition(condition: str) -> Any:
    return _EXPRESSIONS.compile_expression(condition)


def _in_words(field: Field, value: Any, language: str) -> str:
    if value in ("", None, []):
        return ""
    if field.type == "int":
        return spelled(value, unit=field.unit, language=language)
    if field.type == "date":
        return long_date(date.fromisoformat(value), language=language)
    if field.type == "choice":
        return field.option(value).label.get(language, "")
    if field.type == "choices":
        return {"zh": "、"}.get(language, ", ").join(field.option(key).label.get(language, "") for key in value)
    return ""


def _unknown(key: str) -> Problem:
    message = f"“{key}” is not asked for by this template. Remove it or correct its spelling."
    return Problem(key, "unknown_field", message, {})


def _build(content: Mapping[str, Any], folder: Path) -> Manifest:
    languages = tuple(content["languages"])
    made = tuple(clauses.clause(raw, languages) for raw in content["clauses"])
    positions = tuple(clauses.position_field(each) for each in made if each.fallbacks)
    groups = tuple(Group(raw["key"], raw["title"], raw.get("help", {})) for raw in content["groups"])
    chosen = (Group(clauses.POSITIONS, clauses.POSITIONS_TITLE, clauses.POSITIONS_HELP),) if positions else ()
    return Manifest(
        type=content["type"],
        code=content["code"],
        title=content["title"],
        summary=content["summary"],
        languages=languages,
        layout=content["layout"],
        document=content["document"],
        folder=folder,
        groups=(*groups, *chosen),
        fields=(*(manifest_file.field(raw) for raw in content["fields"]), *positions),
        opening=clauses.passages(content.get("opening", []), languages, style="text"),
        clauses=made,
        closing=clauses.passages(content.get("closing", []), languages, style="text"),
        attesting_witness=content.get("attesting_witness", False),
        policy=_policy(content.get("policy", {})),
        subtitle={key: text for key, text in content.get("subtitle", {}).items() if key in languages},
        signatures=tuple(
            SignatureBlock(raw["party"], {key: raw[key] for key in languages if key in raw}, raw.get("when", ""))
            for raw in content["signatures"]
        ),
    )


def _policy(raw: Mapping[str, Any]) -> Policy:
    return Policy(tuple(raw.get("offices", ())), raw.get("level", ""), raw.get("invite", ""))


def _text_faults(manifest: Manifest) -> Iterator[str]:
    """Placeholders and conditions which name nothing: found when the manifest is read, not at a draft."""
    for field in manifest.fields:
        yield from _expression_faults(field.asked_if, manifest, place=f"field “{field.key}”, asked_if")
    for place, passage in _placed(manifest):
        table = next((field for field in manifest.fields if field.key == passage.each and field.columns), None)
        if passage.each and table is None:
            yield f"{place}, each: “{passage.each}” is no field of the type rows"
        yield from _expression_faults(passage.when, manifest, place=f"{place}, when", row=table)
        for language, text in passage.text.items():
            yield from _placeholder_faults(text, manifest, place=f"{place}, {language}", row=table)
            yield from _unsaid_choices(text, manifest, place=f"{place}, {language}")
    for clause in manifest.clauses:
        yield from _expression_faults(clause.condition, manifest, place=f"clause “{clause.key}”, condition")


def _placed(manifest: Manifest) -> Iterator[tuple[str, Passage]]:
    for name, passages in (("opening", manifest.opening), ("closing", manifest.closing)):
        for number, passage in enumerate(passages, 1):
            yield f"{name} paragraph {number}", passage
    for clause in manifest.clauses:
        for condition, passages in clause.positions():
            place = f"clause “{clause.key}”" + (f" ({condition})" if condition else "")
            for number, passage in enumerate(passages, 1):
                yield f"{place} paragraph {number}", passage


def _expression_faults(expression: str, manifest: Manifest, *, place: str, row: Field | None = None) -> Iterator[str]:
    if expression:
        yield from _placeholder_faults(f"{{% if {expression} %}}{{% endif %}}", manifest, place=place, row=row)


def _unsaid_choices(text: str, manifest: Manifest, *, place: str) -> Iterator[str]:
    """Choices a text says in a language in which an option has no words: nothing would stand there."""
    for key, language in set(_SAID.findall(text)):
        options = next((field.options for field in manifest.fields if field.key == key), ())
        for option in options:
            if not option.label.get(language):
                yield f"{place}: “{key}” says “{option.key}”, which has no words in “{language}”"


def _placeholder_faults(text: str, manifest: Manifest, *, place: str, row: Field | None = None) -> Iterator[str]:
    """`row` is the small table whose lines the text goes through, if it does."""
    try:
        tree = _EXPRESSIONS.parse(text)
    except TemplateError as error:
        yield f"{place}: {error}"
        return
    known = manifest.names | {"loop"} | ({"row"} if row else set())
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        yield f"{place}: “{name}” is neither a field of this template nor given to every document"
    if row:
        columns = {column.key for column in row.columns}
        for name in sorted(_of_row(tree) - columns):
            yield f"{place}: “row.{name}” is no column of “{row.key}”"


def _of_row(tree: nodes.Template) -> set[str]:
    """The columns a text takes from the line it stands for: row.due, row.words.due."""
    found = set()
    for part in tree.find_all(nodes.Getattr):
        inner = part.node
        if isinstance(inner, nodes.Getattr) and inner.attr == "words":
            inner = inner.node
        if isinstance(inner, nodes.Name) and inner.name == "row" and part.attr != "words":
            found.add(part.attr)
    return found
