"""What devices see around them, read by whichever worker polls them: LLDP each minute, all tables each five minutes.

The single poller does the same from its own memory; here a mark in the broker says that it is somebody's turn, so that
several workers ask no more often than one would.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from monitoring.poller import write
from monitoring.poller.samples import neighbours
from monitoring.scale import leases
from monitoring.scale.portions import Portion
from monitoring.sighting import keep
from monitoring.sighting.looks import look
from monitoring.snmp.questions import NEIGHBOURS
from monitoring.snmp.seam import Answer, Target

if TYPE_CHECKING:
    from monitoring.scale.counties import County
    from monitoring.scale.work import Crew


def look_around(crew: "Crew", county: "County", portion: Portion, answers: Mapping[str, Answer]) -> None:
    """Ask those of a portion that just answered, where it is their turn, and keep what they say."""
    targets = [answer.target for answer in answers.values() if not answer.error]
    if targets and _turn(crew, portion, "lldp", crew.pace.neighbours):
        _neighbours(crew, county, targets)
    known = county.senses.known
    probed = [target for target in targets if target.device in known and known[target.device].at is not None]
    if probed and _turn(crew, portion, "around", crew.pace.around):
        found, silent = crew.asker.ask(county, lambda poller: look(poller, probed, known))
        keep.around(county.database, county.plan().county, found, silent)


def _turn(crew: "Crew", portion: Portion, what: str, pace: float) -> bool:
    """Tell whether it is time; true for one worker in so many seconds."""
    return leases.mark(crew.redis, what, f"{portion.county}:{portion.number}", pace - crew.pace.poll / 2)


def _neighbours(crew: "Crew", county: "County", targets: list[Target]) -> None:
    answers = crew.asker.ask(county, lambda poller: poller.ask(targets, NEIGHBOURS))
    found = [n for answer in answers.values() if not answer.error for n in neighbours(answer)]
    write.neighbours(county.database, found)
