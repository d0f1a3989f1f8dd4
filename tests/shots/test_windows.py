"""Every window at every size, light and dark, empty, usual and overfull, as it was approved."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QImage

from app.ui.theme import Density
from app.ui.tokens import Scheme
from tests.shots.pictures import check_window, differing_share, digest, thumbnail
from tests.shots.scenes import (
    Dress,
    asking_page,
    busy_page,
    first_run,
    invite,
    keys,
    lobby_page,
    near_page,
    session_page,
    session_scenes,
    settings,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dressed")]

BOTH = pytest.mark.parametrize("scheme", Scheme, ids=lambda scheme: scheme.value)
SIZES = pytest.mark.parametrize("size", [(1_024, 700), (1_440, 900), (2_560, 1_440)], ids=str)
LARGE = pytest.mark.parametrize("percent", [150, 200])
MIDDLE = (1_440, 900)


@pytest.fixture
def check(qtbot, tmp_path):
    def approved(widget, name):
        qtbot.addWidget(widget)
        check_window(f"window-{name}", widget.grab().toImage(), tmp_path)

    return approved


@BOTH
@SIZES
@pytest.mark.parametrize("scene", ["empty", "usual", "full"])
def test_a_session(check, tmp_path, scene, size, scheme):
    page = session_page(session_scenes()[scene], Dress(scheme), tmp_path, size)
    check(page, f"session-{scene}-{size[0]}-{scheme.value}")


@BOTH
def test_a_session_with_news(check, tmp_path, scheme):
    check(busy_page(Dress(scheme), tmp_path, (1_440, 700)), f"session-news-{scheme.value}")


@BOTH
@SIZES
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_a_lobby(check, full, size, scheme):
    page = lobby_page(full=full, dress=Dress(scheme), size=size)
    check(page, f"lobby-{'full' if full else 'empty'}-{size[0]}-{scheme.value}")


@BOTH
@pytest.mark.parametrize("state", ["asked", "refused"])
def test_sessions_nearby(check, state, scheme):
    check(near_page(state, Dress(scheme), MIDDLE), f"near-{state}-{scheme.value}")


@BOTH
@pytest.mark.parametrize("width", [1_024, 1_440])
def test_people_who_ask_to_join(check, tmp_path, width, scheme):
    check(asking_page(Dress(scheme), tmp_path, (width, 700)), f"asking-{width}-{scheme.value}")


@BOTH
def test_dialogs(check, scheme):
    dress, name = Dress(scheme), scheme.value
    check(first_run(dress), f"first-run-{name}")
    check(first_run(dress, (600, 560)), f"first-run-small-{name}")
    check(settings(dress, 0), f"settings-you-{name}")
    check(settings(dress, 1), f"settings-look-{name}")
    check(invite(dress), f"invite-{name}")
    check(keys(dress), f"keys-{name}")


@LARGE
def test_large_text(check, tmp_path, percent):
    dress = Dress(Scheme.LIGHT, percent)
    for scene in ("usual", "full"):
        page = session_page(session_scenes()[scene], dress, tmp_path, MIDDLE)
        check(page, f"session-{scene}-text-{percent}")
    check(lobby_page(full=True, dress=dress, size=MIDDLE), f"lobby-text-{percent}")
    check(first_run(dress), f"first-run-text-{percent}")
    check(settings(dress, 1), f"settings-text-{percent}")
    check(invite(dress), f"invite-text-{percent}")


def test_a_compact_session(check, tmp_path):
    dress = Dress(Scheme.LIGHT, density=Density.COMPACT)
    check(session_page(session_scenes()["usual"], dress, tmp_path, MIDDLE), "session-compact")


def test_one_pixel_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.shots.pictures.APPROVED", tmp_path)
    monkeypatch.delenv("TALKSTICK_APPROVE", raising=False)
    picture = QImage(600, 400, QImage.Format.Format_RGB32)
    picture.fill(0xFFFFFF)
    thumbnail(picture).save(str(tmp_path / "a.png"))
    check_window("a", picture, tmp_path)
    changed = QImage(picture)
    changed.setPixel(3, 3, 0xFFFFFE)
    assert digest(changed) != digest(picture)
    assert differing_share(changed, picture) > 0
    if sys.platform == "linux":
        with pytest.raises(AssertionError, match="not as approved"):
            check_window("a", changed, tmp_path)
