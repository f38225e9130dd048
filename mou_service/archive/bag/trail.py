"""The trail of one agreement as lines that anyone can compute again, and what of it the other side gets to read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from mou_service.archive.audience import keeps_reason_inside
from mou_service.core.events import Event

#: "house" for our own office, archive and audit; "partner" for everybody else.
Audience = Literal["house", "partner"]

#: Who merely looks changes nothing: such events at the end of a trail do not make another bag.
LOOKING = frozenset({"archive.download", "archive.link", "archive.revoke_link", "slot.look"})
#: What concerns both sides: the signing itself and the archive. Why an agreement was ended, and what is planned,
#: may be a matter of the house: that it was so stands in the record.
SHARED = frozenset({"agreement.freeze", "agreement.void", "agreement.execute", "agreement.archive", "archive.renew"})
SHARED_PARTS = ("package.", "slot.")


def lasting(trail: Sequence[Event]) -> list[Event]:
    """The trail up to the last event that changed anything."""
    last = max((n for n, event in enumerate(trail) if event.name not in LOOKING), default=-1)
    return list(trail[: last + 1])


def lines(trail: Iterable[Event], *, audience: Audience, addresses: bool) -> bytes:
    """One JSON object a line. What is not for the audience stands with its hash alone: the chain still holds over it.

    With `addresses` also the e-mail addresses of the people who acted may be read by the other side.
    """
    return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in _told(trail, audience, addresses)).encode()


def _told(trail: Iterable[Event], audience: Audience, addresses: bool) -> Iterator[dict[str, Any]]:
    for event in trail:
        linked = {"previous": event.previous, "hash": event.hash}
        if audience == "house" or _is_shared(event, addresses=addresses):
            yield {
                "stream": event.stream, "seq": event.seq, "at": event.at.isoformat(), "name": event.name,
                "actor": event.actor, "actor_id": event.actor_id, "facts": event.facts, **linked,
            }  # fmt: skip
        else:
            # That somebody was replaced, or a signing voided, both sides know; the reason belongs to the house.
            told = _concerns_both(event) and keeps_reason_inside(event)
            act = {"at": event.at.isoformat(), "name": event.name} if told else {}
            yield {"stream": event.stream, "seq": event.seq, "withheld": True, **act, **linked}


def _is_shared(event: Event, *, addresses: bool) -> bool:
    if not _concerns_both(event) or keeps_reason_inside(event):
        return False
    return addresses or "@" not in f"{event.actor} {json.dumps(event.facts)}"


def _concerns_both(event: Event) -> bool:
    return event.name in SHARED or event.name.startswith(SHARED_PARTS)
