"""What was tried for a line that waits: what is known of the way to its place, and what is safe."""

from __future__ import annotations

from app.node.api import ChatRow
from app.ui import figures
from app.ui.models.status import SessionStatus
from app.ui.strings import Chat


def tried_sentences(row: ChatRow, status: SessionStatus, now_ms: int) -> list[str]:
    """How long, where the stick is, who can be reached, what is safe; nothing that is not known."""
    waited = figures.duration(max(now_ms - row.wall_ms, 0) // 1_000)
    said = [Chat.TRIED_SINCE(time=waited)]
    holder = status.holder
    if holder is None:
        said.append(Chat.TRIED_NOBODY())
    elif holder.is_self:
        said.append(Chat.TRIED_HOLDER_HERE())
    elif holder.state != "present":
        said.append(Chat.TRIED_HOLDER_GONE(name=holder.name))
    elif holder.rtt_ms is not None:
        answers = figures.milliseconds(holder.rtt_ms)
        said.append(Chat.TRIED_HOLDER(name=holder.name, time=answers))
    here, everybody = status.here_and_all()
    said.append(Chat.TRIED_REACHED(count=here, all=everybody))
    said.append(Chat.TRIED_SAFE())
    return said
