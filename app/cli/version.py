"""What `--version` says: the version, and which build of it.

An installer stamps its build beside the package; a working copy is named by its commit, which is
read from the files of Git, because starting Git would take longer than the rest of the command.
"""

from __future__ import annotations

from pathlib import Path

from app import __version__

_PACKAGE = Path(__file__).resolve().parent.parent
STAMP = _PACKAGE / "build.txt"


def version_text() -> str:
    """`talkstick VERSION (build BUILD)`."""
    return f"talkstick {__version__} (build {_build()})"


def _build() -> str:
    try:
        if STAMP.exists():
            return STAMP.read_text(encoding="ascii").strip()
        return _commit(_PACKAGE.parent / ".git")[:12]
    except (OSError, ValueError):
        return "unknown"


def _commit(git: Path) -> str:
    """The commit that is checked out; `git` is a folder, or a worktree's pointer to one."""
    if git.is_file():
        git = Path(git.read_text(encoding="utf-8").partition(": ")[2].strip())
    head = (git / "HEAD").read_text(encoding="ascii").strip()
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    common = git / "commondir"
    top = git / common.read_text(encoding="utf-8").strip() if common.exists() else git
    if (top / name).exists():
        return (top / name).read_text(encoding="ascii").strip()
    for line in (top / "packed-refs").read_text(encoding="ascii").splitlines():
        commit, _, packed = line.partition(" ")
        if packed == name:
            return commit
    raise ValueError(name)
