"""The roles people sign in with, and the words for them."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Role(StrEnum):
    """What a person may do; several for one person are usual."""

    ADMINISTRATOR = "administrator"
    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    LEADER = "leader"
    ORGANISER = "organiser"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    #: Of the house, and asked for nothing but the own signature: a president, a guest of honour.
    SIGNATORY = "signatory"
    PARTNER = "partner"


LABELS = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.DRAFTER: _l("Drafter (legal staff)"),
    Role.REVIEWER: _l("Reviewer"),
    Role.LEADER: _l("Leader (approver)"),
    Role.ORGANISER: _l("Ceremony organiser"),
    Role.ARCHIVIST: _l("Archivist"),
    Role.AUDITOR: _l("Auditor"),
    Role.SIGNATORY: _l("Signatory (only signs)"),
    Role.PARTNER: _l("Partner contact"),
}

#: Everybody who works with agreements in our own house.
STAFF = tuple(role for role in Role if role not in (Role.SIGNATORY, Role.PARTNER))

#: Words for what happened to an account, by the event's name.
EVENTS = {
    "account.found": _l("First administrator"),
    "account.demonstrate": _l("Made for the demonstration"),
    "account.invite": _l("Invited"),
    "account.join": _l("Joined"),
    "account.sign_in": _l("Signed in"),
    "account.confirm": _l("Confirmed by password"),
    "account.sign_out_device": _l("Signed out a device"),
    "account.sign_out_elsewhere": _l("Signed out all other devices"),
    "account.change_password": _l("Changed the password"),
    "account.ask_reset": _l("Asked for a new password"),
    "account.reset_password": _l("Chose a new password by link"),
    "account.change": _l("Account changed"),
    "account.change_profile": _l("Changed name or language"),
    "account.deactivate": _l("Deactivated"),
    "account.reactivate": _l("Reactivated"),
}
