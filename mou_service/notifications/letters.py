"""A message in somebody's language: subject, plain text and HTML, out of a folder of templates and plain facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale

from mou_service.web.languages import LOCALES


@dataclass(frozen=True)
class Letter:
    """What a message says."""

    subject: str
    text: str
    html: str


def compose(folder: str, *, language: str, facts: Mapping[str, Any]) -> Letter:
    """Write the message of a folder; `facts` are plain values, the same for every language."""
    with force_locale(LOCALES[language]):
        values = {"language": language, **facts}
        subject = " ".join(_rendered(f"{folder}/subject.txt", values).split())
        text = _tidy(_rendered(f"{folder}/body.txt", values))
        main, _line, foot = text.partition("\n\n--\n")
        paragraphs = [paragraph.splitlines() for paragraph in main.split("\n\n")]
        html = _rendered(f"{folder}/body.html", {**values, "subject": subject, "paragraphs": paragraphs, "foot": foot})
    return Letter(subject, text + "\n", html)


def _rendered(template: str, values: Mapping[str, Any]) -> str:
    """Without the frame's variables: a letter knows no request."""
    return current_app.jinja_env.get_template(f"notifications/{template}").render(**values)


def _tidy(text: str) -> str:
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)
