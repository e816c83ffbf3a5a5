"""The dns probe against a small resolver on loopback with signed, unsigned, broken and silent names."""

from __future__ import annotations

import ipaddress
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dns.rdataset
import jsonschema
import pytest

from vendor_audit.lab.dns_server import LabDnsServer, LabFault, read_zone, sign_zone
from vendor_audit.observation import Sight, Target
from vendor_audit.probes.dns import DnsProbe
from vendor_audit.probes.interface import ProbeContext, ProbeError
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.resources import shipped

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

APEX = "$TTL 60\n@ IN SOA ns1 host 1 2 3 4 5\n@ IN NS ns1\nns1 IN A 192.0.2.53\n"
SIGNED = (
    APEX
    + """@ IN MX 20 second
@ IN MX 10 first
@ IN CAA 0 issue "letsencrypt.org"
@ IN CAA 0 ISSUEWILD ";"
@ IN CAA 0 iodef "mailto:caa@acme.example"
meet IN A 192.0.2.1
meet IN A 192.0.2.10
meet IN AAAA 2001:db8::1
four IN A 192.0.2.4
alias IN CNAME step
step IN CNAME meet
far IN CNAME www.plain.example.
dangling IN CNAME gone.plain.example.
gone IN CNAME nowhere
loop IN CNAME pool
pool IN CNAME loop
text IN TXT "x"
a.deep.name IN A 192.0.2.7
*.wild IN A 192.0.2.8
own IN CAA 128 tbs "unknown"
own IN A 192.0.2.9
caabroken IN A 192.0.2.9
truncated IN A 192.0.2.11
lame IN A 192.0.2.12
silent IN A 192.0.2.13
refused IN A 192.0.2.14
half IN A 192.0.2.15
a\\.b IN A 192.0.2.16
"""
)
FAULTS = {
    "silent.acme.example": LabFault.SILENT,
    "truncated.acme.example": LabFault.TRUNCATED,
    "lame.acme.example": LabFault.LAME,
    "refused.acme.example": LabFault.REFUSED,
    "half.acme.example/AAAA": LabFault.SILENT,
    "caabroken.acme.example/CAA": LabFault.SERVFAIL,
    "mailbroken.example/MX": LabFault.SERVFAIL,
    "dsbroken.example/DS": LabFault.SILENT,
    "judged.example": LabFault.BOGUS,
    "broken.example": LabFault.SERVFAIL,
}


@pytest.fixture
async def resolver() -> AsyncIterator[LabDnsServer]:
    """Return a resolver that has the zone ``example.`` and the zones below it, and validates nothing itself."""
    names = ("acme", "plain", "expired", "forged", "stripped", "judged", "mailbroken", "dsbroken", "broken", "wrongds")
    cuts = "".join(f"{name} IN NS ns1.{name}\n" for name in names)
    parent = read_zone("example.", APEX + cuts)
    zones = {"example.": parent}
    for name in ("acme", "expired", "forged", "stripped", "judged", "wrongds"):
        zone = read_zone(f"{name}.example.", SIGNED if name == "acme" else APEX + "www IN A 192.0.2.9\n")
        sign_zone(zone, parent, lifetime=-86400 if name == "expired" else 14 * 86400)
        if name == "wrongds":
            sign_zone(zone)
            zone = read_zone("wrongds.example.", APEX + "www IN A 192.0.2.9\n")
            sign_zone(zone)
        zones[f"{name}.example."] = zone
    forged = dns.rdataset.from_text("IN", "A", 60, "192.0.2.66")
    zones["forged.example."].replace_rdataset("www.forged.example.", forged)
    zones["stripped.example."].delete_rdataset("www.stripped.example.", "RRSIG", covers="A")
    for name in ("plain", "mailbroken", "dsbroken", "broken"):
        zones[f"{name}.example."] = read_zone(f"{name}.example.", APEX + "@ IN MX 0 .\nwww IN A 192.0.2.3\n")
    sign_zone(parent)
    async with LabDnsServer(zones, faults=FAULTS) as server:
        yield server


async def look(resolver: LabDnsServer, host: str) -> Sight:
    nameservers = ((ipaddress.ip_address(resolver.address), resolver.port),)
    network = Network(NetworkSettings(nameservers=nameservers, timeout=0.3))
    context = ProbeContext(network, lambda: datetime.now(UTC), 1)
    sight = await DnsProbe().observe(Target("host", host, host), context)
    schema = json.loads((shipped("schemas") / "facts" / "dns.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(sight.facts, schema, cls=jsonschema.Draft202012Validator)
    return sight


@pytest.mark.parametrize(
    ("target", "accepted"),
    [
        (Target("host", "acme.example", "acme.example"), True),
        (Target("host", "192.0.2.1", "192.0.2.1"), False),
        (Target("host", "2001:db8::1", "2001:db8::1"), False),
        (Target("endpoint", "https://acme.example", "acme.example", 443), False),
    ],
)
def test_it_looks_at_names_only(target: Target, *, accepted: bool) -> None:
    assert DnsProbe().accepts(target) is accepted


async def test_the_facts_of_a_name(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "meet.acme.example")
    facts = sight.facts
    assert facts["addresses"] == {"ipv4": ["192.0.2.1", "192.0.2.10"], "ipv6": ["2001:db8::1"]}
    assert facts["cname_chain"] == []
    assert facts["dangling_cname"] is False
    assert facts["zone"] == "acme.example"
    assert facts["nameservers"] == ["ns1.acme.example"]
    assert [each["host"] for each in facts["mx"]] == ["first.acme.example", "second.acme.example"]
    assert facts["null_mx"] is False
    assert facts["resolver"] == [f"127.0.0.1:{resolver.port}"]
    assert sight.unknown == {}
    assert b"meet.acme.example. 60 IN A 192.0.2.1" in sight.evidence[0].content


async def test_a_name_with_one_family_only(resolver: LabDnsServer) -> None:
    assert (await look(resolver, "four.acme.example")).facts["addresses"] == {"ipv4": ["192.0.2.4"], "ipv6": []}


async def test_aliases_are_followed_step_by_step(resolver: LabDnsServer) -> None:
    facts = (await look(resolver, "alias.acme.example")).facts
    assert facts["cname_chain"] == ["step.acme.example", "meet.acme.example"]
    assert facts["addresses"]["ipv6"] == ["2001:db8::1"]
    assert facts["zone"] == "acme.example"


async def test_the_zone_of_an_alias_is_its_own_and_not_its_targets(resolver: LabDnsServer) -> None:
    facts = (await look(resolver, "far.acme.example")).facts
    assert facts["cname_chain"] == ["www.plain.example"]
    assert facts["zone"] == "acme.example"
    assert facts["dnssec"]["state"] == "secure"


@pytest.mark.parametrize("name", ["dangling.acme.example", "gone.acme.example"])
async def test_an_alias_of_a_name_that_does_not_exist_dangles(resolver: LabDnsServer, name: str) -> None:
    facts = (await look(resolver, name)).facts
    assert facts["dangling_cname"] is True
    assert facts["addresses"] == {"ipv4": [], "ipv6": []}


async def test_a_name_without_addresses_exists(resolver: LabDnsServer) -> None:
    for name in ("text.acme.example", "deep.name.acme.example", "name.acme.example"):
        assert (await look(resolver, name)).facts["addresses"] == {"ipv4": [], "ipv6": []}


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("nothing.acme.example", "dns_nxdomain", "does not exist"),
        ("silent.acme.example", "dns_timeout", "no answer within"),
        ("refused.acme.example", "dns_failure", "REFUSED"),
        ("lame.acme.example", "dns_failure", "lame"),
        ("www.broken.example", "dns_failure", "SERVFAIL"),
        ("loop.acme.example", "dns_failure", "CNAME chain is too long"),
        ("elsewhere.test", "dns_failure", "REFUSED"),
        (f"{'a' * 64}.example", "dns_failure", "no name that the DNS can hold"),
        ("a..example", "dns_failure", "no name that the DNS can hold"),
    ],
)
async def test_a_name_that_cannot_be_observed_has_its_kind_of_error(
    resolver: LabDnsServer, name: str, kind: str, words: str
) -> None:
    with pytest.raises(ProbeError) as caught:
        await look(resolver, name)
    assert caught.value.failure.kind == kind
    assert words in caught.value.failure.message


async def test_a_family_that_is_not_answered_is_unknown_and_not_absent(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "half.acme.example")
    assert sight.facts["addresses"] == {"ipv4": ["192.0.2.15"]}
    assert "no answer within" in sight.unknown["addresses.ipv6"]


async def test_a_truncated_answer_is_asked_for_over_tcp(resolver: LabDnsServer) -> None:
    assert (await look(resolver, "truncated.acme.example")).facts["addresses"]["ipv4"] == ["192.0.2.11"]
    assert ("truncated.acme.example", "A", "tcp") in resolver.questions


async def test_caa_is_found_by_climbing(resolver: LabDnsServer) -> None:
    assert (await look(resolver, "a.deep.name.acme.example")).facts["caa"] == {
        "present": True,
        "at": "acme.example",
        "issue": ["letsencrypt.org"],
        "issuewild": [";"],
        "iodef": ["mailto:caa@acme.example"],
        "unknown_critical": False,
    }
    assert (await look(resolver, "www.plain.example")).facts["caa"] == {"present": False}


async def test_the_nearest_caa_counts_and_unknown_critical_ones_are_told(resolver: LabDnsServer) -> None:
    caa = (await look(resolver, "own.acme.example")).facts["caa"]
    assert caa == {"present": True, "at": "own.acme.example", "unknown_critical": True}


async def test_a_step_that_fails_leaves_caa_unknown_although_a_record_stands_above(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "caabroken.acme.example")
    assert "caa" not in sight.facts
    assert "SERVFAIL" in sight.unknown["caa"]


async def test_a_null_mx_takes_no_mail(resolver: LabDnsServer) -> None:
    facts = (await look(resolver, "www.plain.example")).facts
    assert facts["mx"] == []
    assert facts["null_mx"] is True


async def test_mail_that_is_not_answered_is_incomplete(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "www.mailbroken.example")
    assert "SERVFAIL" in sight.unknown["mx"]
    assert "null_mx" not in sight.facts


@pytest.mark.parametrize("name", ["meet.acme.example", "alias.acme.example", "acme.example", "x.wild.acme.example"])
async def test_a_signed_name_is_secure(resolver: LabDnsServer, name: str) -> None:
    dnssec = (await look(resolver, name)).facts["dnssec"]
    assert dnssec["state"] == "secure"
    assert dnssec["ds"] is True
    assert dnssec["validated_by"] == "self"
    assert dnssec["algorithms"] == ["13 ECDSAP256SHA256"]


async def test_a_validating_resolver_is_believed(resolver: LabDnsServer) -> None:
    resolver.validated = ("acme.example", "example")
    dnssec = (await look(resolver, "meet.acme.example")).facts["dnssec"]
    assert (dnssec["state"], dnssec["validated_by"]) == ("secure", "resolver")
    assert not any(kind == "DNSKEY" for _, kind, _ in resolver.questions)


async def test_a_zone_without_ds_is_insecure(resolver: LabDnsServer) -> None:
    dnssec = (await look(resolver, "www.plain.example")).facts["dnssec"]
    assert (dnssec["state"], dnssec["ds"]) == ("insecure", False)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("www.expired.example", "expired 1 days ago"),
        ("www.forged.example", "the signature of www.forged.example A does not hold"),
        ("www.stripped.example", "www.stripped.example A is not signed"),
        ("www.wrongds.example", "no key of the zone is the one that the DS record"),
    ],
)
async def test_signatures_that_do_not_hold_are_bogus(resolver: LabDnsServer, name: str, words: str) -> None:
    dnssec = (await look(resolver, name)).facts["dnssec"]
    assert (dnssec["state"], dnssec["validated_by"]) == ("bogus", "self")
    assert words in dnssec["reason"]


async def test_a_servfail_that_turns_into_an_answer_without_checking_is_bogus(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "www.judged.example")
    assert sight.facts["dnssec"]["state"] == "bogus"
    assert sight.facts["dnssec"]["validated_by"] == "resolver"
    assert "addresses" not in sight.facts
    assert "SERVFAIL" in sight.unknown["addresses.ipv4"]


async def test_a_ds_that_is_not_answered_leaves_dnssec_unknown(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "www.dsbroken.example")
    assert "dnssec" not in sight.facts
    assert "no answer within" in sight.unknown["dnssec"]


async def test_a_name_with_escapes_is_kept_as_it_is(resolver: LabDnsServer) -> None:
    sight = await look(resolver, "a\\.b.acme.example")
    assert sight.facts["name"] == "a\\.b.acme.example"
    assert sight.facts["addresses"]["ipv4"] == ["192.0.2.16"]


async def test_a_pinned_name_without_a_nameserver_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Network, "resolver", lambda _: pytest.fail("the DNS was asked"))
    pins = {"meet.acme.example": (ipaddress.ip_address("127.0.0.1"),)}
    context = ProbeContext(Network(NetworkSettings(resolve=pins)), lambda: datetime.now(UTC), 1)
    with pytest.raises(ProbeError, match="pinned; no DNS asked"):
        await DnsProbe().observe(Target("host", "Meet.acme.example.", "Meet.acme.example."), context)


async def test_a_pinned_name_is_asked_for_where_a_nameserver_is_given(resolver: LabDnsServer) -> None:
    nameservers = ((ipaddress.ip_address(resolver.address), resolver.port),)
    pins = {"meet.acme.example": (ipaddress.ip_address("127.0.0.1"),)}
    network = Network(NetworkSettings(nameservers=nameservers, resolve=pins, timeout=1))
    context = ProbeContext(network, lambda: datetime.now(UTC), 1)
    sight = await DnsProbe().observe(Target("host", "meet.acme.example", "meet.acme.example"), context)
    assert sight.facts["nameservers"] == ["ns1.acme.example"]
