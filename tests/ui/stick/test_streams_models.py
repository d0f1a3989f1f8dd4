"""Rows of streams, computers and console lines: what they hold, say, and keep when news come."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from app.node.api import Console
from app.ui.models.console import (
    LINES_MAX,
    LINES_OF_ONE_MAX,
    TEXT_CHARACTERS_MAX,
    ConsoleModel,
    Kind,
)
from app.ui.stick.model import StickModel
from app.ui.stick.streams.model import AGENT, COLUMNS, STREAM, StreamsModel
from app.ui.stick.streams.sites_model import SITE, SitesModel
from app.ui.stick.streams.words import agent_told, state_text, stream_told
from tests.ui.stick.figures import typical
from tests.ui.stick.streams import (
    ADA,
    BRAM,
    CHIDI,
    DISPATCHER_AGENT,
    ERROR,
    SAID,
    agent,
    alone,
    crowded,
    stream,
    usual,
)
from tests.ui.worlds import Hands, people

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def faces(qapp):
    model = StickModel(Hands().clock())
    model.set_people(people())
    model.learn(typical())
    return model


@pytest.fixture
def rows(faces):
    model = StreamsModel(faces)
    model.learn(usual())
    return model


def shown(model, place, parent=None):
    where = model.index(place, 0) if parent is None else model.index(place, 0, parent)
    return [str(where.siblingAtColumn(column).data()) for column in range(len(COLUMNS))]


# --- streams and agents ---------------------------------------------------------------------------


def test_the_tree_is_one_in_the_eyes_of_qt(rows, qtmodeltester: ModelTester):
    qtmodeltester.check(rows, force_py=True)
    rows.learn(crowded())
    rows.learn(alone())
    rows.learn(())
    qtmodeltester.check(rows, force_py=True)


def test_the_dispatcher_stands_first_the_others_by_name(rows):
    names = [row.stream for row in rows.rows]
    assert names == ["dispatcher", "chat", "display-2", "votes", "zed"]


def test_a_row_tells_home_queues_and_epoch(rows):
    assert shown(rows, 1) == ["chat", "2 agents", "Ada Moreira", "3", "2", "3.2"]
    assert shown(rows, 2)[1] == "1 agent, handlers run"
    assert shown(rows, 3)[1] == "2 agents, reported 41 s ago"


def test_what_was_not_reported_is_a_dash_and_not_a_nought(rows):
    assert shown(rows, 4)[1:5] == ["1 agent, its home has not reported yet", "Emi Sato", "–", "–"]


def test_below_a_stream_stand_its_agents_with_handlers_and_errors(rows):
    votes = rows.index_of("votes")
    assert rows.rowCount(votes) == 2
    assert shown(rows, 0, votes)[:2] == ["agent 1, count@1, controls", "append, open"]
    assert shown(rows, 1, votes)[:2] == ["agent 2, tcl", f"went wrong: {ERROR}"]
    assert rows.index(1, 0, votes).data(STREAM).stream == "votes"
    assert rows.index(1, 0, votes).data(AGENT).failed
    assert votes.data(AGENT) is None


def test_an_agent_that_never_ran_here_says_so(rows):
    assert shown(rows, 0, rows.index_of("zed"))[1] == "not run here yet"


def test_each_row_is_one_sentence_for_ears(rows):
    assert rows.index_of("chat").data(SPOKEN) == (
        "chat, at Ada Moreira, reported just now, 2 agents, 3 waiting, 2 sent, epoch 3.2"
    )
    failed = rows.index(1, 0, rows.index_of("votes"))
    assert failed.data(SPOKEN) == f"votes, agent 2, tcl: went wrong: {ERROR}"


def test_news_keep_every_row_that_is_still_there(rows):
    chat = QPersistentModelIndex(rows.index_of("chat"))
    second = QPersistentModelIndex(rows.index(1, 0, rows.index_of("chat")))
    old = {row.stream: row for row in usual()}
    rows.learn(
        (
            stream("a-new-one"),
            replace(old["chat"], home=CHIDI, agents=(agent(2), agent(3))),
            old["dispatcher"],
        )
    )
    assert chat.data() == "chat"
    assert chat.row() == 2
    assert second.data() == "agent 2, tcl"
    assert second.row() == 0
    assert rows.rowCount(rows.index_of("chat")) == 2


def test_a_row_is_changed_only_if_it_is(rows, qtbot):
    changed = []
    rows.dataChanged.connect(lambda first, _last, *_roles: changed.append(first.data()))
    rows.learn(usual())
    assert changed == []
    rows.learn(
        tuple([replace(row, epoch="9.9") if row.stream == "zed" else row for row in usual()])
    )
    assert changed == ["zed"]


def test_who_was_sent_on_the_way_says_where_to(rows):
    rows.sent_to("chat", CHIDI)
    assert shown(rows, 1)[1] == "2 agents, on its way to Chidi"
    rows.sent_to("chat", None)
    assert shown(rows, 1)[1] == "2 agents"


def test_columns_say_what_they_mean(rows):
    tips = [
        rows.headerData(place, Qt.Orientation.Horizontal, int(Qt.ItemDataRole.ToolTipRole))
        for place in range(len(COLUMNS))
    ]
    assert tips[0].startswith("A stream takes messages in order")
    assert tips[3:] == [
        "Messages that came and are not consumed yet",
        "Messages that it sent and that are not consumed yet",
        "Counts its homes: the part after the point grows with every move",
    ]


@pytest.mark.parametrize(
    ("state", "text"),
    [("home", "at rest"), ("running", "handlers run"), ("moving", "on its way")],
)
def test_states_have_words(state, text):
    assert state_text(stream("chat", 1, state=state)) == text


def test_all_that_is_known_is_told_in_sentences():
    assert stream_told(usual()[0], "Ada") == (
        "chat is at Ada, location 1, epoch 3.2: reported just now."
        " 3 messages wait for its handlers. 2 messages that it sent are not consumed yet."
    )
    assert stream_told(stream("x", 1), "Bram").endswith("Nothing waits for its handlers.")
    assert "This stream is the stick" in stream_told(alone()[0], "Bram")
    failed = agent_told(usual()[3], usual()[3].agents[1])
    assert failed == (
        f"Agent 2, tcl, on votes. It has handlers for append. What went wrong last: {ERROR}"
    )
    assert "has not run yet" in agent_told(usual()[4], usual()[4].agents[0])
    assert "append, arrival, departure and failure" in agent_told(alone()[0], DISPATCHER_AGENT)


# --- computers ------------------------------------------------------------------------------------


def test_computers_stand_in_the_order_of_joining(faces, qtmodeltester: ModelTester):
    sites = SitesModel(faces)
    sites.learn(people(), usual())
    qtmodeltester.check(sites, force_py=True)
    assert [row.location for row in sites.rows] == [1, 2, 3, 4, 5]
    assert [row.streams for row in sites.rows] == [2, 1, 1, 0, 1]


def test_who_left_is_none_of_them(faces):
    sites = SitesModel(faces)
    gone = replace(people()[2], location=0, state="left")
    sites.learn((*people()[:2], gone), ())
    assert [row.face.site for row in sites.rows] == [ADA, BRAM]


def test_a_computer_says_its_number_and_what_is_there(faces):
    sites = SitesModel(faces)
    faces.set_people(people(gone=(3,)))
    sites.learn(people(gone=(3,)), usual())
    said = [sites.index(row).data(SPOKEN) for row in range(sites.rowCount())]
    assert said[:2] == [
        "Ada Moreira, location 1 · 2 streams, has the stick",
        "Bram de Wit, this computer, location 2 · 1 stream",
    ]
    assert said[3] == "Dilara Kaya, location 4 · not reachable"
    assert sites.index(0).data(SITE).face.site == ADA


def test_the_same_computers_keep_what_is_chosen(faces):
    sites = SitesModel(faces)
    sites.learn(people(), ())
    begun = []
    sites.modelReset.connect(lambda: begun.append(1))
    sites.learn(people(), usual())
    assert begun == []
    sites.learn(people()[:3], usual())
    assert begun == [1]


# --- console --------------------------------------------------------------------------------------


@pytest.fixture
def console(qapp):
    return ConsoleModel(Hands().clock())


def test_what_agents_say_stands_below_each_other(console, qtmodeltester: ModelTester):
    for event in SAID:
        console.hear(event)
    qtmodeltester.check(console, force_py=True)
    assert [console.line(row).stream for row in range(4)] == [
        "display-2",
        "display-2",
        "chat",
        "votes",
    ]
    said = console.index(1, 0).data(SPOKEN)
    assert said.endswith(", display-2: Chidi: Yes, at four.")


def test_lines_of_a_command_say_whose_they_are(console):
    console.note(Kind.TYPED, "stream_open chat")
    console.note(Kind.REFUSED, "no")
    console.note(Kind.ANSWERED, "chat")
    said = [console.index(row, 0).data(SPOKEN).split(", ", 1)[1] for row in range(3)]
    assert said == ["you: stream_open chat", "refused: no", "answer: chat"]


def test_a_flood_leaves_the_newest_lines(console):
    for number in range(3 * LINES_MAX):
        console.hear(Console(BRAM, "chat", f"line {number}"))
    assert console.rowCount() <= LINES_MAX
    assert console.line(console.rowCount() - 1).text == f"line {3 * LINES_MAX - 1}"


def test_one_text_is_a_few_lines_of_bounded_length(console):
    console.hear(Console(BRAM, "chat", "\n".join(["x" * 9_999] * 99)))
    assert console.rowCount() == LINES_OF_ONE_MAX
    assert all(len(console.line(row).text) == TEXT_CHARACTERS_MAX for row in range(3))


def test_signs_that_no_line_can_show_are_spaces(console):
    console.hear(Console(BRAM, "chat", "a\tb\x1b[31mc\u202ed"))
    assert console.line(0).text == "a   b [31mc d"


def test_it_can_be_wiped(console):
    console.hear(SAID[0])
    console.clear()
    assert console.rowCount() == 0
