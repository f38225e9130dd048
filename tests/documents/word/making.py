"""Small Word files for tests, written part by part."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NAMESPACES = (
    f'xmlns:w="{W_NAMESPACE}" xmlns:r="{OFFICE}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" '
    'w:left="1440" w:header="720" w:footer="720"/></w:sectPr>'
)

#: (id, kind, target, external)
Relation = tuple[str, str, str, bool]


def run(text: str, look: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, look: str = "") -> str:
    """Plain text is put into a run; markup is taken as it is."""
    inside = "".join(each if each.startswith("<") else run(each) for each in content)
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{inside}</w:p>"


def field(code: str, result: str = "") -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    shown = mark.format("separate") + run(result) if result else ""
    return f"{mark.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{shown}{mark.format('end')}"


def cell(*content: str, look: str = "") -> str:
    inside = "".join(each if each.startswith("<") else paragraph(each) for each in content) or "<w:p/>"
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, look: str = "") -> str:
    inside = "".join(each if each.startswith("<w:tc>") else cell(each) for each in cells)
    return f"<w:tr><w:trPr>{look}</w:trPr>{inside}</w:tr>"


def table(*rows: str, widths: Sequence[int] = (4513, 4513), look: str = "") -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def part(name: str, content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {NAMESPACES}>{content}</w:{name}>'.encode()


def relations(entries: Sequence[Relation]) -> bytes:
    inside = "".join(
        f'<Relationship Id="{identity}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if external else ''}/>"
        for identity, kind, target, external in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships '
        f'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    ).encode()


def word(
    *body: str,
    styles: str = "",
    numbering: str = "",
    settings: str = "",
    notes: str = "",
    parts: Mapping[str, bytes] | None = None,
    links: Sequence[Relation] = (),
    section: str = SECTION,
    main_type: str = WORD_TYPE,
) -> bytes:
    """A .docx with this body; plain text is a paragraph."""
    inside = "".join(each if each.startswith("<") else paragraph(each) for each in body)
    files: dict[str, bytes] = {"word/document.xml": part("document", f"<w:body>{inside}{section}</w:body>")}
    own: list[Relation] = list(links)
    for name, content in (("styles", styles), ("numbering", numbering), ("settings", settings), ("footnotes", notes)):
        if content:
            files[f"word/{name}.xml"] = part(name, content)
            own.append((f"own-{name}", name, f"{name}.xml", False))
    files["word/_rels/document.xml.rels"] = relations(own)
    files["_rels/.rels"] = relations([("rId1", "officeDocument", "word/document.xml", False)])
    files["[Content_Types].xml"] = content_types(main_type)
    return packed({**files, **(parts or {})})


def content_types(main_type: str = WORD_TYPE) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
        f'PartName="/word/document.xml" ContentType="{main_type}"/></Types>'
    ).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def png(width: int = 4, height: int = 4) -> bytes:
    """A white picture; the claimed size may be larger than what the few bytes hold."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\xff" * width for _ in range(min(height, 64)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def drawing(identity: str, *, position: str = "inline", width: int = 914_400, height: int = 457_200) -> str:
    """A picture of 72 × 36 points; `position` may be the inside of an anchor."""
    graphic = (
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{identity}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    )
    size = f'<wp:extent cx="{width}" cy="{height}"/>'
    properties = '<wp:docPr id="1" name="Picture" descr="The emblem"/>'
    if position == "inline":
        return f"<w:r><w:drawing><wp:inline>{size}{properties}{graphic}</wp:inline></w:drawing></w:r>"
    return f"<w:r><w:drawing><wp:anchor>{position}{size}{properties}{graphic}</wp:anchor></w:drawing></w:r>"
