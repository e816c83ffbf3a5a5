"""Plain text: lines joined to what their author meant."""

from __future__ import annotations

from vendor_audit.documents.model import Block, BlockKind, Section
from vendor_audit.documents.reader import read_document


def read(text: str) -> tuple[Section, ...]:
    return read_document(text.encode(), name="dpa.txt").sections


def blocks(text: str) -> list[Block]:
    return [block for section in read(text) for block in section.blocks]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    (block,) = blocks(
        "The Processor informs the Controller of every\nsub-processor that it intends to add,\nby e-mail."
    )
    assert block.text.endswith("every sub-processor that it intends to add, by e-mail.")


def test_numbered_clauses_in_lines_of_their_own_are_told_apart() -> None:
    found = blocks(
        "7.1 The Processor may engage others.\n7.2 It informs the Controller as set out in\nclause 8 of this."
    )
    assert [(block.number, block.text) for block in found] == [
        ("7.1", "The Processor may engage others."),
        ("7.2", "It informs the Controller as set out in clause 8 of this."),
    ]


def test_a_reference_wrapped_before_its_number_begins_no_clause() -> None:
    (block,) = blocks("The Processor deletes the data as set out in clause\n7.2 Of this agreement and in its annexes.")
    assert block.number == ""
    assert "clause 7.2 Of" in block.text


def test_headings_by_number_underline_and_capitals() -> None:
    sections = read(
        "DATA PROCESSING AGREEMENT\n\n1. Scope\n\nThis is about data.\n\nAnnex I: Measures\n\nAll is encrypted.\n\n"
        "Contacts\n--------\nThe address is known.\n"
    )
    assert [section.name for section in sections] == [
        "DATA PROCESSING AGREEMENT", "1 Scope", "Annex I Measures", "Contacts",
    ]  # fmt: skip


def test_items_keep_their_letters() -> None:
    found = blocks(
        "The Processor shall:\n(a) keep records;\n(b) train staff; and\n(c) report.\n- at once\n- in writing"
    )
    assert [(block.number, block.kind) for block in found[1:4]] == [(f"({x})", BlockKind.ITEM) for x in "abc"]
    assert [block.text for block in found[4:]] == ["at once", "in writing"]


def test_a_text_with_an_empty_line_after_every_line_is_read_as_one_without() -> None:
    line = "The Processor shall take measures that are appropriate to the risk and"
    text = "\n\n".join([*[line] * 30, f"ends here.\n\n\n\n{line}", "ends there."])
    assert [block.text.endswith(end) for block, end in zip(blocks(text), ("here.", "there."), strict=True)] == [
        True,
        True,
    ]


def test_short_lines_with_empty_ones_between_stay_apart() -> None:
    assert len(blocks("\n\n".join(f"Name {number} is here" for number in range(40)))) == 40
