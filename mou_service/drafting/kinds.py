"""The kinds of document as somebody chooses among them: by purpose, each once with its editions. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from mou_service.documents.word.templates.manifest import Manifest

#: What one wants to do, and the codes of the documents for it, in the order in which they are offered.
PURPOSES: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (_l("Begin to work together"), ("MOU", "LOI", "FWA")),
    (_l("Send and receive students and staff"), ("SEA", "FEA", "JPA", "INT")),
    (_l("Do research together, share what is secret"), ("JLA", "NDA")),
    (_l("Renew or change what was signed"), ("RNW", "AMD")),
)
OTHER = _l("Other documents")


@dataclass(frozen=True)
class Kind:
    """A kind of document, and the same in fewer languages or in one more."""

    manifest: Manifest
    editions: tuple[Manifest, ...]


def by_purpose(manifests: Iterable[Manifest]) -> list[tuple[LazyString, list[Kind]]]:
    """The kinds under their purposes; a purpose without any is left out, a code without a purpose comes last."""
    every = list(manifests)
    kinds = [
        Kind(each, tuple(edition for edition in every if edition.edition_of == each.type))
        for each in every
        if not each.edition_of
    ]
    known = {code for _purpose, codes in PURPOSES for code in codes}
    found = [
        (purpose, [kind for code in codes for kind in kinds if kind.manifest.code == code])
        for purpose, codes in PURPOSES
    ]
    found.append((OTHER, [kind for kind in kinds if kind.manifest.code not in known]))
    return [(purpose, offered) for purpose, offered in found if offered]
