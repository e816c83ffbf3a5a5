"""What stands in a page, read without running its scripts. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from vendor_audit.documents.markup import Tag, tokens, unescape
from vendor_audit.probes.http.domains import registrable
from vendor_audit.probes.http.follow import host_of, parse_url
from vendor_audit.probes.http.links import link_words
from vendor_audit.probes.http.text import cap

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_audit.observation import Json

MOST_TOKENS = 200_000
MOST_REFERENCES = 5_000
_MOST_RESOURCES = 500
_MOST_LINKS = 50
_LINK_TEXT = 300
_STYLE_URLS = re.compile(r"(@import\s++(?:url\(\s*+)?+|url\(\s*+)[\"']?+([^\"')\s;]{1,2000}+)", re.IGNORECASE)
_FONT = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|\Z)", re.IGNORECASE)
_NO_SCRIPT_CODE = ("json", "importmap", "speculationrules", "template", "text/plain")
_SOURCES = {
    "img": ("image", "src"),
    "iframe": ("frame", "src"),
    "frame": ("frame", "src"),
    "embed": ("frame", "src"),
    "object": ("frame", "data"),
    "video": ("link", "src"),
    "audio": ("link", "src"),
    "source": ("link", "src"),
    "track": ("link", "src"),
}
_LOADED = {
    "stylesheet": "style",
    "modulepreload": "script",
    "icon": "image",
    "apple-touch-icon": "image",
    "manifest": "link",
    "preload": "link",
    "prefetch": "link",
    "preconnect": "link",
    "dns-prefetch": "link",
}
_PRELOADED = {"script": "script", "style": "style", "font": "font", "image": "image"}
_WITH_INTEGRITY = ("script", "style")


@dataclass(slots=True)
class Page:
    """What was found so far."""

    url: httpx.URL
    """The page's own: resources of another registrable domain are third-party."""
    base: httpx.URL
    """What relative references start from."""
    title: str | None = None
    language: str | None = None
    privacy_links: dict[str, str] = field(default_factory=dict)
    """href -> text"""
    imprint_links: dict[str, str] = field(default_factory=dict)
    resources: dict[tuple[str, str], dict[str, Json]] = field(default_factory=dict)
    forms_insecure: int = 0
    inline_scripts: int = 0
    links: int = 0
    """Anchors that lead somewhere, whatever their text."""
    meta_policies: list[str] = field(default_factory=list)
    """Contents of the meta elements for Content-Security-Policy in the head."""
    meta_referrers: list[str] = field(default_factory=list)
    head_read: bool = False
    """Whether the head was read to its end."""
    cut: str = ""
    """Why not the whole page was read; empty: it was."""
    looked: int = 0
    """References that were made absolute: what costs time."""
    _in_head: bool = True
    _link: tuple[str, list[str]] | None = None
    _dropped: set[str] = field(default_factory=set)

    def facts(self) -> tuple[dict[str, Json], dict[str, str]]:
        """Return the fact ``page`` and what of it is unknown or incomplete, by dotted path."""
        facts: dict[str, Json] = {
            "privacy_links": [{"text": text, "href": href} for href, text in self.privacy_links.items()],
            "imprint_links": [{"text": text, "href": href} for href, text in self.imprint_links.items()],
            "resources": list(self.resources.values()),
        }
        unknown = {f"page.{each}": "only the first ones were kept" for each in sorted(self._dropped)}
        if not self.links and (self.inline_scripts or any(kind == "script" for kind, _ in self.resources)):
            reason = "the page as delivered has no link at all: its scripts build it, and only a browser would see them"
            unknown |= {"page.privacy_links": reason, "page.imprint_links": reason}
        if self.cut:
            reason = f"the page was not read to its end: {self.cut}"
            unknown |= {f"page.{each}": reason for each in facts}
            unknown |= {"page.forms_insecure": reason, "page.inline_scripts": reason}
        else:
            facts |= {"forms_insecure": self.forms_insecure, "inline_scripts": self.inline_scripts}
        for name, value in (("title", self.title), ("language", self.language)):
            if value:
                facts[name] = cap(value)
            elif self.cut:
                unknown[f"page.{name}"] = f"the page was not read to its end: {self.cut}"
        return facts, unknown

    def absolute(self, reference: str) -> httpx.URL | None:
        """Return the http or https URL that a reference in the page names; None: it names none."""
        self.looked += 1
        try:
            return parse_url(str(self.base.join(reference.strip()))) if reference.strip() else None
        except (httpx.InvalidURL, ValueError):
            return None

    def load(self, kind: str, reference: str, *, integrity: bool | None = None) -> None:
        """Note that the page loads a resource."""
        url = self.absolute(reference)
        if url is None:
            return
        key = (kind, cap(str(url)))
        known = self.resources.get(key)
        if known is None and len(self.resources) >= _MOST_RESOURCES:
            self._dropped.add("resources")
            return
        if known is None:
            host = host_of(url)
            known = {"kind": kind, "url": key[1], "host": cap(host), "third_party": self._is_third_party(host)}
            self.resources[key] = known
        if integrity is not None and kind in _WITH_INTEGRITY:
            # One element without a hash is enough to load it unchecked.
            known["integrity"] = known.get("integrity", True) and integrity

    def _is_third_party(self, host: str) -> bool:
        return registrable(host) != registrable(host_of(self.url))

    def text(self, text: str) -> None:
        """Take text between tags."""
        if self._link and len(self._link[1]) < _LINK_TEXT:
            self._link[1].append(text[:_LINK_TEXT])

    def tag(self, tag: Tag) -> None:
        """Take a tag."""
        if tag.end:
            self._end(tag.name)
            return
        if self._in_head and tag.name not in _HEAD:
            self._end("head")
        if tag.name in _SOURCES:
            kind, name = _SOURCES[tag.name]
            self.load(kind, tag.attributes.get(name, ""))
            if tag.name == "img":
                self.text(f" {tag.attributes.get('alt', '')} ")
        elif tag.name in _READERS:
            _READERS[tag.name](self, tag)

    def finish(self, cut: str) -> None:
        """Take the end of what was read, and why it is not the end of the page."""
        self.cut = cut
        self.head_read = self.head_read or not cut
        self._finish_link()

    def _end(self, name: str) -> None:
        if name == "a":
            self._finish_link()
        elif name == "head":
            self._in_head = False
            self.head_read = True

    def _finish_link(self) -> None:
        if self._link is None:
            return
        reference, parts = self._link
        self._link = None
        url = self.absolute(reference)
        if url is None:
            return
        self.links += 1
        text, href = cap(" ".join("".join(parts).split()), _LINK_TEXT), cap(str(url))
        for purpose, found in (("privacy", self.privacy_links), ("imprint", self.imprint_links)):
            if link_words(purpose).match(text, href):
                if len(found) >= _MOST_LINKS and href not in found:
                    self._dropped.add(f"{purpose}_links")
                else:
                    found.setdefault(href, text)

    def _script(self, tag: Tag) -> None:
        if "src" in tag.attributes:
            self.load("script", tag.attributes["src"], integrity=bool(tag.attributes.get("integrity", "").strip()))
        elif not any(each in tag.attributes.get("type", "").lower() for each in _NO_SCRIPT_CODE):
            self.inline_scripts += 1

    def _anchor(self, tag: Tag) -> None:
        self._finish_link()
        label = " ".join(tag.attributes.get(each, "") for each in ("aria-label", "title", "alt"))
        self._link = (tag.attributes.get("href", ""), [f"{label} "])

    def _title(self, tag: Tag) -> None:
        if self.title is None:
            self.title = " ".join(unescape(tag.content).split())

    def _html(self, tag: Tag) -> None:
        self.language = self.language or tag.attributes.get("lang", "").strip() or None

    def _base(self, tag: Tag) -> None:
        self.base = self.absolute(tag.attributes.get("href", "")) or self.base

    def _form(self, tag: Tag) -> None:
        target = self.absolute(tag.attributes.get("action", ""))
        self.forms_insecure += (target or self.url).scheme == "http"

    def _style(self, tag: Tag) -> None:
        for number, match in enumerate(_STYLE_URLS.finditer(tag.content)):
            if number >= _MOST_RESOURCES:
                self._dropped.add("resources")
                return
            if match[1].lower().startswith("@import"):
                self.load("style", match[2])
            else:
                self.load("font" if _FONT.search(match[2]) else "image", match[2])

    def _link_element(self, tag: Tag) -> None:
        attributes = tag.attributes
        relations = attributes.get("rel", "").lower().split()
        kind = next((_LOADED[each] for each in relations if each in _LOADED), None)
        if kind is None or "alternate" in relations:
            return
        if "preload" in relations:
            kind = _PRELOADED.get(attributes.get("as", "").lower(), kind)
        integrity = bool(attributes.get("integrity", "").strip()) if "stylesheet" in relations else None
        self.load(kind, attributes.get("href", ""), integrity=integrity)

    def _meta(self, tag: Tag) -> None:
        attributes = tag.attributes
        content = attributes.get("content", "")
        if attributes.get("http-equiv", "").strip().lower() == "content-security-policy" and self._in_head:
            self.meta_policies.append(content)
        elif attributes.get("name", "").strip().lower() == "referrer":
            self.meta_referrers.append(content)


_HEAD = frozenset({"html", "head", "meta", "title", "link", "script", "style", "base", "noscript", "template"})


_READERS: dict[str, Callable[[Page, Tag], None]] = {
    "a": Page._anchor,  # noqa: SLF001 # its own table
    "area": Page._anchor,  # noqa: SLF001 # as above
    "base": Page._base,  # noqa: SLF001 # as above
    "form": Page._form,  # noqa: SLF001 # as above
    "html": Page._html,  # noqa: SLF001 # as above
    "link": Page._link_element,  # noqa: SLF001 # as above
    "meta": Page._meta,  # noqa: SLF001 # as above
    "script": Page._script,  # noqa: SLF001 # as above
    "style": Page._style,  # noqa: SLF001 # as above
    "title": Page._title,  # noqa: SLF001 # as above
}


def read_page(text: str, url: httpx.URL, cut: str = "") -> Page:
    """Return what stands in a page of this URL; ``cut`` says why the text is not the whole page."""
    page = Page(url=url, base=url)
    number = 0
    for token in tokens(text):
        number += 1
        if number > MOST_TOKENS:
            cut = f"only its first {MOST_TOKENS:,} tags and texts were read"
        elif page.looked > MOST_REFERENCES:
            cut = f"only its first {MOST_REFERENCES:,} links and resources were read"
        elif isinstance(token, str):
            page.text(token)
            continue
        else:
            page.tag(token)
            continue
        break
    page.finish(cut)
    return page


def decode_page(body: bytes, content_type: str) -> str:
    """Return the text of a page by its byte order mark, the charset of its header, or that of its meta element.

    Only the encodings of the web that cannot be made to cost anything are known; every other one is read as UTF-8.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        return body[3:].decode("utf-8", "replace")
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    named = _CHARSET.search(content_type) or _CHARSET.search(body[:1024].decode("latin-1"))
    name = named[1].lower() if named else "utf-8"
    return body.decode(name if _HARMLESS.match(name) else "utf-8", "replace")


_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+([A-Za-z0-9_-]{1,40}+)", re.IGNORECASE)
_HARMLESS = re.compile(r"(?:utf-?8|us-ascii|iso-8859-(?:[1-9]|1[013-6])|windows-125[0-8]|koi8-[ru])\Z")
