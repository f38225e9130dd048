"""The institution's logo: read with care, made small, and kept without what a camera or a program wrote into it."""

from __future__ import annotations

import io
import warnings

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from mou_service.core.errors import Invalid

LARGEST_BYTES = 4 * 1024 * 1024
LARGEST_PIXELS = 25_000_000
#: Enough for a masthead on a fine screen and for paper.
SIDE = 1200


def logo(content: bytes, *, field: str = "logo") -> bytes:
    """The picture as a PNG no larger than needed; raises `Invalid` for what is no PNG or JPEG, or too large."""
    if len(content) > LARGEST_BYTES:
        raise Invalid({field: _("This picture is too large: take one of at most 4 MB.")})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > LARGEST_PIXELS:
            raise Invalid({field: _("This picture has too many pixels: take one of at most 5,000 by 5,000.")})
        picture.load()
    except UnidentifiedImageError:
        raise Invalid({field: _("This is neither PNG nor JPEG. Save the logo as PNG and choose it again.")}) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid({field: _("This picture cannot be read. Save it again as PNG and choose it again.")}) from None
    return _as_png(picture)


def _as_png(picture: Image.Image) -> bytes:
    plain = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
    plain.thumbnail((SIDE, SIDE))
    kept = io.BytesIO()
    plain.save(kept, "PNG", optimize=True)
    return kept.getvalue()
