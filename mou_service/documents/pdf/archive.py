"""Finishes a drawn PDF: structure, signature fields, metadata, output intent: PDF/A-2a and PDF/UA-1."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms

from mou_service.documents.pdf.painter import Rect
from mou_service.documents.pdf.tags import Node, TreeWriter

PRODUCER = "MoU Service"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:identifier>{reference}</dc:identifier>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{reference}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag>{languages}</rdf:Bag></dc:language>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate><xmp:CreatorTool>{producer}</xmp:CreatorTool>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>{accessible}</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_ACCESSIBLE = """<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
"""


@dataclass(frozen=True, slots=True)
class Metadata:
    title: str
    author: str = ""
    reference: str = ""
    languages: Sequence[str] = ("en",)
    #: When the document was made; given by the caller, so that the same input makes the same bytes.
    created: datetime | None = None
    #: "A": all of it drawn here, so it is PDF/A-2a and PDF/UA-1. "B": pages by another program are in it: PDF/A-2b.
    level: Literal["A", "B"] = "A"


@dataclass(frozen=True, slots=True)
class SignatureField:
    """An empty field to sign in. `closing` locks the whole document once it is signed (the seal)."""

    name: str
    page: int
    rect: Rect
    #: What assistive software reads: "Signature of Prof. Xie Huaqing for …".
    tooltip: str
    closing: bool = False


def finish(
    drawn: bytes,
    *,
    root: Node,
    metadata: Metadata,
    fields: Sequence[SignatureField] = (),
    insert: Callable[[pikepdf.Pdf], None] | None = None,
) -> bytes:
    """The drawn pages as PDF/A-2 of the level the metadata names. The same input gives the same bytes.

    `insert` puts in pages by others before the structure is written.
    """
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        strip_standard_fonts(pdf)
        if insert is not None:
            insert(pdf)
        _make_links_print(pdf)
        _add_fields(pdf, fields)
        TreeWriter(pdf).write(root)
        _describe(pdf, metadata)
        _add_output_intent(pdf)
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            min_version="1.7",
        )
    return out.getvalue()


def add_signature_fields(pdf: bytes, fields: Sequence[SignatureField]) -> bytes:
    """Empty signature fields in a PDF that is not yet certified, each with its place in the structure."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        widgets = _add_fields(opened, fields)
        _add_form_elements(opened, fields, widgets)
        out = io.BytesIO()
        opened.save(out, deterministic_id=True)
    return out.getvalue()


def strip_standard_fonts(pdf: pikepdf.Pdf) -> None:
    """ReportLab always lists Helvetica; it is not embedded and nothing uses it."""
    for page in pdf.pages:
        fonts = page.obj.Resources.get("/Font")
        if fonts is not None:
            for name in [key for key, font in fonts.items() if font.get("/Subtype") == Name.Type1]:
                del fonts[name]


def _make_links_print(pdf: pikepdf.Pdf) -> None:
    """An archive file may not hide an annotation from print."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", Array()):
            annotation.F = 4


def _add_fields(pdf: pikepdf.Pdf, fields: Sequence[SignatureField]) -> list[pikepdf.Object]:
    widgets = [_widget(pdf, each) for each in fields]
    if not widgets:
        return []
    form = pdf.Root.get("/AcroForm")
    if form is None:
        form = pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(), SigFlags=3))
    form.Fields.extend(widgets)
    for each, widget in zip(fields, widgets, strict=True):
        page = pdf.pages[each.page].obj
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(widget)
        page.Tabs = Name.S
    return widgets


def _widget(pdf: pikepdf.Pdf, each: SignatureField) -> pikepdf.Object:
    left, bottom, right, top = each.rect
    box = Array([0, 0, _r(right - left), _r(top - bottom)])
    empty = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=Dictionary())
    widget = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Sig,
        T=String(each.name),
        TU=String(each.tooltip),
        F=4,
        P=pdf.pages[each.page].obj,
        Rect=Array([_r(value) for value in each.rect]),
        AP=Dictionary(N=empty),
    )
    if each.closing:
        widget.Lock = pdf.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
    return pdf.make_indirect(widget)


def _r(value: float) -> float:
    return round(value, 2)


def _add_form_elements(pdf: pikepdf.Pdf, fields: Sequence[SignatureField], widgets: Sequence[pikepdf.Object]) -> None:
    """Form elements at the end of an existing structure; without one there is nothing to add to."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return
    document = root.K if isinstance(root.K, pikepdf.Dictionary) else root.K[0]
    numbers, key = root.ParentTree.Nums, int(root.ParentTreeNextKey)
    for each, widget in zip(fields, widgets, strict=True):
        page = pdf.pages[each.page].obj
        element = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Form, P=document, Pg=page, Alt=String(each.tooltip))
        )
        element.K = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
        document.K.append(element)
        widget.StructParent = key
        numbers.append(key)
        numbers.append(element)
        key += 1
    root.ParentTreeNextKey = key


def _describe(pdf: pikepdf.Pdf, metadata: Metadata) -> None:
    date = metadata.created.replace(microsecond=0) if metadata.created else None
    values: Mapping[str, str] = {
        "title": metadata.title,
        "author": metadata.author,
        "reference": metadata.reference,
        "producer": PRODUCER,
        "date": date.isoformat() if date else "2000-01-01T00:00:00+00:00",
    }
    languages = "".join(f"<rdf:li>{escape(language)}</rdf:li>" for language in metadata.languages)
    xmp = _XMP.format(
        languages=languages,
        level=metadata.level,
        accessible=_ACCESSIBLE if metadata.level == "A" else "",
        **{key: escape(value) for key, value in values.items()},
    )
    pdf.Root.Metadata = pdf.make_stream(xmp.encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Lang = String(metadata.languages[0] if metadata.languages else "en")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    for key in ("/PageMode", "/Outlines"):
        if key in pdf.Root:
            del pdf.Root[key]
    info = pdf.docinfo
    for key in list(info.keys()):
        del info[key]
    stamp = _pdf_date(values["date"])
    for key, value in (
        ("/Title", metadata.title),
        ("/Author", metadata.author),
        ("/Subject", metadata.reference),
        ("/Creator", PRODUCER),
        ("/Producer", PRODUCER),
        ("/CreationDate", stamp),
        ("/ModDate", stamp),
    ):
        info[key] = String(value)


def _pdf_date(iso: str) -> str:
    moment = datetime.fromisoformat(iso)
    zone = moment.strftime("%z") or "+0000"
    return moment.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:5]}'"


def _add_output_intent(pdf: pikepdf.Pdf) -> None:
    profile = pdf.make_stream(_srgb(), N=3, Alternate=Name.DeviceRGB)
    pdf.Root.OutputIntents = Array(
        [
            pdf.make_indirect(
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                    Info=String("sRGB IEC61966-2.1"),
                    DestOutputProfile=profile,
                )
            )
        ]
    )


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    """The profile without the moment it was made at, so that every process writes the same bytes."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[24:36] = bytes.fromhex("07d0000100010000 00000000".replace(" ", ""))
    made[84:100] = bytes(16)
    return bytes(made)
