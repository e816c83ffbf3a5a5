"""A secret is never shown: not by accident, not in an error, not in a file."""

from __future__ import annotations

import copy
import json
import logging
import pickle

import pytest

from vendor_audit.errors import UsageError
from vendor_audit.secret import Secret
from vendor_audit.source.diagnostic import Place
from vendor_audit.vendor.secrets import resolve_secret

VALUE = "hunter2-ü"


def test_reveal_is_the_way_to_the_value() -> None:
    assert resolve_secret("${ACME_X}", {"ACME_X": VALUE}).reveal() == VALUE


def test_no_text_of_a_secret_shows_its_value() -> None:
    secret = Secret(VALUE)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>20}",
        f"{secret!r}",
        "%s" % secret,  # noqa: UP031 (the old way must be safe too)
        "{0!s:^10}".format(secret),  # noqa: UP030, UP032 (the old way must be safe too)
        repr([secret]),
        repr({"a": secret}),
    ]
    assert not [text for text in shown if VALUE in text or "hunter" in text]


def test_a_log_line_shows_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("x").error("password %s %r", Secret(VALUE), Secret(VALUE))
    assert VALUE not in caplog.text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_refuses_to_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="not to be copied"):
        pickle.dumps(Secret(VALUE), protocol)


def test_a_secret_refuses_copies_and_json() -> None:
    for copied in (copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as error:
            copied(Secret(VALUE))
        assert VALUE not in str(error.value)


def test_a_secret_has_no_attributes_to_list_and_no_hash() -> None:
    assert not hasattr(Secret(VALUE), "__dict__")
    with pytest.raises(TypeError):
        hash(Secret(VALUE))


def test_secrets_are_equal_by_value_and_to_nothing_else() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert Secret(VALUE) != Secret("other")
    assert Secret(VALUE) != VALUE


@pytest.mark.parametrize(("environ", "state"), [({}, "not set"), ({"ACME_X": ""}, "empty")])
def test_a_missing_variable_is_named_with_its_place(environ: dict[str, str], state: str) -> None:
    with pytest.raises(UsageError) as error:
        resolve_secret("${ACME_X}", environ, Place("acme.yaml", 12, 7))
    assert str(error.value) == f"acme.yaml:12:7: the environment variable ACME_X is {state}: export it before the audit"


@pytest.mark.parametrize("text", ["hunter2", "$ACME_X", "${ACME_X", "x${ACME_X}", "${ACME_X}\n", "${1X}", "${}", ""])
def test_what_is_no_placeholder_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as error:
        resolve_secret(text, {"ACME_X": VALUE})
    assert "hunter2" not in str(error.value)
