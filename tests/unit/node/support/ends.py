"""Two or more `Channels` and the datagrams between them, with no machine around."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.instant import Micros
from app.core.rng import Rng
from app.crypto.hello import HelloHeader, Pattern, Terms
from app.crypto.keys import Identity
from app.node.channels import Channels
from app.node.channeltable import Channel
from app.node.contract import Address

START = Micros(0)
SESSION = bytes(range(32))
SECRET = b"s" * 32
INVITE = b"i" * 16


@dataclass
class End:
    """One site's channels, and what is proven to it."""

    channels: Channels
    address: Address
    identity: Identity
    packets: list[bytes] = field(default_factory=list)
    opened: list[Channel] = field(default_factory=list)

    @property
    def key(self):
        return self.identity.key

    def take(self, source: Address, data: bytes, now: Micros = START) -> None:
        got = self.channels.receive(source, data, now)
        self.opened += self.channels.opened
        self.channels.opened = []
        if got is not None:
            self.packets.append(got[1])

    def out(self) -> list[tuple[Address, bytes]]:
        sends, self.channels.sends = self.channels.sends, []
        return sends

    def dial(self, other: End, pattern: Pattern = Pattern.MEMBER, secret: bytes = SECRET) -> None:
        self.dial_at(other, Micros(0), pattern, secret)

    def dial_at(
        self,
        other: End,
        now: Micros,
        pattern: Pattern = Pattern.MEMBER,
        secret: bytes = SECRET,
    ) -> None:
        invite = INVITE if pattern is Pattern.INVITE else b""
        self.channels.dial(other.address, pattern, SESSION, secret, invite, now)

    def used(self, other: End) -> Channel:
        """The channel in use to another end."""
        channel = self.channels.table.channel(other.key)
        assert channel is not None
        return channel

    def reaches(self, other: End, text: bytes = b"hello") -> bool:
        """Whether a packet gets from here to there, now."""
        if not self.channels.seal(other.key, text):
            return False
        before = len(other.packets)
        carry(self, other)
        return other.packets[before:] == [text]


def lookup(header: HelloHeader) -> Terms | None:
    if header.pattern is Pattern.INVITE and header.invite_id != INVITE:
        return None
    return Terms(SESSION, SECRET)


def end(name: str, *, incarnation: int = 1, number: int = 1, null: bool = False) -> End:
    """The same name is the same identity; another incarnation has other keys and indices."""
    identity = Identity(Rng(name).bytes(32))
    channels = Channels(
        identity=identity,
        incarnation=incarnation,
        entropy=Rng(f"{name} {incarnation}").bytes,
        lookup=lookup,
        null_crypto=null,
    )
    return End(channels, (f"10.0.0.{number}", 7000), identity)


def pair() -> tuple[End, End]:
    """Two ends, the lower site first."""
    one, other = end("one", number=1), end("other", number=2)
    return (one, other) if one.identity.site < other.identity.site else (other, one)


def carry(*ends: End, now: Micros = START) -> list[tuple[Address, Address, bytes]]:
    """Deliver until nobody has anything to send; what was carried."""
    by_address = {each.address: each for each in ends}
    carried: list[tuple[Address, Address, bytes]] = []
    for _ in range(50):
        sent = [(each.address, target, data) for each in ends for target, data in each.out()]
        if not sent:
            return carried
        carried += sent
        for source, target, data in sent:
            if target in by_address:
                by_address[target].take(source, data, now)
    raise AssertionError("they never come to rest")
