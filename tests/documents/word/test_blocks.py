"""What a Word file says and how it looks arrives in blocks; what blocks cannot say is named."""

from pathlib import Path

import pytest

from mou_service.documents.blocks import PageBreak, Paragraph, Picture, Run, Table
from mou_service.documents.word.reading.blocks import Read, read
from tests.documents.word import making
from tests.documents.word.making import cell, field, paragraph, row, run, table, word

THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:themeElements><a:fontScheme>'
    '<a:majorFont><a:latin typeface="Calibri Light"/><a:ea typeface=""/></a:majorFont><a:minorFont>'
    '<a:latin typeface="Cambria"/><a:ea typeface=""/><a:font script="Hans" typeface="等线"/></a:minorFont>'
    "</a:fontScheme></a:themeElements></a:theme>"
).encode()


def paragraphs(result: Read) -> list[Paragraph]:
    return [block for block in result.document.sections[0].blocks if isinstance(block, Paragraph)]


def the_table(result: Read) -> Table:
    return next(block for block in result.document.sections[0].blocks if isinstance(block, Table))


def runs(block: Paragraph) -> list[Run]:
    return [piece for piece in block.content if isinstance(piece, Run)]


def kinds(result: Read) -> list[str]:
    return [finding.facts["kind"] for finding in result.findings if finding.code == "cannot_draw"]


def texts(table_block: Table) -> list[list[str]]:
    return [
        [" ".join(block.text for block in each.blocks if isinstance(block, Paragraph)) for each in line.cells]
        for line in table_block.rows
    ]


STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial" w:eastAsia="SimSun"/><w:sz w:val="22"/>'
    '<w:lang w:val="en-GB" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:after="160" w:line="259" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="SignatureBlock"><w:name w:val="Signature Block"/></w:style>'
    '<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>'
)


def test_the_cascade_of_defaults_styles_and_direct_look() -> None:
    result = read(
        word(
            paragraph("Purpose", look='<w:pStyle w:val="Heading1"/>'),
            paragraph(
                "plain ",
                run("small", '<w:sz w:val="16"/><w:color w:val="c00000"/><w:u w:val="single"/>'),
                look='<w:jc w:val="both"/><w:ind w:left="720" w:hanging="360"/>',
            ),
            styles=STYLES,
        )
    )
    heading, plain = paragraphs(result)
    assert (heading.tag, heading.style, heading.keep_with_next) == ("H1", "heading 1", True)
    assert (heading.space_before, heading.space_after) == (12.0, 8.0)
    assert round(heading.leading, 3) == 1.079
    assert (runs(heading)[0].bold, runs(heading)[0].size, runs(heading)[0].language) == (True, 16.0, "en-GB")
    small = runs(plain)[1]
    assert (small.size, small.color, small.underline, small.bold) == (8.0, "C00000", True, False)
    assert (plain.align, plain.indent_left, plain.indent_first) == ("justify", 36.0, -18.0)
    assert result.drawable


def test_bold_in_a_bold_style_is_upright_again() -> None:
    (heading,) = paragraphs(
        read(
            word(
                paragraph("a", run("b", '<w:rStyle w:val="Strong"/>'), look='<w:pStyle w:val="Heading1"/>'),
                styles=STYLES,
            )
        )
    )
    assert [each.bold for each in runs(heading)] == [True, False]


def test_the_signature_block_keeps_its_name() -> None:
    (block,) = paragraphs(read(word(paragraph("Signature", look='<w:pStyle w:val="SignatureBlock"/>'), styles=STYLES)))
    assert block.style == "Signature Block"


def test_scripts_get_the_letters_their_fonts_have() -> None:
    (block,) = paragraphs(read(word(paragraph("Memorandum 谅解备忘录 2024"), styles=STYLES)))
    assert [(each.text, each.serif, each.language) for each in runs(block)] == [
        ("Memorandum ", False, "en-GB"),
        ("谅解备忘录", True, "zh-CN"),
        (" 2024", False, "en-GB"),
    ]


def test_theme_fonts_decide_too() -> None:
    look = '<w:rFonts w:asciiTheme="minorHAnsi" w:eastAsiaTheme="minorEastAsia"/>'
    (block,) = paragraphs(
        read(
            word(
                paragraph(run("Term 期限", look)),
                parts={"word/theme/theme1.xml": THEME},
                links=[("t", "theme", "theme/theme1.xml", False)],
            )
        )
    )
    assert [(each.text, each.serif) for each in runs(block)] == [("Term ", True), ("期限", False)]


def test_neighbouring_runs_in_one_look_are_joined() -> None:
    (block,) = paragraphs(read(word(paragraph(run("one "), run("two"), run(" three", "<w:i/>")))))
    assert [(each.text, each.italic) for each in runs(block)] == [("one two", False), (" three", True)]


def test_capitals_and_positions() -> None:
    (block,) = paragraphs(
        read(
            word(
                paragraph(
                    run("caps", "<w:caps/>"),
                    run("Small", "<w:smallCaps/>"),
                    run("2", '<w:vertAlign w:val="superscript"/>'),
                )
            )
        )
    )
    assert [(each.text, each.size, each.position) for each in runs(block)] == [
        ("CAPSS", 10.0, "normal"),
        ("MALL", 8.0, "normal"),
        ("2", 10.0, "superscript"),
    ]


def numbering(*levels: str, extra: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{extra}'
    )


def level(at: int, style: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/>'
        f'<w:pPr><w:ind w:left="{720 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def item(text: str, at: int = 0, number: int = 1) -> str:
    return paragraph(text, look=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')


def labels(content: bytes) -> list[str]:
    return [block.label for block in paragraphs(read(content))]


def test_multi_level_numbers() -> None:
    lists = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)"))
    content = word(
        item("a"), item("b", 1), item("c", 2), item("d", 2), item("e", 1), item("f"), item("g", 1), numbering=lists
    )
    assert labels(content) == ["1.", "1.1", "(a)", "(b)", "1.2", "2.", "2.1"]
    first = paragraphs(read(content))[0]
    assert (first.tag, first.indent_left, first.indent_first, first.label_gap) == ("LI", 36.0, -18.0, "tab")
    assert first.label_run is not None and first.label_run.text == "1."


def test_chinese_numbers_and_legal_numbers() -> None:
    lists = numbering(
        level(0, "chineseCountingThousand", "第%1条", '<w:suff w:val="space"/>'),
        level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        level(2, "ideographTraditional", "%3、"),
    )
    content = word(*[item("x")] * 11, item("y", 1), item("z", 2), numbering=lists)
    assert labels(content)[9:] == ["第十条", "第十一条", "11.1", "甲、"]
    assert paragraphs(read(content))[0].label_gap == "space"


def test_a_list_that_starts_again() -> None:
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
    )
    lists = numbering(level(0, "upperRoman", "%1"), extra=again)
    assert labels(word(item("a"), item("b"), item("c", number=2), item("d", number=2), numbering=lists)) == [
        "I",
        "II",
        "V",
        "VI",
    ]


def test_a_style_that_brings_its_number() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr><w:ind w:left="100"/></w:pPr></w:style>'
    )
    lists = numbering(level(0, "decimal", "%1"), level(1, "lowerLetter", "%2)", '<w:pStyle w:val="Clause"/>'))
    (block,) = paragraphs(read(word(paragraph("x", look='<w:pStyle w:val="Clause"/>'), styles=styles, numbering=lists)))
    assert (block.label, block.indent_left) == ("a)", 5.0)
    unnumbered = paragraph("x", look='<w:pStyle w:val="Clause"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    assert labels(word(unnumbered, styles=styles, numbering=lists)) == [""]


def test_bullets_from_symbol_fonts_become_signs_that_exist() -> None:
    bullet = level(0, "bullet", "\uf0b7").replace("</w:lvl>", '<w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr></w:lvl>')
    assert labels(word(item("x"), numbering=numbering(bullet))) == ["•"]


def test_a_number_style_nobody_knows_is_named() -> None:
    result = read(word(item("x"), numbering=numbering(level(0, "vietnameseCounting", "%1"))))
    assert kinds(result) == ["number_format"]


def test_tables_with_merged_cells_lines_shades_and_header_rows() -> None:
    line = '<w:{0} w:val="single" w:sz="8" w:color="auto"/>'
    borders = (
        "<w:tblBorders>" + "".join(map(line.format, ("top", "left", "bottom", "right", "insideH"))) + "</w:tblBorders>"
    )
    result = read(
        word(
            table(
                row(
                    cell("Both", look='<w:gridSpan w:val="2"/><w:shd w:val="clear" w:fill="D9E2F3"/>'),
                    look="<w:tblHeader/>",
                ),
                row(cell("down", look='<w:vMerge w:val="restart"/><w:vAlign w:val="center"/>'), "one"),
                row(
                    cell("", look="<w:vMerge/>"),
                    cell("two", look='<w:tcBorders><w:top w:val="nil"/></w:tcBorders>'),
                    look="<w:cantSplit/>",
                ),
                look=borders,
            )
        )
    )
    block = the_table(result)
    assert texts(block) == [["Both"], ["down", "one"], ["two"]]
    first = block.rows[0].cells[0]
    assert (first.columns, first.shading, block.rows[0].header) == (2, "D9E2F3", True)
    assert first.borders["top"] is not None and first.borders["top"].width == 1.0
    merged, one = block.rows[1].cells
    assert (merged.rows, merged.valign) == (2, "center")
    assert one.borders["left"] is None and one.borders["right"] is not None
    assert block.rows[2].keep_together and block.rows[2].cells[0].borders["top"] is None
    assert [round(width, 1) for width in block.widths] == [225.7, 225.7]


def test_what_a_table_style_says_for_its_first_row() -> None:
    styles = (
        '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Fine Grid"/><w:tblPr><w:tblBorders><w:insideH '
        'w:val="single" w:sz="4"/></w:tblBorders><w:tblCellMar><w:left w:w="200"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:shd w:val="clear" w:fill="1F3864"/></w:tcPr>'
        "</w:tblStylePr></w:style>"
    )
    block = the_table(
        read(
            word(
                table(
                    row("head"), row("body"), look='<w:tblStyle w:val="Grid"/><w:tblLook w:val="0020"/>', widths=[4000]
                ),
                styles=styles,
            )
        )
    )
    head, body = block.rows[0].cells[0], block.rows[1].cells[0]
    assert block.style == "Fine Grid"
    assert (head.shading, body.shading, body.padding[3]) == ("1F3864", None, 10.0)
    assert isinstance(head.blocks[0], Paragraph) and runs(head.blocks[0])[0].bold
    assert head.borders["bottom"] is not None and head.borders["top"] is None


def test_a_table_without_a_grid_gets_its_widths_from_the_cells() -> None:
    block = the_table(
        read(
            word(
                table(
                    row(
                        cell("a", look='<w:tcW w:w="2000" w:type="dxa"/>'),
                        cell("b", look='<w:tcW w:w="1000" w:type="dxa"/>'),
                    ),
                    widths=[],
                )
            )
        )
    )
    assert block.widths == [100.0, 50.0]


def test_a_sliver_of_a_column_does_not_upset_the_grid() -> None:
    assert the_table(read(word(table(row("a", "b", "c"), widths=[3000, 5000, 10])))).widths == [150.0, 250.0, 0.5]


def test_page_numbers_links_notes_and_breaks() -> None:
    notes = (
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote><w:footnote w:id="2">'
        + paragraph("As defined below.")
        + "</w:footnote>"
    )
    result = read(
        word(
            paragraph(
                "see ",
                '<w:hyperlink r:id="l">' + run("site") + "</w:hyperlink>",
                '<w:r><w:footnoteReference w:id="2"/></w:r>',
                "<w:r><w:tab/></w:r>",
                "<w:r><w:br/></w:r>",
                "end",
                look='<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9000"/></w:tabs>',
            ),
            paragraph(
                field("PAGE \\* MERGEFORMAT", "7"),
                " of ",
                '<w:fldSimple w:instr=" NUMPAGES ">' + run("9") + "</w:fldSimple>",
            ),
            paragraph("before", '<w:r><w:br w:type="page"/></w:r>', "after"),
            notes=notes,
            links=[("l", "hyperlink", "https://example.org", True)],
        )
    )
    first, second, *_ = paragraphs(result)
    assert first.text == "see site1\t\nend"
    assert [each.link for each in runs(first)][:2] == [None, "https://example.org"]
    assert next(each for each in runs(first) if each.footnote).position == "superscript"
    assert [block.text for block in result.document.footnotes[1] if isinstance(block, Paragraph)] == [
        "As defined below."
    ]
    assert (first.tabs[0].position, first.tabs[0].align, first.tabs[0].leader) == (450.0, "right", ".")
    assert [each.field for each in runs(second)] == ["PAGE", None, "NUMPAGES"]
    assert [type(block) for block in result.document.sections[0].blocks[2:]] == [Paragraph, PageBreak, Paragraph]
    assert set(kinds(result)) == {"page_number_in_text"}


def test_pictures_in_the_line_and_in_the_letterhead() -> None:
    place = (
        '<wp:positionH relativeFrom="page"><wp:posOffset>0</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>{}'
    )
    header = making.part("hdr", paragraph(making.drawing("p", position=place.format("<wp:wrapNone/>")), "Office"))
    section = making.SECTION.replace("<w:sectPr>", '<w:sectPr><w:headerReference w:type="default" r:id="h"/>')
    content = word(
        paragraph(making.drawing("i")),
        section=section,
        links=[("i", "image", "media/a.png", False), ("h", "header", "header1.xml", False)],
        parts={
            "word/header1.xml": header,
            "word/media/a.png": making.png(),
            "word/_rels/header1.xml.rels": making.relations([("p", "image", "media/a.png", False)]),
        },
    )
    result = read(content)
    picture = paragraphs(result)[0].content[0]
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height, picture.alt) == (72.0, 36.0, "The emblem")
    (placed,) = result.document.sections[0].placed
    assert (placed.left, round(placed.top, 1)) == (0.0, 733.9)
    assert result.drawable


def test_right_to_left_hidden_text_and_content_controls() -> None:
    result = read(
        word(
            paragraph(run("مذكرة تفاهم", '<w:rtl/><w:bCs/><w:szCs w:val="28"/>'), look='<w:bidi/><w:jc w:val="left"/>'),
            paragraph(
                "a", run("secret", "<w:vanish/>"), "<w:sdt><w:sdtContent>" + run("b") + "</w:sdtContent></w:sdt>"
            ),
            "<w:sdt><w:sdtContent>" + paragraph("inside") + "</w:sdtContent></w:sdt>",
        )
    )
    arabic, mixed, inside = paragraphs(result)
    assert (arabic.right_to_left, arabic.align, runs(arabic)[0].bold, runs(arabic)[0].size) == (
        True,
        "right",
        True,
        14.0,
    )
    assert (mixed.text, inside.text) == ("ab", "inside")
    assert [finding.code for finding in result.findings] == ["hidden_text"]


def test_tracked_changes_are_accepted_or_rejected() -> None:
    content = word(paragraph("100", '<w:ins w:author="A">' + run(",000") + "</w:ins>"))
    assert paragraphs(read(content))[0].text == "100,000"
    assert paragraphs(read(content, accept_revisions=False))[0].text == "100"


def test_form_fields_dates_and_signs() -> None:
    box = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
        '</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    result = read(
        word(paragraph(box, " ", field("DATE", "1 March 2024"), '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'))
    )
    assert paragraphs(result)[0].text == "☒ 1 March 2024✓"
    assert [finding.code for finding in result.findings] == ["volatile_field"]


def test_sections_headers_of_the_first_page_and_continuous_breaks() -> None:
    size = '<w:pgSz w:w="{}" w:h="{}"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/>'
    first = (
        '<w:sectPr><w:headerReference w:type="default" r:id="h"/><w:headerReference w:type="first" r:id="f"/>'
        + size.format(11906, 16838)
        + "<w:titlePg/></w:sectPr>"
    )
    joined = '<w:sectPr><w:type w:val="continuous"/>' + size.format(11906, 16838) + "</w:sectPr>"
    last = "<w:sectPr>" + size.format(16838, 11906) + "</w:sectPr>"
    result = read(
        word(
            paragraph("one", look=first),
            paragraph("two", look=joined),
            "three",
            section=last,
            parts={
                "word/header1.xml": making.part("hdr", paragraph("every page")),
                "word/header2.xml": making.part("hdr", paragraph("title page")),
            },
            links=[("h", "header", "header1.xml", False), ("f", "header", "header2.xml", False)],
        )
    )
    upright, wide = result.document.sections
    assert [block.text for block in upright.blocks if isinstance(block, Paragraph)] == ["one", "two"]
    assert upright.first_header is not None
    for blocks, said in (
        (upright.header, "every page"),
        (upright.first_header, "title page"),
        (wide.header, "every page"),
    ):
        assert [block.text for block in blocks if isinstance(block, Paragraph)] == [said]
    assert wide.width > wide.height and wide.first_header is None


BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData uri='
    '"http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{}</a:graphicData></a:graphic></wp:anchor>'
    "</w:drawing></mc:Choice></mc:AlternateContent></w:r>"
)
ANCHOR = '<wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset></wp:positionH>'
UNDRAWABLE: dict[str, str] = {
    "text_box": BOX.format("<wps:txbx><w:txbxContent>" + paragraph("x") + "</w:txbxContent></wps:txbx>"),
    "shape": BOX.format(""),
    "floating_picture": making.drawing("i", position=ANCHOR),
    "missing_picture": making.drawing("nowhere"),
    "metafile": making.drawing("e"),
    "embedded_object": "<w:r><w:object/></w:r>",
    "formula": "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>",
    "watermark": '<w:r><w:pict><v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>',
    "ruby": "<w:r><w:ruby><w:rubyBase>" + run("汉") + "</w:rubyBase></w:ruby></w:r>",
    "symbol": '<w:r><w:sym w:font="Webdings" w:char="F021"/></w:r>',
}


@pytest.mark.parametrize("kind", UNDRAWABLE)
def test_what_blocks_cannot_say_is_named_with_its_place(kind: str) -> None:
    result = read(
        word(
            "before",
            paragraph("here ", UNDRAWABLE[kind]),
            parts={"word/media/a.png": making.png(), "word/media/a.emf": b"\1\0\0\0" + bytes(36) + b" EMF"},
            links=[("i", "image", "media/a.png", False), ("e", "image", "media/a.emf", False)],
        )
    )
    assert kinds(result) == [kind]
    assert not result.drawable
    assert result.findings[0].place.startswith("body, paragraph 2")


def test_columns_vertical_text_and_floating_tables_are_named() -> None:
    columns = making.SECTION.replace("</w:sectPr>", '<w:cols w:num="2"/></w:sectPr>')
    assert kinds(read(word("x", section=columns))) == ["columns"]
    assert kinds(read(word(table(row(cell("x", look='<w:textDirection w:val="btLr"/>')))))) == ["vertical_text"]
    floating = '<w:tblpPr w:vertAnchor="page" w:tblpY="4000"/>'
    assert kinds(read(word(table(row("x"), look=floating)))) == ["floating_table"]
    assert kinds(read(word(table(row("x", "y"), look="<w:bidiVisual/>")))) == ["right_to_left_table"]


def test_our_own_templates_are_drawable() -> None:
    folder = Path(__file__).parents[3] / "document_templates"
    templates = sorted(folder.glob("*.docx"))
    assert templates
    for template in templates:
        assert read(template.read_bytes()).findings == ()


def test_what_a_page_of_ours_has_not_is_named() -> None:
    def asked(look: str) -> list[str]:
        return kinds(read(word("x", section=making.SECTION.replace("</w:sectPr>", f"{look}</w:sectPr>"))))

    assert asked('<w:pgNumType w:fmt="lowerRoman" w:start="5"/>') == []
    assert asked('<w:pgNumType w:chapStyle="1"/>') == ["page_number_style"]
    assert asked('<w:pgBorders><w:top w:val="single"/></w:pgBorders>') == ["page_border"]
    assert asked('<w:lnNumType w:countBy="1"/>') == ["line_numbers"]
    assert asked('<w:vAlign w:val="center"/>') == ["page_alignment"]
    assert kinds(read(word(paragraph(run("重点", '<w:em w:val="dot"/>'))))) == ["emphasis_marks"]
    assert kinds(read(word(paragraph(run("x", '<w:bdr w:val="single"/>'))))) == ["boxed_text"]
    assert kinds(read(word(paragraph(field("PAGE", "5"))))) == ["page_number_in_text"]
    assert kinds(read(word(paragraph(field("PAGE \\* ROMAN", "V"))))) == ["page_number_style", "page_number_in_text"]


@pytest.mark.parametrize("nonsense", ["", "-1", "x", "nan", "1e400", "999999999999", "FFFFFFFF", "٣"])
def test_nonsense_where_a_number_should_be_does_no_harm(nonsense: str) -> None:
    lists = numbering(level(0, "lowerRoman", "%1").replace('w:start w:val="1"', f'w:start w:val="{nonsense}"'))
    body = (
        item("kept")
        + paragraph(
            run("kept", f'<w:sz w:val="{nonsense}"/><w:color w:val="{nonsense}"/>'),
            f'<w:r><w:sym w:char="{nonsense}"/></w:r>',
            look=f'<w:ind w:left="{nonsense}"/><w:spacing w:line="{nonsense}"/><w:tabs><w:tab w:pos="{nonsense}"/></w:tabs>',
        )
        + table(
            row(cell("kept", look=f'<w:tcW w:w="{nonsense}"/>'), look=f'<w:trHeight w:val="{nonsense}"/>'), widths=[]
        )
    )
    result = read(word(body, numbering=lists))
    assert [block.text[:4] for block in paragraphs(result)] == ["kept", "kept"]
    assert len(paragraphs(result)[0].label) < 30
    assert texts(the_table(result)) == [["kept"]]
