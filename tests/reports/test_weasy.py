from __future__ import annotations

import socket

import pytest
from weasyprint.urls import FatalURLFetchingError

from vendor_audit.reports.weasy import PackageFetcher, write_pdf


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.png",
        "https://[::1]/x.css",
        "ftp://127.0.0.1/x",
        "file:///etc/hostname",
        "data:image/png;base64,AAAA",
        "vendor-audit-font:../../pyproject.toml",
        "vendor-audit-font:",
        "x",
    ],
)
def test_no_address_but_our_own_fonts_is_ever_opened(url: str) -> None:
    with pytest.raises(FatalURLFetchingError, match="tried to fetch"):
        PackageFetcher().fetch(url)


def test_the_fonts_of_the_package_are_served() -> None:
    answer = PackageFetcher().fetch("vendor-audit-font:IBMPlexMono-Regular.woff2")
    assert answer.read().startswith(b"wOF2")


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<div style="background: url(http://127.0.0.1:9/x.png)">x</div>',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<style>@font-face { font-family: x; src: url("http://127.0.0.1:9/x.woff2"); } p { font: 9px x }</style><p>x',
    ],
)
def test_a_page_that_reaches_out_is_not_written_at_all(hostile: str) -> None:
    with pytest.raises(RuntimeError, match="tried to fetch"):
        write_pdf(f'<html lang="en"><title>t</title><body>{hostile}')


def test_not_even_a_drawing_whose_errors_are_swallowed_reaches_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        drawing = f'<svg width="9" height="9"><image href="{address}"/><use href="{address}#a"/></svg>'
        assert write_pdf(f'<html lang="en"><title>t</title><body>{drawing}').startswith(b"%PDF-")
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
