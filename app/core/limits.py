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
HANDSHAKE_1_BYTES = 1_191
"""Message 1, padded: with the 9 bytes a datagram carries around it, 1,200 (RFC 9000, 8.1 and 14.1)."""
HANDSHAKE_ANSWER_FACTOR = 3
"""Bytes sent to an address that has proven nothing, per byte received from it (RFC 9000, 8)."""
HANDSHAKE_EXTRA_BYTES_MAX = 512
"""Opaque bytes beside the identity: with them message 2 has at most 738 and fits one datagram."""
REPLAY_WINDOW_PACKETS = 2_048
"""Reordering that a box forgives: a full congestion window; WireGuard keeps 8,192, IPsec 64-1,024."""
SEALED_PACKETS_MAX = 2**60
"""Packets under one key, as in WireGuard: far from the counter's end, never reached in practice."""
INVITE_CHARACTERS_MAX = 2_048
"""The whole link: chat programs and QR codes carry that much."""
INVITE_TITLE_CHARACTERS_MAX = 100
"""A session's title in an invite; longer ones are shown cut anyway."""
INVITE_ADDRESSES_MAX = 16
"""Addresses to try: more would be tried too late to help."""
INVITE_ADDRESS_CHARACTERS_MAX = 64
"""One `host:port`; the longest IPv6 form with a zone and a port has about 60."""
INVITE_ROLE_CHARACTERS_MAX = 16
"""A role's name."""

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
PROBES_UNANSWERED_MAX = 5
"""Probe timeouts in a row after which a peer is silent and its flight given up: at 30 % loss both
ways that takes one time in 300 for a peer that is there."""
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
FORGET_SILENCE_MICROS = 10 * SECOND
"""A stranger, or somebody who was a member once, is forgotten after this much silence."""

STREAM_NAME_CHARACTERS_MAX = 64
"""Names of streams are for people and stand in every frame of a stream."""
APPEND_BYTES_MAX = 16_384
"""Payload of one message to a stream: a window of them stays far below a link's queue."""
FLOW_MESSAGES_MAX = 1_000
"""Messages to one stream that are not yet consumed; beyond it a shell waits, an agent fails."""
FLOW_BYTES_MAX = 4 * 1_048_576
"""The same in bytes: they are all on disk and in memory."""
FLOW_WINDOW_MESSAGES = 64
"""Messages of one flow under way at once; a receiver holds back no more than these."""
FLOW_WINDOW_MESSAGES_MIN = 4
"""The window of a home that does not answer in time: enough to notice when it does again."""
FLOW_WINDOW_BYTES = 131_072
"""The same in bytes: one round of repetition is two frames' worth, not a flood."""
HOLD_BACK_BYTES_MAX = 524_288
"""What one stream holds back, of all senders; what is dropped comes again."""
VECTOR_SLOTS_MAX = 192
"""Senders a stream remembers: three times a full view; 128 bytes each in a hand-over."""
AGENTS_MAX = 16
"""Agents attached to one stream."""
AGENT_KIND_CHARACTERS_MAX = 32
"""Kind of an agent, as in `dispatcher@1`."""
BRIEFCASES_BYTES_MAX = 20_480
"""All briefcases of one stream: with vector and hold-back a hand-over fits one frame."""
HAND_OVER_HOLD_BACK_BYTES_MAX = 12_288
"""Hold-back that travels; the rest is dropped at the source, and its senders send it again."""
AGENT_LINE_MICROS = 1 * SECOND
"""An agent's line in the chat takes so much of what a site's agents may say."""
AGENT_LINES_MAX = 10
"""Lines that they may say at once: agents that answer each other go on for ever."""
EFFECTS_MAX = 64
"""Effects of one run of a handler."""
LOCAL_FRAMES_PER_CALL_MAX = 256
"""Frames between streams of one site that one call handles; agents that answer each other wait."""
APPEND_REPEAT_MICROS = 500 * MILLI
"""First pause before a message is sent again: links repair loss, so a home moved or crashed."""
APPEND_REPEAT_LONGEST_MICROS = 8 * SECOND
"""Longest such pause: a home that is away for long costs little, and its heartbeat ends the pause."""
HAND_OVER_REPEAT_MICROS = 400 * MILLI
"""First pause before a hand-over is repeated: longer than a heartbeat that may show it was taken."""
HAND_OVER_REPEAT_LONGEST_MICROS = 4 * SECOND
"""Longest such pause: a stream between two homes serves nobody."""
MOVED_PAUSE_MICROS = 200 * MILLI
"""Between entries about moves of one stream: the log keeps each for ever, and all sites commit it."""
WISH_REPEAT_MICROS = 1 * SECOND
"""First pause before the wish for a move is repeated."""
WISH_PATIENCE_MICROS = 10 * SECOND
"""A wish that moved nothing is dropped then; whoever still wants it asks again."""
STREAM_KEPT_BYTES_MAX = 524_288
"""Messages of one stream that are not consumed yet: they travel with it, in a dozen frames."""
LUGGAGE_BYTES_MAX = 40_960
"""Kept messages of one frame beside a hand-over."""
LUGGAGE_FRAMES_MAX = 64
"""Such frames of one hand-over: all a stream may keep, with the names of where they go."""
LUGGAGE_WAITING_MAX = 64
"""Hand-overs that came before all of their frames: they are repeated, so old ones may go."""
HANDLES_MAX = 128
"""Streams that one stream or shell has open."""
HAPPENINGS_MAX = 128
"""Events that wait at one stream while its handlers run, messages apart."""
OWN_AGENTS_MAX = 16
"""Numbers of the dispatcher's own agents, the rooms; what is attached to it is numbered from here."""
AGENT_ARGV_BYTES_MAX = 1_024
"""Arguments of an agent: with its neighbours' they stand in every hand-over."""
AGENT_ERROR_CHARACTERS_MAX = 256
"""An agent's last error: one line of a panel."""
AGENT_TIMERS_MAX = 8
"""Timers of one agent at a time."""
TIMER_MS_MAX = 86_400_000
"""The longest timer: a day."""
CODE_BYTES_MAX = 32_768
"""Source of one agent: in JSON it still fits one message to a guest."""
CODE_CHUNK_BYTES = 16_384
"""Of which one frame carries so much."""
CODE_REPEAT_MICROS = 1 * SECOND
"""Code that was asked for and did not come is asked for again."""
CODE_PATIENCE_MICROS = 30 * SECOND
"""Code that nobody had until then: the agent fails."""
REQUESTS_MAX = 256
"""What callers of this site wait for, and what a leader has under way, at a time."""
REQUEST_REPEAT_MICROS = 1 * SECOND
"""A request without an answer is sent again after this, at first."""
REQUEST_PATIENCE_MICROS = 10 * SECOND
"""A request without an answer is an error for the caller then."""
VET_PATIENCE_MICROS = 5 * SECOND
"""A controller that has not decided by then counts as refusing: half of what the caller waits."""
ANSWERS_KEPT_MAX = 1_024
"""Answers a leader remembers, so that a request that comes again is not carried out again."""
SHELLS_MAX = 64
"""Shells at one site at a time: as many as commands may talk to it."""
REPLIES_KEPT_MAX = 64
"""Answers to calls that one stream remembers, should the call come again."""
INTERPRETERS_MAX = 64
"""Agents that run in the guest of one site: each has a thread there, 1 MiB of stack, 0.7 MiB more."""
GUEST_MESSAGE_BYTES_MAX = 65_536
"""One message to or from a guest."""
GUEST_HANDLER_SECONDS = 2
"""A handler that runs longer is stopped; waiting for an answer does not count."""
GUEST_MEMORY_BYTES = 268_435_456
"""Address space of a guest."""
GUEST_COMMANDS_MAX = 1_000_000
"""Commands of one run of a handler."""
CONSOLE_CHARACTERS_MAX = 4_096
"""One line of an agent."""
REPORT_STREAMS_MAX = 32
"""Streams of one report: its frame stays below the largest."""

# --- dispatcher -----------------------------------------------------------------------------------
MEMBERS_MAX = 64
"""Members of a view: heartbeats are all to all, 64 sites cost 252 heartbeats a second each."""
ENTRY_BODY_BYTES_MAX = 40_960
"""One entry's body: 8,000 characters of four bytes and room to spare, in one frame with its run."""
RUN_ENTRIES_MAX = 256
"""Entries of one run: they share a signature and are placed together."""
RUNS_BYTES_MAX = 49_152
"""Entries of one Submit, Ordered, Chunk or HandOver: one frame with room for all its other fields."""
TAIL_ENTRIES_KEPT = 2_000
"""Settled entries kept in memory (up to twice as many) to serve members a little behind."""
UNSETTLED_ENTRIES_MAX = 100_000
"""Entries in the log that are not settled; they stay in memory, so beyond it a site refuses to issue."""
SNAPSHOT_EVERY = 2_048
"""Entries between two snapshots: some minutes of a lively session; a multiple of `STATE_HASH_EVERY`."""
SNAPSHOT_PIECE_BYTES = 40_960
"""A piece of a snapshot: one frame with room for its other fields."""
SNAPSHOT_PIECES_MAX = 1_024
"""Pieces of a snapshot, 40 MiB: beyond it a session is not compacted, and says so."""
SNAPSHOT_ITEMS_MAX = 65_536
"""Length of an array within an item: the changes of one entry that may be undone."""
SNAPSHOT_GROUP_ITEMS = 64
"""Items written as one array: read in one call."""
SNAPSHOT_PIECES_ASKED = 8
"""Pieces asked for at a time: 320 KiB, squeezed some 50; 4 ms of the giver's time."""
KEPT_BLOCK_ROWS = 128
"""Rows that stay after a compaction, per block: what is proven, fetched and written as one."""
KEPT_SPAN = 16_384
"""Indexes looked through for one answer where only such rows are left."""
KEPT_AGAIN_MICROS = 250 * MILLI
"""Whether somebody is there who may have older lines is looked at this often."""
KEPT_PATIENCE_MICROS = 2 * SECOND
"""Older lines without an answer are asked of another member after this."""
CATCHING_UP_MICROS = 100 * MILLI
"""How often a window is told how much of a snapshot is here."""
SNAPSHOT_TRIES_MAX = 8
"""Members asked in vain for pieces, one after the other, before the log is asked for again."""
SNAPSHOT_WORK_ITEMS = 32
"""Items encoded in one turn: about 1 ms; of one entry's work that may be undone, at most 40 KiB."""
SNAPSHOT_WORK_MICROS = 2 * MILLI
"""Between two parts of that work, which is for whatever else happens."""
SNAPSHOT_WRITE_PIECES = 4
"""Pieces of an own snapshot written in one turn: one commit of 160 KiB."""
SNAPSHOT_WRITE_MICROS = 20 * MILLI
"""Between two commits of a compaction: what people do meanwhile waits for one of them at most."""
DROP_ROWS_PER_TURN = 256
"""Rows deleted in one turn by a compaction: some 2 ms."""
SUBMIT_ENTRIES_IN_FLIGHT_MAX = 4_096
"""Submitted and not seen in the log yet: some 100 ms of the fastest order."""
SUBMIT_REPEAT_MICROS = 1_000 * MILLI
"""A submission without news is sent again after this, doubled up to eight times as long."""
ELSEWHERE_SPACING_MICROS = 100 * MILLI
"""A home that asks for the queue from its head again is obeyed this often: one lost frame, not a storm."""
PERMIT_PATIENCE_MICROS = 3 * SECOND
"""A wish without a permit counts as refused after this: the leader may be gone."""
READS_MAX = 64
"""Reads of old rows for other members at a time; an asker repeats."""
PROMISE_WAIT_MICROS = 800 * MILLI
"""With a quorum of promises, how long the other present members are waited for: one round trip of the
slowest kind. Who answers later is left out, wants to join again, and so on for ever."""
NEWCOMERS_WAIT_MICROS = 3 * SECOND
"""How long newcomers wait for present members who have not installed the last view yet."""
REASON_CHECK_MICROS = 100 * MILLI
"""How often a member looks for a reason for another view."""
TOKEN_REPEAT_MICROS = 200 * MILLI
"""Links repeat lost packets; this is for a target that restarted."""
BALLOT_REPEAT_MICROS = 150 * MILLI
"""ORDER.md 5.6: `Collect` and `Install` to whoever has not answered."""
BALLOT_PATIENCE_MICROS = 1_000 * MILLI
"""ORDER.md 5.6: give up after this, then double it."""
BALLOT_PATIENCE_MICROS_MAX = 8 * SECOND
"""ORDER.md 5.6."""
PRESENT_MICROS = 2 * SECOND
"""Heard within this: present. ORDER.md 5.6 suspects after 2 s at most."""
SUSPECT_MICROS_MIN = 600 * MILLI
"""ORDER.md 5.6: a site is suspected after mean + 4 deviations of its heartbeats' gaps, at least this."""
SUSPECT_MICROS_MAX = 2 * SECOND
"""ORDER.md 5.6: and at most this."""
INDIRECT_PROBE_MICROS = 200 * MILLI
"""ORDER.md 5.6: how long another member is given to say that it hears the silent one."""
PROPOSE_STAGGER_MICROS = 300 * MILLI
"""ORDER.md 5.6: the i-th member present waits i times this, so that one of them proposes."""
PROPOSE_JITTER_MICROS = 150 * MILLI
"""ORDER.md 5.6: and up to this at random."""
HEADS_KEPT_MAX = 256
"""Indexes of which signed heads, and votes, are kept to find two that contradict each other."""
HEADS_PER_INDEX_MAX = 4
"""Heads of one signer for one index: one for each view of late."""
PROOFS_MAX = 64
"""Proofs kept: one for each member that ever lied."""
NO_QUORUM_MICROS = 1_500 * MILLI
"""ORDER.md 5.6: without a quorum for this long, those present make a branch."""
GATHER_MICROS = 300 * MILLI
"""ORDER.md 5.6: how long answers to a `Gather` are waited for."""
BRANCH_PATIENCE_MICROS = 1_000 * MILLI
"""A branch is given this time, doubled up to `BALLOT_PATIENCE_MICROS_MAX`, before another is made."""
BRANCH_REPEAT_MICROS = 250 * MILLI
"""`Branch` to a member that does not show it yet: one heartbeat."""
BALLOT_NUMBER_MAX = 2**53
"""Ballots count up by one a try; a greater number is a peer's mistake."""
BALLOT_LEAP_MAX = 1_000
"""How far a peer's word moves the next ballot: more tries than a view ever takes."""
HOLDER_MISSING_MICROS = 750 * MILLI
"""ORDER.md 5.6: no holder seen for this long, and a member proposes a view."""
FETCH_REPEAT_MICROS = 500 * MILLI
"""A fetch without an answer goes to another member."""
FETCH_REPEAT_MICROS_MAX = 8 * SECOND
"""The same once all were asked, doubled each time: one full frame over the slowest link worth using."""
CERTIFICATES_SPACING_MICROS = 250 * MILLI
"""The same certificates go to a peer, or are asked of it, this often: one heartbeat, not every one."""
SPACINGS_MAX = 256
"""Peers whose last answer is remembered: as many as may be linked."""
HEARD_SITES_MAX = 256
"""Sites whose newest heartbeat is kept: as many as may be linked."""
PERMIT_REPEAT_MICROS = 500 * MILLI
"""A wish for the same move is granted to another target only after this: two wishes are no tug of war."""
BEAT_SPACING_MICROS = 20 * MILLI
"""Heartbeats on change come no closer than this; what a member stored is reported within it."""
CERTIFICATES_PER_ANSWER_MAX = 16
"""Certificates sent to a member who is behind, per request: about 40 KiB with 16 members."""
QUEUE_ENTRIES_MAX = 100_000
"""Entries not yet in the log. Beyond it a site refuses to issue: 'wait until the others are back'."""

BRIEFCASE_BYTES_MAX = 65_536
"""What travels with a moving dispatcher (ORDER.md 5.2); placement's part takes under 5 KiB."""
PLACEMENT_RTT_MS_MAX = 10_000.0
"""Longest round trip or jitter believed, in milliseconds: a peer's claim keeps the costs finite."""
PLACEMENT_LOSS_MAX = 0.99
"""Highest loss believed: the expected number of repeats has a pole at 1."""
PLACEMENT_UPLINK_MIN = 1.0
"""Smallest uplink believed, in packets per second: costs divide by it."""
PLACEMENT_MOVES_MAX = 64
"""Moves of the last minute that are remembered for the panel; the adaptive policy makes 16."""
PAPER_COUNT_MAX = 100_000
"""Largest K of the paper's policy: a larger one is the policy `fixed`."""

# --- tkshare: what is shared of a program ---------------------------------------------------------
SHARE_EVENT_BYTES_MAX = 64
"""Payload of one event, its names not counted: FORMATS.md 5; most take 3 to 21."""
SHARE_EVENTS_MAX = 64
"""Events of one entry: all of one person within a frame; a flood goes on with the next one."""
SHARE_FRAME_MS = 16
"""What one person does within this is one entry: a frame of a display."""
SHARE_OFFSET_MS_MAX = 1_000
"""How long after the first event of an entry another one may be."""
SHARE_NAME_CHARACTERS_MAX = 240
"""A window's or timer's name: the longest seen was 140 (a combo box's popup in a tab)."""
SHARE_NAMES_MAX = 16_384
"""Names of one share that get a number, about 4 MB at worst; later ones travel as texts."""

SHARE_VERSIONS_MAX = 16
"""Parts whose version an offer or a copy names: interpreter, toolkit, binding, the system."""
SHARE_VERSION_CHARACTERS_MAX = 64
"""A part's name, or its version."""
SHARE_REASON_CHARACTERS_MAX = 512
"""A reason, a title or a file filter: what a dialog shows."""
SHARE_REFUSALS_MAX = 16
"""Reasons that a guest gives at its start."""
SHARE_LOG_CHARACTERS_MAX = 4_096
"""A line of a program's output; longer ones are cut."""
SHARE_DUE_MAX = 64
"""Ticks of one entry: at 20 entries a second, 1,280 timer rounds a second."""
SHARE_WINDOWS_MAX = 64
"""Top-level windows that a digest tells apart."""
SHARE_CLIPBOARD_CHARACTERS_MAX = 8_000
"""A pasted text: with four bytes each it fits one entry's body."""

SHARE_WINDOW_DIGEST_BYTES = 8
"""Digest of one window in an entry: it only tells which one to look into."""
SHARE_PATH_CHARACTERS_MAX = 512
"""A file's path below the program's folder."""
SHARE_FILES_MAX = 2_000
"""Files of a shared program: FORMATS.md 5."""
SHARE_BYTES_MAX = 50 * 1_000_000
"""Bytes of a shared program: FORMATS.md 5."""
SHARE_LISTING_BYTES_MAX = 2 * 1_024 * 1_024
"""The list of a program's files: 2,000 of the longest paths in ASCII, with size and hash."""
SHARE_ARGUMENTS_MAX = 32
"""Arguments of a shared program."""
SHARE_PINS_MAX = 32
"""Settings of the environment that all copies start with."""
SHARE_CHOSEN_MAX = 16
"""Files that one dialog returns."""

SHARE_LATE_MS = 1_500
"""FORMATS.md 5: who acts on a picture this much older than the others' acts is not understood."""
SHARE_RECENT_MS = 50
"""How exactly what passed lately is remembered: 31 pairs for each participant."""
SHARE_KEYS_HELD_MAX = 16
"""Keys that one person holds down: more than fingers."""
SHARE_BUTTONS_HELD_MAX = 8
"""Buttons that one person holds down: more than a mouse has."""
SHARES_MAX = 256
"""Shares ever offered in a session; each stays as a line of some 300 bytes."""
SHARES_LIVE_MAX = 16
"""Shares that run at once: tabs that a person can still find."""
SHARE_ACTED_EVENTS_WARN = 200_000
"""Events of a share from where a copy that comes later takes minutes: offer to start afresh."""
SHARE_ACTED_EVENTS_MAX = 400_000
"""Events that a share may have at all; what passed stays in memory, at most 60 MB."""
SHARE_CLOCK_MS = 50
"""Least time between two ticks that a keeper asks for: FORMATS.md 5, 20 a second."""
SHARE_CLOCK_MS_MIN = 25
"""Least time between two ticks that pass: on the way they come closer together."""
SHARE_IDLE_MS = 60_000
"""FORMATS.md 5: no ticks so long after the last input."""

SHARE_BATCHES_MAX = 8
"""Entries of one frame: a person makes one or two; what a guest floods beyond is lost."""

# --- rooms ----------------------------------------------------------------------------------------
TEXT_CHARACTERS_MAX = 8_000
"""A chat line, or the text of an object: FORMATS.md 2; in UTF-8 it fits one entry's body."""
NAME_CHARACTERS_MAX = 64
"""A person's name: FORMATS.md 2."""
TITLE_CHARACTERS_MAX = 128
"""A session's or a board's title, an object's name: one line of a window."""
LINK_CHARACTERS_MAX = 2_048
"""A link on an object: what browsers still take."""
EMOJI_CHARACTERS_MAX = 16
"""A reaction: families joined of several people are 7 to 11 code points."""
CHAT_FILES_MAX = 16
"""Files offered with one line."""
CHAT_OVERLAYS_MAX = 100_000
"""Lines that were edited, deleted or reacted to; about 300 bytes each. Past it: refused."""
CHAT_EDITED_CHARACTERS_MAX = 4_000_000
"""Characters of all edited texts kept in memory: at most 16 MB."""
CHAT_REACTIONS_MAX = 256
"""Reactions to one line: four of each member."""
AUTHORS_MAX = 4_096
"""Profiles, roles, bans of one session, people who left included."""
INVITES_MAX = 1_024
"""Invites ever made in a session: each stays, so that a revoked one is known as such."""
STREAMS_MAX = 1_024
"""Streams with a home in a session."""
CODES_MAX = 1_024
"""Programs of agents that a session has allowed."""
BOARDS_MAX = 64
"""Boards of a session: tabs that a person can still find."""
BOARD_OBJECTS_MAX = 100_000
"""Objects on all boards: five times what the window must pan smoothly; about 600 bytes each."""
BOARD_OPS_MAX = 200
"""Operations of one entry: FORMATS.md 2."""
BOARD_IDS_MAX = 1_000
"""Objects named by one operation: within the items of an array."""
BOARD_POINTS_MAX = 1_000
"""Points of one object: within the items of an array; a stroke of 16 s at 60/s."""
BOARD_COORDINATE_MAX = 2**30
"""Units of 1/8 px: FORMATS.md 3."""
BOARD_ANGLE_MAX = 3_600_000
"""Units of 1/100 degree: a hundred turns, so that turning on and on needs no care."""
UNDO_ENTRIES_MAX = 1_000
"""Own entries that one can take back: FORMATS.md 3."""
UNDO_CHANGES_MAX = 100_000
"""Changes kept for one author's undo: 100 for each entry on average, about 20 MB at worst."""
HASH_DIRTY_MAX = 4_096
"""Changed items that wait for the state hash: beyond it they are folded in at once."""
DRAW_FILE_CHARACTERS_MAX = 16_000_000
"""A file to be drawn: larger than any board that fits."""

# --- node -----------------------------------------------------------------------------------------
WORK_PER_INPUT_MAX = 10_000
"""Steps of a facade's work list for one input: past it we loop, which is a bug."""
INPUTS_PER_TURN_MAX = 256
"""Inputs handled before one commit: a flood can't freeze the window, a burst shares its commit."""

ADDRESS_CHARACTERS_MAX = 80
"""An IPv6 address in brackets with a zone and a port has 60."""
ADDRESSES_PER_SITE_MAX = 8
"""More are no more reachable; each costs a hello per try."""
LINKS_MAX = 256
"""Peers with a proven channel at a time."""
ADMISSIONS_MAX = 64
"""Newcomers at the door at a time: as many as a view may take in."""
INVITE_USES_KEPT_MAX = 1_024
"""Who came by one invite that counts them: with them its state stays below a frame."""
STATE_HASHES_KEPT = 8
"""Own state hashes that others' are compared with: as many as come between two heartbeats."""
WISHES_MAX = 256
"""Commands that wait for others at a time."""
WISH_AGAIN_MICROS = 100 * MILLI
"""A wish that failed because members are changing is repeated after this."""
ISSUE_ENTRIES_MAX = 4_096
"""Entries of one command: 16 runs, one commit."""
ADDRESS_BOOK_SITES_MAX = 256
"""Members of four full views."""
STREAMS_PER_BEAT_MAX = 64
"""Streams at home that one heartbeat names."""
DIALS_MAX = 64
"""Handshakes that this site has begun at a time."""
DIAL_REPEAT_MICROS = 250 * MILLI
"""A hello or proof without an answer goes out again."""
DIAL_PATIENCE_MICROS = 3 * SECOND
"""A hello that nobody answers is given up; the next try is a new handshake."""
DIAL_PAUSE_MICROS = 1 * SECOND
"""Between two tries to reach a member, growing to eight times that."""
STALL_MICROS = 1_000 * MILLI
"""No turn for four heartbeats: whoever was not heard meanwhile had no chance."""
NAMELESS_MICROS = 2 * SECOND
"""How long 'joined' waits for the newcomer's name."""
DIAL_SELDOM_MICROS = 15 * SECOND
"""Between two tries to reach somebody who was a member once: 1,200 bytes every 15 s each."""
PROOF_REPEATS_MAX = 12
"""Three seconds of proofs: then the peer is gone, or it was heard."""
ANSWERS_MAX = 64
"""Unproven handshakes that strangers may keep open here, about 3 KiB each."""
ANSWER_LIFE_MICROS = 5 * SECOND
"""A proof comes within this or never."""
HELLOS_PER_SECOND_MAX = 50
"""Each costs 0.3 ms of cryptography (wireguard-go allows as many)."""
HELLOS_PER_HOST_PER_SECOND_MAX = 10
"""A fifth of them: one host can't keep the others out, and a dozen members behind one router can
still come back within two seconds."""
CHANNELS_PER_PEER_MAX = 4
"""Two opened at once, and two that are going."""
CHANNEL_SILENT_MICROS = 3 * SECOND
"""Nothing heard for this long: try a new handshake beside the old channel."""
DROP_REASONS_MAX = 64
"""Rows of the table of dropped datagrams."""
MEASURES_EVERY_MICROS = 2 * SECOND
"""ORDER.md 5.2: own measurements travel at most this often."""
CLOSING_PATIENCE_MICROS = 2 * SECOND
"""ORDER.md S4: closing tries to leave in order for this long."""
JOIN_PATIENCE_MICROS = 20 * SECOND
"""Nobody let this site in: say so. 30 % loss still joins in less than 15 s."""
COMMAND_PATIENCE_MICROS = 10 * SECOND
"""A wish that depends on others is answered after this: it did not happen."""
ASKS_PER_SECOND_MAX = 20
"""Handshakes of those who know no secret: the rest of `HELLOS_PER_SECOND_MAX` is the members'."""
STRANGERS_MAX = 32
"""Channels of those who know no secret: a room full of people that look around."""
STRANGER_FRAMES_PER_SECOND_MAX = 5
"""Who asks sends one in 2 s; after a loss of seven seconds four come at once."""
ABOUT_PEOPLE_MAX = 8
"""People whom a session nearby names: as many as a row of a list shows."""
ASKERS_MAX = 8
"""Strangers that wait for an answer at a time: more cards nobody reads."""
ASK_REPEAT_MICROS = 2 * SECOND
"""Who asks says so again, and so does who looks around: both are gone once they stop."""
ASK_SILENCE_MICROS = 7 * SECOND
"""Three repeats lost: whoever asked, or told of an asker, is gone."""
ASK_PATIENCE_MICROS = 600 * SECOND
"""A person had ten minutes to answer: nobody is looking."""
ASK_AGAIN_MICROS = 60 * SECOND
"""Who was turned away may ask again after a minute."""
ASK_REFUSALS_PER_HOST_MAX = 3
"""Strangers of one host that are turned away before it has to wait, too: a new key costs nothing."""
ASK_REFUSALS_KEPT = 64
"""Strangers that were turned away lately."""
ASK_ADMISSION_MILLISECONDS = 3_600_000
"""An admission by asking is good for an hour: the view takes the newcomer in within seconds."""
NEAR_PATIENCE_MICROS = 20 * SECOND
"""A session of a given title that does not answer by then is not near."""
NEAR_OTHERS_MICROS = 1_500 * MILLI
"""A session of a given title was found: another one of that title answers within this, or is not
near; zeroconf takes 1.3 s."""
NEAR_SESSIONS_MAX = 64
"""Sessions nearby that are looked at: more than a list shows."""
NEAR_SOURCES_MAX = 16
"""Announcements of one session that are kept: two ways for each of eight sites."""
INTERFACES_MAX = 16
"""Addresses of this machine that are used for looking around."""
BEACON_EVERY_MICROS = 1 * SECOND
"""A site answers a question of the network at most this often."""
WHO_EVERY_MICROS = 3 * SECOND
"""A lobby asks the network who is there: a beacon lost costs this."""
BEACON_LIFE_MICROS = 10 * SECOND
"""A site that was sighted by beacon and does not answer three questions is gone."""
NEAR_SILENCE_MICROS = 4_500 * MILLI
"""A session nearby whose sites gave no answer to two questions is gone."""
NEAR_GOODBYE_MICROS = 1 * SECOND
"""A session that said goodbye is gone, unless another of its sites answers within this."""
NEAR_PAUSE_MICROS = 16 * SECOND
"""Most between two tries at an address where nobody answers; begins with `ASK_REPEAT_MICROS`."""
BLOB_CHUNK_BYTES = 32_768
"""Content of one frame."""
BLOB_REQUEST_BYTES = 8 * BLOB_CHUNK_BYTES
"""Content of one request: 5 MB/s at a round trip of 50 ms, a small part of a link's queue."""
BLOB_FETCHES_MAX = 4
"""Contents that are fetched at a time; the others wait."""
BLOBS_WANTED_MAX = 8_192
"""Contents that wait to be fetched: the files of four of the largest programs."""
BLOB_READS_MAX = 256
"""Reads of kept content under way; whoever asks for more repeats."""
BLOB_PATIENCE_MICROS = 1_500 * MILLI
"""Content without progress is asked of another member after this."""
BLOB_TRIES_MAX = 40
"""Then whoever waits is told that nobody here has it: a minute."""
SHARE_CREDIT_EVENTS = 256
"""FORMATS.md 5: events that a guest has been told and not replayed."""
SHARE_HUNG_MICROS = 5 * SECOND
"""FORMATS.md 5: a guest that says nothing for this long hangs."""
SHARE_QUIET_MICROS = 300 * MILLI
"""Copies are compared when nothing passed for this long."""
SHARE_MARK_MICROS = 2 * SECOND
"""Copies are compared at most this often: a digest of 2,000 widgets takes 67 ms."""
SHARE_GUEST_FRAMES_PER_SECOND = 400
"""Frames of a guest that are read; a person makes 62 entries a second at most."""
SHARE_SHOWN_MICROS = 100 * MILLI
"""A window is shown another state of a share at most this often."""
SHARE_RECENT_ACTIONS_MAX = 12
"""Actions that a window lists: what fits beside the program."""
SHARE_RECENT_STEPS_MAX = 400
"""Steps that are looked at for these: at least 400 frames of 16 ms, 6 s of dragging."""
SHARE_REFUSED_MICROS = 1 * SECOND
"""A person is told why nothing passes at most this often."""
LOG_PAGE_ENTRIES_MAX = 1_000
"""Entries of one `ReadLog` answer."""
STATE_HASH_EVERY = 64
"""Entries between two state hashes in heartbeats."""
CHAT_LINES_KEPT_MAX = 4_096
"""Newest lines that a site with a window keeps at hand: far more than a list shows, about 3 MB."""
CHAT_LINES_AT_START_MAX = 1_024
"""Entries at the end of the log whose lines are held at a start; older ones are read as they are
scrolled to."""
CHAT_LINES_KEPT_BYTES_MAX = 8 * 1_024 * 1_024
"""Bodies of these; the longest possible lines would take 130 MB."""
CHAT_LINES_PAGED_MAX = 2_048
"""Older lines that a window asked for and is told changes of."""
CHAT_REFUSALS_KEPT_MAX = 1_024
"""Entries without effect, newest, whose reason can still be shown."""
CHAT_PAGES_MAX = 8
"""Pages of chat that are read at a time: a list asks for one."""
CHAT_PAGE_LINES_MAX = 1_000
"""Lines of one page of chat."""
CHAT_FIND_ENTRIES_MAX = 2_000
"""Entries looked at for one answer of a search: a window stays quick between two."""
CHAT_FIND_CHARACTERS_MAX = 200
"""Characters of what is searched for."""
CHAT_REPLY_CHARACTERS_MAX = 200
"""Of a line that another one answers: two rows of text."""
PEOPLE_EVERY_MICROS = 1 * SECOND
"""Round-trip times and shares of the talk change all the time; a list need not."""
TALK_SHARE_MICROS = 60 * SECOND
"""Over what the shares of the talk are averaged."""
STICK_MOVES_MAX = 200
"""Moves that the panel's timeline can show."""
STICK_WAITS_MAX = 600
"""Own lines whose wait the panel's plot can show: ten minutes of one a second."""
STICK_EXPECTED_MAX = 300
"""Expected waits that the plot can show, one each time the members measured: ten minutes."""
STICK_LOOKS_MAX = 64
"""Moves that were weighed and not made that the timeline can show."""
HINT_PAYLOAD_BYTES_MAX = 1_024
"""A hint fits a packet, beside its kind and counter."""
HINT_POINTS_MAX = 120
"""Points of one hint, 8 bytes each: two seconds of a pen at 60 a second."""
HINT_TEXT_BYTES_MAX = 900
"""The beginning of a text that is being written."""
HINT_IDS_MAX = 16
"""Chosen objects that others are shown: ids of 60 characters."""
HINTS_PER_SECOND = 30
"""FORMATS.md 4: of each kind but strokes."""
STROKE_HINTS_PER_SECOND = 60
"""FORMATS.md 4: one for each frame of a display."""
HINTS_AT_ONCE = 4
"""After a pause; a window's timer is never quite even."""
BOARD_OBJECTS_TOLD_MAX = 500
"""Objects of one `BoardChanged` when a window opens: parts keep each turn of it short."""

HEARD_ENTRIES_MAX = 10_000
"""Entries that agents hear once they are settled: where nothing settles for long, the oldest go."""

# --- store, drivers -------------------------------------------------------------------------------
JOURNAL_WAL_PAGES = 2_048
"""Pages of 4 KiB before SQLite copies the WAL into the file: 8 MiB beside the journal."""
JOURNAL_CACHE_KIB = 4_096
"""Page cache: the tail of the log and the queue; a headless site stays under 60 MB."""
JOURNAL_CHECK_BYTES_MAX = 32 * 1_024 * 1_024
"""Journals up to this size are checked whole at start; larger ones where they are read."""
JOURNAL_ROOM_BYTES = 256 * 1_024
"""Free room that a journal needs to be opened: on a disk that just takes the proof, the first line
would fail, and say so after it was said that the disk works."""
REOPEN_MICROS = 2 * SECOND
"""After a failed commit, between two attempts to open the journal again."""
INBOX_INPUTS_MAX = 16_384
"""Inputs that wait for a turn: datagrams beyond it are dropped, as a full socket buffer would."""
WAKE_CHECK_MICROS = 2 * SECOND
"""How often the clocks are compared to find out that the machine slept."""
WAKE_GAP_MICROS = 5 * SECOND
"""A gap that counts as sleep (practice: peers suspect after 10 s)."""
ADDRESS_CHECK_MICROS = 5 * SECOND
"""How often the way out is asked for: two system calls. Members follow whoever moved by its packets; this
is for invites, and for when no packet gets through."""
CLOSING_MICROS = 5 * SECOND
"""From the wish to end until a site ends anyway: the machine takes 2 s at most to leave."""
SOCKET_BUFFER_BYTES = 4 * 1_024 * 1_024
"""Asked of the system for each direction; it may give less."""
DRAIN_DATAGRAMS_MAX = 256
"""Datagrams read in one go: one turn's worth, then others get the loop."""
DATAGRAM_READ_BYTES_MAX = 65_536
"""What one read can take; longer than any datagram."""
SEND_BACKLOG_BYTES_MAX = 1_024 * 1_024
"""Datagrams that the system did not take yet; beyond it they are lost, which links repair."""
SIMULATED_PACKETS_MAX = 65_536
"""Packets under way in the simulated network below the socket."""
CONTROL_LINE_BYTES_MAX = 1_024 * 1_024
"""One request of a command; longer texts come in parts."""
CONTROL_CLIENTS_MAX = 64
"""Commands that talk to one site at a time."""
CONTROL_GOODBYE_SECONDS = 1
"""How long one command too many is listened to, so that it can read why it is turned away."""
CONTROL_BACKLOG_BYTES_MAX = 8 * 1_024 * 1_024
"""Answers that a command did not read yet; beyond it the site hangs up."""
CONTROL_ANSWER_MICROS = 60 * SECOND
"""How long a command waits for a move, a policy or a leave before it says that it takes long."""
SHELL_HISTORY_LINES_MAX = 1_000
"""Typed commands that a shell's history keeps."""
COMMAND_WAIT_SECONDS_MAX = 86_400
"""How long `say` may wait for its lines: a day."""
INVITE_SECONDS_MAX = 10 * 365 * 86_400
"""How long an invite may last: ten years; for longer there are those that never end."""
LINES_UNDER_WAY_MAX = 4_096
"""Lines that `say -` has given the site and not heard of."""
LOG_PAGE_ENTRIES = 500
"""Entries of one answer to `log`."""
LOG_PAGE_BYTES = 1_024 * 1_024
"""Bodies of one answer to `log`: JSON may make them four times as long, still below the backlog."""
BOARD_PAGE_ROWS = 500
"""Objects of one answer to `export`; one of 10,000 points is about 120 KB."""
DRAWING_CHARACTERS_MAX = 16 * 1_024 * 1_024
"""A file given to `draw`: some 50,000 strokes."""
OUTPUT_BYTES_MAX = 64 * 1_024 * 1_024
"""Event lines that nobody reads; beyond it lines are left out, and the next line says so."""

# --- drivers: guests ------------------------------------------------------------------------------
GUEST_CREDIT_MESSAGES = 256
"""Messages each way that the other end has not taken yet."""
GUEST_CREDIT_BATCH = 64
"""Credit goes back for so many at once: a quarter, so that a busy guest never waits for it."""
GUEST_WAITING_BYTES_MAX = 16 * 1_024 * 1_024
"""What a guest has not taken; beyond it the guest is ended: the code of all its agents is 2 MiB."""
GUEST_HELLO_SECONDS = 10
"""For a guest to start and say hello: 0.1 s on an idle machine."""
GUEST_HUNG_SECONDS = 5
"""A guest that says nothing for so long, though it has to each second, is ended."""
GUEST_RUN_GRACE_SECONDS = 1
"""A handler that the guest itself has not stopped this long after its time: all of it is ended."""
GUEST_EXIT_SECONDS = 0.2
"""For a guest that hung up to end by itself; then it is killed."""
GUEST_REAP_SECONDS = 1
"""For killed guests to be gone when the app ends."""

SHARE_FRAMES_PER_SECOND = 150
"""Frames of a shared program's guest that are read, on the average: a busy person makes 60, and
with the burst no second has more than the machine takes."""
SHARE_FRAMES_BURST = 200
"""Frames read at once after a quiet time: a program that opens all its windows."""
SHARE_PAUSE_SECONDS = 0.1
"""A guest that says too much waits for so long."""
SHARE_FLOOD_SECONDS = 10
"""A guest that says too much all the time is ended after this."""
SHARE_BEAT_SECONDS = 1
"""A shared program's guest is asked so often whether its loop turns."""
SHARE_OUTPUT_BYTES = 4_096
"""The last of what a shared program printed: enough for the end of a traceback."""
SHARE_OUTPUT_PAUSE_SECONDS = 0.05
"""Between two reads of 64 KiB of what a program prints: 1.3 MB a second, then it waits."""
SHARE_FOLDERS_MAX = 9
"""Copies of one share on one machine, each of another person there."""
SHARE_FOLDER_SECONDS = 2
"""For the copy before to leave the share's folder when a copy is started anew."""
SHARE_START_MICROS = 60 * SECOND
"""For a shared program to be fetched, started and replayed while a command waits for it."""
SHARE_PROBE_SECONDS = 20
"""For another interpreter to say what it has: 0.3 s on an idle machine."""
BLOBS_BYTES_MAX = 2 * 1_024 * 1_024 * 1_024
"""All content of one data folder: forty programs of the largest size."""

# --- simulator ------------------------------------------------------------------------------------
SIM_STEPS_MAX = 400_000
"""Steps of one run; a run of a minute with seven sites takes 60,000. Past it: "livelock"."""
SIM_CONVERGE_MICROS = 120 * SECOND
"""Once healed, all is to be one again within this virtual time; exclusion takes 10 s of silence."""
SIM_FLIGHT_PACKETS_MAX = 20_000
"""Packets under way; the network drops what is beyond, as a full router does."""
SIM_UPLINK_QUEUE_MICROS = 2 * SECOND
"""What waits in a slow simulated uplink; more is lost, as in a home's router."""
SIM_REPLAY_PACKETS_MAX = 64
"""Old packets kept to be played again."""
SIM_INBOX_PACKETS_MAX = 512
"""What a sleeping site's socket buffer holds; the rest is lost."""
SIM_TRACE_LINES_MAX = 2_000
"""Lines of a report: the end of a run is where it broke."""

# --- bench ----------------------------------------------------------------------------------------
BENCH_PATIENCE_MICROS = 120 * SECOND
"""A measured site that says nothing for this long hangs: the benchmark fails instead of waiting on."""
BENCH_ENDING_MICROS = 5 * SECOND
"""For a measured process to end by itself; then it is killed."""
