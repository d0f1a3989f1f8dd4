"""The rules of ORDER.md, each a small pure function that is called by its name.

Why a room of their own: what is promised rests on these lines and on nothing else, so they can be
read beside the page, searched exhaustively, and replaced one at a time to see that the simulator
notices. Never put state, time or I/O here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from app.core import limits
from app.core.codec import encode
from app.core.ids import Key
from app.dispatcher.entries import Author, Entry
from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.log import Log
from app.dispatcher.records import SaveField
from app.dispatcher.views import View, is_quorum


class Verdict(Enum):
    """What the holder does with one submitted entry (O3)."""

    TAKE = "it is the next of its incarnation"
    DROP = "it is in the log already"
    STOP = "one before it is missing"


Numbers = Mapping[Author, tuple[int, bytes]]
"""For each incarnation the last number in the log and that entry's hash."""


# --- order: O1 to O6 ------------------------------------------------------------------------------


def order_verdict(last: int, number: int) -> Verdict:
    """O3: number = last + 1 is taken, a smaller one is a repeat, a greater one has to wait."""
    if number == last + 1:
        return Verdict.TAKE
    return Verdict.DROP if number <= last else Verdict.STOP


def numbers_at_take(numbers: Numbers) -> Numbers:
    """O3: a new holder judges repeats by the whole log, whoever ordered it."""
    return numbers


def numbers_in_snapshot(numbers: Numbers) -> Numbers:
    """O3: what is compacted is judged by its numbers still."""
    return numbers


def may_compact(index: int, settled: int, *, in_branch: bool, following: bool) -> bool:
    """O5: only what is settled goes, and nothing in a branch or on the way to another view."""
    return index <= settled and not in_branch and not following


def proves_snapshot(view: View, voters: Iterable[Key]) -> bool:
    """A quorum of a decided primary view vouches; nobody believes, or compacts by, less."""
    return is_quorum(view, voters)


def takes_snapshot(index: int, length: int) -> bool:
    """Who is behind the compaction point takes a snapshot; nobody else does."""
    return index > length


def takes_submission(tagged: ViewId, cur: ViewId) -> bool:
    """O2: only in the submitter's own view has the holder all that the authors had seen."""
    return tagged == cur


def may_store(
    frame_view: ViewId, cur: ViewId, chain_before: bytes, own_chain: bytes, *, fenced: bool
) -> bool:
    """O4: same view, not fenced, and the frame continues the log that this site has."""
    return frame_view == cur and chain_before == own_chain and not fenced


def queue_after_view(taken_back: Sequence[Entry], queue: Sequence[Entry], own: Key) -> list[Entry]:
    """O5: what a new view takes back goes to the front, whoever wrote it (`own` doesn't matter)."""
    del own
    return [*taken_back, *queue]


def counts_for_settling(reported: int, prim: int) -> bool:
    """O6: a firm length counts only in the primary view it was reported in."""
    return reported == prim


def settled_length(view: View, firm: Mapping[Key, int]) -> int:
    """O6: the length that a majority, more than half without exception, holds firm."""
    lengths = sorted((firm.get(key, 0) for key in view.keys), reverse=True)
    return lengths[len(lengths) // 2]


def adopts_mark(marked: ViewId, cur: ViewId) -> bool:
    """O6: a mark that one is told counts only in the same view."""
    return marked == cur


# --- moving the token: T1 to T5 -------------------------------------------------------------------


def may_release(
    permit_view: ViewId, k: int, cur: ViewId, hold: int | None, *, fenced: bool
) -> bool:
    """T1, T2: the permit is for this view and the next move of the token that this site holds."""
    return hold is not None and permit_view == cur and k == hold + 1 and not fenced


def release_records(k: int, hand_over: bytes) -> tuple[SaveField, ...]:
    """T2: what is committed before the first `HandOver` leaves."""
    return (
        SaveField("hold", None),
        SaveField("kmax", encode(k)),
        SaveField("handover", hand_over),
    )


def may_take(frame_view: ViewId, k: int, cur: ViewId, kmax: int, *, fenced: bool) -> bool:
    """T3: a hand-over of this view, newer than any move known to be taken or handed over."""
    return frame_view == cur and k > kmax and not fenced


def has_handed_log(length: int, chain: bytes, index: int, handed_chain: bytes) -> bool:
    """T3: the log up to the hand-over is stored first."""
    return length == index and chain == handed_chain


def hold_while_unconfirmed(k: int) -> int | None:
    """T4: the source of move `k` holds nothing, however long nobody confirms it."""
    del k
    return None


def hold_when_token_is_lost(hold: int | None, kmax: int) -> int | None:
    """T4: within a view the leader replaces no token; only the next view makes a new one."""
    del kmax
    return hold


def hold_after_decide(
    view: View, own: Key, hold: int | None, *, newly_installed: bool
) -> int | None:
    """T5: the first dispatcher holds k = 0 from first installing the view, never again."""
    if not newly_installed:
        return hold
    return 0 if view.first == own else None


# --- views: P1 to P8 ------------------------------------------------------------------------------


def may_propose(number: int, prim: int, highest: int, *, member: bool) -> bool:
    """P1: a member of its last primary view, that knows of no later one."""
    return member and number == prim == highest


def next_ballot(promised: Ballot | None, own: Key, seen: int = 0) -> Ballot:
    """P1: above everything promised, with an owner, so no ballot has two.

    Args:
        promised: this site's own highest promise; its ballots grow on disk.
        own: this site.
        seen: the highest number that others say they promised; saves tries, but is only a word.
    """
    n = promised.n if promised else 0
    return Ballot(max(n, min(seen, n + limits.BALLOT_LEAP_MAX)) + 1, own)


def may_vote(number: int, prim: int, highest: int) -> bool:
    """P2: about the successor of the view that this site has installed, and none later is known."""
    return number == prim == highest


def promise_records(ballot: bytes) -> tuple[SaveField, ...]:
    """P2: what is committed before a `Promise` leaves."""
    return (SaveField("promised", ballot),)


def accept_records(ballot: bytes, accepted: bytes) -> tuple[SaveField, ...]:
    """P6: what is committed before an `Accepted` leaves."""
    return (SaveField("promised", ballot), SaveField("accepted", accepted))


def firm_length(frozen: int, length: int, *, fenced: bool) -> int:
    """P3: what is stored behind the fence counts for nothing."""
    return frozen if fenced else length


def may_promise(ballot: Ballot, promised: Ballot | None) -> bool:
    """P2: above its last promise."""
    return promised is None or promised < ballot


def is_fenced(promised: Ballot | None, accepted: Ballot | None) -> bool:
    """P3: from the first promise or accept about the next view until a later one is installed."""
    return promised is not None or accepted is not None


def may_accept(ballot: Ballot, promised: Ballot | None, accepted: Ballot | None) -> bool:
    """P6: not below a promise, and not twice."""
    return (promised is None or ballot >= promised) and (accepted is None or ballot > accepted)


def longest_log(lengths: Mapping[Key, int], kmax: Mapping[Key, int]) -> Key:
    """P4: whose primary log the next view starts from; how often it moved (`kmax`) ranks nothing."""
    del kmax
    return max(lengths, key=lambda key: lengths[key])


def decides(before: View, voters: Iterable[Key], after: View) -> bool:
    """P7: a quorum of the members of the view before accepted; `after` has no say in it."""
    del after
    return is_quorum(before, voters)


def has_base(length: int, chain: bytes | None, base_index: int, base_chain: bytes) -> bool:
    """P6, P8: the log on this disk passes through the base; `chain` is its chain there."""
    return base_index <= length and chain == base_chain


def value_to_keep(accepted: Iterable[tuple[Ballot, View]]) -> View | None:
    """P4: the view accepted under the highest ballot among the promises, if any."""
    best = max(accepted, key=lambda pair: pair[0], default=None)
    return None if best is None else best[1]


def members_of_next(
    old: Sequence[Key], promised: Sequence[Key], leaving: Sequence[Key], newcomers: Sequence[Key]
) -> tuple[list[Key], list[Key]]:
    """P5: (old members who stay, newcomers taken in), each in order.

    Newcomers come one by one while those who promised are a quorum of the whole, so a view at most
    doubles. If all are leaving, one stays.
    """
    stay = [key for key in old if key in promised and key not in leaving]
    if not stay:
        stay = [key for key in old if key in promised][:1]
    return stay, [key for key in newcomers if key not in stay][: len(stay)]


def installs(number: int, prim: int) -> bool:
    """P8: only a view later than the last one installed."""
    return number > prim


def becomes_cur(view: ViewId, cur: ViewId) -> bool:
    """P8, D5: nobody goes back to a view it left."""
    return view > cur


def reported_log(primary: tuple[int, bytes], present: tuple[int, bytes]) -> tuple[int, bytes]:
    """P2: a promise reports the primary log, also of who works in a branch (`present`)."""
    del present
    return primary


def may_settle(view: View) -> bool:
    """D4: nothing settles in a branch."""
    return not view.branch


# --- branches: D1 to D5 ---------------------------------------------------------------------------

Root = tuple[int, int]
"""(number of a primary view, length of its log)."""


def may_gather(*, quorum: bool, one_view: bool, holder: bool, fenced: bool) -> bool:
    """D1: no quorum, and those present can't go on together as they are.

    Args:
        quorum: one of the highest primary view known is present.
        one_view: all those present are in one view.
        holder: one of them holds its token.
        fenced: one of them, in a primary view, can store nothing.
    """
    return not quorum and (not one_view or not holder or fenced)


def keeps_gathering(*, quorum: bool, installed: bool) -> bool:
    """D1: a gathering is dropped when a quorum is seen or any view installed."""
    return not quorum and not installed


def best_root(own: Root, of_branch: Root) -> Root:
    """D2: the highest (p, length) primary log that a site stands on."""
    return max(own, of_branch)


def root_of_branch(roots: Iterable[Root], own: Root) -> Root:
    """D2: the best root among the answers, whoever makes the branch (`own` doesn't matter)."""
    del own
    return max(roots)


def next_branch(curs: Iterable[ViewId], number: int) -> int:
    """D2: one above the branches of that view that anybody is in."""
    return 1 + max([cur.branch for cur in curs if cur.number == number], default=0)


def branch_records(branch: bytes) -> tuple[SaveField, ...]:
    """D2: what is committed before `Branch` leaves."""
    return (SaveField("branch", branch),)


def primary_beside(primary: Log, branch: Log) -> Log:
    """D3: the primary log stays as it is, whatever the branch's log is."""
    del branch
    return primary


def may_join(view: ViewId, cur: ViewId, root: Root, own_root: Root) -> bool:
    """D3: a later branch, that stands on all that this site's primary log has."""
    return view > cur and root >= own_root


# --- proofs: H1, H2 -------------------------------------------------------------------------------

Told = tuple[ViewId, int, bytes]
"""(view, index, chain): what a signed head says."""


def are_two_orders(one: Told, other: Told) -> bool:
    """H1: two chains for one index of one view; other views may differ."""
    return one[:2] == other[:2] and one[2] != other[2]


# --- starting and leaving: S1, S4 -----------------------------------------------------------------


def restart(
    incarnation: int, queue: tuple[tuple[int, Entry], ...]
) -> tuple[int, tuple[tuple[int, Entry], ...]]:
    """S1: a start is a new incarnation; the old queue is still submitted."""
    return incarnation + 1, queue


def may_say_leaving(
    *, holds: bool, in_branch: bool, queued: int, settled: int, length: int
) -> bool:
    """S4: no token, in no branch, an empty queue, and everything in the log is settled."""
    return not holds and not in_branch and queued == 0 and settled == length


def may_stop(view_without: View, installed_by: Sequence[Key]) -> bool:
    """S4: a quorum of the view that goes on without the leaver has installed it."""
    return is_quorum(view_without, installed_by)
