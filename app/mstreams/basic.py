"""Small builtin agents: to measure with, to try things out, and to stir up the simulator.

They show what an agent is in a few lines each. Never more than an example: nothing of the session
rests on them.
"""

from __future__ import annotations

from app.core.codec import decode, digest, encode
from app.mstreams.agent import BUILTINS, Agent, Context
from app.mstreams.events import Message

KINDS = ("relay@1", "drifter@1", "source@1", "hopper@1", "witness@1", "dice@1", "echo@1")
SOURCE_BATCH = 32
"""Messages that `source@1` says at once."""


def _count(context: Context) -> int:
    """One more in the briefcase."""
    plain = decode(context.briefcase) if context.briefcase else 0
    count = plain + 1 if isinstance(plain, int) else 1
    context.briefcase = encode(count)
    return count


def _go_on(context: Context) -> None:
    """Move to the next site."""
    later = [place for place in context.sites if place > context.location]
    context.move((later or list(context.sites))[0])


def _wander(context: Context, every: str) -> None:
    """Move to the next site every so many messages."""
    if every.isdigit() and int(every) and _count(context) % int(every) == 0:
        _go_on(context)


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


@BUILTINS.register("source", 1)
class Source(Agent):
    """Arguments `TARGET K COUNT`: once anything is said to it, it says COUNT messages.

    They are the numbers from 1 in decimal. It moves after every K, and goes on at once where it
    comes to, whether they are consumed or not.
    """

    def on_append(self, context: Context, message: Message) -> None:
        """Begin."""
        del message
        self._say(context)

    def on_relocation(self, context: Context) -> None:
        """Go on here."""
        self._say(context)

    def on_timer(self, context: Context) -> None:
        """Go on: a handler can't say very many at once."""
        self._say(context)

    def _say(self, context: Context) -> None:
        target, every, count = context.argv.split(" ")
        said = decode(context.briefcase) if context.briefcase else 0
        assert isinstance(said, int)
        until = min((said // int(every) + 1) * int(every), int(count), said + SOURCE_BATCH)
        for number in range(said + 1, until + 1):
            context.append(target, str(number).encode())
        context.briefcase = encode(until)
        if until == int(count):
            return
        if until % int(every) == 0:
            _go_on(context)
        else:
            context.set_timer("more", 1)


@BUILTINS.register("hopper", 1)
class Hopper(Agent):
    """Arguments `COUNT`: once anything is said to it, it makes COUNT moves from site to site.

    It says on the console when it begins and when it is done.
    """

    def on_append(self, context: Context, message: Message) -> None:
        """Begin; said while it is on its way, it is one more message to take along."""
        del message
        if not context.briefcase:
            context.briefcase = encode(0)
            context.say("begun")
            _go_on(context)

    def on_relocation(self, context: Context) -> None:
        """One more."""
        if _count(context) < int(context.argv):
            _go_on(context)
        else:
            context.say("done")


@BUILTINS.register("witness", 1)
class Witness(Agent):
    """Answers a call with how many messages so far were no later than one before, in decimal.

    Its briefcase has the newest number of each sender: nobody else sees the order in which a stream
    that moves consumes.
    """

    def on_append(self, context: Context, message: Message) -> None:
        """Compare, remember, answer."""
        first, *lines = (context.briefcase or b"0").decode().split("\n")
        newest = {name: int(number) for name, _, number in [line.rpartition(" ") for line in lines]}
        early = int(first) + (message.number <= newest.get(message.name, 0))
        newest[message.name] = message.number
        kept = [str(early), *[f"{name} {number}" for name, number in newest.items()]]
        context.briefcase = "\n".join(kept).encode()
        context.answer(str(early).encode())


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
