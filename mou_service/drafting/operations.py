"""Start a text, change it, take one in from Word, correct a name; each leaves a new version or says why not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.agreements import lifecycle
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement, Party, Signatory
from mou_service.core import events
from mou_service.core.actors import Actor
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Stale
from mou_service.core.ports import FileStore
from mou_service.documents.blocks import Document
from mou_service.documents.findings import Finding
from mou_service.documents.pdf.characters import unknown_characters
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.word.bilingual import checking, columns, names, originals
from mou_service.documents.word.gate.check import check
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.templates.fields import EMAIL, Problem
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.text import text_digest
from mou_service.partners.models import Institution

from . import clauses, facts, plan, rules, texts
from .drawing import operations as drawing
from .models import SavedForm, Version
from .plan import Plan, Side
from .translation import layouts
from .translation import operations as translation

LONGEST_NAME = 255


class Unfinished(Invalid):
    """The form cannot become a document yet; `problems` says what is missing and where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__({problem.field: problem.message for problem in problems})
        self.problems = tuple(problems)


class Overtaken(Stale):
    """Somebody else's draft got the reference this text was filled with; fill it again."""


@dataclass
class Text:
    """What a new version is made of."""

    origin: str
    docx: bytes
    values: dict[str, Any]
    original: bytes | None = None
    template_sha256: str = ""
    template_number: int = 0
    findings: Sequence[Finding] = field(default_factory=tuple)
    #: Of what each language says; see `bilingual.columns.digests`.
    language_digests: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    #: The clauses of the template that stand in it; a text that came from Word has those of the one before it.
    clauses: list[dict[str, Any]] = field(default_factory=list)
    #: The reference it was filled with; empty for a text that came from Word.
    ref: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        self.digest = self.digest or text_digest(self.docx)


def fill(manifest: Manifest, wish: Plan, *, ref: str, demonstration: bool, fonts: Fonts) -> Text:
    """The template with the answers, read through once; raises `Unfinished` when answers are missing.

    Takes a third of a second and writes nothing: do it before the transaction that writes.
    """
    _complete(manifest, wish, ref=ref, demonstration=demonstration)
    values = wish.values(manifest, ref=ref, demonstration=demonstration)
    docx, held = texts.filled(manifest, values), clauses.standing(manifest, values)
    document = texts.blocks_of(docx)
    found = _findings(document, manifest.languages, values, fonts=fonts)
    return Text(
        origin="template", docx=docx, values={**values, "form": wish.form()}, ref=ref, clauses=held,
        template_sha256=manifest.sha256, template_number=manifest.number,
        findings=[*found, *clauses.sounding(docx, manifest.languages, held)],
        language_digests=columns.digests(document, manifest.languages),
    )  # fmt: skip


def coming_ref(manifest: Manifest, *, institution: Institution, year: int) -> str:
    """The reference the next draft of this kind will have, unless somebody else is quicker."""
    series = _series(manifest, institution, year)
    return _ref(series, agreements.coming_number(series))


def start(
    manifest: Manifest, wish: Plan, *, actor: Actor, files: FileStore, fonts: Fonts, institution: Institution,
    year: int, text: Text | None = None,
) -> Agreement:  # fmt: skip
    """Begin an agreement with its first version; raises `Unfinished` when answers are missing.

    The reference is given on this day and never used again: ACRONYM-CODE-YEAR-0001. A `text` that was filled with
    another one raises `Overtaken`.
    """
    rules.need(rules.may_start(actor))
    assert actor.user_id is not None
    series = _series(manifest, institution, year)
    if text is None:
        _complete(manifest, wish, ref="-", demonstration=institution.demonstration)
    ref = _ref(series, agreements.next_number(series))
    text = text or fill(manifest, wish, ref=ref, demonstration=institution.demonstration, fonts=fonts)
    if text.ref != ref:
        raise Overtaken(ref)
    agreement = Agreement(
        ref=ref, template=manifest.type, titles=dict(wish.titles),
        languages=list(manifest.languages), owner_id=actor.user_id, demonstration=institution.demonstration,
        attested=manifest.attesting_witness,
    )  # fmt: skip
    db.session.add(agreement)
    facts.write(agreement, wish)
    db.session.flush()
    _add(agreement, text, actor=actor, files=files)
    events.record(
        "agreement.start", actor=actor, stream=agreement.stream, template=manifest.type, titles=agreement.titles,
        now=agreement.state, partner=wish.partner.organisation.called(),
    )  # fmt: skip
    return agreement


def write(
    agreement: Agreement,
    manifest: Manifest,
    wish: Plan,
    *,
    actor: Actor,
    files: FileStore,
    fonts: Fonts,
    note: str = "",
    text: Text | None = None,
) -> Version:
    """Fill the template again with changed answers; a text that says the same changes nothing.

    `text` is what `fill` made of this wish before the transaction began.
    """
    rules.need(rules.may_write(actor, agreement))
    text = text or fill(manifest, wish, ref=agreement.ref, demonstration=agreement.demonstration, fonts=fonts)
    text.note = note
    facts.write(agreement, wish)
    db.session.flush()
    return _record(agreement, text, actor=actor, files=files)


def turn(agreement: Agreement, *, first: str, actor: Actor, files: FileStore) -> Version:
    """Put a language first, as the original of the party that speaks it has it; no word changes.

    Texts that are made from the template later have it first as well. Raises `CannotTurn` for a text whose columns
    cannot change places.
    """
    rules.need(rules.may_write(actor, agreement))
    before = agreement.version
    if before is None or first not in agreement.languages:
        raise Missing(first)
    languages = [first, *(each for each in agreement.languages if each != first)]
    text = Text(
        origin=before.origin, docx=originals.in_order(files.get(before.docx), languages), values=dict(before.values),
        template_sha256=before.template_sha256, template_number=before.template_number,
        findings=[Finding(**found) for found in before.findings], clauses=list(before.clauses),
        language_digests=layouts.in_order(before.language_digests, languages),
        note=_("Column order changed"),
    )  # fmt: skip
    agreement.languages = languages
    return _record(agreement, text, actor=actor, files=files)


def upload(
    agreement: Agreement, content: bytes, *, actor: Actor, files: FileStore, fonts: Fonts, note: str = "",
    original: bytes | None = None, values: Mapping[str, Any] | None = None, noted: Sequence[Finding] = (), office: bool = False,
) -> Version:  # fmt: skip
    """Take in a text that was edited in Word; the file as it came is kept beside the clean copy.

    Where the text was made of what came (see exchange/), `original` is what came, `noted` what was found in it and
    `values` what the form holds now. `office`: LibreOffice may draw what we cannot. Raises `UnsafeFile` for a file that
    cannot be used, `CannotShow` for one that cannot become pages.
    """
    rules.need(rules.may_write(actor, agreement))
    checked, before = check(content), agreement.version
    # Notes, names and times of those who worked on it stay in what came: a version is given to the partner.
    clean = checked.clean if original is not None else hand_out(checked.clean)
    document = texts.said_by(clean, office=office)
    values = dict(values if values is not None else before.values if before else {})
    findings = (
        *noted, *(found for found in checked.findings if found not in noted), *_findings(document, agreement.languages, values, fonts=fonts),
        *clauses.sounding(clean, agreement.languages, before.clauses if before else ()),
    )  # fmt: skip
    text = Text(
        origin="upload", docx=clean, original=original if original is not None else content, values=values,
        findings=findings, note=note,
        language_digests=columns.digests(document, agreement.languages),
    )  # fmt: skip
    return _record(agreement, text, actor=actor, files=files)


def follow_answers(agreement: Agreement) -> None:
    """Titles and term as the newest version's answers say them, after they were changed in Word."""
    if agreement.version is not None:
        agreement.titles = {**agreement.titles, **agreement.version.values.get("title", {})}
        facts.write(agreement, plan_of(agreement))


def correct_name(
    agreement: Agreement, signatory: Signatory, as_shown: Mapping[str, Any], *, manifest: Manifest | None,
    actor: Actor, files: FileStore, fonts: Fonts,
) -> Version | None:  # fmt: skip
    """Correct how a signatory appears on paper, in a new version of a text that came from the template.

    A text that came from Word keeps its words: there the name is corrected in Word too. None is given then.
    """
    rules.need(rules.may_write(actor, agreement))
    before = signatory.as_shown
    if before == dict(as_shown):
        return agreement.version
    signatory.as_shown = dict(as_shown)
    events.record(
        "signatory.correct", actor=actor, stream=agreement.stream, before=before, now_shown=signatory.as_shown,
        called=signatory.as_shown.get("name", {}),
    )  # fmt: skip
    version = agreement.version
    if manifest is None or version is None or version.origin != "template":
        return None
    text = fill(manifest, plan_of(agreement), ref=agreement.ref, demonstration=agreement.demonstration, fonts=fonts)
    text.note = _("Name corrected")
    return _record(agreement, text, actor=actor, files=files)


def revise(agreement: Agreement, *, actor: Actor, reason: str = "") -> None:
    """Take the text back to drafting; opinions and approvals of the text as it was count no more."""
    lifecycle.take("revise", actor, agreement, reason=reason)
    for step in agreement.review_steps:
        if step.counts:
            step.fallen_at = now()


def plan_of(agreement: Agreement) -> Plan:
    """What the newest version was filled with, with the parties as the register knows them now."""
    version = agreement.version
    form: Mapping[str, Any] = version.values.get("form", {}) if version else {}
    own, (partner, *_others) = agreement.own_party, agreement.partner_parties
    return Plan(
        own=Side(own.organisation, _shown(own), plan.Contact(**form.get("own_contact", {}))),
        partner=Side(partner.organisation, _shown(partner), plan.Contact(**form.get("partner_contact", {}))),
        titles=agreement.titles,
        purpose=agreement.purpose,
        day=plan.day_of(form.get("day")),
        place=form.get("place", {}),
        answers=form.get("answers", {}),
    )


def save_form(actor: Actor, *, place: str, typed: Mapping[str, Any]) -> SavedForm:
    """Keep what somebody typed, in front of everything else that is known of this form."""
    saved = saved_form(actor, place=place)
    if saved is None:
        assert actor.user_id is not None
        saved = SavedForm(user_id=actor.user_id, place=place, typed={})
        db.session.add(saved)
    saved.typed, saved.saved_at = dict(typed), now()
    db.session.flush()
    return saved


def saved_form(actor: Actor, *, place: str) -> SavedForm | None:
    """What this person typed into a form and has not sent."""
    mine = sa.and_(SavedForm.user_id == actor.user_id, SavedForm.place == place)
    return db.session.scalar(sa.select(SavedForm).where(mine))


def forget_form(actor: Actor, *, place: str) -> None:
    """The form was sent, or thrown away."""
    if saved := saved_form(actor, place=place):
        db.session.delete(saved)


def missing(manifest: Manifest, wish: Plan, *, ref: str, demonstration: bool) -> list[Problem]:
    """What keeps the plan from becoming a document."""
    found = manifest.validate(wish.values(manifest, ref=ref, demonstration=demonstration))
    return found + list(_contacts_missing(manifest, wish))


def _complete(manifest: Manifest, wish: Plan, *, ref: str, demonstration: bool) -> None:
    if problems := missing(manifest, wish, ref=ref, demonstration=demonstration):
        raise Unfinished(problems)


def _contacts_missing(manifest: Manifest, wish: Plan) -> Iterator[Problem]:
    """A text that names a party's e-mail address needs one."""
    words = " ".join(
        text for clause in manifest.clauses for part in clause.every_passage() for text in part.text.values()
    )
    for name, side in (("own", wish.own), ("partner", wish.partner)):
        path = f"{name}.contact.email"
        if path in words and not EMAIL.fullmatch(side.contact.email):
            yield Problem(path, "not_an_email", f"“{path}” must be an e-mail address; notices are sent there.", {})


def _series(manifest: Manifest, institution: Institution, year: int) -> str:
    return f"{institution.acronym}-{manifest.code}-{year}"


def _ref(series: str, number: int) -> str:
    return f"{series}-{number:04d}"


def _findings(
    document: Document, languages: Sequence[str], values: Mapping[str, Any], *, fonts: Fonts
) -> list[Finding]:
    """What is wrong between the languages of a text, and the characters that no page of it could show."""
    between = checking.check(document, languages, names.of_parties(values))
    return [*between, *unknown_characters(document, fonts=fonts)]


def _record(agreement: Agreement, text: Text, *, actor: Actor, files: FileStore) -> Version:
    """A new version and its event, unless it would hold the same file as the newest one."""
    agreements.hold(agreement)
    text, before = _laid_out(agreement, text), agreement.version
    if before is not None and files.has(before.docx) and files.get(before.docx) == text.docx:
        return before
    version = _add(agreement, text, actor=actor, files=files)
    events.record(
        "version.add", actor=actor, stream=agreement.stream, number=version.number, origin=version.origin,
        sha256=version.docx, text_digest=version.text_digest, note=version.note,
    )  # fmt: skip
    translation.follow(agreement, actor=actor)
    return version


def _laid_out(agreement: Agreement, text: Text) -> Text:
    """A text from the template with the language first that was chosen for this agreement."""
    if text.origin != "template" or layouts.stands_as(text.language_digests, agreement.languages):
        return text
    turned = originals.in_order(text.docx, agreement.languages)
    return replace(
        text, docx=turned, digest="", language_digests=layouts.in_order(text.language_digests, agreement.languages)
    )


def _add(agreement: Agreement, text: Text, *, actor: Actor, files: FileStore) -> Version:
    assert actor.user_id is not None
    before = agreement.version
    version = Version(
        agreement=agreement, clauses=text.clauses or (list(before.clauses) if before else []),
        number=len(agreement.versions) + 1, origin=text.origin, docx=files.put(text.docx),
        original=files.put(text.original) if text.original is not None else None, text_digest=text.digest,
        values=text.values, template_sha256=text.template_sha256, template_number=text.template_number, note=text.note, created_by_id=actor.user_id,
        findings=[finding.plain() for finding in text.findings],
        language_digests=dict(text.language_digests)
        or columns.digests(texts.said_by(text.docx, office=True), agreement.languages),
    )  # fmt: skip
    db.session.add(version)
    db.session.flush()
    if text.origin == "upload":
        drawing.ask_where_needed(version.docx, text.docx)
    return version


def _shown(party: Party) -> tuple[tuple[Any, Mapping[str, Any]], ...]:
    return tuple((signatory.position, signatory.as_shown) for signatory in party.signatories)
