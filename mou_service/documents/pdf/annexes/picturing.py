"""Pictures of the pages of a PDF, with everything a person sees on them: what lies over the text as well."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image, ImageChops
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

#: Fine enough to print small type from.
DOTS_PER_INCH = 220
#: Points of each side together; a drawing on a large sheet gets fewer dots an inch, not more memory.
_MOST_PIXELS = 24_000_000
_QUALITY = 88


def pictured(pdf: bytes) -> bytes:
    """A PDF of the same pages that holds one picture for each. The same bytes give the same bytes."""
    document = pypdfium2.PdfDocument(pdf)
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    try:
        document.init_forms()
        for page in document:
            width, height = page.get_size()
            scale = min(DOTS_PER_INCH / 72, (_MOST_PIXELS / max(width * height, 1.0)) ** 0.5)
            picture = page.render(scale=scale, may_draw_forms=True, draw_annots=True).to_pil().convert("RGB")
            canvas.setPageSize((width, height))
            canvas.drawImage(ImageReader(_packed(picture)), 0, 0, width, height)
            canvas.showPage()
            page.close()
    finally:
        document.close()
    canvas.save()
    return out.getvalue()


def _packed(picture: Image.Image) -> io.BytesIO:
    """As JPEG, or without loss where that takes little more; in greys where there are no colours."""
    red, green, blue = picture.split()
    grey = not any(ImageChops.difference(red, each).getbbox() for each in (green, blue))
    picture = red if grey else picture
    exact, usual = io.BytesIO(), io.BytesIO()
    picture.save(exact, "PNG", compress_level=6)
    picture.save(usual, "JPEG", quality=_QUALITY, subsampling=0)
    chosen = exact if exact.tell() < 1.3 * usual.tell() else usual
    chosen.seek(0)
    return chosen
