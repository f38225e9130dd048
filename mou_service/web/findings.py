"""What was found in a document, and what an engine could not do, in the language of the page.

The libraries give a code, facts and an English sentence. The sentence of the code is the message that is translated;
a finding whose sentence is not known any more is told as it was kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.core.errors import EngineFailed, MouError, Refused
from mou_service.documents.findings import Finding, Hindered
from mou_service.documents.sentences import SENTENCES, key

from .filters import comma, language
from .forms import unturned

#: What an engine that failed means for a person: what happened, and what to do now. The detail is its own, in English.
FAILURES = {
    "timestamps": _l("The time-stamp server gave no time-stamp that can be used. Nothing that was signed is lost, and the step is tried again. If this goes on, tell whoever runs the service what the server said: %(detail)s"),
    "level": _l("The level of proof that was chosen for this agreement cannot be had. Nothing that was signed is lost, and the step is tried again. Choose a lower level with a reason, or have a time-stamp service set up that can give it: %(detail)s"),
    "evidence": _l("What later verifiers need could not be put into the file. Nothing that was signed is lost. Tell whoever runs the service: %(detail)s"),
    "files": _l("A file could not be kept or read as it was kept. Nobody can go on with it until the storage is looked at. Tell whoever runs the service: %(detail)s"),
    "keys": _l("The signing keys cannot be used, so nothing can be signed or sealed. Tell whoever runs the service: %(detail)s"),
    "token": _l("The token that holds a key did not sign. Nothing that was signed is lost, and nothing is tried with a PIN it refused. Tell whoever runs the service what the token said: %(detail)s"),
    "renewal": _l("The archived file could not be time-stamped again. It is unchanged, and what it proves today it still proves. Tell whoever runs the service: %(detail)s"),
    "office": _l("LibreOffice did not draw the text. Nothing is lost. Take out what the service cannot draw itself, or tell whoever runs the service: %(detail)s"),
    "signing": _l("The file could not be signed, or does not hold when it is checked. It was not used; the files before it stay. Tell whoever runs the service: %(detail)s"),
    "smtp": _l("The mail server did not take a message. It waits in the outbox. Tell whoever runs the service: %(detail)s"),
}  # fmt: skip
#: For what nobody foresaw.
UNEXPECTED = _l(
    "An unexpected fault stopped the work. Nothing that was signed is lost. Try again; if it stops again, tell whoever runs the service: %(detail)s"
)

#: The pieces of a place in a file.
_PLACES = {
    "body": _l("body"), "header": _l("header %(number)s"), "footer": _l("footer %(number)s"),
    "footnotes": _l("footnotes"), "endnotes": _l("endnotes"), "comments": _l("comments"), "settings": _l("settings"),
    "styles": _l("styles"), "numbering": _l("numbering"), "paragraph": _l("paragraph %(number)s"),
    "table": _l("table %(number)s"), "row": _l("row %(number)s"), "column": _l("column %(number)s"),
    "annex": _l("annex %(number)s"),
}  # fmt: skip
_PIECE = re.compile(r"([a-z]+)(?: (\d+))?")


def sentence(found: Finding | Mapping[str, Any]) -> str:
    """One finding, fresh from a library or as it was kept."""
    kept = found.plain() if isinstance(found, Finding) else found
    code, facts = str(kept.get("code")), kept.get("facts") or {}
    words = SENTENCES.get(key(code, facts))
    if words is not None:
        words = _(words)
    elif code.startswith("engine/"):
        words = str(FAILURES.get(code.removeprefix("engine/"), UNEXPECTED))
    try:
        return words % facts if words is not None else str(kept.get("message", ""))
    except KeyError:  # kept before the library told this fact
        return str(kept.get("message", ""))


def place(written: str) -> str:
    """Where something was found: "body, paragraph 12 (“…”)". What is quoted turns no writing on the page."""
    where, opened, quoted = unturned(written).partition(" (“")
    pieces = comma().join(_piece(piece) for piece in where.split(", "))
    if not opened:
        return pieces
    return f"{pieces}（“{quoted.removesuffix(')')}）" if language() == "zh" else f"{pieces} (“{quoted}"


def line(found: Finding | Mapping[str, Any]) -> str:
    """The sentence with its place behind it."""
    where = found.place if isinstance(found, Finding) else str(found.get("place", ""))
    if not where:
        return sentence(found)
    return f"{sentence(found)}（{place(where)}）" if language() == "zh" else f"{sentence(found)} ({place(where)})"


def lines(error: MouError) -> list[str]:
    """Why something could not be done, one line for each reason."""
    return [line(each) for each in kept(error)]


def kept(error: MouError) -> list[dict[str, Any]]:
    """The reasons as plain data, to be told later in whatever language is asked for then."""
    if isinstance(error, Hindered):
        return [found.plain() for found in error.findings]
    if isinstance(error, EngineFailed):
        said = str(error).removeprefix(f"{error.engine}: ")
        return [{"code": f"engine/{error.engine}", "message": said, "facts": {"detail": said}}]
    reasons: Iterable[object] = error.reasons if isinstance(error, Refused) else (error,)
    return [{"code": "", "message": str(reason)} for reason in reasons]


def unexpected(detail: str) -> dict[str, Any]:
    """A fault nobody foresaw, as plain data."""
    return {
        "code": "engine/",
        "message": f"An unexpected fault stopped the work: {detail}",
        "facts": {"detail": detail},
    }


def _piece(piece: str) -> str:
    found = _PIECE.fullmatch(piece)
    if found is None or found[1] not in _PLACES:
        return piece
    return str(_PLACES[found[1]]) % {"number": found[2] or ""}
