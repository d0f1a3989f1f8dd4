"""How simulated sites come in: they found, resume, join by an invite, or ask to be let in.

Whoever is shown that somebody asks answers after a while, mostly with yes. Once all is calm nobody
is turned away, and nobody begins to ask: the end of a run must not wait for a person's mind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.instant import MILLI
from app.core.rng import Rng
from app.crypto.hello import session_tag
from app.node.api import (
    AdmitSite,
    Answered,
    AskedToJoin,
    AskToJoin,
    CreateSession,
    DenySite,
    Event,
    JoinSession,
    ResumeSession,
    SessionReady,
)
from app.sim.site import SimSite, State

if TYPE_CHECKING:
    from app.sim.world import World

THINKING_MS = 1_500.0
REFUSALS = 0.15
AGAIN_MICROS = 500 * MILLI
ASKED_AT_MOST = 2


class Arrivals:
    """Everybody's way into one simulated session."""

    def __init__(self, world: World, join: Rng, asking: Rng) -> None:
        self._world = world
        self._join = join
        self._asking = asking
        self._session = b""

    def command(self, site: SimSite) -> Answered | None:
        """What a site that starts begins with; None while there is nobody to come to."""
        token = self._world.token()
        name = f"Site {site.name}"
        if site.joined or (site.index == 0 and "session" in site.disk.fields):
            return ResumeSession(token)
        if site.index == 0:
            return CreateSession(token, "Simulated", name, self._world.plan.policy)
        inside = [other for other in self._world.sites if other.ready and other.invite]
        if not inside:
            return None
        asks = not self._world.calm and self._asking.chance(self._world.plan.asking)
        if asks and "session" not in site.disk.fields:
            asked = self._asking.sample(inside, min(ASKED_AT_MOST, len(inside)))
            addresses = tuple([f"{other.address[0]}:{other.address[1]}" for other in asked])
            return AskToJoin(token, session_tag(self._session), addresses, name)
        return JoinSession(token, self._join.choice([other.invite for other in inside]), name)

    def shown(self, site: SimSite, event: Event) -> None:
        """A person sees that somebody asks, and answers some time later."""
        if isinstance(event, SessionReady):
            self._session = event.session
        if not isinstance(event, AskedToJoin):
            return
        refuses = self._asking.chance(REFUSALS)
        asker, boot = event.site, site.boots
        pause = int(self._asking.uniform(0, THINKING_MS) * MILLI)

        def answer() -> None:
            if site.boots != boot or not site.ready:
                return
            if site.state is not State.UP:
                # The machine sleeps; its person answers once it is awake.
                self._world.later(AGAIN_MICROS, f"answer of {site.name}", answer)
                return
            make = DenySite if refuses and not self._world.calm else AdmitSite
            self._world.note(site, "wish", make.__name__)
            self._world.command(site, make(self._world.token(), asker))

        self._world.later(pause, f"answer of {site.name}", answer)
