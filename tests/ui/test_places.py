"""Windows come back where they stood."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from app.ui.windows.places import place_of, put_at


@pytest.fixture
def window(qtbot):
    def make(rect=None):
        made = QWidget()
        qtbot.addWidget(made)
        if rect is not None:
            made.setGeometry(rect)
            made.show()
        return made

    return make


@pytest.mark.parametrize(
    "rect",
    [
        QRect(200, 150, 800, 600),
        QRect(0, 0, 900, 700),
        QRect(100, 5, 900, 700),
        QRect(2, 2, 1436, 896),
    ],
    ids=["in the middle", "in the corner", "under the upper edge", "over all of the screen"],
)
def test_it_stands_where_it_stood_to_the_pixel(window, rect):
    before, again = window(rect), window()
    put_at(again, place_of(before))
    assert again.geometry() == before.geometry()


def test_what_a_screen_no_longer_holds_is_put_on_it_by_qt(window):
    screen = QRect(0, 0, 1440, 900)
    again = window()
    place = place_of(window(QRect(2_000, 100, 800, 600)))
    put_at(again, place)
    assert screen.contains(again.geometry())


def test_a_maximized_window_is_so_again_and_keeps_its_own_size(window):
    before = window(QRect(60, 50, 800, 600))
    before.showMaximized()
    again = window()
    put_at(again, place_of(before))
    assert again.isMaximized()
    assert again.normalGeometry() == QRect(60, 50, 800, 600)


@pytest.mark.parametrize("place", ["", "@", "zz", "@1,2,3,4", "beef@1,2,3,4"])
def test_a_damaged_place_changes_nothing(window, place):
    again = window(QRect(60, 50, 800, 600))
    put_at(again, place)
    assert again.geometry() == QRect(60, 50, 800, 600)


@pytest.mark.parametrize("numbers", ["", "1,2", "a,b,c,d", "10,10,-5,40", "1,2,3,4,5"])
def test_damaged_numbers_leave_it_to_qt(window, numbers):
    form = place_of(window(QRect(200, 150, 800, 600))).partition("@")[0]
    again = window()
    put_at(again, f"{form}@{numbers}")
    assert again.geometry() == QRect(200, 150, 800, 600)
