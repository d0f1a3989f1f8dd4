"""The pure parts of the demo: who talks when, what is counted, what is shown, what is judged."""

from __future__ import annotations

import re

import pytest

from app.cli.demo.options import Options, parse_options
from app.cli.demo.picture import (
    WIDTH_MIN,
    Style,
    how_sentence,
    milliseconds,
    move_sentence,
    summary,
    table,
    turn_sentence,
)
from app.cli.demo.score import Move, Person, Score, Where, median, order_of
from app.cli.demo.script import LINE_MICROS, NAMES, TURN_MICROS, Script, text
from app.cli.demo.verdict import judge
from app.core.instant import SECOND, Micros

PLAIN = Style(colour=False, unicode=True)


# --- options --------------------------------------------------------------------------------------


def test_without_options_it_is_the_demo_of_the_readme():
    assert parse_options([]) == Options(sites=3, seconds=30, delay_ms=50)
    assert parse_options(["--headless", "--sites", "8", "--delay-ms", "0", "--seconds", "1"]) == (
        Options(sites=8, seconds=1, delay_ms=0)
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--sites", "1"],
        ["--sites", "9"],
        ["--seconds", "0"],
        ["--seconds", "1.5"],
        ["--delay-ms", "-1"],
        ["--delay-ms", "1001"],
        ["--delay-ms", "²"],
        ["Garden"],
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(words, capsys):
    with pytest.raises(SystemExit) as ending:
        parse_options(words)
    assert ending.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


# --- script ---------------------------------------------------------------------------------------


def test_the_first_talker_is_not_the_founder_and_then_it_is_everybodys_turn():
    script = Script(3, Micros(60 * SECOND))
    assert [script.talker(turn) for turn in range(6)] == [1, 2, 0, 1, 2, 0]


@pytest.mark.parametrize(("seconds", "lines"), [(1, 10), (6, 60), (20, 200)])
def test_ten_lines_a_second_and_none_after_the_end(seconds, lines):
    script = Script(2, Micros(seconds * SECOND))
    at, moments = Micros(0), []
    while at < script.length:
        moments.append((at, script.due(at)))
        at = script.next_due(at)
    assert at == script.length
    assert [count for _, count in moments] == list(range(1, lines + 1))
    assert script.due(script.length) == script.due(Micros(script.length + SECOND)) == lines


def test_a_late_line_is_still_said_by_whoever_had_the_turn():
    script = Script(2, Micros(60 * SECOND))
    lines_a_turn = TURN_MICROS // LINE_MICROS
    assert script.talker_of(lines_a_turn - 1) == 1
    assert script.talker_of(lines_a_turn) == 0


def test_no_line_is_said_twice_by_one_person():
    texts = [text(number) for number in range(1_000)]
    assert len(dict.fromkeys(texts)) == 1_000


# --- score ----------------------------------------------------------------------------------------


def company(*names):
    return Score([Person(name, f"site-{name}") for name in names], f"site-{names[0]}")


def moved(source, target, epoch, reason="REGRET", gain_ms=101.0):
    return {
        "event": "moved",
        "from": f"site-{source}",
        "to": f"site-{target}",
        "epoch": epoch,
        "reason": reason,
        "gain_ms": gain_ms,
    }


def ordered(request, epoch, ms):
    return {"request": request, "lines": [{"state": "ordered", "epoch": epoch, "ms": ms}]}


def test_a_wait_is_counted_by_where_the_stick_was():
    score = company("Ada", "Ben")
    score.said(1, 0, "before")
    score.answered(1, ordered(0, "3.0", 100.0))
    score.said(1, 1, "caught")
    score.happened(1, moved("Ada", "Ben", "3.1"), 1.0)
    score.answered(1, ordered(1, "3.1", 60.0))
    score.said(1, 2, "after")
    score.answered(1, ordered(2, "3.1", 0.5))
    assert score.people[1].waits == {
        Where.AWAY: [100.0],
        Where.UNDER_WAY: [60.0],
        Where.HERE: [0.5],
    }
    assert score.people[1].ordered == 3
    assert score.under_way == 0


def test_the_founder_has_the_stick_until_it_moves():
    score = company("Ada", "Ben")
    score.said(0, 0, "one")
    score.answered(0, ordered(0, "3.0", 0.5))
    assert score.people[0].waits[Where.HERE] == [0.5]


def test_a_move_counts_once_though_every_site_tells_of_it():
    score = company("Ada", "Ben", "Cleo")
    for position in range(3):
        score.happened(position, moved("Ada", "Ben", "3.1"), 1.0 + position)
    assert score.moves == [Move(1.0, "site-Ada", "site-Ben", "REGRET", 101.0)]
    assert score.holder == "site-Ben"


def test_late_news_of_an_old_move_does_not_take_the_stick_back():
    score = company("Ada", "Ben", "Cleo")
    score.happened(2, moved("Ben", "Cleo", "3.10"), 2.0)
    score.happened(0, moved("Ada", "Ben", "3.9"), 2.1)
    assert score.holder == "site-Cleo"
    assert score.people[0].holder == "site-Ben"
    assert order_of("3.10") > order_of("3.9")


def test_it_is_at_rest_when_nothing_is_under_way_and_all_copies_are_settled():
    score = company("Ada", "Ben")
    score.said(0, 0, "one")
    for position in range(2):
        score.happened(position, {"event": "entry", "index": 7}, 0.0)
        score.happened(position, {"event": "settled", "index": 7}, 0.0)
    assert not score.at_rest
    score.answered(0, ordered(0, "3.0", 1.0))
    assert score.at_rest
    score.happened(1, {"event": "entry", "index": 8}, 0.0)
    assert not score.at_rest
    score.happened(0, {"event": "entry", "index": 8}, 0.0)
    assert not score.at_rest
    score.happened(1, {"event": "reverted", "from": 8}, 0.0)
    score.happened(0, {"event": "reverted", "from": 8}, 0.0)
    assert score.at_rest


def test_the_median_is_a_value_that_was_measured():
    assert median([]) is None
    assert median([3.0]) == 3.0
    assert median([9.0, 1.0]) == 1.0
    assert median([9.0, 1.0, 5.0]) == 5.0


# --- verdict --------------------------------------------------------------------------------------

SITES = ("aaaa", "bbbb")


def log_of(*lines):
    """A log of (site, text) pairs."""
    numbers: dict[str, int] = {}
    rows = []
    for index, (site, said) in enumerate(lines, start=1):
        numbers[site] = numbers.get(site, 0) + 1
        rows.append(
            {
                "index": index,
                "id": f"{site}.1.{numbers[site]}",
                "author": f"{site}.1",
                "kind": "chat",
                "body": {"text": said},
                "chain": f"chain {index} {said}",
            }
        )
    return rows


def verdict_on(first, second, said=(("a1", "a2"), ("b1",))):
    return judge(("Ada", "Ben"), SITES, said, (first, second))


GOOD = log_of(("aaaa", "a1"), ("bbbb", "b1"), ("aaaa", "a2"))


def test_equal_copies_with_every_line_once_are_good():
    verdict = verdict_on(GOOD, list(GOOD))
    assert verdict.good
    assert (verdict.lines, verdict.entries, verdict.chain) == (3, 3, "chain 3 a2")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ((("aaaa", "a1"), ("bbbb", "b1")), "1 of the lines of Ada are missing"),
        ((("aaaa", "a1"), ("bbbb", "b1"), ("aaaa", "a2"), ("bbbb", "b1")), "Ben are doubled"),
        ((("aaaa", "a2"), ("bbbb", "b1"), ("aaaa", "a1")), "lines of Ada are not in their order"),
        ((("bbbb", "a1"), ("bbbb", "b1"), ("aaaa", "a2")), "1 of the lines of Ada are missing"),
    ],
)
def test_what_is_wrong_everywhere_is_named(lines, fault):
    log = log_of(*lines)
    verdict = verdict_on(log, list(log))
    assert not verdict.good
    assert any(fault in each for each in verdict.faults)
    assert not any("differ" in each for each in verdict.faults)


@pytest.mark.parametrize("field", ["index", "id", "chain"])
def test_a_difference_is_named_with_its_place(field):
    other = [dict(row) for row in GOOD]
    other[1][field] = {"index": 9}.get(field, "other")
    assert "the copies at Ada and Ben differ from place 2 on" in verdict_on(GOOD, other).faults


def test_a_shorter_copy_differs():
    assert "the copies at Ada and Ben differ from place 3 on" in verdict_on(GOOD, GOOD[:2]).faults


def test_a_gap_that_both_copies_have_is_a_fault():
    log = [dict(row, index=row["index"] + 1) for row in GOOD]
    assert "the copy at Ben has a gap in its places" in verdict_on(log, log).faults


# --- picture --------------------------------------------------------------------------------------


def played():
    score = company(*NAMES)
    for position in range(len(NAMES)):
        for number in range(3):
            score.said(position, number, text(number))
            score.answered(position, ordered(number, f"3.{position}", 1_234.5))
    for position in range(1, len(NAMES)):
        move = moved(NAMES[position - 1], NAMES[position], f"3.{position}", gain_ms=2_000.0)
        score.happened(0, move, 60.0 * position)
    return score


@pytest.mark.parametrize("style", [PLAIN, Style(colour=True, unicode=False)])
def test_the_table_fits_the_width_that_it_asks_for(style):
    options = Options(sites=8, seconds=3_600, delay_ms=1_000)
    for line in table(options, played(), 3_600.0, 3, style):
        assert len(re.sub(r"\x1b\[\d+m", "", line)) <= WIDTH_MIN


def test_the_table_keeps_its_height():
    options = Options(sites=2)
    quiet = company("Ada", "Ben")
    busy = company("Ada", "Ben")
    for number in range(1, 10):
        busy.happened(0, moved("Ada", "Ben", f"3.{number}"), float(number))
    assert len({len(table(options, score, 1.0, 0, PLAIN)) for score in (quiet, busy)}) == 1


def test_the_table_marks_whoever_has_the_stick():
    score = company("Ada", "Ben")
    score.happened(0, moved("Ada", "Ben", "3.1"), 1.0)
    rows = table(Options(sites=2), score, 1.0, 0, PLAIN)
    marked = [row for row in rows if row.lstrip().startswith("●")]
    assert len(marked) == 1
    assert "Ben" in marked[0]
    assert [row for row in rows if row.endswith("talks") and "Ada" in row]


def test_where_only_ascii_can_be_shown_it_is_only_ascii():
    style = Style(colour=False, unicode=False)
    score = company("Ada", "Ben")
    lines = [*table(Options(), score, 0.0, None, style), *summary(score, verdict_on([], []), style)]
    assert "".join(lines).isascii()


@pytest.mark.parametrize(
    ("reason", "gain_ms", "sentence"),
    [
        ("REGRET", 101.4, "The stick went to Ben, who talks most: saves 101 ms a line"),
        ("REGRET", 4.9, "The stick went to Ben, who talks most"),
        ("COUNT", 0.0, "The stick went to Ben, who talks most"),
        ("COMMAND", 0.0, "The stick was handed to Ben"),
        ("HOME_LEAVING", 0.0, "Ada is leaving: the stick went to Ben"),
        ("HOME_FULL", 0.0, "The stick went to Ben: the line of Ada is full"),
        ("RECOVERY", 0.0, "Ada could not be reached: the stick went to Ben"),
    ],
)
def test_a_move_is_told_with_its_reason(reason, gain_ms, sentence):
    score = company("Ada", "Ben")
    assert move_sentence(score, Move(1.0, "site-Ada", "site-Ben", reason, gain_ms)) == sentence


def test_turns_are_told():
    score = company("Ada", "Ben")
    assert turn_sentence(score, 1) == "Ben talks; the stick is at Ada"
    assert turn_sentence(score, 0) == "Ada talks and has the stick"
    score.said(1, 0, "one")
    score.answered(1, ordered(0, "3.0", 101.0))
    assert how_sentence(score, 1) == (
        "Ben has said 1 line; one waits 101 ms while the stick is elsewhere, – with the stick"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.618, "0.62 ms"), (4.06, "4.1 ms"), (101.2, "101 ms"), (1_234.0, "1,234 ms")],
)
def test_milliseconds_have_as_many_digits_as_matter(value, shown):
    assert milliseconds(value) == shown


def test_the_end_says_what_is_wrong():
    rows = summary(company("Ada", "Ben"), verdict_on(GOOD, GOOD[:2]), PLAIN)
    assert rows[0] == "The copies are not what they must be:"
    assert "  the copies at Ada and Ben differ from place 3 on" in rows
    assert not any("each in its author's order" in row for row in rows)


def test_the_end_says_that_all_is_well():
    rows = summary(company("Ada", "Ben"), verdict_on(GOOD, list(GOOD)), PLAIN)
    assert rows[0] == "All copies are identical; nothing is missing or doubled."
    assert "  lines said           3, each in its author's order" in rows
    assert "  the stick moved      never" in rows
