"""The style of what is chosen: shows that of the first thing, writes what is changed to all."""

from __future__ import annotations

from app.node.api import BoardObjectShown
from app.ui.board import edits
from app.ui.board.colours import ink_name, stored_ink
from app.ui.board.desk import Desk
from app.ui.board.geometry import CLOSED_TYPES
from app.ui.board.options import PARTS, PARTS_OF_TOOL
from app.ui.board.style import (
    DASHES,
    FILLS,
    TEXT_SIZES,
    WIDTHS,
    DrawStyle,
    Heads,
    StyleBox,
    stored_fill,
)

_STORED = frozenset(("ink", "width_place", "dash", "fill", "heads"))
"""Parts of a style that a thing keeps; smoothing is over when it is drawn."""


class Restyle:
    """Connects the selection with a `StyleBox` of its own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.box = StyleBox()
        self._shown = self.box.style
        self.box.changed.connect(self._write)

    def offered(self) -> tuple[str, ...]:
        """The parts that at least one chosen thing has."""
        kinds = {_tool_of(shown) for shown in self._desk.movable()}
        return tuple(
            part
            for part in PARTS
            if part in _STORED and any(part in PARTS_OF_TOOL.get(kind, ()) for kind in kinds)
        )

    def show_chosen(self) -> None:
        """Look like the first chosen thing."""
        chosen = self._desk.movable()
        if chosen:
            self._shown = style_of(chosen[0])
            self.box.show_style(self._shown)

    def _write(self) -> None:
        before, after = self._shown, self.box.style
        self._shown = after
        chosen = self._desk.movable()
        for part in _STORED:
            if getattr(before, part) != getattr(after, part):
                having = [each for each in chosen if part in PARTS_OF_TOOL.get(_tool_of(each), ())]
                self._write_part(part, after, having)

    def _write_part(self, part: str, style: DrawStyle, chosen: list[BoardObjectShown]) -> None:
        texts = [each.id for each in chosen if each.type == "text"]
        lines = [each.id for each in chosen if each.type != "text"]
        desk = self._desk
        match part:
            case "ink":
                desk.do(edits.field_ops(texts + lines, stroke=stored_ink(style.ink)))
            case "width_place":
                sizes = edits.field_ops(texts, size=style.text_size)
                desk.do([*sizes, *edits.field_ops(lines, width=style.width)])
            case "dash":
                desk.do(edits.field_ops(lines, dash=style.dash))
            case "fill":
                desk.do(edits.field_ops(lines, fill=style.stored_fill))
            case _:
                desk.do(edits.field_ops(lines, heads=style.heads.value))


def _tool_of(shown: BoardObjectShown) -> str:
    """The tool that makes such a thing."""
    if shown.type == "stroke":
        return "pen"
    if shown.type in CLOSED_TYPES:
        return "rectangle"
    return shown.type


def _nearest(value: float, values: tuple[float, ...]) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - value))


def style_of(shown: BoardObjectShown) -> DrawStyle:
    """The style that would draw a thing like this, as nearly as can be."""
    ink = ink_name(shown.stroke) or "ink"
    is_text = shown.type == "text"
    fill = next((name for name in FILLS[:-1] if stored_fill(name, ink) == shown.fill), "solid")
    return DrawStyle(
        ink=ink,
        width_place=_nearest(
            shown.size if is_text else shown.width, TEXT_SIZES if is_text else WIDTHS
        ),
        dash=shown.dash if shown.dash in DASHES else "solid",
        fill=fill,
        heads=next((each for each in Heads if each.value == shown.heads), Heads.END),
    )
