"""What the center sees of the exchange and does about it: try again what failed, now instead of later.

Nothing is sent from here: a platform may take its time, and a page must not wait for it. What is to be tried again is
marked due, and the worker's next tick makes the round (`monitoring.bridge.tick`). Who asked for it is an event.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import JSON, record
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.bridge import store
from monitoring.bridge.model import COUNTY, Platform, load
from monitoring.bridge.standing import Standing, standing
from monitoring.faults.rules import ROLES
from monitoring.tags import BridgeTag


@dataclass(frozen=True)
class Exchange:
    """The service over a county's database and folder."""

    engine: Engine
    folder: Path

    def standings(self) -> tuple[Standing, ...]:
        """Return how each platform stands; none without the file. Raises BadInput with all that is wrong in it."""
        bridge = load(self.folder)
        with reading(self.engine) as session:
            return tuple(standing(session, one) for one in bridge.platforms) if bridge is not None else ()

    def retry(self, platform: str, actor: Actor, fault: int | None = None, from_start: bool = False) -> None:
        """Have a round made now, with what was given up (`fault`: only that one), or all their tickets read again.

        Raises NotAllowed for all but the center, BadInput for an unknown platform, Conflict when `fault` does not wait.
        """
        if actor.role is not Role.CENTER:
            message = _("{actor} may not take this step: it is for {role}")
            raise NotAllowed(message, actor=actor.name, role=translate(ROLES[Role.CENTER]))
        known = self._known(platform)
        now = clock.now()
        with transaction(self.engine) as session:
            where = store.place(session, known.name, now)
            tried = store.renew(session, known.name, fault, now)
            if fault is not None and not tried:
                message = _("fault {fault} does not wait for {platform}")
                raise Conflict(message, fault=fault, platform=known.name)
            where.due, where.attempts = now, 0
            if from_start:
                where.updated = None
            data: dict[str, JSON] = {"fault": fault, "faults": tried, "from_start": from_start}
            record(session, BridgeTag.RETRIED, actor.name, f"bridge:{known.name}", data)

    def _known(self, name: str) -> Platform:
        bridge = load(self.folder)
        for one in bridge.platforms if bridge is not None else ():
            if one.name == name:
                return one
        choices = ", ".join(one.name for one in bridge.platforms) if bridge is not None else ""
        message = _("there is no platform {name}; there are: {choices}")
        raise BadInput([Problem(message, {"name": name, "choices": choices}, file=str(COUNTY))])
