"""What stands ready for CI: it is well formed, and its steps do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vendor_audit.lab.background import running_vendor

ROOT = Path(__file__).parents[2]
PROGRAM = '#!/bin/sh\nmkdir -p "$4"\necho "# $2" >"$4/report.md"\nexit "$(cat "$2")"\n'
"""A stand-in that takes 'run FILE --out FOLDER ...' and ends with the number that stands in the file."""


def audit_many(folder: Path, programs: Path, files: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "script" / "audit-many")],
        cwd=folder,
        env={"PATH": f"{programs}:/usr/bin:/bin", "FILES": files, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder with the stand-in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "vendor-audit").write_text(PROGRAM, encoding="utf-8")
    (folder / "vendor-audit").chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("codes", "expected"),
    [((0, 0), 0), ((0, 3), 3), ((3, 1, 0), 1), ((1, 2), 2), ((2, 4, 1), 4), ((3, 130), 130)],
)
def test_many_files_end_with_the_worst_code(
    tmp_path: Path, programs: Path, codes: tuple[int, ...], expected: int
) -> None:
    (tmp_path / "vendors").mkdir()
    for number, code in enumerate(codes):
        (tmp_path / "vendors" / f"v{number}.yaml").write_text(str(code), encoding="utf-8")
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    names = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(output)}
    done = audit_many(tmp_path, programs, "vendors/*.yaml", **names)
    assert done.returncode == expected
    assert summary.read_text(encoding="utf-8").count("# vendors/") == len(codes)
    assert output.read_text(encoding="utf-8") == f"exit-code={expected}\n"
    assert (tmp_path / "vendor-audit" / "v0" / "report.md").exists()


def test_a_pattern_that_matches_nothing_is_no_success(tmp_path: Path, programs: Path) -> None:
    assert audit_many(tmp_path, programs, "nothing/*.yaml").returncode != 0


def test_the_action_runs_the_script_with_what_it_was_given() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    _, audit = action["runs"]["steps"]
    assert audit["run"] == '"$GITHUB_ACTION_PATH/script/audit-many"'
    named = set(re.findall(r"inputs\.([a-z]+)", str(action["runs"])))
    assert named == set(action["inputs"])


def test_the_other_templates_are_well_formed_and_name_what_is_there() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hooks[0]["entry"] == "vendor-audit validate"
    gitlab = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8"))
    assert gitlab["vendor-audit"]["allow_failure"] == {"exit_codes": 3}
    copied = re.findall(r"^COPY (?!--from)(\S+) ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert all((ROOT / each).exists() for each in copied)
    assert "USER auditor" in (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.live
def test_a_pull_request_that_adds_a_flawed_vendor_is_refused(tmp_path: Path) -> None:
    """The steps of the action, by hand, on a repository with one vendor file."""
    real = Path(sys.executable).parent
    with running_vendor() as lab:
        lab.write_vendor_file(tmp_path / "vendors")
        summary = tmp_path / "summary.md"
        done = audit_many(
            tmp_path,
            real,
            "vendors/acme.yaml",
            GITHUB_STEP_SUMMARY=str(summary),
            HOME=os.environ.get("HOME", "/"),
            **lab.environment(),
        )
    assert done.returncode == 1, done.stderr
    assert "Acme Video" in summary.read_text(encoding="utf-8")
    assert {"audit.json", "report.md", "report.pdf", "report.sarif"} <= {
        each.name for each in (tmp_path / "vendor-audit" / "acme").iterdir()
    }
