"""What the set-up scripts say when they cannot go on. They run in a copy, with stand-ins for the system's programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


class Machine:
    """A copy of the project's set-up on a machine whose programs are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.programs = folder / "programs"
        self.programs.mkdir()
        for name in ("script", "requirements"):
            shutil.copytree(ROOT / name, self.project / name)
        shutil.copy(ROOT / "pyproject.toml", self.project)
        self.has("python3", 'case "$1" in -) echo libpango-1.0-0 ;; -V) echo Python 3.12.1 ;; esac')
        self.has("uname", "echo Linux")
        self.has("apt-get", "exit 1")

    def has(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def runs_demo(self, **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(self.project / "script/demo")],
            env={"PATH": f"{self.programs}:/usr/bin:/bin", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("name", ["script/demo", "script/test", "script/lock", ".ci/run"])
def test_a_script_is_sound_to_shellcheck_and_may_be_executed(need_program: Callable[[str], str], name: str) -> None:
    checked = subprocess.run(
        [need_program("shellcheck"), "--external-sources", name], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.stdout == ""
    assert (ROOT / name).stat().st_mode & 0o111


def test_an_old_python_is_told_by_its_version(machine: Machine) -> None:
    machine.has("old", 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    code, said = machine.runs_demo(PYTHON="old")
    assert code == 2
    assert said.startswith("script/demo: Python 3.11 or newer is needed and 'old' is Python 3.9.2;")
    assert said.count("\n") == 1


def test_who_cannot_become_root_is_told_what_an_administrator_must_run(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("sudo", "exit 1")
    code, said = machine.runs_demo()
    assert code == 2
    assert "have 'apt-get install libpango-1.0-0" in said
    assert said.count("\n") == 1


def test_what_apt_says_is_shown_when_it_fails(machine: Machine) -> None:
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo no such host; exit 100")
    code, said = machine.runs_demo()
    assert code == 2
    assert "installing with apt-get: libpango-1.0-0" in said
    assert "no such host\n" in said
    assert said.endswith("what it said stands above.\n")


def test_on_a_mac_homebrew_is_asked_for_pango(machine: Machine) -> None:
    machine.has("uname", "echo Darwin")
    machine.has("brew", 'echo "brew $*"; exit 1')
    code, said = machine.runs_demo(HOMEBREW_PREFIX=str(machine.programs))
    assert code == 2
    assert "brew install --quiet pango\n" in said


def test_what_pip_says_is_shown_when_it_fails(machine: Machine) -> None:
    machine.has("failing-pip", 'case "$*" in *install*) echo hash mismatch; exit 1 ;; esac')
    machine.has(
        "python3", 'case "$*" in *venv*) mkdir -p .venv/bin; cp "$(command -v failing-pip)" .venv/bin/python ;; esac'
    )
    code, said = machine.runs_demo()
    assert code == 2
    assert "hash mismatch\n" in said
    assert not (machine.project / ".venv/set-up-runtime").exists()
