"""What was found in a Word file, in the language of the page.

The checker's own English sentence is the most exact one and is shown as it is. Other languages have a sentence for
each code; one they have no words for yet is told in English rather than not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mou_service.documents.word.findings import Finding
from mou_service.web.filters import comma, language

#: What stops a file, and what is taken out of it or worth knowing.
SENTENCES = {
    "clause_count": _l("One column has %(first)s numbered clauses, the other %(second)s. Both must have the same before the text can be submitted."),
    "email_differs": _l("The address “%(what)s” stands in only one of the two columns. Compare both texts."),
    "date_differs": _l("The date %(what)s stands in only one of the two columns. Compare both texts."),
    "number_differs": _l("The number %(what)s stands in only one of the two columns. Compare both texts."),
    "empty_file": _l("The file is empty. Choose the file again."),
    "too_large": _l("The file is larger than %(limit)s MB. Make the pictures in it smaller (Word: Picture Format, Compress Pictures)."),
    "encrypted": _l("The file is protected by a password. Remove the password in Word (File, Info, Protect Document) and upload it again."),
    "wrong_type": _l("This is no Word document (.docx). Open it in Word, save it as “Word Document (.docx)” and upload that."),
    "macros": _l("The file contains macros. Save it in Word as “Word Document (.docx)”."),
    "broken_file": _l("The file is damaged. Open it in Word, save it again and upload the new copy."),
    "zip_bomb": _l("Unpacked, the file is far larger than any agreement. Make its pictures smaller, or copy the text into a new document."),
    "zip_trick": _l("The file is packed in a way Word never does. Save it again in Word."),
    "too_complex": _l("The text inside the file is far larger than any agreement. Copy the agreement into a new Word document and upload that."),
    "entities": _l("“%(part)s” defines entities of its own, which Word documents never do."),
    "image_bomb": _l("The picture “%(part)s” has too many pixels. Make it smaller and put it in again."),
    "foreign_text": _l("Part of the text lies in another file. Put that text into this file and save it again."),
    "giant_span": _l("A table cell claims to span %(span)s columns, more than Word allows. Make that table again."),
    "deep_tables": _l("Tables lie too deep in each other. Take them apart."),
    "program_field": _l("A %(field)s field starts another program. Remove the field."),
    "remote_template": _l("The file was attached to a template; the link was taken out."),
    "embedded_file": _l("The file contained an embedded file of another program; it was taken out."),
    "active_content": _l("The file contained an ActiveX control; it was taken out."),
    "remote_part": _l("Something was not in the file but at “%(target)s”; it was taken out. Put it into the document itself if it is needed."),
    "unsafe_link": _l("A link led to “%(target)s”; the link was taken out and its text kept."),
    "fetching_field": _l("A %(field)s field was replaced by the text that it showed."),
    "volatile_field": _l("A %(field)s field shows another text each day; the text it shows now is used. Write the text itself if it matters."),
    "contents_pages": _l("The page numbers in the table of contents are those that Word counted."),
    "hidden_text": _l("Hidden text will not be in the agreement."),
    "white_text": _l("White text cannot be seen on paper."),
    "turned_text": _l("Invisible characters turn the reading direction around, so that the text reads otherwise than it is stored."),
}  # fmt: skip
#: What pages cannot show, by its kind.
UNDRAWABLE = {
    "floating_picture": _l("There is a picture that floats beside the text. Set it “in line with text”."),
    "text_box": _l("There is a text box. Put its text into the document itself."),
    "shape": _l("There is a drawn shape. Replace it by a picture in line with the text, or remove it."),
    "group": _l("There is a group of drawings. Replace it by one picture in line with the text."),
    "chart": _l("There is a chart. Paste it as a picture."),
    "diagram": _l("There is a SmartArt diagram. Paste it as a picture."),
    "watermark": _l("There is a watermark. Remove it."),
    "metafile": _l("There is a picture in a Windows metafile format (EMF or WMF). Paste it as PNG."),
    "vector_picture": _l("There is a picture in the SVG format. Paste it as PNG."),
    "unknown_picture": _l("There is a picture in an unknown format. Paste it as PNG."),
    "missing_picture": _l("There is a picture that is not in the file. Put it in again or remove it."),
    "turned_picture": _l("There is a picture that is turned. Turn it in the picture itself."),
    "embedded_object": _l("There is an embedded object of another program. Paste it as a picture."),
    "formula": _l("There is a formula. Write it as text or paste it as a picture."),
    "ruby": _l("There is a phonetic guide above the text. Remove the guide."),
    "columns": _l("There is text in several columns. Set it in one column or in a table."),
    "floating_table": _l("There is a table that floats beside the text. Set its text wrapping to “none”."),
    "right_to_left_table": _l("There is a table whose first column stands on the right. Turn its columns around."),
    "floating_frame": _l("There is a text frame. Put its text into the document itself."),
    "vertical_text": _l("There is vertical text. Set it horizontally."),
    "even_headers": _l("There are different headers on even pages. Use the same header on all pages."),
    "number_format": _l("There is a number style that is not known. Choose another number style."),
    "symbol": _l("There is a sign from a symbol font that has no Unicode counterpart. Replace it."),
    "mixed_margins": _l("There are margins that change in the middle of a page. Start a new page there."),
    "page_number_style": _l(
        "There are page numbers that do not count 1, 2, 3. Let them count from 1 in plain figures."
    ),
}
#: The pieces of a place in a file (documents/word/places.py).
PARTS = {
    "body": _l("body"), "header": _l("header"), "footer": _l("footer"), "footnotes": _l("footnotes"),
    "endnotes": _l("endnotes"), "comments": _l("comments"), "settings": _l("settings"), "styles": _l("styles"),
    "numbering": _l("numbering"), "paragraph": _l("paragraph %(number)s"), "table": _l("table %(number)s"),
    "row": _l("row %(number)s"), "column": _l("column %(number)s"),
}  # fmt: skip


def finding(found: Finding | Mapping[str, Any]) -> str:
    """The sentence of one finding, fresh from the checker or as it is kept with a version."""
    if isinstance(found, Finding):
        return _sentence(found.code, found.message, found.facts)
    return _sentence(str(found.get("code")), str(found.get("message", "")), found.get("facts") or {})


def _sentence(code: str, said: str, facts: Mapping[str, str]) -> str:
    words = UNDRAWABLE.get(facts.get("kind", "")) if code == "cannot_draw" else SENTENCES.get(code)
    if "more" in facts:
        return str(_("There were %(more)s more of the same kind.", more=facts["more"]))
    if words is None or language() == "en":
        return said
    try:
        return str(words) % dict(facts)
    except KeyError:  # a file that was looked at before the checker told this fact
        return said


def place(written: str) -> str:
    """Where it was found: "body, paragraph 12 (“…”)"."""
    if language() == "en":
        return written
    where, opened, quoted = written.partition(" (“")
    pieces = comma().join(_piece(piece) for piece in where.split(", "))
    return f"{pieces}（“{quoted.removesuffix(')')}）" if opened else pieces


def _piece(piece: str) -> str:
    found = re.fullmatch(r"([a-z]+)(?: (\d+))?", piece)
    if found is None or found[1] not in PARTS:
        return piece
    words = str(PARTS[found[1]])
    return str(words % {"number": found[2]}) if "%" in words else f"{words}{found[2] or ''}"
