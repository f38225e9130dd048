"""Word files that mean harm: every kind we know, made here so that none has to be kept.

`HOSTILE` names each with what the gate has to say of it. `python -m tests.documents.word.hostile FOLDER` writes them out;
`measure` there takes processor time and memory of everything an upload runs, one process for each file.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.documents.word import making
from tests.documents.word.making import (
    NAMESPACES,
    cell,
    content_types,
    drawing,
    field,
    packed,
    paragraph,
    part,
    png,
    relations,
    row,
    run,
    table,
    word,
)

MAIN = "word/document.xml"


@dataclass(frozen=True)
class Hostile:
    """One file: `refused` with this code, or taken with a finding of the code and without `gone` in the clean copy."""

    make: Callable[[], bytes]
    code: str
    refused: bool = True
    gone: bytes = b""


def body(inside: str | bytes, **files: bytes) -> bytes:
    """A file whose body is this markup, however large."""
    raw = inside.encode() if isinstance(inside, str) else inside
    head = f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>'.encode()
    return with_main(head + raw + b"</w:body></w:document>", **files)


def with_main(main: bytes, *, related: list[making.Relation] | None = None, **files: bytes) -> bytes:
    return packed({
        MAIN: main,
        "word/_rels/document.xml.rels": relations(related or []),
        "_rels/.rels": relations([("rId1", "officeDocument", MAIN, False)]),
        "[Content_Types].xml": content_types(),
        **files,
    })  # fmt: skip


# -- the container -------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    return word("x", parts={"word/media/image1.bin": bytes(60 << 20)})


def zip_bomb_of_many() -> bytes:
    return word("x", parts={f"word/media/{n}.bin": bytes(3 << 20) for n in range(60)})


def nested_zip() -> bytes:
    inner = packed({f"{n}.bin": bytes(1 << 20) for n in range(20)})
    return word(
        "x", parts={"word/embeddings/inner.zip": inner}, links=[("e", "package", "embeddings/inner.zip", False)]
    )


def many_entries() -> bytes:
    return word("x", parts={f"word/media/{n}.txt": b"" for n in range(5000)})


def overlapping_entries() -> bytes:
    """Every entry of the table points at one and the same place: the table is rewritten by hand."""
    content = bytearray(word("x", parts={f"word/media/{n:04}.bin": bytes(1000) for n in range(50)}))
    at, offsets = 0, []
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        offsets.append(at)
        at += 4
    shared = content[offsets[0] + 42 : offsets[0] + 46]
    for place in offsets[1:]:
        content[place + 42 : place + 46] = shared
    return bytes(content)


def false_sizes() -> bytes:
    """The table of the zip says a part is small; what is packed there is not."""
    content = bytearray(word("x", parts={"word/media/a.xml": b"<a>" + b" " * (40 << 20) + b"</a>"}))
    at = content.find(b"PK\x01\x02")
    while b"media/a.xml" not in content[at + 46 : at + 80]:
        at = content.find(b"PK\x01\x02", at + 4)
    content[at + 24 : at + 28] = struct.pack("<I", 200)
    return bytes(content)


def twice(first: str, second: str) -> Callable[[], bytes]:
    def make() -> bytes:
        target = io.BytesIO(word("one text"))
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr(second, part("document", f"<w:body>{paragraph('another text')}</w:body>"))
        assert first == MAIN
        return target.getvalue()

    return make


def named(name: str) -> Callable[[], bytes]:
    return lambda: word("x", parts={name: b"x"})


def symbolic_link() -> bytes:
    target = io.BytesIO(word("x"))
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo("word/media/image1.png")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


def other_packing() -> bytes:
    target = io.BytesIO(word("x"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/media/a.bin", bytes(1000))
    return target.getvalue()


def password() -> bytes:
    content = bytearray(word("x"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := content.find(mark, at)) >= 0:
            content[at + flags] |= 1
            at += 4
    return bytes(content)


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)


def hidden_encrypted() -> bytes:
    """An OLE file of old Word, under the name of a new one."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(2000)


# -- the markup ----------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    ) + "]>"
)  # fmt: skip


def with_doctype(
    doctype: str, encoding: str = "UTF-8", reference: str = "&j;", python: str = ""
) -> Callable[[], bytes]:
    def make() -> bytes:
        text = (
            f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>'
            f"{reference}</w:t></w:r></w:p></w:body></w:document>"
        )
        return with_main(text.encode(python or encoding))

    return make


def quadratic() -> bytes:
    doctype = f'<!DOCTYPE x [<!ENTITY j "{"x" * 50_000}">]>'
    return with_doctype(doctype, reference="&j;" * 5_000)()


def entities_elsewhere() -> bytes:
    return word("x", parts={"word/theme/theme1.xml": f"<?xml version='1.0'?>{LAUGHS}<x>&j;</x>".encode()})


def entities_by_another_name() -> bytes:
    """A part of XML that is not called so."""
    laughing = f"<?xml version='1.0'?>{LAUGHS}<w:styles {NAMESPACES}>&j;</w:styles>".encode()
    return with_main(
        part("document", f"<w:body>{paragraph('x')}</w:body>"), related=[("s", "styles", "styles.dat", False)],
        **{"word/styles.dat": laughing},
    )  # fmt: skip


def repeated(element: str, times: int, *, inside: str = "{}") -> Callable[[], bytes]:
    return lambda: body(inside.replace("{}", "@").encode().replace(b"@", element.encode() * times))


def many_attributes() -> bytes:
    return body("<w:p " + " ".join(f'w:a{n}="1"' for n in range(60_000)) + "/>")


def many_namespaces() -> bytes:
    return body("".join(f'<w:p xmlns:n{n}="u:{n}"/>' for n in range(25_000)))


def deep(opening: str, closing: str, depth: int, inside: str = "<w:p/>") -> Callable[[], bytes]:
    return lambda: body(opening * depth + inside + closing * depth)


def one_long_text() -> bytes:
    return body(b"<w:p><w:r><w:t>" + b"x" * (30 << 20) + b"</w:t></w:r></w:p>")


def one_long_word() -> bytes:
    """Small enough to be let in: everything behind the gate has to cope with it."""
    return body(b"<w:p><w:r><w:t>" + b"x" * 99_000 + b"</w:t></w:r></w:p>")


def huge_styles() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(5_000)
    )
    return word(paragraph("x", look='<w:pStyle w:val="s0"/>'), styles=styles)


def circular_styles() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 500}"/></w:style>'
        for n in range(500)
    )
    return word(*(paragraph("x", look=f'<w:pStyle w:val="s{n}"/>') for n in range(500)), styles=styles)


def huge_numbering() -> bytes:
    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="decimal"/></w:lvl>' for n in range(9))
    numbering = "".join(f'<w:abstractNum w:abstractNumId="{n}">{levels}</w:abstractNum>' for n in range(4_000))
    return word("x", numbering=numbering)


def giant_number() -> bytes:
    level = '<w:lvl w:ilvl="0"><w:start w:val="999999999"/><w:numFmt w:val="{}"/><w:lvlText w:val="%1"/></w:lvl>'
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{n}">{level.format(style)}</w:abstractNum><w:num w:numId="{n}">'
        f'<w:abstractNumId w:val="{n}"/></w:num>'
        for n, style in enumerate(("lowerRoman", "lowerLetter", "chineseCounting", "ordinalText"))
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr>'
    return word(*(paragraph("x", look=listed.format(n % 4)) for n in range(2_000)), numbering=numbering)


def spans(name: str, size: str) -> Callable[[], bytes]:
    where = "w:gridSpan" if name == "gridSpan" else f"w:{name}"
    if name == "gridSpan":
        return lambda: word(table(row(cell("x", look=f'<{where} w:val="{size}"/>'))))
    return lambda: word(table(row("x", look=f'<{where} w:val="{size}"/>')))


def wide_grid() -> bytes:
    return body(
        "<w:tbl><w:tblGrid>"
        + '<w:gridCol w:w="1"/>' * 1_000
        + "</w:tblGrid>"
        + "<w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    )


def many_merges() -> bytes:
    """Rows × columns of merged cells, each looking for its beginning."""
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" * 60
    return body("<w:tbl>" + f"<w:tr>{merged}</w:tr>" * 130 + "</w:tbl>")


def many_bookmarks() -> bytes:
    return body(
        "<w:p>"
        + "".join(f'<w:bookmarkStart w:id="{n}" w:name="b{n}"/><w:bookmarkEnd w:id="{n}"/>' for n in range(11_000))
        + "</w:p>"
    )


def nested_fields() -> bytes:
    opening = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>'
    return body("<w:p>" + opening * 1_000 + run("x") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 1_000 + "</w:p>")


def open_fields() -> bytes:
    """Fields that begin in one paragraph and never end."""
    opening = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    return body(f"<w:p>{opening}{run('x')}</w:p>" * 19 + f"<w:p>{run('x') * 3}</w:p>" * 7_000)


def many_comments() -> bytes:
    ranges = "".join(f'<w:commentRangeStart w:id="{n}"/>' for n in range(1_900))
    comments = "".join(f'<w:comment w:id="{n}" w:author="a"><w:p/></w:comment>' for n in range(1_900))
    return word(
        f"<w:p>{ranges}{run('x' * 50) * 400}</w:p>", parts={"word/comments.xml": part("comments", comments)},
        links=[("c", "comments", "comments.xml", False)],
    )  # fmt: skip


def many_changes() -> bytes:
    change = '<w:ins w:id="1" w:author="a" w:date="2027-01-01T00:00:00Z"><w:r><w:t>x</w:t></w:r></w:ins><w:del w:id="2" w:author="b"><w:r><w:delText>y</w:delText></w:r></w:del>'
    return body(f"<w:p>{change * 40}</w:p>" * 145)


def many_equal_paragraphs() -> bytes:
    return body("<w:p><w:r><w:t>the same</w:t></w:r></w:p>" * 7_900)


def many_alike_paragraphs() -> bytes:
    return body("".join(f"<w:p><w:r><w:t>paragraph {n} says nearly the same</w:t></w:r></w:p>" for n in range(7_900)))


def many_words_in_one() -> bytes:
    return body("<w:p><w:r><w:t>" + "a b " * 24_000 + "</w:t></w:r></w:p>")


def many_controls() -> bytes:
    control = '<w:sdt><w:sdtPr><w:tag w:val="mou:term_years.en"/></w:sdtPr><w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>'
    return body(f"<w:p>{control * 20}</w:p>" * 195)


def many_hidden() -> bytes:
    return body(f"<w:p>{run('x', '<w:vanish/>') * 10}</w:p>" * 2_900)


def many_notes() -> bytes:
    notes = "".join(f'<w:footnote w:id="{n}">{paragraph("x")}</w:footnote>' for n in range(1_400))
    references = "".join(f'<w:p><w:r><w:footnoteReference w:id="{n}"/></w:r></w:p>' for n in range(1_400))
    return word(references, notes=notes)


def many_relationships() -> bytes:
    links = [(f"r{n}", "hyperlink", f"https://example.org/{n}", True) for n in range(2_900)]
    return word("x", links=links)


# -- pictures ------------------------------------------------------------------------------------


def picture(name: str, content: bytes) -> Callable[[], bytes]:
    return lambda: word(
        paragraph(drawing("p")), parts={f"word/media/{name}": content}, links=[("p", "image", f"media/{name}", False)]
    )


def jpeg(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def late_jpeg(width: int, height: int) -> bytes:
    """The size stands behind more remarks than a quick look reads."""
    remark = b"\xff\xfe" + struct.pack(">H", 65_535) + bytes(65_533)
    return b"\xff\xd8" + remark * 8 + jpeg(width, height)[2:]


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def tiff(width: int, height: int) -> bytes:
    entries = struct.pack("<HHIIHHII", 256, 4, 1, width, 257, 4, 1, height)
    return b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + bytes(4)


def bmp(width: int, height: int) -> bytes:
    return b"BM" + bytes(12) + struct.pack("<IiiHH", 40, width, height, 1, 24) + bytes(24)


def emf(width: int, height: int) -> bytes:
    bounds = struct.pack("<IIiiiiiiii", 1, 108, 0, 0, width, height, 0, 0, width, height)
    return bounds + b" EMF" + bytes(60)


def deflated_png() -> bytes:
    """A compressed remark in a picture of four pixels that unpacks to a gigabyte."""
    remark = b"Comment\0\0" + zlib.compress(bytes(40 << 20), 9)
    chunk = struct.pack(">I", len(remark)) + b"zTXt" + remark + struct.pack(">I", zlib.crc32(b"zTXt" + remark))
    plain = png()
    return plain[:33] + chunk + plain[33:]


SVG = f"<svg xmlns='http://www.w3.org/2000/svg' width='100000' height='100000'><script>alert(1)</script>{'<g>' * 3}{'</g>' * 3}</svg>"
SVG_LAUGHS = f"<?xml version='1.0'?>{LAUGHS}<svg xmlns='http://www.w3.org/2000/svg'><text>&j;</text></svg>"

# -- things that fetch or run --------------------------------------------------------------------


def linked(kind: str, target: str, *, external: bool = True, inside: str = "x", **parts: bytes) -> Callable[[], bytes]:
    return lambda: word(inside, parts=parts, links=[("rX", kind, target, external)])


def related_from(source: str, kind: str, target: str) -> Callable[[], bytes]:
    """A part that points elsewhere, which is not the body."""
    folder, _, base = source.rpartition("/")
    rels = relations([("rX", kind, target, True)])
    own = base.removesuffix(".xml")
    return lambda: word(
        "x", parts={source: part(own, ""), f"{folder}/_rels/{base}.rels": rels}, links=[("o", own, base, False)]
    )


def split_field(code: str) -> str:
    letters = "".join(f"<w:r><w:instrText>{letter}</w:instrText></w:r>" for letter in code)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return paragraph(mark.format("begin"), letters, mark.format("separate"), run("shown"), mark.format("end"))


def field_in_style() -> bytes:
    return word(
        "x", styles=f'<w:style w:type="paragraph" w:styleId="s">{paragraph(field("DDEAUTO cmd", "y"))}</w:style>'
    )


def field_in_note() -> bytes:
    note = paragraph(field("DDEAUTO cmd /k calc", "y"))
    return word(
        paragraph("x", '<w:r><w:footnoteReference w:id="1"/></w:r>'), notes=f'<w:footnote w:id="1">{note}</w:footnote>'
    )


def field_in_comment() -> bytes:
    inside = f'<w:comment w:id="1" w:author="a">{paragraph(field("DDE cmd", "y"))}</w:comment>'
    return word(
        "x", parts={"word/comments.xml": part("comments", inside)}, links=[("c", "comments", "comments.xml", False)]
    )


def quoted_field() -> bytes:
    """DDE written as numbers of letters inside a QUOTE, which an outer field runs."""
    inner = field(" QUOTE 68 68 69 65 85 84 79 32 99 109 100 ", "DDEAUTO cmd")
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return word(paragraph(mark.format("begin"), inner, mark.format("separate"), run("shown"), mark.format("end")))


def deleted_field() -> bytes:
    code = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:del w:id="1"><w:r><w:delInstrText>DDEAUTO cmd</w:delInstrText></w:r></w:del><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return word(paragraph("x", code))


def macros() -> bytes:
    types = content_types().replace(
        b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    return word(
        "x",
        parts={"word/vbaProject.bin": b"x", "[Content_Types].xml": types},
        links=[("v", "vbaProject", "vbaProject.bin", False)],
    )


def renamed(main_type: str) -> Callable[[], bytes]:
    return lambda: word("x", main_type=main_type)


def alternate_text() -> bytes:
    """New programs show one text, old ones another."""
    choice = (
        f'<mc:Choice Requires="w99">{run("one million")}</mc:Choice><mc:Fallback>{run("one hundred")}</mc:Fallback>'
    )
    return word(paragraph("The fee is ", f"<mc:AlternateContent>{choice}</mc:AlternateContent>"))


def ignorable_text() -> bytes:
    """Text under a name that the file itself says may be passed over."""
    inside = '<z:hide xmlns:z="urn:z"><w:r><w:t>secret</w:t></w:r></z:hide>'
    return body(f"<w:p>{run('open')}{inside}</w:p>")


def alternate_rows() -> bytes:
    rows = f"<mc:AlternateContent><mc:Choice Requires='w14'>{row('seen')}</mc:Choice><mc:Fallback>{row('other')}</mc:Fallback></mc:AlternateContent>"
    return word(table(rows))


def bound_text() -> bytes:
    """Word shows what lies in the data, not what stands in the text."""
    control = (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/ns0:fee[1]" w:prefixMappings="xmlns:ns0=\'urn:fee\'" '
        'w:storeItemID="{11111111-1111-1111-1111-111111111111}"/></w:sdtPr><w:sdtContent>'
        + run("100")
        + "</w:sdtContent></w:sdt>"
    )
    return word(
        paragraph("The fee is ", control), parts={"customXml/item1.xml": b'<fee xmlns="urn:fee">1000000</fee>'},
        links=[("x", "customXml", "../customXml/item1.xml", False)],
    )  # fmt: skip


DDE = field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe", "y")
OLE = '<w:r><w:object><o:OLEObject r:id="rX" Type="Embed"/></w:object></w:r>'
VML = '<w:r><w:pict><v:shape><v:imagedata r:id="rX"/></v:shape></w:pict></w:r>'

HOSTILE: Mapping[str, Hostile] = {
    # the container
    "zip bomb": Hostile(zip_bomb, "zip_bomb"),
    "zip bomb of many parts": Hostile(zip_bomb_of_many, "zip_bomb"),
    "a zip in the zip": Hostile(nested_zip, "embedded_file", refused=False, gone=b"inner.zip"),
    "thousands of parts": Hostile(many_entries, "zip_bomb"),
    "overlapping parts": Hostile(overlapping_entries, "zip_trick"),
    "false sizes": Hostile(false_sizes, "broken_file"),
    "the text twice": Hostile(twice(MAIN, MAIN), "zip_trick"),
    "the text twice, in capitals": Hostile(twice(MAIN, "word/Document.XML"), "zip_trick"),
    "the text twice, percent-encoded": Hostile(twice(MAIN, "word/d%6Fcument.xml"), "zip_trick"),
    "the text twice, with a backslash": Hostile(twice(MAIN, "word\\document.xml"), "zip_trick"),
    "the text twice, by a dot": Hostile(twice(MAIN, "word/./document.xml"), "zip_trick"),
    "a path upwards": Hostile(named("word/../../../etc/cron.d/x"), "zip_trick"),
    "an absolute path": Hostile(named("/etc/passwd"), "zip_trick"),
    "a drive": Hostile(named("C:/x"), "zip_trick"),
    "a percent-encoded path upwards": Hostile(named("word/%2e%2e/%2e%2e/x"), "zip_trick"),
    "a symbolic link": Hostile(symbolic_link, "zip_trick"),
    "another packing": Hostile(other_packing, "zip_trick"),
    "a password of zip": Hostile(password, "encrypted"),
    "encrypted": Hostile(encrypted, "encrypted"),
    "old Word under a new name": Hostile(hidden_encrypted, "wrong_type"),
    "RTF under a new name": Hostile(lambda: b"{\\rtf1 x}", "wrong_type"),
    "a web page under a new name": Hostile(lambda: b"<html><script/></html>", "wrong_type"),
    "a PDF before the zip": Hostile(lambda: b"%PDF-1.7\n" + word("x"), "wrong_type"),
    # the markup
    "billion laughs": Hostile(with_doctype(LAUGHS), "entities"),
    "quadratic entities": Hostile(quadratic, "entities"),
    "a file as entity": Hostile(with_doctype('<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'), "entities"),
    "an address as entity": Hostile(with_doctype('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">', reference="x"), "entities"),
    "entities in UTF-16": Hostile(with_doctype(LAUGHS, "UTF-16"), "entities"),
    "entities in UTF-16 without a mark": Hostile(with_doctype(LAUGHS, "UTF-16", python="utf-16-le"), "entities"),
    "entities in UTF-7": Hostile(with_doctype(LAUGHS, "UTF-7"), "broken_file"),
    "entities in UTF-32": Hostile(with_doctype(LAUGHS, "UTF-32"), "broken_file"),
    "entities in EBCDIC": Hostile(with_doctype(LAUGHS, "cp037"), "broken_file"),
    "entities in the theme": Hostile(entities_elsewhere, "entities"),
    "entities in a part of another name": Hostile(entities_by_another_name, "entities"),
    "millions of paragraphs": Hostile(repeated("<w:p/>", 3_000_000), "zip_bomb"),
    "thousands of paragraphs": Hostile(repeated("<w:p/>", 9_000), "too_complex"),
    "millions of runs": Hostile(repeated("<w:r/>", 2_000_000, inside="<w:p>{}</w:p>"), "zip_bomb"),
    "tens of thousands of runs": Hostile(repeated("<w:r><w:t>x</w:t></w:r>", 31_000, inside="<w:p>{}</w:p>"), "too_complex"),
    "thousands of attributes": Hostile(many_attributes, "too_complex"),
    "thousands of namespaces": Hostile(many_namespaces, "too_complex"),
    "thousands of bookmarks": Hostile(many_bookmarks, "too_complex"),
    "deep elements": Hostile(deep("<w:smartTag>", "</w:smartTag>", 10_000), "too_complex"),
    "deep tables": Hostile(deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 40), "deep_tables"),
    "very deep tables": Hostile(deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 3_000), "too_complex"),
    "deep content controls": Hostile(deep("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 100), "too_complex"),
    "deep fields": Hostile(nested_fields, "deep_fields"),
    "text of thirty million letters": Hostile(one_long_text, "zip_bomb"),
    "huge styles": Hostile(huge_styles, "too_complex"),
    "huge numbering": Hostile(huge_numbering, "too_complex"),
    "giant span": Hostile(spans("gridSpan", "2000000000"), "giant_span"),
    "negative span": Hostile(spans("gridSpan", "-5"), "giant_span"),
    "giant gap before": Hostile(spans("gridBefore", "1000000"), "giant_span"),
    "giant gap behind": Hostile(spans("gridAfter", "1000000"), "giant_span"),
    "a grid of a thousand columns": Hostile(wide_grid, "giant_span"),
    # pictures
    "PNG bomb": Hostile(picture("a.png", png(30_000, 30_000)), "image_bomb"),
    "PNG bomb by another name": Hostile(picture("a.dat", png(30_000, 30_000)), "image_bomb"),
    "JPEG bomb": Hostile(picture("a.jpg", jpeg(60_000, 60_000)), "image_bomb"),
    "JPEG bomb behind remarks": Hostile(picture("a.jpg", late_jpeg(60_000, 60_000)), "image_bomb"),
    "GIF bomb": Hostile(picture("a.gif", gif(60_000, 60_000)), "image_bomb"),
    "TIFF bomb": Hostile(picture("a.tif", tiff(100_000, 100_000)), "image_bomb"),
    "BMP bomb": Hostile(picture("a.bmp", bmp(60_000, 60_000)), "image_bomb"),
    "EMF bomb": Hostile(picture("a.emf", emf(2_000_000_000, 2_000_000_000)), "image_bomb"),
    "SVG with a script": Hostile(picture("a.svg", SVG.encode()), "active_content", refused=False, gone=b"<script"),
    "SVG with entities": Hostile(picture("a.svg", SVG_LAUGHS.encode()), "entities"),
    # things that fetch or run
    "a remote template": Hostile(related_from("word/settings.xml", "attachedTemplate", "http://127.0.0.1/x.dotm"), "remote_template", refused=False, gone=b"127.0.0.1"),
    "a template on a share": Hostile(related_from("word/settings.xml", "attachedTemplate", "file://///10.0.0.1/x.dotm"), "remote_template", refused=False, gone=b"10.0.0.1"),
    "a remote picture": Hostile(linked("image", "http://127.0.0.1/x.png", inside=paragraph(VML)), "remote_part", refused=False, gone=b"127.0.0.1"),
    "a linked drawing": Hostile(linked("image", "http://127.0.0.1/x.png", inside=paragraph(drawing("rX").replace("r:embed", "r:link"))), "remote_part", refused=False, gone=b"127.0.0.1"),
    "a remote font": Hostile(related_from("word/fontTable.xml", "font", "http://127.0.0.1/x.ttf"), "remote_part", refused=False, gone=b"127.0.0.1"),
    "a remote frame": Hostile(related_from("word/webSettings.xml", "frame", "http://127.0.0.1/x.htm"), "remote_part", refused=False, gone=b"127.0.0.1"),
    "a remote OLE object": Hostile(linked("oleObject", "http://127.0.0.1/x.doc", inside=paragraph(OLE)), "embedded_file", refused=False, gone=b"127.0.0.1"),
    "a remote style sheet": Hostile(linked("styles", "http://127.0.0.1/styles.xml"), "remote_part", refused=False, gone=b"127.0.0.1"),
    "a subdocument": Hostile(linked("subDocument", "http://127.0.0.1/x.docx"), "foreign_text"),
    "another document as a whole": Hostile(linked("aFChunk", "chunk.htm", external=False, inside='<w:altChunk r:id="rX"/>', **{"word/chunk.htm": b"<html>"}), "foreign_text"),
    "a link that runs": Hostile(linked("hyperlink", "javascript:alert(1)", inside=paragraph('<w:hyperlink r:id="rX"><w:r><w:t>x</w:t></w:r></w:hyperlink>')), "unsafe_link", refused=False, gone=b"javascript"),
    "a link to a share": Hostile(linked("hyperlink", "\\\\10.0.0.1\\x", inside=paragraph('<w:hyperlink r:id="rX"><w:r><w:t>x</w:t></w:r></w:hyperlink>')), "unsafe_link", refused=False, gone=b"10.0.0.1"),
    "DDE": Hostile(lambda: word(paragraph(DDE)), "program_field"),
    "DDE over many runs": Hostile(lambda: word(split_field("DDEAUTO cmd")), "program_field"),
    "DDE in a footnote": Hostile(field_in_note, "program_field"),
    "DDE in a style": Hostile(field_in_style, "program_field"),
    "DDE in a comment": Hostile(field_in_comment, "program_field"),
    "DDE as numbers": Hostile(quoted_field, "program_field"),
    "DDE in a deletion": Hostile(deleted_field, "program_field"),
    "DDE as a simple field": Hostile(lambda: word('<w:p><w:fldSimple w:instr=" DDE cmd x "/></w:p>'), "program_field"),
    "an included text": Hostile(lambda: word(paragraph(field('INCLUDETEXT "http://127.0.0.1/x"', "shown"))), "fetching_field", refused=False, gone=b"127.0.0.1"),
    "an included picture over many runs": Hostile(lambda: word(split_field("INCLUDEPICTURE http://x/y.png")), "fetching_field", refused=False, gone=b"instrText"),
    "a macro button": Hostile(lambda: word(paragraph(field("MACROBUTTON AutoOpen press here"))), "fetching_field", refused=False, gone=b"AutoOpen"),
    "macros": Hostile(macros, "macros"),
    "a macro file under a new name": Hostile(renamed("application/vnd.ms-word.document.macroEnabled.main+xml"), "wrong_type"),
    "a workbook under a new name": Hostile(renamed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"), "wrong_type"),
    "ActiveX": Hostile(linked("control", "activeX/activeX1.xml", external=False, inside=paragraph('<w:r><w:control r:id="rX"/></w:r>'), **{"word/activeX/activeX1.xml": b"<x/>"}), "active_content", refused=False, gone=b"activeX1"),
    "an OLE object": Hostile(linked("oleObject", "embeddings/a.bin", external=False, inside=paragraph(OLE), **{"word/embeddings/a.bin": b"MZ"}), "embedded_file", refused=False, gone=b"embeddings/a.bin"),
    "two texts for two programs": Hostile(alternate_text, "two_texts", refused=False),
    "text that may be passed over": Hostile(ignorable_text, "hidden_text", refused=False, gone=b"secret"),
    "rows for two programs": Hostile(alternate_rows, "two_texts", refused=False),
    "text that lies elsewhere": Hostile(bound_text, "bound_text", refused=False, gone=b"dataBinding"),
}  # fmt: skip

#: Not refused, because each could be honest in a smaller size: everything behind the gate copes with them.
LARGE: Mapping[str, Callable[[], bytes]] = {
    "one long word": one_long_word,
    "a deflated remark in a picture": picture("a.png", deflated_png()),
    "circular styles": circular_styles,
    "giant numbers": giant_number,
    "many merged cells": many_merges,
    "open fields": open_fields,
    "many comments": many_comments,
    "many changes": many_changes,
    "many equal paragraphs": many_equal_paragraphs,
    "many alike paragraphs": many_alike_paragraphs,
    "many words in one paragraph": many_words_in_one,
    "many controls": many_controls,
    "many hidden runs": many_hidden,
    "many notes": many_notes,
    "many relationships": many_relationships,
}


def write(folder: Path) -> None:
    """Every file, for looking at and for measuring."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in {**{name: each.make for name, each in HOSTILE.items()}, **LARGE}.items():
        (folder / f"{name.replace(' ', '_').replace(',', '')}.docx").write_bytes(make())


if __name__ == "__main__":
    write(Path(sys.argv[1]))
