"""Whom the lab's TURN server serves: one user for ever, or users for a while, by a shared secret."""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass
from typing import Protocol

_LONGEST_EXPIRY = 11
"""Digits of a time in seconds since 1970 that are read."""


class TurnUsers(Protocol):
    """Knows the passwords."""

    def password_of(self, user: str) -> str | None:
        """Return a user's password; None: there is no such user, or not any more."""
        ...

    def account(self) -> tuple[str, str]:
        """Return name and password of a user who may ask for relays now."""
        ...


@dataclass(frozen=True, slots=True)
class FixedUser:
    """One user for everybody, whose password never ends."""

    name: str
    password: str

    def password_of(self, user: str) -> str | None:
        """Return the password of this one user."""
        return self.password if user == self.name else None

    def account(self) -> tuple[str, str]:
        """Return this one user."""
        return self.name, self.password


@dataclass(frozen=True, slots=True)
class TimedUsers:
    """Users of the form ``expiry:id`` (draft-uberti-behave-turn-rest-00, 2.2), whom the web application vouches for."""

    secret: bytes
    """That web application and TURN server share."""
    seconds: int
    """For which a user is made."""

    def password_of(self, user: str) -> str | None:
        """Return the password that belongs to a name, as long as the name says that it holds."""
        expiry = user.partition(":")[0]
        if not (expiry.isascii() and expiry.isdecimal() and len(expiry) <= _LONGEST_EXPIRY):
            return None
        if int(expiry) < time.time():
            return None
        return self._password(user)

    def account(self) -> tuple[str, str]:
        """Return a user whose time begins now."""
        user = f"{int(time.time()) + self.seconds}:audit"
        return user, self._password(user)

    def _password(self, user: str) -> str:
        return base64.b64encode(hmac.digest(self.secret, user.encode(), "sha1")).decode()
