"""Whether an ordinary client trusts the chain, and which chain it gets: by whole handshakes of Python's TLS library.

First a handshake that verifies, with the public roots of this machine; and, where the vendor file names certificates
to trust, another with these alone, so that it is known which of both vouches. Only when the chain does not verify, a
third one fetches it unverified. The host name is judged elsewhere (`names`): an untrusted certificate may still have
the right name, and the other way round.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, cast

from vendor_audit.probes.interface import ProbeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vendor_audit.observation import Failure
    from vendor_audit.probes.tls.peer import Peer

_REASONS: Final = {
    2: "unknown issuer",
    7: "invalid signature",
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed root in the chain",
    20: "unknown issuer",
    21: "incomplete chain",
    22: "chain too long",
    23: "revoked",
    24: "invalid chain",
    25: "invalid chain",
    26: "wrong purpose",
    66: "weak key",
    67: "weak key",
    68: "weak signature",
    79: "invalid chain",
}
"""OpenSSL's numbers (X509_V_ERR_..., documented in X509_STORE_CTX_get_error(3)) in plain words."""
_ABOUT_THE_ANCHOR: Final = frozenset({2, 18, 19, 20, 21})
_WEAK: Final = frozenset(
    {"EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "DH_KEY_TOO_SMALL", "CA_MD_TOO_WEAK", "EE_KEY_TOO_SMALL_"}
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the library's handshakes told."""

    trusted: bool | None = None
    """None: no handshake came so far that the chain was judged."""
    error: str = ""
    """Why it is not trusted."""
    anchor: str = ""
    """``system`` or ``vendor file``; only where it is trusted."""
    chain: tuple[bytes, ...] = ()
    """DER, as the server sent it; empty: not obtained."""
    chain_complete: bool = True
    """False: only the server's own certificate could be had, although more may have been sent."""
    doubt: str = ""
    """Why it is not known whether it is trusted."""
    is_tls: bool = False
    """Whether anything in these handshakes showed that the server speaks TLS."""
    failure: Failure | None = None


async def look_at_trust(peer: Peer, anchors: str) -> Trust:
    """Return whether the chain is trusted, why not, and the chain itself."""
    return await _look(peer, anchors, lenient=False)


async def look_again(peer: Peer, anchors: str) -> Trust:
    """Return what `look_at_trust` does, for a server with which an ordinary client cannot shake hands at all.

    Old versions and weak suites are granted, so that at least the chain is judged.
    """
    return await _look(peer, anchors, lenient=True)


async def _look(peer: Peer, anchors: str, *, lenient: bool) -> Trust:
    attempts = [_verify(peer, "system", "", lenient=lenient)]
    if anchors:
        attempts.append(_verify(peer, "vendor file", anchors, lenient=lenient))
    best = _best(await asyncio.gather(*attempts))
    if best.trusted is not False:
        return best
    chain, complete, _ = await _fetch(peer, lenient_context() if lenient else ordinary_context(None))
    return Trust(trusted=False, error=best.error, chain=chain, chain_complete=complete, is_tls=True)


def _best(found: Sequence[Trust]) -> Trust:
    """Return what the attempts with different anchors come to: trusted if one of them trusts.

    That one set of anchors does not know the issuer says nothing about another that could not be asked.
    """
    trusting = [each for each in found if each.trusted]
    unasked = [each for each in found if each.trusted is None]
    refused = sorted((each for each in found if each.trusted is False), key=_vagueness)
    precise = [each for each in refused if not _vagueness(each)]
    return (trusting or precise or unasked or refused)[0]


def _vagueness(trust: Trust) -> bool:
    """Return a sort key: "expired" says more than "unknown issuer", which the other anchors may not have said."""
    return trust.error in {_REASONS[code] for code in _ABOUT_THE_ANCHOR}


async def _verify(peer: Peer, anchor: str, pem: str, *, lenient: bool = False) -> Trust:
    try:
        context = await asyncio.to_thread(_verifying_context, pem, lenient=lenient)
    except (ssl.SSLError, ValueError, TypeError) as error:
        return Trust(doubt=f"the certificates that the vendor file trusts cannot be read: {error}")
    chain, complete, problem = await _fetch(peer, context)
    if problem is None:
        return Trust(trusted=True, anchor=anchor, chain=chain, chain_complete=complete, is_tls=True)
    cause = problem.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        words = _REASONS.get(cause.verify_code, cause.verify_message or "not trusted")
        return Trust(trusted=False, error=words, is_tls=True)
    if isinstance(cause, ssl.SSLError) and cause.reason in _WEAK:
        return Trust(trusted=False, error="weak signature" if "MD" in cause.reason else "weak key", is_tls=True)
    spoke = isinstance(cause, ssl.SSLError) and cause.reason not in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", None}
    return Trust(doubt=problem.failure.message, is_tls=spoke, failure=problem.failure)


async def _fetch(peer: Peer, context: ssl.SSLContext) -> tuple[tuple[bytes, ...], bool, ProbeError | None]:
    """Return chain, whether it is complete, and what went wrong."""
    try:
        async with peer.library_connection(context) as tls:
            chain, complete = sent_chain(tls)
            return chain, complete, None
    except ProbeError as error:
        return (), True, error


class _Certificate(Protocol):
    def public_bytes(self, form: int) -> bytes: ...


_DER: Final = 2
"""OpenSSL's number for DER in the module behind `ssl`."""


def sent_chain(tls: ssl.SSLObject | ssl.SSLSocket) -> tuple[tuple[bytes, ...], bool]:
    """Return the certificates as the server sent them, and whether these are all.

    Python has a public way from 3.13 on. Before, the object behind `ssl.SSLObject` has it; where that is not so, only
    the server's own certificate is to be had.
    """
    public = getattr(tls, "get_unverified_chain", None)
    if public is not None:
        return tuple(bytes(each) for each in public()), True
    hidden = getattr(getattr(tls, "_sslobj", None), "get_unverified_chain", None)
    if hidden is not None:
        fetch = cast("Callable[[], Iterable[_Certificate] | None]", hidden)
        return tuple(each.public_bytes(_DER) for each in fetch() or ()), True
    own = tls.getpeercert(binary_form=True)
    return ((own,) if own else ()), False


@lru_cache(maxsize=8)
def _verifying_context(pem: str, *, lenient: bool) -> ssl.SSLContext:
    """Return a context that verifies with public roots, or with the given certificates alone.

    Raises:
        ssl.SSLError: the PEM text is none.
    """
    context = lenient_context() if lenient else ordinary_context(None)
    context.verify_mode = ssl.CERT_REQUIRED
    if pem:
        context.load_verify_locations(cadata=pem)
        # Who writes an intermediate certificate into the vendor file means to trust it.
        context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def ordinary_context(protocols: list[str] | None) -> ssl.SSLContext:
    """Return a context with the library's ordinary settings that verifies nothing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


def lenient_context() -> ssl.SSLContext:
    """Return a context that verifies nothing and grants old versions and weak suites, as far as the library can.

    Nothing secret ever goes through it: its handshakes end with the certificate.
    """
    context = ordinary_context(None)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    return context
