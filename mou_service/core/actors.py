"""Who acts: passed to every operation, written into every event, never looked up inside."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Actor:
    """A signed-in user, a guest with a personal link, the service itself, or a stranger."""

    kind: Literal["user", "guest", "service", "stranger"]
    label: str
    user_id: int | None = None
    roles: frozenset[str] = frozenset()
    #: The institution a partner contact belongs to; None for our own people.
    organisation_id: int | None = None

    def has(self, *roles: str) -> bool:
        """Whether the actor holds one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_signed_in(self) -> bool:
        return self.kind == "user"


SERVICE = Actor(kind="service", label="service")
STRANGER = Actor(kind="stranger", label="")


def guest(label: str) -> Actor:
    """Somebody who holds a personal link."""
    return Actor(kind="guest", label=label)
