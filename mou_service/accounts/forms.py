"""What people type about accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
    widgets,
)
from wtforms.validators import DataRequired, Email, EqualTo, Length

from mou_service.web.filters import in_language
from mou_service.web.forms import Form, choices
from mou_service.web.languages import LANGUAGES

from . import organisations, passwords
from .models import User
from .roles import LABELS, Role

_new_password_help = _l("At least 12 characters. Four unrelated words are good and easy to remember.")
_wrong_email = _l("This is not an e-mail address. It looks like this: name@institution.example.")


def typed(field: Field) -> str:
    """The text of a field; empty when nothing came."""
    return str(field.data or "")


def email_field() -> EmailField:
    """An address mail can be sent to."""
    return EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Give the e-mail address.")), Length(max=254), Email(message=_wrong_email)],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )


def name_field() -> StringField:
    """How somebody is called here."""
    return StringField(
        _l("Name"),
        description=_l("As the person writes it, in any script."),
        validators=[DataRequired(_l("Give the name.")), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )


def new_password_field(label: str = _l("Password")) -> PasswordField:
    """A password that is being chosen."""
    return PasswordField(
        label,
        description=_new_password_help,
        validators=[DataRequired(_l("Choose a password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )


def repeated_password_field(of: str) -> PasswordField:
    """The same password once more."""
    return PasswordField(
        _l("The same password again"),
        validators=[
            DataRequired(_l("Type the password again.")),
            EqualTo(of, _l("The two passwords are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def language_field() -> SelectField:
    """The language the service speaks with somebody."""
    return SelectField(
        _l("Language"), description=_l("Of the pages and of the mails."), choices=list(LANGUAGES.items()), default="en"
    )


class SignInForm(Form):
    """The way in. The address is not checked: whatever is wrong, the answer is the same."""

    email = EmailField(
        _l("E-mail"),
        validators=[DataRequired(_l("Give your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[DataRequired(_l("Give your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ConfirmPasswordForm(Form):
    """The password once more, before an act that binds."""

    password = PasswordField(
        _l("Your password"),
        validators=[DataRequired(_l("Give your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )
    next = HiddenField()


class GoOnForm(Form):
    """The same on the way of a form that was sent too late; it stands beside that form's own fields."""

    class Meta(Form.Meta):
        csrf = False  # the whole request is checked

    password = PasswordField(
        _l("Your password"),
        validators=[DataRequired(_l("Give your password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password", "autofocus": True},
    )


class ChangePasswordForm(Form):
    """A new password for somebody who knows the old one."""

    old = PasswordField(
        _l("Current password"),
        validators=[DataRequired(_l("Give your current password.")), Length(max=passwords.LONGEST)],
        render_kw={"autocomplete": "current-password"},
    )
    new = new_password_field(_l("New password"))
    again = repeated_password_field("new")


class ForgottenForm(Form):
    """Where to send a link to choose a new password."""

    email = email_field()


class ChoosePasswordForm(Form):
    """A password chosen through a one-time link."""

    password = new_password_field()
    again = repeated_password_field("password")


class ProfileForm(Form):
    """What everybody may correct of themselves."""

    name = name_field()
    language = language_field()


class AccountForm(Form):
    """An account as an administrator sees it: for an invitation, and to correct it."""

    name = name_field()
    email = email_field()
    language = language_field()
    kind = RadioField(
        _l("Who is this?"),
        choices=[
            ("staff", _l("A member of our own institution")),
            ("partner", _l("A contact of a partner institution")),
        ],
        default="staff",
    )
    roles = SelectMultipleField(
        _l("Roles"),
        choices=[(role.value, label) for role, label in LABELS.items() if role is not Role.PARTNER],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    organisation = SelectField(_l("Institution"), coerce=int, default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = sorted((in_language(names), number) for number, names in organisations.listed())
        self.organisation.choices = choices([(0, _("Choose …")), *((number, name) for name, number in listed)])

    def validate_roles(self, field: SelectMultipleField) -> None:
        if self.kind.data == "staff" and not field.data:
            raise ValidationError(_("Choose at least one role."))

    def validate_organisation(self, field: SelectField) -> None:
        if self.kind.data == "partner" and not field.data:
            raise ValidationError(_("Choose the institution this person is the contact of."))

    def fill(self, user: User) -> None:
        """Show what the account says now."""
        self.name.data, self.email.data, self.language.data = user.name, user.email, user.language
        self.kind.data = "partner" if Role.PARTNER in user.roles else "staff"
        self.roles.data, self.organisation.data = sorted(user.roles), user.organisation_id or 0

    def granted(self) -> dict[str, Any]:
        """What the form says, as an operation takes it."""
        partner = self.kind.data == "partner"
        return {
            "name": self.name.data,
            "email": self.email.data,
            "language": self.language.data,
            "roles": [Role.PARTNER.value] if partner else self.roles.data,
            "organisation_id": (self.organisation.data or None) if partner else None,
        }
