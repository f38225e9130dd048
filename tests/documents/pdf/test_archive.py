"""The finished file keeps what PDF/A-2a and PDF/UA-1 ask for, and its empty fields are ready to be signed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pikepdf
from pikepdf import Name

from mou_service.documents.pdf.archive import Metadata, SignatureField, add_signature_fields
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import Options, render
from tests.documents.pdf.making import ARABIC, CHINESE, ENGLISH, METADATA, document, drawn, opened, paragraph, table


def everything(fonts: Fonts) -> bytes:
    return drawn(
        document(
            paragraph("Title", tag="H1"),
            paragraph(CHINESE, "zh"),
            paragraph(ARABIC, "ar", right_to_left=True),
            table([("a", "b"), ("c", "")], header=True),
            paragraph(ENGLISH),
        ),
        fonts,
    ).pdf


def test_all_fonts_are_embedded_with_their_text(fonts: Fonts) -> None:
    with opened(everything(fonts)) as pdf:
        used = {str(font.BaseFont): font for page in pdf.pages for font in page.Resources.Font.values()}
        assert len(used) >= 4
        for name, font in used.items():
            assert re.match(r"/[A-Z]{6}\+", name)
            assert font.Subtype == Name.Type0 and font.Encoding == Name("/Identity-H")
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            assert b"beginbfchar" in font.ToUnicode.read_bytes()


def test_widths_in_the_pdf_are_those_of_the_font_program(fonts: Fonts) -> None:
    face, text = fonts.runs("谅解", language="zh")[0]
    assert [glyph.width for glyph in face.shape(text).glyphs] == [1000.0, 1000.0]
    latin, text = fonts.runs("MoU")[0]
    program = latin.cut({glyph.code for glyph in latin.shape(text).glyphs})
    assert program.kind == "glyf"
    assert sorted(program.glyph_numbers.values()) == [1, 2, 3]


def test_every_mark_on_a_page_is_in_the_structure(fonts: Fonts) -> None:
    with opened(everything(fonts)) as pdf:
        parents = pdf.Root.StructTreeRoot.ParentTree.Nums
        for index, page in enumerate(pdf.pages):
            stream = page.Contents.read_bytes().decode("latin-1")
            numbers = [int(number) for number in re.findall(r"/MCID (\d+)", stream)]
            assert numbers == list(range(len(numbers)))
            assert len(parents[2 * index + 1]) == len(numbers)
            assert int(page.StructParents) == index and page.Tabs == Name.S
            assert stream.count("BDC") + stream.count("BMC") == stream.count("EMC")


def test_the_file_says_what_it_is(fonts: Fonts) -> None:
    with opened(everything(fonts)) as pdf:
        xmp = pdf.Root.Metadata.read_bytes().decode()
        for part in (
            "<pdfaid:part>2<",
            "<pdfaid:conformance>A<",
            "<pdfuaid:part>1<",
            METADATA.title,
            "REF-2024-0001",
            "<rdf:li>zh</rdf:li>",
            "2024-03-27T08:00:00+00:00",
        ):
            assert part in xmp
        assert str(pdf.docinfo.Title) == METADATA.title
        assert str(pdf.docinfo.CreationDate) == "D:20240327080000+00'00'"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) and bool(pdf.Root.MarkInfo.Marked)
        assert pdf.Root.OutputIntents[0].S == Name.GTS_PDFA1
        assert not {"/OpenAction", "/AA", "/Names"} & set(pdf.Root.keys())


def test_titles_may_hold_any_character(fonts: Fonts) -> None:
    metadata = Metadata("A & B <谅解>", "O'Neil & Søn", "R-1", ("zh",), datetime(2026, 1, 1, tzinfo=UTC))
    made = render(document(paragraph("x")), fonts=fonts, options=Options(metadata=metadata))
    with opened(made.pdf) as pdf:
        assert str(pdf.docinfo.Title) == "A & B <谅解>"
        with pdf.open_metadata() as xmp:
            assert xmp["dc:title"] == "A & B <谅解>"


def test_fields_added_later_are_named_locked_and_in_the_structure(fonts: Fonts) -> None:
    before = everything(fonts)
    fields = [
        SignatureField("Signatory1", 0, (72, 72, 272, 160), "Signature of A"),
        SignatureField("Seal", 0, (300, 72, 400, 172), "Seal of B", closing=True),
    ]
    after = add_signature_fields(before, fields)
    with opened(after) as pdf:
        signatory, seal = pdf.Root.AcroForm.Fields
        assert str(signatory.TU) == "Signature of A" and "/Lock" not in signatory
        assert seal.Lock.Action == Name.All and int(seal.Lock.P) == 1
        assert [float(value) for value in seal.Rect] == [300, 72, 400, 172]
        elements = dict(zip(*[iter(pdf.Root.StructTreeRoot.ParentTree.Nums)] * 2, strict=True))
        for widget in (signatory, seal):
            element = elements[widget.StructParent]
            assert Name.Form == element.S and element.K.Obj.objgen == widget.objgen
            assert int(widget.F) == 4 and isinstance(widget.AP.N, pikepdf.Stream)
    assert add_signature_fields(before, fields) == after
