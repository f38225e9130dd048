"""Answers that were changed in Word: read from the content controls of a file that came back, offered to the form.

The words of a control become an answer of the field's type again, and every other place that says the same answer is
held beside it: a number changed in one language alone contradicts the other.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.documents.word.templates import controls, placeholders
from mou_service.documents.word.templates.answers import NotUnderstood, understood
from mou_service.documents.word.templates.controls import Control
from mou_service.documents.word.templates.fields import EMAIL, Field
from mou_service.documents.word.templates.manifest import Manifest
from mou_service.documents.word.templates.wording import long_date
from mou_service.documents.word.text import normalised
from mou_service.web.filters import in_language, language_name

from . import problems

#: Beside the template's own questions, the form asks for these: path of the value, and what it is called.
_HEAD = {
    "title": _l("Title of the document"),
    "place": _l("Place of signing"),
    "date": _l("Planned day of signing"),
    "own.contact.email": _l("E-mail of our contact for notices"),
    "partner.contact.email": _l("E-mail of the partner's contact for notices"),
}
#: These come from the register of partners, or from those who are chosen to sign.
_REGISTERED = {
    "own.name": _l("Our name"),
    "own.short": _l("Our short name"),
    "own.address": _l("Our address"),
    "own.country": _l("Our country or region"),
    "own.identifier": _l("Our number in a register"),
    "own.signatories": _l("Who signs for us"),
    "partner.name": _l("The partner's name"),
    "partner.short": _l("The partner's short name"),
    "partner.address": _l("The partner's address"),
    "partner.country": _l("The partner's country or region"),
    "partner.identifier": _l("The partner's number in a register"),
    "partner.signatories": _l("Who signs for the partner"),
}
_DAY = Field(key="date", type="date", label={}, help={}, group="")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one place says."""

    language: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer that reads otherwise now. `path` names it: "term_years", "background.zh", "own.contact.email".

    `value` is what would be kept; `problem` says in words why it cannot be kept, and then there is no value.
    `contradicts` are the places that say the answer in other words: the other language, or another place of the same.
    """

    path: str
    label: str
    before: str
    after: str
    value: Any
    problem: str
    contradicts: tuple[Reading, ...]

    @property
    def usable(self) -> bool:
        return not self.problem


def offers(
    manifest: Manifest, values: Mapping[str, Any], content: bytes, *, sent: bytes | None = None
) -> tuple[Offer, ...]:
    """The answers that the Word file `content`, with its tracked changes accepted, says in other words than `values`.

    `values` are those of the version that went out (`Version.values`), `sent` its Word file: where a program dropped
    the content controls, its paragraphs tell where the answers stood. In the order of the text. Nothing is offered where
    the template no longer has what was chosen.
    """
    given = {key: value for key, value in values.items() if key != "form"}
    if _asks_otherwise(manifest, given):
        return ()
    full = manifest.complete(given)
    found = list(controls.read(content))
    if sent is not None:
        found = placeholders.with_lost_ones(found, sent, content)
    groups: dict[str, list[Control]] = {}
    for control in found:
        groups.setdefault(_path(control, manifest), []).append(control)
    made = (_offer(path, group, manifest, full) for path, group in groups.items())
    return tuple(offer for offer in made if offer is not None)


def taken(values: Mapping[str, Any], offers: Sequence[Offer], keys: Collection[str]) -> dict[str, Any]:
    """The values of the next version, with the offers whose `path` is among `keys`; the others stay as they were.

    What the form is filled from (`values["form"]`) changes along. An offer that cannot be used is passed over. The
    agreement's own facts (titles, term) do not follow by themselves: the caller writes them from the new values.
    """
    new = copy.deepcopy(dict(values))
    for offer in offers:
        if offer.path in keys and offer.usable:
            _put(new, offer)
    return new


def _asks_otherwise(manifest: Manifest, values: Mapping[str, Any]) -> bool:
    """Whether an option that was chosen is gone, with a release or with a text that the house took back."""
    chosen = ((field, values[field.key]) for field in manifest.fields if field.options and values.get(field.key))
    found = (problem for field, value in chosen for problem in field.problems(value, manifest.languages))
    return any(problem.code == "unknown_choice" for problem in found)


def _path(control: Control, manifest: Manifest) -> str:
    """One path for all places of an answer; texts that differ by language have one for each."""
    field = _field(control.path, manifest)
    head = control.path.partition(".")[0]
    if (field is not None and not field.per_language) or control.path.endswith((".email", ".identifier", ".phone")):
        return control.path
    if field is None and head == "date":
        return "date"
    return f"{control.path}.{control.language}"


def _field(path: str, manifest: Manifest) -> Field | None:
    return next((field for field in manifest.fields if field.key == path), None)


def _offer(path: str, group: Sequence[Control], manifest: Manifest, values: Mapping[str, Any]) -> Offer | None:
    """What the places of one answer say together; nothing when each says what it said."""
    field = _field(path.partition(".")[0], manifest)
    changed = [control for control in group if not _says_the_same(control, path, field, values)]
    if not changed:
        return None
    read = [(control, _read(control, path, field)) for control in changed]
    first, (value, problem) = read[0]
    others = {repr(each) for _control, (each, _problem) in read}
    if len(others) > 1:
        value, problem = None, _("The text says it differently in different places. Settle the text first.")
    if not problem:
        problem = _not_ours(path, field, value, manifest)
    same = {id(control) for control, (each, _problem) in read if repr(each) == repr(read[0][1][0])}
    return Offer(
        path=path,
        label=_label(path, field, manifest),
        before=_expected(first, path, field, values)[0],
        after=first.text,
        value=None if problem else value,
        problem=problem,
        contradicts=tuple(_readings(control for control in group if id(control) not in same)),
    )


def _readings(group: Iterator[Control]) -> Iterator[Reading]:
    """Each thing that is said in a language, once."""
    seen: set[tuple[str, str]] = set()
    for control in group:
        if (control.language, control.text) not in seen:
            seen.add((control.language, control.text))
            yield Reading(control.language, control.text, control.place)


def _says_the_same(control: Control, path: str, field: Field | None, values: Mapping[str, Any]) -> bool:
    expected = _expected(control, path, field, values)
    if normalised(control.text) in map(normalised, expected):
        return True
    if field is None or field.per_language:
        return False
    try:
        return bool(understood(field, control.text, control.language) == values.get(field.key))
    except NotUnderstood:
        return False


def _expected(control: Control, path: str, field: Field | None, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The words in which the values that went out say this answer, the usual ones first."""
    if field is None:
        return (str(_at(values, control.path, control.language)),)
    value = values.get(field.key)
    if isinstance(value, Mapping):
        return (str(value.get(control.language, "")),)
    words = str(values["words"].get(field.key, {}).get(control.language, ""))
    return tuple(said for said in (words, str(value)) if said) or ("",)


def _read(control: Control, path: str, field: Field | None) -> tuple[Any, str]:
    """(value, why it cannot be used) of what one place says."""
    if field is None and path != "date":
        return control.text, ""
    try:
        return understood(field or _DAY, control.text, control.language), ""
    except NotUnderstood:
        return None, _("“%(text)s” is no answer to this question. It stays in the text only.", text=control.text)


def _not_ours(path: str, field: Field | None, value: Any, manifest: Manifest) -> str:
    """Why the form cannot keep a value that was understood."""
    if field is not None:
        asked = {path.rpartition(".")[2]: value} if field.per_language else value
        languages = list(asked) if field.per_language else manifest.languages
        found = field.problems(asked, languages)
        return problems.said(found, manifest)[0].text if found else ""
    head = path.rpartition(".")[0] if path.startswith(("title.", "place.")) else path
    if head not in _HEAD:
        return str(_("This comes from the register. Correct it there if the new words are right; the text keeps them."))
    if path.endswith(".email") and not EMAIL.fullmatch(str(value)):
        return str(_("“%(text)s” is no e-mail address.", text=value))
    return "" if value else str(_("The text says nothing here any more."))


def _label(path: str, field: Field | None, manifest: Manifest) -> str:
    last = path.rpartition(".")[2]
    language = f" ({language_name(last)})" if last in manifest.languages else ""
    if field is not None:
        return f"{in_language(field.label)}{language if field.per_language else ''}"
    head = path.removesuffix(f".{last}") if language else path
    known = _HEAD.get(head) or _REGISTERED.get(".".join(head.split(".")[:2]))
    return f"{known or head}{language}"


def _at(values: Mapping[str, Any], path: str, language: str) -> Any:
    """The value at a path such as "own.signatories.0.name", in a language where it has several."""
    found: Any = values
    for step in path.split("."):
        if isinstance(found, Mapping):
            found = found.get(step, "")
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return ""
    return found.get(language, "") if isinstance(found, Mapping) else found


def _put(values: dict[str, Any], offer: Offer) -> None:
    """One answer into the values and into the form they came from."""
    head, _dot, last = offer.path.partition(".")
    form = values.setdefault("form", {})
    if head in ("title", "place"):
        _set(values, head, last, offer.value)
        _set(form, "titles" if head == "title" else "place", last, offer.value)
    elif offer.path == "date":
        languages = values.get("date") or values.get("title") or {}
        day = date.fromisoformat(offer.value)
        values["date"] = {language: long_date(day, language=language) for language in languages}
        form["day"] = offer.value
    elif last.startswith("contact."):
        name = last.removeprefix("contact.")
        values[head] = {**values[head], "contact": {**values[head]["contact"], name: offer.value}}
        values["parties"] = [values["own"], values["partner"]]
        _set(form, f"{head}_contact", name, offer.value)
    elif last:
        _set(values, head, last, offer.value)
        _set(form.setdefault("answers", {}), head, last, offer.value)
    else:
        values[head] = offer.value
        form.setdefault("answers", {})[head] = offer.value


def _set(holder: dict[str, Any], name: str, key: str, value: Any) -> None:
    holder[name] = {**(holder.get(name) or {}), key: value}
