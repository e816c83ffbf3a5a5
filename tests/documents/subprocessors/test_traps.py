from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.documents.subprocessors import read_subprocessors

if TYPE_CHECKING:
    from collections.abc import Callable


def test_clauses_about_sub_processors_are_no_sub_processors(lists: Any) -> None:
    found = lists.text(
        "# Data Processing Agreement\n\n## 7. Sub-processors\n\n"
        "(a) The Processor has the general authorisation of the Controller.\n\n"
        "(b) Where the Processor engages a sub-processor:\n\n"
        "- it shall do so by way of a contract;\n- Contract: the sub-processor is bound in Germany\n"
        "- it remains fully liable.\n"
    )
    assert found.rows is None
    assert found.unknown["rows"] == "no table, list or entry was found that names sub-processors"


def test_a_page_about_something_else_has_no_rows(lists: Any) -> None:
    found = lists.text("# Prices\n\n| Plan | Country | Price |\n|---|---|---|\n| Basic | Germany | 5 |\n")
    assert found.rows is None


def test_a_table_that_calls_its_column_sub_processor_is_enough(lists: Any) -> None:
    found = lists.text("# Who we work with\n\n| Sub-processor | Country |\n|---|---|\n| Kestrel Inc. | USA |\n")
    assert [each.entity for each in found.rows] == ["Kestrel Inc."]


def test_a_list_that_was_not_understood_makes_the_rows_incomplete(lists: Any) -> None:
    found = lists.text(
        "# Sub-processors\n\n| Name | Country |\n|---|---|\n| Kestrel Inc. | USA |\n\n"
        "## More\n\n- Edgefence\n- Botguard\n"
    )
    assert len(found.rows) == 1
    assert found.unknown["rows"] == "not read: a list that may be of sub-processors: 'Edgefence', ..."


def test_companies_in_a_paragraph_make_the_rows_incomplete(lists: Any) -> None:
    found = lists.text(
        "# Sub-processors\n\nHosting is by Polder Cloud B.V. and mail by Quillmark Mail SAS.\n\n"
        "| Name | Country |\n|---|---|\n| Kestrel Inc. | USA |\n"
    )
    assert found.unknown["rows"].startswith("not read: a paragraph that names companies: 'Hosting is by Polder")


def test_headers_that_come_again_on_the_next_page_are_no_rows(lists: Any) -> None:
    header = ("Name", "Purpose", "Country")
    found = read_subprocessors(
        lists.blocks(
            lists.cells(*header, is_header=True),
            lists.cells("Kestrel Inc.", "Logs", "USA"),
            lists.cells(*header, page=2, table=2),
            lists.cells("Polder Cloud B.V.", "Hosting", "Netherlands", page=2, table=2),
        )
    )
    assert [(each.entity, each.page) for each in found.rows or ()] == [("Kestrel Inc.", 1), ("Polder Cloud B.V.", 2)]


def test_a_table_goes_on_over_the_page_without_headers(lists: Any) -> None:
    found = read_subprocessors(
        lists.blocks(
            lists.cells("Name", "Purpose", "Country", is_header=True),
            lists.cells("Kestrel Inc.", "Logs", "USA"),
            lists.cells("Polder Cloud", "Hosting", "Netherlands", page=2, table=2),
        )
    )
    assert [(each.entity, each.countries) for each in found.rows or ()] == [
        ("Kestrel Inc.", ("US",)),
        ("Polder Cloud", ("NL",)),
    ]


def test_headers_stand_below_a_title_of_the_table(lists: Any) -> None:
    found = read_subprocessors(
        lists.blocks(
            lists.cells("Support sub-processors", "", "", is_header=True),
            lists.cells("Company", "Location", "Description of activities"),
            lists.cells("Kestrel Support\n12 Canal Walk,\nDublin 2,\nIreland", "Bulgaria", "Tickets"),
        )
    )
    assert [(each.entity, each.address, each.establishment, each.countries) for each in found.rows or ()] == [
        ("Kestrel Support", "12 Canal Walk, Dublin 2, Ireland", "IE", ("BG",))
    ]


def test_a_label_may_have_its_value_in_the_next_paragraph(lists: Any) -> None:
    found = lists.text(
        "# Annex IV: list of sub-processors\n\n1. Name: Kestrel Inc.\n\n"
        "    Address: 1 Main Street, Austin, TX 78701, USA\n\n"
        "    Description of the processing (including a clear delimitation of responsibilities):\n\n"
        "    Keeps the files.\n\n2. Name: Edgefence Ltd.\n\n    Address: 12 Canal Walk, Dublin, Ireland\n"
    )
    assert [(each.entity, each.task, each.establishment) for each in found.rows] == [
        ("Kestrel Inc.", "Keeps the files.", "US"),
        ("Edgefence Ltd.", "", "IE"),
    ]


def test_a_town_behind_a_legal_form_is_no_part_of_the_name(lists: Any) -> None:
    found = lists.row(**{"Firma,_Sitz": "Rechenhof Weser AG, Minden", "Leistung": "Server"})
    assert found.rows[0].entity == "Rechenhof Weser AG"
    assert found.unknown["rows[0].establishment"] == "'Minden' names no country"


def test_customers_in_a_country_are_not_the_place_of_processing(lists: Any) -> None:
    found = lists.text("# Sub-processors\n\n- Kestrel Inc.: payments for customers in the United States\n")
    assert found.rows[0].countries is None


def test_only_two_thousand_rows_are_kept_and_it_is_said(lists: Any) -> None:
    rows = [lists.cells(f"Kestrel {number} GmbH", "Germany") for number in range(10_000)]
    found = read_subprocessors(lists.blocks(lists.cells("Name", "Country", is_header=True), *rows))
    assert len(found.rows or ()) == 2_000
    assert found.unknown["rows"] == "only the first 2,000 were kept"


def test_a_cell_of_a_megabyte_is_cut(lists: Any) -> None:
    found = read_subprocessors(
        lists.blocks(
            lists.cells("Name", "Country", is_header=True), lists.cells("K" * 1_000_000, "Germany, " * 200_000)
        )
    )
    (row,) = found.to_json()["rows"]
    assert max(len(each) for each in (row["entity"], row["text"], *row["raw"].values())) <= 500
    assert row["countries"] == ["DE"]


@pytest.mark.parametrize(
    "bomb", ["a: ", "(", "Inc. ", " - ", "1/", "[", "@a.", "not ", "US,", "last updated ", "30 days ", "\u0301"]
)
@pytest.mark.parametrize("shape", ["paragraph", "item", "cells"])
def test_texts_made_to_be_slow_are_read_quickly(lists: Any, bomb: str, shape: str) -> None:
    make: Callable[..., Any] = getattr(lists, shape)
    text = bomb * 300_000
    document = lists.blocks(make(text, text) if shape == "cells" else make(text), heading=text)
    started = time.process_time()
    read_subprocessors(document)
    assert time.process_time() - started < 5


def test_time_grows_with_the_text_and_no_faster(lists: Any) -> None:
    def seconds(count: int) -> float:
        block = lists.paragraph("The processor tells customers of changes by e-mail 30 days ahead; Kestrel Inc. too.")
        document = lists.blocks(*[block] * count)
        started = time.process_time()
        read_subprocessors(document)
        return time.process_time() - started

    seconds(100)
    assert seconds(8_000) < 20 * max(seconds(1_000), 0.02)


def test_reading_twice_gives_the_same(lists: Any) -> None:
    assert lists.file("items_en.md").to_json() == lists.file("items_en.md").to_json()
