"""The mark a person makes: drawn, typed or a picture; checked before anything is drawn with it."""

from __future__ import annotations

import hashlib
import io
import json
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from mou_service.core.errors import Invalid

MOST_STROKES = 300
MOST_POINTS = 20_000
LARGEST_PICTURE = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000
#: A stamp shows the mark a few centimetres wide; more pixels only make the file larger.
LONGEST_SIDE = 1200
LONGEST_TEXT = 120
#: Some scripts are written with them: without, other letters would stand there.
_JOINERS = "\u200c\u200d"

Strokes = tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Mark:
    """What goes on the line."""

    kind: Literal["drawn", "typed", "picture"]
    text: str = ""
    #: The way of the pen: points, y growing downwards.
    strokes: Strokes = ()
    #: PNG with clear ground.
    picture: bytes = b""

    @property
    def digest(self) -> str:
        """SHA-256 over everything that is drawn: the same mark sent twice is one act."""
        content = json.dumps([self.kind, self.text, self.strokes], ensure_ascii=False).encode() + self.picture
        return hashlib.sha256(content).hexdigest()


def drawn(strokes: str) -> Mark:
    """A mark drawn by hand, as the page sends it: {"strokes": [[[x, y, …], …], …]}; raises `Invalid` otherwise."""
    if not strokes.strip():
        raise Invalid({"mark": _("Draw your signature on the line first, or choose Type.")})
    try:
        ways = json.loads(strokes)["strokes"]
        points = tuple(tuple((_number(point[0]), _number(point[1])) for point in way) for way in ways if way)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise _unreadable() from error
    if not points or len(points) > MOST_STROKES or sum(map(len, points)) > MOST_POINTS:
        raise _unreadable()
    if _extent(points) < 3:
        raise Invalid({"mark": _("A dot is not a signature. Clear the line and sign on it.")})
    return Mark("drawn", strokes=points)


def typed(text: str) -> Mark:
    """A typed mark; raises `Invalid` when there is nothing or too much of it."""
    text = " ".join("".join(each for each in text if _is_seen(each)).split())
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
    return Mark("picture", picture=output.getvalue())


def _is_seen(character: str) -> bool:
    """Not one that shows nothing, or turns the direction of what follows: the line must hold what the page showed."""
    return (
        unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs") or character in _JOINERS or character.isspace()
    )


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= 100_000:
        raise ValueError("no place on the line")
    return round(float(value), 1)


def _extent(strokes: Strokes) -> float:
    points = [point for stroke in strokes for point in stroke]
    return max(max(way) - min(way) for way in ([x for x, _y in points], [y for _x, y in points]))


def _unreadable() -> Invalid:
    return Invalid({"mark": _("The drawn signature could not be read. Clear the line and draw it again.")})


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
            if image.width * image.height > MOST_PIXELS:
                raise _too_many_pixels()
            return image.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Invalid({"mark": _("This file is not a PNG or JPEG picture that can be read.")}) from error


def _too_many_pixels() -> Invalid:
    return Invalid({"mark": _("The picture has too many pixels. Choose one of at most 4000 by 4000.")})


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
