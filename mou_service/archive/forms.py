"""What is typed at the archive's counter and at /verify."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, FileField, StringField
from wtforms.validators import Email, InputRequired, Length

from mou_service.web.forms import Form


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
