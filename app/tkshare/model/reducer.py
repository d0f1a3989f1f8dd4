"""The reducer of shares: one entry in, what passed and what changed out (FORMATS.md 5).

It alone decides what the copies of a program replay, by the order and nothing else, so that all
sites decide alike. State stands in tables that can go back in time. What it refuses raises
`NoEffect`, and then the caller takes back whatever was written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.core import limits
from app.core.ids import Key, site_of
from app.tkshare.model import floor, life, sameness
from app.tkshare.model.bodies import Clock, Input, Offer, ShareId
from app.tkshare.model.events import OF_THE_GUEST, Event, Name
from app.tkshare.model.names import Names
from app.tkshare.model.passing import Held, Passing, is_late, let_go, with_recent
from app.tkshare.model.state import (
    Dialog,
    Floor,
    Given,
    NoEffect,
    Outcome,
    Participant,
    Phase,
    Share,
    Tables,
)
from app.tkshare.model.statements import (
    Attach,
    Clipboard,
    Detach,
    Digest,
    End,
    FileAnswer,
    FileAsk,
    FloorAsk,
    FloorGive,
    FloorGrant,
    FloorSet,
    Focus,
    Go,
    Mark,
    State,
    Statement,
)
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

NOT_ATTACHED = "your copy of this program is not started"
NOT_CURRENT = "your copy is still catching up"


class Reducer:
    """All shares of a session."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.names = Names(tables)
        self._said: dict[type, Callable[[Share, Given, Any], tuple[Step, ...]]] = {
            Attach: self._attach,
            Detach: self._detach,
            Go: self._go,
            Focus: self._focus,
            FileAsk: self._file_ask,
            FileAnswer: self._file_answer,
            Clipboard: self._clipboard,
            Mark: self._mark,
            Digest: self._digest,
            FloorAsk: self._floor_ask,
            FloorGrant: self._floor_grant,
            FloorGive: self._floor_give,
            FloorSet: self._floor_set,
            End: self._end,
        }

    # --- what others ask --------------------------------------------------------------------------

    def share(self, share: ShareId) -> Share | None:
        """A share by its id."""
        return self._tables.shares.get(share)

    def offer(self, share: ShareId) -> Offer | None:
        """What was offered."""
        return self._tables.offers.get(share)

    def participant(self, share: ShareId, key: Key) -> Participant | None:
        """Somebody whose copy is started."""
        return self._tables.people.get((share, key))

    def current(self, share: Share) -> list[tuple[Key, Participant]]:
        """Those whose copies show the present, in order of attachment."""
        return [(key, each) for key, each in self._attached(share) if each.current]

    def keeper(self, share: Share) -> Key | None:
        """Whose copy asks for ticks and marks: who drags, else the first that is current."""
        if share.gesture is not None:
            return share.gesture.owner
        return next((key for key, _ in self.current(share)), None)

    def size(self, share: ShareId, window: Name) -> tuple[int, int] | None:
        """The agreed size of a top-level window in pixels."""
        return self._tables.sizes.get((share, window))

    def spent(self, share: ShareId) -> bool:
        """Whether the share's entries may leave the log: nobody will replay them."""
        found = self._tables.shares.get(share)
        return found is not None and found.phase is Phase.ENDED

    # --- entries ----------------------------------------------------------------------------------

    def offered(self, share: ShareId, given: Given, offer: Offer) -> Outcome:
        """`share.offer`. Raises `NoEffect`."""
        if len(self._tables.shares) >= limits.SHARES_MAX:
            message = f"this session holds all the shared programs it can ({limits.SHARES_MAX})"
            raise NoEffect(message)
        if len(self._tables.offers) >= limits.SHARES_LIVE_MAX:
            message = f"{limits.SHARES_LIVE_MAX} programs are shared already; end one first"
            raise NoEffect(message)
        self._tables.offers.set(share, offer)
        made = Share(share, given.author, given.index, given.stamp_ms, Floor(offer.floor))
        self._tables.shares.set(share, made)
        return Outcome(share)

    def acted(self, given: Given, entry: Input) -> Outcome:
        """`share.input`: what of it passes. Raises `NoEffect` if nothing does."""
        share = self._entered(entry.share, Input)
        doer = self._current_one(share, given.author)
        if share.events >= limits.SHARE_ACTED_EVENTS_MAX:
            message = "this share has become too long; start the program afresh"
            raise NoEffect(message)
        seen = min(entry.seen, given.index - 1)
        if seen < doer.since:
            raise NoEffect(NOT_CURRENT)
        others = [each for key, each in self._attached(share) if key != given.author]
        late = is_late(seen, given.stamp_ms, others)
        passing = Passing(share, given, replace(doer, seen=max(doer.seen, seen)), late=late)
        keys: list[str] = []
        passed, held = self._pass(passing, entry.events, keys)
        if not passed and held:
            raise NoEffect(held[0].why, early=all(each.early for each in held))
        share, doer = passing.share, passing.doer
        if any(event.kind not in OF_THE_GUEST for event in passed):
            doer = with_recent(doer, given.stamp_ms, given.index)
        share = replace(
            share, events=share.events + len(passed), input_ms=max(share.input_ms, given.stamp_ms)
        )
        self._put(share)
        self._tables.people.set((share.id, given.author), doer)
        steps = _named(share, keys)
        if passed:
            steps += (
                Passed(given.index, given.stamp_ms, given.author, entry.t0_ms, tuple(passed), seen),
            )
        return Outcome(share.id, steps, len(held), held[0].why if held else "")

    def ticked(self, given: Given, entry: Clock) -> Outcome:
        """`share.clock`. Raises `NoEffect`."""
        share = self._entered(entry.share, Clock)
        if given.author != self.keeper(share):
            message = "another copy keeps the time"
            raise NoEffect(message)
        # A trial at the author's site has no stamp.
        if given.stamp_ms and given.stamp_ms < share.clock_ms + limits.SHARE_CLOCK_MS_MIN:
            message = "ticks come too close together"
            raise NoEffect(message)
        if given.stamp_ms > share.input_ms + limits.SHARE_IDLE_MS:
            message = "nothing happened for a minute: the program's time stands still"
            raise NoEffect(message)
        share, numbers, named = self._names(share, [name for name, _ in entry.due])
        due = tuple([(name, each[1]) for name, each in zip(numbers, entry.due, strict=True)])
        share = replace(share, clock_ms=given.stamp_ms, events=share.events + 1)
        self._put(share)
        return Outcome(share.id, (*named, Ticked(given.index, given.stamp_ms, due)))

    def said(self, given: Given, entry: State) -> Outcome:
        """`share.state`. Raises `NoEffect`."""
        said: Statement | None = entry.said
        assert said is not None, "the caller keeps what is newer to itself"
        share = self._entered(entry.share, type(said))
        return Outcome(share.id, self._said[type(said)](share, given, said))

    # --- parts ------------------------------------------------------------------------------------

    def _entered(self, share_id: ShareId, said: type) -> Share:
        """The share in the phase that this leads to."""
        share = self._tables.shares.get(share_id)
        if share is None:
            message = "there is no such share"
            raise NoEffect(message, early=False)
        phase = life.after(share.phase, said)
        return share if phase is share.phase else replace(share, phase=phase)

    def _put(self, share: Share) -> None:
        self._tables.shares.set(share.id, share)

    def _attached(self, share: Share) -> list[tuple[Key, Participant]]:
        found = [(key, self._tables.people.get((share.id, key))) for key in share.attached]
        return [(key, each) for key, each in found if each is not None]

    def _attached_one(self, share: Share, key: Key) -> Participant:
        found = self._tables.people.get((share.id, key))
        if found is None:
            raise NoEffect(NOT_ATTACHED, early=False)
        return found

    def _current_one(self, share: Share, key: Key) -> Participant:
        found = self._attached_one(share, key)
        if not found.current:
            raise NoEffect(NOT_CURRENT, early=False)
        return found

    def _names(self, share: Share, names: list[Name]) -> tuple[Share, list[Name], tuple[Step, ...]]:
        """(share, numbers of these names, what tells new ones)."""
        keys: list[str] = []
        numbers: list[Name] = []
        for name in names:
            share, number = self.names.number(share, name, keys)
            numbers.append(number)
        return share, numbers, _named(share, keys)

    # --- events -----------------------------------------------------------------------------------

    def _pass(
        self, passing: Passing, events: tuple[Event, ...], keys: list[str]
    ) -> tuple[list[Event], list[Held]]:
        """(events that pass, with numbers for names; what did not pass); new names go to `keys`."""
        passed: list[Event] = []
        held: list[Held] = []
        for event in events:
            try:
                passing.share, numbered = self.names.in_event(passing.share, event, keys)
            except NoEffect as error:
                held.append(Held(str(error)))
                continue
            why = self._sized(passing.share, numbered) or passing.take(numbered)
            if why is None:
                passed.append(numbered)
            else:
                held.append(why)
        return passed, held

    def _sized(self, share: Share, event: Event) -> Held | None:
        """A size that is agreed already says nothing; another one is agreed from here on."""
        if event.kind != "size":
            return None
        size = (event.fields[0], event.fields[1])
        if self._tables.sizes.get((share.id, event.window)) == size:
            return Held("the window has this size", early=False)
        if isinstance(event.window, int):
            self._tables.sizes.set((share.id, event.window), size)
        return None

    # --- statements -------------------------------------------------------------------------------

    def _attach(self, share: Share, given: Given, said: Attach) -> tuple[Step, ...]:
        offer = self._tables.offers.get(share.id)
        if offer is not None and said.toolkit != offer.toolkit:
            message = f"this program was offered as one of {offer.toolkit}"
            raise NoEffect(message)
        steps: tuple[Step, ...] = ()
        if given.author in share.attached:
            # A copy that starts again: what the old one held down is let go.
            share, steps = self._gone(share, given.author, given)
        elif len(share.attached) >= limits.MEMBERS_MAX:
            message = "too many copies are started"
            raise NoEffect(message)
        share = replace(share, attached=(*share.attached, given.author))
        self._tables.people.set(
            (share.id, given.author), Participant(said.look, said.door, said.versions, given.index)
        )
        self._put(share)
        return steps

    def _detach(self, share: Share, given: Given, said: Detach) -> tuple[Step, ...]:
        key = given.author
        if said.site is not None:
            key = next((each for each in share.attached if site_of(each) == said.site), key)
            if site_of(key) != said.site:
                message = "this person has no copy"
                raise NoEffect(message)
            if key != given.author and not given.moderates:
                message = "only a moderator can end somebody else's part"
                raise NoEffect(message)
        self._attached_one(share, key)
        share, steps = self._gone(share, key, given)
        self._put(share)
        return steps

    def _gone(self, share: Share, key: Key, given: Given) -> tuple[Share, tuple[Step, ...]]:
        """A participant is gone: releases, the dialog cancelled, floor and keeper passed on."""
        doer = self._attached_one(share, key)
        taking_part = share.attached
        mine = share.gesture is not None and share.gesture.owner == key
        released = let_go(share if mine else replace(share, gesture=None), doer)
        steps: list[Step] = []
        if released:
            steps.append(Passed(given.index, given.stamp_ms, key, 0, tuple(released), given.index))
            share = replace(share, events=share.events + len(released))
        if mine:
            share = replace(share, gesture=None)
        if share.dialog is not None and share.dialog.owner == key:
            steps.append(FileCame(given.index, given.stamp_ms, key, (), ""))
            share = replace(share, dialog=None)
        share = replace(
            share,
            attached=tuple([each for each in share.attached if each != key]),
            floor=floor.leave(share.floor, key, taking_part),
        )
        self._tables.people.set((share.id, key), None)
        if share.mark > share.agreed:
            # Whoever is left may have answered the mark already.
            share = sameness.judged(share, self.current(share))
        return share, tuple(steps)

    def _go(self, share: Share, given: Given, _: Go) -> tuple[Step, ...]:
        found = self._attached_one(share, given.author)
        if found.current:
            message = "your copy is current already"
            raise NoEffect(message)
        before = self._tables.shares.get(share.id)
        first = before is not None and before.phase is Phase.STARTING
        now = replace(found, current=True, went=given.index)
        self._tables.people.set((share.id, given.author), now)
        if first:
            share = replace(share, input_ms=given.stamp_ms)
        if share.floor.policy == "turn" and share.floor.holder is None:
            share = replace(share, floor=replace(share.floor, holder=given.author))
        self._put(share)
        return (Went(given.index, given.stamp_ms),) if first else ()

    def _focus(self, share: Share, given: Given, said: Focus) -> tuple[Step, ...]:
        if given.author != self.keeper(share):
            message = "another copy tells where the focus is"
            raise NoEffect(message)
        share, (window,), named = self._names(share, [said.window])
        share = replace(share, focus=given.index, events=share.events + 1)
        self._put(share)
        return (*named, Focused(given.index, given.stamp_ms, window))

    def _file_ask(self, share: Share, given: Given, said: FileAsk) -> tuple[Step, ...]:
        self._current_one(share, given.author)
        if share.dialog is not None:
            message = "a file is being chosen already"
            raise NoEffect(message)
        dialog = Dialog(given.author, given.index, said.how, said.title, said.filter)
        self._put(replace(share, dialog=dialog))
        return (FileAsked(given.index, given.stamp_ms, given.author),)

    def _file_answer(self, share: Share, given: Given, said: FileAnswer) -> tuple[Step, ...]:
        if share.dialog is None or share.dialog.owner != given.author:
            message = "the program does not wait for a file of yours"
            raise NoEffect(message, early=False)
        if share.dialog.how == "save" and len(said.files) > 1:
            message = "one file to save in"
            raise NoEffect(message)
        self._put(replace(share, dialog=None, events=share.events + 1))
        came = FileCame(given.index, given.stamp_ms, given.author, said.files, said.filter)
        return (came,)

    def _clipboard(self, share: Share, given: Given, said: Clipboard) -> tuple[Step, ...]:
        self._current_one(share, given.author)
        why = floor.hindrance(share.floor, given.author)
        if why:
            raise NoEffect(why)
        self._put(replace(share, events=share.events + 1))
        return (Pasted(given.index, given.stamp_ms, given.author, said.mode, said.text),)

    def _mark(self, share: Share, given: Given, _: Mark) -> tuple[Step, ...]:
        if given.author != self.keeper(share):
            message = "another copy sets the marks"
            raise NoEffect(message)
        if share.gesture is not None or share.dialog is not None:
            message = "somebody is in the middle of something"
            raise NoEffect(message)
        self._put(replace(share, mark=given.index))
        return (Marked(given.index, given.stamp_ms),)

    def _digest(self, share: Share, given: Given, said: Digest) -> tuple[Step, ...]:
        found = self._current_one(share, given.author)
        if said.mark != share.mark or found.answered == share.mark:
            message = "nobody asked for this digest"
            raise NoEffect(message, early=False)
        windows = tuple([(self.names.known(share.id, name), each) for name, each in said.windows])
        answered = replace(found, answered=said.mark, digest=said.digest, windows=windows)
        self._tables.people.set((share.id, given.author), answered)
        self._put(sameness.judged(share, self.current(share)))
        return ()

    def _floor_ask(self, share: Share, given: Given, _: FloorAsk) -> tuple[Step, ...]:
        self._attached_one(share, given.author)
        self._put(replace(share, floor=floor.ask(share.floor, given.author)))
        return ()

    def _floor_grant(self, share: Share, given: Given, said: FloorGrant) -> tuple[Step, ...]:
        person = next((each for each in share.attached if site_of(each) == said.person), None)
        if person is None:
            message = "this person has no copy"
            raise NoEffect(message, early=False)
        moderates = given.moderates or given.author == share.owner
        granted = floor.grant(share.floor, given.author, person, moderates=moderates)
        self._put(replace(share, floor=granted))
        return ()

    def _floor_give(self, share: Share, given: Given, _: FloorGive) -> tuple[Step, ...]:
        current = tuple([key for key, _ in self.current(share)])
        self._put(replace(share, floor=floor.give(share.floor, given.author, current)))
        return ()

    def _floor_set(self, share: Share, given: Given, said: FloorSet) -> tuple[Step, ...]:
        self._require_host(share, given, "say who may act")
        holder = None
        if said.policy == "turn":
            holder = next((key for key, _ in self.current(share)), None)
        self._put(replace(share, floor=Floor(said.policy, holder)))
        return ()

    def _end(self, share: Share, given: Given, said: End) -> tuple[Step, ...]:
        self._require_host(share, given, "end it")
        for key in share.attached:
            self._tables.people.set((share.id, key), None)
        self.names.forget(share)
        self._tables.offers.set(share.id, None)
        ended = replace(share, attached=(), gesture=None, dialog=None, doer=None, why=said.why)
        self._put(replace(ended, floor=Floor(share.floor.policy), names=0))
        return ()

    def _require_host(self, share: Share, given: Given, what: str) -> None:
        if given.author != share.owner and not given.moderates:
            message = f"only who offered the program, or a moderator, can {what}"
            raise NoEffect(message)


def _named(share: Share, keys: list[str]) -> tuple[Step, ...]:
    return (Named(share.names - len(keys), tuple(keys)),) if keys else ()
