"""X servers for real guests, one for each copy and session; skipped where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bench.share.screen import Screen, missing
from tests.guests.tk.stage import Share


@pytest.fixture(scope="session")
def screens():
    lacking = missing("xdotool")
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)}")
    made: dict[tuple[int, bool], Screen] = {}

    def give(count: int, *, manager: bool = False) -> list[Screen]:
        if manager and missing("openbox"):
            pytest.skip("not installed: openbox")
        for number in range(count):
            if (number, manager) not in made:
                made[number, manager] = Screen(manager=manager)
        return [made[number, manager] for number in range(count)]

    yield give
    for screen in made.values():
        screen.close()


@pytest.fixture
def share(tmp_path, screens):
    """Start copies of a program: `share(its text, count, ...)`; a path is a program that is there."""
    started: list[Share] = []

    def give(
        source: str | Path, count: int = 2, *, manager: bool = False, **options: object
    ) -> Share:
        program = source if isinstance(source, Path) else tmp_path / "program" / "program.py"
        if isinstance(source, str):
            program = program.with_name(str(options.pop("name", program.name)))
            program.parent.mkdir(exist_ok=True)
            program.write_text(source, "utf-8")
        one = bool(options.pop("one_screen", False))
        shown = screens(1, manager=manager) * count if one else screens(count, manager=manager)
        started.append(
            Share(tmp_path / f"share{len(started)}", str(program), shown, **options)  # type: ignore[arg-type]
        )
        started[-1].go()
        return started[-1]

    yield give
    for each in started:
        each.close()
