"""The small words of VRP's dialogue: names of ports, masks, models and their releases."""

import re
from typing import Any

from inventory.platforms.blocks import Reading, Table
from topology.twin.vendor.grammar import Refused
from topology.twin.vendor.secrets import Cipher
from topology.twin.vendor.tree import Tree

PORTS = r"(X?GigabitEthernet|GE|XGE|Ethernet|MultiGE|MEth|(10|25|40|50|100|200|400)GE|Eth-Trunk)\d\S*"
INTERFACE = r"interface .*"
CIPHER = Cipher(
    patterns=(
        r"\b(?:authentication-mode|privacy-mode) \S+ (?:cipher )?(?P<secret>\S+)$",
        r"\bospf authentication-mode md5 \d+ (?:cipher |plain )?(?P<secret>\S+)$",
        r"\blocal-user \S+ password (?:irreversible-cipher|cipher|simple) (?P<secret>\S+)$",
        r"\bpre-shared-key (?:cipher |simple )?(?P<secret>(?!cipher$|simple$)\S+)$",
    ),
    before="%^%#",
    after="%^%#",
    irreversible=r"password irreversible-cipher",
    hash_marks=("$1a$", "$"),
)
TYPES = (
    "GigabitEthernet", "XGigabitEthernet", "Ethernet", "MultiGE", "MEth", "Eth-Trunk", "Vlanif", "LoopBack", "Tunnel",
    "Dialer", "NULL", "10GE", "25GE", "40GE", "100GE", "GE", "XGE", "Cellular", "Serial",
)  # fmt: skip
FREE_TEXT = r"description|header|name|remark|snmp-agent sys-info (contact|location)|rule name|alias"


def tables() -> tuple[Table[Any], Reading]:
    """Return the parser's table of top lines, and a fresh reading."""
    from inventory.platforms.huawei_vrp.reading import Vrp
    from inventory.platforms.huawei_vrp.sections import TOP

    return TOP, Vrp()


def mask(length: int) -> str:
    """Return a mask by its length. Raises Refused."""
    if not 0 <= length <= 32:
        raise Refused("Wrong parameter")
    bits = (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
    return ".".join(str(bits >> shift & 255) for shift in (24, 16, 8, 0))


def area(number: int) -> str:
    """Return an area's number as an address."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def host_name(tree: Tree) -> str:
    """Return the device's name."""
    found = next((e.text for e in tree.roots if e.text.startswith("sysname ")), "sysname HUAWEI")
    return found.removeprefix("sysname ")


def two_phase(model: str) -> bool:
    """Whether a model runs VRP8, where lines go to a candidate until `commit`."""
    return re.match(r"(?i)(CE|NE|ATN|CloudEngine|NetEngine)", model) is not None


def version(model: str) -> str:
    """Return the release that a device of a model says it runs."""
    if two_phase(model):
        return "V200R019C10SPC800"
    if model.upper().startswith("AR"):
        return "V300R019C13SPC200"
    return "V600R007C20SPC500" if model.upper().startswith("USG") else "V200R019C10SPC500"
