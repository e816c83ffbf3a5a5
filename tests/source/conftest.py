"""Both parsers of PyYAML, and the mistakes of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from vendor_audit.source import composer
from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.source.strict_yaml import load_yaml

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def any_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test with libyaml and with PyYAML's own parser: both must give the same places and sentences."""
    monkeypatch.setattr(composer, "_LOADER", getattr(yaml, request.param))
    return str(request.param)


@pytest.fixture
def mistakes_of() -> Callable[[str], list[str]]:
    """Return a function that gives place and sentence of each mistake of a text."""

    def tell(text: str) -> list[str]:
        with pytest.raises(InvalidFileError) as error:
            load_yaml(text, "f")
        return [f"{each.place}: {each.message}" for each in error.value.diagnostics]

    return tell
