"""Personal links for people without an account: made, opened, proved by a one-time code, revoked."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from mou_service.core import events
from mou_service.core.actors import Actor, guest
from mou_service.core.clock import now
from mou_service.core.db import db
from mou_service.core.errors import Invalid, Missing, Refused
from mou_service.core.ids import token, token_hash
from mou_service.web.filters import day

from . import wording
from .models import Package, SigningLink, Slot

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
#: A new code at most this often.
CODE_PAUSE = timedelta(seconds=30)
#: So many codes one link may ask for, that five guesses at each stay guesses.
MOST_CODES = 20
#: A new link in the place of one that ended, at most this often.
RENEWAL_PAUSE = timedelta(minutes=10)


def invite(slot: Slot, *, actor: Actor, email: str) -> None:
    """Ask for a personal link to be mailed; the notice makes it, so that its secret stands nowhere else."""
    if not can_invite(slot):
        raise Refused(_("Nobody is expected to sign here any longer."))
    events.record(
        "slot.invite", actor=actor, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field,
        kind=slot.kind, person=_name(slot), email=email,
    )  # fmt: skip


def can_invite(slot: Slot) -> bool:
    """Whether a personal link would be of use."""
    package = slot.package
    waiting = slot.kind != "seal" and slot.state == "waiting"
    counts = package.voided_at is None and package.state in ("preparing", "open")
    return waiting and counts and not package.is_over


def create(slot: Slot, *, email: str, lasts: timedelta = timedelta(days=30)) -> str:
    """A new secret for the slot's link; only its hash is kept.

    Links that went to the same address go on working: whoever kept the first letter can use it. Those that went to
    another address end.
    """
    for earlier in slot.links:
        if earlier.email.casefold() != email.casefold():
            revoke(earlier)
    secret = token()
    link = SigningLink(slot=slot, email=email, token_hash=token_hash(secret), expires_at=now() + lasts)
    db.session.add(link)
    db.session.flush()
    return secret


def revoke(link: SigningLink) -> None:
    """End a link; a link that ended stays ended."""
    if link.revoked_at is None:
        link.revoked_at = now()
        link.code_hash = None


def withdraw(link: SigningLink, *, actor: Actor) -> None:
    """Revoke what was sent to a link's address by a person's decision, which the trail remembers; again changes nothing."""
    if link.revoked_at is not None:
        return
    slot = link.slot
    for each in slot.links:
        if each.email.casefold() == link.email.casefold():
            revoke(each)
    events.record(
        "slot.withdraw_link", actor=actor, stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, person=_name(slot), email=link.email,
    )  # fmt: skip


def sent(slot: Slot) -> SigningLink | None:
    """The link to speak of on the organiser's page: one that was opened rather than one that was not, else the newest."""
    working = [link for link in slot.links if not ended(link)]
    opened_ones = [link for link in working if link.opened_at]
    return next(iter([*opened_ones, *reversed(working), *reversed(slot.links)]), None)


def lasts_until(link: SigningLink) -> datetime:
    """The last moment at which the link is of use: its own end, or that of the time for signing."""
    over = link.slot.package.open_until
    return min(link.expires_at, over - timedelta(seconds=1)) if over else link.expires_at


def address_of(slot: Slot) -> str:
    """Where the person can be reached when no link works any more: where the newest went, else the register's address."""
    register = slot.position.person.email if slot.position else ""
    return slot.links[-1].email if slot.links else register


def address(slot: Slot) -> str:
    """Where the person is written to: where a working link went already, else the address of the register."""
    working = [link for link in slot.links if not ended(link)]
    return working[-1].email if working else slot.position.person.email if slot.position else ""


def reach(slot: Slot) -> str:
    """Where the service writes by itself: never to an address whose link a person took back; empty for nowhere."""
    going = [link for link in slot.links if link.revoked_at is None]
    if going:
        return next((link.email for link in reversed(going) if not ended(link)), going[-1].email)
    register = slot.position.person.email if slot.position else ""
    taken_back = {link.email.casefold() for link in slot.links}
    return "" if register.casefold() in taken_back else register


def found(secret: str) -> SigningLink:
    """The link of a secret, also one that ended: its page says so. Raises `Missing` for an unknown one."""
    link = db.session.scalar(sa.select(SigningLink).where(SigningLink.token_hash == token_hash(secret)))
    if link is None:
        raise Missing("link")
    return link


def ended(link: SigningLink) -> list[str]:
    """Why the link leads nowhere any more, in words; empty while it can be used."""
    if link.slot.package.voided_at is not None:
        return _package_ended(link)
    if link.revoked_at is not None:
        return [
            _(
                "This link was withdrawn, or replaced by one to another address. Please use the newest mail, or ask for a "
                "new link."
            )
        ]
    if link.expires_at <= now() and link.slot.package.is_over:
        return [time_is_over(link.slot.package)]
    if link.expires_at <= now():
        return [
            _(
                "This link worked until %(day)s. A new one is sent to the same address with one click.",
                day=day(link.expires_at),
            )
        ]
    return []


def _package_ended(link: SigningLink) -> list[str]:
    package = link.slot.package
    if package.ending != "replaced":
        return [no_longer_counts(package)]
    if place_now(link) is not None:
        return [no_longer_counts(package), _("You are asked to sign the new one; a new link leads there.")]
    newest = package.agreement.package
    if newest is None:
        return [no_longer_counts(package.agreement.packages[-1])]
    if (place := _same_place(link.slot, newest)) is None:
        return [_("Somebody else takes your place in this signing. You need not do anything more.")]
    if place.state == "waiting" and newest.is_over:
        return [time_is_over(newest)]
    if place.state == "signed":
        return [no_longer_counts(package), _("You signed the new one already. You need not do anything more.")]
    return [no_longer_counts(package), _("You need not do anything more.")]


def time_is_over(package: Package) -> str:
    """That the time for signing is past, since when, and who can change it."""
    assert package.open_until is not None, "only what has an end is over"
    last, owner = package.open_until - timedelta(seconds=1), package.agreement.owner.name
    return str(
        _(
            "The time for signing ended on %(day)s. %(owner)s can extend it, or end this signing.",
            day=day(last),
            owner=owner,
        )
    )


def headline(link: SigningLink) -> str:
    """What became of the link, in a few words."""
    package = link.slot.package
    if package.voided_at is None:
        return str(_("This link was withdrawn") if link.revoked_at else _("This link has expired"))
    newest = package.agreement.package
    if package.ending != "replaced" or newest is None:
        return str(_("This signing was voided"))
    place = _same_place(link.slot, newest)
    waits = place is not None and place.state == "waiting"
    return str(_("There is a new file to sign") if waits else _("You need not sign any more"))


def no_longer_counts(package: Package) -> str:
    """Why nobody signs in this package any more."""
    if package.ending == "replaced":
        return str(_("This file was made anew before anybody had signed it, because somebody in it changed."))
    return str(
        _(
            "This signing was voided. A signature that was given has no effect. If there is a new one, you will receive a "
            "new invitation."
        )
    )


def place_now(link: SigningLink) -> Slot | None:
    """Where the holder of an ended link is expected now, so that a new link to the same address would be of use.

    None when somebody took the link back on purpose, or nobody waits for this person any more.
    """
    slot = link.slot
    if slot.package.voided_at is not None:
        package = slot.package.agreement.package
        found = _same_place(slot, package) if package else None
        return found if found is not None and can_invite(found) else None
    return slot if link.revoked_at is None and can_invite(slot) else None


def _same_place(slot: Slot, package: Package) -> Slot | None:
    """Where the same person is to mark another file of the agreement."""
    same = (each for each in package.slots if (each.kind, each.position_id) == (slot.kind, slot.position_id))
    return next(same, None)


def renew(link: SigningLink) -> None:
    """Send its holder a new link to the address this one went to; who has the mailbox needs nobody's help for that."""
    slot = place_now(link)
    if slot is None:
        raise Refused(*(ended(link) or [_("This link still works.")]))
    if not ended(link):
        return
    recent = [each for each in slot.links if each.created_at + RENEWAL_PAUSE > now()]
    if recent:
        raise Refused(
            _("A new link was sent a short while ago. Please look into your mailbox, also among unwanted mail.")
        )
    events.record(
        "slot.invite", actor=holder(link), stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, kind=slot.kind, person=_name(slot), email=link.email,
    )  # fmt: skip


def opened(link: SigningLink) -> None:
    """Remember the first time somebody looked."""
    if link.opened_at is None:
        link.opened_at = now()
        slot = link.slot
        events.record(
            "slot.look", actor=holder(link), stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
            field=slot.field, person=_name(slot),
        )  # fmt: skip


def ask_code(link: SigningLink) -> None:
    """Ask for a one-time code by mail; asking again within seconds changes nothing."""
    if reasons := ended(link):
        raise Refused(*reasons)
    if link.code_expires_at is not None and link.code_expires_at - CODE_LASTS + CODE_PAUSE > now():
        return
    if _codes_asked(link) >= MOST_CODES:
        raise Refused(_("So many codes were asked for that this link gets no more. Ask the organiser for a new link."))
    # The mail gets a code of its own when it is written; until then no code opens the link.
    link.code_hash, link.code_tries, link.code_expires_at = None, 0, now() + CODE_LASTS
    slot = link.slot
    events.record(
        "slot.code", actor=holder(link), stream=slot.package.agreement.stream, package=slot.package_id, slot=slot.id,
        field=slot.field, person=_name(slot), link=link.id, email=link.email,
    )  # fmt: skip


def _codes_asked(link: SigningLink) -> int:
    asked = sa.select(sa.func.count()).select_from(events.Event).where(
        events.Event.stream == link.slot.package.agreement.stream, events.Event.name == "slot.code",
        events.Event.facts["link"].as_integer() == link.id,
    )  # fmt: skip
    return db.session.scalar(asked) or 0


def new_code(link: SigningLink) -> str:
    """Six digits for the mail; only their hash is kept. The code before it ends."""
    digits = f"{secrets.randbelow(1_000_000):06d}"
    link.code_hash, link.code_tries, link.code_expires_at = _code_hash(link, digits), 0, now() + CODE_LASTS
    return digits


def check_code(link: SigningLink, typed: str) -> bool:
    """Whether the digits are those of the mail. Every guess counts, so the caller commits also after a wrong one."""
    db.session.flush()
    db.session.refresh(link, with_for_update=True)  # guesses made at once are counted one after the other
    if link.code_hash is None or link.code_expires_at is None or link.code_expires_at <= now():
        return False
    if link.code_tries >= CODE_TRIES:
        return False
    link.code_tries += 1
    digits = "".join(str(int(c)) for c in typed if c.isdecimal())
    right = hmac.compare_digest(link.code_hash, _code_hash(link, digits))
    if right:
        link.code_hash = link.code_expires_at = None
    return right


def code_problem(link: SigningLink) -> Invalid:
    """The words for a code that did not fit."""
    if link.code_expires_at is None or link.code_expires_at <= now():
        text = _("The code is no longer valid. Ask for a new one.")
    elif link.code_tries >= CODE_TRIES:
        text = _("The code was typed wrongly five times and no longer works. Ask for a new one.")
    else:
        text = _(
            "This is not the code of the newest mail. You can try %(count)s more times.",
            count=CODE_TRIES - link.code_tries,
        )
    return Invalid({"code": text})


def holder(link: SigningLink) -> Actor:
    """Whoever holds the link, as the one who acts."""
    return guest(f"{_name(link.slot)} <{link.email}>")


def _name(slot: Slot) -> str:
    return wording.shown(slot.as_shown.get("name", {}), "en")


def _code_hash(link: SigningLink, digits: str) -> str:
    return token_hash(f"{link.token_hash}:{digits}")
