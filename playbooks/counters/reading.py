"""Asks devices for the counters of their filter rules, all at once, one result per device (`countynet.counters`).

Only what counts every packet is asked: nftables, IOS routers, USG firewalls. Access lists that switches hold in
hardware count only where somebody has them counted, packet by packet or not at all, and say zero else; routers of VRP
and Comware say no hits of interface filters; so of these the counters are not known, and never taken for zero.
"""

import threading
from collections.abc import Collection, Mapping
from typing import Any

from countynet import clock
from countynet.errors import DeviceError
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from inventory.deviceconfig import DeviceConfig
from inventory.model import County, Device
from playbooks.counters import words
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits
from playbooks.device.service import around_of, opener, redactor, select
from topology.reach.analysis.chain import Chain, chains
from topology.reach.analysis.counted import Counts

NFT = (
    "nft list table inet countynet; stat -c 'since %Y' /etc/nftables.conf; "
    'while read -r name value rest; do [ "$name" = btime ] && echo "since $value"; done </proc/stat; :'
)
"""the rules with their counters, the last load of the rules and the start of the device"""
UNTOLD = _("such a device does not count every packet by rule")
OTHERS = _("it runs other rules than were last fetched, or shows no counters")
NEVER_FETCHED = _("its running configuration was never fetched")


def read(
    county: County, settings: Settings, configs: Mapping[str, DeviceConfig], only: Collection[str] = ()
) -> dict[str, Counts]:
    """Return the counters of devices by name, all of the county if none is named; a reason where there are none.

    Raises BadInput for an unknown device or a missing secret, Conflict without a place to stand.
    """
    devices = select(county, tuple(only) or None)
    silent = {d.name: Counts(reason=translate(NEVER_FETCHED)) for d in devices if d.name not in configs}
    silent |= {d.name: Counts(reason=translate(UNTOLD)) for d in devices if d.name in configs and not tells(d)}
    asked = tuple(device for device in devices if device.name not in silent)
    if not asked:
        return silent
    secrets, limits = Secrets.load(settings), Limits()

    def act(device: Device, session: Session[Any], _began: float) -> tuple[str, Counts]:
        found = tuple(chains(device.name, device.platform, configs[device.name]))
        return device.name, ask(device, session.transport, found, limits.command)

    operation = Operation(
        asked, opener(county, settings, secrets, limits), act, _failed, limits, around_of(settings),
        redactor(secrets), cancelled=threading.Event(),
    )  # fmt: skip
    return silent | dict(operation.run())


def tells(device: Device) -> bool:
    """Whether a device counts every packet by rule and shows it."""
    if device.platform == "huawei_vrp":
        return device.role is DeviceRole.FIREWALL
    return device.platform == "linux" or (device.platform == "cisco_ios" and device.role is DeviceRole.CPE)


def ask(device: Device, transport: Any, found: tuple[Chain, ...], seconds: float) -> Counts:
    """Return the counters of one open device. Raises DeviceError."""
    if device.platform == "linux":
        said = transport.run(NFT, seconds).output
        hits, since = words.nft(said, found), words.nft_since(said)
    elif device.platform == "cisco_ios":
        hits = words.ios(transport.ask("show access-lists", seconds).words, found)
        since = words.started(transport.ask("show version", seconds).words, clock.now())
    else:
        hits = words.usg(transport.ask("display security-policy rule all", seconds).words, found)
        since = words.started(transport.ask("display version", seconds).words, clock.now())
    return Counts(hits, since) if hits else Counts(reason=translate(OTHERS))


def _failed(name: str, _seconds: float, error: DeviceError) -> tuple[str, Counts]:
    return name, Counts(reason=translate_error(error))
