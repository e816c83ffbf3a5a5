"""The main job, from the vendor file to the files on disk, as a user runs it: a program, real servers, exit codes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from vendor_audit.audit.document import read_document
from vendor_audit.lab.background import running_vendor
from vendor_audit.probes.registry import probe_names
from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_audit.lab.vendor import LabVendor

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-W", "error", "-c", "from vendor_audit.cli.main import run_program; run_program()"]


def program(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "120", **environment},
        check=False,
        timeout=110,
    )


@pytest.fixture(scope="module")
def acme() -> Iterator[LabVendor]:
    with running_vendor() as lab:
        yield lab


@pytest.fixture(scope="module")
def audited(acme: LabVendor, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("acme")
    acme.write_vendor_file(folder)
    arguments = ("run", "acme.yaml", "--out", "audit", "--format", "html", "--active", "--intrusive")
    return folder, program(*arguments, cwd=folder, **acme.environment())


def findings(document: dict[str, Any], *verdicts: str) -> set[tuple[str, str, str]]:
    return {
        (each["check"], each.get("target", {}).get("name", ""), each["verdict"])
        for each in document["findings"]
        if each["verdict"] in verdicts
    }


def rewritten(name: str, acme: LabVendor) -> str:
    """Return a target's name of planted.yaml as it is on the ports in use."""
    ports = dict(zip(acme.written.items().values(), acme.ports.items().values(), strict=True))
    for written, used in ports.items():
        name = name.replace(f":{written}", f":{used}")
    return name


def test_the_gate_refuses_the_flawed_vendor(audited: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = audited
    assert done.returncode == 1, done.stderr
    assert "GATE FAILED (exit 1)" in done.stdout.splitlines()[-1]
    assert "Do not sign" in done.stdout
    assert (folder / "audit" / "report.html").stat().st_size > 100_000
    assert not (folder / "audit" / "audit.partial.jsonl").exists()


def test_what_is_printed_into_a_pipe_is_plain(audited: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = audited
    assert "\x1b" not in done.stdout
    assert "\x1b" not in done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 120


def test_exactly_the_planted_flaws_are_found(
    audited: tuple[Path, subprocess.CompletedProcess[str]], acme: LabVendor
) -> None:
    document = read_document(audited[0] / "audit" / "audit.json")
    planted = yaml.safe_load((ROOT / "examples" / "acme" / "planted.yaml").read_text(encoding="utf-8"))
    flaws = [*planted["flaws"], *planted["documents"]]
    whole = {each["check"] for each in flaws if "target" not in each}
    expected = {
        (each["check"], rewritten(each.get("target", ""), acme), each["verdict"])
        for each in flaws
        if each["verdict"] != "inconclusive"
    }
    found = {
        (check, "" if check in whole else target, verdict)
        for check, target, verdict in findings(document, "fail", "partial", "accepted")
    }
    assert found == expected


def test_the_statements_that_the_probes_contradict_are_told(
    audited: tuple[Path, subprocess.CompletedProcess[str]], acme: LabVendor
) -> None:
    document = read_document(audited[0] / "audit" / "audit.json")
    planted = yaml.safe_load((ROOT / "examples" / "acme" / "planted.yaml").read_text(encoding="utf-8"))
    expected = {(each["check"], rewritten(each["target"], acme)) for each in planted["contradictions"]}
    found = {
        (each["check"], each.get("target", {}).get("name", ""))
        for each in document["findings"]
        if "contradiction" in each
    }
    assert found == expected


def test_every_observation_is_of_the_shape_that_its_probe_publishes(
    audited: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    document = read_document(audited[0] / "audit" / "audit.json")
    seen = set()
    for each in document["observations"]:
        if "error" not in each:
            document_of_facts = SourceDocument(each["id"], "", each["facts"])
            assert check_against(document_of_facts, load_schema(f"facts/{each['probe']}")) == []
            seen.add(each["probe"])
    assert seen == {*probe_names(), "comparison", "location", "statement", "vendor_file"}


def test_every_piece_of_evidence_stands_under_its_digest(
    audited: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = audited
    document = read_document(folder / "audit" / "audit.json")
    named = {piece["sha256"] for each in document["observations"] for piece in each.get("evidence", [])}
    store = folder / "audit" / "evidence"
    assert len(named) > 20
    assert named == {each.name for each in store.iterdir()}
    assert all(hashlib.sha256((store / each).read_bytes()).hexdigest() == each for each in named)
    assert program("report", "audit/audit.json", "--format", "html", cwd=folder).returncode == 0


def test_no_secret_is_in_anything_that_an_audit_writes_or_says(
    audited: tuple[Path, subprocess.CompletedProcess[str]], acme: LabVendor
) -> None:
    folder, done = audited
    kept = [each.read_bytes() for each in (folder / "audit").rglob("*") if each.is_file()]
    kept += [done.stdout.encode(), done.stderr.encode()]
    assert len(kept) > 20
    for name, value in acme.environment().items():
        assert not [each for each in kept if value.encode() in each], name


def test_judging_again_gives_the_same_bytes_as_often_as_one_likes(
    audited: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = audited
    for name, seed in (("first", "1"), ("second", "2")):
        done = program(
            "judge", "audit/audit.json", "--out", f"{name}.json", cwd=folder, PYTHONHASHSEED=seed, TZ="Asia/Tokyo"
        )
        assert done.returncode == 1
    original = (folder / "audit" / "audit.json").read_bytes()
    assert (folder / "first.json").read_bytes() == (folder / "second.json").read_bytes() == original


def test_two_renders_of_one_audit_are_the_same_pdf(audited: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = audited
    for name, seed in (("one", "1"), ("two", "2")):
        done = program(
            "report", "audit/audit.json", "--out", name, cwd=folder, PYTHONHASHSEED=seed, TZ=f"Etc/GMT+{seed}"
        )
        assert done.returncode == 0, done.stderr
    pdf = (folder / "one" / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-1.7")
    assert pdf == (folder / "two" / "report.pdf").read_bytes()


def test_other_thresholds_give_other_verdicts_from_the_same_observations(
    audited: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = audited
    done = program("judge", "audit/audit.json", "--json", "--thresholds", "bsi-tr-02102-2-2026-01", cwd=folder)
    document = json.loads(done.stdout)
    assert document["settings"]["thresholds"]["tls"] == "bsi-tr-02102-2-2026-01"
    before = read_document(folder / "audit" / "audit.json")
    assert document["observations"] == before["observations"]
    assert document["findings"] != before["findings"]


def test_the_gate_of_the_command_line_is_the_one_that_is_applied_and_printed(acme: LabVendor, tmp_path: Path) -> None:
    acme.write_vendor_file(tmp_path)
    rule = ["--fail-on", "never", "--fail-on-unknown", "never"]
    done = program("run", "acme.yaml", "--out", "a", "--format", "json", *rule, cwd=tmp_path, **acme.environment())
    assert done.returncode == 0, done.stdout[-500:]
    assert read_document(tmp_path / "a" / "audit.json")["gate"]["rule"]["fail_on"] == "never"


def test_the_flawless_vendor_passes_with_a_green_light(tmp_path: Path) -> None:
    with running_vendor(flawless=True) as lab:
        lab.write_vendor_file(tmp_path)
        arguments = ("run", "acme.yaml", "--out", "audit", "--format", "json", "--active", "--intrusive")
        done = program(*arguments, cwd=tmp_path, **lab.environment())
    assert done.returncode == 0, done.stdout[-1500:]
    document = read_document(tmp_path / "audit" / "audit.json")
    assert document["score"]["light"] == "green"
    assert findings(document, "fail", "partial") == set()
    assert document["score"]["coverage"] > 90


NOBODY = """
vendor: {{name: Nobody}}
product: {{name: Nothing, features: {{recording: false}}}}
customer: {{name: Us}}
endpoints: [{{url: "https://{host}:{port}/", role: join_page}}]
network: {{resolve: {{gone.example: 127.0.0.1}}}}
"""


def audit_of_nobody(
    folder: Path, port: int, *arguments: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    (folder / "acme.yaml").write_text(NOBODY.format(host="gone.example", port=port), encoding="utf-8")
    done = program("run", "acme.yaml", "--out", "audit", "--format", "json", *arguments, cwd=folder)
    return done, read_document(folder / "audit" / "audit.json")


def test_a_vendor_that_cannot_be_reached_is_not_established(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done, document = audit_of_nobody(tmp_path, port, "--fail-on-unknown", "never")
    assert done.returncode == 3
    assert "GATE NOT ESTABLISHED (exit 3)" in done.stdout.splitlines()[-1]
    assert {each["error"]["kind"] for each in document["observations"] if "error" in each} >= {"connection_refused"}
    assert "could not be reached" in document["gate"]["reasons"][0]
    observed = {each["id"] for each in document["observations"] if each["probe"] in {"tls", "http", "dns"}}
    passed = [each for each in document["findings"] if each["verdict"] == "pass"]
    assert not [each for each in passed if observed & set(each["observations"])]


def test_a_host_that_never_answers_ends_with_the_deadline_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as tarpit:
        began = time.monotonic()
        done, document = audit_of_nobody(tmp_path, tarpit.getsockname()[1], "--deadline", "2", "--timeout", "60")
    assert done.returncode == 3
    assert time.monotonic() - began < 20
    assert document["complete"] is False
    assert "deadline" in document["stopped"]
    assert {each["error"]["kind"] for each in document["observations"] if "error" in each} >= {"deadline"}


def test_ctrl_c_saves_and_judges_what_was_gathered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as tarpit:
        text = NOBODY.format(host="gone.example", port=tarpit.getsockname()[1])
        (tmp_path / "acme.yaml").write_text(text, encoding="utf-8")
        running = subprocess.Popen(
            [*PROGRAM, "run", "acme.yaml", "--out", "audit", "--format", "json", "--timeout", "60"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        journal = tmp_path / "audit" / "audit.partial.jsonl"
        for _ in range(200):
            if journal.exists():
                break
            time.sleep(0.05)
        threading.Timer(1.0, running.send_signal, (signal.SIGINT,)).start()
        _, errors = running.communicate(timeout=30)
    assert running.returncode == 130, errors
    assert "Traceback" not in errors
    document = read_document(tmp_path / "audit" / "audit.json")
    assert document["stopped"] == "the audit was interrupted"
    assert not journal.exists()


def test_a_killed_audit_leaves_a_journal_that_can_be_judged(acme: LabVendor, tmp_path: Path) -> None:
    file = acme.write_vendor_file(tmp_path)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as tarpit:
        endpoint = f"endpoints:\n  - {{url: https://slow.acme.example:{tarpit.getsockname()[1]}/, role: other}}\n"
        text = file.read_text(encoding="utf-8").replace("endpoints:\n", endpoint, 1)
        text = text.replace(
            "meet.acme.example: 127.0.0.1", "meet.acme.example: 127.0.0.1\n    slow.acme.example: 127.0.0.1", 1
        )
        file.write_text(text, encoding="utf-8")
        running = subprocess.Popen(
            [*PROGRAM, "run", "acme.yaml", "--out", "audit", "--format", "json", "--timeout", "60"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **acme.environment()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        journal = tmp_path / "audit" / "audit.partial.jsonl"
        for _ in range(400):
            if journal.exists() and '"id": "tls:meet.' in journal.read_text(encoding="utf-8"):
                break
            time.sleep(0.05)
        running.kill()
        _, errors = running.communicate(timeout=30)
    assert running.returncode == -signal.SIGKILL, errors
    done = program("judge", "audit/audit.partial.jsonl", cwd=tmp_path)
    assert done.returncode in {1, 3}, done.stderr
    document = read_document(tmp_path / "audit" / "audit.judged.json")
    assert document["complete"] is False
    assert any(each["probe"] == "tls" and "error" not in each for each in document["observations"])
    # What was planned and not reached is there as not observed, so that nothing passes by being left out.
    slow = next(each for each in document["observations"] if each["id"].startswith("tls:slow."))
    assert slow["error"]["kind"] == "interrupted"


def test_a_file_with_mistakes_ends_with_2_and_names_them_all(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(
        "vendor: {name: Acme, establishd_in: NL}\nproduct: {name: Meet}\ncustomer: {name: Us}\n"
        "endpoints:\n  - {url: ftp://x.example, role: join_page}\n  - {url: https://y.example, role: jion_page}\n",
        encoding="utf-8",
    )
    done = program("run", "acme.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "acme.yaml:1:" in done.stderr
    assert "did you mean 'established_in'?" in done.stderr
    assert "acme.yaml:5:" in done.stderr
    assert "did you mean 'join_page'?" in done.stderr
    assert not (tmp_path / "audits").exists()
    assert program("validate", "acme.yaml", cwd=tmp_path).returncode == 2


def test_the_demonstration_writes_every_format_and_says_what_the_gate_said(tmp_path: Path) -> None:
    done = program("demo", "--out", "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "exit code 1" in done.stderr
    reports = {"report.pdf", "report.html", "report.sarif", "report.junit.xml", "report.md", "report.csv"}
    assert {"audit.json", *reports, "evidence", "vendor"} == {each.name for each in (tmp_path / "demo").iterdir()}
