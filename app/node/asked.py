"""Strangers at the door: told what session this is, and let in or turned away by a member.

Any member whose role lets people in may answer; the site that the stranger reached tells the others
who asks, with the same six words, and carries their answer out. Nothing of the session is told to a
stranger but `About`, and nobody comes in without a member's signature (ORDER.md 5.5a).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import __version__
from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key, SiteId, site_of
from app.core.instant import Micros, after
from app.crypto.hello import HANDSHAKE_VERSION, session_tag
from app.crypto.words import words_of
from app.node.api import AdmitSite, Admitting, AskAnswered, AskedToJoin, DenySite, Done
from app.node.channeltable import Channel
from app.node.frames import (
    About,
    AboutWanted,
    AskerDone,
    AskerTold,
    AskerVerdict,
    AskGone,
    AskHeard,
    AskIn,
    TurnedAway,
    Welcome,
)

if TYPE_CHECKING:
    from app.node.session import Session

NO_INVITE = b""
"""The invite of an admission that a person gave."""
NOBODY_LETS_IN = "nobody here lets people in at the moment; ask for an invite"

FromStranger = AboutWanted | AskIn | AskGone
FromMember = AskerTold | AskerDone | AskerVerdict


@dataclass(slots=True)
class Asker:
    """Somebody who waits.

    `host` is where from, `via` the member at whose site, None for this one.
    """

    name: str
    colour: str
    words: tuple[str, ...]
    since: Micros
    heard_at: Micros
    host: str
    via: Key | None


class Asked:
    """Who asks to join one session, as far as this site knows."""

    def __init__(self, session: Session, now: Micros) -> None:
        self._session = session
        self._askers: dict[Key, Asker] = {}
        # Who was turned away: when, and where from as far as this site knows.
        self._refused: dict[Key, tuple[Micros, str]] = {}
        self._tell_at = now

    # --- strangers --------------------------------------------------------------------------------

    def receive(self, channel: Channel, frame: FromStranger, now: Micros) -> None:
        """Take what a stranger sent; where this site is not visible it has no effect."""
        key = channel.peer.key
        if not self._session.here.manners.visible or not self._session.member:
            self._session.wiring.channels.count("a stranger's frame")
            return
        match frame:
            case AboutWanted():
                self._session.wiring.send(key, self._about())
            case AskIn():
                self._asks(key, frame, now)
            case AskGone():
                self._over(key, let_in=False, by="")

    def _about(self) -> About:
        session = self._session
        rooms, view = session.meaning.rooms, session.disk.present
        members = view.keys if view is not None else ()
        profiles = dict(rooms.profile.people()) if rooms is not None else {}
        people = [(profiles[key].name, profiles[key].colour) for key in members if key in profiles]
        home = session.desk.home
        return About(
            session_tag(session.field.session),
            session.title[: limits.TITLE_CHARACTERS_MAX],
            tuple(people[: limits.ABOUT_PEOPLE_MAX]),
            len(members),
            session.meaning.name_of(home[1]) if home is not None else "",
            self._objection() == "",
            HANDSHAKE_VERSION,
            __version__[:32],
        )

    def _objection(self) -> str:
        """Why nobody is let in here by asking; empty if somebody may be."""
        session = self._session
        nobody = session.here.manners.admitting is Admitting.NONE
        return NOBODY_LETS_IN if nobody or not session.people.may_admit(session.own) else ""

    def _asks(self, key: Key, frame: AskIn, now: Micros) -> None:
        session = self._session
        channel = session.wiring.channels.table.marked(key, frame.mark)
        if frame.tag and frame.tag != session_tag(session.field.session):
            session.wiring.send(key, TurnedAway("another session is at this address now"))
            return
        if channel is None:
            session.wiring.channels.count("asked by another channel")
            return
        host = channel.address[0]
        reason = self._turns_away(key, host, now)
        if reason:
            session.wiring.send(key, TurnedAway(reason))
        elif session.people.may_listen(key) or session.here.manners.admitting is Admitting.ALL:
            self._let_in(key, now)
        else:
            own_name = session.meaning.name_of(session.own)
            session.wiring.send(key, AskHeard(frame.mark, own_name[: limits.NAME_CHARACTERS_MAX]))
            asker = Asker(frame.name, frame.colour, words_of(channel.hash), now, now, host, None)
            self._show(key, asker, now)

    def _turns_away(self, key: Key, host: str, now: Micros) -> str:
        """Why a stranger need not wait; empty if it may."""
        session = self._session
        if session.people.banned(key):
            return "you were removed from this session"
        if session.people.may_listen(key) and session.people.may_admit(session.own):
            return ""
        lately = {
            refused: of_host
            for refused, (at, of_host) in self._refused.items()
            if now - at < limits.ASK_AGAIN_MICROS
        }
        if key in lately:
            return "you were not let in; you can ask again in a minute"
        if list(lately.values()).count(host) >= limits.ASK_REFUSALS_PER_HOST_MAX:
            return "several people from where you are were not let in; ask again in a minute"
        if key not in self._askers and len(self._askers) >= limits.ASKERS_MAX:
            return "too many people ask at the same time; try again in a minute"
        return self._objection()

    # --- members ----------------------------------------------------------------------------------

    def told(self, sender: Key, frame: FromMember, now: Micros) -> None:
        """Take what another member says about somebody who asks."""
        people = self._session.people
        if not people.may_admit(sender):
            self._session.wiring.channels.count("an answer of somebody who may not let people in")
            return
        asker = self._askers.get(frame.key)
        match frame:
            case AskerTold(key, name, colour, words):
                known = asker is not None and asker.via != sender
                if not known and (asker is not None or len(self._askers) < limits.ASKERS_MAX):
                    self._show(key, Asker(name, colour, words, now, now, "", sender), now)
            case AskerDone(key, let_in, by):
                if asker is not None and asker.via == sender:
                    self._forget(key, let_in=let_in, by=by)
                if by and not let_in:
                    self._note_refusal(key, "", now)
            case AskerVerdict(key, let_in):
                if asker is not None and asker.via is None:
                    self._decide(key, sender, now, let_in=let_in)

    # --- people -----------------------------------------------------------------------------------

    def waits(self, key: Key) -> bool:
        """Whether this stranger has an answer to come."""
        return key in self._askers

    def shown(self) -> tuple[AskedToJoin, ...]:
        """Who waits, oldest first; nobody where this site's person may not let in."""
        if not self._session.people.may_admit(self._session.own):
            return ()
        return tuple([_card(key, asker) for key, asker in self._askers.items()])

    def answer(self, command: AdmitSite | DenySite, now: Micros) -> None:
        """This site's person lets somebody in or not. Raises `LocalError`."""
        session = self._session
        if not session.people.may_admit(session.own):
            message = "your role does not allow letting people in"
            raise LocalError(message)
        key = self._key_of(command.site)
        let_in = isinstance(command, AdmitSite)
        via = self._askers[key].via
        if via is None:
            self._decide(key, session.own, now, let_in=let_in)
        elif not session.wiring.send(via, AskerVerdict(key, let_in)):
            name = session.meaning.name_of(via)
            message = f"{name}, whom was asked, can't be reached at the moment; try again"
            raise LocalError(message)
        session.events.append(Done(command.token))

    def _key_of(self, site: SiteId) -> Key:
        for key in self._askers:
            if site_of(key) == site:
                return key
        message = f"{site} does not ask to join (any more)"
        raise LocalError(message)

    # --- steps ------------------------------------------------------------------------------------

    def _show(self, key: Key, asker: Asker, now: Micros) -> None:
        known = self._askers.get(key)
        if known is not None and (known.words, known.via) == (asker.words, asker.via):
            known.heard_at = now
            return
        if known is not None:
            # Its channel is another one now, and so are the words.
            self._forget(key, let_in=False, by="")
        self._askers[key] = asker
        if self._session.people.may_admit(self._session.own):
            self._session.events.append(_card(key, asker))
        if asker.via is None:
            self._tell_at = now

    def _decide(self, key: Key, by: Key, now: Micros, *, let_in: bool) -> None:
        """Here the stranger waits: carry the answer out."""
        session = self._session
        name = session.meaning.name_of(by)[: limits.NAME_CHARACTERS_MAX]
        if let_in:
            self._let_in(key, now)
        else:
            self._note_refusal(key, self._askers[key].host, now)
            session.wiring.send(key, TurnedAway(f"{name} did not let you in"))
        self._over(key, let_in=let_in, by=name)

    def _note_refusal(self, key: Key, host: str, now: Micros) -> None:
        self._refused.pop(key, None)
        self._refused[key] = now, host
        if len(self._refused) > limits.ASK_REFUSALS_KEPT:
            del self._refused[next(iter(self._refused))]

    def _let_in(self, key: Key, now: Micros) -> None:
        session = self._session
        end = session.here.wall_ms(now) + limits.ASK_ADMISSION_MILLISECONDS
        admission = session.people.admit(key, NO_INVITE, end)
        session.wiring.send(key, Welcome(admission, session.field.secret, session.title))
        session.peers.opened(key, now, begins=False)

    def _over(self, key: Key, *, let_in: bool, by: str) -> None:
        """An asker of this site waits no more: everybody's card goes."""
        asker = self._askers.get(key)
        if asker is None or asker.via is not None:
            return
        for member in self._session.desk.others():
            self._session.wiring.send(member, AskerDone(key, let_in, by))
        self._forget(key, let_in=let_in, by=by)

    def _forget(self, key: Key, *, let_in: bool, by: str) -> None:
        del self._askers[key]
        if self._session.people.may_admit(self._session.own):
            self._session.events.append(AskAnswered(site_of(key), let_in, by))

    # --- time -------------------------------------------------------------------------------------

    def tick(self, now: Micros) -> None:
        """Forget who is gone; tell the other members of those who wait."""
        for key, asker in list(self._askers.items()):
            silent = now - asker.heard_at >= limits.ASK_SILENCE_MICROS
            if silent or now - asker.since >= limits.ASK_PATIENCE_MICROS:
                if asker.via is None:
                    self._session.wiring.send(key, TurnedAway("nobody answered; ask again later"))
                    self._over(key, let_in=False, by="")
                else:
                    self._forget(key, let_in=False, by="")
        own = self._own_askers()
        if own and now >= self._tell_at:
            self._tell_at = after(now, limits.ASK_REPEAT_MICROS)
            for key, asker in own:
                told = AskerTold(key, asker.name, asker.colour, asker.words)
                for member in self._session.desk.others():
                    self._session.wiring.send(member, told)

    def _own_askers(self) -> list[tuple[Key, Asker]]:
        return [(key, asker) for key, asker in self._askers.items() if asker.via is None]

    def deadline(self) -> Micros | None:
        """When to tell again, or to look who is gone."""
        ends: Iterable[Micros] = [
            after(asker.heard_at, limits.ASK_SILENCE_MICROS) for asker in self._askers.values()
        ]
        repeat = [self._tell_at] if self._own_askers() else []
        return min([*ends, *repeat], default=None)


def _card(key: Key, asker: Asker) -> AskedToJoin:
    return AskedToJoin(site_of(key), asker.name, asker.colour, asker.words)
