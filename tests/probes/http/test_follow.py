from __future__ import annotations

import pytest

from vendor_audit.probes.http.follow import parse_url


@pytest.mark.parametrize(
    "text", ["https://host:65536/", "http://host:99999/", "ftp://host/", "https:///path", "https://[::1", "no address"]
)
def test_what_leads_to_no_server_is_no_address(text: str) -> None:
    assert parse_url(text) is None


@pytest.mark.parametrize("text", ["https://host:65535/", "http://[::1]:80/x", "https://münchen.example"])
def test_what_leads_to_one_is_taken(text: str) -> None:
    assert parse_url(text) is not None
