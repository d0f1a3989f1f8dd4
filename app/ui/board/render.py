"""A board as a picture: for export from the window and from the command line, for the minimap.

Needs a QGuiApplication (offscreen is enough) and nothing of a window; paints what `pieces` say.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QBuffer, QMarginsF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsScene

from app.core.errors import KnownError, LocalError
from app.node.api import BoardObjectShown
from app.ui.board.geometry import bounds_of_all
from app.ui.board.pieces import Piece
from app.ui.strings import Board, Common
from app.ui.tokens import LIGHT, Tokens

MARGIN_PX = 24.0
"""Round what is drawn, in px of the board."""
POINTS_PER_PX = 0.75
"""A px of the board is the 96th part of an inch."""
PAGE_POINTS_MAX = 14_400.0
"""Of a page's longer side (PDF 1.7, annex C): larger boards are made smaller to fit."""
SIDE_PIXELS_MAX = 16_384
"""Of an image's longer side: larger boards are made smaller to fit, 1 GiB is the worst."""


class PictureForm(Enum):
    """What can be written, by the ending of the file's name."""

    PNG = ".png"
    SVG = ".svg"
    PDF = ".pdf"


def form_of(path: Path) -> PictureForm:
    """The form of a file's ending. LocalError: another ending."""
    for form in PictureForm:
        if path.suffix.lower() == form.value:
            return form
    raise LocalError(Board.EXPORT_ENDING(name=path.name))


def scene_of(objects: Iterable[BoardObjectShown], tokens: Tokens) -> QGraphicsScene:
    """A scene of finished objects in their order, unindexed: to be painted once."""
    scene = QGraphicsScene()
    scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
    resting = (shown for shown in objects if not shown.open)
    for place, shown in enumerate(sorted(resting, key=lambda each: each.order)):
        piece = Piece(shown, tokens)
        piece.setZValue(place)
        scene.addItem(piece)
    return scene


def area_of(objects: Iterable[BoardObjectShown]) -> QRectF:
    """What an export shows: all finished objects, their lines and a margin; never empty."""
    resting = [shown for shown in objects if not shown.open]
    widest = max((shown.width for shown in resting), default=0.0)
    around = MARGIN_PX + widest / 2
    area = bounds_of_all(resting).adjusted(-around, -around, around, around)
    return QRectF(area.toAlignedRect())


def to_image(
    objects: Iterable[BoardObjectShown], tokens: Tokens = LIGHT, scale: float = 2.0
) -> QImage:
    """The board on its canvas, `scale` pixels for one px, less if it would be too large."""
    shown = tuple(objects)
    area = area_of(shown)
    scale = min(scale, SIDE_PIXELS_MAX / max(area.width(), area.height()))
    size = QSize(max(round(area.width() * scale), 1), max(round(area.height() * scale), 1))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    if image.isNull():
        raise KnownError(Board.EXPORT_NO_MEMORY())
    image.fill(QColor(tokens.canvas))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    scene_of(shown, tokens).render(
        painter, QRectF(image.rect()), area, Qt.AspectRatioMode.IgnoreAspectRatio
    )
    painter.end()
    return image


def write_svg(
    objects: Iterable[BoardObjectShown], path: Path, title: str, tokens: Tokens = LIGHT
) -> None:
    """The board as a drawing of lines and letters. KnownError: the file can't be written."""
    shown = tuple(objects)
    area = area_of(shown)
    written = QBuffer()
    written.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(written)
    generator.setSize(area.size().toSize())
    generator.setViewBox(QRectF(0, 0, area.width(), area.height()))
    generator.setTitle(title)
    generator.setDescription(Common.NAME())
    generator.setResolution(96)
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, area.width(), area.height()), QColor(tokens.canvas))
    scene_of(shown, tokens).render(painter, QRectF(0, 0, area.width(), area.height()), area)
    painter.end()
    _write(written, path)


def write_pdf(
    objects: Iterable[BoardObjectShown], path: Path, title: str, tokens: Tokens = LIGHT
) -> None:
    """The board as one page of its own size. KnownError: the file can't be written."""
    shown = tuple(objects)
    area = area_of(shown)
    longer = max(area.width(), area.height())
    points = min(POINTS_PER_PX, PAGE_POINTS_MAX / longer)
    size = QSizeF(area.width(), area.height()) * points
    written = QBuffer()
    written.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(written)
    writer.setTitle(title)
    writer.setCreator(Common.NAME())
    exact = QPageSize.SizeMatchPolicy.ExactMatch
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", exact))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    page = QRectF(0, 0, writer.width(), writer.height())
    painter.fillRect(page, QColor(tokens.canvas))
    scene_of(shown, tokens).render(painter, page, area, Qt.AspectRatioMode.IgnoreAspectRatio)
    painter.end()
    _write(written, path)


def _write(written: QBuffer, path: Path) -> None:
    try:
        path.write_bytes(bytes(written.data().data()))
    except OSError:
        raise KnownError(Board.EXPORT_FAILED(name=path.name)) from None


def write_picture(
    objects: Iterable[BoardObjectShown], path: Path, title: str, tokens: Tokens = LIGHT
) -> None:
    """Write the board in the form of the file's ending.

    Raises:
        LocalError: the ending is not one of ours.
        KnownError: the file can't be written.
    """
    form = form_of(path)
    if form is PictureForm.SVG:
        write_svg(objects, path, title, tokens)
    elif form is PictureForm.PDF:
        write_pdf(objects, path, title, tokens)
    elif not to_image(objects, tokens).save(str(path)):
        raise KnownError(Board.EXPORT_FAILED(name=path.name))
