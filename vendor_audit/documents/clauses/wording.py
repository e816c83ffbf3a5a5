"""The second reading: how like a sentence is to known wordings of a clause, by the words alone.

It knows nothing of elements, order or negation. Each requirement has wordings in the library, written for it in every
language; decoys are wordings that look like a clause and are none. Words are cut to stems; a stem weighs more the fewer
requirements use it (inverse document frequency over the library's own wordings, Spärck Jones 1972), pairs of
neighbouring stems count like words. The likeness of a sentence is the greatest cosine between it and a wording; it is
nothing where a decoy is liker. Nothing here was trained on anything but the wordings in the library.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.documents.clauses.model import Library

_TOKEN = re.compile(r"[a-z]{2,}|\d+")
_STEM = 6
_PAIRS = 0.6
"""How much a pair of neighbours weighs beside a single stem."""
_WINDOW = 24
"""Stems of a sentence that are compared; a longer one is compared in pieces of this size, which overlap by half."""
_DECOY = ""
_MARGIN = 0.05
"""By how much a decoy has to be liker."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of a library as vectors."""

    postings: Mapping[str, tuple[tuple[int, float], ...]]
    """Feature -> the wordings that have it, with their weight in the unit vector."""
    weights: Mapping[str, float]
    """Feature -> inverse document frequency."""
    owners: tuple[str, ...]
    """Wording -> id of its requirement; empty: a decoy."""
    unseen: float
    """The weight of a stem that no wording has: it makes a sentence less like all of them."""

    def likeness(self, text: str) -> dict[str, float]:
        """Return for a folded sentence: id of a requirement -> cosine, 0 to 1; absent: not like it at all."""
        scores: dict[str, float] = {}
        stems = _stems(text)
        for start in range(0, max(1, len(stems) - _WINDOW // 2), _WINDOW // 2):
            piece = self._piece(stems[start : start + _WINDOW])
            decoy = piece.pop(_DECOY, 0.0)
            for owner, score in piece.items():
                if score + _MARGIN >= decoy:
                    scores[owner] = max(score, scores.get(owner, 0.0))
        return scores

    def _piece(self, stems: list[str]) -> dict[str, float]:
        dots: defaultdict[int, float] = defaultdict(float)
        norm = 0.0
        for feature, count in _counted(stems).items():
            weight = self.weights.get(feature)
            if weight is None:
                norm += 0.0 if " " in feature else (self.unseen * _dampened(count)) ** 2
                continue
            value = weight * _dampened(count)
            norm += value**2
            for index, other in self.postings[feature]:
                dots[index] += value * other
        scores: dict[str, float] = {}
        length = math.sqrt(norm) or 1
        for index, dot in dots.items():
            owner = self.owners[index]
            scores[owner] = max(scores.get(owner, 0.0), dot / length)
        return scores


@cache
def wordings_of(library: Library) -> Wordings:
    """Return the vectors of a library's wordings."""
    owners: list[str] = []
    vectors: list[Counter[str]] = []
    users: defaultdict[str, set[str]] = defaultdict(set)
    wordings = [(each.id, example) for each in library.requirements for example in each.examples]
    for owner, wording in (*wordings, *((_DECOY, each) for each in library.decoys)):
        features = _counted(_stems(wording))
        owners.append(owner)
        vectors.append(features)
        for feature in features:
            users[feature].add(owner)
    count = len({*owners}) or 1
    weights = {
        feature: math.log(1 + count / len(ids)) * (_PAIRS if " " in feature else 1) for feature, ids in users.items()
    }
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, vector in enumerate(vectors):
        norm = math.sqrt(sum((weights[each] * _dampened(n)) ** 2 for each, n in vector.items())) or 1
        for feature, n in vector.items():
            postings[feature].append((index, weights[feature] * _dampened(n) / norm))
    return Wordings(
        {feature: tuple(each) for feature, each in postings.items()}, weights, tuple(owners), math.log(1 + count) / 3
    )


def _counted(stems: list[str]) -> Counter[str]:
    features = Counter(stems)
    features.update(f"{first} {second}" for first, second in pairwise(stems))
    return features


def _stems(text: str) -> list[str]:
    return [each[:_STEM] for each in _TOKEN.findall(text)]


def _dampened(count: int) -> float:
    return 1 + math.log(count)
