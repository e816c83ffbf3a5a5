"""Pages: what a person sees of their main text."""

from __future__ import annotations

import pytest

from vendor_audit.documents.model import Block, BlockKind, Document
from vendor_audit.documents.reader import read_document

TEXT = "<p>The Processor informs the Controller of every change in good time.</p>"


def read(body: str) -> Document:
    return read_document(f"<!doctype html><html><head><title>Page</title></head><body>{body}</body></html>".encode())


def blocks(body: str) -> list[Block]:
    return [block for section in read(body).sections for block in section.blocks]


def texts(body: str) -> list[str]:
    return [block.text for block in blocks(body)]


@pytest.mark.parametrize(
    "aside",
    [
        "<nav>Menu</nav>", "<header>Logo</header>", "<footer>Imprint</footer>", "<aside>Offer</aside>",
        "<form>Your mail <input><button>Go</button></form>", "<script>alert('x')</script>", "<style>p{}</style>",
        "<div hidden>Secret <div>more</div> still</div>", '<p style="color:red;display: none">Secret</p>',
        '<span aria-hidden="true">x</span>', "<template>x</template>", "<noscript>Turn it on</noscript>",
        "<del>within 24 hours</del>", "<dialog>cookies</dialog>", "<svg><text>x</text></svg>", "<!-- comment -->",
    ],
)  # fmt: skip
def test_what_is_beside_the_text_or_hidden_is_left_out(aside: str) -> None:
    assert texts(f"{aside}{TEXT}{aside}") == ["The Processor informs the Controller of every change in good time."]


def test_the_main_element_is_preferred_to_the_rest() -> None:
    assert texts(f"<div>Cookie banner</div><main><h1>Terms</h1>{TEXT}</main><div>Follow us</div>") == [
        "The Processor informs the Controller of every change in good time."
    ]


def test_a_page_within_a_form_is_read_all_the_same() -> None:
    assert len(texts(f"<form>{TEXT}</form>")) == 1


def test_headings_paragraphs_and_title() -> None:
    document = read("<h1>Privacy</h1><h2>1. Who</h2><p>We are.<h2>2. What</h2><p>Data.<p>More.")
    assert [section.path for section in document.sections] == [
        ("Privacy",),
        ("Privacy", "1 Who"),
        ("Privacy", "2 What"),
    ]
    assert [len(section.blocks) for section in document.sections] == [0, 1, 2]
    assert document.title == "Privacy"
    assert read(TEXT).title == "Page"


def test_lists_nest_and_count_as_shown() -> None:
    found = blocks(
        "<p>The data:</p><ol type=a start=2><li>names<ul><li>first<li>last</ul><li>places</ol><ol>"
        "<li value=7>seven<li>eight</ol>"
    )
    assert [(block.text, block.level, block.number) for block in found[1:]] == [
        ("names", 1, "b"), ("first", 2, ""), ("last", 2, ""), ("places", 1, "c"), ("seven", 1, "7"), ("eight", 1, "8"),
    ]  # fmt: skip


def test_cells_that_span_stand_in_each_place() -> None:
    found = blocks(
        "<table><thead><tr><th>A<th colspan=2>B</thead><tr><td rowspan=2>one<td>x<td>y<tr><td>z<td>w</table>"
    )
    assert [block.cells for block in found] == [("A", "B", "B"), ("one", "x", "y"), ("one", "z", "w")]
    assert [block.is_header for block in found] == [True, False, False]


def test_a_cell_keeps_its_lines_and_its_row_is_one_line() -> None:
    (block,) = blocks("<table><tr><td>Polder Cloud B.V.<br>Datalaan 12<td><p>Hosting</p><ul><li>all</ul></table>")
    assert block.cells == ("Polder Cloud B.V.\nDatalaan 12", "Hosting\nall")
    assert block.text == "Polder Cloud B.V. Datalaan 12 | Hosting all"


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    document = read(f"<table><tr><td><h2>Menu</h2><td><h2>Text</h2>{TEXT}</table>")
    assert [section.heading for section in document.sections] == ["Menu", "Text"]
    assert document.sections[1].blocks[0].kind is BlockKind.PARAGRAPH


def test_definition_lists_and_broken_lines() -> None:
    body = "<dl><dt>Purpose<dd>Calls</dl><p>It shall:<br>(a) tell;<br>(b) ask<br><br>Last."
    assert [(block.text, block.level) for block in blocks(body)] == [
        ("Purpose", 0), ("Calls", 1), ("It shall:", 0), ("tell;", 1), ("ask", 1), ("Last.", 0),
    ]  # fmt: skip


def test_links_are_kept_and_lists_of_anchors_are_contents() -> None:
    found = blocks(
        '<ul><li><a href="#a">A</a><li><a href="#b">B</a><li><a href="#c">C</a></ul><p>See <a '
        'href="/list?a=1&amp;b">it</a>.</p>'
    )
    assert [(block.text, block.links) for block in found] == [("See it.", ("/list?a=1&b",))]


def test_script_in_a_heading_is_no_text() -> None:
    document = read(f"<h1>Terms<script>document.title='x'</script> of use</h1>{TEXT}")
    assert document.title == "Terms of use"
