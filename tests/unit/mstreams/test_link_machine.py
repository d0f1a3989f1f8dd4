"""Whatever the network does, each class arrives as a prefix of what was sent, and in the end whole."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core import limits
from app.core.instant import MILLI, SECOND, Micros, after
from app.mstreams.link import Link, Priority, State

ENDS = st.sampled_from([0, 1])
SIZES = st.sampled_from([5, 40, 200, 1_100, 1_200, 5_000, 65_536])


class LinkMachine(RuleBasedStateMachine):
    """Frames say end, class and number, so that what arrives can be told apart."""

    @initialize()
    def start(self) -> None:
        self.now = Micros(0)
        self.links = [Link(self.now), Link(self.now)]
        self.wire: list[list[bytes]] = [[], []]
        self.sent: dict[tuple[int, int], list[bytes]] = {}
        self.got: dict[tuple[int, int], list[bytes]] = {}
        for end in (0, 1):
            for priority in Priority:
                self.sent[end, priority] = []
                self.got[end, priority] = []
        self.hints_sent = 0
        self.hints_got: list[bytes] = []

    @rule(end=ENDS, priority=st.sampled_from(Priority), size=SIZES, count=st.integers(1, 8))
    def send(self, end: int, priority: Priority, size: int, count: int) -> None:
        for _ in range(count):
            number = len(self.sent[end, priority])
            frame = bytes([end, priority]) + number.to_bytes(3, "big")
            frame += bytes([number % 251]) * (size - len(frame))
            if self.links[end].send(frame, priority):
                self.sent[end, priority].append(frame)

    @rule(end=ENDS, size=st.sampled_from([5, 60, 1_140]))
    def hint(self, end: int, size: int) -> None:
        hint = bytes([end, 9]) + self.hints_sent.to_bytes(3, "big")
        assert self.links[end].hint(hint + bytes(size - len(hint)))
        self.hints_sent += 1

    @rule(end=ENDS)
    def flush(self, end: int) -> None:
        self.wire[end] += self.links[end].flush(self.now)
        deadline = self.links[end].deadline()
        assert deadline is None or deadline > self.now

    @rule(end=ENDS, data=st.data(), fate=st.sampled_from(["take", "keep", "lose"]))
    def meet(self, end: int, data: st.DataObject, fate: str) -> None:
        """Deliver some packet, deliver it and keep a copy, or lose it."""
        if not self.wire[end]:
            return
        index = data.draw(st.integers(0, len(self.wire[end]) - 1))
        packet = self.wire[end][index]
        if fate != "keep":
            del self.wire[end][index]
        if fate != "lose":
            self.deliver(end, packet)

    @rule(end=ENDS)
    def deliver_all(self, end: int) -> None:
        packets, self.wire[end] = self.wire[end], []
        for packet in packets:
            self.deliver(end, packet)

    @rule(end=ENDS)
    def lose_all(self, end: int) -> None:
        self.wire[end] = []

    @rule(micros=st.sampled_from([100, 5 * MILLI, 40 * MILLI, 300 * MILLI, 2 * SECOND]))
    def wait(self, micros: int) -> None:
        self.now = after(self.now, micros)

    def deliver(self, end: int, packet: bytes) -> None:
        for frame in self.links[1 - end].receive(packet, self.now):
            assert frame[0] == end
            if frame[1] == 9:
                self.hints_got.append(frame)
            else:
                self.got[end, frame[1]].append(frame)

    @invariant()
    def each_class_is_a_prefix(self) -> None:
        for key, got in self.got.items():
            assert got == self.sent[key][: len(got)]

    @invariant()
    def no_hint_came_twice(self) -> None:
        assert len({*self.hints_got}) == len(self.hints_got)

    @invariant()
    def tables_are_bounded(self) -> None:
        for link in self.links:
            recovery = link._recovery
            assert recovery.in_flight <= limits.WINDOW_PACKETS_MAX + limits.PROBE_PACKETS
            assert recovery.flight_bytes == sum(sent.size for sent in recovery.flight())
            assert len(recovery._lost_lately) <= limits.ACK_REACH_PACKETS
            assert len(link._received._ranges) <= limits.ACK_RANGES_MAX
            kept = 0
            for inbox in link._inboxes:
                assert len(inbox._held) < inbox._pieces_max
                kept += inbox._parts_bytes + sum(map(len, inbox._held.values()))
            assert kept <= 1 << 20
            for priority in Priority:
                outbox = link._outboxes[priority]
                assert len(outbox._unacknowledged) <= outbox._pieces_max
                cut = sum(map(len, outbox._unacknowledged.values()))
                assert outbox._uncut_bytes + cut == link.queued_bytes(priority)
                assert link.queued_bytes(priority) <= outbox._bytes_max

    def teardown(self) -> None:
        """The network heals: all frames arrive, and then nothing is left to do."""
        if not hasattr(self, "links"):
            return
        limit = self.now + 60 * SECOND
        while True:
            for end in (0, 1):
                self.flush(end)
            if any(self.wire):
                self.now = after(self.now, 10 * MILLI)
                for end in (0, 1):
                    self.deliver_all(end)
            else:
                deadlines = [at for link in self.links if (at := link.deadline()) is not None]
                if not deadlines:
                    break
                self.now = max(self.now, min(deadlines))
            assert self.now < limit, "frames are still under way a minute after the network healed"
        assert self.got == self.sent
        self.each_class_is_a_prefix()
        self.no_hint_came_twice()
        self.tables_are_bounded()
        for link in self.links:
            assert all(link.queued_bytes(priority) == 0 for priority in Priority)
            assert link.state is State.OPEN or link._recovery.in_flight == 0


LinkMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, print_blob=True
)
TestLinkMachine = LinkMachine.TestCase
