"""``vendor-audit probe document``, as a person and as a program use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from vendor_audit.source.schema import check_against, load_schema
from vendor_audit.source.strict_yaml import SourceDocument

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = "import sys; from vendor_audit.cli.main import run_program; run_program(sys.argv[1:])"
PAPER = "# Data processing agreement\n\nThe Processor processes personal data only on documented instructions.\n"


def probe(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    root = str(__import__("vendor_audit").__path__[0]).rsplit("/", 1)[0]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, "probe", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": root, "COLUMNS": "120"},
        check=False,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "dpa.md").write_text(PAPER, encoding="utf-8")
    return tmp_path


def test_a_document_is_one_json_document_on_stdout(folder: Path) -> None:
    done = probe("document", "../papers/dpa.md", "--kind", "dpa", "--json", cwd=folder / "papers")
    assert (done.returncode, done.stderr) == (0, "")
    observation = json.loads(done.stdout)
    assert (observation["id"], observation["strength"]) == ("document:dpa", "documented")
    assert observation["target"] == {
        "kind": "document",
        "name": "dpa",
        "roles": ["dpa"],
        "location": "../papers/dpa.md",
    }
    assert observation["facts"]["source"] == "../papers/dpa.md"
    assert observation["evidence"][0]["sha256"] == observation["facts"]["sha256"]
    assert check_against(SourceDocument("facts", "", observation["facts"]), load_schema("facts/document")) == []


def test_a_person_gets_the_same_as_an_outline(folder: Path) -> None:
    done = probe("document", "papers/dpa.md", "--kind", "dpa", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("document dpa  ")
    assert "title: Data processing agreement" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (None, "file_missing", "there is no file paper"),
        (b"", "empty", "paper is empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "unsupported", "paper: this is a picture (PNG)"),
    ],
)
def test_what_cannot_be_read_ends_with_3_and_its_reason(
    tmp_path: Path, content: bytes | None, kind: str, said: str
) -> None:
    if content is not None:
        (tmp_path / "paper").write_bytes(content)
    done = probe("document", "paper", "--kind", "soc2", "--json", cwd=tmp_path)
    assert done.returncode == 3
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == kind
    assert error["message"].startswith(said)
    shown = probe("document", "paper", "--kind", "soc2", cwd=tmp_path)
    assert shown.returncode == 3
    assert f"could not be observed: {said}" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["document", "papers/dpa.md"], "the document probe needs --kind, what the document is: dpa, "),
        (["document", "papers/dpa.md", "--kind", "privacy-notic"], "did you mean 'privacy_notice'?"),
        (["document", "papers/dpa.md", "--kind", "zzz"], "there is no kind of document 'zzz': dpa, "),
        (["document", "papers/dpa.md", "--kind", ""], "there is no kind of document ''"),
        (["tls", "acme.example:443", "--kind", "dpa"], "--kind says what a document is; the tls probe looks at none"),
        (["document", "ftp://acme.example/x", "--kind", "dpa"], "a document is fetched with http or https"),
        (["document", "https://u:p@acme.example/x", "--kind", "dpa"], "the URL holds a user name or password"),
        (["document", "https://", "--kind", "dpa"], "it names no host"),
        (["document", "", "--kind", "dpa"], "give a file or a URL"),
    ],
)
def test_a_wrong_use_gets_one_sentence_and_exit_code_2(folder: Path, arguments: list[str], said: str) -> None:
    done = probe(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_vendor_file_gives_names_and_network(folder: Path) -> None:
    (folder / "acme.yaml").write_text(
        "vendor: {name: Acme Video}\nproduct: {name: Acme Meet}\nnetwork: {resolve: {acme.example: 127.0.0.1}}\n",
        encoding="utf-8",
    )
    arguments = ["--kind", "terms", "--vendor-file", "acme.yaml", "--json"]
    done = probe("document", "http://acme.example:1/terms", *arguments, cwd=folder)
    assert done.returncode == 3
    assert json.loads(done.stdout)["error"]["kind"] == "connection_refused"
    assert probe("document", "papers/dpa.md", *arguments, cwd=folder).returncode == 0


def test_a_hostile_document_reaches_the_terminal_inert(tmp_path: Path) -> None:
    (tmp_path / "evil.md").write_text("# Evil \x1b]0;owned\x07 \u202e\u2066 <script>\n\nSome text.\n", encoding="utf-8")
    done = probe("document", "evil.md", "--kind", "dpa", cwd=tmp_path)
    assert done.returncode == 0
    assert not set(done.stdout) & {"\x1b", "\x07", "\u202e", "\u2066"}
