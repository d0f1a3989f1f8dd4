"""All copies are one, whoever talks and wherever the stick goes."""

from __future__ import annotations

import subprocess

import pytest

from tests.e2e.talkstick import Pace, converged, texts_of

pytestmark = pytest.mark.slow

DELAYED = ("--sim-net", "delay=20,jitter=5")


def is_move_to(epoch):
    return lambda event: (event["event"], event.get("epoch")) == ("moved", epoch)


def test_lines_said_at_once_by_three_are_in_one_order_for_all(company):
    sites = company.sites("Ada", "Ben", "Cleo", options=DELAYED)
    said = {site.name: [f"{site.name} {number}" for number in range(200)] for site in sites}
    talking = [
        company.start("say", "--data", site.folder, "-", stdin=subprocess.PIPE) for site in sites
    ]
    for site, process in zip(sites, talking, strict=True):
        process.write("".join(f"{text}\n" for text in said[site.name]))
        process.end_input()
    for process in talking:
        assert process.wait(60).ok().lines[-1]["state"] == "ordered"
        assert len(process.events) == 200

    log = converged(sites)
    for site in sites:
        heard = texts_of(log, site)
        assert [text for text in heard if text != "mark"] == said[site.name]


def test_the_stick_goes_to_whoever_talks(company):
    sites = company.sites("Ada", "Ben", "Cleo", options=("--sim-net", "delay=50"))
    talker = next(site for site in sites if site.id != sites[0].status()["dispatcher"]["site"])
    process = company.start("say", "--data", talker.folder, "-", stdin=subprocess.PIPE)
    pace = Pace(10)
    for number in range(60):
        process.write(f"{number}\n")
        pace.wait()
    process.end_input()
    lines = process.wait().ok().lines
    for site in sites:
        moved = site.process.wait_for(lambda event: event["event"] == "moved", "move")
        assert moved["to"] == talker.id
    assert lines[44]["epoch"] == moved["epoch"]
    assert talker.status()["dispatcher"] == {
        "site": talker.id,
        "name": talker.name,
        "epoch": moved["epoch"],
    }
    # Before that a line waits for the way there and back.
    assert lines[0]["ms"] >= 100
    assert texts_of(converged(sites), talker) == [str(number) for number in range(60)]


def test_the_stick_goes_where_a_person_sends_it(company):
    sites = company.sites("Ada", "Ben", "Cleo", options=DELAYED)
    for target in (sites[1], sites[2], sites[0]):
        (moved,) = sites[1].do("move", target.name).ok().lines
        assert moved["site"] == target.id
        for site in sites:
            event = site.process.wait_for(is_move_to(moved["epoch"]), f"move to {target.name}")
            assert event["to"] == target.id
    converged(sites)
