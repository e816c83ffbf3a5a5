"""What the http probe keeps of an exchange: the head, with everything removed that could be a secret, and the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vendor_audit.observation import Evidence
from vendor_audit.probes.http.cookies import REMOVED, parse_set_cookie
from vendor_audit.probes.http.text import cap, visible

if TYPE_CHECKING:
    from vendor_audit.probes.http.exchange import Answer

_SECRET = re.compile(r"cookie|authori[sz]ation|authentication-info|token|secret|session|api-?key|credential")
_LONGEST_VALUE = 8_000
_PAGE_LIMIT = 1_000_000


def head_evidence(answer: Answer) -> Evidence:
    """Return the head of a response as text: status, headers in their order, no cookie's value and no credential."""
    lines = [f"GET {answer.url}", f"from {answer.address}", "", f"{answer.version} {answer.status}"]
    for name, value in answer.headers:
        lowered = name.lower()
        if lowered == "set-cookie":
            shown = parse_set_cookie(value).shown()
        elif _SECRET.search(lowered):
            shown = REMOVED
        else:
            shown = value
        lines.append(f"{visible(name)}: {visible(cap(shown, _LONGEST_VALUE))}")
    if answer.cut:
        lines += ["", f"(the body is not whole: {answer.cut})"]
    text = "\n".join(lines) + "\n"
    return Evidence(f"response head of {cap(answer.url, 200)}", "text/plain; charset=utf-8", text.encode())


def body_evidence(answer: Answer, title: str, media_type: str) -> Evidence:
    """Return the body as it came, decompressed and cut."""
    return Evidence(title, media_type, answer.body[:_PAGE_LIMIT])
