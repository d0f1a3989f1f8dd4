"""Three orders on a network that loses, doubles and reorders, with crashes and views.

What has to hold after every step: logs of one view are prefixes, settled entries never move, at
most one site holds a view's token, nothing is lost or doubled, causes come first. And once faults
stop: one view, one log, empty queues.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.instant import MILLI
from app.dispatcher.epochs import ViewId
from app.dispatcher.recovery import Start
from tests.unit.dispatcher.orders import World

NAMES = st.sampled_from("ABC")
ROUNDS = 60


class Orders(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World("ABC")
        self.said: list[str] = []
        self.causes: dict[str, list[str]] = {}
        self.settled: list[str] = []
        self.holders: dict[tuple[ViewId, int], str] = {}

    @rule(name=NAMES, count=st.integers(1, 3))
    def say(self, name, count):
        site = self.world[name]
        seen = site.log + site.queue
        site.say(count)
        mine = [entry for entry in site.log + site.queue if entry not in seen]
        self.said += mine
        self.causes.update(dict.fromkeys(mine, seen))

    @rule(place=st.integers(0, 999), times=st.integers(1, 2))
    def deliver(self, place, times):
        if self.world.wires:
            wire = self.world.wires.pop(place % len(self.world.wires))
            for _ in range(times):
                self.world.sites[wire.to].take(wire.sender, wire.frame)

    @rule(place=st.integers(0, 999))
    def lose(self, place):
        if self.world.wires:
            self.world.wires.pop(place % len(self.world.wires))

    @rule()
    def flow(self):
        self.world.flow()

    @rule(sender=NAMES, to=NAMES)
    def beat(self, sender, to):
        if sender != to:
            self.world.beat(sender, to)

    @rule(millis=st.sampled_from([10, 200, 500, 1_000]))
    def wait(self, millis):
        self.world.passes(millis * MILLI)

    @rule(asker=NAMES, goal=NAMES)
    def wish(self, asker, goal):
        site = self.world[asker]
        site.order.wish(self.world[goal].key, 1, self.world.now)
        site.turn()

    @rule(name=NAMES)
    def crash(self, name):
        self.world[name].start()

    @rule(name=NAMES)
    def view_for_no_reason(self, name):
        recovery = self.world[name].order.recovery
        if recovery.reasons.may_propose():
            recovery._step(Start("a test"), self.world.now)
            self.world[name].turn()

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def logs_of_one_view_are_prefixes(self):
        for one in self.world.sites.values():
            for other in self.world.sites.values():
                if one.disk.view and one.disk.view == other.disk.view:
                    short = min(one.disk.log.length, other.disk.log.length)
                    assert one.log[:short] == other.log[:short]

    @invariant()
    def settled_entries_never_move(self):
        for site in self.world.sites.values():
            mark = site.disk.settled
            common = min(mark, len(self.settled))
            assert site.log[:common] == self.settled[:common]
            if mark > len(self.settled):
                self.settled = site.log[:mark]

    @invariant()
    def a_move_has_one_holder(self):
        now = [site.disk.cur for site in self.world.sites.values() if site.holds]
        assert len(now) == len(set(now))
        for key, site in self.world.sites.items():
            if site.disk.hold is not None:
                name = key[:1].decode()
                move = (site.disk.cur, site.disk.hold)
                assert self.holders.setdefault(move, name) == name

    @invariant()
    def nothing_is_lost_or_twice_at_one_site(self):
        there = []
        for site in self.world.sites.values():
            here = site.log + site.queue
            assert len(here) == len(set(here))
            there += here
        assert set(self.said) == set(there)

    @invariant()
    def causes_come_first(self):
        for site in self.world.sites.values():
            places = {entry: place for place, entry in enumerate(site.log)}
            for entry, place in places.items():
                assert all(places.get(cause, place) < place for cause in self.causes[entry])

    def teardown(self):
        for _ in range(ROUNDS):
            self.world.admit()
            self.world.round()
            logs = [site.log for site in self.world.sites.values()]
            queues = [site.queue for site in self.world.sites.values()]
            views = {site.disk.prim_number for site in self.world.sites.values()}
            marks = {site.disk.settled for site in self.world.sites.values()}
            if (
                logs[0] == logs[1] == logs[2]
                and not any(queues)
                and len(views) == 1
                and marks == {len(logs[0])}
            ):
                break
        else:
            raise AssertionError(f"{views} {logs} {queues} {marks}")
        assert sorted(logs[0]) == sorted(self.said)


TestOrders = Orders.TestCase
TestOrders.settings = settings(max_examples=40, stateful_step_count=40)
