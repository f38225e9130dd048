"""How dates, names, sizes and fingerprints are written on pages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask import Flask, g
from flask_babel import format_date, format_datetime, get_locale

from mou_service.core.ids import grouped

from .forms import unturned


def register(app: Flask) -> None:
    """Make them known to every template."""
    for function in (
        day,
        moment,
        clock_time,
        in_language,
        size,
        short_fingerprint,
        fingerprint,
        listed,
        grouped,
        unturned,
    ):
        app.add_template_filter(function, function.__name__)
    app.add_template_global(language_name)
    app.add_template_global(comma)
    app.add_template_global(colon)


def language() -> str:
    """The interface language of this request, such as "en" or "zh"."""
    return str(get_locale().language)


def in_language(names: Mapping[str, str] | None, wanted: str | None = None) -> str:
    """The name in the wanted language, else in English, else in whatever there is."""
    if not names:
        return ""
    for key in (wanted or language(), "en", "zh"):
        if names.get(key):
            return names[key]
    return next((text for text in names.values() if text), "")


def day(value: date | datetime | None) -> str:
    """A date as people write it, in the interface's language: "27 March 2024", "2024年3月27日"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    return str(format_date(value, "d MMMM y" if language() != "zh" else "long"))


def moment(value: datetime | None, zone: str | None = None) -> str:
    """A point in time with its zone: "27 March 2024, 10:42 (UTC+8)"."""
    if value is None:
        return ""
    local = _local(value, zone)
    if language() == "zh":
        return f"{day_of(local)} {local:%H:%M}（{offset(local)}）"
    return f"{day_of(local)}, {local:%H:%M} ({offset(local)})"


def day_of(local: datetime) -> str:
    return str(format_datetime(local, "d MMMM y" if language() != "zh" else "y年M月d日", rebase=False))


def clock_time(value: datetime | None) -> str:
    """Hours and minutes in the institution's zone."""
    return f"{_local(value):%H:%M}" if value else ""


def offset(local: datetime) -> str:
    """The zone of a local time: "UTC+8", "UTC+5:30"."""
    delta = local.utcoffset()
    assert delta is not None
    minutes = int(delta.total_seconds() // 60)
    sign, minutes = ("−" if minutes < 0 else "+"), abs(minutes)
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _local(value: datetime, zone: str | None = None) -> datetime:
    assert value.tzinfo is not None, "a time without a zone"
    name = zone or g.get("time_zone") or "UTC"
    return value.astimezone(ZoneInfo(name) if name != "UTC" else UTC)


def size(count: int) -> str:
    """A file's size: "83 kB"."""
    return f"{max(1, round(count / 1000)):,} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def short_fingerprint(sha256: str | None) -> str:
    """The first 16 hexadecimal digits in groups of four, as shown to a signer."""
    return " ".join(sha256[i : i + 4] for i in range(0, 16, 4)).upper() if sha256 else ""


def fingerprint(sha256: str | None) -> str:
    """All 64 digits in groups of four."""
    return " ".join(sha256[i : i + 4] for i in range(0, 64, 4)).upper() if sha256 else ""


def listed(values: Sequence[Any]) -> str:
    """ "A, B and C" in the interface's language."""
    return format_list([str(v) for v in values], locale=language()) if values else ""


def comma() -> str:
    """What stands between the items of a row."""
    return "、" if language() == "zh" else ", "


def colon() -> str:
    """What stands between a label and its value on one line."""
    return "：" if language() == "zh" else ": "


def sentences(said: Iterable[Any]) -> str:
    """Sentences one after the other; Chinese ones need no space between them."""
    return ("" if language() == "zh" else " ").join(map(str, said))


def language_name(tag: str) -> str:
    """The name of a language in the interface's language."""
    return str(get_locale().languages.get(tag.split("-", maxsplit=1)[0], tag))
