"""The pages made from the code show what the code says, and the same bytes every time."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
EDGES = [
    ("HOME", "PermitReceived", "PERMITTED"),
    ("PERMITTED", "TimerFired", "PERMITTED"),
    ("PERMITTED", "HandlersEnded", "GONE"),
    ("GONE", "PermitReceived", "GONE"),
    ("GONE", "TimerFired", "GONE"),
]


@dataclass(frozen=True, slots=True)
class Submit:
    """Entries for the holder.

    More about them.
    """

    view: int
    """The view they were written in."""
    entries: tuple[bytes, ...] | None


@pytest.fixture
def generate(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "docs")
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.text]


def test_committed_pages_are_what_the_code_says():
    command = [sys.executable, "docs/generate.py", "--check"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_registries_and_tables_are_found_without_importing(generate, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app/frames.py").write_text("import nothing_like_it\nREGISTRY = Registry()\n")
    (tmp_path / "app/all.py").write_text("WHOLE = REGISTRY.merged(OTHER)\n")
    (tmp_path / "app/machine.py").write_text("OUT_TRANSITIONS: dict[int, int] = {}\n")
    assert generate.find(tmp_path / "app") == (
        [("app.frames", "REGISTRY")],
        [("app.machine", "OUT_TRANSITIONS")],
    )


def test_a_frame_shows_number_purpose_and_fields(generate):
    assert generate.frame_section(7, Submit) == [
        "### 7 `Submit`",
        "",
        "Entries for the holder.",
        "",
        "| place | field | type | meaning |",
        "|---|---|---|---|",
        "| 1 | `view` | `int` | The view they were written in. |",
        "| 2 | `entries` | `tuple[bytes, ...] \\| None` |  |",
        "",
    ]


def test_a_machine_is_named_by_its_module_and_table(generate):
    assert generate.machine_title("app.mstreams.link", "TRANSITIONS") == "mstreams.link"
    assert (
        generate.machine_title("app.mstreams.migration", "OUT_TRANSITIONS")
        == "mstreams.migration out"
    )


def test_a_picture_names_every_state_and_input(generate):
    shown = texts(generate.draw("migration", EDGES))
    assert {"HOME", "PERMITTED", "GONE"} <= set(shown)
    assert {"PermitReceived", "TimerFired", "HandlersEnded"} <= set(shown)


def test_a_picture_has_one_arrow_for_each_pair_of_states(generate):
    svg = generate.draw("migration", EDGES)
    assert len(re.findall(r"marker-end", svg)) == 4


def test_a_picture_is_the_same_every_time(generate):
    assert generate.draw("migration", EDGES) == generate.draw("migration", EDGES)


def test_a_machine_with_one_state_can_be_drawn(generate):
    assert "HOME" in texts(generate.draw("still", [("HOME", "TimerFired", "HOME")]))


def test_types_are_explained_down_to_bytes(generate):
    rows = {
        name: (made, note) for name, made, note in generate.explain([("app.core.ids", "EntryId")])
    }
    assert rows["EntryId"][0] == "(site: SiteId, incarnation: int, number: int)"
    assert rows["SiteId"][0] == "str"
    assert rows["SiteId"][1].startswith("The first 16 characters of base32")


def test_bounds_are_shown_as_numbers(generate, monkeypatch):
    monkeypatch.setattr("app.core.limits.MEMBERS_MAX", 64)
    explain = generate.explain.__globals__["with_bounds"]
    assert explain("Size(0, limits.MEMBERS_MAX)") == "Size(0, 64)"
