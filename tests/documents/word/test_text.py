"""The digest stands for the words: it changes with them and not with how a file was saved."""

import io

from docx import Document

from mou_service.documents.word.text import normalised, plain_text, text_digest
from tests.documents.word import making
from tests.documents.word.making import field, paragraph, row, run, table, word


def test_paragraphs_cells_breaks_and_margins() -> None:
    header = making.part("hdr", paragraph("No. 1"))
    content = word(
        "Title",
        table(row("left", "right")),
        paragraph("a", "<w:r><w:br/><w:tab/></w:r>", "b"),
        "<w:p/>",
        parts={"word/header1.xml": header},
        links=[("h", "header", "header1.xml", False)],
    )
    assert plain_text(content) == ["Title", "left", "right", "a\n\tb", "No. 1"]
    assert plain_text(word(paragraph("a", "<w:r><w:tab/><w:t>b</w:t></w:r>"))) == ["a\tb"]


def test_what_word_counts_itself_does_not_matter() -> None:
    one = word(paragraph("Page ", field("PAGE", "1"), " of ", field("NUMPAGES", "3")))
    other = word(paragraph("Page ", field("PAGE", "2"), " of ", field("NUMPAGES", "14")))
    assert text_digest(one) == text_digest(other)
    assert plain_text(one) == ["Page {PAGE} of {NUMPAGES}"]


def test_runs_and_revision_marks_do_not_matter_but_words_do() -> None:
    one = word("five years")
    marked = '<w:p w:rsidR="00AA"><w:r><w:t>five</w:t></w:r><w:proofErr w:type="spellStart"/>'
    split = word(marked + run(" years") + "</w:p>")
    assert text_digest(one) == text_digest(split)
    assert text_digest(one) != text_digest(word("six years"))
    assert text_digest(word("ab")) != text_digest(word("a", "b"))


def test_a_number_set_by_word_belongs_to_the_text() -> None:
    def numbered(style: str) -> bytes:
        numbering = (
            f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="{style}"/><w:lvlText '
            'w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        )
        return word(paragraph("x", look='<w:numPr><w:numId w:val="1"/></w:numPr>'), numbering=numbering)

    assert text_digest(numbered("decimal")) != text_digest(numbered("upperRoman"))


def test_saving_with_another_program_does_not_change_it() -> None:
    content = word("Title", table(row("one", "两")), paragraph(run("bold", "<w:b/>"), " end"))
    target = io.BytesIO()
    Document(io.BytesIO(content)).save(target)
    assert target.getvalue() != content
    assert text_digest(target.getvalue()) == text_digest(content)


def test_hidden_deleted_and_invisible_signs_are_no_text() -> None:
    deleted = '<w:del w:author="A"><w:r><w:delText>x</w:delText></w:r></w:del>'
    content = word(paragraph("a", run("secret", "<w:vanish/>"), deleted))
    assert plain_text(content) == ["a"]
    assert normalised("Mu\u0308ller\u200b  x\u00a0y") == "Müller x y"


def test_the_words_of_a_text_box_are_read_once() -> None:
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>{0}'
        "</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{0}"
        "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    ).format(paragraph("boxed"))
    assert plain_text(word(paragraph("before", box))) == ["before", "boxed"]
