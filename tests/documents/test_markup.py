"""HTML cut into tags and text, in linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_audit.documents.markup import Tag, tokens


def tags(text: str) -> list[Tag]:
    return [each for each in tokens(text) if isinstance(each, Tag)]


def test_a_tag_has_a_name_and_attributes() -> None:
    found = tags("<A HREF='/x' data-a=\"1 > 0\" disabled title=un&amp;quoted href=/second>")
    assert found == [Tag("a", {"href": "/x", "data-a": "1 > 0", "disabled": "", "title": "un&quoted"})]


def test_text_and_end_tags_come_in_order() -> None:
    assert list(tokens("a<b>c &lt; d</b>e")) == ["a", Tag("b", {}), "c < d", Tag("b", {}, end=True), "e"]


def test_comments_and_declarations_are_left_out() -> None:
    assert [each.name for each in tags("<!doctype html><!-- <i> --><!--><b><?php <u> ?><p>")] == ["b", "p"]


def test_the_content_of_a_script_is_no_markup() -> None:
    found = tags("<script>if (a<b) '<img>' </scripty></SCRIPT ><img>")
    assert found[0].content == "if (a<b) '<img>' </scripty>"
    assert [each.name for each in found if not each.end] == ["script", "img"]


def test_a_less_than_sign_that_opens_nothing_is_text() -> None:
    assert "".join(each for each in tokens("1 < 2 <3") if isinstance(each, str)) == "1 < 2 <3"


@pytest.mark.parametrize("text", ["<a href='x", "<!-- x", "<a b", "<script>x", "<", "</", "<a =>", "<a/b/>"])
def test_what_is_not_closed_ends_without_an_error(text: str) -> None:
    list(tokens(text))


@given(st.text(alphabet="<>/!-='\"ab &;#x0s", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    list(tokens(text))


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<a ",
        "<a href='",
        '<a b="',
        "<script>",
        "</script",
        "<!",
        "<?",
        "&#9",
        "&a",
        "<a/",
        "<title>",
        "< ",
        "<b>",
        '="',
        "<b a=b>",
    ],
)
def test_repeated_beginnings_take_linear_time(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    begin = time.perf_counter()
    for _ in tokens(text):
        pass
    assert time.perf_counter() - begin < 3


def test_a_character_reference_with_thousands_of_digits_stays_as_it_is() -> None:
    assert list(tokens("&#" + "9" * 6000 + ";")) == ["&#" + "9" * 6000 + ";"]
