"""Events of shared programs: well-formed ones go round, all others are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import limits
from app.core.codec import decode, encode
from app.core.errors import RemoteError
from app.tkshare.model.events import (
    CODE_MAX,
    COORDINATE_MAX,
    FIELDS,
    KINDS,
    STATE_MAX,
    WORD_MAX,
    Event,
    hear_event,
    read_event,
    size_of,
)

SAMPLES = {
    "press": ["press", ".!button", 80, 16, 1, 0, None, 0],
    "release": ["release", 3, 80, 16, 1, 256, [4, -8, 9], 5],
    "move": ["move", 3, -COORDINATE_MAX, COORDINATE_MAX, STATE_MAX, [".m", 0, 0], 0],
    "wheel": ["wheel", 3, 8, 8, 0, -120, 0, 0, 0, 0, None, 0],
    "key": ["key", 3, 0xFF0D, 36, 0, "\r", 0, 2],
    "keyup": ["keyup", 3, CODE_MAX, CODE_MAX, STATE_MAX, "", 1, 1000],
    "text": ["text", 3, "漢字", "かん", -2, 2, 0],
    "context": ["context", 3, 0, 0, 0, 0, 0],
    "close": ["close", "Main#main~0", 0],
    "enter": ["enter", 0, 1, 1, 0],
    "leave": ["leave", 0, 0],
    "size": ["size", 0, 640, WORD_MAX, 0],
    "popup": ["popup", 2, -8, 160, 200, 100, 7, 0],
}


def test_every_kind_has_a_sample():
    assert tuple(SAMPLES) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_an_event_goes_from_guest_to_entry_to_guest(kind):
    heard = hear_event(SAMPLES[kind])
    read = read_event(decode(encode(heard.plain())))
    assert read == heard
    assert read.told() == SAMPLES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_largest_numbers_of_every_kind_fit(kind):
    largest = {"text": "", "commit": "", "preedit": ""}
    fields = []
    for name, reader in FIELDS[kind]:
        if name in largest:
            fields.append(largest[name])
            continue
        for value in ([0, COORDINATE_MAX, COORDINATE_MAX], CODE_MAX, STATE_MAX, COORDINATE_MAX,
                      2**24, WORD_MAX, WORD_MAX - 1, 4, 1):  # fmt: skip
            try:
                fields.append(reader(value))
                break
            except RemoteError:
                continue
    event = Event(kind, "x" * limits.SHARE_NAME_CHARACTERS_MAX, tuple(fields), 1000)
    assert hear_event(event.told()) == event
    assert size_of(event) <= limits.SHARE_EVENT_BYTES_MAX


def test_a_key_and_a_press_are_as_small_as_promised():
    key = hear_event(["key", 3, ord("a"), 38, 0, "a", 0, 0])
    press = hear_event(["press", 3, 1000, 2000, 1, 256, None, 3])
    assert len(encode(key.plain())) <= 16
    assert len(encode(press.plain())) <= 17


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "press",
        [],
        ["press"],
        ["no such", 1, 0],
        [1, 3, 80, 16, 1, 0, None, 0],
        ["press", 3, 80, 16, 1, 0, None],
        ["press", 3, 80, 16, 1, 0, None, 0, 0],
        ["press", 3, 80.0, 16, 1, 0, None, 0],
        ["press", 3, 80, 16, True, 0, None, 0],
        ["press", 3, 10**9, 16, 1, 0, None, 0],
        ["press", 3, 80, 16, 0, 0, None, 0],
        ["press", 3, 80, 16, 1, -1, None, 0],
        ["press", 3, 80, 16, 1, 0, [], 0],
        ["press", 3, 80, 16, 1, 0, [1, 2], 0],
        ["press", 3, 80, 16, 1, 0, None, -1],
        ["press", 3, 80, 16, 1, 0, None, 1001],
        ["close", -1, 0],
        ["close", limits.SHARE_NAMES_MAX, 0],
        ["close", "", 0],
        ["close", "a\nb", 0],
        ["close", "\ud800", 0],
        ["close", "x" * (limits.SHARE_NAME_CHARACTERS_MAX + 1), 0],
        ["close", None, 0],
        ["key", 3, 1, 1, 0, "x" * 65, 0, 0],
        ["key", 3, 1, 1, 0, "\udcff", 0, 0],
        ["key", 3, CODE_MAX, CODE_MAX, STATE_MAX, "x" * 60, 0, 0],
        ["text", 3, "字" * 30, "", 0, 0, 0],
        ["size", 3, 0, 10, 0],
    ],
)
def test_a_wrong_event_is_refused(wrong):
    with pytest.raises(RemoteError):
        hear_event(wrong)


def test_a_kind_of_a_later_version_is_no_event_and_no_error():
    assert read_event([len(KINDS) + 1, 3, "new", 0]) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=8),
    max_leaves=12,
)


@given(JSON | st.tuples(st.sampled_from(KINDS), st.lists(JSON, max_size=12)).map(
    lambda pair: [pair[0], *pair[1]]))  # fmt: skip
def test_whatever_a_guest_says_is_an_event_or_refused(said):
    try:
        event = hear_event(said)
    except RemoteError:
        return
    assert read_event(decode(encode(event.plain()))) == event


@given(st.lists(JSON.filter(lambda value: not isinstance(value, float)), max_size=12))
def test_whatever_stands_in_an_entry_is_an_event_or_refused(plain):
    try:
        read_event(plain)
    except RemoteError:
        return
