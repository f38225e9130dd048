"""What differs between any two versions: on the screen, and as a Word file with tracked changes."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mou_service import engines
from mou_service.agreements import permissions, queries
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.documents.word.gate import handout
from mou_service.documents.word.revising import compare
from mou_service.documents.word.revising.redline import RedlineFailed, redline
from mou_service.web.filters import in_language, language_name
from mou_service.web.routing import page

from . import departure_words, files, sections
from .blueprint import bp
from .models import Version
from .translation import layouts

#: What a reader chose, as it stands in the address.
CHOICES = ("look", "column", "only")


@page(bp, "/agreements/<ref>/compare", about=queries.get, access=permissions.may("look_inside"))
def differences(agreement: Agreement) -> ResponseReturnValue:
    """What differs between two versions, in one column or side by side, clause by clause."""
    numbers = [version.number for version in agreement.versions]
    new = request.args.get("new", numbers[-1], type=int)
    old = request.args.get("old", max(new - 1, 1), type=int)
    before, after = files.version(agreement.ref, old), files.version(agreement.ref, new)
    found = _compared(before, after) if before is not after else compare.Comparison(())
    column, only_numbers = request.args.get("column", 0, type=int), request.args.get("only") == "numbers"
    return render_template(
        "drafting/compare.html", agreement=agreement, before=before, after=after, comparison=found,
        sections=sections.sections(found, column=column, only_numbers=only_numbers),
        columns={each: _column_name(agreement, each, found) for each in sections.columns(found)},
        chosen={name: request.args[name] for name in CHOICES if request.args.get(name)},
        not_in_word="not_in_word" in request.args,
    )  # fmt: skip


def register(app: Flask) -> None:
    """The words of the page."""
    app.add_template_filter(_clause_name, "clause_name")
    app.add_template_filter(sections.language, "language_of_change")
    departure_words.register(app)


def _clause_name(section: sections.Section) -> str:
    """The headings of a clause in its languages, as the text has them."""
    return " · ".join(dict.fromkeys(filter(None, section.headings.values()))) or _("Before the first clause")


def _both(ref: str, old: int, new: int) -> tuple[Version, Version]:
    return files.version(ref, old), files.version(ref, new)


def _may_compare(actor: Actor, about: tuple[Version, Version]) -> list[str]:
    return permissions.may("look_inside")(actor, about[0].agreement)


@page(bp, "/agreements/<ref>/compare/<int:old>-<int:new>.docx", about=_both, access=_may_compare)
def redlined(about: tuple[Version, Version]) -> ResponseReturnValue:
    """The later version in Word, with what differs from the earlier one as tracked changes of the institution.

    Where that would alter one of the texts, the page of differences says so and offers the clean file.
    """
    before, after = about
    agreement, store = after.agreement, engines.current().files
    try:
        made = _redline(
            layouts.content(before, store), layouts.content(after, store), in_language(agreement.own_party.organisation.called()),
            in_language(agreement.titles), after.created_at,
        )  # fmt: skip
    except RedlineFailed:
        return redirect(
            url_for(".differences", ref=agreement.ref, old=before.number, new=after.number, not_in_word="yes")
        )
    return files.word(made, f"{agreement.ref}-v{before.number}-v{after.number}.docx")


@lru_cache(maxsize=8)
def _redline(old: bytes, new: bytes, author: str, title: str, date: datetime) -> bytes:
    """Both are made clean first, so that what comes back from the file says nothing about who worked on it."""
    before, after = (handout.hand_out(each, title=title, author=author) for each in (old, new))
    return redline(before, after, author=author, date=date)


def _compared(before: Version, after: Version) -> compare.Comparison:
    store = engines.current().files
    return _comparison(layouts.content(before, store), layouts.content(after, store))


@lru_cache(maxsize=16)
def _comparison(old: bytes, new: bytes) -> compare.Comparison:
    return compare.compare(old, new)


def _column_name(agreement: Agreement, column: int, found: compare.Comparison) -> Any:
    """The language of a column where the columns are the languages of the agreement."""
    if len(sections.columns(found)) == len(agreement.languages):
        return language_name(agreement.languages[column - 1])
    return _("Column %(number)s", number=column)
