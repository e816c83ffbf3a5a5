"""A first look at a vendor's site: what it publishes, and from which link each thing was found."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.probes.http.domains import registrable
from vendor_audit.probes.http.follow import host_of, parse_url
from vendor_audit.probes.http.page import decode_page
from vendor_audit.probes.http.security_txt import (
    LEGACY,
    SIZE_LIMIT,
    WELL_KNOWN,
    looks_like_one,
    parse_expires,
    parse_security_txt,
)
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.site.discoveries import Found, MediaAddress, SecurityContact, SiteSurvey
from vendor_audit.probes.site.media import media_addresses
from vendor_audit.probes.site.names import likely_names
from vendor_audit.probes.site.naming import legal_entities, vendor_name
from vendor_audit.probes.site.page import Link, SitePage, read_site_page, sitemap_addresses
from vendor_audit.probes.site.visits import Visit, Visitor
from vendor_audit.probes.site.words import ELSEWHERE, purposes, serves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from vendor_audit.probes.network import Network

_CLEAR = 4
"""The rank from which on a link's text says clearly what it leads to."""
_TRIES = 2
"""Links that are followed for one purpose in one round."""
_MOST_CANDIDATES = 50
_MOST_SCRIPTS = 5
_MOST_MEDIA = 30
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_MAIL = re.compile(r"mailto:([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z0-9-]{1,60})(?:\?|\Z)")


class UnreachableSiteError(Exception):
    """The start page did not come; the text says why."""


async def survey_site(
    start: httpx.URL,
    network: Network,
    *,
    now: str,
    timeout: float = 5.0,  # noqa: ASYNC109 # of one exchange, not of this call
    seconds: float = 60.0,
    watch: Callable[[str], None] = lambda _: None,
) -> SiteSurvey:
    """Return what the site and the DNS of its domain publish.

    Args:
        start: the page to begin with, as the operator wrote it.
        network: decides which addresses may be contacted.
        now: the time, UTC, as ISO 8601 writes it; for what has expired.
        timeout: seconds of one exchange.
        seconds: of everything; what was found by then is returned.
        watch: is told each URL before it is asked for.

    Raises:
        UnreachableSiteError: the start page did not come.
    """
    visitor = Visitor(network, start, timeout, watch)
    look = _Look(visitor, SiteSurvey(str(start), str(start), registrable(host_of(start))))
    try:
        async with asyncio.timeout(seconds):
            await look.begin()
            await look.security(now)
            await look.explore()
            await look.sitemap()
            await look.scripts()
            look.survey.names, doubt = await likely_names(network, look.survey.domain)
            look.survey.notes += [doubt] if doubt else []
    except TimeoutError as error:
        if not look.pages:
            raise UnreachableSiteError(f"{start} did not come within {seconds:g} s") from error
        look.survey.notes.append(f"the look ended after {seconds:g} s: not everything was read")
    return look.finish()


@dataclass(frozen=True, slots=True)
class _Candidate:
    link: Link
    rank: int
    origin: str


@dataclass(slots=True)
class _Look:
    visitor: Visitor
    survey: SiteSurvey
    pages: dict[str, SitePage] = field(default_factory=dict)
    candidates: dict[str, dict[str, _Candidate]] = field(default_factory=lambda: {name: {} for name in purposes()})

    async def begin(self) -> None:
        """Read the start page."""
        visit = await self.visitor.visit(str(self.visitor.start))
        if visit.answer is None:
            raise UnreachableSiteError(f"{self.visitor.start}: {visit.trouble}")
        if visit.answer.media_type not in _HTML:
            raise UnreachableSiteError(f"{self.visitor.start} is no HTML page: {cap(visit.answer.media_type, 100)}")
        self.survey.start = visit.answer.url
        page = self.read(visit)
        if page is not None and not page.links and page.has_script:
            self.survey.notes.append(
                "the start page as delivered has no link at all: its scripts build it, and no script is run here"
            )
        elif page is not None and not any(self.candidates.values()):
            self.survey.notes.append("no link of the start page names a notice, a contract or a trust page")

    def read(self, visit: Visit) -> SitePage | None:
        """Read a page and note its links and addresses; None: it is no page, or another company's."""
        answer = visit.answer
        url = parse_url(answer.url) if answer else None
        if answer is None or url is None or answer.media_type not in _HTML:
            return None
        if answer.url in self.pages:
            return self.pages[answer.url]
        text = decode_page(answer.body, "".join(answer.values("content-type")))
        page = read_site_page(text, url)
        if not self.survey.owns(host_of(url)):
            return page
        self.pages[answer.url] = page
        if page.cut or answer.cut:
            self.survey.notes.append(f"{cap(answer.url, 200)} is too long, or did not end: only its beginning was read")
        for link in page.links.values():
            self.consider(link, serves(link.text, link.href), f"from the link '{cap(link.text, 80)}' on {answer.url}")
        self.media(text, f"in the page {answer.url}")
        for policy in answer.values("content-security-policy"):
            self.media(policy, f"in the Content-Security-Policy of {answer.url}")
        return page

    def consider(self, link: Link, ranks: Mapping[str, int], origin: str) -> None:
        """Note what a link may lead to."""
        url = parse_url(link.href)
        if url is None:
            return
        own = self.survey.owns(host_of(url))
        at_start = link.href in {self.survey.start, str(self.visitor.start)}
        for purpose, rank in ranks.items():
            known = self.candidates[purpose]
            earlier = known.get(link.href)
            # Of two links to one page the shorter says it best.
            better = earlier is None or (earlier.rank, -len(earlier.link.text)) < (rank, -len(link.text))
            # A link to another company's page counts only by its text: those are the vendor's own words.
            if rank < _CLEAR and (at_start or not own):
                continue
            if at_start:
                inside = Found(purpose, link.href, origin, "it leads to a place in the start page itself")
                self.survey.found.setdefault(purpose, inside)
            elif better and (earlier or len(known) < _MOST_CANDIDATES):
                known[link.href] = _Candidate(link, rank, origin)

    def media(self, text: str, origin: str) -> None:
        """Note the addresses of signalling, TURN and STUN in a text."""
        for address in media_addresses(text):
            if len(self.survey.media) < _MOST_MEDIA:
                self.survey.media.setdefault(address, MediaAddress(address, origin))

    async def explore(self) -> None:
        """Follow the best links for what is not found yet; twice, because pages found later name others."""
        order = (*ELSEWHERE, *(name for name in purposes() if name not in ELSEWHERE))
        for _ in range(2):
            for purpose in order:
                await self.look_for(purpose)

    async def look_for(self, purpose: str) -> None:
        """Follow the best links for one purpose until one is certain."""
        known = self.survey.found.get(purpose)
        if known and not known.doubt:
            return
        waiting = [each for each in self.candidates[purpose].values() if each.link.href not in self.visitor.done]
        # A page that serves another purpose better was visited for that one: it costs nothing to look at it again.
        waiting += [each for each in self.candidates[purpose].values() if each.link.href in self.visitor.done]
        waiting.sort(key=lambda each: (-each.rank, len(each.link.text)))
        for candidate in waiting[:_TRIES]:
            if self.visitor.spent and candidate.link.href not in self.visitor.done:
                return
            visit = await self.visitor.visit(candidate.link.href)
            found = self.judge(purpose, candidate, visit)
            if purpose not in self.survey.found or not found.doubt:
                self.survey.found[purpose] = found
            if not found.doubt:
                return

    def judge(self, purpose: str, candidate: _Candidate, visit: Visit) -> Found:
        """Return what a link led to, with the doubt that is left."""
        page = self.read(visit)
        titles = (page.title, page.heading) if page else ()
        titled = any(purposes()[purpose].named_by(each) for each in titles)
        doubt = ""
        if visit.answer is None:
            doubt = visit.trouble
        elif visit.answer.url == self.survey.start:
            doubt = "it leads back to the start page"
        elif candidate.rank < _CLEAR and not titled:
            doubt = "neither its link nor its title says clearly what it is"
        return Found(purpose, candidate.link.href, candidate.origin, doubt)

    async def sitemap(self) -> None:
        """Look into the sitemap for what no link led to."""
        missing = [name for name in purposes() if name not in {*self.survey.found, *ELSEWHERE, "status"}]
        address = self.beside("/sitemap.xml")
        if not missing or not address:
            return
        visit = await self.visitor.visit(address)
        if visit.answer is None or visit.answer.media_type in _HTML:
            return
        for each in sitemap_addresses(visit.answer.body.decode("utf-8", "replace")):
            url = parse_url(each)
            if url is not None and self.survey.owns(host_of(url)):
                ranks = {name: rank for name, rank in serves("", each).items() if name in missing}
                self.consider(Link("", each), ranks, f"from its address in {address}")
        for purpose in missing:
            await self.look_for(purpose)

    async def scripts(self) -> None:
        """Look for addresses in the scripts that the start page and the joining page load from the vendor's domain."""
        wanted = dict.fromkeys(script for page in self.pages.values() for script in page.scripts)
        own = [each for each in wanted if (url := parse_url(each)) and self.survey.owns(host_of(url))]
        for each in own[:_MOST_SCRIPTS]:
            visit = await self.visitor.visit(each)
            if visit.answer is not None:
                self.media(visit.answer.body.decode("utf-8", "replace"), f"in the script {each}")

    async def security(self, now: str) -> None:
        """Read security.txt."""
        for path in (WELL_KNOWN, LEGACY):
            address = self.beside(path)
            visit = await self.visitor.visit(address, SIZE_LIMIT) if address else None
            if visit is None or visit.answer is None:
                continue
            file = parse_security_txt(visit.answer.body.decode("utf-8", "replace"))
            if not looks_like_one(file):
                continue
            mails = [match[1] for each in file.values("contact")[:20] if (match := _MAIL.match(each))]
            expires = parse_expires(file.values("expires")[0]) if file.values("expires") else None
            expired = expires.isoformat()[:10] if expires and expires.isoformat() < now else ""
            self.survey.security = SecurityContact(visit.answer.url, mails[0] if mails else "", expired)
            return

    def beside(self, path: str) -> str:
        """Return the URL of a path on the host of the start page."""
        url = parse_url(self.survey.start)
        return str(url.copy_with(raw_path=path.encode())) if url else ""

    def finish(self) -> SiteSurvey:
        """Return the survey, with what all pages together say."""
        self.survey.visited = len(self.visitor.done)
        if self.visitor.spent:
            self.survey.notes.append(f"{self.survey.visited} URLs were asked for, the most: there may be more to find")
        self.survey.name = vendor_name(list(self.pages.values()), self.survey.domain)
        notice = self.survey.found.get("legal_notice")
        visit = self.visitor.done.get(notice.url) if notice else None
        page = self.pages.get(visit.answer.url) if visit and visit.answer else None
        self.survey.entities = legal_entities(page) if page else ()
        return self.survey
