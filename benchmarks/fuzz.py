"""Throw mutated and random bytes at every codec of the wire: nothing but their own error may come out, in bounded time.

    python benchmarks/fuzz.py [--inputs 1000000] [--seed N] [--jobs 2]

Prints, for each codec, how many inputs it read and refused, its slowest input, and ends with 1 where one broke its
promise. The seeds are whole messages of the codecs' own making; a mutation changes, cuts, doubles or inserts parts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vendor_audit.wire import stun, tls_client_hello
from vendor_audit.wire.demux import protocol_of
from vendor_audit.wire.dtls_hello import (
    DtlsClientHello,
    parse_dtls_client_hello,
    parse_hello_verify_request,
    parse_use_srtp,
    use_srtp,
)
from vendor_audit.wire.dtls_records import Assembler, Limits, encode_handshake
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import parse_candidate
from vendor_audit.wire.sdp import parse as parse_sdp
from vendor_audit.wire.stun_attributes import address, xor_address
from vendor_audit.wire.stun_stream import StunStream
from vendor_audit.wire.tls_records import RecordStream
from vendor_audit.wire.tls_server_messages import parse_certificates, parse_server_hello
from vendor_audit.wire.turn_uri import parse_turn_uri

if TYPE_CHECKING:
    from collections.abc import Callable

SLOWEST_ALLOWED = 1.0
"""Seconds for one input: what takes longer counts as a hang."""

HELLO = DtlsClientHello(
    0xFEFD,
    (0xC02B, 0xC02F, 0x1301),
    bytes(range(32)),
    b"cookie",
    extensions=(
        tls_client_hello.supported_groups((29, 23)),
        tls_client_hello.signature_algorithms((0x0403, 0x0804)),
        use_srtp((7, 8, 1)),
        tls_client_hello.supported_versions((0xFEFC, 0xFEFD)),
    ),
)
SERVER_HELLO = b"\xfe\xfd" + bytes(32) + b"\0\xc0\x2b\0\0\x0d\xff\x01\0\x01\0\0\x17\0\0\0\x0e\0\0"
BINDING = stun.encode(
    stun.Message(
        stun.MessageClass.SUCCESS,
        stun.Method.BINDING,
        bytes(12),
        (
            stun.Attribute(stun.AttributeType.XOR_MAPPED_ADDRESS, b"\0\x01\x11\x22\x33\x44\x55\x66"),
            stun.Attribute(stun.AttributeType.SOFTWARE, b"a server"),
        ),
    )
)
SDP = "\r\n".join(
    (
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "a=ice-lite",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 0.0.0.0",
        "a=mid:0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901",
        "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
        "a=setup:actpass",
        "a=candidate:1 1 UDP 2130706431 192.0.2.1 3478 typ host",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "a=mid:1",
        "a=sctp-port:5000",
        "",
    )
)
FLIGHT = b"".join(HELLO.to_datagrams()) + b"".join(encode_handshake(2, 1, SERVER_HELLO, 0xFEFD, 1))


def _assemble(data: bytes) -> None:
    assembler = Assembler(Limits(total=20_000, message=4_000, messages=8, fragments=64, arrivals=64))
    for start in range(0, len(data), 200):
        assembler.feed(data[start : start + 200])
    assembler.feed(data)


def _stream(data: bytes) -> None:
    stream = StunStream()
    for start in range(0, len(data), 7):
        stream.feed(data[start : start + 7])


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


CODECS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "DTLS records and handshake": (_assemble, FLIGHT),
    "DTLS ClientHello": (parse_dtls_client_hello, HELLO.encode()),
    "DTLS HelloVerifyRequest": (parse_hello_verify_request, b"\xfe\xff\x06cookie"),
    "ServerHello": (parse_server_hello, SERVER_HELLO),
    "Certificate": (parse_certificates, b"\0\0\x08\0\0\x05hello"),
    "use_srtp": (parse_use_srtp, b"\0\4\0\1\0\7\0"),
    "TLS records": (lambda data: RecordStream().feed(data), b"\x16\3\3\0\x39\2\0\0\x35" + SERVER_HELLO),
    "STUN message": (stun.decode, BINDING),
    "STUN address": (address, b"\0\x01\x11\x22\x33\x44\x55\x66"),
    "STUN masked address": (lambda data: xor_address(data, bytes(12)), b"\0\x02\x11\x22" + bytes(16)),
    "STUN over a stream": (_stream, BINDING + b"\x40\0\0\3abc\0"),
    "demultiplexing": (protocol_of, b"\x16\xfe\xfd"),
    "SDP": (_text(parse_sdp), SDP.encode()),
    "ICE candidate": (_text(parse_candidate), b"candidate:1 1 UDP 2130706431 192.0.2.1 3478 typ host"),
    "TURN URI": (_text(parse_turn_uri), b"turns:turn.acme.example:5349?transport=tcp"),
}


@dataclass
class Outcome:
    """What became of the inputs of one codec."""

    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)
    """What came out that should not have, with the input."""


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some of them changed, taken out, doubled or put in; sometimes other bytes altogether."""
    if chance.randrange(20) == 0:
        return chance.randbytes(chance.randrange(400))
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(5):
            case 0 if at < len(found):
                found[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del found[at : at + chance.randrange(1, 9)]
            case 2:
                found[at:at] = found[at : at + chance.randrange(1, 40)]
            case 3:
                found[at:at] = chance.randbytes(chance.randrange(1, 9))
            case _:
                found[at : at + 2] = chance.randbytes(2)
    return bytes(found)


def fuzz(job: tuple[str, int, int]) -> tuple[str, Outcome]:
    """Return what became of so many inputs to a codec."""
    name, inputs, seed = job
    read, sample = CODECS[name]
    chance = random.Random(f"{name} {seed}")  # noqa: S311 # repeatable on purpose
    outcome = Outcome()
    for _ in range(inputs):
        data = mutated(sample, chance)
        begin = time.perf_counter()
        try:
            read(data)
            outcome.read += 1
        except WireError:
            outcome.refused += 1
        except Exception as error:  # noqa: BLE001 # that is what is looked for
            outcome.broken.append(f"{type(error).__name__}: {error} on {data.hex()}")
        took = time.perf_counter() - begin
        outcome.slowest = max(outcome.slowest, took)
        if took > SLOWEST_ALLOWED:
            outcome.broken.append(f"{took:.1f} s on {data.hex()}")
    return name, outcome


def main() -> int:
    """Fuzz, print, and return 1 where a codec broke its promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="inputs in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    settings = parser.parse_args()
    share = -(-settings.inputs // len(CODECS))
    begin = time.perf_counter()
    with multiprocessing.Pool(settings.jobs) as pool:
        found = dict(pool.imap_unordered(fuzz, [(name, share, settings.seed) for name in CODECS]))
    print(f"{'codec':28} {'read':>9} {'refused':>9} {'broken':>7} {'slowest':>11}")
    total: Counter[str] = Counter()
    for name in CODECS:
        outcome = found[name]
        total.update(inputs=outcome.read + outcome.refused + len(outcome.broken), broken=len(outcome.broken))
        times = f"{outcome.slowest * 1e3:.2f} ms"
        print(f"{name:28} {outcome.read:9} {outcome.refused:9} {len(outcome.broken):7} {times:>11}")
        for each in outcome.broken[:3]:
            print(f"    {each}")
    print(f"{total['inputs']} inputs in {time.perf_counter() - begin:.0f} s, {total['broken']} broken promises")
    return 1 if total["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
