"""Entries and rows for tests, made from small numbers."""

from __future__ import annotations

from app.core.ids import Key
from app.dispatcher.entries import NO_HASH, Entry, Placed, make_entry
from app.dispatcher.epochs import Epoch

SESSION = bytes(range(32))
ANN = Key(b"a" * 32)
BEN = Key(b"b" * 32)


def an_entry(number, author=ANN, incarnation=1, body=b"hello", signature=b""):
    item = ("chat", body, 0, 1_000 + number, signature)
    return make_entry(SESSION, (author, incarnation), number, NO_HASH, item)


def a_row(entry: Entry, index: int, view: int = 1, k: int = 0) -> Placed:
    chain = bytes([index % 256]) * 32
    return Placed(index, Epoch(view, 0, b"", k), 10 * index, chain, entry)
