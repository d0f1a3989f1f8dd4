"""Shared programs at whole sites: offer, join, act, compare, leave, with guests played by the test."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from app.core import limits
from app.core.ids import site_of
from app.node.api import (
    AnswerFile,
    AskFloor,
    ConsentShown,
    Denied,
    Done,
    EndShare,
    GiveFloor,
    JoinShare,
    OfferShare,
    ReadShares,
    RestartShare,
    SetFloor,
    ShareFileWanted,
    SharePointer,
    ShareRefused,
    ShareShown,
    ShareWindows,
    StopShare,
    WindowShown,
    WorkedApart,
)
from app.node.contract import (
    GuestEnded,
    GuestSpoke,
    PlaceFile,
    StartGuest,
    StopGuest,
    TellGuest,
)
from app.node.shares.copy import (
    TRANSITIONS,
    Broke,
    Copy,
    CopyInput,
    CopyState,
    FilesHere,
    GuestReady,
)
from app.tkshare.model.bodies import Offer
from app.tkshare.model.manifest import ProgramFile, encode_listing, hash_of
from app.tkshare.model.record import Record
from app.tkshare.model.statements import ChosenFile
from tests.unit.node.support.world import Site, World
from tests.unit.tkshare.stage import OFFER

PROGRAM = b"import tkinter\n" * 20_000
LISTING = encode_listing([ProgramFile("calculator.py", len(PROGRAM), hash_of(PROGRAM))])


def offer_of(program: bytes = PROGRAM) -> Offer:
    return replace(OFFER, size=len(program), listing=hash_of(LISTING), listing_size=len(LISTING))


class Player:
    """Plays the guest of one site: reads what it is told, says what a guest says."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.read = 0
        self.guest = 0
        self.acknowledged = 0
        self.heard: list[list[Any]] = []
        self.placed: list[PlaceFile] = []
        self.started: list[dict[str, Any]] = []

    def look(self) -> list[list[Any]]:
        """Read what is new; the frames."""
        new = self.site.guests[self.read :]
        self.read += len(new)
        frames: list[list[Any]] = []
        for output in new:
            match output:
                case StartGuest(guest, kind, program):
                    assert kind == "tk"
                    self.guest = guest
                    self.heard, frames = [], []
                    self.started.append(json.loads(program))
                case TellGuest(guest, message):
                    assert guest == self.guest
                    frames.append(json.loads(message))
                case StopGuest(guest):
                    self.guest = 0 if guest == self.guest else self.guest
                case PlaceFile():
                    self.placed.append(output)
        self.heard += frames
        return frames

    def says(self, *frame: object) -> None:
        self.site.turn(GuestSpoke(self.guest, json.dumps(frame).encode()))

    def hello(self, look: str = "aa") -> None:
        self.look()
        assert self.guest, "no guest was started"
        self.says("hello", "tk", {"tk": "8.6.13"}, "tk", [], look)

    def applies(self) -> None:
        """Replay all that was told."""
        count, index = 0, 0
        for frame in self.look():
            if frame[0] in {"events", "clock"}:
                count += len(frame[5]) if frame[0] == "events" else 1
                index = frame[1]
        if count:
            self.says("applied", index, count, 0)

    def marks(self) -> list[int]:
        self.look()
        return [f[1] for f in self.heard if f[0] == "mark"]

    def events(self) -> list[tuple[str, list[Any]]]:
        """(person, event) of all that was replayed."""
        return [(f[3], event) for f in self.heard if f[0] == "events" for event in f[5]]


def shares(site: Site) -> tuple[ShareShown, ...]:
    value: tuple[ShareShown, ...] = site.value(site.do(ReadShares))
    return value


@pytest.fixture
def world() -> World:
    return World(windows=True)


def offered(world: World, *names: str) -> tuple[str, list[Site], list[Player]]:
    """The first shares a program, the others join; all copies are current."""
    sites = world.session(*names)
    world.run(1)
    sites[0].blobs.put(PROGRAM)
    token = sites[0].do(lambda token: OfferShare(token, offer_of(), LISTING))
    share: str = sites[0].value(token)
    players = [Player(site) for site in sites]
    world.run(0.3)
    players[0].hello()
    world.run(0.5)
    for site, player in zip(sites[1:], players[1:], strict=True):
        token = site.do(lambda token: JoinShare(token, share, consent=True))
        assert site.answer(token) == Done(token)
        world.run(2)
        player.hello()
        world.run(0.5)
    (shown,) = shares(sites[0])
    assert [each.current for each in shown.people] == [True] * len(sites)
    return share, sites, players


PRESS = ["press", ".b", 8, 8, 1, 0, None, 0]
RELEASE = ["release", ".b", 8, 8, 1, 256, None, 40]
KEY = ["key", ".e", 97, 38, 0, "a", 0, 0]


def test_a_program_goes_to_who_joins_and_starts_there(world: World) -> None:
    share, (_ann, ben), players = offered(world, "Ann", "Ben")
    assert ben.blobs.kept[hash_of(PROGRAM)] == PROGRAM
    for player in players:
        (program,) = player.started
        assert program["share"] == share
        assert program["entry"] == "calculator.py"
        assert program["listing"] == hash_of(LISTING).hex()
    (shown,) = shares(ben)
    assert (shown.title, shown.phase, shown.copy) == ("calculator", "running", "current")
    assert [each.name for each in shown.people] == ["Ann", "Ben"]


def test_without_consent_nothing_is_fetched_and_the_person_sees_what_would_run(
    world: World,
) -> None:
    ann, ben = world.session("Ann", "Ben")
    ann.blobs.put(PROGRAM)
    share = ann.value(ann.do(lambda token: OfferShare(token, offer_of(), LISTING)))
    world.run(1)
    facts = ben.value(ben.do(lambda token: JoinShare(token, share, consent=False)))
    assert isinstance(facts, ConsentShown)
    assert (facts.title, facts.size, facts.sender_name) == ("calculator", len(PROGRAM), "Ann")
    assert facts.program == hash_of(LISTING).hex()
    world.run(2)
    assert ben.blobs.kept == {} and ben.guests == []


def test_what_one_does_is_replayed_on_all_copies_the_doers_included(world: World) -> None:
    _share, _sites, players = offered(world, "Ann", "Ben", "Cleo")
    players[1].says("input", 0, 1_000, [PRESS, RELEASE])
    world.run(0.5)
    for player in players:
        player.applies()
    assert [kind for _, (kind, *_) in players[0].events()] == ["press", "release"]
    assert players[0].heard == players[1].heard
    assert players[0].heard == players[2].heard
    assert ["names", 0, [".b"]] in players[0].heard


def test_a_late_copy_is_told_everything_from_the_first_step_on(world: World) -> None:
    share, sites, players = offered(world, "Ann")
    for number in range(700):
        players[0].says("input", 0, 1_000 + number * 20, [KEY])
        world.run(0.02)
        players[0].applies()
    late = world.joined(sites[0].invite, "Zoe")
    player = Player(late)
    late.do(lambda token: JoinShare(token, share, consent=True))
    world.run(2)
    player.hello()
    world.run(0.2)
    player.look()
    assert len(player.events()) == limits.SHARE_CREDIT_EVENTS
    player.says("input", 0, 5, [KEY])
    world.run(0.5)
    assert shares(late)[0].copy == "replaying", "nothing goes out before the copy is current"
    for _ in range(4):
        player.look()
        done = sum(len(f[5]) for f in player.heard if f[0] == "events") - player.acknowledged
        player.acknowledged += done
        player.says("applied", player.heard[-1][1], done, 0)
        world.run(0.2)
    assert shares(late)[0].copy == "current"
    assert [f for f in player.heard if f[0] == "events"] == [
        f for f in players[0].heard if f[0] == "events"
    ]


def test_copies_are_compared_in_a_quiet_moment(world: World) -> None:
    _share, (ann, _ben), players = offered(world, "Ann", "Ben")
    players[0].says("input", 0, 1_000, [KEY])
    world.run(0.1)
    for player in players:
        player.applies()
    world.run(3)
    marks = [player.marks() for player in players]
    assert marks[0] == marks[1]
    mark = marks[0][-1]
    for player in players:
        player.says("digest", mark, "ab" * 16, [[".", "cd" * 16]])
    world.run(0.5)
    (shown,) = shares(ann)
    assert (shown.identical, shown.agreed, shown.copies) == (True, mark, 2)
    world.run(10)
    assert players[0].marks() == marks[0], "nothing passed since"


def test_copies_are_compared_when_one_came_though_nothing_passed(world: World) -> None:
    share, (ann,), players = offered(world, "Ann")
    world.run(3)
    before = players[0].marks()
    late = world.joined(ann.invite, "Zoe")
    player = Player(late)
    late.do(lambda token: JoinShare(token, share, consent=True))
    world.run(2)
    player.hello()
    world.run(3)
    assert shares(late)[0].copy == "current"
    marks = player.marks()
    assert len(marks) == len(before) + 1
    for each in (*players, player):
        each.look()
        each.says("digest", marks[-1], "ab" * 16, [[".", "cd" * 16]])
    world.run(0.5)
    assert (shares(ann)[0].identical, shares(ann)[0].copies) == (True, 2)
    world.run(10)
    assert player.marks() == marks


def test_copies_that_differ_are_named_and_one_can_be_restarted(world: World) -> None:
    share, (ann, ben), players = offered(world, "Ann", "Ben")
    players[0].says("input", 0, 1_000, [KEY])
    world.run(0.1)
    for player in players:
        player.applies()
    world.run(3)
    mark = players[0].marks()[-1]
    players[0].says("digest", mark, "ab", [[".e", "01"]])
    players[1].says("digest", mark, "cd", [[".e", "02"]])
    world.run(0.5)
    (shown,) = shares(ann)
    assert shown.identical is False and shown.differs is not None
    assert shown.differs[1] == ".e"
    first = players[1].guest
    ben.do(lambda token: RestartShare(token, share))
    world.run(0.5)
    players[1].hello()
    world.run(0.5)
    players[1].applies()
    world.run(0.5)
    assert players[1].guest != first
    assert shares(ben)[0].copy == "current"
    players[0].look()
    assert [f[0] for f in players[1].heard] == [f[0] for f in players[0].heard]


def test_who_may_not_act_is_told_why_and_nothing_goes_into_the_log(world: World) -> None:
    share, (ann, ben), players = offered(world, "Ann", "Ben")
    ann.do(lambda token: SetFloor(token, share, "request"))
    world.run(0.3)
    before = ann.status.head_index
    players[1].says("input", 0, 1_000, [KEY])
    world.run(0.5)
    assert ann.status.head_index == before
    assert ben.told(ShareRefused)[-1].why == "ask for the floor first"
    ben.do(lambda token: AskFloor(token, share))
    world.run(0.3)
    players[1].says("input", 0, 1_000, [KEY])
    world.run(0.5)
    assert len([f for f in players[0].look() if f[0] == "events"]) == 1
    ben.do(lambda token: GiveFloor(token, share, site_of(ann.key)))
    world.run(0.3)
    assert shares(ben)[0].holder == site_of(ann.key)


def test_a_copy_that_broke_has_nothing_to_repair_when_the_log_is_cut() -> None:
    copy = Copy("share", Record(), "")
    for given in (FilesHere(), GuestReady()):
        assert copy.take(given)
    copy.guest, copy.told = 7, 3
    assert copy.cut(2)
    assert copy.take(Broke())
    copy.guest = None
    assert not copy.cut(2)


def test_what_is_done_apart_from_the_others_is_refused_and_all_goes_on_together(
    world: World,
) -> None:
    _share, (ann, ben, cleo), players = offered(world, "Ann", "Ben", "Cleo")
    others = [frozenset((cleo.address, other.address)) for other in (ann, ben)]
    world.cut |= set(others)
    world.run(8)
    assert cleo.told(WorkedApart)
    before = cleo.status.head_index
    players[2].says("input", 0, 1_000, [KEY])
    world.run(0.5)
    assert cleo.told(ShareRefused)[-1].why.startswith("you are apart from the others")
    assert cleo.status.head_index == before
    world.cut.clear()
    world.run(8)
    for player in players:
        if not player.guest:
            player.hello()
    world.run(1)
    for player in players:
        player.applies()
    (shown,) = shares(ann)
    assert [each.name for each in shown.people if each.current] == ["Ann", "Ben", "Cleo"]
    players[2].says("input", ann.status.head_index, 20_000, [PRESS, RELEASE])
    world.run(1)
    players[0].look()
    assert [event[0] for _, event in players[0].events()] == ["press", "release"]


def test_a_file_is_chosen_by_the_doer_and_its_bytes_are_there_before_the_guest_hears(
    world: World,
) -> None:
    share, (ann, ben), players = offered(world, "Ann", "Ben")
    me = site_of(ben.key)
    for player in players:
        player.says("wants", "file", me, "open", "Open", "*.txt")
    world.run(0.3)
    assert [e.how for e in ben.told(ShareFileWanted)] == ["open"]
    assert ann.told(ShareFileWanted) == []
    text = b"hello\n" * 9_000
    chosen = ChosenFile("notes.txt", len(text), ben.blobs.put(text))
    ben.do(lambda token: AnswerFile(token, share, (chosen,)))
    world.run(2)
    for player in players:
        player.look()
        (frame,) = [f for f in player.heard if f[0] == "file"]
        (placed,) = player.placed
        assert frame[4] == [placed.path] and placed.hash == chosen.hash
    assert ann.blobs.kept[chosen.hash] == text


def test_the_keeper_alone_asks_for_ticks_and_at_most_twenty_a_second(world: World) -> None:
    _share, _sites, players = offered(world, "Ann", "Ben")
    for _ in range(100):
        players[0].says("wants", "tick", [])
        players[1].says("wants", "tick", [])
        world.run(0.01)
        for player in players:
            player.applies()
    world.run(0.3)
    ticks = [f for f in players[1].heard if f[0] == "clock"]
    assert 15 <= len(ticks) <= 21


def test_ticks_leave_the_log_alone_once_nobody_acted_for_a_minute(world: World) -> None:
    _share, (ann,), players = offered(world, "Ann")
    players[0].says("input", 0, 1_000, [KEY])

    def entries_within(seconds: int) -> int:
        before = ann.status.head_index
        for _ in range(seconds):
            players[0].says("wants", "tick", [])
            world.run(1)
            players[0].applies()
        return ann.status.head_index - before

    assert entries_within(10) >= 10
    entries_within(52)
    quiet = entries_within(10)
    assert quiet <= 1
    players[0].says("input", 0, 80_000, [KEY])
    world.run(0.1)
    assert entries_within(5) >= 5


def test_a_guest_that_ends_leaves_the_site_alive_and_can_be_started_again(world: World) -> None:
    share, (ann, ben), players = offered(world, "Ann", "Ben")
    ben.turn(GuestEnded(players[1].guest, "the program ended (signal 11)"))
    world.run(0.5)
    (shown,) = shares(ben)
    assert (shown.copy, shown.why) == ("failed", "the program ended (signal 11)")
    assert [each.name for each in shares(ann)[0].people] == ["Ann"]
    ben.do(lambda token: RestartShare(token, share))
    world.run(0.5)
    players[1].hello()
    world.run(0.5)
    assert shares(ben)[0].copy == "current"


def test_the_stop_key_ends_the_copy_here_at_once(world: World) -> None:
    _share, (ann, ben), players = offered(world, "Ann", "Ben")
    players[1].says("key", "stop")
    assert isinstance(ben.guests[-1], StopGuest)
    world.run(0.5)
    assert shares(ben)[0].copy == "ended"
    assert [each.name for each in shares(ann)[0].people] == ["Ann"]


def test_a_guest_that_says_nothing_hangs_and_is_not_killed(world: World) -> None:
    _share, (ann, _ben), players = offered(world, "Ann", "Ben")
    world.run(6)
    assert shares(ann)[0].hung
    players[0].says("alive")
    assert not shares(ann)[0].hung


def test_a_share_that_ends_stops_all_copies(world: World) -> None:
    share, (ann, ben), _players = offered(world, "Ann", "Ben")
    ann.do(lambda token: EndShare(token, share))
    world.run(0.5)
    for site in (ann, ben):
        assert isinstance(site.guests[-1], StopGuest)
        assert shares(site)[0].phase == "ended"
    answer = ben.ask(lambda token: JoinShare(token, share, consent=True))
    assert isinstance(answer, Denied)


def test_whoever_is_no_member_any_more_takes_no_part(world: World) -> None:
    share, (ann, ben, _cleo), players = offered(world, "Ann", "Ben", "Cleo")
    players[2].says("input", 0, 5, [PRESS])
    world.run(0.5)
    world.sites.pop(_cleo.address)
    _cleo.stop()
    world.run(30)
    (shown,) = shares(ann)
    assert [each.name for each in shown.people] == ["Ann", "Ben"]
    assert shown.dragging is None
    assert isinstance(ben.ask(lambda token: StopShare(token, share)), Done)


@pytest.mark.parametrize(
    "message",
    [b"", b"{", b"[]", b"null", b'["input"]', b'["hello"]', b'["input",0,0,[["press"]]]', b"[" * 9_000,
     b'["applied",-1,0,0]', b'["digest",1,"zz",[]]', b'["wants","file","x","open","",""]',
     b'"' + b"x" * 70_000 + b'"'],
)  # fmt: skip
def test_whatever_a_guest_says_the_site_lives(world: World, message: bytes) -> None:
    _share, (ann,), players = offered(world, "Ann")
    before = ann.status.head_index
    ann.turn(GuestSpoke(players[0].guest, message))
    ann.turn(GuestSpoke(99, message))
    world.run(0.3)
    assert ann.status.head_index == before
    assert shares(ann)[0].copy == "current"


def test_a_guest_can_not_flood_the_log(world: World) -> None:
    _share, (ann,), players = offered(world, "Ann")
    before = ann.status.head_index
    for number in range(2_000):
        players[0].says("input", number, number, [KEY] * 64)
    world.run(0.001)
    assert ann.status.head_index - before <= limits.SHARE_BATCHES_MAX


def test_a_copy_that_catches_up_is_heard_however_much_it_has_replayed(world: World) -> None:
    share, (ann, ben), players = offered(world, "Ann", "Ben")
    clicks = [PRESS, RELEASE] * 32
    for number in range(12):
        players[0].says("input", ann.status.head_index, 1_000 * number, clicks)
        world.run(0.2)
        for player in players:
            player.applies()
    total = len(players[0].events())
    assert total > limits.SHARE_GUEST_FRAMES_PER_SECOND
    ben.do(lambda token: RestartShare(token, share))
    world.run(0.3)
    players[1].hello()
    for _ in range(total):
        for frame in players[1].look():
            for _event in frame[5] if frame[0] == "events" else ():
                players[1].says("applied", frame[1], 1, 0)
    assert len(players[1].events()) == total


def test_every_input_in_every_state_of_a_copy_is_in_the_table_or_does_nothing() -> None:
    inputs: tuple[type[CopyInput], ...] = get_args(CopyInput)
    for state in CopyState:
        for given in inputs:
            copy = Copy("s", Record(), "")
            copy.state = state
            found = TRANSITIONS.get((state, given))
            assert copy.take(given()) is (found is not None)
            assert copy.state is (state if found is None else found[0])


# --- what windows are shown -----------------------------------------------------------------------


def test_what_one_person_does_in_a_row_is_one_action(world: World) -> None:
    _share, (ann, ben), (first, second) = offered(world, "Ann", "Ben")
    for _each in range(3):
        first.says("input", 0, 0, [KEY])
        world.run(0.2)
        first.applies()
        second.applies()
    second.says("input", 0, 0, [["move", ".b", 8, 8, 0, None, 0]])
    second.says("input", 0, 0, [PRESS, RELEASE])
    world.run(0.5)
    (shown,) = shares(ann)
    press, keys = shown.recent
    assert (press.kind, press.window, press.site) == ("press", ".b", site_of(ben.key))
    assert (keys.kind, keys.window, keys.count, keys.site) == ("keys", ".e", 3, site_of(ann.key))
    assert press.index > keys.index


def test_windows_and_pointers_of_the_copy_here_are_told(world: World) -> None:
    share, (ann, ben), (first, _second) = offered(world, "Ann", "Ben")
    first.says("window", None, ".", 300, 200, True)
    first.says("window", None, ".top", 10, 20, True)
    first.says("window", None, ".top", 10, 20, False)
    first.says("pointer", site_of(ben.key), 40, -3)
    first.says("pointer", site_of(ann.key), 40, 30)
    told = [each for each in ann.events if isinstance(each, ShareWindows)]
    assert told[-1] == ShareWindows(share, (WindowShown(".", 300, 200),))
    pointers = [each for each in ann.events if isinstance(each, SharePointer)]
    assert pointers == [SharePointer(share, site_of(ben.key), 40, -3)]
