"""The watch over a guest's scripts: it goes by what was told and heard, in seconds given to it."""

from __future__ import annotations

import pytest

from app.core import limits
from app.drivers.guestwatch import GuestWatch

LATE = limits.GUEST_HANDLER_SECONDS + limits.GUEST_RUN_GRACE_SECONDS + 0.5
RUN = ["run", 5, 1, "append", "", {}, None]
MAKE = ["agent", 1, "s", "", "", {}, [], True]
END = ["end", 1]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (RUN, ["done", 5, [], {}, []]),
        (RUN, ["failed", 5, "no", ""]),
        (MAKE, ["made", 1, [], [], {}]),
        (MAKE, ["unmade", 1, "no", ""]),
        (END, ["ended", 1]),
    ],
)
def test_a_script_has_its_time_until_it_ends(start, end):
    watch = GuestWatch()
    watch.told(start, 0.0)
    assert not watch.is_overdue(LATE - 1)
    assert watch.is_overdue(LATE)
    watch.heard(end)
    assert not watch.is_overdue(LATE)


def test_the_end_of_another_is_no_end():
    watch = GuestWatch()
    watch.told(RUN, 0.0)
    watch.heard(["done", 6, [], {}, []])
    watch.heard(["made", 5, [], [], {}])
    assert watch.is_overdue(LATE)


@pytest.mark.parametrize(("start", "run"), [(RUN, 5), (MAKE, -1)])
def test_waiting_for_an_answer_is_not_running(start, run):
    watch = GuestWatch()
    watch.told(start, 0.0)
    watch.heard(["ask", run, 9, "open", "bar"])
    assert not watch.is_overdue(100.0)
    watch.told(["reply", run, 9, True, ""], 100.0)
    assert not watch.is_overdue(101.0)
    assert watch.is_overdue(100.0 + LATE)


def test_questions_that_nobody_asked_change_nothing():
    watch = GuestWatch()
    watch.told(RUN, 0.0)
    watch.heard(["ask", 6, 9, "open", "bar"])
    watch.told(["reply", 6, 9, True, ""], 0.0)
    assert watch.is_overdue(LATE)
    watch.heard(["done", 5, [], {}, []])
    assert not watch.is_overdue(LATE)


def test_the_limit_is_the_one_that_was_told():
    watch = GuestWatch()
    watch.told(["limits", {"seconds": 10, "commands": 5}], 0.0)
    watch.told(RUN, 0.0)
    assert not watch.is_overdue(10.5)
    assert watch.is_overdue(11.5)


def test_nothing_runs_before_the_guest_is_there():
    watch = GuestWatch()
    watch.told(MAKE, 0.0)
    watch.greeted(8.0)
    assert not watch.is_overdue(9.0)
    assert watch.is_overdue(8.0 + LATE)


@pytest.mark.parametrize(
    "message", [["x"], ["run"], ["run", "5"], ["done", None], ["ask", 5], ["limits", 3]]
)
def test_words_of_the_wrong_form_are_passed_over(message):
    watch = GuestWatch()
    watch.told(message, 0.0)
    watch.heard(message)
    assert not watch.is_overdue(LATE)
