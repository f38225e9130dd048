"""Which clauses stand in a text that was filled from a template: kept with its version, for good. (pure)

Each is kept as `{"key", "address", "number", "digest", "position", "binding", "title"}`: the version of the clause that
stood there (number 0 is what came with the service, the digest is over its words), the text that was chosen of it, whether
it was meant to bind with these answers, and its heading per language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mou_service.documents.findings import Finding
from mou_service.documents.word.templates import register
from mou_service.documents.word.templates.clauses import PREFERRED, Clause
from mou_service.documents.word.templates.manifest import Manifest, holds


def standing(manifest: Manifest, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The clauses that these answers leave in the text, in its order."""
    return [_kept(manifest, each, values) for each in manifest.clauses if manifest.holds_clause(each, values)]


def sounding(docx: bytes, languages: Sequence[str], kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Words of obligation in a text, where the clauses that are kept of it do not bind."""
    return register.of_file(
        docx, languages, binds=register.headings((each["title"], bool(each["binding"])) for each in kept)
    )


def _kept(manifest: Manifest, clause: Clause, values: Mapping[str, Any]) -> dict[str, Any]:
    binding = clause.binding
    if isinstance(binding, str):
        binding = holds(binding, manifest.starting_values() | dict(values))
    return {
        "key": clause.key, "address": clause.address, "number": clause.number, "digest": clause.digest,
        "position": str(values.get(clause.position_key, PREFERRED)), "binding": binding, "title": dict(clause.title),
    }  # fmt: skip
