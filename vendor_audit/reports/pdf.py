"""The PDF report: for the desk of the data protection officer, and for the archive.

WeasyPrint stands on libraries of the operating system. Whether they are there is asked before an audit starts, because
an audit whose report cannot be written is lost time for everybody.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import platform
import re
import sys
from typing import TYPE_CHECKING

from vendor_audit.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

    from vendor_audit.observation import Json
    from vendor_audit.reports.interface import EvidenceReader, Report

_WEASY = "vendor_audit.reports.weasy"
_INSTALL = {
    "debian": "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "fedora": "dnf install pango",
    "alpine": "apk add pango fontconfig",
    "macos": "brew install pango",
}
_FAMILIES = {
    "debian": "debian", "ubuntu": "debian",
    "fedora": "fedora", "rhel": "fedora", "centos": "fedora",
    "alpine": "alpine",
}  # fmt: skip


class PdfReport:
    """The report on paper: PDF/A-3a for the archive and PDF/UA-1 for screen readers, in one file."""

    name = "pdf"
    suffix = ".pdf"
    media_type = "application/pdf"

    def check_available(self) -> None:
        """Return if a PDF can be written here.

        Raises:
            UsageError: WeasyPrint or a library under it is missing.
        """
        check_available()

    def render(self, audit: dict[str, Json], evidence: EvidenceReader) -> bytes:
        """Return the PDF. The same audit and evidence give the same bytes on the same installation.

        Raises:
            UsageError: as `check_available`.
        """
        weasy = _load()
        pages = importlib.import_module("vendor_audit.reports.pages")
        view = importlib.import_module("vendor_audit.reports.view")
        return bytes(weasy.write_pdf(pages.page(view.build_view(audit, evidence), "print")))


def check_available() -> None:
    """Return if a PDF can be written here; nothing is printed either way.

    Raises:
        UsageError: a library is missing; the sentence names it and the line that installs it on this system.
    """
    _load()


def _load() -> ModuleType:
    # WeasyPrint prints a banner on stdout when a library is missing: it would stand in the middle of a JSON document.
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return importlib.import_module(_WEASY)
    except ImportError as error:
        raise UsageError(
            f"a PDF cannot be written: the Python package '{error.name}' is missing; install it with 'pip install "
            "weasyprint', or ask for --format html"
        ) from error
    except OSError as error:
        raise UsageError(
            f"a PDF cannot be written: the system library {_library(error)} is missing; {_install_line()}, or ask for "
            "--format html"
        ) from error


def _library(error: OSError) -> str:
    """Return the name of the library that the loader did not find."""
    found = re.search(r"cannot load library '([^']{1,80})'", str(error))
    return found[1] if found else "Pango"


def _install_line() -> str:
    family = _family()
    return f"install it with '{_INSTALL[family]}'" if family else "install Pango 1.44 or newer"


def _family() -> str:
    """Return the key in the table of install lines; empty where this system is not in it."""
    if sys.platform == "darwin":
        return "macos"
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    for each in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        if each in _FAMILIES:
            return _FAMILIES[each]
    return ""


REPORT: Report = PdfReport()
