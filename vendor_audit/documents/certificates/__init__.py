"""Certificates and audit reports: what a paper really is, and what it says of whom, by whom, for what and until when.

A document goes in, what it says comes out, as facts. A paper proves nothing by itself: whether it is genuine, the
register of the certification body says, or IAF CertSearch.

Sources, all from memory: what a certificate has to state: ISO/IEC 17021-1, clause 8.2.2, and ISO/IEC 27006-1, clause
8.2 (the version of the Statement of Applicability); SOC 2: AICPA, AT-C section 205 and the Trust Services Criteria; C5:
BSI, Cloud Computing Compliance Criteria Catalogue.
"""

from vendor_audit.documents.certificates.comparing import scope_names
from vendor_audit.documents.certificates.model import Accreditation, Certificate, Kind, Place, Report, Standard
from vendor_audit.documents.certificates.reading import read_certificate
from vendor_audit.documents.values.companies import Likeness, names_match

__all__ = [
    "Accreditation",
    "Certificate",
    "Kind",
    "Likeness",
    "Place",
    "Report",
    "Standard",
    "names_match",
    "read_certificate",
    "scope_names",
]
