"""Commands that talk to a site, and how a site ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.e2e.talkstick import command, converged, environment, run

pytestmark = pytest.mark.slow

ENDING_SECONDS = 6.0
"""A site may try for two seconds to leave in order; the rest is for a busy machine."""

DRAWING = (
    {"op": "add", "id": "box", "type": "rectangle", "x": 10.5, "y": 20, "w": 100, "h": 50},
    {"op": "add", "id": "word", "type": "text", "x": 12, "y": 30, "text": "pond, ünder the oak"},
    {"op": "add", "type": "stroke", "points": [[0, 0], [3.25, 4], [8, 9]], "stroke": "FF0000"},
    {"op": "set", "ids": ["box"], "fill": "ink:green"},
    {"op": "move", "ids": ["box", "word"], "dx": 5, "dy": -5},
)


def exported(site, folder, name):
    out = folder / f"{site.name}-{name}.json"
    site.do("export", out, "--board", name).ok()
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def without_ids(rows):
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def test_a_drawing_comes_back_as_it_was(company, tmp_path):
    ada, ben = company.sites("Ada", "Ben")
    drawing = tmp_path / "drawing.jsonl"
    drawing.write_text("".join(f"{json.dumps(op)}\n" for op in DRAWING), "utf-8")
    assert ada.do("draw", drawing).ok().lines[0]["state"] == "ordered"
    converged([ada, ben])
    first = exported(ada, tmp_path, "main")
    assert len(first) == 3
    assert exported(ben, tmp_path, "main") == first

    eve = company.site("Eve", "--create", "Elsewhere")
    eve.do("draw", tmp_path / "Ada-main.json").ok()
    assert without_ids(exported(eve, tmp_path, "main")) == without_ids(first)


def test_a_drawing_that_is_none_draws_nothing(company, tmp_path):
    ada = company.site("Ada", "--create", "Garden")
    before = ada.status()["head"]
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"op":"add","type":"rectangle"}\n{"op":"fly"}\n', "utf-8")
    outcome = ada.do("draw", wrong)
    assert outcome.code == 2
    assert outcome.error.count("\n") == 1
    assert ada.status()["head"] == before


@pytest.mark.parametrize("wait", ["none", "ordered", "settled"])
def test_say_tells_when_a_line_is_where_it_was_wanted(company, wait):
    ada, ben = company.sites("Ada", "Ben")
    lines = ben.say(["one", "two"], wait=wait)
    state = {"none": "queued"}.get(wait, wait)
    assert [line["state"] for line in lines] == [state] * 2
    assert [line["index"] is None for line in lines] == [wait == "none"] * 2
    log = converged([ada, ben])
    assert [row["id"] for row in log if row["kind"] == "chat"][:2] == [line["id"] for line in lines]


def test_a_line_that_cannot_be_a_message_is_named_and_left_out(company):
    ada = company.site("Ada", "--create", "Garden")
    outcome = ada.do("say", "-", stdin="one\n\n" + "x" * 8_001 + "\ntwo\n")
    assert outcome.code == 2
    assert "line 2" in outcome.error
    assert "line 3" in outcome.error
    assert [row["body"]["text"] for row in ada.log() if row["kind"] == "chat"] == ["one", "two"]


def test_following_the_log_shows_what_was_and_what_comes(company):
    ada, ben = company.sites("Ada", "Ben")
    ben.say(["old"])
    follower = company.follow(ada)
    for text in ("old", "new", "newer"):
        if text != "old":
            ben.say([text])
        follower.wait_for(lambda row, text=text: row.get("body", {}).get("text") == text, text)
    assert [row["index"] for row in follower.events] == list(range(1, len(follower.events) + 1))
    ada.process.end().ok()
    assert follower.wait().code == 1


def test_a_killed_site_that_is_alone_resumes_with_everything_it_had_said(company):
    ada = company.site("Ada", "--create", "Garden")
    site, addresses = ada.id, ada.ready["addresses"]
    lines = ada.say([str(number) for number in range(300)])
    ada.kill()
    company.again(ada)
    assert (ada.id, ada.ready["addresses"]) == (site, addresses)
    assert [row["id"] for row in ada.log() if row["kind"] == "chat"] == [
        line["id"] for line in lines
    ]
    assert ada.say(["back"])[0]["id"].split(".")[1] == "2"


def test_nobody_reading_its_events_does_not_stop_a_site(company, tmp_path):
    folder = tmp_path / "Ada"
    site = subprocess.Popen(
        command("site", "--data", folder, "--name", "Ada", "--create", "Garden"),
        stdout=subprocess.PIPE,
        env=environment(),
    )
    try:
        assert site.stdout is not None
        site.stdout.readline()
        site.stdout.close()
        for text in ("one", "two"):
            assert run("say", "--data", folder, text).ok().lines[0]["state"] == "ordered"
    finally:
        site.terminate()
        assert site.wait(ENDING_SECONDS) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_site_in_order(company, number):
    ada, ben, cleo = company.sites("Ada", "Ben", "Cleo")
    ada.say(["hello"])
    for site in (ben, ada, cleo):
        outcome = site.process.end(number, ENDING_SECONDS).ok()
        assert outcome.error == ""
        assert outcome.lines[-1] == {"event": "closing"}
        assert not (site.folder / "control").exists()


def test_without_a_display_and_without_words_the_demo_runs():
    done = subprocess.Popen(
        [sys.executable, "-P", "-m", "app"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    assert done.stdout is not None
    assert "demo" in done.stdout.readline()
    done.send_signal(signal.SIGINT)
    _, error = done.communicate(timeout=30)
    assert done.returncode == 130
    assert error.count("\n") == 1
    assert "demo" in error
