"""How long a round-trip time takes to become a set of countries: loading, one vantage, several, the proving limit.

Run from the project's folder: .venv/bin/python benchmarks/discs.py

Loading is measured in a Python of its own, CPU time, median of 15. The rest is CPU time in this process, over 200
vantages: half of them cities of the gazetteer, half anywhere on Earth, with round trips from 0.1 to 150 ms, evenly over
the magnitudes; the seed is fixed.
"""

from __future__ import annotations

import math
import random
import resource
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from vendor_audit.location.borders import FILE, borders
from vendor_audit.location.discs import Measurement, largest_proving_rtt, possible_countries
from vendor_audit.location.outlines import EUROPE, WORLD, outlines
from vendor_audit.location.vantages import vantage

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 200
CITIES = (
    "Frankfurt, DE; Amsterdam, NL; Paris, FR; Dublin, IE; Helsinki, FI; Madrid, ES; Warsaw, PL; Athens, GR; Ashburn, US"
)
EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
LOADING = """
import time
from vendor_audit.location import discs, vantages
CITY = "Frankfurt, DE"
before = time.process_time()
{}
print(time.process_time() - before)
"""


def main() -> None:
    """Print the table."""
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")
    print(f"{'loading the borders':34} {loading('discs.borders()'):7.1f} ms, median")
    print(f"{'loading the gazetteer':34} {loading('vantages.vantage(CITY)'):7.1f} ms, median")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    borders()
    print(
        f"{'memory of the borders':34} {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:7.1f} MB"
    )
    places = measurements()
    show("one vantage", [partial(possible_countries, [each]) for each in places])
    threes = [places[number : number + 3] for number in range(0, ROUNDS - 2, 3)]
    show("three vantages", [partial(possible_countries, each) for each in threes])
    eea = frozenset(EEA.split())
    show("largest proving round trip", [partial(largest_proving_rtt, each.lat, each.lon, eea) for each in places])
    show("outlines of Europe, 5 km", [partial(outlines, 5, EUROPE)] * 5)
    show("outlines of the world, 25 km", [partial(outlines, 25, WORLD)] * 5)


def measurements() -> list[Measurement]:
    """Return the vantages with their round trips."""
    chance = random.Random(5)  # noqa: S311 -- a benchmark
    cities = [vantage(each.strip()) for each in CITIES.split(";")]
    found = []
    for number in range(ROUNDS):
        lat, lon = math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)
        if number % 2:
            city = chance.choice(cities)
            lat, lon = city.lat, city.lon
        found.append(Measurement(lat, lon, 0.1 * 1500 ** chance.random()))
    return found


def loading(code: str) -> float:
    """Return the median of the milliseconds that code takes in a new Python."""
    command = [sys.executable, "-c", LOADING.format(code)]
    taken = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(15)]
    return statistics.median(taken) * 1000


def show(name: str, calls: list[Callable[[], object]]) -> None:
    """Run the calls and print what they took."""
    taken = []
    for call in calls:
        before = time.process_time()
        call()
        taken.append((time.process_time() - before) * 1000)
    print(f"{name:34} {statistics.median(taken):7.1f} ms, median; {max(taken):6.1f} ms at most; {len(taken)} calls")


if __name__ == "__main__":
    main()
