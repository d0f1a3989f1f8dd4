"""A stream at home: who sent how much, what came too early, and the agents with their briefcases.

This is what moves, with its bag. It decides which message is next; it never runs handlers, never
sends, never saves and knows nothing of moves. A message counts as received when its handlers ran, so
the vector counts consumption, not arrival.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.core import limits
from app.core.ids import Key
from app.mstreams import rules
from app.mstreams.directory import Roster
from app.mstreams.events import Message, peer_is_stream
from app.mstreams.frames import (
    NOWHERE,
    AgentState,
    Append,
    CallReply,
    Held,
    Peer,
    Slot,
    StreamHandOver,
)


class Stream:
    """The contents of a stream at the site where it is home."""

    def __init__(
        self,
        agents: Iterable[AgentState] = (),
        vector: Iterable[Slot] = (),
        opened: Iterable[str] = (),
        revision: int = 0,
    ) -> None:
        self.agents = tuple(agents)
        self.opened: dict[str, None] = dict.fromkeys(opened)
        self.revision = revision
        self._vector: dict[Peer, Slot] = {(slot.site, slot.source): slot for slot in vector}
        self._held: dict[Peer, dict[int, Held]] = {}
        self._held_bytes = 0
        self._via: dict[Peer, Key] = {}
        self._replies: dict[tuple[Peer, int, int], CallReply] = {}

    # --- messages ---------------------------------------------------------------------------------

    @property
    def vector(self) -> tuple[Slot, ...]:
        """Every peer's slot, in the order in which they first appeared."""
        return tuple(self._vector.values())

    @property
    def waiting(self) -> int:
        """Messages that are here and not consumed."""
        return sum(map(len, self._held.values()))

    def via(self, peer: Peer) -> Key | None:
        """The site that a peer's messages came from last."""
        return self._via.get(peer)

    def consumed(self, peer: Peer, incarnation: int) -> int:
        """The last number of that incarnation that is consumed, 0 if none."""
        slot = self._vector.get(peer)
        return slot.received if slot is not None and slot.incarnation == incarnation else 0

    def arrive(self, held: Held, oldest: int, via: Key, alive: Iterable[str | Key]) -> None:
        """Count a message in, or drop it: a repeat, or beyond a bound (it will come again).

        `oldest` is the sender's oldest unfinished number, `via` the site it came from; `alive` are
        members and streams, whose slots are never given up.
        """
        peer = (held.site, held.source)
        slot = self._vector.get(peer)
        if slot is not None and rules.finished_incarnation(slot.incarnation, held.incarnation):
            return
        if slot is None or slot.incarnation != held.incarnation:
            if slot is None and not self._make_room(alive):
                return
            self._drop_held(peer)
            sent = 0 if slot is None else slot.sent
            slot = Slot(peer[0], peer[1], held.incarnation, 0, sent)
        received = rules.resumes_after(slot.received, oldest)
        self._vector[peer] = replace(slot, received=received)
        self._via[peer] = via
        earlier = self._held.get(peer, ())
        for number in [old for old in earlier if rules.already_consumed(received, old)]:
            self._take_held(peer, number)
        self.hold_back(held)

    def next_ready(self) -> Message | None:
        """The next message to consume, of the peer that waits longest; it stays until `count`."""
        for peer, held in self._held.items():
            number = min(held)
            if rules.next_in_flow(self._vector[peer].received, number):
                one = held[number]
                return Message(
                    one.site,
                    one.source,
                    one.incarnation,
                    number,
                    one.payload,
                    one.shell,
                    one.call,
                    one.location,
                )
        return None

    def count(self, message: Message) -> None:
        """A message is consumed: it counts as received from now on."""
        peer = message.peer
        slot = self._vector.get(peer)
        held = self._held.get(peer, {})
        if slot is None or slot.incarnation != message.incarnation or message.number not in held:
            return  # a later incarnation of the sender began meanwhile
        self._vector[peer] = replace(slot, received=message.number)
        self._take_held(peer, message.number)
        if peer in self._held:
            self._held[peer] = self._held.pop(peer)  # others have their turn first

    def note_sent(self, target: str, number: int) -> None:
        """What this stream has sent to another one so far."""
        peer = (NOWHERE, target)
        slot = self._vector.get(peer) or Slot(NOWHERE, target, 1, 0, 0)
        self._vector[peer] = replace(slot, sent=number)

    def forget_sent(self) -> None:
        """A new life of this stream numbers what it sends anew."""
        self._vector = {peer: replace(slot, sent=0) for peer, slot in self._vector.items()}

    def keep_reply(self, peer: Peer, reply: CallReply) -> None:
        """Remember the answer to a call, should the call come again."""
        self._replies[peer, reply.incarnation, reply.number] = reply
        if len(self._replies) > limits.REPLIES_KEPT_MAX:
            del self._replies[next(iter(self._replies))]

    def reply(self, peer: Peer, append: Append) -> CallReply | None:
        """The answer to a call that was consumed."""
        return self._replies.get((peer, append.incarnation, append.number))

    def hold_back(self, held: Held) -> None:
        """Keep a message until its turn, if its peer has a slot and it isn't a repeat."""
        peer = (held.site, held.source)
        slot = self._vector.get(peer)
        if slot is None or slot.incarnation != held.incarnation:
            return
        if (
            held.number in self._held.get(peer, {})
            or rules.already_consumed(slot.received, held.number)
            or held.number > slot.received + limits.FLOW_WINDOW_MESSAGES
            or self._held_bytes + len(held.payload) > limits.HOLD_BACK_BYTES_MAX
        ):
            return
        self._held.setdefault(peer, {})[held.number] = held
        self._held_bytes += len(held.payload)

    def _take_held(self, peer: Peer, number: int) -> Held:
        held = self._held[peer].pop(number)
        self._held_bytes -= len(held.payload)
        if not self._held[peer]:
            del self._held[peer]
        return held

    def _drop_held(self, peer: Peer) -> None:
        for held in self._held.pop(peer, {}).values():
            self._held_bytes -= len(held.payload)

    def _make_room(self, alive: Iterable[str | Key]) -> bool:
        """Room for one slot more, at the cost of the oldest peer that is gone."""
        if len(self._vector) < limits.VECTOR_SLOTS_MAX:
            return True
        living = dict.fromkeys(alive)
        stranger = next(
            (
                peer
                for peer in self._vector
                if (peer[1] if peer_is_stream(peer) else peer[0]) not in living
            ),
            None,
        )
        if stranger is None:
            return False
        self._drop_held(stranger)
        del self._vector[stranger]
        return True

    # --- agents -----------------------------------------------------------------------------------

    def agent(self, number: int) -> AgentState | None:
        """The agent with that number."""
        return next((agent for agent in self.agents if agent.number == number), None)

    @property
    def controller(self) -> AgentState | None:
        """The agent that gets control first."""
        return next((agent for agent in self.agents if agent.definition.controls), None)

    def differs(self, roster: Roster) -> bool:
        """Whether the log, which is not behind what this stream has seen, says otherwise."""
        if roster.revision < self.revision:
            return False
        return [agent.number for agent in self.agents] != [agent.number for agent in roster.agents]

    def adopt(self, roster: Roster) -> tuple[list[int], list[int]]:
        """Take the agents of the log: (new ones, gone ones) by number."""
        before = {agent.number: agent for agent in self.agents}
        self.agents = tuple(
            [before.get(agent.number, AgentState(agent)) for agent in roster.agents]
        )
        self.revision = roster.revision
        now = {agent.number for agent in self.agents}
        new = [agent.number for agent in self.agents if agent.number not in before]
        return new, [number for number in before if number not in now]

    def put(self, state: AgentState) -> bool:
        """An agent's new state; False if all briefcases together would be too large."""
        others = sum(len(each.briefcase) for each in self.agents if each.number != state.number)
        if others + len(state.briefcase) > limits.BRIEFCASES_BYTES_MAX:
            return False
        self.agents = tuple(
            [state if each.number == state.number else each for each in self.agents]
        )
        return True

    def fail(self, number: int, error: str) -> None:
        """Mark an agent failed: it runs no more, its briefcase stays as it was."""
        self._note(number, error, failed=True)

    def note(self, number: int, error: str) -> None:
        """Something that an agent wanted was refused."""
        self._note(number, error, failed=False)

    def _note(self, number: int, error: str, *, failed: bool) -> None:
        text = error[: limits.AGENT_ERROR_CHARACTERS_MAX]
        self.agents = tuple(
            [
                replace(each, failed=each.failed or failed, error=text)
                if each.number == number
                else each
                for each in self.agents
            ]
        )

    def open(self, name: str) -> None:
        """A handle of this stream; the oldest gives way."""
        self.opened[name] = None
        if len(self.opened) > limits.HANDLES_MAX:
            del self.opened[next(iter(self.opened))]

    # --- moving -----------------------------------------------------------------------------------

    def travelling(self) -> tuple[Held, ...]:
        """What is held back, only as far as it fits a hand-over."""
        travelling: list[Held] = []
        total = 0
        for peer in self._held.values():
            for number in sorted(peer):
                one = peer[number]
                total += len(one.payload) + len(one.source) + len(one.shell) + 64
                if total > limits.HAND_OVER_HOLD_BACK_BYTES_MAX:
                    break
                travelling.append(one)
        return tuple(travelling)

    @staticmethod
    def unpack(hand_over: StreamHandOver) -> Stream:
        """The stream in a hand-over."""
        stream = Stream(hand_over.agents, hand_over.vector, hand_over.opened, hand_over.revision)
        for held in hand_over.hold_back:
            stream.hold_back(held)
        return stream
