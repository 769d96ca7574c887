"""Lines that are understood and say nothing that the model holds, each with the reason why nothing is lost.

A line may stand here only if no question that we answer (who reaches whom, who may sign in, what is logged) can have
another answer without it. Everything else that we do not read is unparsed. `docs/platforms.md` shows this table.
"""

from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp.reading import Vrp

REASONS: dict[str, tuple[str, ...]] = {
    "a version, a licence, an update or a file name": (
        r"(undo )?license active .*",
        r"ftm .*",
        r"set save-configuration .*",
        r"save-configuration .*",
        r"l2tp domain suffix-separator @",
        r"update schedule .*",
        r"board add .*",
        r"dba-profile .*",
    ),
    "the clock on the wall; events carry their own time": (r"clock (timezone|daylight-saving-time) .*",),
    "the face of the device's own web page or terminal": (
        r"set cpu-usage threshold .*",
        r"set memory-usage threshold .*",
        r"web-manager .*timeout.*",
        r"undo web-manager .*enable.*",
    ),
    "a service that is off": (
        r"undo http (server|secure-server).*",
        r"undo telnet (ipv6 )?server enable",
        r"undo ftp server.*",
        r"undo icmp name .*",
        r"undo snmp-agent sys-info version v1 v2c",
    ),
    "a profile that devices come with, as long as its block is empty": (
        r"authentication-profile name (default_authen|dot1x_authen|mac_authen)_profile",
        r"(dot1x|mac)-access-profile name (dot1x|mac)_access_profile",
        r"portal-access-profile name portal_access_profile",
        r"free-rule-template name default_free_rule",
        r"diffserv domain default",
        r"drop-profile default",
        r"radius-server template default",
    ),
    "SNMP's own identity and counters": (
        r"snmp-agent local-engineid \S+",
        r"undo snmp-agent protocol source-status ipv6.*",
    ),
}
"""reason -> patterns of whole lines at the top"""
BLOCKS: dict[str, tuple[str, ...]] = {
    "the serial console, which is behind a locked door and no network": (
        r"user-interface con 0",
        r"user-interface console 0",
    ),
    "places for what other blocks would refer to": (r"pki realm default", r"ssl policy default_policy.*"),
}
"""reason -> patterns of heads whose whole block says nothing"""


def _whole(_reading: Vrp, _line: Line, _match: object) -> Inside:
    return Inside(EVERYTHING)


EVERYTHING: Table[Vrp] = Table([(r".*", _whole)])
RULES: list[tuple[str, Handler[Vrp]]] = [
    *((pattern, known) for patterns in REASONS.values() for pattern in patterns),
    *((pattern, _whole) for patterns in BLOCKS.values() for pattern in patterns),
]
INTERFACE: list[tuple[str, Handler[Vrp]]] = [
    (r"(undo )?negotiation auto", known),
    (r"speed \S+", known),
    (r"duplex \S+", known),
    (r"(undo )?combo-port \S+", known),
    (r"jumboframe enable \d+", known),
    (r"set flow-stat interval \d+", known),
    (r"alias \S.*", known),
]
"""how bits stand on the wire, and second names; no packet goes elsewhere for it"""
