"""Which links lead to a privacy notice or an imprint, by the words in link_words.yaml."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml


@dataclass(frozen=True, slots=True)
class LinkWords:
    """The words for one purpose."""

    text: tuple[str, ...]
    address: tuple[str, ...]

    def match(self, text: str, href: str) -> bool:
        """Return whether a link with this text (or label) and absolute URL is meant."""
        plain = _plain(text)
        if any(word in plain for word in self.text):
            return True
        try:
            path = unquote(urlsplit(href).path).lower()
        except ValueError:
            return False
        return any(word in path for word in self.address)


@cache
def link_words(purpose: str) -> LinkWords:
    """Return the words for ``privacy`` or ``imprint``, of all languages together."""
    words = yaml.safe_load(Path(__file__).with_name("link_words.yaml").read_text(encoding="utf-8"))[purpose]
    texts = tuple(_plain(word) for language in words["text"].values() for word in language)
    return LinkWords(texts, tuple(words["address"]))


def _plain(text: str) -> str:
    # A soft hyphen only says where a word may be broken.
    return " ".join(unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold().split())
