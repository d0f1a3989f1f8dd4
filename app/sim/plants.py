"""Planted bugs: one rule left out at a time, to see that the checkers bite (ORDER.md 5.9).

A plant replaces one named pure function of a room's `rules` in this process; if that name is gone,
planting fails. Each has a plan profile that makes its shortest counterexample likely, and a
budget of seeds within which it must be found. Never imported by anything but the simulator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from types import ModuleType
from typing import Any

from app.core.errors import Bug, LocalError
from app.core.ids import Key
from app.dispatcher import rules
from app.dispatcher.entries import Entry
from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.log import Log
from app.dispatcher.records import SaveField
from app.dispatcher.rules import Numbers, Root, Told, Verdict
from app.dispatcher.views import View, is_quorum
from app.mstreams import rules as stream_rules
from app.mstreams.epochs import StreamEpoch
from app.node.shares import copy
from app.tkshare.model import passing, record
from app.tkshare.model.events import Event as ShareEvent
from app.tkshare.model.state import Gesture


class Found(Enum):
    """Where the suite sees a plant break a promise."""

    RUNS = "random runs of whole sites"
    SEARCH = "the exhaustive search of small worlds"
    ORDERS = "a scenario made for it, on whole orders"


@dataclass(frozen=True, slots=True)
class Plant:
    """A rule that is left out.

    `first` is where looking for it begins: a seed that found it. `room` is the module of the rule.
    """

    name: str
    function: str
    without: Callable[..., Any]
    profile: tuple[str, ...]
    first: int = 1
    seeds: int = 100
    room: ModuleType = rules
    found: Found = Found.RUNS


# --- what stands in place of each rule ------------------------------------------------------------


def _order_what_comes(last: int, number: int) -> Verdict:
    return Verdict.TAKE if number > last else Verdict.DROP


def _no_numbers(numbers: Numbers) -> Numbers:
    del numbers
    return {}


def _forget_numbers(numbers: Numbers) -> Numbers:
    del numbers
    return {}


def _compact_anything(index: int, settled: int, *, in_branch: bool, following: bool) -> bool:
    del index, settled, in_branch, following
    return True


def _anybody_vouches(view: View, voters: Iterable[Key]) -> bool:
    return any(view.has(key) for key in voters)


def _any_submission(tagged: ViewId, cur: ViewId) -> bool:
    del tagged, cur
    return True


def _same_incarnation(
    incarnation: int, queue: tuple[tuple[int, Entry], ...]
) -> tuple[int, tuple[tuple[int, Entry], ...]]:
    del queue
    return max(1, incarnation), ()


def _store_by_index(
    frame_view: ViewId, cur: ViewId, chain_before: bytes, own_chain: bytes, *, fenced: bool
) -> bool:
    del frame_view, cur, chain_before, own_chain
    return not fenced


def _forget_taken_back(
    taken_back: Sequence[Entry], queue: Sequence[Entry], own: Key
) -> list[Entry]:
    del taken_back, own
    return list(queue)


def _keep_own_only(taken_back: Sequence[Entry], queue: Sequence[Entry], own: Key) -> list[Entry]:
    return [*[entry for entry in taken_back if entry.author == own], *queue]


def _queue_before_log(taken_back: Sequence[Entry], queue: Sequence[Entry], own: Key) -> list[Entry]:
    del own
    return [*queue, *taken_back]


def _count_any(reported: int, prim: int) -> bool:
    del reported, prim
    return True


def _half(view: View, firm: Mapping[Key, int]) -> int:
    lengths = sorted((firm.get(key, 0) for key in view.keys), reverse=True)
    return lengths[(len(lengths) - 1) // 2]


def _any_mark(marked: ViewId, cur: ViewId) -> bool:
    del marked, cur
    return True


def _no_records(k: int, hand_over: bytes) -> tuple[SaveField, ...]:
    del k, hand_over
    return ()


def _take_again(frame_view: ViewId, k: int, cur: ViewId, kmax: int, *, fenced: bool) -> bool:
    del k, kmax
    return frame_view == cur and not fenced


def _any_log(length: int, chain: bytes, index: int, handed_chain: bytes) -> bool:
    del length, chain, index, handed_chain
    return True


def _take_back(k: int) -> int | None:
    return k


def _grant_again(hold: int | None, kmax: int) -> int | None:
    return kmax + 1 if hold is None else hold


def _token_again(view: View, own: Key, hold: int | None, *, newly_installed: bool) -> int | None:
    del newly_installed
    return 0 if view.first == own else hold


def _no_fence(promised: Ballot | None, accepted: Ballot | None) -> bool:
    del promised, accepted
    return False


def _no_promise_on_disk(ballot: bytes) -> tuple[SaveField, ...]:
    del ballot
    return ()


def _no_accept_on_disk(ballot: bytes, accepted: bytes) -> tuple[SaveField, ...]:
    del accepted
    return (SaveField("promised", ballot),)


def _vote_before_install(number: int, prim: int, highest: int) -> bool:
    del prim
    return number == highest


def _count_behind_the_fence(frozen: int, length: int, *, fenced: bool) -> int:
    del frozen, fenced
    return length


def _shortest(lengths: Mapping[Key, int], kmax: Mapping[Key, int]) -> Key:
    del kmax
    return min(lengths, key=lambda key: lengths[key])


def _rank_by_moves(lengths: Mapping[Key, int], kmax: Mapping[Key, int]) -> Key:
    return max(lengths, key=lambda key: (kmax.get(key, 0), lengths[key]))


def _nothing_accepted(accepted: Iterable[tuple[Ballot, View]]) -> View | None:
    del accepted
    return None


def _same_ballot(promised: Ballot | None, own: Key, seen: int = 0) -> Ballot:
    if promised is not None and promised.owner == own:
        return promised
    return Ballot(max(promised.n if promised else 0, seen) + 1, own)


def _one_vote(before: View, voters: Iterable[Key], after: View) -> bool:
    del after
    return any(before.has(key) for key in voters)


def _any_half(before: View, voters: Iterable[Key], after: View) -> bool:
    del after
    return 2 * sum(before.has(key) for key in voters) >= len(before.members)


def _new_members_vote(before: View, voters: Iterable[Key], after: View) -> bool:
    del before
    return is_quorum(after, voters)


def _accept_anything(ballot: Ballot, promised: Ballot | None, accepted: Ballot | None) -> bool:
    del promised
    return accepted is None or ballot > accepted


def _propose_left_out(number: int, prim: int, highest: int, *, member: bool) -> bool:
    del highest
    return member and number == prim


def _base_by_hash(length: int, chain: bytes | None, base_index: int, base_chain: bytes) -> bool:
    del length, chain, base_index, base_chain
    return True


def _take_in_all(
    old: Sequence[Key], promised: Sequence[Key], leaving: Sequence[Key], newcomers: Sequence[Key]
) -> tuple[list[Key], list[Key]]:
    stay = [key for key in old if key in promised and key not in leaving]
    return stay or list(promised[:1]), [key for key in newcomers if key not in stay]


def _leave_unsettled(
    *, holds: bool, in_branch: bool, queued: int, settled: int, length: int
) -> bool:
    del holds, in_branch, queued, settled, length
    return True


def _settle_anywhere(view: View) -> bool:
    del view
    return True


def _report_present(primary: tuple[int, bytes], present: tuple[int, bytes]) -> tuple[int, bytes]:
    del primary
    return present


def _gather_unfenced(*, quorum: bool, one_view: bool, holder: bool, fenced: bool) -> bool:
    del fenced
    return not quorum and (not one_view or not holder)


def _own_root(roots: Iterable[Root], own: Root) -> Root:
    del roots
    return own


def _no_branch_on_disk(branch: bytes) -> tuple[SaveField, ...]:
    del branch
    return ()


def _one_log(primary: Log, branch: Log) -> Log:
    del primary
    return branch


def _any_branch(view: ViewId, cur: ViewId, root: Root, own_root: Root) -> bool:
    del root, own_root
    return view > cur


def _by_index(one: Told, other: Told) -> bool:
    return one[1] == other[1] and one[2] != other[2]


def _stop_at_once(view_without: View, installed_by: Sequence[Key]) -> bool:
    del view_without, installed_by
    return True


def _consume_what_comes(received: int, number: int) -> bool:
    return number > received


def _consume_repeats(received: int, number: int) -> bool:
    del received, number
    return False


def _forget_on_any_ack(consumed: int, number: int) -> bool:
    del consumed, number
    return True


def _not_committed() -> bool:
    return False


def _take_any_stream(
    known: StreamEpoch | None, registered: StreamEpoch, offered: StreamEpoch, names_us: bool
) -> bool:
    del known, registered, offered
    return names_us


def _keep_steps(indexes: Sequence[int], index: int) -> int:
    del index
    return len(indexes)


def _never_repair(told: int, left: int) -> bool:
    del told, left
    return False


def _no_lock(gesture: Gesture | None, event: ShareEvent) -> bool:
    del gesture, event
    return False


# --- profiles -------------------------------------------------------------------------------------

MOVING = ("moves=20", "storms=3", "policy=manual", "sites=3", "talk_ms=200", "leaves=0")
"""The token moves all the time."""
RESTARTING = ("crashes=4", "aimed_crashes=4", "down_ms=300")
"""Sites come and go with their disks."""
CHANGING = (
    "sites=4", "safety_ms=25000", "join_ms=3000", "closings=3", "one_way_cuts=4", "partitions=2",
    "cut_ms=12000", "talk_ms=150",
)  # fmt: skip
"""Views change while some of the members are cut off."""

SLOW_MOVES = (
    "sites=3", "safety_ms=15000", "moves=60", "storms=3", "policy=manual", "talk_ms=6000",
    "leaves=0", "closings=0", "crashes=0", "aimed_crashes=0", "delay_ms=500",
)  # fmt: skip
"""Hand-overs are repeated before they are confirmed, and hardly anything is said in between."""
SPLIT = (
    "sites=4", "safety_ms=24000", "join_ms=300", "split_ms=13000", "delay_ms=400", "talk_ms=400",
    "burst_talk=0", "crashes=0", "aimed_crashes=0", "leaves=0", "closings=0", "down_ms=300",
    "moves=0",
)  # fmt: skip
"""Two of four, the holder among them, are left out by a view of the others, and come back."""

DUELLING = (
    "sites=3", "safety_ms=20000", "duels=30", "crashes=4", "aimed_crashes=4", "down_ms=300",
    "one_way_cuts=4", "partitions=3", "cut_ms=1500", "talk_ms=150", "leaves=0", "closings=0",
    "join_ms=50", "loss=0.15", "split_ms=0", "kills=0",
)  # fmt: skip
"""Several propose at once, again and again, while sites restart and are cut off."""

APART = (
    "sites=4", "safety_ms=25000", "partitions=8", "cut_ms=3000", "talk_ms=300", "join_ms=50",
    "leaves=0", "closings=0", "crashes=3", "down_ms=300", "split_ms=0", "kills=0", "duels=2",
)  # fmt: skip
"""Sites are cut off from each other in all ways for some seconds, again and again."""

SAILING = (
    "sites=3", "safety_ms=12000", "streams=2", "stream_moves=40", "appends=60", "loss=0.2",
    "duplicate=0.2", "leaves=0", "split_ms=0", "talk_ms=2000", "delay_ms=150", "kills=0", "duels=0",
)  # fmt: skip
"""Streams move all the time while everybody appends."""

SHARING = ("sites=3", "shares=2", "act_ms=60", "leaves=0", "closings=0")
"""Everybody acts in shared programs."""

SHARED = ("shares=2", "act_ms=60", "join_ms=300", "crashes=0", "aimed_crashes=0")
"""The same where members are cut off: what was replayed is taken back."""

PLANTS: dict[str, Plant] = {
    plant.name: plant
    for plant in (
        Plant(
            "no_order_check",
            "order_verdict",
            _order_what_comes,
            ("loss=0.2", "talk_ms=100"),
            first=6,
        ),
        Plant("dedupe_per_epoch", "numbers_at_take", _no_numbers, (*MOVING, "loss=0.1")),
        Plant(
            "compact_without_numbers",
            "numbers_in_snapshot",
            _forget_numbers,
            (*MOVING, "snapshot_every=8", "loss=0.1"),
        ),
        Plant(
            "compact_anywhere",
            "may_compact",
            _compact_anything,
            (*APART, "snapshot_every=8"),
        ),
        Plant(
            "snapshot_alone",
            "proves_snapshot",
            _anybody_vouches,
            (*MOVING, "snapshot_every=8"),
        ),
        Plant("submit_any_view", "takes_submission", _any_submission, APART, found=Found.ORDERS),
        Plant(
            "reuse_numbers",
            "restart",
            _same_incarnation,
            (*RESTARTING, "sites=3", "safety_ms=6000"),
        ),
        Plant("append_by_index", "may_store", _store_by_index, CHANGING, seeds=200, first=10),
        Plant("forget_ordered", "queue_after_view", _forget_taken_back, CHANGING),
        Plant("only_own", "queue_after_view", _keep_own_only, CHANGING),
        Plant("queue_first", "queue_after_view", _queue_before_log, SPLIT, first=8),
        Plant("untagged_ack", "counts_for_settling", _count_any, CHANGING, first=10),
        Plant("half_settles", "settled_length", _half, ("sites=2", "leaves=0")),
        Plant("mark_any_view", "adopts_mark", _any_mark, SPLIT, first=4),
        Plant("volatile_release", "release_records", _no_records, MOVING),
        Plant("hand_over_twice", "may_take", _take_again, SLOW_MOVES, first=13),
        Plant(
            "take_without_log",
            "has_handed_log",
            _any_log,
            (*MOVING, "loss=0.2", "long_texts=0.5"),
            first=27,
        ),
        Plant("retake", "hold_while_unconfirmed", _take_back, (*MOVING, "loss=0.3"), first=2),
        Plant(
            "regrant", "hold_when_token_is_lost", _grant_again, (*MOVING, *RESTARTING, "loss=0.2")
        ),
        Plant(
            "token_again",
            "hold_after_decide",
            _token_again,
            (*MOVING, "moves=40", "loss=0.2", "join_ms=3000"),
            first=14,
        ),
        Plant("no_fence", "is_fenced", _no_fence, CHANGING),
        Plant(
            "leave_at_once",
            "may_stop",
            _stop_at_once,
            ("leaves=2", "sites=2", "crashes=0", "aimed_crashes=0", "loss=0.3"),
            first=32,
        ),
        Plant("left_out_proposes", "may_propose", _propose_left_out, CHANGING, found=Found.ORDERS),
        Plant("volatile_promise", "promise_records", _no_promise_on_disk, DUELLING, first=18),
        Plant("volatile_accept", "accept_records", _no_accept_on_disk, DUELLING),
        Plant(
            "promise_before_install", "may_vote", _vote_before_install, DUELLING, found=Found.ORDERS
        ),
        Plant("count_after_promise", "firm_length", _count_behind_the_fence, DUELLING),
        Plant("shortest_log", "longest_log", _shortest, DUELLING),
        Plant("rank_by_epoch_heard", "longest_log", _rank_by_moves, DUELLING, found=Found.ORDERS),
        Plant("ignore_accepted", "value_to_keep", _nothing_accepted, DUELLING),
        Plant("ballot_again", "next_ballot", _same_ballot, DUELLING, found=Found.ORDERS),
        Plant("one_phase", "decides", _one_vote, DUELLING),
        Plant("either_half", "decides", _any_half, (*DUELLING, "sites=4"), first=2),
        Plant("new_members_decide", "decides", _new_members_vote, DUELLING),
        Plant("accept_below_promise", "may_accept", _accept_anything, DUELLING, found=Found.SEARCH),
        Plant("accept_without_log", "has_base", _base_by_hash, DUELLING),
        Plant(
            "join_all", "members_of_next", _take_in_all, (*DUELLING, "sites=7"), found=Found.ORDERS
        ),
        Plant(
            "leave_unsettled",
            "may_say_leaving",
            _leave_unsettled,
            (*DUELLING, "leaves=2"),
            found=Found.ORDERS,
        ),
        Plant("vote_with_branch", "reported_log", _report_present, APART, first=12),
        Plant("settle_in_branch", "may_settle", _settle_anywhere, APART, first=5),
        Plant("fenced_alone", "may_gather", _gather_unfenced, APART, found=Found.ORDERS),
        Plant("branch_own_base", "root_of_branch", _own_root, APART, found=Found.ORDERS),
        Plant("branch_before_disk", "branch_records", _no_branch_on_disk, APART),
        Plant("stale_branch", "may_join", _any_branch, APART, found=Found.ORDERS),
        Plant("one_log", "primary_beside", _one_log, APART),
        Plant("head_by_index", "are_two_orders", _by_index, CHANGING, first=2),
        Plant(
            "stream_order",
            "next_in_flow",
            _consume_what_comes,
            SAILING,
            first=36,
            room=stream_rules,
        ),
        Plant("stream_repeats", "already_consumed", _consume_repeats, SAILING, room=stream_rules),
        Plant("stream_forgets", "forgets", _forget_on_any_ack, SAILING, room=stream_rules),
        Plant(
            "stream_volatile",
            "release_is_committed",
            _not_committed,
            SAILING,
            first=27,
            room=stream_rules,
        ),
        Plant("share_keeps", "steps_left", _keep_steps, (*CHANGING, *SHARED), room=record),
        Plant("share_no_repair", "must_repair", _never_repair, (*CHANGING, *SHARED), room=copy),
        Plant("share_no_lock", "is_locked", _no_lock, SHARING, room=passing),
        Plant("stream_taken_twice", "take_hand_over", _take_any_stream, SAILING, room=stream_rules),
    )
}


def find_plant(name: str) -> Plant:
    """The plant of this name.

    Raises:
        LocalError: there is none; the text lists all.
    """
    plant = PLANTS.get(name)
    if plant is None:
        message = f"there is no plant '{name}'; plants: {' '.join(PLANTS)}"
        raise LocalError(message)
    return plant


@contextmanager
def planted(plant: Plant) -> Iterator[None]:
    """The rule is left out inside the `with` block, in this process.

    Raises:
        Bug: the rule's function is gone, so the plant says nothing any more.
    """
    rule = getattr(plant.room, plant.function, None)
    if rule is None:
        place = f"{plant.room.__name__}.{plant.function}"
        message = f"{place} is gone; plant {plant.name} needs it"
        raise Bug(message)
    setattr(plant.room, plant.function, plant.without)
    try:
        yield
    finally:
        setattr(plant.room, plant.function, rule)
