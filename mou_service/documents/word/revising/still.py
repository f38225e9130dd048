"""A Word file in which nothing moves any more: what another program is given to draw."""

from mou_service.documents.word.gate import field_codes
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.ooxml import W, remove, serialise
from mou_service.documents.word.package import Package

#: Fields a drawing program may fill in: they depend on the pages it makes, or lead somewhere.
_LIVE = field_codes.COUNTED | {"HYPERLINK"}


def still(content: bytes) -> bytes:
    """The accepted text of a checked .docx, with the words its fields show now; page numbers stay live.

    A cross-reference that is worked out anew may say something else than the text that was agreed.
    """
    package = Package(hand_out(content))
    changed: dict[str, bytes] = {}
    for name in package.stories:
        root = package.root(name)
        if root is None:
            continue
        for found in list(field_codes.find_fields(root)):
            if found.name not in _LIVE:
                field_codes.unlink(found)
        changed[name] = serialise(root)
    settings = package.related("settings")
    root = package.root(settings) if settings else None
    if settings and root is not None:
        for element in list(root.iter(W + "updateFields")):
            remove(element)
        changed[settings] = serialise(root)
    return package.write(changed)
