"""What people are called while their name is not here yet: whoever joins has a key before a name.

The node tells the site's id then, which says nothing to people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.core.ids import SiteId
from app.node.api import PersonShown
from app.ui.strings import People


def known_name(name: str, site: SiteId) -> str:
    """The name, or that somebody is new."""
    return People.NEW() if name in ("", site) else name


def with_names(people: Iterable[PersonShown]) -> tuple[PersonShown, ...]:
    """The same people, none of them called by an id."""
    return tuple([replace(each, name=known_name(each.name, each.site)) for each in people])
