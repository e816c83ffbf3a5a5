"""The file security.txt (RFC 9116): what it says, and how it departs from the RFC. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vendor_audit.probes.http.follow import parse_url
from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from vendor_audit.observation import Json
    from vendor_audit.probes.http.exchange import Answer

WELL_KNOWN = "/.well-known/security.txt"
LEGACY = "/security.txt"
SIZE_LIMIT = 32_000
"""Bytes: the bound that RFC 9116, 5.4 proposes to those who read the file."""
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]{0,60}):[ \t]*+(.*)\Z")
_MOST = 50
_ONCE = ("expires", "preferred-languages")
_SECURE_URI = re.compile(r"(?:https://|mailto:[^@\s]+@|tel:\+?[0-9]|openpgp4fpr:|dns:)", re.IGNORECASE)
_URIS = ("acknowledgments", "canonical", "contact", "encryption", "hiring", "policy")
_LONG = 366
"""Days: an Expires should lie less than a year ahead (RFC 9116, 2.5.5)."""


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """The fields of the file."""

    fields: tuple[tuple[str, str], ...]
    """Lower-case name and value, in order."""
    signed: bool
    stray_lines: int
    """Lines that are neither field, comment nor empty."""

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a field (lower case), in order."""
        return tuple(value for each, value in self.fields if each == name)


def parse_security_txt(text: str) -> SecurityTxt:
    """Return the fields of a security.txt; of a signed one (RFC 9580, 7) the fields of the signed text."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    signed = "-----BEGIN PGP SIGNED MESSAGE-----" in lines
    if signed:
        begin = lines.index("-----BEGIN PGP SIGNED MESSAGE-----")
        lines = lines[begin + 1 :]
        lines = lines[lines.index("") + 1 :] if "" in lines else lines
        if "-----BEGIN PGP SIGNATURE-----" in lines:
            lines = lines[: lines.index("-----BEGIN PGP SIGNATURE-----")]
    fields, stray = [], 0
    for line in lines:
        match = _FIELD.match(line.removeprefix("- ").rstrip())
        if match:
            fields.append((match[1].lower(), match[2].strip()))
        elif line.strip() and not line.startswith("#"):
            stray += 1
    return SecurityTxt(tuple(fields), signed, stray)


def looks_like_one(file: SecurityTxt) -> bool:
    """Return whether the text has a field that makes it a security.txt, and not the page that a site shows for all."""
    return bool(file.values("contact") or file.values("expires"))


def parse_expires(value: str) -> datetime | None:
    """Return a date and time as RFC 3339 writes it, UTC; None: it is none."""
    if not _DATE_TIME.match(value):
        return None
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


def security_txt_facts(
    file: SecurityTxt, answer: Answer, asked: str, now: datetime
) -> tuple[dict[str, Json], dict[str, str]]:
    """Return the fact ``security_txt`` of a file that was found, and what of it is unknown.

    Args:
        file: the parsed file.
        answer: the answer that brought it.
        asked: the URL that was asked for, before redirects.
        now: for the days that are left.
    """
    facts: dict[str, Json] = {
        "found": True,
        "url": cap(answer.url),
        "contacts": [cap(each) for each in file.values("contact")[:_MOST]],
        "signed": file.signed,
    }
    policies = file.values("policy")
    if policies:
        facts["policy"] = cap(policies[0])
    problems = _problems_of_transport(answer, asked) + _problems_of_fields(file)
    expires = parse_expires(file.values("expires")[0]) if file.values("expires") else None
    if expires:
        left = (expires - now).days
        facts |= {"expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"), "days_left": left}
        if left < 0:
            problems.append("it has expired")
        elif left > _LONG:
            problems.append("Expires lies more than a year ahead")
    facts["problems"] = problems[:_MOST]
    unknown = {}
    if answer.cut:
        unknown = dict.fromkeys(("security_txt.contacts", "security_txt.problems"), f"the file is cut: {answer.cut}")
    elif len(file.values("contact")) > _MOST:
        unknown["security_txt.contacts"] = f"only the first {_MOST} were kept"
    return facts, unknown


def _problems_of_transport(answer: Answer, asked: str) -> list[str]:
    problems = []
    here, there = parse_url(asked), parse_url(answer.url)
    if there is None or there.scheme != "https":
        problems.append("it is not served over https")
    if here is not None and here.path != WELL_KNOWN:
        problems.append("it stands at /security.txt and not under /.well-known/")
    if here is not None and there is not None and here.host != there.host:
        problems.append(f"a redirect leads to another host, {cap(there.host, 200)}")
    if answer.media_type != "text/plain":
        problems.append(f"its media type is '{cap(answer.media_type, 100)}' and not text/plain")
    if answer.cut:
        problems.append(f"it could not be read whole: {answer.cut}")
    return problems


def _problems_of_fields(file: SecurityTxt) -> list[str]:
    problems = [f"the field {each.title()} is missing" for each in ("contact", "expires") if not file.values(each)]
    problems += [f"the field {each.title()} is there more than once" for each in _ONCE if len(file.values(each)) > 1]
    expires = file.values("expires")
    if expires and parse_expires(expires[0]) is None:
        problems.append(f"Expires is no date and time of RFC 3339: '{cap(expires[0], 100)}'")
    for name in _URIS:
        for value in file.values(name)[:_MOST]:
            if not _SECURE_URI.match(value):
                problems.append(f"{name.title()} is no https, mailto or tel URI: '{cap(value, 100)}'")
    if file.stray_lines:
        problems.append(f"{file.stray_lines} lines are neither a field nor a comment")
    canonical = file.values("canonical")
    if canonical and WELL_KNOWN not in " ".join(canonical):
        problems.append("no Canonical field names a /.well-known/security.txt")
    return problems
