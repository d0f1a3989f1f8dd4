"""What of a stream goes to disk; of the session's controller, its briefcase goes to the log, too.

So a controller goes on where it was: at this site after a restart, at another one when that leads.
An entry is asked for whenever the briefcase is another one than before; entries and what the disk
has are counted alike, so that the newer of the two is known. What hears the dispatcher keeps its
briefcases at each site for itself. Never decides who is controller.
"""

from __future__ import annotations

from dataclasses import replace

from app.mstreams.desk import Desk
from app.mstreams.directory import Roster
from app.mstreams.epochs import primary_epoch
from app.mstreams.frames import AgentState
from app.mstreams.migration import Created
from app.mstreams.records import (
    CONTROLLER_RECORD,
    HEARD_FIELD,
    AgentWanted,
    ControllerRecord,
    StreamRecord,
    at_field,
    controller_field,
)
from app.mstreams.residence import DISPATCHER, SESSION, Residence, restored
from app.mstreams.stream import Stream


def keep(desk: Desk, residence: Residence) -> None:
    """Save a stream that is or was here."""
    if not residence.stationary:
        desk.save(at_field(residence.name), residence.record())
        return
    if residence.name == DISPATCHER:
        desk.save(HEARD_FIELD, residence.record())
        return
    stream = residence.home
    controller = None if stream is None else stream.controller
    if controller is None:
        return  # it is about to take up its place
    if residence.name == SESSION and controller.briefcase != residence.logged:
        residence.logged, residence.count = controller.briefcase, residence.count + 1
        wanted = AgentWanted(
            SESSION, controller.definition, "kept", residence.logged, residence.count
        )
        desk.show(wanted)
    begun = controller.number in residence.begun
    record = ControllerRecord(controller, residence.count, begun)
    desk.save(controller_field(residence.name), CONTROLLER_RECORD.encode(record))


def begin_controller(name: str, roster: Roster, kept: ControllerRecord | None) -> Residence:
    """A controller's stream at this site, with the newest briefcase that disk or log have.

    A controller that has failed begins without its error.
    """
    residence = Residence(name)
    definition = roster.agents[0]
    residence.count, residence.logged = roster.count, roster.briefcase
    state = AgentState(definition, roster.briefcase)
    if kept is not None and kept.agent.number == definition.number:
        if kept.has_begun:
            residence.begun[definition.number] = None
        if kept.count >= roster.count:
            residence.count, residence.logged = kept.count, kept.agent.briefcase
            state = AgentState(definition, residence.logged, timers=kept.agent.timers)
    residence.step(Created(primary_epoch((0, 0))), Stream([state], revision=roster.revision))
    return residence


def begin_heard(kept: StreamRecord | None) -> Residence:
    """What hears the dispatcher at this site, as the disk has it; the log says who it is.

    Agents that have failed begin without their error.
    """
    if kept is not None:
        agents = tuple([replace(agent, failed=False, error="") for agent in kept.agents])
        return restored(DISPATCHER, replace(kept, agents=agents))
    residence = Residence(DISPATCHER)
    residence.step(Created(primary_epoch((0, 0))), Stream())
    return residence
