"""What the security headers of a response say, each read as a browser reads it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.probes.http.csp import allows_any_ancestor, frame_ancestors
from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vendor_audit.observation import Json
    from vendor_audit.probes.http.csp import Policy
    from vendor_audit.probes.http.exchange import Answer

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]++"  # noqa: S105 # RFC 9110's word for a word
_DIRECTIVE = re.compile(rf'[ \t]*+(?:({_TOKEN})(?:[ \t]*+=[ \t]*+(?:({_TOKEN})|"([^"\\]*+)"))?)?[ \t]*+(?:;|\Z)')
_DIGITS = re.compile(r"[0-9]++\Z")
_LONGEST_AGE = 10**15
REFERRER_POLICIES = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)
_LEAKING = ("no-referrer-when-downgrade", "unsafe-url")
_LEGACY_META = {
    "never": "no-referrer",
    "default": "strict-origin-when-cross-origin",
    "always": "unsafe-url",
    "origin-when-crossorigin": "origin-when-cross-origin",
}
_OPENER_POLICIES = ("unsafe-none", "same-origin-allow-popups", "same-origin", "noopener-allow-popups")
_VERSION = re.compile(r"\d")


def hsts_facts(values: Sequence[str]) -> dict[str, Json]:
    """Return the fact ``hsts`` of the Strict-Transport-Security headers of an https response.

    Only the first header counts (RFC 6797, 8.1); one that breaks the grammar, repeats a directive or has no max-age is
    as none (6.1).
    """
    directives = _hsts_directives(values[0][:_MOST_READ]) if values else None
    if directives is None or not _DIGITS.match(directives.get("max-age") or ""):
        return {"present": False}
    digits = directives["max-age"] or ""
    return {
        "present": True,
        "max_age": min(int(digits[:30]), _LONGEST_AGE),
        "include_subdomains": "includesubdomains" in directives,
        "preload": "preload" in directives,
    }


_MOST_READ = 10_000


def _hsts_directives(text: str) -> dict[str, str | None] | None:
    found: dict[str, str | None] = {}
    place = 0
    while place < len(text):
        match = _DIRECTIVE.match(text, place)
        if match is None:
            return None
        place = match.end()
        if match[1] is None:
            continue
        name = match[1].lower()
        if name in found:
            return None
        found[name] = match[2] if match[2] is not None else match[3]
    return found


def framing_restricted(policies: list[Policy], frame_options: Sequence[str]) -> bool:
    """Return whether other sites are kept from framing the page.

    Where a policy has frame-ancestors, X-Frame-Options is ignored (CSP 3, 6.4.2); the rest is HTML, 7.5.5.
    """
    ancestors = frame_ancestors(policies)
    if ancestors is not None:
        return not allows_any_ancestor(ancestors)
    options = {each.strip().lower() for value in frame_options for each in value.split(",")}
    if len(options) > 1:
        return bool(options & {"deny", "allowall", "sameorigin"})
    return bool(options & {"deny", "sameorigin"})


def nosniff(values: Sequence[str]) -> bool:
    """Return whether X-Content-Type-Options is nosniff: only the first value counts (Fetch, 3.6)."""
    return bool(values) and values[0].split(",")[0].strip().lower() == "nosniff"


def referrer_policy_facts(values: Sequence[str], metas: Sequence[str]) -> dict[str, Json]:
    """Return the fact ``referrer_policy``: the last valid token of the headers; a valid meta element overrides them."""
    tokens = [each.strip().lower() for value in values for each in value.split(",")]
    tokens += [_LEGACY_META.get(each.strip().lower(), each.strip().lower()) for each in metas]
    valid = [each for each in tokens if each in REFERRER_POLICIES]
    if not valid:
        return {"present": False, "leaks_path": False}
    return {"present": True, "policy": valid[-1], "leaks_path": valid[-1] in _LEAKING}


def opener_facts(values: Sequence[str]) -> dict[str, Json]:
    """Return the fact ``cross_origin_opener``; the value is a token with parameters, and a second header spoils it."""
    policy = values[0].split(";")[0].strip() if len(values) == 1 else ""
    return {"present": True, "policy": policy} if policy in _OPENER_POLICIES else {"present": False}


def header_facts(answer: Answer, policies: list[Policy], meta_referrers: Sequence[str]) -> dict[str, Json]:
    """Return the facts that the headers of the final response carry, but for hsts, csp and cookies."""
    permissions = answer.values("permissions-policy")
    banners = [*answer.values("server"), *answer.values("x-powered-by")]
    facts: dict[str, Json] = {
        "framing": {"restricted": framing_restricted(policies, answer.values("x-frame-options"))},
        "nosniff": nosniff(answer.values("x-content-type-options")),
        "referrer_policy": referrer_policy_facts(answer.values("referrer-policy"), meta_referrers),
        "permissions_policy": {"present": bool(permissions)},
        "cross_origin_opener": opener_facts(answer.values("cross-origin-opener-policy")),
        "server_banner": {"present": bool(banners)},
    }
    if permissions:
        facts["permissions_policy"]["value"] = cap(", ".join(permissions))
    if banners:
        value = "; ".join(banners)
        facts["server_banner"] |= {"value": cap(value), "tells_version": bool(_VERSION.search(value))}
    return facts
