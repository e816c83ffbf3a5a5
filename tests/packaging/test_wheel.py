"""What is installed from a wheel works away from the checkout: its data is inside and is found."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("checklists", "schemas", "report_templates", "examples")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_wheel_carries_every_file_of_a_shipped_folder(names: set[str], folder: str) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert files
    assert {f"vendor_audit/_data/{name}" for name in files} - names == set()


def test_the_wheel_carries_the_fonts_with_their_licence(names: set[str]) -> None:
    fonts = {name for name in names if name.startswith("vendor_audit/_data/report_templates/fonts/")}
    assert any(name.endswith((".ttf", ".otf", ".woff2")) for name in fonts)
    assert any("OFL" in name or "LICENSE" in name for name in fonts)


def test_the_wheel_carries_its_licence_and_notice_and_no_tests(names: set[str]) -> None:
    top = {name.split("/")[0] for name in names}
    assert {
        f"{next(name for name in top if 'dist-info' in name)}/licenses/{file}" for file in ("LICENSE", "NOTICE")
    } <= names
    assert {name for name in top if "dist-info" not in name} == {"vendor_audit"}
    assert "vendor_audit/py.typed" in names


def test_what_is_installed_from_the_wheel_finds_its_own_data(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        str(site),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    program = (
        "import json; from vendor_audit.resources import shipped;"
        f"print(json.dumps([str(shipped(folder)) for folder in {FOLDERS!r}]))"
    )
    environment = {"PYTHONPATH": str(site)}
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert [Path(path) for path in json.loads(found.stdout)] == [
        site / "vendor_audit/_data" / folder for folder in FOLDERS
    ]


def test_the_source_distribution_makes_the_same_wheel(names: set[str], tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--directory"]
    subprocess.run([*build, str(tmp_path), "--target", "sdist"], cwd=ROOT, check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    subprocess.run(["tar", "-xf", archive.name], cwd=tmp_path, check=True)
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    subprocess.run([*build, str(tmp_path), "--target", "wheel"], cwd=source, check=True, capture_output=True)
    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as rebuilt:
        assert set(rebuilt.namelist()) == names
