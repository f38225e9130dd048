"""What the hall sees: which agreement is on stage now, in which two scripts, and who has signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mou_service.signing.models import Slot

from .models import Ceremony, CeremonyItem

#: How long a finished agreement stays on the screen before the next one comes.
APPLAUSE = timedelta(seconds=40)

Scene = Literal["welcome", "signing", "finished"]
#: (language, text), the person's own script first.
Texts = list[tuple[str, str]]


@dataclass(frozen=True)
class Figure:
    """One person on the screen."""

    name: Texts
    title: Texts
    organisation: Texts
    signed: bool


@dataclass(frozen=True)
class Picture:
    """Everything the screen shows at one moment; nothing of it is private."""

    scene: Scene
    title: Texts
    signatories: list[Figure]
    witnesses: list[Figure]
    number: int
    count: int
    complete: bool


def picture(ceremony: Ceremony, *, at: datetime) -> Picture:
    """The screen at this moment."""
    item = on_stage(ceremony, at=at)
    if ceremony.state == "planned" or item is None:
        return _empty("welcome", ceremony)
    if ceremony.state == "closed":
        return _empty("finished", ceremony)
    agreement, slots = item.agreement, _slots(item)
    figures = [(slot, _figure(slot)) for slot in slots]
    return Picture(
        scene="signing",
        title=[
            (language, agreement.titles[language]) for language in agreement.languages if agreement.titles.get(language)
        ],
        signatories=[figure for slot, figure in figures if slot.kind == "signatory"],
        witnesses=[figure for slot, figure in figures if slot.kind == "witness" and slot.state != "absent"],
        number=ceremony.items.index(item) + 1,
        count=len(ceremony.items),
        complete=is_complete(item),
    )


def on_stage(ceremony: Ceremony, *, at: datetime) -> CeremonyItem | None:
    """The first agreement that is not signed by everybody; the one before it while its applause lasts."""
    before: CeremonyItem | None = None
    for item in ceremony.items:
        if not is_complete(item):
            return before if before is not None and _applauded(before, item, at) else item
        before = item
    return before


def first_open(ceremony: Ceremony) -> CeremonyItem | None:
    """The agreement that is signed now: the first that is out to be signed and not complete."""
    return next((i for i in ceremony.items if i.agreement.package is not None and not is_complete(i)), None)


@dataclass(frozen=True)
class Line:
    """One line of the run sheet."""

    at: datetime
    what: str
    item: CeremonyItem | None = None


#: Minutes, as ceremonies take them: words of welcome, one agreement with its witnesses, photograph.
WELCOME, EACH, PHOTOGRAPH = 5, 6, 3


def run_sheet(ceremony: Ceremony) -> list[Line]:
    """The hour, minute by minute: welcome, each agreement, photograph."""
    at = ceremony.starts_at
    lines = [Line(at, "welcome")]
    at += timedelta(minutes=WELCOME)
    for item in ceremony.items:
        lines.append(Line(at, "sign", item))
        at += timedelta(minutes=EACH)
    lines.append(Line(at, "photograph"))
    return [*lines, Line(at + timedelta(minutes=PHOTOGRAPH), "end")]


def is_complete(item: CeremonyItem) -> bool:
    """Whether everybody has signed."""
    package = item.agreement.package
    return package is not None and package.state in ("sealing", "done")


def two_scripts(texts: Mapping[str, str], *, own: bool) -> Texts:
    """A text in the person's own script, then in the hall's other one: 谢华清 Xie Huaqing, Галина Иванова Galina Ivanova."""
    foreign = [language for language in texts if language not in ("en", "zh")]
    wanted: Sequence[str] = ("zh", "en") if own else (*foreign, "en", "zh")
    found = [(language, texts[language]) for language in wanted if texts.get(language)]
    kept = [pair for n, pair in enumerate(found) if pair[1] not in [text for _language, text in found[:n]]]
    return kept[:2]


def _applauded(finished: CeremonyItem, following: CeremonyItem, at: datetime) -> bool:
    if any(slot.state == "signed" for slot in _slots(following)):
        return False
    signed = [slot.signed_at for slot in _slots(finished) if slot.signed_at is not None]
    return bool(signed) and at - max(signed) < APPLAUSE


def _slots(item: CeremonyItem) -> list[Slot]:
    package = item.agreement.package
    return [slot for slot in package.slots if slot.kind != "seal"] if package else []


def _figure(slot: Slot) -> Figure:
    own = slot.party is not None and slot.party.own
    own = own or (slot.party is None and "zh" in slot.as_shown.get("name", {}))
    name, title, organisation = (
        two_scripts(slot.as_shown.get(key, {}), own=own) for key in ("name", "title", "organisation")
    )
    return Figure(name, title, organisation, signed=slot.state == "signed")


def _empty(scene: Scene, ceremony: Ceremony) -> Picture:
    return Picture(scene, two_scripts(ceremony.names, own=True), [], [], 0, len(ceremony.items), complete=False)
