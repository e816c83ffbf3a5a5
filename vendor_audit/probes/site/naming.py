"""What the vendor is called, where its own pages say so more than once, and who its legal notice names. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_audit.documents.values.companies import find_form, has_legal_form
from vendor_audit.probes.site.words import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vendor_audit.probes.site.page import SitePage

_NAME = 100
"""Characters of a name; what is longer is a slogan."""
_SEPARATOR = re.compile(r"\s[-–—|·•»:]\s")  # noqa: RUF001 # the dashes of titles
_MOST_ENTITIES = 3
_AFTER_FORM = 1
"""Characters behind the legal form, a full stop or a comma: more, and the line is a sentence."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and where it stands."""

    text: str
    origin: str
    """For a person: "from og:site_name on https://…"."""


def vendor_name(pages: Sequence[SitePage], domain: str) -> Named | None:
    """Return the name that the site gives itself; None: it does not say, or not clearly.

    Args:
        pages: of the vendor's own domain, the start page first.
        domain: the registrable domain.
    """
    if not pages:
        return None
    start = pages[0]
    if start.site_name and len(start.site_name) <= _NAME:
        return Named(start.site_name, f"from og:site_name on {start.url}")
    parts = [(page, part) for page in pages for part in _parts(page.title)]
    titles: dict[str, set[str]] = {}
    for page, part in parts:
        titles.setdefault(folded(part), set()).add(page.title)
    common = [part for page, part in parts if page is start and len(titles[folded(part)]) > 1]
    if len(common) == 1:
        return Named(common[0], f"in the title of {start.url} and of other pages of the site")
    label = _letters(domain.partition(".")[0])
    own = [part for page, part in parts if page is start and _letters(part) == label]
    return Named(own[0], f"in the title of {start.url}, and the domain is called so") if own else None


def legal_entities(page: SitePage) -> tuple[str, ...]:
    """Return what a legal notice names on a line of its own with a legal form: companies, at most three."""
    found = dict.fromkeys(line for line in page.lines if _is_company(line))
    return tuple(found)[:_MOST_ENTITIES]


def _is_company(line: str) -> bool:
    form = find_form(line) if len(line) <= _NAME else None
    return form is not None and len(line) - form.end <= _AFTER_FORM and has_legal_form(line)


def _parts(title: str) -> Iterable[str]:
    parts = _SEPARATOR.split(title)
    return [part.strip() for part in parts if 1 < len(part.strip()) <= _NAME]


def _letters(text: str) -> str:
    return "".join(each for each in folded(text) if each.isalnum())
