"""What differs between the platforms that speak like IOS, as data. Sources: the vendors' command references."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from countynet.errors import Problem
from inventory.deviceconfig import DeviceConfig, Vrrp
from inventory.platforms.relays import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inventory.platforms.blocks import Handler

Blocks = Callable[["Dialect", DeviceConfig], Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Part:
    """A feature that one platform alone has, or has in its own way."""

    rules: "Sequence[tuple[str, Handler[Any]]]" = ()
    """lines at the top"""
    interface: "Sequence[tuple[str, Handler[Any]]]" = ()
    """lines of an interface's block"""
    blocks: Blocks = lambda _dialect, _config: ()
    """what it writes"""
    lines: Callable[[DeviceConfig, str], Sequence[str]] = lambda _config, _name: ()
    """what it writes into an interface's block"""
    finish: Callable[[Any], None] = lambda _reading: None


@dataclass(frozen=True, eq=False)
class Dialect:
    """A platform's own ways."""

    title: str
    """how it is called in messages"""
    svi: str
    """what VLAN interfaces are called"""
    spaced: bool
    """whether a space stands between an interface's kind and number"""
    null: str
    numbered: bool
    """whether entries of access lists are printed with their numbers"""
    deny: str
    """how the word is printed in an entry: IOS sets it as wide as `permit`"""
    host: str
    """the word before a log host"""
    log_source: str
    """the words before the interface that logs come from"""
    dns_source: bool
    """whether the interface that questions for names leave by can be said"""
    ntp_inline: bool
    """whether a time server's line says the interface that questions leave by; else one line says it for all"""
    lldp: tuple[str, str]
    """the line that says LLDP is on; that says it is off"""
    lldp_default: bool
    lldp_off: tuple[str, ...]
    """lines at a port that keeps silent"""
    routes_as: Callable[[bool], bool]
    """whether it routes when nothing is said, by whether it switches"""
    trunk: Callable[[Sequence[int]], Sequence[str]]
    """lines that say which VLANs a trunk carries"""
    access_said: bool
    """whether a port has to be told that it is an access port (or it could become a trunk by itself)"""
    shows_vlan_1: bool
    """whether VLAN 1, which is always there, stands in the text, so that it can have a name"""
    vlan_list: str
    """the words before a list of VLANs without names"""
    ospf_at_interface: bool
    """whether OSPF is switched on at the interface; else by `network` lines of the process"""
    vrrp: "Callable[[Dialect, Vrrp, Mapping[str, int]], Sequence[str]]"
    """lines of a group; by interface that groups watch, the number of its object"""
    vrrp_version: str
    """the line at the top without which VRRP is of version 2, or nothing"""
    vrrp_objects: bool
    """whether an interface that a group watches is an object of its own"""
    snmp_auth: dict[str, str]
    """the model's hash and the platform's words"""
    snmp_priv: str
    snmp_trap: str
    """the words between a receiver of traps and the user"""
    ssh_on: str
    """the line that switches the SSH server on, or nothing"""
    keys_only: str
    """the line that refuses passwords, or nothing if there is none"""
    vty: tuple[str, ...]
    """the lines for remote terminals, by their numbers"""
    key: re.Pattern[str]
    """what a user's key has to look like"""
    write_key: Callable[[str, str], Sequence[str]]
    """lines of a user's key, from name and key"""
    key_head: str
    """the head of the block that keys stand in, or nothing"""
    relay: Words
    """how it is told to relay DHCP"""
    part: Part
    problems: "Callable[[DeviceConfig], Iterable[Problem]]"
    """further problems of a configuration"""
    six: bool = False
    """whether its IPv6 is written"""
    forwards6: bool = False
    """whether it forwards IPv6 without a word"""

    def printed(self, name: str) -> str:
        """Return an interface's name as it is printed."""
        return re.sub(r"^([A-Za-z-]+)(?=\d)", r"\1 ", name) if self.spaced else name
