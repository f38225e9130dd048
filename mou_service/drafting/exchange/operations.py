"""Take in a file that came back from Word, decide it item by item, make the next version of it or put it aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Finding
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.text import text_digest

from .. import operations as drafting
from .. import rules, texts
from ..models import Version
from . import answers, making, reading
from .decisions import Standing, chosen
from .models import ASIDE, MADE, OPEN, ReturnedFile
from .reading import Item, Reading

LONGEST_NAME = 255
LONGEST_REPLY = 4_000
#: More than anybody goes through one by one.
MOST_ITEMS = 2_000
#: A file answers one of the newest versions; older ones are chosen by hand.
_GUESSED_AMONG = 12


class Undecided(Invalid):
    """Some items wait for a decision; `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(
            {"": _("%(count)s items are not decided yet. Decide them, or take the rest as it came.", count=count)}
        )
        self.count = count


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else decided an item while this person looked at it; theirs stands."""

    decision: Mapping[str, Any]


def take_in(
    agreement: Agreement,
    content: bytes,
    *,
    file_name: str,
    actor: Actor,
    files: FileStore,
    note: str = "",
    office: bool = False,
) -> ReturnedFile | None:
    """Keep a file that came back; nothing when it is the newest version as it went out.

    `office`: LibreOffice may draw what we cannot. Raises `UnsafeFile` for a file that cannot be used, `CannotShow` for
    one that cannot become pages.
    """
    rules.need(rules.may_write(actor, agreement))
    assert actor.user_id is not None
    checked = check(content)
    texts.said_by(checked.clean, office=office)
    newest = agreement.version
    if newest is None:
        raise Missing(agreement.ref)
    if files.get(newest.docx) in (content, checked.clean):
        return None
    version, clean = _answered(agreement, checked.clean, files)
    found = reading.read(clean, files.get(version.docx), version.number, tuple(agreement.languages))
    if len(found.items) > MOST_ITEMS:
        raise Invalid(
            {
                "document": _(
                    "The file has %(count)s changes and comments, more than can be gone through here one by one (%(limit)s). Accept or reject most of them in Word, or ask for a text without them.",
                    count=len(found.items),
                    limit=MOST_ITEMS,
                )
            }
        )
    agreements.hold(agreement)  # of two files that come at once each gets a number of its own
    returned = ReturnedFile(
        agreement=agreement, number=len(_all(agreement)) + 1, answers=version, file_name=file_name[-LONGEST_NAME:],
        original=files.put(content), docx=files.put(clean), findings=[each.plain() for each in checked.findings],
        note=note, uploaded_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(returned)
    db.session.flush()
    events.record(
        "returned.take_in", actor=actor, stream=agreement.stream, number=returned.number, file=returned.file_name,
        sha256=returned.original, answers=version.number, tracked=len(found.of("change", "look")),
        untracked=len(found.of("silent")), comments=len(found.of("comment")), note=note,
    )  # fmt: skip
    return returned


def get(ref: str, number: int) -> ReturnedFile:
    """One file that came back; raises `Missing`."""
    wanted = sa.select(ReturnedFile).join(Agreement).where(Agreement.ref == ref, ReturnedFile.number == number)
    found = db.session.scalar(wanted)
    if found is None:
        raise Missing(f"{ref} {number}")
    return found


def read(returned: ReturnedFile, files: FileStore) -> Reading:
    """What the file says beyond the version it answers; read once and remembered."""
    return reading.read(
        files.get(returned.docx), files.get(returned.answers.docx), returned.answers.number,
        tuple(returned.agreement.languages),
    )  # fmt: skip


def standing(returned: ReturnedFile, files: FileStore) -> Standing:
    return Standing(read(returned, files), returned.decisions)


def decide(
    returned: ReturnedFile, key: str, say: str, *, seen: str, actor: Actor, files: FileStore, reply: str = ""
) -> Overtaken | None:
    """Decide one item; `seen` is the number of the act whose decision this person looked at.

    When somebody else decided it otherwise meanwhile, theirs stands and is given back. An answer needs words.
    """
    _locked(returned, actor)
    if say not in _can_be_said(returned, key, files):
        raise Missing(key)
    reply = reply.strip()[:LONGEST_REPLY] if say == "answer" else ""
    if say == "answer" and not reply:
        raise Invalid({"reply": _("Write the answer first.")})
    present = returned.decisions.get(key)
    if present is not None and str(present["act"]) != seen:
        return None if (present["say"], present["reply"]) == (say, reply) else Overtaken(present)
    _act(returned, {key: (say, reply)}, say=say, actor=actor)
    return None


def decide_many(
    returned: ReturnedFile, *, what: str, name: str, say: str, actor: Actor, files: FileStore
) -> list[Item]:
    """Say the same of all items still open of an author, a clause, or all that only look different."""
    _locked(returned, actor)
    items = chosen(standing(returned, files), what=what, name=name, say=say) if what != "rest" else []
    if items:
        _act(returned, {item.key: (say, "") for item in items}, say=say, actor=actor)
    return items


def undo(returned: ReturnedFile, *, actor: Actor) -> int:
    """Take the last act back that was not taken back yet; how many items stand as before it.

    What somebody decided again afterwards stays as it is.
    """
    _locked(returned, actor)
    gone = {act["of"] for act in returned.acts if act["say"] == "undo"}
    last = next((act for act in reversed(returned.acts) if act["say"] != "undo" and act["number"] not in gone), None)
    if last is None:
        return 0
    decisions = dict(returned.decisions)
    mine = [key for key in last["before"] if decisions.get(key, {}).get("act") == last["number"]]
    replaced = {key: decisions.pop(key) for key in mine}
    decisions |= {key: last["before"][key] for key in mine if last["before"][key] is not None}
    returned.decisions = decisions
    returned.acts = [*returned.acts, {**_by(returned, "undo", actor), "of": last["number"], "before": replaced}]
    db.session.flush()
    return len(mine)


def choose_answered(returned: ReturnedFile, number: int, *, actor: Actor) -> None:
    """Say which version the file answers; what was decided of untracked differences counts for another comparison."""
    _locked(returned, actor)
    version = next((each for each in returned.agreement.versions if each.number == number), None)
    if version is None:
        raise Missing(str(number))
    returned.answers = version
    db.session.flush()


def make(
    returned: ReturnedFile, *, rest: bool, author: str, title: str, actor: Actor, files: FileStore, fonts: Fonts,
    note: str = "", manifest: Manifest | None = None, newest: int | None = None,
) -> Version:  # fmt: skip
    """The next version, clean, with every decision carried out; raises `Undecided` unless `rest` takes what is left.

    Answers of the form that the text now says otherwise follow it. Where nothing was taken of what came back, the
    version that it answers stays the newest; a file in which there was nothing to decide goes straight through. `Invalid`
    when an untracked difference could not be put back word for word, and when there is a version after the `newest` that
    this person knew of.
    """
    _locked(returned, actor)
    now_newest = returned.agreement.version
    if newest is not None and now_newest is not None and now_newest.number != newest:
        raise Invalid({"": _("Version %(number)s was made while you looked at this page. What it changed is not in this file: look at it first, then make the next version.", number=now_newest.number)})  # fmt: skip
    if rest:
        waiting = chosen(standing(returned, files), what="rest", name="", say="")
        if waiting:
            _act(returned, {item.key: (item.says[0], "") for item in waiting}, say="rest", actor=actor)
    now_ = standing(returned, files)
    if now_.open_items:
        raise Undecided(len(now_.open_items))
    agreement, before = returned.agreement, returned.answers
    docx = _text(returned, now_, title=title, author=author, files=files)
    version: Version | None = agreement.version
    paths: list[str] = []
    nothing_taken = bool(now_.reading.items) and now_.changes_nothing
    if version is not before or not nothing_taken or text_digest(docx) != before.text_digest:
        values, paths = answers.followed(manifest, before.values, docx, files.get(before.docx), returned.decisions)
        version = drafting.upload(
            agreement, docx, original=files.get(returned.original), actor=actor, files=files, fonts=fonts,
            note=note or returned.note, values=values,
            noted=[Finding(**each) for each in returned.findings], office=True,
        )  # fmt: skip
        if paths:
            drafting.follow_answers(agreement)
    assert version is not None
    _close(returned, MADE, actor=actor)
    returned.made = version
    db.session.flush()
    events.record(
        "returned.make", actor=actor, stream=agreement.stream, number=version.number, returned=returned.number,
        answers=before.number, decided=now_.counts(), followed=paths, sha256=returned.original, record=record_digest(returned),
    )  # fmt: skip
    return version


def put_aside(returned: ReturnedFile, *, actor: Actor) -> None:
    """Close the file without a version; it stays to be looked at."""
    _locked(returned, actor)
    _close(returned, ASIDE, actor=actor)
    events.record("returned.aside", actor=actor, stream=returned.agreement.stream, returned=returned.number,
                  file=returned.file_name)  # fmt: skip


def answer(returned: ReturnedFile, *, author: str, initials: str, title: str, files: FileStore) -> bytes:
    """The Word file that goes back with the changes that stay open and our words beside them."""
    return making.answer(
        files.get(returned.docx), files.get(returned.answers.docx), standing(returned, files), author=author,
        initials=initials, title=title, at=now(),
    )  # fmt: skip


def record_digest(returned: ReturnedFile) -> str:
    """SHA-256 over all decisions and acts, so that the trail vouches for the record kept with the file."""
    kept = json.dumps([returned.decisions, returned.acts], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(kept.encode()).hexdigest()


def _text(returned: ReturnedFile, now_: Standing, *, title: str, author: str, files: FileStore) -> bytes:
    content, version = files.get(returned.docx), files.get(returned.answers.docx)
    try:
        return making.text(content, version, now_, title=title, author=author)
    except making.CannotPutBack as error:
        raise Invalid(
            {
                "": _(
                    "“%(words)s” cannot be put back here word for word. Take it as it came, or put it back in Word and upload the file again.",
                    words=error.words,
                )
            }
        ) from error


def _answered(agreement: Agreement, content: bytes, files: FileStore) -> tuple[Version, bytes]:
    """The version whose words are most alike, the newer of equals; and the file without changes of our own.

    Tracked changes that went out from here are no proposals of the other side. They count as given when the file, read
    so, is more like one of our versions than without them.
    """
    names = set(agreement.own_party.organisation.called().values())
    among = agreement.versions[-_GUESSED_AMONG:]
    texts_ = [files.get(version.docx) for version in among]
    best: tuple[float, int, bytes] = (-1.0, 0, content)
    for each in dict.fromkeys((content, reading.without_ours(content, names))):
        for place, alike in enumerate(reading.likenesses(each, texts_)):
            best = max(best, (alike, place, each), key=lambda found: found[:2])
    return among[best[1]], best[2]


def _can_be_said(returned: ReturnedFile, key: str, files: FileStore) -> tuple[str, ...]:
    if key.startswith(answers.PREFIX):
        return answers.SAYS
    item = read(returned, files).get(key)
    return item.says if item is not None else ()


def _all(agreement: Agreement) -> Sequence[ReturnedFile]:
    return db.session.scalars(sa.select(ReturnedFile).where(ReturnedFile.agreement_id == agreement.id)).all()


def _locked(returned: ReturnedFile, actor: Actor) -> None:
    """Read the row anew and keep others from it until the end: two people decide at once."""
    agreements.hold(returned.agreement)
    db.session.refresh(returned)
    rules.need(rules.may_write(actor, returned.agreement))
    if returned.state != OPEN:
        raise Refused(_("This file is no longer open: it was made into a version or put aside."))


def _by(returned: ReturnedFile, say: str, actor: Actor) -> dict[str, Any]:
    return {
        "number": len(returned.acts) + 1, "say": say, "by": actor.label.partition(" <")[0], "by_id": actor.user_id, "at": now().isoformat(),
    }  # fmt: skip


def _act(returned: ReturnedFile, said: Mapping[str, tuple[str, str]], *, say: str, actor: Actor) -> None:
    act = _by(returned, say, actor)
    before = {key: returned.decisions.get(key) for key in said}
    made = {
        key: {
            "say": each,
            "reply": reply,
            "by": act["by"],
            "by_id": act["by_id"],
            "at": act["at"],
            "act": act["number"],
        }
        for key, (each, reply) in said.items()
    }
    returned.decisions = {**returned.decisions, **made}
    returned.acts = [*returned.acts, {**act, "before": before}]
    db.session.flush()


def _close(returned: ReturnedFile, state: str, *, actor: Actor) -> None:
    returned.state, returned.closed_at, returned.closed_by_id = state, now(), actor.user_id
    db.session.flush()
