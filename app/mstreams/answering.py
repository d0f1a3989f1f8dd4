"""Answers brought to whoever waits at this site, and questions of leaders put to controllers here.

Shells, handlers in guests, agents and leaders wait for answers of many kinds; each gets exactly one.
Never decides anything.
"""

from __future__ import annotations

from typing import assert_never

from app.core.errors import LocalError
from app.core.ids import Key
from app.mstreams.carrying import Carrying
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory
from app.mstreams.events import (
    AGENT,
    CREATE,
    OPEN,
    REPLY,
    Answer,
    ByAgent,
    ByHandler,
    ByLeader,
    ByShell,
    Happening,
    Value,
)
from app.mstreams.flow import Said
from app.mstreams.frames import StreamVerdict, StreamVet
from app.mstreams.guests import Ask, GuestServer
from app.mstreams.handling import Handling
from app.mstreams.homes import Homes
from app.mstreams.keeping import keep
from app.mstreams.locating import location_of
from app.mstreams.records import Told
from app.mstreams.requests import Open
from app.mstreams.residence import SITE, Residence
from app.mstreams.shells import Shells


class Answering:
    """Brings answers and puts questions."""

    def __init__(
        self,
        desk: Desk,
        directory: Directory,
        homes: Homes,
        work: tuple[Handling, Carrying],
        askers: tuple[GuestServer, Shells],
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._homes = homes
        self._handling, self._carrying = work
        self._guests, self._shells = askers

    # --- answers ----------------------------------------------------------------------------------

    def answer_one(self) -> bool:
        """Bring the oldest answer; False if there is none."""
        if not self._desk.answers:
            return False
        answer = self._desk.answers.popleft()
        match answer.caller:
            case ByShell(token):
                full = self._shells.decided(token, ok=answer.ok)
                value = full if full is not None and answer.ok else answer.value
                self._desk.show(Told(token, answer.ok, value))
            case ByHandler(run, ask):
                self._guests.reply(run, ask, ok=answer.ok, text=_text(answer.value))
            case ByAgent():
                self._to_agent(answer.caller, answer)
            case ByLeader(site, number, guarded):
                reason = "" if answer.ok else _text(answer.value)[:512] or "refused"
                self._desk.send(site, StreamVerdict(number, reason, guarded))
            case _:
                assert_never(answer.caller)
        return True

    def _to_agent(self, caller: ByAgent, answer: Answer) -> None:
        residence = self._homes.find(caller.stream)
        if residence is None or residence.home is None:
            return
        if caller.call is not None:
            value = (
                answer.value if isinstance(answer.value, bytes) else _text(answer.value).encode()
            )
            happening = Happening(
                REPLY, text=str(caller.call), agent=caller.agent, payload=value, ok=answer.ok
            )
            self._homes.push(caller.stream, happening)
        elif not answer.ok:
            stream = residence.home
            self._carrying.refused(residence, stream, caller.agent, _text(answer.value))
            keep(self._desk, residence)

    def granted(self, held: Open) -> None:
        """What somebody asked of the leader has come to be: handles, then the answer."""
        frame, granted = held.frame, held.granted or ""
        value: Value = ""
        if frame.verb in {CREATE, OPEN}:
            value = frame.stream or granted
            self._opened(frame.asker, value)
        elif frame.verb == AGENT:
            value = int(granted)
        if not isinstance(held.caller, ByAgent):
            self._desk.answer(held.caller, ok=True, value=value)

    def _opened(self, asker: str, name: str) -> None:
        if self._shells.open(asker, name):
            return
        residence = self._homes.find(asker)
        if residence is not None and residence.home is not None:
            residence.home.open(name)
            keep(self._desk, residence)

    # --- handlers in guests -----------------------------------------------------------------------

    def outcome_one(self) -> bool:
        """Take one outcome of a handler in a guest; False if there is none."""
        if not self._guests.outcomes:
            return False
        number, outcome = self._guests.outcomes.popleft()
        name = self._handling.run_of(number)
        residence = None if name is None else self._homes.find(name)
        if residence is not None:
            self._handling.finished(residence, number, outcome)
            self._homes.touch(residence.name)
        return True

    def ask_one(self) -> bool:
        """Take one wish of a handler in a guest that waits for it; False if there is none."""
        if not self._guests.asks:
            return False
        ask = self._guests.asks.popleft()
        residence = self._homes.find(ask.stream)
        if residence is not None and residence.home is not None:
            try:
                self._ask(residence, ask)
            except (LocalError, ValueError) as error:
                self._guests.reply(ask.run, ask.ask, ok=False, text=str(error))
        return True

    def _ask(self, residence: Residence, ask: Ask) -> None:
        """Begin what a handler waits for. Raises `LocalError`."""
        caller = ByHandler(ask.run, ask.ask)
        match [ask.verb, *ask.arguments]:
            case ["create", str(name)] if ask.again and self._directory.find(name) is not None:
                self._desk.answer(caller, ok=True, value=name)
            case ["call", _, _] if ask.again:
                self._desk.answer(caller, ok=True)
            case ["open", str(name)]:
                self._open(residence, name, caller)
            case ["create", str(name)]:
                self._carrying.create(name, residence.name, caller)
            case ["call", str(name), str(text)]:
                self._carrying.check_open(residence, name)
                said = Said(text.encode("utf-8", "replace"), call=True)
                self._carrying.call(residence, name, said, caller)
                keep(self._desk, residence)
            case ["location", str(name)]:
                location = location_of(self._desk, self._directory, name)
                why = f"nobody knows where '{name}' is"
                self._desk.answer(
                    caller, ok=location is not None, value=why if location is None else location
                )
            case _:
                message = f"nobody can ask for '{ask.verb}'"
                raise LocalError(message)

    def _open(self, residence: Residence, name: str, caller: ByHandler) -> None:
        if residence.home is not None and name in residence.home.opened:
            self._desk.answer(caller, ok=True, value=name)
        else:
            self._carrying.open(name, residence.name, caller)

    # --- questions of leaders ---------------------------------------------------------------------

    def vetted(self, sender: Key, frame: StreamVet) -> None:
        """The leader asks a controller that may be here."""
        name = frame.of or SITE
        residence = self._homes.find(name)
        guarded = bool(self._directory.roster(SITE).agents)
        if frame.of and (residence is None or residence.home is None):
            why = "the stream is on the move; try again"
            self._desk.send(sender, StreamVerdict(frame.number, why, guarded))
        else:
            asked = self._handling.guards(residence, frame.event)
            happening = Happening(
                frame.event,
                text=frame.stream,
                asker=frame.asker,
                location=frame.location,
                caller=ByLeader(sender, frame.number, guarded) if asked else None,
            )
            # Without a controller it is no question; only of an opening the agents are told, too.
            told = asked or (frame.event == OPEN and bool(frame.of))
            why = ""
            if told and not self._homes.push(name, happening):
                why = f"'{name}' is busy; try again"
            if why or not asked:
                self._desk.send(sender, StreamVerdict(frame.number, why, guarded))


def _text(value: Value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
