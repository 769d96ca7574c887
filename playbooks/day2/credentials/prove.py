"""Whether the next credential opens devices, each in a session of its own that uses nothing else."""

import threading
import time
from collections.abc import Collection
from typing import Any

from countynet.agents import Login, refusals
from countynet.errors import DeviceError
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.intent import rotation
from inventory.intent.rotation import Kind
from inventory.model import County, Device
from playbooks.device import service
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits

TRIES, PAUSE = 3, 2.0
"""how often an agent that refuses is asked again, and after how many seconds"""
OVER_STAGING = _("answers over staging only; its line carries nothing")


def refused(settings: Settings, county: County, kind: Kind, names: Collection[str]) -> dict[str, str]:
    """Return, by device, why the next credential did not open it, in the language of the context.

    A tunnel is proven by the guard of its CPE's change, which ends and begins it and meets the device through it. The
    key of time opens nothing: its servers know it before a device is told.
    """
    if kind in ("vpn", "time") or not names:
        return {}
    secrets = Secrets.load(settings)
    if kind == "snmp":
        return _agents(settings, county, secrets, names)
    return _sessions(settings, county, secrets, names)


def _agents(settings: Settings, county: County, secrets: Secrets, names: Collection[str]) -> dict[str, str]:
    user = rotation.next_user(secrets.get)
    login = Login(user.name, user.auth_key, user.priv_key)
    addresses = {name: str(county.device_by_name[name].management) for name in names}
    found = refusals(settings, addresses, login)
    for _again in range(TRIES):  # an agent that was told something new starts anew
        if found:
            time.sleep(PAUSE)
            found = refusals(settings, {name: addresses[name] for name in found}, login)
    said = _("its agent does not let the new user in: {why}")
    return {name: translate(said, why=why) for name, why in found.items()}


def _sessions(settings: Settings, county: County, secrets: Secrets, names: Collection[str]) -> dict[str, str]:
    def met(device: Device, session: Session[Any], _began: float) -> tuple[str, str]:
        if session.way != "in-band":
            raise DeviceError(device.name, OVER_STAGING)
        return device.name, ""

    limits = Limits()
    operation = Operation(
        [county.device_by_name[name] for name in names],
        service.opener(county, settings, secrets, limits, following=True),
        met,
        lambda name, _seconds, error: (name, translate_error(error)),
        limits,
        service.around_of(settings),
        service.redactor(secrets),
        cancelled=threading.Event(),
    )
    return {name: why for name, why in operation.run() if why}
