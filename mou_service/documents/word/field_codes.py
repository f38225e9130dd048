"""The fields of a Word part: found, named, and turned into plain text where they must not live on."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from mou_service.documents.word.ooxml import W, local, remove, unwrap, value

#: Fields that start a program.
PROGRAMS = frozenset({"DDE", "DDEAUTO"})
#: Fields that fetch something from elsewhere or do something when pressed.
FETCHING = frozenset(
    {
        "INCLUDETEXT",
        "INCLUDEPICTURE",
        "INCLUDE",
        "LINK",
        "IMPORT",
        "DATABASE",
        "RD",
        "MACROBUTTON",
        "GOTOBUTTON",
        "PRINT",
        "AUTOTEXT",
        "AUTOTEXTLIST",
        "CONTROL",
        "HTMLACTIVEX",
        "HTMLCONTROL",
        "EMBED",
        "ADDIN",
        "PRIVATE",
        "BARCODE",
        "USERNAME",
        "USERINITIALS",
        "USERADDRESS",
    }
)
#: Fields that show something else tomorrow.
VOLATILE = frozenset(
    {"DATE", "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "EDITTIME", "FILENAME", "FILESIZE", "LASTSAVEDBY", "REVNUM"}
)
#: Fields that are counted when the pages are made.
COUNTED = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
#: Fields whose text Word makes anew without anybody having changed the agreement.
RENEWED = VOLATILE | COUNTED | {"PAGEREF"}
_SHOWN_CODE = frozenset({"MACROBUTTON", "GOTOBUTTON"})


@dataclass(slots=True)
class Field:
    """One field: its code, the element it starts with, and all elements that are not its result."""

    start: etree._Element
    code: str = ""
    marks: list[etree._Element] = field(default_factory=list)
    has_result: bool = False

    @property
    def name(self) -> str:
        return field_name(self.code)


def field_name(code: str) -> str:
    """The first word: PAGE of " page MERGEFORMAT"."""
    words = code.split(maxsplit=1)
    return words[0].upper() if words else ""


def find_fields(root: etree._Element) -> Iterator[Field]:
    """Every field, inner ones before the ones around them."""
    open_fields: list[Field] = []
    for element in list(root.iter(W + "fldSimple", W + "fldChar", W + "instrText")):
        kind = local(element)
        if kind == "fldSimple":
            yield Field(start=element, code=value(element, "instr") or "", has_result=True)
        elif kind == "instrText":
            if open_fields and not open_fields[-1].has_result:
                open_fields[-1].code += element.text or ""
                open_fields[-1].marks.append(element)
        elif value(element, "fldCharType") == "begin":
            open_fields.append(Field(start=element, marks=[element]))
        elif open_fields:
            open_fields[-1].marks.append(element)
            if value(element, "fldCharType") == "separate":
                open_fields[-1].has_result = True
            else:
                yield open_fields.pop()
    yield from reversed(open_fields)


def unlink(found: Field) -> None:
    """Leave the text that the field shows and nothing else of it."""
    if local(found.start) == "fldSimple":
        unwrap(found.start)
        return
    if not found.has_result and found.name in _SHOWN_CODE:
        _show_code(found)
    for mark in found.marks:
        remove(mark)


def _show_code(found: Field) -> None:
    """A button without result shows the words behind the macro's name."""
    codes = [mark for mark in found.marks if local(mark) == "instrText"]
    words = found.code.split(maxsplit=2)
    if codes and len(words) == 3:
        codes[0].tag = W + "t"
        codes[0].text = words[2]
        found.marks.remove(codes[0])
