from __future__ import annotations

import io
import json
import os
import platform
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from vendor_audit.errors import UsageError
from vendor_audit.reports import pdf
from vendor_audit.reports.pdf import REPORT, check_available
from vendor_audit.reports.view import build_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RENDER = (
    "import json, sys\n"
    "from vendor_audit.reports.pdf import REPORT\n"
    "sys.stdout.buffer.write(REPORT.render(json.load(sys.stdin), lambda sha256: None))"
)
CHECK = (
    "import sys\n"
    "from vendor_audit.errors import UsageError\n"
    "from vendor_audit.reports.pdf import check_available\n"
    "try:\n    check_available()\nexcept UsageError as error:\n    sys.exit(str(error))"
)


def _open(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def _text(content: bytes, need_program: Callable[[str], str], *options: str) -> str:
    done = subprocess.run(
        [need_program("pdftotext"), *options, "-", "-"], input=content, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    for each in document.objects:
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each


def _outline(items: Any) -> Iterator[str]:
    for item in items:
        yield str(item.title)
        yield from _outline(item.children)


def test_the_same_audit_gives_the_same_bytes_in_any_process_and_time_zone(audit: Any, usual_pdf: bytes) -> None:
    environment = os.environ | {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", RENDER],
        input=json.dumps(audit).encode(),
        capture_output=True,
        check=True,
        timeout=90,
        env=environment,
    )
    assert done.stdout == usual_pdf
    assert done.stderr == b"", "nothing is logged while a report is written"


def test_it_claims_the_archive_and_the_accessibility_standard(usual_pdf: bytes) -> None:
    with _open(usual_pdf) as document, document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        intents: Any = document.Root.OutputIntents
        assert str(intents[0].S) == "/GTS_PDFA1"
        assert document.trailer["/ID"]


def test_it_is_tagged_has_a_language_and_shows_its_title(usual_pdf: bytes) -> None:
    with _open(usual_pdf) as document:
        root: Any = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == "Audit of Acme Video, 23 November 2026"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261123192600")


def test_every_drawing_is_named_for_a_reader_who_cannot_see_it(usual_pdf: bytes) -> None:
    with _open(usual_pdf) as document:
        figures = [each for each in _dictionaries(document) if each.get("/S") == "/Figure"]
        assert len(figures) > 20
        assert all(str(each.get("/Alt", "")) for each in figures)


def test_the_bookmarks_are_the_sections_and_the_findings(audit: Any, usual_pdf: bytes) -> None:
    with _open(usual_pdf) as document, document.open_outline() as outline:
        titles = list(_outline(outline.root))
    assert titles[0] == "Acme Video"
    assert "2 Findings that matter" in titles
    assert {each.title for area in build_view(audit).areas for each in area.findings} <= set(titles)
    assert "What was found" not in titles


def test_only_our_fonts_are_used_and_all_are_embedded(usual_pdf: bytes) -> None:
    with _open(usual_pdf) as document:
        fonts = [each for each in _dictionaries(document) if each.get("/Type") == "/FontDescriptor"]
        assert {re.sub(r"^/[A-Z]{6}\+", "", str(each["/FontName"])) for each in fonts} == {
            "Plex", "Plex-Semi-Bold", "Plex-Mono",
        }  # fmt: skip
        assert all("/FontFile2" in each or "/FontFile3" in each for each in fonts)


@pytest.mark.parametrize("which", ["usual", "hostile"])
def test_nothing_in_it_acts(which: str, request: pytest.FixtureRequest) -> None:
    content: bytes = request.getfixturevalue(f"{which}_pdf")
    with _open(content) as document:
        actions = {str(each["/S"]) for each in _dictionaries(document) if each.get("/Type") == "/Action"}
        keys = {key for each in _dictionaries(document) for key in each}
        names = {str(each["/S"]) for each in _dictionaries(document) if isinstance(each.get("/S"), pikepdf.Name)}
    assert actions <= {"/GoTo"}
    assert not keys & {"/JS", "/JavaScript", "/URI", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/AcroForm"}
    assert not names & {"/URI", "/Launch", "/JavaScript", "/SubmitForm", "/ImportData", "/GoToR"}


def test_a_hostile_vendor_is_shown_as_text(hostile_pdf: bytes, need_program: Callable[[str], str]) -> None:
    text = "".join(_text(hostile_pdf, need_program, "-raw").split())
    assert "<script>alert(1)</script>" in text
    assert r"\x1b[31mred\x1b]0;title\x07\u202egnp.exe" in text
    assert "{{7*7}}" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_it_says_what_a_reader_looks_for(audit: Any, usual_pdf: bytes, need_program: Callable[[str], str]) -> None:
    text = " ".join(_text(usual_pdf, need_program, "-layout").split())
    for check in {each["check"] for each in audit["findings"]}:
        assert check in text, check
    for phrase in (
        "Do not sign yet: 2 critical and 2 high requirements fail.",
        "Gate failed (exit 1): 3 critical and 2 high findings fail",
        "We notify within 96 hours",
        "It is not legal advice.",
        "An audit is a sample.",
        "until 31 March 2027",
        "Data protection officer",
        audit["vendor_file"]["sha256"],
        audit["observations"][0]["evidence"][0]["sha256"],
    ):
        assert phrase in text, phrase


def test_every_page_but_the_cover_names_the_vendor_the_audit_and_its_number(
    usual_pdf: bytes, need_program: Callable[[str], str]
) -> None:
    pages = _text(usual_pdf, need_program, "-layout").rstrip("\f").split("\f")
    for number, page in enumerate(pages[1:], 2):
        assert "Acme Video" in page
        assert "acme-video-20261123T192600Z" in page
        assert f"page {number} of {len(pages)}" in page


def test_the_contents_name_the_page_on_which_each_section_stands(
    usual_pdf: bytes, need_program: Callable[[str], str]
) -> None:
    pages = _text(usual_pdf, need_program, "-layout").split("\f")
    for number, title in re.findall(r"^ *[\dA-D] +(\S.*?)(?: ?\.)+ *(\d+)$", pages[1], re.MULTILINE):
        assert re.search(rf"^ *[\dA-D] +{re.escape(number)}$", pages[int(title) - 1], re.MULTILINE), (number, title)


@pytest.mark.parametrize("which", ["clean", "empty"])
def test_good_news_and_no_news_have_a_report_too(
    which: str, request: pytest.FixtureRequest, need_program: Callable[[str], str]
) -> None:
    content = REPORT.render(request.getfixturevalue(f"{which}_audit"), lambda _: None)
    sentences = {"clean": "Nothing that was checked stands against signing.",
                 "empty": "No verdict: nothing could be established."}  # fmt: skip
    assert sentences[which] in " ".join(_text(content, need_program).split())


def test_the_file_is_sound(usual_pdf: bytes, tmp_path: Path, need_program: Callable[[str], str]) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(usual_pdf)
    done = subprocess.run(
        [need_program("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_known_beforehand_that_a_pdf_can_be_written() -> None:
    check_available()


def test_a_missing_library_is_told_in_one_sentence_and_nothing_on_stdout(tmp_path: Path) -> None:
    # An empty file is found before the system's library and cannot be loaded: to the loader the library is missing.
    for name in ("libpango-1.0.so.0", "libpango-1.0.so", "libpango-1.0-0", "pango-1.0", "libpango-1.0.dylib"):
        (tmp_path / name).touch()
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | {"LD_LIBRARY_PATH": str(tmp_path), "DYLD_LIBRARY_PATH": str(tmp_path)},
    )
    assert done.stdout == ""
    assert re.fullmatch(
        r"a PDF cannot be written: the system library libpango-1\.0\S* is missing; "
        r"install (it with '[^']+'|Pango 1\.44 or newer), or ask for --format html\n",
        done.stderr,
    )


def test_a_missing_package_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    monkeypatch.delitem(sys.modules, "vendor_audit.reports.weasy", raising=False)
    with pytest.raises(UsageError, match="the Python package 'weasyprint' is missing; install it with 'pip install"):
        check_available()


@pytest.mark.parametrize(
    ("release", "line"),
    [
        ({"ID": "debian"}, "install it with 'apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0'"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "install it with 'apt install libpango-1.0-0"),
        ({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "install it with 'dnf install pango'"),
        ({"ID": "alpine"}, "install it with 'apk add pango fontconfig'"),
        ({"ID": "plan9"}, "install Pango 1.44 or newer"),
    ],
)
def test_the_install_line_is_that_of_this_system(
    release: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    assert pdf._install_line().startswith(line)


def test_the_install_line_of_a_mac_is_homebrews(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert pdf._install_line() == "install it with 'brew install pango'"
