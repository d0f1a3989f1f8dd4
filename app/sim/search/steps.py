"""What can happen next in a small world, decided by the very rules that sites run by.

Each step is one turn of one site: (disk, message) to (disk, messages). Everything that `app.
dispatcher.rules` decides is asked there, by name, so a planted bug works here, too. What is bounded
is how much is said, proposed, moved and gathered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, takewhile
from typing import Any

from app.core.ids import Key
from app.dispatcher import rules
from app.dispatcher.epochs import Epoch, epoch_of
from app.dispatcher.views import View, is_quorum
from app.sim.search.state import (
    Branched,
    Collected,
    Handed,
    Leaving,
    Log,
    Message,
    Numbers,
    OrderedRow,
    Promised,
    Proposed,
    Reported,
    Row,
    Said,
    Site,
    Submitted,
    Tables,
    Voted,
    World,
    branch,
    chain_of,
    is_prefix,
    key_of,
    primary,
)

RULES: Any = rules
"""The same functions; logs stand here for hashes and entries, so their types differ."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may happen."""

    entries: tuple[int, ...]
    ballots: int = 1
    views: int = 1
    moves: int = 0
    branches: int = 0
    leaver: int | None = None


Step = tuple[str, Numbers]
"""(what happens, the world after it)."""
Turn = tuple[Site, list[Message], str]
"""(the disk after a turn, what it sends, what happened)."""


class Steps:
    """The steps of one scenario."""

    def __init__(self, bounds: Bounds, tables: Tables) -> None:
        self._bounds = bounds
        self._tables = tables
        self._known: dict[tuple[int, int, int], list[Turn]] = {}
        self._reports: list[Reported] = []

    def of(self, world: World) -> Iterator[Step]:
        """Every step that can come next, with the world after it."""
        self._reports = [message for message in world.sent if isinstance(message, Reported)]
        for place in range(len(world.sites)):
            if not world.sites[place].left:
                yield from self._acts(world, place)
                for message, number in zip(world.sent, world.key[1], strict=True):
                    known = (place, world.key[0][place], number)
                    turns = self._known.get(known)
                    if turns is None:
                        turns = self._known[known] = list(self._turns(world, place, message))
                    for site, sent, name in turns:
                        yield from self._end(world, place, site, sent, name)
                    yield from self._judges(world, place, message)

    # --- a turn's end -----------------------------------------------------------------------------

    def _end(
        self, world: World, place: int, site: Site, sent: list[Message], name: str
    ) -> Iterator[Step]:
        """O1, O3: who holds orders its own queue; then what is on disk may be reported (O6)."""
        if site.hold is not None and site.queue:
            site, rows = order(site, site.queue)
            sent = [*sent, *rows]
        site = self._count(world, place, site)
        tables = self._tables
        numbers = list(world.key[1])
        for message in sent:
            number = tables.message(message)
            if number not in numbers:
                numbers.append(number)
        if site == world.sites[place] and len(numbers) == len(world.key[1]):
            return
        if site.prim and not site.left:
            self._report(Reported(key_of(place), site.prim, site.plog[: firm(site)]), numbers)
        sites = list(world.key[0])
        sites[place] = tables.site(site)
        yield f"{chr(65 + place)} {name}", (tuple(sites), tuple(sorted(numbers)))

    def _report(self, report: Reported, numbers: list[int]) -> None:
        """A longer report takes the place of a shorter one."""
        messages = self._tables.messages
        for place, number in enumerate(numbers):
            other = messages[number]
            if isinstance(other, Reported) and other.by == report.by and other.prim == report.prim:
                if len(other.log) < len(report.log):
                    numbers[place] = self._tables.message(report)
                return
        numbers.append(self._tables.message(report))

    def _count(self, world: World, place: int, site: Site) -> Site:
        """O6: the mark, from all reports there are."""
        view = site.view
        if view is None or not rules.may_settle(view):
            return site
        lengths: dict[Key, int] = {key_of(place): firm(site)}
        for message in self._reports:
            if message.by != key_of(place) and rules.counts_for_settling(message.prim, view.number):
                lengths[message.by] = max(lengths.get(message.by, 0), len(message.log))
        mark = min(rules.settled_length(view, lengths), len(site.log))
        return site._replace(settled=max(site.settled, mark))

    # --- what a site does by itself ---------------------------------------------------------------

    def _acts(self, world: World, place: int) -> Iterator[Step]:
        site, key, bounds = world.sites[place], key_of(place), self._bounds
        view = site.view
        leaves = place == bounds.leaver and any(
            isinstance(message, Leaving) for message in world.sent
        )
        if view is not None and site.said < bounds.entries[place] and not leaves:
            known = [row.said.name for row in site.log] + [said.name for said in site.queue]
            entry = Said(key, site.said + 1, tuple(sorted(known)))
            said = site._replace(said=entry.number, queue=(*site.queue, entry))
            yield from self._end(world, place, said, [], "says")
        if site.queue and site.hold is None and view is not None:
            # Whole, or one by one as far as numbers keep them in order (O2).
            author = site.queue[0].author
            singles = [
                (said,) for said in takewhile(lambda said: said.author == author, site.queue)
            ]
            for entries in dict.fromkeys([site.queue, *singles]):
                sent: list[Message] = [Submitted(site.cur, entries)]
                yield from self._end(world, place, site, sent, "submits")
        if bounds.moves and view is not None and site.hold is not None:
            yield from self._moves(world, place, site, view)
        tries = sum(isinstance(message, Collected) for message in world.sent)
        if site.prim and tries < bounds.ballots and site.prim <= bounds.views:
            yield from self._collects(world, place, site, tries)
        yield from self._installs(world, place, site)
        if bounds.branches:
            yield from self._gathers(world, place, site)
        if place == bounds.leaver:
            yield from self._leaves(world, place, site)

    def _moves(self, world: World, place: int, site: Site, view: View) -> Iterator[Step]:
        done = sum(isinstance(message, Handed) for message in world.sent)
        for target in view.keys:
            if done >= self._bounds.moves or target == key_of(place):
                continue
            k = (site.hold or 0) + 1
            if rules.may_release(site.cur, k, site.cur, site.hold, fenced=stopped(site)):
                released = site
                for record in rules.release_records(k, b"hand-over"):
                    if record.name == "hold":
                        released = released._replace(hold=None)
                    elif record.name == "kmax":
                        released = released._replace(kmax=k)
                handed = Handed(site.cur, k, target, site.log)
                yield from self._end(world, place, released, [handed], "hands over")

    def _collects(self, world: World, place: int, site: Site, tries: int) -> Iterator[Step]:
        key = key_of(place)
        view = site.views[site.prim - 1]
        if rules.may_propose(site.prim, site.prim, len(site.views), member=view.has(key)):
            ballot = rules.next_ballot(site.promised, key)
            asked = Collected(site.prim, ballot, tries)
            yield from self._end(world, place, site, [asked], "collects")

    def _leaves(self, world: World, place: int, site: Site) -> Iterator[Step]:
        """S4: say so, and go once a quorum of a view without it has installed it."""
        key = key_of(place)
        if not site.prim or not rules.may_say_leaving(
            holds=site.hold is not None,
            in_branch=site.branch is not None,
            queued=len(site.queue),
            settled=site.settled,
            length=len(site.log),
        ):
            return
        yield from self._end(world, place, site, [Leaving(key, site.prim)], "says it leaves")
        view = site.views[-1]
        installed = [
            key_of(other) for other, item in enumerate(world.sites) if item.prim >= view.number
        ]
        if not view.has(key) and rules.may_stop(view, installed):
            yield from self._end(world, place, site._replace(left=True), [], "goes")

    def _installs(self, world: World, place: int, site: Site) -> Iterator[Step]:
        """P8: the latest decided view known that names this site, its base fetched."""
        key = key_of(place)
        for view in reversed(site.views):
            if not rules.installs(view.number, site.prim):
                return
            if not view.has(key):
                continue
            base = _base_of(world, view)
            if base is not None:
                plog = base if is_prefix(site.plog[: len(base)], base) else site.plog
                if not is_prefix(base, site.plog):
                    plog = base
                yield from self._end(
                    world, place, _installed(site, key, view, base, plog), [], f"installs {view.id}"
                )
            return

    def _gathers(self, world: World, place: int, site: Site) -> Iterator[Step]:
        """D2: with any others; who is present, and holds, is hearsay, so no promise rests on it."""
        made = sum(isinstance(message, Branched) for message in world.sent)
        if made >= self._bounds.branches or site.view is None:
            return
        others = [
            other
            for other, item in enumerate(world.sites)
            if other != place and item.view is not None and not item.left
        ]
        for size in range(len(others) + 1):
            for group in combinations(others, size):
                yield from self._branches(world, [place, *group])

    def _branches(self, world: World, present: list[int]) -> Iterator[Step]:
        place = present[0]
        site = world.sites[place]
        sites = [world.sites[other] for other in present]
        roots = [_root(item) for item in sites]
        root = rules.root_of_branch(roots, roots[0])
        able = [item for item, own in zip(sites, roots, strict=True) if own == root]
        if not able:
            return
        base = max([_log_on_root(item, root) for item in able], key=len)
        d = rules.next_branch([item.cur for item in sites], root[0])
        view = branch(root[0], d, [key_of(other) for other in present], base, root[1])
        if not rules.may_join(view.id, site.cur, root, _root(site)):
            return
        joined = site
        if rules.branch_records(b"branch"):
            joined = _entered(site, key_of(place), view, base)
        yield from self._end(world, place, joined, [Branched(view, base)], f"branches {view.id}")

    # --- what comes -------------------------------------------------------------------------------

    def _turns(self, world: World, place: int, message: Message) -> Iterator[Turn]:
        """What a message leads to that needs nothing but this disk."""
        site, key = world.sites[place], key_of(place)
        match message:
            case Submitted():
                if site.hold is not None and rules.takes_submission(message.view, site.cur):
                    if not stopped(site):
                        taken, rows = order(site, message.entries)
                        yield taken, rows, "orders"
            case OrderedRow():
                before: Any = chain_of(message.before)
                own: Any = chain_of(site.log[: len(message.before)])
                if len(site.log) == len(message.before) and rules.may_store(
                    message.view, site.cur, before, own, fenced=stopped(site)
                ):
                    stored = _append(site, message.row)
                    stored = stored._replace(kmax=max(site.kmax, message.row.epoch.k))
                    yield stored, [], "stores"
            case Handed():
                yield from _handed(place, site, message)
            case Collected():
                yield from _promises(place, site, message)
            case Branched():
                view = message.view
                if (
                    view.has(key)
                    and view.number <= len(site.views)
                    and rules.may_join(
                        view.id, site.cur, (view.number, view.root_index), _root(site)
                    )
                ):
                    yield _entered(site, key, view, message.base), [], f"joins {view.id}"
            case _:
                return

    def _judges(self, world: World, place: int, message: Message) -> Iterator[Step]:
        """What a message leads to together with others, or with what others have."""
        site = world.sites[place]
        match message:
            case Promised() if message.ballot.owner == key_of(place):
                yield from self._proposes(world, place, site, message)
            case Proposed():
                yield from self._votes(world, place, site, message)
            case Voted():
                yield from self._learns(world, place, site, message)
            case _:
                return

    def _proposes(self, world: World, place: int, site: Site, message: Promised) -> Iterator[Step]:
        """P4, P5: one value for an attempt, from any quorum of promises."""
        key, ballot, number = key_of(place), message.ballot, message.number
        attempts = [
            item.attempt
            for item in world.sent
            if isinstance(item, Collected) and (item.number, item.ballot) == (number, ballot)
        ]
        proposed = [
            item.attempt
            for item in world.sent
            if isinstance(item, Proposed) and (item.number, item.ballot) == (number, ballot)
        ]
        attempt = max(attempts)
        if attempt in proposed or site.promised != ballot or site.prim != number:
            return
        promises = [
            item
            for item in world.sent
            if isinstance(item, Promised) and (item.number, item.ballot) == (number, ballot)
        ]
        before = site.views[number - 1]
        for size in range(1, len(promises) + 1):
            for group in combinations(promises, size):
                voters = [item.by for item in group]
                if message in group and key in voters and is_quorum(before, voters):
                    view, base = self._value(world, before, list(group), number)
                    if view is not None:
                        offer = Proposed(number, ballot, attempt, view, base)
                        yield from self._end(world, place, site, [offer], f"proposes {view.keys}")

    def _value(
        self, world: World, before: View, group: list[Promised], number: int
    ) -> tuple[View | None, Log]:
        kept = rules.value_to_keep([item.accepted for item in group if item.accepted])
        if kept is not None:
            base = next(
                item.base for item in world.sent if isinstance(item, Proposed) and item.view == kept
            )
            return kept, base
        logs = {item.by: item.log for item in group}
        lengths = {by: len(log) for by, log in logs.items()}
        source = rules.longest_log(lengths, {item.by: item.kmax for item in group})
        leaving = [
            item.by for item in world.sent if isinstance(item, Leaving) and item.number == number
        ]
        voters = [item.by for item in group]
        stay, joining = rules.members_of_next(before.keys, voters, leaving, [])
        holder = next((item.by for item in group if item.holds and item.by in stay), stay[0])
        return primary(number + 1, [*stay, *joining], holder, logs[source]), logs[source]

    def _votes(self, world: World, place: int, site: Site, message: Proposed) -> Iterator[Step]:
        key, number, view = key_of(place), message.number, message.view
        if number > len(site.views) or not site.views[number - 1].has(key):
            return
        if not rules.may_vote(number, site.prim, len(site.views)):
            return
        if site.accepted is not None and site.accepted == (message.ballot, view):
            return
        accepted = site.accepted[0] if site.accepted else None
        if not rules.may_accept(message.ballot, site.promised, accepted):
            return
        # With the log as it is, or with the base fetched first, from a site that has it.
        options = [site.plog]
        if is_prefix(site.plog, message.base) and any(
            is_prefix(message.base, item.plog) for item in world.sites
        ):
            options.append(message.base)
        for plog in options:
            chain = chain_of(plog[: view.base_index]) if len(plog) >= view.base_index else None
            if not rules.has_base(len(plog), chain, view.base_index, view.base_chain):
                continue
            voting = _fence(site)
            voting = _with_primary(voting, plog)
            for record in rules.accept_records(b"ballot", b"accepted"):
                if record.name == "promised":
                    voting = voting._replace(promised=message.ballot)
                else:
                    voting = voting._replace(accepted=(message.ballot, view))
            vote = Voted(number, message.ballot, view, message.base, key)
            yield from self._end(world, place, voting, [vote], f"accepts {view.number}")
            return

    def _learns(self, world: World, place: int, site: Site, message: Voted) -> Iterator[Step]:
        """P7: a certificate, checked against the view before."""
        number = message.number
        known = site.views[number - 1 :]
        if not known:
            return
        voters = [
            item.by
            for item in world.sent
            if isinstance(item, Voted)
            and (item.number, item.ballot, item.view) == (number, message.ballot, message.view)
        ]
        if not rules.decides(known[0], voters, message.view):
            return
        if len(known) == 1:
            learnt = site._replace(views=(*site.views, message.view))
            mark = message.view.base_index
            if site.log[:mark] == message.base and site.prim == number:
                learnt = learnt._replace(settled=max(site.settled, mark))
            yield from self._end(world, place, learnt, [], f"learns of {number + 1}")
        elif site.prim == message.view.number and site.views[site.prim - 1] == message.view:
            hold = rules.hold_after_decide(
                message.view, key_of(place), site.hold, newly_installed=False
            )
            yield from self._end(world, place, site._replace(hold=hold), [], "hears again")


# --- disks ----------------------------------------------------------------------------------------


def _handed(place: int, site: Site, message: Handed) -> Iterator[Turn]:
    if message.target != key_of(place) or not rules.may_take(
        message.view, message.k, site.cur, site.kmax, fenced=stopped(site)
    ):
        return
    logs = [site] if site.log != message.log else []
    if is_prefix(site.log, message.log) and site.cur == message.view:
        logs.append(_with_log(site, message.log))
    for ready in logs if site.log != message.log else [site]:
        if rules.has_handed_log(
            len(ready.log), chain_of(ready.log), len(message.log), chain_of(message.log)
        ):
            taken = ready._replace(hold=message.k, kmax=message.k)
            yield taken, [], "takes"


def _promises(place: int, site: Site, message: Collected) -> Iterator[Turn]:
    key, number, ballot = key_of(place), message.number, message.ballot
    if number > len(site.views) or not site.views[number - 1].has(key):
        return
    if not rules.may_vote(number, site.prim, len(site.views)):
        return
    if site.promised == ballot:
        promising = site
    elif rules.may_promise(ballot, site.promised):
        promising = _fence(site) if rules.promise_records(b"ballot") else site
        if rules.promise_records(b"ballot"):
            promising = promising._replace(promised=ballot)
    else:
        return
    reported: Any = RULES.reported_log((len(site.plog), site.plog), (len(site.log), site.log))
    answer = Promised(
        number,
        ballot,
        key,
        reported[1],
        site.kmax,
        site.hold is not None and site.branch is None,
        site.accepted,
    )
    yield promising, [answer], "promises"


def stopped(site: Site) -> bool:
    """P3: the fence, where it binds."""
    accepted = site.accepted[0] if site.accepted else None
    return rules.is_fenced(site.promised, accepted) and site.branch is None


def firm(site: Site) -> int:
    """How much of the primary log counts for settling."""
    accepted = site.accepted[0] if site.accepted else None
    fenced = rules.is_fenced(site.promised, accepted)
    return rules.firm_length(site.frozen, len(site.plog), fenced=fenced)


def order(site: Site, entries: tuple[Said, ...]) -> tuple[Site, list[Message]]:
    """O3: what is next of its author gets the next index."""
    rows: list[Message] = []
    epoch: Epoch = epoch_of(site.cur, site.hold or 0)
    numbers: Any = {}
    for row in site.log:
        numbers[row.said.author, 1] = (row.said.number, b"")
    numbers = rules.numbers_at_take(numbers)
    last = {author: number for (author, _), (number, _) in numbers.items()}
    for entry in entries:
        verdict = rules.order_verdict(last.get(entry.author, 0), entry.number)
        if verdict is rules.Verdict.STOP:
            break
        if verdict is rules.Verdict.TAKE:
            row = Row(entry, epoch)
            rows.append(OrderedRow(site.cur, site.log, row))
            site = _append(site, row)
            last[entry.author] = entry.number
    return site, rows


def _append(site: Site, row: Row) -> Site:
    log = (*site.log, row)
    queue = tuple([said for said in site.queue if said.name != row.said.name])
    return _with_log(site, log)._replace(queue=queue)


def _with_log(site: Site, log: Log) -> Site:
    names = {row.said.name for row in log}
    queue = tuple([said for said in site.queue if said.name not in names])
    site = site._replace(queue=queue)
    return site._replace(plog=log) if site.branch is None else site._replace(blog=log)


def _with_primary(site: Site, plog: Log) -> Site:
    return _with_log(site, plog) if site.branch is None else site._replace(plog=plog)


def _fence(site: Site) -> Site:
    accepted = site.accepted[0] if site.accepted else None
    if site.promised is not None or accepted is not None:
        return site
    return site._replace(frozen=len(site.plog))


def _switch(site: Site, key: Key, old: Log, new: Log) -> tuple[Said, ...]:
    """O5: what the queue is after the log is another one."""
    common = 0
    while common < min(len(old), len(new)) and old[common] == new[common]:
        common += 1
    removed: Any = [row.said for row in old[common:]]
    names = {row.said.name for row in new}
    queue: Any = RULES.queue_after_view(removed, list(site.queue), key)
    return tuple([said for said in queue if said.name not in names])


def _installed(site: Site, key: Key, view: View, base: Log, plog: Log) -> Site:
    stays = site.branch is not None and not rules.becomes_cur(view.id, site.cur)
    old = site.log
    kept = plog if is_prefix(base, plog) and site.prim == view.number else base
    site = site._replace(prim=view.number, plog=kept, promised=None, accepted=None, frozen=0)
    if stays:
        return site
    queue = _switch(site, key, old, kept)
    hold = rules.hold_after_decide(view, key, None, newly_installed=True)
    return site._replace(
        branch=None,
        blog=(),
        queue=queue,
        hold=hold,
        kmax=0,
        settled=max(site.settled, view.base_index),
    )


def _entered(site: Site, key: Key, view: View, base: Log) -> Site:
    queue = _switch(site, key, site.log, base)
    hold = rules.hold_after_decide(view, key, None, newly_installed=True)
    plog: Any = RULES.primary_beside(site.plog, base)
    return site._replace(branch=view, blog=base, plog=plog, queue=queue, hold=hold, kmax=0)


def _root(site: Site) -> rules.Root:
    own = (site.prim, len(site.plog))
    if site.branch is None:
        return own
    return rules.best_root(own, (site.branch.number, site.branch.root_index))


def _log_on_root(site: Site, root: rules.Root) -> Log:
    branch_root = None if site.branch is None else (site.branch.number, site.branch.root_index)
    return site.log if branch_root == root else site.plog


def _base_of(world: World, view: View) -> Log | None:
    """The base of a decided view, if some disk still has it."""
    for message in world.sent:
        if isinstance(message, Voted) and message.view == view:
            if any(is_prefix(message.base, site.plog) for site in world.sites):
                return message.base
    return None
