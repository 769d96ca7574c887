"""What a vendor's interfaces are called in the kernel of the twin, whose names have at most 15 characters.

One pure function, so that the wiring, which lays the cables, and the simulated device, which configures them, agree
without talking: GigabitEthernet0/0/1 is ge0-0-1, Vlanif10 and its kin v10, the loopback lo, the tunnel ipsec0; the
staging port, which each device has, is stg0 on all of them. Two interfaces of one device never share a name; a name
that would be too long ends in a checksum instead.
"""

import re
from zlib import crc32

from inventory import names
from inventory.model import Device

LONGEST = 15
_WORDS = {
    "ethernet": "eth",
    "fastethernet": "fe",
    "gigabitethernet": "ge",
    "ge": "ge",
    "xgigabitethernet": "xge",
    "xge": "xge",
    "ten-gigabitethernet": "te",
    "tengigabitethernet": "te",
    "twogigabitethernet": "tw",
    "fivegigabitethernet": "fi",
    "multige": "mg",
    "twenty-fivegige": "tf",
    "twentyfivegige": "tf",
    "tfgigabitethernet": "tf",
    "twentygige": "tn",
    "fortygige": "fo",
    "fortygig-gigabitethernet": "fo",
    "fortygigabitethernet": "fo",
    "hundredgige": "hu",
    "hundredgigabitethernet": "hu",
    "twohundredgige": "th",
    "fourhundredgige": "fh",
    "meth": "meth",
    "m-ethernet": "meth",
    "m-gigabitethernet": "mge",
    "mgmt": "mgmt",
    "eth-trunk": "trunk",
    "bridge-aggregation": "bagg",
    "route-aggregation": "ragg",
    "aggregateport": "ag",
    "port-channel": "po",
    "vlanif": "v",
    "vlan-interface": "v",
    "vlan": "v",
    "tunnel": "ipsec",
}
_PRINTED = re.compile(r"((?:\d+GE)|[A-Za-z][A-Za-z-]*?) ?(\d+(?:[/:]\d+)*)((?:\.\d+)?)", re.ASCII)


def kernel_name(port: str) -> str:
    """Return the kernel's name of an interface as a platform prints it; one that is short and strange stays itself."""
    match = _PRINTED.fullmatch(port)
    if match is None or match[1].lower() == "loopback":
        return "lo" if match and match[2] == "0" else _within(port)
    word = match[1].lower()
    if word not in _WORDS and not word[0].isdigit():
        return _within(port)
    if word == "tunnel":
        return "ipsec0"
    return _within(_WORDS.get(word, word) + re.sub("[/:]", "-", match[2]) + match[3])


def kernel(device: Device, interface: str) -> str:
    """Return the kernel's name of a device's interface: a Linux device's is its own, every staging port is stg0."""
    if interface == names.staging(device):
        return names.STAGING
    return interface if device.platform == names.GENERIC else kernel_name(interface)


def _within(name: str) -> str:
    clean = re.sub(r"[^A-Za-z0-9.-]", "-", name)
    return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 6]}{crc32(name.encode()) & 0xFFFFFF:06x}"
