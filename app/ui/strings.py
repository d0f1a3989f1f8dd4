"""Every text of the window but the names and tips of actions (`actions`), as whole sentences.

Plain, short, present tense, second person, sentence case, no exclamation marks, no blame, no
pronouns for people. An error says what happened, what is safe, what to do. One class for each place
where the texts are shown; what only the stick panel says (epoch, ring) is said nowhere else.
"""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Figures:
    """Numbers with units."""

    UNKNOWN = Sentence("–")
    MILLISECONDS = Sentence("{count} ms")
    SECONDS = Sentence("{count} s")
    MINUTES = Sentence("{count} min")
    MINUTES_SECONDS = Sentence("{minutes} min {seconds} s")
    HOURS = Sentence("{count} h")
    HOURS_MINUTES = Sentence("{hours} h {minutes} min")
    DAYS = Plural("{count} day", "{count} days")
    PERCENT = Sentence("{count} %")
    BYTES = Plural("{count} byte", "{count} bytes")
    KILOBYTES = Sentence("{count} KB")
    MEGABYTES = Sentence("{count} MB")
    NAMES_MORE = Sentence("{first}, {next}")
    NAMES_LAST = Sentence("{first} and {last}")


class Dates:
    """Days as people name them."""

    TODAY = Sentence("Today")
    YESTERDAY = Sentence("Yesterday")
    WEEKDAYS = (
        Sentence("Monday"),
        Sentence("Tuesday"),
        Sentence("Wednesday"),
        Sentence("Thursday"),
        Sentence("Friday"),
        Sentence("Saturday"),
        Sentence("Sunday"),
    )
    MONTHS = (
        Sentence("January"),
        Sentence("February"),
        Sentence("March"),
        Sentence("April"),
        Sentence("May"),
        Sentence("June"),
        Sentence("July"),
        Sentence("August"),
        Sentence("September"),
        Sentence("October"),
        Sentence("November"),
        Sentence("December"),
    )
    DAY_MONTH = Sentence("{day} {month}")
    DAY_MONTH_YEAR = Sentence("{day} {month} {year}")
    DAY_TIME = Sentence("{day}, {time}")


class Common:
    """Words on buttons and in titles of more than one place."""

    NAME = Sentence("Talkstick")
    WINDOW_TITLE = Sentence("{session} – Talkstick")
    WINDOW_TITLE_UNREAD = Sentence("({count}) {session} – Talkstick")
    CANCEL = Sentence("Cancel")
    CLOSE = Sentence("Close")
    COPY = Sentence("Copy")
    COPIED = Sentence("Copied")
    COPY_REPORT = Sentence("Copy report")
    JOIN = Sentence("Join")
    OPEN = Sentence("Open")
    START = Sentence("Start")
    STOP = Sentence("Stop")
    TRY_AGAIN = Sentence("Try again")
    UNDO = Sentence("Undo")
    WHAT_WAS_TRIED = Sentence("What was tried")
    WHY = Sentence("Why?")
    YOU = Sentence("you")
    HERE = Sentence("here")
    WITH_KEY = Sentence("{name}, {key}")


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

    SESSIONS = Sentence("Sessions")
    NEAR_YOU = Sentence("Near you")
    NEAR_YOU_EMPTY = Sentence("Nobody on this network yet. Start a session, or ask for an invite.")
    SOMEONE_MISSING = Sentence("Someone missing?")
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
    HOLDER_HERE = Sentence("{name} has the stick")
    MEMBER = Sentence("you are a member")
    THERE_NOW = Plural("{count} of {all} is there now", "{count} of {all} are there now")
    NOBODY_THERE = Sentence("Nobody is there. What you do joins theirs later")
    READ_ONLY = Sentence("Kept on this computer, read only")
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
    FETCHING = Sentence("Fetching the session from {name}, {count} of {all} things")


class Session:
    """The session's window: bars, banners, status."""

    INVITE = Sentence("Invite")
    MENU = Sentence("Menu")
    MORE = Sentence("More")
    PEOPLE = Sentence("People")
    BOARD = Sentence("Board")
    CHAT = Sentence("Chat")
    ALONE = Sentence("Only this computer so far")
    TOGETHER = Sentence("Together, {count} of {all} computers")
    APART = Sentence("Apart, {count} of {all} computers")
    ORDERED = Sentence("Ordered {count}")
    SETTLED = Sentence("Settled {count}")
    SETTLED_WAITS = Sentence("Settled {count}, waits")
    COPIES_IDENTICAL = Plural("{count} copy identical", "{count} copies identical")
    OWN_LINES = Sentence("Your lines: ordered in {time}")
    OWN_LINES_AT_ONCE = Sentence("Your lines: ordered at once")
    OWN_LINES_KEPT = Sentence("Your lines: kept here, {count} to join")
    SAVED = Sentence("Saved on this computer")
    NOT_SAVED = Sentence("Not saved: the disk does not work")
    APART_WE = Sentence("You are apart from {names} since {time}")
    APART_WE_NOTE = Sentence(
        "Keep working. What you do is kept on this computer and joins theirs when you meet again."
        " Nothing settles until then."
    )
    APART_THEY = Plural(
        "{names} is apart since {time}. Here everything goes on.",
        "{names} are apart since {time}. Here everything goes on.",
    )
    LOOKING = Sentence("Looking for them")
    HOLDER_GONE = Sentence(
        "{name}'s computer stopped. Lines wait here until order is back; they are safe."
    )
    HOLDER_GONE_NO_JOIN = Sentence(
        "{name}'s computer stopped. Lines wait here until order is back, and nobody can join;"
        " they are safe."
    )
    REMOVED = Sentence("You are no longer in this session. What you have stays on this computer.")
    TOGETHER_AGAIN = Sentence("Together again, {time}")
    LEAVING = Sentence("Leaving in order")
    CLOSE_NOTE = Sentence("The session stays on this computer.")


class Menu:
    """What stands in the menu and in no table of keys."""

    CLOSE_SESSION = Sentence("Close the session")
    LEAVE = Sentence("Leave the session")
    LEAVE_TEXT = Sentence(
        "You are no longer in {session} then, and come back with an invite only. Your copy stays"
        " on this computer. To come back without one, close the session instead."
    )
    LEAVE_YES = Sentence("Leave")


class People:
    """The list of people; `AS_ONE` is what a screen reader says of a row."""

    COUNT = Sentence("People {count}")
    COUNT_APART = Sentence("{count} of {all} here")
    HAS_STICK = Sentence("has the stick")
    HOLDS = Sentence("Has the stick")
    HAS_STICK_HERE = Sentence("Has the stick here")
    NOT_REACHABLE = Sentence("Not reachable")
    NOT_REACHABLE_SINCE = Sentence("Not reachable since {time}")
    DRAWING = Sentence("Drawing")
    WRITING = Sentence("Writing on the board")
    LASER = Sentence("Pointing")
    TYPING = Sentence("Typing")
    QUIET = Sentence("Here")
    AWAY = Sentence("Away {time}")
    OWNER = Sentence("owner")
    VIEWER = Sentence("viewer")
    NO_PERSON = Sentence("Keeps the session open")
    JOINED = Sentence("{name} joined")
    LEFT = Sentence("{name} left")
    AS_ONE = Sentence("{name}, {doing}, {time}")
    AS_ONE_WITH_STICK = Sentence("{name}, has the stick, {doing}, {time}")
    TALK_LEVEL = Sentence("Talks {count} of 5")


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


class Chat:
    """Messages and where they are on their way."""

    EMPTY = Sentence("Say hello. Everyone who joins later sees it too.")
    FIELD = Sentence("Write to everyone")
    SEND = Sentence("Send")
    WAITING = Sentence("Waiting to be ordered")
    WAITING_LONG = Sentence("waiting for the stick, {time}")
    WAITING_VERY_LONG = Sentence("still trying, kept here")
    ORDERED = Sentence("Ordered at {count}")
    SETTLED = Sentence("Settled: most computers have it on disk, it cannot change any more")
    SETTLED_AT = Sentence("Settled: {count} of {all} computers have it on disk")
    KEPT_APART = Sentence("Kept here, joins theirs later")
    JOINED_LATER = Sentence("From {name}, written while apart")
    REFUSED = Sentence("Not sent: {reason}")
    DELETE = Sentence("Delete")
    EDITED = Sentence("edited")
    EDITED_AT = Sentence("Edited at {time}")
    CHANGING = Sentence("changing")
    TAKEN_BACK = Sentence("{name} took back a line")
    NEW_LINES = Sentence("{count} new")
    TYPING = Plural("{names} is typing", "{names} are typing")
    REPLY_TO = Sentence("Reply to {name}")
    AS_ONE = Sentence("{name}, {time}, {text}, {state}")
    TOO_LONG = Sentence("This is longer than {count} letters. Send it in two parts.")
    UNREAD = Sentence("New lines")
    EMOJI = Sentence("Add an emoji")
    BOLD = Sentence("Bold")
    BOLD_SIGN = Sentence("B")
    EDIT_OWN = Sentence("Change your line")
    LINK_TITLE = Sentence("Open a link")
    LINK_PLACE = Sentence("This leads to {place}")
    KEYS = (
        (Sentence("Send"), "Enter"),
        (Sentence("New line"), "Shift+Enter"),
        (Sentence("Edit your last line, in an empty field"), "Up"),
    )


class Emoji:
    """The palette of reactions; the keys travel."""

    TITLE = Sentence("Choose an emoji")
    ALL = {  # noqa: RUF012
        "👍": Sentence("thumb up"),
        "❤️": Sentence("heart"),
        "😂": Sentence("tears of joy"),
        "🎉": Sentence("party"),
        "👀": Sentence("eyes"),
        "✅": Sentence("tick"),
        "🙏": Sentence("thanks"),
        "🔥": Sentence("fire"),
        "😮": Sentence("surprise"),
        "😢": Sentence("tear"),
        "🤔": Sentence("thinking"),
        "👎": Sentence("thumb down"),
        "🚀": Sentence("rocket"),
        "💡": Sentence("idea"),
        "👏": Sentence("applause"),
        "🙂": Sentence("smile"),
        "☕": Sentence("coffee"),
        "⏳": Sentence("takes time"),
    }


class Board:
    """Drawing together."""

    EMPTY = Sentence("Draw anywhere. P pen, T text.")
    INKS = {  # noqa: RUF012
        "ink": Sentence("Ink"),
        "grey": Sentence("Grey"),
        "cherry": Sentence("Cherry"),
        "orange": Sentence("Orange"),
        "fern": Sentence("Fern"),
        "petrol": Sentence("Petrol"),
        "azure": Sentence("Azure"),
        "violet": Sentence("Violet"),
    }
    CANVAS = Sentence("Board")
    TOOLS = Sentence("Tools")
    OPTIONS = Sentence("How it is drawn")
    SELECTION = Sentence("What is chosen")
    HERE = Sentence("Who is here")
    MAP = Sentence("Map of the board")
    TEXT_FIELD = Sentence("Text on the board")
    WIDTHS = (Sentence("Fine"), Sentence("Middle"), Sentence("Bold"), Sentence("Broad"))
    DASHES = {  # noqa: RUF012
        "solid": Sentence("Solid line"),
        "dashed": Sentence("Dashed line"),
        "dotted": Sentence("Dotted line"),
    }
    FILLS = {  # noqa: RUF012
        "": Sentence("No fill"),
        "stone": Sentence("Filled with stone"),
        "mint": Sentence("Filled with mint"),
        "sky": Sentence("Filled with sky"),
        "lilac": Sentence("Filled with lilac"),
        "peach": Sentence("Filled with peach"),
        "rose": Sentence("Filled with rose"),
        "solid": Sentence("Filled with the ink"),
    }
    HEADS = {  # noqa: RUF012
        "END": Sentence("Arrow at the end"),
        "BOTH": Sentence("Arrows at both ends"),
        "TRIANGLE": Sentence("Filled head"),
        "DOT": Sentence("Dot and arrow"),
    }
    SMOOTHING = Sentence("Smoothing")
    COLOURS = Sentence("Colour and line")
    ZOOM = Sentence("Zoom {percent}")
    FOLLOWING = Sentence("Following {name}, Esc to stop")
    FOLLOW_WHOM = Sentence("Follow {name}")
    NOBODY_TO_FOLLOW = Sentence("Nobody else is looking at this board.")
    EXPORT_TITLE = Sentence("Save the board as a picture")
    EXPORT_NAME = Sentence("board.png")
    EXPORT_FORMS = Sentence("Pictures (*.png);;Drawings (*.svg)")
    EXPORT_EMPTY = Sentence("There is nothing on the board yet.")
    EXPORT_DONE = Sentence("The board is saved as {name}")
    EXPORT_ENDING = Sentence("A picture ends in .png or .svg; “{name}” does not.")
    EXPORT_FAILED = Sentence(
        "{name} could not be written. The board is as it was. Choose another folder."
    )
    EXPORT_NO_MEMORY = Sentence(
        "The picture is too large for this computer's memory. Save a drawing (.svg) instead."
    )
    CLIPBOARD_FOREIGN = Sentence("The clipboard holds nothing that can be put on a board.")
    REFUSED = Sentence("Not drawn: {reason}")
    NOT_ALLOWED = Sentence("You can look here. {name} may let you draw.")
    OUTLINE = Sentence("{kind}, by {name}")


class Invite:
    """Letting somebody in."""

    TITLE = Sentence("Invite to {session}")
    NOTE = Sentence("Who has this link can join. Send it to people you trust.")
    LINK = Sentence("Link")
    COPY_LINK = Sentence("Copy link")
    MAKE = Sentence("Make a link")
    LINK_COPIED = Sentence("The link is copied")
    ROLE = Sentence("They can")
    ROLE_EDITOR = Sentence("write and draw")
    ROLE_VIEWER = Sentence("look and write")
    END = Sentence("Ends")
    END_NEVER = Sentence("never")
    END_HOUR = Sentence("in an hour")
    END_DAY = Sentence("in a day")
    END_WEEK = Sentence("in a week")
    USES = Sentence("Number of uses")
    USES_ANY = Sentence("any")
    USES_ONE = Sentence("once")
    TAKE_BACK = Sentence("Take back")
    ROW_ANY = Sentence("Never ends, for any number of people")
    ROW_COUNTED = Sentence("Never ends, used {used} of {uses} times")
    ROW_ENDS_ANY = Sentence("Until {time} ({day}), for any number of people")
    ROW_ENDS_COUNTED = Sentence("Until {time} ({day}), used {used} of {uses} times")
    REFUSED = Sentence("Not done: {reason}")


class Settings:
    """What a person chooses."""

    TITLE = Sentence("Settings – Talkstick")
    YOU = Sentence("You")
    LOOK = Sentence("Look")
    SYSTEM = Sentence("As the system")
    LIGHT = Sentence("Light")
    DARK = Sentence("Dark")
    TEXT_SIZE = Sentence("Text size")
    TEXT_SIZE_NOTE = Sentence("Everything grows with it.")
    SPACING = Sentence("Spacing")
    SPACING_NOTE = Sentence("Compact shows about a third more lines and people.")
    COMFORTABLE = Sentence("Comfortable")
    COMPACT = Sentence("Compact")
    MOVEMENT = Sentence("Movement")
    MOVEMENT_NOTE = Sentence("Less: the stick appears at its new place, nothing slides or grows.")
    MOVEMENT_ALL = Sentence("All")
    MOVEMENT_LESS = Sentence("Less")
    NAME = Sentence("Name")
    NAME_NOTE = Sentence("The others see it beside your lines and your pointer.")
    SAVE = Sentence("Change")
    LOOK_CHOICE = Sentence("Light or dark")
    STICK = Sentence("The stick")
    STICK_IN_CHAT = Sentence("Say moves of the stick in the chat")
    STICK_IN_CHAT_NOTE = Sentence("At most one line in ten minutes. All moves are in the panel.")
    KEYBOARD = Sentence("Keyboard")


class Keys:
    """The sheet of keys."""

    TITLE = Sentence("Keys – Talkstick")
    ANYWHERE = Sentence("Anywhere")
    SESSION = Sentence("Session")
    CHAT = Sentence("Chat")
    TOOLS = Sentence("Tools")
    BOARD = Sentence("Board")
    COLUMN_WHAT = Sentence("What")
    COLUMN_KEY = Sentence("Key")


class Trouble:
    """What happened, what is safe, what to do."""

    NO_ANSWER = Sentence(
        "{session} did not answer. Your last state is here, and you can go on alone."
        " Try again, or see what was tried."
    )
    INVITE_NO_ANSWER = Sentence(
        "Nobody of {session} answered. Nothing is lost: the invite stays good."
        " Ask whether somebody is there, then try again."
    )
    DISK_FULL = Sentence(
        "This computer could not write to its disk (full). Lines from {time} on are not safe."
        " Free some space: Talkstick goes on by itself."
    )
    DISK_BROKEN = Sentence(
        "This computer could not read its copy of {session}. The other computers have theirs."
        " Join again with an invite."
    )
    FOLDER_IN_USE = Sentence(
        "Talkstick already runs with this folder. Its window comes to the front."
    )
    NEWER_VERSION = Sentence("Made with Talkstick {version}. Update to join; nothing is lost.")
    OURS = Sentence(
        "Talkstick made a mistake and goes on. What was ordered is safe."
        " Copy the report and send it to us."
    )
