"""All tools of the board by the names of their actions."""

from __future__ import annotations

from app.ui.board.desk import Desk
from app.ui.board.tools.pen import MarkerTool, PanTool, PenTool
from app.ui.board.tools.select import SelectTool
from app.ui.board.tools.shapes import ArrowTool, DiamondTool, EllipseTool, LineTool, RectangleTool
from app.ui.board.tools.tool import Tool
from app.ui.board.tools.touch import EraserTool, LaserTool, TextTool

_TOOLS: tuple[type[Tool], ...] = (
    SelectTool,
    PanTool,
    PenTool,
    MarkerTool,
    EraserTool,
    LineTool,
    ArrowTool,
    RectangleTool,
    EllipseTool,
    DiamondTool,
    TextTool,
    LaserTool,
)


def make_tools(desk: Desk) -> dict[str, Tool]:
    """One of each."""
    return {kind.name: kind(desk) for kind in _TOOLS}
