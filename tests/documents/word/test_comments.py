"""Comments are read with the words they stand on, their answers and whether they are settled."""

from mou_service.documents.word.revising.comments import read_comments
from tests.documents.word import making
from tests.documents.word.making import paragraph, run, word

COMMENTS = making.part(
    "comments",
    (
        '<w:comment w:id="1" w:author="Galina" w:initials="GI" w:date="2024-03-01T10:00:00Z">'
        '<w:p w14:paraId="00000001"><w:r><w:t>Three years?</w:t></w:r></w:p></w:comment>'
        '<w:comment w:id="2" w:author="Armin"><w:p w14:paraId="00000002"><w:r><w:t>Five.</w:t></w:r></w:p></w:comment>'
        '<w:comment w:id="3" w:author="Xie"><w:p w14:paraId="00000003"><w:r><w:t>Whole file</w:t></w:r></w:p></w:comment>'
    ),
)
EXTENDED = (
    b'<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
    b'<w15:commentEx w15:paraId="00000001" w15:done="1"/>'
    b'<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/></w15:commentsEx>'
)


def test_comments_with_anchor_answers_and_state() -> None:
    marked = paragraph(
        "for ",
        '<w:commentRangeStart w:id="1"/><w:commentRangeStart w:id="2"/>',
        run("five "),
        run("years", "<w:b/>"),
        '<w:commentRangeEnd w:id="1"/><w:commentRangeEnd w:id="2"/>',
        '<w:r><w:commentReference w:id="1"/></w:r><w:r><w:commentReference w:id="2"/></w:r>',
        " and more",
    )
    content = word(
        "Title",
        marked,
        paragraph("End", '<w:r><w:commentReference w:id="3"/></w:r>'),
        parts={"word/comments.xml": COMMENTS, "word/commentsExtended.xml": EXTENDED},
        links=[("c", "comments", "comments.xml", False), ("x", "commentsExtended", "commentsExtended.xml", False)],
    )
    question, answer, last = read_comments(content)
    assert (question.author, question.initials, question.text) == ("Galina", "GI", "Three years?")
    assert (question.anchor, question.resolved, question.answers) == ("five years", True, None)
    assert question.place.startswith("body, paragraph 2")
    assert (answer.text, answer.answers, answer.resolved) == ("Five.", "1", False)
    assert (last.anchor, last.place) == ("", "body, paragraph 3 (“End”)")


def test_a_file_without_comments() -> None:
    assert read_comments(word("x")) == ()
