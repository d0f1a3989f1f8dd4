"""What the played people draw, and that they can be ended before they began."""

from __future__ import annotations

import asyncio

from app.cli.alone import Alone, stroke
from app.core.ids import EntryId, SiteId
from app.rooms.board.drawfile import parse_draw_file


def test_everything_they_draw_can_be_drawn():
    site = SiteId("a" * 16)
    for number in range(0, 90, 3):
        text = stroke(number, number // 12 % 3)
        assert len(parse_draw_file(text, "main", lambda n: EntryId(site, 1, 1 + n))) == 1


def test_nobody_has_the_name_of_the_person_at_this_computer():
    loop = asyncio.new_event_loop()
    alone = Alone(loop, "Ada")
    try:
        assert "Ada" not in alone._names
        assert len(alone._names) == 3
    finally:
        alone.close()
        loop.close()
