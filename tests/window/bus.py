"""As much of D-Bus as a screen reader's questions need: method calls over a Unix socket.

Qt's own binding can't take structures apart from Python, and a library for this would be the only
one that the windows' tests alone need. Source: D-Bus Specification 0.42, "Message Protocol".
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from typing import Any

_CALL, _RETURN, _ERROR = 1, 2, 3
_PATH, _INTERFACE, _MEMBER, _REPLY_TO, _DESTINATION, _SIGNATURE = 1, 2, 3, 5, 6, 8
_FIXED = {"y": "B", "b": "I", "n": "h", "q": "H", "i": "i", "u": "I", "x": "q", "t": "Q", "d": "d"}
_PATIENCE_SECONDS = 10.0


class BusError(Exception):
    """The other side said no, or is gone."""


def _end_of_type(signature: str, start: int) -> int:
    """Where the complete type that begins at `start` ends."""
    if signature[start] == "a":
        return _end_of_type(signature, start + 1)
    if signature[start] in "({":
        depth, at = 0, start
        while True:
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(signature[at], 0)
            at += 1
            if not depth:
                return at
    return start + 1


def _alignment(kind: str) -> int:
    if kind in "({":
        return 8
    if kind in "soa":
        return 4
    return struct.calcsize(_FIXED[kind]) if kind in _FIXED else 1


@dataclass
class _Reader:
    data: bytes
    at: int = 0

    def values(self, signature: str) -> list[Any]:
        """One value for each complete type."""
        found, place = [], 0
        while place < len(signature):
            end = _end_of_type(signature, place)
            found.append(self._value(signature[place:end]))
            place = end
        return found

    def _align(self, to: int) -> None:
        self.at += -self.at % to

    def _number(self, kind: str) -> Any:
        size = struct.calcsize(kind)
        self._align(size)
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += size
        return value

    def _text(self, length: int) -> str:
        value = self.data[self.at : self.at + length].decode("utf-8", "replace")
        self.at += length + 1
        return value

    def _value(self, kind: str) -> Any:
        first = kind[0]
        if first in "so":
            return self._text(self._number("I"))
        if first == "g":
            return self._text(self._number("B"))
        if first == "v":
            (value,) = self.values(self._text(self._number("B")))
            return value
        if first == "a":
            length = self._number("I")
            self._align(_alignment(kind[1]))
            end, items = self.at + length, []
            while self.at < end:
                items.append(self._value(kind[1:]))
            return items
        if first in "({":
            self._align(8)
            return tuple(self.values(kind[1:-1]))
        value = self._number(_FIXED[first])
        return bool(value) if first == "b" else value


class _Writer:
    def __init__(self) -> None:
        self.data = bytearray()

    def align(self, to: int) -> None:
        self.data += bytes(-len(self.data) % to)

    def put(self, kind: str, value: Any) -> None:
        if kind in "so":
            raw = value.encode()
            self.put("u", len(raw))
            self.data += raw + b"\0"
        elif kind == "g":
            self.data += bytes([len(value)]) + value.encode() + b"\0"
        else:
            form = _FIXED[kind]
            self.align(struct.calcsize(form))
            self.data += struct.pack(f"<{form}", value)


class Bus:
    """A connection to a message bus, for one caller at a time."""

    def __init__(self, address: str) -> None:
        parts = dict(part.split("=", 1) for part in address.removeprefix("unix:").split(","))
        place = "\0" + parts["abstract"] if "abstract" in parts else parts["path"]
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_PATIENCE_SECONDS)
        self._socket.connect(place)
        self._stream = self._socket.makefile("rb")
        self._serial = 0
        user = str(os.getuid()).encode().hex().encode()
        self._socket.sendall(b"\0AUTH EXTERNAL " + user + b"\r\n")
        answer = self._stream.readline()
        if not answer.startswith(b"OK "):
            raise BusError(answer.decode("ascii", "replace"))
        self._socket.sendall(b"BEGIN\r\n")
        self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Hello")

    def call(self, service: str, path: str, method: str, signature: str = "", *body: Any) -> Any:
        """What `method` (with its interface) answers: its value, a list if there are several.

        Raises:
            BusError: it answered with an error.
        """
        interface, member = method.rsplit(".", 1)
        self._serial += 1
        self._send(service, path, interface, member, signature, body)
        try:
            return self._answer()
        except OSError as error:
            raise BusError(f"no answer to {method}: {error}") from None

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
        self._socket.close()

    def _send(
        self,
        service: str,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: tuple[Any, ...],
    ) -> None:
        content = _Writer()
        for kind, value in zip(signature, body, strict=True):
            content.put(kind, value)
        fields = _Writer()
        for number, kind, value in (
            (_PATH, "o", path),
            (_INTERFACE, "s", interface),
            (_MEMBER, "s", member),
            (_DESTINATION, "s", service),
            (_SIGNATURE, "g", signature),
        ):
            if kind == "g" and not value:
                continue
            fields.align(8)
            fields.put("y", number)
            fields.put("g", kind)
            fields.put(kind, value)
        head = struct.pack(
            "<cBBBIII", b"l", _CALL, 0, 1, len(content.data), self._serial, len(fields.data)
        )
        # The fields begin at byte 16, so what is aligned in them is aligned in the message.
        message = head + bytes(fields.data)
        self._socket.sendall(message + bytes(-len(message) % 8) + bytes(content.data))

    def _answer(self) -> Any:
        while True:
            head = self._stream.read(16)
            if len(head) < 16:
                raise BusError("the bus is gone")
            kind, length, fields_length = head[1], *struct.unpack_from("<I4xI", head, 4)
            rest = self._stream.read(fields_length + -fields_length % 8 + length)
            reader = _Reader(head[12:] + rest)
            # An array's length stands in the last four bytes of the head.
            fields = dict(_Reader(bytes(12) + reader.data, 12).values("a(yv)")[0])
            if kind not in {_RETURN, _ERROR} or fields.get(_REPLY_TO) != self._serial:
                continue
            body = _Reader(rest[fields_length + -fields_length % 8 :])
            values = body.values(fields.get(_SIGNATURE, ""))
            if kind == _ERROR:
                raise BusError(str(values[0]) if values else "an error without words")
            return values[0] if len(values) == 1 else values
