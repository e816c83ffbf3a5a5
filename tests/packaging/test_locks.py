"""The locks agree with pyproject.toml and with each other, and hold for everybody: hashes, and no machine's sources."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = ("runtime", "test", "build")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _entries(lock: str) -> list[str]:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    return text.replace("\\\n", "").splitlines()


def _versions(lock: str) -> dict[str, str]:
    pairs = (re.split(r"==|\s", entry, maxsplit=2)[:2] for entry in _entries(lock))
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes_and_comes_from_nowhere_in_particular(lock: str) -> None:
    assert _entries(lock)
    for entry in _entries(lock):
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[\w.]+( ; [^:/]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry)


@pytest.mark.parametrize("lock", ["runtime", "build"])
def test_the_lock_for_tests_holds_the_other_locks_at_the_same_versions(lock: str) -> None:
    assert _versions(lock).items() <= _versions("test").items()


@pytest.mark.parametrize(
    ("lock", "declared"),
    [
        ("runtime", PROJECT["project"]["dependencies"]),
        ("build", PROJECT["build-system"]["requires"] + PROJECT["dependency-groups"]["build"]),
        ("test", PROJECT["dependency-groups"]["test"] + PROJECT["dependency-groups"]["lint"]),
    ],
)
def test_what_the_project_declares_is_locked_at_a_version_that_it_allows(lock: str, declared: list[str]) -> None:
    versions = _versions(lock)
    for requirement in map(Requirement, declared):
        version = versions.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in requirements/{lock}.txt: run script/lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}: run script/lock"


def test_every_library_that_the_package_imports_is_declared_and_not_only_somebody_elses() -> None:
    declared = {canonicalize_name(Requirement(text).name) for text in PROJECT["project"]["dependencies"]}
    providers = packages_distributions()
    undeclared: dict[str, str] = {}
    for path in sorted((ROOT / "vendor_audit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for module in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"vendor_audit"}:
                if not declared & {canonicalize_name(name) for name in providers.get(module, [])}:
                    undeclared[module] = path.relative_to(ROOT).as_posix()
    assert undeclared == {}
