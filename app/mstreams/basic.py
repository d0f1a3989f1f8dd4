"""Small builtin agents: to measure with, to try things out, and to stir up the simulator.

They show what an agent is in a few lines each. Never more than an example: nothing of the session
rests on them.
"""

from __future__ import annotations

from app.core.codec import decode, digest, encode
from app.mstreams.agent import BUILTINS, Agent, Context
from app.mstreams.events import Message

KINDS = ("relay@1", "drifter@1", "dice@1", "echo@1")


def _count(context: Context) -> int:
    """One more in the briefcase."""
    plain = decode(context.briefcase) if context.briefcase else 0
    count = plain + 1 if isinstance(plain, int) else 1
    context.briefcase = encode(count)
    return count


def _wander(context: Context, every: str) -> None:
    """Move to the next site every so many messages."""
    if every.isdigit() and int(every) and _count(context) % int(every) == 0:
        later = [place for place in context.sites if place > context.location]
        context.move((later or list(context.sites))[0])


@BUILTINS.register("relay", 1)
class Relay(Agent):
    """Arguments `TARGET [K]`: passes each message on, and moves every K messages."""

    def on_append(self, context: Context, message: Message) -> None:
        """Pass it on."""
        target, _, every = context.argv.rpartition(" ")
        if not target:
            target, every = every, ""
        context.append(target, message.payload)
        _wander(context, every)


@BUILTINS.register("drifter", 1)
class Drifter(Agent):
    """Arguments `K`: moves every K messages; counts them in its briefcase."""

    def on_append(self, context: Context, message: Message) -> None:
        """Count, and perhaps move on."""
        _wander(context, context.argv)


@BUILTINS.register("echo", 1)
class Echo(Agent):
    """Answers a call with what was said."""

    def on_append(self, context: Context, message: Message) -> None:
        """Answer."""
        context.answer(message.payload)


@BUILTINS.register("dice", 1)
class Dice(Agent):
    """Arguments `PERCENT`: a controller that denies so many of the things it is asked."""

    def __init__(self) -> None:
        self._asked = 0

    def _decide(self, context: Context) -> None:
        self._asked += 1
        percent = int(context.argv) if context.argv.isdigit() else 50
        thrown = digest("dice", [context.text, context.asker, self._asked])[0]
        if thrown * 100 < percent * 256:
            context.deny("the dice say no")

    def on_open(self, context: Context) -> None:
        """May it be opened?"""
        self._decide(context)

    def on_arrival(self, context: Context) -> None:
        """May it come here? For a stream's own controller nothing is asked."""
        self._decide(context)

    def on_departure(self, context: Context) -> None:
        """May it leave?"""
        self._decide(context)

    def on_agent(self, context: Context) -> None:
        """May the agent be registered?"""
        self._decide(context)

    def on_create(self, context: Context) -> None:
        """May the stream be made?"""
        self._decide(context)

    def on_move(self, context: Context) -> None:
        """May it move?"""
        self._decide(context)
