"""What departs from the template, in sentences somebody understands who has not read it."""

from __future__ import annotations

from functools import lru_cache, partial

from flask import Flask
from flask_babel import gettext as _

from mou_service import engines
from mou_service.agreements.models import Agreement
from mou_service.documents.word.revising.compare import Change, compare
from mou_service.library import queries as library
from mou_service.web.filters import in_language

from .deviation import Departure, departures
from .translation import layouts


def register(app: Flask) -> None:
    """For every page and letter that names them."""
    app.add_template_global(of, "departures_of")
    app.add_template_filter(sentence, "departure_words")


def of(agreement: Agreement) -> tuple[Departure, ...] | None:
    """The departures of the newest text; None where there is nothing to hold it against."""
    manifest = library.of(agreement)
    if agreement.version is None or manifest is None:
        return None
    turned = () if agreement.languages == list(manifest.languages) else manifest.languages
    return departures(agreement.version, manifest, compared=partial(_compared, turned))


@lru_cache(maxsize=64)
def _compared(languages: tuple[str, ...], old: str, new: str) -> tuple[Change, ...]:
    """A file is named by what is in it, so two of them are compared once; in the order of the template's columns."""
    files = engines.current().files
    both = (files.get(old), files.get(new))
    one, other = (layouts.as_wanted(each, languages) for each in both) if languages else both
    return compare(one, other).rows


def sentence(found: Departure) -> str:
    """ "7. Confidentiality: last-resort text: two years; it binds." """
    clause = in_language(found.heading) or _("Title, opening, closing or signature lines")
    return str(_("%(clause)s: %(what)s.", clause=clause, what=str(_("; ")).join(_parts(found))))


def _parts(found: Departure) -> list[str]:
    said: list[str] = []
    if found.position is not None:
        label = in_language(found.position.label)
        if found.position.rank == "last_resort":
            said.append(_("last-resort text, %(label)s", label=label))
        else:
            said.append(_("acceptable text, %(label)s", label=label))
    if found.kind == "reworded":
        said.append(_("reworded"))
    elif found.kind == "removed":
        said.append(_("taken out"))
    elif found.kind == "moved":
        said.append(_("stands in another place"))
    elif found.kind == "added":
        said.append(_("added, the template has no such clause"))
    if found.breaks_lock:
        said.append(_("the template allows no other words here"))
    if found.binding:
        said.append(_("the clause is binding"))
    return said
