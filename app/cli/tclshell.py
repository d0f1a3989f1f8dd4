"""A Tcl interpreter whose commands are those of a shell: what scripts of `talkstick shell` see.

The commands are named as in the listings of the Mobile Streams paper (figures 2 and 6). All of Tcl
is there, too: it is its user's own program. Handlers are not: they belong to agents, whose code runs
elsewhere. Commands must not raise into Tcl, which would forget why; they give (ok, value) back.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any

from app.core.errors import KnownError
from app.drivers.control.shell import Shell
from app.node.api import AgentRow, StreamRow

INPUT = "standard input"

_SCRIPT = """
proc ::talkstick::dispatch {name args} {
    lassign [::talkstick::command $name {*}$args] ok value
    if {$ok} {
        return $value
    }
    return -code error $value
}
proc ::talkstick::run {script} {
    if {[catch {uplevel #0 $script} result options] == 1} {
        return [list 1 $result [dict get $options -errorinfo]]
    }
    list 0 $result {}
}
rename ::gets ::talkstick::gets
set ::talkstick::lines 0
proc ::gets {args} {
    if {[lindex $args 0] in {{} stdin}} {
        incr ::talkstick::lines
    }
    if {[llength $args]} {
        tailcall ::talkstick::gets {*}$args
    }
    if {[::talkstick::gets stdin line] < 0} {
        ::exit
    }
    return $line
}
"""
"""`gets` alone reads a line that a person types, and ends the script with the last one."""

_TOP = re.compile(r'\("uplevel" body line (\d+)\)')
_INNER = re.compile(r'\((procedure|file) "([^"]*)" line (\d+)\)')


class ScriptFailed(Exception):
    """A script ended with an error; the text is what went wrong, and where."""


class Ended(Exception):
    """A script said `exit`.

    Args:
        code: how the process is to end.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Wrong(Exception):
    """A command was written wrong: an error in the script, with this text."""


class _Interpreter(tk.Tk):
    """Tcl without Tk, and without scripts of a profile that would run first."""

    def __init__(self) -> None:
        super().__init__(useTk=False)

    def readprofile(self, baseName: str, className: str) -> None:  # noqa: N803 - tkinter's names
        """Read none."""


class TclShell:
    """One interpreter for one shell.

    Args:
        shell: what its commands are carried out by.
        words: name of the script and its arguments.
    """

    def __init__(self, shell: Shell, words: Sequence[str] = ()) -> None:
        self._shell = shell
        self._exit_code: int | None = None
        self._commands: dict[str, Callable[..., Any]] = {
            "stream_create": self._stream_create,
            "stream_open": self._stream_open,
            "stream_append": self._stream_append,
            "stream_call": self._stream_call,
            "stream_move": self._stream_move,
            "stream_destroy": self._stream_destroy,
            "stream_location": self._stream_location,
            "stream_list": self._stream_list,
            "register_agent": self._register_agent,
            "unregister_agent": self._unregister_agent,
            "my_id": self._my_id,
            "my_name": self._my_name,
            "exit": self._exit,
        }
        self._tcl = tcl = _Interpreter().tk
        tcl.wantobjects(False)
        tcl.eval("namespace eval ::talkstick {}")
        tcl.createcommand("::talkstick::command", self._command)
        tcl.eval(_SCRIPT)
        for name in self._commands:
            tcl.call("interp", "alias", "", name, "", "::talkstick::dispatch", name)
        if os.name == "posix":
            for channel in ("stdin", "stdout", "stderr"):
                tcl.call("fconfigure", channel, "-encoding", "utf-8")
        tcl.call("set", "argv0", words[0] if words else "talkstick")
        tcl.call("set", "argv", tuple(words[1:]))
        tcl.call("set", "argc", len(words[1:]))

    # --- running ----------------------------------------------------------------------------------

    def run(self, script: str, name: str = "", lines_before: int = 0) -> str:
        """Run a script; the value of its last command.

        Args:
            script: its text.
            name: what it is called where its errors are, empty to name no place of its own.
            lines_before: lines of it that have run already.

        Raises:
            ScriptFailed: it failed.
            Ended: it said `exit`.
        """
        try:
            failed, value, trace = self._tcl.splitlist(self._tcl.call("::talkstick::run", script))
        except tk.TclError as error:
            if self._exit_code is None:
                raise ScriptFailed(str(error)) from None
            raise Ended(self._exit_code) from None
        if int(failed):
            place = _place(str(trace), name, lines_before)
            raise ScriptFailed(f"{value} ({place})" if place else str(value))
        return str(value)

    def run_input(self) -> str:
        """Run standard input, each command as soon as it is there; the last one's value.

        Raises:
            ScriptFailed: a command failed; what follows is not run.
            Ended: it said `exit`.
        """
        value, text, begun = "", "", 0
        while int(self._tcl.call("gets", "stdin", "::talkstick::line")) >= 0:
            text += f"{self._tcl.call('set', '::talkstick::line')}\n"
            if not self.is_complete(text):
                continue
            if text.strip() and not text.lstrip().startswith("#"):
                value = self.run(text, INPUT, begun)
            text, begun = "", int(self._tcl.call("set", "::talkstick::lines"))
        return self.run(text, INPUT, begun) if text else value

    def is_complete(self, text: str) -> bool:
        """Whether these are whole commands, or more lines belong to them."""
        return bool(self._tcl.getboolean(self._tcl.call("info", "complete", text)))

    def print_value(self, value: str) -> None:
        """Print the value of a command, after all that was printed before it; nothing if empty."""
        self.flush()
        if value:
            sys.stdout.write(value.encode("utf-8", "replace").decode("utf-8") + "\n")
            sys.stdout.flush()

    def flush(self) -> None:
        """Let out what scripts have printed. Raises `BrokenPipeError` if nobody reads it."""
        try:
            self._tcl.call("flush", "stdout")
        except tk.TclError as error:
            raise BrokenPipeError from error

    # --- commands ---------------------------------------------------------------------------------

    def _command(self, name: str, *words: str) -> tuple[int, Any]:
        command = self._commands[name]
        parameters = inspect.signature(command)
        try:
            parameters.bind(*words)
        except TypeError:
            named = [_shown(each) for each in parameters.parameters.values()]
            return 0, f'wrong # args: should be "{" ".join([name, *named])}"'
        try:
            return 1, command(*[_whole(word) for word in words])
        except (KnownError, Wrong) as error:
            return 0, str(error)

    def _stream_create(self, name: str, option: str = "") -> str:
        if option not in {"", "-temp"} or (name == "-temp" and option):
            message = 'should be "stream_create name" or "stream_create -temp"'
            raise Wrong(message)
        return self._shell.create("" if "-temp" in {name, option} else name)

    def _stream_open(self, stream: str) -> str:
        return self._shell.open(stream)

    def _stream_append(self, stream: str, text: str) -> int:
        return self._shell.append(stream, text.encode())

    def _stream_call(self, stream: str, text: str) -> str:
        return self._shell.call(stream, text.encode()).decode("utf-8", "replace")

    def _stream_move(self, stream: str, location: str) -> str:
        self._shell.move(stream, _number(location))
        return ""

    def _stream_destroy(self, stream: str) -> str:
        self._shell.destroy(stream)
        return ""

    def _stream_location(self, name: str = "") -> int:
        return self._shell.locate(name) if name else self._shell.location

    def _stream_list(self) -> tuple[Any, ...]:
        return tuple([word for row in self._shell.streams() for word in (row.stream, _row(row))])

    def _register_agent(self, *words: str) -> int:
        kind, controls, rest = "tcl", False, list(words)
        while len(rest) > 3:
            match rest.pop(0):
                case "-controller":
                    controls = True
                case "-kind":
                    kind = rest.pop(0)
                case option:
                    message = f'unknown option "{option}": must be -controller or -kind'
                    raise Wrong(message)
        if len(rest) != 3:
            message = (
                "wrong # args: should be"
                ' "register_agent ?-controller? ?-kind name? stream argv code"'
            )
            raise Wrong(message)
        stream, argv, code = rest
        return self._shell.register(stream, code, argv, kind=kind, controls=controls)

    def _unregister_agent(self, stream: str, agent: str) -> str:
        self._shell.unregister(stream, _number(agent))
        return ""

    def _my_id(self) -> int:
        return self._shell.location

    def _my_name(self) -> str:
        return self._shell.name

    def _exit(self, code: str = "0") -> str:
        self._exit_code = _number(code)
        # Unwinds past every `catch`, as the end of a process would.
        self._tcl.call("interp", "cancel", "-unwind", "", "exit")
        return ""


def _place(trace: str, name: str, lines_before: int) -> str:
    """Where it went wrong: the line of the script, and the innermost procedure or file."""
    places: list[str] = []
    top = _TOP.findall(trace)
    if name and top:
        places.append(f"{name}, line {int(top[-1]) + lines_before}")
    inner = _INNER.search(trace)
    if inner is not None:
        places.append(f"{inner[1]} {inner[2]}, line {inner[3]}")
    return ", ".join(places)


def _shown(parameter: inspect.Parameter) -> str:
    optional = parameter.default is not inspect.Parameter.empty
    return f"?{parameter.name}?" if optional else parameter.name


def _whole(word: str) -> str:
    """Without halves of characters, which no message can carry."""
    return word if word.isascii() else word.encode("utf-8", "replace").decode("utf-8")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        message = f'expected a number but got "{text[:64]}"'
        raise Wrong(message)
    return int(text)


def _row(row: StreamRow) -> tuple[Any, ...]:
    """A stream as a dictionary of Tcl."""
    return (
        *("home", row.home, "location", row.location, "epoch", row.epoch, "state", row.state),
        *("waiting", row.waiting, "unsent", row.unsent),
        *("reported_ms", "" if row.reported_ms is None else row.reported_ms),
        *("agents", tuple([_agent(agent) for agent in row.agents])),
    )


def _agent(agent: AgentRow) -> tuple[Any, ...]:
    return (
        *("agent", agent.agent, "kind", agent.kind, "controls", int(agent.controls)),
        *("events", agent.events, "failed", int(agent.failed), "error", agent.error),
    )
