"""``vendor-audit verify``: whether a bundle is what was bundled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_audit.audit.rejudging import Rejudgement
    from vendor_audit.evidence.bundle import Bundle
    from vendor_audit.evidence.keys import PublicKey

CHANGED = 1


def verify(
    file: Annotated[
        Path, typer.Argument(metavar="BUNDLE", help="A bundle, as 'vendor-audit bundle' makes it.", show_default=False)
    ],
    public_key: Annotated[
        Path | None,
        typer.Option(
            metavar="PEM", help="The public key of who should have signed it, got by another way.", show_default=False
        ),
    ] = None,
) -> int:
    """Check every byte of a bundle and its signature, and judge its audit again. No network.

    Exit codes: 0 verified; 1 something has been changed, and what; 2 no bundle at all.
    """
    from vendor_audit.cli.output import standard_output
    from vendor_audit.evidence.bundle import read_bundle
    from vendor_audit.evidence.keys import read_public_key

    key = read_public_key(public_key) if public_key else None
    bundle = read_bundle(file)
    if key is not None:
        bundle.hold_against_key(key)
    again = None if bundle.damage else _judged_again(bundle)
    output = standard_output()
    lines = _damage(bundle) if bundle.damage or again is None else _praise(bundle, key, again)
    verdict = "NOT VERIFIED" if bundle.damage else "verified"
    for line in (f"{file}: {verdict}", *lines):
        output.print(_inert(line), markup=False, soft_wrap=True)
    return CHANGED if bundle.damage else 0


def _judged_again(bundle: Bundle) -> Rejudgement | None:
    """Return the second judgement; where there can be none, or it contradicts the first, the bundle says so after."""
    from vendor_audit.audit.document import parse_document
    from vendor_audit.audit.rejudging import judge_again
    from vendor_audit.errors import UsageError
    from vendor_audit.evidence.bundle import AUDIT

    try:
        document = parse_document(bundle.audit, AUDIT)
        bundle.hold_against(document)
        if bundle.damage:
            return None
        again = judge_again(document, bundle.audit)
    except UsageError as error:
        bundle.damage[AUDIT] = str(error).removeprefix(f"{AUDIT}: ")
        return None
    if again.is_contradiction:
        bundle.damage[AUDIT] = (
            "has been changed: its observations, judged by the same checklists, give other bytes; "
            f"it says {_counted(again.before)}; judged again {_counted(again.after)}"
        )
    return again


def _damage(bundle: Bundle) -> list[str]:
    return [f"  {name}: {said}" for name, said in bundle.damage.items()]


def _praise(bundle: Bundle, key: PublicKey | None, again: Rejudgement) -> list[str]:
    counted = f"{len(bundle.files)}, {len(bundle.evidence)} of them evidence"
    return [
        f"  files      {counted}: each as the statement says, none missing, none additional",
        f"  signature  {_signature(bundle, key)}",
        f"  judgement  {_judgement(again)}",
    ]


def _signature(bundle: Bundle, key: PublicKey | None) -> str:
    if bundle.signer is None:
        return (
            "none: the bundle is not signed. This proves that it is whole, not where it is from; who changes it can "
            "make it anew"
        )
    if key is None:
        return (
            f"signed by an unknown key, fingerprint {bundle.signer.fingerprint}. This proves integrity, not origin: "
            "--public-key says whose key it should be"
        )
    return f"by the given key, {key.fingerprint}"


def _judgement(again: Rejudgement) -> str:
    if again.is_same and not again.differing:
        by = f", by version {again.version} then and by this one now" if again.version else ""
        return f"judged again by the same checklists{by}: the same bytes ({_counted(again.after)})"
    reasons = []
    if again.differing:
        names = ", ".join(again.differing)
        reasons.append(f"the checklists here are not those of the audit ({names})")
    if again.version:
        reasons.append(f"the audit was judged by version {again.version}")
    return (
        f"{' and '.join(reasons)}, so verdicts may differ: "
        f"the audit says {_counted(again.before)}; judged here {_counted(again.after)}"
    )


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {verdict.replace('_', ' ')}" for verdict, count in counts.items()) or "nothing"


def _inert(text: str) -> str:
    """Return the text with what could act on a terminal as escapes: an audit may be a stranger's."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
