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
        "GLOSSARY",
        "CONTROL",
        "HTMLACTIVEX",
        "HTMLCONTROL",
        "EMBED",
        "ADDIN",
        "PRIVATE",
        "BARCODE",
        "DISPLAYBARCODE",
        "MERGEBARCODE",
        "USERNAME",
        "USERINITIALS",
        "USERADDRESS",
        "ASK",
        "FILLIN",
    }
)
#: Fields that show something else tomorrow, on another computer, or when the file is saved again.
VOLATILE = frozenset(
    {
        "DATE",
        "TIME",
        "SAVEDATE",
        "PRINTDATE",
        "CREATEDATE",
        "EDITTIME",
        "FILENAME",
        "FILESIZE",
        "LASTSAVEDBY",
        "REVNUM",
        "AUTHOR",
        "TITLE",
        "SUBJECT",
        "KEYWORDS",
        "COMMENTS",
        "INFO",
        "DOCPROPERTY",
        "DOCVARIABLE",
        "TEMPLATE",
        "NUMWORDS",
        "NUMCHARS",
        "QUOTE",
        "MERGEFIELD",
        "MERGEREC",
        "MERGESEQ",
        "ADDRESSBLOCK",
        "GREETINGLINE",
        "NEXT",
        "NEXTIF",
        "SKIPIF",
    }
)
#: Fields that are counted when the pages are made.
COUNTED = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES"})
#: Fields whose text Word makes anew without anybody having changed the agreement.
RENEWED = VOLATILE | COUNTED | {"PAGEREF"}
#: Nobody writes fields deeper in each other than this.
MAX_NESTED = 20
_SHOWN_CODE = frozenset({"MACROBUTTON", "GOTOBUTTON"})
#: A text field of a form that fills itself in.
_SELF_FILLING = frozenset({"currentDate", "currentTime", "date", "calculated"})
_WANTED = tuple(
    W + name
    for name in (
        "fldSimple",
        "fldChar",
        "instrText",
        "delInstrText",
        "t",
        "delText",
        "tab",
        "br",
        "cr",
        "sym",
        "drawing",
        "pict",
    )
)


class TooDeep(ValueError):
    """Fields lie deeper in each other than any program writes them; `start` is where."""

    def __init__(self, start: etree._Element) -> None:
        super().__init__("fields too deep")
        self.start = start


@dataclass(slots=True, eq=False)
class Field:
    """One field: its code, the element it starts with, and all elements that are not its result."""

    start: etree._Element
    code: str = ""
    marks: list[etree._Element] = field(default_factory=list)
    has_result: bool = False
    #: The text it shows.
    shown: str = ""
    #: Fields inside its code, whose results its code is made of.
    inner: list["Field"] = field(default_factory=list)
    #: What stands in its code without being code: texts and marks of the inner ones.
    unseen: list[etree._Element] = field(default_factory=list)
    #: It stands in the code of another field.
    in_code: bool = False

    @property
    def name(self) -> str:
        return field_name(self.code)

    @property
    def volatile(self) -> bool:
        """Whether it shows something else tomorrow, by itself or by a field that decides what it shows."""
        form = self.start.find(f"{W}ffData/{W}textInput/{W}type")
        fills_itself = form is not None and value(form) in _SELF_FILLING
        return self.name in VOLATILE or fills_itself or any(each.volatile for each in self.inner)

    @property
    def computed(self) -> bool:
        """Whether its very name is made by another field, so that nobody sees what it does."""
        return bool(self.inner) and not self.name


def field_name(code: str) -> str:
    """The first word: PAGE of " page MERGEFORMAT"."""
    words = code.split(maxsplit=1)
    return words[0].upper() if words else ""


def find_fields(root: etree._Element) -> Iterator[Field]:
    """Every field, inner ones before the ones around them; raises `TooDeep`."""
    opened: list[Field] = []
    for element in list(root.iter(*_WANTED)):
        kind = local(element)
        if kind == "fldSimple":
            in_code = bool(opened) and not opened[-1].has_result
            shown = "".join(text.text or "" for text in element.iter(W + "t"))
            found = Field(element, value(element, "instr") or "", has_result=True, shown=shown, in_code=in_code)
            if in_code:
                opened[-1].inner.append(found)
            yield found
        elif kind in ("instrText", "delInstrText"):
            if opened and not opened[-1].has_result:
                opened[-1].code += element.text or ""
                opened[-1].marks.append(element)
                _unseen(opened[:-1], element)
        elif kind != "fldChar":
            _content(opened, element)
        elif value(element, "fldCharType") == "begin":
            if len(opened) >= MAX_NESTED:
                raise TooDeep(element)
            _unseen(opened, element)
            begun = Field(start=element, marks=[element], in_code=any(not each.has_result for each in opened))
            if opened and not opened[-1].has_result:
                opened[-1].inner.append(begun)
            opened.append(begun)
        elif opened:
            opened[-1].marks.append(element)
            _unseen(opened[:-1], element)
            if value(element, "fldCharType") == "separate":
                opened[-1].has_result = True
            else:
                yield opened.pop()
    yield from reversed(opened)


def _unseen(opened: list[Field], element: etree._Element) -> None:
    for each in opened:
        if not each.has_result:
            each.unseen.append(element)


def _content(opened: list[Field], element: etree._Element) -> None:
    """A text inside fields: shown by those whose result it is in, unless it is in the code of one further inside."""
    for each in reversed(opened):
        if not each.has_result:
            _unseen(opened, element)
            return
    for each in opened:
        each.shown += element.text or "" if element.tag == W + "t" else ""


def unlink(found: Field) -> None:
    """Leave the text that the field shows and nothing else of it."""
    if local(found.start) == "fldSimple":
        unwrap(found.start)
        return
    if not found.has_result and found.name in _SHOWN_CODE:
        _show_code(found)
    for mark in (*found.marks, *found.unseen):
        remove(mark)


def _show_code(found: Field) -> None:
    """A button without result shows the words behind the macro's name."""
    codes = [mark for mark in found.marks if local(mark) == "instrText"]
    words = found.code.split(maxsplit=2)
    if codes and len(words) == 3:
        codes[0].tag = W + "t"
        codes[0].text = words[2]
        found.marks.remove(codes[0])
