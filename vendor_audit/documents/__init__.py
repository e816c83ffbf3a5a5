"""Documents: text with places out of a vendor's papers, and what the text says. Bytes in, values out; no I/O."""
