"""What a server answered to a hello, and what that says: yes, no, perhaps no, or nothing.

The rule, for a version as for a set of suites or groups:

- **yes**: a ServerHello (or HelloRetryRequest) of the very version, with something that was offered.
- **no**: a ServerHello of another version, or an alert that speaks of the offer (handshake_failure, protocol_version,
  insufficient_security, illegal_parameter, ...).
- **perhaps no**: the server closed or reset the connection, or sent an alert that says nothing (internal_error,
  close_notify). Many servers say no in this way, and so does one that is overloaded. It counts as a no when it came
  twice and a hello that the server is known to accept is still answered with yes afterwards; otherwise it is unknown.
- **unknown**: silence until the time is over, a connection that could not be opened, bytes that are no TLS, an answer
  that breaks off in its middle, or an alert about something else than the offer (unrecognized_name).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vendor_audit.wire.versions import version_label

if TYPE_CHECKING:
    from vendor_audit.observation import Failure
    from vendor_audit.wire.tls_records import Alert, Handshake
    from vendor_audit.wire.tls_server_messages import ServerHello

_CLOSE_NOTIFY, _UNEXPECTED, _INTERNAL_ERROR, _CANCELED = 0, 10, 80, 90
_PROTOCOL_VERSION: Final = 70
_ABOUT_THE_OFFER: Final = frozenset({40, 47, 50, _PROTOCOL_VERSION, 71, 86, 109, 110})
_SAYS_NOTHING: Final = frozenset({_CLOSE_NOTIFY, _UNEXPECTED, _INTERNAL_ERROR, _CANCELED})


class Kind(StrEnum):
    """What came back."""

    HELLO = "hello"
    ALERT = "alert"
    CLOSED = "closed"
    """An orderly end without a word."""
    RESET = "reset"
    SILENT = "silent"
    BROKEN = "broken"
    """Malformed, endless, or breaking off in the middle."""
    NOT_TLS = "not TLS"
    UNCONNECTED = "unconnected"
    SKIPPED = "skipped"
    """Not asked: the server's time or our patience was used up."""


class Say(StrEnum):
    """What an answer means for an offer; see the module."""

    YES = "yes"
    NO = "no"
    PERHAPS_NO = "perhaps no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer to one hello."""

    kind: Kind
    detail: str = ""
    """What happened, for a person: the reason of an unknown."""
    hello: ServerHello | None = None
    alert: Alert | None = None
    messages: tuple[Handshake, ...] = ()
    """The handshake messages in plaintext, as far as they were read."""
    sealed: tuple[bytes, ...] = ()
    """The encrypted records that followed, in TLS 1.3."""
    hello_body: bytes = b""
    received: bytes = b""
    """The first bytes as they came, bounded."""
    failure: Failure | None = None
    """Why no connection could be opened."""

    @property
    def firm(self) -> bool:
        """Whether asking again would tell nothing more."""
        if self.kind is Kind.ALERT and self.alert is not None:
            return self.alert.description not in _SAYS_NOTHING
        return self.kind in {Kind.HELLO, Kind.SKIPPED}

    @property
    def refuses_version(self) -> bool:
        """Whether the server said that it is the version that it does not want."""
        return self.alert is not None and self.alert.description == _PROTOCOL_VERSION

    @property
    def is_tls(self) -> bool:
        """Whether what came back was TLS."""
        return self.kind in {Kind.HELLO, Kind.ALERT}

    def says(self, version: int, suites: tuple[int, ...]) -> tuple[Say, str]:
        """Return what the answer means for an offer, and why in words."""
        if self.kind is Kind.HELLO and self.hello is not None:
            return _hello_says(self.hello, version, suites)
        if self.kind is Kind.ALERT and self.alert is not None:
            return _alert_says(self.alert)
        return (Say.PERHAPS_NO if self.kind in {Kind.CLOSED, Kind.RESET} else Say.UNKNOWN), self.detail


def _hello_says(hello: ServerHello, version: int, suites: tuple[int, ...]) -> tuple[Say, str]:
    if hello.version != version:
        return Say.NO, f"answered with {version_label(hello.version)}"
    if hello.suite not in suites:
        return Say.UNKNOWN, f"the server chose suite 0x{hello.suite:04X}, which was not offered"
    return Say.YES, "accepted"


def _alert_says(alert: Alert) -> tuple[Say, str]:
    if alert.description in _ABOUT_THE_OFFER:
        return Say.NO, f"alert {alert}"
    if alert.description in _SAYS_NOTHING:
        return Say.PERHAPS_NO, f"alert {alert}"
    return Say.UNKNOWN, f"the server refused with the alert {alert}, which is not about what was offered"


@dataclass(slots=True)
class Doubts:
    """What could not be told, collected while asking."""

    perhaps: list[str]
    """Reasons that become unknown unless the server proves to be still there."""
    unknown: list[str]

    @classmethod
    def none(cls) -> Doubts:
        """Return an empty collection."""
        return cls([], [])

    def note(self, say: Say, reason: str) -> None:
        """Keep the reason of an answer that is neither yes nor no."""
        if say is Say.PERHAPS_NO:
            self.perhaps.append(reason)
        elif say is Say.UNKNOWN:
            self.unknown.append(reason)
