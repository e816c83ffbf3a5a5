"""What a first look needs of a page: its links, its title, its scripts, its words. Pure; runs no script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from vendor_audit.documents.markup import Tag, tokens, unescape
from vendor_audit.probes.http.follow import parse_url
from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_TOKENS = 200_000
MOST_LINKS = 3_000
"""Of one page."""
_MOST_SCRIPTS = 50
_TEXT = 300
"""Characters of a link's text, a title or a heading."""
_WORDS = 20_000
"""Characters of the page's own text that are kept."""
_URL = 2_000
"""Characters of a URL: as many as a vendor file takes."""
_BREAKS = frozenset(
    [
        "p",
        "br",
        "div",
        "li",
        "td",
        "th",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "address",
        "section",
        "header",
        "footer",
        "dd",
        "dt",
    ]
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the page has it."""

    text: str
    """With its label; one line."""
    href: str
    """Absolute, without the part after ``#``."""


@dataclass(slots=True)
class SitePage:
    """What was found so far."""

    url: httpx.URL
    base: httpx.URL
    title: str = ""
    heading: str = ""
    """The first ``h1``."""
    site_name: str = ""
    """As ``og:site_name`` has it."""
    links: dict[tuple[str, str], Link] = field(default_factory=dict)
    scripts: dict[str, None] = field(default_factory=dict)
    """Absolute URLs of the scripts that it loads."""
    has_script: bool = False
    cut: bool = False
    """Whether it has more links or tags than were read."""
    lines: list[str] = field(default_factory=list)
    """The page's text: what stands between two breaks is one line."""
    _kept: int = 0
    _line: list[str] = field(default_factory=list)
    _anchor: tuple[str, list[str]] | None = None
    _heading: list[str] | None = None

    def _absolute(self, reference: str) -> str:
        """Return the absolute http or https URL; empty: it is none, or too long."""
        reference = reference.strip()
        if not reference or reference == "#" or len(reference) > _URL:
            return ""
        try:
            url = parse_url(str(self.base.join(reference).copy_with(fragment=None, userinfo=b"")))
        except (httpx.InvalidURL, ValueError):
            return ""
        return str(url) if url is not None and len(str(url)) <= _URL else ""

    def take_text(self, text: str) -> None:
        """Take text between tags."""
        if self._anchor and len(self._anchor[1]) < _TEXT:
            self._anchor[1].append(text[:_TEXT])
        if self._heading is not None and len(self._heading) < _TEXT:
            self._heading.append(text[:_TEXT])
        if self._kept < _WORDS:
            self._kept += len(text)
            self._line.append(text[:_WORDS])

    def take_tag(self, tag: Tag) -> None:
        """Take a tag."""
        if tag.name in _BREAKS:
            self._break()
        if tag.end:
            if tag.name == "a":
                self._finish_link()
            elif tag.name == "h1":
                self._finish_heading()
        elif tag.name in _READERS:
            _READERS[tag.name](self, tag)

    def _start_link(self, tag: Tag) -> None:
        self._finish_link()
        label = " ".join(tag.attributes.get(each, "") for each in ("aria-label", "title", "alt"))
        self._anchor = (tag.attributes.get("href", ""), [f"{label} " if label.strip() else ""])

    def _image(self, tag: Tag) -> None:
        self.take_text(f" {tag.attributes.get('alt', '')} ")

    def _start_heading(self, _: Tag) -> None:
        if not self.heading:
            self._heading = []

    def _title(self, tag: Tag) -> None:
        self.title = self.title or _one_line(unescape(tag.content[:5_000]))

    def _base(self, tag: Tag) -> None:
        self.base = httpx.URL(self._absolute(tag.attributes.get("href", "")) or str(self.base))

    def _meta(self, tag: Tag) -> None:
        if tag.attributes.get("property", "").strip().lower() == "og:site_name":
            self.site_name = self.site_name or _one_line(tag.attributes.get("content", ""))

    def _script(self, tag: Tag) -> None:
        self.has_script = True
        source = self._absolute(tag.attributes.get("src", ""))
        if source and len(self.scripts) < _MOST_SCRIPTS:
            self.scripts.setdefault(source)

    def finish(self) -> None:
        """Take the end of the page."""
        self._finish_link()
        self._finish_heading()
        self._break()

    def _break(self) -> None:
        line = _one_line("".join(self._line))
        if line:
            self.lines.append(line)
        self._line = []

    def _finish_heading(self) -> None:
        if self._heading is not None:
            self.heading = _one_line("".join(self._heading))
            self._heading = None

    def _finish_link(self) -> None:
        if self._anchor is None:
            return
        href, parts = self._anchor
        self._anchor = None
        url = self._absolute(href)
        if not url:
            return
        if len(self.links) >= MOST_LINKS:
            self.cut = True
            return
        text = _one_line("".join(parts))
        # A label that repeats the text says nothing more.
        half = text[: len(text) // 2]
        if text == f"{half} {half}":
            text = half
        self.links.setdefault((text, url), Link(text, url))


_READERS: dict[str, Callable[[SitePage, Tag], None]] = {
    "a": SitePage._start_link,  # noqa: SLF001 # its own table
    "area": SitePage._start_link,  # noqa: SLF001 # as above
    "base": SitePage._base,  # noqa: SLF001 # as above
    "h1": SitePage._start_heading,  # noqa: SLF001 # as above
    "img": SitePage._image,  # noqa: SLF001 # as above
    "meta": SitePage._meta,  # noqa: SLF001 # as above
    "script": SitePage._script,  # noqa: SLF001 # as above
    "title": SitePage._title,  # noqa: SLF001 # as above
}


def read_site_page(text: str, url: httpx.URL) -> SitePage:
    """Return what stands in a page of this URL, bounded."""
    page = SitePage(url, url)
    for number, token in enumerate(tokens(text)):
        if number >= MOST_TOKENS or page.cut:
            page.cut = True
            break
        if isinstance(token, str):
            page.take_text(token)
        else:
            page.take_tag(token)
    page.finish()
    return page


def sitemap_addresses(text: str) -> Iterator[str]:
    """Yield the http and https URLs of a sitemap (sitemaps.org 0.9), at most `MOST_LINKS`."""
    for number, match in enumerate(_LOC.finditer(text)):
        if number >= MOST_LINKS:
            return
        url = parse_url(unescape(match[1]))
        if url is not None:
            yield str(url.copy_with(fragment=None, userinfo=b""))


_LOC = re.compile(r"<loc>\s{0,20}+([^<>\s]{1,2000}+)\s{0,20}+</loc>", re.IGNORECASE)


def _one_line(text: str) -> str:
    return cap(" ".join(text.split()), _TEXT)
