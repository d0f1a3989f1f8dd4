"""What people want of shared programs, carried out or begun.

A table, one line for each command; the answer stands among the session's events. What has an
effect is the rooms' to say.
"""

from __future__ import annotations

from app.core.errors import LocalError
from app.core.ids import site_of
from app.core.instant import Micros
from app.node.api import (
    AnswerFile,
    AskFloor,
    ConsentShown,
    Done,
    EndShare,
    GiveFloor,
    JoinShare,
    OfferShare,
    RaiseShare,
    ReadShares,
    RestartShare,
    SetFloor,
    ShareCommand,
    StopShare,
)
from app.node.session import Session
from app.node.shares.copy import Copy
from app.tkshare.model.bodies import OFFER_CODEC
from app.tkshare.model.manifest import consent_of, require_fits
from app.tkshare.model.statements import (
    End,
    FileAnswer,
    FloorAsk,
    FloorGive,
    FloorGrant,
    FloorSet,
    Statement,
    encode_state,
)


def obey(session: Session, command: ShareCommand, now: Micros) -> None:  # noqa: C901, PLR0912 - a table
    """Carry out a command, or begin to.

    Raises:
        LocalError: it can't be done; the text says why.
        RemoteError: a field is out of bounds; the text names it.
    """
    shares = session.shares
    match command:
        case OfferShare():
            _offer(session, command, now)
        case JoinShare():
            _join(session, command, now)
        case StopShare(token, share):
            shares.stop(_copy(session, share), now)
            session.events.append(Done(token))
        case RestartShare(token, share):
            shares.restart(_copy(session, share), now)
            session.events.append(Done(token))
        case EndShare(token, share, why):
            _say(session, token, share, End(why), now)
        case AskFloor(token, share):
            _say(session, token, share, FloorAsk(), now)
        case GiveFloor(token, share, to):
            said = FloorGive() if to is None else FloorGrant(to)
            _say(session, token, share, said, now)
        case SetFloor(token, share, policy):
            _say(session, token, share, FloorSet(policy), now)
        case AnswerFile(token, share, files, chosen):
            for each in files:
                session.fetching.here[each.hash] = True
            _say(session, token, share, FileAnswer(files, chosen), now)
        case RaiseShare(token, share):
            copy = _copy(session, share)
            if copy.guest is not None:
                session.guests.tell(copy.guest, ["raise"])
            session.events.append(Done(token))
        case ReadShares(token):
            session.events.append(Done(token, shares.all_shown()))


def _copy(session: Session, share: str) -> Copy:
    copy = session.shares.copies.get(share)
    if copy is None:
        message = "no copy of this program is started here"
        raise LocalError(message)
    return copy


def _say(session: Session, token: int, share: str, said: Statement, now: Micros) -> None:
    session.shares.share(share)
    body = encode_state(share, said)
    session.issue((("share.state", body),), session.here.wall_ms(now))
    session.events.append(Done(token))


def _offer(session: Session, command: OfferShare, now: Micros) -> None:
    require_fits(command.offer, command.listing)
    body = OFFER_CODEC.encode(OFFER_CODEC.from_plain(OFFER_CODEC.to_plain(command.offer)))
    (entry_id,) = session.issue((("share.offer", body),), session.here.wall_ms(now))
    session.fetching.keep(command.listing, command.offer.listing)
    session.shares.begin_when_offered(str(entry_id), command.python)
    session.events.append(Done(command.token, str(entry_id)))


def _join(session: Session, command: JoinShare, now: Micros) -> None:
    shares = session.shares
    share = shares.share(command.share)
    room = shares.room
    offer = None if room is None else room.reducer.offer(share.id)
    if command.consent:
        shares.start(share, command.python, now)
        session.events.append(Done(command.token))
    elif offer is not None:
        facts = consent_of(offer, share.owner)
        shown = ConsentShown(
            share.id,
            facts.title,
            facts.entry,
            facts.arguments,
            facts.files,
            facts.size,
            facts.program,
            site_of(share.owner),
            session.meaning.name_of(share.owner),
        )
        session.events.append(Done(command.token, shown))
