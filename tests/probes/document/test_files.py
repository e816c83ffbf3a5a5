"""Documents from the disk, and what is no document there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vendor_audit.probes.document.files import read_file
from vendor_audit.probes.interface import ProbeError


def failure_of(location: str, folder: Path | None, limit: int = 1000) -> tuple[str, str]:
    with pytest.raises(ProbeError) as caught:
        read_file(location, folder, limit)
    return caught.value.failure.kind, caught.value.failure.message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "vendor"
    (made / "documents").mkdir(parents=True)
    (made / "documents" / "dpa.md").write_bytes(b"# DPA\n")
    (tmp_path / "secret.md").write_bytes(b"secret")
    return made


def test_a_file_is_read_from_the_vendor_files_folder(folder: Path) -> None:
    original = read_file("documents/dpa.md", folder)
    assert (original.source, original.name, original.content) == ("documents/dpa.md", "dpa.md", b"# DPA\n")


def test_what_an_operator_types_begins_in_the_current_folder_and_may_lead_anywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert read_file("../secret.md", None).content == b"secret"
    assert read_file(str(folder.parent / "secret.md"), None).content == b"secret"


@pytest.mark.parametrize("location", ["../secret.md", "documents/../../secret.md", "/etc/hostname"])
def test_no_path_of_a_vendor_file_leads_out_of_its_folder(folder: Path, location: str) -> None:
    kind, message = failure_of(location, folder)
    assert kind == "not_a_file"
    assert message == f"{location} leads out of the vendor file's folder"


def test_no_link_leads_out_of_it_either(folder: Path) -> None:
    (folder / "link.md").symlink_to("../secret.md")
    assert failure_of("link.md", folder)[0] == "not_a_file"
    (folder / "inner.md").symlink_to("documents/dpa.md")
    assert read_file("inner.md", folder).content == b"# DPA\n"


def test_each_trouble_has_its_kind_and_its_sentence(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "empty.pdf").touch()
    (folder / "long.pdf").write_bytes(b"x" * 1001)
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    told = {
        "none.pdf": ("file_missing", "there is no file none.pdf"),
        "documents": ("not_a_file", "documents is not a file"),
        "pipe": ("not_a_file", "pipe is not a file"),
        "empty.pdf": ("empty", "empty.pdf is empty"),
        "long.pdf": ("too_large", "long.pdf is larger than 1,000 bytes"),
    }
    assert {location: failure_of(location, folder) for location in told} == told
    for location in ("a", "x\0y", "x" * 300):
        assert failure_of(location, folder)[0] == "file_unreadable"


def test_a_huge_file_is_refused_without_being_read(folder: Path) -> None:
    with (folder / "huge.pdf").open("wb") as file:
        file.truncate(500_000_000)  # sparse: takes no space
    assert failure_of("huge.pdf", folder, 50_000_000)[0] == "too_large"


def test_a_device_is_no_file() -> None:
    assert failure_of("/dev/zero", None)[0] == "not_a_file"


def test_no_descriptor_is_left_open(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    before = len(list(Path("/dev/fd").iterdir()))
    for location in ("documents", "pipe", "documents/dpa.md"):
        try:
            read_file(location, folder)
        except ProbeError:
            continue
    assert len(list(Path("/dev/fd").iterdir())) == before
