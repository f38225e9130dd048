"""The first page of a new service: nothing else is shown until somebody has said whose service this is."""

from __future__ import annotations

import hmac
import json
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Regexp

from mou_service import engines
from mou_service.accounts import attempts, organisations, sessions
from mou_service.accounts.forms import (
    email_field,
    language_field,
    name_field,
    new_password_field,
    repeated_password_field,
    typed,
)
from mou_service.accounts.roles import Role
from mou_service.core.actors import SERVICE
from mou_service.core.clock import now
from mou_service.core.errors import Invalid, Missing
from mou_service.engines.secrets import kept_secret
from mou_service.settings import Settings
from mou_service.web import navigation
from mou_service.web.filters import language_name, listed, offset
from mou_service.web.forms import Form, choices
from mou_service.web.routing import anyone, form_page, page, role, said

from . import founding, institution, pictures, queries
from .authority_words import EVIDENCE_POLICIES
from .forms import KINDS, CountryField, LanguageField
from .founding import Administrator, InstitutionFacts
from .models import Institution

bp = Blueprint("set_up", __name__)
#: What can be reached before the service is set up.
_OPEN = frozenset({"static", "web.health", "web.language", "set_up.begin"})


def register(app: Flask) -> None:
    """Lead every page to the first one until the service is set up; say where the logo is and who our partners are."""
    app.before_request(_lead_to_set_up)
    app.context_processor(_logo)
    organisations.known_by(lambda: [(o.id, o.called()) for o in queries.listed(SERVICE, limit=5000) if not o.own])


def code(settings: Settings) -> str:
    """The one-time code the set-up page asks for: whoever can read it runs this machine."""
    digits = kept_secret(settings.keys / "setup-code", "").decode()[:16]
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def address(settings: Settings) -> str:
    """Where to set the service up; on this machine alone, the code is part of the address."""
    return f"{settings.public_url}/setup" + (f"?code={code(settings)}" if settings.is_loopback else "")


def _lead_to_set_up() -> ResponseReturnValue | None:
    if g.institution is None and request.endpoint not in _OPEN:
        return redirect(url_for("set_up.begin"))
    return None


def _logo() -> dict[str, Any]:
    known = g.get("institution")
    return {"logo_url": url_for("set_up.logo", key=known.logo) if known and known.logo else None}


#: Where the list of zones begins a country with an outlying part of it.
_SEATS = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip


@cache
def usual_zones() -> dict[str, str]:
    """{country: the time zone most of it keeps}, for the form to propose."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    known = set(time_zones())
    return {country: zone for country, _place, zone, *_rest in reversed(rows) if zone in known} | _SEATS


@cache
def time_zones() -> list[str]:
    """Names of time zones that have a place: "Asia/Shanghai", "Europe/Sofia"."""
    places = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    return sorted(name for name in available_timezones() if name.split("/", 1)[0] in places and "/" in name)


def _zone_choices() -> list[Any]:
    moments = [(name, now().astimezone(ZoneInfo(name))) for name in time_zones()]
    return choices((name, f"{name.replace('_', ' ')} ({offset(moment)})") for name, moment in moments)


def _acronym_field() -> StringField:
    return StringField(
        _l("Acronym"),
        description=_l("Begins every reference, such as SSPU-MOU-2026-0001. Two to ten capital letters or digits."),
        validators=[
            DataRequired(_l("Give the acronym.")),
            Regexp(
                r"^[A-Z][A-Z0-9]{1,9}$",
                message=_l("Take two to ten capital letters or digits, beginning with a letter."),
            ),
        ],
        render_kw={"autocapitalize": "characters", "spellcheck": "false"},
    )


def _zone_field(*, follows: str = "") -> SelectField:
    """A time zone; a new form proposes that of the country chosen in the field it follows."""
    proposed = {"data-follows": follows, "data-usual": json.dumps(usual_zones())} if follows else {}
    return SelectField(
        _l("Time zone"),
        description=_l("Dates and times of signing are given in it."),
        choices=_zone_choices,
        default="Asia/Shanghai",
        render_kw=proposed,
    )


def _logo_field() -> FileField:
    return FileField(_l("Logo"), description=_l("PNG or JPEG, up to 4 MB; shown at the top of every page."))


class SetUpForm(Form):
    """Whose service this is, and who administers it."""

    code = StringField(
        _l("Set-up code"),
        description=_l("Printed where the service was started, and kept in keys/setup-code of its instance folder."),
        validators=[DataRequired(_l("Give the set-up code."))],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    own_language = LanguageField(
        _l("Language of your institution"),
        description=_l(
            "Names in the register are kept in this language and in English. The templates that come along are in Chinese and English, and in English alone."
        ),
        default="zh",
    )
    name_own = StringField(
        _l("Official name in this language"),
        description=_l("As it stands on the seal."),
        validators=[DataRequired(_l("Give the official name.")), Length(max=400)],
    )
    name_en = StringField(_l("Official name in English"), validators=[Length(max=400)])
    acronym = _acronym_field()
    kind = SelectField(_l("Kind"), choices=list(KINDS.items()))
    country = CountryField(_l("Country or region"), default="CN")
    time_zone = _zone_field(follows="country")
    logo = _logo_field()
    name = name_field()
    email = email_field()
    language = language_field()
    password = new_password_field()
    again = repeated_password_field("password")

    def validate_name_en(self, field: StringField) -> None:
        if self.own_language.data != "en" and not field.data:
            raise ValidationError(_("Give the official name in English."))

    def facts(self, logo: str | None) -> InstitutionFacts:
        """What was said of the institution."""
        names = {typed(self.own_language): typed(self.name_own)}
        if "en" not in names:
            names["en"] = typed(self.name_en)
        return InstitutionFacts(
            names=names, acronym=typed(self.acronym), kind=typed(self.kind), country=typed(self.country),
            time_zone=typed(self.time_zone), logo=logo,
        )  # fmt: skip

    def administrator(self) -> Administrator:
        """Who sets the service up."""
        return Administrator(
            name=typed(self.name), email=typed(self.email), password=typed(self.password), language=typed(self.language)
        )


def _only_once() -> None:
    if institution.is_set_up():
        raise Missing("set-up")


def _prepare(form: SetUpForm) -> None:
    _only_once()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")
        form.language.data = "zh" if request.accept_languages.best_match(["en", "zh"]) == "zh" else "en"


@form_page(bp, "/setup", access=anyone, form=SetUpForm, template="partners/set_up.html", prepare=_prepare)
def begin(form: SetUpForm) -> ResponseReturnValue:
    attempts.count("set-up")
    used = engines.current()
    if not hmac.compare_digest(_plain(typed(form.code)), _plain(code(used.settings))):
        raise Invalid({"code": _("This is not the set-up code of this service.")})
    _institution, user = founding.set_up(form.facts(_kept_logo(form)), form.administrator())
    sessions.begin(user)
    said(_("The service is set up. What comes next stands below."))
    return redirect("/")


def _plain(code_: str) -> bytes:
    return "".join(c for c in code_.lower() if c.isalnum()).encode()


def _kept_logo(form: Any) -> str | None:
    """The key of the picture that came with the form."""
    file = form.logo.data
    content = file.read(pictures.LARGEST_BYTES + 1) if file else b""
    return engines.current().files.put(pictures.logo(content)) if content else None


@page(bp, "/logo/<key>.png", access=anyone)
def logo(key: str) -> ResponseReturnValue:
    """The institution's picture; under this name it never changes."""
    known: Institution | None = g.institution
    if known is None or known.logo != key:
        raise Missing(key)
    response = Response(engines.current().files.get(key), mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


class InstitutionForm(Form):
    """What an administrator may correct later."""

    acronym = _acronym_field()
    time_zone = _zone_field()
    authority_evidence = RadioField(
        _l("Whose authority to sign has to be shown by a file"), choices=list(EVIDENCE_POLICIES.items()),
        description=_l("A text is frozen for signing only when the register holds the power of attorney, the extract or the decision of each of them."),
    )  # fmt: skip
    logo = _logo_field()


def _prepare_institution(form: InstitutionForm) -> dict[str, Any]:
    ours = institution.ours()
    if request.method == "GET":
        form.acronym.data, form.time_zone.data = ours.acronym, ours.time_zone
        form.authority_evidence.data = ours.authority_evidence
    return {"ours": ours, "language_names": listed([language_name(tag) for tag in ours.languages])}


@form_page(
    bp, "/institution", access=role(Role.ADMINISTRATOR), form=InstitutionForm, template="partners/institution.html",
    prepare=_prepare_institution,
)  # fmt: skip
def ours(form: InstitutionForm) -> ResponseReturnValue:
    known = institution.ours()
    founding.change(
        known, actor=g.actor, acronym=typed(form.acronym), time_zone=typed(form.time_zone),
        logo=_kept_logo(form) or known.logo, authority_evidence=form.authority_evidence.data,
    )  # fmt: skip
    said(_("The institution is saved."))
    return redirect(url_for("set_up.ours"))


navigation.add(navigation.Entry(_l("Institution"), "set_up.ours", role(Role.ADMINISTRATOR), order=95))
