"""STUN messages survive the wire, the RFCs' own vectors are read right, and no bytes do harm."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import (
    MOST_ATTRIBUTES,
    Attribute,
    AttributeType,
    Message,
    MessageClass,
    Method,
    decode,
    encode,
    join_type,
    split_type,
)
from vendor_audit.wire.stun_attributes import (
    Endpoint,
    ErrorCode,
    PasswordAlgorithm,
    address,
    address_value,
    error_code,
    error_code_value,
    number,
    number_value,
    password_algorithms,
    password_algorithms_value,
    requested_address_family_value,
    requested_transport_value,
    text,
    unknown_attributes,
    xor_address,
    xor_address_value,
)
from vendor_audit.wire.stun_names import attribute_name, error_name, method_name

TRANSACTION = bytes(range(12))
CLOSING = {AttributeType.MESSAGE_INTEGRITY, AttributeType.MESSAGE_INTEGRITY_SHA256, AttributeType.FINGERPRINT}

transactions = st.binary(min_size=12, max_size=12)
attributes = st.builds(
    Attribute, st.integers(0, 0xFFFF).filter(lambda kind: kind not in CLOSING), st.binary(max_size=80)
)
messages = st.builds(
    Message,
    st.sampled_from(MessageClass),
    st.integers(0, 0xFFF),
    transactions,
    st.lists(attributes, max_size=20).map(tuple),
)
endpoints = st.builds(Endpoint, st.ip_addresses(), st.integers(0, 65_535))


@given(messages)
def test_a_message_survives_the_wire(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.integers(0, 0x3FFF))
def test_every_type_is_a_class_and_a_method(kind: int) -> None:
    assert join_type(*split_type(kind)) == kind


def test_types_are_those_of_the_rfc() -> None:
    assert join_type(MessageClass.REQUEST, Method.BINDING) == 0x0001
    assert join_type(MessageClass.SUCCESS, Method.BINDING) == 0x0101
    assert join_type(MessageClass.ERROR, Method.ALLOCATE) == 0x0113
    assert join_type(MessageClass.INDICATION, Method.SEND) == 0x0016


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_wire_error(data: bytes) -> None:
    for candidate in (data, b"\x01\x01" + len(data).to_bytes(2) + b"\x21\x12\xa4\x42" + TRANSACTION + data):
        try:
            message = decode(candidate)
        except WireError:
            continue
        assert len(message.attributes) <= MOST_ATTRIBUTES


@given(st.binary(max_size=100))
def test_no_value_of_an_attribute_raises_anything_but_a_wire_error(value: bytes) -> None:
    for read in (address, error_code, text, number, unknown_attributes, password_algorithms):
        try:
            read(value)
        except WireError:
            continue
    try:
        xor_address(value, TRANSACTION)
    except WireError:
        return


def test_a_bomb_of_attributes_is_refused() -> None:
    fits = Message(MessageClass.SUCCESS, 1, TRANSACTION, (Attribute(0x8022, b""),) * MOST_ATTRIBUTES)
    assert len(decode(encode(fits)).attributes) == MOST_ATTRIBUTES
    bomb = Message(MessageClass.SUCCESS, 1, TRANSACTION, (Attribute(0x8022, b""),) * 16_000)
    with pytest.raises(WireError, match="more than 128 attributes"):
        decode(encode(bomb))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "bytes announced"),
        (b"\x80\x00" + bytes(18), "first two bits"),
        (b"\x01\x01\x00\x00\x21\x12\xa4\x43" + TRANSACTION, "magic cookie"),
        (b"\x01\x01\x00\x02\x21\x12\xa4\x42" + TRANSACTION + b"xx", "multiple of four"),
        (b"\x01\x01\x00\x08\x21\x12\xa4\x42" + TRANSACTION + bytes(4), "8 bytes announced, 4 are there"),
        (b"\x01\x01\x00\x00\x21\x12\xa4\x42" + TRANSACTION + bytes(4), "0 bytes announced, 4 are there"),
        (b"\x01\x01\x00\x04\x21\x12\xa4\x42" + TRANSACTION + b"\x80\x22\x00\x09", "9 bytes announced, 0 left"),
    ],
)
def test_what_is_no_stun_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    "message",
    [
        Message(MessageClass.REQUEST, 1, b"short"),
        Message(MessageClass.REQUEST, 0x1000, TRANSACTION),
        Message(MessageClass.REQUEST, 1, TRANSACTION, (Attribute(0x10000, b""),)),
        Message(MessageClass.REQUEST, 1, TRANSACTION, (Attribute(1, bytes(70_000)),)),
        Message(MessageClass.REQUEST, 1, TRANSACTION, (Attribute(1, bytes(65_535)),)),
    ],
)
def test_what_does_not_fit_the_form_is_not_written(message: Message) -> None:
    with pytest.raises(WireError):
        encode(message)


def test_what_stands_behind_the_integrity_does_not_count() -> None:
    smuggled = (
        Attribute(AttributeType.SOFTWARE, b"true"),
        Attribute(AttributeType.MESSAGE_INTEGRITY, bytes(20)),
        Attribute(AttributeType.XOR_MAPPED_ADDRESS, bytes(8)),
        Attribute(AttributeType.FINGERPRINT, bytes(4)),
        Attribute(AttributeType.REALM, b"evil"),
    )
    read = decode(encode(Message(MessageClass.SUCCESS, 1, TRANSACTION, smuggled)))
    assert [each.type for each in read.attributes] == [0x8022, 0x0008, 0x8028]


def test_the_first_of_two_equal_attributes_counts() -> None:
    twice = (Attribute(0x8022, b"one"), Attribute(0x8022, b"two"))
    assert Message(MessageClass.SUCCESS, 1, TRANSACTION, twice).first(AttributeType.SOFTWARE) == b"one"
    assert Message(MessageClass.SUCCESS, 1, TRANSACTION, twice).first(AttributeType.REALM) is None


@given(endpoints, transactions)
def test_addresses_survive_both_forms(endpoint: Endpoint, transaction: bytes) -> None:
    assert address(address_value(endpoint)) == endpoint
    assert xor_address(xor_address_value(endpoint, transaction), transaction) == endpoint


@given(st.integers(300, 699), st.text(st.characters(categories=("L", "N")), max_size=100))
def test_error_codes_survive(code: int, reason: str) -> None:
    assert error_code(error_code_value(ErrorCode(code, reason))) == ErrorCode(code, reason)


@given(st.integers(0, 0xFFFFFFFF))
def test_numbers_survive(value: int) -> None:
    assert number(number_value(value)) == value


@given(st.lists(st.builds(PasswordAlgorithm, st.integers(0, 0xFFFF), st.binary(max_size=20)), max_size=16).map(tuple))
def test_password_algorithms_survive(algorithms: tuple[PasswordAlgorithm, ...]) -> None:
    assert password_algorithms(password_algorithms_value(algorithms)) == algorithms


def test_values_that_do_not_fit_are_not_written() -> None:
    home = ipaddress.ip_address("192.0.2.1")
    with pytest.raises(WireError, match="no port"):
        address_value(Endpoint(home, 70_000))
    with pytest.raises(WireError, match="32 bits"):
        number_value(1 << 32)
    with pytest.raises(WireError, match="no error code"):
        error_code_value(ErrorCode(200, ""))
    with pytest.raises(WireError, match="763"):
        error_code_value(ErrorCode(400, "x" * 764))
    with pytest.raises(WireError, match="transaction id"):
        xor_address_value(Endpoint(home, 1), b"")
    with pytest.raises(WireError, match="16 bits"):
        password_algorithms_value((PasswordAlgorithm(1 << 16),))


def test_texts_of_a_server_are_made_safe_and_bounded() -> None:
    assert text(b"Coturn-4.6.1 'Gorst'") == "Coturn-4.6.1 'Gorst'"
    assert text(b"a\x1b[31m\xffb\0\0") == "a\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}b"
    with pytest.raises(WireError, match="764 bytes"):
        text(b"x" * 764)


def test_what_a_turn_request_asks_for_is_written_as_the_rfc_says() -> None:
    assert requested_transport_value() == b"\x11\0\0\0"
    assert requested_address_family_value(4) == b"\x01\0\0\0"
    assert requested_address_family_value(6) == b"\x02\0\0\0"
    assert unknown_attributes(b"\x00\x17\x80\x00") == (0x0017, 0x8000)


def test_the_registry_names_what_there_is() -> None:
    assert {method_name(each).upper().replace("_", "") for each in Method} == {
        each.name.replace("_", "") for each in Method
    }
    for each in AttributeType:
        assert attribute_name(each).replace("-", "_") == each.name
    assert error_name(437) == "Allocation Mismatch"
    assert (method_name(0xFFF), attribute_name(0xC0DE), error_name(699)) == ("0xFFF", "0xC0DE", "")
