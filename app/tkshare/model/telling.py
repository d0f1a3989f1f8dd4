"""Steps as frames for a guest: the arrays that `speech` describes.

Paths are below the share's folder, which is the same on every machine. Never tells a guest
anything that is not a step of its share.
"""

from __future__ import annotations

from typing import assert_never

from app.core.codec import Plain
from app.core.ids import site_of
from app.tkshare.model.statements import ChosenFile
from app.tkshare.model.steps import (
    FileAsked,
    FileCame,
    Focused,
    Marked,
    Named,
    Passed,
    Pasted,
    Step,
    Ticked,
    Went,
)


def path_of(index: int, file: ChosenFile) -> str:
    """Where a chosen file lies, below the share's folder."""
    return f"files/{index}/{file.name}"


def frame_of(step: Step) -> list[Plain] | None:
    """The frame for a step; None for one that guests need not hear of."""
    match step:
        case Named(first, keys):
            return ["names", first, list(keys)]
        case Went(index, stamp_ms):
            return ["go", index, stamp_ms]
        case Passed(index, stamp_ms, person, t0_ms, events, seen):
            told = [event.told() for event in events]
            return ["events", index, stamp_ms, site_of(person), t0_ms, told, seen]
        case Ticked(index, stamp_ms, due):
            return ["clock", index, stamp_ms, [list(each) for each in due]]
        case Focused(index, stamp_ms, window):
            return ["focus", index, stamp_ms, window]
        case FileAsked():
            return None
        case FileCame(index, stamp_ms, person, files, chosen):
            paths = [path_of(index, file) for file in files]
            return ["file", index, stamp_ms, site_of(person), paths, chosen]
        case Pasted(index, stamp_ms, person, mode, text):
            return ["clipboard", index, stamp_ms, site_of(person), mode, text]
        case Marked(index, stamp_ms):
            return ["mark", index, stamp_ms]
        case _:
            assert_never(step)
