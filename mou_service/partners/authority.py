"""Who may bind an organisation on a day: do these people, all signing for it, have the authority together?

Sole authority binds alone. Joint authority binds when enough of those it asks for sign as well, who have authority of
their own: two directors, or a director and a Prokurist. A post that is not held gives none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from .models import Position, SigningAuthority

#: An authority that ends within this time is pointed at where it is needed.
SOON = timedelta(days=60)


@dataclass(frozen=True)
class Need:
    """What authority is needed for: one agreement, on one day."""

    day: date
    ref: str = ""
    template: str = ""
    #: Whether a file has to show the authority.
    evidence: bool = False


@dataclass(frozen=True)
class Lack:
    """What keeps one person from binding the organisation; plain facts, told by authority_words.py."""

    position_id: int
    #: post, nothing, withdrawn, ended, to_come, scope, evidence, alone
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str]:
        """What makes it the same lack as before."""
        return self.position_id, self.code


def lacks(people: Sequence[Position], need: Need) -> list[Lack]:
    """What is lacking when these people sign for one organisation; empty when they bind it.

    Each of them needs authority of some kind: who has none is a witness rather than a signatory.
    """
    found: list[Lack] = []
    held: dict[int, list[SigningAuthority]] = {}
    for person in people:
        if counting := usable(person, need):
            held[person.id] = counting
        else:
            found.append(_why_none(person, need))
    by_id = {person.id: person for person in people}
    bound = _together({by_id[number]: authorities for number, authorities in held.items()})
    if not any(each.mode == "sole" for person in bound for each in held[person.id]):
        found += [_alone(person, held[person.id]) for person in people if person.id in held and person not in bound]
    return found


def usable(position: Position, need: Need) -> list[SigningAuthority]:
    """The entries of the register that count for this need, joint ones as well."""
    return [each for each in valid(position, need.day) if _covers(each, need) and (each.evidence or not need.evidence)]


def valid(position: Position, day: date) -> list[SigningAuthority]:
    """The entries that hold on a day, whatever they are for; none while the post is not held."""
    if not position.holds_on(day):
        return []
    return [each for each in position.authorities if standing(each, day) == "valid"]


def standing(authority: SigningAuthority, day: date) -> str:
    """Where an entry stands on a day: valid, to_come, ended, withdrawn or replaced."""
    if authority.replaced_by_id is not None:
        return "replaced"
    if authority.withdrawn_at is not None:
        return "withdrawn"
    if authority.starts is not None and day < authority.starts:
        return "to_come"
    return "ended" if authority.ends is not None and authority.ends < day else "valid"


def last_day(position: Position, need: Need) -> date | None:
    """The last day the post can be signed for, when that day is near; None while there is nothing to be afraid of."""
    ends = [_end(each, position) for each in usable(position, need)]
    known = [day for day in ends if day is not None]
    if not ends or len(known) < len(ends):
        return None
    return max(known) if max(known) - need.day <= SOON else None


def _end(authority: SigningAuthority, position: Position) -> date | None:
    return min((day for day in (authority.ends, position.ends) if day is not None), default=None)


def _covers(authority: SigningAuthority, need: Need) -> bool:
    if authority.agreement_ref:
        return authority.agreement_ref == need.ref
    return not authority.templates or need.template in authority.templates


def _together(held: Mapping[Position, Sequence[SigningAuthority]]) -> list[Position]:
    """The largest group in which everybody has those beside them whom their authority asks for."""
    group = list(held)
    while out := [person for person in group if not any(_is_met(each, person, group, held) for each in held[person])]:
        group = [person for person in group if person not in out]
    return group


def _is_met(
    authority: SigningAuthority,
    person: Position,
    group: Sequence[Position],
    held: Mapping[Position, Sequence[SigningAuthority]],
) -> bool:
    beside = {
        other.person_id for other in group
        if other.person_id != person.person_id and _counts(authority, other, held[other])
    }  # fmt: skip
    return len(beside) >= authority.others


def _counts(authority: SigningAuthority, other: Position, theirs: Sequence[SigningAuthority]) -> bool:
    if not authority.with_positions and not authority.with_functions:
        return True
    return other.id in authority.with_positions or any(each.function in authority.with_functions for each in theirs)


def _alone(person: Position, held: Sequence[SigningAuthority]) -> Lack:
    wanted = held[-1]
    return Lack(person.id, "alone", {
        "others": wanted.others, "with_positions": wanted.with_positions, "with_functions": wanted.with_functions,
    })  # fmt: skip


def _why_none(person: Position, need: Need) -> Lack:
    if not person.holds_on(need.day):
        begins = person.starts is not None and need.day < person.starts
        day = person.starts if begins else person.ends
        return Lack(person.id, "post", {"day": _iso(day), "begins": begins})
    entries = [each for each in person.authorities if each.replaced_by_id is None]
    if not entries:
        return Lack(person.id, "nothing")
    about = [each for each in entries if _covers(each, need)]
    if not about:
        return Lack(person.id, "scope")
    newest = about[-1]
    stands = standing(newest, need.day)
    if stands == "valid" or any(standing(each, need.day) == "valid" for each in about):
        return Lack(person.id, "evidence")
    day = {"withdrawn": newest.withdrawn_at and newest.withdrawn_at.date(), "ended": newest.ends}.get(
        stands, newest.starts
    )
    return Lack(person.id, stands, {"day": _iso(day), "reason": newest.end_reason})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
