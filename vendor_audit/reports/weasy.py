"""The one room that knows WeasyPrint. It is entered only when a PDF is asked for; `pdf` guards the door."""

from __future__ import annotations

import warnings
from xml.etree import ElementTree as ET

from weasyprint import HTML
from weasyprint.document import DocumentMetadata
from weasyprint.pdf.metadata import NS
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from vendor_audit.reports.pages import FONT_SCHEME, font_bytes

_VARIANT = "pdf/a-3a"
_RDF = NS["rdf"]
_PDFUA = NS["pdfuaid"]
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
for _prefix, _uri in (("pdfaExtension", _EXTENSION), ("pdfaSchema", _SCHEMA), ("pdfaProperty", _PROPERTY)):
    ET.register_namespace(_prefix, _uri)


class PackageFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint has no type information
    """Serves the fonts of the package. Any other address ends the rendering: a report never fetches anything."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002 # WeasyPrint's
        """Return the font.

        Raises:
            FatalURLFetchingError: the address is not one of our fonts, so something in the page is not ours.
        """
        scheme, _, name = url.partition(":")
        try:
            if scheme == FONT_SCHEME:
                return URLFetcherResponse(url, font_bytes(name), {"Content-Type": "font/woff2"})
        except KeyError:
            pass
        raise FatalURLFetchingError(f"the report tried to fetch {url[:200]}")


def write_pdf(html: str) -> bytes:
    """Return the page as a PDF that conforms to PDF/A-3a and to PDF/UA-1. The same page gives the same bytes.

    Raises:
        RuntimeError: the page asks for something that is not in the package: our own fault, and nothing was fetched.
    """
    try:
        document = HTML(string=html, url_fetcher=PackageFetcher()).render(pdf_variant=_VARIANT)
        # WeasyPrint makes this object itself and lets nobody choose its class; its method is made to be overridden.
        document.metadata.__class__ = _AccessibleArchive
        with warnings.catch_warnings():
            # WeasyPrint leaves its own colour profile open and lets the interpreter close it.
            warnings.simplefilter("ignore", ResourceWarning)
            return bytes(document.write_pdf(pdf_variant=_VARIANT))
    except FatalURLFetchingError as error:  # a BaseException, which no caller expects
        raise RuntimeError(str(error)) from error


class _AccessibleArchive(DocumentMetadata):  # type: ignore[misc] # WeasyPrint has no type information
    """Metadata that claim PDF/UA-1 beside PDF/A-3a, for which WeasyPrint has no switch."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """Return the RDF with the PDF/UA identifier and its description.

        ISO 19005-3, 6.6.2.3: a schema that PDF/A does not know must be described in the file.
        """
        root = ET.fromstring(super().generate_rdf_metadata(variant, version, conformance))  # noqa: S314 # our own XML
        claim = _child(root, _RDF, "Description", {f"{{{_RDF}}}about": ""})
        _child(claim, _PDFUA, "part").text = "1"
        description = _child(root, _RDF, "Description", {f"{{{_RDF}}}about": ""})
        schema = _entry(_child(description, _EXTENSION, "schemas"), "Bag")
        _texts(schema, _SCHEMA, schema="PDF/UA identification", namespaceURI=_PDFUA, prefix="pdfuaid")
        part = _entry(_child(schema, _SCHEMA, "property"), "Seq")
        _texts(part, _PROPERTY, name="part", valueType="Integer", category="internal", description="Part of ISO 14289")
        return ET.tostring(root)


def _child(parent: ET.Element, namespace: str, name: str, attributes: dict[str, str] | None = None) -> ET.Element:
    return ET.SubElement(parent, f"{{{namespace}}}{name}", attributes or {})


def _entry(parent: ET.Element, container: str) -> ET.Element:
    """Return the one entry of a new RDF container: a resource with properties of its own."""
    return _child(_child(parent, _RDF, container), _RDF, "li", {f"{{{_RDF}}}parseType": "Resource"})


def _texts(parent: ET.Element, namespace: str, **values: str) -> None:
    for name, value in values.items():
        _child(parent, namespace, name).text = value
