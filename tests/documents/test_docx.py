"""Word documents: what Word would print."""

from __future__ import annotations

import pytest

from tests.documents.word import RELATIONS, cell, level, numbered, package, paragraph, part, table
from vendor_audit.documents.model import Block, BlockKind, Document
from vendor_audit.documents.reader import read_document

STYLES = part(
    "styles",
    '<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Kop2"><w:name w:val="Kop 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Clause"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Out"><w:name w:val="O"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="A"/><w:basedOn w:val="b"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="B"/><w:basedOn w:val="a"/></w:style>',
)
NUMBERING = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "decimal", "%1.")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "(%3)")
    + level(3, "lowerRoman", "(%4)")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
    + level(0, "bullet", "\uf0b7")
    + level(1, "bullet", "o")
    + '</w:abstractNum><w:abstractNum w:abstractNumId="9">'
    + level(0, "upperRoman", "Article %1 -")
    + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="5"/></w:lvlOverride></w:num>',
)


def read(body: str, **parts: str) -> Document:
    return read_document(package(body, **{"word/styles.xml": STYLES, "word/numbering.xml": NUMBERING, **parts}))


def blocks(body: str, **parts: str) -> list[Block]:
    return [block for section in read(body, **parts).sections for block in section.blocks]


@pytest.mark.parametrize("style", ["berschrift1", "Kop2", "Own", "Out", "Heading1", "Titre2", "Title"])
def test_styles_name_headings_in_any_language(style: str) -> None:
    document = read_document(package(paragraph("Deletion", style) + paragraph("Text."), **{"word/styles.xml": STYLES}))
    assert [section.heading for section in document.sections] == ["Deletion"]


def test_styles_that_are_based_on_each_other_end() -> None:
    assert read_document(package(paragraph("Text.", "a"), **{"word/styles.xml": STYLES})).sections[0].level == 0


def test_automatic_numbers_come_out_as_printed() -> None:
    document = read(
        numbered("Scope") + numbered("The parties agree.", 1) + numbered("They shall:", 1) + numbered("tell;", 2)
        + numbered("at once;", 3) + numbered("in writing;", 3) + numbered("ask.", 2) + numbered("Audits")
        + numbered("Each party may ask.", 1) + numbered("It shall:", 1) + numbered("wait.", 2)
    )  # fmt: skip
    assert [section.name for section in document.sections] == ["1 Scope", "2 Audits"]
    assert [[block.number for block in section.blocks] for section in document.sections] == [
        ["1.1", "1.2", "(a)", "(i)", "(ii)", "(b)"],
        ["2.1", "2.2", "(a)"],
    ]
    assert [block.level for block in document.sections[0].blocks] == [0, 0, 1, 2, 2, 1]


def test_roman_articles_legal_numbers_and_restarts() -> None:
    found = blocks(
        numbered("The scope is wide.", 0, 3) + numbered("It is this.", 1, 3) + numbered("The law is Dutch.", 0, 3)
        + numbered("It is that.", 1, 3) + numbered("One begins at five.", 0, 4) + numbered("The next is six.", 0, 4)
    )  # fmt: skip
    assert [block.number for block in found] == ["Article I", "1.1", "Article II", "2.1", "5", "6"]


def test_bullets_are_items_of_their_level() -> None:
    found = blocks(
        paragraph("The data:") + numbered("names", 0, 2) + numbered("first", 1, 2) + numbered("places", 0, 2)
    )
    assert [(block.kind, block.level, block.number) for block in found[1:]] == [
        (BlockKind.ITEM, 1, ""), (BlockKind.ITEM, 2, ""), (BlockKind.ITEM, 1, ""),
    ]  # fmt: skip


def test_insertions_stay_and_deletions_go() -> None:
    (block,) = blocks(
        '<w:p><w:r><w:t xml:space="preserve">Notice is given within </w:t></w:r>'
        "<w:del><w:r><w:delText>24 hours</w:delText></w:r></w:del><w:ins><w:r><w:t>72 hours</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>struck</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>.</w:t></w:r></w:p>'
    )
    assert block.text == "Notice is given within 72 hours."


def test_a_deleted_paragraph_is_not_counted() -> None:
    gone = numbered("x").replace("<w:t ", "<w:delText ").replace("</w:t>", "</w:delText>")
    gone = gone.replace("<w:r>", "<w:del><w:r>").replace("</w:r></w:p>", "</w:r></w:del></w:p>")
    gone = gone.replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>")
    found = blocks(numbered("The first is here.") + gone + numbered("The second is here."))
    assert [block.number for block in found] == ["1", "2"]


def test_merged_cells_stand_in_each_place() -> None:
    found = blocks(
        table(
            [cell("Name"), cell("Place", '<w:gridSpan w:val="2"/>')],
            [cell("Polder", '<w:vMerge w:val="restart"/>'), cell("NL"), cell("DE")],
            [cell("", "<w:vMerge/>"), cell("FR"), cell("BE")],
        )
    )
    assert [block.cells for block in found] == [
        ("Name", "Place", "Place"),
        ("Polder", "NL", "DE"),
        ("Polder", "FR", "BE"),
    ]


def test_a_cell_keeps_its_paragraphs_as_lines() -> None:
    (block,) = blocks(table([cell(paragraph("Polder Cloud B.V.") + paragraph("Datalaan 12")), cell("Hosting")]))
    assert block.cells == ("Polder Cloud B.V.\nDatalaan 12", "Hosting")
    assert block.text == "Polder Cloud B.V. Datalaan 12 | Hosting"


def test_the_row_that_word_repeats_is_the_header() -> None:
    body = table([cell("Data"), cell("Period")], [cell("Logs"), cell("14 days")])
    body = body.replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1)
    assert [block.is_header for block in blocks(body)] == [True, False]


def test_a_table_of_contents_is_left_out() -> None:
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>Scope 3</w:t></w:r></w:p>'
        '<w:p><w:r><w:t>Audits 4</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    made = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('Law 9')}</w:sdtContent></w:sdt>"
    )
    body = field + made + paragraph("Scope 3", "TOC1") + paragraph("Scope", "Heading1") + paragraph("All of it.")
    document = read_document(package(body, **{"word/styles.xml": STYLES}))
    assert [section.name for section in document.sections] == ["Scope"]


def test_links_fields_boxes_and_notes() -> None:
    links = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="x/hyperlink" '
        'Target="https://a.example/list" TargetMode="External"/></Relationships>'
    )
    notes = part(
        "footnotes",
        f'<w:footnote w:id="2">{paragraph("A note on it.")}</w:footnote>'
        f'<w:footnote w:id="0" w:type="separator">{paragraph("-")}</w:footnote>',
    )
    box = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    found = blocks(
        '<w:p><w:hyperlink r:id="r1"><w:r><w:t>The list</w:t></w:r></w:hyperlink>'
        '<w:r><w:t xml:space="preserve"> of </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText>HYPERLINK "https://b.example"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>all.</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        f"<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        **{"word/_rels/document.xml.rels": links, "word/footnotes.xml": notes},
    )
    assert [block.text for block in found] == ["The list of all.", "A note on it.", "In a box."]
    assert found[0].links == ("https://a.example/list", "https://b.example")


def test_tabs_breaks_and_hyphens() -> None:
    (block,) = blocks(
        "<w:p><w:r><w:t>sub</w:t><w:noBreakHyphen/><w:t>processors</w:t><w:tab/><w:t>and</w:t><w:br/><w:t>pro</w:t>"
        "<w:softHyphen/><w:t>cessors</w:t></w:r></w:p>"
    )
    assert block.text == "sub-processors and processors"


def test_the_main_part_is_where_the_package_says() -> None:
    relations = (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="x/officeDocument" '
        f'Target="/word/document2.xml"/></Relationships>'
    )
    content = package(
        paragraph("Old."),
        **{"_rels/.rels": relations, "word/document2.xml": part("document", f"<w:body>{paragraph('New.')}</w:body>")},
    )
    assert read_document(content).sections[0].blocks[0].text == "New."


def test_headers_and_footers_are_not_read() -> None:
    content = package(paragraph("Text."), **{"word/header1.xml": part("hdr", paragraph("Confidential"))})
    assert [block.text for block in read_document(content).sections[0].blocks] == ["Text."]
