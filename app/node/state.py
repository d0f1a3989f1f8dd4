"""What a site keeps on disk beside its order: who it is and which session it is in.

Written as fields (records.py) in canonical arrays; a field that does not decode is a damaged
journal, and that is said before anything else happens (S2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from app.core.codec import decode
from app.core.errors import KnownError, RemoteError
from app.core.schema import Codec, Size
from app.dispatcher.records import Saved
from app.dispatcher.views import HashField
from app.node.frames import Admission, Reachable


@dataclass(frozen=True, slots=True)
class SessionField:
    """The field `session`: its id, secret, founder, this site's name and admission, and the end."""

    session: HashField
    secret: HashField
    title: Annotated[str, Size(0, 256)]
    name: Annotated[str, Size(0, 64)]
    admission: Admission | None
    left: bool


@dataclass(frozen=True, slots=True)
class BookField:
    """The field `addresses`: where members were."""

    known: tuple[Reachable, ...]


SESSION_CODEC = Codec(SessionField)
BOOK_CODEC = Codec(BookField)


def read_session(saved: Saved) -> SessionField | None:
    """The session on disk, or None.

    Raises:
        KnownError: the field is damaged.
    """
    raw = saved.fields.get("session")
    if raw is None:
        return None
    try:
        return SESSION_CODEC.decode(raw)
    except RemoteError as error:
        raise damaged(error) from None


def read_incarnation(saved: Saved) -> int:
    """How often this site was started before.

    Raises:
        KnownError: the field is damaged.
    """
    raw = saved.fields.get("incarnation")
    try:
        value = 0 if raw is None else decode(raw)
    except RemoteError as error:
        raise damaged(error) from None
    if type(value) is not int:
        message = "no number where the count of starts should be"
        raise damaged(RemoteError(message))
    return value


def damaged(why: RemoteError) -> KnownError:
    """What to tell about a journal that does not decode."""
    return KnownError(
        f"the journal in this folder is damaged ({why}); "
        "start with another folder (--data DIR): this site then joins under a new name"
    )
