"""``vendor-audit init`` as a person calls it, on the demonstration vendor."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import yaml

from vendor_audit.checklist.load import load_catalogue
from vendor_audit.lab.background import running_vendor
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vendor_audit.lab.vendor import LabVendor

PROGRAM = [sys.executable, "-W", "error", "-c", "from vendor_audit.cli.main import run_program; run_program()"]


@pytest.fixture(scope="module")
def lab() -> Iterator[LabVendor]:
    with running_vendor() as running:
        yield running


def init(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )


def test_a_first_file_of_the_demonstration_vendor_has_what_its_site_publishes(lab: LabVendor, tmp_path: Path) -> None:
    lab.write_vendor_file(tmp_path)
    site = f"https://www.acme.example:{lab.ports.www}"
    done = init("init", site, "--vendor-file", "acme.yaml", "--out", "new.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "wrote new.yaml\n")
    assert "not found: data processing agreement, terms" in done.stderr
    vendor = read_vendor_file(tmp_path / "new.yaml", known_checks=load_catalogue().checks.keys())
    assert vendor.name == "Acme Video"
    assert vendor.data["documents"] == {
        name: f"{site}/{path}"
        for name, path in (
            ("privacy_notice", "privacy"),
            ("subprocessors", "subprocessors"),
            ("legal_notice", "legal"),
            ("trust_page", "trust"),
        )
    }
    signalling = f"wss://signal.acme.example:{lab.ports.signal}"
    assert {"url": signalling, "role": "signalling"} in vendor.data["endpoints"]
    assert vendor.data["contacts"] == {"security": "security@acme.example"}
    text = (tmp_path / "new.yaml").read_text(encoding="utf-8")
    assert f"# from the link 'Privacy notice' on {site}\n" in text
    assert "security.txt, which expired on 2026-03-31\n" in text
    assert '# - {uri: "turns:turn.acme.example"}\n' in text
    assert '# legal_entity: "Acme Video B.V."\n' in text
    assert "customer" not in vendor.data
    assert "{check: art32.rbac, answer: true" in text
    assert init("validate", "new.yaml", cwd=tmp_path).returncode == 0


def test_the_file_that_init_wrote_can_be_probed_with_its_own_network(lab: LabVendor, tmp_path: Path) -> None:
    (tmp_path / "lab.pem").write_text(lab.ca_pem, encoding="ascii")
    host = f"www.acme.example:{lab.ports.www}"
    done = init("init", host, "--resolve", "www.acme.example=127.0.0.1", "--trust", "lab.pem", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    network = yaml.safe_load((tmp_path / "acme.yaml").read_text(encoding="utf-8"))["network"]
    assert network == {"resolve": {"www.acme.example": ["127.0.0.1"]}, "trust": ["lab.pem"]}
    assert init("probe", "http", f"https://{host}/", "--vendor-file", "acme.yaml", cwd=tmp_path).returncode == 0


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("nowhere")
    for arguments in (["https://www.acme.example"], ["https://www.acme.example", "--out", "link.yaml"]):
        done = init("init", *arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert "is there already and is kept" in done.stderr
    assert (tmp_path / "acme.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "init needs the URL of the vendor's site: vendor-audit init URL"),
        (["ftp://acme.example"], "is no URL of a site"),
        (["https://user:secret@acme.example"], "holds a user name or password"),
        (["https://"], "has no host"),
        (["wss://acme.example"], "is no http or https URL"),
        (["acme.example", "--out", "nowhere/acme.yaml"], "there is no folder nowhere"),
        (["acme.example", "--resolve", "acme.example"], "--resolve takes NAME=ADDRESS"),
        (["acme.example", "--trust", "missing.pem"], "missing.pem"),
    ],
)
def test_a_wrong_use_ends_with_2_and_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = init("init", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_does_not_answer_ends_with_3_and_leaves_no_file(tmp_path: Path) -> None:
    done = init("init", "http://127.0.0.1:1/", cwd=tmp_path)
    assert done.returncode == 3
    assert "refused the connection; no file was written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_that_nobody_vouches_for_ends_with_3_and_a_hint(lab: LabVendor, tmp_path: Path) -> None:
    url = f"https://www.acme.example:{lab.ports.www}"
    done = init("init", url, "--resolve", "www.acme.example=127.0.0.1", cwd=tmp_path)
    assert done.returncode == 3
    assert "--trust PEM names who else vouches for it" in done.stderr


def test_in_a_terminal_without_arguments_it_asks(lab: LabVendor, tmp_path: Path) -> None:
    (tmp_path / "lab.pem").write_text(lab.ca_pem, encoding="ascii")
    answers = [
        ("URL", f"https://www.acme.example:{lab.ports.www}"),
        ("organisation", 'Stadtwerke "Muster": #1'),
        ("EU?", "perhaps"),
        ("EU?", "y"),
    ]
    master, slave = pty.openpty()
    arguments = ["init", "--resolve", "www.acme.example=127.0.0.1", "--trust", "lab.pem"]
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=tmp_path,
        env={**os.environ, "TERM": "dumb"},
        close_fds=True,
    ) as process:
        os.close(slave)
        said = ""
        for question, answer in answers:
            said = _until(master, question)
            assert question in said
            os.write(master, f"{answer}\n".encode())
        said = _until(master, "wrote acme.yaml")
        assert process.wait(30) == 0, said
    os.close(master)
    data = read_vendor_file(tmp_path / "acme.yaml").data
    assert data["customer"] == {"name": 'Stadtwerke "Muster": #1', "eu_hosting_required": True}


def _until(terminal: int, words: str) -> str:
    """Return what the terminal shows until these words, or for twenty seconds."""
    said, end = "", time.monotonic() + 20
    while words not in said and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 4096).decode("utf-8", "replace")
            except OSError:
                break
    return said
