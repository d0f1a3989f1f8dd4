"""What a person can wish of a share, each as the one command it is. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from app.core.ids import SiteId
from app.node.api import (
    Answered,
    AskFloor,
    EndShare,
    GiveFloor,
    RaiseShare,
    RestartShare,
    SetFloor,
    StopShare,
)
from app.ui.strings import Floor, Share


class Wish(Enum):
    """Buttons; the value is what stands on them."""

    START = Share.START
    WATCH = Share.WATCH
    STOP = Share.STOP
    CLOSE = Share.CLOSE_COPY
    AGAIN = Share.AGAIN
    REPAIR = Share.REPAIR
    FRONT = Share.FRONT
    AFRESH = Share.AFRESH
    PUT_AWAY = Share.PUT_AWAY
    END = Share.END
    ASK = Floor.ASK
    WITHDRAW = Floor.WITHDRAW
    GIVE_ON = Floor.GIVE_ON

    @property
    def text(self) -> str:
        """What stands on its button."""
        said: str = self.value()
        return said


Make = Callable[[int], Answered]

_COMMANDS: dict[Wish, Callable[[int, str], Answered]] = {
    Wish.STOP: StopShare,
    Wish.CLOSE: StopShare,
    Wish.AGAIN: RestartShare,
    Wish.REPAIR: RestartShare,
    Wish.FRONT: RaiseShare,
    Wish.END: EndShare,
    Wish.ASK: AskFloor,
    Wish.WITHDRAW: GiveFloor,
    Wish.GIVE_ON: GiveFloor,
}


def command_of(wish: Wish, share: str) -> Make | None:
    """The command of a wish, None for those that need to ask the person first."""
    kind = _COMMANDS.get(wish)
    return None if kind is None else (lambda token: kind(token, share))


def give_to(share: str, site: SiteId) -> Make:
    """Let somebody act."""
    return lambda token: GiveFloor(token, share, site)


def set_policy(share: str, policy: str) -> Make:
    """Another rule of who may act."""
    return lambda token: SetFloor(token, share, policy)
