"""One wish to be let in by a session nearby: from the click on *Ask to join* to its answer.

The person may take it back at any time, also before anything was sent; from then on whatever still
comes in for it changes nothing, so that an old answer never stands beside a new wish. Sends nothing
itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from app.core import limits
from app.core.instant import SECOND
from app.ui.models.lobby import Asked, LobbyModel


class _State(Enum):
    WANTED = auto()
    """This computer gets ready to ask: taking it back needs no word to anybody."""
    SENT = auto()
    """The session may have it on a screen: taking it back is told there."""
    OVER = auto()
    """Answered or taken back: what still comes for it is too late."""


class Wish:
    """Shown by the lobby for as long as it lasts, and its answer after that.

    Args:
        lobby: where it is shown.
        key: the session's row.
        call_later: seconds, and what to call then.
        take_back: tells the session that was asked; called at most once.
    """

    def __init__(
        self,
        lobby: LobbyModel,
        key: str,
        call_later: Callable[[float, Callable[[], None]], object],
        take_back: Callable[[], None],
    ) -> None:
        self._lobby = lobby
        self._call_later = call_later
        self._take_back = take_back
        self._state = _State.WANTED
        self._shown = Asked(key)
        lobby.set_asked(self._shown)

    @property
    def lasts(self) -> bool:
        """Whether it waits for an answer, and nobody took it back."""
        return self._state is not _State.OVER

    def sent(self) -> None:
        """From now on taking it back has to be told."""
        self._state = _State.SENT

    def heard(self, member: str, words: tuple[str, ...]) -> None:
        """A member has it on the screen."""
        if self.lasts:
            self._show(replace(self._shown, member=member, words=words))

    def refused(self, why: str) -> None:
        """It was answered. Who was turned away by a person waits before asking again."""
        if not self.lasts:
            return
        self._state = _State.OVER
        again = not self._shown.member
        self._show(replace(self._shown, answer=why, again=again))
        if not again:
            self._call_later(limits.ASK_AGAIN_MICROS / SECOND, self._may_ask_again)

    def end(self) -> None:
        """It came true, was taken back, or gives way to something else."""
        before, self._state = self._state, _State.OVER
        if self._is_shown():
            self._lobby.set_asked(None)
        if before is _State.SENT:
            self._take_back()

    def granted(self) -> None:
        """This computer is in the session."""
        self._state = _State.OVER
        if self._is_shown():
            self._lobby.set_asked(None)

    def _may_ask_again(self) -> None:
        if self._is_shown():
            self._show(replace(self._shown, again=True))

    def _is_shown(self) -> bool:
        return self._lobby.asked is self._shown

    def _show(self, shown: Asked) -> None:
        self._shown = shown
        self._lobby.set_asked(shown)
