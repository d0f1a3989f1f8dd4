"""What `talkstick bench ui` sees of the real window: it looks on, presses a key, scrolls, counts.

One scene for each run of the program; what is found is told as JSON-like messages. A thing counts
as painted when Qt's backing store has it. Nothing here is in the way of a window that nobody
measures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.ui.app import Windows
from app.ui.board.pane import BoardPane
from app.ui.windows.main import FIRST_SIZE, MainWindow
from app.ui.windows.session import SessionPage

Message = dict[str, object]
Tell = Callable[[Message], None]

FRAME_MS = 16
"""Between two turns of a wheel."""
WHEEL_STEP = 120
"""What a mouse says for one notch, in eighths of a degree."""
BEAT_MS = 4
"""How often the loop is looked at in a burst; what a turn takes longer than this is seen."""
PLAYED = 3
"""People that this computer plays in a session alone."""
LAST_LINE = "That was all."
"""Says that a burst is over."""


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least `percent` of all do not exceed (nearest rank)."""
    ranked = sorted(samples)
    return ranked[max(0, math.ceil(len(ranked) * percent / 100) - 1)]


class Watch(QObject):
    """Looks on for one scene.

    Args:
        begin_scene: one of `SCENES`, called once the main window is made.
        number: what the scene counts: seconds, frames, objects.
        settle_ms: how long an opened session is left alone, until everything is known and settled.
        tell: gets each message.
        cpu_seconds: reads the processor time of this process.
    """

    def __init__(
        self,
        begin_scene: Callable[[Watch], None],
        number: int,
        settle_ms: int,
        tell: Tell,
        cpu_seconds: Callable[[], float],
    ) -> None:
        super().__init__()
        self._begin_scene = begin_scene
        self.number = number
        self.settle_ms = settle_ms
        self.tell = tell
        self.cpu_seconds = cpu_seconds
        self.clock = QElapsedTimer()
        self._windows: Windows | None = None
        self._waits: dict[QObject, Callable[[], None]] = {}

    def begin(self, windows: Windows) -> None:
        """The main window is made; nothing is painted yet, no session is open."""
        self._windows = windows
        # Where nobody manages windows, a new one has no focus and its cursor does not blink.
        self.main.activateWindow()
        # A small screen would make the chat a drawer, which is not what is measured.
        self.main.resize(*FIRST_SIZE)
        self._begin_scene(self)

    @property
    def windows(self) -> Windows:
        """All windows."""
        assert self._windows is not None, "a scene has begun"
        return self._windows

    @property
    def main(self) -> MainWindow:
        """The main window."""
        assert self.windows.main is not None, "it is shown"
        return self.windows.main

    @property
    def page(self) -> SessionPage:
        """The page of the open session."""
        assert self.main.page is not None, "a session is open"
        return self.main.page

    def ms(self) -> float:
        """Milliseconds since the clock was started."""
        return self.clock.nsecsElapsed() / 1e6

    # --- waiting ----------------------------------------------------------------------------------

    def once_painted(self, widget: QWidget, then: Callable[[], None]) -> None:
        """Call `then` in the turn after the next paint of a widget."""
        self._waits[widget] = then
        widget.installEventFilter(self)

    def once_ready(self, then: Callable[[], None]) -> None:
        """Call `then` when a session's page has been shown."""

        def ready(_event: object) -> None:
            self.windows.bridge.ready.disconnect(ready)
            then()

        self.windows.bridge.ready.connect(ready)

    def until(self, holds: Callable[[], bool], then: Callable[[], None]) -> None:
        """Look every few milliseconds; for what is not timed."""

        def look() -> None:
            if holds():
                then()
            else:
                self.later(FRAME_MS, look)

        look()

    def later(self, milliseconds: int, then: Callable[[], None]) -> None:
        """Call `then` after a time."""
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)
        timer.timeout.connect(timer.deleteLater)
        timer.timeout.connect(then)
        timer.start(milliseconds)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Sees what is painted."""
        if event.type() == QEvent.Type.Paint and watched in self._waits:
            then = self._waits.pop(watched)
            watched.removeEventFilter(self)
            self.later(0, then)
        return False

    def takes_a_key(self) -> bool:
        """Whether the field that has the window's focus takes a letter."""
        field: QWidget | None = self.main.focusWidget()
        if not isinstance(field, QLineEdit | QPlainTextEdit):
            field = self.main.findChild(QLineEdit)
        if not isinstance(field, QLineEdit | QPlainTextEdit):
            return False
        before = _text_of(field)
        press = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a"
        )  # fmt: skip
        QApplication.sendEvent(field, press)
        return len(_text_of(field)) == len(before) + 1


def _text_of(field: QLineEdit | QPlainTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


# --- scenes ---------------------------------------------------------------------------------------


def start(watch: Watch) -> None:
    """Until a letter can be typed: in the session that opens again, else in the lobby."""
    goes_on = watch.windows.memory.kept.open

    def usable() -> None:
        watch.tell({"event": "usable" if watch.takes_a_key() else "dead"})

    def shown() -> None:
        watch.once_painted(watch.page.chat_pane.composer.field.viewport(), usable)

    if goes_on:
        watch.once_ready(shown)
    else:
        watch.once_painted(watch.main.lobby, usable)


def rest(watch: Watch) -> None:
    """Processor time of a session in which nothing happens, over `number` seconds."""

    def begin() -> None:
        before = watch.cpu_seconds()
        watch.clock.start()

        def over() -> None:
            percent = 100_000 * (watch.cpu_seconds() - before) / watch.ms()
            watch.tell({"event": "figures", "idle_cpu_percent": percent})

        watch.later(1_000 * watch.number, over)

    watch.once_ready(lambda: watch.later(watch.settle_ms, begin))


def board(watch: Watch) -> None:
    """Until `number` objects are on the board, and all of them were painted."""

    def drawn() -> None:
        pane = board_of(watch.page)
        pane.show_all()
        watch.later(watch.settle_ms, lambda: watch.tell({"event": "shown"}))

    def ready() -> None:
        watch.tell({"event": "ready"})
        watch.until(lambda: len(board_of(watch.page).scene.in_order()) >= watch.number, drawn)

    watch.once_ready(ready)


def board_of(page: SessionPage) -> BoardPane:
    """The board of the page."""
    assert isinstance(page.board, BoardPane), "the program's own board"
    return page.board


def chat(watch: Watch) -> None:
    """Open the kept session from the lobby, then turn the wheel upwards `number` times."""

    def click() -> None:
        watch.clock.start()
        watch.once_ready(lambda: ready(watch.ms()))
        watch.main.lobby.open_kept.emit(watch.windows.lobby.kept[0].key)

    def ready(until_ready: float) -> None:
        rows = watch.page.chat.modelReset
        lines = watch.page.chat_pane.list

        def filled() -> None:
            rows.disconnect(filled)
            watch.once_painted(lines.viewport(), lambda: shown(until_ready, watch.ms()))

        rows.connect(filled)

    def shown(until_ready: float, until_shown: float) -> None:
        figures = {"chat_ready_ms": until_ready, "chat_open_ms": until_shown}
        watch.later(watch.settle_ms, lambda: _scroll(watch, figures))

    watch.later(watch.settle_ms, click)


def _scroll(watch: Watch, figures: dict[str, float]) -> None:
    """Turn the wheel at the pace of a screen; late for a frame is what a person sees as a jerk."""
    lines = watch.page.chat_pane.list
    frames: list[float] = []
    due = 0.0

    def turn() -> None:
        nonlocal due
        _wheel(lines.viewport())
        QApplication.sendEvent(watch.main, QEvent(QEvent.Type.UpdateRequest))
        frames.append(watch.ms() - due)
        if len(frames) < watch.number:
            due = max(due + FRAME_MS, watch.ms())
            watch.later(max(0, math.ceil(due - watch.ms())), turn)
            return
        watch.tell(
            {
                "event": "figures",
                **figures,
                "chat_scroll_ms_p95": percentile(frames, 95),
                "chat_scroll_ms_max": max(frames),
                "rows": watch.page.chat.rowCount(),
            }
        )

    watch.clock.start()
    turn()


def _wheel(viewport: QWidget) -> None:
    at = QPointF(viewport.rect().center())
    event = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        QPoint(0, WHEEL_STEP),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def burst(watch: Watch) -> None:
    """While others say many lines: how late the loop is for a timer that rings all the time."""
    late: list[float] = []
    due = 0.0
    beat = QTimer(watch)
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    beat.setSingleShot(True)
    beat.setInterval(BEAT_MS)

    def ring() -> None:
        nonlocal due
        late.append(max(0.0, watch.ms() - due))
        due = watch.ms() + BEAT_MS
        if _is_over(watch.page):
            watch.tell(
                {
                    "event": "figures",
                    "burst_tick_ms_p99": percentile(late, 99),
                    "burst_tick_ms_max": max(late),
                }
            )
        else:
            beat.start()

    def begin() -> None:
        nonlocal due
        watch.clock.start()
        due = BEAT_MS
        beat.timeout.connect(ring)
        beat.start()
        watch.tell({"event": "looking"})

    watch.once_ready(lambda: watch.later(watch.settle_ms, begin))


def _is_over(page: SessionPage) -> bool:
    count = page.chat.rowCount()
    row = page.chat.item(count - 1).row if count else None
    return row is not None and row.text == LAST_LINE


def session(watch: Watch) -> None:
    """Until who is in the session is known and everybody has settled what there is."""
    watch.once_ready(lambda: watch.later(watch.settle_ms, lambda: watch.tell({"event": "ready"})))


def alone(watch: Watch) -> None:
    """Try it alone, until everybody is there."""

    def ready() -> None:
        watch.until(
            lambda: watch.page.people.rowCount() > PLAYED, lambda: watch.tell({"event": "playing"})
        )

    watch.once_ready(ready)
    watch.main.lobby.try_alone.emit()


SCENES: dict[str, Callable[[Watch], None]] = {
    "start": start,
    "rest": rest,
    "board": board,
    "chat": chat,
    "burst": burst,
    "session": session,
    "alone": alone,
}
