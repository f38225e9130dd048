"""What a template asks for: one typed field, its options, and what can be wrong with an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, get_args

FieldType = Literal[
    "text", "multi_lang_text", "paragraph", "date", "int", "choice", "choices", "bool", "email", "country", "rows"
]
Unit = Literal["year", "month", "day", "time", "original"]
Who = Literal["us", "partner"]
Text = Mapping[str, str]

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
UNITS: tuple[str, ...] = get_args(Unit)
WHO: tuple[str, ...] = get_args(Who)
#: The answer to these differs from language to language.
PER_LANGUAGE = frozenset({"multi_lang_text", "paragraph"})
#: What a column of a small table can hold: what one sees at a glance to be filled in or empty.
COLUMN_TYPES = frozenset(FIELD_TYPES) - {"rows", "choices", "bool"}
#: The longest table a form can be used for, where the template says nothing.
MOST_ROWS = 40
LONGEST_LINE = 500
LONGEST_PARAGRAPH = 6000
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, with the words a reader sees for it."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Why one answer cannot be used.

    `field` is the path of the answer ("term_years", "purpose.zh"), `code` what the web translates,
    `message` the same in English, `facts` the numbers and words in it.
    """

    field: str
    code: str
    message: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a template's form."""

    key: str
    type: FieldType
    label: Text
    help: Text
    group: str
    who: Who = "us"
    required: bool = False
    default: Any = None
    options: tuple[Option, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    unit: Unit | None = None
    #: A condition on the other answers; where it is false the question is not asked.
    asked_if: str = ""
    #: The columns of a small table; each is a question of its own, asked again in every line.
    columns: tuple[Field, ...] = ()

    @property
    def per_language(self) -> bool:
        return self.type in PER_LANGUAGE

    def option(self, key: str) -> Option:
        """The option with this key; a key which is not offered raises `KeyError`."""
        for option in self.options:
            if option.key == key:
                return option
        raise KeyError(key)

    def start(self, languages: Sequence[str]) -> Any:
        """The answer before anybody has answered: the default, or what is empty in this type."""
        if self.per_language:
            given = self.default or {}
            return {language: given.get(language, "") for language in languages}
        if self.default is not None:
            return list(self.default) if self.type in ("choices", "rows") else self.default
        return {"bool": False, "choices": [], "rows": []}.get(self.type, "")

    def problems(self, value: Any, languages: Sequence[str]) -> list[Problem]:
        """What is wrong with this answer; an empty list when it can be used."""
        if self._is_empty(value):
            return [self._problem("missing", f"“{self._name}” is empty. Fill it in.")] if self.required else []
        return CHECKS[self.type](self, value, languages)

    def is_blank(self, row: Mapping[str, Any]) -> bool:
        """Whether nothing is filled in in this line of a small table."""
        return all(column._is_empty(row.get(column.key)) for column in self.columns)

    @property
    def _name(self) -> str:
        return self.label.get("en") or next(iter(self.label.values()), self.key)

    def _is_empty(self, value: Any) -> bool:
        if isinstance(value, Mapping):
            return not any(isinstance(part, str) and part.strip() for part in value.values())
        return value is None or value == [] or (isinstance(value, str) and not value.strip())

    def _problem(self, code: str, message: str, *, part: str = "", **facts: object) -> Problem:
        path = f"{self.key}.{part}" if part else self.key
        return Problem(path, code, message, {"label": self._name} | {name: str(fact) for name, fact in facts.items()})


def _check_text(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    return _text_problems(field, value, part="", longest=field.maximum or LONGEST_LINE)


def _check_languages(field: Field, value: Any, languages: Sequence[str]) -> list[Problem]:
    if not isinstance(value, Mapping):
        message = f"“{field._name}” needs a text for each language ({', '.join(languages)}), not one value."
        return [field._problem("not_per_language", message, languages=", ".join(languages))]
    longest = field.maximum or (LONGEST_PARAGRAPH if field.type == "paragraph" else LONGEST_LINE)
    found: list[Problem] = []
    for language in languages:
        text = value.get(language, "")
        if isinstance(text, str) and not text.strip():
            # One language filled and the other empty would leave a hole beside a sentence.
            message = f"“{field._name}” is missing in the language “{language}”. Both columns must say the same."
            found.append(field._problem("language_missing", message, part=language, language=language))
        else:
            found += _text_problems(field, text, part=language, longest=longest)
    return found


def _text_problems(field: Field, value: Any, *, part: str, longest: int) -> list[Problem]:
    if not isinstance(value, str):
        return [field._problem("not_text", f"“{field._name}” must be text.", part=part)]
    if len(value) > longest:
        message = f"“{field._name}” has {len(value)} characters; at most {longest} fit. Shorten it."
        return [field._problem("too_long", message, part=part, length=len(value), longest=longest)]
    return []


def _check_date(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"“{field._name}” is not a date. Write year-month-day, for example 2024-03-27."
        return [field._problem("not_a_date", message, value=value)]
    return []


def _check_int(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    if not isinstance(value, int) or isinstance(value, bool):
        return [field._problem("not_a_number", f"“{field._name}” must be a whole number.", value=value)]
    if field.minimum is not None and value < field.minimum:
        message = f"“{field._name}” is {value}; the smallest allowed is {field.minimum}."
        return [field._problem("too_small", message, value=value, minimum=field.minimum)]
    if field.maximum is not None and value > field.maximum:
        message = f"“{field._name}” is {value}; the largest allowed is {field.maximum}."
        return [field._problem("too_large", message, value=value, maximum=field.maximum)]
    return []


def _check_choice(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    return _unknown_choices(field, [value])


def _check_choices(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    if not isinstance(value, list):
        return [field._problem("not_a_list", f"“{field._name}” must be a list of choices.")]
    if len(value) < (field.minimum or 0):
        message = f"“{field._name}” needs at least {field.minimum} choices."
        return [field._problem("too_few", message, minimum=field.minimum)]
    return _unknown_choices(field, value)


def _unknown_choices(field: Field, values: Sequence[Any]) -> list[Problem]:
    offered = [option.key for option in field.options]
    unknown = [str(value) for value in values if value not in offered]
    if not unknown:
        return []
    message = f"“{field._name}” does not offer “{'”, “'.join(unknown)}”. Choose from: {', '.join(offered)}."
    return [field._problem("unknown_choice", message, value=", ".join(unknown), offered=", ".join(offered))]


def _check_bool(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    if isinstance(value, bool):
        return []
    return [field._problem("not_yes_or_no", f"“{field._name}” must be yes or no (true or false).", value=value)]


def _check_email(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    if isinstance(value, str) and EMAIL.fullmatch(value):
        return []
    return [field._problem("not_an_email", f"“{field._name}” is not an e-mail address: {value}.", value=value)]


def _check_country(field: Field, value: Any, _: Sequence[str]) -> list[Problem]:
    if isinstance(value, str) and COUNTRY.fullmatch(value):
        return []
    message = f"“{field._name}” must be a two-letter code of a country or region, for example BG."
    return [field._problem("not_a_country", message, value=value)]


def _check_rows(field: Field, value: Any, languages: Sequence[str]) -> list[Problem]:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return [field._problem("not_rows", f"“{field._name}” must be a list of lines, each with its columns.")]
    fewest, most = field.minimum or 0, field.maximum or MOST_ROWS
    if len(value) < fewest:
        message = f"“{field._name}” has {len(value)} lines; at least {fewest} are needed."
        return [field._problem("too_few_rows", message, value=len(value), minimum=fewest)]
    if len(value) > most:
        message = f"“{field._name}” has {len(value)} lines; at most {most} fit."
        return [field._problem("too_many_rows", message, value=len(value), maximum=most)]
    return [problem for number, row in enumerate(value) for problem in _row_problems(field, number, row, languages)]


def _row_problems(field: Field, number: int, row: Mapping[str, Any], languages: Sequence[str]) -> Iterator[Problem]:
    """What is wrong in one line; the path says where: “payments.0.due” is the first line's."""
    for column in field.columns:
        for problem in column.problems(row.get(column.key, column.start(languages)), languages):
            yield replace(
                problem,
                field=f"{field.key}.{number}.{problem.field}",
                message=f"“{field._name}”, line {number + 1}: {problem.message}",
                facts={**problem.facts, "line": str(number + 1), "column": column.key},
            )
    for name in sorted(row.keys() - {column.key for column in field.columns}):
        yield field._problem("unknown_column", f"“{field._name}”, line {number + 1}: there is no column “{name}”.")


CHECKS: Mapping[FieldType, Callable[[Field, Any, Sequence[str]], list[Problem]]] = {
    "text": _check_text,
    "multi_lang_text": _check_languages,
    "paragraph": _check_languages,
    "date": _check_date,
    "int": _check_int,
    "choice": _check_choice,
    "choices": _check_choices,
    "bool": _check_bool,
    "email": _check_email,
    "country": _check_country,
    "rows": _check_rows,
}
