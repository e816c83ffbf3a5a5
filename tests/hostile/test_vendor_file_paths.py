"""A vendor file that a vendor wrote cannot bring another file of the operator's machine into a report."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vendor_audit.source.diagnostic import InvalidFileError
from vendor_audit.vendor.file import read_vendor_file

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "vendor: {name: x}\nproduct: {name: x}\n"


def told(folder: Path, name: str) -> str:
    path = folder / "acme.yaml"
    path.write_text(
        f'{HEAD}statements: [{{check: a.b, answer: true, by: x, on: 2026-01-01, proof: "{name}"}}]\n', encoding="utf-8"
    )
    with pytest.raises(InvalidFileError) as error:
        read_vendor_file(path)
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.place.line == 3
    return diagnostic.message


@pytest.mark.parametrize("name", ["/etc/hostname", "../../../../../../etc/hostname", "x/../../secret.pdf"])
def test_a_path_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "vendor"
    (folder / "x").mkdir(parents=True)
    (tmp_path / "secret.pdf").write_text("x")
    assert "leads out of the folder" in told(folder, name) or "there is no file" in told(folder, name)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "vendor"
    folder.mkdir()
    (tmp_path / "secret.pdf").write_text("x")
    (folder / "proof.pdf").symlink_to(tmp_path / "secret.pdf")
    assert "leads out of the folder" in told(folder, "proof.pdf")


def test_a_link_inside_of_the_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.pdf").write_text("x")
    (tmp_path / "proof.pdf").symlink_to("real.pdf")
    path = tmp_path / "acme.yaml"
    path.write_text(f"{HEAD}documents: {{dpa: proof.pdf}}\n")
    assert read_vendor_file(path).data["documents"] == {"dpa": "proof.pdf"}


def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "cannot be read" in told(tmp_path, "a")


def test_a_pipe_is_refused_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in told(tmp_path, "pipe")


@pytest.mark.parametrize("name", ["a\\0b", "x" * 300, "a/" * 200])
def test_a_name_that_no_system_takes_is_refused(tmp_path: Path, name: str) -> None:
    assert told(tmp_path, name)


def test_a_file_that_is_too_large_is_refused_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "large.pdf").open("wb") as stream:
        stream.truncate(100_000_001)  # sparse: takes no space
    assert told(tmp_path, "large.pdf") == "'large.pdf' is larger than 100,000,000 bytes"
