"""What a PDF by somebody else is made of: its pages are kept, what acts or hides is left behind.

Only the pages go on: scripts, actions, forms, embedded files and metadata have no place to be. Pages that claim to be
archival (PDF/A) and hold nothing that speaks against it stay as they are; of all others a picture of each page is kept,
because fonts that are not in the file, colours without a meaning and notes that lie over the text do not last.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Name

from mou_service.documents.findings import Finding, finding
from mou_service.documents.pdf.annexes import archival
from mou_service.documents.pdf.annexes.picturing import pictured

MAX_PAGES = 200
#: Points: a business card, and a drawing on A0.
SMALLEST, LARGEST = 100.0, 3400.0
#: Dots of one picture; what draws the pages leaves larger ones out and says nothing.
_MOST_DOTS = 1_000_000_000
#: What a page needs to be seen; all else that hangs on it stays behind.
_OF_A_PAGE = frozenset(
    {"/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group", "/Parent"}
)
_CLAIM = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*([123])")


#: How the library calls what it reads, which says nothing to a person.
_SOURCE = re.compile(r"^(?:stream )?<[^>]*>:? *")


class Unusable(Exception):
    """The file cannot become an annex; `findings` says why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = tuple(findings)


@dataclass
class Clean:
    content: bytes
    pages: int
    pictured: bool
    findings: list[Finding] = field(default_factory=list)


def cleaned(content: bytes) -> Clean:
    """The pages alone. Raises `Unusable`."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return _cleaned(pdf, content)
    except pikepdf.PasswordError:
        raise _refused("pdf_encrypted") from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as problem:
        # What a broken file makes of an object is anybody's guess, and so is what goes wrong with it.
        raise _refused("pdf_broken", detail=_SOURCE.sub("", str(problem))[:100]) from problem


def _cleaned(pdf: pikepdf.Pdf, content: bytes) -> Clean:
    if pdf.is_encrypted:
        raise _refused("pdf_encrypted")
    count = len(pdf.pages)
    if not 0 < count <= MAX_PAGES:
        raise _refused("pdf_limits", kind="pages", count=count, limit=MAX_PAGES)
    for number, page in enumerate(pdf.pages, start=1):
        for box in (page.mediabox, page.cropbox):
            left, bottom, right, top = (float(edge) for edge in box)
            if not all(SMALLEST <= abs(side) <= LARGEST for side in (right - left, top - bottom)):
                raise _refused("pdf_limits", kind="paper", page=number)
    if any(_is_too_fine(each) for each in pdf.objects):
        raise _refused("pdf_limits", kind="effort")
    if "/XFA" in _held(pdf.Root, "/AcroForm"):
        raise _refused("pdf_form")
    findings = list(_left_behind(pdf))
    speaking = [] if _claims(pdf) else [finding("pdf_pictured", kind="no_claim")]
    speaking = speaking or [finding("pdf_pictured", kind=each) for each in archival.speaks_against(pdf)]
    if speaking:
        if archival.guessed(pdf):
            findings.append(finding("pdf_guessed"))
        return Clean(pictured(content), count, True, [*findings, speaking[0]])
    return Clean(_pages_only(pdf), count, False, findings)


def _refused(code: str, **facts: Any) -> Unusable:
    return Unusable([finding(code, outcome="refuse", **facts)])


def _is_too_fine(each: pikepdf.Object) -> bool:
    is_picture = isinstance(each, pikepdf.Stream) and each.get("/Subtype") == Name.Image
    return is_picture and int(each.get("/Width", 0)) * int(each.get("/Height", 0)) > _MOST_DOTS


def _claims(pdf: pikepdf.Pdf) -> bool:
    """Whether the file says of itself that it is PDF/A."""
    metadata = pdf.Root.get("/Metadata")
    return isinstance(metadata, pikepdf.Stream) and bool(_CLAIM.search(metadata.read_bytes()))


def _left_behind(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    """What does not come along, by name."""
    names = _held(pdf.Root, "/Names")
    pages = [page.obj for page in pdf.pages]
    annotations = [each for page in pages for each in page.get("/Annots", [])]
    acting = "/OpenAction" in pdf.Root or "/AA" in pdf.Root or "/JavaScript" in names
    acting = acting or any("/AA" in page for page in pages) or any(_acts(each) for each in annotations)
    if acting and _scripted(pdf, names, annotations):
        yield finding("pdf_left_out", outcome="strip", kind="scripts")
    if "/EmbeddedFiles" in names or any(each.get("/Subtype") == Name.FileAttachment for each in annotations):
        yield finding("pdf_left_out", outcome="strip", kind="files")
    fields = list(_held(pdf.Root, "/AcroForm").get("/Fields", []))
    if fields and any(_is_signature(each) for each in pdf.objects):
        yield finding("pdf_left_out", outcome="strip", kind="signatures")
    elif fields:
        yield finding("pdf_left_out", outcome="strip", kind="form")


def _is_signature(each: pikepdf.Object) -> bool:
    """A field that is signed, or its signature; the fields of a form may hang below one another."""
    if not isinstance(each, pikepdf.Dictionary):
        return False
    return each.get("/Type") == Name.Sig or (each.get("/FT") == Name.Sig and "/V" in each)


def _acts(annotation: pikepdf.Object) -> bool:
    return "/AA" in annotation or _held(annotation, "/A").get("/S") not in (None, Name.URI, Name.GoTo)


def _held(holder: pikepdf.Object, name: str) -> pikepdf.Object:
    """The dictionary under this name; an empty one where there is none, or something else."""
    found = holder.get(name)
    return found if isinstance(found, pikepdf.Dictionary) else pikepdf.Dictionary()


def _scripted(pdf: pikepdf.Pdf, names: pikepdf.Object, annotations: Sequence[pikepdf.Object]) -> bool:
    """Opening at a page is no program; everything else that starts by itself is."""
    opening = pdf.Root.get("/OpenAction")
    harmless = opening is None or isinstance(opening, pikepdf.Array) or opening.get("/S") == Name.GoTo
    others = "/AA" in pdf.Root or "/JavaScript" in names or any("/AA" in page.obj for page in pdf.pages)
    return not harmless or others or any(_acts(each) for each in annotations)


def _pages_only(pdf: pikepdf.Pdf) -> bytes:
    """The pages in a new file, without what hangs on them."""
    new = pikepdf.new()
    for page in pdf.pages:
        for key in page.obj.keys() - _OF_A_PAGE:
            del page.obj[key]
        new.pages.append(page)
    out = io.BytesIO()
    new.save(out, deterministic_id=True, compress_streams=True)
    return out.getvalue()
