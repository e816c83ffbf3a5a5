"""Runs the media probe on a session, in whatever network namespace it is started; prints all that leaves the probe.

python -m tests.live.media_runner PROVIDER URL [--active] [--allow NETWORK] [--timeout SECONDS] [--deadline SECONDS];
the token comes from the environment variable MEDIA_TOKEN.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

from vendor_audit.observation import Sight, Target
from vendor_audit.probes.interface import ProbeClass, ProbeContext, ProbeError
from vendor_audit.probes.media.probe import MediaProbe
from vendor_audit.probes.media.session import look  # noqa: F401 # else the deadline would pay for the import
from vendor_audit.probes.network import Network, NetworkSettings
from vendor_audit.secret import Credentials, Secret


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("provider")
    parser.add_argument("url")
    parser.add_argument("--active", action="store_true")
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("--timeout", type=float, default=5.0)
    parser.add_argument("--deadline", type=float, default=110.0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    parts = urlsplit(given.url)
    target = Target("session", given.url, parts.hostname or "", parts.port or 80, ("session", given.provider))
    token = os.environ.get("MEDIA_TOKEN")
    context = ProbeContext(
        Network(NetworkSettings(allow=tuple(map(ipaddress.ip_network, given.allow)), timeout=given.timeout)),
        lambda: datetime.now(UTC),
        given.timeout,
        credentials={given.url: Credentials(token=Secret(token))} if token else {},
        permitted=ProbeClass.ACTIVE if given.active else ProbeClass.NORMAL,
    )
    json.dump(asyncio.run(_observe(target, context, given.deadline)), sys.stdout, indent=1)


async def _observe(target: Target, context: ProbeContext, deadline: float) -> dict[str, object]:
    started = time.perf_counter()
    sight, error = Sight({}), ""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(deadline):
            try:
                sight = await MediaProbe().observe(target, context)
            except ProbeError as raised:
                error = f"{raised.failure.kind}: {raised}"
    return {
        "seconds": round(time.perf_counter() - started, 3),
        "error": error,
        "facts": sight.facts,
        "unknown": sight.unknown,
        "evidence": {each.title: each.content.decode() for each in sight.evidence},
        "leads": [
            {"target": each.target.to_json(), "with_credentials": each.credentials is not None} for each in sight.leads
        ],
        "tasks_left": len(asyncio.all_tasks()) - 1,
    }


if __name__ == "__main__":
    main()
