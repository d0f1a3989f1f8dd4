"""Which site is meant: a name, or the beginning of a site id (FORMATS.md 1). Pure."""

from __future__ import annotations

from typing import Any

from app.cli.outcome import CommandFailed, Exit
from app.core.ids import SITE_PREFIX_CHARACTERS_MIN, SiteId
from app.node.api import AskedToJoin, Status


def find_site(status: Status, wanted: str) -> SiteId:
    """The one member that `wanted` names.

    Raises:
        CommandFailed: none or several do; the candidates are listed.
    """
    members = {member.site: member.name for member in status.members if member.state != "left"}
    members.setdefault(status.site, status.name)
    return _find(members, wanted, "Nobody here is called", "Here are")


def asker_rows(value: object) -> list[dict[str, Any]]:
    """Who asks to join, as `admit` lists it."""
    askers = value if isinstance(value, tuple) else ()
    return [
        {"site": each.site, "name": each.name, "colour": each.colour, "words": list(each.words)}
        for each in askers
        if isinstance(each, AskedToJoin)
    ]


def find_asker(value: object, wanted: str) -> dict[str, Any]:
    """The one of those who ask that `wanted` names.

    Raises:
        CommandFailed: none or several do; the candidates are listed.
    """
    rows = {row["site"]: row for row in asker_rows(value)}
    if not rows:
        text = "Nobody asks to join."
        raise CommandFailed(text)
    names = {site: row["name"] for site, row in rows.items()}
    return rows[_find(names, wanted, "Nobody who asks is called", "Asking are")]


def _find(names: dict[SiteId, str], wanted: str, nobody: str, candidates_are: str) -> SiteId:
    exact = [site for site in names if site == wanted]
    named = [site for site, name in names.items() if name == wanted]
    begun = [
        site
        for site in names
        if len(wanted) >= SITE_PREFIX_CHARACTERS_MIN and site.startswith(wanted.lower())
    ]
    found = exact or list(dict.fromkeys(named + begun))
    if len(found) == 1:
        return found[0]
    candidates = ", ".join(f"{names[site]} ({site})" for site in found or names)
    if found:
        text = f"'{wanted}' can be any of {candidates}; give more of the site's id."
    else:
        text = f"{nobody} '{wanted}'. {candidates_are} {candidates}."
    raise CommandFailed(text, Exit.USAGE)
