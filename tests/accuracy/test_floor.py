"""The readings of the corpora do not get worse. What they are worth, `python benchmarks/documents.py` says."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]

# A little below what is measured today: better is welcome, worse has to be explained.
FLOORS = [
    ("dpa", "de", 0.96, 0.86, 0.96, 0.10),
    ("dpa", "en", 0.97, 0.95, 0.95, 0.08),
    ("dpa", "fr", 0.97, 0.95, 0.97, 0.03),
    ("dpa", "nl", 0.97, 0.95, 0.97, 0.03),
    ("notices", "de", 0.96, 0.95, 0.96, 0.04),
    ("notices", "en", 0.96, 0.93, 0.96, 0.04),
    ("notices", "fr", 0.96, 0.95, 0.96, 0.04),
    ("notices", "nl", 0.96, 0.95, 0.96, 0.04),
    ("claims", "de", 0.97, 0.95, 0.97, 0.04),
    ("claims", "en", 0.97, 0.85, 0.97, 0.04),
    ("claims", "fr", 0.97, 0.95, 0.97, 0.06),
]


@cache
def benchmark() -> ModuleType:
    """Return the benchmark as a module: it is a program, not a part of the package."""
    spec = importlib.util.spec_from_file_location("benchmark_of_documents", ROOT / "benchmarks" / "documents.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("corpus", "language", "present", "absent", "not_passed", "unclear"),
    FLOORS,
    ids=[f"{corpus}-{language}" for corpus, language, *_ in FLOORS],
)
def test_the_tuned_corpus_is_read_as_well_as_before(
    corpus: str, language: str, present: float, absent: float, not_passed: float, unclear: float
) -> None:
    tool: Any = benchmark()
    documents = [
        each for each in tool.corpus() if each.corpus == corpus and each.language == language and not each.is_kept_aside
    ]
    assert documents
    tallies = tool.measure(documents, corpus)
    total = tool.summed(tally for name, tally in tallies.items() if corpus != "dpa" or tool.is_of_the_law(name))
    assert total.precision("present") >= present
    assert total.precision("absent") >= absent
    assert total.not_passed >= not_passed
    assert total.unclear <= unclear
