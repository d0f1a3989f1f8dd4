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
PACKET_BYTES_MAX = DATAGRAM_BYTES_MAX - 40
"""One packet of a link: the rest of the datagram is the caller's header, counter and tag."""
CONTROL_BYTES_MAX = 1 << 20
"""Frames of class CONTROL that one link keeps, sent or not, until they are acknowledged."""
LIVE_BYTES_MAX = 4 << 20
"""The same for class LIVE: some 80 frames of the largest kind, minutes of a busy room."""
BULK_BYTES_MAX = 2 << 20
"""The same for class BULK: enough to fill a long path; the rest waits at whoever sends it."""
CONTROL_PIECES_MAX = 64
"""Pieces of class CONTROL between the oldest unacknowledged one and the newest. With the two below
and one unfinished frame a class, a receiver keeps at most 1 MiB for a link."""
LIVE_PIECES_MAX = 384
"""The same for class LIVE: 7 MB/s at a round trip of 60 ms."""
BULK_PIECES_MAX = 256
"""The same for class BULK: 4.8 MB/s at a round trip of 60 ms."""
HINTS_MAX = 8
"""Hints that wait for the next flush; the oldest gives way, since a hint is worth its freshness."""
ACK_RANGES_MAX = 32
"""Ranges of received packet numbers kept and reported: 270 bytes at worst; the oldest go first."""
ACK_REACH_PACKETS = 64
"""Numbers behind the newest packet that stay worth acknowledging though nothing waits for them:
hints may come late, and a late packet shows that a path reorders."""
ACK_DELAY_MICROS_MAX = 10 * MILLI
"""How long a lone packet's acknowledgement waits for something to ride on."""
RTT_INITIAL_MICROS = 100 * MILLI
"""Guess before the first sample. RFC 9002 says 333 ms to spare crowded servers; between two people
a needless probe costs one packet, a late one is seen."""
LOSS_PACKETS_MIN = 3
"""Later packets acknowledged before one counts as lost (RFC 9002, 6.1.1)."""
LOSS_PACKETS_MAX = 64
"""The same on a path that was seen to reorder; `ACK_REACH_PACKETS` could not tell more."""
PROBE_MICROS_MAX = 2 * SECOND
"""Longest pause between probes to a silent peer."""
PROBE_PACKETS = 2
"""Packets sent for a probe: at 30 % loss both fail one time in eleven (RFC 9002, 6.2.4)."""
PROBES_UNANSWERED_MAX = 3
"""Probe timeouts in a row after which a peer is silent and its flight given up."""
WINDOW_PACKETS_INITIAL = 32
"""Packets in flight at first: 37 KB, what browsers' servers send today."""
WINDOW_PACKETS_MIN = 4
"""With fewer packets in flight no loss would show by later packets."""
WINDOW_PACKETS_MAX = 1_024
"""More than all pieces that may be under way (704), so it bounds the table and never the speed."""
PACING_BURST_PACKETS = 32
"""Sent back to back before the rest is spread over the round trip."""
PACING_QUANTUM_PACKETS = 8
"""Sent for one wake-up: a wake-up costs about as much as building eight packets."""

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
