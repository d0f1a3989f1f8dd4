"""Explain the types that frames are made of, down to numbers and bytes.

A frame's fields name aliases and dataclasses of other modules; a reader of the protocol page needs
to know what they are without opening the code. It follows imports by reading sources, and must
never show a type that no frame leads to.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
from typing import Any


def definition(module_name: str, name: str) -> tuple[str, ast.stmt, ast.stmt | None] | None:
    """(module, statement that defines `name`, statement below it), following `from` imports."""
    source = inspect.getsource(importlib.import_module(module_name))
    body = ast.parse(source).body
    for statement, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("app"):
            if any(alias.name == name and alias.asname is None for alias in statement.names):
                return definition(str(statement.module), name)
        elif isinstance(statement, ast.ClassDef):
            if statement.name == name:
                return module_name, statement, below
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return module_name, statement, below
    return None


def names_in(text: str) -> list[str]:
    """Identifiers in a type, as it is written."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", text)))


def meaning(statement: ast.stmt, below: ast.stmt | None, value: Any) -> tuple[str, str]:
    """(what a type is made of, what it is for) for one line of the page."""
    if isinstance(statement, ast.ClassDef):
        fields = dataclasses.fields(value) if dataclasses.is_dataclass(value) else ()
        made = ", ".join(f"{field.name}: {field.type}" for field in fields)
        return f"({made})", " ".join((inspect.getdoc(value) or "").split("\n\n")[0].split())
    note = ""
    if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
        note = " ".join(str(below.value.value).split())
    assigned = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    made = ast.unparse(assigned) if assigned is not None else ""
    new_type = re.fullmatch(r"NewType\('\w+', (.+)\)", made)
    return (new_type[1] if new_type else made), note


def with_bounds(text: str) -> str:
    """A type with the numbers that its names of bounds stand for."""
    limits = importlib.import_module("app.core.limits")
    return re.sub(r"\blimits\.([A-Z_]+)", lambda found: str(getattr(limits, found[1])), text)


def explain(used: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(name, made of, meaning) of every type that `used`, pairs of (module, type), leads to."""
    rows: dict[str, tuple[str, str]] = {}
    waiting = list(used)
    while waiting:
        module_name, text = waiting.pop(0)
        for name in names_in(text):
            found = None if name in rows else definition(module_name, name)
            if found is None:
                continue
            home, statement, below = found
            if home.startswith("app.core.schema"):
                continue
            value = getattr(importlib.import_module(home), name)
            rows[name] = meaning(statement, below, value)
            waiting.append((home, rows[name][0]))
            rows[name] = (with_bounds(rows[name][0]), rows[name][1])
    return [(name, *rows[name]) for name in sorted(rows)]
