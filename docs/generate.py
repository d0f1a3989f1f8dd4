"""Write the pages that are derived from the code: docs/protocol.md, docs/states.md, docs/states/.

A table in a page and a table in the code drift apart, so these pages are made from the code, are
committed, and `--check` (part of the suite) fails when they are not what the code says. It finds
registries of frames and transition tables by reading the sources, so a new one needs no entry here.
It must never import a module that has neither: some need a window system.

    python docs/generate.py            write
    python docs/generate.py --check    compare, name what is stale, exit 1 if anything is
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import itertools
import sys
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from diagram import draw
from wire_types import explain

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Made by docs/generate.py from the code; edit the code. -->"

Table = dict[tuple[Enum, type], tuple[Enum, str]]


def assigned_names(tree: ast.Module) -> dict[str, ast.expr]:
    """Names that a module sets at its top level, with what they are set to."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            found.update(dict.fromkeys(names, node.value))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found[node.target.id] = node.value
    return found


def makes_registry(value: ast.expr) -> bool:
    """Whether an expression is `Registry()`, and not several merged into one."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "Registry"
    )


def find(app: Path) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(module, name) of every registry of frames, and of every transition table, below `app`."""
    registries, tables = [], []
    for path in sorted(app.rglob("*.py")):
        module = ".".join(path.relative_to(app.parent).with_suffix("").parts)
        for name, value in assigned_names(ast.parse(path.read_text(encoding="utf-8"))).items():
            if makes_registry(value):
                registries.append((module, name))
            elif name.endswith("TRANSITIONS"):
                tables.append((module, name))
    return registries, tables


def summary(thing: type | ModuleType) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def field_notes(kind: type) -> dict[str, str]:
    """The string under each field of a class, by the field's name."""
    tree = ast.parse(inspect.cleandoc(inspect.getsource(kind)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    notes: dict[str, str] = {}
    for node, below in itertools.pairwise(body):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
        ):
            notes[node.target.id] = " ".join(str(below.value.value).split())
    return notes


def cell(text: str) -> str:
    """Text that can stand in a table."""
    return text.replace("|", "\\|")


def frame_section(number: int, kind: type) -> list[str]:
    """One frame: number, name, purpose, fields."""
    lines = [f"### {number} `{kind.__name__}`", "", summary(kind), ""]
    fields = dataclasses.fields(kind)
    if not fields:
        return [*lines, "No fields.", ""]
    notes = field_notes(kind)
    lines += ["| place | field | type | meaning |", "|---|---|---|---|"]
    lines += [
        f"| {place} | `{field.name}` | `{cell(str(field.type))}` | {cell(notes.get(field.name, ''))} |"
        for place, field in enumerate(fields, start=1)
    ]
    return [*lines, ""]


def protocol_page(registries: list[tuple[str, str]]) -> str:
    """docs/protocol.md."""
    lines = [
        NOTE,
        "# Frames",
        "",
        "A frame is a MessagePack array in its one canonical encoding: its number, then its fields in "
        "the order given here. A later version may add fields at the end and frames; it never changes "
        "the meaning of one. Surplus fields and unknown numbers are dropped.",
        "",
    ]
    if not registries:
        lines += ["No frames yet.", ""]
    used: list[tuple[str, str]] = []
    for module_name, name in registries:
        module = importlib.import_module(module_name)
        kinds: dict[int, type] = getattr(module, name).kinds()
        lines += [f"## `{module_name}`", "", summary(module), ""]
        for number, kind in kinds.items():
            lines += frame_section(number, kind)
            used += [(kind.__module__, str(field.type)) for field in dataclasses.fields(kind)]
    if used:
        lines += [
            "## Types",
            "",
            "`Size(low, high)` bounds a number, or a length; both are included.",
        ]
        lines += ["", "| type | made of | meaning |", "|---|---|---|"]
        lines += [
            f"| `{name}` | `{cell(made)}` | {cell(note)} |" for name, made, note in explain(used)
        ]
    return "\n".join(lines).rstrip() + "\n"


def machine_title(module: str, name: str) -> str:
    """`mstreams.migration out`, of app.mstreams.migration and OUT_TRANSITIONS."""
    prefix = name.removesuffix("TRANSITIONS").strip("_").lower()
    return f"{module.removeprefix('app.')} {prefix}".strip()


def states_pages(tables: list[tuple[str, str]]) -> dict[str, str]:
    """docs/states.md and one picture for each machine, by file name below docs/."""
    pages: dict[str, str] = {}
    lines = [
        NOTE,
        "# State machines",
        "",
        "A pair that is not in a machine's table is an error, and leaves its state as it was.",
        "",
    ]
    if not tables:
        lines += ["No machines yet.", ""]
    for module_name, name in tables:
        table: Table = getattr(importlib.import_module(module_name), name)
        title = machine_title(module_name, name)
        picture = f"states/{title.replace('.', '-').replace(' ', '-')}.svg"
        rows = [
            (before.name, given.__name__, after.name, action)
            for (before, given), (after, action) in table.items()
        ]
        pages[picture] = draw(title, [row[:3] for row in rows])
        lines += [f"## {title}", "", f"![{title}]({picture})", ""]
        lines += ["| state | input | next state | action |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(cell(part) for part in row)} |" for row in rows]
        lines += [""]
    pages["states.md"] = "\n".join(lines).rstrip() + "\n"
    return pages


def all_pages() -> dict[Path, str]:
    """Every generated file with what it should hold."""
    registries, tables = find(ROOT / "app")
    pages: dict[str, Any] = {"protocol.md": protocol_page(registries), **states_pages(tables)}
    return {ROOT / "docs" / name: text for name, text in pages.items()}


def main(arguments: list[str]) -> int:
    """Write or compare; the exit code."""
    sys.path.insert(0, str(ROOT))
    pages = all_pages()
    left_over = sorted(set((ROOT / "docs/states").glob("*.svg")) - set(pages))
    stale = [
        path
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale + left_over:
            print(f"{path.relative_to(ROOT)} is not what the code says: run docs/generate.py")
        return 1 if stale or left_over else 0
    for path in left_over:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
