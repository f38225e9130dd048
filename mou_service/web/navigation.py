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
    return [
        Link(
            label=str(entry.label),
            url=url_for(entry.endpoint),
            current=(request.blueprint or "") == entry.endpoint.split(".")[0],
            count=entry.count(actor) if entry.count else 0,
        )
        for entry in ENTRIES
        if not entry.access(actor)
    ]
