"""The probe `media`: what a call is encrypted with and where it goes, from a session of one's own or from a capture."""
