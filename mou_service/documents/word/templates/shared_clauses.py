"""The clause library: clauses and questions that several templates share, each written once.

They lie in `document_templates/library/clauses.toml` and `fields.toml`. A template takes one up with `use = "its name"`
and may override what it says of itself, but no words. What a document and its parties are called is the template's
matter: `<document>` in a shared text stands for the template's `terms.document`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mou_service.documents.word.templates import amendments
from mou_service.documents.word.templates.amendments import NONE, Amended

FOLDER = "library"
_TERM = re.compile(r"<([a-z_]+)>")
#: What a template may say of a clause it takes up; everything else is the library's.
CLAUSE_OVERRIDES = frozenset({"use", "key", "kind", "condition", "lock", "binding", "guidance"})
FIELD_OVERRIDES = frozenset({"use", "key", "group", "default", "required", "min", "max", "asked_if", "who", "help"})


class LibraryError(ValueError):
    """What is taken up does not fit the library; `faults` says each thing."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def taken_up(content: Mapping[str, Any], folder: Path, amended: Amended = NONE) -> dict[str, Any]:
    """The content of a manifest with every `use` replaced by what the library beside it holds; raises `LibraryError`.

    `amended` are the texts the house has in place of those that came with the service.
    """
    parts = {part: list(content.get(part, ())) for part in ("fields", "clauses")}
    if not any("use" in raw for raws in parts.values() for raw in raws):
        return dict(content)
    terms: Mapping[str, Mapping[str, str]] = content.get("terms", {})
    languages = tuple(content.get("languages", ()))
    faults: list[str] = []
    shared = {
        name: amendments.amend(raw, amendments.address(amendments.SHARED, name), amended)
        for name, raw in _shared(folder, "clauses").items()
    }
    known = {"fields": _shared(folder, "fields"), "clauses": shared}
    allowed = {"fields": FIELD_OVERRIDES, "clauses": CLAUSE_OVERRIDES}
    for part, raws in parts.items():
        parts[part] = [
            _taken(raw, known[part], allowed[part], part=part, faults=faults) if "use" in raw else raw for raw in raws
        ]
    done = {part: [_with_terms(raw, terms, languages, faults) for raw in raws] for part, raws in parts.items()}
    if faults:
        raise LibraryError(sorted(set(faults)))
    return {**content, **done}


def _shared(folder: Path, part: str) -> dict[str, dict[str, Any]]:
    path = folder / FOLDER / f"{part}.toml"
    if not path.is_file():
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LibraryError([f"{path.name} of the library is not readable TOML: {error}"]) from error
    return {raw["name"]: raw for raw in content.get(part, [])}


def _taken(
    raw: Mapping[str, Any], known: Mapping[str, Any], allowed: frozenset[str], *, part: str, faults: list[str]
) -> dict[str, Any]:
    name = raw["use"]
    if name not in known:
        faults.append(f"{part}: the library has none called “{name}”")
        return {key: value for key, value in raw.items() if key != "use"}
    faults += [f"{part}, “{name}”: “{key}” is the library's to say" for key in sorted(raw.keys() - allowed)]
    shared = {key: value for key, value in known[name].items() if key != "name"}
    own = {key: value for key, value in raw.items() if key != "use"}
    taken = {"key": name, **shared, **own}
    return {**taken, "library": name} if part == "clauses" else taken


def _with_terms(value: Any, terms: Mapping[str, Any], languages: tuple[str, ...], faults: list[str]) -> Any:
    """The value with the template's terms in every text; a text knows its language by its key."""
    if isinstance(value, Mapping):
        return {
            key: _said(part, key, terms, faults) if isinstance(part, str) and key in languages
            else _with_terms(part, terms, languages, faults)
            for key, part in value.items()
        }  # fmt: skip
    if isinstance(value, list):
        return [_with_terms(part, terms, languages, faults) for part in value]
    return value


def _said(text: str, language: str, terms: Mapping[str, Any], faults: list[str]) -> str:
    def word(found: re.Match[str]) -> str:
        said = terms.get(found[1], {}).get(language)
        if said is None:
            faults.append(f"terms: “{found[1]}” has no word in “{language}”, and a shared text needs it")
            return found[0]
        return str(said)

    return _TERM.sub(word, text)


def names(folder: Path) -> Iterator[str]:
    """The names of the clauses the library holds."""
    yield from _shared(folder, "clauses")
