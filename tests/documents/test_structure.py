"""Pieces of any format gathered into sections."""

from __future__ import annotations

from vendor_audit.documents.limits import Limits
from vendor_audit.documents.model import BlockKind, Section
from vendor_audit.documents.pieces import Piece, row
from vendor_audit.documents.structure import bounded, sections_of


def gather(*pieces: Piece | str) -> tuple[Section, ...]:
    return sections_of([Piece(BlockKind.PARAGRAPH, each) if isinstance(each, str) else each for each in pieces])


def heading(text: str, level: int = 0) -> Piece:
    return Piece(BlockKind.HEADING, text, level=level)


def test_a_numbered_sentence_is_a_clause_and_a_numbered_title_a_heading() -> None:
    (section,) = gather("7. Sub-processors", "7.1 The Processor engages others.", "7.2 It informs the Controller.")
    assert (section.number, section.heading) == ("7", "Sub-processors")
    assert [block.number for block in section.blocks] == ["7.1", "7.2"]
    assert [block.kind for block in section.blocks] == [BlockKind.PARAGRAPH] * 2


def test_a_row_of_short_numbered_lines_is_a_list_and_no_row_of_headings() -> None:
    (section,) = gather("The data are:", "1. Names", "2. Addresses", "3. Telephone numbers", "All are needed here.")
    assert section.level == 0
    assert [block.number for block in section.blocks] == ["", "1", "2", "3", ""]


def test_items_are_levelled_by_the_style_of_their_number() -> None:
    (section,) = gather(
        "3.1 The Processor shall:", "(a) keep", "(i) logs;", "(ii) records;", "(b) train;", "3.2 It shall:", "(a) tell."
    )
    assert [(block.number, block.level) for block in section.blocks] == [
        ("3.1", 0), ("(a)", 1), ("(i)", 2), ("(ii)", 2), ("(b)", 1), ("3.2", 0), ("(a)", 1),
    ]  # fmt: skip


def test_the_letter_i_after_h_is_no_roman_one() -> None:
    (section,) = gather("It shall:", *(f"({letter}) do;" for letter in "abcdefghij"))
    assert {block.level for block in section.blocks[1:]} == {1}


def test_annexes_stand_above_numbered_headings_of_the_same_level() -> None:
    sections = gather(
        heading("1. Scope", 1), "Text.", heading("Annex I: Processing", 1), heading("1. Contacts", 1), "Text.",
        heading("Annex II", 1), "Text.",
    )  # fmt: skip
    assert [section.path for section in sections] == [
        ("1 Scope",),
        ("Annex I Processing",),
        ("Annex I Processing", "1 Contacts"),
        ("Annex II",),
    ]
    assert [section.level for section in sections] == [1, 1, 2, 1]


def test_a_bare_annex_takes_the_title_in_the_next_line() -> None:
    (section,) = gather(heading("ANNEX II", 1), heading("TECHNICAL MEASURES", 1), "All data is encrypted.")
    assert section.name == "ANNEX II TECHNICAL MEASURES"


def test_a_table_of_contents_is_left_out() -> None:
    sections = gather(
        heading("Contents", 1), "1. Scope ........ 3", "2. Audits 4", "Annex I . . . . . . 9",
        heading("1. Scope", 1), "This is the text.",
    )  # fmt: skip
    assert [section.name for section in sections] == ["1 Scope"]


def test_lines_with_leaders_go_without_a_title_too_and_sentences_stay() -> None:
    (section,) = gather("1. Scope ........ 3", "2. Audits ........ 4", "The term is 12", "It goes on ... for long.")
    assert [block.text for block in section.blocks] == ["The term is 12", "It goes on ... for long."]


def test_bold_alone_makes_no_heading_of_a_sentence() -> None:
    sections = gather(
        Piece(BlockKind.PARAGRAPH, "Access control", strong=True),
        Piece(BlockKind.PARAGRAPH, "The Processor shall pay all costs", strong=True),
    )
    assert [section.heading for section in sections] == ["Access control"]
    assert len(sections[0].blocks) == 1


def test_a_sentence_knows_the_page_that_it_begins_on() -> None:
    text = "7.2 First one. Second one that goes on. Third."
    (section,) = gather(Piece(BlockKind.PARAGRAPH, text, page=3, turns=((30, 4),)))
    assert [(sentence.text, sentence.page) for sentence in section.blocks[0].sentences] == [
        ("First one.", 3), ("Second one that goes on.", 3), ("Third.", 4),
    ]  # fmt: skip


def test_a_bold_lead_in_to_a_list_is_no_heading() -> None:
    lead = Piece(BlockKind.PARAGRAPH, "What you share with us:", strong=True)
    (section,) = gather(lead, Piece(BlockKind.ITEM, "names", level=1), Piece(BlockKind.ITEM, "places", level=1))
    assert [block.text for block in section.blocks] == ["What you share with us:", "names", "places"]


def test_a_caption_over_a_table_is_no_header() -> None:
    (section,) = gather(
        row(("Hosting", "Hosting", "Hosting"), 1, is_header=True),
        row(("Company", "Place", "Task"), 1),
        row(("Polder Cloud", "Netherlands", "Hosting"), 1),
    )
    assert [block.is_header for block in section.blocks] == [False, True, False]


def test_short_texts_over_three_columns_name_them_and_two_columns_may_be_names_and_values() -> None:
    (section,) = gather(
        row(("Company", "Place", "Task"), 1), row(("Polder Cloud", "Netherlands", "Hosting"), 1), "And:",
        row(("Name", "Acme Video"), 2), row(("Place", "Amsterdam"), 2),
    )  # fmt: skip
    assert [block.is_header for block in section.blocks if block.table] == [True, False, False, False]


def test_bounds_cut_and_say_so() -> None:
    pieces = [Piece(BlockKind.PARAGRAPH, "word " * 10) for _ in range(10)]
    kept, cut = bounded(pieces, Limits(blocks=4))
    assert (len(kept), cut) == (4, "only the first 4 blocks were read")
    kept, cut = bounded(pieces, Limits(characters=120))
    assert sum(len(piece.text) for piece in kept) == 120
    assert cut == "only the first 120 characters were read"
