"""The http probe: what an ordinary web client sees of an http or https endpoint.

One file a subject: how the bytes come (transport, exchange, follow), what the headers say (headers, csp, cookies), what
the page says (markup, page, links), the file security.txt, and the probe that puts them together.
"""
