"""A member's part in views: promise, accept, learn, install (P2, P3, P6 to P8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core import limits
from app.core.errors import RemoteError
from app.dispatcher.desk import Installed, TakenBack
from app.dispatcher.epochs import Ballot, ViewId
from app.dispatcher.messages import (
    Accepted,
    Chunk,
    Collect,
    Decide,
    Fetch,
    Install,
    Ordered,
    Promise,
    Recall,
    Submit,
)
from app.dispatcher.views import accepted_bytes, view_hash
from tests.unit.dispatcher.orders import (
    FOUNDING,
    A,
    B,
    C,
    D,
    Site,
    World,
    certify,
    next_view,
    verify,
)

ONE, TWO, OTHER = Ballot(1, A), Ballot(2, A), Ballot(2, C)


def answers(world, kind):
    return [wire.frame for wire in world.drop(kind)]


def proposal(world, ballot=ONE, names="ABC", base=None):
    base = base or (0, world.view.session)
    view = world.successor(names, "A", base=base).view
    return Install(world.view.number, ballot, view)


# --- P2, P3 ---------------------------------------------------------------------------------------


def test_p2_a_promise_tells_log_and_accepted_view_and_is_on_disk():
    world = World("ABC")
    world["A"].say()
    world.deliver(Ordered, to="B")
    world["B"].take(A, Collect(2, ONE))
    (promise,) = answers(world, Promise)
    assert (promise.length, promise.chain) == (1, world["A"].disk.log.chain)
    assert promise.accepted_ballot is None
    world["B"].start()
    assert world["B"].disk.promised == ONE
    assert world["B"].disk.fenced


def test_p2_a_repeated_request_is_answered_again():
    world = World("ABC")
    for _ in range(2):
        world["B"].take(A, Collect(2, ONE))
    assert len(answers(world, Promise)) == 2


def test_p2_a_ballot_that_comes_too_late_hears_of_the_higher_one():
    world = World("ABC")
    world["B"].take(C, Collect(2, Ballot(7, C)))
    world.drop()
    world["B"].take(A, Collect(2, ONE))
    (answer,) = answers(world, Promise)
    assert answer.ballot == Ballot(7, C)
    assert world["B"].disk.promised == Ballot(7, C)


@pytest.mark.parametrize("case", ["not the owner's", "a stranger's", "not a member"])
def test_p2_other_requests_get_no_promise(case):
    world = World("ABC", strangers="D")
    world["B"].take(A, Collect(2, TWO))
    world.drop()
    site, sender, ballot = {
        "not the owner's": ("B", A, Ballot(9, C)),
        "a stranger's": ("B", D, Ballot(9, D)),
        "not a member": ("D", A, Ballot(9, A)),
    }[case]
    world[site].take(sender, Collect(2, ballot))
    assert not world.pick(Promise)


def test_p2_who_is_behind_is_told_and_who_is_ahead_is_asked():
    world = World("ABC")
    world["B"].learn(world.successor("ABC", "A"))
    world.drop()
    world["B"].take(A, Collect(2, ONE))
    assert [frame.certificate.view.number for frame in answers(world, Decide)] == [3]
    world["C"].take(A, Collect(3, ONE))
    assert [frame.after for frame in answers(world, Recall)] == [2]
    assert not world["C"].disk.fenced


def test_p3_behind_the_fence_no_token_is_taken():
    world = World("AB")
    world.beat("B")
    world["A"].order.wish(B, 1, world.now)
    world["A"].turn()
    world["B"].take(A, Collect(2, ONE))
    world.flow()
    assert not world["B"].holds


# --- P6 -------------------------------------------------------------------------------------------


def test_p6_an_accepted_view_is_signed_and_on_disk():
    world = World("ABC")
    frame = proposal(world)
    world["B"].take(A, frame)
    (accepted,) = answers(world, Accepted)
    assert accepted.hash == view_hash(frame.view)
    assert verify(B, accepted_bytes(frame.view, ONE), accepted.signature)
    world["B"].start()
    assert world["B"].disk.accepted == (ONE, frame.view)
    assert world["B"].disk.promised == ONE


def test_p6_a_repeated_proposal_is_answered_again():
    world = World("ABC")
    for _ in range(2):
        world["B"].take(A, proposal(world))
    assert len(answers(world, Accepted)) == 2


@pytest.mark.parametrize("case", ["below a promise", "another view under the same ballot"])
def test_p6_nothing_is_accepted(case):
    world = World("ABC")
    if case == "below a promise":
        world["B"].take(C, Collect(2, OTHER))
    else:
        world["B"].take(A, proposal(world))
    world.drop()
    world["B"].take(A, proposal(world, names="AB"))
    assert not world.pick(Accepted)


def test_p6_the_base_is_fetched_first():
    world = World("ABC")
    world["A"].say(2)
    world.drop()
    base = (2, world["A"].disk.log.chain)
    world["B"].take(A, proposal(world, base=base))
    assert not world.pick(Accepted)
    assert not world["B"].disk.fenced
    assert [wire.to for wire in world.pick(Fetch)] == [A]
    world.deliver(Fetch)
    world.deliver(Chunk)
    assert len(answers(world, Accepted)) == 1
    assert world["B"].log == ["a1", "a2"]


def test_p6_if_the_asked_member_lacks_the_base_another_one_is_asked():
    world = World("ABC")
    world["A"].say()
    world.deliver(Ordered, to="C")
    world.drop()
    world.beat("C", to="B")
    world.drop()
    world["B"].order.catchup.stop()
    world["B"].take(A, proposal(world, base=(1, world["A"].disk.log.chain)))
    world.drop(Fetch)
    world["B"].take(A, Chunk(0, world.view.session, (), 0, world.view.id))
    assert [wire.to for wire in world.pick(Fetch)] == [C]
    world.flow()
    assert world["B"].disk.accepted is not None


@pytest.mark.parametrize(
    "change", [{"number": 4}, {"branch": 1}, {"session": bytes(32)}, {"next_location": 1}]
)
def test_a_proposal_that_can_not_follow_is_refused(change):
    world = World("ABC")
    frame = proposal(world)
    with pytest.raises(RemoteError):
        world["B"].order.receive(A, replace(frame, view=replace(frame.view, **change)), world.now)


def test_a_base_that_the_log_does_not_pass_through_is_no_base():
    world = World("ABC")
    world["B"].say()
    world.flow()
    voter = world["B"].order.voter
    view = proposal(world, base=(1, world["B"].disk.log.chain)).view
    assert voter.has_base(view)
    assert not voter.has_base(replace(view, base_chain=bytes(32)))
    assert not voter.has_base(replace(view, base_index=2))


# --- P7 -------------------------------------------------------------------------------------------


def test_p7_a_certificate_that_proves_nothing_is_refused():
    world = World("ABC")
    world["B"].learn(world.successor("ABC", "A", voters="A"))
    assert world.refused == 1
    assert world["B"].disk.highest == 2


def test_p7_who_missed_a_view_asks_for_it_and_certificates_come_some_at_a_time(monkeypatch):
    monkeypatch.setattr(limits, "CERTIFICATES_PER_ANSWER_MAX", 2)
    world = World("ABC")
    before = world.view
    for _ in range(5):
        before = next_view(before, [A, B, C], A)
        world["A"].learn(certify(before, [A, B]))
    world.drop()
    world.beat("A", to="B")
    world.flow()
    assert world["B"].disk.highest == 4
    world.round(3)
    assert world["B"].disk.prim_number == 7


def test_certificates_are_not_sent_with_every_heartbeat():
    world = World("ABC")
    world["A"].learn(world.successor("ABC", "A"))
    world.drop()
    for _ in range(5):
        world.beat("B", to="A")
        world.beat("A", to="B")
    assert len(world.pick(Decide)) == 1
    assert len(world.pick(Recall, sender="B")) == 1
    world.drop()
    world.now = type(world.now)(world.now + limits.CERTIFICATES_SPACING_MICROS)
    world.beat("B", to="A")
    assert len(world.pick(Decide)) == 1, "it may have been lost"


# --- P8 -------------------------------------------------------------------------------------------


def test_p8_an_installed_view_ends_promises_and_settles_its_base():
    world = World("ABC")
    world["A"].say()
    world.flow()
    world["B"].take(A, Collect(2, ONE))
    world["B"].learn(world.successor("ABC", "C", base=(1, world["A"].disk.log.chain)))
    site = world["B"]
    assert (site.disk.prim_number, site.disk.settled, site.disk.fenced) == (3, 1, False)
    assert [out.view.number for out in site.out if isinstance(out, Installed)] == [3]
    site.start()
    assert (site.disk.prim_number, site.disk.fenced, site.log) == (3, False, ["a1"])


def test_p8_o5_what_the_new_view_lacks_goes_back_to_the_queue_and_is_submitted_again():
    world = World("ABC")
    world["A"].say()
    world.drop()
    decided = world.successor("ABC", "B", voters="BC")
    for site in world.sites.values():
        site.learn(decided)
    assert [out.index for out in world["A"].out if isinstance(out, TakenBack)] == [0]
    assert [wire.to for wire in world.pick(Submit)] == [B]
    world.flow()
    assert world["A"].log == world["B"].log == world["C"].log == ["a1"]


def test_p8_the_base_is_fetched_before_the_view_is_installed():
    world = World("ABC")
    world["A"].say(2)
    world.deliver(Ordered, to="C")
    world.drop()
    decided = world.successor("ABC", "C", base=(2, world["A"].disk.log.chain))
    world["B"].learn(decided, A)
    assert world["B"].disk.prim_number == 2
    assert [wire.to for wire in world.pick(Fetch)] == [A]
    world.flow()
    assert (world["B"].disk.prim_number, world["B"].disk.settled) == (3, 2)


def test_p8_views_may_be_skipped():
    world = World("ABC")
    two = next_view(world.view, [A, C], A)
    three = next_view(two, [A, B, C], A)
    world["B"].learn(certify(two, [A, C]))
    assert world["B"].disk.prim_number == 2, "it is not named"
    world["B"].learn(certify(three, [A]))
    assert world["B"].disk.prim_number == 4


def test_p8_who_is_not_named_keeps_the_certificate_and_knows_what_is_settled():
    world = World("ABC")
    world["B"].say()
    world.flow()
    world["B"].learn(world.successor("AC", "A", base=(1, world["A"].disk.log.chain)))
    assert (world["B"].disk.prim_number, world["B"].disk.highest) == (2, 3)
    assert world["B"].disk.settled == 1


def test_t5_the_first_dispatcher_holds_k_0_and_nobody_else():
    world = World("ABC")
    for site in world.sites.values():
        site.learn(world.successor("ABC", "B"))
    assert [site.disk.hold for site in world.sites.values()] == [None, 0, None]


def test_s3_a_newcomer_fetches_the_log_and_installs_the_first_view_that_names_it():
    world = World("AB", strangers="D")
    world["A"].say(3)
    world.drop()
    decided = world.successor("ABD", "A", base=(3, world["A"].disk.log.chain))
    world["A"].learn(decided)
    world.drop()
    newcomer = world["D"]
    for certificate in (FOUNDING, certify(world.view, [A]), decided):
        newcomer.learn(certificate, A)
    world.flow()
    world.beat("A")
    world.flow()
    assert newcomer.log == ["a1", "a2", "a3"]
    assert newcomer.disk.prim_number == 3


def test_s3_a_newcomer_goes_on_where_a_crash_stopped_its_fetching():
    world = World("AB", strangers="D")
    world["A"].say(40, bytes(5_000))
    world.drop()
    decided = world.successor("ABD", "A", base=(40, world["A"].disk.log.chain))
    world["A"].learn(decided)
    newcomer = world["D"]
    world.drop()
    for certificate in (FOUNDING, certify(world.view, [A]), decided):
        newcomer.learn(certificate, A)
    world.deliver(Fetch)
    world.deliver(Chunk)
    world.drop()
    length = newcomer.disk.log.length
    assert 0 < length < 40
    newcomer.start()
    assert newcomer.disk.log.length == length
    world.beat("A", to="D")
    world.flow()
    assert (newcomer.disk.log.length, newcomer.disk.prim_number) == (40, 3)


def test_a_log_that_leads_past_the_base_is_taken_back_and_fetched_elsewhere():
    world = World("ABC", strangers="D")
    world["A"].say()
    world["B"].say()
    world.flow()
    decided = world.successor("ABCD", "A", base=(2, world["A"].disk.log.chain))
    for name in "ABC":
        world[name].learn(decided)
    world.drop()
    newcomer = world["D"]
    liar = astray(world)
    for certificate in (FOUNDING, certify(world.view, [A]), decided):
        newcomer.learn(certificate, B)
    world.drop()
    newcomer.order.heard(B, world["B"].order.beat(), world.now)
    newcomer.turn()
    world.drop()
    newcomer.order.catchup._asked[B] = None
    newcomer.take(B, liar)
    assert newcomer.disk.settled == 0, "nothing but a base settles what is fetched"
    assert newcomer.log == []
    world.beat("A", to="D")
    world.flow()
    assert newcomer.log == world["A"].log == ["a1", "b1"]
    assert newcomer.disk.prim_number == 3


def astray(world) -> Chunk:
    """Both entries in the other order, as another session's members might have them."""
    twin = World("ABC")
    entries = [row.entry for row in world["A"].disk.log.after(0, 2)]
    twin["A"].disk.reset_queue(entries[::-1])
    twin["A"].turn()
    twin.drop()
    twin["A"].take(B, Fetch(0, world.view.session, 2))
    (wire,) = twin.drop(Chunk)
    chunk: Chunk = wire.frame
    return replace(chunk, view=ViewId(3))


def test_settled_entries_are_never_taken_back_by_following():
    world = World("ABC")
    world["A"].say(2)
    world.flow()
    world.round(2)
    site: Site = world["B"]
    assert site.disk.settled == 2
    site.learn(world.successor("ABC", "A", base=(2, world["A"].disk.log.chain)))
    assert site.log == ["a1", "a2"]
