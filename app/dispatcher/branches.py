"""Working on without a quorum: gathering, making and joining branches (D1 to D3, D6).

One of those present asks all of them where they stand, takes the best root and the longest log on
it, and makes a branch of everybody who answered. A branch has a log of its own beside the primary
one, which stays as it is for votes. Wrong times here cost time, never order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from app.core import limits
from app.core.errors import RemoteError
from app.core.ids import Key, site_bytes, site_of
from app.core.instant import Micros, after, earliest
from app.core.rng import Rng
from app.dispatcher import rules
from app.dispatcher.catchup import Catchup
from app.dispatcher.desk import Desk, Installed
from app.dispatcher.epochs import ViewId
from app.dispatcher.incoming import Incoming
from app.dispatcher.messages import Branch, Chunk, Gather, Gathered
from app.dispatcher.reasons import Reasons
from app.dispatcher.views import Member, View, is_quorum, well_formed
from app.dispatcher.voter import Voter


class State(Enum):
    """How far a branch of this site's making is."""

    IDLE = "no gathering of this site is under way"
    ASKING = "asking those present where they stand"
    FETCHING = "the base is chosen; it is not on this disk yet"


@dataclass(frozen=True, slots=True)
class Start:
    """Those present can't go on together as they are."""


@dataclass(frozen=True, slots=True)
class Answered:
    """All answered, or had their time."""


@dataclass(frozen=True, slots=True)
class BaseHere:
    """The base is here, and is what was named."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A quorum was seen, a view was installed, or it takes too long."""


Happening = Start | Answered | BaseHere | Dropped

TRANSITIONS: dict[tuple[State, type[Happening]], tuple[State, str]] = {
    (State.IDLE, Start): (State.ASKING, "ask"),
    (State.ASKING, Answered): (State.FETCHING, "choose"),
    (State.FETCHING, BaseHere): (State.IDLE, "make"),
    (State.ASKING, Dropped): (State.IDLE, "drop"),
    (State.FETCHING, Dropped): (State.IDLE, "drop"),
}


class Branches:
    """This site's part in branches; `entered` is what the last call made or joined."""

    def __init__(self, desk: Desk, voter: Voter, reasons: Reasons, rng: Rng) -> None:
        self.desk = desk
        self.voter = voter
        self.reasons = reasons
        self.rng = rng
        self.state = State.IDLE
        self.entered: Installed | None = None
        self.newcomers: Callable[[], list[Key]] = list
        now = reasons.since
        self._quorum_at = now
        self._holder_at = now
        self._check_at = now
        self._look_at: Micros | None = now
        self._not_before = now
        self._patience_micros = limits.BRANCH_PATIENCE_MICROS
        self._number = 0
        self._repeat_at: Micros | None = None
        self._joining: tuple[Key, View, Incoming] | None = None
        self._clear(now)

    def _clear(self, now: Micros) -> None:
        self._answers: dict[Key, Gathered] = {}
        self._asked: list[Key] = []
        self._until = now
        self._plan: tuple[View, Incoming] | None = None

    # --- the machine ------------------------------------------------------------------------------

    def _step(self, happening: Happening, now: Micros) -> None:
        """Take one transition of the table; what is not in it does nothing."""
        entry = TRANSITIONS.get((self.state, type(happening)))
        if entry is None:
            return
        self.state, action = entry
        match action:
            case "ask":
                self._ask(now)
            case "choose":
                self._choose(now)
            case "make":
                self._make(now)
            case _:
                self._clear(now)

    def _ask(self, now: Micros) -> None:
        self._clear(now)
        self._number += 1
        self._until = after(now, limits.GATHER_MICROS)
        self._asked = [key for key in self._present(now) if key != self.desk.own]
        self._answers[self.desk.own] = self.gathered(Gather(self._number))
        self.desk.note(now, "view", f"gathers {len(self._asked)} others for a branch")
        for key in self._asked:
            self.desk.send(key, Gather(self._number))
        self._weigh(now)

    def gathered(self, frame: Gather) -> Gathered:
        """Where this site stands (D2)."""
        disk = self.desk.disk
        number, length = disk.best_root
        branch = disk.branch
        if branch is not None and (number, length) == (branch.number, branch.root_index):
            chain = disk.log.chain_at(length) or b""
            return Gathered(
                frame.number,
                number,
                length,
                chain or disk.plog.chain,
                disk.cur,
                disk.log.length,
                disk.log.chain,
                of_branch=True,
            )
        log = disk.plog
        return Gathered(
            frame.number, number, length, log.chain, disk.cur, length, log.chain, of_branch=False
        )

    def answered(self, sender: Key, frame: Gathered, now: Micros) -> None:
        """Somebody says where it stands."""
        if (
            self.state is State.ASKING
            and frame.number == self._number
            and sender in self._asked
            and frame.root_view <= self.desk.disk.highest
        ):
            self._answers[sender] = frame
            self._weigh(now)

    def _weigh(self, now: Micros) -> None:
        if len(self._answers) == len(self._asked) + 1:
            self._step(Answered(), now)

    def _choose(self, now: Micros) -> None:
        """D2: the best root, and the longest log that stands on it."""
        own = self.desk.own
        roots = {key: (item.root_view, item.root_length) for key, item in self._answers.items()}
        root = rules.root_of_branch(roots.values(), roots[own])
        able = [key for key in self._answers if roots[key] == root]
        # The first of the longest: this site itself, if it has one.
        source = max(able, key=lambda key: self._answers[key].length)
        best = self._answers[source]
        number = root[0]
        primary = self.desk.disk.certificates[number - 1].view
        seniority = {key: place for place, key in enumerate(primary.keys)}
        others = sorted(
            [key for key in self._answers if key != own],
            key=lambda key: (seniority.get(key, len(seniority)), key),
        )
        view = View(
            primary.session,
            number,
            rules.next_branch([item.cur for item in self._answers.values()], number),
            site_bytes(site_of(own)),
            tuple([Member(key, primary.location(key)) for key in [own, *others]]),
            primary.next_location,
            own,
            best.length,
            best.chain,
            root[1],
        )
        log = best.cur if best.of_branch else ViewId(number)
        incoming = Incoming(self.desk, number, (best.length, best.chain), log)
        self._plan = (view, incoming)
        self._until = after(now, self._patience_micros)
        if incoming.here:
            self._step(BaseHere(), now)
        elif source != own:
            incoming.ask(source, now)

    def _make(self, now: Micros) -> None:
        assert self._plan is not None, "FETCHING has a plan"
        view, incoming = self._plan
        self._clear(now)
        self._rest(now)
        if rules.may_join(view.id, self.desk.disk.cur, _root(view), self.desk.disk.best_root):
            self._enter(view, incoming, now)
            self._announce(now)

    def _rest(self, now: Micros) -> None:
        """Give a branch its time before another one is made."""
        pause = self._patience_micros * self.rng.uniform(0.75, 1.25)
        self._not_before = after(now, round(pause))
        self._patience_micros = min(2 * self._patience_micros, limits.BALLOT_PATIENCE_MICROS_MAX)

    def _announce(self, now: Micros) -> None:
        """D2: tell the members, until they show it."""
        branch = self.desk.disk.branch
        self._repeat_at = None
        if branch is None or branch.session_leader != self.desk.own:
            return
        for key in branch.keys:
            heard = self.desk.heard.get(key)
            if key == self.desk.own or (heard is not None and heard.beat.cur >= branch.id):
                continue
            self._repeat_at = after(now, limits.BRANCH_REPEAT_MICROS)
            if self.reasons.here(key, now):
                self.desk.send(key, Branch(branch))

    # --- joining ----------------------------------------------------------------------------------

    def invited(self, sender: Key, frame: Branch, now: Micros) -> None:
        """D3: join a branch that names this site, once its base is here.

        Raises:
            RemoteError: it is not its maker's, or contradicts itself.
        """
        view, disk = frame.view, self.desk.disk
        if (
            view.session != disk.session
            or not view.branch
            or view.leader != site_bytes(site_of(sender))
            or view.session_leader != sender
            or view.first != sender
            or not view.has(self.desk.own)
            or not well_formed(view)
            or view.base_index < view.root_index
        ):
            message = "a branch that is not its maker's, or not well formed"
            raise RemoteError(message)
        if view.number > disk.highest:
            self.voter.recall(sender, now)
            return
        if not rules.may_join(view.id, disk.cur, _root(view), disk.best_root):
            return
        if self._joining is None or self._joining[1] != view:
            if self._joining is not None and self._joining[1].id > view.id:
                return
            base = (view.base_index, view.base_chain)
            self._joining = (sender, view, Incoming(self.desk, view.number, base, view.id))
        self._grown(now)
        if self._joining is not None:
            self._joining[2].ask(sender, now)

    def got(self, sender: Key, frame: Chunk, now: Micros) -> None:
        """A part of a base."""
        for incoming in self._incoming():
            incoming.got(sender, frame, now)
        self._grown(now)

    def catchups(self) -> list[Catchup]:
        """What fetches for bases that are on their way."""
        return [incoming.catchup for incoming in self._incoming()]

    def grown(self, now: Micros) -> None:
        """A base on its way may have grown."""
        self._grown(now)

    def _incoming(self) -> list[Incoming]:
        plans = [] if self._plan is None else [self._plan[1]]
        return plans if self._joining is None else [*plans, self._joining[2]]

    def _grown(self, now: Micros) -> None:
        if self._plan is not None:
            if self._plan[1].here:
                self._step(BaseHere(), now)
            elif self._plan[1].wrong:
                self._step(Dropped(), now)
        if self._joining is None:
            return
        _, view, incoming = self._joining
        disk = self.desk.disk
        if incoming.wrong or not rules.may_join(view.id, disk.cur, _root(view), disk.best_root):
            self._joining = None
        elif incoming.here:
            self._joining = None
            self._enter(view, incoming, now)

    def _enter(self, view: View, incoming: Incoming, now: Micros) -> None:
        """D2, D3: work in the branch; the primary log, promises and what is firm stay."""
        disk = self.desk.disk
        before, length = disk.present, disk.log.length
        self.desk.flush_stored()
        disk.keep_rows(incoming.lane.rows)
        taken = incoming.lane.taken
        surely = disk.surely_same(view.number)
        common = disk.enter_branch(view, incoming.lane.log, taken)
        hold = rules.hold_after_decide(view, self.desk.own, None, newly_installed=True)
        disk.set_token(hold, 0)
        disk.set_hand_over(None)
        self.desk.home = None
        self.desk.switched(common, length, surely, None if taken is None else taken[1])
        primary = disk.certificates[view.number - 1].view
        if disk.log.chain_at(primary.base_index) == primary.base_chain:
            self.desk.settle(primary.base_index)
        self._holder_at = now
        self.entered = Installed(view, before)

    # --- reasons ----------------------------------------------------------------------------------

    def _present(self, now: Micros) -> list[Key]:
        """Who is here, belongs here and is not leaving; oneself first."""
        keys = dict.fromkeys([self.desk.own, *self.desk.around(), *self.newcomers()])
        return [
            key
            for key in keys
            if self.reasons.here(key, now)
            and key not in self.desk.convicted
            and (key == self.desk.own or not self.desk.heard[key].beat.leaving)
        ]

    def _wanted(self, now: Micros) -> bool:
        """D1: whether this site is to gather those present."""
        disk, heard = self.desk.disk, self.desk.heard
        if disk.present is None:
            return False
        present = self._present(now)
        others = [key for key in present if key != self.desk.own]
        if is_quorum(disk.certificates[-1].view, present):
            self._quorum_at = now
        if disk.hold is not None:
            self._holder_at = now
        fenced = any(
            heard[key].beat.fenced and not heard[key].beat.cur.branch for key in others
        ) or (disk.fenced and disk.branch is None)
        if not rules.may_gather(
            quorum=now - self._quorum_at < limits.NO_QUORUM_MICROS,
            one_view=disk.view is not None
            and all(heard[key].beat.cur == disk.cur for key in others),
            holder=now - self._holder_at < limits.HOLDER_MISSING_MICROS,
            fenced=fenced,
        ):
            return False
        own = (-disk.highest, -disk.prim_number, site_of(self.desk.own))
        return all(
            own < (-heard[key].beat.highest, -heard[key].beat.prim, site_of(key)) for key in others
        )

    def seen_holder(self, view: ViewId, now: Micros) -> None:
        """Somebody shows that it holds the token of a view: the present one's counts."""
        if view == self.desk.disk.cur:
            self._holder_at = now

    def installed(self, now: Micros) -> None:
        """Any view was installed: a gathering under way is about what was before (D1)."""
        if not rules.keeps_gathering(quorum=False, installed=True):
            self._step(Dropped(), now)
        if self.desk.disk.branch is None:
            self._patience_micros = limits.BRANCH_PATIENCE_MICROS
        self._holder_at = now
        self._joining = None
        self._look_at = self._check_at

    def woke(self, now: Micros) -> None:
        """Hear first."""
        self._step(Dropped(), now)
        self._quorum_at = now
        self._holder_at = now

    # --- time -------------------------------------------------------------------------------------

    def look(self, now: Micros) -> None:
        """There is news: look in this turn whether a branch is wanted."""
        self._check_at = min(self._check_at, now)
        self._look_at = self._check_at

    def tick(self, now: Micros) -> None:
        """Look whether a branch is wanted; go on with what is under way."""
        for incoming in self._incoming():
            incoming.catchup.tick(now)
        if self._repeat_at is not None and now >= self._repeat_at:
            self._announce(now)
        if now >= self._check_at:
            self._check_at = self._look_at = after(now, limits.REASON_CHECK_MICROS)
            wanted = self._wanted(now)
            quorum = now - self._quorum_at < limits.NO_QUORUM_MICROS
            if self._quorum_at == now and self.desk.disk.branch is None and not wanted:
                quiet = self.reasons.quiet_until(now)
                self._look_at = None if quiet is None else max(self._check_at, quiet)
            if not rules.keeps_gathering(quorum=quorum, installed=False):
                self._step(Dropped(), now)
            elif wanted and now >= self._not_before:
                self._step(Start(), now)
        if self.state is State.ASKING and now >= self._until:
            self._step(Answered(), now)
        elif self.state is State.FETCHING and now >= self._until:
            self._rest(now)
            self._step(Dropped(), now)

    def deadline(self) -> Micros | None:
        """When `tick` has something to do."""
        times = [incoming.catchup.deadline() for incoming in self._incoming()]
        return earliest(
            None if self.desk.disk.present is None else self._look_at,
            None if self.state is State.IDLE else self._until,
            self._repeat_at,
            *times,
        )


def _root(view: View) -> rules.Root:
    return view.number, view.root_index
