"""Answers of the form that a file from Word says otherwise, and which of them the next version's form shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from mou_service.documents.word.templates.manifest import Manifest
from mou_service.web.filters import language

from ..fields_back import Offer, offers, taken

#: In front of an answer's path, so that it is decided like everything else that came back.
PREFIX = "f"
SAYS = ("take", "leave")


@dataclass(frozen=True)
class _Asked:
    """What is read, so that a page shown again need not read it again."""

    content: bytes
    sent: bytes
    values: str
    language: str
    manifest: Manifest = field(compare=False)


def changed(manifest: Manifest | None, values: Mapping[str, Any], content: bytes, sent: bytes) -> tuple[Offer, ...]:
    """The answers that `content` says in other words than the values that went out in `sent`."""
    if manifest is None or not values.get("form"):
        return ()
    return _read(_Asked(content, sent, json.dumps(values, sort_keys=True), language(), manifest))


@lru_cache(maxsize=8)
def _read(asked: _Asked) -> tuple[Offer, ...]:
    return offers(asked.manifest, json.loads(asked.values), asked.content, sent=asked.sent)


def follows(offer: Offer, decisions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the form follows the text: unless somebody left it, or the places of the answer contradict each other."""
    said = decisions.get(PREFIX + offer.path, {}).get("say")
    return offer.usable and said != "leave" and (said == "take" or not offer.contradicts)


def followed(
    manifest: Manifest | None, values: Mapping[str, Any], docx: bytes, sent: bytes,
    decisions: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, Any], list[str]]:  # fmt: skip
    """The values of the next version, and the paths of the answers that became others."""
    found = changed(manifest, values, docx, sent)
    paths = [offer.path for offer in found if follows(offer, decisions)]
    return taken(values, found, paths), paths
