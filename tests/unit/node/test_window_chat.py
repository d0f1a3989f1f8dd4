"""The chat of a window: how far lines got, what is laid over them, paging back."""

from __future__ import annotations

import pytest

from app.core import limits
from app.core.ids import site_of
from app.node.api import (
    ChatFound,
    ChatRowsChanged,
    ChatRowsGone,
    DeleteChat,
    Denied,
    EditChat,
    EntryPending,
    FindChat,
    MoveDispatcher,
    ReactChat,
    ReadChat,
    SayChat,
    SessionReady,
    SetProfile,
)
from app.node.contract import CommandIssued, DatagramReceived
from app.rooms.bodies import CODECS, Ban
from tests.unit.node.support.view import View
from tests.unit.node.support.world import Site, World


@pytest.fixture
def world() -> World:
    return World(windows=True)


@pytest.fixture
def pair(world: World) -> tuple[View, View]:
    """Ann holds the stick; Ben is 10 ms away."""
    ann, ben = world.session("Ann", "Ben")
    world.run(1)
    return View(ann), View(ben)


def test_a_line_waits_is_ordered_and_settles(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    ben.says("hello")
    assert ben.said == [("hello", "waiting")]
    assert ben.rows[0].index is None
    world.run(0.015)
    assert ann.said == [("hello", "ordered")]
    world.run(1)
    assert ben.said == ann.said == [("hello", "settled")]
    assert ben.rows[0].own
    assert not ann.rows[0].own
    assert ann.rows[0].name == "Ben"
    assert ann.rows[0].index == ben.rows[0].index


def test_a_row_is_told_once_for_each_step(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    ben.says("hello")
    world.run(1)
    steps = [
        [event.rows[0].state for event in view.site.told(ChatRowsChanged)] for view in (ben, ann)
    ]
    assert steps == [["waiting", "ordered", "settled"], ["ordered", "settled"]]


def test_what_waits_is_named_and_what_is_ordered_at_once_is_not(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    line = ben.says("hello")
    assert ben.site.told(EntryPending)[-1] == EntryPending(line, "chat")
    before = ann.site.told(EntryPending)
    ann.says("hello")
    assert ann.site.told(EntryPending) == before


def test_edits_reactions_and_replies_show_at_once_and_everywhere(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    line = ben.says("helo")
    ben.says("answer", line)
    world.run(1)
    ben.site.do(lambda token: EditChat(token, line, "hello"))
    ann.site.do(lambda token: ReactChat(token, line, "+1", on=True))
    assert [row.text for row in ben.rows] == ["hello", "answer"]
    assert ben.rows[1].reply_text == "hello"
    assert ann.rows[0].reactions == (("+1", (ann.site.machine.here.identity.site,)),)
    world.run(1)
    assert [row.text for row in ann.rows] == ["hello", "answer"]
    assert ann.rows[0].edited
    assert ann.rows[1].reply_text == "hello"
    assert ben.rows[0].reactions == ann.rows[0].reactions


def test_a_deleted_line_keeps_its_place_without_text(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    line = ben.says("oh no")
    ben.says("what?", line)
    world.run(1)
    ben.site.do(lambda token: DeleteChat(token, line))
    world.run(1)
    assert [(row.text, row.deleted) for row in ann.rows] == [("", True), ("what?", False)]
    assert ann.rows[1].reply_text == ""


def test_only_the_author_edits(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    line = ben.says("mine")
    world.run(1)
    answer = ann.site.ask(lambda token: EditChat(token, line, "yours"))
    assert answer == Denied(answer.token, "only its author can edit a line")


def test_lines_of_a_banned_person_are_refused_and_only_it_sees_them(
    world: World, pair: tuple[View, View]
) -> None:
    ann, ben = pair
    ben.site.do(lambda token: MoveDispatcher(token, site_of(ben.site.key)))
    world.run(1)
    body = CODECS["control.ban"].encode(Ban(ben.site.key))
    under_way = world.hold_back()
    ann.site.session.issue((("control.ban", body),), 0)
    ann.site.turn()
    # Said before the ban is heard, ordered behind it.
    arrive = [DatagramReceived(source, data) for source, _, data in under_way]
    ben.site.turn(CommandIssued(SayChat(0, "too late")), *arrive)
    world.let_go()
    row = ben.rows[-1]
    assert (row.text, row.state, row.why) == ("too late", "refused", "you were banned")
    world.run(1)
    assert ann.rows == []


def test_a_new_name_is_on_old_lines_too(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    ben.says("hello")
    world.run(1)
    ben.site.do(lambda token: SetProfile(token, "Benjamin", "jade"))
    world.run(1)
    assert ann.rows[0].name == "Benjamin"


def test_a_waiting_line_outlives_a_restart(world: World, pair: tuple[View, View]) -> None:
    ann, ben = pair
    world.hold_back()
    ben.says("kept")
    ben.site.stop()
    world.run(0.1)
    world.let_go()
    ben.site.events.clear()
    world.restart(ben.site)
    token = ben.site.do(lambda token: ReadChat(token, None, 10))
    world.run(0)
    assert [(row.text, row.state) for row in ben.site.value(token)] == [("kept", "waiting")]
    world.run(3)
    assert ann.said == [("kept", "settled")]


def test_what_a_view_takes_back_waits_again(world: World, pair: tuple[View, View]) -> None:
    ann, _ = pair
    line = ann.says("taken back")
    assert ann.said == [("taken back", "ordered")]
    index = ann.rows[0].index
    assert index is not None
    ann.site.session.desk.take_back(index - 1)
    ann.site.turn()
    assert ann.site.told(ChatRowsGone) == [ChatRowsGone(index)]
    assert [row.id for row in ann.rows] == [line]
    assert ann.said == [("taken back", "waiting")]


class TestPaging:
    def page(self, site: Site, before: int | None, count: int) -> list[str]:
        token = site.do(lambda token: ReadChat(token, before, count))
        site.world.run(0.01)
        return [row.text for row in site.value(token)]

    def test_the_newest_lines_come_first_then_those_before(self, world: World) -> None:
        ann = world.founder()
        view = View(ann)
        for number in range(10):
            view.says(f"line {number}")
        assert self.page(ann, None, 3) == ["line 7", "line 8", "line 9"]
        first = view.rows[7].index
        assert self.page(ann, first, 3) == ["line 4", "line 5", "line 6"]
        assert self.page(ann, view.rows[1].index, 3) == ["line 0"]

    def test_older_lines_come_from_the_disk_with_what_was_laid_over_them(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "TAIL_ENTRIES_KEPT", 4)
        monkeypatch.setattr(limits, "CHAT_LINES_KEPT_MAX", 5)
        monkeypatch.setattr(limits, "LOG_PAGE_ENTRIES_MAX", 4)
        ann = world.founder()
        view = View(ann)
        lines = []
        for number in range(20):
            lines.append(view.says(f"line {number}"))
            ann.do(lambda token: SetProfile(token, "Ann", "jade"))
        ann.do(lambda token: EditChat(token, lines[2], "edited"))
        assert self.page(ann, None, 30) == [
            "edited" if number == 2 else f"line {number}" for number in range(20)
        ]

    def test_after_a_start_older_lines_come_from_the_disk_as_before(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "CHAT_LINES_AT_START_MAX", 6)
        ann = world.founder()
        view = View(ann)
        lines = [view.says(f"line {number}") for number in range(20)]
        ann.do(lambda token: EditChat(token, lines[2], "edited"))
        ann.do(lambda token: EditChat(token, lines[18], "edited, too"))
        before = self.page(ann, None, 30)
        world.restart(ann)
        assert 0 < len(ann.session.window_here().lines.below(1_000, 30)) < 6
        assert self.page(ann, None, 30) == before
        assert before[2:19:16] == ["edited", "edited, too"]

    def test_a_line_that_was_paged_in_is_told_when_it_changes(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "CHAT_LINES_KEPT_MAX", 2)
        ann = world.founder()
        view = View(ann)
        lines = [view.says(f"line {number}") for number in range(6)]
        self.page(ann, None, 6)
        ann.events.clear()
        ann.do(lambda token: ReactChat(token, lines[0], "+1", on=True))
        assert [row.text for row in view.rows] == ["line 0"]

    def test_too_many_pages_at_once_are_refused(self, world: World) -> None:
        ann = world.founder()
        View(ann).says("hello")
        pages = ann.session.window_here().pages
        for token in range(limits.CHAT_PAGES_MAX):
            pages.ask(-token, 1, 1, 1)
        answer = ann.ask(lambda token: ReadChat(token, None, 1))
        assert isinstance(answer, Denied)


class TestFinding:
    def find(self, site: Site, text: str, below: int | None = None) -> ChatFound:
        token = site.do(lambda token: FindChat(token, text, below))
        site.world.run(0.01)
        found = site.value(token)
        assert isinstance(found, ChatFound)
        return found

    def test_lines_are_found_in_any_case_newest_first(self, world: World) -> None:
        ann = world.founder()
        view = View(ann)
        for text in ("The Ramp is free", "no", "which ramp?"):
            view.says(text)
        places = [row.index or 0 for row in view.rows]
        assert self.find(ann, "rAMP") == ChatFound((places[2], places[0]), 3, None)
        assert self.find(ann, "boat") == ChatFound((), 3, None)

    def test_a_line_is_found_as_it_stands(self, world: World) -> None:
        ann = world.founder()
        view = View(ann)
        changed, gone = view.says("ramp"), view.says("ramp, too")
        ann.do(lambda token: EditChat(token, changed, "quay"))
        ann.do(lambda token: DeleteChat(token, gone))
        assert self.find(ann, "ramp") == ChatFound((), 1, None)
        assert self.find(ann, "quay").indices == (view.rows[0].index,)

    def test_what_was_refused_is_not_found_by_others(
        self, world: World, pair: tuple[View, View]
    ) -> None:
        ann, ben = pair
        line = ann.says("hello")
        ben.site.do(lambda token: EditChat(token, line, "ramp"))
        world.run(1)
        assert self.find(ann.site, "ramp").indices == ()

    def test_one_answer_looks_at_a_part_and_says_where_to_go_on(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "CHAT_FIND_ENTRIES_MAX", 7)
        monkeypatch.setattr(limits, "LOG_PAGE_ENTRIES_MAX", 3)
        monkeypatch.setattr(limits, "TAIL_ENTRIES_KEPT", 4)
        monkeypatch.setattr(limits, "CHAT_LINES_KEPT_MAX", 5)
        ann = world.founder()
        view = View(ann)
        for number in range(20):
            view.says(f"line {number} {'ramp' if number % 6 == 0 else ''}")
        indices: list[int] = []
        lines, below, answers = 0, None, 0
        while answers == 0 or below is not None:
            found = self.find(ann, "ramp", below)
            indices += found.indices
            lines, below, answers = lines + found.lines, found.below_index, answers + 1
        assert answers > 2
        assert lines == 20
        assert indices == sorted(indices, reverse=True)
        page = TestPaging().page(ann, indices[0] + 1, 1)
        assert page == ["line 18 ramp"]
        assert len(indices) == 4

    @pytest.mark.parametrize("text", ["", "  ", "x" * (limits.CHAT_FIND_CHARACTERS_MAX + 1)])
    def test_nothing_and_too_much_are_refused(self, world: World, text: str) -> None:
        ann = world.founder()
        View(ann).says("hello")
        assert isinstance(ann.ask(lambda token: FindChat(token, text, None)), Denied)

    def test_too_many_at_once_are_refused(self, world: World) -> None:
        ann = world.founder()
        View(ann).says("hello")
        finding = ann.session.window_here().finding
        for token in range(limits.CHAT_PAGES_MAX):
            finding.ask(-token, "x", None, 1)
        assert isinstance(ann.ask(lambda token: FindChat(token, "x", None)), Denied)

    def test_what_a_view_takes_back_meanwhile_is_not_found(self, world: World) -> None:
        ann = world.founder()
        view = View(ann)
        view.says("ramp one")
        view.says("ramp two")
        first, second = [row.index for row in view.rows]
        finding = ann.session.window_here().finding
        finding.ask(-1, "ramp", None, ann.status.head_index)
        finding.got(-1, tuple(ann.session.disk.log.after(0, ann.status.head_index) or ()))
        assert first is not None
        finding.take_back(first)
        assert finding.done(-1).indices == (first,)
        assert second != first


def test_the_window_opens_with_nothing_told_of_history(
    world: World, pair: tuple[View, View]
) -> None:
    ann, _ = pair
    ann.says("long ago")
    world.run(1)
    cleo = View(world.joined(ann.site.invite, "Cleo"))
    world.run(1)
    kinds = [type(event) for event in cleo.site.events]
    assert ChatRowsChanged not in kinds[: kinds.index(SessionReady)]


def test_without_a_window_nobody_is_told_and_pages_are_refused() -> None:
    world = World()
    ann = world.founder()
    ann.say("hello")
    world.run(1)
    assert not ann.told(ChatRowsChanged)
    answer = ann.ask(lambda token: ReadChat(token, None, 1))
    assert isinstance(answer, Denied)


def test_a_page_that_is_being_read_loses_what_a_view_takes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TAIL_ENTRIES_KEPT", 4)
    monkeypatch.setattr(limits, "CHAT_LINES_KEPT_MAX", 2)
    ann = world.founder()
    view = View(ann)
    for number in range(20):
        view.says(f"line {number}")
    token = ann.do(lambda token: ReadChat(token, None, 30))
    ann.session.window_here().pages.take_back(ann.status.head_index - 1)
    world.run(0.01)
    assert [row.text for row in ann.value(token)] == [f"line {number}" for number in range(19)]
