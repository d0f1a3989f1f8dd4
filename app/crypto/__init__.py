"""Identities, the Noise handshake, sealed boxes, invites. Entropy is an argument; no I/O."""
