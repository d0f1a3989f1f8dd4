"""Objects of a board as rows of JSON, from the site to the command that draws them. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.node.api import BoardObjectShown


def object_rows(value: object) -> list[dict[str, Any]]:
    """Rows of what `ReadObjects` answers."""
    objects = value if isinstance(value, tuple) else ()
    return [asdict(each) for each in objects if isinstance(each, BoardObjectShown)]


def objects_of(rows: list[dict[str, Any]]) -> list[BoardObjectShown]:
    """The objects again: JSON knows no tuples."""
    return [
        BoardObjectShown(
            **{
                **row,
                "points": tuple([(x, y) for x, y in row["points"]]),
                "heads": tuple(row["heads"]),
                "order": tuple(row["order"]),
            }
        )
        for row in rows
    ]
