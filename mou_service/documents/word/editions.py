"""An edition: the same document in fewer languages, made from the text it shares with the first one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What an edition says of itself; the rest is that of the document it is an edition of.
OWN_KEYS = frozenset(
    {"type", "edition_of", "languages", "layout", "document", "title", "summary", "changes", "clauses"}
)
CHANGE_KEYS = frozenset({"clause", "says", "reads"})


def faults(edition: Mapping[str, Any], source: Mapping[str, Any]) -> list[str]:
    """What keeps an edition from being made of its source; an empty list when nothing does."""
    return list(_faults(edition, source))


def assembled(edition: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a manifest: the source in the edition's languages, with the edition's changes and clauses."""
    languages = edition["languages"]
    dropped = frozenset(source["languages"]) - frozenset(languages)
    own = {clause["key"]: clause for clause in edition.get("clauses", [])}
    clauses = [own.get(raw["key"]) or _in_languages(raw, dropped) for raw in source["clauses"]]
    for change in edition.get("changes", []):
        clauses = [_changed(raw, change, languages[0]) if raw["key"] == change["clause"] else raw for raw in clauses]
    parts = {name: _all_without(source.get(name, []), dropped) for name in ("opening", "closing", "signatures")}
    about = {name: edition[name] for name in OWN_KEYS - {"changes", "clauses", "edition_of"} if name in edition}
    return {**source, **parts, **about, "clauses": clauses}


def _faults(edition: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(edition.keys() - OWN_KEYS):
        yield f"the file: “{name}” belongs into {source.get('type')}.toml; an edition has the questions and the text of it"
    languages = edition.get("languages", [])
    if not languages or not set(languages) <= set(source["languages"]):
        yield f"languages: an edition has some of {', '.join(source['languages'])}"
        return
    known = {raw["key"]: raw for raw in source["clauses"]}
    for raw in edition.get("clauses", []):
        if raw.get("key") not in known:
            yield f"clause “{raw.get('key')}” is none of {source['type']}.toml"
    for change in edition.get("changes", []):
        yield from _change_faults(change, known, languages[0])


def _change_faults(change: Mapping[str, Any], known: Mapping[str, Any], language: str) -> Iterator[str]:
    place = f"change in clause “{change.get('clause')}”"
    if change.keys() != CHANGE_KEYS:
        yield f"{place}: it needs clause, says and reads, and nothing else"
    elif change["clause"] not in known:
        yield f"{place}: there is no such clause"
    else:
        texts = [str(raw.get(language, "")) for raw in known[change["clause"]]["paragraphs"]]
        if (count := sum(text.count(change["says"]) for text in texts)) != 1:
            yield f"{place}: “{change['says']}” stands there {count} times; it must stand there once"


def _changed(clause: Mapping[str, Any], change: Mapping[str, str], language: str) -> dict[str, Any]:
    paragraphs = [
        {**raw, language: raw[language].replace(change["says"], change["reads"])} for raw in clause["paragraphs"]
    ]
    return {**clause, "paragraphs": paragraphs}


def _in_languages(clause: Mapping[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    fallbacks = [
        {**each, "paragraphs": _all_without(each["paragraphs"], dropped)} for each in clause.get("fallbacks", [])
    ]
    return {**clause, "paragraphs": _all_without(clause["paragraphs"], dropped), "fallbacks": fallbacks}


def _all_without(raws: Sequence[Mapping[str, Any]], dropped: frozenset[str]) -> list[dict[str, Any]]:
    return [_without(raw, dropped) for raw in raws]


def _without(raw: Mapping[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if name not in dropped}
