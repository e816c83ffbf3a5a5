"""The same vendor twice: the second audit's gate counts only what the first one did not find."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vendor_audit.audit.document import read_document
from vendor_audit.lab.background import running_vendor

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-W", "error", "-c", "from vendor_audit.cli.main import run_program; run_program()"]


VENDOR = """
vendor: {name: Acme Video}
product: {name: Acme Meet}
customer: {name: Stadtwerke}
endpoints:
  - {url: "https://meet.acme.example", role: join_page}
"""


def program(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **environment},
        check=False,
        timeout=110,
    )


def test_a_vendor_with_old_flaws_passes_and_with_a_new_one_is_refused(tmp_path: Path) -> None:
    with running_vendor() as acme:
        acme.write_vendor_file(tmp_path)
        secrets = acme.environment()
        first = program("run", "acme.yaml", "--out", "first", "--format", "csv", cwd=tmp_path, **secrets)
        assert first.returncode == 1, first.stderr
        again = ("run", "acme.yaml", "--format", "markdown", "--new-only")
        second = program(*again, "first/audit.json", "--out", "second", cwd=tmp_path, **secrets)
        assert second.returncode == 0, second.stdout[-2_000:] + second.stderr
        # One failure less in the baseline is one that is new.
        older = read_document(tmp_path / "first" / "audit.json")
        blocking = next(each for each in older["gate"]["blocking"] if each["verdict"] == "fail" and "target" in each)
        older["findings"] = [
            each
            for each in older["findings"]
            if (each["check"], each.get("target", {}).get("name")) != (blocking["check"], blocking["target"])
        ]
        (tmp_path / "older.json").write_text(json.dumps(older), encoding="utf-8")
    document = read_document(tmp_path / "second" / "audit.json")
    assert document["gate"]["blocking"] == []
    assert len(document["gate"]["baseline"]["had"]) == len(
        read_document(tmp_path / "first" / "audit.json")["gate"]["blocking"]
    )
    had = len(document["gate"]["baseline"]["had"])
    assert f"{had} findings were there in the baseline of" in second.stdout.splitlines()[-1]
    assert "(was in the baseline)" in (tmp_path / "second" / "report.md").read_text(encoding="utf-8")
    judged = program("judge", "second/audit.json", "--new-only", "older.json", "--json", cwd=tmp_path)
    assert judged.returncode == 1
    assert json.loads(judged.stdout)["gate"]["blocking"] == [blocking]
    compared = program("compare", "first/audit.json", "second/audit.json", "--json", cwd=tmp_path)
    assert json.loads(compared.stdout)["failing_now"] == 0


def test_a_baseline_that_is_none_stops_the_audit_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(VENDOR, encoding="utf-8")
    (tmp_path / "old.json").write_text("{}", encoding="utf-8")
    done = program("run", "acme.yaml", "--format", "json", "--new-only", "old.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "old.json: is no audit document" in done.stderr
    assert not (tmp_path / "audits").exists()
