"""An edition: the same document in fewer languages or in one more, made from the text it shares with the first one.

In fewer languages it drops what stands in the others. In one more it brings a translation of every text, found by the
English one it translates: when a sentence of the shared text changes, its translation is gone, and the service says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: What an edition says of itself; the rest is that of the document it is an edition of.
OWN_KEYS = frozenset(
    {"type", "edition_of", "languages", "layout", "document", "title", "summary", "changes", "clauses", "translations"}
)
CHANGE_KEYS = frozenset({"clause", "says", "reads"})
NOT_OF_A_MANIFEST = frozenset({"changes", "clauses", "edition_of", "translations"})
#: The parts of a manifest whose texts stand in the document.
TEXTS = ("subtitle", "opening", "clauses", "closing", "signatures")
#: The language by which a translation is found.
ORIGINAL = "en"
#: Texts of the form and for the drafter: they stay in the languages of the interface.
NOT_OF_THE_DOCUMENT = frozenset({"label", "help", "guidance"})
Texts = Mapping[str, Mapping[str, str]]


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
    about = {name: edition[name] for name in OWN_KEYS - NOT_OF_A_MANIFEST if name in edition}
    whole = {**source, **parts, "clauses": clauses}
    known = {_plain(raw[ORIGINAL]): raw for raw in edition.get("translations", [])}
    return {**whole, **_translated({name: whole.get(name, []) for name in TEXTS}, known),
            "fields": [_field(raw, known) for raw in source.get("fields", [])], **about}  # fmt: skip


def _faults(edition: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(edition.keys() - OWN_KEYS):
        yield f"the file: “{name}” belongs into {source.get('type')}.toml; an edition has the questions and the text of it"
    languages = edition.get("languages", [])
    added = set(languages) - set(source["languages"])
    if not languages or (added and "translations" not in edition):
        yield f"languages: an edition has some of {', '.join(source['languages'])}, or brings translations"
        return
    yield from _translation_faults(edition, source, added)
    known = {raw["key"]: raw for raw in source["clauses"]}
    for raw in edition.get("clauses", []):
        if raw.get("key") not in known:
            yield f"clause “{raw.get('key')}” is none of {source['type']}.toml"
    yield from change_faults(edition, source)


def change_faults(edition: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[str]:
    """What an edition says otherwise in a few words must stand in its source, once."""
    known = {raw["key"]: raw for raw in source["clauses"]}
    for change in edition.get("changes", []):
        yield from _change_faults(change, known, edition["languages"][0])


def _translation_faults(edition: Mapping[str, Any], source: Mapping[str, Any], added: set[str]) -> Iterator[str]:
    own = {raw.get("key") for raw in edition.get("clauses", [])}
    shared = {**source, "clauses": [raw for raw in source["clauses"] if raw["key"] not in own]}
    said = set(_originals({name: shared.get(name, []) for name in TEXTS}))
    said |= set(_originals([_words(raw) for raw in source.get("fields", [])]))
    seen: set[str] = set()
    for number, raw in enumerate(edition.get("translations", []), 1):
        original = _plain(str(raw.get(ORIGINAL, "")))
        if raw.keys() != {ORIGINAL, *added} or not all(str(text).strip() for text in raw.values()):
            yield f"translation {number}: it needs a text in {', '.join([ORIGINAL, *sorted(added)])}, and nothing else"
        elif original in seen:
            yield f"translation {number}: “{original[:60]}” is translated twice"
        elif original not in said:
            yield f"translation {number}: “{original[:60]}” does not stand in {source['type']}.toml"
        seen.add(original)


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


def _plain(text: str) -> str:
    return " ".join(text.split())


def _translated(value: Any, known: Texts) -> Any:
    """The value with the translation beside every text of the document that has one."""
    if isinstance(value, Mapping):
        deep = {name: part if name in NOT_OF_THE_DOCUMENT else _translated(part, known) for name, part in value.items()}
        original = value.get(ORIGINAL)
        return {**known.get(_plain(original), {}), **deep} if isinstance(original, str) else deep
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_translated(part, known) for part in value]
    return value


def _field(raw: Mapping[str, Any], known: Texts) -> dict[str, Any]:
    """The question with what the document says of its answers translated, and nothing the form says."""
    said = _translated(_words(raw), known)
    options = [{**option, "label": label} for option, label in zip(raw.get("options", []), said["words"], strict=True)]
    return {
        **raw,
        **({"default": said["default"]} if "default" in raw else {}),
        **({"options": options} if options else {}),
    }


def _words(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {"default": raw.get("default"), "words": [option["label"] for option in raw.get("options", [])]}


def _originals(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get(ORIGINAL), str):
            yield _plain(value[ORIGINAL])
        for name, part in value.items():
            if name not in NOT_OF_THE_DOCUMENT:
                yield from _originals(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _originals(part)
