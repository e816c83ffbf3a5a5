"""Runs the turn probe on a URI, in whatever network namespace it is started; prints all that leaves the probe.

python -m tests.live.turn_runner URI ADDRESS PORT SECONDS: the host of the URI is at the address.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import json
import sys
import time

from tests.live.coturn import PASSWORD, USER
from vendor_audit.observation import Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.probes.turn.probe import TurnProbe
from vendor_audit.secret import Credentials, Secret


async def observe(uri: str, address: str, port: int, seconds: float) -> None:
    home = ipaddress.ip_address(address)
    network = Network(NetworkSettings(resolve={"turn.example": (home,)}, timeout=seconds))
    credentials = {uri: Credentials(Secret(USER), Secret(PASSWORD))}
    context = ProbeContext(
        network, lambda: dt.datetime.now(dt.UTC), seconds, credentials=credentials, permitted=ProbeClass.INTRUSIVE
    )
    begin = time.monotonic()
    sight = await TurnProbe().observe(Target("turn", uri, "turn.example", port, ("turn",)), context)
    evidence = [each.content.decode() for each in sight.evidence]
    found = {"facts": sight.facts, "unknown": sight.unknown, "evidence": evidence}
    sys.stdout.write(json.dumps(found | {"seconds": time.monotonic() - begin}))


if __name__ == "__main__":
    asyncio.run(observe(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
