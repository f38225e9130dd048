"""A PDF by somebody else becomes an annex: what stays of it, what does not, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from mou_service.documents.blocks import Document, Section
from mou_service.documents.pdf.annexes.taking import Taken, UnusablePdf, take
from mou_service.documents.pdf.fonts import Fonts
from mou_service.documents.pdf.layout import render
from mou_service.documents.pdf.previews import page_texts
from tests.documents.pdf.making import paragraph


def usual(text: str = "Annex", pages: int = 1, size: tuple[float, float] = (595, 842)) -> bytes:
    """As many programs make it: with a font that is not in the file."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for _ in range(pages):
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def archival(fonts: Fonts) -> bytes:
    return render(Document([Section([paragraph("Budget 预算")])]), fonts=fonts).pdf


def changed(content: bytes, change: Callable[[pikepdf.Pdf], object], **how: object) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, **how)
    return out.getvalue()


def codes(taken: Taken) -> list[str]:
    return ["/".join([each.code, *filter(None, [each.facts.get("kind")])]) for each in taken.findings]


def test_an_archival_file_keeps_its_pages(fonts: Fonts) -> None:
    taken = take(archival(fonts))
    assert (taken.pages, taken.pictured, taken.findings) == (1, False, ())
    assert "Budget 预算" in page_texts(taken.clean)[0]
    with pikepdf.open(io.BytesIO(taken.clean)) as pdf:
        assert "/Metadata" not in pdf.Root
        assert "/StructTreeRoot" not in pdf.Root


def test_any_other_file_becomes_pictures_of_its_pages() -> None:
    taken = take(usual(pages=2))
    assert (taken.pages, taken.pictured, codes(taken)) == (2, True, ["pdf_pictured/no_claim"])
    with pikepdf.open(io.BytesIO(taken.clean)) as pdf:
        assert all(len(page.get_images()) == 1 for page in pdf.pages)
    assert take(usual(pages=2)).clean == taken.clean


def test_a_claim_is_not_believed_where_the_file_speaks_against_it(fonts: Fonts) -> None:
    def without_font(pdf: pikepdf.Pdf) -> None:
        for each in pdf.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == Name.FontDescriptor:
                for key in ("/FontFile2", "/FontFile3"):
                    if key in each:
                        del each[key]

    assert codes(take(changed(archival(fonts), without_font))) == ["pdf_guessed", "pdf_pictured/fonts"]

    def with_note(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=[10, 10, 90, 40], Contents=String("Not agreed"))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    assert codes(take(changed(archival(fonts), with_note))) == ["pdf_pictured/notes"]


def test_what_acts_or_hides_is_left_out_and_named(fonts: Fonts) -> None:
    def armed(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.attachments["secret.exe"] = b"MZ"

    taken = take(changed(archival(fonts), armed))
    assert codes(taken) == ["pdf_left_out/scripts", "pdf_left_out/files"]
    assert b"app.alert" not in taken.clean
    assert b"secret.exe" not in taken.clean


def test_files_that_hang_on_a_page_stay_behind(fonts: Fonts) -> None:
    def with_file(pdf: pikepdf.Pdf) -> None:
        held = pdf.make_indirect(pdf.make_stream(b"secret of an embedded file"))
        pdf.pages[0].obj.AF = Array([pdf.make_indirect(Dictionary(Type=Name.Filespec, EF=Dictionary(F=held)))])

    taken = take(changed(archival(fonts), with_file))
    assert not taken.pictured
    with pikepdf.open(io.BytesIO(taken.clean)) as pdf:
        assert "/AF" not in pdf.pages[0].obj
        assert not any(isinstance(each, pikepdf.Stream) and b"secret" in each.read_bytes() for each in pdf.objects)


def test_a_signature_below_another_field_is_called_one() -> None:
    def signed(pdf: pikepdf.Pdf) -> None:
        kid = pdf.make_indirect(Dictionary(FT=Name.Sig, V=Dictionary(Type=Name.Sig)))
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([pdf.make_indirect(Dictionary(T=String("form"), Kids=Array([kid])))])
        )

    assert codes(take(changed(usual(), signed)))[0] == "pdf_left_out/signatures"


def test_fonts_that_were_guessed_are_named() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setFont("STSong-Light", 12)
    canvas.drawString(72, 700, "预算")
    canvas.save()
    assert "pdf_guessed" in codes(take(out.getvalue()))
    assert "pdf_guessed" not in codes(take(usual()))


def too_fine(pdf: pikepdf.Pdf) -> None:
    pdf.make_indirect(
        pikepdf.Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Image, Width=60_000, Height=60_000, BitsPerComponent=8)
    )
    pdf.pages[0].obj.Resources.XObject = Dictionary(Large=pdf.objects[-1])


@pytest.mark.parametrize(
    ("content", "code", "kind"),
    [
        (b"", "wrong_pdf", "other"),
        (b"PK\x03\x04 something", "wrong_pdf", "zip"),
        (b"%PDF-1.7\nnothing of a PDF", "pdf_broken", None),
        (usual(pages=201), "pdf_limits", "pages"),
        (usual(size=(20, 20)), "pdf_limits", "paper"),
        (changed(usual(), lambda pdf: None, encryption=pikepdf.Encryption(owner="o", user="u")), "pdf_encrypted", None),
        (changed(usual(), lambda pdf: None, encryption=pikepdf.Encryption(owner="o", user="")), "pdf_encrypted", None),
        (changed(usual(), lambda pdf: pdf.Root.__setitem__("/AcroForm", Dictionary(XFA=Array([])))), "pdf_form", None),
        (changed(usual(), lambda pdf: pdf.pages[0].obj.__setitem__("/CropBox", Array([1, 1, 2, 2]))), "pdf_limits", "paper"),
        (changed(usual(), too_fine), "pdf_limits", "effort"),
    ],
    ids=["empty", "zip", "broken", "long", "tiny", "password", "owner password", "dynamic form", "cropped", "too fine"],
)  # fmt: skip
def test_what_cannot_become_an_annex_is_refused_with_the_reason(content: bytes, code: str, kind: str | None) -> None:
    with pytest.raises(UnusablePdf) as refused:
        take(content)
    assert (refused.value.findings[0].code, refused.value.findings[0].facts.get("kind")) == (code, kind)
