"""What was found in a version's text, in the language of the page: between its languages, and in the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from mou_service.documents.findings import Finding
from mou_service.web import findings

#: The findings of languages.py; those of the document library have their words there.
SENTENCES = {
    "clause_count": _l("One column has %(first)s numbered clauses, the other %(second)s. Both must have the same before the text can be submitted."),
    "email_differs": _l("The address “%(what)s” stands in only one of the two columns. Compare both texts."),
    "date_differs": _l("The date %(what)s stands in only one of the two columns. Compare both texts."),
    "number_differs": _l("The number %(what)s stands in only one of the two columns. Compare both texts."),
}  # fmt: skip


def finding(found: Finding | Mapping[str, Any]) -> str:
    """The sentence of one finding, fresh from the checker or as it is kept with a version."""
    kept = found.plain() if isinstance(found, Finding) else found
    words = SENTENCES.get(str(kept.get("code")))
    return str(words) % dict(kept["facts"]) if words is not None else findings.sentence(kept)
