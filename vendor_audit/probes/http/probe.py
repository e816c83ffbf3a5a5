"""The http probe: asks for an endpoint as a browser would, and says what came back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.observation import Sight, Strength
from vendor_audit.probes.http.cookies import cookie_facts
from vendor_audit.probes.http.csp import csp_facts, parse_meta_policies, parse_policies
from vendor_audit.probes.http.domains import is_third_party
from vendor_audit.probes.http.evidence import body_evidence, head_evidence
from vendor_audit.probes.http.exchange import Client
from vendor_audit.probes.http.follow import Chain, follow, host_of, parse_url
from vendor_audit.probes.http.headers import header_facts, hsts_facts
from vendor_audit.probes.http.page import Page, decode_page, read_page
from vendor_audit.probes.http.reachability import observe_addresses
from vendor_audit.probes.http.security_txt import (
    LEGACY,
    SIZE_LIMIT,
    WELL_KNOWN,
    looks_like_one,
    parse_security_txt,
    security_txt_facts,
)
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeClass, ProbeError

if TYPE_CHECKING:
    import httpx

    from vendor_audit.observation import Evidence, Json, Target
    from vendor_audit.probes.http.exchange import Answer
    from vendor_audit.probes.interface import ProbeContext

_HTTP_PORT = 80
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_OF_THE_FINAL_ANSWER = (
    "status",
    "final_url",
    "http_version",
    "csp",
    "framing",
    "nosniff",
    "referrer_policy",
    "permissions_policy",
    "cross_origin_opener",
    "server_banner",
    "page",
    "cookies",
    "redirects",
)


@dataclass(slots=True)
class _Findings:
    """What one part of the observation adds to the sight."""

    facts: dict[str, Json] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)


class HttpProbe:
    """Headers, cookies, redirects, page and security.txt of an http or https endpoint."""

    name = "http"
    title = "Asks for a page as a browser would, and reads headers, cookies, redirects, the page and security.txt."
    probe_class = ProbeClass.NORMAL
    strength = Strength.OBSERVED
    per_service = False

    def accepts(self, target: Target) -> bool:
        """Return whether the target is an endpoint with an http or https URL."""
        return target.kind == "endpoint" and parse_url(target.name) is not None

    async def observe(self, target: Target, context: ProbeContext) -> Sight:
        """Return what was seen of the endpoint.

        Raises:
            ProbeError: the endpoint itself gave no valid answer.
        """
        url = parse_url(target.name)
        if url is None:
            raise ProbeError("protocol", f"{cap(target.name, 200)} is no http or https URL")
        client = Client(context.network, host_of(url), context.timeout)
        chain = await follow(client, url)
        main = await _observe_chain(chain, url, context)
        main.facts["url"] = cap(target.name)
        parts = await asyncio.gather(
            _observe_plain_http(client, chain, url),
            _observe_security_txt(client, url, context),
            observe_addresses(context.network, host_of(url), _port(url)),
        )
        for part in parts:
            facts, unknown, evidence = part
            main.facts |= facts
            main.unknown |= unknown
            main.evidence += evidence
        return Sight(main.facts, main.unknown, tuple(main.evidence))


def _port(url: httpx.URL) -> int:
    return url.port or {"http": 80, "https": 443}[url.scheme]


async def _observe_chain(chain: Chain, url: httpx.URL, context: ProbeContext) -> _Findings:
    found = _Findings({"redirects": list(chain.redirects)})
    found.evidence = [head_evidence(each) for each in chain.answers]
    _add_hsts(found, chain, url)
    _add_cookies(found, chain, url, context)
    if chain.final is None:
        found.unknown |= dict.fromkeys(_OF_THE_FINAL_ANSWER, chain.broken)
        return found
    await _add_final(found, chain.final)
    return found


def _add_hsts(found: _Findings, chain: Chain, url: httpx.URL) -> None:
    for answer in chain.answers:
        there = parse_url(answer.url)
        if there is not None and there.scheme == "https" and host_of(there) == host_of(url):
            found.facts["hsts"] = hsts_facts(answer.values("strict-transport-security"))
            return
    found.unknown["hsts"] = "no https response of the endpoint's host was seen; over http the header has no effect"


def _add_cookies(found: _Findings, chain: Chain, url: httpx.URL, context: ProbeContext) -> None:
    headers = []
    for answer in chain.answers:
        there = parse_url(answer.url)
        host = host_of(there) if there else ""
        third_party = is_third_party(host, host_of(url))
        headers += [(host, value, third_party) for value in answer.values("set-cookie")]
    found.facts["cookies"], dropped = cookie_facts(headers, context.now())
    if dropped:
        found.unknown["cookies"] = dropped


async def _add_final(found: _Findings, final: Answer) -> None:
    """Add what the final response says, its headers and its page together: a page can tighten or change a header."""
    found.facts |= {"status": final.status, "final_url": cap(final.url), "http_version": final.version}
    page = await _page(final)
    policies = parse_policies(final.values("content-security-policy"))
    report_only = parse_policies(final.values("content-security-policy-report-only"))
    found.facts |= header_facts(final, policies, page.meta_referrers if page else ())
    if page is None or page.head_read:
        metas = parse_meta_policies(page.meta_policies) if page else []
        found.facts["csp"] = csp_facts(policies, metas, report_only)
    else:
        # A policy may stand in what was not read. It could only tighten; what is loose so far is not established.
        reason = f"the head of the page was not read to its end: {page.cut}"
        found.unknown |= {"csp": reason, "referrer_policy": reason}
        del found.facts["referrer_policy"]
    if page is None:
        what = f"its media type is '{cap(final.media_type, 100)}'" if final.media_type else "it names no media type"
        found.unknown["page"] = f"the response is no HTML page: {what}"
    elif not 200 <= final.status < 300:  # noqa: PLR2004 # RFC 9110's class of success
        found.unknown["page"] = f"the status is {final.status}: what stands on this page is not what a visitor sees"
    else:
        facts, unknown = page.facts()
        found.facts["page"] = facts
        found.unknown |= unknown
    if page is not None:
        found.evidence.append(body_evidence(final, f"page {cap(final.url, 200)}", "text/html"))


async def _page(answer: Answer) -> Page | None:
    """Return the page, read beside the event loop; None: the answer is no HTML."""
    url = parse_url(answer.url)
    if answer.media_type not in _HTML or url is None:
        return None
    text = decode_page(answer.body, answer.values("content-type")[0])
    return await asyncio.to_thread(read_page, text, url, answer.cut)


_Part = tuple[dict[str, "Json"], dict[str, str], list["Evidence"]]


async def _observe_plain_http(client: Client, chain: Chain, url: httpx.URL) -> _Part:
    """Return the fact ``plain_http``: port 80 of the host, or the endpoint itself where it is plain http."""
    if url.scheme == "http":
        plain = chain
    else:
        try:
            beginning = url.copy_with(scheme="http", port=None)
            plain = await follow(client, beginning, limit=0, until=lambda each: each.scheme == "https")
        except ProbeError as error:
            if error.failure.kind == "connection_refused":
                return {"plain_http": {"reachable": False}}, {}, []
            reason = f"port {_HTTP_PORT}: {error}"
            return {}, {"plain_http": reason}, []
    facts: dict[str, Json] = {"reachable": True, "status": plain.answers[0].status}
    unknown = {}
    if any(str(each["location"]).startswith("https://") for each in plain.redirects):
        facts["redirects_to_https"] = True
    elif plain.broken:
        unknown["plain_http.redirects_to_https"] = plain.broken
    else:
        facts["redirects_to_https"] = False
    evidence = [] if url.scheme == "http" else [head_evidence(each) for each in plain.answers]
    return {"plain_http": facts}, unknown, evidence


async def _observe_security_txt(client: Client, url: httpx.URL, context: ProbeContext) -> _Part:
    """Return the fact ``security_txt``, from its place by RFC 9116 or the one that older versions allowed."""
    reasons = []
    for path in (WELL_KNOWN, LEGACY):
        asked = url.copy_with(path=path, query=None, fragment=None)
        try:
            chain = await follow(client, asked, limit=SIZE_LIMIT)
        except ProbeError as error:
            return {}, {"security_txt": f"{path}: {error}"}, []
        if chain.final is None:
            reasons.append(f"{path}: {chain.broken}")
        elif chain.final.status == 200:  # noqa: PLR2004 # RFC 9110: OK
            file = parse_security_txt(chain.final.body.decode("utf-8", "replace"))
            if looks_like_one(file):
                facts, unknown = security_txt_facts(file, chain.final, str(asked), context.now())
                title = f"security.txt of {cap(chain.final.url, 200)}"
                return (
                    {"security_txt": facts},
                    unknown,
                    [body_evidence(chain.final, title, "text/plain; charset=utf-8")],
                )
            if chain.final.cut:
                reasons.append(f"{path}: {chain.final.cut}")
        elif chain.final.status not in _NOT_THERE:
            reasons.append(f"{path}: status {chain.final.status}")
    if reasons:
        return {}, {"security_txt": "; ".join(reasons)}, []
    return {"security_txt": {"found": False}}, {}, []


_NOT_THERE = frozenset({404, 410})
