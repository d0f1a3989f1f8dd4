"""The board of a session: canvas, tools and bars, and which of them shows when.

The window gives it the looks, a way to submit commands, and hands it every event by `take`. It
talks to no other pane; what it can't show itself it says by `said`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.core.ids import SiteId
from app.node.api import BoardObjectShown, Command, Looking, PointerAt, Selected
from app.ui.actions import ACTIONS, Scope, dress_actions, make_action
from app.ui.board.bars import HereBar, Notice, SelectionBar, ZoomBar
from app.ui.board.canvas import Canvas
from app.ui.board.chosen import Chosen
from app.ui.board.desk import Desk
from app.ui.board.editor import TextEditor
from app.ui.board.following import Following
from app.ui.board.geometry import bounds_of_all
from app.ui.board.hints import HintSender
from app.ui.board.keyboard import Keyboard
from app.ui.board.live import LiveLayer
from app.ui.board.marks import MarksLayer
from app.ui.board.menu import BoardMenu
from app.ui.board.minimap import Minimap
from app.ui.board.model import MAIN_BOARD, BoardModel
from app.ui.board.options import PARTS_OF_TOOL, OptionStrip
from app.ui.board.others import ChosenByOthersLayer, LaserLayer, PointerLayer, colour_of, name_of
from app.ui.board.outline import DOCKED_WIDTH_PX, OutlineDrawer
from app.ui.board.outline import WIDTH_PX as OUTLINE_WIDTH_PX
from app.ui.board.presence import Presence
from app.ui.board.restyle import Restyle
from app.ui.board.saving import Saving
from app.ui.board.scene import BoardScene
from app.ui.board.selection import Selection
from app.ui.board.style import StyleBox
from app.ui.board.toolbar import Toolbar
from app.ui.board.tools.catalog import make_tools
from app.ui.fonts import Role
from app.ui.speech import speak
from app.ui.strings import Board
from app.ui.style_sheet import set_kind
from app.ui.theme import Looks, Motion, Theme

EDGE_PX = 12
"""Between the bars and the edges of the board."""
STRIP_GAP_PX = 8
MINIMAP_FROM_PX = 760
"""On a narrower board the map would lie over what it shows."""
DOCKED_FROM_PX = 1_400
"""On a wider board the outline stands beside it."""
AGE_MS = 1_000
"""How often it is looked whether a pointer is old."""
SELECTED_TOLD_MAX = 64
"""Ids of an own selection that the others are told of."""


class BoardPane(QWidget):
    """One board with all that belongs to it. `tokens` numbers commands, unlike any other's."""

    needs_room = Signal()
    """Something at the right edge was opened: what lies over it should go."""
    said = Signal(str)
    """A text for people about what was just tried: for a toast."""

    def __init__(
        self,
        looks: Looks,
        submit: Callable[[Command], None],
        tokens: Callable[[], int],
        board: str = MAIN_BOARD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._looks = looks
        theme = looks.theme
        self._clock = QElapsedTimer()
        self._clock.start()
        self.model = BoardModel(submit, tokens, board, self)
        self.presence = Presence(board, self._clock.elapsed, self)
        self.selection = Selection(self.model, self)
        self.style_box = StyleBox(self)
        self.scene = BoardScene(self.model, theme, self)
        self.canvas = Canvas(self.scene, theme, self)
        self._hints = HintSender(submit, self)
        self._make_layers()
        self.desk = self._make_desk()
        self._tools = make_tools(self.desk)
        self._keyboard = Keyboard(self.desk, self.read_out)
        self.following = Following(self.canvas.camera, self.model, self.presence, self)
        self._restyle = Restyle(self.desk)
        self._chosen = Chosen(self.desk)
        self._saving = Saving(self, self.desk, looks)
        self.actions_by_name: dict[str, QAction] = {}
        self._make_actions(theme)
        self._make_bars(theme)
        self._tool_name = ""
        self._keeps_tool = False
        self._connect()
        self._wear(theme)
        self.use_tool("select")

    def take(self, event: object) -> None:
        """Take in an event of the node."""
        self.model.take(event)
        self.presence.take(event)

    def stops(self) -> list[tuple[QWidget, Callable[[], object]]]:
        """Parts that F6 goes to, and how each takes the focus."""
        found: list[tuple[QWidget, Callable[[], object]]] = [
            (self.canvas, self.enter),
            (self.toolbar, self.toolbar.enter),
        ]
        if self.outline.isVisible():
            found.append((self.outline, self._enter_outline))
        return found

    @property
    def bars(self) -> tuple[QWidget, ...]:
        """The board and what lies over it, in order of reading; Tab goes through the bars."""
        tools = (self.toolbar, self.strip, self.selection_bar)
        return (self.canvas, *tools, self.zoom_bar, self.here_bar, self.outline)

    def begin_at(self, x: float, y: float, zoom: float) -> None:
        """Show the place where the person was before."""
        self.canvas.begin_at(QPointF(x, y), zoom)

    def spot(self) -> tuple[float, float, float]:
        """The point of the board in the middle, and the zoom."""
        middle = self.canvas.camera.middle
        return middle.x(), middle.y(), self.canvas.camera.zoom

    def enter(self) -> None:
        """Take the focus: letters are tools."""
        self.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def tool_name(self) -> str:
        """The chosen tool."""
        return self._tool_name

    def read_out(self, text: str) -> None:
        """Say to a screen reader what a key did."""
        speak(self.canvas, text)

    # --- making ---

    def _make_layers(self) -> None:
        overlay, model, presence = self.canvas.overlay, self.model, self.presence
        self._live = LiveLayer(overlay, model, presence)
        ChosenByOthersLayer(overlay, model, presence)
        self._marks = MarksLayer(overlay, model, self.selection)
        LaserLayer(overlay, presence, self._clock.elapsed)
        PointerLayer(overlay, model, presence, self._clock.elapsed)

    def _make_desk(self) -> Desk:
        return Desk(
            model=self.model,
            presence=self.presence,
            scene=self.scene,
            selection=self.selection,
            style=self.style_box,
            camera=self.canvas.camera,
            live=self._live,
            marks=self._marks,
            hints=self._hints,
            write=self._open_editor,
            finished=self._finish_tool,
            say=self.said.emit,
            pointer=lambda: self.canvas.pointer,
        )

    def _make_actions(self, theme: Theme) -> None:
        does: dict[str, Callable[[], object]] = {
            "undo": self.model.undo,
            "redo": self.model.redo,
            "zoom-in": lambda: self.canvas.camera.step(larger=True),
            "zoom-out": lambda: self.canvas.camera.step(larger=False),
            "zoom-100": self._show_real_size,
            "zoom-all": self.show_all,
            "zoom-selection": self._show_selection,
            "export": self._saving.ask,
            "follow": self._follow_or_not,
            "outline": self._open_outline,
            **self._chosen.actions(),
        }
        for name, row in ACTIONS.items():
            if row.scope is Scope.TOOL:
                tool = name.removeprefix("tool-")
                if tool not in self._tools:
                    continue
                action = make_action(name, theme, self)
                action.triggered.connect(lambda _on, tool=tool: self.use_tool(tool))
                self.actions_by_name[tool] = action
            elif row.scope is Scope.BOARD and name in does:
                action = make_action(name, theme, self, 18)
                action.triggered.connect(lambda _on, do=does[name]: do())
                self.actions_by_name[name] = action

    def _make_bars(self, theme: Theme) -> None:
        actions = self.actions_by_name
        board = self.canvas.viewport()
        self._empty = QLabel(Board.EMPTY(), board)
        set_kind(self._empty, "hint")
        self._empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.zoom_bar = ZoomBar(theme, actions, board)
        self.here_bar = HereBar(theme, actions, self.model, board)
        self.minimap = Minimap(
            theme, self.scene, self.canvas.camera, self.model, self.presence, board
        )
        self.toolbar = Toolbar(theme, actions, board)
        self.strip = OptionStrip(theme, self.style_box, board)
        self.selection_bar = SelectionBar(theme, actions, board, self._restyle.box)
        self._notice = Notice(theme, board)
        for widget in (
            self._empty,
            self.zoom_bar,
            self.here_bar,
            self.minimap,
            self.toolbar,
            self.strip,
            self.selection_bar,
            self.selection_bar.strip,
            self._notice,
        ):
            self.canvas.pin(widget)
        self._menu = BoardMenu(self.desk, actions, board, lambda: self.use_tool("select"))
        self.outline = OutlineDrawer(self.model, self.selection, theme, self)
        self.editor = TextEditor(theme, board)
        self._age = QTimer(self)
        self._age.setInterval(AGE_MS)
        self._age.timeout.connect(self._grow_old)

    def _connect(self) -> None:
        self._looks.changed.connect(self._wear)
        self.canvas.camera.moved.connect(self._follow_camera)
        self.canvas.pointed.connect(self._point)
        self.canvas.tapped.connect(self._keyboard.tap)
        self.canvas.menu_wanted.connect(self._open_menu)
        self.canvas.key_pressed.connect(self._take_key)
        self.model.objects_changed.connect(self._follow_objects)
        self.model.undo_changed.connect(self._follow_undo)
        self.model.refused.connect(lambda why: self.said.emit(Board.REFUSED(reason=why)))
        self.selection.changed.connect(self._follow_selection)
        self._marks.changed.connect(self._place_selection_bar)
        self.presence.text_changed.connect(self._preview_text)
        self.presence.pointer_moved.connect(lambda _site: self._age.start())
        self.presence.stroke_grown.connect(lambda *_: self._age.start())
        self.toolbar.kept.connect(self._keep_tool)
        self.strip.resized.connect(self._lay_out)
        self.selection_bar.strip.resized.connect(self._place_selection_bar)
        self.outline.closed.connect(self._close_outline)
        self.outline.chose.connect(self._uncover_selection)
        self.outline.went_to.connect(self._show_selection)
        self.here_bar.wanted.connect(self.following.follow)
        self.following.changed.connect(self._follow_followed)
        self.model.people_changed.connect(self._follow_people)
        self.editor.ended.connect(self._end_text)
        self._follow_undo()
        self._follow_followed()

    # --- tools ---

    def use_tool(self, name: str) -> None:
        """Choose a tool; a running gesture is given up."""
        self.editor.close_text()
        if self._tool_name:
            self._tools[self._tool_name].cancel()
        self._keeps_tool = False
        self._tool_name = name
        for tool in self._tools:
            self.actions_by_name[tool].setChecked(tool == name)
        self.canvas.use(self._tools[name])
        self._keyboard.use(self._tools[name])
        if name not in ("select", "pan"):
            self.selection.clear()
        parts = PARTS_OF_TOOL.get(name, ())
        self.strip.offer(parts)
        self.strip.setVisible(bool(parts))
        self._lay_out()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep_tool(self, name: str) -> None:
        self.use_tool(name)
        self._keeps_tool = True

    def _finish_tool(self) -> None:
        if not (self._keeps_tool or self._tools[self._tool_name].stays):
            self.use_tool_quietly("select")

    def use_tool_quietly(self, name: str) -> None:
        """Choose a tool while an editor may be open."""
        if self.editor.is_open:
            self._after_text = name
        else:
            self.use_tool(name)

    def _open_menu(self, pixel: QPoint | None) -> None:
        """Not while something is drawn or written: the menu would tear it off."""
        if self._tools[self._tool_name].busy or self.editor.is_open:
            return
        if pixel is not None:
            self._keyboard.hide()
        self._menu.open(pixel)

    def _open_editor(self, at: QPointF, shown: BoardObjectShown | None) -> None:
        self.selection.clear()
        self.editor.open_at(self.desk, at, shown)

    def _end_text(self) -> None:
        after, self._after_text = self._after_text, ""
        if after:
            self.use_tool(after)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    _after_text = ""

    # --- keys ---

    def _take_key(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
            event.accept()
        else:
            self._keyboard.take(event)

    def _escape(self) -> None:
        """The first that applies; the editor has had its own Esc before."""
        tool = self._tools[self._tool_name]
        if tool.busy:
            tool.cancel()
            self._keyboard.hide()
        elif self._marks.cross is not None:
            self._keyboard.hide()
        elif self._tool_name != "select":
            self.use_tool("select")
        elif len(self.selection):
            self.selection.clear()
        else:
            self.following.stop()

    # --- camera ---

    def show_all(self) -> None:
        """See everything."""
        area = self.scene.extent()
        if not area.isNull():
            self._fit(area)

    def _fit(self, area: QRectF) -> None:
        """Fly to where all of it lies between the bars."""
        theme = self._looks.theme
        gap = theme.px(STRIP_GAP_PX)
        above = self.zoom_bar.geometry().bottom() + gap
        below = self.height() - self.toolbar.y() + gap
        self.canvas.camera.fit(area, theme.duration(Motion.CAMERA), (above, below))

    def _open_outline(self) -> None:
        if self.outline.isVisible():
            self.outline.close_it()
            return
        self.outline.show()
        self._lay_out()
        self.outline.raise_()
        self._enter_outline()

    def _enter_outline(self) -> None:
        self.needs_room.emit()
        self.outline.enter()

    def _close_outline(self) -> None:
        self.actions_by_name["outline"].setChecked(False)
        self._lay_out()
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_selection(self) -> None:
        chosen = self.selection.objects
        if chosen:
            self._fit(bounds_of_all(chosen))

    def _uncover_selection(self) -> None:
        """What was chosen in the outline is brought to where it can be seen, if it is elsewhere."""
        chosen, camera = self.selection.objects, self.canvas.camera
        free = QRectF(self.canvas.rect())
        if self.outline.x() < self.canvas.width():
            free.setRight(self.outline.x())
        if not chosen:
            return
        middle = bounds_of_all(chosen).center()
        if not free.contains(camera.to_view(middle)):
            beside = (self.canvas.width() / 2 - free.center().x()) / camera.zoom
            to = middle + QPointF(beside, 0)
            camera.fly(to, camera.zoom, self._looks.theme.duration(Motion.CAMERA))

    def _show_real_size(self) -> None:
        camera = self.canvas.camera
        camera.fly(camera.middle, 1.0, self._looks.theme.duration(Motion.CAMERA))

    def _follow_camera(self) -> None:
        camera = self.canvas.camera
        self.zoom_bar.show_zoom(camera.zoom)
        self.editor.place()
        self._place_selection_bar()
        seen = camera.seen
        look = Looking(self.model.board, seen.x(), seen.y(), seen.width(), seen.height())
        self.desk.hint(look)

    def _point(self, at: QPointF) -> None:
        self._keyboard.hide()
        self.desk.hint(PointerAt(self.model.board, at.x(), at.y()))

    # --- following models ---

    def _follow_objects(self, changed: tuple[str, ...], _gone: object) -> None:
        for object_id in changed:
            self.presence.forget_text(object_id)
        if any(object_id in self.selection for object_id in changed):
            self._chosen.enable(self.actions_by_name)
        if self._empty.isHidden() is not bool(self.model.objects):
            self._empty.setVisible(not self.model.objects)
            self._lay_out()
        self._place_selection_bar()

    def _follow_undo(self) -> None:
        self.actions_by_name["undo"].setEnabled(self.model.can_undo)
        self.actions_by_name["redo"].setEnabled(self.model.can_redo)

    def _follow_selection(self) -> None:
        ids = [each for each in self.selection.ids if self.model.is_named(each)]
        self.desk.hint(Selected(tuple(ids[:SELECTED_TOLD_MAX])))
        self.selection_bar.close_strip()
        self._restyle.show_chosen()
        self.selection_bar.offer(self._restyle.offered())
        self._chosen.enable(self.actions_by_name)
        self._place_selection_bar()

    def _follow_people(self) -> None:
        for site in self.presence.sites():
            person = self.model.people.get(site)
            if person is None or person.state != "present":
                self.presence.forget_site(site)
        self._follow_followed()
        self._lay_out()

    def _preview_text(self, object_id: str) -> None:
        shown, seen = self.model.objects.get(object_id), self.presence.texts.get(object_id)
        if shown is not None and seen is not None:
            self.scene.preview([replace(shown, text=seen.text)])
        else:
            self.scene.end_preview([object_id])
        self._age.start()

    def _grow_old(self) -> None:
        self.presence.age()
        for site in list(self.presence.pointers):
            self.presence.pointer_aged.emit(site)
        if not (self.presence.pointers or self.presence.ghosts or self.presence.texts):
            self._age.stop()

    # --- following a person ---

    def _follow_or_not(self) -> None:
        if self.following.site is not None:
            self.following.stop()
            return
        others = self.here_bar.others()
        if not others:
            self.said.emit(Board.NOBODY_TO_FOLLOW())
        elif len(others) == 1:
            self.following.follow(others[0].site)
        else:
            self.here_bar.open_menu()
        self._follow_followed()

    def _follow_followed(self) -> None:
        site = self.following.site
        tokens = self._looks.theme.tokens
        colour = colour_of(self.model, site).on(tokens) if site is not None else ""
        text = Board.FOLLOWING(name=name_of(self.model, site)) if site is not None else ""
        self._notice.show_text(text, colour)
        self._marks.followed_colour = colour
        self._marks.refresh()
        self.here_bar.show_followed(site)
        self.actions_by_name["follow"].setChecked(site is not None)
        self._lay_out()

    def follow(self, site: SiteId | None) -> None:
        """See what somebody sees, from now on."""
        self.following.follow(site)

    # --- looks ---

    def _wear(self, theme: Theme) -> None:
        for part in (
            self.scene,
            self.canvas,
            self.zoom_bar,
            self.here_bar,
            self.minimap,
            self.toolbar,
            self.strip,
            self.selection_bar,
            self._notice,
            self.outline,
            self.editor,
        ):
            part.set_theme(theme)
        dress_actions(self, theme)
        self.following.glides = not theme.less_movement
        theme.dress(self._empty, Role.HEADING)
        self.zoom_bar.show_zoom(self.canvas.camera.zoom)
        self._follow_followed()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Bars keep to their edges."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        theme, height = self._looks.theme, self.height()
        edge = theme.px(EDGE_PX)
        docked = self.width() >= theme.px(DOCKED_FROM_PX)
        beside = docked and self.outline.isVisibleTo(self)
        width = self.width() - (theme.px(DOCKED_WIDTH_PX) if beside else 0)
        self.canvas.setGeometry(0, 0, width, height)
        self._empty.adjustSize()
        self._empty.move((width - self._empty.width()) // 2, (height - self._empty.height()) // 2)
        self.zoom_bar.move(edge, edge)
        self.here_bar.adjustSize()
        self.here_bar.move(width - edge - self.here_bar.width(), edge)
        shows_map = width >= theme.px(MINIMAP_FROM_PX) and bool(self.model.objects)
        self.minimap.setVisible(shows_map)
        self.minimap.move(edge, height - edge - self.minimap.height())
        room = width - 2 * edge
        self.toolbar.fit_into(room)
        left = (width - self.toolbar.width()) // 2
        if shows_map:
            left = max(left, self.minimap.geometry().right() + edge)
        top = height - edge - self.toolbar.height()
        self.toolbar.move(left, top)
        self._place_strip(left, top)
        notice_top = edge + self.zoom_bar.height() + theme.px(STRIP_GAP_PX)
        self._notice.move((width - self._notice.width()) // 2, notice_top)
        self._place_outline(docked=docked)
        self._place_selection_bar()

    def _place_outline(self, *, docked: bool) -> None:
        """Beside a wide board; over a narrower one between the bars at its right."""
        theme, outline = self._looks.theme, self.outline
        edge, gap = theme.px(EDGE_PX), theme.px(STRIP_GAP_PX)
        outline.dock(docked=docked)
        if docked:
            width = theme.px(DOCKED_WIDTH_PX)
            outline.setGeometry(self.width() - width, 0, width, self.height())
            return
        width = min(theme.px(OUTLINE_WIDTH_PX), self.width() - 2 * edge)
        left, top = self.width() - edge - width, edge + self.here_bar.height() + gap
        bottom = self.height() - edge
        if self.toolbar.geometry().right() + gap > left:
            bottom = self.toolbar.y() - gap
        outline.setGeometry(left, top, width, max(bottom - top, 0))

    def _place_strip(self, left: int, top: int) -> None:
        """Above the tools, beside the map."""
        strip, gap = self.strip, self._looks.theme.px(STRIP_GAP_PX)
        least = gap
        if self.minimap.isVisibleTo(self):
            least = self.minimap.geometry().right() + gap
        strip.fit_into(self.canvas.width() - least - gap)
        middle = left + self.toolbar.width() // 2
        most = self.canvas.width() - gap - strip.width()
        x = max(min(middle - strip.width() // 2, most), least)
        strip.move(x, top - gap - strip.height())

    def _place_selection_bar(self) -> None:
        """Below what is chosen, above it near the lower edge; away while a gesture runs."""
        bar = self.selection_bar
        rect = self._marks.selection_rect().toAlignedRect()
        busy = self._tools[self._tool_name].busy if self._tool_name else False
        if not len(self.selection) or busy or self.editor.is_open:
            bar.hide()
            bar.close_strip()
            return
        gap, edge = self._looks.theme.px(EDGE_PX), self._looks.theme.px(EDGE_PX)
        below = rect.bottom() + gap
        limit = self.toolbar.y() - gap - bar.height()
        if below > limit:
            below = rect.top() - gap - self._looks.theme.px(34) - bar.height()
        top = self.zoom_bar.geometry().bottom() + gap
        y = min(max(below, top), limit)
        x = rect.center().x() - bar.width() // 2
        bar.move(QPoint(min(max(x, edge), self.canvas.width() - bar.width() - edge), y))
        bar.show()
        strip = bar.strip
        strip.fit_into(self.canvas.width() - 2 * edge)
        strip_y = bar.y() + bar.height() + self._looks.theme.px(STRIP_GAP_PX)
        if strip_y + strip.height() > self.toolbar.y():
            strip_y = max(bar.y() - strip.height() - self._looks.theme.px(STRIP_GAP_PX), edge)
        middle = bar.x() + bar.width() // 2
        strip_x = min(
            max(middle - strip.width() // 2, edge), self.canvas.width() - strip.width() - edge
        )
        strip.move(strip_x, strip_y)
