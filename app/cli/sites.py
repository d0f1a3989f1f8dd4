"""Which member is meant: a name, or the beginning of a site id (FORMATS.md 1). Pure."""

from __future__ import annotations

from app.cli.outcome import CommandFailed, Exit
from app.core.ids import SITE_PREFIX_CHARACTERS_MIN, SiteId
from app.node.api import Status


def find_site(status: Status, wanted: str) -> SiteId:
    """The one member that `wanted` names.

    Raises:
        CommandFailed: none or several do; the candidates are listed.
    """
    members = {member.site: member.name for member in status.members if member.state != "left"}
    members.setdefault(status.site, status.name)
    exact = [site for site in members if site == wanted]
    named = [site for site, name in members.items() if name == wanted]
    begun = [
        site
        for site in members
        if len(wanted) >= SITE_PREFIX_CHARACTERS_MIN and site.startswith(wanted.lower())
    ]
    found = exact or list(dict.fromkeys(named + begun))
    if len(found) == 1:
        return found[0]
    candidates = ", ".join(f"{members[site]} ({site})" for site in found or members)
    if found:
        text = f"'{wanted}' can be any of {candidates}; give more of the site's id."
    else:
        text = f"Nobody here is called '{wanted}'. Here are {candidates}."
    raise CommandFailed(text, Exit.USAGE)
