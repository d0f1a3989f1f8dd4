"""The window's event loop: timers ring in order and once, cancelled ones not at all, reading works."""

from __future__ import annotations

import asyncio
import socket

import pytest
from PySide6.QtCore import QEvent, QObject

from app.ui.loop import WindowLoop


@pytest.fixture
def loop(qapp):
    # As in the program: windows that a test before leaves behind end no loop when they close.
    qapp.setQuitOnLastWindowClosed(False)
    qapp.processEvents()
    made = WindowLoop(qapp)
    yield made
    made.close()
    qapp.setQuitOnLastWindowClosed(True)


def until_done(loop, begin):
    """Run the loop until the future that `begin` is given is done."""

    async def whole():
        done = loop.create_future()
        begin(done)
        return await done

    return loop.run_until_complete(whole())


def test_timers_ring_in_the_order_of_their_times_and_none_before_its_time(loop):
    rung = []

    def begin(done):
        started = loop.time()
        for name, seconds in (("late", 0.030), ("soon", 0.0), ("then", 0.0105)):
            loop.call_later(seconds, lambda name=name, at=seconds: ring(name, started + at))

        def ring(name, at):
            rung.append((name, loop.time() >= at))
            if len(rung) == 3:
                done.set_result(None)

    until_done(loop, begin)
    assert rung == [("soon", True), ("then", True), ("late", True)]


class Rings(QObject):
    """Notes which of Qt's timers rang."""

    def __init__(self, alarms):
        super().__init__()
        self.numbers = []
        alarms.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Timer:
            self.numbers.append(event.timerId())
        return False


def test_a_cancelled_timer_does_not_wake_the_window(loop):
    rings = Rings(loop._alarms)

    def begin(done):
        handle = loop.call_later(0.001, lambda: done.set_result("rang"))
        (cancelled,) = [each for each, held in loop._alarms._handles.items() if held is handle]
        handle.cancel()
        handle.cancel()
        loop.call_later(0.010, lambda: done.set_result(cancelled))

    assert until_done(loop, begin) not in rings.numbers


def test_a_timer_wakes_the_window_once(loop):
    rings = Rings(loop._alarms)

    def begin(done):
        loop.call_later(0.001, int)
        loop.call_later(0.010, lambda: done.set_result(None))

    until_done(loop, begin)
    assert len(rings.numbers) == len(dict.fromkeys(rings.numbers))


def test_a_socket_is_read_as_often_as_it_has_something_until_nobody_wants_to(loop):
    one, two = socket.socketpair()
    read = []

    def begin(done):
        def ready():
            read.append(two.recv(1))
            if len(read) == 3:
                loop.remove_reader(two.fileno())
                one.send(b"d")
                loop.call_later(0.005, lambda: done.set_result(None))

        loop.add_reader(two.fileno(), ready)
        one.send(b"abc")

    with one, two:
        until_done(loop, begin)
    assert read == [b"a", b"b", b"c"]


def test_what_goes_wrong_in_a_callback_goes_to_the_handler_as_in_any_loop(loop):
    wrong = []
    loop.set_exception_handler(lambda _loop, context: wrong.append(context["exception"]))

    def begin(done):
        def fail():
            done.set_result(None)
            raise ZeroDivisionError

        loop.call_soon(fail)

    until_done(loop, begin)
    assert [type(each) for each in wrong] == [ZeroDivisionError]


def test_asyncio_works_on_it(loop):
    async def whole():
        async with asyncio.timeout(5):
            return await asyncio.to_thread(lambda: "from a thread")

    assert loop.run_until_complete(whole()) == "from a thread"
