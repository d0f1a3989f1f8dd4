"""What every picture needs: one place's time of day, and an application that is undressed again."""

from __future__ import annotations

import time

import pytest
from PySide6.QtGui import QPalette


@pytest.fixture(autouse=True)
def greenwich(monkeypatch):
    """Times of the day are those of one place, wherever the test runs."""
    monkeypatch.setenv("TZ", "UTC")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


@pytest.fixture
def dressed(qapp):
    """Whoever wears a theme takes it off in the end; no cursor blinks in a picture."""
    qapp.setCursorFlashTime(0)
    yield qapp
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
