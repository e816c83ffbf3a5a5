"""Where the addresses of an audit are: what each probe came upon, weighed; what is not established is not said."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from vendor_audit.audit.locating import locate_all, sources_shape
from vendor_audit.location.cache import Cache
from vendor_audit.location.local import UserFiles, load_sources
from vendor_audit.location.vantages import vantage
from vendor_audit.observation import Failure, Observation, Strength, Target
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from vendor_audit.location.local import LocalSources

DAY = date(2026, 11, 24)
FEED = "192.0.2.0/24,DE,,Nowhere,\n81.169.145.0/24,DE,,Frankfurt,\n9.9.8.0/24,US,,Ashburn,\n"


def seen(probe: str, name: str, facts: dict[str, Any], *roles: str, failure: Failure | None = None) -> Observation:
    target = Target("endpoint", name, name.split(":", maxsplit=1)[0], 443, roles)
    return Observation(probe, target, Strength.OBSERVED, facts, {}, (), "2026-11-24T10:00:00.000Z", 0.1, failure)


@pytest.fixture
def sources(tmp_path: Path) -> LocalSources:
    """Return the embedded sources and a geofeed, with nothing that this machine may have fetched."""
    feed = tmp_path / "feed.csv"
    feed.write_text(FEED, encoding="utf-8")
    return load_sources(Cache(tmp_path / "cache"), UserFiles(geofeeds=(feed,), tor=tmp_path))


def located(sources: LocalSources, *observations: Observation, place: str = "") -> dict[str, Observation]:
    found = locate_all(observations, sources, DAY, "2026-11-24T10:00:01.000Z", vantage(place) if place else None)
    schema = json.loads((shipped("schemas") / "facts" / "location.schema.json").read_text(encoding="utf-8"))
    for each in found:
        jsonschema.validate(each.facts, schema)
    assert [each.id for each in found] == [f"location:{each.target.name}" for each in found]
    return {each.target.name: each for each in found}


def test_an_address_keeps_every_role_in_which_it_was_seen(sources: LocalSources) -> None:
    found = located(
        sources,
        seen("tls", "meet.example:443", {"address": "81.169.145.1"}, "join_page"),
        seen("dns", "api.example", {"addresses": {"ipv4": ["81.169.145.1"], "ipv6": ["2001:4860::1"]}}, "api"),
        seen(
            "turn",
            "turn.example",
            {"listeners": [{"address": "81.169.145.2"}], "relayed_addresses": ["81.169.145.3"]},
            "turn",
        ),
        seen(
            "media",
            "sfu.example",
            {
                "selected_pairs": [{"local": {"type": "host"}, "remote": {"type": "host", "address": "81.169.145.4"}}],
                "remote_candidates": [{"type": "relay", "address": "81.169.145.5"}],
            },
        ),
    )
    roles = {name: each.target.roles for name, each in found.items()}
    assert roles == {
        "81.169.145.1": ("api", "join_page"),
        "81.169.145.2": ("turn",),
        "81.169.145.3": ("relay",),
        "81.169.145.4": ("media_server",),
        "81.169.145.5": ("relay",),
        "2001:4860::1": ("api",),
    }
    assert found["81.169.145.1"].facts["seen_as"][1] == {"probe": "dns", "target": "api.example", "role": "api"}


@pytest.mark.parametrize(
    ("address", "residence", "jurisdiction"),
    [("81.169.145.1", "eea_declared", "eea"), ("9.9.8.1", "outside", "adequate_in_part"), ("127.0.0.1", None, None)],
)
def test_residence_is_said_where_it_is_established(
    sources: LocalSources, address: str, residence: str | None, jurisdiction: str | None
) -> None:
    (observation,) = located(sources, seen("tls", "a.example:443", {"address": address}, "api")).values()
    assert observation.facts.get("residence") == residence
    assert observation.facts.get("jurisdiction") == jurisdiction
    assert ("residence" in observation.unknown) == (residence is None)


def test_an_anycast_address_has_no_place_whatever_databases_say(sources: LocalSources) -> None:
    (observation,) = located(sources, seen("tls", "a.example:443", {"address": "1.1.1.1"}, "api")).values()
    assert "residence" not in observation.facts
    assert "announces it from many places" in observation.unknown["residence"]


def test_one_database_establishes_nothing(sources: LocalSources) -> None:
    (observation,) = located(sources, seen("tls", "a.example:443", {"address": "193.0.6.139"}, "api")).values()
    assert observation.facts["basis"] == "one_database"
    assert "residence" not in observation.facts
    assert "DB-IP" in observation.facts["attribution"]


def test_a_round_trip_that_the_server_signed_proves_a_place_and_another_does_not(sources: LocalSources) -> None:
    near = {"samples": 5, "least": 0.9, "authenticated": True}
    signed = seen("turn", "turn.example", {"listeners": [{"address": "193.0.6.139", "rtt_ms": near}]}, "turn")
    unsigned = seen(
        "turn", "t.example", {"listeners": [{"address": "193.0.6.140", "rtt_ms": {**near, "authenticated": False}}]}
    )
    found = located(sources, signed, unsigned, place="Frankfurt, DE")
    assert found["193.0.6.139"].facts["residence"] == "eea_proven"
    assert found["193.0.6.139"].facts["round_trip"]["vantage"].startswith("Frankfurt")
    assert "round_trip" not in found["193.0.6.140"].facts
    (without,) = located(sources, signed).values()
    assert "round_trip" not in without.facts


def test_what_could_not_be_observed_and_what_is_no_address_is_passed_over(sources: LocalSources) -> None:
    failed = seen("tls", "a.example:443", {}, failure=Failure("unreachable", "no way"))
    strange = seen("media", "c", {"remote_candidates": [{"type": "host", "address": "a1b2.local"}]})
    assert located(sources, failed, strange, seen("http", "h", {"address": "81.169.145.1"})) == {}


def test_a_vendor_that_names_no_end_of_addresses_is_located_to_a_bound(sources: LocalSources) -> None:
    many = [f"8.8.{high}.{low}" for high in range(4) for low in range(256)]
    found = located(sources, seen("dns", "a.example", {"addresses": {"ipv4": many}}, "api"))
    assert len(found) == 501
    rest = found["further addresses"]
    assert rest.error is not None
    assert "524 more were seen" in rest.error.message
    assert rest.target.roles == ("api",)


def test_that_the_service_named_it_is_no_role(sources: LocalSources) -> None:
    facts = {"listeners": [{"address": "81.169.145.2"}]}
    (observation,) = located(sources, seen("turn", "turn.example", facts, "turn", "named_by_vendor")).values()
    assert observation.target.roles == ("turn",)


def test_an_audit_says_what_it_could_not_ask(sources: LocalSources) -> None:
    shape = sources_shape(sources)
    assert "vendor-audit data update" in shape["not_asked"]["aws"]
    assert {"name": "dbip-country-lite", "edition": "2026-06-01"} in shape["asked"]
