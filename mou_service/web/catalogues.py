"""Translation catalogues: one .po file for each package and language, merged into one when the service starts.

Extraction reads the packages, their templates and the sentences of the document library; a message without a translation fails `make lint`.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from mou_service.documents.sentences import SENTENCES

PACKAGE = Path(__file__).resolve().parent.parent
FOLDER = PACKAGE / "translations"
TEMPLATES = PACKAGE.parent / "templates"
#: Languages that are translated; the messages themselves are English.
TRANSLATED = ("zh",)
#: Flask-Babel's name for a locale folder.
_FOLDERS = {"zh": "zh_Hans_CN"}
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}


def compile_where_stale() -> None:
    """Write messages.mo of each language where a catalogue is newer."""
    for language in TRANSLATED:
        sources = sorted((FOLDER / language).glob("*.po"))
        target = FOLDER / _FOLDERS[language] / "LC_MESSAGES" / "messages.mo"
        newest = max((s.stat().st_mtime for s in sources), default=0)
        if sources and (not target.exists() or target.stat().st_mtime <= newest):
            _write(target, merged(language))


def merged(language: str) -> Catalog:
    """All catalogues of a language as one; two packages may share a message only with one translation."""
    result = Catalog(locale=_FOLDERS[language])
    for source in sorted((FOLDER / language).glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale=_FOLDERS[language]):
                if message.id and message.string and not message.fuzzy:
                    result.add(message.id, message.string, context=message.context)
    return result


def messages() -> dict[str, list[str]]:
    """Every message of the interface with the places it is used."""
    found: dict[str, list[str]] = {}
    for place, text in _extracted():
        found.setdefault(text, []).append(place)
    return found


def untranslated(language: str) -> list[tuple[str, str]]:
    """(message, first place) of everything the language lacks."""
    catalogue = merged(language)
    return [
        (text, places[0])
        for text, places in messages().items()
        if catalogue.get(text) is None or not catalogue[text].string
    ]


def _extracted() -> Iterator[tuple[str, str]]:
    for root in (PACKAGE, TEMPLATES):
        for file, line, text, _comments, _context in extract_from_dir(
            str(root), method_map=_METHODS, keywords=_KEYWORDS,
            options_map={"**.html": {"silent": "false", "trimmed": "true"}, "**.txt": {"silent": "false"}},
        ):  # fmt: skip
            yield f"{root.name}/{file}:{line}", text if isinstance(text, str) else text[0]
    yield from ((f"mou_service/documents/sentences.py {key}", text) for key, text in SENTENCES.items())


def _write(target: Path, catalogue: Catalog) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    draft = target.with_name(f"{secrets.token_hex(4)}.part")
    draft.write_bytes(compiled.getvalue())
    os.replace(draft, target)
