"""Texts before a session is open: first run, colours, the lobby."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class FirstRun:
    """Name and colour, nothing else."""

    TITLE = Sentence("Welcome to Talkstick")
    QUESTION = Sentence("What do others call you?")
    NAME_FIELD = Sentence("Your name")
    COLOUR = Sentence("Your colour and shape")
    COLOUR_NOTE = Sentence("Marks your lines, pen and pointer. Change it whenever you like.")
    COLOUR_CHOICE = Sentence("{colour}, {shape}")
    BEGIN = Sentence("Begin")
    NAME_MISSING = Sentence("Type a name that the others know.")
    NAME_LONG = Sentence("That is longer than {count} letters. Use a shorter name.")
    STICK_HEADING = Sentence("The stick goes to whoever talks most.")
    STICK_TEXT = Sentence(
        "It puts everybody's actions in one order, so the one who talks waits for nobody."
    )
    SAYS_FIRST = Sentence("Go on")
    SAYS_NEXT = Sentence("… and then")
    SAYS_LAST = Sentence("Yes")
    NO_SERVER = Sentence("No account and no server")
    EVERYWHERE = Sentence("Your work is on every computer in the session")


class PersonColours:
    """Names of people's colours and shapes; the keys are the names that travel."""

    COLOUR = {  # noqa: RUF012 - a table of constants
        "azure": Sentence("Azure"),
        "brick": Sentence("Brick"),
        "slate": Sentence("Slate"),
        "indigo": Sentence("Indigo"),
        "walnut": Sentence("Walnut"),
        "fern": Sentence("Fern"),
        "jade": Sentence("Jade"),
        "olive": Sentence("Olive"),
        "violet": Sentence("Violet"),
        "cherry": Sentence("Cherry"),
        "orchid": Sentence("Orchid"),
        "petrol": Sentence("Petrol"),
    }
    SHAPE = {  # noqa: RUF012
        "square": Sentence("square"),
        "circle": Sentence("circle"),
        "hexagon": Sentence("hexagon"),
        "leaf": Sentence("leaf"),
    }
    TAKEN = Sentence("{name} wears {colour} here. In this session you are {other}.")


class Lobby:
    """Before a session is open."""

    RECENT = Sentence("Recent")
    RECENT_EMPTY = Sentence("Sessions that you were in are kept here, on this computer.")
    START_HEADING = Sentence("Start a session")
    START_NOTE = Sentence("It lives on this computer and on everyone's who joins.")
    START_FIELD = Sentence("What is it about?")
    TITLE_MISSING = Sentence("Give the session a name.")
    TRY_ALONE = Sentence("Try it alone")
    TRY_ALONE_NOTE = Sentence("A session with three people that this computer plays.")
    INVITE_HEADING = Sentence("Join with an invite")
    INVITE_NOTE = Sentence("Paste the link that somebody in the session sent you.")
    INVITE_FIELD = Sentence("talkstick:…")
    INVITE_WRONG = Sentence(
        "This is not a whole invite. Copy it again, from “talkstick:” to its end."
    )
    NOBODY_THERE = Sentence("Nobody is there. What you do joins theirs later")
    TITLE_LONG = Sentence("That is longer than {count} letters. Use a shorter name.")
    BEHIND = Sentence("{session} is open")
    BACK = Sentence("Go back")
    LEFT = Sentence("You left it. Join again with an invite")
    OPEN_ONE = Sentence("Open {session}")
    FORGET = Sentence("Delete {session} from this computer")
    FORGET_TITLE = Sentence("Delete from this computer")
    FORGET_TEXT = Sentence(
        "Your copy of {session} is deleted from this computer. The other computers keep theirs."
        " This cannot be undone."
    )
    FORGET_YES = Sentence("Delete")
    FOOT = Sentence("No account, no server. Your key lives on this computer.")
    JOINING = Sentence("Joining {session}")
    STARTING = Sentence("Starting {session}")
    ASKING = Sentence("Asking at every address in the link. This takes 20 s at most.")
    FETCHING = Sentence("Fetching the session, {count} of {all} parts")


class Nearby:
    """Sessions of this network, and those who ask to join."""

    NEAR_YOU = Sentence("Near you")
    LOOKING = Sentence("Looking in this network")
    EMPTY = Sentence("Nobody on this network yet. Start a session, or ask for an invite.")
    SOMEONE_MISSING = Sentence("Someone missing?")
    MISSING_NOTE = Sentence(
        "Sessions are found by multicast and by broadcast. Some networks keep their devices apart,"
        " or a firewall stops the first packet. An invite works everywhere. You can also type the"
        " address of a computer in the session: it stands in its invite dialog."
    )
    ADDRESS = Sentence("Address of a computer in the session")
    ADDRESS_FIELD = Sentence("192.168.1.20:47011")
    ADDRESS_WRONG = Sentence(
        "An address looks like 192.168.1.20:47011, with a number from 1 to 65535 at its end."
    )
    LOOK_THERE = Sentence("Look there")
    ADDRESS_UNKNOWN = Sentence("No computer in this network has the name {name}.")
    LOOKING_THERE = Sentence("Asking at {address}")
    NOBODY_THERE = Sentence(
        "Nobody answered at {address}. Is the session open there, and visible to people nearby?"
        " A firewall there may also stop the first packet; an invite works then."
    )
    THERE = Sentence("{session} is open there, and stands in the list.")
    THERE_OPEN = Sentence("That is {session}, which is open here.")
    MORE = Sentence("+{count}")
    HOLDER_MEMBER = Sentence("{name} has the stick · you are a member")
    MEMBER = Sentence("You are a member")
    HOLDER_PEOPLE = Plural(
        "{name} has the stick · {count} person", "{name} has the stick · {count} people"
    )
    PEOPLE = Plural("{count} person", "{count} people")
    NOBODY_ADMITS = Sentence("Nobody there lets people in who ask. Ask for an invite.")
    TOO_NEW = Sentence("Made with Talkstick {version}, update to join")
    ASK = Sentence("Ask to join")
    ASKING = Sentence("Asking")
    ASKED = Sentence("Asked. Waiting for {name} or somebody else there to let you in.")
    COMPARE = Sentence("They see the same six words. Read them to each other to be sure.")
    ASK_AGAIN = Sentence("Ask again")
    ASK_AGAIN_WHEN = Sentence("You can ask again a minute after an answer.")
    BUTTON = Sentence("{what}: {session}")
    CARD = Sentence("{name} asks to join")
    SAW_IT = Sentence("saw it nearby")
    CARD_COMPARE = Sentence("{name} sees the same six words.")
    LET_IN = Sentence("Let in as editor")
    REFUSE = Sentence("Refuse")
    WAITING = Plural("{count} person asks to join", "{count} people ask to join")
