"""What is found of a DTLS server, and how much of its flight a question needs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from vendor_audit.probes.tls.answers import Answer, Doubts, Say
from vendor_audit.wire.cipher_suites import cipher_suite
from vendor_audit.wire.tls_server_messages import MessageType
from vendor_audit.wire.versions import DtlsVersion

if TYPE_CHECKING:
    from collections.abc import Coroutine

_T = TypeVar("_T")


@dataclass(slots=True)
class VersionFound:
    """What a server says to a version."""

    version: DtlsVersion
    say: Say
    reason: str
    answer: Answer
    suites: tuple[int, ...]
    """What was offered."""


@dataclass(slots=True)
class DtlsScan:
    """Everything that was found of a server."""

    versions: list[VersionFound]
    suites: dict[DtlsVersion, set[int]] = field(default_factory=dict)
    suite_doubts: Doubts = field(default_factory=Doubts.none)
    server_preference: bool | None = None
    groups: set[int] = field(default_factory=set)
    group_doubts: Doubts = field(default_factory=Doubts.none)
    primes: set[int] = field(default_factory=set)
    profiles: list[int] = field(default_factory=list)
    """In the order in which the server prefers them."""
    profile_doubts: Doubts = field(default_factory=Doubts.none)
    profiles_asked: bool = False
    mki: bool | None = None
    """Whether it chose a profile with an MKI."""
    chain: tuple[bytes, ...] = ()
    still_there: bool = True

    @property
    def best(self) -> VersionFound | None:
        """The newest version that it accepts and whose handshake is in plaintext."""
        older = [each for each in self.versions if each.version is not DtlsVersion.DTLS13 and each.say is Say.YES]
        return older[-1] if older else None


def hello_is_enough(_answer: Answer) -> bool:
    """Stop reading at the ServerHello."""
    return True


def key_exchange_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerKeyExchange, or where it would have come."""
    last = {MessageType.SERVER_KEY_EXCHANGE, MessageType.CERTIFICATE_REQUEST, MessageType.SERVER_HELLO_DONE}
    return _is_sealed(answer) or any(each.kind in last for each in answer.messages)


def prime_is_needed(answer: Answer) -> bool:
    """Stop reading at the ServerHello, unless a prime of the server's choice follows."""
    if answer.hello is None or not cipher_suite(answer.hello.suite).key_exchange.startswith("DHE"):
        return True
    return key_exchange_is_needed(answer)


def whole_flight_is_needed(answer: Answer) -> bool:
    """Stop reading at the end of the server's flight."""
    return _is_sealed(answer) or any(each.kind == MessageType.SERVER_HELLO_DONE for each in answer.messages)


def _is_sealed(answer: Answer) -> bool:
    return answer.hello is not None and answer.hello.version == DtlsVersion.DTLS13


async def side_by_side(*jobs: Coroutine[Any, Any, _T]) -> list[_T]:
    """Return what the jobs return. None outlives this, even if it is cancelled: closing a way may take a moment."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in jobs]
    return [each.result() for each in tasks]
