"""The table of actions: names, keys, tips, and the QActions made of it."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.actions import ACTIONS, Scope, accessible_name, make_action, tip_of
from app.ui.theme import theme_of
from app.ui.tokens import Scheme

EVERY = pytest.mark.parametrize("row", ACTIONS.values(), ids=lambda row: row.name)


@EVERY
def test_an_action_has_a_name_a_tip_and_keys_that_qt_understands(row):
    assert row.text()
    assert row.tip() != row.text()
    assert all(not QKeySequence(key).isEmpty() for key in row.keys)


def test_no_key_means_two_things_in_one_place():
    wide = (Scope.ANYWHERE, Scope.SESSION)
    for place in ((Scope.CHAT_ROW, *wide), (Scope.TOOL, Scope.BOARD, *wide)):
        keys = Counter(
            QKeySequence(key).toString()
            for row in ACTIONS.values()
            if row.scope in place
            for key in row.keys
        )
        assert [key for key, count in keys.items() if count > 1] == []


def test_letters_work_only_where_nobody_types():
    for row in ACTIONS.values():
        if row.scope in {Scope.ANYWHERE, Scope.SESSION}:
            assert all(len(key) > 1 for key in row.keys)


def test_what_is_not_built_has_no_row():
    words = " ".join(f"{row.name} {row.text()} {row.tip()}".lower() for row in ACTIONS.values())
    for word in ("image", "file", "frame", "note", "role", "travel", "lab", "search"):
        assert word not in words.split()


def test_names_carry_the_key(qapp):
    assert accessible_name(ACTIONS["tool-pen"]) == "Pen, P"
    assert tip_of(ACTIONS["tool-pen"]) == "Draw freely, P"
    assert accessible_name(ACTIONS["session-leave"]) == "Leave the session"


def test_a_key_calls_its_action(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    action = make_action("invite", theme_of(Scheme.LIGHT), owner)
    owner.show()
    with qtbot.waitActive(owner):
        owner.activateWindow()
    with qtbot.waitSignal(action.triggered, timeout=2_000):
        qtbot.keySequence(owner, "Ctrl+Shift+I")
    assert not action.icon().isNull()
