"""The front desk: requests become commands, events become answers."""

from __future__ import annotations

from typing import Any

import pytest

from app.cli.desk import Desk
from app.cli.request import World
from app.core import limits
from app.core.ids import EntryId, SiteId
from app.core.instant import Micros
from app.node import api
from app.node.api import Denied, Done, EntriesOrdered, EntriesSettled, EntryShown, LogReverted
from tests.entries import a_row, an_entry

NOT_A_MESSAGE = "a message has 1 to 8,000 characters, not only blanks"


class Timer:
    def __init__(self, seconds, call):
        self.seconds, self.call, self.cancelled = seconds, call, False

    def cancel(self):
        self.cancelled = True


class Connection:
    def __init__(self):
        self.answers: list[Any] = []

    def reply(self, message):
        self.answers.append(message)

    def taken(self):
        answers, self.answers = self.answers, []
        return answers


class Counter:
    """A desk with one connection, and what it submitted."""

    def __init__(self):
        self.commands: list[Any] = []
        self.timers: list[Timer] = []
        self.wanted: list[Any] = []
        self.now = Micros(0)
        self.desk = Desk(
            World(
                self.commands.append,
                lambda: self.now,
                lambda: 1_000_000,
                self.later,
                lambda wanted, then: self.wanted.append((wanted, then)),
            )
        )
        self.connection = Connection()
        self.desk.opened(self.connection)

    def later(self, seconds, call):
        self.timers.append(Timer(seconds, call))
        return self.timers[-1]

    def ask(self, **message):
        self.desk.request(self.connection, {"request": 7, **message})
        return self.commands.pop() if self.commands else None

    def tell(self, event):
        self.desk.on_event(event)
        return self.connection.taken()

    def say(self, *texts, wait="ordered", timeout=30.0):
        """Issue lines; their entries."""
        command = self.ask(do="say", texts=list(texts), wait=wait, timeout=timeout)
        entries = [an_entry(number) for number in range(1, len(texts) + 1)]
        self.answers = self.tell(Done(command.token, tuple(entry.id for entry in entries)))
        return entries


@pytest.fixture
def counter():
    return Counter()


def shown(entry, index, settled=False):
    return EntryShown(a_row(entry, index), "ann", settled)


def test_lines_are_issued_at_once_as_one_command(counter):
    command = counter.ask(do="say", texts=["one", "two"], wait="ordered", timeout=30)
    assert isinstance(command, api.Issue)
    assert [kind for kind, _ in command.entries] == ["chat", "chat"]
    assert command.wall_ms == 1_000_000
    assert counter.connection.answers == []


def test_a_line_is_answered_when_it_is_ordered(counter):
    one, two = counter.say("one", "two")
    counter.now = Micros(2_500)
    answers = counter.tell(EntriesOrdered((shown(one, 5),)))
    line = {"id": str(one.id), "state": "ordered", "index": 5, "epoch": "1.0", "ms": 2.5}
    assert answers == [{"request": 7, "lines": [line]}]
    answers = counter.tell(EntriesOrdered((shown(two, 6),)))
    assert answers[-1] == {"request": 7, "done": True}
    assert counter.timers[0].cancelled


def test_lines_ordered_together_are_answered_together(counter):
    entries = counter.say("one", "two")
    answers = counter.tell(EntriesOrdered(tuple(shown(e, i) for i, e in enumerate(entries, 5))))
    assert [len(answer.get("lines", ())) for answer in answers] == [2, 0]


def test_an_entry_that_is_ordered_before_its_id_is_told_is_answered_too(counter):
    command = counter.ask(do="say", texts=["one"], wait="ordered", timeout=30)
    assert counter.tell(EntriesOrdered((shown(an_entry(1), 5),))) == []
    answers = counter.tell(Done(command.token, (an_entry(1).id,)))
    assert answers[0]["lines"][0]["index"] == 5
    assert answers[-1]["done"]


def test_others_entries_wake_nobody(counter):
    counter.say("one")
    assert counter.tell(EntriesOrdered((shown(an_entry(9), 5),))) == []


def test_without_waiting_a_line_is_queued(counter):
    counter.say("one", wait="none")
    line = {"id": str(an_entry(1).id), "state": "queued", "index": None, "epoch": None, "ms": 0.0}
    assert counter.answers == [{"request": 7, "lines": [line]}, {"request": 7, "done": True}]


def test_settled_waits_for_the_mark(counter):
    one, two = counter.say("one", "two", wait="settled")
    assert counter.tell(EntriesOrdered((shown(one, 5), shown(two, 6)))) == []
    assert counter.tell(EntriesSettled(4)) == []
    assert [line["state"] for line in counter.tell(EntriesSettled(5))[0]["lines"]] == ["settled"]
    assert counter.tell(EntriesSettled(9))[-1]["done"]


def test_what_is_settled_when_it_is_ordered_is_settled(counter):
    (one,) = counter.say("one", wait="settled")
    assert counter.tell(EntriesOrdered((shown(one, 5, settled=True),)))[-1]["done"]


def test_a_line_taken_back_settles_at_its_new_place_only(counter):
    (one,) = counter.say("one", wait="settled")
    counter.tell(EntriesOrdered((shown(one, 5),)))
    counter.tell(LogReverted(5, "2.0"))
    assert counter.tell(EntriesSettled(6)) == []
    counter.tell(EntriesOrdered((shown(one, 8),)))
    assert counter.tell(EntriesSettled(7)) == []
    assert counter.tell(EntriesSettled(8))[0]["lines"][0]["index"] == 8


def test_when_time_is_up_each_line_is_told_as_it_is(counter):
    one, _two = counter.say("one", "two", wait="settled", timeout=1.5)
    counter.tell(EntriesOrdered((shown(one, 5),)))
    assert counter.timers[0].seconds == 1.5
    counter.timers[0].call()
    answers = counter.connection.taken()
    assert answers[0] == {"request": 7, "late": True}
    assert [line["state"] for line in answers[1]["lines"]] == ["ordered", "queued"]
    assert answers[-1] == {"request": 7, "done": True}
    assert counter.tell(EntriesSettled(5)) == []


@pytest.mark.parametrize("text", ["", " \t ", "x" * 8_001, 5, "\ud800"])
def test_what_is_no_message_is_refused_and_the_rest_is_said(counter, text):
    command = counter.ask(do="say", texts=[text, "two"], wait="none", timeout=0)
    assert len(command.entries) == 1
    refusal = counter.connection.taken()[0]
    assert (refusal["refused"], refusal["why"]) == (0, NOT_A_MESSAGE)


def test_lines_that_the_site_does_not_take_are_refused(counter):
    command = counter.ask(do="say", texts=["one"], wait="ordered", timeout=30)
    answers = counter.tell(Denied(command.token, "wait until the others are back"))
    assert answers == [{"request": 7, "error": "wait until the others are back", "exit": 1}]


def test_no_lines_are_answered_at_once(counter):
    assert counter.ask(do="say", texts=[], wait="ordered", timeout=30) is None
    assert counter.connection.answers == [{"request": 7, "done": True}]


def test_a_page_of_the_log(counter):
    command = counter.ask(do="log", **{"from": 3})
    assert (command.first, command.count) == (3, limits.LOG_PAGE_ENTRIES)
    answers = counter.tell(Done(command.token, (shown(an_entry(1), 3, settled=True),)))
    row = answers[0]["rows"][0]
    assert list(row) == [
        "index",
        "epoch",
        "id",
        "author",
        "name",
        "number",
        "kind",
        "body",
        "stamp_ms",
        "wall_ms",
        "chain",
        "settled",
    ]
    assert (row["index"], row["name"], row["settled"], len(row["chain"])) == (3, "ann", True, 64)


def test_a_page_is_bounded_in_bytes(counter):
    command = counter.ask(do="log", **{"from": 1})
    rows = tuple(shown(an_entry(n, body=b"x" * 40_000), n) for n in range(1, 100))
    (answer,) = counter.tell(Done(command.token, rows))
    assert 1 <= len(answer["rows"]) <= limits.LOG_PAGE_BYTES // 40_000 + 1


def test_the_end_of_the_log_is_an_empty_page(counter):
    command = counter.ask(do="log", **{"from": 9})
    assert counter.tell(Done(command.token, ())) == [{"request": 7, "rows": [], "done": True}]


def follow(counter, first, rows=()):
    command = counter.ask(do="log", follow=True, **{"from": first})
    return counter.tell(Done(command.token, rows))


def test_a_follower_at_the_end_is_woken_by_the_next_entry(counter):
    assert follow(counter, 5) == []
    counter.tell(EntriesOrdered((shown(an_entry(1), 5),)))
    command = counter.commands.pop()
    assert (type(command), command.first) == (api.ReadLog, 5)
    answers = counter.tell(Done(command.token, (shown(an_entry(1), 5),)))
    assert [row["index"] for row in answers[0]["rows"]] == [5]


def test_a_follower_is_told_first_what_was_taken_back(counter):
    assert follow(counter, 5) == []
    counter.tell(LogReverted(3, "2.0"))
    command = counter.commands.pop()
    assert counter.tell(Done(command.token, ())) == [{"request": 7, "reverted": 3, "done": True}]


def test_a_revert_while_a_page_is_read_wins_over_the_page(counter):
    command = counter.ask(do="log", follow=True, **{"from": 5})
    counter.tell(LogReverted(6, "2.0"))
    answers = counter.tell(Done(command.token, (shown(an_entry(1), 5), shown(an_entry(2), 6))))
    assert answers == [{"request": 7, "reverted": 6, "done": True}]


def test_of_two_reverts_the_deeper_one_is_told(counter):
    for first, second in ((3, 4), (4, 3)):
        command = counter.ask(do="log", follow=True, **{"from": 5})
        counter.tell(LogReverted(first, "2.0"))
        counter.tell(LogReverted(second, "3.0"))
        assert counter.tell(Done(command.token, ()))[0]["reverted"] == 3


def test_a_revert_behind_what_was_read_is_no_news(counter):
    follow(counter, 5)
    counter.tell(LogReverted(5, "2.0"))
    command = counter.commands.pop()
    assert counter.tell(Done(command.token, ())) == []


ANN, ANA = SiteId("abcdefghijklmnop"), SiteId("abcdefzzzzzzzzzz")
STATUS = api.Status(
    site=ANN,
    name="ann",
    session="5e",
    title="Team",
    members=(
        api.MemberStatus(ANN, "ann", "present", None, "none", 1),
        api.MemberStatus(ANA, "ana", "present", 12.3456, "direct", 2),
    ),
    leader=ANN,
    dispatcher=ANA,
    epoch="1.2",
    head_index=9,
    head_chain="ab",
    settled=8,
    moves=2,
    policy="adaptive",
    state_hash="cd",
    queue=0,
)


def test_the_status_has_the_form_that_scripts_rely_on(counter):
    command = counter.ask(do="status")
    (answer,) = counter.tell(Done(command.token, STATUS))
    line = answer["line"]
    assert line["session"] == {"id": "5e", "title": "Team"}
    assert line["dispatcher"] == {"site": ANA, "name": "ana", "epoch": "1.2"}
    assert line["leader"] == {"site": ANN}
    assert line["head"] == {"index": 9, "chain": "ab"}
    assert line["members"][1] == {
        "site": ANA,
        "name": "ana",
        "state": "present",
        "rtt_ms": 12.346,
        "path": "direct",
        "location": 2,
    }


def test_a_move_finds_its_target_then_waits_for_the_token(counter):
    status = counter.ask(do="move", site="ana")
    assert counter.tell(Done(status.token, STATUS)) == []
    command = counter.commands.pop()
    assert (type(command), command.target) == (api.MoveDispatcher, ANA)
    counter.now = Micros(40_000)
    answers = counter.tell(Done(command.token, api.Moved("1.3", ANA, 39.0)))
    line = {"epoch": "1.3", "site": ANA, "ms": 40.0}
    assert answers == [{"request": 7, "line": line, "done": True}]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [("abcdef", ["ann", "ana", "more of"]), ("bob", ["Nobody", "ann", "ana"]), ("abc", ["Nobody"])],
)
def test_a_site_that_is_not_clear_is_wrong_use_with_candidates(counter, wanted, texts):
    status = counter.ask(do="move", site=wanted)
    (answer,) = counter.tell(Done(status.token, STATUS))
    assert answer["exit"] == 2
    assert all(text in answer["error"] for text in texts)


@pytest.mark.parametrize("wanted", ["ana", ANA, ANA[:7]])
def test_a_site_is_named_by_name_id_or_the_beginning_of_it(counter, wanted):
    counter.tell(Done(counter.ask(do="move", site=wanted).token, STATUS))
    assert counter.commands.pop().target == ANA


def test_a_refused_move_says_why(counter):
    counter.tell(Done(counter.ask(do="move", site="ana").token, STATUS))
    answers = counter.tell(Denied(counter.commands.pop().token, "ana is leaving"))
    assert answers == [{"request": 7, "error": "ana is leaving", "exit": 1}]


def test_an_invite_ends_by_the_clock_of_its_maker(counter):
    command = counter.ask(do="invite", expires=60, uses=2, role="viewer")
    assert (command.end_ms, command.uses, command.role) == (1_060_000, 2, "viewer")
    answers = counter.tell(Done(command.token, "talkstick:abc"))
    assert answers == [{"request": 7, "text": "talkstick:abc", "done": True}]


def test_leaving_and_closing(counter):
    assert isinstance(counter.ask(do="leave", now=True), api.CloseSession)
    command = counter.ask(do="leave", now=False)
    assert isinstance(command, api.LeaveSession)
    assert counter.tell(Done(command.token))[0]["line"] == {"left": True, "ms": 0.0}


def test_an_answer_that_does_not_come_is_told_without_giving_up(counter):
    command = counter.ask(do="leave", now=False)
    counter.timers[0].call()
    assert "goes on trying" in counter.connection.taken()[0]["error"]
    assert counter.tell(Done(command.token)) == []


def test_a_drawing_comes_in_parts(counter):
    assert counter.ask(do="draw", part="[1,", last=False) is None
    command = counter.ask(do="draw", part="2]", last=True, board="main", wait="ordered", timeout=1)
    assert (command.text, command.board) == ("[1,2]", "main")
    counter.connection.taken()
    answers = counter.tell(Done(command.token, (EntryId(ANN, 1, 1),)))
    assert answers == []


def test_a_drawing_is_bounded(counter):
    part = "x" * (limits.DRAWING_CHARACTERS_MAX // 2)
    counter.ask(do="draw", part=part, last=False)
    counter.ask(do="draw", part=part, last=False)
    counter.connection.taken()
    counter.ask(do="draw", part="x", last=False)
    assert counter.connection.taken()[0]["exit"] == 2


def test_a_board_comes_in_pages(counter):
    rows = [{"op": "add", "x": number} for number in range(limits.BOARD_PAGE_ROWS + 1)]
    command = counter.ask(do="board", board="main")
    (answer,) = counter.tell(Done(command.token, rows))
    counter.ask(do="more")
    counter.ask(do="more")
    pages = [answer["rows"], *(each["rows"] for each in counter.connection.taken())]
    assert [len(page) for page in pages] == [limits.BOARD_PAGE_ROWS, 1, 0]


@pytest.mark.parametrize(
    "message",
    [{}, {"do": "fly"}, {"do": "say"}, {"do": "log", "from": "x"}, {"do": "move"}, {"do": []}],
)
def test_a_request_that_is_not_understood_is_answered(counter, message):
    counter.desk.request(counter.connection, message)
    assert counter.connection.answers[-1]["exit"] in {1, 2}


def test_a_command_that_went_away_disturbs_nobody(counter):
    (one,) = counter.say("one")
    counter.desk.closed(counter.connection)
    counter.tell(EntriesOrdered((shown(one, 1),)))
    counter.tell(LogReverted(1, "2.0"))


def test_a_drawing_of_nothing_is_answered_at_once(counter):
    command = counter.ask(do="draw", part="", last=True, board="main", wait="ordered", timeout=30)
    assert counter.tell(Done(command.token, ())) == [{"request": 7, "done": True}]


@pytest.mark.parametrize(
    "message",
    [
        {"do": "log", "from": float("inf")},
        {"do": "log", "from": float("nan")},
        {"do": "log", "from": 10**30},
        {"do": "log", "from": "one"},
        {"do": "log"},
        {"do": "say", "texts": ["one"], "timeout": float("nan")},
        {"do": "say", "texts": ["one"], "timeout": float("inf")},
        {"do": "say", "texts": 5},
        {"do": "invite", "expires": 10**18},
        {"do": "invite", "uses": -1},
        {"do": "board", "board": "\ud800"},
        {"do": "draw", "part": ["x"], "last": True, "board": "main"},
        {"do": ["log"]},
    ],
)
def test_a_field_that_is_wrong_is_answered_and_nothing_is_submitted(counter, message):
    assert counter.ask(**message) is None
    (answer,) = counter.connection.taken()
    assert answer == {
        "request": 7,
        "error": "a field of the request is missing or wrong",
        "exit": 2,
    }


def test_a_request_whose_number_is_none_is_answered_without_it(counter):
    counter.desk.request(counter.connection, {"request": [[[]]], "do": "more"})
    assert counter.connection.taken() == [{"request": None, "rows": [], "done": True}]
