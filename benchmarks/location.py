"""How long locating takes, how much memory, and how often it is right, on the operators' own files.

Run from the project's folder: .venv/bin/python benchmarks/location.py --data FOLDER

The folder holds operator-ranges/ with files such as aws-ip-ranges.2026-08-22.json.xz. Without --data only the embedded
data are timed.

What the accuracy measures: every network of the files that names a region is put into one of two halves by its hash,
so that the halves are the same in every run. One half is what the program gets to read; of each network of the other
half one address is asked for. Where the half that was read declares a country, the answer is compared with what the
other half says. So it measures what a declaration is worth for an address whose own entry is missing: nested networks,
gaps, and what the weighing makes of databases. Read whole, the files answer for themselves; that is the second table,
and there only the parsers and the table of ranges can be wrong. The third table is what the embedded database and the
shipped list of edges make of the same addresses; the operators' words are taken for the truth. Which country a region
is in, is taken from the same dated data throughout: no table here can find a mistake in those.
"""

from __future__ import annotations

import argparse
import hashlib
import ipaddress
import lzma
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from vendor_audit.location.cache import Cache, Part
from vendor_audit.location.jurisdictions import Jurisdictions, jurisdictions
from vendor_audit.location.local import LocalSources, UserFiles, load_sources
from vendor_audit.location.model import Address, AddressNetwork, Word
from vendor_audit.location.operators.declared import Declared, OperatorFile
from vendor_audit.location.operators.formats import PARSERS
from vendor_audit.location.operators.regions import countries_of
from vendor_audit.location.operators.source import OperatorRanges, table_of
from vendor_audit.location.published import published
from vendor_audit.location.special_purpose import SpecialPurpose

ADDRESSES = 10_000
_FILES = {
    "aws": "aws-ip-ranges",
    "google": "gcp-cloud",
    "azure": "azure-servicetags",
    "oracle": "oci-public_ip_ranges",
    "digitalocean": "digitalocean-geofeed",
    "linode": "linode-geofeed",
    "cloudflare": "cloudflare-ips-v4",
    "fastly": "fastly-public-ip-list",
}
"""Name of the source -> how its file's name begins."""
_NOW = datetime.now(UTC)
_ON = _NOW.date()


@dataclass(frozen=True, slots=True)
class Asked:
    """An address with the country that its operator declares."""

    address: Address
    source: str
    country: str


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, help="folder with operator-ranges/")
    arguments.add_argument("--memory-only", type=Path, help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.memory_only:
        _memory(options.memory_only)
        return
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))
        files = _read(options.data) if options.data else {}
        for name, content in files.items():
            cache.store(published()[name], [Part(name, content)], _NOW)
        _speed(cache)
        if files:
            _accuracy({name: PARSERS[published()[name].format](content) for name, content in files.items()})


def _read(data: Path) -> dict[str, bytes]:
    files = {}
    for name, beginning in _FILES.items():
        for path in sorted((data / "operator-ranges").glob(f"{beginning}*")):
            content = path.read_bytes()
            files[name] = lzma.decompress(content) if path.suffix == ".xz" else content
    return files


def _speed(cache: Cache) -> None:
    command = [sys.executable, __file__, "--memory-only", str(cache.folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    cold, memory = float(said[0]), float(said[1])
    sources = load_sources(cache)
    where = jurisdictions(_ON)
    some = random.Random(5)  # noqa: S311 # the same addresses in every run
    addresses: list[Address] = [ipaddress.IPv4Address(some.getrandbits(32)) for _ in range(ADDRESSES // 2)]
    addresses += [ipaddress.IPv6Address(0x2 << 124 | some.getrandbits(124)) for _ in range(ADDRESSES // 2)]
    started = time.perf_counter()
    for each in addresses:
        sources.claims(each)
    asked = time.perf_counter() - started
    started = time.perf_counter()
    for each in addresses:
        sources.locate(each, _ON, where=where)
    located = time.perf_counter() - started
    print(f"{len(sources.sources)} sources; not asked: {', '.join(sources.not_asked) or 'none'}")
    print(f"loading, in a new process                    {cold * 1000:8.0f} ms")
    print(f"memory of that process, at most              {memory:8.0f} MB")
    print(f"asking {ADDRESSES:,} addresses                      {asked * 1000:8.0f} ms")
    print(f"asking and weighing {ADDRESSES:,} addresses         {located * 1000:8.0f} ms")


def _memory(folder: Path) -> None:
    """Print the seconds of loading and the peak of memory in MB: alone in a process."""
    started = time.perf_counter()
    sources = load_sources(Cache(folder))
    jurisdictions(_ON)
    sources.claims(ipaddress.IPv4Address("192.0.2.1"))
    seconds = time.perf_counter() - started
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _accuracy(files: dict[str, OperatorFile]) -> None:
    where = jurisdictions(_ON)
    whole = {name: _placed(name, file) for name, file in files.items()}
    asked = [each for name, placed in whole.items() for each in _questions(name, placed)]
    print(f"\n{len(asked):,} networks whose operator declares a country")
    print("\nhalf of them read, an address of each of the other half asked")
    halves = {name: _half(file, kept=True) for name, file in files.items()}
    held_out = [
        each
        for name, file in files.items()
        for each in _questions(name, {net: country for net, country in whole[name].items() if not _is_kept(net)})
        if file.networks
    ]
    _judge(held_out, _sources(halves), where)
    print("\nall of them read, an address of each asked")
    _judge(asked, _sources(files), where)
    print("\nnone of them read, as without the internet")
    _judge(asked, _sources({}), where)


def _placed(name: str, file: OperatorFile) -> dict[AddressNetwork, str]:
    """Return network -> country of those that are in one place by the file."""
    countries = countries_of(name)
    edges = {each.network for each in file.networks if each.edge}
    found = {each.network: each.country or countries.get(each.region, "") for each in file.networks}
    return {network: country for network, country in found.items() if country and network not in edges}


def _questions(name: str, placed: dict[AddressNetwork, str]) -> list[Asked]:
    """Return one address of each network; its country is that of the longest network that holds the address."""
    table = table_of(OperatorFile(tuple(Declared(net, country=country) for net, country in placed.items())))
    questions = []
    for network in placed:
        some = random.Random(str(network))  # noqa: S311 # the same addresses in every run
        address = network[some.randrange(min(network.num_addresses, 1 << 62))]
        questions.append(Asked(address, name, table.find(address)["country"]))
    return questions


def _is_kept(network: AddressNetwork) -> bool:
    return hashlib.sha256(str(network).encode()).digest()[0] < 128  # noqa: PLR2004 # half of a byte's values


def _half(file: OperatorFile, *, kept: bool) -> OperatorFile:
    return replace(file, networks=tuple(each for each in file.networks if _is_kept(each.network) is kept))


def _sources(files: dict[str, OperatorFile]) -> LocalSources:
    """Return the sources as the program loads them, with these files in place of copies."""
    local = load_sources(Cache(Path("/nonexistent")), UserFiles())
    operators = [
        OperatorRanges(name, published()[name].operator, table_of(file), file.edition, _ON)
        for name, file in files.items()
    ]
    special = [each for each in local.sources if isinstance(each, SpecialPurpose)]
    others = [each for each in local.sources if not isinstance(each, SpecialPurpose) and each.name != "location-edges"]
    from vendor_audit.location.edges import ShippedEdges  # noqa: PLC0415 # only here

    return LocalSources((*special, ShippedEdges(set(files)), *operators, *others))


def _judge(asked: list[Asked], sources: LocalSources, where: Jurisdictions) -> None:
    consistent = consistent_right = consistent_inside = 0
    words: Counter[str] = Counter()
    right: Counter[str] = Counter()
    declared: Counter[str] = Counter()
    false_inside = inside_refuted = gated = 0
    wrong: list[str] = []
    on: date = _ON
    for each in asked:
        statement = sources.locate(each.address, on, where=where).statement
        words[statement.word] += 1
        if statement.word is Word.DECLARED:
            declared[each.source] += 1
            right[each.source] += statement.country == each.country
            if statement.country != each.country:
                wrong.append(f"{each.address} ({each.source}) {each.country}, declared {statement.country}")
            false_inside += each.country not in where.eea and statement.country in where.eea
        elif statement.word is Word.CONSISTENT:
            consistent += 1
            consistent_right += statement.country == each.country
            consistent_inside += each.country not in where.eea and statement.country in where.eea
        elif any(claim.source == "location-edges" for claim in statement.claims):
            gated += 1
        claim = sources.locate(each.address, on, where=where, claimed=where.eea).statement
        inside_refuted += each.country in where.eea and claim.word is Word.REFUTED
    total, good = sum(declared.values()), sum(right.values())
    for name, count in declared.items():
        print(f"  {name:14} declared {count:6,}, right {right[name] / count:8.3%}")
    print(f"  asked {len(asked):,}, declared {total:,}, right {good / max(total, 1):.3%}")
    print(f"  outside the EEA and called declared inside: {false_inside}; inside and called refuted: {inside_refuted}")
    if consistent:
        share = f"{consistent_right / consistent:.1%}"
        print(f"  consistent {consistent:,}, right {share}; outside and consistent with inside: {consistent_inside}")
    print(f"  gated by the shipped list of edges although the operator names a place: {gated}")
    shares = ", ".join(f"{word} {count / len(asked):.1%}" for word, count in sorted(words.items()))
    print(f"  {shares}")
    for each_wrong in wrong[:10]:
        print(f"    {each_wrong}")


if __name__ == "__main__":
    main()
