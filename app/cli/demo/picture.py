"""How the score looks: a table for a terminal, sentences for anything else. Pure; prints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.cli.demo.options import Options
from app.cli.demo.score import Move, Person, Score, Where, median
from app.cli.demo.verdict import Verdict

WIDTH_MIN = 74
"""Columns the table needs, with the longest name and the longest time."""
MOVES_SHOWN = 4
GAIN_WORTH_SAYING_MS = 5.0

_GOLD, _BOLD, _DIM, _RED, _END = "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """What the terminal can show."""

    colour: bool
    unicode: bool

    @property
    def stick(self) -> str:
        """The mark of whoever has the stick."""
        return self._in(_GOLD, "●" if self.unicode else "*")

    def bold(self, text: str) -> str:
        """Someone who talks; the verdict."""
        return self._in(_BOLD, text)

    def dim(self, text: str) -> str:
        """What is only beside the point."""
        return self._in(_DIM, text)

    def red(self, text: str) -> str:
        """What went wrong."""
        return self._in(_RED, text)

    def plain(self, text: str) -> str:
        """The text with typographic marks replaced where they can't be shown."""
        return text if self.unicode else text.replace("·", "-").replace("–", "-")

    def _in(self, code: str, text: str) -> str:
        return f"{code}{text}{_END}" if self.colour else text


def milliseconds(value: float | None) -> str:
    """`0.62 ms`, `4.1 ms`, `101 ms`; a dash of nothing."""
    if value is None:
        return "–"
    digits = 2 if value < 1 else 1 if value < 10 else 0
    return f"{value:,.{digits}f} ms"


def title(options: Options) -> str:
    """The first line."""
    return (
        f"Talkstick demo · {options.sites} people · "
        f"every packet takes {options.delay_ms:,} ms one way"
    )


def move_sentence(score: Score, move: Move) -> str:
    """Where the stick went and why."""
    target, source = score.name(move.target), score.name(move.source)
    match move.reason:
        case "REGRET" | "COUNT":
            saves = ""
            if move.gain_ms >= GAIN_WORTH_SAYING_MS:
                saves = f": saves {move.gain_ms:,.0f} ms a line"
            return f"The stick went to {target}, who talks most{saves}"
        case "HOME_FULL":
            return f"The stick went to {target}: the line of {source} is full"
        case "HOME_LEAVING":
            return f"{source} is leaving: the stick went to {target}"
        case "COMMAND":
            return f"The stick was handed to {target}"
        case _:
            return f"{source} could not be reached: the stick went to {target}"


def table(
    options: Options, score: Score, seconds: float, talker: int | None, style: Style
) -> list[str]:
    """The live table: as many lines as it needs, each at most `WIDTH_MIN` columns wide."""
    clock = f"{min(int(seconds), options.seconds)} of {options.seconds} s"
    head = [
        f"{options.sites} real processes, {style.stick} has the stick, {clock}",
        "",
        style.dim("                     an own line waits, while the stick is"),
        style.dim("      who       lines        elsewhere         here"),
    ]
    rows = [
        _row(person, person.site == score.holder, position == talker, style)
        for position, person in enumerate(score.people)
    ]
    return [style.plain(line) for line in (*head, *rows, "", *_moves(score, style))]


def _row(person: Person, holds: bool, talks: bool, style: Style) -> str:
    mark = style.stick if holds else " "
    name = f"{person.name:<8}"
    away = milliseconds(median(person.waits[Where.AWAY]))
    here = milliseconds(median(person.waits[Where.HERE]))
    return (
        f"   {mark}  {style.bold(name) if talks else name} {person.ordered:>6,}"
        f" {away:>16} {here:>12}   {'talks' if talks else ''}"
    ).rstrip()


def _moves(score: Score, style: Style) -> list[str]:
    """The newest moves; always as many lines, so that the table stays where it is."""
    shown = score.moves[-MOVES_SHOWN:]
    lines = [f"{move.seconds:>7.1f} s   {move_sentence(score, move)}" for move in shown]
    if not lines:
        holder = score.name(score.holder)
        lines = [f"            The stick is at {holder}. It follows whoever talks most."]
    older = [style.dim(line) for line in lines[:-1]]
    empty = [""] * (MOVES_SHOWN - len(lines))
    return [*older, lines[-1], *empty]


def turn_sentence(score: Score, talker: int) -> str:
    """Who begins to talk, and where the stick is then."""
    person = score.people[talker]
    if person.site == score.holder:
        return f"{person.name} talks and has the stick"
    return f"{person.name} talks; the stick is at {score.name(score.holder)}"


def how_sentence(score: Score, talker: int) -> str:
    """What a turn was like for whoever talked."""
    person = score.people[talker]
    away = milliseconds(median(person.waits[Where.AWAY]))
    here = milliseconds(median(person.waits[Where.HERE]))
    return (
        f"{person.name} has said {_lines(person.ordered)}; one waits {away} while the stick is"
        f" elsewhere, {here} with the stick"
    )


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def summary(score: Score, verdict: Verdict, style: Style) -> list[str]:
    """The last lines: what was said, whether all is well, and what the stick is good for."""
    everything: dict[Where, list[float]] = {where: [] for where in Where}
    for person in score.people:
        for where, waits in person.waits.items():
            everything[where] += waits
    here, away, caught = (everything[w] for w in (Where.HERE, Where.AWAY, Where.UNDER_WAY))
    head = style.bold("All copies are identical; nothing is missing or doubled.")
    if not verdict.good:
        head = style.red("The copies are not what they must be:")
    rows = [
        head,
        *(f"  {fault}" for fault in verdict.faults),
        f"  lines said           {verdict.lines:,}, each in its author's order",
        f"  copies               {len(score.people)}, {verdict.entries:,} entries each, "
        f"chain {verdict.chain[:12]}",
        f"  the stick moved      {_times(len(score.moves))}",
        f"  own line, stick here {_spread(here)}",
        f"  stick elsewhere      {_spread(away)}",
    ]
    if caught:
        rows.append(f"  caught by a move     {_spread(caught)}")
    if not verdict.good:
        rows[len(verdict.faults) + 1] = f"  lines said           {verdict.lines:,}"
    return [style.plain(row) for row in rows]


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "– (no line)"
    ordered = sorted(values)
    most = ordered[(len(ordered) * 95 - 1) // 100]
    return (
        f"{milliseconds(median(ordered))} (median of {len(ordered):,}; 95 of 100 within "
        f"{milliseconds(most)})"
    )
