"""A short run of benchmarks/fuzz.py: the long one is for whoever changes a codec."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

FILE = Path(__file__).parents[2] / "benchmarks" / "fuzz.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


FUZZ = load()


@pytest.mark.parametrize("codec", list(FUZZ.CODECS))
def test_mutated_messages_bring_out_nothing_but_a_wire_error(codec: str) -> None:
    _, outcome = FUZZ.fuzz((codec, 3_000, 1))
    assert outcome.broken == []
    assert outcome.read + outcome.refused == 3_000
    assert outcome.read > 0


def test_the_unharmed_message_of_each_codec_is_read() -> None:
    for read, sample in FUZZ.CODECS.values():
        read(sample)
