"""Whose address may be kept: a table of far sides."""

from __future__ import annotations

import pytest

from vendor_audit.probes.media.capture.model import Connection, Seen
from vendor_audit.probes.media.capture.parts import browser_of_brands, browser_of_header, origin
from vendor_audit.probes.media.capture.people import PRIVATE, WITHHELD, far_address, is_vendors, server_candidates
from vendor_audit.probes.media.capture.statistics import Endpoint
from vendor_audit.wire.ice_candidate import parse_candidate
from vendor_audit.wire.sdp import Description


def connection(*candidates: str, lite: bool = False) -> Connection:
    remote = [parse_candidate(f"candidate:1 1 udp 1 {each}") for each in candidates]
    return Connection(remote=remote, descriptions=[Seen("remote", "answer", Description(ice_lite=lite))])


PUBLIC, LOCAL = "8.8.8.8 1 typ host", "192.168.1.5 1 typ host"


@pytest.mark.parametrize(
    ("made", "far", "vendors", "kept"),
    [
        (connection(PUBLIC), Endpoint("host", "8.8.8.8"), True, "8.8.8.8"),
        (connection(PUBLIC), Endpoint("prflx", "9.9.9.9"), False, WITHHELD),
        (connection(PUBLIC, LOCAL), Endpoint("host", "8.8.8.8"), False, WITHHELD),
        (connection(PUBLIC, "a1b2.local 1 typ host"), Endpoint("host", "8.8.8.8"), False, WITHHELD),
        (connection(LOCAL, "8.8.8.8 1 typ srflx"), Endpoint("srflx", "8.8.8.8"), False, WITHHELD),
        (connection(LOCAL), Endpoint("host", "192.168.1.5"), False, PRIVATE),
        (connection(LOCAL, lite=True), Endpoint("host", "192.168.1.5"), True, "192.168.1.5"),
        (connection(lite=True), Endpoint("prflx", "8.8.8.8"), True, "8.8.8.8"),
        (connection("a1b2.local 1 typ host"), Endpoint("host", "a1b2.local"), False, PRIVATE),
        (connection(LOCAL, "8.8.8.8 1 typ relay"), Endpoint("relay", "8.8.8.8"), False, "8.8.8.8"),
        (connection(), Endpoint("host", "8.8.8.8"), False, WITHHELD),
        (connection(PUBLIC), Endpoint("host", "2a00:1450:4001::1%\x1b[31m"), False, PRIVATE),
    ],
)
def test_the_far_side_of_a_pair(made: Connection, far: Endpoint, *, vendors: bool, kept: str) -> None:
    assert is_vendors(made, far) is vendors
    assert kept in far_address(made, far)


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (connection(PUBLIC, "2a00:1450:4001::1 1 typ host"), ["8.8.8.8", "2a00:1450:4001::1"]),
        (connection(PUBLIC, LOCAL, "9.9.9.9 1 typ relay"), ["9.9.9.9"]),
        (connection(PUBLIC, LOCAL, lite=True), ["8.8.8.8", "192.168.1.5"]),
        (connection("8.8.8.8 1 typ srflx"), []),
        (connection("2a00:1450::1%\x1b[31m 1 typ host"), []),
        (connection("203.0.113.7 1 typ host"), []),
        (connection("3fff::1 1 typ relay"), []),
    ],
)
def test_the_candidates_that_are_servers(made: Connection, kept: list[str]) -> None:
    assert [address for _, address, _, _ in server_candidates(made)] == kept


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://meet.acme.example/room?who=jane#token", "https://meet.acme.example"),
        ("https://jane:secret@meet.acme.example:8443/", "https://meet.acme.example:8443"),
        ("http://[2001:db8::1]:80/x", "http://[2001:db8::1]:80"),
        ("file:///home/jane/call.html", ""),
        ("https://\x1b[31mevil/", ""),
        ("https://a:99999/", ""),
        ("https://[/", ""),
        ("", ""),
    ],
)
def test_of_a_page_only_its_origin_is_kept(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140"),
        ("Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/5", "Chromium 156"),
        ("Mozilla/5.0 (Win) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge 120"),
        ("Mozilla/5.0 (Mac) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "Safari 17"),
        ("Mozilla/5.0 (Linux; Android 4) Version/4.0", ""),
        ("Jane's own browser \x1b[31m/12", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_of_a_browser_only_product_and_major_version_are_kept(header: str, expected: str) -> None:
    assert browser_of_header(header) == expected


def test_the_brands_of_client_hints_name_the_product() -> None:
    grease = {"brand": "Not:A-Brand", "version": "8"}
    assert browser_of_brands([grease, {"brand": "Chromium", "version": "156.0.1"}]) == "Chromium 156"
    both = [{"brand": "Chromium", "version": "150"}, {"brand": "Google Chrome", "version": "150.1"}]
    assert browser_of_brands(both) == "Chrome 150"
    assert not browser_of_brands([grease, {"brand": "Jane", "version": "1"}, {"brand": "Chromium", "version": "<b>"}])
    assert not browser_of_brands("Chromium")
