"""Content-Security-Policy, Level 3: what all policies of a page together allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vendor_audit.observation import Json

Policy = dict[str, tuple[str, ...]]
"""Directive (lower case) -> its sources."""

_ANYWHERE = re.compile(r"(?:https?:|data:|(?:https?://)?\*(?::(?:\*|\d+))?/?)\Z", re.IGNORECASE)
_NONCE_OR_HASH = re.compile(r"'(?:nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_=-]+'\Z", re.IGNORECASE)
_MOST_POLICIES = 20
_IGNORED_IN_META = ("frame-ancestors", "report-uri", "sandbox")


def parse_policies(headers: Iterable[str]) -> list[Policy]:
    """Return the policies in header values: a comma separates them; of a repeated directive the first counts."""
    found = []
    for text in ",".join(headers).split(",")[:_MOST_POLICIES]:
        policy: Policy = {}
        for directive in text.split(";"):
            name, *sources = directive.split() or [""]
            if name:
                policy.setdefault(name.lower(), tuple(sources))
        if policy:
            found.append(policy)
    return found


def parse_meta_policies(contents: Iterable[str]) -> list[Policy]:
    """Return the policies in meta elements, without the directives that are ignored there (CSP 3, 3.3)."""
    policies = parse_policies(contents)
    for policy in policies:
        for name in _IGNORED_IN_META:
            policy.pop(name, None)
    return [each for each in policies if each]


def csp_facts(headers: list[Policy], metas: list[Policy], report_only: list[Policy]) -> dict[str, Json]:
    """Return the fact ``csp``: enforced policies of the headers and of the page, and those that only report."""
    policies = headers + metas
    facts: dict[str, Json] = {
        "present": bool(policies),
        "report_only": bool(report_only),
        "script_src_restricted": any(_restricts_scripts(each) for each in policies),
        "unsafe_inline": all(_allows_inline(each) for each in policies),
        "unsafe_eval": all(_allows_eval(each) for each in policies),
        "strict_dynamic": any(_strict_dynamic(_scripts(each) or ()) for each in policies),
    }
    ancestors = frame_ancestors(headers)
    if ancestors is not None:
        facts["frame_ancestors"] = [cap(each) for each in ancestors[:100]]
    return facts


def frame_ancestors(headers: list[Policy]) -> tuple[str, ...] | None:
    """Return the sources of frame-ancestors, of the policy that allows the fewest; None: no policy has it."""
    found = [each["frame-ancestors"] for each in headers if "frame-ancestors" in each]
    return min(found, key=lambda each: (allows_any_ancestor(each), _allowed(each)), default=None)


def allows_any_ancestor(sources: tuple[str, ...]) -> bool:
    """Return whether any site may frame the page."""
    return any(_ANYWHERE.match(each) for each in sources)


def _allowed(sources: tuple[str, ...]) -> int:
    return sum(each.lower() != "'none'" for each in sources)


def _scripts(policy: Policy) -> tuple[str, ...] | None:
    return policy.get("script-src", policy.get("default-src"))


def _restricts_scripts(policy: Policy) -> bool:
    sources = policy.get("script-src-elem", _scripts(policy))
    if sources is None:
        return False
    return _strict_dynamic(sources) or not any(_ANYWHERE.match(each) for each in sources)


def _allows_inline(policy: Policy) -> bool:
    """Return whether inline script elements or event handlers run (CSP 3, 6.7.3.2)."""
    every = _scripts(policy)
    for directive in ("script-src-elem", "script-src-attr"):
        sources = policy.get(directive, every)
        if sources is None:
            return True
        words = {each.lower() for each in sources}
        harmless = "'strict-dynamic'" in words or any(_NONCE_OR_HASH.match(each) for each in sources)
        if "'unsafe-inline'" in words and not harmless:
            return True
    return False


def _allows_eval(policy: Policy) -> bool:
    sources = _scripts(policy)
    return sources is None or any(each.lower() == "'unsafe-eval'" for each in sources)


def _strict_dynamic(sources: tuple[str, ...]) -> bool:
    """Return whether only scripts with a nonce or hash, and what they load, run."""
    return any(each.lower() == "'strict-dynamic'" for each in sources) and any(
        _NONCE_OR_HASH.match(each) for each in sources
    )
