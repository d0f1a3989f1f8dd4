"""Every bound, with its unit and its reason. Nothing in the app grows past a name that stands here.

Keep the rooms' sections apart and in the order of the layers; first values of ORDER.md and
FORMATS.md may be tuned here and nowhere else.
"""

from __future__ import annotations

from app.core.instant import MILLI, SECOND

# --- core: encoding -------------------------------------------------------------------------------
FRAME_BYTES_MAX = 65_536
"""One reassembled frame. Larger things go as chunks or runs of frames."""
ARRAY_ITEMS_MAX = 1_024
"""Items of one array: with it a hostile 64 KiB message costs 6 ms and 8 MiB, without 242 ms, 67 MiB."""
NESTING_DEPTH_MAX = 16
"""No format of ours nests deeper than 7."""
TRACE_RECORDS_MAX = 2_048
"""Ring of recent trace records: enough for a crash report, about 400 KiB."""

# --- crypto ---------------------------------------------------------------------------------------

# --- mstreams: links ------------------------------------------------------------------------------
DATAGRAM_BYTES_MAX = 1_200
"""UDP payload: passes every path that carries QUIC (RFC 9000, 14)."""

# --- mstreams: streams, membership ----------------------------------------------------------------
HEARTBEAT_MICROS = 250 * MILLI
"""ORDER.md 5.6."""
SUSPECT_SILENCE_MICROS = 10 * SECOND
"""First slice: only then is a member left out (ORDER.md 5.6)."""

# --- dispatcher -----------------------------------------------------------------------------------
MEMBERS_MAX = 64
"""Members of a view: heartbeats are all to all, 64 sites cost 252 heartbeats a second each."""
ENTRY_BODY_BYTES_MAX = 40_960
"""One entry's body: 8,000 characters of four bytes and room to spare, in one frame with its run."""
RUN_ENTRIES_MAX = 256
"""Entries of one run: they share a signature and are placed together."""
RUNS_BYTES_MAX = 49_152
"""Entries of one Submit, Ordered, Chunk or HandOver: one frame with room for all its other fields."""
QUEUE_ENTRIES_MAX = 100_000
"""Entries not yet in the log. Beyond it a site refuses to issue: 'wait until the others are back'."""

# --- rooms ----------------------------------------------------------------------------------------

# --- node -----------------------------------------------------------------------------------------
WORK_PER_INPUT_MAX = 10_000
"""Steps of a facade's work list for one input: past it we loop, which is a bug."""
INPUTS_PER_TURN_MAX = 256
"""Inputs handled before one commit: a flood can't freeze the window, a burst shares its commit."""

# --- store, drivers -------------------------------------------------------------------------------

# --- simulator ------------------------------------------------------------------------------------
