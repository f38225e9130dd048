"""Every sentence that says what was found in a document, in English; the interface translates them by their key.

A key is a code to decide by, and behind a stroke the kind where one code has several sentences. `%(…)s` are facts.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Something in a Word file that blocks cannot say.
_CANNOT_DRAW = {
    "floating_picture": "There is a picture that floats beside the text. Set it “in line with text”.",
    "text_box": "There is a text box. Put its text into the document itself.",
    "shape": "There is a drawn shape. Replace it by a picture in line with the text, or remove it.",
    "group": "There is a group of drawings. Replace it by one picture in line with the text.",
    "chart": "There is a chart. Paste it as a picture.",
    "diagram": "There is a SmartArt diagram. Paste it as a picture.",
    "watermark": "There is a watermark. Remove it.",
    "metafile": "There is a picture in a Windows metafile format (EMF or WMF). Paste it as PNG.",
    "vector_picture": "There is a picture in the SVG format. Paste it as PNG.",
    "unknown_picture": "There is a picture in an unknown format. Paste it as PNG.",
    "missing_picture": "There is a picture that is not in the file. Put it in again or remove it.",
    "turned_picture": "There is a picture that is turned. Turn it in the picture itself.",
    "embedded_object": "There is an embedded object of another program. Paste it as a picture.",
    "formula": "There is a formula. Write it as text or paste it as a picture.",
    "ruby": "There is a phonetic guide above the text. Remove the guide.",
    "columns": "There is text in several columns. Set it in one column or in a table.",
    "floating_table": "There is a table that floats beside the text. Set its text wrapping to “none”.",
    "right_to_left_table": "There is a table whose first column stands on the right. Turn its columns around.",
    "floating_frame": "There is a text frame. Put its text into the document itself.",
    "vertical_text": "There is vertical text. Set it horizontally.",
    "page_border": "There is a border around the pages. Take it away.",
    "line_numbers": "The lines are numbered in the margin. Take the numbers away.",
    "page_alignment": "The text of a page is centred between top and bottom. Let it begin at the top.",
    "page_number_in_text": "The number of a page or of all pages stands in the text itself. Write it in the header or footer.",
    "emphasis_marks": "There are emphasis dots above or below the text. Use bold instead.",
    "boxed_text": "There are words in a box of their own. Put the border around the paragraph instead.",
    "number_format": "There is a number style that is not known. Choose another number style.",
    "symbol": "There is a sign from a symbol font that has no Unicode counterpart. Replace it.",
    "mixed_margins": "There are margins that change in the middle of a page. Start a new page there.",
    "page_number_style": "There are page numbers in a style that is not known. Write them in plain figures.",
    "too_tall": "A row of a table, a picture or a line on page %(page)s of a section is %(height)s points high, "
    "the page holds %(room)s. Make it smaller or divide it.",
}

#: The file as a whole is none that could be taken in.
_FILE = {
    "empty_file": "The file is empty. Choose the file again.",
    "too_large": "The file is larger than %(limit)s MB. Make the pictures in it smaller "
    "(Word: Picture Format, Compress Pictures).",
    "encrypted": "The file is protected by a password. Remove the password in Word (File, Info, Protect Document) "
    "and upload it again.",
    "wrong_type/old_word": "The file is in the old Word format (.doc). Save it in Word as “Word Document (.docx)”.",
    "wrong_type/pdf": "The file is a PDF. Upload the Word document (.docx) that it was made from.",
    "wrong_type/rtf": "The file is an RTF text. Open it in Word and save it as “Word Document (.docx)”.",
    "wrong_type/web_page": "The file is a web page. Open it in Word and save it as “Word Document (.docx)”.",
    "wrong_type/xml": "The file is a bare XML file. Open it in Word and save it as “Word Document (.docx)”.",
    "wrong_type/picture": "The file is a picture. Upload the agreement as a Word document (.docx).",
    "wrong_type/with_macros": "The file is a Word file with macros. Save it in Word as “Word Document (.docx)” "
    "and upload that.",
    "wrong_type/template": "The file is a Word template (.dotx). Save it in Word as “Word Document (.docx)”.",
    "wrong_type/workbook": "The file is an Excel workbook. Upload the agreement as a Word document (.docx).",
    "wrong_type/presentation": "The file is a PowerPoint presentation. Upload the agreement as a Word document (.docx).",
    "wrong_type/opendocument": "The file is an OpenDocument text. Save it in Word as “Word Document (.docx)”.",
    "wrong_type/zip": "The file is a zip file, not a Word document. Save the agreement in Word as “Word Document (.docx)”.",
    "wrong_type/other": "The file is no Word document (.docx).",
    "broken_file": "The file is damaged and cannot be opened. Open it in Word, save it again and upload the new copy.",
    "broken_file/part": "“%(part)s” inside the file is damaged. Open the file in Word, save it again and upload the "
    "new copy.",
    "broken_file/text": "The text of the file is missing or damaged. Save it again in Word.",
    "zip_bomb/parts": "The file has %(count)s parts inside; no Word document needs so many.",
    "zip_bomb/size": "Unpacked, the file is over %(limit)s MB. Make its pictures smaller.",
    "zip_bomb/part": "“%(part)s” unpacks to %(size)s MB from almost nothing.",
    "zip_trick/overlap": "Parts of the file overlap each other, which no program does by accident.",
    "zip_trick/twice": "The file contains “%(part)s” twice, so programs would show different texts.",
    "zip_trick/outside": "A part of the file is called “%(part)s”, which points outside the file.",
    "zip_trick/packing": "The file is packed in a way that Word does not use. Save it again in Word.",
    "zip_trick/link": "“%(part)s” inside the file is a link and not a part of a document.",
    "too_complex": "The text inside the file is far larger than any agreement. Copy the agreement into a new Word "
    "document and upload that.",
    "too_complex/deep": "“%(part)s” inside the file holds elements more than %(limit)s deep in each other. Copy the "
    "agreement into a new Word document and upload that.",
    "too_complex/paragraph": "A paragraph has more than %(limit)s letters. Divide it.",
    "entities": "“%(part)s” defines entities of its own, which Word documents never do.",
    "image_bomb": "The picture “%(part)s” has %(width)s × %(height)s pixels. Make it smaller and put it in again.",
}

#: What a Word file carries beside its text.
_CARRIED = {
    "macros": "The file contains macros. Save it in Word as “Word Document (.docx)”.",
    "foreign_text/subdocument": "The file contains text that lies in another file (a subdocument). Put that text into "
    "this file.",
    "foreign_text/chunk": "The file contains another document as a whole, which appears only when Word opens it. Open "
    "the file in Word and save it again.",
    "remote_template": "The file contained a template it is attached to; it was taken out.",
    "embedded_file": "The file contained an embedded file of another program; it was taken out.",
    "active_content": "The file contained an ActiveX control; it was taken out.",
    "active_content/drawing": "A drawing in the file (SVG) contained a script or fetched something; it was taken out. Put "
    "a PNG picture in its place.",
    "active_content/macro": "A form field called the macro “%(target)s”; the call was taken out.",
    "remote_part/frame": "The file contained a frame that shows another file; it was taken out.",
    "remote_part/mail_merge": "The file contained a data source for mail merge; it was taken out.",
    "remote_part/recipients": "The file contained a list of mail merge recipients; it was taken out.",
    "remote_part/keys": "The file contained keyboard settings; they were taken out.",
    "remote_part/tool_bars": "The file contained tool bars; they were taken out.",
    "remote_part/picture": "A picture was not in the file but at “%(target)s”; it was taken out. Put the picture itself "
    "into the document if it is needed.",
    "remote_part/part": "A part was not in the file but at “%(target)s”; it was taken out. Put the part itself into "
    "the document if it is needed.",
    "unsafe_link": "A link led to “%(target)s”; the link was taken out and its text kept.",
    "giant_span": "A table cell claims to span %(span)s columns; Word allows %(limit)s. Make that table again.",
    "deep_tables": "Tables lie more than %(limit)s deep in each other. Take them apart.",
    "program_field": "A %(field)s field starts another program. Remove the field.",
    "program_field/computed": "What a field does is written by another field inside it, so that nobody sees it. Remove "
    "the field.",
    "deep_fields": "Fields lie more than %(limit)s deep in each other, or begin and never end. Remove them.",
    "frozen_field": "A %(field)s field shows another text each time; what it showed, “%(value)s”, was kept as plain text.",
    "stale_fields": "The file told Word to renew its fields whenever it is opened. The order was taken out; the fields "
    "keep the text they show.",
    "bound_text": "The text “%(text)s” stands in a content control for which Word shows other data, “%(other)s”. The text "
    "was kept and the data left out. Compare both.",
    "fetching_field": "A %(field)s field was replaced by the text that it showed.",
    "volatile_field": "A %(field)s field shows another text each day; the text it shows now is used. Write the text "
    "itself if it matters.",
    "hidden_text": "Hidden text %(text)s will not be in the agreement.",
    "white_text": "The text %(text)s has the colour of what lies behind it and cannot be seen on paper.",
    "tiny_text": "The text %(text)s is too small to be read.",
    "squeezed_text": "The text %(text)s is squeezed so narrow that it cannot be read.",
    "clipped_text": "The text %(text)s stands in a line or row that is too low to show it.",
    "covered_text": "A drawing floats in front of the text %(text)s and may cover it.",
    "two_texts": "Programs show different texts here: %(text)s, or “%(other)s”. Write one of them.",
    "turned_text": "Invisible characters turn the reading direction around, so that the text reads otherwise than it "
    "is stored.",
    "contents_pages": "The page numbers in the table of contents are those that Word counted.",
    "more": "There were %(more)s more of the same kind.",
}

#: A template that cannot be filled.
_TEMPLATE = {
    "tracked_changes": "The template contains tracked changes, which every document made from it would contain. Accept "
    "or reject them.",
    "full_width_braces": "Full-width braces ｛｝ are not recognised. Type them with the English keyboard: {{ }}.",
    "unclosed_tag": "A tag is opened and not closed: “%(text)s”.",
    "unopened_tag": "A tag is closed that was not opened: “%(text)s”.",
    "crossed_levels": "“%(start)s” and “%(end)s” do not stand at the same level: both in one paragraph, or both alone "
    "in paragraphs of one cell ({%%p), or both in rows of one table ({%%tr).",
    "lost_text/paragraph": "“%(tag)s” takes its whole paragraph away, and with it “%(text)s”. Put the tag alone into "
    "a paragraph of its own.",
    "lost_text/row": "“%(tag)s” takes its whole table row away, and with it “%(text)s”. Put the tag alone into a table "
    "row of its own.",
    "lost_text/cell": "“%(tag)s” takes its whole table cell away, and with it “%(text)s”. Put the tag alone into a "
    "table cell of its own.",
    "syntax": "The template cannot be read here: %(detail)s",
    "unknown_name": "There will be no value called “%(name)s”.",
    "unknown_name/near": "There will be no value called “%(name)s”. Did you mean “%(near)s”?",
    "unended": "“%(start)s” is begun here and never ended. Put “%(end)s” where it is to end.",
    "unbegun": "“%(end)s” ends nothing that was begun before it. Take it out, or put the tag that begins it in front.",
    "not_a_text": "“%(name)s” is a list. Go through it: {%% for one in %(name)s %%}.",
    "not_a_text/near": "“%(name)s” has several texts. Choose one of them, such as “%(near)s”.",
    "deep_nesting": "Conditions or brackets lie more than %(limit)s deep in each other. Take them apart.",
    "too_many_tags": "This paragraph holds far more tags than any text needs. Look for tags that are not closed.",
    "tag_in_code": "“%(text)s” stands inside a field, an address or a setting, where no answer may come. Write it into "
    "the text.",
    "tag_elsewhere": "“%(text)s” stands in a part of the file that is not filled in. Take it out.",
    "question_idle": "The question “%(question)s” has no effect any more: this file does not use its answer.",
    "clause_gone": "The clause “%(title)s” stands in the text in use and not in this file.",
    "unknown_filter": "There is no filter “%(name)s”. There are: %(known)s.",
    "forbidden_expression/formatted": "“%(what)s” would put in formatted text, which values cannot hold. Write {{ … }}.",
    "forbidden_expression/call": "A call with ( ) cannot be used in a template. Use names, if and for.",
    "forbidden_expression/multiplication": "Multiplication cannot be used in a template. Use names, if and for.",
    "forbidden_expression/construct": "“%(what)s” cannot be used in a template. Use names, if and for.",
    "forbidden_expression/name": "“%(what)s” cannot be used in a template.",
    "forbidden_expression/brackets": "In square brackets only a number or a word in quotes can stand.",
    "forbidden_expression/test": "The test “is %(what)s” cannot be used in a template.",
    "forbidden_expression/loop": "A loop must run over one of the lists: {%% for one in parties %%}.",
    "deep_loop": "Loops can lie at most %(limit)s deep in each other.",
    "missing_value": "There is no value “%(name)s”.",
    "bad_value": "This cannot be filled in: %(detail)s.",
    "broken_result": "The filled document is not a valid Word document: an if or for begins in one paragraph, row or "
    "cell and ends in another (%(detail)s).",
    "too_slow": "Filling this template takes too long; it was stopped. Look for loops within loops and tags that are "
    "not closed.",
    "too_much": "Filling this template takes more memory than any agreement needs. Look for loops within loops.",
}

#: A text proposed for a clause.
_CLAUSES = {
    "tag_one_sided": "“%(text)s” does not stand equally often in all languages.",
    "edition_words": "“%(text)s” has to stand in the text once: the edition “%(template)s” says something else there.",
    "clause_misfit": "The text does not fit the template “%(template)s”: %(detail)s",
}

#: A text that is not meant to bind, and sounds as if it did.
_REGISTER = {
    "register": "“%(words)s” sounds binding, and this text is not meant to bind (“%(around)s”). Better: %(better)s.",
    "register/term": "“%(words)s” is a word of contracts, and nothing in this text binds. Better: %(better)s.",
    "register/often": "“%(words)s” stands in %(count)s more places.",
}

#: Pages that cannot be drawn or are not what they should be.
_PAGES = {
    "unknown_glyph": "No font here can show %(name)s in “%(around)s”. Replace this character, or add a font that has "
    "it to the font folder.",
    "text_differs": "The text in the PDF is not the text of the document, so the file was not used: %(difference)s",
    "being_drawn": "LibreOffice is drawing this text, because it holds something the service does not draw itself. The "
    "pages are here in a minute.",
    "not_drawn": "LibreOffice could not draw this text. Take out what the service cannot draw itself, and upload it "
    "again. What LibreOffice said: %(detail)s",
    "no_place": "There is no place to sign for %(fields)s.",
}

#: A PDF that is to become an annex.
_PDF = {
    "wrong_pdf/zip": "The file is no PDF. Attach a PDF or a Word document (.docx).",
    "wrong_pdf/old_word": "The file is in the old Word format (.doc). Save it in Word as PDF (PDF/A) or as “Word Document (.docx)”.",
    "wrong_pdf/rtf": "The file is an RTF text. Save it in Word as PDF (PDF/A) or as “Word Document (.docx)”.",
    "wrong_pdf/picture": "The file is a picture. Put it into a PDF or a Word document and attach that.",
    "wrong_pdf/other": "The file is no PDF. Attach a PDF or a Word document (.docx).",
    "pdf_encrypted": "The PDF is protected by a password. Save it again without protection and attach that.",
    "pdf_broken": "The PDF is damaged and cannot be read (%(detail)s). Make it again and attach the new file.",
    "pdf_form": "The PDF is a form that fills its pages only when a program opens it. Print it into a new PDF and attach that.",
    "pdf_limits/size": "The PDF is larger than %(limit)s MB. Make its pictures smaller.",
    "pdf_limits/pages": "The PDF has %(count)s pages; an annex has at least one and at most %(limit)s. Attach its parts one by one.",
    "pdf_limits/paper": "Page %(page)s of the PDF has a size that no printer knows. Make the page again on usual paper.",
    "pdf_limits/effort": "Reading this PDF takes more time or memory than any annex needs. Print it into a new PDF and attach that.",
    "pdf_left_out/scripts": "The PDF held programs or actions that start by themselves; they were left out.",
    "pdf_left_out/files": "The PDF held other files; they were left out. Attach them as annexes of their own if they belong here.",
    "pdf_left_out/signatures": "The PDF was signed electronically. What is seen of the signatures is kept; their proof is only in the "
    "file as it was attached.",
    "pdf_left_out/form": "The PDF held a form. What stands in it is kept as it is seen; it cannot be filled in any more.",
    "pdf_guessed": "Chinese, Japanese or Korean fonts are missing in the PDF, and others were put in their place. Look at every page of the "
    "annex before you go on; to be sure, save it again with its fonts embedded.",
    "pdf_pictured/no_claim": "The PDF does not say that it is made to last (PDF/A), so each page is kept as a picture, sharp enough to "
    "print. To keep the text itself, save it as PDF/A (Word: Save as PDF, Options, “PDF/A compliant”).",
    "pdf_pictured/fonts": "Fonts are missing in the PDF, so each page is kept as a picture. To keep the text itself, save it as PDF/A.",
    "pdf_pictured/colours": "The PDF has colours for a printing press, so each page is kept as a picture. To keep the text itself, save "
    "it as PDF/A with RGB colours.",
    "pdf_pictured/notes": "Notes, stamps or form fields lie over the pages, so each page is kept as a picture with all of them.",
    "pdf_pictured/layers": "The PDF has layers that can be switched, so each page is kept as a picture of what is seen.",
    "pdf_pictured/streams": "The PDF is packed in ways an archive does not keep, so each page is kept as a picture. To keep the text "
    "itself, save it as PDF/A.",
}

#: What does not agree between the languages of a text; “what” is how each says it.
_LANGUAGES = {
    "clause_count": "One column has %(first)s numbered clauses, the other %(second)s. Both must have the same before the text can be submitted.",
    "no_columns": "No table with a column for each language was found. The languages could not be compared: read them against each other.",
    "not_all_compared": "There is more than could be compared. Read the rest against each other.",
    "differs/email": "The e-mail address is not the same: %(what)s",
    "differs/web": "The web address is not the same: %(what)s",
    "differs/phone": "The telephone number is not the same: %(what)s",
    "differs/code": "The number or code is not the same: %(what)s",
    "differs/date": "The date is not the same: %(what)s",
    "differs/time": "The time of day is not the same: %(what)s",
    "differs/money": "The amount is not the same: %(what)s",
    "differs/percent": "The percentage is not the same: %(what)s",
    "differs/reference": "The number of a clause or year is not the same: %(what)s",
    "differs/number": "The number is not the same: %(what)s",
    "differs/duration": "The length of time is not the same: %(what)s",
    "differs/name": "A name stands in one language only, or otherwise than in the register: %(what)s",
    "differs/numbering": "The numbers of the clauses run apart from here: %(what)s",
    "differs/row_empty": "This row is empty in one language.",
    "differs/untranslated": "This row is not translated.",
    "differs/term_one_sided": "A term is defined in one language only: %(what)s",
    "differs/term_twice": "A term is defined twice: %(what)s",
    "differs/term_unlike": "A defined term is said otherwise here than in the other rows: %(what)s",
}

SENTENCES: Mapping[str, str] = {
    **{f"cannot_draw/{kind}": sentence for kind, sentence in _CANNOT_DRAW.items()},
    **_FILE,
    **_CARRIED,
    **_TEMPLATE,
    **_CLAUSES,
    **_REGISTER,
    **_LANGUAGES,
    **_PAGES,
    **_PDF,
}


def key(code: str, facts: Mapping[str, object]) -> str:
    """Under which key the sentence of a finding stands."""
    kind = facts.get("kind")
    if kind == "more":
        return "more"
    return f"{code}/{kind}" if kind else code
