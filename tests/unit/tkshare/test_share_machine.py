"""Three people do what they like in a shared program, and the order takes some of it back."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core.ids import Key
from app.rooms.rooms import Rooms
from app.tkshare.model.events import Event
from app.tkshare.model.record import Record
from app.tkshare.model.statements import (
    Detach,
    FileAnswer,
    FileAsk,
    FloorAsk,
    FloorGive,
    FloorGrant,
    FloorSet,
    Go,
    Mark,
    Statement,
)
from app.tkshare.model.steps import Named, Passed
from app.tkshare.model.telling import frame_of
from tests.unit.tkshare.stage import (
    ADA,
    ATTACH,
    BEN,
    CLEO,
    SITES,
    Stage,
    key,
    key_up,
    move,
    press,
    release,
    wheel,
)

PEOPLE = st.sampled_from((ADA, BEN, CLEO))
WINDOWS = st.sampled_from((".a", ".b", ".c", ".d", 0, 7))
EVENTS = st.one_of(
    st.builds(press, st.integers(1, 3), WINDOWS),
    st.builds(release, st.integers(1, 3), WINDOWS),
    st.builds(move, st.integers(0, 99), WINDOWS),
    st.builds(key, st.sampled_from("ab"), WINDOWS),
    st.builds(key_up, st.sampled_from("ab"), WINDOWS),
    st.builds(wheel, WINDOWS),
)
SAYINGS: tuple[Statement, ...] = (
    Mark(),
    FileAnswer((), ""),
    FileAnswer((), ""),
    FloorAsk(),
    FloorGive(),
    FloorGrant(SITES[BEN]),
    FloorSet("free"),
    FloorSet("turn"),
    FloorSet("request"),
)
POINTED = ("press", "release", "move", "wheel")


class ShareMachine(RuleBasedStateMachine):
    """Rooms under test; the record is read as a guest would read it."""

    @initialize(policy=st.sampled_from(("free", "request", "turn")))
    def begin(self, policy: str) -> None:
        self.stage = Stage()
        self.stage.offer(floor=policy)
        self.stage.joins(ADA, BEN, CLEO)

    @rule(person=PEOPLE, other=PEOPLE, events=st.lists(EVENTS, min_size=1, max_size=4))
    def drag(self, person: Key, other: Key, events: list[Event]) -> None:
        """Somebody holds a button down while another one acts."""
        self.stage.acts(person, press(1, ".a"), move(5, ".a"))
        self.stage.acts(other, *events)
        self.stage.acts(person, release(1, ".a"))

    @rule(
        person=PEOPLE,
        events=st.lists(EVENTS, min_size=1, max_size=4),
        behind=st.sampled_from((0, 0, 0, 9)),
    )
    def act(self, person: Key, events: list[Event], behind: int) -> None:
        self.stage.acts(person, *events, seen=max(0, self.stage.head - behind))

    @rule(person=PEOPLE, said=st.sampled_from(SAYINGS))
    def say(self, person: Key, said: Statement) -> None:
        self.stage.says(person, said)

    @rule(person=PEOPLE, asks=st.booleans(), back=st.booleans())
    def leave(self, person: Key, asks: bool, back: bool) -> None:
        """A copy ends in the middle of whatever it does, and may come again."""
        if asks:
            self.stage.says(person, FileAsk("open", "", ""))
        self.stage.says(person, Detach())
        if back:
            self.stage.says(person, ATTACH)
            self.stage.says(person, Go())

    @rule(person=PEOPLE)
    def tick(self, person: Key) -> None:
        self.stage.ticks(person)

    @rule(pause=st.sampled_from((200, 1_600)))
    def pause(self, pause: int) -> None:
        self.stage.stamp_ms += pause

    @rule(person=PEOPLE)
    def answer(self, person: Key) -> None:
        self.stage.answers(person, b"same")

    @rule(back=st.integers(1, 6))
    def take_back(self, back: int) -> None:
        """Undo some entries, and come to the same again."""
        stage = self.stage
        state, head = stage.rooms.state_hash(), stage.head
        index = max(8, head - back)
        stage.rooms.revert_to(index)
        for entry in stage.log[index:head]:
            stage.rooms.apply(entry)
        assert stage.rooms.state_hash() == state

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "stage"):
            return
        share = self.stage.share
        people = [self.stage.rooms.share.reducer.participant(share.id, k) for k in share.attached]
        assert all(people)
        if share.gesture is not None:
            assert share.gesture.owner in share.attached and share.gesture.buttons
        if share.dialog is not None:
            assert share.dialog.owner in share.attached
        if share.floor.holder is not None:
            assert share.floor.holder in share.attached
        assert all(each in share.attached for each in share.floor.queue)

    def teardown(self) -> None:
        if not hasattr(self, "stage"):
            return
        self._read_as_a_guest()
        fresh = Rooms(ADA)
        told = [event for entry in self.stage.log for event in fresh.apply(entry)]
        assert fresh.state_hash() == self.stage.rooms.state_hash()
        assert told

    def _read_as_a_guest(self) -> None:
        names: list[str] = []
        down: dict[int, Key] = {}
        keys: dict[tuple[Key, int], bool] = {}
        stamp = 0
        record = Record()
        for index, step in self.stage.steps:
            record.add(index, (step,))
            frame_of(step)
            if isinstance(step, Named):
                assert step.first == len(names)
                names += step.keys
                continue
            assert step.stamp_ms >= stamp
            stamp = step.stamp_ms
            if not isinstance(step, Passed):
                continue
            for event in step.events:
                assert isinstance(event.window, int) and event.window < len(names)
                if event.kind in POINTED:
                    assert all(owner == step.person for owner in down.values()), "no lock"
                if event.kind == "press":
                    down[event.field("button")] = step.person
                elif event.kind == "release":
                    assert down.pop(event.field("button")) == step.person
                elif event.kind == "key":
                    keys[step.person, event.field("code")] = True
                elif event.kind == "keyup":
                    assert keys.pop((step.person, event.field("code")))
        assert record.cut(0) == 0 and record.events == 0


TestShareMachine = ShareMachine.TestCase
TestShareMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
