"""dnsmasq as a DHCP relay (RFC 1542): it carries what computers of a LAN ask to the server and back; no names.

`port=0` keeps its name server off. It takes questions on the interfaces that are named alone, and speaks to the server
from the interface's first address, by which the server knows the LAN. The filters of nftables apply to it, as it hears
by ordinary sockets: who may not pass the device is not carried either.
"""

import re
from collections.abc import Iterator

from inventory.deviceconfig import DeviceConfig, Interface
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, file

PATH = "/etc/dnsmasq.d/countynet-relay.conf"
_INTERFACE = re.compile(r"interface=(\S+)")
_RELAY = re.compile(r"dhcp-relay=\d+\.\d+\.\d+\.\d+,(\d+\.\d+\.\d+\.\d+)")


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the relay; none for a device that carries nothing."""
    lines = [line for item in config.interfaces if item.dhcp_relays for line in _lines(item)]
    return {PATH: file(["port=0", *lines])} if lines else {}


def _lines(item: Interface) -> Iterator[str]:
    yield f"interface={item.name}"
    yield from (f"dhcp-relay={item.addresses[0].ip},{server}" for server in item.dhcp_relays)


def parse(files: Files, draft: Draft) -> None:
    """Read which interface is carried where; the guard lists what differs from what that would render to."""
    name = ""
    for line in files[PATH].lines if PATH in files else ():
        if found := _INTERFACE.fullmatch(line):
            name = found[1]
        elif name and (found := _RELAY.fullmatch(line)):
            fields = draft.interfaces[name]
            fields["dhcp_relays"] = (*fields.get("dhcp_relays", ()), found[1])
