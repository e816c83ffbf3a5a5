"""Cookies: what Set-Cookie says of them (RFC 6265), without their values.

A value is dropped where the header is cut into parts; nothing behind that place has ever seen it.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from vendor_audit.observation import Json

_SAME_SITE = {"strict": "Strict", "lax": "Lax", "none": "None"}
_SHOWN = frozenset(
    {"secure", "httponly", "samesite", "expires", "max-age", "domain", "path", "partitioned", "priority"}
)
_MAX_AGE = re.compile(r"-?[0-9]{1,18}\Z")
_SHOWN_VALUE = re.compile(r"[\w ,:./+-]{0,100}\Z", re.ASCII)
REMOVED = "[removed]"


@dataclass(frozen=True, slots=True)
class SetCookie:
    """One Set-Cookie header without the value."""

    name: str
    """Empty: the cookie has no name, the header only a value."""
    attributes: dict[str, str]
    """Lower-case name -> value; of a name that is there twice the last counts (RFC 6265, 5.3)."""

    def facts(self, host: str, now: datetime, *, third_party: bool) -> dict[str, Json]:
        """Return the cookie as in the facts, set by ``host`` and seen at ``now``."""
        found: dict[str, Json] = {
            "name": cap(self.name),
            "secure": "secure" in self.attributes,
            "http_only": "httponly" in self.attributes,
            "persistent": self._persistent(now),
            "host": cap(host),
            "third_party": third_party,
        }
        same_site = _SAME_SITE.get(self.attributes.get("samesite", "").lower())
        if same_site:
            found["same_site"] = same_site
        domain = self.attributes.get("domain", "").removeprefix(".").lower()
        if domain:
            found["domain"] = cap(domain)
        return found

    def _persistent(self, now: datetime) -> bool:
        max_age = self.attributes.get("max-age", "")
        if _MAX_AGE.match(max_age):
            return int(max_age) > 0
        try:
            expires = email.utils.parsedate_to_datetime(self.attributes["expires"].replace("-", " "))
        except (KeyError, ValueError, OverflowError):
            return False
        return (expires if expires.tzinfo else expires.replace(tzinfo=UTC)) > now

    def shown(self) -> str:
        """Return the header for the evidence: the value removed, and every attribute that could carry one."""
        parts = [f"{self.name}={REMOVED}" if self.name else REMOVED]
        for name, value in self.attributes.items():
            if name not in _SHOWN:
                parts.append(REMOVED)
            elif value:
                parts.append(f"{name}={value if _SHOWN_VALUE.match(value) else REMOVED}")
            else:
                parts.append(name)
        return "; ".join(parts)


def parse_set_cookie(header: str) -> SetCookie:
    """Return a Set-Cookie header without its value (RFC 6265, 5.2; a pair without '=' is a value without a name)."""
    pair, *rest = header.split(";")
    name = pair.split("=", 1)[0].strip() if "=" in pair else ""
    attributes: dict[str, str] = {}
    for each in rest[:50]:
        key, _, value = each.partition("=")
        if key.strip():
            attributes[key.strip().lower()] = value.strip()
    return SetCookie(name, attributes)


def cookie_facts(
    headers: Iterable[tuple[str, str, bool]], now: datetime, most: int = 200
) -> tuple[list[dict[str, Json]], str]:
    """Return the cookies, the last of each name and host, and why some are missing (empty: none are).

    Args:
        headers: host that set it, Set-Cookie header, whether the host is a third party.
        now: decides whether an Expires lies ahead.
        most: cookies that are kept.
    """
    found: dict[tuple[str, str], dict[str, Json]] = {}
    for host, header, third_party in headers:
        facts = parse_set_cookie(header).facts(host, now, third_party=third_party)
        found[host, facts["name"]] = facts
    cookies = list(found.values())
    return cookies[:most], f"only the first {most} of {len(cookies)} were kept" if len(cookies) > most else ""
