"""All room state as items that travel: of every map, every key with its value, and back.

What a value looks like is read off its type, so a new field needs no line here; a map that is not
listed here is a mistake that the first snapshot shows. Whoever reads an image has checked what
stands behind it; here wrong bytes are refused and nothing more.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, Final

from app.core.codec import Plain, encode
from app.core.errors import Bug, RemoteError
from app.core.ids import HASH_BYTES
from app.rooms.board.model import BoardObject
from app.rooms.board.reducer import BoardState
from app.rooms.board.undo import Record, Row
from app.rooms.chat import Overlay
from app.rooms.control import AgentsState, InviteState, StreamState
from app.rooms.journal import Journal, JournalMap
from app.rooms.profile import Person
from app.tkshare.model.bodies import Offer
from app.tkshare.model.state import Participant, Share
from app.tkshare.model.steps import Step

Reader = Callable[[Any], Any]
Writer = Callable[[Any], Plain]
Codec = tuple[Reader, Writer]

Item = tuple[str, Plain, Plain]
"""(map, key, value)."""

SUMS: Final = "sums"
"""The items that hold, for each map, the sum that its part of the state hash comes from."""


class Copy:
    """All items of all maps as they stood at some index; values never change: it costs little."""

    def __init__(self, journal: Journal) -> None:
        self._maps = {each.room: dict(each.items()) for each in journal.maps}
        self._sums = {each.room: each.folded() for each in journal.maps}

    def items(self) -> Iterator[Item]:
        """The items in the one order that all sites give them."""
        for room in sorted(self._sums):
            yield SUMS, room, self._sums[room].to_bytes(HASH_BYTES, "big")
        for room in sorted(self._maps):
            write = _CODECS[room][1]
            items = self._maps[room]
            for key in sorted(items, key=_place):
                yield room, key, write(items[key])


VALUES: Final[dict[str, Any]] = {
    "board": BoardState,
    "board.object": BoardObject,
    "board.undo.record": Record,
    "board.undo.row": Row,
    "chat": Overlay,
    "chat.counts": int,
    "control.agent": AgentsState,
    "control.code": bool,
    "control.floor": int,
    "control.invite": InviteState,
    "control.role": str,
    "control.setting": str,
    "control.stream": StreamState,
    "log.kept": tuple[int, bytes],
    "profile": Person,
    "share": Share,
    "share.label": str,
    "share.name": int,
    "share.offer": Offer,
    "share.person": Participant,
    "share.size": tuple[int, int],
}
"""What the values of each map are."""


def _same(value: Any) -> Any:
    return value


def _tuples(value: Any) -> Any:
    """Lists, as they are decoded, back to tuples: for keys, and fields that take anything."""
    return tuple(map(_tuples, value)) if type(value) is list else value


def _compile(hint: Any) -> Codec:
    """(reader, writer) for a type."""
    if isinstance(hint, typing.NewType):
        return _compile(hint.__supertype__)
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _compile(typing.get_args(hint)[0])
    if origin is types.UnionType or origin is typing.Union:
        return _union(hint)
    if origin is tuple:
        return _tuple(typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint, lambda value: value.value
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _dataclass(hint)
    if hint is Any:
        return _tuples, _same
    if hint in (int, bool, str, bytes):
        return _same, _same
    message = f"no image of {hint!r}"
    raise Bug(message)


def _union(hint: Any) -> Codec:
    args = typing.get_args(hint)
    kinds = [arg for arg in args if dataclasses.is_dataclass(arg)]
    rest = [arg for arg in args if arg is not type(None) and arg not in kinds]
    if not kinds:
        codecs = [_compile(arg) for arg in rest]
        if all(read is _same for read, _ in codecs):
            return _same, _same
        if len(codecs) == 1:
            return _optional(codecs[0])
    if rest:
        message = f"no image of {hint!r}"
        raise Bug(message)
    codecs = [_compile(kind) for kind in kinds]
    if len(kinds) == 1:
        return _optional(codecs[0])
    places = {kind: place for place, kind in enumerate(kinds)}
    return (
        lambda value: codecs[value[0]][0](value[1]),
        lambda value: [places[type(value)], codecs[places[type(value)]][1](value)],
    )


def _optional(codec: Codec) -> Codec:
    read, write = codec
    return (
        lambda value: None if value is None else read(value),
        lambda value: None if value is None else write(value),
    )


def _tuple(args: tuple[Any, ...]) -> Codec:
    if len(args) == 2 and args[1] is Ellipsis:
        read, write = _compile(args[0])
        if read is _same:
            return tuple, _same
        return (
            lambda value: tuple([read(item) for item in value]),
            lambda value: [write(item) for item in value],
        )
    parts = [_compile(arg) for arg in args]
    if all(read is _same for read, _ in parts):
        return tuple, _same
    return (
        lambda value: tuple([part[0](item) for part, item in zip(parts, value, strict=True)]),
        lambda value: [part[1](item) for part, item in zip(parts, value, strict=True)],
    )


def _dataclass(cls: type) -> Codec:
    hints = typing.get_type_hints(cls, include_extras=True)
    names = [field.name for field in dataclasses.fields(cls)]
    parts = [_compile(hints[name]) for name in names]
    # Most fields are plain: only the others cost a call, for ten thousand objects that is much.
    readers = [(place, read) for place, (read, _) in enumerate(parts) if read is not _same]
    writers = [(place, write) for place, (_, write) in enumerate(parts) if write is not _same]

    def read(value: Any) -> Any:
        for place, each in readers:
            value[place] = each(value[place])
        return cls(*value)

    def write(value: Any) -> Plain:
        plain = [getattr(value, name) for name in names]
        for place, each in writers:
            plain[place] = each(plain[place])
        return plain

    return read, write


_CODECS: Final[dict[str, Codec]] = {room: _compile(hint) for room, hint in VALUES.items()}
STEP_CODEC: Final[Codec] = _compile(Step)
"""(reader, writer) of what a copy of a shared program is told."""


def _place(key: Any) -> Any:
    """What keys of one map are sorted by; parts of a tuple may be numbers here and texts there."""
    return encode(key) if type(key) is tuple else key


class Loading:
    """An image that comes in, item by item; nothing changes before `load`."""

    def __init__(self) -> None:
        self._maps: dict[str, dict[Any, Any]] = {room: {} for room in VALUES}
        self._sums: dict[str, int] = {}

    def take(self, room: str, key: Plain, value: Plain) -> bool:
        """Read an item; False: it is of no room.

        Raises:
            RemoteError: it makes no sense.
        """
        if room not in _CODECS and room != SUMS:
            return False
        try:
            if room == SUMS:
                self._sums[key] = int.from_bytes(value, "big")
                return True
            self._maps[room][_tuples(key)] = _CODECS[room][0](value)
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            message = f"an item of {room} that makes no sense: {error}"
            raise RemoteError(message) from None
        return True

    def put(self, into: JournalMap[Any, Any]) -> list[Any]:
        """Put its items in the place of a map's; the keys of what changed."""
        return into.replace(self._maps[into.room], self._sums.get(into.room, 0))


def load(journal: Journal, loading: Loading, index: int) -> list[tuple[JournalMap[Any, Any], Any]]:
    """Put an image in the place of everything; what changed, each (map, key) once."""
    touched: list[tuple[JournalMap[Any, Any], Any]] = []
    for each in journal.maps:
        touched += [(each, key) for key in loading.put(each)]
    journal.restart(index)
    return touched


def write_step(step: Any) -> Plain:
    """A step of a shared program, as it travels."""
    return STEP_CODEC[1](step)


def read_step(plain: Any) -> Any:
    """Inverse of `write_step`.

    Raises:
        RemoteError: it makes no sense.
    """
    try:
        return STEP_CODEC[0](plain)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        message = f"a step that makes no sense: {error}"
        raise RemoteError(message) from None
