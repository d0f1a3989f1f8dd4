"""`say`: lines out, answers in, in order, with a bound on what is under way."""

from __future__ import annotations

import json
import os
import queue
import threading
from typing import Any

import pytest

from app.cli.outcome import CommandFailed
from app.cli.saying import LAST_REQUEST, say
from app.cli.talk import read_batches
from app.core import limits
from app.core.errors import KnownError


class Site:
    """Answers requests as `answer` says."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.answers: queue.Queue[Any] = queue.Queue()

    def send(self, message):
        self.requests.append(message)
        number = message["request"]
        replies = [{"done": True}] if number == LAST_REQUEST else self.answer(message)
        for reply in replies:
            self.answers.put({"request": number, **reply})

    def receive(self):
        answer = self.answers.get(timeout=10)
        if answer.get("gone"):
            raise KnownError("The site ended.")
        return answer


def ordered(message):
    lines = [{"id": text, "state": "ordered"} for text in message["texts"]]
    return [{"lines": lines}, {"done": True}]


def printed(capsys):
    return [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]


def test_every_line_is_said_and_printed_in_order(capsys):
    site = Site(ordered)
    texts = [str(number) for number in range(1_000)]
    assert say(site, iter([texts[:700], texts[700:]]), "settled", 5) == 0
    assert printed(capsys) == texts
    assert site.requests[0]["wait"] == "settled"
    assert site.requests[0]["timeout"] == 5
    assert max(len(request["texts"]) for request in site.requests) <= limits.RUN_ENTRIES_MAX


def test_an_empty_input_says_nothing(capsys):
    assert say(Site(ordered), iter([]), "ordered", 30) == 0
    assert capsys.readouterr().out == ""


def test_long_lines_are_spread_over_requests(capsys):
    site = Site(ordered)
    say(site, iter([["x" * 100_000] * 10]), "ordered", 30)
    sizes = [len(json.dumps(request)) for request in site.requests]
    assert max(sizes) < limits.CONTROL_LINE_BYTES_MAX
    assert len(printed(capsys)) == 10


def test_lines_under_way_are_bounded(capsys):
    """The site answers nothing until the bound is reached: then one answer makes room again."""
    held = []
    full = threading.Event()

    def answer(message):
        held.append(message)
        if sum(len(each["texts"]) for each in held) == limits.LINES_UNDER_WAY_MAX:
            full.set()
        return []

    site = Site(answer)
    count = limits.LINES_UNDER_WAY_MAX + limits.RUN_ENTRIES_MAX

    def release():
        assert full.wait(10)
        assert len(held) == limits.LINES_UNDER_WAY_MAX // limits.RUN_ENTRIES_MAX
        site.answer = ordered
        for message in held.copy():
            for reply in ordered(message):
                site.answers.put({"request": message["request"], **reply})

    releasing = threading.Thread(target=release)
    releasing.start()
    say(site, iter([[str(number) for number in range(count)]]), "ordered", 30)
    releasing.join()
    assert printed(capsys) == [str(number) for number in range(count)]


def test_a_line_that_is_late_is_printed_as_it_is_and_told(capsys):
    site = Site(lambda _: [{"late": True}, {"lines": [{"id": "1"}]}, {"done": True}])
    with pytest.raises(CommandFailed, match="kept and will be sent") as caught:
        say(site, iter([["one"]]), "ordered", 30)
    assert caught.value.code == 1
    assert printed(capsys) == ["1"]


def test_a_refused_line_is_named_by_its_number_and_others_go_on(capsys):
    def answer(message):
        texts = message["texts"]
        refused = [{"refused": place, "why": "too long"} for place, t in enumerate(texts) if not t]
        return [*refused, {"lines": [{"id": text} for text in texts if text]}, {"done": True}]

    with pytest.raises(CommandFailed, match="line 3: too long") as caught:
        say(Site(answer), iter([["a", "b"], ["", "d"]]), "ordered", 30)
    assert caught.value.code == 2
    assert printed(capsys) == ["a", "b", "d"]


def test_when_the_site_takes_no_more_nothing_more_is_said(capsys):
    stopped = threading.Event()

    def batches():
        yield ["a"]
        assert stopped.wait(10)
        yield ["b"]

    site = Site(lambda _: [{"error": "The queue is full.", "exit": 1}])
    with pytest.raises(CommandFailed, match="queue is full"):
        say(site, batches(), "ordered", 30)
    stopped.set()
    for sending in (each for each in threading.enumerate() if each.name == "say"):
        sending.join(10)
    assert [request["texts"] for request in site.requests if request["texts"]] == [["a"]]


def test_the_end_of_the_site_ends_it(capsys):
    with pytest.raises(KnownError, match="ended"):
        say(Site(lambda _: [{"gone": True}]), iter([["a"]]), "ordered", 30)


def test_an_unreadable_input_is_told_after_what_was_said(capsys):
    def batches():
        yield ["a"]
        raise OSError(5, "Input/output error")

    with pytest.raises(CommandFailed, match="What was said is said"):
        say(Site(ordered), batches(), "ordered", 30)
    assert printed(capsys) == ["a"]


def test_the_input_is_cut_into_lines_wherever_it_is_cut_in_pieces():
    reader, writer = os.pipe()
    text = "ä\r\n\nlast".encode()
    lines = []
    batches = read_batches(reader)
    for place in range(len(text)):
        os.write(writer, text[place : place + 1])
        if text[place : place + 1] == b"\n":
            lines += next(batches)
    os.close(writer)
    lines += [line for batch in batches for line in batch]
    os.close(reader)
    assert lines == ["ä", "", "last"]


def refusing_long(message):
    texts = message["texts"]
    long = [
        {"refused": place, "why": "too long"} for place, t in enumerate(texts) if len(t) > 8_000
    ]
    lines = [{"id": text} for text in texts if len(text) <= 8_000]
    return [*long, *([{"lines": lines}] if lines else []), {"done": True}]


@pytest.mark.parametrize("character", ["x", "\x01", "\U0001f600"])
def test_a_line_beyond_any_request_is_refused_by_its_number(character, capsys):
    site = Site(refusing_long)
    long = character * (2 * limits.CONTROL_LINE_BYTES_MAX)
    with pytest.raises(CommandFailed, match="line 2: too long"):
        say(site, iter([["before", long, "after"]]), "ordered", 30)
    assert printed(capsys) == ["before", "after"]
    assert max(len(json.dumps(each)) for each in site.requests) < 2 * limits.CONTROL_LINE_BYTES_MAX
    sent = [json.dumps(each, ensure_ascii=False).encode() for each in site.requests]
    assert max(map(len, sent)) < limits.CONTROL_LINE_BYTES_MAX


def test_an_endless_line_is_not_kept_and_what_follows_it_is_read():
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(b"before\n" + b"x" * (3 * limits.CONTROL_LINE_BYTES_MAX) + b"\nafter\n")

    writing = threading.Thread(target=write)
    writing.start()
    lines = [line for batch in read_batches(reader) for line in batch]
    writing.join()
    os.close(reader)
    assert [lines[0], lines[2]] == ["before", "after"]
    assert limits.CONTROL_LINE_BYTES_MAX <= len(lines[1]) < 2 * limits.CONTROL_LINE_BYTES_MAX


def test_a_site_that_hangs_up_with_a_reason_is_no_mistake():
    site = Site(ordered)
    site.answers.put({"error": "64 commands talk to this site already", "exit": 1})
    with pytest.raises(CommandFailed, match="64 commands") as caught:
        say(site, iter([["a"]]), "ordered", 30)
    assert caught.value.code == 1
