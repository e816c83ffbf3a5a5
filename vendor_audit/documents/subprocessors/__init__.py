"""Sub-processor lists: who they are, where, for what, with which transfer tool; from a page, a table, a PDF, an annex.

A document goes in, what it says comes out, as facts; what it does not say and what could not be read are told apart.
What such a list has to say: GDPR Art. 28(2) and (4), 44 to 46; EDPB Opinion 22/2024 (name, address and contact of every
sub-processor at hand at all times); Annex IV of Decision (EU) 2021/915 (its form).
"""

from vendor_audit.documents.subprocessors.model import ChangeNotice, Mechanism, Subprocessor, SubprocessorList
from vendor_audit.documents.subprocessors.reading import read_subprocessors

__all__ = ["ChangeNotice", "Mechanism", "Subprocessor", "SubprocessorList", "read_subprocessors"]
