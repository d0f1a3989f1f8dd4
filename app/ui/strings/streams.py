"""Texts of the stick panel's tab about streams and agents, the only place that names them."""

from __future__ import annotations

from app.ui.wording import Plural, Sentence


class Streams:
    """Streams, the computers where they are, what agents say, and commands."""

    TAB = Sentence("Streams and agents")
    TAB_SHORT = Sentence("Streams")
    STREAMS = Plural("{count} stream", "{count} streams")
    AGENTS = Plural("{count} agent", "{count} agents")
    NOTE = Sentence("{streams}, {agents}")
    HELP = Sentence(
        "A stream takes messages in order and has one home. An agent is a program on a stream: its"
        " handlers run at that home and move with it."
    )
    LIST_SPOKEN = Sentence("Streams and their agents. M moves one, Delete ends it")
    LIST_EMPTY = Sentence("No stream is known yet.")
    ONLY_STICK = Sentence(
        "Only the stick's own stream so far. Make another with a command: stream_create hello"
    )

    COLUMN_NAME = Sentence("stream or agent")
    COLUMN_WHAT = Sentence("what it does")
    COLUMN_HOME = Sentence("home")
    COLUMN_WAITING = Sentence("waiting")
    COLUMN_UNSENT = Sentence("sent")
    COLUMN_EPOCH = Sentence("epoch")
    WAITING_HELP = Sentence("Messages that came and are not consumed yet")
    UNSENT_HELP = Sentence("Messages that it sent and that are not consumed yet")
    EPOCH_HELP = Sentence("Counts its homes: the part after the point grows with every move")

    AGENT = Sentence("agent {number}, {kind}")
    CONTROLLER = Sentence("agent {number}, {kind}, controls")
    STATE_HOME = Sentence("at rest")
    STATE_RUNNING = Sentence("handlers run")
    STATE_MOVING = Sentence("on its way")
    STATE_TO = Sentence("on its way to {name}")
    STATE_FRESH = Sentence("reported just now")
    STATE_REPORTED = Sentence("reported {age} ago")
    STATE_UNHEARD = Sentence("its home has not reported yet")
    WITH_AGENTS = Sentence("{agents}, {state}")
    WRONG = Sentence("went wrong: {why}")
    WRONG_UNSAID = Sentence("went wrong, without saying why")
    HANDLERS_NONE = Sentence("not run here yet")

    SPOKEN = Sentence(
        "{stream}, at {name}, {state}, {agents}, {waiting} waiting, {unsent} sent, epoch {epoch}"
    )
    SPOKEN_AGENT = Sentence("{stream}, {agent}: {what}")

    TOLD = Sentence("{stream} is at {name}, location {location}, epoch {epoch}: {state}.")
    TOLD_IDLE = Sentence("Nothing waits for its handlers.")
    TOLD_WAITING = Plural(
        "{count} message waits for its handlers.", "{count} messages wait for its handlers."
    )
    TOLD_UNSENT = Plural(
        "{count} message that it sent is not consumed yet.",
        "{count} messages that it sent are not consumed yet.",
    )
    TOLD_STICK = Sentence("This stream is the stick: whoever has it orders everything.")
    TOLD_AGENT = Sentence("{agent}, on {stream}.")
    TOLD_HANDLERS = Sentence("It has handlers for {events}.")
    TOLD_FRESH = Sentence(
        "Its code has not run yet at this computer, or its home has not reported."
    )
    TOLD_WRONG = Sentence("What went wrong last: {why}")
    TOLD_NOTHING = Sentence("Choose a stream or an agent to read more about it.")

    MOVE = Sentence("Move it to")
    MOVE_TO = Sentence("{name}, location {location}")
    MOVE_HERE = Sentence("{name}, is there now")
    MOVE_GONE = Sentence("{name}, not reachable")
    DESTROY = Sentence("Destroy")
    REMOVE = Sentence("Remove")
    WHY_CHOOSE = Sentence("Choose a stream first")
    WHY_AGENT_STAYS = Sentence("An agent moves with its stream: choose the stream")
    WHY_STICK_LASTS = Sentence("The stick moves, but it lasts as long as the session")
    DRAG_NOWHERE = Sentence("{stream}: M moves it")
    DRAG_HINT = Sentence("{stream} to …")
    DRAG_TO = Sentence("{stream} to {name}")

    MOVING = Sentence("{stream} is on its way to {name}")
    MOVED = Sentence("{stream} is at {name}")
    NOT_MOVED = Sentence("{stream} did not move to {name}: {why}. It is where it was.")
    DESTROYED = Sentence("{stream} has ended")
    NOT_DESTROYED = Sentence("{stream} was not destroyed: {why}. It goes on.")
    REMOVED = Sentence("Agent {number} of {stream} has ended")
    NOT_REMOVED = Sentence("Agent {number} of {stream} was not removed: {why}. It goes on.")
    ASK_DESTROY = Sentence("Destroy {stream}?")
    ASK_DESTROY_TEXT = Sentence(
        "It ends for everybody, with {agents}. Chat and board are not touched. Nobody can take"
        " this back."
    )
    ASK_DESTROY_WAITING = Plural(
        "It ends for everybody, with {agents} and {count} message that waits. Chat and board are"
        " not touched. Nobody can take this back.",
        "It ends for everybody, with {agents} and {count} messages that wait. Chat and board are"
        " not touched. Nobody can take this back.",
    )
    ASK_DESTROY_YES = Sentence("Destroy it")
    ASK_REMOVE = Sentence("Remove agent {number} of {stream}?")
    ASK_REMOVE_TEXT = Sentence(
        "Its closing handler runs wherever it has been, then it is gone, with what it remembers."
        " The stream and its messages stay. Nobody can take this back."
    )
    ASK_REMOVE_YES = Sentence("Remove it")

    SITES = Sentence("Computers")
    SITES_NOTE = Sentence("drop a stream on one to move it")
    SITES_NOTE_CHOSEN = Sentence("Enter moves the stream here")
    SITES_SPOKEN = Sentence("Computers, in the order in which they joined")
    SITE_NAME_OWN = Sentence("{name}, this computer")
    SITE_FACTS = Sentence("location {location} · {streams}")
    SITE_GONE = Sentence("location {location} · not reachable")
    SITE_SPOKEN = Sentence("{name}, {facts}")
    SITE_SPOKEN_STICK = Sentence("{name}, {facts}, has the stick")
    LOCATION_HELP = Sentence("A small number for each computer, in the order of joining")

    CONSOLE = Sentence("Console")
    CONSOLE_NOTE = Sentence("what agents say at this computer")
    CONSOLE_SPOKEN = Sentence("Console, newest last")
    CONSOLE_EMPTY = Sentence(
        "What agents say with puts stands here, and what comes of your commands. Type help."
    )
    CONSOLE_CLEAR = Sentence("Clear the console")
    LINE_SPOKEN = Sentence("{time}, {stream}: {text}")
    LINE_TYPED = Sentence("{time}, you: {text}")
    LINE_ANSWERED = Sentence("{time}, answer: {text}")
    LINE_REFUSED = Sentence("{time}, refused: {text}")

    COMMAND = Sentence("Command")
    COMMAND_HINT = Sentence("Command, such as stream_create hello")
    COMMAND_SEND = Sentence("Run the command")
    COMMAND_TIP = Sentence("Enter runs it, Shift+Enter begins a line, Up brings back the last one")
    COMMAND_DONE = Sentence("done")
    COMMAND_HELP = Sentence(
        "Commands as in a Tcl script, one at a time: put several words in braces. Variables, [ ] and"
        " whole scripts need talkstick shell."
    )
    COMMAND_UNKNOWN = Sentence("There is no command {name}. Type help to see all.")
    COMMAND_USAGE = Sentence("It is written {usage}")
    COMMAND_NUMBER = Sentence("{word} is not a number of a location or an agent")
    COMMAND_AFTER = Sentence("A space is missing after a closing brace or quotation mark")
    COMMAND_SUBSTITUTES = Sentence(
        "{sign} means something else in Tcl: put the words in braces, or use talkstick shell"
    )
    COMMAND_ONE = Sentence("One command at a time")
    COMMAND_MANY = Sentence("Too many commands wait for an answer: wait for them first")
    SHELL_REFUSED = Sentence("This computer lets no shell in: {why}")
