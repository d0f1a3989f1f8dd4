"""The commands: each is one call, speaks JSON lines or one line of text, and ends with 0, 1 or 2."""
