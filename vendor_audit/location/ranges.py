"""Ranges of addresses with a label each, as sorted arrays: read in milliseconds, asked in microseconds.

The bytes: ``VAR1``, the length of a JSON header (32 bits), the header (labels, counts, what the data are), then for
IPv4 the starts (32 bits) and labels (16), for IPv6 the upper and the lower half of the starts (64 each) and labels
(16); little-endian throughout. A range ends where the next begins; label 0 is "nothing is known here".
"""

from __future__ import annotations

import json
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vendor_audit.location.model import Address, AddressNetwork
    from vendor_audit.observation import Json

_MAGIC = b"VAR1"
_IPV4 = 4
_HALF = 0xFFFFFFFFFFFFFFFF
MOST_LABELS = 0x10000


class InvalidRangesError(ValueError):
    """The bytes are no table of ranges."""


class TooManyLabelsError(ValueError):
    """There are more different labels than a table can hold."""


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Disjoint ranges with labels."""

    labels: tuple[Json, ...]
    """Label number -> what it says; the first is None."""
    about: dict[str, Json]
    """What the data are: edition, licence, where from."""
    starts_4: array[int] = field(repr=False)
    labels_4: array[int] = field(repr=False)
    upper_6: array[int] = field(repr=False)
    lower_6: array[int] = field(repr=False)
    labels_6: array[int] = field(repr=False)

    def find(self, address: Address) -> Json:
        """Return what the table says of an address; None: nothing."""
        number = int(address)
        if address.version == _IPV4:
            place = bisect_right(self.starts_4, number) - 1
            return self.labels[self.labels_4[place]] if place >= 0 else None
        upper, lower = number >> 64, number & _HALF
        first = bisect_left(self.upper_6, upper)
        place = bisect_right(self.lower_6, lower, first, bisect_right(self.upper_6, upper, first)) - 1
        return self.labels[self.labels_6[place]] if place >= 0 else None

    def __len__(self) -> int:
        """Return how many ranges there are, the gaps between them not counted."""
        return sum(1 for labels in (self.labels_4, self.labels_6) for each in labels if each)

    def to_bytes(self) -> bytes:
        """Return the table as bytes."""
        header = json.dumps(
            {
                "about": self.about,
                "labels": self.labels,
                "ipv4": len(self.starts_4),
                "ipv6": len(self.upper_6),
            },
            separators=(",", ":"),
        ).encode()
        columns = (self.starts_4, self.labels_4, self.upper_6, self.lower_6, self.labels_6)
        return b"".join((_MAGIC, struct.pack("<I", len(header)), header, *map(_little_endian, columns)))

    @classmethod
    def from_bytes(cls, content: bytes) -> RangeTable:
        """Return the table that `to_bytes` wrote.

        Raises:
            InvalidRangesError: the bytes are none.
        """
        try:
            if content[:4] != _MAGIC:
                raise InvalidRangesError("this is no table of ranges")
            (length,) = struct.unpack_from("<I", content, 4)
            header = json.loads(content[8 : 8 + length])
            ipv4, ipv6 = header["ipv4"], header["ipv6"]
            labels, about = tuple(header["labels"]), dict(header["about"])
            columns, offset = [], 8 + length
            for code, count in (("I", ipv4), ("H", ipv4), ("Q", ipv6), ("Q", ipv6), ("H", ipv6)):
                column: array[int] = array(code)
                size = count * column.itemsize
                column.frombytes(content[offset : offset + size])
                if sys.byteorder == "big":
                    column.byteswap()
                columns.append(column)
                offset += size
        except (KeyError, TypeError, ValueError, RecursionError, struct.error) as error:
            raise InvalidRangesError(f"the table of ranges is broken: {error}") from error
        table = cls(labels, about, *columns)
        if offset != len(content) or not _is_sound(table, ipv4, ipv6):
            raise InvalidRangesError("the table of ranges is broken: its columns do not fit together")
        return table


def table_of_networks(entries: Iterable[tuple[AddressNetwork, Json]], about: dict[str, Json]) -> RangeTable:
    """Return the table of networks that may lie within each other: the longest prefix answers.

    Networks that are there twice with different labels are labelled with a list of both, in a dictionary under
    ``disputed``: who asks sees that the source contradicts itself.
    """
    chosen: dict[AddressNetwork, list[Json]] = {}
    for network, label in entries:
        labels = chosen.setdefault(network, [])
        if label not in labels:
            labels.append(label)
    numbers = _Numbers()
    networks = sorted(chosen, key=lambda each: (each.version, int(each.network_address), each.prefixlen))
    named = [
        (each, numbers.of(labels[0] if len(labels) == 1 else {"disputed": labels}))
        for each in networks
        for labels in (chosen[each],)
    ]
    ipv4 = _flattened([each for each in named if each[0].version == _IPV4])
    ipv6 = _flattened([each for each in named if each[0].version != _IPV4])
    return _table(numbers.labels, about, ipv4, ipv6)


def table_of_ranges(
    ipv4: Iterable[tuple[int, int, Json]], ipv6: Iterable[tuple[int, int, Json]], about: dict[str, Json]
) -> RangeTable:
    """Return the table of ranges (first, last, label) that are sorted and do not overlap.

    Raises:
        ValueError: they are not, or do.
    """
    numbers = _Numbers()
    return _table(numbers.labels, about, list(_with_gaps(ipv4, numbers)), list(_with_gaps(ipv6, numbers)))


class _Numbers:
    """Gives every label a number; equal ones the same."""

    def __init__(self) -> None:
        self.labels: list[Json] = [None]
        self._known: dict[str, int] = {"null": 0}

    def of(self, label: Json) -> int:
        key = json.dumps(label, sort_keys=True)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.labels)
            if number >= MOST_LABELS:
                raise TooManyLabelsError(f"more than {MOST_LABELS:,} different labels")
            self.labels.append(label)
        return number


def _with_gaps(ranges: Iterable[tuple[int, int, Json]], numbers: _Numbers) -> Iterator[tuple[int, int]]:
    expected = 0
    for first, last, label in ranges:
        if first < expected or last < first:
            raise ValueError(f"the ranges are not sorted, or overlap, at {first}")
        if first > expected:
            yield expected, 0
        yield first, numbers.of(label)
        expected = last + 1
    if expected:
        yield expected, 0


def _flattened(named: Sequence[tuple[Any, int]]) -> list[tuple[int, int]]:
    """Return the starts of disjoint ranges with the label of the longest prefix; the networks are sorted."""
    starts: list[tuple[int, int]] = []
    open_: list[tuple[int, int]] = []
    """The networks around the current place, outermost first: where each has ended, and its label."""

    def close(until: int) -> None:
        while open_ and open_[-1][0] <= until:
            end, _ = open_.pop()
            starts.append((end, open_[-1][1] if open_ else 0))

    for network, number in named:
        first = int(network.network_address)
        close(first)
        starts.append((first, number))
        open_.append((first + network.num_addresses, number))
    close(1 << 129)
    return starts


def _table(
    labels: list[Json], about: dict[str, Json], ipv4: list[tuple[int, int]], ipv6: list[tuple[int, int]]
) -> RangeTable:
    ipv4, ipv6 = _simplified(ipv4, 1 << 32), _simplified(ipv6, 1 << 128)
    return RangeTable(
        tuple(labels),
        about,
        array("I", [start for start, _ in ipv4]),
        array("H", [label for _, label in ipv4]),
        array("Q", [start >> 64 for start, _ in ipv6]),
        array("Q", [start & _HALF for start, _ in ipv6]),
        array("H", [label for _, label in ipv6]),
    )


def _simplified(starts: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Return the starts with the last label of each place, without those that change nothing or lie past the end."""
    last_at = {start: label for start, label in starts if start < end}
    simple: list[tuple[int, int]] = []
    for start, label in sorted(last_at.items()):
        if label != (simple[-1][1] if simple else 0):
            simple.append((start, label))
    return simple


def _little_endian(column: array[int]) -> bytes:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def _is_sound(table: RangeTable, ipv4: int, ipv6: int) -> bool:
    """Return whether no label points past the labels; unsorted starts only make an address be found nowhere."""
    columns = (table.starts_4, table.labels_4, table.upper_6, table.lower_6, table.labels_6)
    counts = tuple(map(len, columns))
    largest = max((*table.labels_4, *table.labels_6), default=0)
    return counts == (ipv4, ipv4, ipv6, ipv6, ipv6) and bool(table.labels) and largest < len(table.labels)
