"""A file to be drawn, as bodies of `board` entries: all of it, or nothing and the reason.

Either JSON lines, each an operation `{"op": ...}` or operations that belong in one entry
`{"ops": [...]}`, or an Excalidraw file. An `id` of an `add` or `begin` is a label that other lines
use in the place of an id; an author knows its next entry numbers, so every label becomes a real id
here. Single operations are gathered into as few entries as their bounds allow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from app.core import limits
from app.core.codec import encode
from app.core.errors import LocalError
from app.core.ids import EntryId
from app.rooms.board.excalidraw import is_excalidraw, operations
from app.rooms.board.json_form import op_from_json
from app.rooms.board.ops import Drawing, Op, op_to_plain
from app.rooms.bodies import is_object_id

NextId = Callable[[int], EntryId]
"""offset -> id of the author's entry that many after its next one."""

_LONGEST_ID: Final = f"{'a' * 16}.{9 * 10**17}.{9 * 10**17}.{limits.BOARD_OPS_MAX}"
_ENVELOPE_BYTES: Final = 96
"""Board id, array heads and undoes of a body."""


@dataclass(slots=True)
class _Batch:
    """Operations of one entry to be: (line number, JSON)."""

    items: list[tuple[int, Any]] = field(default_factory=list)
    bytes: int = _ENVELOPE_BYTES


def parse_draw_file(text: str, board: str, next_id: NextId) -> list[bytes]:
    """Bodies of consecutive entries that draw the file on the board with this id.

    Raises:
        LocalError: the number of the first bad line and what is wrong; nothing should be drawn.
    """
    if len(text) > limits.DRAW_FILE_CHARACTERS_MAX:
        message = f"the file is longer than {limits.DRAW_FILE_CHARACTERS_MAX} characters"
        raise LocalError(message)
    whole = _excalidraw(text)
    if whole is None:
        batches = _batches(_lines(text))
    else:
        batches = _batches(((0, op), False) for op in operations(whole))
    labels = _labels(batches, next_id)
    bodies = []
    for batch in batches:
        ops = tuple(_op(number, given, labels) for number, given in batch.items)
        bodies.append(Drawing(board, ops).encode())
    return bodies


def _load(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise LocalError(message) from None


def _refuse_constant(name: str) -> Any:
    message = f"{name} is not a number"
    raise ValueError(message)


def _excalidraw(text: str) -> dict[str, Any] | None:
    """The whole file if it is one of Excalidraw's."""
    if '"excalidraw' not in text:
        return None
    try:
        whole = _load(text)
    except LocalError:
        return None
    return whole if is_excalidraw(whole) else None


def _lines(text: str) -> Iterator[tuple[tuple[int, Any], bool]]:
    """((line number, operation), whether it stays with the one before)."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            given = _load(line)
            group = _group(given)
        except LocalError as error:
            raise _at(number, error) from None
        if group is None:
            yield (number, given), False
        else:
            yield from (((number, op), place > 0) for place, op in enumerate(group))


def _group(given: Any) -> list[Any] | None:
    if not isinstance(given, dict) or "ops" not in given:
        return None
    ops = given["ops"]
    if list(given) != ["ops"] or not isinstance(ops, list):
        message = '{"ops": [...]} with nothing beside it expected'
        raise LocalError(message)
    if not 1 <= len(ops) <= limits.BOARD_OPS_MAX:
        message = f"ops: 1 to {limits.BOARD_OPS_MAX} operations expected"
        raise LocalError(message)
    return ops


def _at(number: int, error: LocalError) -> LocalError:
    return LocalError(f"line {number}: {error}" if number else str(error))


def _longest(_: str) -> str:
    return _LONGEST_ID


def _batches(items: Iterator[tuple[tuple[int, Any], bool]]) -> list[_Batch]:
    """Fill entries in order; what stays with the operation before it never gets another entry."""
    batches: list[_Batch] = []
    group: list[tuple[int, Any]] = []
    size = 0
    for (number, given), stays in items:
        if group and not stays:
            _place(batches, group, size)
            group, size = [], 0
        try:
            size += len(encode(op_to_plain(op_from_json(given, _longest))))
        except LocalError as error:
            raise _at(number, error) from None
        if size > limits.ENTRY_BODY_BYTES_MAX - _ENVELOPE_BYTES:
            message = f"more than one entry can hold ({limits.ENTRY_BODY_BYTES_MAX} bytes)"
            raise _at(number, LocalError(message))
        group.append((number, given))
    if group:
        _place(batches, group, size)
    return batches


def _place(batches: list[_Batch], group: list[tuple[int, Any]], size: int) -> None:
    fits = (
        batches
        and len(batches[-1].items) + len(group) <= limits.BOARD_OPS_MAX
        and batches[-1].bytes + size <= limits.ENTRY_BODY_BYTES_MAX
    )
    if not fits:
        batches.append(_Batch())
    batches[-1].items.extend(group)
    batches[-1].bytes += size


def _labels(batches: list[_Batch], next_id: NextId) -> dict[str, str]:
    labels: dict[str, str] = {}
    for offset, batch in enumerate(batches):
        entry = str(next_id(offset))
        for place, (number, given) in enumerate(batch.items):
            label = given.get("id")
            if given["op"] not in ("add", "begin") or label is None:
                continue
            if not isinstance(label, str) or not label or label in labels:
                message = "id: a new label expected"
                raise _at(number, LocalError(message))
            labels[label] = f"{entry}.{place}"
    return labels


def _op(number: int, given: Any, labels: dict[str, str]) -> Op:
    def resolve(label: str) -> str:
        if label in labels:
            return labels[label]
        if is_object_id(label):
            return label
        message = f"'{label}' is no object of this file"
        raise LocalError(message)

    try:
        return op_from_json(given, resolve)
    except LocalError as error:
        raise _at(number, error) from None
