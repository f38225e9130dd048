"""Everything that can go wrong on purpose.

`web/errors.py` makes pages of these and the worker decides by them; nobody else translates them.
Messages are lazy translations or plain English sentences; decisions are made by type, never by text.
"""

from collections.abc import Mapping


class MouError(Exception):
    """Base of the errors a caller is expected to handle."""


class Refused(MouError):
    """The actor may not do this, or not now; `reasons` says why, in words for a page."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


class SignInNeeded(Refused):
    """Somebody unknown asked for a page that needs a person."""


class Invalid(MouError):
    """What was typed cannot be used; `fields` has one message for each field ("" is the form as a whole)."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" if name else str(text) for name, text in fields.items()))
        self.fields = dict(fields)


class Missing(MouError):
    """There is no such thing, or these eyes may not know that there is."""


class Stale(MouError):
    """Someone was quicker: what the actor looked at is no longer what is there."""


class EngineFailed(MouError):
    """An engine outside gave up; `permanent` says that trying again is useless."""

    def __init__(self, engine: str, message: str, *, permanent: bool = False) -> None:
        super().__init__(f"{engine}: {message}")
        self.engine = engine
        self.permanent = permanent
