"""What pages may do with findings about terminals: read them in few queries, and have a scan begun by the worker."""

from dataclasses import dataclass

from sqlalchemy import Engine

from audit.terminals import read
from audit.terminals.jobs import KIND
from audit.terminals.model import Finding
from audit.terminals.read import Findings
from audit.terminals.store import Sieve
from countynet.db import reading, transaction
from countynet.errors import Conflict, NotAllowed
from countynet.i18n import _
from countynet.jobs import submit
from countynet.people import Actor
from countynet.schedules import under_way
from countynet.vocabulary import Role

SCANNERS = (Role.CENTER, Role.AUDITOR)


@dataclass(frozen=True)
class Scans:
    """Scans of terminals and what they found."""

    engine: Engine

    def findings(self, which: Sieve) -> Findings:
        """Return findings and the newest scan."""
        return read.findings(self.engine, which)

    def finding(self, number: int) -> Finding:
        """Return a finding. Raises BadInput when there is none."""
        return read.finding(self.engine, number)

    def under_way(self) -> bool:
        """Whether a scan waits or runs."""
        with reading(self.engine) as session:
            return under_way(session, KIND)

    def start(self, actor: Actor) -> int:
        """Queue a scan (center, auditor) and return the job. Raises NotAllowed, Conflict while one is under way."""
        if actor.role not in SCANNERS:
            raise NotAllowed(_("only the center and the auditor begin a scan of terminals"))
        with transaction(self.engine) as session:
            if under_way(session, KIND):
                raise Conflict(_("a scan of terminals is under way"))
            return submit(session, KIND, {}, actor.name)
