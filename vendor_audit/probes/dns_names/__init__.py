"""What the dns probe is made of: asking, the name's records, and DNSSEC."""
