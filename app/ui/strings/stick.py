"""Texts about the stick: the pill, the rail and the panel, the only place that says epoch or ring."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Stick:
    """What the stick says of itself: the pill, the chat, the log of moves. No pronouns."""

    HOLDS = Sentence("{name} has the stick")
    YOU_HOLD = Sentence("You have the stick")
    HELD_FOR = Sentence("{time}")
    TALKS_MOST = Sentence("The stick went to {name}, who talks most: saves {time}")
    TALKS_MOST_LITTLE = Sentence("The stick went to {name}, who talks most")
    TO_YOU = Sentence("You have the stick: your lines are ordered at once")
    BY_HAND = Sentence("{by} moved the stick to {name}")
    BY_YOU = Sentence("You moved the stick to {name}")
    PINNED = Sentence("{by} pinned the stick at {name}")
    HOLDER_LEFT = Sentence("{gone} left: the stick went to {name}")
    HOLDER_STOPPED = Sentence(
        "{gone}'s computer stopped. {name} has the stick, order was back in {time}"
    )
    HANDED = Sentence("The stick went to {name}, by hand")
    HOLDER_FULL = Sentence("The line of {gone} is full: the stick went to {name}")
    HOLDER_UNREACHABLE = Sentence("{gone} could not be reached: the stick went to {name}")
    APART = Sentence("You have the stick on this side")
    APART_ELSEWHERE = Sentence("{name} has the stick on this side")
    TOGETHER = Sentence("Together again: one stick, at {name}")
    NOBODY = Sentence("Nobody has the stick. Lines wait here, they are safe")
    OPEN_PANEL = Sentence("{sentence}. Open the stick panel")


class StickPanel:
    """The debug panel; the only place that says epoch, ring, stream."""

    TITLE = Sentence("The stick")
    WINDOW_TITLE = Sentence("The stick – {session} – Talkstick")
    OVERVIEW = Sentence("Overview")
    LOG = Sentence("Log")
    RING = Sentence("Ring")
    STREAMS = Sentence("Streams and agents")
    RULE = Sentence("It follows")
    RULE_TALKS = Sentence("who talks most")
    RULE_PAPER = Sentence("every {count} lines, who wrote most")
    RULE_FIXED = Sentence("nobody: it stays where it began")
    RULE_MANUAL = Sentence("nobody: it moves by hand")
    PIN_HERE = Sentence("Pin here")
    MOVE_TO = Sentence("Move to")
    MAP = Sentence("Map")
    MAP_NOTE = Plural("{count} computer, live", "{count} computers, live")
    MAP_LEGEND = Sentence("Distance is round-trip time")
    MAP_LEGEND_RING = Sentence("Ring round a face: share of talk")
    REPLAY = Sentence("Replay: {source} to {target}, 12 times slower")
    TALK = Sentence("Who talks")
    TALK_NOTE = Sentence("last minute")
    TALK_SHARE = Sentence("share")
    TALK_RATE = Sentence("lines a minute")
    TALK_IF_HERE = Sentence("if here")
    BRAKES = Sentence("Brakes")
    BRAKES_NOTE = Sentence("it stays at {name}")
    BRAKE_REGRET = Sentence("Better at {name}: loss so far, against the price")
    BRAKE_PRICE = Sentence("Price of a move, and how much hotter it is now")
    BRAKE_DWELL = Sentence("Stays at least this long")
    BRAKE_MOVES = Sentence("Moves left, of {count} (12 a minute)")
    BRAKE_STROKE = Sentence("Oldest open stroke")
    BRAKE_AGE = Sentence("Age of the measurements")
    WHY = Sentence("Why it moved")
    WHY_SHARE = Sentence(
        "{name} made {share} of the lines. A line of the group waited {before} on average with the"
        " stick at {source}, and waits {after} with it at {name}."
    )
    WHY_OWN = Sentence("Your lines wait {after} now, {before} before.")
    WHY_EACH = Sentence("each person's own lines")
    SAVES = Sentence("saves {time}")
    COSTS = Sentence("costs {time}")
    SAME = Sentence("the same")
    GAP = Sentence("Order stood still")
    WAITED = Sentence("Lines that waited")
    LOST_DOUBLED = Sentence("Lost, doubled")
    EPOCH = Sentence("Epoch")
    EPOCH_HELP = Sentence(
        "Counts who had the stick: the part before the point grows with the"
        " group, the one after it with every move."
    )
    MOVES = Sentence("Moves")
    MOVES_SINCE = Sentence("{count} since {time}")
    MOVES_EMPTY = Sentence("The stick has not moved yet. It follows whoever talks most.")
    OPENED_HERE = Sentence("opened here")
    WAITING = Sentence("Waiting to be ordered")
    WAITING_NOTE = Sentence("ms, each person's lines")
    EVERYONE = Sentence("Everyone {count}")
    LOG_NOTE = Sentence("ordered {ordered}, settled {settled}")
    FOLLOW = Sentence("Follow")
    COLUMN_NUMBER = Sentence("number")
    COLUMN_EPOCH = Sentence("epoch")
    COLUMN_AUTHOR = Sentence("by")
    COLUMN_WHAT = Sentence("what")
    COLUMN_STATE = Sentence("state")
    COLUMN_DISKS = Sentence("on disk at")
    COLUMN_CHAIN = Sentence("chain")
