"""A media session of the auditor's own: a provider signals it, ICE connects it, and DTLS is asked on its pair."""
