"""The desk a text is written at: one form in topics, whose typing is kept between the pages until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.actors import Actor
from mou_service.core.errors import Missing
from mou_service.documents.word.templates.fields import Field
from mou_service.documents.word.templates.manifest import Group, Manifest
from mou_service.library import queries as library
from mou_service.partners import institution
from mou_service.partners import queries as partners
from mou_service.partners.models import Organisation, Position

from . import operations, plan, rules
from .plan import Contact, Plan, Side

#: The first topic asks for what every document has; the others are the template's own.
PEOPLE = "people"


@dataclass(frozen=True)
class Desk:
    """A text on its way: a new one with a partner, or that of an agreement."""

    manifest: Manifest
    partner: Organisation
    topic: str = PEOPLE
    agreement: Agreement | None = None

    @property
    def place(self) -> str:
        """Under which name the typing is kept."""
        return f"agreement/{self.agreement.ref}" if self.agreement else f"new/{self.manifest.type}/{self.partner.ref}"

    @property
    def key(self) -> str:
        """What the desk is called in an address."""
        return self.agreement.ref if self.agreement else f"{self.manifest.type}~{self.partner.ref}"

    @property
    def own(self) -> Organisation:
        return partners.ours()

    @property
    def reference(self) -> str:
        return self.agreement.ref if self.agreement else ""

    @property
    def demonstration(self) -> bool:
        """Whether nobody really signs what is written here."""
        return self.agreement.demonstration if self.agreement else institution.ours().demonstration

    @property
    def topics(self) -> list[str]:
        return [PEOPLE, *(group.key for group in self.manifest.groups)]

    @property
    def group(self) -> Group:
        """The template's topic of this page; raises `Missing` when there is none."""
        found = next((group for group in self.manifest.groups if group.key == self.topic), None)
        if found is None:
            raise Missing(self.topic)
        return found

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for field in self.manifest.fields if field.group == self.topic)

    @property
    def following(self) -> str | None:
        """The topic after this one; None after the last."""
        rest = self.topics[self.topics.index(self.topic) + 1 :]
        return rest[0] if rest else None

    @property
    def previous(self) -> str | None:
        """The topic before this one."""
        before = self.topics[: self.topics.index(self.topic)]
        return before[-1] if before else None

    def positions(self, house: Organisation, signing: list[int]) -> list[Position]:
        """Who can be chosen to sign: posts held now, those that may sign first, and whoever is named already."""
        may_sign = partners.signing_positions(house, partners.today())
        return sorted(
            (p for p in house.positions if p.id in signing or plan.holds_now(p)),
            key=lambda p: (p not in may_sign, p.id),
        )

    def typed(self, actor: Actor) -> dict[str, Any]:
        """What this person typed so far, on top of what the newest version or the template has."""
        saved = operations.saved_form(actor, place=self.place)
        return self.known() | (saved.typed if saved else {})

    def known(self) -> dict[str, Any]:
        """The form before anybody typed into it."""
        plan_ = operations.plan_of(self.agreement) if self.agreement else _first_plan(self)
        form = plan_.form()
        return {**form, "answers": self.manifest.starting_values() | form["answers"]}

    def plan(self, typed: Mapping[str, Any]) -> Plan:
        """The typing as a plan."""
        return Plan(
            own=self._side(self.own, typed, "own"),
            partner=self._side(self.partner, typed, "partner"),
            titles=typed.get("titles", {}),
            purpose=typed.get("purpose", ""),
            day=plan.day_of(typed.get("day")),
            place=typed.get("place", {}),
            answers={f.key: typed["answers"][f.key] for f in self.manifest.fields if f.key in typed.get("answers", {})},
        )

    def values(self, typed: Mapping[str, Any], *, demonstration: bool) -> dict[str, Any]:
        """The document's values as the typing has them."""
        ref = self.reference or f"{self.manifest.code} …"
        return self.plan(typed).values(self.manifest, ref=ref, demonstration=demonstration)

    def in_its_languages(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The texts in the languages of the document."""
        return {tag: text for tag, text in texts.items() if tag in self.manifest.languages}

    def in_edition(self, type_: str) -> Desk:
        """The same new text in another edition of its template; raises `Missing` when it is none."""
        if self.agreement is not None or manifest(type_).edition_of != self.manifest.type:
            raise Missing(type_)
        return replace(self, manifest=manifest(type_), topic=PEOPLE)

    def editions(self) -> list[Desk]:
        """The same new text in fewer languages."""
        every = library.offered().values() if self.agreement is None else ()
        return [self.in_edition(each.type) for each in every if each.edition_of == self.manifest.type]

    def _side(self, house: Organisation, typed: Mapping[str, Any], name: str) -> Side:
        known = {p.id: p for p in house.positions}
        chosen = [known[n] for n in typed.get(f"{name}_signatories", []) if n in known]
        shown = self._as_shown()
        people = tuple((p, shown.get(p.id) or p.as_shown()) for p in chosen)
        return Side(house, people, Contact(**{k: str(v) for k, v in typed.get(f"{name}_contact", {}).items()}))

    def _as_shown(self) -> dict[int, Mapping[str, Any]]:
        """Names that were corrected for this agreement count before the register's."""
        parties = self.agreement.parties if self.agreement else []
        return {s.position_id: s.as_shown for party in parties for s in party.signatories}


def may_use(actor: Actor, desk: Desk) -> list[str]:
    """Sit down at a desk: a new one for legal staff, an agreement's while its text is being drafted."""
    return rules.may_write(actor, desk.agreement) if desk.agreement else rules.may_start(actor)


def find(key: str, topic: str = PEOPLE) -> Desk:
    """The desk of a new text ("university-university~AB23CD45") or of an agreement's; raises `Missing`.

    An agreement whose template is no longer offered has no desk: its text goes on in Word.
    """
    type_, tilde, partner = key.partition("~")
    if tilde:
        return _at(Desk(manifest(type_), partners.partner(partner), topic))
    agreement = agreements.get(key)
    template = library.of(agreement)
    if template is None:
        raise Missing(agreement.template)
    return _at(Desk(template, agreement.partner_parties[0].organisation, topic, agreement))


def manifest(type_: str) -> Manifest:
    """The template of a kind of document that is offered; raises `Missing`."""
    found = library.offered().get(type_)
    if found is None:
        raise Missing(type_)
    return found


def _at(desk: Desk) -> Desk:
    if desk.topic not in desk.topics:
        raise Missing(desk.topic)
    return desk


def _first_plan(desk: Desk) -> Plan:
    """A beginning: the usual title, and those who alone may sign."""
    return Plan(
        own=_only_signatory(desk.own), partner=_only_signatory(desk.partner),
        titles=desk.in_its_languages(desk.manifest.example().get("title", {})), answers=_native_name(desk),
    )  # fmt: skip


def _native_name(desk: Desk) -> dict[str, str]:
    """A partner whose own language the document does not speak is also named in it, where the template asks."""
    key = "partner_native_name"
    names = [text for tag, text in desk.partner.called().items() if tag not in desk.manifest.languages]
    return {key: names[0]} if names and any(field.key == key for field in desk.manifest.fields) else {}


def _only_signatory(house: Organisation) -> Side:
    signing = partners.signing_positions(house, partners.today())
    return Side(house, ((signing[0], signing[0].as_shown()),) if len(signing) == 1 else ())
