"""How much CPU ``vendor-audit --help`` takes, beside a bare Python that imports typer and rich.

Run from the project's folder: .venv/bin/python benchmarks/startup.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys

ROUNDS = 15
PROGRAMS = {
    "python, typer and rich": "import typer, rich",
    "vendor-audit --help": "from vendor_audit.cli.main import run_program; run_program(['--help'])",
}


def main() -> None:
    """Print the table."""
    took = {name: _median(code) for name, code in PROGRAMS.items()}
    bare, helped = took.values()
    for name, seconds in took.items():
        print(f"{name:24} {seconds * 1000:6.0f} ms of CPU")
    print(f"{'beyond':24} {(helped - bare) * 1000:6.0f} ms, {helped / bare:.2f} times the bare Python")


def _median(code: str) -> float:
    """Return the median of the CPU seconds, user and system, that the program takes."""
    times = []
    for _ in range(ROUNDS):
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return statistics.median(times)


if __name__ == "__main__":
    main()
