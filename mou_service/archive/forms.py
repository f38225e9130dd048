"""What is typed at the archive's counter and at /verify."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, FileField, StringField
from wtforms.validators import Email, InputRequired, Length

from mou_service.web.forms import Form, ReasonForm


class CodeForm(Form):
    """A verification code as it is printed."""

    code = StringField(
        _l("Verification code"),
        description=_l("Twelve letters and digits, printed on every page beside the QR code."),
        validators=[InputRequired(message=_l("Please type the code.")), Length(max=40)],
    )


class UploadForm(Form):
    """A PDF to verify; it is never stored."""

    file = FileField(_l("Signed PDF"), description=_l("The file is examined and forgotten; nothing of it is stored."))


class LinkForm(Form):
    """Whom a link to the signed document is for."""

    email = EmailField(
        _l("E-mail of the person"),
        validators=[
            InputRequired(message=_l("Please give an e-mail address.")),
            Email(message=_l("This does not look like an e-mail address.")),
            Length(max=254),
        ],
    )


class CorrectWitnessForm(ReasonForm):
    """How a witness's name and title should have been spelt."""

    name_en = StringField(_l("Name in Latin letters"), validators=[Length(max=200)])
    name_zh = StringField(_l("Name in Chinese"), validators=[Length(max=200)])
    title_en = StringField(_l("Title in English"), validators=[Length(max=200)])
    title_zh = StringField(_l("Title in Chinese"), validators=[Length(max=200)])

    def fill(self, as_shown: Mapping[str, Mapping[str, str]]) -> None:
        """Show how it is spelt now."""
        for key, language, field in self._fields_of():
            field.data = as_shown.get(key, {}).get(language, "")

    def changed(self, as_shown: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        """Name and title as typed; other languages stay as they were."""
        made = {key: dict(as_shown.get(key, {})) for key in ("name", "title")}
        for key, language, field in self._fields_of():
            made[key][language] = field.data or ""
        return made

    def _fields_of(self) -> list[tuple[str, str, StringField]]:
        return [
            ("name", "en", self.name_en), ("name", "zh", self.name_zh),
            ("title", "en", self.title_en), ("title", "zh", self.title_zh),
        ]  # fmt: skip
