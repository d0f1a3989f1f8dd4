"""Looking around in the network: which sessions are near, told by themselves.

A machine of its own beside the site's, with a key that lives as long as it does: whoever only looks
names nobody. Where sessions are is sighted by others (zeroconf, broadcast, a typed address), what
they are is asked at every address again and again; a session is shown while it answers, whatever
was sighted. It never shows what only an announcement claims.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.core import limits
from app.core.errors import LocalError
from app.core.ids import Key
from app.core.instant import Micros, after, earliest
from app.core.rng import Entropy
from app.crypto.hello import HANDSHAKE_VERSION, Pattern
from app.crypto.keys import Identity
from app.node.addressbook import address_text, parse_address
from app.node.api import NearChanged, NearShown
from app.node.channels import Channels
from app.node.contract import (
    Address,
    DatagramReceived,
    Emit,
    SendDatagram,
    Sighted,
    SightLost,
    TimerFired,
)
from app.node.frames import About, AboutWanted
from app.node.wiring import Wiring

Looked = Sighted | SightLost | DatagramReceived | TimerFired
"""What an onlooker takes."""


@dataclass(slots=True)
class Site:
    """Somebody who answered: what it said last, when, and where it is."""

    about: About
    heard_at: Micros
    address: Address


@dataclass(slots=True)
class Sight:
    """Where a session was sighted: for each address when to call there next, and the pause then.

    `lost_at` is when a goodbye was heard: whoever has not answered since is gone soon.
    """

    calls: dict[Address, tuple[Micros, int]]
    lost_at: Micros | None = None


class Onlooker:
    """One look around, for a lobby or a command that waits for a session.

    Args:
        entropy: unpredictable bytes, for keys and nonces.
    """

    def __init__(self, entropy: Entropy) -> None:
        channels = Channels(
            identity=Identity(entropy(32)),
            incarnation=1,
            entropy=entropy,
            lookup=lambda _header: None,
            null_crypto=False,
        )
        self._wiring = Wiring(channels)
        self._sights: dict[bytes, Sight] = {}
        self._sites: dict[Key, Site] = {}
        self._shown: tuple[NearShown, ...] = ()
        self._ask_at: Micros | None = None

    def handle(self, given: Looked, now: Micros) -> list[SendDatagram | Emit]:
        """Take one input; everything it leads to. Never raises on what a stranger sent."""
        match given:
            case Sighted(tag, addresses):
                self._sighted(tag, addresses, now)
            case SightLost(tag):
                if tag in self._sights:
                    # It may live on at other sites: who answers stays, the others are asked at once.
                    self._sights[tag] = Sight({}, now)
                    self._ask_at = now
            case DatagramReceived(source, data):
                self._datagram(source, data, now)
            case TimerFired():
                pass
        return self._finish(now)

    @property
    def sights(self) -> int:
        """How many sightings are followed."""
        return len(self._sights)

    def _sighted(self, tag: bytes, addresses: tuple[str, ...], now: Micros) -> None:
        found: list[Address] = []
        for text in addresses[: limits.ADDRESSES_PER_SITE_MAX]:
            try:
                found.append(parse_address(text))
            except LocalError:
                self._wiring.channels.count("an address that is none")
        if not found:
            return
        sight = self._sights.pop(tag, Sight({}))
        # Where nobody answers for it, it may have been opened just now: it is called at once.
        known = sight.calls if self._telling(tag) else {}
        calls = {address: known.get(address, (now, 0)) for address in found}
        for address, call in sight.calls.items():
            if len(calls) < limits.ADDRESSES_PER_SITE_MAX:
                calls.setdefault(address, call)
        self._sights[tag] = Sight(calls, sight.lost_at)
        self._ask_at = now
        if len(self._sights) > limits.NEAR_SESSIONS_MAX:
            del self._sights[next(iter(self._sights))]

    def _telling(self, tag: bytes) -> list[Site]:
        """The sites that answer for a session."""
        return [site for site in self._sites.values() if site.about.tag == tag]

    def _datagram(self, source: Address, data: bytes, now: Micros) -> None:
        received = self._wiring.receive(source, data, now)
        for channel, _begins in self._wiring.new_peers(now):
            self._wiring.send(channel.peer.key, AboutWanted())
        if received is None:
            return
        channel, frames = received
        for frame in frames:
            if isinstance(frame, About):
                self._sites[channel.peer.key] = Site(frame, now, channel.address)

    def _finish(self, now: Micros) -> list[SendDatagram | Emit]:
        if self._ask_at is not None and now >= self._ask_at:
            self._ask(now)
        self._forget(now)
        outputs: list[SendDatagram | Emit] = [
            SendDatagram(target, data) for target, data in self._wiring.flush(now)
        ]
        near = self._near()
        if near != self._shown:
            self._shown = near
            outputs.append(Emit(NearChanged(near)))
        return outputs

    def _ask(self, now: Micros) -> None:
        """Ask who answers again, and call where nobody does, less and less often."""
        self._ask_at = after(now, limits.ASK_REPEAT_MICROS)
        for key in self._sites:
            self._wiring.send(key, AboutWanted())
        answering = {
            site.address
            for site in self._sites.values()
            if now - site.heard_at < limits.CHANNEL_SILENT_MICROS
        }
        for sight in self._sights.values():
            for address, (at, pause) in sight.calls.items():
                if now >= at and address not in answering:
                    longer = min(max(2 * pause, limits.ASK_REPEAT_MICROS), limits.NEAR_PAUSE_MICROS)
                    sight.calls[address] = (after(now, longer), longer)
                    self._wiring.channels.dial(address, Pattern.ASK, b"", b"", b"", now)

    def _forget(self, now: Micros) -> None:
        for key, site in list(self._sites.items()):
            if now >= self._ends(site):
                del self._sites[key]
                self._wiring.forget(key)
        for tag, sight in list(self._sights.items()):
            if sight.lost_at is not None and now - sight.lost_at >= limits.NEAR_GOODBYE_MICROS:
                calls = {site.address: (now, 0) for site in self._telling(tag)} | sight.calls
                if calls:
                    self._sights[tag] = Sight(calls)
                else:
                    del self._sights[tag]

    def _ends(self, site: Site) -> Micros:
        """When a site counts as gone, unless it answers."""
        end = after(site.heard_at, limits.NEAR_SILENCE_MICROS)
        sight = self._sights.get(site.about.tag)
        if sight is None or sight.lost_at is None or site.heard_at > sight.lost_at:
            return end
        return min(end, after(sight.lost_at, limits.NEAR_GOODBYE_MICROS))

    def _near(self) -> tuple[NearShown, ...]:
        """One row for each session; of its sites, who was heard first speaks for it."""
        by_tag: dict[bytes, list[Site]] = {}
        for site in self._sites.values():
            by_tag.setdefault(site.about.tag, []).append(site)
        rows = [_row(sites) for sites in by_tag.values()]
        return tuple(sorted(rows, key=lambda row: (row.title, row.tag)))

    def deadline(self) -> Micros | None:
        """When to ask again, or to look who is gone."""
        asks = [self._ask_at] if self._ask_at is not None and self._sights else []
        ends = [self._ends(site) for site in self._sites.values()]
        goodbyes = [
            after(sight.lost_at, limits.NEAR_GOODBYE_MICROS)
            for sight in self._sights.values()
            if sight.lost_at is not None
        ]
        return earliest(self._wiring.deadline(), *asks, *ends, *goodbyes)


def _row(sites: list[Site]) -> NearShown:
    about = sites[0].about
    letting_in = [site for site in sites if site.about.admits]
    ordered = letting_in + [site for site in sites if not site.about.admits]
    addresses = [address_text(*site.address) for site in ordered]
    return NearShown(
        tag=about.tag,
        title=about.title,
        people=about.people,
        count=about.count,
        holder=about.holder,
        admits=bool(letting_in),
        addresses=tuple(addresses[: limits.ADDRESSES_PER_SITE_MAX]),
        version=about.version,
        too_new=about.wire > HANDSHAKE_VERSION,
    )
