"""What may be typed about a ceremony."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from mou_service.core.errors import Invalid
from mou_service.web.forms import Form, VersionedForm

from .models import Ceremony
from .operations import CeremonyFacts

PART_LABELS = {
    "presiding": _l("Presides"),
    "witness": _l("Witness of every agreement"),
    "assistant": _l("Signing assistant"),
    "interpreter": _l("Interpreter"),
    "guest": _l("Guest"),
}
STATE_LABELS = {"planned": _l("Planned"), "open": _l("Open"), "closed": _l("Over")}
STATE_TONES = {"planned": "quiet", "open": "waiting", "closed": "done"}


class CeremonyForm(VersionedForm):
    """Name, place and time of a ceremony."""

    code = StringField(
        _l("Code"),
        validators=[
            InputRequired(_l("Give the ceremony a short code.")),
            Length(max=40),
            Regexp(r"[A-Za-z0-9][A-Za-z0-9._-]*$", message=_l("Letters, digits, hyphens and full stops only.")),
        ],
        description=_l("Stands on printed sheets and in the history, for example GPW2024-C1."),
    )
    name_en = StringField(_l("English name of the ceremony"), validators=[Length(max=200)])
    name_zh = StringField(_l("Chinese name of the ceremony"), validators=[Length(max=200)])
    place_en = StringField(_l("Place in English"), validators=[Length(max=200)])
    place_zh = StringField(_l("Place in Chinese"), validators=[Length(max=200)])
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day."))])
    hour = TimeField(_l("Begins at"), validators=[InputRequired(_l("Say when it begins."))])
    time_zone = StringField(_l("Time zone"), validators=[InputRequired(_l("Choose the time zone."))])
    occasion_en = StringField(_l("Occasion in English"), validators=[Length(max=200)])
    occasion_zh = StringField(_l("Occasion in Chinese"), validators=[Length(max=200)])
    occasion_starts = DateField(_l("First day of the occasion"), validators=[Optional()])
    occasion_ends = DateField(_l("Last day of the occasion"), validators=[Optional()])

    def start(self, ceremony: Ceremony | None, *, time_zone: str) -> None:
        """Fill the form from a ceremony, or with what is likely for a new one."""
        self.time_zone.data = time_zone
        if ceremony is None:
            return
        self.seen.data = str(ceremony.row_version)
        local = ceremony.starts_at.astimezone(ZoneInfo(ceremony.time_zone))
        self.code.data, self.time_zone.data = ceremony.code, ceremony.time_zone
        self.day.data, self.hour.data = local.date(), local.time()
        self.name_en.data, self.name_zh.data = ceremony.names.get("en"), ceremony.names.get("zh")
        self.place_en.data, self.place_zh.data = ceremony.places.get("en"), ceremony.places.get("zh")
        if occasion := ceremony.occasion:
            self.occasion_en.data, self.occasion_zh.data = occasion.names.get("en"), occasion.names.get("zh")
            self.occasion_starts.data, self.occasion_ends.data = occasion.starts, occasion.ends

    def facts(self) -> CeremonyFacts:
        """What was typed; raises `Invalid` for a time zone nobody knows."""
        zone = self.time_zone.data or ""
        if zone not in available_timezones():
            raise Invalid({"time_zone": _("There is no time zone of this name. Write it like Asia/Shanghai.")})
        assert self.day.data is not None and self.hour.data is not None, "both were required"
        return CeremonyFacts(
            code=self.code.data or "",
            names={"en": self.name_en.data or "", "zh": self.name_zh.data or ""},
            places={"en": self.place_en.data or "", "zh": self.place_zh.data or ""},
            starts_at=datetime.combine(self.day.data, self.hour.data, tzinfo=ZoneInfo(zone)),
            time_zone=zone,
            occasion={"en": self.occasion_en.data or "", "zh": self.occasion_zh.data or ""},
            occasion_starts=self.occasion_starts.data,
            occasion_ends=self.occasion_ends.data,
        )


class ItemForm(Form):
    """An agreement that comes on stage."""

    agreement = SelectField(_l("Agreement"), validators=[InputRequired(_l("Choose the agreement."))])


class ParticipantForm(Form):
    """Somebody of the register with a part in the ceremony."""

    position = SelectField(_l("Person"), coerce=int, validators=[InputRequired(_l("Choose the person."))])
    part = SelectField(_l("Part"), choices=list(PART_LABELS.items()), default="witness")
