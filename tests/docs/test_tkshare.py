"""The page on shared programs: its commands are ones, its samples are there, README leads to it."""

from __future__ import annotations

import re

import pytest

from app.cli.parse import parse
from app.core import limits
from tests.e2e.talkstick import ROOT

PAGE = (ROOT / "docs" / "tkshare.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split()[1:]
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_there_are_commands():
    assert len(COMMANDS) > 6


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_is_read_as_one(words):
    assert parse(words).command == "share"


@pytest.mark.parametrize("name", re.findall(r"resources/samples/[\w.]+", PAGE))
def test_each_sample_is_there(name):
    assert (ROOT / name).is_file()


def test_the_limits_are_the_limits():
    assert (
        f"| {limits.SHARE_FILES_MAX:,}, together {limits.SHARE_BYTES_MAX // 1_000_000} MB" in PAGE
    )
    assert f"| {limits.SHARE_EVENTS_MAX} in one entry, {limits.SHARE_EVENT_BYTES_MAX} bytes" in PAGE
    assert f"{limits.SHARE_ACTED_EVENTS_WARN:,} in a share" in PAGE
    assert f"{limits.SHARE_ACTED_EVENTS_MAX:,} are the end" in PAGE
    assert f"{limits.SHARE_LATE_MS / 1000} s behind" in PAGE


def test_readme_leads_to_it():
    assert "(docs/tkshare.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
