"""A secret that somebody wrote into a vendor file does not reach a terminal or a CI log by way of an error message."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vendor_audit.vendor.secrets import PLACEHOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vendor_audit.source.diagnostic import Diagnostic
    from vendor_audit.source.strict_yaml import Json, Path, SourceDocument

_SECRET_KEYS = ("password", "token", "username", "secret", "credential")
_SECRET_PART = re.compile(r"pass|pwd|secret|token|credential|user", re.IGNORECASE)
_ALIKE = 0.8
"""How near a misspelt key comes to one of these (difflib's ratio); ``name`` and ``username`` have 0.67."""
_KEY = 100
"""Characters of a key that are looked at."""
_KEY_IN_LINE = re.compile(r"(?<![\w-])([\w-]{1,100})[\"']?\s{0,9}:(?!//)\s{0,99}(?=\S)")
"""A key in a line of a file that may not be YAML, up to its value."""
_CREDENTIALS = re.compile(r"(?<=//)(?:[^\s\"'@:]{0,300}:[^\s\"']{0,300}|[^/\s@]{1,300})(?=@)")
"""User name and password in a URL (RFC 3986, 3.2.1), also where the password has a ``/`` that it must not have."""
_DOT = "•"
"""As many of them as there were characters, so that the caret keeps its place."""


def mask(diagnostics: Iterable[Diagnostic], document: SourceDocument) -> list[Diagnostic]:
    """Return the diagnostics with every value in the file's lines hidden that is, or looks like, a literal secret."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for path in _secret_paths(document.data):
        start, end = document.span(path) or (document.place(()), document.place(()))
        for number in range(start.line, end.line + 1):
            first = start.column - 1 if number == start.line else 0
            last = end.column - 1 if number == end.line else len(document.lines[number - 1])
            spans.setdefault(number, []).append((first, last))
    lines = {number: _without_spans(document.lines[number - 1], hidden) for number, hidden in spans.items()}
    return _with_lines(diagnostics, lines)


def mask_unreadable(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics of a file that is not YAML with everything hidden that follows a secret's key."""
    found = list(diagnostics)
    lines = {each.place.line: each.source_line for each in found}
    return _with_lines(found, {number: _without_values(line) for number, line in lines.items()})


def literal_secrets(data: Json) -> Iterator[Path]:
    """Yield the paths of the schema's secrets (of TURN servers and sessions) that are written out."""
    media = data.get("media") if isinstance(data, dict) else None
    servers = media.get("turn") if isinstance(media, dict) else None
    whip = media.get("whip") if isinstance(media, dict) else None
    for index, server in enumerate(servers if isinstance(servers, list) else ()):
        for key in ("username", "password"):
            if isinstance(server, dict) and _is_literal(server.get(key)):
                yield ("media", "turn", index, key)
    if isinstance(whip, dict) and _is_literal(whip.get("token")):
        yield ("media", "whip", "token")
    sessions = media.get("sessions") if isinstance(media, dict) else None
    for index, session in enumerate(sessions if isinstance(sessions, list) else ()):
        if isinstance(session, dict) and _is_literal(session.get("token")):
            yield ("media", "sessions", index, "token")


def _secret_paths(data: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of all values under keys that look like a secret's and that are not placeholders."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if isinstance(key, str) and _is_literal(value) and _names_a_secret(key):
            yield (*path, key)
        else:
            yield from _secret_paths(value, (*path, key))


def _is_literal(value: Json) -> bool:
    return value is not None and not (isinstance(value, str) and PLACEHOLDER.fullmatch(value))


def _names_a_secret(key: str) -> bool:
    """Return whether a key, misspelt perhaps, may have a secret as its value."""
    near = difflib.get_close_matches(key[:_KEY].lower(), _SECRET_KEYS, n=1, cutoff=_ALIKE)
    return bool(near or _SECRET_PART.search(key))


def _without_spans(line: str, spans: list[tuple[int, int]]) -> str:
    """Return a line with these parts, given in their order, hidden."""
    pieces, position = [], 0
    for first, last in spans:
        pieces += [line[position:first], _DOT * (last - first)]
        position = last
    return "".join([*pieces, line[position:]])


def _without_values(line: str) -> str:
    """Return a line with everything hidden from the value of the first secret's key on."""
    for match in _KEY_IN_LINE.finditer(line):
        placeholder = PLACEHOLDER.match(line, match.end() + (line[match.end()] in "\"'"))
        if _names_a_secret(match.group(1)) and not placeholder:
            return line[: match.end()] + _DOT * (len(line) - match.end())
    return line


def _with_lines(diagnostics: Iterable[Diagnostic], lines: dict[int, str]) -> list[Diagnostic]:
    """Return the diagnostics with these lines in place of the file's, and no credentials of a URL anywhere."""
    # A line may be as long as the file, and have many mistakes: it is searched once.
    clean: dict[tuple[int, str], str] = {}
    masked = []
    for each in diagnostics:
        line = lines.get(each.place.line, each.source_line)
        key = (each.place.line, line)
        if key not in clean:
            clean[key] = _CREDENTIALS.sub(lambda match: _DOT * len(match.group()), line)
        message = _CREDENTIALS.sub(_DOT * 3, each.message)
        masked.append(replace(each, message=message, source_line=clean[key]))
    return masked
