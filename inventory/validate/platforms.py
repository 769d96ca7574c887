"""Devices and their platforms: ports named as the platform prints them, the maker whose system it is. Pure.

Port names are stored without the space that some platforms print between word and number (Ruijie's `GigabitEthernet
0/1` is `GigabitEthernet0/1` here). Sources: Huawei "Interface numbering", H3C "Interface numbering conventions", Ruijie
"Interface commands", Cisco "Interface and Hardware Component Configuration Guide"; for Linux, IFNAMSIZ (16 bytes with
its end) and what Open vSwitch and FRR take without quotes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.intent.platforms import KINDS
from inventory.model import County
from inventory.validate.finding import Finding, wrong
from inventory.validate.rule import advice, error, warning


@dataclass(frozen=True)
class Printed:
    """How a platform calls ports, and who makes what it runs on."""

    ports: re.Pattern[str]
    like: str
    """an example for people"""
    makers: tuple[str, ...] = ()
    """a part of the maker's name, in small letters; none: anybody"""
    models: re.Pattern[str] = re.compile(r".+")


def _pattern(words: str, numbers: str) -> re.Pattern[str]:
    return re.compile(rf"({words}){numbers}", re.ASCII)


PRINTED: Mapping[str, Printed] = {
    "linux": Printed(re.compile(r"[a-z][a-z0-9.-]{0,14}"), "eth0, lan0, x-core1"),
    "huawei_vrp": Printed(
        _pattern(r"X?GigabitEthernet|GE|XGE|Ethernet|MultiGE|MEth|(10|25|40|50|100|200|400)GE", r"\d+(/\d+){1,3}"),
        "GigabitEthernet0/0/1, XGigabitEthernet0/0/1, 10GE1/0/1",
        ("华为", "huawei"),
        re.compile(r"(S|AR|USG|CE|NE|NetEngine|CloudEngine|Eudemon|SRG)\s?\S*", re.ASCII),
    ),
    "h3c_comware": Printed(
        _pattern(
            r"(M-|Ten-|FortyGig-)?GigabitEthernet|M-Ethernet|Ethernet|FortyGigE|Twenty-FiveGigE|TwentyGigE|HundredGigE"
            r"|TwoHundredGigE|FourHundredGigE",
            r"\d+(/\d+){1,3}",
        ),
        "GigabitEthernet1/0/1, Ten-GigabitEthernet1/0/49",
        ("新华三", "华三", "h3c", "hp"),
    ),
    "ruijie": Printed(
        _pattern(
            r"(Fast|Gigabit|TenGigabit|FortyGigabit|HundredGigabit)Ethernet|TFGigabitEthernet|Mgmt", r"\d+(/\d+){0,2}"
        ),
        "GigabitEthernet0/1, TenGigabitEthernet0/25",
        ("锐捷", "ruijie"),
    ),
    "cisco_ios": Printed(
        _pattern(
            r"(Fast|Gigabit|TwoGigabit|FiveGigabit|TenGigabit|FortyGigabit)?Ethernet|TwentyFiveGigE|HundredGigE",
            r"\d+(/\d+){0,2}",
        ),
        "GigabitEthernet0/0/1, TenGigabitEthernet1/1/1",
        ("思科", "cisco"),
    ),
}


def ports(county: County) -> Iterator[Finding]:
    """A device's ports are named as its platform prints them."""
    for i, device in enumerate(county.devices):
        printed = PRINTED[device.platform]
        for j, port in enumerate(device.ports):
            if not printed.ports.fullmatch(port):
                message = _("{platform} prints no port {port}; its ports are like {like}")
                values = {"platform": device.platform, "like": printed.like}
                yield wrong(("devices", i, "ports", j), message, port=port, **values)


def uplink(county: County) -> Iterator[Finding]:
    """A CPE or VPN hub whose ports are not named by what they are for says which is its uplink."""
    for i, device in enumerate(county.devices):
        if device.role not in (DeviceRole.CPE, DeviceRole.VPN_HUB):
            continue
        if device.uplink is None and device.platform != names.GENERIC:
            yield wrong(("devices", i), _("{node} does not say which port is its uplink"), node=device.name)
        elif device.uplink is not None and device.uplink not in device.ports:
            message = _("{node} has no port {port}; it has: {ports}")
            values = {"node": device.name, "port": device.uplink, "ports": ", ".join(device.ports)}
            yield wrong(("devices", i, "uplink"), message, **values)


def makers(county: County) -> Iterator[Finding]:
    """A device of a maker runs that maker's system."""
    for i, device in enumerate(county.devices):
        known, make = PRINTED[device.platform].makers, device.make.lower()
        if known and not any(maker in make for maker in known):
            message = _("{node} is made by {make}, but {platform} is the system of {makers}")
            values = {"node": device.name, "make": device.make, "makers": ", ".join(known)}
            yield wrong(("devices", i, "platform"), message, platform=device.platform, **values)


def models(county: County) -> Iterator[Finding]:
    """A device's model is one of those that its platform runs on: patches depend on it."""
    for i, device in enumerate(county.devices):
        if not PRINTED[device.platform].models.fullmatch(device.model):
            message = _("{platform} runs on no model {model}")
            yield wrong(("devices", i, "model"), message, platform=device.platform, model=device.model)


def unbound(county: County) -> Iterator[Finding]:
    """A unit whose computers are bound by hardware address has a CPE whose filters know such addresses."""
    for i, device in enumerate(county.devices):
        unit = county.unit_by_id.get(device.unit or "")
        if unit is None or KINDS[device.platform].macs or not unit.terminals:
            continue
        if all(terminal.mac for terminal in unit.terminals):
            message = _("the filters of {platform} know no hardware addresses: any computer may use the LAN of {unit}")
            yield wrong(("devices", i, "platform"), message, platform=device.platform, unit=unit.id)


RULES = (
    error("port-names", ports, _("the port as the platform prints it, without spaces")),
    error("device-uplink", uplink, _("uplink: the port to the line or the operator")),
    advice("mac-unbound", unbound, _("a CPE on linux or huawei_vrp, where only the unit's computers shall pass")),
    warning("platform-make", makers, _("the platform that this maker's devices run")),
    warning("platform-model", models, _("the model as its maker writes it, e.g. S5735-L24T4S-A, AR651, USG6630")),
)
