"""A version with the language first that the agreement has first now, so that two versions are compared column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mou_service.core.ports import FileStore
from mou_service.documents.word.bilingual import originals
from mou_service.drafting.models import Version


def stands_as(digests: Mapping[str, str], languages: Sequence[str]) -> bool:
    """Whether a text was made with its columns in this order; it is kept in the order of its digests."""
    return [name for name in digests if name] in ([], list(languages))


def in_order(digests: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """The digests as a text laid out in this order keeps them."""
    return {name: digests[name] for name in (*languages, "") if name in digests}


def content(version: Version, files: FileStore) -> bytes:
    """The Word file of a version as the agreement lays its texts out now; as it is where it cannot be turned."""
    kept, languages = files.get(version.docx), version.agreement.languages
    return kept if stands_as(version.language_digests, languages) else as_wanted(kept, languages)


def as_wanted(content: bytes, languages: Sequence[str]) -> bytes:
    """The file with its columns in this order, or as it is."""
    try:
        return originals.in_order(content, languages)
    except originals.CannotTurn:
        return content
