"""The second reading: how like a sentence is to known wordings of a clause, by the words alone.

It knows nothing of elements, order or negation. Each requirement has wordings in the library, written for it in every
language; decoys are wordings that look like a clause and are none. Words are cut to stems; a stem weighs more the fewer
requirements use it (inverse document frequency over the library's own wordings, Spärck Jones 1972), pairs of
neighbouring stems count like words. Nothing here was trained on anything but the wordings in the library.

The likeness of a sentence is the greatest cosine between it and a wording; it is nothing where a decoy is liker. A
library may pool its wordings: then those of a requirement make one vocabulary (the sum of their unit vectors, Rocchio
1971, each weight as its root, so that a word of a single wording counts, too), and the likeness is the cosine to that;
decoys only make their words weigh less. A sentence that is put together from what several wordings say is then like the
clause, though it is like none of them: right for duties, which are worded in endless mixtures, and too kind to claims
of five words.
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
    from collections.abc import Iterable, Iterator, Mapping

    from vendor_audit.documents.clauses.model import Library

_TOKEN = re.compile(r"[a-z]{2,}|\d+")
_STEM = 6
_PAIRS = 0.6
"""How much a pair of neighbours weighs beside a single stem."""
_WINDOW = 24
"""Stems of a sentence that are compared; a longer one is compared in pieces of this size, which overlap by half."""
_WINDOW_POOLED = 36
"""The same, with a vocabulary, which has room for more."""
_DECOY = ""
_MARGIN = 0.05
"""By how much a decoy has to be liker."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """The wordings of a library as vectors."""

    postings: Mapping[str, tuple[tuple[int, float], ...]]
    """Feature -> the vectors that have it, with its weight in the unit vector."""
    weights: Mapping[str, float]
    """Feature -> inverse document frequency."""
    owners: tuple[str, ...]
    """Vector -> id of its requirement; empty: decoys."""
    unseen: float
    """The weight of a stem that no wording has: it makes a sentence less like all of them."""
    pooled: bool
    """Whether a requirement has one vector for all its wordings."""

    def likeness(self, text: str) -> dict[str, float]:
        """Return for a folded sentence: id of a requirement -> likeness, 0 to 1; absent: not like it at all."""
        scores: dict[str, float] = {}
        stems = _stems(text)
        window = _WINDOW_POOLED if self.pooled else _WINDOW
        for start in range(0, max(1, len(stems) - window // 2), window // 2):
            piece = self._piece(stems[start : start + window])
            decoy = piece.pop(_DECOY, 0.0)
            for owner, score in piece.items():
                if self.pooled or score + _MARGIN >= decoy:
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
    wordings = [(each.id, example) for each in library.requirements for example in each.examples]
    counted = [(owner, _counted(_stems(text))) for owner, text in (*wordings, *((_DECOY, x) for x in library.decoys))]
    users: defaultdict[str, set[str]] = defaultdict(set)
    for owner, features in counted:
        for feature in features:
            users[feature].add(owner)
    count = len({owner for owner, _ in counted}) or 1
    weights = {
        feature: math.log(1 + count / len(ids)) * (_PAIRS if " " in feature else 1) for feature, ids in users.items()
    }
    vectors = [
        (owner, _unit({each: weights[each] * _dampened(n) for each, n in found.items()})) for owner, found in counted
    ]
    if library.pooled:
        vectors = list(_pooled(vectors))
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, (_, vector) in enumerate(vectors):
        for feature, value in vector.items():
            postings[feature].append((index, value))
    return Wordings(
        postings={feature: tuple(each) for feature, each in postings.items()},
        weights=weights,
        owners=tuple(owner for owner, _ in vectors),
        unseen=math.log(1 + count) / 3,
        pooled=library.pooled,
    )


def _pooled(vectors: Iterable[tuple[str, Mapping[str, float]]]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield one vector for each owner."""
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for owner, vector in vectors:
        for feature, value in vector.items():
            sums[owner][feature] += value
    for owner, total in sums.items():
        yield owner, _unit({feature: math.sqrt(value) for feature, value in total.items()})


def _unit(vector: Mapping[str, float]) -> dict[str, float]:
    norm = math.sqrt(sum(value**2 for value in vector.values())) or 1
    return {feature: value / norm for feature, value in vector.items()}


def _counted(stems: list[str]) -> Counter[str]:
    features = Counter(stems)
    features.update(f"{first} {second}" for first, second in pairwise(stems))
    return features


def _stems(text: str) -> list[str]:
    return [each[:_STEM] for each in _TOKEN.findall(text)]


def _dampened(count: int) -> float:
    return 1 + math.log(count)
