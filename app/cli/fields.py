"""The fields of a request: whatever stands in its JSON, what comes out is sound, or it raises.

Pure. A number that is not finite or out of bounds, or text that is no Unicode, must not get further
than this: behind it are clocks, disks and other sites.
"""

from __future__ import annotations

from typing import Any


def text_of(message: dict[str, Any], name: str, default: str | None = None) -> str:
    """A field of a request.

    Raises:
        KeyError: it is not there, and may not be left out.
        TypeError: it is no text.
        ValueError: it is no Unicode (half a surrogate pair).
    """
    value = message[name] if default is None else message.get(name, default)
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def number_of(
    message: dict[str, Any], name: str, least: int, most: int, default: float | None = None
) -> float:
    """A field of a request.

    Raises:
        KeyError: it is not there, and may not be left out.
        TypeError: it is no number.
        ValueError: it is too small or too large, or not finite.
    """
    value = message[name] if default is None else message.get(name, default)
    if not isinstance(value, (int, float)):
        raise TypeError
    if not least <= value <= most:
        raise ValueError
    return value


def texts_of(message: dict[str, Any], name: str) -> tuple[str, ...]:
    """A field of a request that is a list of texts.

    Raises:
        KeyError: it is not there.
        TypeError: it is no list of texts.
        ValueError: one is no Unicode.
    """
    values = message[name]
    if not isinstance(values, list):
        raise TypeError
    return tuple([text_of({name: value}, name) for value in values])
