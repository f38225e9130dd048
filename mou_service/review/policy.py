"""Who has to look at a text, and why: facts and a table in, steps with their reasons out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from mou_service.accounts.roles import Role


@dataclass(frozen=True)
class Facts:
    """What the policy decides by."""

    own_country: str
    partner_countries: frozenset[str]
    partner_kinds: frozenset[str]
    #: The text came from Word, not from the template.
    uploaded: bool
    annexes: int
    months: int
    renewal: str
    #: What the two sides mean to do together, by the keys of the templates.
    areas: frozenset[str] = frozenset()
    #: Somebody is to give money or things of value.
    money: bool = False
    #: What the kind of document asks for, by the keys of FUNCTIONS.
    offices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PolicyRule:
    """One line of the policy: when it fires, which function it asks, and why in words."""

    code: str
    function: str
    why: str
    fires: Callable[[Facts], bool]
    phase: str = "review"
    role: Role = Role.REVIEWER


@dataclass
class Asked:
    """A step the policy wants, with the codes of all rules that asked for it."""

    phase: str
    function: str
    role: str
    reasons: list[str] = field(default_factory=list)


STUDENTS = frozenset({"students", "short_programmes", "programmes", "curriculum", "talent", "internships"})
STAFF = frozenset({"staff", "training", "staff_training"})
RESEARCH = frozenset({"research", "laboratory", "transfer"})

#: Regions with an office of their own; see partners/countries.py for their labels.
REGIONS = frozenset({"HK", "MO", "TW"})

FUNCTIONS = {
    "legal": _l("Legal office"),
    "international": _l("International office"),
    "regional": _l("Office for Hong Kong, Macao and Taiwan affairs"),
    "research": _l("Research and technology transfer"),
    "academic": _l("Academic and student affairs"),
    "staff": _l("Human resources"),
    "finance": _l("Finance"),
    "data_protection": _l("Data protection"),
    "president": _l("Institution's leader"),
}


def _asks_for(function: str) -> Callable[[Facts], bool]:
    return lambda facts: function in facts.offices


# fmt: off
POLICY: tuple[PolicyRule, ...] = (
    PolicyRule("every",    "legal",         _l("Every agreement is read by the legal office."),                       lambda f: True),
    PolicyRule("uploaded", "legal",         _l("The text came from Word and may depart from the template."), lambda f: f.uploaded),
    PolicyRule("annexes",  "legal",         _l("Annexes become part of what is signed."),                             lambda f: f.annexes > 0),
    PolicyRule("long",     "legal",         _l("It holds for more than five years."),                                 lambda f: f.months > 60),
    PolicyRule("renews",   "legal",         _l("It renews itself; the notice window must be watched."),               lambda f: f.renewal == "automatic"),
    PolicyRule("abroad",   "international", _l("The partner is abroad."),                                             lambda f: bool(f.partner_countries - REGIONS - {f.own_country})),
    PolicyRule("region",   "regional",      _l("The partner is in Hong Kong, Macao or Taiwan."),                      lambda f: f.own_country == "CN" and bool(f.partner_countries & REGIONS)),
    PolicyRule("company",  "research",      _l("The partner is a company: technology, results and publicity."),       lambda f: "company" in f.partner_kinds),
    PolicyRule("research", "research",      _l("Joint research, a laboratory or the transfer of technology is planned."), lambda f: bool(f.areas & RESEARCH)),
    PolicyRule("students", "academic",      _l("Students or courses are concerned."),                                 lambda f: bool(f.areas & STUDENTS)),
    PolicyRule("staff",    "staff",         _l("Teachers or administrators are exchanged or trained."),               lambda f: bool(f.areas & STAFF)),
    PolicyRule("money",    "finance",       _l("Money or things of value may be given."),                             lambda f: f.money),
    *(PolicyRule("kind", each, _l("This kind of document asks for it."), _asks_for(each)) for each in FUNCTIONS if each != "president"),
    PolicyRule("leader",   "president",     _l("An agreement of the institution is approved by its leader."),         lambda f: True, "approval", Role.LEADER),
)
# fmt: on
REASONS = {rule.code: rule.why for rule in POLICY}


def steps(facts: Facts, phase: str, policy: Iterable[PolicyRule] = POLICY) -> list[Asked]:
    """The steps of one phase in the policy's order; rules that ask the same function make one step."""
    asked: dict[str, Asked] = {}
    for rule in policy:
        if rule.phase == phase and rule.fires(facts):
            step = asked.setdefault(rule.function, Asked(phase, rule.function, rule.role.value))
            step.reasons.append(rule.code)
    return list(asked.values())
