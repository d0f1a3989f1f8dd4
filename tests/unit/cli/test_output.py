"""Event lines: in order, bounded, and never in the site's way."""

from __future__ import annotations

import json
import threading

from app.cli.output import Output
from app.core import limits


class Reader:
    """Reads when it may; broken from the line `breaks_at` on."""

    def __init__(self, breaks=False):
        self.may_read = threading.Event()
        self.may_read.set()
        self.data = b""
        self.breaks = breaks
        self.writes = 0

    def write(self, data):
        self.may_read.wait(10)
        self.writes += 1
        if self.breaks:
            raise BrokenPipeError
        self.data += data

    @property
    def lines(self):
        return [json.loads(line) for line in self.data.splitlines()]


def begun(reader):
    output = Output(reader.write)
    output.begin({"event": "ready"})
    return output


def test_lines_are_written_in_order():
    reader = Reader()
    output = begun(reader)
    for number in range(100):
        output.line({"n": number, "text": "ä\n"})
    output.close()
    assert [line.get("n") for line in reader.lines] == [None, *range(100)]


def test_the_first_line_comes_first_but_for_troubles():
    reader = Reader()
    output = Output(reader.write)
    output.line({"event": "entry"})
    output.at_once({"event": "trouble"})
    output.begin({"event": "ready"})
    output.line({"event": "settled"})
    output.close()
    assert [line["event"] for line in reader.lines] == ["trouble", "ready", "entry", "settled"]


def test_without_a_beginning_only_troubles_and_the_end_are_told():
    reader = Reader()
    output = Output(reader.write)
    output.line({"event": "entry"})
    output.at_once({"event": "closing"})
    output.close()
    assert [line["event"] for line in reader.lines] == ["closing"]


def test_a_closed_pipe_is_tried_once_and_stops_nobody():
    reader = Reader(breaks=True)
    output = begun(reader)
    output.close()
    output = begun(reader)
    for number in range(10):
        output.line({"n": number})
    output.close()
    assert reader.writes <= 3


def test_what_nobody_reads_is_bounded_and_the_loss_is_told(monkeypatch):
    monkeypatch.setattr(limits, "OUTPUT_BYTES_MAX", 1_000)
    reader = Reader()
    reader.may_read.clear()
    output = begun(reader)
    for _ in range(50):
        output.line({"text": "x" * 90})
    reader.may_read.set()
    output.close()
    assert len(reader.data) < 1_300
    assert reader.lines[-1]["code"] == "slow-reader"
    assert "were left out" in reader.lines[-1]["text"]
