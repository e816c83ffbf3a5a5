"""Documents from the web: asked for as a browser would, every hop held to the address policy, everything bounded."""

from __future__ import annotations

import asyncio
import ssl
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NoReturn

from vendor_audit.probes.document.original import SAVE_IT, SIZE_LIMIT, Original
from vendor_audit.probes.document.pages import wrong_page
from vendor_audit.probes.http.exchange import Client
from vendor_audit.probes.http.follow import Chain, follow, host_of, parse_url
from vendor_audit.probes.http.text import cap
from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from vendor_audit.probes.http.exchange import Answer
    from vendor_audit.probes.interface import ProbeContext

MOST_REDIRECTS = 5
FETCH_SECONDS = 60.0
"""For everything from the first name that is looked up to the last byte."""
_BODY_SECONDS = 30.0


async def fetch(location: str, context: ProbeContext, *, limit: int = SIZE_LIMIT, seconds: float = 0) -> Original:
    """Return the document that a URL leads to.

    Args:
        location: the URL, http or https, as the operator wrote it.
        context: of the probe; its network decides which addresses may be contacted.
        limit: bytes of the document, unpacked.
        seconds: for everything; 0: `FETCH_SECONDS`.

    Raises:
        ProbeError: of the network and of HTTP as in the http probe; ``not_tls`` also where nobody vouches for the
            server; ``http_status``, ``login_page``, ``error_page``, ``empty``, ``too_large``, ``too_slow``.
    """
    url = parse_url(location)
    if url is None:
        raise ProbeError("protocol", f"{cap(location, 200)} is no http or https URL")
    most = seconds or FETCH_SECONDS
    tls = await asyncio.to_thread(_verifying, context.network.settings.trust_anchors)
    client = Client(
        context.network,
        host_of(url),
        context.timeout,
        body_timeout=min(max(_BODY_SECONDS, context.timeout), most),
        whole=True,
        tls=tls,
    )
    try:
        async with asyncio.timeout(most):
            chain = await follow(client, url, limit=limit, most=MOST_REDIRECTS)
    except TimeoutError as error:
        raise ProbeError("too_slow", f"{cap(location, 200)} had not come within {most:g} s") from error
    except ProbeError as error:
        _explain(error)
    return await _original(chain)


async def _original(chain: Chain) -> Original:
    answer = chain.final
    if answer is None:
        _explain(ProbeError(chain.broken_kind, f"{cap(chain.answers[0].url, 200)}: {chain.broken}"))
    source = cap(answer.url)
    _check_status(answer, source)
    if answer.cut:
        raise ProbeError(answer.cut_kind, f"{source} could not be read whole: {answer.cut}")
    if not answer.body.strip():
        raise ProbeError("empty", f"{source} is empty")
    wrong = await asyncio.to_thread(wrong_page, answer, redirected=len(chain.answers) > 1)
    if wrong is not None:
        raise wrong
    url = parse_url(answer.url)
    return Original(source, PurePosixPath(url.path).name if url else "", answer.body)


def _check_status(answer: Answer, source: str) -> None:
    if answer.status == 401:  # noqa: PLR2004 # RFC 9110, 15.5.2: Unauthorized
        raise ProbeError("login_page", f"{source} asks for a login (status 401): {SAVE_IT}")
    if not 200 <= answer.status < 300:  # noqa: PLR2004 # RFC 9110's class of success
        raise ProbeError("http_status", f"{source} answered with status {answer.status}: the document is not there")


def _explain(error: ProbeError) -> NoReturn:
    """Raise the error again, with what to do where it is the certificate that nobody vouches for."""
    if error.failure.kind != "not_tls":
        raise error
    raise ProbeError(
        "not_tls",
        f"{error}; what comes over such a connection may be anybody's document: {SAVE_IT}, or name the certificate "
        "to trust with 'network: {trust: [...]}' in the vendor file",
    ) from error


@lru_cache(maxsize=8)
def _verifying(anchors: str) -> ssl.SSLContext:
    """Return how an ordinary client speaks TLS, which trusts the public roots and these certificates (PEM).

    Other than the http probe, which judges what it gets, this one takes a text from it: it must be the vendor's.
    """
    context = ssl.create_default_context()
    if anchors:
        context.load_verify_locations(cadata=anchors)
        # Who writes an intermediate certificate into the vendor file means to trust it.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    return context
