"""Honest files pass, hostile ones are refused with the reason and quickly, the rest is taken out and named."""

import io
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest

from mou_service.documents.word.findings import UnsafeFile
from mou_service.documents.word.gate.check import Checked, check
from mou_service.documents.word.package import Package
from tests.documents.word import making
from tests.documents.word.making import cell, field, paragraph, row, table, word


def codes(checked: Checked) -> list[str]:
    return [finding.code for finding in checked.findings]


def body(*raw: str) -> bytes:
    return making.part("document", f"<w:body>{''.join(raw)}</w:body>")


def with_main(content: bytes) -> bytes:
    return making.packed(
        {
            "[Content_Types].xml": making.content_types(),
            "word/document.xml": content,
            "_rels/.rels": making.relations([("r", "officeDocument", "word/document.xml", False)]),
        }
    )


def doubled() -> bytes:
    target = io.BytesIO(word("One text"))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/document.xml", body(paragraph("Another text")))
    return target.getvalue()


def encrypted_entry() -> bytes:
    content = bytearray(word("Text"))
    at = content.rindex(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", 1)
    return bytes(content)


def entities(declared: str, used: str = "&a;") -> bytes:
    text = f"<!DOCTYPE d [{declared}]>" + body(paragraph(used)).decode().partition("?>")[2]
    return with_main(text.encode())


def utf_16_entities() -> bytes:
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + body(paragraph("&a;")).decode().partition("?>")[2]
    )
    return with_main(text.encode("utf-16"))


def nested_tables(depth: int) -> str:
    return table(row(cell(nested_tables(depth - 1)))) + "<w:p/>" if depth else "<w:p/>"


def many_elements(count: int, name: str) -> Iterator[str]:
    """No two neighbours are equal, so that the zip does not look like a bomb."""
    numbers = random.Random(1)
    return (f'<w:{name} w:a="{numbers.getrandbits(24):x}"/>' for _ in range(count))


OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("empty_file", lambda: b""),
    "an executable": ("wrong_type", lambda: b"MZ\x90\0" + bytes(500)),
    "a PDF": ("wrong_type", lambda: b"%PDF-1.7\n"),
    "an RTF named .docx": ("wrong_type", lambda: b"{\\rtf1 text}"),
    "an old .doc": ("wrong_type", lambda: OLD_WORD + bytes(2000)),
    "with a password": ("encrypted", lambda: OLD_WORD + "EncryptedPackage".encode("utf-16-le")),
    "any zip": ("wrong_type", lambda: making.packed({"readme.txt": b"hello"})),
    "an OpenDocument text": (
        "wrong_type",
        lambda: making.packed({"mimetype": b"application/vnd.oasis.opendocument.text"}),
    ),
    "with macros": (
        "wrong_type",
        lambda: word("x", main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
    ),
    "a hidden macro project": (
        "macros",
        lambda: word("x", parts={"word/vbaProject.bin": b"\0"}, links=[("m", "vbaProject", "vbaProject.bin", False)]),
    ),
    "cut short": ("broken_file", lambda: word("x" * 5000)[:-40]),
    "not XML": ("broken_file", lambda: with_main(b"<w:document")),
    "a part twice": ("zip_trick", doubled),
    "a path outside": ("zip_trick", lambda: word("x", parts={"../../etc/cron.d/x": b"x"})),
    "a path with a drive": ("zip_trick", lambda: word("x", parts={"C:/x.dll": b"x"})),
    "an encrypted part": ("encrypted", encrypted_entry),
    "a bomb": ("zip_bomb", lambda: word("x", parts={"word/media/a.bin": bytes(60 << 20)})),
    "a bomb of text": ("zip_bomb", lambda: with_main(body(paragraph("a" * (30 << 20))))),
    "thousands of parts": ("zip_bomb", lambda: word("x", parts={f"word/p{n}.bin": b"" for n in range(2100)})),
    "billion laughs": (
        "entities",
        lambda: entities('<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY a "&c;&c;&c;&c;&c;&c;">'),
    ),
    "a local file as entity": ("entities", lambda: entities('<!ENTITY a SYSTEM "file:///etc/passwd">')),
    "the same in UTF-16": ("entities", utf_16_entities),
    "a remote DTD": ("entities", lambda: entities('<!ENTITY % x SYSTEM "http://192.0.2.1/x.dtd"> %x;', "")),
    "millions of equal paragraphs": ("zip_bomb", lambda: with_main(body("<w:p/>" * 3_000_000))),
    "too many paragraphs": ("too_complex", lambda: with_main(body(*many_elements(800_000, "p")))),
    "a giant span": ("giant_span", lambda: word(table(row(cell("x", look='<w:gridSpan w:val="2000000000"/>'))))),
    "tables in tables": ("deep_tables", lambda: word(nested_tables(20))),
    "tables beyond all depth": (
        "too_complex",
        lambda: with_main(body("<w:tbl><w:tr><w:tc>" * 300 + "</w:tc></w:tr></w:tbl>" * 300)),
    ),
    "a picture of 900 megapixels": (
        "image_bomb",
        lambda: word("x", parts={"word/media/a.png": making.png(30_000, 30_000)}),
    ),
    "DDE": ("program_field", lambda: word(paragraph(field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"', "x")))),
    "DDE in pieces": (
        "program_field",
        lambda: word(
            paragraph(
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>D</w:instrText></w:r>'
                '<w:r><w:instrText>DE cmd</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
            )
        ),
    ),
    "another document as a whole": (
        "foreign_text",
        lambda: word(
            '<w:altChunk r:id="c"/>', parts={"word/c.html": b"<script/>"}, links=[("c", "aFChunk", "c.html", False)]
        ),
    ),
    "a subdocument": ("foreign_text", lambda: word("x", links=[("s", "subDocument", "file:///C:/x.docx", True)])),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_with_the_reason(name: str) -> None:
    code, make = HOSTILE[name]
    content = make()
    started = time.process_time()
    with pytest.raises(UnsafeFile) as refused:
        check(content)
    assert time.process_time() - started < 2
    first = refused.value.findings[0]
    assert (first.code, first.outcome) == (code, "refuse")
    assert first.message.endswith(".") and str(refused.value)


def test_the_worst_file_stays_within_memory() -> None:
    """As many elements as the limit allows, in a process of its own."""
    program = (
        "import re, resource, sys\n"
        "from pathlib import Path\n"
        "from mou_service.documents.word.gate.check import check\n"
        "check(sys.stdin.buffer.read())\n"
        "peak, status = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, Path('/proc/self/status')\n"
        # On Linux ru_maxrss counts what the parent held when it forked.
        "print(re.search(r'VmHWM:\\s+(\\d+)', status.read_text())[1] if status.exists() else peak)\n"
    )
    content = with_main(body(*many_elements(240_000, "tab")))
    done = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 300 << 20


def test_an_honest_file_passes_unchanged() -> None:
    content = word(
        "Memorandum",
        table(row("en", "zh")),
        paragraph(field("PAGE", "1")),
        links=[("h", "hyperlink", "https://example.org", True)],
    )
    checked = check(content)
    assert checked.findings == ()
    assert checked.clean == content


def test_pictures_fonts_and_mail_links_are_honest() -> None:
    content = word(
        making.paragraph(making.drawing("p")),
        parts={"word/media/logo.png": making.png(), "word/fonts/font1.odttf": b"\0" * 64},
        links=[("p", "image", "media/logo.png", False), ("m", "hyperlink", "mailto:a@example.org", True)],
    )
    assert check(content).findings == ()


STRIPPED: dict[str, tuple[str, bytes, bytes]] = {
    "a remote template": (
        "remote_template",
        word(
            "x",
            settings='<w:attachedTemplate r:id="t"/>',
            parts={
                "word/_rels/settings.xml.rels": making.relations(
                    [("t", "attachedTemplate", "http://192.0.2.1/a.dotm", True)]
                )
            },
        ),
        b"192.0.2.1",
    ),
    "a picture from the web": (
        "remote_part",
        word(
            paragraph(making.drawing("i").replace("r:embed", "r:link")),
            "kept",
            links=[("i", "image", "http://192.0.2.1/pixel.png", True)],
        ),
        b"192.0.2.1",
    ),
    "a script as link": (
        "unsafe_link",
        word(
            paragraph('<w:hyperlink r:id="l"><w:r><w:t>kept</w:t></w:r></w:hyperlink>'),
            links=[("l", "hyperlink", "javascript:alert(1)", True)],
        ),
        b"javascript",
    ),
    "a link to a share": (
        "unsafe_link",
        word(
            paragraph('<w:hyperlink r:id="l"><w:r><w:t>kept</w:t></w:r></w:hyperlink>'),
            links=[("l", "hyperlink", "file://server/share/x.exe", True)],
        ),
        b"server",
    ),
    "an embedded workbook": (
        "embedded_file",
        word(
            paragraph('<w:r><w:object><v:shape/><o:OLEObject r:id="o"/></w:object></w:r>'),
            "kept",
            parts={"word/embeddings/a.xlsx": b"PK"},
            links=[("o", "package", "embeddings/a.xlsx", False)],
        ),
        b"a.xlsx",
    ),
    "an including field": (
        "fetching_field",
        word(paragraph(field('INCLUDETEXT "\\\\\\\\server\\\\secret.docx"', "kept"))),
        b"INCLUDETEXT",
    ),
    "a script in a field": (
        "fetching_field",
        word(paragraph(field('HYPERLINK "javascript:alert(1)"', "kept"))),
        b"javascript",
    ),
    "a mail merge source": (
        "remote_part",
        word(
            "kept",
            settings='<w:mailMerge><w:dataSource r:id="d"/></w:mailMerge>',
            parts={
                "word/_rels/settings.xml.rels": making.relations(
                    [("d", "mailMergeSource", "file:///C:/people.mdb", True)]
                )
            },
        ),
        b"people.mdb",
    ),
}


@pytest.mark.parametrize("name", STRIPPED)
def test_what_does_not_belong_is_taken_out_and_named(name: str) -> None:
    code, content, trace = STRIPPED[name]
    checked = check(content)
    assert [(finding.code, finding.outcome) for finding in checked.findings] == [(code, "strip")]
    parts = Package(checked.clean)
    assert not any(trace in parts.read(part) for part in parts.names)
    assert trace in b"".join(Package(content).read(part) for part in Package(content).names)
    assert check(checked.clean).findings == ()


def test_the_text_of_a_link_and_of_a_field_stays() -> None:
    for name in ("a script as link", "an including field", "a script in a field"):
        clean = check(STRIPPED[name][1]).clean
        assert b"kept" in Package(clean).read("word/document.xml")


def test_a_macro_button_becomes_the_words_it_shows() -> None:
    clean = check(word(paragraph(field("MACROBUTTON NoMacro [Click and type]")))).clean
    main = Package(clean).read("word/document.xml")
    assert b"<w:t>[Click and type]</w:t>" in main and b"MACROBUTTON" not in main


def test_hidden_white_turned_and_changing_text_is_named_with_its_place() -> None:
    checked = check(
        word(
            "plain",
            paragraph(making.run("secret", "<w:vanish/>")),
            paragraph(making.run("pale", '<w:color w:val="FFFFFF"/>')),
            paragraph("a\u202eb"),
            paragraph(field('DATE \\@ "yyyy"', "2024")),
        )
    )
    assert codes(checked) == ["frozen_field", "hidden_text", "white_text", "turned_text"]
    assert all(finding.outcome == "warn" for finding in checked.findings)
    assert checked.findings[1].place == "body, paragraph 2 (“secret”)"


def test_white_letters_on_a_dark_cell_are_honest() -> None:
    white = paragraph(making.run("Heading", '<w:color w:val="FFFFFF"/>'))
    dark = cell(white, look='<w:shd w:val="clear" w:fill="1F3864"/>')
    assert check(word(table(row(dark, "x")))).findings == ()


def test_strict_files_are_written_again_under_the_usual_names() -> None:
    strict = (
        Package(word("text"))
        .read("word/document.xml")
        .replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    )
    clean = check(word("text", parts={"word/document.xml": strict})).clean
    assert b"purl.oclc.org" not in Package(clean).read("word/document.xml")
    assert b"text" in Package(clean).read("word/document.xml")


def test_a_thousand_of_one_kind_are_summed_up_quickly() -> None:
    hidden = "".join(paragraph(making.run(f"secret {number}", "<w:vanish/>")) for number in range(3_000))
    started = time.process_time()
    findings = check(word(hidden)).findings
    assert time.process_time() - started < 2
    assert len(findings) == 21
    assert findings[-1].facts == {"kind": "more", "more": "2980"}
