"""The texts of clauses inside the Word files of templates: which of the house's texts a file holds, and files made with them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mou_service.documents.word.templates.amendments import Amended
from mou_service.documents.word.templates.clauses import Clause
from mou_service.documents.word.templates.manifest import Manifest, ManifestError, read
from mou_service.documents.word.templates.typeset import typeset
from mou_service.documents.word.text import normalised, plain_text

from .clause_models import ClauseVersion
from .models import TemplateVersion

_BOLD = re.compile(r"\*\*")
_log = logging.getLogger(__name__)
#: What stands in the column `changes` of a file: {"clauses": {address: text with its number}, "shipped": the SHA-256 of
#: the file that came with the service when it was made}.
Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """What is known of the file a template is filled from."""

    #: The house's texts in it, by address.
    texts: Amended
    #: It is what this release makes with these texts, so it can be made anew; what came from Word, or from an earlier
    #: release, stays until somebody looks at it.
    follows: bool


def held(row: TemplateVersion | None, shipped: Manifest) -> Held:
    """The same from its row; None is the file that came with the service."""
    if row is None:
        return Held({}, follows=True)
    changes: Changes = row.changes or {}
    base = row.docx if row.origin == "shipped" else changes.get("shipped", "")
    return Held(changes.get("clauses", {}), follows=row.origin != "upload" and base == shipped.sha256)


def changes(texts: Amended, shipped: Manifest) -> dict[str, Any]:
    """These texts, as a file that holds them keeps them."""
    return {"clauses": dict(texts), "shipped": shipped.sha256}


def text_of(version: ClauseVersion) -> dict[str, Any]:
    """One text, as it stands in such a column."""
    return {**version.texts, "number": version.number}


def amended(shipped: Manifest, said: Changes | None) -> Manifest:
    """A template with the clauses that stand in a file of it.

    After a release whose questions no longer fit such a text, the template keeps the words it came with, and the log
    says so; the Word file still holds the text, so a person has to look.
    """
    try:
        return strictly(shipped, said)
    except ManifestError as error:
        _log.error("A text of the house does not fit this release any more: %s", error)
        return shipped


def strictly(shipped: Manifest, said: Changes | None) -> Manifest:
    """The same; raises `ManifestError` with everything that does not fit."""
    texts: Amended = (said or {}).get("clauses", {})
    mine = {clause.address for clause in shipped.clauses}
    fitting = {address: text for address, text in texts.items() if address in mine}
    if not fitting:
        return shipped
    path = shipped.folder / f"{shipped.type}.toml"
    return _read(path, json.dumps(fitting, ensure_ascii=False, sort_keys=True))


def made(shipped: Manifest, said: Changes) -> bytes:
    """The Word file of a template with these texts."""
    return typeset(strictly(shipped, said))


def found_in(
    docx: bytes, shipped: Manifest, texts: Iterable[ClauseVersion], *, before: Changes | None
) -> dict[str, Any]:
    """The house's texts in a file that came from Word: those of the file it follows, and which stand in it word for word."""
    there = {normalised(each) for each in plain_text(docx)}
    known = dict((before or {}).get("clauses", {}))
    for each in texts:
        try:
            manifest = strictly(shipped, {"clauses": {each.address: text_of(each)}})
        except ManifestError:
            continue
        clause = next((clause for clause in manifest.clauses if clause.address == each.address), None)
        if clause is not None and _lines(clause) <= there:
            known[each.address] = text_of(each)
    return changes(known, shipped)


def with_release(row: TemplateVersion, shipped: Manifest) -> tuple[str, bytes, dict[str, Any] | None]:
    """(origin, file, changes) of what a release brings in the place of a file in use: its own, with the house's clauses.

    Clauses that no longer fit are left out with it: somebody has to word them anew.
    """
    texts: Amended = (row.changes or {}).get("clauses", {})
    if row.origin != "clause" or not texts:
        return "shipped", shipped.docx, None
    said = changes(texts, shipped)
    try:
        return "clause", made(shipped, said), said
    except ManifestError as error:
        _log.error("Texts of the house do not fit this release any more: %s", error)
        return "shipped", shipped.docx, None


def _lines(clause: Clause) -> set[str]:
    every = [passage.text for passage in clause.every_passage()]
    return {normalised(_BOLD.sub("", text)) for texts in (clause.title, *every) for text in texts.values()}


@lru_cache(maxsize=200)
def _read(path: Path, texts: str) -> Manifest:
    found: Amended = json.loads(texts)
    return read(path, found)
