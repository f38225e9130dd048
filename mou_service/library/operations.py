"""Propose a Word file for a template, approve or refuse it as the second person, take it out of use; stop offering a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import queries as agreements
from mou_service.core import events
from mou_service.core.actors import SERVICE, Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Refused, Stale
from mou_service.core.ports import FileStore
from mou_service.documents.findings import Hindered
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.merge import inspect

from . import clause_files, clause_queries, queries, rules
from .examining import Examined
from .models import STREAM, TemplateStop, TemplateVersion


def propose(
    manifest: Manifest, examined: Examined, *, original: bytes, actor: Actor, files: FileStore, note: str = ""
) -> TemplateVersion:
    """Lay a file before a second person; raises `Hindered` for one that cannot be used, and then nothing is kept.

    `Invalid` when it is the file in use, or waits already.
    """
    rules.need(rules.may_keep(actor))
    if not examined.usable:
        raise Hindered(examined.findings)
    queries.hold()
    if examined.docx == queries.template(manifest.type).docx:
        raise Invalid({"document": _("This is the file that is in use.")})
    key = files.put(examined.docx)
    if twin := next((each for each in queries.waiting(manifest.type) if each.docx == key), None):
        raise Invalid(
            {"document": _("This file waits for a second person already, as version %(number)s.", number=twin.number)}
        )
    before = queries.in_use().get(manifest.type)
    made = _add(
        manifest.type, "upload", key, actor=actor, original=files.put(original), note=note,
        findings=[each.plain() for each in examined.findings],
        changes=clause_files.found_in(
            examined.docx, queries.template(manifest.type, 0), clause_queries.approved_texts().values(),
            before=before.changes if before else None,
        ),
    )  # fmt: skip
    _record("template.propose", made, manifest, actor=actor, note=note)
    return made


def approve(version: TemplateVersion, manifest: Manifest, *, instead_of: int, actor: Actor) -> None:
    """From now on new drafts are made from it; raises `Refused` for whoever proposed it.

    `Stale` when the file in use is not the one it was held against, `instead_of`. `Hindered` when it no longer fits the
    questions, which a release may have changed since it was proposed.
    """
    queries.hold()
    if queries.template(manifest.type).number != instead_of:
        raise Stale(_("Someone changed this while you were looking at it."))
    rules.need(rules.may_approve(actor, version))
    if not (report := inspect(manifest.docx, manifest.shape)).usable:
        raise Hindered(report.findings)
    version.state, version.decided_by_id, version.decided_at = "approved", actor.user_id, now()
    _record("template.approve", version, manifest, actor=actor)


def follow(
    manifest: Manifest, docx: bytes, changes: Mapping[str, Any], *, proposed_by_id: int, actor: Actor, files: FileStore,
    note: str,
) -> TemplateVersion:  # fmt: skip
    """Put a file into use that was made anew because a clause has another text: whoever approved that approves this."""
    made = _add(
        manifest.type, "clause", files.put(docx), actor=actor, state="approved", changes=dict(changes), note=note
    )
    made.proposed_by_id, made.decided_by_id, made.decided_at = proposed_by_id, actor.user_id, now()
    _record("template.follow", made, manifest, actor=actor, note=note)
    return made


def refuse(version: TemplateVersion, manifest: Manifest, *, actor: Actor, reason: str) -> None:
    """It is not used, and stays to be read; whoever proposed it may take it back this way."""
    queries.hold()
    rules.need(rules.may_refuse(actor, version))
    version.state, version.decided_by_id, version.decided_at = "refused", actor.user_id, now()
    version.reason = reason
    _record("template.refuse", version, manifest, actor=actor, reason=reason)


def adopt(manifest: Manifest, *, actor: Actor, files: FileStore) -> TemplateVersion:
    """Approve the file that came with the service, as it is; a later release does not change it any more."""
    rules.need(rules.may_keep(actor))
    queries.hold()
    if queries.template(manifest.type).number:
        raise Refused(_("A text of the house is in use. Retire it first, or approve what was proposed."))
    key = files.put(manifest.docx)
    made = _add(manifest.type, "shipped", key, actor=SERVICE, state="approved")
    made.decided_by_id, made.decided_at = actor.user_id, now()
    _record("template.approve", made, manifest, actor=actor)
    return made


def retire(version: TemplateVersion, manifest: Manifest, *, actor: Actor, reason: str) -> None:
    """Take an approved file out of use: the one approved before it takes its place, or the one that came with the service."""
    queries.hold()
    rules.need(rules.may_retire(actor, version))
    version.state, version.retired_by_id, version.retired_at = "retired", actor.user_id, now()
    version.reason = reason
    _record("template.retire", version, manifest, actor=actor, reason=reason)


def stop(manifest: Manifest, *, actor: Actor, reason: str) -> None:
    """Offer this kind of document no more for new drafts; those that are on their way go on."""
    rules.need(rules.may_keep(actor))
    queries.hold()
    if queries.stop(manifest.type) is not None:
        return
    assert actor.user_id is not None
    db.session.add(TemplateStop(type=manifest.type, reason=reason, stopped_by_id=actor.user_id))
    _record("template.stop", None, manifest, actor=actor, reason=reason)


def offer(manifest: Manifest, *, actor: Actor) -> None:
    """Offer it again."""
    rules.need(rules.may_keep(actor))
    queries.hold()
    stopped = queries.stop(manifest.type)
    if stopped is None:
        return
    stopped.resumed_at = now()
    _record("template.offer", None, manifest, actor=actor)


def take_in_shipped(shipped: Mapping[str, Manifest], *, files: FileStore) -> Sequence[TemplateVersion]:
    """After a new release: a file that came with it never replaces one the house approved, but is proposed.

    Where clauses of the house stand in the file in use, they stand in the one that is proposed. Where the house approved
    nothing, the file of the release is in use as before. A second call changes nothing.
    """
    queries.hold()
    known = {(type_, docx) for type_, docx in db.session.execute(sa.select(TemplateVersion.type, TemplateVersion.docx))}
    made = []
    for type_, row in queries.in_use().items():
        manifest = shipped.get(type_)
        if manifest is None or (row.changes or {}).get("shipped", row.docx) == manifest.sha256:
            continue  # made on the file of this release
        origin, docx, changes = clause_files.with_release(row, manifest)
        key = files.put(docx)
        if (type_, key) not in known:
            made.append(_add(type_, origin, key, actor=SERVICE, changes=changes))
            _record("template.propose", made[-1], manifest, actor=SERVICE)
    return made


def _add(type_: str, origin: str, key: str, *, actor: Actor, **more: Any) -> TemplateVersion:
    number = agreements.next_number(f"template/{type_}")
    made = TemplateVersion(type=type_, number=number, origin=origin, docx=key, proposed_by_id=actor.user_id, **more)
    db.session.add(made)
    db.session.flush()
    return made


def _record(name: str, version: TemplateVersion | None, manifest: Manifest, *, actor: Actor, **facts: Any) -> None:
    """The act in the chain of the library; whoever asks for a template next reads it anew."""
    about = {"number": version.number, "sha256": version.docx, "origin": version.origin} if version else {}
    events.record(
        name, actor=actor, stream=STREAM, type=manifest.type, called=dict(manifest.title), **about,
        **{key: fact for key, fact in facts.items() if fact},
    )  # fmt: skip
    queries.changed()
