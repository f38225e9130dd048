"""What the house says in place of what came with the service: whole texts of clauses, laid over the files. (pure)

A clause is known by its address: `library/<name>` for one that templates share, `<type>/<key>` for one that stands in a
single file. An amendment holds its text in the form of the file: title, guidance, paragraphs, fallbacks, and the number
of the text. What a template makes of the clause (where it stands, whether it is required, locked, binding) stays the
template's.
"""

from __future__ import annotations

import copy
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

#: address → title, guidance, paragraphs, fallbacks, number
Amended = Mapping[str, Mapping[str, Any]]
NONE: Amended = {}
SHARED = "library"
#: What an amendment may say; all else is the template's.
TEXTS = ("title", "guidance", "paragraphs", "fallbacks")


def address(of: str, key: str) -> str:
    """How a clause is called: the file it stands in, and its key there."""
    return f"{of}/{key}"


def sourced(content: Mapping[str, Any], of: str, amended: Amended) -> dict[str, Any]:
    """The content of one file: each clause of its own says where it is from, and has the text the house gave it."""
    return {
        **content,
        "clauses": [
            raw if "use" in raw else amend({**raw, "source": of}, address(of, raw.get("key", "")), amended)
            for raw in content.get("clauses", ())
        ],
    }


def amend(raw: Mapping[str, Any], where: str, amended: Amended) -> dict[str, Any]:
    """One clause with the text the house gave it, if it did."""
    said = amended.get(where, {})
    return {**raw, **{name: part for name, part in said.items() if name in (*TEXTS, "number")}}


def in_languages(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with every amended clause in its languages alone: an amendment has those of all editions."""
    languages = content.get("languages", ())
    return {
        **content,
        "clauses": [spoken(raw, languages) if raw.get("number") else raw for raw in content.get("clauses", ())],
    }


def spoken(raw: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """One clause in these languages; what the form says of it stays."""
    return {
        **raw,
        "title": {tag: text for tag, text in raw["title"].items() if tag in languages},
        "paragraphs": [_spoken(each, languages) for each in raw["paragraphs"]],
        "fallbacks": [
            {**each, "paragraphs": [_spoken(part, languages) for part in each["paragraphs"]]}
            for each in raw.get("fallbacks", ())
        ],
    }


@lru_cache(maxsize=4)
def shipped(folder: Path) -> Amended:
    """The clauses of all files of a folder by address, as they are written there; read once."""
    return MappingProxyType(dict(_shipped(folder)))


def replaced(folder: Path, edition: str, key: str) -> list[str]:
    """The words of a clause that an edition says otherwise: they have to stand in the text it shares, once."""
    content = _toml(folder / f"{edition}.toml")
    return [str(each["says"]) for each in content.get("changes", ()) if each["clause"] == key]


def said(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What an amendment may say of a clause, from its table in a file."""
    return {name: copy.deepcopy(raw[name]) for name in TEXTS if name in raw}


def digest(texts: Mapping[str, Any]) -> str:
    """SHA-256 over everything an amendment says but its number, hexadecimal: two of one digest are the same text."""
    words = {name: texts.get(name) for name in TEXTS if texts.get(name)}
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _shipped(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for raw in _toml(folder / SHARED / "clauses.toml").get("clauses", ()):
        yield address(SHARED, raw["name"]), raw
    for path in sorted(folder.glob("*.toml")):
        for raw in _toml(path).get("clauses", ()):
            if "use" not in raw:
                yield address(path.stem, raw["key"]), raw


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def _spoken(raw: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    return {name: part for name, part in raw.items() if name in ("style", "when", *languages)}
