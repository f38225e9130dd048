"""The menu as data: each feature adds its entries, the layout draws those the actor may use."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import g, request, url_for

from mou_service.core.actors import Actor

from .routing import Access


@dataclass(frozen=True)
class Entry:
    """One line of the menu. `count` is drawn beside the label when it is not zero."""

    label: str
    endpoint: str
    access: Access
    order: int = 50
    count: Callable[[Actor], int] | None = None


ENTRIES: list[Entry] = []


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool
    count: int


def add(entry: Entry) -> None:
    """Put an entry into the menu; adding it again changes nothing."""
    if entry not in ENTRIES:
        ENTRIES.append(entry)
        ENTRIES.sort(key=lambda e: e.order)


def links() -> list[Link]:
    """The menu for the person of this request."""
    actor: Actor = g.actor
    entries = {url_for(entry.endpoint): entry for entry in ENTRIES if not entry.access(actor)}
    here = _current(entries)
    return [
        Link(label=str(entry.label), url=url, current=url == here, count=entry.count(actor) if entry.count else 0)
        for url, entry in entries.items()
    ]


def _current(entries: dict[str, Entry]) -> str | None:
    """The one entry a page belongs to: the longest address above it, else the first entry of its feature."""
    above = [url for url in entries if request.path == url or (url != "/" and request.path.startswith(f"{url}/"))]
    feature = [url for url, entry in entries.items() if entry.endpoint.split(".")[0] == request.blueprint]
    return max(above, key=len, default=next(iter(feature), None))
