"""What may stand in a manifest file: every fault of its structure in words, before anything is built from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from mou_service.documents.word.templates.clauses import FORM_LANGUAGES, PREFERRED, Lock, Rank
from mou_service.documents.word.templates.fields import (
    COLUMN_TYPES,
    FIELD_TYPES,
    PER_LANGUAGE,
    UNITS,
    WHO,
    Field,
    Option,
)
from mou_service.documents.word.templates.wording import WORDINGS

LAYOUTS = ("two_column", "single")
KINDS = ("required", "optional", "conditional")
CLAUSE_STYLES = ("paragraph", "item")
#: What may stand before and after the clauses, and its paragraph style in Word.
PART_STYLES: Mapping[str, str] = {
    "text": "Clause Text",
    "heading": "Part Heading",
    "party": "Party",
    "recital": "Recital",
    "sender": "Sender",
    "address": "Address",
    "addressee": "Addressee",
    "place_and_date": "Place and Date",
    "subject": "Subject",
    "farewell": "Farewell",
}
KEY = re.compile(r"[a-z][a-z0-9_]*")
TOP_KEYS = frozenset(
    {
        "type",
        "code",
        "title",
        "summary",
        "languages",
        "layout",
        "document",
        "groups",
        "fields",
        "opening",
        "clauses",
        "closing",
        "signatures",
        "subtitle",
        "terms",
        "attesting_witness",
        "policy",
    }
)
OPTIONAL_KEYS = frozenset({"opening", "closing", "subtitle", "terms", "attesting_witness", "policy"})
POLICY_KEYS = frozenset({"offices", "level", "invite"})
#: The offices a kind of document can ask for an opinion beside those the facts of an agreement ask for.
OFFICES = ("legal", "international", "regional", "research", "academic", "staff", "finance", "data_protection")
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
INVITES = ("mail", "table")
FIELD_KEYS = frozenset(
    {
        "key",
        "type",
        "label",
        "help",
        "group",
        "who",
        "required",
        "default",
        "options",
        "min",
        "max",
        "unit",
        "asked_if",
        "columns",
    }
)
COLUMN_KEYS = frozenset({"key", "type", "label", "help", "required", "options", "min", "max", "unit"})
#: What a line of a small table calls its own in a text; no column can be called so.
TAKEN_KEYS = frozenset({"words", *dir(dict)})
CLAUSE_KEYS = frozenset(
    {
        "key",
        "title",
        "kind",
        "condition",
        "lock",
        "binding",
        "guidance",
        "paragraphs",
        "fallbacks",
        "library",
        "source",
        "number",
    }
)
FALLBACK_KEYS = frozenset({"key", "rank", "label", "guidance", "paragraphs"})
LOCKS = get_args(Lock)
RANKS = get_args(Rank)


def faults(content: Mapping[str, Any], *, expected_type: str) -> list[str]:
    """Everything that is wrong with the structure of a manifest; an empty list when it can be built."""
    missing = sorted(TOP_KEYS - OPTIONAL_KEYS - content.keys())
    if missing:
        return [f"“{name}” is missing" for name in missing]
    return list(_faults(content, expected_type))


def field(raw: Mapping[str, Any]) -> Field:
    """A field from its table in the file, whose structure was found sound."""
    columns = [{"help": {}, **column, "group": raw["group"]} for column in raw.get("columns", [])]
    return Field(
        key=raw["key"],
        type=raw["type"],
        label=raw["label"],
        help=raw["help"],
        group=raw["group"],
        who=raw.get("who", "us"),
        required=raw.get("required", False),
        default=raw.get("default"),
        options=tuple(Option(option["key"], option["label"]) for option in raw.get("options", [])),
        minimum=raw.get("min"),
        maximum=raw.get("max"),
        unit=raw.get("unit"),
        asked_if=raw.get("asked_if", ""),
        columns=tuple(map(field, columns)),
    )


def _head_faults(content: Mapping[str, Any], expected_type: str) -> Iterator[str]:
    if content["type"] != expected_type:
        yield f"type is “{content['type']}” but the file is called “{expected_type}.toml”"
    if content["layout"] not in LAYOUTS:
        yield f"layout “{content['layout']}” is not one of {', '.join(LAYOUTS)}"
    if not isinstance(content.get("attesting_witness", False), bool):
        yield "attesting_witness: it is true or false"
    yield from _policy_faults(content.get("policy", {}))


def _policy_faults(raw: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(raw, POLICY_KEYS, place="policy")
    for office in raw.get("offices", []):
        if office not in OFFICES:
            yield f"policy, offices: “{office}” is not one of {', '.join(OFFICES)}"
    for name, known in (("level", LEVELS), ("invite", INVITES)):
        if name in raw and raw[name] not in known:
            yield f"policy, {name}: “{raw[name]}” is not one of {', '.join(known)}"


def _faults(content: Mapping[str, Any], expected_type: str) -> Iterator[str]:
    languages = content["languages"]
    yield from _unknown_keys(content, TOP_KEYS, place="the file")
    yield from _head_faults(content, expected_type)
    for language in languages:
        if language not in WORDINGS:
            yield f"language “{language}” has no wording for dates, numbers and signature blocks"
    if content["layout"] == "two_column" and len(languages) < 2:
        yield "layout two_column needs at least two languages"
    yield from _labels(content["title"], place="title", languages=FORM_LANGUAGES)
    yield from _labels(content["summary"], place="summary", languages=FORM_LANGUAGES)
    if content.get("subtitle"):
        yield from _labels(content["subtitle"], place="subtitle", languages=languages)
    groups = [raw.get("key", "") for raw in content["groups"]]
    for raw in content["groups"]:
        yield from _labels(raw.get("title"), place=f"group “{raw.get('key')}”", languages=FORM_LANGUAGES)
    yield from _doubles(content["fields"], what="field")
    for raw in content["fields"]:
        yield from _field_faults(raw, groups)
    yield from _doubles(content["clauses"], what="clause")
    for raw in content["clauses"]:
        yield from _clause_faults(raw, content["fields"], languages)
    for part in ("opening", "closing"):
        yield from _passage_faults(content.get(part, []), tuple(PART_STYLES), languages, place=part)
    for raw in content["signatures"]:
        if raw.get("party") not in ("own", "partner"):
            yield f"signatures: party “{raw.get('party')}” is neither “own” nor “partner”"


def _field_faults(raw: Mapping[str, Any], groups: Sequence[str]) -> Iterator[str]:
    place = f"field “{raw.get('key', '?')}”"
    yield from _unknown_keys(raw, FIELD_KEYS, place=place)
    if not KEY.fullmatch(raw.get("key", "")):
        yield f"{place}: the key must be small letters, digits and underscores"
    if raw.get("type") not in FIELD_TYPES:
        yield f"{place}: type “{raw.get('type')}” is not one of {', '.join(FIELD_TYPES)}"
    if raw.get("group") not in groups:
        yield f"{place}: group “{raw.get('group')}” is not declared under [[groups]]"
    if raw.get("who", "us") not in WHO:
        yield f"{place}: who “{raw['who']}” is not one of {', '.join(WHO)}"
    if raw.get("unit") is not None and raw["unit"] not in UNITS:
        yield f"{place}: unit “{raw['unit']}” is not one of {', '.join(UNITS)}"
    yield from _labels(raw.get("label"), place=f"{place}, label", languages=FORM_LANGUAGES)
    yield from _labels(raw.get("help"), place=f"{place}, help", languages=FORM_LANGUAGES)
    yield from _option_faults(raw, place)
    yield from _column_faults(raw, place)


def _column_faults(raw: Mapping[str, Any], place: str) -> Iterator[str]:
    columns = raw.get("columns", [])
    if (raw.get("type") == "rows") != bool(columns):
        yield f"{place}: columns belong to rows, and only there"
    yield from _doubles(columns, what=f"{place}: the column")
    for column in columns:
        where = f"{place}, column “{column.get('key', '?')}”"
        yield from _unknown_keys(column, COLUMN_KEYS, place=where)
        if not KEY.fullmatch(column.get("key", "")) or column["key"] in TAKEN_KEYS:
            yield f"{where}: the key must be small letters, digits and underscores, and not a word of the text's own"
        if column.get("type") not in COLUMN_TYPES:
            yield f"{where}: type “{column.get('type')}” is not one of {', '.join(sorted(COLUMN_TYPES))}"
        if column.get("unit") is not None and column["unit"] not in UNITS:
            yield f"{where}: unit “{column['unit']}” is not one of {', '.join(UNITS)}"
        yield from _labels(column.get("label"), place=f"{where}, label", languages=FORM_LANGUAGES)
        yield from _option_faults(column, where)


def _option_faults(raw: Mapping[str, Any], place: str) -> Iterator[str]:
    options = raw.get("options", [])
    if (raw.get("type") in ("choice", "choices")) != bool(options):
        yield f"{place}: options belong to choice and choices, and only there"
    for option in options:
        yield from _labels(option.get("label"), place=f"{place}, option", languages=FORM_LANGUAGES)
    offered = {option.get("key") for option in options}
    default = raw.get("default")
    chosen = default if isinstance(default, list) else [default]
    if options and default is not None and not set(chosen) <= offered:
        yield f"{place}: the default “{default}” is not among the options"
    if raw.get("type") in PER_LANGUAGE and not isinstance(default, Mapping | None):
        yield f"{place}: the default needs a text for each language"


def _clause_faults(
    raw: Mapping[str, Any], fields: Sequence[Mapping[str, Any]], languages: Sequence[str]
) -> Iterator[str]:
    place = f"clause “{raw.get('key', '?')}”"
    yield from _unknown_keys(raw, CLAUSE_KEYS, place=place)
    yield from _labels(raw.get("title"), place=f"{place}, title", languages=languages)
    kind, condition = raw.get("kind"), raw.get("condition", "")
    if kind not in KINDS:
        yield f"{place}: kind “{kind}” is not one of {', '.join(KINDS)}"
    if (kind == "required") == bool(condition):
        yield f"{place}: a required clause has no condition, every other one has"
    switches = [item["key"] for item in fields if item.get("type") == "bool"]
    if kind == "optional" and condition not in switches:
        yield f"{place}: an optional clause is switched by a yes/no field, and “{condition}” is none"
    if not raw.get("paragraphs"):
        yield f"{place}: there is no paragraph"
    yield from _passage_faults(raw.get("paragraphs", []), CLAUSE_STYLES, languages, place=place)
    if raw.get("lock", LOCKS[0]) not in LOCKS:
        yield f"{place}: lock “{raw['lock']}” is not one of {', '.join(LOCKS)}"
    yield from _fallback_faults(raw.get("fallbacks", []), languages, place=place)


def _fallback_faults(raws: Sequence[Mapping[str, Any]], languages: Sequence[str], *, place: str) -> Iterator[str]:
    yield from _doubles([*raws, {"key": PREFERRED}], what=f"{place}: the position")
    for raw in raws:
        where = f"{place}, position “{raw.get('key', '?')}”"
        yield from _unknown_keys(raw, FALLBACK_KEYS, place=where)
        if not KEY.fullmatch(raw.get("key", "")):
            yield f"{where}: the key must be small letters, digits and underscores"
        if raw.get("rank") not in RANKS:
            yield f"{where}: rank “{raw.get('rank')}” is not one of {', '.join(RANKS)}"
        yield from _labels(raw.get("label"), place=f"{where}, label", languages=FORM_LANGUAGES)
        yield from _labels(raw.get("guidance"), place=f"{where}, guidance", languages=FORM_LANGUAGES)
        if not raw.get("paragraphs"):
            yield f"{where}: there is no paragraph"
        yield from _passage_faults(raw.get("paragraphs", []), CLAUSE_STYLES, languages, place=where)


def _passage_faults(
    raws: Sequence[Mapping[str, Any]], styles: Sequence[str], languages: Sequence[str], *, place: str
) -> Iterator[str]:
    for number, raw in enumerate(raws, 1):
        where = f"{place}, paragraph {number}"
        yield from _labels(raw, place=where, languages=languages)
        yield from _unknown_keys(raw, frozenset({"style", "when", "each", *languages}), place=where)
        if raw.get("style", styles[0]) not in styles:
            yield f"{where}: style “{raw['style']}” is not one of {', '.join(styles)}"


def _labels(texts: Any, *, place: str, languages: Sequence[str]) -> Iterator[str]:
    for language in languages:
        text = texts.get(language) if isinstance(texts, Mapping) else None
        if not isinstance(text, str) or not text.strip():
            yield f"{place}: the text in “{language}” is missing"


def _unknown_keys(raw: Mapping[str, Any], known: frozenset[str], *, place: str) -> Iterator[str]:
    for name in sorted(raw.keys() - known):
        yield f"{place}: “{name}” means nothing here"


def _doubles(raws: Sequence[Mapping[str, Any]], *, what: str) -> Iterator[str]:
    keys = [raw.get("key", "") for raw in raws]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{what} “{key}” is declared twice"
