"""``vendor-audit demo``: the same audit against the embedded vendor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = Path("demo-audit"),
    flawless: Annotated[bool, typer.Option("--flawless", help="Run the vendor that has no flaws.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the vendor up, on the ports of examples/acme/acme.yaml, until Ctrl-C.")
    ] = False,
) -> int:
    """Start the demonstration vendor on loopback, audit it, write every format, stop it.

    Ends with 0 when the demonstration worked, whatever its gate said about the vendor.
    """
    if serve:
        return _serve(flawless)
    import os

    from vendor_audit.audit.collect import utc_now
    from vendor_audit.audit.plan import permitted
    from vendor_audit.audit.run import RunSettings
    from vendor_audit.cli.output import shown, standard_error
    from vendor_audit.cli.run import audit_and_report, gate_rule, load_vendor
    from vendor_audit.lab.background import running_vendor
    from vendor_audit.reports.registry import FORMATS, find_report
    from vendor_audit.vendor.credentials import credentials_of

    reports = [find_report(name) for name in FORMATS if name not in {"terminal", "json"}]
    for each in reports:
        each.check_available()
    errors = standard_error()
    with running_vendor(flawless=flawless) as lab:
        file = lab.write_vendor_file(out / "vendor")
        errors.print(f"The demonstration vendor is up. Its vendor file is {shown(file)}.", markup=False, soft_wrap=True)
        vendor, catalogue = load_vendor(file)
        os.environ.update(lab.environment())
        settings = RunSettings(
            # The demonstration is its own vendor: what no ordinary client sends harms nobody here.
            permitted=permitted(vendor, utc_now().date(), active=True, intrusive=True),
            credentials=credentials_of(vendor, os.environ),
            gate=gate_rule(vendor, {}),
        )
        code = audit_and_report(vendor, catalogue, settings, out, reports)
    errors.print(
        f"The demonstration worked. 'vendor-audit run' on this vendor ends with exit code {code}"
        + (": the gate refuses it, because flaws were planted in it." if code else ": the gate lets it pass."),
        markup=False,
        soft_wrap=True,
    )
    return 0


def _serve(flawless: bool) -> int:
    import shlex
    import threading

    from vendor_audit.cli.output import shown, standard_error
    from vendor_audit.lab.background import running_vendor

    errors = standard_error()
    with running_vendor(flawless=flawless, fixed_ports=True) as lab:
        file = shown(lab.folder / "acme.yaml")
        exports = "\n".join(f"  export {name}={shlex.quote(value)}" for name, value in lab.environment().items())
        errors.print(
            f"The demonstration vendor is up. In a second terminal:\n\n{exports}\n"
            f"  vendor-audit run {file} --active --intrusive\n",
            markup=False,
            soft_wrap=True,
        )
        errors.print("Ctrl-C stops it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            errors.print("stopped")
    return 0
