"""What is wrong with an answer or a file, said in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.documents.word.templates.fields import Field, Problem
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.web.filters import in_language, language_name

from .desk import PEOPLE

_FIELD = {
    "unknown_column": _l(
        "A line of “%(label)s” has something that is not asked for. Take the line away and add it again."
    ),
    "missing": _l("“%(label)s” is empty. Fill it in."),
    "language_missing": _l("“%(label)s” is missing in %(language)s. Both columns must say the same."),
    "too_long": _l("“%(label)s” has %(length)s characters; at most %(longest)s fit. Shorten it."),
    "not_a_date": _l("“%(label)s” is not a date. Write year-month-day, for example 2024-03-27."),
    "not_a_number": _l("“%(label)s” must be a whole number."),
    "too_small": _l("“%(label)s” is %(value)s; the smallest allowed is %(minimum)s."),
    "too_large": _l("“%(label)s” is %(value)s; the largest allowed is %(maximum)s."),
    "too_few": _l("“%(label)s” needs at least %(minimum)s choices."),
    "unknown_choice": _l("“%(label)s” does not offer “%(value)s”."),
    "not_an_email": _l("“%(label)s” is not an e-mail address: %(value)s."),
    "not_a_country": _l("“%(label)s” must be a country or region from the list."),
    "not_per_language": _l("“%(label)s” needs a text for each language."),
    "not_text": _l("“%(label)s” must be text."),
    "not_a_list": _l("“%(label)s” must be a list of choices."),
    "not_yes_or_no": _l("“%(label)s” must be yes or no."),
    "not_rows": _l("“%(label)s” must be a list of lines."),
    "too_few_rows": _l("“%(label)s” has %(value)s lines; at least %(minimum)s are needed."),
    "too_many_rows": _l("“%(label)s” has %(value)s lines; at most %(maximum)s fit. Take some away."),
}
#: The paths of what every document has, with the words and whether the register has to be corrected.
_CORE = {
    "title": (_l("Title of the document"), False),
    "date": (_l("Planned day of signing"), False),
    "place": (_l("Place of signing"), False),
    "own.name": (_l("Our name"), True),
    "own.short": (_l("Our short name"), True),
    "own.address": (_l("Our address"), True),
    "own.country": (_l("Our country or region"), True),
    "own.signatories": (_l("Who signs for us"), False),
    "own.contact": (_l("E-mail of our contact for notices"), False),
    "partner.contact": (_l("E-mail of the partner's contact for notices"), False),
    "partner.name": (_l("The partner's name"), True),
    "partner.short": (_l("The partner's short name"), True),
    "partner.address": (_l("The partner's address"), True),
    "partner.country": (_l("The partner's country or region"), True),
    "partner.signatories": (_l("Who signs for the partner"), False),
}


@dataclass(frozen=True)
class Said:
    """One problem in words, with the topic of the form where it is put right; or the party whose entry lacks it."""

    text: str
    topic: str
    #: "own" or "partner" when the register of partners has to be completed.
    register: str = ""


def said(problems: Iterable[Problem], manifest: Manifest) -> list[Said]:
    """The problems in words, each once, in the order of the form."""
    found: dict[str, Said] = {}
    for problem in problems:
        one = _one(problem, manifest)
        found.setdefault(one.text, one)
    order = [PEOPLE, *(group.key for group in manifest.groups)]
    return sorted(found.values(), key=lambda one: order.index(one.topic) if one.topic in order else 0)


def _one(problem: Problem, manifest: Manifest) -> Said:
    key = problem.field.partition(".")[0]
    field = next((field for field in manifest.fields if field.key == key), None)
    if field is not None:
        words = _FIELD.get(problem.code)
        facts = {**problem.facts, "label": _label(field, problem.facts)}
        if "language" in facts:
            facts["language"] = language_name(facts["language"])
        return Said(str(words) % facts if words else problem.message, field.group)
    return _core(problem)


def _label(field: Field, facts: Mapping[str, str]) -> str:
    """What the question is called; in a small table with the line and the column."""
    column = next((each for each in field.columns if each.key == facts.get("column")), None)
    if column is None:
        return str(in_language(field.label))
    said: str = _("%(table)s, line %(number)s: %(column)s", table=in_language(field.label), number=facts["line"],
                  column=in_language(column.label))  # fmt: skip
    return said


def _core(problem: Problem) -> Said:
    path = problem.field.split(".")
    party = path[0] if path[0] in ("own", "partner") else ""
    if party and len(path) == 5:
        return _about_person(party, path[3], path[4])
    label, register = _CORE.get(".".join(path[:2]) if party else path[0], (None, False))
    if label is None:
        return Said(problem.message, PEOPLE)
    language = language_name(path[-1]) if len(path) == (3 if party else 2) else ""
    if register and language:
        text = _("%(what)s is missing in %(language)s. Complete the register.", what=label, language=language)
        return Said(text, PEOPLE, register=party)
    if path[0] in ("title", "place"):
        text = _(
            "“%(label)s” is missing in %(language)s. Both columns must say the same.", label=label, language=language
        )
        return Said(text, PEOPLE)
    return Said(_("“%(label)s” is empty. Fill it in.", label=label), PEOPLE)


def _about_person(party: str, part: str, tag: str) -> Said:
    what = {"name": _("name"), "title": _("title"), "organisation": _("organisation")}.get(part, part)
    text = _("The %(what)s of a signatory is missing in %(language)s. Complete the register.",
             what=what, language=language_name(tag))  # fmt: skip
    return Said(text, PEOPLE, register=party)
