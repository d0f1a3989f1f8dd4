"""One agent: its fence, its handlers, its briefcase, and the commands its scripts may use.

Commands only record what is wanted; what a handler recorded goes to the site in one message when it
has ended, and not at all if it failed. `stream_open`, `stream_create`, `stream_call` and some
`stream_location` wait for the site's answer, and time stands still for the handler meanwhile.
Everything stays in the thread that made it. Never evaluates a script's words outside of its fence.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

HANDLERS = {
    "on_stream_append": "append",
    "on_stream_departure": "departure",
    "on_stream_relocation": "relocation",
    "on_stream_arrival": "arrival",
    "on_stream_open": "open",
    "on_stream_failure": "failure",
    "on_stream_create": "create",
    "on_stream_destroy": "destroy",
    "on_stream_move": "move",
    "on_agent": "agent",
    "on_unregister": "unregister",
    "on_shell": "shell",
    "on_shell_left": "shell_left",
    "on_new_peer": "new_peer",
    "on_site_left": "site_left",
    "on_timer": "timer",
    "on_closing": "closing",
}
"""Command: the event whose handler it sets."""

EFFECTS_MAX = 64
"""Of one handler; the site takes no more."""
EFFECT_CHARACTERS_MAX = 49_152
"""Of one handler: with quotes and escapes it fits one message."""
BRIEFCASE_NAMES_MAX = 256
BRIEFCASE_CHARACTERS_MAX = 16_384
CONSOLE_LINES_MAX = 64
"""Lines of one run of a handler."""
CONSOLE_CHARACTERS_MAX = 4_096
"""Of one line; what is longer is cut."""

Effect = list[str | int]
Facts = dict[str, Any]


@dataclass(slots=True)
class Limits:
    """Of one run of a handler."""

    seconds: float
    commands: int


class Failed(Exception):
    """A script ended with an error.

    Args:
        why: the error.
        place: where, for people.
    """

    def __init__(self, why: str, place: str) -> None:
        super().__init__(why)
        self.why = why
        self.place = place


class Refused(Exception):
    """A command says no: an error in the script, with this text."""


class Site(Protocol):
    """What an agent needs of the world."""

    def ask(self, run: int, verb: str, *words: str) -> str:
        """Wait for an answer; raises `Refused`."""

    def say(self, text: str) -> None:
        """Put a line on the console."""


@dataclass(slots=True)
class Run:
    """What belongs to one run of a handler or body."""

    number: int
    facts: Facts
    event: str
    ends: float
    effects: list[Effect] = field(default_factory=list)
    characters: int = 0
    lines: int = 0


class Agent:
    """One interpreter.

    Args:
        tcl: the trusted interpreter of this thread, with `tclfence.SCRIPT` in it.
        site: the world.
        stream: the agent's stream.
        limits: read anew for each run.
    """

    def __init__(self, tcl: Any, site: Site, stream: str, limits: Limits) -> None:
        self._tcl = tcl
        self._site = site
        self._stream = stream
        self._limits = limits
        self._code = ""
        self._handlers: dict[str, str] = {}
        self._briefcase: dict[str, str] = {}
        self._run = Run(0, {}, "", 0.0)
        self._commands: dict[str, Callable[..., str]] = {
            "stream_create": self._stream_create,
            "stream_open": self._stream_open,
            "stream_append": self._stream_append,
            "stream_call": self._stream_call,
            "stream_reply": self._stream_reply,
            "stream_move": self._stream_move,
            "stream_relocate": self._stream_relocate,
            "stream_destroy": self._stream_destroy,
            "stream_location": self._stream_location,
            "stream_sender_name": self._stream_sender_name,
            "stream_sender_location": self._stream_sender_location,
            "register_agent": self._register_agent,
            "unregister_agent": self._unregister_agent,
            "set_timer": self._set_timer,
            "deny": self._deny,
            "inject": self._inject,
            "my_id": self._my_id,
            "briefcase": self._briefcase_command,
            "clock": self._clock,
            "puts": self._puts,
            "gets": self._gets,
            "exit": self._exit,
        }
        for name, event in HANDLERS.items():
            self._commands[name] = self._handler_setter(event)

    @property
    def events(self) -> list[str]:
        """Events that have a handler."""
        return list(self._handlers)

    @property
    def briefcase(self) -> dict[str, str]:
        """What moves with the agent."""
        return self._briefcase

    # --- what the site wants ----------------------------------------------------------------------

    def make(
        self, run: int, code: str, argv: str, briefcase: dict[str, str], first: list[str]
    ) -> list[Effect]:
        """Build the fence and run the body in it, after the site's own scripts `first`.

        Raises:
            Failed: one of the scripts failed; the fence is gone.
        """
        self._code, self._briefcase = code, dict(briefcase)
        self._tcl.createcommand("command", self._command)
        self._tcl.call("fence", " ".join(self._commands))
        try:
            for text in first:
                self._attempt(Run(run, {}, "site's code", 0.0), "attempt", text, argv)
            return self._attempt(Run(run, {}, "body", 0.0), "attempt", code, argv)
        except Failed:
            self.end()
            raise

    def handle(
        self, run: int, event: str, argv: str, facts: Facts, briefcase: dict[str, str] | None
    ) -> list[Effect]:
        """Run the handler of an event; one that has no handler wants nothing.

        Raises:
            Failed: it failed; handlers and briefcase are as before it.
        """
        if briefcase is not None:
            self._briefcase = dict(briefcase)
        if event not in self._handlers:
            return []
        before = dict(self._handlers), dict(self._briefcase)
        try:
            return self._attempt(Run(run, facts, event, 0.0), "attempt_handler", event, argv)
        except Failed:
            for name, script in before[0].items():
                self._tcl.call("set", f"handlers({name})", script)
            self._handlers, self._briefcase = before
            raise

    def end(self) -> None:
        """Take the fence down, and all that is in it."""
        self._tcl.call("unfence")

    # --- running ----------------------------------------------------------------------------------

    def _attempt(self, run: Run, how: str, what: str, argv: str) -> list[Effect]:
        self._run = run
        run.ends = time.time() + self._limits.seconds
        self._set_end(run.ends)
        try:
            outcome = self._tcl.call(how, what, argv, self._limits.commands)
        except Exception as error:  # a broken fence breaks the trusted side's own calls, too
            raise Failed(str(error), self._place("")) from error
        finally:
            run.facts = {}
        if outcome:
            why, trace = self._tcl.splitlist(outcome)
            raise Failed(self._reason(clean(why)), self._place(clean(trace)))
        return run.effects

    def _set_end(self, ends: float) -> None:
        whole = int(ends)
        self._tcl.call("until", whole, int((ends - whole) * 1000))

    def _reason(self, why: str) -> str:
        if why == "time limit exceeded":
            return f"it took more than {self._limits.seconds:g} s"
        if why == "command count limit exceeded":
            return f"it ran more than {self._limits.commands} commands"
        return why

    def _place(self, trace: str) -> str:
        """Which script, and the line of the agent's source, as far as Tcl tells."""
        event = self._run.event
        name = next((name for name, of in HANDLERS.items() if of == event), event)
        inner = re.search(r'\(procedure "([^"]*)" line (\d+)\)', trace)
        if inner is not None:
            return f"{name}, procedure {inner[1]}, its line {inner[2]}"
        command = re.search(r'(?:while executing|invoked from within)\n"([^\n"]*)', trace)
        script = self._handlers.get(event, self._code)
        start, at = self._code.find(script), script.find(command[1]) if command else -1
        if start < 0 or at < 0:
            return name
        return f"{name}, line {self._code.count(chr(10), 0, start + at) + 1}"

    def _command(self, name: str, *words: str) -> tuple[int, str]:
        """Called from the trusted interpreter; must not raise, or Tcl forgets what went wrong."""
        try:
            return 1, self._commands[name](*(clean(word) for word in words))
        except Refused as refused:
            return 0, clean(str(refused))
        except TypeError:
            return 0, f"wrong # args for {name}"
        except MemoryError:
            return 0, f"{name}: out of memory"

    def _wait(self, verb: str, *words: str) -> str:
        """Ask the site; the time it takes is not the handler's."""
        if sum(map(len, words)) > EFFECT_CHARACTERS_MAX:
            raise Refused("that is too much for one message")
        asked = time.time()
        answer = self._site.ask(self._run.number, verb, *words)
        self._run.ends += max(0.0, time.time() - asked)
        self._set_end(self._run.ends)
        return answer

    def _want(self, verb: str, *words: str | int) -> str:
        run = self._run
        run.characters += len(verb) + sum(len(word) for word in words if isinstance(word, str))
        if len(run.effects) >= EFFECTS_MAX or run.characters > EFFECT_CHARACTERS_MAX:
            raise Refused(f"a handler may want {EFFECTS_MAX} things of 48 KiB together, not more")
        run.effects.append([verb, *words])
        return ""

    # --- streams ----------------------------------------------------------------------------------

    def _stream_create(self, *words: str) -> str:
        names = [word for word in words if word != "-temp"]
        is_temporary = len(names) < len(words)
        if len(names) > 1 or (not names and not is_temporary):
            raise Refused('wrong # args: should be "stream_create name ?-temp?"')
        name = "" if is_temporary else names[0]
        return self._wait("create", name) or name

    def _stream_open(self, stream: str) -> str:
        return self._wait("open", stream) or stream

    def _stream_append(self, stream: str, text: str) -> str:
        return self._want("append", stream, text)

    def _stream_call(self, stream: str, text: str) -> str:
        return self._wait("call", stream, text)

    def _stream_reply(self, text: str) -> str:
        return self._want("answer", text)

    def _stream_move(self, stream: str, location: str) -> str:
        return self._want("move", stream, whole_number(location))

    def _stream_relocate(self, location: str) -> str:
        return self._want("relocate", whole_number(location))

    def _stream_destroy(self, stream: str) -> str:
        return self._want("destroy", stream)

    def _stream_location(self, stream: str = "") -> str:
        name = stream or self._stream
        known = self._run.facts.get("locations", {}).get(name)
        if known is None and name == self._stream:
            known = self._run.facts.get("here")
        return str(known) if known is not None else self._wait("location", name)

    def _stream_sender_name(self) -> str:
        return str(self._run.facts.get("sender", ""))

    def _stream_sender_location(self) -> str:
        return str(self._run.facts.get("sender_location", ""))

    def _my_id(self) -> str:
        return self._stream_location()

    # --- agents -----------------------------------------------------------------------------------

    def _handler_setter(self, event: str) -> Callable[[str], str]:
        def setter(script: str) -> str:
            if script.strip():
                self._handlers[event] = script
                self._tcl.call("set", f"handlers({event})", script)
            else:
                self._handlers.pop(event, None)
            return ""

        return setter

    def _register_agent(self, stream: str, argv: str, code: str) -> str:
        return self._want("register", stream, argv, code)

    def _unregister_agent(self, stream: str, agent: str) -> str:
        return self._want("unregister", stream, whole_number(agent))

    def _set_timer(self, name: str, milliseconds: str) -> str:
        return self._want("timer", name, whole_number(milliseconds))

    def _deny(self, reason: str) -> str:
        return self._want("deny", reason)

    def _inject(self, code: str) -> str:
        return self._want("inject", code)

    def _exit(self, _status: str = "") -> str:
        return self._want("exit")

    def _briefcase_command(self, what: str, *words: str) -> str:
        case = self._briefcase
        match what, words:
            case "set", (name, value):
                size = sum(len(key) + len(text) for key, text in case.items() if key != name)
                is_full = name not in case and len(case) >= BRIEFCASE_NAMES_MAX
                if is_full or size + len(name) + len(value) > BRIEFCASE_CHARACTERS_MAX:
                    raise Refused("the briefcase is full: 256 names, 16 KiB together")
                case[name] = value
                return value
            case "get", (name,) if name not in case:
                raise Refused(f'there is no "{name[:64]}" in the briefcase')
            case "get", (name,) | (name, _):
                return case.get(name, words[-1])
            case "exists", (name,):
                return str(int(name in case))
            case "unset", (name,):
                case.pop(name, None)
                return ""
            case "names", ():
                return str(self._tcl.call("list", *case))
            case _:
                raise Refused(
                    'should be "briefcase set name value", "get name ?default?", "exists name",'
                    ' "unset name" or "names"'
                )

    # --- the site ---------------------------------------------------------------------------------

    def _clock(self, unit: str) -> str:
        """Time stands still while a handler runs; none is known in a body."""
        now = int(self._run.facts.get("time_ms", 0))
        match unit:
            case "seconds":
                return str(now // 1000)
            case "milliseconds":
                return str(now)
            case _:
                raise Refused('should be "clock seconds" or "clock milliseconds"')

    def _puts(self, *words: str) -> str:
        texts = [word for word in words if word != "-nonewline"]
        if len(texts) == 2 and texts[0] in {"stdout", "stderr"}:
            del texts[0]
        if len(texts) != 1:
            raise Refused('wrong # args: should be "puts ?-nonewline? ?stdout? string"')
        self._run.lines += 1
        if self._run.lines > CONSOLE_LINES_MAX:
            raise Refused(f"a handler may say {CONSOLE_LINES_MAX} lines, not more")
        self._site.say(texts[0][:CONSOLE_CHARACTERS_MAX])
        return ""

    def _gets(self, *_words: str) -> str:
        raise Refused("gets reads what a person types, in a shell; no agent has one")


def clean(text: str) -> str:
    """Without halves of characters, which no message can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def whole_number(text: str) -> int:
    """Raises `Refused` for anything but a number that every site can read."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(f'expected a number but got "{text[:64]}"')
    return int(text)
