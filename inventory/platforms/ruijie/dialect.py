"""What Ruijie RGOS (S2910 and S5750 switches, EG, NBR and RSR gateways) does in its own way.

Sources: RGOS configuration guides and command references, and running configurations that people have published.
"""

import re
from collections.abc import Iterator, Sequence

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import relays
from inventory.platforms.ioslike import access, bgp, ipv6, vrrp, words
from inventory.platforms.ioslike.dialect import Dialect, Part
from inventory.platforms.ioslike.reading import Ios

TUNNELS = _("{system} is not told IKEv2 tunnels here: put the tunnel on another device")
NETWORK = _("{system} switches OSPF on by an interface's address, and {value} has none")


def trunk(vlans: Sequence[int]) -> Sequence[str]:
    """Return the lines that say which VLANs a trunk carries; a long list goes on with `add`."""
    start = "switchport trunk allowed vlan"
    if not vlans:
        return [f"{start} remove 1-4094"]
    first, *more = words.ranges(vlans)
    return [f"{start} only {first}", *(f"{start} add {text}" for text in more)]


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what RGOS refuses and IOS does not."""
    for tunnel in config.tunnels:
        yield Problem(TUNNELS, where=f"tunnels.{tunnel.name}")
    for item in config.interfaces:
        if item.ospf and not item.addresses:
            yield Problem(NETWORK, {"value": item.name}, where=f"interfaces.{item.name}.ospf")


def _finish(reading: Ios) -> None:
    bgp.finish(reading, missing_denies=False)
    ipv6.finish(reading)


RGOS = Dialect(
    title="Ruijie RGOS",
    svi="VLAN",
    spaced=True,
    null="Null 0",
    numbered=True,
    deny="deny",
    host="logging server",
    log_source="logging source interface",
    dns_source=False,
    ntp_inline=True,
    lldp=("lldp enable", "no lldp enable"),
    lldp_default=True,
    lldp_off=("no lldp enable",),
    routes_as=lambda _switches: True,
    trunk=trunk,
    access_said=False,
    shows_vlan_1=True,
    vlan_list="vlan range",
    ospf_at_interface=False,
    vrrp=vrrp.plain,
    vrrp_version="",
    vrrp_objects=False,
    snmp_auth={"SHA-256": "sha256", "SHA-512": "sha512"},
    snmp_priv="aes128",
    snmp_trap="traps version 3 priv",
    ssh_on="enable service ssh-server",
    keys_only="",
    vty=("0 4",),
    key=re.compile(r"ssh-rsa-md5 [0-9A-F]{32}"),
    write_key=access.file,
    key_head="",
    relay=relays.RGOS,
    part=Part(rules=[*ipv6.RULES, *bgp.RULES], interface=ipv6.INTERFACE, finish=_finish),
    problems=problems,
    forwards6=True,
)
