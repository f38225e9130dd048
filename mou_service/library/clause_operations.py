"""Propose another text for a clause, approve or refuse it as the second person; the files of its templates follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Stale
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Finding, Hindered
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.templates import amendments
from mou_service.documents.word.templates.manifest import Manifest

from . import clause_check, clause_files, clause_queries, clause_rules, clause_texts, operations, queries, rules
from .clause_files import Changes, Held
from .clause_models import ClauseVersion
from .clause_texts import Entry, Position
from .models import STREAM


@dataclass(frozen=True)
class Draft:
    """A text for a clause that was looked at: what it changes, and what was found in it."""

    act: str
    position: str
    texts: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Files:
    """What follows when a text is approved: the new Word file of each template, and the templates that keep theirs."""

    #: type → (the number of the file it takes the place of, its texts, the file)
    made: Mapping[str, tuple[int, Changes, bytes]]
    #: The house keeps a file of its own there, so the text has to be put into it by hand.
    by_hand: tuple[str, ...]


def examine(
    found: Entry,
    act: str,
    position: Position,
    *,
    held: Mapping[str, Held],
    shipped: Mapping[str, Manifest],
    fonts: Fonts,
) -> Draft:
    """Look at a text before it is proposed; takes a second and asks the database nothing."""
    texts = (
        clause_texts.without(found.texts, position.key)
        if act == "retire"
        else clause_texts.changed(found.texts, position)
    )
    if amendments.digest(texts) == found.digest:
        raise Invalid({"": _("This is the text that is in use. Change something, or leave it.")})
    changes = _changes(found, {**texts, "number": found.number + 1}, held, shipped)
    findings = [] if act == "retire" else clause_check.examine(found, changes, position, shipped=shipped, fonts=fonts)
    return Draft(act, position.key, texts, tuple(findings))


def propose(found: Entry, draft: Draft, *, actor: Actor, note: str) -> ClauseVersion:
    """Lay a text before a second person; raises `Hindered` for one that cannot be used, and then nothing is kept."""
    rules.need(rules.may_keep(actor))
    if clause_check.misfit(draft.findings):
        raise Hindered(draft.findings)
    assert actor.user_id is not None
    made = ClauseVersion(
        address=found.address, number=agreements.next_number(f"clause/{found.address}"), act=draft.act,
        position=draft.position, texts=dict(draft.texts), base=found.number, base_digest=found.digest, note=note,
        findings=[each.plain() for each in draft.findings], proposed_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _record("clause.propose", made, found, actor=actor, note=note)
    return made


def prepare(
    texts: Mapping[str, Any], found: Entry, *, number: int, held: Mapping[str, Held], shipped: Mapping[str, Manifest]
) -> Files:
    """Typeset what follows from an approval; takes seconds for a clause of many templates, and asks the database nothing.

    Raises `Hindered` for a text that a release left behind since it was proposed.
    """
    changes = _changes(found, {**texts, "number": number}, held, shipped)
    if found_now := list(clause_check.misfits(changes, shipped)):
        raise Hindered(found_now)
    made = {
        used.type: (used.number, changes[used.type], clause_files.made(shipped[used.type], changes[used.type]))
        for used in (slot.manifest for slot in found.slots)
        if held[used.type].follows
    }
    return Files(made, tuple(type_ for type_ in held if type_ not in made))


def approve(version: ClauseVersion, prepared: Files, *, actor: Actor, files: FileStore) -> None:
    """From now on the form offers this text, and the templates hold it; raises `Refused` for whoever proposed it.

    `Stale` when the clause or one of its templates changed since the text was written or the files were made.
    """
    queries.hold()
    rules.need(clause_rules.may_approve(actor, version))
    found = clause_queries.entry(*version.address.split("/"))
    if outdated(version, found):
        raise Stale(_("The clause was changed since this text was proposed. Propose it again on the text in use."))
    if any(queries.template(type_).number != before for type_, (before, _held, _file) in prepared.made.items()):
        raise Stale(_("A template that takes this clause was changed just now. Look again."))
    version.state, version.decided_by_id, version.decided_at = "approved", actor.user_id, now()
    numbers = {
        type_: operations.follow(
            queries.template(type_), file, held, proposed_by_id=version.proposed_by_id, actor=actor, files=files,
            note=_("“%(title)s”, text %(number)s", title=found.title.get("en", found.key), number=version.number),
        ).number
        for type_, (_before, held, file) in prepared.made.items()
    }  # fmt: skip
    _record("clause.approve", version, found, actor=actor, templates=numbers, by_hand=list(prepared.by_hand))


def refuse(version: ClauseVersion, *, actor: Actor, reason: str) -> None:
    """It is not used, and stays to be read; whoever proposed it takes it back this way."""
    queries.hold()
    rules.need(clause_rules.may_refuse(actor, version))
    own = version.proposed_by_id == actor.user_id
    version.state = "withdrawn" if own else "refused"
    version.decided_by_id, version.decided_at, version.reason = actor.user_id, now(), reason
    found = clause_queries.entry(*version.address.split("/"))
    if own:
        _record("clause.withdraw", version, found, actor=actor, reason=reason)
    else:
        _record("clause.refuse", version, found, actor=actor, reason=reason)


def outdated(version: ClauseVersion, found: Entry) -> bool:
    """Whether the text was written on another one than that in use."""
    return version.base != found.number or version.base_digest != found.digest


def _changes(
    found: Entry, text: Mapping[str, Any], held: Mapping[str, Held], shipped: Mapping[str, Manifest]
) -> dict[str, Changes]:
    """For each template that takes the clause: the house's texts of its file in use, with this one among them."""
    return {
        type_: clause_files.changes({**each.texts, found.address: dict(text)}, shipped[type_])
        for type_, each in held.items()
    }


def _record(name: str, version: ClauseVersion, found: Entry, *, actor: Actor, **facts: Any) -> None:
    events.record(
        name, actor=actor, stream=STREAM, address=version.address, number=version.number, act=version.act,
        position=version.position, called={tag: found.title[tag] for tag in ("en", "zh") if tag in found.title},
        text=amendments.digest(version.texts), proposed_by=version.proposed_by_id,
        **{key: fact for key, fact in facts.items() if fact},
    )  # fmt: skip
    queries.changed()
