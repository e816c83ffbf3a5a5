"""Pages that stand in a document's place are told from documents."""

from __future__ import annotations

import time

import pytest

from vendor_audit.probes.document.pages import wrong_page
from vendor_audit.probes.http.exchange import Answer

TEXT = "<p>" + "The processor processes personal data only on instructions. " * 40 + "</p>"
LOGIN = '<form><input type="text" name="user"><input type="PassWord" name="p"></form>'


def kind_of(page: str, *, url: str = "https://acme.example/dpa", redirected: bool = False) -> str:
    answer = Answer(url, 200, "HTTP/1.1", (("Content-Type", "text/html"),), "192.0.2.1", page.encode())
    wrong = wrong_page(answer, redirected=redirected)
    return wrong.failure.kind if wrong else ""


@pytest.mark.parametrize(
    "page",
    [
        f"<!doctype html><title>Privacy</title>{TEXT}",
        f"<!doctype html><title>Privacy</title>{LOGIN}{TEXT}",
        f"<!doctype html><title>What to do where 404 Not Found is shown</title>{TEXT}",
        f"<html><head><script src=x></script></head><body>{TEXT}</body></html>",
        "# Not found\n\nA text in Markdown about <title>404 Not Found</title>.",
        "%PDF-1.7 ...",
        "<html><body><h1>Sub-processors</h1><table><tr><td>Hosting GmbH<td>Germany</table></body></html>",
        "<!doctype html><title>Sub-processors</title><p>We use none at all: all of it is done by us, in Utrecht.",
        "",
    ],
)
def test_a_document_is_none_of_them(page: str) -> None:
    assert kind_of(page) == ""


@pytest.mark.parametrize(
    ("page", "url", "redirected"),
    [
        (f"<!doctype html><title>Sign in</title><h1>Welcome</h1>{LOGIN}", "https://acme.example/dpa", False),
        ("<html><title>One moment</title>Continue", "https://login.microsoftonline.com/x", True),
        ("<html><title>Acme</title>Mail address", "https://acme.example/users/sign_in?next=/dpa", True),
        ("<html><title>Acme</title>E-Mail", "https://acme.example/anmeldung", True),
    ],
)
def test_a_login_is_told(page: str, url: str, redirected: bool) -> None:  # noqa: FBT001
    assert kind_of(page, url=url, redirected=redirected) == "login_page"


def test_what_was_asked_for_may_be_called_login() -> None:
    page = "<html><title>How to sign in</title><p>This document tells how one signs in to the product, in four steps."
    assert kind_of(page, url="https://acme.example/docs/login") == ""


@pytest.mark.parametrize(
    "said",
    [
        "<title>404 Not Found</title>",
        "<title>Acme</title><h1><span>Page not found</span></h1>",
        "<title>Seite nicht gefunden | Acme</title>",
        "<title>Page introuvable</title>",
        "<title>Pagina niet gevonden</title>",
        "<title>Just a moment...</title>",
        "<title>Access denied</title>",
    ],
)
def test_an_error_with_the_status_of_success_is_told(said: str) -> None:
    assert kind_of(f"<!DOCTYPE html><html>{said}<p>Go back to the start page.</p></html>") == "error_page"


def test_a_page_that_its_scripts_build_is_empty() -> None:
    page = "<!doctype html><title>Acme</title><noscript>You need JavaScript.</noscript><div id=app></div>"
    assert kind_of(f"{page}<script src=/app.js></script>") == "empty"


@pytest.mark.parametrize("piece", ["<b>", "<!--", "<h1>not ", "<input type=password ", "<title>", "/sign"])
def test_a_page_made_to_cost_time_does_not(piece: str) -> None:
    began = time.perf_counter()
    kind_of("<html>" + piece * 300_000, url="https://acme.example" + "/anmeld" * 1000 + "!", redirected=True)
    assert time.perf_counter() - began < 3
