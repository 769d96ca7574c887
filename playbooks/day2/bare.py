"""A bare box brought up at its staging address, to what the inventory says: it has nothing to lose and no path yet.

What answers in band in a device's place is in service and is changed by a plan only; it is never touched here.
"""

import threading

from countynet.errors import DeviceError
from countynet.i18n import _, translate, translate_error, translate_why
from countynet.settings import Settings
from inventory.model import County
from playbooks.device import service
from playbooks.device.reach import Way, reach
from playbooks.device.results import Limits, Step
from playbooks.plan.make import settled
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

UP = _("{device} is brought up: it answers in band and its staging port is shut")


def way(settings: Settings, county: County, name: str) -> Way | None:
    """Return by which of its addresses a device answers SSH, None when by neither."""
    found = list[Way]()

    def look() -> None:
        with service.around_of(settings)():
            try:
                reached = reach(county.device_by_name[name], Limits())
            except DeviceError:
                return
            reached.sock.close()
            found.append(reached.way)

    thread = threading.Thread(target=look, name="day2-reach")  # a thread has a network namespace of its own
    thread.start()
    thread.join()
    return found[0] if found else None


def announced(work: Work, name: str, found: Way) -> None:
    """Announce that a device is cut off, unless it answers in its place and has all that it is to have: of what an
    earlier run has done nothing is left to cut off."""
    if found == "staging" or name not in settled(work.settings, work.actor.name, [name])[0]:
        work.cuts([name])


def brought_up(work: Work, county: County, name: str) -> Ended:
    """Bring a device up over staging and wait until it answers in band. Raises BadInput, Conflict."""

    def told(step: Step) -> None:
        if step.kind != "waiting" and step.error:
            work.heard(Heard(translate_why(step.error), name))

    (result,) = service.apply(
        county, work.settings, [name], told, actor=work.actor.name, cancelled=work.cancelled, patience=60.0
    )
    if result.error:
        return Ended(False, (HostResult(name, error=result.error),), translate_error(result.error))
    words = translate(UP, device=name)
    return Ended(True, (HostResult(name, ok=1, changed=int(result.changed)),), words)
