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


class AddressBook:
    """The newest signed addresses of each site, and hints about where to knock."""

    def __init__(self) -> None:
        self._known: dict[Key, Reachable] = {}
        self._seen: dict[Key, Address] = {}

    def learn(self, record: Reachable) -> bool:
        """Keep a newer record whose signature holds; whether it was news."""
        old = self._known.get(record.key)
        if old is not None and old.number >= record.number:
            return False
        if len(self._known) >= limits.ADDRESS_BOOK_SITES_MAX and old is None:
            return False
        if not verify(record.key, record.covered(), record.signature):
            return False
        self._known[record.key] = record
        return True

    def saw(self, key: Key, address: Address) -> None:
        """A handshake with this site came from here."""
        if key in self._seen or len(self._seen) < limits.ADDRESS_BOOK_SITES_MAX:
            self._seen[key] = address

    def addresses(self, key: Key) -> list[Address]:
        """Where to try, the last working one first."""
        found: dict[Address, None] = {}
        if key in self._seen:
            found[self._seen[key]] = None
        record = self._known.get(key)
        for text in record.addresses if record is not None else ():
            try:
                found[parse_address(text)] = None
            except LocalError:
                continue
        return list(found)

    def records(self) -> tuple[Reachable, ...]:
        """Everything known, to pass on."""
        return tuple(list(self._known.values())[: limits.MEMBERS_MAX])

    def restore(self, records: tuple[Reachable, ...]) -> None:
        """What was known before a restart."""
        for record in records:
            self.learn(record)

    def __contains__(self, key: Key) -> bool:
        return key in self._known or key in self._seen
