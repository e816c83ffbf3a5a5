"""The test vectors of RFC 5769 and RFC 8489 B.1: keys, integrity and fingerprints are what the standards say."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.wire.errors import WireError
from vendor_audit.wire.stun import Attribute, AttributeType, Message, MessageClass, Method, decode, encode
from vendor_audit.wire.stun_attributes import Endpoint, xor_address
from vendor_audit.wire.stun_integrity import (
    Algorithm,
    SecurityFeatures,
    fingerprint_holds,
    integrity_holds,
    long_term_key,
    opaque,
    seal,
    security_features,
    userhash,
    with_fingerprint,
)

# RFC 5769, 2.1 to 2.4.
REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151"
    "263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
IPV4_RESPONSE = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd"
    "9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)
IPV6_RESPONSE = bytes.fromhex(
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5be"
    "d2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c"
)
LONG_TERM_REQUEST = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b3935"
    "3464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca8"
    "9666"
)
# RFC 8489, B.1, with erratum 6268.
SHA256_REQUEST = bytes.fromhex(
    "000100902112a44278ad3433c6ad72c029da412e001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
    "001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473410000000014000b6578616d"
    "706c652e6f726700001d000400020000001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65"
)
PASSWORD = b"VOkJxbRl1RmTxUk/WvJxBt"
USER = "\u30de\u30c8\u30ea\u30c3\u30af\u30b9"
REALM = b"example.org"


@pytest.mark.parametrize("vector", [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE])
def test_short_term_vectors_hold(vector: bytes) -> None:
    decode(vector)
    assert integrity_holds(vector, PASSWORD) is True
    assert integrity_holds(vector, b"another") is False
    assert fingerprint_holds(vector) is True


@pytest.mark.parametrize("vector", [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE, LONG_TERM_REQUEST])
def test_every_changed_byte_before_the_integrity_is_noticed(vector: bytes) -> None:
    key = long_term_key(USER, REALM, "TheMatrIX") if vector is LONG_TERM_REQUEST else PASSWORD
    end = vector.index(b"\x00\x08\x00\x14")
    for at in range(8, end):
        changed = vector[:at] + bytes([vector[at] ^ 0xFF]) + vector[at + 1 :]
        try:
            held = integrity_holds(changed, key)
        except WireError:
            continue
        assert held is not True, at


@pytest.mark.parametrize(
    ("vector", "expected"), [(IPV4_RESPONSE, "192.0.2.1"), (IPV6_RESPONSE, "2001:db8:1234:5678:11:2233:4455:6677")]
)
def test_the_vectors_say_the_address_that_the_standard_says(vector: bytes, expected: str) -> None:
    message = decode(vector)
    assert (message.kind, message.method) == (MessageClass.SUCCESS, Method.BINDING)
    value = message.first(AttributeType.XOR_MAPPED_ADDRESS)
    assert value is not None
    assert xor_address(value, message.transaction) == Endpoint(ipaddress.ip_address(expected), 32853)
    assert message.first(AttributeType.SOFTWARE) == b"test vector"


def test_the_long_term_vector_holds_and_is_made_again_byte_for_byte() -> None:
    key = long_term_key(USER, REALM, "TheMatrIX")
    assert integrity_holds(LONG_TERM_REQUEST, key) is True
    assert fingerprint_holds(LONG_TERM_REQUEST) is None
    message = decode(LONG_TERM_REQUEST)
    bare = Message(message.kind, message.method, message.transaction, message.attributes[:-1])
    assert seal(bare, key) == LONG_TERM_REQUEST


def test_the_sha256_vector_holds_and_is_made_again_byte_for_byte() -> None:
    key = long_term_key(USER, REALM, "TheMatrIX", Algorithm.SHA256)
    assert integrity_holds(SHA256_REQUEST, key, sha256=True) is True
    assert integrity_holds(SHA256_REQUEST, key) is None
    message = decode(SHA256_REQUEST)
    assert message.first(AttributeType.USERHASH) == userhash(USER, REALM)
    bare = Message(message.kind, message.method, message.transaction, message.attributes[:-1])
    assert seal(bare, key, sha256=True) == SHA256_REQUEST
    nonce = message.first(AttributeType.NONCE)
    assert nonce is not None
    assert security_features(nonce) == SecurityFeatures()


def test_a_cut_sha256_integrity_holds_only_down_to_sixteen_bytes() -> None:
    key = long_term_key(USER, REALM, "TheMatrIX", Algorithm.SHA256)
    bare = Message(MessageClass.REQUEST, Method.BINDING, bytes(12))
    whole = decode(seal(bare, key, sha256=True)).attributes[-1].value
    for size, expected in ((32, None), (16, False), (12, False)):
        cut = Message(bare.kind, 1, bytes(12), (Attribute(AttributeType.MESSAGE_INTEGRITY_SHA256, whole[:size]),))
        # The HMAC covers the length, so cutting alone breaks it; the shortest allowed is checked beside that.
        assert integrity_holds(encode(cut), key, sha256=True) is (True if expected is None else expected)


@given(st.binary(max_size=60), st.booleans(), st.booleans())
def test_what_is_sealed_holds(key: bytes, sha256: bool, fingerprint: bool) -> None:  # noqa: FBT001 # drawn by hypothesis
    message = Message(MessageClass.REQUEST, Method.ALLOCATE, bytes(12), (Attribute(AttributeType.REALM, b"r"),))
    sealed = seal(message, key, sha256=sha256, fingerprint=fingerprint)
    assert integrity_holds(sealed, key, sha256=sha256) is True
    assert integrity_holds(sealed, key + b"x", sha256=sha256) is False
    assert fingerprint_holds(sealed) is (True if fingerprint else None)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_wire_error(data: bytes) -> None:
    for candidate in (data, bytes(20) + data):
        for check in (
            fingerprint_holds,
            lambda each: integrity_holds(each, b"k"),
            lambda each: integrity_holds(each, b"", sha256=True),
        ):
            try:
                assert check(candidate) in {True, False, None}
            except WireError:
                continue
    security_features(b"obMatJos2" + data)


def test_a_fingerprint_that_is_not_last_does_not_hold() -> None:
    good = with_fingerprint(Message(MessageClass.REQUEST, Method.BINDING, bytes(12)))
    assert fingerprint_holds(good) is True
    assert fingerprint_holds(good[:2] + b"\x00\x0c" + good[4:] + b"\x80\x22\x00\x00") is False


@pytest.mark.parametrize(
    ("nonce", "expected"),
    [
        (b"obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA", SecurityFeatures()),
        (b"obMatJos2gAAArest", SecurityFeatures(password_algorithms=True)),
        (b"obMatJos2QAAArest", SecurityFeatures(username_anonymity=True)),
        (b"obMatJos2wAAA", SecurityFeatures(password_algorithms=True, username_anonymity=True)),
        (b"obMatJos2w", None),
        (b"obMatJos2!!!!", None),
        (b"f//499k954d6OL34oL9FSTvy64sA", None),
        (b"", None),
    ],
)
def test_a_nonce_says_what_its_server_can(nonce: bytes, expected: SecurityFeatures | None) -> None:
    assert security_features(nonce) == expected


def test_passwords_are_prepared_as_opaque_strings() -> None:
    assert opaque("a\u00a0b\u3000c") == "a b c"
    assert opaque("e\u0301") == "\u00e9"
    assert long_term_key("u", b"r", "e\u0301") == long_term_key("u", b"r", "\u00e9")
