"""Every text of the window but the names and tips of actions (`actions`), as whole sentences.

Plain, short, present tense, second person, sentence case, no exclamation marks, no blame, no
pronouns for people. An error says what happened, what is safe, what to do. One class for each place
where the texts are shown; what only the stick panel says (epoch, ring) is said nowhere else.
"""

from __future__ import annotations

from app.ui.strings.access import Announce
from app.ui.strings.apart import Apart, Lab
from app.ui.strings.arrival import FirstRun, Lobby, Nearby, PersonColours
from app.ui.strings.board import Board
from app.ui.strings.chat import Chat, Emoji
from app.ui.strings.common import Common, Dates, Figures
from app.ui.strings.outline import Outline
from app.ui.strings.session import Invite, Menu, People, Session, Trouble
from app.ui.strings.settings import Keys, Settings
from app.ui.strings.share import Actions, Copies, Floor, Offering, Share, ShareNews
from app.ui.strings.stick import Stick, StickPanel
from app.ui.strings.streams import Streams

__all__ = [
    "Actions",
    "Announce",
    "Apart",
    "Board",
    "Chat",
    "Common",
    "Copies",
    "Dates",
    "Emoji",
    "Figures",
    "FirstRun",
    "Floor",
    "Invite",
    "Keys",
    "Lab",
    "Lobby",
    "Menu",
    "Nearby",
    "Offering",
    "Outline",
    "People",
    "PersonColours",
    "Session",
    "Settings",
    "Share",
    "ShareNews",
    "Stick",
    "StickPanel",
    "Streams",
    "Trouble",
]
