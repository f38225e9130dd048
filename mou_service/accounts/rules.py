"""What must hold of an account whoever changes it, with the words for "no"."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from mou_service.core.errors import Invalid, Refused

from . import passwords
from .models import User
from .roles import Role


def check_password(password: str, *, about: Iterable[str], field: str = "password") -> None:
    """Raise `Invalid` with the reason when the password will not do."""
    if weak := passwords.weaknesses(password, about=about):
        raise Invalid({field: weakness_in_words(weak[0].code)})


def weakness_in_words(code: str) -> str:
    """Why a password is refused, and what would do."""
    words: dict[str, str] = {
        "short": _("Too short: take at least %(count)s characters. Four unrelated words are good and easy to remember.",
                   count=passwords.SHORTEST),
        "long": _("Too long: take at most %(count)s characters.", count=passwords.LONGEST),
        "common": _("This is among the first that a stranger would try. Take four unrelated words, for example."),
        "personal": _("Leave your name and your e-mail address out of it."),
    }  # fmt: skip
    return words[code]


def check_roles(roles: frozenset[str], *, organisation_id: int | None) -> None:
    """Raise `Invalid` when these roles cannot go together."""
    if not roles:
        raise Invalid({"roles": _("Choose at least one role.")})
    if Role.PARTNER in roles and len(roles) > 1:
        raise Invalid({"roles": _("A partner contact cannot hold a role in our own institution.")})
    if Role.PARTNER in roles and organisation_id is None:
        raise Invalid({"organisation": _("Choose the institution this person is the contact of.")})


def refusals_to_lose(user: User, others: list[int]) -> list[str]:
    """Why this person cannot stop being an administrator; `others` are those who could still administer."""
    if Role.ADMINISTRATOR not in user.roles or others:
        return []
    return [
        _("%(name)s is the last administrator who can sign in. Make somebody else one first.", name=user.name),
    ]


def check_administrator_remains(user: User, others: list[int]) -> None:
    """Raise `Refused` when nobody could administer this service without this person."""
    if reasons := refusals_to_lose(user, others):
        raise Refused(*reasons)
