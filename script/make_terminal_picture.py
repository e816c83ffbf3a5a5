"""Draws docs/terminal.svg: a real audit of the demonstration vendor, as a terminal shows it.

Run from the project's folder: .venv/bin/python script/make_terminal_picture.py
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from vendor_audit.audit.run import RunSettings, run_audit
from vendor_audit.cli.run import gate_rule, load_vendor
from vendor_audit.lab.background import running_vendor
from vendor_audit.reports.terminal import print_audit

WIDTH = 112
LINES = 62
"""Of the audit; what comes after them stands in the report."""


def main() -> None:
    """Audit the vendor and write the picture."""
    with tempfile.TemporaryDirectory() as folder, running_vendor() as lab:
        vendor, catalogue = load_vendor(lab.write_vendor_file(Path(folder)))
        audit = run_audit(vendor, catalogue, RunSettings(gate=gate_rule(vendor, {})), Path(folder) / "audit")
    whole = Console(width=WIDTH, force_terminal=True, color_system="truecolor", file=io.StringIO(), highlight=False)
    print_audit(audit, whole)
    lines = whole.file.getvalue().splitlines()  # type: ignore[attr-defined]  # it is the StringIO above
    shown = [*lines[:LINES], "", "…", "", *lines[-4:]] if len(lines) > LINES + 8 else lines
    picture = Console(width=WIDTH, record=True, file=io.StringIO(), force_terminal=True, highlight=False)
    picture.print(Text("$ vendor-audit run acme.yaml", style="bold"))
    for line in shown:
        picture.print(Text.from_ansi(line), soft_wrap=True)
    svg = picture.export_svg(title="vendor-audit", theme=MONOKAI)
    # The picture must not call anybody: no web fonts, only what the reader's system has.
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg).replace("Fira Code", "ui-monospace, Menlo, Consolas")
    Path("docs/terminal.svg").write_text(svg, encoding="utf-8")
    print(f"docs/terminal.svg: {len(svg):,} characters")


if __name__ == "__main__":
    main()
