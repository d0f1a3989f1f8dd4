"""What the approved pictures of whole windows show: the pages as they are, with people, lines and
boards that are empty, usual, or too much for the place.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QVariantAnimation
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.core.ids import EntryId, SiteId
from app.node.api import (
    AskedToJoin,
    BoardChanged,
    BoardObjectShown,
    ChatRow,
    ChatRowsChanged,
    Denied,
    Done,
    HintHeard,
    InviteShown,
    PeopleChanged,
    PersonShown,
    PointerAt,
    ReadInvites,
    ReadStatus,
    Selected,
    SessionReady,
    Status,
    TypingNow,
    UndoChanged,
)
from app.ui.board.echo import blank
from app.ui.board.pane import BoardPane
from app.ui.bridge import NodeBridge
from app.ui.memory import Kept, Memory
from app.ui.models.lobby import Asked, KeptSession, LobbyModel, NearSession
from app.ui.strings import Nearby
from app.ui.swatches import PERSON_COLOURS
from app.ui.theme import Density, Look, Looks, Wishes
from app.ui.tokens import Scheme
from app.ui.windows.first_run import FirstRunWindow
from app.ui.windows.invite import InviteDialog
from app.ui.windows.keys import KeySheet
from app.ui.windows.lobby import LobbyPage
from app.ui.windows.near import NearList
from app.ui.windows.session import Parts, SessionPage, Surroundings
from app.ui.windows.settings import SettingsDialog
from tests.shots.test_board import ferry
from tests.ui.worlds import NAMES, SELF, SITES, WALL_MS, FakeNode, Hands, line, people

LOOKS = {Scheme.LIGHT: Look.LIGHT, Scheme.DARK: Look.DARK}
DAY_MS = 24 * 3_600_000
LONG_NAME = "Maximiliane von Hohenstein-Lichtenberg the Younger"
MANY = 12


@dataclass(frozen=True, slots=True)
class Dress:
    """How the windows look."""

    scheme: Scheme = Scheme.LIGHT
    text_percent: int = 100
    density: Density = Density.COMFORTABLE

    def looks(self) -> Looks:
        """Put it on."""
        wishes = Wishes(LOOKS[self.scheme], self.text_percent, self.density, less_movement=True)
        looks = Looks(wishes)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        looks.theme.apply(application)
        return looks


def at_rest(widget: QWidget) -> None:
    """Let layouts, late events and deletions happen, as the loop would; end what still moves."""
    for _turn in range(40):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    for animation in widget.findChildren(QVariantAnimation):
        animation.setCurrentTime(animation.duration())
        animation.stop()


# --- people and lines -----------------------------------------------------------------------------

USUAL_LINES = (
    line(
        1,
        3,
        "Last summer **62 %** of foot passengers booked within two hours of sailing.",
        state="settled",
    ),
    line(
        2,
        0,
        "Then the calendar is in the way. Show the **next two sailings** first, the rest below.",
        state="settled",
        reactions=(("👍", (SITES[1], SITES[2], SITES[3])), ("🎉", (SITES[0],))),
    ),
    line(
        3,
        2,
        "A car needs one more step. See the diamond.",
        state="settled",
        reply_to=line(2, 0).id,
        reply_text="Then the calendar is in the way. Show the next two sailings first",
    ),
    line(4, 0, "Agreed. Full ones stay, greyed, with `waitlist` under them.", state="settled"),
    line(5, 0, "Prices are at https://example.org/fares", state="settled", edited=True),
    line(6, 4, "", deleted=True),
    line(7, 1, "Done. Does anybody miss the login?", state="settled"),
    line(8, 1, "I'll join the planner, the 10:35 and the 11:05 share a berth."),
    line(9, 1, "@everyone lunch at one?", state="refused", why="only moderators can notify all"),
    line(10, 1, "Give me a minute", state="waiting", wall_ms=WALL_MS - 3_000),
)
_EMOJI = (
    "👍",
    "❤️",
    "😂",
    "🎉",
    "👀",
    "✅",
    "🙏",
    "🔥",
    "😮",
    "😢",
    "🤔",
    "👎",
    "🚀",
    "💡",
    "👏",
    "🙂",
)


def crowd() -> tuple[PersonShown, ...]:
    """Twelve people and their colours; names as long as they may be, and as short."""
    usual = people()
    rest = [colour for colour in PERSON_COLOURS if colour not in {each[1] for each in NAMES}]
    names = (LONG_NAME, "Ö", "Żaneta", "Ana María de los Ángeles", "Noor", "Mei Tan", "Luis Prado")
    more = tuple(
        [
            PersonShown(
                SiteId(chr(ord("f") + place) * 16),
                name,
                colour,
                PERSON_COLOURS[colour].shape.value,
                "present" if place % 3 else "unreachable",
                None if place == 2 else 12.5 + 90 * place,
                False,
                False,
                0.01,
                6 + place,
                colour,
            )
            for place, (name, colour) in enumerate(zip(names, rest, strict=True))
        ]
    )
    return (*usual, *more)


def crowded_lines() -> tuple[ChatRow, ...]:
    """Long words, long lines, many reactions, much at once."""
    sites = tuple([each.site for each in crowd()])
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung"
    return (
        line(1, 3, f"{word}{word}", state="settled", name=LONG_NAME),
        line(2, 0, "Everybody at once", reactions=tuple((each, sites[:9]) for each in _EMOJI)),
        line(3, 2, "https://example.org/" + "very-long-path/" * 12, state="settled"),
        line(
            4,
            4,
            "So it is",
            reply_to=line(1, 3).id,
            reply_text="a line that is answered " * 9,
            edited=True,
        ),
        line(5, 4, "```\n" + "for each in everything: print(each, end='')  # wide\n" * 3 + "```"),
        line(6, 0, "1. first\n2. second\n   - inner\n   - another\n\n> quoted " + "words " * 20),
        line(7, 1, "x " * 160, state="waiting", wall_ms=WALL_MS - 30_000),
    )


def everything() -> tuple[BoardObjectShown, ...]:
    """Two thousand things, far apart, on top of a usual board."""
    kinds = itertools.cycle(("rectangle", "ellipse", "diamond"))
    inks = itertools.cycle(("ink:azure", "ink:cherry", "ink:fern", "ink:violet", "ink:ink"))
    things = [
        replace(
            blank(f"n{place}", SITES[place % 5], next(kinds), 100 + place),
            x=(place % 50) * 120.0 - 2_000,
            y=(place // 50) * 90.0 - 1_200,
            w=90.0,
            h=60.0,
            stroke=next(inks),
            order=("V", 100 + place, 0),
            text=f"{place}" if place % 7 == 0 else "",
            size=13.0,
        )
        for place in range(2_000)
    ]
    return (*ferry(), *things)


@dataclass
class _Node(FakeNode):
    """A node whose session has a title of its own."""

    title: str = ""

    def answer(self, command: Any) -> Done | Denied:
        """As any, with this title."""
        answer = super().answer(command)
        if isinstance(command, ReadStatus) and isinstance(answer, Done):
            assert isinstance(answer.value, Status)
            return replace(answer, value=replace(answer.value, title=self.title))
        return answer


# --- pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """How full a session is."""

    title: str
    lines: tuple[ChatRow, ...]
    people: tuple[PersonShown, ...]
    things: tuple[BoardObjectShown, ...]
    typing: tuple[int, ...] = ()
    new: int = 0


def session_scenes() -> dict[str, Scene]:
    """Empty, usual, and more than fits."""
    own = replace(people(holder=SELF)[SELF])
    return {
        "empty": Scene("Ferry timetable", (), (own,), ()),
        "usual": Scene("Ferry timetable", USUAL_LINES, people(), ferry(), typing=(4,)),
        "full": Scene(
            "The timetable of all ferries of the archipelago, second round of talks, winter",
            crowded_lines(),
            crowd(),
            everything(),
            typing=(0, 2, 3, 4),
        ),
    }


def session_page(scene: Scene, dress: Dress, folder: Path, size: tuple[int, int]) -> SessionPage:
    """A session of this size; shown and at rest."""
    looks = dress.looks()
    bridge = NodeBridge()
    _Node(rows=scene.lines, title=scene.title).on_bridge(bridge)

    def board(looks: Looks, bridge: NodeBridge) -> QWidget:
        pane = BoardPane(looks, bridge.submit, bridge.token)
        bridge.seen.connect(pane.take)
        return pane

    around = Surroundings(bridge, looks, Memory(folder), Hands().clock(), Parts(board=board))
    ready = SessionReady(SITES[SELF], "Bram de Wit", b"s", scene.title, "talkstick:x", ())
    page = SessionPage(ready, around)
    page.resize(*size)
    page.show()
    at_rest(page)
    bridge.on_event(PeopleChanged(scene.people))
    if scene.things:
        bridge.on_event(BoardChanged("main", scene.things, ()))
        bridge.on_event(UndoChanged(True, False))
    pane = page.board
    assert isinstance(pane, BoardPane)
    at_rest(page)
    pane.show_all()
    if len(scene.people) > 1:
        bridge.on_event(HintHeard(SITES[0], PointerAt("main", 480, 200)))
        bridge.on_event(HintHeard(SITES[2], PointerAt("main", 250, 400)))
        bridge.on_event(HintHeard(SITES[0], Selected(("o5",))))
    pane.minimap._draw_boxes()
    if scene.things:
        pane.selection.choose(["o14"])
    for place in scene.typing:
        bridge.on_event(HintHeard(SITES[place], TypingNow()))
    page.chat_pane.enter()
    page.chat_pane.list.to_end()
    at_rest(page)
    return page


def busy_page(dress: Dress, folder: Path, size: tuple[int, int]) -> SessionPage:
    """A session in which much was just said: a toast, new lines below, talk, and nobody orders."""
    page = session_page(session_scenes()["usual"], dress, folder, size)
    chat, bridge = page.chat_pane, page._bridge
    for place, count in enumerate((40, 12, 4, 1, 0)):
        page.people._talk.ordered([_said(SITES[place])] * count, Hands().clock().now())
    page.people.refresh()
    chat.list.verticalScrollBar().setValue(0)
    at_rest(page)
    news = tuple([line(11 + place, place % 3, f"News {place}") for place in range(4)])
    bridge.on_event(ChatRowsChanged(news))
    bridge.on_event(PeopleChanged(people(holder=0, gone=(0,))))
    page.say("The link is copied")
    at_rest(page)
    return page


def _said(site: SiteId) -> Any:
    entry = SimpleNamespace(kind="chat", id=EntryId(site, 1, 1))
    return SimpleNamespace(placed=SimpleNamespace(entry=entry))


def lobby_page(*, full: bool, dress: Dress, size: tuple[int, int]) -> LobbyPage:
    """A lobby of this size: nobody and nothing, or a lot."""
    model = LobbyModel()
    page = LobbyPage(model, dress.looks().theme, Hands().clock())
    page.set_person(LONG_NAME if full else "Bram de Wit", "fern")
    everybody = tuple([(each.name, each.colour) for each in crowd()])
    if full:
        model.set_kept(
            (
                KeptSession("a", "Harbour crew", WALL_MS - DAY_MS, everybody[:2]),
                KeptSession("b", "Thesis group", WALL_MS - 3 * DAY_MS),
                KeptSession(
                    "c", "A session with a title that goes on and on, " * 3, WALL_MS, everybody
                ),
                KeptSession("d", "Bus times", WALL_MS - 400 * DAY_MS, left=True),
                *[
                    KeptSession(f"e{number}", f"Choir {number}", WALL_MS - number * 40 * DAY_MS)
                    for number in range(1, 8)
                ],
            )
        )
        model.set_near(
            (
                NearSession("n", "Ferry timetable", everybody[:4], 4, "Ada Moreira", member=True),
                NearSession("m", "Class 7b, geometry, " * 6, everybody, 18, LONG_NAME, member=True),
            )
        )
        model.say(trouble="Nobody answered. Nothing is lost: the invite stays good.")
    else:
        model.set_near(())
    page.resize(*size)
    page.show()
    at_rest(page)
    return page


SIX_WORDS = ("garbage", "during", "stair", "agree", "emulate", "carbon")
_ASKED = {
    "asked": Asked("c", "Noor", SIX_WORDS),
    "refused": Asked("c", "Noor", SIX_WORDS, "Noor did not let you in."),
}


def near_page(state: str, dress: Dress, size: tuple[int, int]) -> LobbyPage:
    """Sessions nearby in all their states, one of them asked or refused; an address was typed."""
    model = LobbyModel()
    page = LobbyPage(model, dress.looks().theme, Hands().clock())
    page.set_person("Bram de Wit", "fern")
    model.set_kept((KeptSession("a", "Ferry timetable", WALL_MS - DAY_MS),))
    everybody = tuple([(each.name, each.colour) for each in crowd()])
    model.set_near(
        (
            NearSession("a", "Ferry timetable", everybody[:4], 4, "Ada", member=True),
            NearSession("b", "Class 7b, geometry", everybody[5:8], 18, "Mei", member=False),
            NearSession("c", "Kitchen rota", everybody[8:10], 2, "Noor", member=False),
            NearSession("d", "Choir", everybody[2:3], 1, "", member=False, admits=False),
            NearSession("e", "Robotics club", (), 9, "", member=False, needs="2"),
        )
    )
    model.set_asked(_ASKED[state])
    if state == "asked":
        page.resize(*size)
        page.show()
        near = page.findChild(NearList)
        assert isinstance(near, NearList)
        near.field.edit.setText("192.168.1.20:47011")
        for button in near.findChildren(QPushButton):
            if button.text() == Nearby.SOMEONE_MISSING():
                button.click()
        model.set_probed(Nearby.NOBODY_THERE(address="192.168.1.20:47011"))
        model.set_near_trouble(
            "This network does not pass on multicast, so sessions near you may be missing. They are"
            " looked for by broadcast, too."
        )
        # A cursor that blinks is in no picture.
        near.field.edit.clearFocus()
    page.resize(*size)
    page.show()
    at_rest(page)
    return page


def asking_page(dress: Dress, folder: Path, size: tuple[int, int]) -> SessionPage:
    """A session that two people ask to join; beside a rail their cards are shown."""
    page = session_page(session_scenes()["usual"], dress, folder, size)
    for name, colour in (("Luis Prado", "walnut"), (LONG_NAME, "petrol")):
        page._bridge.on_event(AskedToJoin(SiteId(name), name, colour, SIX_WORDS))
    at_rest(page)
    knock = page._people_pane._knock
    if knock.isVisible():
        knock.click()
    page.chat_pane.enter()
    at_rest(page)
    return page


def first_run(dress: Dress, size: tuple[int, int] | None = None) -> FirstRunWindow:
    """The first thing that a person sees."""
    window = FirstRunWindow(dress.looks().theme)
    window._field.edit.setText("Bram de Wit")
    window._colours.choose("fern")
    if size is not None:
        window.resize(*size)
    window.show()
    at_rest(window)
    return window


def settings(dress: Dress, place: int) -> SettingsDialog:
    """One page of the settings."""
    kept = Kept(name="Bram de Wit", colour="fern")
    dialog = SettingsDialog(kept, dress.looks().theme)
    dialog.show_page(place)
    dialog.show()
    at_rest(dialog)
    return dialog


def invite(dress: Dress) -> InviteDialog:
    """The dialog with three links that are good."""
    node = FakeNode()
    node.values[ReadInvites] = tuple(
        [
            InviteShown(
                f"0{uses}", f"talkstick:{uses}", end_ms, uses, used, "editor", False, SITES[0]
            )
            for end_ms, uses, used in (
                (0, 0, 2),
                (WALL_MS + DAY_MS, 1, 0),
                (WALL_MS + 3_600_000, 5, 3),
            )
        ]
    )
    link = "talkstick:AZnEENVqTha7V6TT7HqdLapq0_3EIPY6hsjbJcFOfSy0JcMikPq3hGuG6AV2aP7BxHYf9krf"
    node.values[ReadInvites] = (
        replace(node.values[ReadInvites][0], link=link),  # type: ignore[index]
        *node.values[ReadInvites][1:],  # type: ignore[index]
    )
    dialog = InviteDialog("Ferry timetable", link, node.ask, dress.looks().theme, Hands().clock())
    dialog.show()
    at_rest(dialog)
    return dialog


def keys(dress: Dress) -> KeySheet:
    """The sheet of keys."""
    sheet = KeySheet(dress.looks().theme)
    sheet.show()
    at_rest(sheet)
    return sheet
