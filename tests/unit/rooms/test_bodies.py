from __future__ import annotations

import pytest

from app.core.codec import encode
from app.core.errors import LocalError
from app.rooms.json_form import body_from_json, body_to_json

ID = "k7w2mfq4x3ts5aub.3.41"
EXAMPLES = {
    "chat": {"text": "Hi", "reply_to": ID, "anchor": ["main", f"{ID}.0"], "files": ["ab" * 32]},
    "chat.edit": {"of": ID, "text": "x"},
    "chat.delete": {"of": ID},
    "chat.react": {"of": ID, "emoji": "👍", "on": True},
    "board.new": {"title": "Plan"},
    "board.set": {"board": ID, "title": "Plan", "locked": True},
    "profile": {"name": "Ada", "colour": "azure", "shape": "square"},
    "file": {"hash": "ab" * 32, "size": 3, "name": "a.txt", "media_type": "text/plain"},
    "control.policy": {"policy": "paper:7"},
    "control.pin": {"site": "k7w2mfq4x3ts5aub"},
    "control.role": {"key": "cd" * 32, "role": "viewer"},
    "control.ban": {"key": "cd" * 32},
    "control.invite": {"id": "01" * 16, "end": 1, "uses": 2, "role": "viewer"},
    "control.revoke": {"id": "01" * 16},
    "control.came": {"key": "cd" * 32, "invite": "01" * 16},
    "control.stream": {
        "stream": "poll",
        "home": "k7w2mfq4x3ts5aub",
        "epoch": [7, 1, "ab", 2],
        "what": "moved",
    },
    "control.code": {"hash": "ab" * 32},
    "control.title": {"title": "Sailing"},
    "board": {
        "board": "main",
        "ops": [
            {"op": "add", "type": "line", "x": -1.125, "points": [[0, 0], [2.5, 3]]},
            {"op": "set", "ids": [f"{ID}.1"], "fill": "ff00aa", "heads": ["", "dot"]},
            {"op": "move", "ids": [f"{ID}.1", f"{ID}.2"], "dx": 0.5, "dy": -3},
            {"op": "delete", "ids": [f"{ID}.1"]},
            {"op": "begin", "tool": "pen", "ink": "ink:fern", "width": 2, "x": 1, "y": 2},
            {"op": "end", "id": f"{ID}.3", "points": [[0.125, 0]]},
        ],
        "undoes": None,
    },
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_goes_to_json_and_back(kind):
    body = body_from_json(kind, EXAMPLES[kind])
    assert body_to_json(kind, body) == EXAMPLES[kind]
    assert body_from_json(kind, body_to_json(kind, body)) == body


def test_bodies_are_arrays_in_field_order():
    assert body_from_json("chat", {"text": "Hi"}) == encode(["Hi", None, None, []])
    assert body_from_json("board", {"ops": [{"op": "add", "type": "text", "x": 2}]}) == encode(
        ["main", [["add", [[0, "text"], [1, 16]]]], None]
    )
    assert body_from_json("board", {"undoes": 3, "incarnation": 2}) == encode(["main", [], 3, 2])


@pytest.mark.parametrize("kind", ["future.kind", "share.input"])
def test_unknown_kinds_are_shown_raw(kind):
    assert body_to_json(kind, b"\x93\x01") == {"raw": "9301"}
    assert body_from_json(kind, {"raw": "9301"}) == b"\x93\x01"


def test_nonsense_is_shown_raw():
    for kind in EXAMPLES:
        assert body_to_json(kind, b"\xc1") == {"raw": "c1"}


@pytest.mark.parametrize(
    ("kind", "given", "word"),
    [
        ("chat", {}, "text"),
        ("chat", {"text": ""}, "text"),
        ("chat", {"text": "x" * 8_001}, "text"),
        ("chat", {"text": 3}, "text"),
        ("chat", {"text": "x", "reply_to": "me"}, "reply_to"),
        ("chat", {"text": "x", "anchor": ["main"]}, "anchor"),
        ("chat", {"text": "x", "files": ["zz"]}, "files"),
        ("chat", {"text": "x", "colour": "red"}, "colour"),
        ("chat.edit", {"of": "k7w2mfq4x3ts5aub.0.1", "text": "x"}, "of"),
        ("profile", {"name": "two\nlines"}, "name"),
        ("profile", {"name": "x" * 65}, "name"),
        ("control.role", {"key": "ab", "role": "viewer"}, "key"),
        ("control.role", {"key": "ab" * 32, "role": "king"}, "role"),
        ("control.invite", {"id": "01" * 16, "end": -1}, "end"),
        ("control.invite", {"id": "01" * 16, "role": "owner"}, "role"),
        ("control.stream", {"stream": "s", "home": "a" * 16, "epoch": 3, "what": "x"}, "epoch"),
        ("board", {"ops": 3}, "ops"),
        ("board", {"board": 3, "ops": []}, "board"),
        ("board", {"undoes": "x"}, "undoes"),
        ("board", {"undoes": [1.5]}, "undoes"),
        ("nonsense", {"a": 1}, "nonsense"),
        ("chat", [], "object"),
        ("chat", {"text": "\ud800"}, "text"),
        ("board", {"board": "\ud800", "ops": []}, "board"),
        ("board", {"undoes": 2**70}, "undoes"),
    ],
)
def test_a_wrong_field_is_named(kind, given, word):
    with pytest.raises(LocalError, match=word):
        body_from_json(kind, given)
