from __future__ import annotations

from typing import Any

import pytest

from vendor_audit.documents.subprocessors import Mechanism, read_subprocessors


def brief(found: Any) -> list[tuple[str, str, list[str], list[str]]]:
    """Return of each row: who, the country of the company, where data are, the transfer tools."""
    rows = found.to_json()["rows"]
    return [
        (
            each.get("entity", ""),
            each.get("establishment", ""),
            each.get("places", []),
            each.get("transfer_tools", []),
        )
        for each in rows
    ]


def test_a_table_with_two_locations_tells_processing_from_company(lists: Any) -> None:
    found = lists.file("two_locations.md")
    assert brief(found) == [
        ("Wolkenbank Inc (WB)", "US", ["US", "BE"], []),
        ("Fireline AI", "US", ["US", "IS", "DE"], []),
        ("Wolkenbank Inc (WB)", "US", ["US"], []),
        ("Acme BV", "NL", ["NL"], []),
    ]
    assert {key for key, there in found.columns.items() if there} == {"entity", "countries", "establishment", "task"}
    assert [each.section for each in found.rows or ()] == ["Third Party Subprocessors"] * 3 + ["Subsidiaries"]


def test_a_german_annex_is_told_from_the_other_tables_of_the_contract(lists: Any) -> None:
    found = lists.file("annex_de.md")
    assert brief(found) == [
        ("Kestrel Edge Inc.", "US", ["worldwide"], ["scc", "dpf"]),
        ("Wolkenbank Inc.", "US", ["eu"], ["scc"]),
        ("Brieftaube Mail Inc.", "US", [], ["scc"]),
        ("Kestrel Pay Europe, Limited", "IE", ["eu"], []),
    ]
    assert found.unknown == {}
    assert [("countries" in each.missing, "transfer_tools" in each.missing) for each in found.rows or ()] == [
        (False, False),
        (False, False),
        (True, False),
        (False, True),
    ]


def test_a_french_table_with_placeholders_does_not_state_what_they_leave_open(lists: Any) -> None:
    found = lists.file("placeholders_fr.md")
    assert brief(found) == [
        ("Kestrel Edge", "", ["eu"], []),
        ("", "", [], []),
        ("Quillmark", "", ["FR", "eu"], []),
        ("Agenda Plus", "", ["US", "eu"], ["scc"]),
    ]
    assert found.placeholders == ("[à confirmer : région]", "[Fournisseur e-mail]", "[à confirmer]")
    assert found.unknown == {
        "rows[0].countries": "a placeholder: [à confirmer : région]",
        "rows[1].entity": "a placeholder: [Fournisseur e-mail]",
        "rows[1].countries": "a placeholder: [à confirmer]",
    }


def test_a_dutch_table(lists: Any) -> None:
    found = lists.file("table_nl.md")
    assert brief(found) == [
        ("Wolkenbank, Inc.", "US", ["eu"], ["scc"]),
        ("Kestrel Edge Ireland Limited (login)", "IE", ["NL"], ["none_needed"]),
        ("Botwacht", "US", ["worldwide"], ["dpf"]),
    ]
    assert found.dated == "2026-08-21"
    assert found.change_notice is not None
    assert found.change_notice.mechanism is Mechanism.PAGE


def test_tables_of_labels_and_values_are_one_sub_processor_each(lists: Any) -> None:
    found = lists.file("pairs_fr.md")
    assert brief(found) == [
        ("Polder Cloud B.V.", "NL", ["IE", "eu", "eu-west-1"], ["scc"]),
        ("Kestrel Edge Inc", "", ["US"], []),
        ("Quillmark", "", ["FR"], ["none_needed"]),
        ("Kestrel Pay", "", ["US"], ["scc"]),
    ]


def test_the_form_of_the_annex_of_the_commission(lists: Any) -> None:
    found = lists.file("annex_iv.md")
    first, second = found.rows
    assert (first.entity, first.address, first.contact, first.task, first.establishment) == (
        "Polder Cloud B.V.",
        "Datalaan 12, 1775 ZZ Middenmeer, The Netherlands",
        "J. Visser, DPO, privacy@poldercloud.example",
        "Hosting",
        "NL",
    )
    assert first.missing == ("countries", "data", "transfer_tools", "changed")
    assert (second.entity, second.countries, second.establishment) == ("Helpwave Support Ltd.", ("GB",), "IE")


def test_headings_with_labels_under_them_and_former_ones_left_out(lists: Any) -> None:
    found = lists.file("cards_en.md")
    assert brief(found) == [
        ("Nordlicht Rechenzentrum GmbH", "", ["DE"], ["none_needed"]),
        ("Amazon Web Services EMEA SARL", "", ["eu-central-1"], ["scc"]),
    ]
    assert found.unknown["dated"] == "'4/3/2026' may be day and month or month and day"
    assert found.is_dated
    assert not found.dated


def test_headings_that_are_countries_and_regions(lists: Any) -> None:
    assert brief(lists.file("headings.md")) == [
        ("Polder Cloud B.V.", "", ["eu"], []),
        ("Nordlicht Rechenzentrum GmbH", "", ["eu"], []),
        ("Brightline", "", ["US"], []),
        ("Kestrel Edge Inc.", "", ["US"], []),
        ("Lotusnet", "", ["asia"], []),
    ]


def test_a_table_without_headers_is_read_by_what_stands_in_it(lists: Any) -> None:
    found = lists.file("headless.html")
    assert [(each.entity, each.countries, each.task) for each in found.rows or ()] == [
        ("Quillmark Mail SAS", ("FR",), "Sending of invitations to calls"),
        ("Nordlicht Rechenzentrum GmbH", ("DE",), "Backups of the recordings"),
        ("Kestrel Edge Ireland Ltd", ("US",), "Delivery"),
    ]
    assert not found.none_declared


def test_lines_across_a_table_name_the_place_of_those_below_and_notes_are_no_rows(lists: Any) -> None:
    found = lists.file("groups.html")
    first, second = found.rows
    assert (first.entity, first.countries, first.changed) == ("Pixelgrove Analytics LLC", ("US",), "2025-01-02")
    assert (second.entity, second.address, second.contact) == (
        "Nordlicht Rechenzentrum GmbH",
        "Hafenring 8, 20457 Hamburg",
        "dpo@nordlicht-rz.example",
    )
    assert found.unknown == {
        "rows[1].countries": "'Frankfurt' names no country",
        "rows[1].changed": "'03/04/2025' may be day and month or month and day",
    }
    assert found.dated == "2026-03-01"


def test_items_in_many_forms(lists: Any) -> None:
    found = lists.file("items_en.md")
    assert [(each.entity, each.task, each.countries, each.regions) for each in found.rows or ()] == [
        ("Kestrel Pay", "payment processing", ("US",), ()),
        ("Kestrel Pay Europe, Limited", "payments", ("IE",), ()),
        ("Textbird Inc.", "text messages", ("US",), ()),
        ("Edgefence", "CDN", (), ("worldwide",)),
        ("Brightline Captions, Inc.", "Live captions", ("US",), ()),
        ("Quillmark Mail SAS", "e-mail", None, ()),
        ("Ticketdesk", "", None, ()),
    ]
    assert [each.transfer_tools for each in found.rows or ()][2:5] == [("scc",), (), ("dpf",)]
    assert found.rows[5].establishment == "FR"
    assert "rows" not in found.unknown


def test_german_items_with_addresses_and_a_sentence_about_all(lists: Any) -> None:
    found = lists.file("items_de.md")
    assert [(each.entity, each.address, each.establishment) for each in found.rows or ()] == [
        ("Nordlicht Rechenzentrum GmbH", "Hafenring 8, 20457 Hamburg Deutschland", "DE"),
        ("Brieftaube Mail SE", "Elbestr. 57, 56410 Montabaur, Deutschland", "DE"),
        ("Wolkenbank GmbH", "", ""),
    ]
    assert found.unknown["rows[2].establishment"] == "'EU' names no country"


@pytest.mark.parametrize(
    ("before", "behind", "countries"),
    [
        ("These subprocessors are all located in the United States:", "", ("US",)),
        ("Alle folgenden Unterauftragnehmer verarbeiten Daten in Deutschland:", "", ("DE",)),
        ("We use these sub-processors:", "All of the above are in the United States.", ("US",)),
        ("We use these sub-processors:", "Most of the above are in the United States.", None),
        ("These sub-processors may be located in the United States:", "", None),
    ],
)
def test_a_sentence_says_where_all_of_a_list_are(lists: Any, before: str, behind: str, countries: Any) -> None:
    found = lists.text(f"# Sub-processors\n\n{before}\n\n* Kestrel Pay. Payments.\n* Edgefence. CDN.\n\n{behind}\n")
    assert [each.countries for each in found.rows or ()] == [countries, countries]


def test_the_examples_of_the_demonstration_are_read() -> None:
    from vendor_audit.documents.reader import read_document  # noqa: PLC0415
    from vendor_audit.resources import shipped  # noqa: PLC0415

    flawed = read_document((shipped("examples") / "acme/site/subprocessors.html").read_bytes())
    sound = read_document((shipped("examples") / "flawless/site/subprocessors.html").read_bytes())
    assert brief(read_subprocessors(flawed)) == [
        ("Polder Cloud B.V.", "NL", ["NL"], []),
        ("Nordlicht Rechenzentrum GmbH", "DE", ["DE"], []),
        ("Quillmark Mail SAS", "FR", ["FR"], []),
        ("Brightline Captions Inc.", "US", ["US"], []),
        ("Helpwave Support Ltd.", "IE", ["worldwide"], []),
        ("Pixelgrove Analytics LLC", "US", ["US"], []),
    ]
    found = read_subprocessors(sound)
    assert [each.missing for each in found.rows or ()] == [("changed",)] * 5
    assert (found.dated, found.unknown) == ("2026-02-03", {})


def test_the_annex_of_the_example_contract_is_read_from_its_pdf_with_pages() -> None:
    from vendor_audit.documents.reader import read_document  # noqa: PLC0415
    from vendor_audit.resources import shipped  # noqa: PLC0415

    document = read_document((shipped("examples") / "flawless/documents/dpa.pdf").read_bytes())
    found = read_subprocessors(document)
    assert [each.entity for each in found.rows or ()] == [
        "Polder Cloud B.V.",
        "Nordlicht Rechenzentrum GmbH",
        "Quillmark Mail SAS",
        "Spraakhuis Ondertiteling B.V.",
        "Helpwave Support Ltd.",
    ]
    assert all(each.page > 1 and each.address and each.contact for each in found.rows or ())
