"""The few errors that a user may read. Each carries the sentence that is printed; none is printed with a traceback."""

from __future__ import annotations


class VendorAuditError(Exception):
    """A reason to stop that the user can do something about. Its text is what the user reads."""

    exit_code = 2
    """What the command line ends with: 2 wrong usage or an invalid file, 3 not established, 4 our own fault."""


class UsageError(VendorAuditError):
    """The command was asked for something that it cannot do: an unknown check, a missing file, a missing library."""


class NotEstablishedError(VendorAuditError):
    """Nothing could be established, for a reason outside of this program."""

    exit_code = 3
