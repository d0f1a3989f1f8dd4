"""Streams as the disk has them, brought back at a start. Never decides what they are worth."""

from __future__ import annotations

from collections.abc import Mapping

from app.mstreams.codes import Codes
from app.mstreams.directory import Directory, Roster
from app.mstreams.frames import Kept
from app.mstreams.homes import Homes
from app.mstreams.outgoing import Outgoing
from app.mstreams.records import (
    AT_PREFIX,
    CODE_PREFIX,
    CONTROLLER_PREFIX,
    HEARD_FIELD,
    KEPT_PREFIX,
    OUT_PREFIX,
    SITE_FIELD,
    read_at,
    read_controller,
    read_heard,
    read_kept,
    read_out,
    read_site,
)
from app.mstreams.residence import SITE


def restore(
    saved: Mapping[str, bytes], directory: Directory, homes: Homes, outgoing: Outgoing, codes: Codes
) -> None:
    """Read all fields that begin with `stream:`; raises `KnownError` where one is damaged."""
    out: list[tuple[int, int, str, bytes]] = []
    kept: dict[str, list[Kept]] = {}
    for field in sorted(saved):
        if field.startswith(OUT_PREFIX):
            out.append(read_out(field, saved[field]))
        elif field.startswith(KEPT_PREFIX):
            source, one = read_kept(field, saved[field])
            kept.setdefault(source, []).append(one)
        elif field.startswith(CODE_PREFIX):
            codes.restore(saved[field])
        elif field.startswith(CONTROLLER_PREFIX):
            homes.restore_controller(*read_controller(field, saved[field]))
    for number_of_start, number, name, payload in sorted(out):
        outgoing.bag.restore(name, number_of_start, number, payload)
    for field in sorted(saved):
        if field.startswith(AT_PREFIX):
            name, record = read_at(field, saved[field])
            own = kept.get(name, [])
            own.sort(key=lambda one: (one.target, one.incarnation, one.number))
            homes.restore(name, record, own)
    _restore_reserved(saved, directory, homes)


def _restore_reserved(saved: Mapping[str, bytes], directory: Directory, homes: Homes) -> None:
    if HEARD_FIELD in saved:
        homes.restore_heard(read_heard(saved[HEARD_FIELD]))
    if SITE_FIELD in saved:
        site = read_site(saved[SITE_FIELD])
        directory.set_roster(SITE, Roster(site.agents, site.last, site.last))
