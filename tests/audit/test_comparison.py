"""The papers of a vendor are held against each other, and what is not known on one side is not compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.audit import comparison
from vendor_audit.audit.comparison import compare
from vendor_audit.observation import Failure, Observation, Strength, Target
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.audit.record import Record

STARTED = "2026-11-24T12:00:00.000Z"


def paper(kind: str, facts: dict[str, Any], unknown: dict[str, str] | None = None) -> Observation:
    target = Target("document", kind, roles=(kind,), location=f"{kind}.pdf")
    return Observation("document", target, Strength.DOCUMENTED, facts, unknown or {}, (), STARTED, 0.1)


def compared(*papers: Observation) -> Observation:
    found = compare(papers, "Acme Video", STARTED)
    assert check_against(SourceDocument("facts", "", found.facts), load_schema("facts/comparison")) == []
    return found


def period(days: int, quote: str = "Recordings are kept.", category: str = "recordings") -> dict[str, Any]:
    return {"category": category, "days": days, "quote": quote, "section": "5"}


def said(name: str, status: str, **more: float) -> dict[str, Any]:
    return {"requirements": {name: {"status": status, **more}}}


def test_periods_that_differ_are_told_with_both_numbers() -> None:
    found = compared(paper("dpa", {"retention": [period(90)]}), paper("privacy_notice", {"retention": [period(365)]}))
    assert found.facts["retention"] == {
        "both": True,
        "categories": [{"category": "recordings", "dpa_days": 90, "notice_days": 365, "agree": False}],
        "agree": False,
    }


def test_the_row_of_a_table_goes_before_a_sentence_on_the_same_data() -> None:
    dpa = paper("dpa", {"retention": [period(365, "Each view is logged."), period(90, "Recordings | 90 days")]})
    found = compared(dpa, paper("privacy_notice", {"retention": [period(90)]}))
    assert found.facts["retention"]["agree"] is True


def test_an_event_is_no_number() -> None:
    until = {"category": "chat", "event": True, "quote": "until the call ends", "section": "5"}
    found = compared(paper("dpa", {"retention": [until]}), paper("privacy_notice", {"retention": [period(7)]}))
    assert found.facts["retention"] == {"both": False}


def test_a_paper_that_is_silent_is_not_a_paper_that_is_missing() -> None:
    dpa = paper("dpa", said("x-breachhours", "present", hours=24))
    silent = compared(dpa, paper("trust_page", said("c-breachhours", "absent")))
    assert silent.facts["breach_hours"] == {"dpa": 24, "both": False}
    missing = compared(dpa)
    assert "breach_hours" not in missing.facts
    assert "breach_hours" in missing.unknown


@pytest.mark.parametrize(("page", "agree"), [(24, True), (72, False)])
def test_hours_are_compared(page: float, *, agree: bool) -> None:
    found = compared(
        paper("dpa", said("x-breachhours", "present", hours=24)),
        paper("trust_page", said("c-breachhours", "present", hours=page)),
    )
    assert found.facts["breach_hours"]["agree"] is agree


def test_what_a_probe_does_not_vouch_for_is_not_compared() -> None:
    doubtful = {"requirements.x-breachhours.status": "the readings differ"}
    found = compared(
        paper("dpa", said("x-breachhours", "unclear", hours=24), doubtful),
        paper("trust_page", said("c-breachhours", "present", hours=72)),
    )
    assert "breach_hours" not in found.facts


def test_a_paper_that_could_not_be_read_is_not_compared() -> None:
    target = Target("document", "dpa", roles=("dpa",), location="dpa.pdf")
    failed = Observation(
        "document", target, Strength.DOCUMENTED, {"retention": [period(90)]}, {}, (), STARTED, 0.1,
        Failure("damaged", "the document is damaged"),
    )  # fmt: skip
    found = compared(failed, paper("privacy_notice", {"retention": [period(365)]}))
    assert "retention" in found.unknown


def test_names_that_differ_in_their_legal_form_are_the_same_company() -> None:
    def rows(*names: str) -> dict[str, Any]:
        return {"list": {"rows": [{"entity": each} for each in names]}}

    found = compared(
        paper("dpa", rows("Polder Cloud B.V.", "Quillmark Mail SAS")),
        paper("subprocessors", rows("Polder Cloud", "Quillmark Mail SAS", "Pixelgrove Analytics LLC")),
    )
    assert found.facts["subprocessors"] == {
        "only_in_agreement": [],
        "only_on_page": ["Pixelgrove Analytics LLC"],
        "agree": False,
    }


def test_purposes_that_the_agreement_excludes_and_the_notice_claims_contradict() -> None:
    found = compared(
        paper("dpa", said("x-ownpurposes", "present")), paper("privacy_notice", said("n-ownpurposes", "present"))
    )
    assert found.facts["own_purposes"] == {"dpa_excludes": True, "notice_uses": True, "agree": False}


def test_the_edition_that_is_claimed_is_held_against_the_certificate() -> None:
    claims = {
        "requirements": {"c-iso27001-2013": {"status": "absent"}, "c-iso27001-2022": {"status": "present"}},
    }
    found = compared(paper("iso27001", {"certificate": {"edition": "2013"}}), paper("trust_page", claims))
    assert found.facts["certificate"] == {"claimed_edition": "2022", "edition": "2013", "agree": False}


def test_without_papers_nothing_is_claimed() -> None:
    found = compared()
    assert found.facts == {}
    assert len(found.unknown) == 9


def test_periods_that_are_the_same_agree() -> None:
    found = compared(paper("dpa", {"retention": [period(90)]}), paper("trust_page", {"retention": [period(90)]}))
    assert found.facts["retention"]["agree"] is True
    assert found.facts["retention"]["categories"][0]["trust_days"] == 90


def test_one_category_that_differs_is_a_contradiction_even_if_another_agrees() -> None:
    dpa = paper("dpa", {"retention": [period(90), period(7, category="chat")]})
    notice = paper("privacy_notice", {"retention": [period(90), period(30, category="chat")]})
    found = compared(dpa, notice).facts["retention"]
    assert {each["category"]: each["agree"] for each in found["categories"]} == {"recordings": True, "chat": False}
    assert found["agree"] is False


@pytest.mark.parametrize("is_row_first", [True, False])
def test_the_row_goes_first_wherever_it_stands(*, is_row_first: bool) -> None:
    both = [period(90, "Recordings | 90 days"), period(365, "Each view is logged.")]
    dpa = paper("dpa", {"retention": both if is_row_first else both[::-1]})
    found = compared(dpa, paper("privacy_notice", {"retention": [period(365)]}))
    assert found.facts["retention"]["categories"][0]["dpa_days"] == 90


def test_periods_of_a_paper_that_was_cut_are_not_compared() -> None:
    cut = paper("dpa", {"retention": [period(90)]}, {"retention": "only the first pages were read"})
    found = compared(cut, paper("privacy_notice", {"retention": [period(365)]}))
    assert "retention" not in found.facts
    assert "retention" in found.unknown


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ({"mechanism": "email", "days": 30}, {"dpa": 30, "page": 30, "both": True, "agree": True}),
        ({"mechanism": "email", "days": 14}, {"dpa": 30, "page": 14, "both": True, "agree": False}),
        # The page was read to its end and announces changes without saying how far ahead.
        ({"mechanism": "page"}, {"dpa": 30, "both": False}),
    ],
)
def test_days_of_notice_are_compared_with_the_page(page: dict[str, Any], expected: dict[str, Any]) -> None:
    dpa = paper("dpa", said("x-subnoticedays", "present", days=30))
    found = compared(dpa, paper("subprocessors", {"list": {"change_notice": page}}))
    assert found.facts["subnotice_days"] == expected


def test_a_page_that_was_not_read_for_notices_is_not_silent() -> None:
    dpa = paper("dpa", said("x-subnoticedays", "present", days=30))
    found = compared(dpa, paper("subprocessors", {"list": {}}, {"list.change_notice": "cut"}))
    assert "subnotice_days" not in found.facts
    assert "subnotice_days" in found.unknown


@pytest.mark.parametrize(
    ("excludes", "uses", "agree"),
    [
        ("present", "present", False),
        ("present", "absent", True),
        ("absent", "present", True),
        ("absent", "absent", True),
        # Half an exclusion excludes nothing, so the notice does not contradict it.
        ("partial", "present", True),
    ],
)
def test_purposes_contradict_only_where_both_papers_are_plain(excludes: str, uses: str, *, agree: bool) -> None:
    found = compared(
        paper("dpa", said("x-ownpurposes", excludes)), paper("privacy_notice", said("n-ownpurposes", uses))
    )
    assert found.facts["own_purposes"]["agree"] is agree


@pytest.mark.parametrize("side", ["dpa", "privacy_notice"])
def test_purposes_that_are_unclear_on_one_side_contradict_nothing(side: str) -> None:
    asked = {"dpa": "x-ownpurposes", "privacy_notice": "n-ownpurposes"}
    papers = [paper(kind, said(name, "unclear" if kind == side else "present")) for kind, name in asked.items()]
    found = compared(*papers)
    assert "own_purposes" not in found.facts
    assert "own_purposes" in found.unknown


def rows(*names: str) -> dict[str, Any]:
    return {"list": {"rows": [{"entity": each} for each in names]}}


def test_lists_that_name_the_same_companies_agree() -> None:
    found = compared(
        paper("dpa", rows("Polder Cloud B.V.", "Quillmark Mail SAS")),
        paper("subprocessors", rows("Quillmark Mail", "Polder Cloud")),
    )
    assert found.facts["subprocessors"] == {"only_in_agreement": [], "only_on_page": [], "agree": True}


def test_a_company_of_the_same_name_in_another_legal_form_may_be_another() -> None:
    found = compared(paper("dpa", rows("Polder Cloud B.V.")), paper("subprocessors", rows("Polder Cloud GmbH")))
    assert "Polder Cloud" in found.unknown["subprocessors"]


@pytest.mark.parametrize("unread", ["list", "list.rows"])
def test_a_list_of_which_a_part_was_not_read_is_not_compared(unread: str) -> None:
    # The company that seems to be missing may stand on the part that nobody saw.
    page = paper("subprocessors", rows("Polder Cloud B.V."), {unread: "only the first pages were read"})
    found = compared(paper("dpa", rows("Polder Cloud B.V.", "Quillmark Mail SAS")), page)
    assert "subprocessors" not in found.facts
    assert "subprocessors" in found.unknown


@pytest.mark.parametrize(("status", "claimed"), [("present", True), ("partial", False), ("absent", False)])
def test_the_places_of_support_stand_beside_the_claim(status: str, *, claimed: bool) -> None:
    listed = [
        {"entity": "Helpline Ltd", "task": "Customer Support", "places": ["IN", "eu"]},
        {"entity": "Polder Cloud B.V.", "task": "Hosting", "places": ["NL"]},
    ]
    found = compared(
        paper("trust_page", said("c-supportlocation", status)), paper("subprocessors", {"list": {"rows": listed}})
    )
    assert found.facts["support"] == {
        "claimed_eu": claimed,
        "places": [{"entity": "Helpline Ltd", "country": "IN"}, {"entity": "Helpline Ltd", "country": "eu"}],
    }


def test_without_a_page_the_list_of_the_agreement_tells_where_support_is() -> None:
    listed = [{"entity": "Helpline Ltd", "text": "Second-level support | India", "places": ["IN"]}]
    found = compared(
        paper("trust_page", said("c-supportlocation", "present")), paper("dpa", {"list": {"rows": listed}})
    )
    assert found.facts["support"]["places"] == [{"entity": "Helpline Ltd", "country": "IN"}]


@pytest.mark.parametrize(
    "papers",
    [
        (paper("trust_page", said("c-supportlocation", "present")),),
        (paper("trust_page", said("c-supportlocation", "unclear")), paper("subprocessors", rows("Helpline Ltd"))),
        (paper("subprocessors", rows("Helpline Ltd")),),
    ],
    ids=["no list", "an unclear claim", "no trust page"],
)
def test_support_takes_a_claim_and_a_list(papers: tuple[Observation, ...]) -> None:
    found = compared(*papers)
    assert "support" not in found.facts
    assert "support" in found.unknown


def editions(of_2013: str, of_2022: str) -> dict[str, Any]:
    return {"requirements": {"c-iso27001-2013": {"status": of_2013}, "c-iso27001-2022": {"status": of_2022}}}


def test_the_edition_that_is_certified_is_the_one_claimed() -> None:
    claim = paper("trust_page", editions("absent", "present"))
    found = compared(paper("iso27001", {"certificate": {"edition": "2022"}}), claim)
    assert found.facts["certificate"] == {"claimed_edition": "2022", "edition": "2022", "agree": True}


@pytest.mark.parametrize(
    ("certificate", "claims"),
    [
        ({}, editions("absent", "present")),
        ({"edition": "2022"}, editions("present", "present")),
        ({"edition": "2022"}, editions("absent", "absent")),
        ({"edition": "2022"}, editions("unclear", "present")),
    ],
    ids=["no edition", "both claimed", "none claimed", "unclear"],
)
def test_no_edition_is_held_against_one_that_is_not_known(certificate: dict[str, Any], claims: dict[str, Any]) -> None:
    found = compared(paper("iso27001", {"certificate": certificate}), paper("trust_page", claims))
    assert "certificate" not in found.facts
    assert "certificate" in found.unknown


def page(language: str, role: str = "join_page") -> Observation:
    target = Target("endpoint", f"https://{language}.example", f"{language}.example", 443, (role,))
    return Observation("http", target, Strength.OBSERVED, {"page": {"language": language}}, {}, (), STARTED, 0.1)


@pytest.mark.parametrize(
    ("pages", "missing"), [(["de-DE"], []), (["de-DE", "fr"], ["fr"]), (["EN-us", "nl"], ["en", "nl"])]
)
def test_every_language_of_the_join_page_needs_a_notice(pages: list[str], missing: list[str]) -> None:
    found = compared(paper("privacy_notice", {"language": "de"}), *map(page, pages)).facts["languages"]
    assert (found["notice"], found["missing"], found["agree"]) == (["de"], missing, not missing)


def test_pages_that_nobody_joins_on_need_no_notice() -> None:
    found = compared(paper("privacy_notice", {"language": "de"}), page("fr", "website"))
    assert "languages" not in found.facts
    assert "languages" in found.unknown


def test_a_comparison_takes_the_place_of_an_earlier_one(record: Callable[..., Record]) -> None:
    dpa = paper("dpa", said("x-breachhours", "present", hours=24))
    old = compare([dpa], "Acme Video", STARTED)
    # Wherever it stood: what was compared before more papers came is stale.
    once = comparison.compared(record(old, dpa, paper("trust_page", said("c-breachhours", "present", hours=72))))
    assert [each.probe for each in once.observations] == ["document", "document", "comparison"]
    assert once.observations[-1].facts["breach_hours"]["agree"] is False
    assert comparison.compared(once) == once


def test_the_comparison_is_of_the_vendor_and_of_when_the_audit_began(record: Callable[..., Record]) -> None:
    last = comparison.compared(record()).observations[-1]
    assert last.target == Target("vendor_file", "Acme Video")
    assert (last.started, last.strength) == ("2026-11-23T12:00:00.000Z", Strength.DOCUMENTED)


@pytest.mark.parametrize(
    ("row", "unknown"),
    [
        ({"entity": "Helpline Ltd", "task": "Kundendienst"}, {}),
        ({"entity": "Helpline Ltd", "task": "Klantenservice", "places": []}, {}),
        ({"entity": "Helpline Ltd", "task": "Support", "places": ["NL"]}, {"list.rows[0].countries": "'APAC' is open"}),
    ],
)
def test_a_place_of_support_that_is_not_known_is_no_place_in_the_union(
    row: dict[str, Any], unknown: dict[str, str]
) -> None:
    claim = paper("trust_page", said("c-supportlocation", "present"))
    found = compared(claim, paper("subprocessors", {"list": {"rows": [row], "found": True}}, unknown))
    assert "support" in found.unknown


def test_two_companies_of_a_group_are_not_taken_for_one() -> None:
    found = compared(
        paper("dpa", rows("Quillmark Payments Europe Ltd.")), paper("subprocessors", rows("Quillmark, Inc."))
    )
    assert "Quillmark" in found.unknown["subprocessors"]


LISTED = [{"entity": "Acme Media GmbH", "country": "DE"}]


def test_a_list_that_was_not_read_in_full_leaves_the_sub_processors_unknown() -> None:
    listed = {"list": {"found": True, "rows": LISTED}}
    whole = comparison._Paper(paper("dpa", listed))
    torn = comparison._Paper(paper("subprocessors", listed, {"list.rows": "the page was cut off"}))
    none = comparison._Paper(paper("subprocessors", {"list": {"found": False}}))
    assert comparison._all_rows({"dpa": whole, "subprocessors": none}) == LISTED
    assert comparison._all_rows({"dpa": whole, "subprocessors": torn}) is None
