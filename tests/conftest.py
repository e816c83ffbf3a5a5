"""What every test may use."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def _need_program(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"the program '{name}' is missing: with CI=true a skipped live test is a failure")
    pytest.skip(f"the program '{name}' is not installed")


@pytest.fixture(scope="session")
def need_program() -> Callable[[str], str]:
    """Return a function that gives a program's path, or skips the test; with CI=true a missing one is a failure."""
    return _need_program
