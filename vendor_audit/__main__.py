"""``python -m vendor_audit``: the same as ``vendor-audit``, where its folder is not on the PATH."""

from vendor_audit.cli.main import run_program

run_program()
