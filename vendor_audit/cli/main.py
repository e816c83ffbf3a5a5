"""The program: the commands, and the one place where an error becomes a sentence and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from vendor_audit.cli import (
    bundle,
    checks,
    compare,
    data,
    demo,
    init,
    judge,
    keygen,
    locate,
    probe,
    report,
    run,
    validate,
    verify,
)

WRONG_USAGE, OWN_FAULT, INTERRUPTED = 2, 4, 130
"""Exit codes beside those of the gate (0, 1, 3)."""

app = typer.Typer(
    name="vendor-audit",
    help="Hold what a video-call vendor declares against what its service really does.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "Exit codes: 0 passed; 1 the gate refuses; 2 wrong usage or an invalid file; 3 not established; "
        "4 our own fault; 130 interrupted, what was gathered is saved."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        from vendor_audit import __version__

        typer.echo(f"vendor-audit {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


app.command("run")(run.run)
app.command("judge")(judge.judge)
app.command("report")(report.report)
app.command("compare")(compare.compare)
app.command("validate")(validate.validate)
app.command("init")(init.init)
app.add_typer(checks.app, name="checks")
app.command("probe")(probe.probe)
app.command("locate")(locate.locate)
app.add_typer(data.app, name="data")
app.command("bundle")(bundle.bundle)
app.command("verify")(verify.verify)
app.command("keygen")(keygen.keygen)
app.command("demo")(demo.demo)


def run_program(arguments: list[str] | None = None) -> None:
    """Run the program and leave it with the documented exit code; no traceback reaches the user."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    from vendor_audit.errors import VendorAuditError

    try:
        code = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        said = error.format_message()
        typer.echo(said if "\n" in said else f"vendor-audit: {said} 'vendor-audit --help' shows the usage.", err=True)
        return WRONG_USAGE
    except VendorAuditError as error:
        said = _inert(str(error))
        typer.echo(said if "\n" in said else f"vendor-audit: {said}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("vendor-audit: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; what it wanted it has. Keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("VENDOR_AUDIT_DEBUG"):
            raise
        typer.echo(
            f"vendor-audit: our own fault: {type(error).__name__}: {_inert(str(error))}\n"
            "Nothing that was gathered is lost. VENDOR_AUDIT_DEBUG=1 shows where it happened.",
            err=True,
        )
        return OWN_FAULT
    return code if isinstance(code, int) else 0


def _inert(text: str) -> str:
    """Return the text with what could act on a terminal as escapes: an error may repeat a stranger's file."""
    return "".join(
        each if each.isprintable() or each in "\n\t" else each.encode("unicode_escape").decode() for each in text
    )
