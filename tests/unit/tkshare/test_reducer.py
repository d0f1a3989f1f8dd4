"""What passes in a shared program: floor, gesture, lateness, dialogs, leavers, marks."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError
from app.rooms.events import Refused, ShareChanged, Unknown
from app.rooms.rooms import Rooms
from app.tkshare.model.bodies import OFFER_CODEC, Input, encode_input
from app.tkshare.model.events import KINDS, hear_event
from app.tkshare.model.life import TRANSITIONS
from app.tkshare.model.state import Phase
from app.tkshare.model.statements import (
    WORDS,
    ChosenFile,
    Clipboard,
    Detach,
    Digest,
    End,
    FileAnswer,
    FileAsk,
    FloorAsk,
    FloorGive,
    FloorGrant,
    FloorSet,
    Focus,
    Go,
    Mark,
    Statement,
)
from app.tkshare.model.steps import FileCame, Focused, Marked, Named, Passed, Pasted, Ticked, Went
from tests.unit.tkshare.stage import (
    ADA,
    ATTACH,
    BEN,
    CLEO,
    OFFER,
    SITES,
    Stage,
    key,
    key_up,
    move,
    press,
    release,
    wheel,
)


@pytest.fixture
def stage() -> Stage:
    made = Stage()
    made.offer()
    made.joins(ADA, BEN, CLEO)
    return made


# --- life -----------------------------------------------------------------------------------------


def test_a_share_lives_from_offer_to_end():
    stage = Stage()
    stage.offer()
    phases = [stage.phase]
    for said in (ATTACH, Go(), End("enough")):
        assert stage.says(ADA, said) == ""
        phases.append(stage.phase)
    assert phases == list(Phase)
    assert stage.share.why == "enough"


def test_the_clock_starts_once(stage):
    assert [step for _, step in stage.steps if isinstance(step, Went)] == [Went(3, 1_030)]


SAID: dict[type, Statement] = {
    type(each): each
    for each in (
        ATTACH, Detach(), Go(), Focus(".e"), FileAsk("open", "", ""), FileAnswer((), ""),
        Clipboard("primary", "x"), Mark(), Digest(9, b"d", ()), FloorAsk(),
        FloorGrant(SITES[ADA]), FloorGive(), FloorSet("turn"), End(),
    )
}  # fmt: skip


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("word", WORDS)
def test_what_the_table_does_not_name_has_no_effect(phase, word):
    stage = Stage()
    stage.offer()
    way = {Phase.OFFERED: (), Phase.STARTING: (ATTACH,), Phase.RUNNING: (ATTACH, Go())}
    for said in way.get(phase, (End(),)):
        stage.says(ADA, said)
    assert stage.phase is phase
    before = stage.rooms.state_hash()
    why = stage.says(ADA, SAID[word])
    if (phase, word) not in TRANSITIONS:
        assert why
    if why:
        assert stage.rooms.state_hash() == before
    else:
        assert stage.phase is TRANSITIONS[phase, word][0]


def test_nobody_acts_in_a_share_that_nobody_offered():
    stage = Stage()
    stage.share_id = f"{SITES[ADA]}.1.7"
    assert stage.acts(ADA, press()) == []
    assert stage.why() == "there is no such share"


def test_only_who_offered_or_a_moderator_ends_it(stage):
    assert "only who offered" in stage.says(BEN, End())
    assert stage.says(BEN, End(), leads=True) == ""


def test_an_ended_share_may_leave_the_log_and_forgets_names(stage):
    stage.acts(ADA, press(), release())
    reducer = stage.rooms.share.reducer
    assert not reducer.spent(stage.share_id)
    stage.says(ADA, End())
    assert reducer.spent(stage.share_id)
    assert reducer.names.known(stage.share_id, ".b") == ".b"
    assert reducer.offer(stage.share_id) is None
    assert stage.acts(ADA, press()) == []


def test_shares_are_bounded():
    stage = Stage()
    for _ in range(limits.SHARES_LIVE_MAX):
        stage.offer()
    stage.raw(ADA, "share.offer", OFFER_CODEC.encode(OFFER))
    assert "end one first" in stage.why()
    stage.says(ADA, End())
    stage.offer()


# --- who may act at all ---------------------------------------------------------------------------


def test_events_pass_in_order_with_index_stamp_and_doer(stage):
    passed = stage.acts(BEN, press(), release())
    assert [event.kind for event in passed] == ["press", "release"]
    step = stage.steps[-1][1]
    assert isinstance(step, Passed)
    assert (step.index, step.stamp_ms, step.person) == (stage.head, stage.stamp_ms, BEN)


def test_a_copy_that_is_not_started_or_not_current_sends_nothing():
    stage = Stage()
    stage.offer()
    stage.joins(ADA)
    assert stage.acts(BEN, press()) == []
    assert "not started" in stage.why()
    stage.says(BEN, ATTACH)
    assert stage.acts(BEN, press()) == []
    assert "catching up" in stage.why()
    stage.says(BEN, Go())
    assert len(stage.acts(BEN, press())) == 1


def test_input_of_an_earlier_copy_does_not_pass(stage):
    seen = stage.head
    stage.says(BEN, ATTACH)
    stage.says(BEN, Go())
    assert stage.acts(BEN, press(), seen=seen) == []
    assert "catching up" in stage.why()


def test_another_toolkit_can_not_attach(stage):
    assert "one of tk" in stage.says(ADA, type(ATTACH)("qt", (), "tap", b""))


# --- names ----------------------------------------------------------------------------------------


def test_a_name_gets_its_number_at_its_first_appearance(stage):
    (first,) = stage.acts(ADA, press(window=".b"))
    (second,) = stage.acts(ADA, release(window=".b"))
    assert first.window == second.window == 0
    assert [step for _, step in stage.steps if isinstance(step, Named)] == [Named(0, (".b",))]
    (third,) = stage.acts(BEN, key(window=".e"))
    assert third.window == 1
    assert stage.rooms.share.reducer.names.text(stage.share_id, 1) == ".e"


def test_the_window_under_the_pointer_gets_a_number_too(stage):
    passed = stage.acts(ADA, hear_event(["press", ".menu", 0, 0, 1, 0, [".b", 1, 2], 0]))
    assert passed[0].told() == ["press", 0, 0, 0, 1, 0, [1, 1, 2], 0]


def test_a_number_that_nobody_gave_does_not_pass(stage):
    assert stage.acts(ADA, press(window=5)) == []
    assert stage.why() == "there is no such window"


def test_past_the_bound_names_stay_texts(stage, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_NAMES_MAX", 1)
    assert [event.window for event in stage.acts(ADA, key("a", ".a"), key("b", ".b"))] == [0, ".b"]


# --- the gesture lock -----------------------------------------------------------------------------


def test_while_one_drags_others_pointers_are_held_and_their_keys_are_not(stage):
    stage.acts(ADA, press())
    for event in (press(), wheel(), move()):
        assert stage.acts(BEN, event) == []
        assert stage.why() == "somebody else is dragging"
    assert len(stage.acts(BEN, key())) == 1
    assert len(stage.acts(ADA, move())) == 1
    stage.acts(ADA, release())
    assert len(stage.acts(BEN, press())) == 1


def test_the_lock_holds_until_the_last_button_is_up(stage):
    stage.acts(ADA, press(1), press(3), release(1))
    assert stage.share.gesture is not None and stage.share.gesture.buttons == (3,)
    assert stage.acts(BEN, press()) == []
    stage.acts(ADA, release(3))
    assert stage.share.gesture is None


def test_a_release_without_its_press_does_not_pass(stage):
    assert stage.acts(BEN, release()) == []
    stage.acts(ADA, press())
    assert stage.acts(BEN, press(), release()) == []
    assert stage.share.gesture is not None and stage.share.gesture.owner == ADA


def test_part_of_an_entry_may_pass(stage):
    stage.acts(ADA, press())
    assert [event.kind for event in stage.acts(BEN, key(), press())] == ["key"]
    assert stage.held() == "somebody else is dragging"


def test_a_key_goes_up_only_if_it_went_down(stage):
    assert stage.acts(BEN, key_up()) == []
    assert len(stage.acts(BEN, key(), key_up())) == 2
    assert stage.acts(BEN, key_up()) == []


# --- lateness -------------------------------------------------------------------------------------


def test_who_acts_on_an_old_picture_is_refused_after_a_second_and_a_half(stage):
    seen = stage.head
    stage.acts(BEN, key())
    stage.stamp_ms += 1_400
    assert len(stage.acts(ADA, key("x"), seen=seen)) == 1
    stage.stamp_ms += 200
    for event in (press(), wheel(), key()):
        assert stage.acts(ADA, event, seen=seen) == []
        assert stage.why() == "the program changed under you"


def test_own_events_do_not_make_one_late(stage):
    seen = stage.head
    stage.acts(ADA, key("x"))
    stage.stamp_ms += 10_000
    assert len(stage.acts(ADA, key("y"), seen=seen)) == 1


def test_what_was_seen_does_not_make_one_late(stage):
    stage.acts(BEN, key())
    stage.stamp_ms += 10_000
    assert len(stage.acts(ADA, key("y"))) == 1


def test_a_release_whose_press_passed_always_passes(stage):
    stage.acts(ADA, press(), key("k"))
    seen = stage.head
    stage.acts(BEN, key())
    stage.says(ADA, FloorSet("moderator"))
    stage.says(BEN, FileAsk("open", "Open", ""))
    stage.stamp_ms += 5_000
    assert [e.kind for e in stage.acts(ADA, key_up("k"), release(), seen=seen)] == [
        "keyup",
        "release",
    ]


def test_lateness_is_exact_to_a_slot_over_a_long_run(stage):
    seen = stage.head
    for _ in range(400):
        stage.acts(BEN, wheel())
    assert stage.acts(ADA, key(), seen=seen) == []
    participant = stage.rooms.share.reducer.participant(stage.share_id, BEN)
    assert participant is not None
    assert len(participant.recent) <= limits.SHARE_LATE_MS // limits.SHARE_RECENT_MS + 2


# --- the floor ------------------------------------------------------------------------------------


def test_free_lets_everyone_act(stage):
    assert len(stage.acts(BEN, key())) == 1
    assert "everyone may act" in stage.says(BEN, FloorAsk())


def test_by_request_one_acts_and_the_queue_is_visible(stage):
    stage.says(ADA, FloorSet("request"))
    assert stage.acts(BEN, key()) == [] and stage.why() == "ask for the floor first"
    stage.says(BEN, FloorAsk())
    stage.says(CLEO, FloorAsk())
    stage.says(ADA, FloorAsk())
    assert stage.share.floor.holder == BEN and stage.share.floor.queue == (CLEO, ADA)
    assert len(stage.acts(BEN, key())) == 1
    assert stage.acts(CLEO, key()) == [] and stage.why() == "somebody else has the floor"
    stage.says(BEN, FloorGive())
    assert stage.share.floor.holder == CLEO
    assert stage.says(CLEO, FloorGrant(SITES[ADA])) == ""
    assert stage.share.floor.holder == ADA and stage.share.floor.queue == ()


def test_who_waits_can_take_that_back(stage):
    stage.says(ADA, FloorSet("request"))
    stage.says(BEN, FloorAsk())
    stage.says(CLEO, FloorAsk())
    stage.says(CLEO, FloorGive())
    assert stage.share.floor.queue == ()
    assert "do not have the floor" in stage.says(CLEO, FloorGive())


def test_in_turn_the_floor_goes_round(stage):
    stage.says(ADA, FloorSet("turn"))
    assert stage.share.floor.holder == ADA
    for following in (BEN, CLEO, ADA):
        stage.says(stage.share.floor.holder, FloorGive())
        assert stage.share.floor.holder == following


def test_with_a_moderator_only_they_and_the_host_give_it(stage):
    stage.says(ADA, FloorSet("moderator"))
    stage.says(BEN, FloorAsk())
    assert stage.share.floor.holder is None and stage.share.floor.queue == (BEN,)
    assert "only a moderator" in stage.says(CLEO, FloorGrant(SITES[CLEO]))
    assert stage.says(ADA, FloorGrant(SITES[BEN])) == ""
    assert "only a moderator" in stage.says(BEN, FloorGrant(SITES[CLEO]))
    stage.says(BEN, FloorGive())
    assert stage.share.floor.holder is None


def test_who_loses_the_floor_in_a_drag_ends_the_drag(stage):
    stage.says(ADA, FloorSet("request"))
    stage.says(BEN, FloorAsk())
    stage.acts(BEN, press())
    stage.says(ADA, FloorGrant(SITES[CLEO]))
    assert [e.kind for e in stage.acts(BEN, move(), release())] == ["move", "release"]
    assert stage.acts(BEN, press()) == []


def test_a_refused_entry_is_refused_at_its_authors_site_already(stage):
    stage.says(ADA, FloorSet("request"))
    body = encode_input(Input(stage.share_id, stage.head, 5, (key(),)))
    with pytest.raises(LocalError, match="ask for the floor first"):
        stage.rooms.check(BEN, "share.input", body)
    released = encode_input(Input(stage.share_id, stage.head, 5, (release(),)))
    stage.rooms.check(BEN, "share.input", released)


# --- time, focus, size ----------------------------------------------------------------------------


def test_the_first_current_copy_keeps_the_time_and_who_drags_takes_over(stage):
    assert stage.ticks(ADA) == ""
    assert "keeps the time" in stage.ticks(BEN)
    stage.acts(BEN, press())
    assert stage.ticks(BEN, (".b", 100), (".b", 100)) == ""
    assert stage.steps[-1][1] == Ticked(stage.head, stage.stamp_ms, ((0, 100), (0, 100)))
    assert "keeps the time" in stage.ticks(ADA)


def test_ticks_stop_a_minute_after_the_last_input(stage):
    stage.stamp_ms += limits.SHARE_IDLE_MS
    assert "stands still" in stage.ticks(ADA)
    stage.acts(ADA, key())
    assert stage.ticks(ADA) == ""


def test_ticks_come_no_closer_than_their_bound(stage):
    assert stage.ticks(ADA) == ""
    stage.stamp_ms -= 50
    assert "too close" in stage.ticks(ADA)


def test_ticks_are_no_talk(stage):
    assert stage.rooms.is_talk("share.input")
    assert not stage.rooms.is_talk("share.clock") and not stage.rooms.is_talk("share.state")


def test_the_keeper_tells_the_focus(stage):
    assert stage.says(ADA, Focus(".e")) == ""
    assert stage.share.focus == stage.head
    assert stage.steps[-1][1] == Focused(stage.head, stage.stamp_ms, 0)
    assert "another copy" in stage.says(BEN, Focus(".e"))


def test_a_size_passes_without_the_floor_once(stage):
    stage.says(ADA, FloorSet("moderator"))
    size = hear_event(["size", ".", 640, 480, 0])
    assert len(stage.acts(BEN, size)) == 1
    assert stage.rooms.share.reducer.size(stage.share_id, 0) == (640, 480)
    assert stage.acts(CLEO, size) == []


def test_a_popup_is_placed_by_who_acted_just_now(stage):
    popup = hear_event(["popup", ".m", 0, 0, 10, 10, 0, 0])
    assert stage.acts(BEN, popup) == []
    stage.acts(BEN, press(), release())
    assert len(stage.acts(BEN, popup)) == 1
    stage.stamp_ms += limits.SHARE_LATE_MS + limits.SHARE_RECENT_MS
    assert stage.acts(BEN, popup) == []


# --- files, clipboard -----------------------------------------------------------------------------


def test_while_a_file_is_chosen_nothing_passes_and_its_chooser_alone_answers(stage):
    assert stage.says(BEN, FileAsk("open", "Open", "*.txt")) == ""
    assert stage.acts(CLEO, key()) == [] and stage.why() == "a file is being chosen"
    chosen = ChosenFile("a.txt", 3, b"h" * 32)
    assert "yours" in stage.says(CLEO, FileAnswer((chosen,), ""))
    assert stage.says(BEN, FileAnswer((chosen,), "*.txt")) == ""
    came = stage.steps[-1][1]
    assert isinstance(came, FileCame) and came.files == (chosen,) and came.person == BEN
    assert len(stage.acts(CLEO, key())) == 1


@pytest.mark.parametrize("name", ["../a", "a/b", "a\\b", "..", ".", "a\nb", ""])
def test_a_chosen_file_has_a_plain_name(stage, name):
    body = encode([stage.share_id, "file.answer", [[[name, 3, b"h" * 32]], ""]])
    assert isinstance(stage.raw(BEN, "share.state", body)[0], Refused)


def test_the_clipboard_comes_before_the_paste_and_needs_the_floor(stage):
    assert stage.says(BEN, Clipboard("clipboard", "hello")) == ""
    assert stage.steps[-1][1] == Pasted(stage.head, stage.stamp_ms, BEN, "clipboard", "hello")
    stage.says(ADA, FloorSet("request"))
    assert stage.says(BEN, Clipboard("clipboard", "again")) == "ask for the floor first"


# --- leaving --------------------------------------------------------------------------------------


def test_who_leaves_lets_go_of_everything(stage):
    stage.says(ADA, FloorSet("request"))
    stage.says(BEN, FloorAsk())
    stage.says(CLEO, FloorAsk())
    stage.acts(BEN, key("k"), press(1), press(3))
    stage.acts(BEN, move(99))
    stage.says(BEN, FileAsk("save", "", ""))
    assert stage.says(BEN, Detach()) == ""
    passed, came = [step for index, step in stage.steps if index == stage.head]
    assert isinstance(passed, Passed) and isinstance(came, FileCame)
    assert [(e.kind, e.fields[:1]) for e in passed.events] == [
        ("keyup", (ord("k"),)),
        ("release", (99,)),
        ("release", (99,)),
    ]
    assert came.files == ()
    share = stage.share
    assert share.gesture is None and share.dialog is None and share.floor.holder == CLEO
    assert share.attached == (ADA, CLEO)
    assert len(stage.acts(CLEO, press())) == 1


def test_a_copy_that_starts_again_lets_go_too(stage):
    stage.acts(BEN, press())
    assert stage.says(BEN, ATTACH) == ""
    assert stage.share.gesture is None
    assert stage.share.attached == (ADA, CLEO, BEN)
    assert stage.acts(BEN, release()) == []


def test_the_leader_lets_go_for_somebody_who_is_gone(stage):
    assert "only a moderator" in stage.says(CLEO, Detach(SITES[BEN]))
    assert stage.says(CLEO, Detach(SITES[BEN]), leads=True) == ""
    assert stage.share.attached == (ADA, CLEO)
    assert "no copy" in stage.says(ADA, Detach(SITES[BEN]))


def test_the_keeper_who_leaves_is_followed_by_the_next(stage):
    stage.says(ADA, Detach())
    assert stage.rooms.share.reducer.keeper(stage.share) == BEN
    assert stage.ticks(BEN) == ""


# --- sameness -------------------------------------------------------------------------------------


def test_copies_are_identical_once_all_have_said_the_same(stage):
    assert stage.says(ADA, Mark()) == ""
    mark = stage.head
    assert stage.steps[-1][1] == Marked(mark, stage.stamp_ms)
    stage.answers(ADA, b"same")
    stage.answers(BEN, b"same")
    assert stage.share.agreed == 0
    stage.answers(CLEO, b"same")
    assert (stage.share.agreed, stage.share.copies) == (mark, 3)
    assert "nobody asked" in stage.answers(CLEO, b"same")


def test_the_first_copy_and_window_that_differ_are_named(stage):
    stage.says(ADA, Mark())
    agreed = stage.head
    for person in (ADA, BEN, CLEO):
        stage.answers(person, b"same")
    stage.says(ADA, Mark())
    stage.answers(ADA, b"other", (".", b"1"), (".d", b"9"))
    stage.answers(BEN, b"right", (".", b"1"), (".d", b"2"))
    stage.answers(CLEO, b"right", (".", b"1"), (".d", b"2"))
    difference = stage.share.difference
    assert difference is not None
    assert (difference.person, difference.window) == (ADA, ".d")
    assert (difference.mark, difference.since) == (stage.share.mark, agreed)


def test_who_became_current_after_the_mark_is_not_waited_for(stage):
    stage.says(CLEO, Detach())
    stage.says(ADA, Mark())
    stage.joins(CLEO)
    stage.answers(ADA, b"same")
    stage.answers(BEN, b"same")
    assert stage.share.copies == 2


def test_who_leaves_is_not_waited_for(stage):
    stage.says(ADA, Mark())
    stage.answers(ADA, b"same")
    stage.answers(BEN, b"same")
    stage.says(CLEO, Detach())
    assert stage.share.copies == 2


def test_no_mark_in_the_middle_of_something(stage):
    stage.acts(BEN, press())
    assert "in the middle" in stage.says(BEN, Mark())


# --- strangers and newer versions -----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["share.offer", "share.input", "share.clock", "share.state"])
@pytest.mark.parametrize(
    "body", [b"", b"\xc1", encode([]), encode(["x"] * 9), encode([1, 2, 3, 4])]
)
def test_a_wrong_body_changes_nothing(stage, kind, body):
    before = stage.rooms.state_hash()
    assert isinstance(stage.raw(BEN, kind, body)[0], Refused)
    assert stage.rooms.state_hash() == before


def test_newer_events_are_left_out_and_newer_statements_kept_without_effect(stage):
    newer = [len(KINDS) + 1, ".b", "new", 0]
    body = encode([stage.share_id, stage.head, 5, [key().plain(), newer]])
    assert isinstance(stage.raw(BEN, "share.input", body)[-1], ShareChanged)
    only = encode([stage.share_id, stage.head, 5, [newer]])
    assert isinstance(stage.raw(BEN, "share.input", only)[0], Unknown)
    said = encode([stage.share_id, "hologram", [1]])
    assert isinstance(stage.raw(BEN, "share.state", said)[0], Unknown)


def test_a_share_that_is_too_long_takes_no_more(stage, monkeypatch):
    monkeypatch.setattr(limits, "SHARE_ACTED_EVENTS_MAX", 3)
    stage.acts(ADA, key("a"), key("b"), key("c"))
    assert stage.acts(ADA, key("d")) == []
    assert "start the program afresh" in stage.why()


# --- one state, whatever way led there ------------------------------------------------------------


def test_a_revert_takes_everything_back(stage):
    before, head = stage.rooms.state_hash(), stage.head
    stage.acts(BEN, key("k"), press())
    stage.says(ADA, FloorSet("request"))
    stage.says(CLEO, Detach())
    stage.says(ADA, End())
    events = stage.rooms.revert_to(head)
    assert stage.rooms.state_hash() == before
    assert ShareChanged(stage.share_id) in events


def test_fresh_rooms_come_to_the_same_state(stage):
    stage.acts(BEN, key("k"), press())
    stage.says(ADA, Mark())
    fresh = Rooms(ADA)
    for entry in stage.log:
        fresh.apply(entry)
    assert fresh.state_hash() == stage.rooms.state_hash()
