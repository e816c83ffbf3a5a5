"""Markdown as authors of legal papers write it."""

from __future__ import annotations

import pytest

from vendor_audit.documents.model import Block, BlockKind, Document
from vendor_audit.documents.reader import read_document


def read(text: str) -> Document:
    return read_document(text.encode(), name="dpa.md")


def blocks(text: str) -> list[Block]:
    return [block for section in read(text).sections for block in section.blocks]


def test_headings_of_both_kinds_nest() -> None:
    document = read(
        "Title\n=====\n\nUnder it\n--------\n\nText.\n\n### 1. Deeper ###\n\nText.\n\n## Back {#back}\n\nText."
    )
    assert [section.path for section in document.sections] == [
        ("Title",),
        ("Title", "Under it"),
        ("Title", "Under it", "1 Deeper"),
        ("Title", "Back"),
    ]
    assert document.title == "Title"


def test_front_matter_gives_the_title_and_no_text() -> None:
    document = read('---\ntitle: "The Agreement"\nversion: 4\n---\n\n# Scope\n\nText.')
    assert document.title == "The Agreement"
    assert [section.heading for section in document.sections] == ["Scope"]


def test_lines_that_are_all_bold_are_headings() -> None:
    document = read("**Access control**\n\nOnly by key.\n\n**Note:** this is none.")
    assert [section.heading for section in document.sections] == ["Access control"]
    assert document.sections[0].blocks[1].text == "Note: this is none."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**bold**, *slanted*, __both__ and `code`", "bold, slanted, both and code"),
        ('a [link](https://a.example/x_(y) "title") and [another][r]\n\n[r]: https://b.example', "a link and another"),
        ("write to <privacy@acme.example>", "write to privacy@acme.example"),
        ("see <https://a.example>", "see https://a.example"),
        (r"1\. not \*bold\* &amp; so", "not *bold* & so"),
        (
            "{{CONTROLLER_NAME}} and 2 * 3 * 4 and snake_case_word",
            "{{CONTROLLER_NAME}} and 2 * 3 * 4 and snake_case_word",
        ),
        ("before<!-- hidden -->after and ![picture](x.png)end", "beforeafter and end"),
        ("a footnote[^1] here", "a footnote here"),
        ("sign here: ______", "sign here: ______"),
        ("line one  \nline<br>two", "line one line two"),
    ],
)
def test_marks_are_taken_off(source: str, text: str) -> None:
    assert blocks(source)[0].text == text


def test_links_are_kept_as_written() -> None:
    (block,) = blocks(
        "See [our list](/subprocessors), <https://b.example/?a=1&b=2> and [this][x].\n\n[x]: mailto:a@b.example"
    )
    assert block.links == ("/subprocessors", "https://b.example/?a=1&b=2", "mailto:a@b.example")


def test_lists_nest_and_count() -> None:
    found = blocks(
        "The data:\n\n* names\n    * first\n    * last\n* places\n\n1. one\n1. two\n   goes on\n\n   and on\n"
    )
    assert [(block.text, block.level, block.number) for block in found[1:]] == [
        ("names", 1, ""), ("first", 2, ""), ("last", 2, ""), ("places", 1, ""),
        ("one", 1, "1"), ("two goes on", 1, "2"), ("and on", 1, ""),
    ]  # fmt: skip


def test_a_list_of_one_with_a_clause_under_it_is_a_heading() -> None:
    document = read("1. Definitions\n\n1.1 “Data” means data.\n\n2. Scope\n\n2.1 All of it.")
    assert [section.name for section in document.sections] == ["1 Definitions", "2 Scope"]


def test_clauses_and_letters_in_lines_of_their_own_are_told_apart() -> None:
    found = blocks("7.1 The Processor shall:\n(a) tell;\n(b) ask.\n**7.2** It waits.")
    assert [(block.number, block.kind) for block in found] == [
        ("7.1", BlockKind.PARAGRAPH), ("(a)", BlockKind.ITEM), ("(b)", BlockKind.ITEM), ("7.2", BlockKind.PARAGRAPH),
    ]  # fmt: skip


def test_pipe_tables_have_cells_and_a_header() -> None:
    found = blocks("| Name | Place |\n|:--|--|\n| Polder | a \\| b |\n| Nord<br>Hamburg | |\n\nText.")
    assert [(block.cells, block.is_header, block.table) for block in found[:3]] == [
        (("Name", "Place"), True, 1), (("Polder", "a | b"), False, 1), (("Nord\nHamburg", ""), False, 1),
    ]  # fmt: skip
    assert found[2].text == "Nord Hamburg | "


def test_a_table_in_html_is_read_as_one() -> None:
    found = blocks(
        "Text.\n\n<table><tr><th>Name</th><th>Place</th></tr>\n\n<tr><td>Polder</td><td>NL</td></tr></table>\n\nEnd."
    )
    assert [block.cells for block in found] == [(), ("Name", "Place"), ("Polder", "NL"), ()]


def test_comments_hide_what_a_reader_would_not_see() -> None:
    assert [block.text for block in blocks("One.\n\n<!--\nhidden clause\n-->\n\nTwo.\n\n<!-- never "
"closed\n\nThree.")] == [
        "One.", "Two.",
    ]  # fmt: skip


def test_a_list_of_links_into_the_document_is_a_table_of_contents() -> None:
    document = read("# Agreement\n\n- [Scope](#scope)\n- [Audits](#audits)\n- [Law](#law)\n\n## Scope\n\nText.")
    assert [block.text for section in document.sections for block in section.blocks] == ["Text."]


def test_fenced_text_is_text() -> None:
    assert [block.text for block in blocks("```\n# no heading\n```\n\nText.")] == ["# no heading", "Text."]
