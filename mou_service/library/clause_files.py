"""The texts of clauses inside the Word files of templates: which of the house's texts a file holds, and files made with them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mou_service.documents.word.amendments import Amended
from mou_service.documents.word.clauses import Clause
from mou_service.documents.word.manifest import Manifest, ManifestError, read
from mou_service.documents.word.text import normalised, plain_text
from mou_service.documents.word.typeset import typeset

from .clause_models import ClauseVersion

_BOLD = re.compile(r"\*\*")
_log = logging.getLogger(__name__)
#: What stands in the column `changes` of a file: {"clauses": {address: texts with their number}}.
Changes = Mapping[str, Any]


def changes(texts: Iterable[ClauseVersion]) -> dict[str, Any]:
    """These texts, as a file that holds them keeps them."""
    return {"clauses": {each.address: {**each.texts, "number": each.number} for each in texts}}


def amended(shipped: Manifest, held: Changes | None) -> Manifest:
    """A template with the clauses that stand in a file of it.

    After a release whose questions no longer fit such a text, the template keeps the words it came with, and the log
    says so; the Word file still holds the text, so a person has to look.
    """
    try:
        return strictly(shipped, held)
    except ManifestError as error:
        _log.error("A text of the house does not fit this release any more: %s", error)
        return shipped


def strictly(shipped: Manifest, held: Changes | None) -> Manifest:
    """The same; raises `ManifestError` with everything that does not fit."""
    texts: Amended = (held or {}).get("clauses", {})
    mine = {clause.address for clause in shipped.clauses}
    fitting = {address: text for address, text in texts.items() if address in mine}
    if not fitting:
        return shipped
    path = shipped.folder / f"{shipped.type}.toml"
    return _read(path, json.dumps(fitting, ensure_ascii=False, sort_keys=True))


def made(shipped: Manifest, held: Changes) -> bytes:
    """The Word file of a template with these texts."""
    return typeset(strictly(shipped, held))


def found_in(docx: bytes, shipped: Manifest, texts: Iterable[ClauseVersion]) -> dict[str, Any] | None:
    """Which of these texts stand in a file that came from Word, word for word; None for none of them."""
    there = {normalised(each) for each in plain_text(docx)}
    held = []
    for each in texts:
        try:
            manifest = strictly(shipped, changes([each]))
        except ManifestError:
            continue
        clause = next((clause for clause in manifest.clauses if clause.address == each.address), None)
        if clause is not None and _lines(clause) <= there:
            held.append(each)
    return changes(held) if held else None


def _lines(clause: Clause) -> set[str]:
    every = [passage.text for passage in clause.every_passage()]
    return {normalised(_BOLD.sub("", text)) for texts in (clause.title, *every) for text in texts.values()}


@lru_cache(maxsize=200)
def _read(path: Path, texts: str) -> Manifest:
    found: Amended = json.loads(texts)
    return read(path, found)
