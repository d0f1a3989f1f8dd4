"""The panel's figures as CSV: one row for each, so that any program can sort and draw them. Pure."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from app.ui.stick.model import StickModel

HEAD = ("what", "time", "person", "other", "value", "unit", "note")
Row = tuple[str, str, str, str, str, str, str]


def csv_text(model: StickModel) -> str:
    """Everything that the panel shows; times in UTC, lines end as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for row in (*_talk(model), *_trips(model), *_moves(model), *_looks(model), *_waits(model)):
        writer.writerow([_safe(cell) for cell in row])
    return out.getvalue()


def _safe(cell: str) -> str:
    """Names come from others: none may begin a formula of a spreadsheet."""
    return (
        f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _number(cell) else cell
    )


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds")


def _figure(value: float) -> str:
    return f"{value:.3f}"


def _talk(model: StickModel) -> list[Row]:
    now = _time(model.clock.wall_ms())
    rows: list[Row] = []
    for talk in model.talk():
        name = talk.face.name
        rows.append(("share", now, name, "", _figure(talk.share), "", ""))
        rows.append(("lines", now, name, "", _figure(talk.lines_a_minute), "1/min", ""))
        if talk.here_ms is not None:
            rows.append(("if here", now, name, "", _figure(talk.here_ms), "ms", ""))
    return rows


def _trips(model: StickModel) -> list[Row]:
    now = _time(model.clock.wall_ms())
    return [
        ("round trip", now, model.face(one).name, model.face(two).name, _figure(trip), "ms", "")
        for (one, two), trip in model.wanted.items()
    ]


def _moves(model: StickModel) -> list[Row]:
    rows: list[Row] = []
    for move in model.moves:
        at = _time(move.at_ms)
        source, target = model.face(move.source).name, model.face(move.target).name
        note = f"{move.reason} {move.epoch}"
        rows.append(("move", at, source, target, _figure(move.gap_ms), "ms", note))
        for site, before, after in move.people:
            name = model.face(site).name
            rows.append(("before", at, name, "", _figure(before), "ms", move.epoch))
            rows.append(("after", at, name, "", _figure(after), "ms", move.epoch))
    return rows


def _looks(model: StickModel) -> list[Row]:
    looks = model.panel.looks if model.panel is not None else ()
    return [
        (
            "looked at",
            _time(look.at_ms),
            model.face(look.site).name,
            "",
            _figure(look.regret),
            "prices",
            look.reason,
        )
        for look in looks
    ]


def _waits(model: StickModel) -> list[Row]:
    rows: list[Row] = []
    for series in model.series():
        name = "" if series.face is None else series.face.name
        note = "measured" if series.measured else "by round trips"
        rows += [
            ("wait", _time(at), name, "", _figure(wait), "ms", note) for at, wait in series.points
        ]
    return rows
