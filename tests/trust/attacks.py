"""What an attacker does to a signed file; every function takes a good file and gives a bad one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from mou_service.trust import sign
from mou_service.trust.authority import Authority
from tests.trust import makers

Attack = Callable[[bytes], bytes]

RED_PAGE = b"1 0 0 rg 0 0 595 842 re f"


class Editor:
    """An incremental update made with the tools of a PDF library."""

    def __init__(self, pdf: bytes) -> None:
        self.writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        self.writer._update_meta = lambda: None  # an attacker leaves no trace where none is needed

    def page(self, number: int = 0) -> Any:
        return self.writer.find_page_for_modification(number)[0].get_object()

    def touch(self, value: Any) -> None:
        self.writer.update_container(value)

    def stream(self, content: bytes, **entries: Any) -> Any:
        named = {pdf_name(f"/{key}"): value for key, value in entries.items()}
        return self.writer.add_object(generic.StreamObject(named, stream_data=content))

    def field(self, name: str) -> Any:
        return next(ref for found, _, ref in enumerate_sig_fields(self.writer) if found == name).get_object()

    def override(self, target: generic.IndirectObject, value: Any) -> None:
        self.writer.objects[(target.generation, target.idnum)] = value

    def done(self) -> bytes:
        output = io.BytesIO()
        self.writer.write(output)
        return output.getvalue()


def edit(change: Callable[[Editor], None]) -> Callable[[bytes], bytes]:
    def attack(pdf: bytes) -> bytes:
        editor = Editor(pdf)
        change(editor)
        return editor.done()

    return attack


# --- pages -------------------------------------------------------------------------------------------------------


def _replace_page(editor: Editor) -> None:
    page = editor.page(1)
    page["/Contents"] = editor.stream(RED_PAGE)
    editor.touch(page)


def _replace_content_stream(editor: Editor) -> None:
    contents = editor.page(1).raw_get("/Contents")
    if isinstance(contents, generic.ArrayObject):
        contents = contents.raw_get(0)
    editor.override(contents, generic.StreamObject(stream_data=RED_PAGE))


def _append_page(editor: Editor) -> None:
    pages = editor.writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): editor.writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
            pdf_name("/Contents"): editor.stream(RED_PAGE),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    pages["/Kids"].append(editor.writer.add_object(page))
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    editor.touch(pages)


def _remove_page(editor: Editor) -> None:
    pages = editor.writer.root["/Pages"]
    del pages["/Kids"][1]
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) - 1)
    editor.touch(pages)


def _swap_pages(editor: Editor) -> None:
    kids = editor.writer.root["/Pages"]["/Kids"]
    first, second = kids.raw_get(0), kids.raw_get(1)
    list.__setitem__(kids, 0, second)
    list.__setitem__(kids, 1, first)
    editor.touch(editor.writer.root["/Pages"])


def _turn_page(editor: Editor) -> None:
    page = editor.page(0)
    page["/Rotate"] = generic.NumberObject(180)
    editor.touch(page)


# --- what lies over the pages ------------------------------------------------------------------------------------


def _overlay(editor: Editor) -> None:
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300)))
    look = editor.stream(RED_PAGE, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=box)
    annotation = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): box,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): look}),
        }
    )
    page = editor.writer.find_page_for_modification(0)[0]
    editor.writer.register_annotation(page, editor.writer.add_object(annotation))


def _draw_into_empty_field(editor: Editor) -> None:
    field = editor.field("Signatory2")
    look = editor.stream(RED_PAGE, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=field["/Rect"])
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): look})
    editor.touch(field)


def _swap_stamp(editor: Editor) -> None:
    field = editor.field("Signatory1")
    look = editor.stream(RED_PAGE, Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=field["/Rect"])
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): look})
    editor.touch(field)


def _swap_stamp_drawing(editor: Editor) -> None:
    look = editor.field("Signatory1")["/AP"].raw_get("/N")
    old = look.get_object()
    editor.override(look, generic.StreamObject(dict(old), stream_data=RED_PAGE))


def _move_stamp(editor: Editor) -> None:
    field = editor.field("Signatory1")
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
    editor.touch(field)


# --- shadow attacks ----------------------------------------------------------------------------------------------


def _hide_drawing(editor: Editor) -> None:
    drawings = editor.page(0)["/Resources"]["/XObject"]
    name = next(iter(drawings))
    old = drawings.raw_get(name).get_object()
    editor.override(drawings.raw_get(name), generic.StreamObject(dict(old), stream_data=b""))


def _swap_font(editor: Editor) -> None:
    fonts = editor.page(0)["/Resources"]["/Font"]
    target = fonts.raw_get(next(iter(fonts)))
    font = target.get_object()
    font["/BaseFont"] = pdf_name("/ZapfDingbats")
    editor.override(target, font)


def _swap_font_program(editor: Editor) -> None:
    """Another drawing for the same letters: the text stays, what one sees changes."""
    fonts = editor.page(0)["/Resources"]["/Font"]
    described = [each for each in (fonts[name] for name in fonts) if "/DescendantFonts" in each]
    descriptor = described[0]["/DescendantFonts"][0]["/FontDescriptor"]
    key = next(name for name in ("/FontFile2", "/FontFile3") if name in descriptor)
    old = descriptor[key]
    editor.override(descriptor.raw_get(key), generic.StreamObject(dict(old), stream_data=old.data[::-1]))


def _swap_resources(editor: Editor) -> None:
    page = editor.page(0)
    page["/Resources"] = generic.DictionaryObject()
    editor.touch(page)


def _add_layers(editor: Editor) -> None:
    editor.writer.root["/OCProperties"] = generic.DictionaryObject({pdf_name("/OCGs"): generic.ArrayObject()})
    editor.writer.update_root()


def _free_an_object(pdf: bytes) -> bytes:
    """An update without content that declares the drawing of the pages free."""
    drawings = Editor(pdf).page(0)["/Resources"]["/XObject"]
    target = drawings.raw_get(next(iter(drawings)))
    start = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref", pdf, re.S)[-1]
    trailer = re.sub(rb"/Prev \d+", b"", trailer)
    table = b"xref\n%d 1\n%010d %05d f \n" % (target.idnum, 0, target.generation + 1)
    return pdf + table + b"trailer\n<<%s /Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start, len(pdf))


# --- properties, parts and data ----------------------------------------------------------------------------------


def _change_title(editor: Editor) -> None:
    info = editor.writer.trailer["/Info"]
    info["/Title"] = generic.TextStringObject("A binding loan agreement")
    editor.touch(info)


def _change_xmp(editor: Editor) -> None:
    editor.writer.root["/Metadata"] = editor.stream(b"<x/>", Type=pdf_name("/Metadata"), Subtype=pdf_name("/XML"))
    editor.writer.update_root()


def _add_action(editor: Editor) -> None:
    editor.writer.root["/OpenAction"] = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/URI"), pdf_name("/URI"): generic.TextStringObject("https://example.org/")}
    )
    editor.writer.update_root()


def _remove_validation_data(editor: Editor) -> None:
    editor.writer.root["/DSS"] = generic.DictionaryObject()
    editor.writer.update_root()


def _add_text_field(editor: Editor) -> None:
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.TextStringObject("Amount"),
            pdf_name("/V"): generic.TextStringObject("1,000,000"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 300, 300))),
        }
    )
    form = editor.writer.root["/AcroForm"]
    form["/Fields"].append(editor.writer.add_object(field))
    editor.touch(form["/Fields"])
    editor.touch(form)


def _remove_signature_value(editor: Editor) -> None:
    field = editor.field("Signatory1")
    del field["/V"]
    editor.touch(field)


replace_page = edit(_replace_page)
replace_content_stream = edit(_replace_content_stream)
append_page = edit(_append_page)
remove_page = edit(_remove_page)
swap_pages = edit(_swap_pages)
turn_page = edit(_turn_page)
overlay = edit(_overlay)
draw_into_empty_field = edit(_draw_into_empty_field)
swap_stamp = edit(_swap_stamp)
swap_stamp_drawing = edit(_swap_stamp_drawing)
move_stamp = edit(_move_stamp)
hide_drawing = edit(_hide_drawing)
swap_font = edit(_swap_font)
swap_font_program = edit(_swap_font_program)
swap_resources = edit(_swap_resources)
add_layers = edit(_add_layers)
free_an_object = _free_an_object
change_title = edit(_change_title)
change_xmp = edit(_change_xmp)
add_action = edit(_add_action)
remove_validation_data = edit(_remove_validation_data)
add_text_field = edit(_add_text_field)
remove_signature_value = edit(_remove_signature_value)


# --- signatures of others ----------------------------------------------------------------------------------------


def sign_as_stranger(pdf: bytes, stranger: Authority, *, field: str) -> bytes:
    """A stranger fills a field that was left empty for someone else."""
    return makers.sign_field(pdf, stranger, field, minutes=20)


def add_foreign_field(pdf: bytes, stranger: Authority, *, visible: bool) -> bytes:
    """A stranger adds a field of his own and signs it, forcing the tool where it would refuse."""
    editor = Editor(pdf)
    box = (100, 100, 400, 400) if visible else None
    append_signature_field(editor.writer, SigFieldSpec("Evil", on_page=0, box=box))
    return sign_by_force(editor.done(), stranger, field="Evil")


def sign_by_force(pdf: bytes, stranger: Authority, *, field: str) -> bytes:
    """Sign although an earlier signature forbids it."""
    original, locks = sign.PdfSigner._enforce_certification_constraints, sign._locks
    sign.PdfSigner._enforce_certification_constraints = lambda self, reader: None
    sign._locks = lambda field: False
    try:
        person = stranger.issue_person("Mallory", "Nowhere", at=makers.START)
        stamp = makers.a_stamp("EVIL")
        return sign.sign(pdf, field=field, credential=person, stamp=stamp, reason="", location="", at=makers.START).pdf
    finally:
        sign.PdfSigner._enforce_certification_constraints = original
        sign._locks = locks


# --- bytes -------------------------------------------------------------------------------------------------------


def flip(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 0x20]) + pdf[at + 1 :]


def flip_in_first_page(pdf: bytes) -> bytes:
    return flip(pdf, pdf.index(b"stream", 200) + 20)


def change_byte_range(pdf: bytes, *, to: Callable[[list[int]], bytes], number: int = 0) -> bytes:
    """Rewrite one signature's byte range in as many characters as it had."""
    match = list(re.finditer(rb"/ByteRange\s*\[([^\]]*)\]", pdf))[number]
    text = to([int(each) for each in match.group(1).split()])
    room = match.end(1) - match.start(1)
    assert len(text) <= room
    return pdf[: match.start(1)] + text.ljust(room) + pdf[match.end(1) :]


def remove_byte_range(pdf: bytes) -> bytes:
    return pdf.replace(b"/ByteRange", b"/BiteRange", 1)


def fill_padding(pdf: bytes) -> bytes:
    """Write into the zeros behind a signature, which no signature covers."""
    ends = [match.end() for match in re.finditer(rb"/Contents\s*<[0-9A-F]+?(?=(?:00)+>)(?:00)+", pdf)]
    return pdf[: ends[0] - 1] + b"1" + pdf[ends[0] :]


def wrap_signature(pdf: bytes) -> bytes:
    """Signature wrapping: the signed bytes stay, moved apart; between them a red page that the viewer shows.

    The last part of the file is moved towards its end. The place that its `startxref` names then lies in the space
    that was won, and holds a table that points to an own copy of the signature with a byte range that fits.
    """
    match = list(re.finditer(rb"/ByteRange\s*\[([^\]]*)\]", pdf))[-1]
    _, before, after, length = (int(each) for each in match.group(1).split())
    table_at = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    entries, trailer = _last_section(pdf)
    signature = max((offset, number) for number, offset in entries.items() if offset < before)[1]
    page = Editor(pdf).page(0).raw_get("/Contents").idnum
    room, for_table = 40_000, 8_000
    own_range = b"/ByteRange [0 %d %d %d]" % (before, after + room, length)
    copy = pdf[entries[signature] : match.start()] + own_range + pdf[match.end() : after] + b">>\nendobj\n"
    red = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (page, len(RED_PAGE), RED_PAGE)
    copy_at = table_at + for_table
    moved = {number: offset if offset < before else offset + room for number, offset in entries.items()}
    moved |= {signature: copy_at, page: copy_at + len(copy)}
    own_table = b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in sorted(moved.items())) + trailer
    inserted = b" " * (table_at - after) + own_table.ljust(for_table) + copy + red
    assert len(own_table) < for_table and len(inserted) <= room
    return pdf[:after] + inserted.ljust(room) + pdf[after:]


def _last_section(pdf: bytes) -> tuple[dict[int, int], bytes]:
    """Where the objects of the last revision stand, and a trailer that says the same as its own."""
    reader = PdfFileReader(io.BytesIO(pdf))
    last = reader.xrefs.total_revisions - 1
    data, about = reader.xrefs.get_xref_data(last), reader.xrefs.get_xref_container_info(last)
    assert not data.xrefs_in_objstm, "an object inside a stream has no place of its own"
    own = about.stream_ref.idnum if about.stream_ref else 0
    entries = {number: offset for number, (_, offset) in data.standard_xrefs.items() if number != own}
    parts = about.size, reader.trailer.raw_get("/Root").idnum, reader.xrefs.get_startxref_for_revision(last - 1)
    return entries, b"trailer\n<</Size %d /Root %d 0 R /Prev %d>>\n" % parts


def revisions(pdf: bytes) -> list[int]:
    """The lengths of the file at the end of each of its revisions."""
    return [match.end() for match in re.finditer(rb"%%EOF\r?\n?", pdf)]
