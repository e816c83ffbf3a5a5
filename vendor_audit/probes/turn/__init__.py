"""The probe `turn`: what a STUN or TURN server says, whom it lets relay, and where to."""
