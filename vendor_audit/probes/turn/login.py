"""Credentials of TURN: what is proven with them, what their form says, and how they stay out of everything kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, AttributeType, Message
from vendor_audit.wire.stun_attributes import (
    MOST_TEXT,
    PasswordAlgorithm,
    password_algorithms,
    password_algorithms_value,
)
from vendor_audit.wire.stun_integrity import (
    Algorithm,
    integrity_holds,
    long_term_key,
    seal,
    security_features,
    userhash,
)

if TYPE_CHECKING:
    from vendor_audit.secret import Secret

_REST_NAME: Final = re.compile(r"([0-9]{9,11})(?::.*)?", re.ASCII | re.DOTALL)
"""``expiry`` or ``expiry:id``, the expiry in seconds since 1970 (draft-uberti-behave-turn-rest-00, 2.2)."""
_SHORTEST: Final = 4
"""Characters from which on a secret is looked for in what a server says: shorter ones stand in every text."""
_REMOVED: Final = "***"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server gives to whom it asks for credentials."""

    realm: bytes
    nonce: bytes
    algorithms: bytes | None = None
    """The value of PASSWORD-ALGORITHMS, to be sent back as it came; None: the server did not send it."""

    @property
    def algorithm(self) -> Algorithm:
        """The best that both sides have: SHA-256 only where the nonce vouches for the list (RFC 8489, 9.2.5)."""
        features = security_features(self.nonce)
        if self.algorithms is None or features is None or not features.password_algorithms:
            return Algorithm.MD5
        offered = {each.number for each in password_algorithms(self.algorithms)}
        return Algorithm.SHA256 if Algorithm.SHA256 in offered else Algorithm.MD5

    @property
    def modern(self) -> bool:
        """Whether algorithms were negotiated: then integrity is that of SHA-256 (RFC 8489, 9.2.5)."""
        features = security_features(self.nonce)
        return self.algorithms is not None and features is not None and features.password_algorithms


def challenge_of(message: Message) -> Challenge | None:
    """Return the challenge of an answer; None: REALM or NONCE is missing."""
    realm, nonce = message.first(AttributeType.REALM), message.first(AttributeType.NONCE)
    if realm is None or nonce is None:
        return None
    return Challenge(realm, nonce, message.first(AttributeType.PASSWORD_ALGORITHMS))


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and a password, hidden until a message is signed with them."""

    username: Secret
    password: Secret
    answers_prove: bool = True
    """Whether a success counts only if it is signed with the same password (RFC 8489, 9.2.5). Not where the password is
    wrong on purpose: who takes it signs with another."""

    def sign(self, message: Message, challenge: Challenge) -> bytes:
        """Return the message with everything that proves who sends it (RFC 8489, 9.2.4 and 9.2.5).

        Raises:
            WireError: realm, nonce or user name are too long, or the list of algorithms cannot be read.
        """
        if max(len(challenge.realm), len(challenge.nonce)) > MOST_TEXT:
            raise WireError(f"a realm or a nonce of more than {MOST_TEXT} bytes")
        features = security_features(challenge.nonce)
        name = self.username.reveal()
        extra = [
            Attribute(AttributeType.USERHASH, userhash(name, challenge.realm))
            if features is not None and features.username_anonymity
            else Attribute(AttributeType.USERNAME, name.encode(errors="replace")),
            Attribute(AttributeType.REALM, challenge.realm),
            Attribute(AttributeType.NONCE, challenge.nonce),
        ]
        if challenge.modern and challenge.algorithms is not None:
            chosen = password_algorithms_value((PasswordAlgorithm(challenge.algorithm),))
            extra += [
                Attribute(AttributeType.PASSWORD_ALGORITHMS, challenge.algorithms),
                Attribute(AttributeType.PASSWORD_ALGORITHM, chosen),
            ]
        whole = Message(message.kind, message.method, message.transaction, (*message.attributes, *extra))
        return seal(whole, self._key(challenge), sha256=challenge.modern)

    def holds(self, data: bytes, challenge: Challenge) -> bool | None:
        """Return whether an answer is from somebody who knows the password; None: it does not say.

        Raises:
            WireError: the bytes are no STUN message.
        """
        return integrity_holds(data, self._key(challenge), sha256=challenge.modern)

    def _key(self, challenge: Challenge) -> bytes:
        return long_term_key(self.username.reveal(), challenge.realm, self.password.reveal(), challenge.algorithm)


def without_secrets(text: str, login: Login | None) -> str:
    """Return what a server said without the credentials that it may have echoed."""
    for secret in (login.username, login.password) if login else ():
        value = secret.reveal()
        if len(value) >= _SHORTEST:
            text = text.replace(value, _REMOVED)
    return text


def form_facts(login: Login | None, now: datetime) -> dict[str, Any]:
    """Return the facts `credentials`: whether there are some, and until when, if their name says so."""
    if login is None:
        return {"given": False}
    written = _REST_NAME.fullmatch(login.username.reveal())
    if not written:
        return {"given": True, "form": "other"}
    expires = datetime.fromtimestamp(int(written[1]), UTC)
    return {
        "given": True,
        "form": "time_limited",
        "expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "hours_left": round((expires - now).total_seconds() / 3600, 2),
    }
