"""Operators that were observed, held against the lists of sub-processors."""

from __future__ import annotations

import pytest

from vendor_audit.audit.operators import operators_beside_lists
from vendor_audit.observation import Observation, Strength, Target

ROWS = [
    {"entity": "Amazon Web Services EMEA SARL", "text": "Hosting, Luxembourg"},
    {"entity": "Polder Cloud B.V.", "text": "Backups on Google Cloud"},
]


def at(address: str, *operators: str, kind: str = "operator_declared") -> Observation:
    claims = [{"source": "list", "kind": kind, "text": "says so", "operator": each} for each in operators]
    facts = {"claims": claims or [{"source": "list", "kind": "database", "text": "says DE"}]}
    target = Target("address", address, address)
    return Observation("location", target, Strength.OBSERVED, facts, {}, (), "2026-11-24T10:00:00.000Z", 0.0)


def test_an_operator_that_no_list_names_is_told_with_its_addresses() -> None:
    seen = [at("104.16.0.1", "Cloudflare", kind="anycast"), at("3.120.0.1", "Amazon Web Services")]
    facts, incomplete = operators_beside_lists(seen, ROWS)
    assert facts == {
        "observed": ["Amazon Web Services", "Cloudflare"],
        "undeclared": [{"operator": "Cloudflare", "addresses": ["104.16.0.1"]}],
    }
    assert incomplete == ""


@pytest.mark.parametrize("operator", ["Amazon CloudFront", "Google Cloud", "Polder Cloud"])
def test_a_brand_in_a_row_is_enough(operator: str) -> None:
    facts, _ = operators_beside_lists([at("192.0.2.1", operator)], ROWS)
    assert isinstance(facts, dict)
    assert facts["undeclared"] == []


def test_a_word_that_every_operator_has_is_not_enough() -> None:
    facts, _ = operators_beside_lists([at("192.0.2.1", "Nimbus Cloud Services")], ROWS)
    assert isinstance(facts, dict)
    assert [each["operator"] for each in facts["undeclared"]] == ["Nimbus Cloud Services"]


def test_an_address_whose_operator_nobody_knows_leaves_the_list_incomplete() -> None:
    _, incomplete = operators_beside_lists([at("192.0.2.9")], ROWS)
    assert incomplete == "nobody here knows who runs 192.0.2.9"


def test_without_a_list_there_is_nothing_to_hold_against() -> None:
    assert operators_beside_lists([at("192.0.2.9")], None) == ("no list of sub-processors was read in full", "")
