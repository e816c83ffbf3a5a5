from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from vendor_audit.reports.html import REPORT
from vendor_audit.reports.interface import no_evidence

if TYPE_CHECKING:
    from collections.abc import Callable

BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "li", "tr", "div", "section", "article", "blockquote", "title", "nav"}
VOID = {"meta", "rect", "path", "circle"}
TAGS = BLOCKS | VOID | {
    "html", "head", "style", "body", "header", "main", "ul", "ol", "table", "thead", "tbody", "th", "td", "span", "a",
    "b", "code", "svg",
}  # fmt: skip


class _Page(HTMLParser):
    """Collects what a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.lines = [""]
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag in BLOCKS and self.lines[-1]:
            self.lines.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open.pop() == tag, "every element is closed in its turn"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and "svg" not in self.open:
            self.lines[-1] = " ".join(f"{self.lines[-1]} {data}".split())

    def text(self) -> str:
        return "\n".join(line for line in self.lines if line) + "\n"


def _page(audit: Any) -> _Page:
    return _Page(REPORT.render(audit, no_evidence).decode())


@pytest.mark.parametrize("which", ["", "clean_", "empty_"])
def test_the_page_says_what_it_should(
    which: str, request: pytest.FixtureRequest, snapshot: Callable[[str, str], None]
) -> None:
    audit = request.getfixturevalue(f"{which}audit")
    text = _page(audit).text()
    # The hash of the document changes with every field of the sample; what is asked here is what a person reads.
    snapshot(f"html-{which or 'usual_'}text.txt".replace("_text", ""), re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text))


def test_a_hostile_vendor_adds_no_element_no_handler_and_no_link(hostile_audit: Any) -> None:
    page = _page(hostile_audit)
    assert page.tags <= TAGS
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in {"src", "style", "srcset"}]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert "<script>alert(1)</script>" in page.text(), "it is shown as the text that it is"
    assert "{{ 7*7 }}" in page.text()


def test_the_page_asks_nobody_for_anything(audit: Any) -> None:
    text = REPORT.render(audit, no_evidence).decode()
    assert "default-src 'none'" in text
    assert set(re.findall(r"url\(([^;,)]*)", text)) == {"data:font/woff2"}
    assert "<script" not in text
    assert "<link" not in text


def test_every_link_of_the_page_leads_somewhere(audit: Any) -> None:
    page = _page(audit)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value for name, value in page.attributes if name == "href"} <= {f"#{each}" for each in ids}


def test_every_drawing_has_a_name_and_the_page_has_a_language(audit: Any) -> None:
    text = REPORT.render(audit, no_evidence).decode()
    assert text.count("<svg") == len(re.findall(r"<svg [^>]*><title>[^<]+</title>", text))
    assert '<html lang="en">' in text


def test_an_audit_that_judged_nothing_claims_nothing(empty_audit: Any) -> None:
    text = _page(empty_audit).text()
    assert "No requirement fails" not in text
    assert "Everything that applies could be judged" not in text
    assert "Every requirement of the checklists applies" not in text
    assert text.count("Nothing was judged.") == 3


def test_the_bytes_are_the_same_every_time(audit: Any) -> None:
    assert REPORT.render(audit, no_evidence) == REPORT.render(audit, no_evidence)
