"""Whole sites on machines of their own, far from each other, on the move, and behind routers."""

from __future__ import annotations

import pytest

from app.drivers.nearby.broadcast import BEACON_PORT
from tests.e2e.talkstick import Json, Process, Site, converged, run, texts_of
from tests.netlab.nat import Kind
from tests.netlab.party import TITLE, hosts_of

pytestmark = [pytest.mark.long, pytest.mark.network]


def test_three_sites_far_from_each_other_chat_and_move_the_stick(lab, party):
    lab.links(delay_ms=50, jitter_ms=5)
    ada, ben, cleo = party.sites(*hosts_of(lab, "ada", "ben", "cleo"))
    for number, site in enumerate((ada, ben, cleo, ben)):
        site.say([f"{site.name} {number} {line}" for line in range(5)])
    for target in (cleo, ben):
        (moved,) = ada.do("move", target.name).ok().lines
        assert moved["site"] == target.id
        (line,) = ada.say(["from afar"])
        assert line["epoch"] == moved["epoch"]
        # To the order and back.
        assert line["ms"] >= 2 * (50 - 5)
    log = converged([ada, ben, cleo])
    assert len(texts_of(log, ben)) == 5 + 5


def test_bad_weather_loses_doubles_and_turns_round_nothing_that_was_said(lab, party):
    lab.links(
        delay_ms=30, jitter_ms=15, loss=0.05, burst_share=0.03, duplicate=0.05, reorder=0.05
    )  # fmt: skip
    ada, ben, cleo = party.sites(*hosts_of(lab, "ada", "ben", "cleo"))
    said = {site.name: [f"{site.name} {number}" for number in range(30)] for site in (ada, ben)}
    for site in (ada, ben):
        site.say(said[site.name])
    log = converged([cleo, ada, ben])
    for site in (ada, ben):
        assert texts_of(log, site) == said[site.name]


@pytest.mark.parametrize("traveller", ["ada", "ben"], ids=["dispatcher", "another"])
def test_a_site_whose_address_changes_stays_in_the_session(lab, party, traveller):
    lab.links(delay_ms=10)
    lab.network("wifi")
    sites = party.sites(*hosts_of(lab, "ada", "ben", "cleo"))
    gone = {site.name: site for site in sites}[traveller.capitalize()]
    gone.say(["from the old address"])
    lab.hosts[traveller].move("wifi")
    gone.say(["from the new one"])
    for site in sites:
        if site is not gone:
            site.say(["to the new one"])
    assert texts_of(converged(sites[::-1]), gone) == ["from the old address", "from the new one"]
    for site in sites:
        assert joined(site) == list(dict.fromkeys(joined(site)))


def joined(site: Site) -> list[str]:
    """Whom it saw coming; who comes anew is there twice."""
    events = [event for event in site.process.events if event["event"] == "member"]
    return [event["site"] for event in events if event["state"] == "joined"]


def test_who_looks_around_finds_a_session_by_multicast_and_is_let_in(lab, party, company, tmp_path):
    lab.links(delay_ms=5, jitter_ms=2)
    here, there = hosts_of(lab, "ada", "ben")
    words = ("--data", tmp_path / "ben", "--name", "Ben", "--near", TITLE)
    # The other way to be found is taken.
    with here.socket(BEACON_PORT), there.socket(BEACON_PORT):
        host = party.site(here, "--create", TITLE).process
        guest = company.start("site", *words, within=there.within)
        for process in (host, guest):
            process.wait_for(lambda event: event.get("code") == "no-broadcast", "no broadcast")
        assert asking(host)["words"] == asking(guest)["words"]
        run("admit", "--data", tmp_path / "ada", "Ben").ok()
        guest.wait_for(lambda event: event["event"] == "ready", "ready")
        (said,) = run("say", "--data", tmp_path / "ben", "hello").ok().lines
    assert said["state"] == "ordered"


def asking(process: Process) -> Json:
    return process.wait_for(lambda event: event["event"] == "asking", "the six words")


def test_a_site_behind_a_router_takes_part_and_survives_its_rebinding(lab, party):
    lab.links(delay_ms=10)
    lab.network("home", Kind.SYMMETRIC)
    outside, inside = lab.host("ada"), lab.host("zoe", "home")
    ada, zoe = party.sites(outside, inside)
    zoe.say(["from home"])
    lab.rebind("home")
    zoe.say(["from another port"])
    ada.say(["to another port"])
    assert len(texts_of(converged([ada, zoe]), zoe)) == 2


def test_who_was_cut_off_has_everything_after_the_cut(lab, party):
    lab.links(delay_ms=10)
    hosts = hosts_of(lab, "ada", "ben", "cleo")
    ada, ben, cleo = party.sites(*hosts)
    lab.partition(hosts[:2], hosts[2:])
    ada.say(["while you were away"])
    ben.say(["I heard it"])
    lab.heal()
    log = converged([ada, ben, cleo])
    assert [*texts_of(log, ada)[:1], *texts_of(log, ben)] == ["while you were away", "I heard it"]
