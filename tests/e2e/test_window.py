"""The window as a process, without a window system: a site like any other, one for each folder."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.e2e.talkstick import Site, command, environment, run, texts_of

pytestmark = pytest.mark.slow

ENDING_SECONDS = 10.0
"""Two seconds to leave in order, the rest for a busy machine; a site waits longer to be let in."""


class Window:
    """The program with its window, in a folder of somebody who has a name already."""

    def __init__(self, folder, *words):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        if not (folder / "window.json").exists():
            (folder / "window.json").write_text('{"name": "Win", "colour": "fern"}', "utf-8")
        self.process = self._open(*words)
        self.site = Site(folder, "Win", None, {})  # type: ignore[arg-type]

    def _open(self, *words):
        return subprocess.Popen(
            command("--data", self.folder, *words),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=shown(),
        )

    def start_again(self, *words):
        """A second start of the program; its exit code."""
        again = self._open(*words)
        _, error = again.communicate(timeout=30)
        return again.returncode, error

    def end(self):
        """As a log-out does; exit code and what was complained about."""
        self.process.terminate()
        _, error = self.process.communicate(timeout=ENDING_SECONDS)
        return self.process.returncode, error

    def clear(self):
        self.process.kill()
        self.process.communicate()


def shown():
    """An environment with something that looks like a display."""
    return {**environment(), "DISPLAY": ":none", "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def windows(tmp_path, company):
    made = []

    def start(*words, name="Win"):
        window = Window(tmp_path / name, *words)
        made.append(window)
        return window

    yield start
    for window in made:
        window.clear()


def test_a_window_is_a_site_like_any_other(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    window = windows(ada.invite)
    log = company.follow(ada)
    log.wait_for(
        lambda row: row["kind"] == "profile" and row["body"].get("colour") == "fern",
        "the window's person with the colour of this computer",
    )
    window.site.do("say", "from the window").ok()
    log.wait_for(lambda row: row["body"].get("text") == "from the window", "the window's line")
    ada.say(["from the terminal"])
    assert texts_of(window.site.log(), ada) == ["from the terminal"]
    assert window.end() == (0, "")


def test_what_was_open_opens_again(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    window = windows(ada.invite)
    log = company.follow(ada)
    log.wait_for(lambda row: row["name"] == "Win", "the window's person")
    assert window.end() == (0, "")
    kept = json.loads((window.folder / "session.json").read_text("utf-8"))
    assert (kept["title"], kept["left"]) == ("Garden", False)

    again = windows()
    tried(lambda: again.site.do("say", "back again").code == 0)
    log.wait_for(lambda row: row["body"].get("text") == "back again", "a line of the new start")
    assert again.end() == (0, "")


def tried(works) -> None:
    """Try until it works: a command takes a moment, a window a few."""
    assert any(works() for _each in range(200))


def test_a_second_start_shows_the_first_and_hands_its_link_over(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    window = windows()
    tried(lambda: "No session is open" in run("status", "--data", window.folder).error)
    assert window.start_again() == (0, "")
    assert window.start_again(ada.invite) == (0, "")
    company.follow(ada).wait_for(lambda row: row["name"] == "Win", "the window's person")
    assert window.end() == (0, "")


def test_closing_waits_for_nobody_who_does_not_answer(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    window = windows(ada.invite)
    company.follow(ada).wait_for(lambda row: row["name"] == "Win", "the window's person")
    ada.kill()
    assert window.end() == (0, "")


def test_closing_does_not_wait_for_a_session_that_lets_nobody_in(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    ada.kill()
    window = windows(ada.invite)
    tried(lambda: "no session here yet" in run("leave", "--data", window.folder).error)
    assert window.end() == (0, "")


def test_a_folder_that_a_site_without_a_window_has_is_not_taken(company, windows):
    ada = company.site("Ada", "--create", "Garden")
    refused = subprocess.run(
        command("--data", ada.folder), capture_output=True, text=True, env=shown(), check=False
    )
    assert refused.returncode == 1
    assert "in use" in refused.stderr
    assert ada.status()["name"] == "Ada"
