"""What a vendor's own site and DNS publish about it, for a first vendor file. No probe of an audit: it judges nothing.

One file a subject: words (data), page (pure), media (pure), naming (pure), visits (the only one that asks for pages),
names (DNS), survey (puts them together).
"""
