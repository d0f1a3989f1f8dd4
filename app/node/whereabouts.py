"""Where sites can be reached, and a channel to every member and whoever may be back.

Addresses are signed by whom they belong to; this room keeps the news, passes it on and dials.
Never believes where somebody is of anybody else, and passes on nothing of those nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core import limits
from app.core.ids import Key, site_of
from app.core.instant import Micros, after
from app.crypto.hello import Pattern
from app.node.addressbook import parse_address, usable
from app.node.channeltable import Channel
from app.node.contract import Address
from app.node.frames import Addresses, Reachable, reachable_bytes
from app.node.state import BOOK_CODEC, BookField

if TYPE_CHECKING:
    from app.node.session import Session


class Whereabouts:
    """One session's addresses: this site's own, and the members' as far as they are known."""

    def __init__(self, session: Session, now: Micros) -> None:
        self._session = session
        self._back_until = after(now, limits.DIAL_PAUSE_MICROS)
        self.own_addresses: tuple[str, ...] = ()

    def set_own(self, addresses: tuple[str, ...], now: Micros) -> None:
        """Where this site can be reached: signed, numbered, told to everybody."""
        session = self._session
        kept = usable(addresses)[: limits.ADDRESSES_PER_SITE_MAX]
        # Also after the wall clock went back, or twice within its tick.
        number = max(
            session.here.wall_ms(now) * 1000,
            session.wiring.book.number_of(session.own) + 1,
        )
        signature = session.here.identity.sign(reachable_bytes(session.own, number, kept))
        self.own_addresses = kept
        session.wiring.book.learn(Reachable(session.own, number, kept, signature))
        news = Addresses(session.wiring.book.records())
        for key in session.peers.listeners():
            session.wiring.send(key, news)

    def learn(self, sender: Key, frame: Addresses) -> None:
        """Keep what is news, and pass it on: two newcomers know the same member, not each other."""
        session = self._session
        book = session.wiring.book
        known = [record for record in frame.known if record.key != session.own]
        news = [record for record in known if book.learn(record)]
        # What somebody tells of those that nobody knows goes no further than here.
        told = [item for item in news if item.key == sender or session.peers.may_hear(item.key)]
        if not told:
            return
        session.disk.save_field("addresses", BOOK_CODEC.encode(BookField(book.records())))
        frame = Addresses(tuple(told))
        for key in session.peers.listeners():
            if key != sender:
                session.wiring.send(key, frame)

    def reach(self, now: Micros) -> None:
        """Keep a channel to every member there should be, and look for those who were away.

        Whom one knew last may all have left, and who came since may not know this site: so everybody
        ever known is asked, too, if only now and then by a member.
        """
        session = self._session
        members = session.desk.around()
        others = [record.key for record in session.wiring.book.records()]
        own = site_of(session.own)
        # Just started, this site is the one that knows that a channel is missing.
        eager = now < self._back_until or not session.member
        for key in dict.fromkeys([*members, *others]):
            if key != session.own and not session.people.banned(key):
                session.wiring.reach(
                    key,
                    session.field.session,
                    session.field.secret,
                    now,
                    first=eager or own < site_of(key),
                    seldom=session.member and key not in members,
                )

    def heard_from(self, channel: Channel, source: Address, now: Micros) -> None:
        """A member is heard; follow it to where it is now."""
        session = self._session
        if source != channel.address and channel.peer.key in session.wiring.kept:
            session.wiring.follow(channel, source, session.field.session, session.field.secret, now)

    def call_at(self, addresses: tuple[str, ...], now: Micros) -> None:
        """Try to find members here, too. Raises `LocalError`."""
        session = self._session
        for text in addresses:
            session.wiring.channels.dial(
                parse_address(text),
                Pattern.MEMBER,
                session.field.session,
                session.field.secret,
                b"",
                now,
            )

    def for_invite(self) -> tuple[str, ...]:
        """Addresses for an invite: this site's first, then other members'."""
        texts: dict[str, None] = dict.fromkeys(self.own_addresses)
        view = self._session.disk.present
        for key in view.keys if view is not None else ():
            texts.update(dict.fromkeys(self._session.wiring.book.texts(key)))
        return tuple(list(texts)[: limits.ADDRESSES_PER_SITE_MAX])
