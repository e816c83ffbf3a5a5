from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "import sys; from vendor_audit.cli.main import run_program; run_program(sys.argv[1:])"


def program(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "VENDOR_AUDIT_DEBUG"}
    root = str(__import__("vendor_audit").__path__[0]).rsplit("/", 1)[0]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**environment, "PYTHONPATH": root, "COLUMNS": "120"},
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--bogus"], "No such option"),
        (["bogus"], "No such command"),
        (["run"], "Missing argument"),
        (["run", "nothing.yaml"], "nothing.yaml"),
        (["judge", "nothing.json"], "nothing.json: cannot be read"),
        (["report", "nothing.json", "--format", "bogus"], "there is no report format 'bogus'"),
        (["probe", "bogus", "host"], "there is no probe 'bogus'"),
        (["probe", "tls", "http://"], "is no target"),
        (["checks", "show", "art32.tls-versio"], "did you mean 'art32.tls-version'?"),
        (["run", "x.yaml", "--fail-on", "sometimes"], "x.yaml"),
    ],
)
def test_a_wrong_use_gets_one_sentence_and_exit_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = program(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_an_error_repeats_a_strangers_file_inertly(tmp_path: Path) -> None:
    hostile = {"format": "vendor-audit/audit/1", "\x1b[2J\u202e": 1}
    (tmp_path / "audit.json").write_text(json.dumps(hostile), encoding="utf-8")
    (tmp_path / "\x1b[31mx.json").write_text("[]", encoding="utf-8")
    for name in ("audit.json", "\x1b[31mx.json"):
        done = program("judge", name, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.rstrip("\n").isprintable()


def test_help_names_every_command_and_exit_code() -> None:
    done = program("--help")
    assert done.returncode == 0
    for word in ("run", "judge", "report", "validate", "checks", "probe", "demo", "130"):
        assert word in done.stdout


def test_help_imports_nothing_that_costs() -> None:
    code = (
        "import sys\nfrom vendor_audit.cli.main import run_program\n"
        "try:\n    run_program(['--help'])\nexcept SystemExit:\n    pass\n"
        "costly = {'weasyprint', 'jinja2', 'httpx', 'dns', 'cryptography', 'jsonschema', 'yaml', 'asyncio'}\n"
        "costly |= {'pypdfium2', 'lxml', 'vendor_audit.documents.reader', 'vendor_audit.probes.document.probe'}\n"
        "print(sorted(costly & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_the_catalogue_as_json_is_one_document_with_every_field() -> None:
    done = program("checks", "list", "--json")
    checks = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(checks) >= 40
    fields = {"id", "checklist", "clause", "severity", "status", "judges", "strength"}
    assert all(fields <= each.keys() for each in checks)
    assert len({each["checklist"] for each in checks}) == 9


def test_the_examples_of_the_catalogue_have_the_verdicts_that_they_say() -> None:
    done = program("checks", "test")
    assert (done.returncode, done.stderr) == (0, "")
    assert "examples have the verdict" in done.stdout


def test_a_check_is_shown_in_full() -> None:
    done = program("checks", "show", "art32.tls-version")
    assert done.returncode == 0
    assert "RFC 8996" in done.stdout
    assert json.loads(program("checks", "show", "art32.tls-version", "--json").stdout)["remedy"]


def test_our_own_fault_is_told_without_a_traceback_and_ends_with_4() -> None:
    code = (
        "import vendor_audit.cli.checks as checks\n"
        "from vendor_audit.checklist import load\n"
        "def broken(*_a, **_k): raise ZeroDivisionError('boom')\n"
        "load.load_catalogue = broken\n"
        "from vendor_audit.cli.main import run_program\nrun_program(['checks', 'list'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 4
    assert "our own fault: ZeroDivisionError: boom" in done.stderr
    assert "Traceback" not in done.stderr
