from __future__ import annotations

import ipaddress
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.location.model import ClaimKind
from vendor_audit.location.operators import geofeed
from vendor_audit.location.registration import InvalidRegistrationError, read_registration

ANSWER = {
    "rdapConformance": ["rdap_level_0", "geofeed1"],
    "objectClassName": "ip network",
    "handle": "192.0.2.0 - 192.0.2.255",
    "startAddress": "192.0.2.0",
    "endAddress": "192.0.2.255",
    "name": "ACME-NET",
    "country": "US",
    "links": [
        {"rel": "self", "href": "https://rdap.example/ip/192.0.2.0/24"},
        {"rel": "geo", "type": "application/geofeed+csv", "href": "https://acme.example/geofeed.csv"},
    ],
    "entities": [
        {"roles": ["abuse"], "vcardArray": ["vcard", [["fn", {}, "text", "Abuse desk"]]]},
        {
            "roles": ["registrant"],
            "vcardArray": ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", "Acme Inc."]]],
        },
    ],
}


def answer(**changed: Any) -> bytes:
    return json.dumps({**ANSWER, **changed}).encode()


def test_a_registration_names_its_holder_and_its_geofeed() -> None:
    found = read_registration(answer())
    assert found.networks == (ipaddress.ip_network("192.0.2.0/24"),)
    assert (found.holder, found.name, found.country) == ("Acme Inc.", "ACME-NET", "US")
    assert found.geofeed == "https://acme.example/geofeed.csv"


def test_a_registration_is_never_a_location() -> None:
    claim = read_registration(answer()).claim(date(2026, 11, 24))
    assert (claim.kind, claim.country) == (ClaimKind.REGISTRATION, None)
    assert claim.text == "registered to Acme Inc. in US; that is the holder, not where the servers are"


def test_a_geofeed_speaks_only_for_what_is_registered() -> None:
    feed = geofeed.parse(b"192.0.2.0/25,DE,,,\n198.51.100.0/24,DE,,,\n192.0.0.0/16,DE,,,\n2001:db8::/32,DE,,,\n")
    kept = read_registration(answer()).within(feed)
    assert [str(each.network) for each in kept.networks] == ["192.0.2.0/25"]
    assert kept.skipped == 3


@pytest.mark.parametrize("target", ["http://acme.example/x", "file:///etc/passwd", 7, None, "https://" + "x" * 3000])
def test_only_an_https_geofeed_is_followed(target: Any) -> None:
    assert read_registration(answer(links=[{"rel": "geo", "href": target}])).geofeed == ""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        answer(objectClassName="domain"),
        answer(startAddress="192.0.2.9", endAddress="192.0.2.1"),
        answer(startAddress="192.0.2.9", endAddress="2001:db8::1"),
        answer(startAddress=7),
        b" " * 1_000_001,
    ],
)
def test_what_is_no_rdap_answer_about_a_network_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidRegistrationError):
        read_registration(content)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["name", "handle", "country", "links", "entities"]), json_values))
def test_members_of_the_wrong_shape_are_not_there(changed: dict[str, Any]) -> None:
    found = read_registration(answer(**changed))
    assert all(isinstance(each, str) for each in (found.name, found.handle, found.country, found.holder, found.geofeed))


@pytest.mark.parametrize(
    "entity", [{"roles": 7}, {"roles": ["registrant"], "vcardArray": ["vcard", [["fn"], 7, ["fn", {}, "text", 7]]]}]
)
def test_a_broken_card_names_nobody(entity: Any) -> None:
    assert read_registration(answer(entities=[entity, 7])).holder == ""
