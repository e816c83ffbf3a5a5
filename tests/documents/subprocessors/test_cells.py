from __future__ import annotations

from typing import Any

import pytest


def only(found: Any) -> Any:
    (row,) = found.rows
    return row


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ("Transfer_mechanism", "transfer_tools"),
        ("Übermittlungsgrundlage", "transfer_tools"),
        ("Mécanisme_de_transfert", "transfer_tools"),
        ("Doorgiftegrondslag", "transfer_tools"),
        ("Anschrift", "address"),
        ("Adresse", "address"),
        ("Ansprechpartner", "contact"),
        ("Categories_of_personal_data", "data"),
        ("Kategorien_personenbezogener_Daten", "data"),
        ("Données_traitées", "data"),
        ("Persoonsgegevens", "data"),
        ("Sitz", "establishment"),
        ("Pays_d'établissement", "establishment"),
        ("Vestigingsland", "establishment"),
        ("Ort_der_Verarbeitung", "countries"),
        ("Localisation_des_données", "countries"),
        ("Land_van_verwerking", "countries"),
        ("Country", "countries"),
        ("In_use_since", "changed"),
    ],
)
def test_a_header_in_four_languages_says_what_its_column_is(lists: Any, headers: str, key: str) -> None:
    found = lists.row(**{"Sub-processor": "Kestrel GmbH", headers: "x", "Zweck": "Logs"})
    assert {name for name, there in found.columns.items() if there} == {"entity", "task", key}


def test_a_mere_country_is_that_of_the_company_where_another_column_has_the_processing(lists: Any) -> None:
    row = only(lists.row(Name="Kestrel", Country="Ireland", Location_of_processing="Germany"))
    assert (row.establishment, row.countries) == ("IE", ("DE",))


def test_a_header_may_say_two_things(lists: Any) -> None:
    row = only(
        lists.row(
            **{
                "Name,_Anschrift_und_Kontakt": "Kestrel GmbH, Hafenring 8, 20457 Hamburg, E-Mail: a@kestrel.example",
                "Zweck": "Logs",
            }
        )
    )
    assert (row.entity, row.address, row.contact) == (
        "Kestrel GmbH",
        "Hafenring 8, 20457 Hamburg",
        "a@kestrel.example",
    )


@pytest.mark.parametrize(
    ("cell", "tools"),
    [
        ("SCC", ["scc"]),
        ("EU Standard Contractual Clauses, module 3", ["scc"]),
        ("Standardvertragsklauseln", ["scc"]),
        ("Clauses contractuelles types", ["scc"]),
        ("Modelcontractbepalingen", ["scc"]),
        ("EU-U.S. Data Privacy Framework", ["dpf"]),
        ("DPF; hilfsweise SCC", ["scc", "dpf"]),
        ("Angemessenheitsbeschluss", ["adequacy"]),
        ("Décision d'adéquation", ["adequacy"]),
        ("Binding Corporate Rules", ["bcr"]),
        ("UK Addendum", ["idta"]),
        ("Privacy Shield", ["privacy_shield"]),
        ("none needed", ["none_needed"]),
        ("nicht erforderlich", ["none_needed"]),
        ("pas de transfert", ["none_needed"]),
        ("Geen doorgifte", ["none_needed"]),
        ("N/A", ["none_needed"]),
        ("None", ["none"]),
        ("keine", ["none"]),
    ],
)
def test_a_transfer_tool_is_named(lists: Any, cell: str, tools: list[str]) -> None:
    row = only(lists.row(Name="Kestrel", Location="USA", Transfer_mechanism=cell))
    assert list(row.transfer_tools) == tools


def test_a_tool_that_is_denied_or_unknown_is_none(lists: Any) -> None:
    found = lists.row(Name="Kestrel", Location="USA", Transfer_mechanism="not certified under the DPF")
    assert only(found).transfer_tools == ()
    assert "is no transfer tool that is known here" in found.unknown["rows[0].transfer_tools"]
    found = lists.row(Name="Kestrel", Location="USA", Transfer_mechanism="our DPA")
    assert found.unknown["rows[0].transfer_tools"] == "'our DPA' is no transfer tool that is known here"


def test_the_countries_in_the_name_of_a_tool_are_no_places(lists: Any) -> None:
    found = lists.row(Name="Kestrel", Location_and_safeguards="EU-US Data Privacy Framework and EU SCCs")
    row = only(found)
    assert (row.countries, row.transfer_tools) == (None, ("scc", "dpf"))
    assert "countries" in row.missing


@pytest.mark.parametrize("cell", ["", "-", "N/A", "k. A."])
def test_a_cell_that_says_nothing_is_missing_not_unknown(lists: Any, cell: str) -> None:
    found = lists.row(Name="Kestrel Inc.", Location=cell, Purpose="Logs")
    row = only(found)
    assert "countries" in row.missing
    assert row.to_json().get("places") is None
    assert not [each for each in found.unknown if each.startswith("rows")]


@pytest.mark.parametrize("cell", ["[REGION]", "{{ country }}", "TBD", "to be confirmed", "wird noch ergänzt"])
def test_a_placeholder_is_told_and_is_no_place(lists: Any, cell: str) -> None:
    found = lists.row(Name="Kestrel Inc.", Location=cell, Purpose="Logs")
    assert found.placeholders
    assert found.unknown["rows[0].countries"].startswith("a placeholder: ")
    assert "countries" not in only(found).missing


def test_a_footnote_is_no_placeholder(lists: Any) -> None:
    found = lists.row(Name="Kestrel Inc. [1]", Location="Germany", Purpose="Logs")
    assert (found.placeholders, only(found).entity) == ((), "Kestrel Inc.")


def test_a_town_is_no_country_and_says_so(lists: Any) -> None:
    found = lists.row(Name="Kestrel Inc.", Location="Dublin", Purpose="Logs")
    assert only(found).countries is None
    assert found.unknown["rows[0].countries"] == "'Dublin' names no country"


def test_the_country_of_a_company_comes_from_its_address(lists: Any) -> None:
    row = only(lists.row(Name="Kestrel GmbH", Address="Hafenring 8, 20457 Hamburg, Germany", Purpose="Logs"))
    assert row.establishment == "DE"
    found = lists.row(Name="Kestrel GmbH", Address="Hafenring 8, 20457 Hamburg", Purpose="Logs")
    assert found.unknown["rows[0].establishment"] == "the address names no country"


def test_several_seats_are_not_chosen_from(lists: Any) -> None:
    found = lists.row(Name="Kestrel", Established_in="Ireland and USA", Purpose="Logs")
    assert only(found).establishment == ""
    assert found.unknown["rows[0].establishment"] == "it names several countries: IE, US"


def test_a_brand_is_told_from_a_legal_entity(lists: Any) -> None:
    assert not only(lists.row(Name="Kestrel", Purpose="Logs")).has_legal_form
    assert only(lists.row(Name="Kestrel Inc. (KE)", Purpose="Logs")).has_legal_form


def test_a_column_that_asks_whether_there_is_a_transfer(lists: Any) -> None:
    row = only(lists.row(Sous_traitant="Kestrel", Localisation="France", Transfert_hors_UE="Non"))
    assert row.transfer_tools == ("none_needed",)


def test_the_facts_of_a_row_keep_what_stands_in_its_cells(lists: Any) -> None:
    facts = lists.row(Name="Kestrel Inc.", Location="USA", Purpose="Logs").to_json()["rows"][0]
    assert facts["raw"] == {"entity": "Kestrel Inc.", "countries": "USA", "task": "Logs"}
    assert facts["text"] == "Kestrel Inc. | USA | Logs"
