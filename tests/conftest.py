"""What every test may use."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

_Report = TypeVar("_Report", pytest.TestReport, pytest.CollectReport)


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failure, whoever skipped it: what was not tried does not work."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file, as pytest.importorskip skips it."""
    return _no_skip((yield))


def _no_skip(report: _Report) -> _Report:
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"with CI=true a skipped test is a failure: {report.longrepr}"
    return report
