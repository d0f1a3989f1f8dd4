from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core import limits
from app.core.errors import LocalError
from app.rooms.board.drawfile import parse_draw_file
from app.rooms.board.export import board_to_json
from app.rooms.board.model import unpack_points
from tests.unit.rooms.session import ADA, BEN, Session

VECTORS = Path(__file__).parents[2] / "vectors" / "excalidraw"


def draw(session, text, author=ADA, board="main"):
    bodies = parse_draw_file(text, board, lambda offset: session.next_id(author, offset))
    for body in bodies:
        events = session.raw(author, "board", body)
        assert type(events[0]).__name__ == "BoardChanged", events
    return bodies


def lines(*ops):
    return "\n".join(json.dumps(op) for op in ops)


def export(session, board="main"):
    return board_to_json(session.rooms.board.objects(board))


def shapes(session, board="main"):
    """Shapes lowest first, frames named by their place."""
    objects = session.rooms.board.objects(board)
    places = {each.id: f"#{place}" for place, each in enumerate(objects)}
    return [replace(each.shape, frame=places.get(each.shape.frame, "")) for each in objects]


def test_single_lines_share_an_entry_and_labels_name_earlier_objects():
    session = Session()
    bodies = draw(
        session,
        lines(
            {"op": "add", "id": "house", "type": "rectangle", "x": 1},
            {"op": "add", "type": "text", "text": "Home", "frame": "house"},
            {"op": "move", "ids": ["house"], "dx": 2, "dy": 0},
            {"op": "begin", "id": "s", "x": 0, "y": 0},
            {"op": "end", "id": "s", "points": [[0, 0], [1, 1]]},
        ),
    )
    assert len(bodies) == 1
    house, text, stroke = session.rooms.board.objects()
    assert house.shape.x == 24
    assert text.shape.frame == house.id
    assert unpack_points(stroke.shape.points) == [[0, 0], [8, 8]]


def test_labels_reach_across_entries_and_groups_stay_whole():
    session = Session()
    add = {"op": "add", "type": "ellipse"}
    head = [{**add, "id": f"n{number}"} for number in range(150)]
    group = {"ops": [add] * 99 + [{"op": "set", "ids": ["n7"], "text": "seven"}]}
    bodies = draw(session, lines(*head, group))
    assert len(bodies) == 2
    seventh = session.rooms.board.object(f"{session.log[0].id}.7")
    assert seventh is not None and seventh.shape.text == "seven"
    assert len(session.rooms.board.objects()) == 249


def test_entries_keep_their_bounds():
    session = Session()
    long = {"op": "add", "type": "text", "text": "ä" * 8_000}
    bodies = draw(session, lines(*[long] * 7, *[{"op": "add", "type": "line"}] * 450))
    assert all(len(body) <= limits.ENTRY_BODY_BYTES_MAX for body in bodies)
    assert len(session.rooms.board.objects()) == 457


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('{"op":"add","type":"text"}\n\n{"op":"add"}', 3, "type"),
        ("{nonsense}", 1, "JSON"),
        ('{"op":"add","type":"text","x":NaN}', 1, "NaN"),
        ('{"op":"add","type":"text","x":1e999}', 1, "x"),
        ("[" * 100_000, 1, "JSON"),
        ('{"op":"delete","ids":["ghost"]}', 1, "ghost"),
        ('{"op":"add","id":"a","type":"text"}\n{"op":"add","id":"a","type":"text"}', 2, "label"),
        ('{"ops":[]}', 1, "ops"),
        ('{"ops":[{"op":"add","type":"text","y":{}}]}', 1, "y"),
        ("7", 1, "object"),
        ('{"op":"add","type":"text","text":"\\ud800"}', 1, "text"),
        ('{"op":"set","ids":["\\ud800"],"x":1}', 1, "file"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_drawn(text, line, word):
    with pytest.raises(LocalError, match=rf"^line {line}: .*{word}"):
        parse_draw_file(text, "main", lambda offset: Session().next_id(ADA, offset))


def test_an_export_drawn_again_gives_an_equal_board():
    session = Session()
    frame = session.next_id(ADA)
    session.draws(
        ADA,
        {"op": "add", "type": "frame", "name": "Deck", "z": "X"},
        {"op": "add", "type": "arrow", "points": [[0, 0], [7.125, 3]], "z": "B"},
        {"op": "add", "type": "arrow", "heads": ["dot", ""], "frame": f"{frame}.0"},
        {"op": "add", "type": "image", "blob": "cd" * 32, "link": "https://example.org"},
        {"op": "add", "type": "text", "text": "a\nb", "size": 12.5, "angle": 4500},
    )
    session.draws(BEN, {"op": "set", "ids": [f"{frame}.4"], "stroke": "ink:fern", "group": "g"})
    before = shapes(session)
    session.draws(BEN, {"op": "begin", "x": 0, "y": 0})
    text = lines(*export(session))
    other = Session()
    draw(other, text, BEN)
    assert shapes(other) == before
    copy = str(session.does(ADA, "board.new", title="Copy"))
    draw(session, text, BEN, copy)
    assert shapes(session, copy) == shapes(other)


@pytest.mark.parametrize("name", ["activity-diagram-v2", "wardley-maps-v1"])
def test_real_drawings_become_plausible_objects(name):
    text = (VECTORS / f"{name}.excalidrawlib").read_text(encoding="utf-8")
    whole = json.loads(text)
    items = whole.get("libraryItems") or whole["library"]
    elements = [e for item in items for e in (item["elements"] if isinstance(item, dict) else item)]
    session = Session()
    draw(session, text)
    objects = session.rooms.board.objects()
    assert len(objects) == sum(not element["isDeleted"] for element in elements)
    texts = sorted(element["text"] for element in elements if element["type"] == "text")
    assert sorted(each.shape.text for each in objects if each.shape.type == "text") == texts
    for each in objects:
        assert -80_000 < each.shape.x < 80_000 and -80_000 < each.shape.y < 80_000
        if each.shape.type in ("line", "arrow", "stroke"):
            assert len(unpack_points(each.shape.points)) >= 2
    assert {each.shape.group for each in objects} == {f"item {n + 1}" for n in range(len(items))}
    other = Session()
    draw(other, lines(*export(session)))
    assert shapes(other) == shapes(session)


def test_a_scene_keeps_frames_colours_and_angles():
    session = Session()
    base = {"x": 0, "y": 0, "width": 8, "height": 8}
    scene = {
        "type": "excalidraw",
        "version": 2,
        "elements": [
            {**base, "type": "rectangle", "id": "r", "frameId": "f", "angle": 3.141592653589793},
            {**base, "type": "frame", "id": "f", "name": "F"},
            {**base, "type": "ellipse", "id": "e", "strokeColor": "#f00", "opacity": 50},
            {**base, "type": "image", "id": "i", "fileId": "x"},
            {**base, "type": "diamond", "id": "d", "isDeleted": True},
            {**base, "type": ["text"]},
            {**base, "type": "freedraw", "id": "p", "points": [[n, n] for n in range(5_000)]},
        ],
    }
    draw(session, json.dumps(scene, indent=1))
    rectangle, frame, ellipse, pen = session.rooms.board.objects()
    assert (rectangle.shape.frame, rectangle.shape.angle) == (frame.id, 18_000)
    assert (frame.shape.name, ellipse.shape.stroke) == ("F", "FF000080")
    points = unpack_points(pen.shape.points)
    assert len(points) <= limits.BOARD_POINTS_MAX
    assert (points[0], points[-1]) == ([0, 0], [4_999 * 8, 4_999 * 8])


@pytest.mark.parametrize(
    "scene",
    [
        {"type": "excalidraw"},
        {"type": "excalidraw", "elements": [3]},
        {"type": "excalidrawlib", "library": "x"},
        {"type": "excalidraw", "elements": [{"type": "line", "x": 0, "y": 0, "points": [7]}]},
        {"type": "excalidraw", "elements": [{"type": "text", "x": "0", "y": 0}]},
        {"type": "excalidraw", "elements": [{"type": "text", "x": 1e300, "y": 0}]},
        {"type": "excalidraw", "elements": [{"type": "text", "fontFamily": [], "frameId": {}}]},
        {"type": "excalidraw", "elements": [{"type": "text", "text": "\ud800"}]},
    ],
)
def test_a_broken_scene_is_an_error_for_people(scene):
    with pytest.raises(LocalError):
        parse_draw_file(json.dumps(scene), "main", lambda offset: Session().next_id(ADA, offset))
