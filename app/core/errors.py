"""Four kinds of failure, told apart by who has to act.

A peer's bytes must never raise anything but `RemoteError`, and that is caught and counted at one
place in `node`. What a person sees is a `LocalError` or a `KnownError`, so their text is written
for people: what happened, what is safe, what to do.
"""

from __future__ import annotations


class LocalError(Exception):
    """The caller asked for something that is not possible now; the text says why."""


class RemoteError(Exception):
    """A peer, or bytes that claim to come from one, are wrong; counted and dropped."""


class KnownError(Exception):
    """The environment failed (disk full, port busy, newer database); the text says what to do."""


class Bug(Exception):
    """We are wrong: an invariant of our own does not hold."""
