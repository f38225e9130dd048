"""The words of authority to sign: how far it goes, what shows it, what is lacking and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from mou_service.web.filters import colon, comma, day, in_language

from .authority import Lack
from .models import Position, SigningAuthority

BASES = {
    "statute": _l("By statute or charter"),
    "register": _l("By entry in a public register"),
    "resolution": _l("By decision of a body"),
    "power_of_attorney": _l("By power of attorney"),
    "other": _l("Shown in another way"),
}
FUNCTIONS = {
    "head": _l("Head of the institution (president, rector)"),
    "deputy": _l("Deputy head (vice president, vice rector)"),
    "legal_representative": _l("Legal representative"),
    "managing_director": _l("Managing director"),
    "board_member": _l("Member of the board"),
    "prokurist": _l("Authorised officer by register (Prokurist)"),
    "secretary": _l("Company secretary"),
}
#: The same inside a sentence: "only together with …".
_HOLDERS = {
    "head": _l("the head of the institution"),
    "deputy": _l("a deputy head"),
    "legal_representative": _l("the legal representative"),
    "managing_director": _l("a managing director"),
    "board_member": _l("a member of the board"),
    "prokurist": _l("an authorised officer (Prokurist)"),
    "secretary": _l("the company secretary"),
}
STANDINGS = {
    "valid": (_l("In force"), "done"),
    "to_come": (_l("To come"), "quiet"),
    "ended": (_l("Ended"), "stopped"),
    "withdrawn": (_l("Withdrawn"), "stopped"),
    "replaced": (_l("Replaced"), "quiet"),
}
EVENTS = {
    "authority.enter": _l("Entered"),
    "authority.replace": _l("Corrected or renewed"),
    "authority.check": _l("Checked by a second person"),
    "authority.end": _l("End noted"),
    "authority.withdraw": _l("Withdrawn"),
}
EVIDENCE_POLICIES = {
    "nobody": _l("Nobody: what stands in the register will do"),
    "partners": _l("Everybody who signs for a partner"),
    "everybody": _l("Everybody who signs, our own people too"),
}


def reach(authority: SigningAuthority) -> str:
    """Alone, or with whom."""
    if authority.mode == "sole":
        return str(_("alone"))
    return str(_("only together with %(whom)s", whom=_beside(authority.position, _facts(authority))))


def scope(authority: SigningAuthority, titles: Mapping[str, str]) -> str:
    """For which agreements; `titles` calls the templates by their names."""
    if authority.agreement_ref:
        return str(_("for %(ref)s only", ref=authority.agreement_ref))
    if not authority.templates:
        return str(_("for all agreements"))
    return str(_("only for: %(kinds)s", kinds=comma().join(_once(titles.get(t, t) for t in authority.templates))))


def shown_by(authority: SigningAuthority) -> str:
    """What gives and shows it, in a line."""
    if authority.basis == "other":
        return authority.source or str(BASES["other"])
    basis = str(BASES[authority.basis])
    return f"{basis}{colon()}{authority.source}" if authority.source else basis


def lack(found: Lack, position: Position) -> str:
    """What is lacking, and what to do about it; in the language of the page."""
    name = in_language(position.person.called())
    if found.code == "alone":
        whom = _beside(position, found.facts)
        return str(_("%(name)s may sign only together with %(whom)s. Name that person as a signatory as well.",
                     name=name, whom=whom))  # fmt: skip
    if found.code == "post":
        return _post(name, found.facts)
    told = day(_date(found.facts))
    words = {
        "nothing": _("The register holds no authority of %(name)s to sign. Enter what gives it, or name another signatory.", name=name),
        "withdrawn": _("%(name)s's authority to sign was withdrawn on %(day)s. Name another signatory, or enter a new authority.", name=name, day=told),
        "ended": _("%(name)s's authority to sign ended on %(day)s. Enter the new one, or name another signatory.", name=name, day=told),
        "to_come": _("%(name)s may sign only from %(day)s on. Wait until then, or name another signatory.", name=name, day=told),
        "scope": _("%(name)s may sign, but not agreements of this kind. Enter an authority that covers this one, or name another signatory.", name=name),
        "evidence": _("No file shows that %(name)s may sign. Add the power of attorney, the extract of the register or the decision.", name=name),
    }  # fmt: skip
    return str(words[found.code])


def in_short(found: Lack, position: Position | None = None) -> str:
    """The same in a few words, for a list that names the person beside it; says with whom where the post is at hand."""
    told = day(_date(found.facts))
    alone = _("the others who have to sign as well are missing")
    if position is not None and found.code == "alone":
        alone = _("signs without %(whom)s, who would have to sign as well", whom=_beside(position, found.facts))
    words = {
        "alone": alone,
        "post": _("does not hold the post"),
        "nothing": _("no authority on record"),
        "withdrawn": _("authority withdrawn on %(day)s", day=told),
        "ended": _("authority ended on %(day)s", day=told),
        "to_come": _("authority begins on %(day)s", day=told),
        "scope": _("authority does not cover this agreement"),
        "evidence": _("no file shows the authority"),
    }
    return str(words[found.code])


def _post(name: str, facts: Mapping[str, Any]) -> str:
    told = day(_date(facts))
    if facts.get("begins"):
        return str(_("%(name)s holds the post only from %(day)s on. Wait until then, or name another signatory.",
                     name=name, day=told))  # fmt: skip
    return str(_("%(name)s held the post until %(day)s. Name another signatory, or correct the post in the register.",
                 name=name, day=told))  # fmt: skip


def _beside(position: Position, facts: Mapping[str, Any]) -> str:
    """Those who have to sign as well: "Anna Berg or an authorised officer"."""
    posts = {post.id: post for post in position.organisation.positions}
    named = [in_language(posts[n].person.called()) for n in facts.get("with_positions", ()) if n in posts]
    named += [str(_HOLDERS[key]) for key in facts.get("with_functions", ())]
    count = int(facts.get("others", 1))
    if not named:
        return str(ngettext("one other who may sign", "%(num)s others who may sign", count))
    whom = _either(named)
    return whom if count == 1 else str(_("%(count)s of these: %(whom)s", count=count, whom=comma().join(named)))


def _either(words: Sequence[str]) -> str:
    if len(words) < 2:
        return words[0]
    return str(_("%(first)s or %(last)s", first=comma().join(words[:-1]), last=words[-1]))


def _facts(authority: SigningAuthority) -> dict[str, Any]:
    return {
        "others": authority.others,
        "with_positions": authority.with_positions,
        "with_functions": authority.with_functions,
    }


def _date(facts: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(facts["day"]) if facts.get("day") else None


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
