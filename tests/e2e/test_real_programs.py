"""Programs that nobody here wrote, unmodified, between real sites: random people, equal copies.

Everything is real: sites with their journals and sockets, packets that take 0 to 60 ms, guests on
X servers with a window manager and without, keys and mouse. What becomes of each program stands in
`docs/tkshare.md`, which has a row for each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.bench.share.people import JITTER, KEYS, use
from app.bench.share.screen import Screen, missing
from app.bench.share.seats import Table

pytestmark = [
    pytest.mark.long,
    pytest.mark.display,
    pytest.mark.timeout(300),
    pytest.mark.skipif(bool(missing("openbox")), reason=f"not installed: {missing('openbox')}"),
]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tkshare.md"
ACTIONS = 80
SITES = 2
QUIET_KEYS = tuple(key for key in KEYS if not key.startswith("Alt"))
"""Without the keys that open menus, where Quit is near."""
DEMOS = (Path(os.environ.get("TK_DEMOS", "")), Path("/usr/share/tcltk/tk8.6/demos"))
"""Where the demonstrations that come with Tk may be: `TK_DEMOS`, Tk's own folder."""


@dataclass(frozen=True)
class Real:
    """A program, and where it is: a demonstration of Tk's, a module, a command, an example of Qt's."""

    name: str
    kind: str
    where: str
    arguments: tuple[str, ...] = ()
    paths_in: tuple[str, ...] = ()
    """Windows that show where the program's folder is: it has another name for a second person of
    one machine, so these may differ here."""


TK = (
    Real("widget", "demo", "widget", paths_in=(".image2",)),
    Real("IDLE", "module", "idlelib", ("-n", "-e")),
    Real("gitk", "command", "gitk"),
    Real("turtledemo", "module", "turtledemo"),
)
PATHS_IN = {"classwizard": ("ClassWizard~0",)}
"""It proposes the folder for temporary files."""
QT = tuple(
    Real(Path(where).name, "example", where, paths_in=PATHS_IN.get(Path(where).name, ()))
    for where in (
        "widgets/painting/basicdrawing",
        "widgets/layouts/dynamiclayouts",
        "widgets/mainwindows/dockwidgets",
        "widgets/mainwindows/mdi",
        "widgets/itemviews/spinboxdelegate",
        "widgets/itemviews/stardelegate",
        "widgets/itemviews/fetchmore",
        "widgets/itemviews/editabletreemodel",
        "widgets/richtext/syntaxhighlighter",
        "widgets/graphicsview/diagramscene",
        "widgets/dialogs/classwizard",
        "widgets/dialogs/standarddialogs",
        "widgets/draganddrop/draggabletext",
        "widgets/widgets/charactermap",
    )
)


def widget_demonstration(folder: Path) -> str:
    """Tk's own, with one line that says which of its programs runs."""
    for top in DEMOS:
        if top != Path() and (top / "widget").is_file():
            shutil.copytree(top, folder / "demos")
            (folder / "demos" / "main.tcl").write_text(
                "source [file join [file dirname [info script]] widget]\n", encoding="utf-8"
            )
            return "demos"
    pytest.skip("Tk's demonstrations are not installed; name their folder in TK_DEMOS")


def gitk(folder: Path) -> str:
    """With a small history beside it, as a bare repository: what is named .git is not shared."""
    if missing("gitk", "git"):
        pytest.skip("not installed: gitk")
    own = folder / "gitk"
    steady = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "ada"),
            ("EMAIL", "a@example.org"),
            ("DATE", "@1700000000 +0000"),
        )
    }
    variables = {**os.environ, **steady}
    subprocess.run(["git", "init", "-q", "-b", "main", folder / "work"], check=True, env=variables)
    for step in range(12):
        words = ["commit", "-q", "--allow-empty", "-m", f"step {step}"]
        subprocess.run(["git", *words], cwd=folder / "work", check=True, env=variables)
    shutil.copytree(folder / "work" / ".git", own)
    subprocess.run(["git", "config", "core.bare", "true"], cwd=own, check=True, env=variables)
    shutil.rmtree(own / "hooks", ignore_errors=True)
    found = shutil.which("gitk")
    assert found is not None
    shutil.copy(found, own / "gitk.tcl")
    return "gitk"


def example(where: str, folder: Path) -> str:
    """An example of Qt for Python, as it is."""
    import PySide6

    named = os.environ.get("TALKSTICK_QT_EXAMPLES")
    beside = Path(PySide6.__file__).parent / "examples"
    top = Path(named).parent if named else beside
    if not (top / where).exists():
        pytest.skip("not installed: pyside6-examples (dependency group guests)")
    if (top / where).is_file():
        return str(top / where)
    shutil.copytree(top / where, folder / Path(where).name)
    return Path(where).name


def place(real: Real, folder: Path) -> str:
    """What `share` is given; skips where the program is not to be had."""
    if real.kind == "demo":
        return widget_demonstration(folder)
    if real.kind == "command":
        return gitk(folder)
    return real.where if real.kind == "module" else example(real.where, folder)


@pytest.fixture(scope="module", params=[False, True], ids=["alone", "managed"])
def screens(request) -> Iterator[list[Screen]]:
    made = [Screen(manager=request.param) for _ in range(SITES)]
    yield made
    for screen in made:
        screen.close()


@pytest.mark.parametrize("real", [*TK, *QT], ids=lambda real: real.name)
def test_copies_of_a_program_nobody_here_wrote_stay_the_same(screens, real, tmp_path):
    program = place(real, tmp_path)
    with Table(tmp_path, screens, *JITTER) as table:
        share = table.share(program, tmp_path, *real.arguments)
        outcome = use(table, share, 17, ACTIONS, QUIET_KEYS)
        differs = outcome.differs and outcome.differs["window"]
        assert differs is None or differs in real.paths_in, table.seats[0].shown(share)
        assert outcome.checks > 0


@pytest.mark.parametrize("real", [*TK, *QT], ids=lambda real: real.name)
def test_each_has_its_row_in_the_page(real):
    assert f"| {real.name} |" in PAGE.read_text(encoding="utf-8")
