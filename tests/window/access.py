"""What a screen reader sees of the window: things with a role, a name, a place and states.

This is also a test of those names: what a person can't be told of can't be found here either.
Source: AT-SPI 2, interfaces `Accessible` and `Component`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.window.bus import Bus, BusError

_ACCESSIBLE = "org.a11y.atspi.Accessible"
_REGISTRY = "org.a11y.atspi.Registry"
_ROOT = "/org/a11y/atspi/accessible/root"
_ON_SCREEN = 0
_ENABLED, _FOCUSED, _SHOWING, _CHECKED, _ACTIVE = 8, 12, 25, 4, 1
LISTS = frozenset({"list", "table", "tree", "tree table"})


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is shown. The place is in pixels of the screen."""

    role: str
    name: str
    x: int
    y: int
    width: int
    height: int
    states: int
    inside: tuple[str, ...]
    """Roles of what it is in, outermost first."""

    @property
    def middle(self) -> tuple[int, int]:
        """Where one clicks."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def enabled(self) -> bool:
        return bool(self.states >> _ENABLED & 1)

    @property
    def focused(self) -> bool:
        return bool(self.states >> _FOCUSED & 1)

    @property
    def checked(self) -> bool:
        return bool(self.states >> _CHECKED & 1)

    @property
    def active(self) -> bool:
        return bool(self.states >> _ACTIVE & 1)


def accessibility_bus(session: Bus) -> str:
    """Address of the bus that accessible programs are on."""
    return str(session.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus.GetAddress"))


class Sight:
    """Sees one process; `process` is its number."""

    def __init__(self, address: str, process: int) -> None:
        self._bus = Bus(address)
        self._process = process
        self._service = ""

    def close(self) -> None:
        """Look no more."""
        self._bus.close()

    def things(self, *, rows: bool = True) -> list[Thing]:
        """All that is shown, in the order of reading; without the rows of lists if so told."""
        try:
            if not self._service:
                self._service = self._find()
            if not self._service:
                return []
            return list(self._walk(_ROOT, (), rows=rows))
        except BusError:
            # A window closed while it was looked at.
            return []

    def _find(self) -> str:
        for service, _path in self._bus.call(_REGISTRY, _ROOT, f"{_ACCESSIBLE}.GetChildren"):
            number = self._bus.call(
                "org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.GetConnectionUnixProcessID",
                "s",
                service,
            )
            if number == self._process:
                return str(service)
        return ""

    def _walk(self, path: str, inside: tuple[str, ...], *, rows: bool) -> Iterator[Thing]:
        call, service = self._bus.call, self._service
        role = call(service, path, f"{_ACCESSIBLE}.GetRoleName")
        if path != _ROOT:
            low, high = call(service, path, f"{_ACCESSIBLE}.GetState")
            states = low | high << 32
            if not states >> _SHOWING & 1:
                return
            name = call(
                service, path, "org.freedesktop.DBus.Properties.Get", "ss", _ACCESSIBLE, "Name"
            )
            x, y, width, height = call(
                service, path, "org.a11y.atspi.Component.GetExtents", "u", _ON_SCREEN
            )
            yield Thing(role, name, x, y, width, height, states, inside)
        if rows or role not in LISTS:
            for _service, child in call(service, path, f"{_ACCESSIBLE}.GetChildren"):
                if child != "/org/a11y/atspi/null":
                    try:
                        yield from self._walk(child, (*inside, role), rows=rows)
                    except BusError:
                        # This part is gone since; the others are still there.
                        continue
