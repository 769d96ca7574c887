"""What the platforms can hold of what intent draws, as a table: the knowledge of `inventory.intent.adapt`. Pure.

Lengths are bytes of UTF-8, after the vendors' command references; timers are seconds. A suite is what IKE and ESP of a
tunnel are protected with, as strongSwan names it; a platform lists what it has, and the first of `SUITES` that both
ends of a tunnel have is taken, so that the county's own comes first.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Suite(NamedTuple):
    """The proposals of a tunnel."""

    ike: str
    esp: str


GCM = Suite("aes128gcm16-prfsha256-ecp256", "aes128gcm16")
CBC = Suite("aes128-sha256-ecp256", "aes128-sha256")
CBC_GROUP_14 = Suite("aes128-sha256-modp2048", "aes128-sha256")
SUITES = (GCM, CBC, CBC_GROUP_14)


@dataclass(frozen=True)
class Kind:
    """What a platform can hold."""

    rsa: bool = True
    """its SSH server takes no Ed25519 key, so administrators sign in with the RSA key"""
    hashed: bool = False
    """it shows an RSA key as its MD5 sum only, so that is what we mean too"""
    dpd: int = 10
    """the least time between two looks for a dead peer"""
    banner: int = 200
    text: int = 80
    """length of a description or a VLAN's name"""
    groups: bool = False
    """whether VRRP groups of one set change state together"""
    leads: bool = False
    """whether routes can stand while the device is master of a VRRP group, so that what comes follows what goes"""
    log_rates: bool = False
    """its filters say how often a rule logs; else it bounds that by itself"""
    sha_time: bool = False
    """it asks time servers with a key of SHA-256; else with one of MD5"""
    macs: bool = False
    """its filters know hardware addresses"""
    snmp_by_address: bool = False
    """its SNMP agent can be told at which address to listen; else at all, and the filter says who may ask"""
    locked: bool = False
    """it keeps accounts that cannot sign in; else they are removed"""
    passwords: bool = True
    """its SSH server can be told to refuse passwords"""
    lists_only: bool = False
    """no device of it keeps state, so all filters are access lists"""
    switches_by_lists: bool = True
    """its switches hold filters as access lists"""
    suites: tuple[Suite, ...] = SUITES
    proxies: bool = False
    """whether it answers ARP for what is elsewhere unless it is told not to, so it is told"""


KINDS = {
    "linux": Kind(
        rsa=False,
        dpd=1,
        groups=True,
        leads=True,
        log_rates=True,
        sha_time=True,
        macs=True,
        snmp_by_address=True,
        locked=True,
        switches_by_lists=False,
    ),
    "huawei_vrp": Kind(groups=True, macs=True, snmp_by_address=True, locked=True),
    "h3c_comware": Kind(groups=True, locked=True, suites=(CBC, CBC_GROUP_14)),
    "ruijie": Kind(lists_only=True, hashed=True, passwords=False, suites=(), proxies=True),
    "cisco_ios": Kind(lists_only=True, hashed=True, proxies=True),
}
