"""What security headers say, read as a browser reads them."""

from __future__ import annotations

import pytest

from vendor_audit.probes.http.csp import parse_policies
from vendor_audit.probes.http.headers import (
    framing_restricted,
    hsts_facts,
    nosniff,
    opener_facts,
    referrer_policy_facts,
)


@pytest.mark.parametrize(
    ("header", "max_age", "sub_domains"),
    [
        ("max-age=31536000", 31536000, False),
        ('MAX-AGE="31536000" ; includeSubDomains', 31536000, True),
        ("includesubdomains;max-age=0;", 0, True),
        (";;max-age=5;;", 5, False),
        ('max-age=5; unknown="quoted; not max-age=9"', 5, False),
        (f"max-age={'9' * 5000}", 10**15, False),
    ],
)
def test_a_valid_hsts_header_is_read(header: str, max_age: int, *, sub_domains: bool) -> None:
    facts = hsts_facts([header])
    assert facts["present"] is True
    assert facts["max_age"] == max_age
    assert facts["include_subdomains"] is sub_domains


@pytest.mark.parametrize(
    "header",
    [
        "",
        "includeSubDomains",
        "max-age",
        "max-age=",
        "max-age=-1",
        "max-age=1y",
        "max-age=1; max-age=2",
        "max-age 1",
        "max-age=1, max-age=1",
        'max-age="1',
        "max-age=1; @=2",
        "max-age=\u0661",
    ],
)
def test_an_invalid_hsts_header_is_as_none(header: str) -> None:
    assert hsts_facts([header]) == {"present": False}


def test_only_the_first_hsts_header_counts() -> None:
    assert hsts_facts(["max-age=1", "max-age=2"])["max_age"] == 1
    assert hsts_facts(["nonsense,", "max-age=2"]) == {"present": False}


def test_preload_is_told() -> None:
    assert hsts_facts(["max-age=1; preload"])["preload"] is True


@pytest.mark.parametrize(
    ("policies", "options", "restricted"),
    [
        ([], [], False),
        ([], ["DENY"], True),
        ([], ["sameorigin"], True),
        ([], ["ALLOW-FROM https://x.example"], False),
        ([], ["DENY", "SAMEORIGIN"], True),
        ([], ["nonsense, other"], False),
        (["frame-ancestors 'none'"], [], True),
        (["frame-ancestors 'self' https://a.example"], [], True),
        (["frame-ancestors *"], ["DENY"], False),
        (["frame-ancestors https:"], [], False),
        (["frame-ancestors *", "frame-ancestors 'self'"], [], True),
        (["default-src 'none'"], [], False),
    ],
)
def test_framing_is_restricted_by_frame_ancestors_or_else_by_x_frame_options(
    policies: list[str], options: list[str], *, restricted: bool
) -> None:
    assert framing_restricted(parse_policies(policies), options) is restricted


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["nosniff"], True),
        (["NoSniff, other"], True),
        (["other, nosniff"], False),
        ([], False),
        (["no-sniff"], False),
    ],
)
def test_nosniff_is_the_first_value(values: list[str], *, expected: bool) -> None:
    assert nosniff(values) is expected


def test_the_last_valid_referrer_policy_counts() -> None:
    facts = referrer_policy_facts(["no-referrer, unsafe-url, future-policy"], [])
    assert facts == {"present": True, "policy": "unsafe-url", "leaks_path": True}


def test_a_referrer_policy_of_the_page_overrides_that_of_the_header() -> None:
    assert referrer_policy_facts(["unsafe-url"], ["never"])["policy"] == "no-referrer"
    assert referrer_policy_facts(["unsafe-url"], ["nonsense"])["policy"] == "unsafe-url"


def test_without_a_valid_referrer_policy_none_is_present() -> None:
    assert referrer_policy_facts(["nonsense"], []) == {"present": False, "leaks_path": False}


def test_the_opener_policy_is_a_token_with_parameters() -> None:
    assert opener_facts(['same-origin; report-to="x"'])["policy"] == "same-origin"
    assert opener_facts(["same-origin", "same-origin"]) == {"present": False}
    assert opener_facts(["SAME-ORIGIN"]) == {"present": False}
