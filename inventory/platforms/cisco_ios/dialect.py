"""What Cisco IOS and IOS XE (Catalyst switches, ISR routers) do in their own way. Source: IOS command references."""

import re
from collections.abc import Iterator, Sequence

from countynet.errors import Problem
from inventory.deviceconfig import DeviceConfig
from inventory.platforms import relays
from inventory.platforms.cisco_ios import ipsec, tunnels
from inventory.platforms.ioslike import access, bgp, ipv6, vrrp, words
from inventory.platforms.ioslike.dialect import Dialect, Part
from inventory.platforms.ioslike.reading import Ios


def trunk(vlans: Sequence[int]) -> Sequence[str]:
    """Return the lines that say which VLANs a trunk carries; a long list goes on with `add`."""
    first, *more = words.ranges(vlans) or ["none"]
    start = "switchport trunk allowed vlan"
    return [f"{start} {first}", *(f"{start} add {text}" for text in more)]


def _blocks(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    return [*tunnels.render(dialect, config), *ipv6.render(dialect, config)]


def _lines(config: DeviceConfig, name: str) -> list[str]:
    return [*tunnels.lines(config, name), *ipv6.lines(config, name)]


def _finish(reading: Ios) -> None:
    ipsec.finish(reading)
    bgp.finish(reading, missing_denies=True)
    ipv6.finish(reading)


def _problems(config: DeviceConfig) -> Iterator[Problem]:
    yield from tunnels.problems(config)
    yield from ipv6.problems(config)


IOS = Dialect(
    title="Cisco IOS",
    svi="Vlan",
    spaced=False,
    null="Null0",
    numbered=False,
    deny="deny  ",
    host="logging host",
    log_source="logging source-interface",
    dns_source=True,
    ntp_inline=False,
    lldp=("lldp run", "no lldp run"),
    lldp_default=False,
    lldp_off=("no lldp transmit", "no lldp receive"),
    routes_as=lambda switches: not switches,
    trunk=trunk,
    access_said=True,
    shows_vlan_1=False,
    vlan_list="vlan",
    ospf_at_interface=True,
    vrrp=vrrp.family,
    vrrp_version="fhrp version vrrp v3",
    vrrp_objects=True,
    snmp_auth={"SHA-256": "sha-2 256", "SHA-512": "sha-2 512"},
    snmp_priv="aes 128",
    snmp_trap="version 3 priv",
    ssh_on="",
    keys_only="ip ssh server algorithm authentication publickey",
    vty=("0 4", "5 15"),
    key=re.compile(r"ssh-rsa [A-Za-z0-9+/]+={0,2}|ssh-rsa-md5 [0-9A-F]{32}"),
    write_key=access.chain,
    key_head="ip ssh pubkey-chain",
    relay=relays.IOS,
    part=Part(
        rules=[*ipsec.RULES, *ipv6.RULES, *bgp.RULES],
        interface=[*ipsec.INTERFACE, *ipv6.INTERFACE],
        blocks=_blocks,
        lines=_lines,
        finish=_finish,
    ),
    problems=_problems,
    six=True,
)
