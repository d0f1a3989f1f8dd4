"""The ground floor: values, time, randomness, encoding, bounds. Knows no other room and does no I/O."""
