"""What breaks a law of docs/architecture.md and can be seen in the source.

Every rule is a function from one file to complaints, with its reason beside it, and is tried on a
planted offence, so a rule that stopped seeing is noticed. What ruff, mypy or the import contracts
see is left to them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve()
GUESTS = ("app/mstreams/agents/tcl/guest/",)  # programs of their own: processes, not the core
CORE = ("core", "crypto", "mstreams", "overlay", "dispatcher", "rooms", "node", "tkshare/model")


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file; `place` is its path below the project's folder."""

    place: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def in_app(self) -> bool:
        return self.place.startswith("app/")

    @property
    def in_core(self) -> bool:
        if self.place.startswith(GUESTS):
            return False
        return any(self.place.startswith(f"app/{room}/") for room in CORE)

    @property
    def in_tests(self) -> bool:
        return self.place.startswith("tests/")


Complaints = Iterator[str]
Rule = Callable[[Source], Complaints]


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names; the last name alone where the chain begins with a call."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f".{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(source: Source) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every call."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node.lineno, dotted(node.func)


def module_says_why(source: Source) -> Complaints:
    """A docstring is where a reader learns why a file exists; a re-exporting one needs a line."""
    if source.in_app and not (ast.get_docstring(source.tree) or "").strip():
        yield "1: no module docstring; say why the file exists and what it must never do"


OUTSIDE_CALLS = {
    "open", "print", "input", "exec", "eval", "id", "hash",
    "os.urandom", "os.getenv", "os.system", "time.time", "time.monotonic", "uuid.uuid4",
}  # fmt: skip


def core_calls_nothing_outside(source: Source) -> Complaints:
    """Time, randomness and files are arguments: else a seed doesn't repeat a run (laws 1, 10)."""
    if not source.in_core:
        return
    for line, name in calls(source):
        if name in OUTSIDE_CALLS:
            yield f"{line}: {name}() in the core; let a driver pass the value in"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await):
            yield f"{node.lineno}: async in the core; only drivers wait"


def is_set(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is visibly a set: a display, a call, set arithmetic, a known name."""
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr in {
                "union", "intersection", "difference", "symmetric_difference",
            } and is_set(node.func.value, names)  # fmt: skip
        return dotted(node.func) in {"set", "frozenset"}
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.BitOr | ast.BitAnd | ast.Sub | ast.BitXor):
            return is_set(node.left, names) or is_set(node.right, names)
        return False
    return dotted(node) in names


def set_names(tree: ast.Module) -> set[str]:
    """Names and attributes that are annotated as a set or set to one, anywhere in the file."""
    names: set[str] = set()
    others: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            name = dotted(node.target) if isinstance(node, ast.AnnAssign) else node.arg
            annotation = ast.unparse(node.annotation)
            is_one = re.match(r"(set|frozenset|Set|AbstractSet|MutableSet)\b", annotation)
            (names if is_one else others).add(name)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                (names if is_set(node.value, set()) else others).add(dotted(target))
    return names - others - {""}


IN_ORDER = {"list", "tuple", "next", "iter", "enumerate", "zip", "map", "filter", "dict.fromkeys"}


def iterated_by(node: ast.AST) -> list[ast.expr]:
    """Expressions whose order `node` lets out."""
    match node:
        case ast.For():
            return [node.iter]
        case ast.ListComp() | ast.DictComp() | ast.GeneratorExp():
            return [generator.iter for generator in node.generators]
        case ast.Starred():
            return [node.value]
        case ast.Call(func=ast.Attribute(attr="join")):
            return node.args
        case ast.Call(func=ast.Attribute(attr="pop", value=owner), args=[]):
            return [owner]
        case ast.Call() if dotted(node.func) in IN_ORDER:
            return node.args
    return []


def core_iterates_no_set(source: Source) -> Complaints:
    """The order of a set of strings changes from start to start; use a dict, or sorted()."""
    if not source.in_core:
        return
    tree = source.tree
    names = set_names(tree)
    for node in ast.walk(tree):
        for each in iterated_by(node):
            if is_set(each, names) and not order_is_lost(node, tree):
                yield f"{each.lineno}: the order of a set is used; take a dict, or sorted()"


BLIND_TO_ORDER = {"sorted", "set", "frozenset", "sum", "any", "all", "len", "min", "max"}


def order_is_lost(node: ast.AST, tree: ast.Module) -> bool:
    """Whether a generator stands directly in a call that gives the same for every order."""
    if not isinstance(node, ast.GeneratorExp | ast.ListComp):
        return False
    return any(
        isinstance(call, ast.Call) and dotted(call.func) in BLIND_TO_ORDER and node in call.args
        for call in ast.walk(tree)
    )


def sleepless_tests(source: Source) -> Complaints:
    """A sleep is too long on one machine and too short on the next; wait for the event itself."""
    if source.in_tests:
        for line, name in calls(source):
            if name.endswith("sleep") or name in {"qtbot.wait", "QTest.qWait"}:
                yield f"{line}: {name}() in a test; wait for the event, or move virtual time"


def no_nested_event_loop(source: Source) -> Complaints:
    """A modal `exec` inside a coroutine ends other tasks for good (law 11): open() and finished.

    A guest has no coroutine: it waits where the program waits, as the program's own dialogs do.
    """
    if source.in_app and not source.place.startswith("app/tkshare/guest/"):
        for line, name in calls(source):
            if name.endswith((".exec", ".exec_")) or re.search(
                r"QMessageBox\.(about|critical|information|question|warning)$", name
            ):
                yield f"{line}: {name}() starts an event loop of its own; use open() and `finished`"


def no_slot_coroutines(source: Source) -> Complaints:
    """asyncSlot drops its task and its errors; coroutines live in drivers, by their `spawn`."""
    if source.in_app and re.search(r"\basync" + r"Slot\b", source.text):
        yield "1: async" + "Slot; submit a command, let a driver do the waiting"


def no_unfinished_notes(source: Source) -> Complaints:
    """A note in the code is read by nobody; say it in the tracker, or do it."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if re.search(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b", line):
            yield f"{number}: an unfinished note"


def states_have_reasons(source: Source) -> Complaints:
    """A state without a reason is one nobody can tell from its neighbour (law 6)."""
    if not source.in_app:
        return
    lines = source.text.splitlines()
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.ClassDef) and node.name.endswith("State")):
            continue
        if not any(dotted(base).endswith("Enum") for base in node.bases):
            continue
        for member, below in zip(node.body, [*node.body[1:], None], strict=True):
            if not isinstance(member, ast.Assign):
                continue
            has_text = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            around = lines[member.lineno - 2 : member.end_lineno]
            has_comment = around[0].lstrip().startswith("#") or any("  #" in x for x in around[1:])
            value = member.value.value if isinstance(member.value, ast.Constant) else ""
            if not (has_text or has_comment or (isinstance(value, str) and " " in value)):
                yield f"{member.lineno}: {node.name}.{dotted(member.targets[0])} has no reason"


RULES: list[Rule] = [
    module_says_why,
    core_calls_nothing_outside,
    core_iterates_no_set,
    sleepless_tests,
    no_nested_event_loop,
    no_slot_coroutines,
    no_unfinished_notes,
    states_have_reasons,
]


def sources() -> list[Source]:
    folders = ("app", "tests", "benchmarks", "packaging", "docs")
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != HERE
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_is_tidy(rule):
    complaints = [
        f"{source.place}:{complaint}" for source in sources() for complaint in rule(source)
    ]
    assert complaints == [], rule.__doc__


MACHINE = re.compile(
    r"(?<![\w.~$}/-])/(work|root|home/\w+|Users/\w+|tmp/\w+)/|\bpython"
    r"hosted\.org|\bpy"
    r"pi\.org"
    r"|registry\.npmjs\.org|deb\.debian\.org"
)
TEXT = {".py", ".md", ".toml", ".lock", ".in", ".sh", ".cfg", ".json", ".svg", ".yml", ""}


def test_no_path_of_one_machine_and_no_registry_host():
    """Both are true in one place only; what is written must hold wherever it is read."""
    found = []
    for top in ROOT.iterdir():
        if top.name.startswith(".") and top.name != ".ci":
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and path.suffix in TEXT and path != HERE:
                text = path.read_text(encoding="utf-8", errors="ignore")
                found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in MACHINE.finditer(text)]
    assert found == []


PLANTED: list[tuple[Rule, str, str]] = [
    (module_says_why, "app/node/x.py", "x = 1\n"),
    (core_calls_nothing_outside, "app/core/x.py", "import time\nx = time.time()\n"),
    (core_calls_nothing_outside, "app/node/x.py", "with open('x') as f: pass\n"),
    (core_calls_nothing_outside, "app/node/x.py", "import os\nx = os.urandom(8)\n"),
    (core_calls_nothing_outside, "app/rooms/x.py", "async def f(): pass\n"),
    (core_iterates_no_set, "app/core/x.py", "for x in {1, 2}: pass\n"),
    (core_iterates_no_set, "app/core/x.py", "for x in set(y): pass\n"),
    (core_iterates_no_set, "app/core/x.py", "z = [x for x in frozenset(y)]\n"),
    (core_iterates_no_set, "app/core/x.py", "def f(a: set[str]): return list(a)\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\nfor x in a | b: pass\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\nfor x in a.union(b): pass\n"),
    (core_iterates_no_set, "app/core/x.py", "self.a: set[str] = f()\nself.a.pop()\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\nb = [*a]\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\n','.join(a)\n"),
    (sleepless_tests, "tests/unit/test_x.py", "import time\ntime.sleep(1)\n"),
    (sleepless_tests, "tests/unit/test_x.py", "async def f(): await asyncio.sleep(1)\n"),
    (no_nested_event_loop, "app/ui/x.py", "dialog.exec()\n"),
    (no_nested_event_loop, "app/ui/x.py", "QDialog(parent).exec()\n"),
    (no_nested_event_loop, "app/ui/x.py", "QMessageBox.question(a, b)\n"),
    (no_slot_coroutines, "app/ui/x.py", "from qasync import async" + "Slot\n"),
    (no_unfinished_notes, "app/ui/x.py", "# TO" + "DO later\n"),
    (states_have_reasons, "app/node/x.py", "class State(Enum):\n    HOME = 'home'\n"),
]


@pytest.mark.parametrize(("rule", "place", "text"), PLANTED)
def test_a_planted_offence_is_seen(rule, place, text):
    assert list(rule(Source(place, text))) != []


FINE: list[tuple[Rule, str, str]] = [
    (core_calls_nothing_outside, "app/drivers/x.py", "import time\nx = time.time()\n"),
    (core_calls_nothing_outside, "app/core/x.py", "self.open(1)\n"),
    (core_iterates_no_set, "app/core/x.py", "for x in sorted({1, 2}): pass\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\nb = sorted(x for x in a)\n"),
    (core_iterates_no_set, "app/core/x.py", "a = set()\nb = 1 in a\n"),
    (core_iterates_no_set, "app/core/x.py", "a = {}\nfor x in a: pass\n"),
    (core_iterates_no_set, "app/sim/x.py", "for x in {1, 2}: pass\n"),
    (sleepless_tests, "app/drivers/x.py", "asyncio.sleep(1)\n"),
    (states_have_reasons, "app/node/x.py", "class State(Enum):\n    A = 1\n    '''why'''\n"),
    (states_have_reasons, "app/node/x.py", "class State(Enum):\n    A = 1  # why\n"),
    (states_have_reasons, "app/node/x.py", "class State(Enum):\n    A = 'holds the token'\n"),
]


@pytest.mark.parametrize(("rule", "place", "text"), FINE)
def test_what_is_allowed_passes(rule, place, text):
    assert list(rule(Source(place, text))) == []
