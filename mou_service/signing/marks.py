"""The mark a person makes: drawn, typed or a picture; checked before anything is drawn with it."""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from mou_service.core.errors import Invalid

LARGEST_PATH = 400_000
LARGEST_PICTURE = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
#: A stamp shows the mark a few centimetres wide; more pixels only make the file larger.
LONGEST_SIDE = 1200
LONGEST_TEXT = 120

_PATH = re.compile(r"[MLHVCSQTAZmlhvcsqtaz0-9eE .,+\-]+")
_BOX = re.compile(r"0 0 (\d{1,5}(?:\.\d+)?) (\d{1,5}(?:\.\d+)?)")


@dataclass(frozen=True)
class Mark:
    """What goes on the line. `path` is one filled outline (SVG) in a box of `width` by `height`."""

    kind: Literal["drawn", "typed", "picture"]
    text: str = ""
    path: str = ""
    width: float = 0.0
    height: float = 0.0
    #: PNG with clear ground.
    picture: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is drawn: the same mark sent twice is one act."""
        parts = (self.kind, self.text, self.path, f"{self.width:g}x{self.height:g}")
        return hashlib.sha256("\0".join(parts).encode() + b"\0" + self.picture).hexdigest()


def drawn(path: str, box: str) -> Mark:
    """A mark drawn by hand; raises `Invalid` for anything that is no outline."""
    size = _BOX.fullmatch(box.strip())
    if not path.strip() or size is None:
        raise Invalid({"mark": _("Draw your signature on the line first, or choose Type.")})
    width, height = float(size[1]), float(size[2])
    if len(path) > LARGEST_PATH or not _PATH.fullmatch(path) or not (10 <= width <= 10_000 and 10 <= height <= 10_000):
        raise Invalid({"mark": _("The drawn signature could not be read. Clear the line and draw it again.")})
    return Mark("drawn", path=path.strip(), width=width, height=height)


def typed(text: str) -> Mark:
    """A typed mark; raises `Invalid` when there is nothing or too much of it."""
    text = " ".join(text.split())
    if not text:
        raise Invalid({"mark": _("Type your name on the line first.")})
    if len(text) > LONGEST_TEXT:
        raise Invalid({"mark": _("The typed signature has more than %(count)s characters.", count=LONGEST_TEXT)})
    return Mark("typed", text=text)


def picture(content: bytes) -> Mark:
    """A picture of a signature, cut to the ink on clear ground; raises `Invalid` with what is wrong."""
    if not content:
        raise Invalid({"mark": _("Choose a picture of your signature first.")})
    if len(content) > LARGEST_PICTURE:
        raise Invalid({"mark": _("The picture is larger than 2 MB. Choose a smaller one.")})
    ink = _ink(_opened(content))
    if ink is None:
        raise Invalid({"mark": _("Nothing can be seen on the picture. It needs dark ink on a white or clear ground.")})
    ink.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    output = io.BytesIO()
    ink.save(output, "PNG", optimize=True)
    return Mark("picture", picture=output.getvalue(), width=ink.width, height=ink.height)


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if image.width * image.height > MOST_PIXELS:
                raise Invalid({"mark": _("The picture has too many pixels. Choose one of at most 4000 by 4000.")})
            return image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning) as error:
        raise Invalid({"mark": _("This file is not a PNG or JPEG picture that can be read.")}) from error


def _ink(image: Image.Image) -> Image.Image | None:
    """What is darker than the paper, the paper made clear; None when there is nothing."""
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    grey = paper.convert("L")
    # Paper photographed in a room is light grey: the lightest tenth still counts as ground.
    strength = grey.point([min(255, max(0, round((215 - level) * 1.6))) for level in range(256)])
    box = strength.point([255 if level > 40 else 0 for level in range(256)]).getbbox()
    if box is None:
        return None
    ink = paper.convert("RGB")
    ink.putalpha(strength)
    return ink.crop(box)
