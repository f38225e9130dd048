"""Who hears: the people behind an event, in the words and the language they are written to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from mou_service import engines
from mou_service.accounts import operations as accounts
from mou_service.accounts import queries as users
from mou_service.accounts.models import User
from mou_service.accounts.roles import Role
from mou_service.agreements import queries as agreements
from mou_service.agreements.models import Agreement
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.events import Event
from mou_service.library import queries as templates
from mou_service.library import rules as library
from mou_service.partners.models import Person
from mou_service.signing import links
from mou_service.signing import queries as signing
from mou_service.signing.models import Delegation, Package, SigningLink, Slot
from mou_service.web.filters import in_language
from mou_service.web.languages import LANGUAGES


@dataclass(frozen=True)
class Secret:
    """What only this recipient may know: a one-time code, or the secret part of a personal link."""

    #: The endpoint and the name of its value; empty for a code.
    endpoint: str
    value: str
    text: str


@dataclass(frozen=True)
class Recipient:
    """One person a message goes to."""

    email: str
    name: str
    language: str
    #: Makes the personal link or code; called only when the message is really written.
    secret: Callable[[], Secret] | None = None
    #: The page a message without a secret leads to.
    endpoint: str = ""
    #: What its address holds, where it is no agreement's.
    values: Mapping[str, object] = field(default_factory=dict)
    #: "signatory" or "witness", for somebody who is asked to sign.
    kind: str = ""


#: (agreement, address) → the secret of a download link; the application says who makes them.
DOWNLOADS: list[Callable[[Agreement, str], str]] = []


def agreement_of(event: Event) -> Agreement:
    """The agreement whose chain the event stands in."""
    return agreements.get(event.stream.removeprefix("agreement/"))


# Accounts


def invited(event: Event) -> Iterator[Recipient]:
    """Who was invited, unless they joined meanwhile."""
    user = db.session.get(User, event.facts["user"])
    if user and user.active and not user.password_hash:
        valid = timedelta(days=engines.current().settings.invitation_days)
        yield _by_link(user, accounts.INVITATION, "accounts.join", valid)


def forgetful(event: Event) -> Iterator[Recipient]:
    """Who asked for a new password."""
    user = db.session.get(User, event.facts["user"])
    if user and user.active:
        valid = timedelta(minutes=engines.current().settings.reset_minutes)
        yield _by_link(user, accounts.RESET, "accounts.reset", valid)


def _by_link(user: User, kind: str, endpoint: str, valid: timedelta) -> Recipient:
    def secret() -> Secret:
        return Secret(endpoint, "token", accounts.new_link(user, kind, valid=valid))

    return Recipient(user.email, user.name, spoken(user.language), secret=secret)


# Our own people


def administrators(event: Event) -> Iterator[Recipient]:
    """Who keeps the service running."""
    yield from _others(event, users.holders([Role.ADMINISTRATOR]), endpoint="keyring.show")


def other_keepers(event: Event) -> Iterator[Recipient]:
    """Who can be the second person for a text of a template."""
    yield from _about_template(event, users.holders(library.KEEPERS))


def proposer(event: Event) -> Iterator[Recipient]:
    """Who proposed the text that was decided on."""
    version = templates.version(event.facts["type"], event.facts["number"])
    yield from _about_template(event, [version.proposed_by] if version.proposed_by else [])


def _about_template(event: Event, people: Iterable[User]) -> Iterator[Recipient]:
    values = {"type_": event.facts["type"], "number": event.facts["number"]}
    for each in _others(event, people, endpoint="library.version"):
        yield replace(each, values=values)


def other_keepers_of_clauses(event: Event) -> Iterator[Recipient]:
    """Who can be the second person for a text of a clause."""
    yield from _about_clause(event, users.holders(library.KEEPERS))


def proposer_of_clause(event: Event) -> Iterator[Recipient]:
    """Who proposed the text of a clause that was decided on."""
    user = db.session.get(User, event.facts["proposed_by"])
    yield from _about_clause(event, [user] if user else [])


def _about_clause(event: Event, people: Iterable[User]) -> Iterator[Recipient]:
    of, name = event.facts["address"].split("/")
    for each in _others(event, people, endpoint="library.text"):
        yield replace(each, values={"of": of, "name": name, "number": event.facts["number"]})


def owner(event: Event) -> Iterator[Recipient]:
    """Whose agreement it is."""
    yield from _others(event, [agreement_of(event).owner])


def owner_and_organisers(event: Event) -> Iterator[Recipient]:
    """Whose agreement it is, and who arranges signings."""
    yield from _others(event, [agreement_of(event).owner, *users.holders([Role.ORGANISER])])


def owner_and_archivists(event: Event) -> Iterator[Recipient]:
    """Whose agreement it is, and who keeps the archive."""
    yield from _others(event, [agreement_of(event).owner, *users.holders([Role.ARCHIVIST])])


def asked_to_review(event: Event) -> Iterator[Recipient]:
    """Whose opinion the policy asks for and who has not given it."""
    yield from _others(event, _asked(agreement_of(event), "review"), endpoint="review.show")


def asked_to_approve(event: Event) -> Iterator[Recipient]:
    """Whose approval the policy asks for and who has not given it."""
    yield from _others(event, _asked(agreement_of(event), "approval"), endpoint="review.approval")


def leaders_to_confirm(event: Event) -> Iterator[Recipient]:
    """Who can be the second person of an override."""
    yield from _others(event, users.holders([Role.LEADER]), endpoint="signing.override")


def reviewers(event: Event) -> Iterator[Recipient]:
    """Who gave an opinion on this text."""
    steps = [s for s in agreement_of(event).review_steps if s.counts and s.phase == "review"]
    yield from _others(event, [s.decided_by for s in steps if s.decided_by], endpoint="review.show")


def confirmed_translation(event: Event) -> Iterator[Recipient]:
    """Whoever confirmed a translation that counts no more, and whose agreement it is."""
    agreement = agreement_of(event)
    fallen = [c for c in agreement.translation_confirmations if c.id == event.facts["confirmation"]]
    yield from _others(event, [agreement.owner, *(c.confirmed_by for c in fallen)], endpoint="drafting.languages")


def everybody_asked(event: Event) -> Iterator[Recipient]:
    """Everybody who decided about the agreement or was still asked to, and its owner."""
    agreement = agreement_of(event)
    decided = [s.decided_by for s in agreement.review_steps if s.decided_by]
    open_ = [*_asked(agreement, "review"), *_asked(agreement, "approval")]
    yield from _others(event, [agreement.owner, *decided, *open_])


def _asked(agreement: Agreement, phase: str) -> list[User]:
    steps = [s for s in agreement.review_steps if s.counts and s.phase == phase and s.decision is None]
    return [u for u in users.holders({s.role for s in steps}) if u.id != agreement.owner_id] if steps else []


def _others(event: Event, people: Iterable[User], *, endpoint: str = "agreements.show") -> Iterator[Recipient]:
    """Each active person once, without the one who did it and knows."""
    for user in {u.id: u for u in people if u.active and u.id != event.actor_id}.values():
        yield Recipient(user.email, user.name, spoken(user.language), endpoint=endpoint)


# People with personal links


def whose_turn(event: Event) -> Iterator[Recipient]:
    """The signatory or witness who can sign now, when there is an address to write to.

    Who is expected at the table is written to only when somebody asks for it.
    """
    slot = db.session.get(Slot, event.facts["slot"])
    if slot is None or slot.state != "waiting" or slot.package.voided_at is not None:
        return
    if slot.package.open_until is not None and slot.package.open_until <= now():
        return
    if event.name == "slot.turn" and not signing.invites(slot.package):
        return
    if email := event.facts.get("email") or links.reach(slot):
        yield _signer(slot, email)


def _signer(slot: Slot, email: str) -> Recipient:
    lasts = timedelta(days=engines.current().settings.signing_link_days)
    language = written_to(slot)

    def secret() -> Secret:
        return Secret("signing.link", "secret", links.create(slot, email=email, lasts=lasts))

    name = in_language(slot.as_shown.get("name"), language)
    return Recipient(email, name, language, secret=secret, kind=slot.kind)


def who_proves(event: Event) -> Iterator[Recipient]:
    """Who holds a personal link and asked for the code that proves it."""
    link = db.session.get(SigningLink, event.facts["link"])
    if link and link.revoked_at is None:
        language = written_to(link.slot)

        def secret() -> Secret:
            return Secret("", "", links.new_code(link))

        yield Recipient(link.email, in_language(link.slot.as_shown.get("name"), language), language, secret=secret)


def had_signed(event: Event) -> Iterator[Recipient]:
    """Whose signature on a voided file counts for nothing, as far as an address is known."""
    package = db.session.get(Package, event.facts["package"])
    yield from _once((slot, links.address_of(slot)) for slot in (package.slots if package else ()) if slot.signed_at)


def was_asked(event: Event) -> Iterator[Recipient]:
    """Who was sent a link to a package that was voided, and had not signed."""
    package = db.session.get(Package, event.facts["package"])
    unsigned = [slot for slot in (package.slots if package else ()) if not slot.signed_at]
    yield from _once((slot, link.email) for slot in unsigned for link in slot.links)


def replaced(event: Event) -> Iterator[Recipient]:
    """Who was sent a link to a place that somebody else has now; who was never written to hears nothing."""
    slot = db.session.get(Slot, event.facts["slot"])
    if slot is not None:
        yield from _once((slot, link.email) for link in slot.links)


def who_delegates(event: Event) -> Iterator[Recipient]:
    """Who gave a power of attorney, where they are written to."""
    given = db.session.get(Delegation, event.facts["delegation"])
    if given is None:
        return
    person, language = given.position.person, spoken(given.position.person.language)
    asked = [s for p in given.agreement.packages for s in p.slots if s.position_id == given.position_id]
    addresses = [link.email for slot in asked for link in slot.links] or [person.email]
    for email in {each.casefold(): each for each in addresses if each}.values():
        yield Recipient(email, in_language(person.called(), language), language)


def _once(pairs: Iterable[tuple[Slot, str]]) -> Iterator[Recipient]:
    for slot, email in {email.casefold(): (slot, email) for slot, email in pairs if email}.values():
        language = written_to(slot)
        yield Recipient(email, in_language(slot.as_shown.get("name"), language), language, kind=slot.kind)


# Partners


def partner_accounts(event: Event) -> Iterator[Recipient]:
    """Contacts of the partner who sign in."""
    for party in agreement_of(event).partner_parties:
        yield from _others(event, users.contacts_of(party.organisation_id))


def partners_without_account(event: Event) -> Iterator[Recipient]:
    """The partner's contact named in the text and its signatories, as far as they have no account."""
    agreement = agreement_of(event)
    named: dict[str, tuple[str, str]] = {}
    for party in agreement.partner_parties:
        for each in party.signatories:
            person = each.position.person
            language = spoken(person.language)
            named.setdefault(person.email.casefold(), (in_language(each.as_shown.get("name"), language), language))
    values = agreement.version.values if agreement.version else {}
    contact = (values.get("partner") or {}).get("contact") or {}
    named.setdefault(str(contact.get("email") or "").casefold(), (str(contact.get("name") or ""), "en"))
    for email, (name, language) in named.items():
        if email and DOWNLOADS and users.by_email(email) is None:
            yield Recipient(email, name, language, secret=_download(agreement, email))


def _download(agreement: Agreement, email: str) -> Callable[[], Secret]:
    return lambda: Secret("archive.guest_page", "secret", DOWNLOADS[0](agreement, email))


def written_to(slot: Slot) -> str:
    """The language a person who signs is written to in."""
    person: Person | None = slot.position.person if slot.position else None
    return spoken(person.language if person else "en")


def spoken(language: str) -> str:
    """The language of the interface nearest to a person's own."""
    base = language.split("-", maxsplit=1)[0]
    return base if base in LANGUAGES else "en"
