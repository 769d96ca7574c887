"""Asks devices what they have around them, all at once, one result per device (`countynet.surroundings`).

A device that does not answer, or whose words make no sense, is silent with its reason. A vendor's device that does not
know one of the commands was not asked for that table; the others count.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from countynet import clock
from countynet.errors import DeviceError
from countynet.i18n import translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.surroundings import Around, Table
from countynet.vocabulary import DeviceRole
from inventory import load_county
from inventory.model import County, Device
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits
from playbooks.device.service import around_of, opener, redactor, select
from playbooks.surroundings import linux, vendors

LINUX_TABLES = {
    "arp": Table.ARP, "fdb": Table.FDB, "leases": Table.DHCP, "lldp": Table.LLDP, "sessions": Table.SESSIONS
}  # fmt: skip
Act = Callable[[Device, Session[Any], float], Around]


def read(settings: Settings, engine: Engine, names: Sequence[str]) -> Around:
    """Return what devices have around them now. Raises BadInput, Conflict without a place to stand."""
    county, limits = load_county(Path(settings.county)), Limits()

    def act(device: Device, session: Session[Any], _began: float) -> Around:
        if device.platform == "linux":
            return of_linux(device, session.transport.run(linux.ASK, limits.command).output)
        return of_vendor(device, lambda line: str(session.transport.ask(line, limits.command).words))

    return ask_all(settings, county, select(county, tuple(names)), act)


def ask_all(settings: Settings, county: County, devices: Sequence[Device], act: Act) -> Around:
    """Do something with devices and return what all of them said; who failed is silent."""
    if not devices:
        return Around()
    secrets, limits = Secrets.load(settings), Limits()
    operation = Operation(
        devices, opener(county, settings, secrets, limits), act, _failed, limits, around_of(settings),
        redactor(secrets), cancelled=threading.Event(),
    )  # fmt: skip
    found = Around()
    for one in operation.run():
        found = found.plus(one)
    return found


def of_linux(device: Device, text: str) -> Around:
    """Return what a Linux device said."""
    now, said = clock.now(), linux.parts(text)
    asked = {(device.name, table) for name, table in LINUX_TABLES.items() if name in said and "end" in said}
    return Around(
        tuple(linux.rows(device.name, said, now)),
        tuple(linux.flows(device.name, said)),
        own=linux.own(device.name, said),
        asked=frozenset(asked),
    )


def of_vendor(device: Device, ask: Callable[[str], str]) -> Around:
    """Return what a vendor's device says to our questions."""
    found = Around()
    for table, question in vendors.QUESTIONS[device.platform]:
        text = ask(question)
        if not vendors.refused(text):
            rows = tuple(vendors.rows(device.name, table, text))
            mine = vendors.own(device.name, text) if table is Table.ARP else {}
            found = found.plus(Around(rows, own=mine, asked=frozenset({(device.name, table)})))
    question = vendors.SESSIONS.get(device.platform, "") if device.role is DeviceRole.FIREWALL else ""
    if question and not vendors.refused(text := ask(question)):
        read_ = vendors.usg if device.platform == "huawei_vrp" else vendors.h3c
        found = found.plus(
            Around(flows=tuple(read_(device.name, text)), asked=frozenset({(device.name, Table.SESSIONS)}))
        )
    return found


def _failed(name: str, _seconds: float, error: DeviceError) -> Around:
    return Around(silent={name: translate_error(error)})
