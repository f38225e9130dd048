"""A paper that shows something (a power of attorney, an extract of a register): looked at before it is kept.

The bytes are kept as they came, for they are the evidence; what cannot be read for decades, or acts by itself when a
colleague opens it, is refused with the reason.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

import pikepdf
from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from mou_service.core.errors import Invalid

LARGEST_BYTES = 20 * 1024 * 1024
#: A page of A3 scanned at 600 dots an inch.
MOST_PIXELS = 70_000_000
MOST_OBJECTS = 200_000
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}
_ACTS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMediaExecute"}


@dataclass(frozen=True)
class Evidence:
    """A paper as it was given to us."""

    content: bytes
    name: str
    media_type: str


def examined(content: bytes, name: str, *, field: str = "evidence") -> Evidence:
    """The paper, when it is a PDF or a picture that can be kept; raises `Invalid` at `field` with what to do."""
    if not content:
        raise Invalid({field: _("The file is empty. Choose it again.")})
    if len(content) > LARGEST_BYTES:
        raise Invalid({field: _("The file is larger than 20 MB. Scan it at 300 dots an inch, or send fewer pages.")})
    kind = _pdf(content, field) if content[:1024].lstrip().startswith(b"%PDF-") else _picture(content, field)
    return Evidence(content, _safe(name, kind), kind)


def _pdf(content: bytes, field: str) -> str:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise Invalid({field: _protected()})
            if not len(pdf.pages):
                raise Invalid({field: _("This PDF has no pages. Save or scan it again.")})
            if _acts_by_itself(pdf):
                raise Invalid(
                    {field: _("This PDF holds a program or starts one. Print it as PDF again and choose that file.")}
                )
    except pikepdf.PasswordError:
        raise Invalid({field: _protected()}) from None
    except pikepdf.PdfError:
        raise Invalid({field: _("This PDF is damaged and cannot be read. Save or scan it again.")}) from None
    return "application/pdf"


def _protected() -> str:
    return str(_("This PDF is protected by a password or by rights. Save it without protection and choose that file."))


def _acts_by_itself(pdf: pikepdf.Pdf) -> bool:
    """Whether it holds a script, starts a program or sends something, wherever in the file that is said."""
    return len(pdf.objects) > MOST_OBJECTS or any(_holds_an_act(each) for each in pdf.objects)


def _holds_an_act(thing: object) -> bool:
    """Looks through what stands inside this object; what it only points at is an object of its own."""
    waiting: list[object] = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            inside: list[object] = list(each)
        elif isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            if str(each.get("/S", "")) in _ACTS:
                return True
            inside = [each[key] for key in each.keys()]
        else:
            continue
        waiting += [
            one for one in inside
            if isinstance(one, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and not one.is_indirect
        ]  # fmt: skip
    return False


def _picture(content: bytes, field: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Invalid({field: _("The picture has too many pixels. Scan it at 300 dots an inch.")})
                picture.load()
                return "image/png" if picture.format == "PNG" else "image/jpeg"
    except UnidentifiedImageError:
        raise Invalid({field: _("This is no PDF, PNG or JPEG. Save or scan the paper as one of these.")}) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid({field: _("The picture has too many pixels. Scan it at 300 dots an inch.")}) from None
    except (OSError, SyntaxError, ValueError):
        raise Invalid({field: _("This picture is damaged and cannot be read. Save or scan it again.")}) from None


def _safe(name: str, kind: str) -> str:
    """The name it came with, without folders and with the ending of what it is."""
    last = re.split(r"[/\\]", name)[-1]
    stem = "".join(c for c in last if c.isprintable() and c not in '"<>:|?*').strip(" .")
    stem = stem.rsplit(".", 1)[0][:160] or "evidence"
    return stem + ENDINGS[kind]
