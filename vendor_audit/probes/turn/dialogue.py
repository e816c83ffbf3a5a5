"""Requests and answers with one listener: transactions, retransmission, credentials, stale nonces (RFC 8489, 6 and 9).

Over datagrams a request is sent again until it is answered or its time is over. RFC 8489, 6.2.1 doubles the interval
from 500 ms on and waits for up to 39.5 s; an audit does not have those, so the interval grows to a bound instead, and
the time-out of an exchange ends it. The interval follows the round trips that were measured (RFC 6298).
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.probes.interface import ProbeError
from vendor_audit.probes.turn.login import Challenge, Login, challenge_of, without_secrets
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, decode, encode
from vendor_audit.wire.stun_attributes import Endpoint, ErrorCode, error_code, xor_address_value
from vendor_audit.wire.stun_integrity import fingerprint_holds
from vendor_audit.wire.stun_names import attribute_name, method_name

if TYPE_CHECKING:
    from vendor_audit.probes.turn.channels import MessageChannel

UNAUTHENTICATED: Final = 401
ALLOCATION_MISMATCH: Final = 437
STALE_NONCE: Final = 438

_FIRST_RTO: Final = 0.5
"""Seconds until the first retransmission while no round trip is known (RFC 8489, 6.2.1)."""
_SHORTEST_RTO, _LONGEST_RTO = 0.1, 1.0
_STRAYS: Final = 64
"""Messages that answer nothing, after which a listener is given up: a flood must not hold us up."""
_FRESH_NONCES: Final = 3
"""How often a request is signed anew because its nonce was stale."""
_KEPT: Final = 400
"""Exchanges that a transcript keeps."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a request."""

    message: Message
    authenticated: bool
    """Whether its integrity shows that it comes from somebody who knows the password."""
    seconds: float | None
    """From the request to the answer; None: the request was sent more than once, so it is not known to which."""
    error: ErrorCode | None = None
    """None: a success."""

    @property
    def code(self) -> int:
        """The code of the error; 0: a success."""
        return self.error.code if self.error else 0


@dataclass(slots=True)
class Transcript:
    """What was said, without anything secret: the evidence."""

    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def add(self, exchange: dict[str, Any]) -> None:
        """Keep an exchange, unless there are too many."""
        if len(self.exchanges) < _KEPT:
            self.exchanges.append(exchange)


class Dialogue:
    """One client of one listener: everything over one channel, so one 5-tuple and at most one allocation."""

    def __init__(
        self, channel: MessageChannel, where: str, timeout: float, transcript: Transcript, hidden: Login | None = None
    ) -> None:
        """Take the way to a listener.

        Args:
            channel: the way.
            where: what errors call the listener.
            timeout: seconds for a request.
            transcript: where everything is written down.
            hidden: credentials that must not be written down, whoever repeats them.
        """
        self.timeout = timeout
        self.where = where
        self.protocol = channel.protocol
        self.heard = False
        """Whether the listener answered at all."""
        self.challenge: Challenge | None = None
        self._channel = channel
        self._transcript = transcript
        self._hidden = hidden
        self._smoothed: float | None = None
        self._variation = 0.0

    async def ask(
        self,
        method: Method,
        attributes: tuple[Attribute, ...] = (),
        login: Login | None = None,
        *,
        peer: Endpoint | None = None,
    ) -> Reply:
        """Return the answer to a request; with a login it is signed for the last challenge.

        Args:
            method: of the request.
            attributes: what it says.
            login: who sends it; None: nobody says.
            peer: for XOR-PEER-ADDRESS, which is covered with the transaction id.

        Raises:
            ProbeError: ``connection_timeout`` no answer, ``connection_refused``, ``connection_reset``, or
                ``protocol``: what came was no answer.
        """
        for _ in range(_FRESH_NONCES):
            reply = await self._ask_once(method, attributes, login, peer)
            fresh = challenge_of(reply.message) if reply.code in {UNAUTHENTICATED, STALE_NONCE} else None
            if fresh is not None:
                self.challenge = fresh
            if reply.code != STALE_NONCE or fresh is None or login is None:
                break
        return reply

    async def _ask_once(
        self, method: Method, attributes: tuple[Attribute, ...], login: Login | None, peer: Endpoint | None
    ) -> Reply:
        transaction = secrets.token_bytes(12)
        if peer:
            covered = xor_address_value(peer, transaction)
            attributes = (*attributes, Attribute(AttributeType.XOR_PEER_ADDRESS, covered))
        message = Message(MessageClass.REQUEST, method, transaction, attributes)
        challenge = self.challenge if login else None
        try:
            data = login.sign(message, challenge) if login and challenge else encode(message)
        except WireError as error:
            raise ProbeError("protocol", f"{self.where}: no request can be made for it: {error}") from error
        exchange: dict[str, Any] = {"to": self.where, "request": method_name(method), "signed": challenge is not None}
        exchange["attributes"] = [attribute_name(each.type) for each in message.attributes]
        if peer:
            exchange["peer"] = str(peer.address)
        try:
            reply = await self._transact(message, data, login, challenge)
        except ProbeError as error:
            self._transcript.add(exchange | {"answer": f"none: {error}"})
            raise
        exchange["answer"] = "success"
        if reply.error:
            exchange["answer"] = (
                f"error {reply.error.code} {without_secrets(reply.error.reason, self._hidden)}".rstrip()
            )
        exchange["answer_attributes"] = [attribute_name(each.type) for each in reply.message.attributes]
        if reply.seconds is not None:
            exchange["milliseconds"] = round(reply.seconds * 1000, 2)
        self._transcript.add(exchange)
        return reply

    async def _transact(self, request: Message, data: bytes, login: Login | None, challenge: Challenge | None) -> Reply:
        """Send a request until its answer is there (RFC 8489, 6.2.1)."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        sent, strays, doubtful = 0, 0, ""
        rto = self._rto()
        due = begin
        while True:
            now = clock()
            if now - begin >= self.timeout:
                raise ProbeError("connection_timeout", doubtful or f"{self.where}: no answer within {self.timeout:g} s")
            if now >= due:
                await self._channel.send(data)
                sent += 1
                due = now + (self.timeout if self._channel.reliable else rto)
                rto = min(rto * 2, max(_FIRST_RTO if self._smoothed else _LONGEST_RTO, self._rto()))
            arrived = await self._next(min(due, begin + self.timeout) - now)
            if arrived is None:
                continue
            authenticated = False
            try:
                answer = _answer_to(request, arrived)
                authenticated = bool(login and challenge and answer and login.holds(arrived, challenge))
            except WireError as error:
                answer, doubtful = None, f"{self.where}: what came was no STUN: {error}"
            unproven = login is not None and login.answers_prove and challenge is not None and not authenticated
            if answer is not None and unproven and answer.kind is MessageClass.SUCCESS:
                # RFC 8489, 9.2.5: such an answer counts as not received.
                answer, doubtful = None, f"{self.where}: the answer does not show that the server knows the password"
            if answer is None:
                strays += 1
                if strays >= _STRAYS:
                    raise ProbeError(
                        "protocol", doubtful or f"{self.where}: {strays} messages came that answer nothing"
                    )
                continue
            seconds = clock() - begin if sent == 1 else None
            self._learn(seconds)
            reply = self._reply(answer, authenticated=authenticated, seconds=seconds)
            self.heard = True
            return reply

    async def _next(self, seconds: float) -> bytes | None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                return await self._channel.receive()
        except TimeoutError:
            return None

    def _reply(self, answer: Message, *, authenticated: bool, seconds: float | None) -> Reply:
        if answer.kind is MessageClass.SUCCESS:
            return Reply(answer, authenticated, seconds)
        value = answer.first(AttributeType.ERROR_CODE)
        try:
            error = error_code(value or b"")
        except WireError as cause:
            raise ProbeError("protocol", f"{self.where}: an error without a readable code: {cause}") from cause
        return Reply(answer, authenticated, seconds, error)

    def _learn(self, seconds: float | None) -> None:
        """Take a round trip into the estimate (RFC 6298, 2)."""
        if seconds is None:
            return
        if self._smoothed is None:
            self._smoothed, self._variation = seconds, seconds / 2
            return
        self._variation += (abs(self._smoothed - seconds) - self._variation) / 4
        self._smoothed += (seconds - self._smoothed) / 8

    def _rto(self) -> float:
        if self._smoothed is None:
            return _FIRST_RTO
        return min(_LONGEST_RTO, max(_SHORTEST_RTO, self._smoothed + 4 * self._variation))


def _answer_to(request: Message, data: bytes) -> Message | None:
    """Return the answer that the bytes are; None: a message, but no answer to this request.

    Raises:
        WireError: they are no STUN, or damaged on the way.
    """
    message = decode(data)
    if fingerprint_holds(data) is False:
        raise WireError("the fingerprint is wrong")
    if message.transaction != request.transaction or message.method != request.method:
        return None
    return message if message.kind in {MessageClass.SUCCESS, MessageClass.ERROR} else None
