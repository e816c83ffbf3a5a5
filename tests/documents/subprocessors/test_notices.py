from __future__ import annotations

from typing import Any

import pytest


def page(lists: Any, sentence: str) -> Any:
    return lists.text(f"# Sub-processors\n\n{sentence}\n\n| Name | Country |\n|---|---|\n| Kestrel Inc. | USA |\n")


@pytest.mark.parametrize(
    ("sentence", "notice"),
    [
        ("We announce changes by e-mail at least 30 days in advance.", {"mechanism": "email", "days": 30}),
        ("We notify customers of new sub-processors by email.", {"mechanism": "email"}),
        (
            "Subscribe to e-mail notifications of changes; thirty (30) days ahead.",
            {"mechanism": "subscribe", "days": 30},
        ),
        ("Changes are announced in our RSS feed.", {"mechanism": "feed"}),
        ("This page is updated from time to time. Please check it regularly.", {"mechanism": "page"}),
        ("New sub-processors are announced two weeks in advance by e-mail.", {"mechanism": "email", "days": 14}),
        ("We inform you of changes by e-mail 10 business days before.", {"mechanism": "email", "business_days": 10}),
        ("Änderungen teilen wir 14 Tage vorab in Textform mit.", {"mechanism": "email", "days": 14}),
        ("Wir informieren Sie vier Wochen vorher per E-Mail über Änderungen.", {"mechanism": "email", "days": 28}),
        ("Diese Liste wird regelmäßig aktualisiert.", {"mechanism": "page"}),
        (
            "Abonnez-vous pour être informés des modifications 30 jours à l'avance.",
            {"mechanism": "subscribe", "days": 30},
        ),
        (
            "Wijzigingen melden wij dertig dagen van tevoren per e-mail.",
            {"mechanism": "email", "days": 30},
        ),
        ("We love our partners.", {"mechanism": "none"}),
    ],
)
def test_how_changes_are_announced(lists: Any, sentence: str, notice: dict[str, Any]) -> None:
    facts = page(lists, sentence).to_json()["change_notice"]
    assert {key: value for key, value in facts.items() if key in {"mechanism", "days", "business_days"}} == notice
    assert ("quote" in facts) is (notice["mechanism"] != "none")


def test_the_most_active_way_counts(lists: Any) -> None:
    found = page(lists, "We publish changes on this page. We also notify each customer by e-mail of any change.")
    assert found.change_notice.mechanism == "email"


def test_a_document_that_was_cut_may_say_it_in_the_rest(lists: Any) -> None:
    from vendor_audit.documents.subprocessors import read_subprocessors  # noqa: PLC0415

    cut = "only the first 2,000 pages were read"
    blocks = [lists.cells("Name", "Country", is_header=True), lists.cells("Kestrel Inc.", "USA")]
    found = read_subprocessors(lists.blocks(*blocks, cut=cut))
    assert found.change_notice is None
    assert (found.unknown["change_notice"], found.unknown["rows"]) == (cut, cut)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("Last updated: 3 February 2026", "2026-02-03"),
        ("*Effective February 3, 2026*", "2026-02-03"),
        ("Stand: Mai 2026", "2026-05"),
        ("Dernière mise à jour le 3 février 2026", "2026-02-03"),
        ("Laatst bijgewerkt op 3 februari 2026.", "2026-02-03"),
        ("Version 2 of 3 February 2026", "2026-02-03"),
    ],
)
def test_the_day_of_the_list(lists: Any, sentence: str, day: str) -> None:
    found = page(lists, sentence)
    assert (found.dated, found.is_dated) == (day, True)


def test_days_that_are_not_of_the_list_are_not_taken_for_its_day(lists: Any) -> None:
    found = page(lists, "Our company was founded on 3 February 2016 in Delft.")
    assert (found.dated, found.is_dated) == ("", False)
    assert found.unknown["dated"] == "the list gives no day"


def test_two_days_of_a_list_are_not_chosen_from(lists: Any) -> None:
    found = page(lists, "Last updated: 3 February 2026.\n\nLast updated: 5 March 2026.")
    assert found.unknown["dated"] == "it gives several days: 2026-02-03, 2026-03-05"


@pytest.mark.parametrize(
    ("sentence", "limits"),
    [
        ("Please log in to view the full list.", ["login"]),
        ("The full list is available upon request.", ["request"]),
        ("Die Liste erhalten Sie auf Anfrage.", ["request"]),
        ("We share it once an NDA is signed.", ["nda"]),
        ("Nothing is kept from you.", []),
    ],
)
def test_what_keeps_a_reader_from_the_list(lists: Any, sentence: str, limits: list[str]) -> None:
    assert list(page(lists, sentence).access_limits) == limits


@pytest.mark.parametrize(
    ("text", "none"),
    [
        ("We do not use any sub-processors.", True),
        ("Derzeit keine Unterauftragsverarbeiter.", True),
        ("Aucun sous-traitant ultérieur.", True),
        ("Er zijn geen subverwerkers.", True),
        ("The Processor shall not engage any sub-processor without consent.", False),
    ],
)
def test_a_vendor_without_sub_processors_says_so(lists: Any, text: str, none: bool) -> None:  # noqa: FBT001
    found = lists.text(f"# Sub-processors\n\n{text}\n")
    assert found.none_declared is none
    assert ("rows" in found.unknown) is not none
    assert found.rows == (() if none else None)
