"""From frozen dataclasses to arrays in field order and back, checked.

A frame, an entry body or a record is a frozen dataclass; its annotations are its schema. `Codec`
compiles them once into closures, so that a peer's array either becomes a value whose fields have
the declared types and sizes, or a `RemoteError`. A later version may add fields at the end:
surplus fields are accepted and dropped (FORMATS.md), missing ones take the dataclass's defaults.

Annotations understood: int, bool, str, bytes, `X | None`, `tuple[X, ...]`, `tuple[X, Y]`,
dataclasses, NewTypes and aliases of these, and `Annotated[X, Size(low, high)]`, where the bounds
are of the number, or of the length in bytes, characters or items.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.core import limits
from app.core.codec import Plain, decode, encode
from app.core.errors import Bug, RemoteError

T = TypeVar("T")
Reader = Callable[[Plain], Any]
Writer = Callable[[Any], Plain]

INT_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds, both included: of an int's value, or of a length."""

    low: int
    high: int


def _fail(what: str, value: Plain) -> RemoteError:
    return RemoteError(f"{what} expected, found {type(value).__name__}")


def _int(bounds: Size | None) -> Reader:
    low, high = (bounds.low, bounds.high) if bounds else (0, INT_MAX)

    def read(value: Plain) -> int:
        if type(value) is not int:
            raise _fail("int", value)
        if not low <= value <= high:
            message = f"{value} is outside {low}..{high}"
            raise RemoteError(message)
        return value

    return read


def _sized(kind: type[str | bytes], bounds: Size | None) -> Reader:
    low, high = (bounds.low, bounds.high) if bounds else (0, limits.FRAME_BYTES_MAX)

    def read(value: Plain) -> Any:
        if type(value) is not kind or not isinstance(value, (str, bytes)):
            raise _fail(kind.__name__, value)
        if not low <= len(value) <= high:
            message = f"{kind.__name__} of length {len(value)} is outside {low}..{high}"
            raise RemoteError(message)
        return value

    return read


def _bool(value: Plain) -> bool:
    if type(value) is not bool:
        raise _fail("bool", value)
    return value


def _same(value: Any) -> Plain:
    return value


def _compile(hint: Any, bounds: Size | None = None) -> tuple[Reader, Writer]:
    """(reader, writer) for one annotation."""
    if isinstance(hint, typing.NewType):
        return _compile(hint.__supertype__, bounds)
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        inner, *extras = typing.get_args(hint)
        sizes = [extra for extra in extras if isinstance(extra, Size)]
        return _compile(inner, sizes[0] if sizes else bounds)
    if hint is int:
        return _int(bounds), _same
    if hint is bool:
        return _bool, _same
    if hint is str or hint is bytes:
        return _sized(hint, bounds), _same
    if origin is types.UnionType or origin is typing.Union:
        return _compile_optional(hint, bounds)
    if origin is tuple:
        return _compile_tuple(hint, bounds)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _compile_dataclass(hint)
    message = f"no schema for {hint!r}"
    raise Bug(message)


def _compile_optional(hint: Any, bounds: Size | None) -> tuple[Reader, Writer]:
    inner = [arg for arg in typing.get_args(hint) if arg is not type(None)]
    if len(inner) != 1:
        message = f"only X | None is understood, not {hint!r}"
        raise Bug(message)
    read_inner, write_inner = _compile(inner[0], bounds)

    def read(value: Plain) -> Any:
        return None if value is None else read_inner(value)

    def write(value: Any) -> Plain:
        return None if value is None else write_inner(value)

    return read, write


def _compile_tuple(hint: Any, bounds: Size | None) -> tuple[Reader, Writer]:
    args = typing.get_args(hint)
    if len(args) == 2 and args[1] is Ellipsis:
        read_item, write_item = _compile(args[0])
        low, high = (bounds.low, bounds.high) if bounds else (0, limits.ARRAY_ITEMS_MAX)

        def read_many(value: Plain) -> tuple[Any, ...]:
            if type(value) is not list:
                raise _fail("array", value)
            if not low <= len(value) <= high:
                message = f"array of {len(value)} items is outside {low}..{high}"
                raise RemoteError(message)
            return tuple([read_item(item) for item in value])

        if write_item is _same:
            return read_many, list
        return read_many, lambda value: [write_item(item) for item in value]
    parts = [_compile(arg) for arg in args]
    readers = [part[0] for part in parts]
    writers = [part[1] for part in parts]

    def read_fixed(value: Plain) -> tuple[Any, ...]:
        if type(value) is not list or len(value) != len(readers):
            raise _fail(f"array of {len(readers)}", value)
        return tuple([read(item) for read, item in zip(readers, value, strict=True)])

    if all(write is _same for write in writers):
        return read_fixed, list
    return read_fixed, lambda value: [
        write(item) for write, item in zip(writers, value, strict=True)
    ]


def _named(
    fields: list[dataclasses.Field[Any]], readers: list[Reader], value: Plain
) -> RemoteError:
    """The failure of the first wrong field, with its name before it."""
    for field, reader, item in zip(fields, readers, value, strict=False):
        try:
            reader(item)
        except RemoteError as error:
            return RemoteError(f"{field.name}: {error}")
    message = "a reader failed once and not again"
    raise Bug(message)


def _compile_dataclass(kind: type) -> tuple[Reader, Writer]:
    hints = typing.get_type_hints(kind, include_extras=True)
    fields = [field for field in dataclasses.fields(kind) if field.init]
    parts = [_compile(hints[field.name]) for field in fields]
    readers = [part[0] for part in parts]
    writers = [(field.name, part[1]) for field, part in zip(fields, parts, strict=True)]
    required = sum(
        field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        for field in fields
    )

    def read(value: Plain) -> Any:
        if type(value) is not list:
            raise _fail(kind.__name__, value)
        if len(value) < required:
            message = f"{kind.__name__} needs {required} fields, found {len(value)}"
            raise RemoteError(message)
        try:
            parts = [reader(item) for reader, item in zip(readers, value, strict=False)]
        except RemoteError:
            raise _named(fields, readers, value) from None
        return kind(*parts)

    def write(value: Any) -> Plain:
        return [writer(getattr(value, name)) for name, writer in writers]

    return read, write


class Codec(Generic[T]):
    """Encodes and decodes one dataclass."""

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind
        self._read, self._write = _compile_dataclass(kind)

    def to_plain(self, value: T) -> list[Plain]:
        """The array of `value`'s fields."""
        plain: list[Plain] = self._write(value)
        return plain

    def from_plain(self, plain: Plain) -> T:
        """The value of an array.

        Raises:
            RemoteError: a field is missing, of another type, or out of bounds.
        """
        value: T = self._read(plain)
        return value

    def encode(self, value: T) -> bytes:
        """Canonical bytes of `value`."""
        return encode(self._write(value))

    def decode(self, data: bytes, bytes_max: int = limits.FRAME_BYTES_MAX) -> T:
        """Inverse of `encode`; raises `RemoteError`."""
        value: T = self._read(decode(data, bytes_max))
        return value


class Registry:
    """Frames by number: `[number, field...]`. Each room registers its own; numbers never change."""

    def __init__(self) -> None:
        self._by_number: dict[int, Codec[Any]] = {}
        self._numbers: dict[type, int] = {}

    def frame(self, number: int) -> Callable[[type[T]], type[T]]:
        """Class decorator that gives a frozen dataclass its number on the wire."""

        def register(kind: type[T]) -> type[T]:
            if number in self._by_number:
                message = f"frame number {number} is taken"
                raise Bug(message)
            self._by_number[number] = Codec(kind)
            self._numbers[kind] = number
            return kind

        return register

    def kinds(self) -> dict[int, type]:
        """Every registered class by its number, in order."""
        return {number: self._by_number[number].kind for number in sorted(self._by_number)}

    def merged(self, *others: Registry) -> Registry:
        """One registry with the frames of several rooms."""
        whole = Registry()
        for part in (self, *others):
            for number, codec in part._by_number.items():
                if number in whole._by_number:
                    message = f"frame number {number} is taken"
                    raise Bug(message)
                whole._by_number[number] = codec
                whole._numbers[codec.kind] = number
        return whole

    def encode(self, frame: Any) -> bytes:
        """Bytes of a registered frame."""
        number = self._numbers[type(frame)]
        return encode([number, *self._by_number[number].to_plain(frame)])

    def decode(self, data: bytes) -> Any | None:
        """The frame, or None for a number that this version doesn't know.

        Raises:
            RemoteError: not a frame, or one whose fields are wrong.
        """
        plain = decode(data)
        if type(plain) is not list or not plain or type(plain[0]) is not int:
            message = "a frame is an array that begins with its number"
            raise RemoteError(message)
        codec = self._by_number.get(plain[0])
        return None if codec is None else codec.from_plain(plain[1:])
