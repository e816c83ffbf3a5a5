"""One DTLS server: a hello goes out, its answer comes back, whatever datagrams are lost on the way.

Every question has a channel of its own and ends with an alert, so that the server need not keep what was begun.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from vendor_audit.observation import Failure
from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.tls.answers import Answer, Kind
from vendor_audit.wire.dtls_hello import HELLO_VERIFY_REQUEST, parse_hello_verify_request
from vendor_audit.wire.dtls_records import Assembler, Message, Sealed, encode_alert, is_dtls
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.tls_records import Alert, Handshake
from vendor_audit.wire.tls_server_messages import MessageType, parse_server_hello
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

    from vendor_audit.probes.datagrams import DatagramChannel
    from vendor_audit.wire.dtls_hello import DtlsClientHello

    OpenChannel = Callable[[], AbstractAsyncContextManager[DatagramChannel]]
    """Gives a fresh way to the server: a UDP socket of its own, or the nominated pair of a session of its own."""
    Enough = Callable[[Answer], bool]

_FIRST_WAIT, _LONGEST_WAIT = 0.25, 1.0
"""Seconds until the hello is sent again, doubled each time. RFC 9147, 5.8.2 allows less than RFC 6347's second."""
_MOST_COOKIES: Final = 3
_KEPT: Final = 4_096
_PATIENCE: Final = 3
"""Silent conversations before the rest is not asked any more."""
_HANDSHAKE_FAILURE: Final = 40
_RECORD: Final = DtlsVersion.DTLS12


class DtlsPeer:
    """A server to ask. Counts its questions, and stops asking one that has gone silent."""

    def __init__(self, open_channel: OpenChannel, seconds: float, *, budget: int, at_once: int, tries: int = 2) -> None:
        """Take the way to the server and the limits.

        Args:
            open_channel: a fresh channel for each question.
            seconds: for one try of one question.
            budget: questions in all.
            at_once: questions at the same time, each of which leaves the server half-way in a handshake.
            tries: how often a question is asked that stays without any answer.
        """
        self.asked = 0
        self.cookie_seen: bool | None = None
        """Whether the server asked for a cookie before it answered; None: it never answered."""
        self.received: list[tuple[str, bytes]] = []
        """What each question was about, and the first datagrams of its answer."""
        self._open = open_channel
        self._seconds = seconds
        self._budget = budget
        self._slots = asyncio.Semaphore(at_once)
        self._tries = tries
        self._silent = 0

    async def ask(self, hello: DtlsClientHello, enough: Enough, about: str = "") -> Answer:
        """Return the answer to a hello; asks again where none came. Never raises for what the server does."""
        answer = Answer(Kind.SKIPPED, "not asked")
        for _ in range(self._tries):
            async with self._slots:
                if reason := self._gives_up():
                    return answer if answer.kind is not Kind.SKIPPED else Answer(Kind.SKIPPED, reason)
                self.asked += 1
                answer = await self._ask_once(hello, enough)
            if answer.kind is not Kind.SILENT:
                self._silent = 0
                break
            self._silent += 1
        if answer.received:
            self.received.append((about, answer.received))
        return answer

    async def _ask_once(self, hello: DtlsClientHello, enough: Enough) -> Answer:
        try:
            async with self._open() as channel:
                return await _Conversation(channel, hello, enough, self).run(self._seconds)
        except ProbeError as error:
            return Answer(Kind.UNCONNECTED, error.failure.message, failure=error.failure)

    def _gives_up(self) -> str:
        if self._silent >= _PATIENCE * self._tries:
            return "not asked, because the server stayed without an answer too often"
        if self.asked >= self._budget:
            return f"not asked, because {self._budget} handshakes are the most that one look begins"
        return ""


class _Conversation:
    """One hello and what comes of it."""

    def __init__(self, channel: DatagramChannel, hello: DtlsClientHello, enough: Enough, peer: DtlsPeer) -> None:
        self._channel = channel
        self._hello = hello
        self._enough = enough
        self._peer = peer
        self._assembler = Assembler()
        self._records = self._hellos = 0
        self._received = b""
        self._messages: list[Handshake] = []
        self._partial: Answer | None = None
        self._answer: Answer | None = None
        self._foreign = 0

    async def run(self, seconds: float) -> Answer:
        """Return the answer."""
        try:
            async with asyncio.timeout(seconds):
                await self._talk()
        except TimeoutError:
            self._answer = self._silence(seconds)
        except WireError as error:
            self._answer = Answer(Kind.BROKEN, f"the server's answer is malformed: {error}", received=self._received)
        answer = self._answer or Answer(Kind.SILENT, "the server did not answer")
        if answer.kind is not Kind.ALERT:
            # A server that has gone needs no farewell.
            with contextlib.suppress(ProbeError):
                await self._channel.send(encode_alert(_RECORD, self._records, _HANDSHAKE_FAILURE))
        return answer

    async def _talk(self) -> None:
        wait = _FIRST_WAIT
        await self._send()
        while self._answer is None:
            try:
                async with asyncio.timeout(wait):
                    datagram = await self._channel.receive()
            except TimeoutError:
                await self._send()
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            await self._take(datagram)

    async def _send(self) -> None:
        for datagram in self._hello.to_datagrams(self._hellos, self._records):
            self._records += 1
            await self._channel.send(datagram)

    async def _take(self, datagram: bytes) -> None:
        if not is_dtls(datagram):
            self._foreign += 1
            return
        self._received += datagram[: max(0, _KEPT - len(self._received))]
        for each in self._assembler.feed(datagram):
            if isinstance(each, Alert):
                self._alert(each)
            elif isinstance(each, Sealed):
                continue
            elif each.kind == HELLO_VERIFY_REQUEST and self._partial is None:
                await self._repeat(each)
            else:
                self._message(each)
            if self._answer is not None:
                return

    async def _repeat(self, request: Message) -> None:
        """Send the hello again with the cookie that the server asks for (RFC 6347, 4.2.1)."""
        if self._hellos >= _MOST_COOKIES:
            raise WireError("it asks for one cookie after the other")
        self._peer.cookie_seen = True
        self._hello = replace(self._hello, cookie=parse_hello_verify_request(request.body))
        self._hellos += 1
        await self._send()

    def _alert(self, alert: Alert) -> None:
        if not alert.fatal:
            return
        kind = Kind.BROKEN if self._partial is not None else Kind.ALERT
        self._answer = Answer(kind, f"alert {alert}", alert=alert, received=self._received)

    def _message(self, message: Message) -> None:
        self._messages.append(Handshake(message.kind, message.body))
        if self._partial is None:
            if message.kind != MessageType.SERVER_HELLO:
                raise WireError(f"the first handshake message is of type {message.kind}, not a ServerHello")
            hello = parse_server_hello(message.body)
            self._peer.cookie_seen = bool(self._peer.cookie_seen) or hello.retry
            self._partial = Answer(Kind.HELLO, hello=hello, hello_body=message.body)
        so_far = replace(self._partial, messages=tuple(self._messages), received=self._received)
        if self._enough(so_far):
            self._answer = so_far

    def _silence(self, seconds: float) -> Answer:
        if self._partial is not None:
            # What the server chose is established, whatever became of the rest.
            detail = f"the rest of the server's flight did not come within {seconds:g} s"
            return replace(self._partial, detail=detail, messages=tuple(self._messages), received=self._received)
        if self._received:
            return Answer(
                Kind.SILENT, f"the server did not end its answer within {seconds:g} s", received=self._received
            )
        if self._foreign:
            return Answer(Kind.NOT_TLS, "what the server answers is no DTLS")
        return Answer(Kind.SILENT, f"the server did not answer within {seconds:g} s")


def failure_of(answer: Answer) -> Failure:
    """Return why nothing at all could be observed, from the answer to the first question."""
    if answer.failure is not None:
        return answer.failure
    kinds = {Kind.SILENT: "connection_timeout", Kind.NOT_TLS: "not_tls"}
    return Failure(kinds.get(answer.kind, "protocol"), f"no DTLS handshake could be begun: {answer.detail}")
