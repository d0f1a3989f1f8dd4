"""Asking where to save: it begins in the person's documents and goes on where the last file went."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from app.ui.panes.where import ask_where

OWN_WINDOW = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.chdir(Path(__file__).parent)
    # What an earlier dialog left behind: nothing.
    QFileDialog().setDirectory(str(Path(__file__).parent))
    return tmp_path


@pytest.fixture
def asked(qtbot):
    window = QWidget()
    saved: list[str] = []
    qtbot.addWidget(window)
    return lambda: ask_where(window, "Save", ["Pictures (*.png)"], "board.png", saved.append), saved


@OWN_WINDOW
def test_it_begins_in_the_documents_and_not_in_the_programs_folder(home, asked):
    ask, saved = asked
    (home / "Documents").mkdir()
    dialog = ask()
    assert Path(dialog.directory().path()) == home / "Documents"
    dialog.accept()
    assert saved == [str(home / "Documents" / "board.png")]


@OWN_WINDOW
def test_without_documents_it_begins_at_home(home, asked):
    ask, _saved = asked
    dialog = ask()
    assert Path(dialog.directory().path()) == home
    dialog.reject()


@OWN_WINDOW
def test_it_goes_on_where_the_last_file_went(home, asked):
    ask, saved = asked
    (home / "talks").mkdir()
    dialog = ask()
    dialog.setDirectory(str(home / "talks"))
    dialog.selectFile("quay")
    dialog.accept()
    assert saved == [str(home / "talks" / "quay.png")]
    assert Path(ask().directory().path()) == home / "talks"
