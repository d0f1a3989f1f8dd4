"""Texts that several places share: figures, dates, buttons."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Figures:
    """Numbers with units."""

    UNKNOWN = Sentence("–")
    MILLISECONDS = Sentence("{count} ms")
    MILLISECONDS_SPOKEN = Plural("{count} millisecond", "{count} milliseconds")
    SECONDS = Sentence("{count} s")
    MINUTES = Sentence("{count} min")
    MINUTES_SECONDS = Sentence("{minutes} min {seconds} s")
    HOURS = Sentence("{count} h")
    HOURS_MINUTES = Sentence("{hours} h {minutes} min")
    DAYS = Plural("{count} day", "{count} days")
    PERCENT = Sentence("{count} %")
    BYTES = Plural("{count} byte", "{count} bytes")
    KILOBYTES = Sentence("{count} KB")
    MEGABYTES = Sentence("{count} MB")
    NAMES_MORE = Sentence("{first}, {next}")
    NAMES_LAST = Sentence("{first} and {last}")


class Dates:
    """Days as people name them."""

    TODAY = Sentence("Today")
    YESTERDAY = Sentence("Yesterday")
    WEEKDAYS = (
        Sentence("Monday"),
        Sentence("Tuesday"),
        Sentence("Wednesday"),
        Sentence("Thursday"),
        Sentence("Friday"),
        Sentence("Saturday"),
        Sentence("Sunday"),
    )
    MONTHS = (
        Sentence("January"),
        Sentence("February"),
        Sentence("March"),
        Sentence("April"),
        Sentence("May"),
        Sentence("June"),
        Sentence("July"),
        Sentence("August"),
        Sentence("September"),
        Sentence("October"),
        Sentence("November"),
        Sentence("December"),
    )
    DAY_MONTH = Sentence("{day} {month}")
    DAY_MONTH_YEAR = Sentence("{day} {month} {year}")
    DAY_TIME = Sentence("{day}, {time}")


class Common:
    """Words on buttons and in titles of more than one place."""

    NAME = Sentence("Talkstick")
    WINDOW_TITLE = Sentence("{session} – Talkstick")
    WINDOW_TITLE_UNREAD = Sentence("({count}) {session} – Talkstick")
    CANCEL = Sentence("Cancel")
    CLOSE = Sentence("Close")
    COPIED = Sentence("Copied")
    JOIN = Sentence("Join")
    OPEN = Sentence("Open")
    START = Sentence("Start")
    STOP = Sentence("Stop")
    WHY = Sentence("Why?")
    YOU = Sentence("you")
    HERE = Sentence("here")
    WITH_KEY = Sentence("{name}, {key}")
