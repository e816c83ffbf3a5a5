"""Redirects, followed by hand: each hop is checked before it is taken, and written down whether it is taken or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from vendor_audit.probes.http.exchange import BODY_LIMIT, Answer, Client, exchange
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.observation import Json

MOST_HOPS = 10
_LAST_PORT = 65_535
_LONGEST_URL = 8000


@dataclass(frozen=True, slots=True)
class Chain:
    """The answers from a URL to where its redirects end."""

    answers: tuple[Answer, ...]
    """At least one, in order."""
    redirects: tuple[dict[str, Json], ...]
    """As in the facts."""
    broken: str = ""
    """Why the last answer is a redirect that was not followed to its end; empty: the last answer is the final one."""
    broken_kind: str = ""
    """The kind of that, as in `Failure`; empty: the chain is not broken."""

    @property
    def final(self) -> Answer | None:
        """The answer at the end; None: the chain is broken."""
        return None if self.broken else self.answers[-1]


def parse_url(text: str) -> httpx.URL | None:
    """Return an absolute http or https URL; None: it is none."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return None
    is_web = url.scheme in {"http", "https"} and bool(url.host)
    # The parser takes ports that there are not; the system would refuse them in its own words.
    return url if is_web and (url.port or 1) <= _LAST_PORT else None


def host_of(url: httpx.URL) -> str:
    """Return the host of a URL as an A-label, lower case, or as an address without brackets."""
    return url.raw_host.decode("ascii").lower()


async def follow(
    client: Client,
    url: httpx.URL,
    *,
    limit: int = BODY_LIMIT,
    until: Callable[[httpx.URL], bool] = lambda _: False,
    most: int = MOST_HOPS,
) -> Chain:
    """Ask for a URL and follow its redirects.

    Args:
        client: to ask with.
        url: where to begin.
        limit: bytes of a body.
        until: said of the URL of a redirect, stops there: the chain then ends with the redirect and is not broken.
        most: redirects that are followed.

    Raises:
        ProbeError: the first exchange failed.
    """
    answers: list[Answer] = [await exchange(client, url, limit)]
    redirects: list[dict[str, Json]] = []
    seen = {str(url)}
    broken, kind = "", ""
    while (location := answers[-1].location) is not None:
        hop: dict[str, Json] = {"url": cap(str(url)), "status": answers[-1].status, "location": cap(location)}
        redirects.append(hop)
        following = _joined(url, location)
        if following is None:
            broken, kind = f"a redirect leads to '{cap(location, 200)}', which is no http or https URL", "protocol"
            break
        url = following
        hop["location"] = cap(str(url))
        if until(url):
            break
        if str(url) in seen:
            broken = f"the redirects run in a circle: they come back to {cap(str(url), 200)} (no cookies are sent)"
            kind = "protocol"
            break
        if len(redirects) > most:
            broken, kind = f"more than {most} redirects", "protocol"
            break
        seen.add(str(url))
        try:
            answers.append(await exchange(client, url, limit))
        except ProbeError as error:
            broken = f"the redirect to {cap(str(url), 200)} could not be followed: {error}"
            kind = error.failure.kind
            if kind == "address_not_allowed":
                hop["led_to_public"] = False
            break
        hop["led_to_public"] = True
    return Chain(tuple(answers), tuple(redirects), broken, kind)


def _joined(base: httpx.URL, location: str) -> httpx.URL | None:
    if len(location) > _LONGEST_URL:
        return None
    try:
        url = base.join(location)
    except (httpx.InvalidURL, ValueError):
        return None
    if not url.fragment and base.fragment:
        url = url.copy_with(fragment=None)
    return parse_url(str(url.copy_with(userinfo=b"")))
