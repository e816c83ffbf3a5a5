"""Fetches what operators publish about their networks into the user's cache.

It stands among the probes because this is where the network may be touched; it is no probe, for it looks at no vendor.
https only, certificates verified, redirects held to the address policy, everything bounded in size and time. What did
not change since the last time is not sent again (ETag, Last-Modified).
"""

from __future__ import annotations

import asyncio
import io
import re
import ssl
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import httpx
import maxminddb

from vendor_audit.location.cache import BrokenCopyError, Part
from vendor_audit.location.operators.declared import InvalidOperatorFileError
from vendor_audit.location.operators.formats import DATABASE
from vendor_audit.probes.http.exchange import USER_AGENT
from vendor_audit.probes.http.follow import host_of, parse_url
from vendor_audit.probes.http.transport import NetworkTransport
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vendor_audit.location.cache import Cache, Note
    from vendor_audit.location.published import Published
    from vendor_audit.probes.network import Network

MOST_BYTES = 50_000_000
"""Of a file as it is sent. The largest known, Azure's, has 5 MB; a database of countries, packed, 4 MB."""
MOST_UNPACKED = 200_000_000
"""Of a database after decompression."""
SECONDS = 120.0
"""For one file, from the first name that is looked up to the last byte."""
_MOST_REDIRECTS = 5
_NOT_MODIFIED = 304
_OK = 200


@dataclass(frozen=True, slots=True)
class Update:
    """What became of one file."""

    name: str
    result: str
    """``new``, ``unchanged`` or ``failed``."""
    note: Note | None
    """Of what is in the cache now; None: nothing is."""
    reason: str = ""
    """Why it failed; empty: it did not."""


async def update(
    what: Sequence[Published],
    cache: Cache,
    network: Network,
    now: datetime,
    urls: Mapping[str, Sequence[str]],
) -> list[Update]:
    """Fetch the current files of operators, side by side, and return what became of each. Failures are data.

    Args:
        what: to fetch.
        cache: where to.
        network: the way out; it enforces pins and limits.
        now: UTC, aware.
        urls: name -> addresses to ask in place of the published ones.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_update(each, cache, network, now, urls.get(each.name, each.urls))) for each in what]
    return [each.result() for each in tasks]


async def _update(what: Published, cache: Cache, network: Network, now: datetime, urls: Sequence[str]) -> Update:
    before = _note(cache, what.name)
    try:
        async with asyncio.timeout(SECONDS):
            parts = await _parts(what, network, now, urls, before)
        if parts is None and before is not None:
            return Update(what.name, "unchanged", await asyncio.to_thread(cache.confirm, before, now))
        note = await asyncio.to_thread(cache.store, what, parts or [], now)
    except TimeoutError:
        return Update(what.name, "failed", before, f"it had not come within {SECONDS:g} s")
    except (ProbeError, InvalidOperatorFileError, OSError) as error:
        return Update(what.name, "failed", before, str(error))
    same = before is not None and [each["sha256"] for each in before.parts] == [each["sha256"] for each in note.parts]
    return Update(what.name, "unchanged" if same else "new", note)


def _note(cache: Cache, name: str) -> Note | None:
    """Return what is known of the copy; None also of a broken one, which is then fetched anew."""
    try:
        return cache.note(name)
    except BrokenCopyError:
        return None


async def _parts(
    what: Published, network: Network, now: datetime, urls: Sequence[str], before: Note | None
) -> list[Part] | None:
    """Return the parts of a file; None: none of them has changed.

    A file of several parts is asked for as a whole, so that its parts are of one time.
    """
    if what.link:
        urls = [await _linked(what, network, urls[0])]
    known = {each["url"]: each for each in before.parts} if before and len(urls) == 1 else {}
    parts = []
    for url in urls:
        part = await _get_dated(url, network, now, known)
        if part is None:
            return None
        parts.append(_unpacked(part) if what.format == DATABASE else part)
    return parts


async def _linked(what: Published, network: Network, url: str) -> str:
    """Return the address of the file that a page names; the file itself may be given in the page's place."""
    if re.fullmatch(what.link, url) or url.endswith(".json"):
        return url
    page = await _get(url, network, {})
    found = re.search(what.link, page.content.decode("utf-8", "replace")) if page else None
    if found is None:
        raise ProbeError("protocol", f"{url} names no file of {what.operator} that we know: give it with --from")
    return found[0]


async def _get_dated(url: str, network: Network, now: datetime, known: Mapping[str, Mapping[str, str]]) -> Part | None:
    """Return what a URL leads to; where it has ``{month}``, that of this month or, if it is not out, of the last."""
    if "{month}" not in url:
        return await _get(url, network, known.get(url, {}))
    last = f"{now.year - (now.month == 1)}-{(now.month - 2) % 12 + 1:02d}"
    this = url.replace("{month}", f"{now:%Y-%m}")
    try:
        return await _get(this, network, known.get(this, {}))
    except ProbeError as error:
        if error.failure.kind != "http_status":
            raise
    before = url.replace("{month}", last)
    return await _get(before, network, known.get(before, {}))


async def _get(url: str, network: Network, known: Mapping[str, str]) -> Part | None:
    """Return what a URL leads to, redirects followed; None: it has not changed since it was known.

    Raises:
        ProbeError: it is no https URL, or of the network, of TLS, of HTTP.
    """
    headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    if known.get("etag"):
        headers["If-None-Match"] = known["etag"]
    if known.get("modified"):
        headers["If-Modified-Since"] = known["modified"]
    here = parse_url(url)
    tls = await asyncio.to_thread(_verifying, network.settings.trust_anchors)
    for _ in range(_MOST_REDIRECTS + 1):
        if here is None or here.scheme != "https":
            raise ProbeError("protocol", f"{url} is no https URL, or leads to one that is none")
        async with NetworkTransport(network, host_of(parse_url(url) or here), tls=tls) as transport:
            request = httpx.Request("GET", here.copy_with(userinfo=b"", fragment=None), headers=headers)
            response = await transport.handle_async_request(request)
            try:
                if response.status_code == _NOT_MODIFIED and known:
                    return None
                location = response.headers.get("location", "")
                if not (response.is_redirect and location):
                    return await _read(response, url)
            finally:
                await response.aclose()
        here = parse_url(str(here.join(location)))
    raise ProbeError("protocol", f"{url}: more than {_MOST_REDIRECTS} redirects")


async def _read(response: httpx.Response, url: str) -> Part:
    if response.status_code != _OK:
        raise ProbeError("http_status", f"{url} answered with status {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ProbeError("protocol", f"{url} answered in an encoding that was not asked for")
    content = bytearray()
    async for chunk in response.stream:  # type: ignore[union-attr] # an async transport gives async streams
        content += chunk
        if len(content) > MOST_BYTES:
            raise ProbeError("too_large", f"{url} has more than {MOST_BYTES:,} bytes")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 12 and int(announced) != len(content):  # noqa: PLR2004 # digits of a size
        raise ProbeError("protocol", f"{url} broke off after {len(content):,} of {int(announced):,} bytes")
    return Part(
        url,
        bytes(content),
        response.headers.get("etag", "")[:200],
        response.headers.get("last-modified", "")[:100],
    )


def _unpacked(part: Part) -> Part:
    """Return a database that came packed (gzip), once it is known to be one.

    Raises:
        InvalidOperatorFileError: it is none, or more than may be unpacked.
    """
    content = part.content
    if content[:2] == b"\x1f\x8b":
        machine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            content = machine.decompress(content, MOST_UNPACKED)
        except zlib.error as error:
            raise InvalidOperatorFileError(f"its compression is broken: {error}") from error
        if not machine.eof:
            raise InvalidOperatorFileError(f"it breaks off, or unpacks to more than {MOST_UNPACKED:,} bytes")
    try:
        with maxminddb.open_database(io.BytesIO(content), maxminddb.MODE_FD) as reader:
            reader.metadata()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, maxminddb.InvalidDatabaseError) as error:
        raise InvalidOperatorFileError(f"it is no MaxMind DB: {error}"[:300]) from error
    return Part(part.url, content, part.etag, part.modified)


def checked_file(what: Published, content: bytes, name: str) -> Part:
    """Return a file that the user gives in the place of one to fetch.

    Raises:
        InvalidOperatorFileError: it is a database that cannot be read. Other formats are checked when it is stored.
    """
    part = Part(name, content)
    return _unpacked(part) if what.format == DATABASE else part


@lru_cache(maxsize=2)
def _verifying(anchors: str) -> ssl.SSLContext:
    """Return how TLS is spoken: the public roots and these certificates (PEM) vouch for the operator."""
    context = ssl.create_default_context()
    if anchors:
        context.load_verify_locations(cadata=anchors)
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context
