"""Scales, the arrangement of the cards, words, figures as CSV, what the log says of entries."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from app.core.codec import encode
from app.node.api import LookShown
from app.ui.stick.arrange import Box, Card, arrange, arrange_docked
from app.ui.stick.export import csv_text
from app.ui.stick.log_words import what_text
from app.ui.stick.model import StickModel
from app.ui.stick.scale import apart, ring_step_ms, tick_ms, top_ms
from app.ui.stick.words import (
    Sign,
    brakes,
    difference_text,
    look_text,
    own_sentence,
    reason_text,
    rule_text,
    wait_text,
    why_sentences,
)
from tests.ui.stick.figures import ADA, BRAM, EMI, empty, log_entry, long, move, typical
from tests.ui.worlds import SITES, Hands, people


def model_of(figures, present=None) -> StickModel:
    model = StickModel(Hands().clock())
    model.set_people(people() if present is None else present)
    model.learn(figures)
    return model


@pytest.fixture
def model(qapp):
    return model_of(typical())


# --- scales ---------------------------------------------------------------------------------------


def test_rings_are_round_and_far_enough_apart():
    assert ring_step_ms(4.0, 60) == 20
    assert ring_step_ms(0.2, 60) == 500
    assert ring_step_ms(100.0, 60) == 1


def test_ticks_are_round_times_and_never_too_many():
    assert tick_ms(1_800_000, 10) == 180_000
    assert tick_ms(300_000, 10) == 30_000
    assert all(span / tick_ms(span, 8) <= 8 for span in (60_000, 3_600_000, 36_000_000))


@pytest.mark.parametrize("value", [0.2, 3.9, 4.1, 71, 119, 399, 1_000, 19_000])
def test_an_axis_ends_above_what_it_shows(value):
    assert value <= top_ms(value) <= max(4, 2.5 * value)
    assert top_ms(value) % 4 == 0


def test_labels_stand_apart_and_inside():
    places = apart([10.0, 11.0, 12.0, 90.0], 14, 0, 100)
    assert places == [10.0, 24.0, 38.0, 90.0]
    crowded = apart([99.0, 98.0, 97.0], 14, 0, 100)
    assert sorted(crowded) == [72.0, 86.0, 100.0]
    assert crowded[0] > crowded[1] > crowded[2]


# --- arrangement ----------------------------------------------------------------------------------


def overlap(one: Box, two: Box) -> bool:
    return (
        one.x < two.x + two.width
        and two.x < one.x + one.width
        and one.y < two.y + two.height
        and two.y < one.y + one.height
    )


@pytest.mark.parametrize("how", [arrange, arrange_docked])
@pytest.mark.parametrize(
    "size", [(720, 300), (1_024, 630), (1_180, 300), (1_440, 796), (2_560, 1_330), (4_000, 420)]
)
@pytest.mark.parametrize("scale", [0.75, 1.0, 2.0])
def test_cards_cover_no_other_and_stay_inside(how, size, scale):
    laid = how(*size, scale)
    boxes = list(laid.boxes.values())
    for place, one in enumerate(boxes):
        assert one.width > 40 and one.height > 40
        assert one.x >= 0 and one.x + one.width <= size[0]
        assert one.y + one.height <= laid.height
        assert not any(overlap(one, two) for two in boxes[place + 1 :])


def test_the_design_s_sizes():
    boxes = arrange(1_440, 796).boxes
    assert (boxes[Card.MAP].width, boxes[Card.TALK].width, boxes[Card.WHY].width) == (560, 372, 460)
    assert boxes[Card.MAP].height == 380
    assert boxes[Card.MOVES].height == 126
    assert boxes[Card.PLOT].width == 610
    wide = arrange(2_560, 1_330).boxes
    assert (wide[Card.MAP].width, wide[Card.MAP].height) == (900, 560)


def test_what_there_is_room_for():
    assert Card.LOG not in arrange(1_024, 630).boxes
    assert list(arrange_docked(1_024, 260).boxes) == [Card.MAP, Card.MOVES]
    assert list(arrange_docked(1_440, 300).boxes) == [Card.MAP, Card.TALK, Card.MOVES]
    assert set(arrange_docked(2_560, 380).boxes) == set(Card) - {Card.LOG}


# --- words ----------------------------------------------------------------------------------------


def test_figures_are_no_more_exact_than_measured():
    assert [wait_text(value) for value in (None, 0.0, 0.31, 0.97, 41.4)] == [
        "–",
        "0 ms",
        "0.3 ms",
        "1 ms",
        "41 ms",
    ]


def test_a_difference_is_said_in_words():
    assert difference_text(64, 1) == "saves 63 ms"
    assert difference_text(1, 64) == "costs 63 ms"
    assert difference_text(5.0, 5.2) == "the same"


def test_rules_have_names():
    assert rule_text("adaptive") == "who talks most"
    assert rule_text("paper") == "every 50 lines, who wrote most"
    assert rule_text("paper:20") == "every 20 lines, who wrote most"
    assert "by hand" in rule_text("manual")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("REGRET", "talks most, saves 41 ms"),
        ("COUNT", "wrote most"),
        ("COMMAND", "by hand"),
        ("HOME_FULL", "the line was full"),
        ("HOME_LEAVING", "the holder left"),
        ("RECOVERY", "the holder was gone, back in 71 ms"),
    ],
)
def test_each_reason_is_said(model, reason, said):
    given = move(1, BRAM, ADA, reason=reason)
    assert reason_text(given) == said
    assert why_sentences(model, given)


def test_a_small_gain_is_no_news():
    assert reason_text(move(1, BRAM, ADA, before_ms=16.0, after_ms=14.0)) == "talks most"
    assert reason_text(move(1, BRAM, ADA, before_ms=None)) == "talks most"


def test_why_says_what_it_means_for_the_group_and_for_oneself(model):
    given = move(1, BRAM, ADA)
    assert why_sentences(model, given) == (
        "Ada made 71 % of the lines.",
        "A line of the group waited 55 ms on average with the stick at Bram, and waits 14 ms"
        " with it at Ada.",
    )
    assert own_sentence(model, given) == "Your lines wait 64 ms now, 1 ms before."


def test_what_nobody_measured_is_not_said(model):
    given = move(1, BRAM, ADA, before_ms=None, after_ms=None, people=(), share=0.0)
    assert why_sentences(model, given) == ()
    assert own_sentence(model, given) == ""


@pytest.mark.parametrize(
    "reason", ["BELOW_PRICE", "STROKE", "TARGET_FULL", "TARGET_LEAVING", "TARGET_POOR"]
)
def test_each_look_names_who_was_looked_at(reason):
    assert look_text(LookShown(0, EMI, reason, 0.62), "Emi").startswith("Emi")


def test_brakes_have_their_present_values(model):
    shown = {each.text: each for each in brakes(model)}
    assert shown["Better at Bram, of the price"].value == "34 %"
    assert shown["Better at Bram, of the price"].share == pytest.approx(0.34)
    assert shown["Price of a move"].value == "1.4 times, halves in 1 min 24 s"
    assert shown["Least stay after a move"].value == "over"
    assert shown["Moves left of 4, 12 a minute"].value == "3 of 4"
    assert shown["Oldest open stroke"].value == "1.9 s"
    assert shown["Age of the measurements"].value == "740 ms"


def test_brakes_are_known_where_the_stick_is_only(qapp):
    shown = brakes(model_of(long()))
    assert [each.value for each in shown] == ["–"] * 5 + ["740 ms"]
    assert all(each.sign is Sign.UNKNOWN for each in shown[:5])


def test_without_an_answer_there_are_no_brakes(qapp):
    assert brakes(StickModel(Hands().clock())) == ()


# --- CSV ------------------------------------------------------------------------------------------


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_figures_go_into_a_table_that_reads_back(model):
    found = rows(csv_text(model))
    assert {row["what"] for row in found} >= {"share", "if here", "round trip", "move", "wait"}
    trip = next(
        row
        for row in found
        if row["what"] == "round trip"
        and {row["person"], row["other"]} == {"Ada Moreira", "Bram de Wit"}
    )
    assert (trip["value"], trip["unit"]) == ("64.000", "ms")
    moved = [row for row in found if row["what"] == "move"]
    assert len(moved) == 3
    assert moved[-1]["time"].endswith("+00:00")


def test_a_name_is_no_formula(qapp):
    present = tuple([replace(each, name="=HYPERLINK(1)") for each in people()])
    text = csv_text(model_of(typical(), present))
    assert all(not row["person"].startswith("=") for row in rows(text))
    assert csv_text(model_of(empty()))


# --- the log's words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("chat", ["Hello\nall", None, None, []], "chat “Hello all”"),
        ("chat.edit", [f"{SITES[0]}.1.1", "Hi"], "chat, changed to “Hi”"),
        ("chat.delete", [f"{SITES[0]}.1.1"], "chat, taken back"),
        ("chat.react", [f"{SITES[0]}.1.1", "👍", True], "chat, reaction 👍"),
        ("profile", ["Bram", "fern", "circle"], "profile Bram, Fern"),
        ("profile", ["Bram", "mauve", ""], "profile Bram"),
        ("control.policy", ["fixed"], "rule: nobody: it stays where it is"),
        ("control.pin", [ADA], "pin at Ada"),
        ("control.pin", [None], "pin let go"),
        ("control.title", ["Ferries"], "title “Ferries”"),
        ("from.later", [1], "from.later, 2 bytes"),
    ],
)
def test_an_entry_in_one_line(kind, body, said):
    shown = log_entry(1, kind=kind, body=encode(body))
    assert what_text(shown, lambda site: "Ada") == said


def test_what_can_t_be_read_is_named_by_kind_and_size():
    assert what_text(log_entry(1, kind="chat", body=b"\xc1"), str) == "chat, 1 byte"


def test_long_lines_are_cut():
    said = what_text(log_entry(1, body=encode(["x" * 4_000, None, None, []])), str)
    assert len(said) < 100 and said.endswith("…”")
