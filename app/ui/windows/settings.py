"""Settings: You, and Look. What is changed here is in force at once; there is no OK."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import limits
from app.ui import figures
from app.ui.announcing import News
from app.ui.controls import Choice, Switch, make_button
from app.ui.fonts import Role, Typeface
from app.ui.icons import icon_of
from app.ui.memory import Kept
from app.ui.paint.painter import kept, round_pen
from app.ui.panes.marks import ColourChoice
from app.ui.panes.parts import Field, card, hairline, resize_on_screen, words
from app.ui.strings import Announce, FirstRun, PersonColours, Settings
from app.ui.style_sheet import set_kind
from app.ui.swatches import PERSON_COLOURS
from app.ui.theme import TEXT_PERCENT_MAX, TEXT_PERCENT_MIN, Density, Look, Theme
from app.ui.tokens import DARK, LIGHT, Tokens

_STEP = 5
SIDE_SHARE = 4
"""The list of pages takes at most one part of so many."""
THUMBNAIL_WIDTH_MAX = 200
_LOOKS = (
    (Look.SYSTEM, Settings.SYSTEM, (LIGHT, DARK)),
    (Look.LIGHT, Settings.LIGHT, (LIGHT,)),
    (Look.DARK, Settings.DARK, (DARK,)),
)
_TYPEFACES = (
    (Typeface.INTER, Settings.INTER),
    (Typeface.SYSTEM, Settings.SYSTEM),
)
_DENSITIES = (
    (Density.COMFORTABLE, Settings.COMFORTABLE),
    (Density.COMPACT, Settings.COMPACT),
)
_MOVEMENTS = (
    (None, Settings.SYSTEM),
    (False, Settings.MOVEMENT_ALL),
    (True, Settings.MOVEMENT_LESS),
)


_NEWS = (
    (News.LINE, Announce.LINES),
    (News.PERSON, Announce.PEOPLE),
    (News.STICK, Announce.STICK),
    (News.TROUBLE, Announce.TROUBLES),
)


class SettingsDialog(QDialog):
    """`person` (name, colour), `wishes`, `stick_in_chat`, `visible`, `silent` carry what was chosen."""

    person = Signal(str, str)
    wishes = Signal(object)
    stick_in_chat = Signal(bool)
    visible = Signal(bool)
    silent = Signal(object)

    def __init__(self, kept_now: Kept, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kept = kept_now
        self._wishes = kept_now.wishes
        self.setWindowTitle(Settings.TITLE())
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._build()

    def _build(self) -> None:
        """Everything, for the present text size."""
        px = self._theme.px
        resize_on_screen(self, px(860), px(600))
        self._whole = QWidget()
        self._outer.addWidget(self._whole)
        self._side = QListWidget()
        self._side.setAccessibleName(Settings.TITLE())
        set_kind(self._side, "chrome")
        self._side.setFixedWidth(min(px(180), self.width() // SIDE_SHARE))
        self._side.setIconSize(QSize(px(18), px(18)))
        self._pages = QStackedWidget()
        for icon, title, page in (
            ("person", Settings.YOU(), self._you()),
            ("contrast", Settings.LOOK(), self._look()),
        ):
            self._add(icon, title, page)
        whole = QHBoxLayout(self._whole)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        side = QVBoxLayout()
        side.setContentsMargins(px(10), px(14), px(10), px(10))
        side.addWidget(self._side)
        whole.addLayout(side)
        self._dress_side()
        line = hairline()
        line.setMaximumHeight(16_777_215)
        line.setFixedWidth(1)
        whole.addWidget(line)
        whole.addWidget(self._pages, 1)
        self._side.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._side.setCurrentRow(0)

    def show_page(self, place: int) -> None:
        """0 You, 1 Look."""
        self._side.setCurrentRow(place)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme, while it is being chosen here; another text size builds all anew."""
        before, self._theme = self._theme, theme
        if (before.px(100), before.typeface) != (theme.px(100), theme.typeface):
            self._build_anew()
            return
        for choice in self.findChildren(Choice):
            choice.set_theme(theme)
        for switch in self.findChildren(Switch):
            switch.set_theme(theme)
        for thumbnail in self.findChildren(_Thumbnail):
            thumbnail.set_theme(theme)
        self._colours.set_theme(theme)
        self._dress_side()

    def _build_anew(self) -> None:
        name, place = self._name.text(), self._side.currentRow()
        has_slider = self._slider.hasFocus()
        self._outer.removeWidget(self._whole)
        self._whole.hide()
        self._whole.deleteLater()
        self._build()
        self._name.edit.setText(name)
        self.show_page(place)
        if has_slider:
            self._slider.setFocus()

    def _dress_side(self) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        for place in range(self._side.count()):
            item = self._side.item(place)
            icon = str(item.data(Qt.ItemDataRole.UserRole))
            item.setIcon(icon_of(icon, px(18), tokens.text_soft, tokens.text_hint, tokens.text))
            item.setSizeHint(QSize(0, px(36)))

    def _add(self, icon: str, title: str, page: QWidget) -> None:
        px = self._theme.px
        item = QListWidgetItem(title)
        item.setData(Qt.ItemDataRole.UserRole, icon)
        self._side.addItem(item)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        frame = QFrame()
        set_kind(frame, "chrome")
        column = QVBoxLayout(frame)
        column.setContentsMargins(px(32), px(24), px(32), px(24))
        column.setSpacing(px(16))
        column.addWidget(words(self._theme, title, Role.TITLE))
        column.addWidget(page)
        column.addStretch(1)
        scroll.setWidget(frame)
        self._pages.addWidget(scroll)

    # --- you --------------------------------------------------------------------------------------

    def _you(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.px(16))
        column.addWidget(self._person())
        column.addWidget(self._nearby())
        return page

    def _nearby(self) -> QFrame:
        frame, column = card(self._theme)
        switch = Switch(self._theme, Settings.VISIBLE())
        switch.setChecked(self._kept.visible)
        switch.toggled.connect(lambda on: self._keep(visible=on))
        switch.toggled.connect(self.visible)
        note = Settings.VISIBLE_NOTE()
        column.addLayout(_row(self._theme, Settings.VISIBLE(), note, switch))
        return frame

    def _person(self) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame, column = card(theme)
        self._name = Field(theme, Settings.NAME())
        self._name.edit.setText(self._kept.name)
        button = make_button(theme, Settings.SAVE())
        button.clicked.connect(lambda _checked=False: self._change_person())
        self._name.edit.returnPressed.connect(self._change_person)
        column.addWidget(words(theme, Settings.NAME(), Role.BODY_STRONG))
        column.addWidget(words(theme, Settings.NAME_NOTE(), Role.SMALL, "soft", wrap=True))
        row = QHBoxLayout()
        row.addWidget(self._name, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addSpacing(px(12))
        head = QHBoxLayout()
        head.addWidget(words(theme, FirstRun.COLOUR(), Role.BODY_STRONG))
        head.addStretch(1)
        self._colour_name = words(theme, "", Role.SMALL, "soft")
        head.addWidget(self._colour_name)
        column.addLayout(head)
        self._colours = ColourChoice(theme, self._kept.colour or next(iter(PERSON_COLOURS)))
        self._colours.set_name(self._kept.name)
        self._name.edit.textChanged.connect(self._colours.set_name)
        self._colours.chosen.connect(lambda _colour: self._change_person())
        column.addWidget(self._colours)
        self._say_colour()
        return frame

    def _say_colour(self) -> None:
        self._colour_name.setText(PersonColours.COLOUR[self._colours.colour]())

    def _change_person(self) -> None:
        self._say_colour()
        name = " ".join(self._name.text().split())
        if not name:
            self._name.complain(FirstRun.NAME_MISSING())
        elif len(name) > limits.NAME_CHARACTERS_MAX:
            self._name.complain(FirstRun.NAME_LONG(count=limits.NAME_CHARACTERS_MAX))
        else:
            self._keep(name=name, colour=self._colours.colour)
            self.person.emit(name, self._colours.colour)

    def _keep(self, **changes: object) -> None:
        """What is shown when all is built anew."""
        self._kept = replace(self._kept, **changes)  # type: ignore[arg-type]

    # --- look -------------------------------------------------------------------------------------

    def _look(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.px(16))
        column.addWidget(self._schemes())
        column.addWidget(self._sizes())
        column.addWidget(self._stick())
        column.addWidget(self._said())
        return page

    def _schemes(self) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame, column = card(theme)
        row = QHBoxLayout()
        row.setSpacing(px(20))
        group = QButtonGroup(frame)
        for look, text, schemes in _LOOKS:
            cell = QVBoxLayout()
            cell.setSpacing(px(8))
            radio = QRadioButton(text())
            theme.dress(radio, Role.BUTTON)
            radio.setChecked(self._wishes.look is look)
            radio.toggled.connect(lambda on, chosen=look: self._wish(look=chosen) if on else None)
            group.addButton(radio)
            cell.addWidget(_Thumbnail(theme, schemes, radio))
            cell.addWidget(radio)
            row.addLayout(cell)
        row.addStretch(1)
        column.addLayout(row)
        return frame

    def _sizes(self) -> QFrame:
        theme, px = self._theme, self._theme.px
        frame, column = card(theme)
        column.setSpacing(px(12))
        slider = self._slider = QSlider(Qt.Orientation.Horizontal)
        slider.setAccessibleName(Settings.TEXT_SIZE())
        slider.setRange(TEXT_PERCENT_MIN // _STEP, TEXT_PERCENT_MAX // _STEP)
        slider.setValue(self._wishes.text_percent // _STEP)
        slider.setFixedWidth(px(200))
        shown = words(theme, figures.percent(self._wishes.text_percent / 100), Role.BODY_STRONG)
        shown.setMinimumWidth(px(48))
        slider.valueChanged.connect(
            lambda value: shown.setText(figures.percent(value * _STEP / 100))
        )
        # Everything grows while the slider moves; doing that at each step would make it run away.
        slider.sliderReleased.connect(lambda: self._wish(text_percent=slider.value() * _STEP))
        slider.valueChanged.connect(
            lambda value: None if slider.isSliderDown() else self._wish(text_percent=value * _STEP)
        )
        size = QHBoxLayout()
        size.addWidget(slider)
        size.addWidget(shown)
        column.addLayout(_row(theme, Settings.TEXT_SIZE(), Settings.TEXT_SIZE_NOTE(), size))
        column.addWidget(hairline())
        typeface = Choice(theme, Settings.TYPEFACE())
        typeface.addItems([text() for _each, text in _TYPEFACES])
        typeface.setCurrentIndex([each for each, _text in _TYPEFACES].index(self._wishes.typeface))
        typeface.currentIndexChanged.connect(lambda at: self._wish(typeface=_TYPEFACES[at][0]))
        column.addLayout(_row(theme, Settings.TYPEFACE(), Settings.TYPEFACE_NOTE(), typeface))
        column.addWidget(hairline())
        spacing = Choice(theme, Settings.SPACING())
        spacing.addItems([text() for _each, text in _DENSITIES])
        spacing.setCurrentIndex([each for each, _text in _DENSITIES].index(self._wishes.density))
        spacing.currentIndexChanged.connect(lambda at: self._wish(density=_DENSITIES[at][0]))
        column.addLayout(_row(theme, Settings.SPACING(), Settings.SPACING_NOTE(), spacing))
        column.addWidget(hairline())
        movement = Choice(theme, Settings.MOVEMENT())
        movement.addItems([text() for _each, text in _MOVEMENTS])
        chosen = [each for each, _text in _MOVEMENTS].index(self._wishes.less_movement)
        movement.setCurrentIndex(chosen)
        movement.currentIndexChanged.connect(lambda at: self._wish(less_movement=_MOVEMENTS[at][0]))
        column.addLayout(_row(theme, Settings.MOVEMENT(), Settings.MOVEMENT_NOTE(), movement))
        return frame

    def _stick(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        switch = Switch(theme, Settings.STICK_IN_CHAT())
        switch.setChecked(self._kept.stick_in_chat)
        switch.toggled.connect(lambda on: self._keep(stick_in_chat=on))
        switch.toggled.connect(self.stick_in_chat)
        note = Settings.STICK_IN_CHAT_NOTE()
        column.addLayout(_row(theme, Settings.STICK_IN_CHAT(), note, switch))
        return frame

    def _said(self) -> QFrame:
        theme = self._theme
        frame, column = card(theme)
        column.addWidget(words(theme, Announce.TITLE(), Role.BODY_STRONG))
        column.addWidget(words(theme, Announce.NOTE(), Role.SMALL, "soft", wrap=True))
        self._news: dict[str, Switch] = {}
        for news, text in _NEWS:
            switch = self._news[news.value] = Switch(theme, text())
            switch.setChecked(news.value not in self._kept.silent)
            switch.toggled.connect(lambda _on: self._silence())
            row = QHBoxLayout()
            row.addWidget(words(theme, text(), Role.BODY), 1)
            row.addWidget(switch)
            column.addLayout(row)
        return frame

    def _silence(self) -> None:
        off = [value for value, switch in self._news.items() if not switch.isChecked()]
        self._keep(silent=tuple(off))
        self.silent.emit(tuple(off))

    def _wish(self, **changes: object) -> None:
        self._wishes = replace(self._wishes, **changes)  # type: ignore[arg-type]
        self.wishes.emit(self._wishes)


def _row(theme: Theme, title: str, note: str, control: QWidget | QHBoxLayout) -> QHBoxLayout:
    row = QHBoxLayout()
    text = QVBoxLayout()
    text.setSpacing(0)
    text.addWidget(words(theme, title, Role.BODY_STRONG))
    text.addWidget(words(theme, note, Role.SMALL, "soft", wrap=True))
    row.addLayout(text, 1)
    row.addSpacing(theme.px(16))
    if isinstance(control, QWidget):
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    else:
        row.addLayout(control)
    return row


class _Thumbnail(QLabel):
    """The window in small, in one scheme or both; a click chooses its radio button."""

    def __init__(self, theme: Theme, schemes: tuple[Tokens, ...], radio: QRadioButton) -> None:
        super().__init__()
        self._theme = theme
        self._schemes = schemes
        self._radio = radio
        # A picture, not a text: twice as large would leave no room for three.
        width = min(theme.px(152), THUMBNAIL_WIDTH_MAX)
        self.setFixedSize(width, width * 94 // 152)
        radio.toggled.connect(lambda _on: self.update())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme: the frame is its ink."""
        self._theme = theme
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose."""
        self._radio.setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Each scheme in its part, parted by a slanted line."""
        area = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter = QPainter(self)
        with kept(painter):
            for place, tokens in enumerate(self._schemes):
                clip = QPainterPath()
                if place:
                    top, bottom = area.left() + area.width() * 0.6, area.left() + area.width() * 0.4
                    clip.moveTo(top, area.top())
                    clip.lineTo(area.topRight())
                    clip.lineTo(area.bottomRight())
                    clip.lineTo(bottom, area.bottom())
                else:
                    clip.addRect(area)
                painter.save()
                painter.setClipPath(clip)
                _draw_small_window(painter, area, tokens)
                painter.restore()
            if self._radio.isChecked():
                painter.setPen(QPen(QColor(self._theme.tokens.ink), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), 8, 8)
        painter.end()


def _draw_small_window(painter: QPainter, area: QRectF, tokens: Tokens) -> None:
    width, height = area.width(), area.height()
    painter.translate(area.topLeft())
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.setBrush(QColor(tokens.canvas))
    painter.drawRoundedRect(QRectF(0, 0, width, height), 5, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.window))
    painter.drawRect(QRectF(1, 1, width - 2, height * 0.13))
    painter.setBrush(QColor(tokens.surface))
    painter.drawRect(QRectF(1, height * 0.13, width * 0.25, height * 0.86))
    painter.drawRect(QRectF(width * 0.72, height * 0.13, width * 0.27, height * 0.86))
    for place, name in enumerate(("azure", "fern", "cherry")):
        y = height * (0.28 + 0.16 * place)
        colour = QColor(PERSON_COLOURS[name].on(tokens))
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(width * 0.09, y - 3.5, 7, 7))
        painter.drawEllipse(QRectF(width * 0.755, y - 2.5, 5, 5))
        painter.setBrush(QColor(tokens.text_hint))
        painter.drawRoundedRect(QRectF(width * 0.16, y - 1, width * 0.07, 2), 1, 1)
        painter.drawRoundedRect(QRectF(width * 0.82, y - 1, width * 0.13, 2), 1, 1)
    painter.setBrush(QColor(tokens.stick_fill))
    painter.drawRoundedRect(QRectF(width * 0.04, height * 0.21, 3.5, height * 0.15), 1.7, 1.7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.edge), 1))
    for left in (0.32, 0.52):
        painter.drawRoundedRect(
            QRectF(width * left, height * 0.27, width * 0.15, height * 0.32), 3, 3
        )
    painter.setPen(round_pen(PERSON_COLOURS["azure"].on(tokens), 2))
    wave = QPainterPath()
    wave.moveTo(width * 0.34, height * 0.74)
    wave.cubicTo(
        width * 0.44, height * 0.62, width * 0.48, height * 0.86, width * 0.62, height * 0.7
    )
    painter.drawPath(wave)
