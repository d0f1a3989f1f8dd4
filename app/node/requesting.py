"""Coming in without an invite: the newcomer's side of asking, until a view takes it in.

Every site of the session is called; the first that answers is asked, and its person and ours see
the same six words, those of that channel's handshake. Who answered is known by its key only: that
no stranger sits between is for the people to compare, and nothing is told before but a name.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key, site_of
from app.core.instant import Micros, after
from app.crypto.hello import Pattern, session_tag
from app.crypto.keys import verify
from app.crypto.words import words_of
from app.node.addressbook import parse_address
from app.node.api import AskSent, AskToJoin, Denied, Done, Event
from app.node.channeltable import Channel
from app.node.frames import Admission, AskGone, AskHeard, AskIn, TurnedAway, Welcome
from app.node.joining import wait_inside
from app.node.state import SessionField
from app.node.wiring import Wiring


class Requesting:
    """A newcomer who asks. `field` is set once somebody let this site in.

    Raises:
        LocalError: no address that makes sense.
    """

    def __init__(self, command: AskToJoin, wiring: Wiring, own: Key, now: Micros) -> None:
        if not command.addresses:
            message = "there is no address to ask at"
            raise LocalError(message)
        for text in command.addresses[: limits.ADDRESSES_PER_SITE_MAX]:
            parse_address(text)
        for stranger in wiring.peers():
            # Whoever was asked before: those words are over.
            wiring.forget(stranger)
        self._command = command
        self._wiring = wiring
        self._own = own
        self._asked: Channel | None = None
        self._heard_by = ""
        self._others: dict[Key, Channel] = {}
        self._turned_away: dict[Key, str] = {}
        self._until = after(now, limits.JOIN_PATIENCE_MICROS)
        self._again_at = now
        self.field: SessionField | None = None

    def dial(self, now: Micros) -> None:
        """Call every address."""
        self._again_at = after(now, limits.DIAL_PAUSE_MICROS)
        for text in self._command.addresses[: limits.ADDRESSES_PER_SITE_MAX]:
            self._wiring.channels.dial(parse_address(text), Pattern.ASK, b"", b"", b"", now)

    def opened(self, channel: Channel, now: Micros) -> None:
        """A site proved itself: ask it, unless another was asked already."""
        if self.field is not None or not channel.initiated or channel.peer.key in self._turned_away:
            return
        if self._asked is None:
            self._ask(channel, now)
        elif channel.peer.key != self._asked.peer.key:
            self._others[channel.peer.key] = channel

    def _ask(self, channel: Channel, now: Micros) -> None:
        self._asked = channel
        self._again_at = after(now, limits.ASK_REPEAT_MICROS)
        name, colour = self._command.name, self._command.colour
        self._wiring.send(channel.peer.key, AskIn(channel.hash, self._command.tag, name, colour))

    def receive(self, sender: Key, frame: object, now: Micros) -> Event | None:
        """The answer of the one that was asked."""
        asked = self._asked
        if self.field is not None and isinstance(frame, TurnedAway) and frame.by_session:
            return Denied(self._command.token, frame.reason)
        if asked is None or sender != asked.peer.key or self.field is not None:
            return None
        match frame:
            case AskHeard(mark, name) if mark == asked.hash and not self._heard_by:
                self._heard_by = name or "Somebody"
                self._until = after(now, limits.ASK_PATIENCE_MICROS)
                return AskSent(site_of(sender), self._heard_by, words_of(asked.hash))
            case Welcome(admission, secret, title) if self._is_for_me(admission):
                self._until = after(now, limits.JOIN_PATIENCE_MICROS)
                name = self._command.name
                self.field = SessionField(
                    admission.session, secret, title, name, admission, left=False
                )
                self._part(sender)
            case TurnedAway(reason):
                return self._refused(sender, reason, now)
            case _:
                pass
        return None

    def _refused(self, sender: Key, reason: str, now: Micros) -> Denied | None:
        """A person's no is the answer; a site that can't let in leaves it to the others."""
        self._asked = None
        self._turned_away[sender] = reason
        if self._heard_by or len(self._command.addresses) == 1:
            return Denied(self._command.token, reason)
        if self._others:
            self._ask(self._others.pop(next(iter(self._others))), now)
        else:
            self._until = min(self._until, after(now, limits.DIAL_PATIENCE_MICROS))
        return None

    def _is_for_me(self, admission: Admission) -> bool:
        """Whether the one that was asked let this site in, and to the session that was meant."""
        tag = self._command.tag
        return (
            self._asked is not None
            and admission.key == self._own
            and admission.signer == self._asked.peer.key
            and (not tag or tag == session_tag(admission.session))
            and verify(admission.signer, admission.covered(), admission.signature)
        )

    def _part(self, from_all_but: Key) -> None:
        """Whoever else answered proved a key, not that it is in this session: begin anew with it."""
        self._wiring.channels.stop_asking()
        for key in self._wiring.peers():
            if key != from_all_but:
                self._wiring.forget(key)

    def tick(self, now: Micros, wall_ms: int, *, inside: bool) -> Event | None:
        """Ask again; the answer to the command, once this site is in or the wait is over."""
        token = self._command.token
        if inside:
            return Done(token)
        if self.field is not None:
            return wait_inside(token, self.field, self._until, now, wall_ms)
        if now >= self._until:
            return Denied(token, self._nobody())
        if now >= self._again_at:
            self._repeat(now)
        return None

    def _repeat(self, now: Micros) -> None:
        if self._asked is None:
            self.dial(now)
            return
        heard = self._wiring.channels.table.heard_at(self._asked.peer.key)
        if heard is None or now - heard >= limits.ASK_SILENCE_MICROS:
            # It is gone, and with it the words that people compared: begin anew with anybody.
            if self._heard_by:
                self._until = after(now, limits.JOIN_PATIENCE_MICROS)
            self._asked, self._heard_by = None, ""
            self._others.clear()
            self.dial(now)
        else:
            self._ask(self._asked, now)

    def _nobody(self) -> str:
        if self._heard_by:
            return f"{self._heard_by} did not answer; ask again, or ask for an invite"
        if self._turned_away:
            return next(iter(self._turned_away.values()))
        tried = ", ".join(self._command.addresses)
        return (
            f"nobody answered at {tried}; is the session open and visible, and can this machine "
            "reach it? Nothing was changed here"
        )

    def cancel(self) -> Denied:
        """The person does not want in any more."""
        if self._asked is not None:
            self._wiring.send(self._asked.peer.key, AskGone())
        return Denied(self._command.token, "you took the wish back")

    @property
    def token(self) -> int:
        """Of the command that this answers."""
        return self._command.token

    def deadline(self) -> Micros:
        """When to ask again or give up."""
        return self._until if self.field is not None else min(self._again_at, self._until)
