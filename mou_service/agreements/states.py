"""The words for where an agreement stands."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class State(StrEnum):
    """One of these at a time; what leads from one to the next is in lifecycle.py."""

    DRAFTING = "drafting"
    IN_REVIEW = "in_review"
    TEXT_AGREED = "text_agreed"
    IN_APPROVAL = "in_approval"
    APPROVED = "approved"
    SIGNING = "signing"
    EXECUTED = "executed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


LABELS = {
    State.DRAFTING: _l("Drafting"),
    State.IN_REVIEW: _l("In review"),
    State.TEXT_AGREED: _l("Text agreed"),
    State.IN_APPROVAL: _l("In approval"),
    State.APPROVED: _l("Approved"),
    State.SIGNING: _l("Signing"),
    State.EXECUTED: _l("Executed"),
    State.ARCHIVED: _l("Archived"),
    State.WITHDRAWN: _l("Withdrawn"),
}

#: Grey, waiting, done, stopped: always drawn with the word and a shape.
TONES = {
    State.DRAFTING: "quiet",
    State.IN_REVIEW: "waiting",
    State.TEXT_AGREED: "waiting",
    State.IN_APPROVAL: "waiting",
    State.APPROVED: "done",
    State.SIGNING: "waiting",
    State.EXECUTED: "done",
    State.ARCHIVED: "done",
    State.WITHDRAWN: "stopped",
}

#: The line across the top of an agreement's page, in its order.
LINE = tuple(state for state in State if state is not State.WITHDRAWN)
FINAL = frozenset({State.ARCHIVED, State.WITHDRAWN})
