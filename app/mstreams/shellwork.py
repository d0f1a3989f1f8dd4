"""What a shell, or the site itself, may do with streams: each method begins one thing.

Answers come as `Told` with the caller's token. Whoever calls goes on with `Streams.do`.
"""

from __future__ import annotations

from app.core.errors import LocalError
from app.mstreams.carrying import Carrying
from app.mstreams.desk import Desk
from app.mstreams.directory import Directory, Roster
from app.mstreams.events import SHELL, SHELL_LEFT, ByShell, Happening
from app.mstreams.flow import Said
from app.mstreams.frames import Definition, SiteGuarded
from app.mstreams.handling import Handling
from app.mstreams.homes import Homes
from app.mstreams.locating import location_of
from app.mstreams.outgoing import Outgoing
from app.mstreams.records import SITE_FIELD, SITE_RECORD, SiteRecord, Told
from app.mstreams.residence import SITE
from app.mstreams.shells import Shells
from app.mstreams.waiting import Waiting


class ShellWork:
    """Work begun for shells. Every method raises `LocalError` if it can't begin."""

    def __init__(
        self,
        desk: Desk,
        directory: Directory,
        homes: Homes,
        work: tuple[Handling, Carrying],
        outgoing: Outgoing,
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._homes = homes
        self._handling, self._carrying = work
        self.shells = Shells(desk)
        self.waiting = Waiting(desk, outgoing)

    def connect(self, token: int, name: str) -> None:
        """A shell wants to begin; the site's controller may refuse."""
        full = self.shells.come(token, name)
        caller = ByShell(token)
        location = self._desk.location
        if self._handling.guards(self._homes.find(SITE), SHELL):
            self._homes.push(SITE, Happening(SHELL, full, full, location, caller=caller))
        else:
            self._desk.answer(caller, ok=True)

    def leave(self, shell: str) -> None:
        """A shell is gone."""
        self.shells.leave(shell)
        self._homes.push(SITE, Happening(SHELL_LEFT, shell, shell, self._desk.location))

    def create(self, token: int, shell: str, name: str) -> None:
        """Make a stream at home here; an empty name is given one."""
        self._carrying.create(name, self.shells.check(shell), ByShell(token))

    def open(self, token: int, shell: str, name: str) -> None:
        """Get a handle."""
        self._carrying.open(name, self.shells.check(shell), ByShell(token))

    def append(self, token: int, shell: str, name: str, payload: bytes) -> None:
        """Append, once there is room; the answer is the message's number in this site's flow."""
        self.shells.check(shell)
        self.shells.check_open(shell, name)
        self.waiting.say(name, Said(payload, shell), ByShell(token))

    def call(self, token: int, shell: str, name: str, payload: bytes) -> None:
        """Append, once there is room, and wait for what the handlers answer."""
        self.shells.check(shell)
        self.shells.check_open(shell, name)
        self.waiting.say(name, Said(payload, shell, call=True), ByShell(token))

    def move(self, shell: str, name: str, location: int, token: int | None) -> None:
        """Wish a move."""
        asker = self.shells.check(shell)
        caller = None if token is None else ByShell(token)
        self._carrying.move(name, location, asker, caller)

    def destroy(self, token: int, shell: str, name: str) -> None:
        """End a stream."""
        self._carrying.destroy(name, self.shells.check(shell), ByShell(token))

    def locate(self, token: int, name: str) -> None:
        """Where a stream or a shell is."""
        location = location_of(self._desk, self._directory, name)
        if location is None:
            message = f"nobody knows where '{name}' is"
            raise LocalError(message)
        self._desk.show(Told(token, ok=True, value=location))

    def register(self, token: int, shell: str, name: str, agent: Definition) -> None:
        """Attach an agent; `site` is this site's own controller, which no entry names."""
        asker = self.shells.check(shell)
        if name == SITE:
            self._register_here(token, agent)
        else:
            self._carrying.register(name, agent, asker, ByShell(token))

    def unregister(self, token: int, shell: str, name: str, number: int) -> None:
        """Kill an agent."""
        asker = self.shells.check(shell)
        if name != SITE:
            self._carrying.unregister(name, number, asker, ByShell(token))
            return
        roster = self._directory.roster(SITE)
        if roster.find(number) is None:
            message = f"this site has no controller {number}"
            raise LocalError(message)
        self._set_site(Roster((), roster.revision + 1, roster.last))
        self._desk.answer(ByShell(token), ok=True)

    def define(self, kind: str, code: str, argv: str, *, controls: bool) -> Definition:
        """What is to be registered."""
        return self._carrying.define(kind, code, argv, controls=controls)

    def _register_here(self, token: int, agent: Definition) -> None:
        roster = self._directory.roster(SITE)
        if roster.agents:
            message = "this site has a controller already; unregister it first"
            raise LocalError(message)
        number = roster.last + 1
        definition = Definition(
            number, agent.kind, agent.version, agent.code, agent.argv, controls=True
        )
        self._set_site(Roster((definition,), roster.revision + 1, number))
        for key in self._desk.members:
            self._desk.send(key, SiteGuarded())
        self._desk.answer(ByShell(token), ok=True, value=number)

    def _set_site(self, roster: Roster) -> None:
        self._directory.set_roster(SITE, roster)
        self._desk.save(SITE_FIELD, SITE_RECORD.encode(SiteRecord(roster.agents, roster.last)))
        self._homes.controllers_changed()
