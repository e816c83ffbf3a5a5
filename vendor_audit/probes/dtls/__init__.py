"""What a DTLS server, or a client that comes to us, offers: by hellos of our own codec, none of them finished."""
