"""The lab's media server: WHIP (RFC 9725), ICE-lite on one UDP port, and DTLS-SRTP. Media that arrives is dropped."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from vendor_audit.lab.datagrams import datagrams
from vendor_audit.lab.dtls import DtlsEnd, DtlsSettings, digest_of, dtls_context
from vendor_audit.lab.ice_lite import answer_check
from vendor_audit.lab.ports import ADDRESS
from vendor_audit.lab.session_answer import Answerer, can_be_answered, digests_of, role_for
from vendor_audit.lab.web import Request, Response
from vendor_audit.wire.demux import Protocol, protocol_of
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.sdp import parse

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from types import TracebackType

    from vendor_audit.lab.certificates import Issued
    from vendor_audit.lab.datagrams import Send
    from vendor_audit.lab.streams import Peer
    from vendor_audit.wire.sdp import Description

ENDPOINT = "/whip/audit"
"""The path of the WHIP endpoint."""
METHODS = ("OPTIONS", "POST", "DELETE")
"""What it takes; GET, HEAD and PUT get 405 (RFC 9725, 4.2), PATCH too, as nothing trickles here."""

_RESOURCE = "/whip/session/"
_SDP = "application/sdp"
_MOST_SESSIONS = 40
_QUIET_SECONDS = 30.0
"""A session ends when no check came for so long: the client's consent has ended (RFC 7675, 5.1)."""
_MOST_PEERS = 10
"""Addresses of a client that may send."""


@dataclass(slots=True)
class Session:
    """One client."""

    fragment: str
    password: str
    client_digests: set[tuple[str, str]]
    """Of the certificates that the client may show."""
    role: str
    """Ours in DTLS: ``active`` or ``passive``."""
    end: DtlsEnd | None = None
    peers: list[Peer] = field(default_factory=list)
    """From where the client's checks came."""
    selected: Peer | None = None
    timer: asyncio.TimerHandle | None = None
    connected: bool = False
    """Whether the handshake is done, with the certificate that the offer announced."""


class MediaServer:
    """``async with MediaServer(...):`` serves media; `handle` is what its web host answers."""

    def __init__(
        self,
        media: socket.socket,
        issued: Issued,
        dtls: DtlsSettings,
        *,
        token: str = "",
        ice_servers: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        """Take where and how media is served.

        Args:
            media: a bound UDP socket, which the server then owns.
            issued: the certificate, whose fingerprint is in every answer.
            dtls: how DTLS is spoken.
            token: that a client has to show (RFC 6750); empty: none.
            ice_servers: gives the values of Link headers (RFC 9725, 4.6).
        """
        self.sessions: dict[str, Session] = {}
        """By the user name fragment that we gave."""
        self.begun = 0
        """How many there have been."""
        self._media = media
        self._port = media.getsockname()[1]
        self._context = dtls_context(dtls, issued)
        self._fingerprint = digest_of(x509.load_pem_x509_certificate(issued.certificate), hashes.SHA256())
        self._token = token
        self._ice_servers = ice_servers
        self._resources: dict[str, str] = {}
        self._send: Send = lambda _data, _peer: None
        self._running = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        async with contextlib.AsyncExitStack() as stack:
            self._send = await stack.enter_async_context(datagrams(self._media, self._take))
            stack.callback(self._end_all)
            self._running = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop: no session, no socket and no timer is left."""
        await self._running.aclose()

    # Signalling.

    def handle(self, request: Request) -> Response:
        """Return the answer to a request of WHIP."""
        if request.path == ENDPOINT and request.method == "OPTIONS":
            allowed = ", ".join(METHODS)
            return Response(204, headers=(("Accept-Post", _SDP), ("Access-Control-Allow-Methods", allowed)))
        known = request.path == ENDPOINT or request.path in self._resources
        if known and not self._may(request):
            return Response(401, headers=(("WWW-Authenticate", "Bearer"),))
        if request.path == ENDPOINT and request.method == "POST":
            return self._post(request)
        if request.path in self._resources and request.method == "DELETE":
            self._end(self._resources.pop(request.path))
            return Response(200)
        if not known:
            return Response(404)
        return Response(405, headers=(("Allow", "OPTIONS, POST" if request.path == ENDPOINT else "DELETE"),))

    def _may(self, request: Request) -> bool:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        return not self._token or (
            scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), self._token.encode())
        )

    def _post(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _SDP:
            return Response(415, headers=(("Accept-Post", _SDP),))
        text = request.body.decode("utf-8", "replace")
        try:
            offer = parse(text)
        except WireError as error:
            return Response(400, f"{error}\n".encode())
        if not can_be_answered(offer):
            return Response(422, b"No audio or video with DTLS-SRTP is offered.\n")
        if len(self.sessions) >= _MOST_SESSIONS:
            return Response(503, headers=(("Retry-After", str(int(_QUIET_SECONDS))),))
        session = self._begin(offer)
        answer = Answerer(session.fragment, session.password, self._fingerprint, ADDRESS, self._port)
        resource = f"{_RESOURCE}{secrets.token_urlsafe(16)}"
        self._resources[resource] = session.fragment
        links = [("Link", each) for each in self._ice_servers()]
        headers = (("Location", resource), ("ETag", f'"{session.fragment}"'), *links)
        return Response(201, answer.answer(text, offer).encode(), _SDP, headers)

    # Sessions.

    def _begin(self, offer: Description) -> Session:
        session = Session(secrets.token_hex(4), secrets.token_hex(16), digests_of(offer), role_for(offer))
        self.sessions[session.fragment] = session
        self.begun += 1
        self._live_on(session)
        return session

    def _live_on(self, session: Session) -> None:
        if session.timer:
            session.timer.cancel()
        session.timer = asyncio.get_running_loop().call_later(_QUIET_SECONDS, self._end, session.fragment)

    def _end(self, fragment: str) -> None:
        session = self.sessions.pop(fragment, None)
        if session is None:
            return
        if session.timer:
            session.timer.cancel()
        if session.end:
            session.end.end()
        self._resources = {path: each for path, each in self._resources.items() if each != fragment}

    def _end_all(self) -> None:
        for fragment in tuple(self.sessions):
            self._end(fragment)

    # Media.

    def _take(self, data: bytes, peer: Peer) -> None:
        """Sort a datagram (RFC 7983, 7)."""
        match protocol_of(data):
            case Protocol.STUN:
                self._check(data, peer)
            case Protocol.DTLS:
                session = next((each for each in self.sessions.values() if peer in each.peers), None)
                if session:
                    self._take_dtls(session, data, peer)
            case _:
                pass  # media: nobody is there to see it

    def _check(self, data: bytes, peer: Peer) -> None:
        def password_of(fragment: str) -> str | None:
            session = self.sessions.get(fragment)
            return session.password if session else None

        check = answer_check(data, peer, password_of)
        if check is None:
            return
        self._send(check.answer, peer)
        session = self.sessions.get(check.session)
        if session is None:
            return
        self._live_on(session)
        if peer not in session.peers and len(session.peers) < _MOST_PEERS:
            session.peers.append(peer)
        if check.nominated and peer in session.peers:
            session.selected = peer
            if session.role == "active" and session.end is None:
                session.end = self._new_end(session)
                session.end.start()

    def _take_dtls(self, session: Session, data: bytes, peer: Peer) -> None:
        session.selected = session.selected or peer
        if session.end is None and session.role == "passive":
            session.end = self._new_end(session)
        end = session.end
        if end is None:
            return  # the client may not say hello: we do, once it has nominated a pair
        end.take(data)
        if end.established and not end.ended and not session.connected:
            shown = any(end.peer_digest(algorithm) == digest for algorithm, digest in session.client_digests)
            session.connected = shown
            if not shown:
                end.end()  # RFC 8827, 6.5: not the one who made the offer

    def _new_end(self, session: Session) -> DtlsEnd:
        def send(data: bytes) -> None:
            if session.selected:
                self._send(data, session.selected)

        return DtlsEnd(self._context, send, lambda _data: None, client=session.role == "active")
