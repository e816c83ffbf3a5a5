"""Asking a vendor's site for pages: one after the other, few, and nowhere else than where init may go."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.probes.http.domains import registrable
from vendor_audit.probes.http.exchange import Client
from vendor_audit.probes.http.follow import follow, host_of, parse_url
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from vendor_audit.probes.http.exchange import Answer
    from vendor_audit.probes.network import Network

MOST_VISITS = 24
"""URLs that are asked for in all: pages, scripts, security.txt, the sitemap; redirects not counted."""
_REDIRECTS = 4
_OK = 200
_PORTS = 65_535
_LIMIT = 2_000_000
"""Bytes of a page or script."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking for a URL."""

    asked: str
    answer: Answer | None = None
    """With status 200; None: see `trouble`."""
    trouble: str = ""
    """Why there is none, for a person."""


@dataclass(slots=True)
class Visitor:
    """Asks, and remembers what came; only what was asked for counts."""

    network: Network
    start: httpx.URL
    """As the operator wrote it: its host is the operator's, every other one the vendor's."""
    timeout: float
    watch: Callable[[str], None]
    """Is told every URL before it is asked for."""
    done: dict[str, Visit] = field(default_factory=dict)
    _tls: ssl.SSLContext | None = None

    async def visit(self, address: str, limit: int = _LIMIT) -> Visit:
        """Return what a URL answers; redirects are followed within its registrable domain and the start's."""
        if address in self.done:
            return self.done[address]
        url = parse_url(address)
        if url is None or not _has_port(url):
            return Visit(address, trouble="it is no http or https URL")
        if self.spent:
            return Visit(address, trouble=f"not asked for: {MOST_VISITS} URLs are the most")
        self.watch(address)
        visit = self.done[address] = await self._visit(address, url, limit)
        return visit

    @property
    def spent(self) -> bool:
        """Whether no further URL may be asked for."""
        return len(self.done) >= MOST_VISITS

    async def _visit(self, address: str, url: httpx.URL, limit: int) -> Visit:
        self._tls = self._tls or _verifying(self.network.settings.trust_anchors)
        client = Client(self.network, host_of(self.start), self.timeout, tls=self._tls)
        home = {registrable(host_of(self.start)), registrable(host_of(url))}
        left: list[str] = []

        def leaves(target: httpx.URL) -> bool:
            if registrable(host_of(target)) in home and _has_port(target):
                return False
            left.append(cap(str(target), 200))
            return True

        try:
            chain = await follow(client, url, limit=limit, until=leaves, most=_REDIRECTS)
        except ProbeError as error:
            return Visit(address, trouble=str(error))
        answer = chain.final
        if left:
            return Visit(address, trouble=f"it leads to {left[0]}, another site, and was not followed there")
        if answer is None or answer.status != _OK:
            return Visit(address, trouble=chain.broken or f"it answers {chain.answers[-1].status}")
        return Visit(address, answer)


def _has_port(url: httpx.URL) -> bool:
    return url.port is None or 0 < url.port <= _PORTS


def _verifying(anchors: str) -> ssl.SSLContext:
    """Return TLS settings that hold the server to its name: a stranger's page would be taken for the vendor's."""
    context = ssl.create_default_context()
    if anchors:
        context.load_verify_locations(cadata=anchors)
        # An anchor that the operator gives may be an intermediate, or the server's own certificate.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context
