"""Who may import whom.

The contracts in pyproject.toml say what holds between layers; the doors below say what holds for
single modules, and stand here because a contract can't name a module that isn't written yet. Each
has its reason; a new importer is a change of the plan, not of this file alone.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

COMPOSITION_ROOTS = (
    "app.__main__",
    "app.cli.engine",
    "app.cli.household",
    "app.cli.neighbourhood",
    "app.cli.site",
    "app.cli.shelf",
    "app.cli.window",
    "app.cli.demo",
    "app.bench",
    "app.mstreams.shell",
)
CORE_OF_THE_SITE = ("app.node", "app.drivers", "app.sim", *COMPOSITION_ROOTS)

# module: (who may import it, why)
DOORS = {
    "app.drivers.control": (
        ("app.drivers", "app.cli", *COMPOSITION_ROOTS),
        "the commands are clients of the control socket",
    ),
    "app.drivers": (
        ("app.drivers", *COMPOSITION_ROOTS),
        "who starts a real site decides which world it lives in; nobody else knows",
    ),
    "app.store": (("app.store", *COMPOSITION_ROOTS), "as drivers"),
    "app.sim": (("app.sim", *COMPOSITION_ROOTS), "as drivers; installers leave it out"),
    "app.mstreams.shell": ((), "a name for programs outside; the app has no use for it"),
    "app.node.machine": (CORE_OF_THE_SITE, "only cranks touch the machine"),
}

WINDOW_SEES = ("app.ui", "app.core", "app.node.api")


def module_name(path: Path, top: Path) -> str:
    parts = path.relative_to(top).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str) -> list[str]:
    """Modules that a file imports; `from a import b` counts as a and as a.b."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def inside(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(room + ".") for room in rooms)


def wrong_door(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`, or None."""
    door = next((door for door in DOORS if inside(imported, (door,))), None)
    if door is not None and not inside(importer, DOORS[door][0]):
        return f"{importer} imports {imported}: {DOORS[door][1]}"
    if inside(importer, ("app.ui",)) and inside(imported, ("app",)):
        if not inside(imported, WINDOW_SEES):
            return f"{importer} imports {imported}: the window sees node.api only"
    return None


def test_the_contracts_of_pyproject_hold(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == EXIT_STATUS_SUCCESS


def test_nobody_comes_in_by_the_wrong_door():
    wrong = [
        why
        for path in sorted(APP.rglob("*.py"))
        for imported in imports(path.read_text(encoding="utf-8"))
        if (why := wrong_door(module_name(path, ROOT), imported))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("app.ui.bridge", "app.node.machine.NodeMachine"),
        ("app.ui.panes.chat", "app.rooms.chat"),
        ("app.node.session", "app.drivers.udp"),
        ("app.cli.talk", "app.store.db"),
        ("app.cli.talk", "app.node.machine"),
        ("app.drivers.pump", "app.sim.world"),
        ("app.mstreams.streams", "app.mstreams.shell.connect"),
        ("app.cli.shell", "app.mstreams.shell"),
    ],
)
def test_a_wrong_import_is_seen(importer, imported):
    assert wrong_door(importer, imported) is not None


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("app.ui.bridge", "app.node.api.SendChat"),
        ("app.cli.talk", "app.drivers.control.Client"),
        ("app.cli.site", "app.drivers.pump"),
        ("app.cli.demo", "app.sim.world"),
        ("app.cli.shell", "app.drivers.control.shell.connect"),
        ("app.mstreams.shell", "app.drivers.control.shell.connect"),
        ("app.drivers.pump", "app.node.machine.NodeMachine"),
    ],
)
def test_a_right_import_passes(importer, imported):
    assert wrong_door(importer, imported) is None


def test_imports_are_found_in_every_form():
    source = "import a.b\ndef f():\n    from c import d\n"
    assert imports(source) == ["a.b", "c.d"]
