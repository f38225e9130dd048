"""What is handed out holds the text as it stands and nothing about who worked on it."""

import struct
import zlib

from mou_service.documents.word.gate.check import check
from mou_service.documents.word.gate.handout import hand_out
from mou_service.documents.word.package import Package
from mou_service.documents.word.revising.comments import read_comments
from mou_service.documents.word.revising.revisions import list_changes
from mou_service.documents.word.text import plain_text
from tests.documents.word import making
from tests.documents.word.making import field, paragraph, run, word

COMMENT = making.part(
    "comments", '<w:comment w:id="1" w:author="Galina"><w:p><w:r><w:t>internal</w:t></w:r></w:p></w:comment>'
)


def worked_on() -> bytes:
    return word(
        '<w:p w:rsidR="00AB12CD">'
        + run("five ")
        + '<w:ins w:id="2" w:author="Galina"><w:r><w:t>long </w:t></w:r></w:ins>'
        '<w:commentRangeStart w:id="1"/>' + run("years") + '<w:commentRangeEnd w:id="1"/>'
        '<w:r><w:commentReference w:id="1"/></w:r></w:p>',
        paragraph(field("DATE", "1 March 2024"), " page ", field("PAGE", "1")),
        settings='<w:rsids><w:rsid w:val="00AB12CD"/></w:rsids>',
        parts={"word/comments.xml": COMMENT, "customXml/item1.xml": b"<secret/>"},
        links=[("c", "comments", "comments.xml", False), ("x", "customXml", "../customXml/item1.xml", False)],
    )


def test_nothing_about_people_is_left() -> None:
    given = hand_out(worked_on(), title="Memorandum", author="International Office")
    package = Package(given)
    everything = b"".join(package.read(name) for name in package.names)
    for trace in (b"Galina", b"internal", b"00AB12CD", b"secret", b"comment"):
        assert trace not in everything, trace
    assert read_comments(given) == list_changes(given) == ()
    assert check(given).findings == ()


def test_the_text_stays_dates_freeze_and_page_numbers_live() -> None:
    given = hand_out(worked_on())
    assert plain_text(given) == ["five long years", "1 March 2024 page {PAGE}"]
    assert hand_out(given) == given


def test_tracked_changes_can_be_kept() -> None:
    assert [change.text for change in list_changes(hand_out(worked_on(), keep_revisions=True))] == ["long "]


def stuffed() -> bytes:
    """A file with every trace of work that we know."""
    rels = making.relations([("t", "attachedTemplate", "file:///C:/Users/galina/secret.dotm", True)])
    exif = b"\xff\xe1\x00\x10Exif\0\0II*\0" + b"GalinaGP"[:4]
    photo = b"\xff\xd8" + exif + b"\xff\xfe\x00\x08Galina" + making_jpeg()
    noted = making.png()
    remark = b"Author\0Galina"
    chunk = struct.pack(">I", len(remark)) + b"tEXt" + remark + struct.pack(">I", zlib.crc32(b"tEXt" + remark))
    body = (
        paragraph(
            '<w:permStart w:id="7" w:ed="galina@example.org"/>', run("open "),
            '<w:smartTag w:uri="urn:secret" w:element="x"><w:smartTagPr><w:attr w:name="secret" w:val="1"/></w:smartTagPr>'
            + run("tagged") + "</w:smartTag>", '<w:proofErr w:type="spellStart"/>',
            '<w:bookmarkStart w:id="3" w:name="_Hlk1234"/>', run(" text"), '<w:bookmarkEnd w:id="3"/>',
            '<w:bookmarkStart w:id="4" w:name="_Ref77"/>', run(" here"), '<w:bookmarkEnd w:id="4"/>',
            field("REF _Ref77", "here"), field("AUTHOR", "the office"), '<w:permEnd w:id="7"/>',
        ),
        paragraph(making.drawing("p").replace('name="Picture"', 'name="C:\\Users\\galina\\x.jpg"')),
        paragraph(making.drawing("q")),
        '<w:customXml w:uri="urn:secret" w:element="clause"><w:customXmlPr><w:attr w:name="a" w:val="secret"/></w:customXmlPr>'
        + paragraph("within") + "</w:customXml>",
        paragraph('<w:sdt><w:sdtPr><w:tag w:val="mou:place.en"/></w:sdtPr><w:sdtContent>' + run("Ruse") + "</w:sdtContent></w:sdt>"),
        paragraph('<w:sdt><w:sdtPr><w:tag w:val="mou:background.en"/></w:sdtPr><w:sdtContent/></w:sdt>'),
    )  # fmt: skip
    settings = (
        '<w:writeProtection w:recommended="1"/><w:removePersonalInformation/><w:attachedTemplate r:id="t"/><w:linkStyles/>'
        '<w:proofState w:spelling="clean"/><w:docVars><w:docVar w:name="secret" w:val="1"/></w:docVars>'
        '<w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids><w:attachedSchema w:val="urn:secret"/><w14:docId w14:val="00AB12CD"/>'
    )
    kinds = {
        "comments": COMMENT, "people": b"<p>Galina</p>", "customXml": b"<secret/>", "thumbnail": b"<p>secret</p>",
        "printerSettings": b"<p>secret</p>", "custom-properties": b"<p>secret</p>", "glossaryDocument": b"<p>secret</p>",
        "documenttasks": b"<p>secret</p>", "webSettings": b"<p>secret</p>",
    }  # fmt: skip
    return word(
        *body, settings=settings, styles='<w:style w:styleId="a"><w:rsid w:val="00AB12CD"/></w:style>',
        parts={
            **{f"word/{kind}.xml": content for kind, content in kinds.items()},
            "word/_rels/settings.xml.rels": rels, "word/orphan.xml": b"<secret/>", "word/media/p.jpg": photo,
            "word/media/q.png": noted[:33] + chunk + noted[33:],
        },
        links=[
            *((f"k{kind}", kind, f"{kind}.xml", False) for kind in kinds),
            ("p", "image", "media/p.jpg", False), ("q", "image", "media/q.png", False),
        ],
    )  # fmt: skip


def making_jpeg() -> bytes:
    frame = struct.pack(">BHHB", 8, 4, 4, 3) + b"\x01\x11\x00\x02\x11\x00\x03\x11\x00"
    return b"\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xda\x00\x02data\xff\xd9"


def test_a_file_stuffed_with_traces_is_given_away_without_any() -> None:
    given = hand_out(check(stuffed()).clean, title="Memorandum", author="International Office")
    package = Package(given)
    everything = b"".join(name.encode() + package.read(name) for name in package.names)
    for trace in (b"Galina", b"galina", b"00AB12CD", b"secret", b"orphan", b"_Hlk", b"permStart", b"proofErr", b"Exif",
                  b"linkStyles", b"removePersonal", b"Protection", b"urn:"):  # fmt: skip
        assert trace not in everything.replace(b"urn:schemas-microsoft-com", b""), trace
    # What the text needs is still there, and so are the names of our own questions.
    assert plain_text(given) == ["open tagged text herehere" + "the office", "within", "Ruse"]
    assert b"_Ref77" in everything and b"mou:place.en" in everything
    # An emptied control would be filled by Word with its invitation to write.
    assert b"mou:background.en" not in everything
    assert hand_out(given, title="Memorandum", author="International Office") == given


def test_changes_of_our_people_bear_the_name_of_the_house_and_those_of_others_their_own() -> None:
    change = '<w:ins w:id="{}" w:author="{}"><w:r><w:t>{} </w:t></w:r></w:ins>'
    content = word(paragraph(change.format(1, "Anna Petrova", "ours"), change.format(2, "Li Weiping", "theirs")))
    given = hand_out(content, author="International Office", keep_revisions=True, own=frozenset({"Anna Petrova"}))
    assert [each.author for each in list_changes(given)] == ["International Office", "Li Weiping"]
