"""The real probes see at the running demonstration vendor what was planted there, and nothing at its twin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.audit.plan import names_of, network_settings
from vendor_audit.lab.vendor import LabVendor
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.network import Network
from vendor_audit.probes.registry import all_probes
from vendor_audit.vendor.credentials import credentials_of
from vendor_audit.vendor.file import read_vendor_file
from vendor_audit.vendor.targets import targets_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.live

Facts = dict[tuple[str, str], dict[str, Any]]


async def observe_all(folder: Path, *, flawless: bool) -> tuple[Facts, dict[str, str]]:
    """Return the facts by probe and path or host, and why targets could not be observed."""
    facts: Facts = {}
    failures: dict[str, str] = {}
    async with LabVendor(flawless=flawless) as lab:
        vendor = read_vendor_file(lab.write_vendor_file(folder))
        network = Network(network_settings(vendor, connections_per_host=10, timeout=5))
        context = ProbeContext(
            network,
            lambda: datetime.now(UTC),
            5,
            names_of(vendor),
            vendor.path.parent,
            credentials_of(vendor, lab.environment()),
            ProbeClass.INTRUSIVE,
        )
        for probe in all_probes():
            for target in filter(probe.accepts, targets_of(vendor)):
                # The port of the day is no part of the key: "signal.acme.example/ws".
                key = target.name.partition("://")[2].replace(f":{target.port}", "") or target.name
                try:
                    sight = await probe.observe(target, context)
                except ProbeError as error:
                    failures[f"{probe.name}:{key}"] = error.failure.kind
                else:
                    scheme = "plain " if target.name.startswith("http:") else ""
                    facts[probe.name, scheme + key] = sight.facts
    return facts, failures


async def test_the_probes_see_the_planted_flaws(tmp_path: Path) -> None:
    facts, failures = await observe_all(tmp_path, flawless=False)

    assert facts["tls", "signal.acme.example/ws"]["versions"]["accepted"] == ["TLSv1.0", "TLSv1.1", "TLSv1.2"]
    assert facts["tls", "signal.acme.example/ws"]["groups"]["finite_field"]["bits"] == 1024
    suites = facts["tls", "api.acme.example/v1/status"]["cipher_suites"]["accepted"]
    assert any(not each["aead"] for each in suites)
    assert any(not each["forward_secret"] for each in suites)
    assert facts["tls", "recordings.acme.example/"]["certificate"]["days_left"] == 9
    assert facts["tls", "files.acme.example/"]["certificate"]["name_matches"] is False

    join = facts["http", "meet.acme.example/join"]
    assert join["hsts"] == {"present": False}
    assert join["csp"]["present"] is False
    assert join["framing"] == {"restricted": False}
    assert join["nosniff"] is False
    assert join["server_banner"]["tells_version"] is True
    assert [(each["name"], each["secure"], each["http_only"], each["persistent"]) for each in join["cookies"]] == [
        ("acme_session", False, False, False),
        ("acme_vid", False, False, True),
    ]
    assert {each["host"] for each in join["page"]["resources"] if each["third_party"]} == {
        "fonts.googleapis.com",
        "www.google-analytics.com",
        "www.googletagmanager.com",
    }
    assert join["page"]["privacy_links"] == []
    assert facts["http", "www.acme.example/trust"]["security_txt"]["days_left"] < 0
    assert facts["http", "plain www.acme.example/"]["plain_http"] == {
        "reachable": True,
        "status": 200,
        "redirects_to_https": False,
    }

    assert facts["dns", "meet.acme.example"]["caa"] == {"present": False}
    assert facts["dns", "meet.acme.example"]["dnssec"]["state"] == "insecure"
    assert facts["dns", "old-status.acme.example"]["dangling_cname"] is True
    papers = {target: seen for (probe, target), seen in facts.items() if probe == "document"}
    assert {name: (seen["media_type"], seen["pages"]) for name, seen in papers.items()} == {
        "dpa": ("application/pdf", 14),
        "privacy_notice": ("text/html", 0),
        "legal_notice": ("text/html", 0),
        "subprocessors": ("text/html", 0),
        "trust_page": ("text/html", 0),
        "iso27001": ("application/pdf", 1),
    }
    assert set(failures.values()) == {"dns_nxdomain"}
    assert {name.partition(":")[2] for name in failures} == {"old-status.acme.example/"}


async def test_the_probes_see_nothing_wrong_at_the_twin(tmp_path: Path) -> None:
    facts, failures = await observe_all(tmp_path, flawless=True)
    assert failures == {}
    for (probe, where), seen in facts.items():
        if probe == "tls":
            assert seen["versions"]["accepted"] == ["TLSv1.2", "TLSv1.3"], where
            assert set(seen["versions"]["rejected"]) >= {"TLSv1.0", "TLSv1.1"}, where
            assert all(each["aead"] and each["forward_secret"] for each in seen["cipher_suites"]["accepted"]), where
            assert seen["groups"] == {"accepted": ["secp256r1"]}, where
            certificate = seen["certificate"]
            assert (certificate["trusted"], certificate["name_matches"]) == (True, True), where
            assert (certificate["days_left"], certificate["lifetime_days"]) == (80, 90), where
        elif probe == "http":
            assert seen["hsts"]["present"], where
            assert seen["csp"]["script_src_restricted"], where
            assert not seen["csp"]["unsafe_inline"], where
            assert seen["framing"]["restricted"], where
            assert all(each["secure"] and each["http_only"] for each in seen["cookies"]), where
            assert not [each for each in seen.get("page", {}).get("resources", ()) if each["third_party"]], where
            assert seen["security_txt"].get("problems", []) == [], where
            assert seen["security_txt"]["days_left"] > 30, where
        elif probe == "document":
            assert (seen["language"], seen["cut"], seen["pages_without_text"]) == ("en", "", 0), where
        elif probe == "turn":
            assert (seen["open_relay"], seen["credentials"]["form"]) == (False, "time_limited"), where
            assert seen["peer_policy"]["allowed"] == [], where
            assert seen["allocations"]["made"] == seen["allocations"]["deleted"] > 0, where
        elif probe == "dtls":
            assert seen["versions"]["accepted"] == ["DTLSv1.2"], where
            assert all(each["aead"] and each["forward_secret"] for each in seen["cipher_suites"]["accepted"]), where
        elif probe == "media" and seen["source"]["kind"] == "session":
            assert seen["signalling"]["token_required"], where
            assert seen["server"]["fingerprint_matches"], where
            assert "SRTP_AES128_CM_HMAC_SHA1_32" in seen["server"]["as_server"]["srtp_profiles"]["rejected"], where
        elif probe == "media":
            assert not [each for each in seen["ice_servers"] if "google" in each["uri"]], where
        else:
            assert seen["caa"]["issue"] == ["lab-ca.example"], where
            assert seen["dnssec"]["state"] == "secure", where
            assert seen["dangling_cname"] is False, where
    assert facts["http", "plain www.acme.example/"]["plain_http"]["redirects_to_https"] is True
    assert facts["http", "meet.acme.example/join"]["page"]["privacy_links"]
