"""What is handed out holds the text as it stands and nothing about who worked on it."""

from mou_service.documents.word.check import check
from mou_service.documents.word.comments import read_comments
from mou_service.documents.word.handout import hand_out
from mou_service.documents.word.package import Package
from mou_service.documents.word.revisions import list_changes
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
