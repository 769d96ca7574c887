"""An apply of a plan with its backups: what the devices ran before, and what they run after, each in a version.

Before is what `playbooks.plan.apply` reads anyhow, before it touches anything; after is read anew from the devices that
were touched, because what a device runs is known from the device. A device that does not answer then is named, and
changes nothing about how the plan ended.
"""

import threading

from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error, translate_why
from countynet.settings import Settings
from inventory import running
from inventory.running import Cause, Why
from playbooks.backup.take import take
from playbooks.device.results import Limits
from playbooks.plan import apply as applying
from playbooks.plan.apply import Told
from playbooks.plan.book import Entry
from playbooks.plan.checks import Checks
from playbooks.plan.model import DeviceState

UNTOUCHED = (DeviceState.WAITING, DeviceState.UNREACHED)


def apply(
    settings: Settings,
    number: int,
    told: Told,
    *,
    actor: str,
    cancelled: threading.Event | None = None,
    limits: Limits | None = None,
    checks: Checks | None = None,
) -> Entry:
    """Apply a plan between two backups and return it as it then stands. Raises what `playbooks.plan.apply` raises."""
    with running.because(Why(actor, Cause.PLAN, f"{number} before")):
        entry = applying.apply(
            settings, number, told, actor=actor, cancelled=cancelled, limits=limits, checks=checks
        )  # fmt: skip
    touched = [name for name, device in entry.devices.items() if device.state not in UNTOUCHED]
    if touched:
        _after(settings, number, touched, told, actor, limits)
    return entry


def _after(
    settings: Settings, number: int, names: list[str], told: Told, actor: str, limits: Limits | None
) -> None:  # fmt: skip
    told("", translate(_("keeping what the devices run now")))
    why = Why(actor, Cause.PLAN, f"{number} after")
    try:
        taken = take(settings, why, [f"name={','.join(names)}"], limits=limits)
    except CountyError as error:
        told("", translate_error(error))
        return
    for one in taken:
        if one.error:
            told(one.device, translate_why(one.error))
