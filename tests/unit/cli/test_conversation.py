"""What the played people say and draw, when, and that they listen; against the default placement."""

from __future__ import annotations

import itertools

import pytest

from app.cli.conversation import LISTEN_SECONDS, STROKES, Conversation, Step, drawings
from app.core.ids import EntryId, SiteId
from app.core.rng import Rng
from app.rooms.board.drawfile import parse_draw_file

PEOPLE = 3
TURN_SECONDS = (20.0, 40.0)


def conversation(seed: str = "a") -> Conversation:
    return Conversation(PEOPLE, Rng(seed))


def turns(steps: list[Step]) -> list[list[Step]]:
    return [list(group) for _, group in itertools.groupby(steps, lambda step: step.talker)]


@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_each_has_the_word_for_twenty_to_forty_seconds_and_all_get_it(seed):
    talk = conversation(seed)
    whole = turns([talk.next() for _ in range(300)])[:-1]
    assert [turn[0].talker for turn in whole[:6]] == [0, 1, 2, 0, 1, 2]
    for turn in whole:
        assert TURN_SECONDS[0] <= sum(step.wait for step in turn) <= TURN_SECONDS[1]


def test_a_turn_is_lines_with_pauses_and_a_drawing():
    talk = conversation()
    (turn, *_) = turns([talk.next() for _ in range(60)])
    said = [step for step in turn if step.text]
    assert len(said) >= 4
    assert all(step.wait >= 1.5 for step in said)
    assert len([step for step in turn if step.drawing]) == STROKES
    assert all(bool(step.text) != bool(step.drawing) for step in turn)


def test_whoever_is_interrupted_lets_go_and_the_next_one_answers_after_a_silence():
    talk = conversation()
    for _ in range(10):
        talk.next()
    talk.heard()
    talk.heard()
    answer = talk.next()
    assert (answer.wait, answer.talker, bool(answer.text)) == (LISTEN_SECONDS, 1, True)
    assert talk.next().talker == answer.talker


def test_everything_they_draw_can_be_drawn_and_has_its_own_place():
    site = SiteId("a" * 16)
    places = []
    for number in range(12):
        for drawing in drawings(number, number % PEOPLE):
            (entry,) = parse_draw_file(drawing, "main", lambda n: EntryId(site, 1, 1 + n))
            assert entry is not None
        places.append(drawing[: drawing.index('"points"')])
    assert len(dict.fromkeys(places)) == len(places)
