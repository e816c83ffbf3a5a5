"""What the dated data of this room hold must fit together."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from datetime import date

import pytest

from vendor_audit.location.dated import dated
from vendor_audit.location.jurisdictions import Jurisdiction, jurisdictions
from vendor_audit.location.operators.formats import DATABASE, PARSERS
from vendor_audit.location.operators.regions import countries_of
from vendor_audit.location.published import published
from vendor_audit.location.weighing import _STEPS, shipped_rules

TODAY = date(2026, 11, 24)
EU_MEMBERS = 27


@pytest.mark.parametrize("operator", sorted(dated("operator-regions").tree))
def test_no_region_lies_in_two_countries_and_every_country_is_a_code(operator: str) -> None:
    tree = dated("operator-regions").tree[operator]
    counted = Counter(region for leaf in tree.values() for region in leaf["value"])
    assert [region for region, count in counted.items() if count > 1] == []
    assert [code for code in tree if not re.fullmatch("[A-Z]{2}", code) or code in {"UK", "EL", "EU"}] == []


@pytest.mark.parametrize(
    ("operator", "region", "country"),
    [
        ("aws", "eu-central-1", "DE"),
        ("aws", "eu-central-1-ist-1", "TR"),
        ("aws", "eu-central-2", "CH"),
        ("aws", "eu-west-2", "GB"),
        ("aws", "eu-north-1-osl-1", "NO"),
        ("aws", "me-south-1-mct-1", "OM"),
        ("aws", "eusc-de-east-1", "DE"),
        ("google", "europe-west2", "GB"),
        ("google", "europe-west6", "CH"),
        ("azure", "northeurope", "IE"),
        ("azure", "switzerlandn", "CH"),
        ("oracle", "eu-jovanovac-1", "RS"),
        ("wasabi", "eu-central-1", "NL"),
    ],
)
def test_a_region_is_in_the_country_where_it_is_built(operator: str, region: str, country: str) -> None:
    assert countries_of(operator)[region] == country


def test_what_is_published_is_asked_for_by_https_in_a_format_that_is_known() -> None:
    for each in published().values():
        assert all(url.startswith("https://") for url in each.urls)
        assert each.format in {*PARSERS, DATABASE}
        assert each.operator


def test_every_step_of_the_weighing_is_there_and_all_are_used() -> None:
    assert sorted(shipped_rules().order) == sorted(_STEPS)


def test_every_edge_is_a_network_and_none_is_the_whole_internet() -> None:
    for kind in ("anycast", "cdn"):
        for each in dated("location-edges").branch(kind).values():
            assert all(ipaddress.ip_network(network).prefixlen >= 8 for network in each["networks"]["value"])


def test_the_lists_of_the_jurisdictions_agree_with_the_decisions() -> None:
    data = dated("jurisdictions")
    decided = set(data.branch("decisions")) - {"EPO"}
    assert decided == {*data.at("adequate"), *data.at("adequate_in_part")}
    assert set(data.at("eea_or_adequate")) == {*data.at("eea"), *data.at("adequate")}
    assert len(data.at("eu")) == EU_MEMBERS
    assert set(data.at("eea")) == {*data.at("eu"), "IS", "LI", "NO"}


def test_a_country_is_seen_as_the_law_of_the_day_sees_it() -> None:
    today = jurisdictions(TODAY)
    expected = {
        "DE": Jurisdiction.EEA,
        "NO": Jurisdiction.EEA,
        "GR": Jurisdiction.EEA,
        "RE": Jurisdiction.EEA,
        "GB": Jurisdiction.ADEQUATE,
        "BR": Jurisdiction.ADEQUATE,
        "US": Jurisdiction.ADEQUATE_IN_PART,
        "CA": Jurisdiction.ADEQUATE_IN_PART,
        "TR": Jurisdiction.THIRD_COUNTRY,
        "GL": Jurisdiction.THIRD_COUNTRY,
    }
    assert {country: today.of(country) for country in expected} == expected


def test_a_decision_ends_on_its_day_and_begins_on_its_day() -> None:
    assert "GB" in jurisdictions(date(2031, 12, 27)).adequate
    assert "GB" not in jurisdictions(date(2031, 12, 28)).adequate
    assert "BR" not in jurisdictions(date(2025, 12, 31)).adequate


def test_lists_older_than_six_months_warn() -> None:
    assert jurisdictions(TODAY).warning == ""
    assert "more than six months ago" in jurisdictions(date(2027, 6, 1)).warning
