"""Session descriptions as WebRTC writes them (RFC 8866; RFC 8829 for how the attributes go together).

`parse` takes any text and gives a `Description` or raises `WireError`; what one attribute says stands in the RFC that
its reader names. `audio_offer` writes the one offer that an auditor makes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from vendor_audit.secret import Secret
from vendor_audit.wire.errors import WireError
from vendor_audit.wire.ice_candidate import number, parse_candidate
from vendor_audit.wire.sdp_model import Crypto, Description, Fingerprint, Section, Transport
from vendor_audit.wire.sdp_offer import audio_offer

if TYPE_CHECKING:
    from vendor_audit.wire.ice_candidate import Candidate

__all__ = ["Crypto", "Description", "Fingerprint", "Section", "Transport", "audio_offer", "parse"]

_T = TypeVar("_T")

_CHARACTERS: Final = 2_000_000
_LINES: Final = 50_000
_SECTIONS: Final = 1_000
_CANDIDATES: Final = 1_000
"""Of the whole description; what is more is counted as unread."""
_FINGERPRINTS: Final = 64
"""Of a section; RFC 8122, 5.1 wants one for each hash function."""
_CRYPTOS: Final = 256
_PORTS: Final = 65_535
_TAGS: Final = 999_999_999

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]{1,256}")
"""RFC 8866, 9."""
_PROTOCOL: Final = re.compile(r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~/]{1,256}")
_DIGEST: Final = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){0,255}")
_SETUPS: Final = frozenset({"actpass", "active", "passive", "holdconn"})
_DIRECTIONS: Final = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})
_MEDIA_FIELDS: Final = 3


@dataclass(slots=True)
class _Part:
    """The lines of the session, or of one section, as far as they are read."""

    media: tuple[str, int, str, tuple[str, ...]] | None = None
    flags: set[str] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    """First value of each attribute that has one."""
    fingerprints: list[Fingerprint] = field(default_factory=list)
    cryptos: list[Crypto] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    direction: str | None = None


def parse(text: str) -> Description:
    """Return what a description says; lines may end with CR LF or with LF.

    Attributes that we do not know are passed over, as RFC 8866, 5.13 demands. A candidate that is none is counted in
    `Description.unread`; any other attribute that we know and cannot read makes the whole unreadable, for what it says
    of keys would be missing.

    Raises:
        WireError: the text is no session description, or more than we hold.
    """
    if len(text) > _CHARACTERS:
        raise WireError(f"a session description has more than {_CHARACTERS} characters")
    lines = text.removeprefix("\ufeff").strip().split("\n", _LINES)
    if len(lines) > _LINES:
        raise WireError(f"a session description has more than {_LINES} lines")
    if lines[0].strip() != "v=0":
        raise WireError("a session description begins with v=0")
    session = _Part()
    parts: list[_Part] = []
    bundles: list[tuple[str, ...]] = []
    counts = {"candidates": 0, "unread": 0}
    for line in lines[1:]:
        kind, value = _line(line)
        if kind == "m":
            if len(parts) == _SECTIONS:
                raise WireError(f"a session description has more than {_SECTIONS} media sections")
            parts.append(_Part(_media(value)))
        elif kind == "a":
            _attribute(value, parts[-1] if parts else session, counts)
            if not parts and value.startswith("group:BUNDLE "):
                bundles.append(tuple(value.split()[1:]))
    sections = tuple(_section(part, session) for part in parts)
    return Description(
        sections=_bundled(sections, bundles),
        bundles=tuple(bundles),
        ice_lite="ice-lite" in session.flags or any("ice-lite" in part.flags for part in parts),
        unread=counts["unread"],
    )


def _line(line: str) -> tuple[str, str]:
    """Return type and value of a line; of an empty one nothing."""
    text = line.rstrip("\r")
    if not text.strip():
        return "", ""
    if len(text) < len("a=") or text[1] != "=" or not text[0].isalpha():
        raise WireError("a line of a session description has no type")
    return text[0], text[2:]


def _media(value: str) -> tuple[str, int, str, tuple[str, ...]]:
    """Return kind, port, protocol and formats of an ``m=`` line (RFC 8866, 5.14)."""
    fields = value.split()
    if len(fields) < _MEDIA_FIELDS:
        raise WireError("a media line has too few fields")
    port = number(fields[1].partition("/")[0], 0, _PORTS)
    return _token(fields[0]), port, _token(fields[2], _PROTOCOL), tuple(fields[3:])


def _attribute(text: str, part: _Part, counts: dict[str, int]) -> None:
    name, found, value = text.partition(":")
    value = value.strip()
    if not found:
        if name.strip() in _DIRECTIONS:
            part.direction = name.strip()
        part.flags.add(name.strip())
    elif name == "candidate":
        _add_candidate(text, part, counts)
    elif name == "fingerprint":
        _bounded(part.fingerprints, _FINGERPRINTS).append(_fingerprint(value))
    elif name == "crypto":
        _bounded(part.cryptos, _CRYPTOS).append(_crypto(value))
    elif name == "setup":
        if value not in _SETUPS:
            raise WireError("an attribute setup has a value that it cannot have")
        part.values.setdefault(name, value)
    elif name in {"mid", "ice-ufrag", "ice-pwd", "ice-options", "sctp-port"}:
        part.values.setdefault(name, value)


def _add_candidate(text: str, part: _Part, counts: dict[str, int]) -> None:
    if counts["candidates"] == _CANDIDATES:
        counts["unread"] += 1
        return
    counts["candidates"] += 1
    try:
        part.candidates.append(parse_candidate(text))
    except WireError:
        counts["unread"] += 1


def _fingerprint(value: str) -> Fingerprint:
    """Return a fingerprint (RFC 8122, 5)."""
    algorithm, _, digest = value.partition(" ")
    return Fingerprint(_token(algorithm).lower(), _token(digest.strip(), _DIGEST).upper())


def _crypto(value: str) -> Crypto:
    """Return a key of SDES (RFC 4568, 9.1)."""
    tag, _, rest = value.partition(" ")
    suite, _, keys = rest.strip().partition(" ")
    return Crypto(number(tag, 0, _TAGS), _token(suite), Secret(keys))


def _section(part: _Part, session: _Part) -> Section:
    """Return a section with what it inherits from the session (RFC 8866, 5.13; RFC 8122, 5; RFC 8839, 5.4)."""
    if part.media is None:  # pragma: no cover # parts begin with their media line
        raise WireError("a section has no media line")
    kind, port, protocol, formats = part.media
    values = {**session.values, **part.values}
    pwd, sctp = values.get("ice-pwd"), values.get("sctp-port")
    transport = Transport(
        setup=values.get("setup"),
        fingerprints=tuple(part.fingerprints or session.fingerprints),
        ice_ufrag=values.get("ice-ufrag"),
        ice_pwd=None if pwd is None else Secret(pwd),
        ice_options=tuple(values.get("ice-options", "").split()),
        candidates=tuple(part.candidates or session.candidates),
        end_of_candidates="end-of-candidates" in part.flags | session.flags,
    )
    return Section(
        kind=kind,
        port=port,
        protocol=protocol,
        formats=formats,
        transport=transport,
        mid=part.values.get("mid"),
        direction=part.direction or session.direction or "sendrecv",
        rtcp_mux="rtcp-mux" in part.flags,
        bundle_only="bundle-only" in part.flags,
        # RFC 4568, 4.1 has keys in sections alone; one before them lies open all the same.
        cryptos=tuple(part.cryptos or session.cryptos),
        sctp_port=None if sctp is None else number(sctp, 0, _PORTS),
    )


def _bundled(sections: tuple[Section, ...], bundles: list[tuple[str, ...]]) -> tuple[Section, ...]:
    """Give bundled sections the transport of their group where they have none.

    RFC 8843, 7.1.3: the attributes of the transport stand in the section that the group names first, and nowhere else
    once the bundle is agreed upon.
    """
    by_mid = {each.mid: each for each in reversed(sections) if each.mid is not None}
    tagged: dict[str, Transport] = {}
    for bundle in bundles:
        first = by_mid.get(bundle[0]) if bundle else None
        if first is not None:
            tagged.update(dict.fromkeys(bundle, first.transport))
    return tuple(
        replace(each, transport=tagged[each.mid])
        if each.mid in tagged and not each.transport.fingerprints and each.transport.ice_ufrag is None
        else each
        for each in sections
    )


def _token(text: str, grammar: re.Pattern[str] = _TOKEN) -> str:
    if not grammar.fullmatch(text):
        raise WireError("a word of a session description has a character that it may not have")
    return text


def _bounded(items: list[_T], most: int) -> list[_T]:
    if len(items) >= most:
        raise WireError(f"a section repeats an attribute more than {most} times")
    return items
