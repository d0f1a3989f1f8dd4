"""What a site tells and takes about the network around it: who may come in without an invite.

Sessions nearby are looked for by a machine of its own (`node.onlooker`), before there is a session;
its only event stands here, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.core.ids import SiteId


class Admitting(Enum):
    """How strangers that ask are met."""

    ASK = "ask"
    ALL = "all"
    NONE = "none"


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskToJoin:
    """Ask a session nearby to be let in; answered once this site is a member, or is not let in.

    `tag` names the session as it was sighted; empty for whoever answers at a typed address.
    """

    token: int
    tag: bytes
    addresses: tuple[str, ...]
    name: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class CancelAsk:
    """Take the wish to join back; `AskToJoin` is denied, too."""

    token: int


@dataclass(frozen=True, slots=True)
class SetVisible:
    """Whether strangers in the network are told that there is a session, and which."""

    token: int
    visible: bool


@dataclass(frozen=True, slots=True)
class SetAdmitting:
    """How strangers that ask are met from now on."""

    token: int
    how: Admitting


@dataclass(frozen=True, slots=True)
class AdmitSite:
    """Let somebody in who asks."""

    token: int
    site: SiteId


@dataclass(frozen=True, slots=True)
class DenySite:
    """Turn somebody away who asks."""

    token: int
    site: SiteId


@dataclass(frozen=True, slots=True)
class ReadAsking:
    """Who asks; `Done.value` is a tuple of `AskedToJoin`, oldest first."""

    token: int


NearbyCommand = (
    AskToJoin | CancelAsk | SetVisible | SetAdmitting | AdmitSite | DenySite | ReadAsking
)


# --- values and events ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedToJoin:
    """Somebody asks to be let in, told where one may let people in; both sides see the same words."""

    site: SiteId
    name: str
    colour: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """Nobody has to answer any more: `by` let the asker in or not; empty if the asker went away."""

    site: SiteId
    let_in: bool
    by: str


@dataclass(frozen=True, slots=True)
class AskSent:
    """This site's wish to join was heard: who has it on the screen, and the six words."""

    site: SiteId
    member: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearShown:
    """A session nearby, as one of its sites describes it.

    `people`: (name, colour) of some; `count` of all. `admits`: whether asking makes sense now.
    `addresses`: those that answer, best first. `too_new`: made with a version that this one does
    not understand.
    """

    tag: bytes
    title: str
    people: tuple[tuple[str, str], ...]
    count: int
    holder: str
    admits: bool
    addresses: tuple[str, ...]
    version: str
    too_new: bool


@dataclass(frozen=True, slots=True)
class NearChanged:
    """All sessions that answer nearby, by title."""

    sessions: tuple[NearShown, ...]


NearbyEvent = AskedToJoin | AskAnswered | AskSent | NearChanged
