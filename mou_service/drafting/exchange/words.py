"""The words of the page on which a file that came back is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.documents.word.places import part_words
from mou_service.web import findings
from mou_service.web.filters import clock_time, comma, day, language_name, listed

from .reading import Clause, Item, Reading, is_chinese

KINDS: Mapping[tuple[str, str], Any] = {
    ("inserted", "words"): _l("Inserted"),
    ("inserted", "paragraph"): _l("Paragraph inserted"),
    ("inserted", "row"): _l("Table row inserted"),
    ("inserted", "cell"): _l("Table cells inserted"),
    ("deleted", "words"): _l("Deleted"),
    ("deleted", "paragraph"): _l("Paragraph deleted"),
    ("deleted", "row"): _l("Table row deleted"),
    ("deleted", "cell"): _l("Table cells deleted"),
    ("replaced", "words"): _l("Words replaced"),
    ("moved", "words"): _l("Moved"),
    ("moved", "paragraph"): _l("Paragraph moved"),
    ("moved", "row"): _l("Table row moved"),
    ("merged", "cell"): _l("Table cells merged or split"),
    ("formatted", "look"): _l("Looks different"),
    ("changed", "paragraph"): _l("Changed without tracking"),
    ("added", "paragraph"): _l("Paragraph added without tracking"),
    ("added", "row"): _l("Table row added without tracking"),
    ("removed", "paragraph"): _l("Paragraph removed without tracking"),
    ("removed", "row"): _l("Table row removed without tracking"),
    ("comment", "words"): _l("Comment"),
}
LOOKS = {
    "bold": _l("bold"), "italic": _l("italic"), "underline": _l("underline"), "strike": _l("struck out"),
    "font": _l("font"), "size": _l("size"), "colour": _l("colour"), "highlight": _l("highlight"),
    "shading": _l("shading"), "hidden": _l("hidden"), "capitals": _l("capitals"), "raised": _l("raised or lowered"),
    "language": _l("language"), "style": _l("style"), "alignment": _l("alignment"), "indent": _l("indent"),
    "spacing": _l("spacing"), "numbering": _l("numbering"), "tabs": _l("tab stops"), "pages": _l("page breaks"),
    "borders": _l("borders"), "table": _l("table"), "width": _l("width"), "row": _l("row"), "cell": _l("cell"),
    "page": _l("page"), "paragraph": _l("paragraph"), "letters": _l("letters"), "control": _l("content control"),
}  # fmt: skip
#: What can be said, as a button and as something that was said.
BUTTONS = {
    "accept": _l("Accept"), "reject": _l("Reject"), "answer": _l("Answer"), "take": _l("Take it"),
    "back": _l("Put back"), "settle": _l("Settled"), "leave": _l("Leave the form as it was"),
}  # fmt: skip
SAID = {
    "accept": _l("Accepted"), "reject": _l("Rejected"), "answer": _l("Answered; the text stays for now"),
    "take": _l("Taken"), "back": _l("Put back as it was"), "settle": _l("Settled"),
    "leave": _l("The form stays as it was"),
}  # fmt: skip
#: The key that presses the button of an item.
KEYS = {"accept": "a", "take": "a", "settle": "a", "reject": "r", "back": "r", "leave": "r", "answer": "w"}


def register(app: Flask) -> None:
    for name, function in (
        ("item_kind", kind), ("item_place", place), ("clause_words", clause),
        ("word_day", word_day), ("decided_at", decided_at), ("is_chinese_text", is_chinese),
    ):  # fmt: skip
        app.add_template_filter(function, name)
    for name, words in (("say_button", BUTTONS), ("say_done", SAID), ("say_key", KEYS)):
        app.add_template_filter(words.__getitem__, name)


def kind(item: Item) -> str:
    """ "Words replaced", "Looks different: bold, size"."""
    words = str(KINDS.get((item.kind, item.unit)) or KINDS["replaced", "words"])
    if not item.looks:
        return words
    return str(_("%(kind)s: %(what)s", kind=words, what=listed([LOOKS[each] for each in item.looks])))


def place(item: Item, reading: Reading) -> str:
    """The language of its column, and its row; of what stands apart from its clause that too."""
    words = [clause(reading.clause(item))] if item.group in ("silent", "look") else []
    words += (
        [language_name(reading.languages[item.at.column])]
        if item.at.column in reading.languages and item.unit not in ("row", "cell")
        else []
    )
    if item.at.row:
        words.append(_("row %(number)s", number=item.at.row))
    return comma().join(words)


def clause(section: Clause) -> str:
    """The headings of a clause in its languages, or the name of a part beside the body."""
    if section.headings:
        return " · ".join(section.headings)
    return findings.place(part_words(section.part)) if section.part else _("Before the first clause")


def word_day(written: str) -> str:
    """The day as Word wrote it down, by the clock of whoever made the change."""
    try:
        return day(datetime.fromisoformat(written).date())
    except ValueError:
        return ""


def decided_at(decision: Mapping[str, Any]) -> str:
    """Who decided, and when."""
    at = datetime.fromisoformat(decision["at"])
    return comma().join((decision["by"], day(at), clock_time(at)))
