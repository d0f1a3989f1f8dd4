"""Where sites can be reached: what each says of itself, signed and numbered. Bounded.

Only here do names and addresses meet. Hosts are texts that the driver understands.
"""

from __future__ import annotations

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key
from app.crypto.keys import verify
from app.node.contract import Address
from app.node.frames import Reachable


def parse_address(text: str) -> Address:
    """Read host:port; an IPv6 host stands in brackets.

    Raises:
        LocalError: it is not one.
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if (
        not colon
        or not host
        or not port.isascii()
        or not port.isdigit()
        or not 0 <= int(port) < 65536
    ):
        message = f"'{text}' is not an address (expected HOST:PORT)"
        raise LocalError(message)
    return host, int(port)


def address_text(host: str, port: int) -> str:
    """host:port, an IPv6 host in brackets: what `parse_address` reads."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def usable(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Those texts that are addresses and fit an invite."""
    kept: dict[str, None] = {}
    for text in texts:
        try:
            parse_address(text)
        except LocalError:
            continue
        if len(text) <= limits.INVITE_ADDRESS_CHARACTERS_MAX:
            kept[text] = None
    return tuple(kept)


class AddressBook:
    """The newest signed addresses of each site, and hints about where to knock."""

    def __init__(self) -> None:
        self.kept: tuple[Key, ...] = ()
        self._known: dict[Key, Reachable] = {}
        self._seen: dict[Key, Address] = {}

    def learn(self, record: Reachable) -> bool:
        """Keep a newer record whose signature holds; whether it was news."""
        old = self._known.get(record.key)
        if (old is not None and old.number >= record.number) or not verify(
            record.key, record.covered(), record.signature
        ):
            return False
        if old is None and not self._make_room():
            return False
        self._known[record.key] = record
        return True

    def _make_room(self) -> bool:
        """Forget the stranger that was learned first, if there are too many sites."""
        if len(self._known) < limits.ADDRESS_BOOK_SITES_MAX:
            return True
        strangers = (key for key in self._known if key not in self.kept)
        victim = next(strangers, None)
        if victim is not None:
            del self._known[victim]
        return victim is not None

    def number_of(self, key: Key) -> int:
        """The number of the record kept of a site, 0 for none."""
        record = self._known.get(key)
        return record.number if record is not None else 0

    def saw(self, key: Key, address: Address) -> None:
        """A handshake with this site came from here."""
        if key in self._seen or len(self._seen) < limits.ADDRESS_BOOK_SITES_MAX:
            self._seen[key] = address

    def lost(self, key: Key) -> None:
        """Nobody expects this site where it was last."""
        self._seen.pop(key, None)

    def addresses(self, key: Key) -> list[Address]:
        """Where to try, the last working one first."""
        found: dict[Address, None] = {}
        if key in self._seen:
            found[self._seen[key]] = None
        for text in self.texts(key):
            found[parse_address(text)] = None
        return list(found)

    def texts(self, key: Key) -> tuple[str, ...]:
        """What a site says of where it can be reached, as far as it makes sense."""
        record = self._known.get(key)
        return usable(record.addresses) if record is not None else ()

    def records(self) -> tuple[Reachable, ...]:
        """What is known, members first, as much as one frame takes."""
        known = sorted(self._known.values(), key=lambda record: record.key not in self.kept)
        return tuple(known[: limits.MEMBERS_MAX])

    def restore(self, records: tuple[Reachable, ...]) -> None:
        """What was known before a restart."""
        for record in records:
            self.learn(record)
