"""How much of a capture is held at most. A person saved it, but a vendor's service wrote most of what is in it."""

from __future__ import annotations

from typing import Final

FILE: Final = 64_000_000
"""Bytes of a file as it is; a dump of a long call has a tenth."""
UNPACKED: Final = 64_000_000
"""Bytes that come out of a packed one."""
CONTAINERS: Final = 1_000_000
"""Objects of a JSON document."""
CONNECTIONS: Final = 200
EVENTS: Final = 500_000
"""Entries of a log."""
STATS: Final = 20_000
"""Statistics objects of a connection that are kept."""
DESCRIPTIONS: Final = 100
"""Of a capture."""
CANDIDATES: Final = 1_000
"""Of one side of a connection."""
PACKETS: Final = 2_000_000
FLOWS: Final = 2_000
"""DTLS associations of a packet capture."""
TEXT: Final = 2_000
"""Characters of a name, an address, a URI."""
FACTS: Final = 100
"""Entries of any list of the facts."""
LEADS: Final = 20
