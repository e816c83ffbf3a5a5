from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.location.ranges import InvalidRangesError, RangeTable, table_of_networks, table_of_ranges

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(number: int, length: int, version: int) -> Network:
    bits = 32 if version == 4 else 128
    return ipaddress.ip_network((number << (bits - 8) & ((1 << bits) - 1), length), strict=False)


# Few different beginnings, so that networks often lie within each other.
networks = st.builds(network, st.integers(0, 255), st.integers(1, 12), st.sampled_from([4, 6]))
tables = st.lists(st.tuples(networks, st.sampled_from("abc")), max_size=30)
addresses = st.builds(
    lambda number, rest, version: network(number, 32 if version == 4 else 128, version)[0] + rest,
    st.integers(0, 255),
    st.integers(0, 2**20),
    st.sampled_from([4, 6]),
)


def longest(entries: list[tuple[Network, str]], address: Any) -> Any:
    holding = [each for each, _ in entries if each.version == address.version and address in each]
    if not holding:
        return None
    chosen = max(holding, key=lambda each: each.prefixlen)
    labels = list(dict.fromkeys(label for each, label in entries if each == chosen))
    return labels[0] if len(labels) == 1 else {"disputed": labels}


@given(tables, st.lists(addresses, min_size=1, max_size=20))
def test_the_longest_prefix_answers_as_a_search_through_all_networks_does(
    entries: list[tuple[Network, str]], asked: list[Any]
) -> None:
    table = table_of_networks(entries, {})
    for address in asked:
        assert table.find(address) == longest(entries, address)


@given(tables)
def test_the_first_and_last_address_of_each_network_and_their_neighbours_are_found(
    entries: list[tuple[Network, str]],
) -> None:
    table = table_of_networks(entries, {})
    for each, _ in entries:
        for address in (each[0], each[-1]):
            assert table.find(address) == longest(entries, address)
        if int(each[-1]) + 1 < 1 << each.max_prefixlen:
            after = each[-1] + 1
            assert table.find(after) == longest(entries, after)


@given(tables)
def test_a_table_survives_its_bytes(entries: list[tuple[Network, str]]) -> None:
    table = table_of_networks(entries, {"edition": "2026-06-01"})
    again = RangeTable.from_bytes(table.to_bytes())
    assert again == table
    assert again.about == {"edition": "2026-06-01"}


def test_ranges_with_gaps_say_nothing_in_the_gaps() -> None:
    table = table_of_ranges([(10, 20, "a"), (30, 40, "b")], [(1 << 127, (1 << 127) + 5, "c")], {})
    found = [table.find(ipaddress.IPv4Address(each)) for each in (9, 10, 20, 21, 29, 30, 40, 41)]
    assert found == [None, "a", "a", None, None, "b", "b", None]
    assert table.find(ipaddress.IPv6Address((1 << 127) + 5)) == "c"
    assert table.find(ipaddress.IPv6Address((1 << 127) + 6)) is None
    assert len(table) == 3


def test_ranges_that_reach_the_last_address_end_there() -> None:
    table = table_of_ranges([(5, (1 << 32) - 1, "a")], [(5, (1 << 128) - 1, "b")], {})
    assert table.find(ipaddress.IPv4Address("255.255.255.255")) == "a"
    assert table.find(ipaddress.IPv6Address((1 << 128) - 1)) == "b"


@pytest.mark.parametrize("ranges", [[(10, 20, "a"), (15, 30, "b")], [(10, 5, "a")], [(10, 20, "a"), (0, 5, "b")]])
def test_ranges_that_overlap_or_are_not_sorted_are_refused(ranges: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match="not sorted, or overlap"):
        table_of_ranges(ranges, [], {})


@given(st.binary(max_size=60))
def test_bytes_that_are_no_table_are_refused_with_our_own_error(content: bytes) -> None:
    for each in (content, b"VAR1" + content):
        with pytest.raises(InvalidRangesError):
            RangeTable.from_bytes(each)


@given(st.data())
def test_a_table_that_was_changed_or_cut_is_refused_or_still_answers(data: st.DataObject) -> None:
    table = table_of_networks([(ipaddress.ip_network("10.0.0.0/8"), "a"), (ipaddress.ip_network("fd00::/8"), "b")], {})
    content = bytearray(table.to_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    try:
        broken = RangeTable.from_bytes(bytes(content))
    except InvalidRangesError:
        return
    for address in ("10.0.0.1", "fd00::1", "1.1.1.1"):
        broken.find(ipaddress.ip_address(address))  # says something or nothing, and raises nothing
