"""The page that teaches streams: its snippets run, and print what the page says.

A block of `tcl` is a script of a shell at Ann's site, one of `python` a program beside it; `text` is
what the one before it printed, `json` what agents said since on whichever console, in this order for
each stream. Lines of `sh` are only read as the program would read them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.parse import parse
from tests.e2e.talkstick import ROOT, Company, environment

PAGE = ROOT / "docs" / "mobile-streams.md"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block, and the line it begins in."""

    language: str
    text: str
    line: int


def blocks() -> list[Block]:
    page = PAGE.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], page.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(page)
    ]


@pytest.fixture
def company(tmp_path, monkeypatch):
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    made = Company(tmp_path)
    yield made
    made.clear()


def test_every_kind_of_block_is_known():
    kinds = {block.language for block in blocks()}
    assert kinds == {"sh", "tcl", "python", "text", "json"}


def test_command_lines_are_what_the_program_takes():
    lines = [
        line for block in blocks() if block.language == "sh" for line in block.text.splitlines()
    ]
    assert lines
    for line in lines:
        program, *words = re.findall(r'"[^"]*"|\S+', line)
        assert program == "talkstick"
        given = [word.strip('"') for word in words]
        if "INVITE" in given:
            assert given[-2:] == ["--join", "INVITE"]
            given[-2:] = ["--create", "T"]
        arguments = parse(given)
        for script in getattr(arguments, "words", [])[:1]:
            assert script == "script.tcl" or (ROOT / script).is_file()


@pytest.mark.slow
@pytest.mark.long  # a controller may be asked before its body has run once
def test_the_snippets_do_what_the_page_says(company, tmp_path):
    ann = company.site("Ann", "--create", "Garden")
    ben = company.site("Ben", "--join", ann.invite)
    output = ""
    seen: dict[tuple[str, str], int] = {}
    for block in blocks():
        place = f"{PAGE.name}, line {block.line}"
        if block.language == "tcl":
            script = tmp_path / f"line-{block.line}.tcl"
            script.write_text(block.text, encoding="utf-8")
            output = ann.do("shell", script).ok().out
        elif block.language == "python":
            output = run_python(block.text, ann.folder)
        elif block.language == "text":
            assert output == block.text, place
        elif block.language == "json":
            for line in block.text.splitlines():
                expect(json.loads(line), {"ANN": ann, "BEN": ben}, seen, place)


def run_python(text: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"data_folder = {str(folder)!r}\n{text}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env=environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def expect(wanted, sites, seen, place):
    """Wait for the next line of a stream on a site's console."""
    site, stream = sites[wanted["site"]], wanted["stream"]
    number = seen[site.name, stream] = seen.get((site.name, stream), 0) + 1

    def find(events):
        lines = [
            event["text"]
            for event in events
            if event["event"] == "console" and event["stream"] == stream
        ]
        return lines[number - 1 : number]

    (text,) = site.process.wait_until(find, f"line {number} of {stream} ({place})")
    assert text == wanted["text"], place
