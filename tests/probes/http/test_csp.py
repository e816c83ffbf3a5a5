"""What the policies of a page together allow."""

from __future__ import annotations

import pytest

from vendor_audit.probes.http.csp import csp_facts, parse_meta_policies, parse_policies


@pytest.mark.parametrize(
    ("header", "restricted", "inline", "dynamic_code"),
    [
        ("script-src 'self'", True, False, False),
        ("default-src 'self'", True, False, False),
        ("default-src 'none'; script-src *", False, False, False),
        ("script-src https:", False, False, False),
        ("script-src https://*", False, False, False),
        ("script-src https://*.acme.example", True, False, False),
        ("script-src 'self' data:", False, False, False),
        ("script-src 'self' 'unsafe-inline'", True, True, False),
        ("script-src 'self' 'UNSAFE-INLINE' 'unsafe-eval'", True, True, True),
        ("script-src 'unsafe-inline' 'nonce-abc123'", True, False, False),
        ("script-src 'unsafe-inline' 'sha256-YWJj='", True, False, False),
        ("script-src 'unsafe-inline' 'nonce-'", True, True, False),
        ("script-src https: 'unsafe-inline' 'nonce-abc' 'strict-dynamic'", True, False, False),
        ("script-src https: 'strict-dynamic'", False, False, False),
        ("script-src 'self'; script-src-attr 'unsafe-inline'", True, True, False),
        ("img-src 'self'", False, True, True),
        ("script-src 'self'; script-src *", True, False, False),
        ("script-src", True, False, False),
    ],
)
def test_one_policy(header: str, *, restricted: bool, inline: bool, dynamic_code: bool) -> None:
    facts = csp_facts(parse_policies([header]), [], [])
    assert facts["present"] is True
    assert (facts["script_src_restricted"], facts["unsafe_inline"], facts["unsafe_eval"]) == (
        restricted,
        inline,
        dynamic_code,
    )


def test_without_a_policy_everything_runs() -> None:
    facts = csp_facts([], [], [])
    assert facts["present"] is False
    assert facts["unsafe_inline"] is True
    assert facts["unsafe_eval"] is True
    assert facts["script_src_restricted"] is False


def test_what_one_of_several_policies_forbids_is_forbidden() -> None:
    loose, strict = "script-src * 'unsafe-inline' 'unsafe-eval'", "script-src 'self'"
    for headers in ([loose, strict], [f"{loose}, {strict}"]):
        facts = csp_facts(parse_policies(headers), [], [])
        assert facts["unsafe_inline"] is False
        assert facts["unsafe_eval"] is False
        assert facts["script_src_restricted"] is True


def test_a_meta_policy_counts_but_cannot_restrict_framing() -> None:
    facts = csp_facts([], parse_meta_policies(["script-src 'self'; frame-ancestors 'none'"]), [])
    assert facts["present"] is True
    assert facts["unsafe_inline"] is False
    assert "frame_ancestors" not in facts


def test_a_report_only_policy_is_none() -> None:
    facts = csp_facts([], [], parse_policies(["script-src 'self'"]))
    assert facts["present"] is False
    assert facts["report_only"] is True
    assert facts["unsafe_inline"] is True


def test_the_strictest_frame_ancestors_are_told() -> None:
    policies = parse_policies(
        ["frame-ancestors *", "frame-ancestors 'self' https://a.example", "frame-ancestors 'self'"]
    )
    assert csp_facts(policies, [], [])["frame_ancestors"] == ["'self'"]


def test_a_thousand_policies_are_bounded() -> None:
    assert len(parse_policies(["script-src 'self'," * 100_000])) <= 20
