"""A stream at home: who sent how much, what came too early, and the agents with their briefcases.

This is all that moves. It decides which message is next and runs handlers; it never sends, never
saves and knows nothing of moves. A message counts as received when its handlers ran, so the vector
counts consumption, not arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from app.core import limits
from app.core.ids import Key
from app.mstreams import rules
from app.mstreams.agent import Agent, Builtins, Context, Effect, Message
from app.mstreams.epochs import StreamEpoch
from app.mstreams.frames import AgentState, Append, Held, Peer, Slot, StreamHandOver

Event = Callable[[Agent, Context], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one agent's handler wants; `effects` is None where it raised."""

    place: int
    briefcase: bytes
    effects: tuple[Effect, ...] | None


class Stream:
    """The contents of a stream at the site where it is home."""

    def __init__(self, agents: Iterable[AgentState], vector: Iterable[Slot]) -> None:
        self.agents = tuple(agents)
        self._vector: dict[Peer, Slot] = {(slot.site, slot.source): slot for slot in vector}
        self._held: dict[Peer, dict[int, Held]] = {}
        self._held_bytes = 0

    # --- messages ---------------------------------------------------------------------------------

    @property
    def vector(self) -> tuple[Slot, ...]:
        """Every peer's slot, in the order in which they first appeared."""
        return tuple(self._vector.values())

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Peers of which something is held back."""
        return tuple(self._held)

    def consumed(self, peer: Peer, incarnation: int) -> int:
        """The last number of that incarnation that is consumed, 0 if none."""
        slot = self._vector.get(peer)
        return slot.received if slot is not None and slot.incarnation == incarnation else 0

    def arrive(self, peer: Peer, append: Append, members: tuple[Key, ...]) -> None:
        """Count a message in, or drop it: a repeat, or beyond a bound (it will come again)."""
        slot = self._vector.get(peer)
        if slot is not None and rules.finished_incarnation(slot.incarnation, append.incarnation):
            return
        if slot is None or slot.incarnation != append.incarnation:
            if slot is None and not self._make_room(members):
                return
            self._drop_held(peer)
            sent = 0 if slot is None else slot.sent
            slot = Slot(peer[0], peer[1], append.incarnation, 0, sent)
        received = rules.resumes_after(slot.received, append.oldest)
        self._vector[peer] = replace(slot, received=received)
        held = self._held.get(peer, ())
        for number in [old for old in held if rules.already_consumed(received, old)]:
            self._take_held(peer, number)
        self.hold_back(Held(*peer, append.incarnation, append.number, append.payload))

    def next_ready(self, peer: Peer) -> Message | None:
        """The next message to consume; it counts as received from now on."""
        held = self._held.get(peer)
        if not held:
            return None
        number = min(held)
        slot = self._vector[peer]
        if not rules.next_in_flow(slot.received, number):
            return None
        self._vector[peer] = replace(slot, received=number)
        taken = self._take_held(peer, number)
        return Message(taken.site, taken.source, taken.incarnation, number, taken.payload)

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

    def _make_room(self, members: tuple[Key, ...]) -> bool:
        """Room for one slot more, at the cost of the oldest peer that is no member any more."""
        if len(self._vector) < limits.VECTOR_SLOTS_MAX:
            return True
        stranger = next((peer for peer in self._vector if peer[0] not in members), None)
        if stranger is None:
            return False
        self._drop_held(stranger)
        del self._vector[stranger]
        return True

    # --- handlers ---------------------------------------------------------------------------------

    def run(
        self,
        event: Event,
        cached: dict[int, Agent],
        builtins: Builtins,
        context: tuple[str, Key, StreamEpoch],
    ) -> list[Outcome]:
        """Run one event's handler of every agent that has not failed; nothing is kept yet.

        `cached` has the agents of this site by their place; those missing are made. `context` is
        (stream, site, epoch).
        """
        outcomes: list[Outcome] = []
        for place, state in enumerate(self.agents):
            agent = cached.get(place) or builtins.make(state.kind, state.version)
            if agent is None or state.failed:
                continue
            cached[place] = agent
            given = Context(*context, state.briefcase)
            try:
                event(agent, given)
            except Exception:  # noqa: BLE001 - an agent may fail in any way; its stream lives on
                outcomes.append(Outcome(place, state.briefcase, None))
            else:
                outcomes.append(Outcome(place, given.briefcase, tuple(given.effects)))
        return outcomes

    def keep(self, outcome: Outcome) -> bool:
        """Put a handler's new briefcase in place; False if all briefcases would be too large."""
        others = sum(
            len(state.briefcase)
            for place, state in enumerate(self.agents)
            if place != outcome.place
        )
        if others + len(outcome.briefcase) > limits.BRIEFCASES_BYTES_MAX:
            return False
        self._replace(outcome.place, briefcase=outcome.briefcase, failed=False)
        return True

    def fail(self, place: int) -> None:
        """Mark an agent failed: it runs no more, its briefcase stays as it was."""
        self._replace(place, briefcase=self.agents[place].briefcase, failed=True)

    def _replace(self, place: int, *, briefcase: bytes, failed: bool) -> None:
        agents = list(self.agents)
        agents[place] = replace(agents[place], briefcase=briefcase, failed=failed)
        self.agents = tuple(agents)

    # --- moving -----------------------------------------------------------------------------------

    def pack(self, name: str, epoch: StreamEpoch, target: Key) -> StreamHandOver:
        """All of it as one frame; hold-back only as far as it fits."""
        travelling: list[Held] = []
        total = 0
        for peer in self._held.values():
            for number in sorted(peer):
                total += len(peer[number].payload) + len(peer[number].source) + 64
                if total > limits.HAND_OVER_HOLD_BACK_BYTES_MAX:
                    break
                travelling.append(peer[number])
        return StreamHandOver(name, epoch, target, self.agents, self.vector, tuple(travelling))

    @staticmethod
    def unpack(hand_over: StreamHandOver) -> Stream:
        """Inverse of `pack`."""
        stream = Stream(hand_over.agents, hand_over.vector)
        for held in hand_over.hold_back:
            stream.hold_back(held)
        return stream
