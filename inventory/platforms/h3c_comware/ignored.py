"""Lines that are understood and say nothing that the model holds, each with the reason why nothing is lost.

A line may stand here only if no question that we answer (who reaches whom, who may sign in, what is logged) can have
another answer without it. Everything else that we do not read is unparsed. `docs/platforms.md` shows this table.
"""

from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware.reading import Comware

REASONS: dict[str, tuple[str, ...]] = {
    "a version, a licence or a file name": (r"version \d.*", r"scheduler logfile size \d+"),
    "the clock on the wall; events carry their own time": (r"clock (timezone|summer-time|protocol) .*",),
    "how the boxes of a stack stand together": (
        r"irf (mac-address persistent|auto-update|auto-merge|link-delay|domain|member) ?.*",
        r"undo irf .*",
        r"system-working-mode .*",
        r"hardware-resource .*",
    ),
    "loops in a switched network are cut; who is in which VLAN stays": (
        r"(undo )?stp global enable",
        r"stp bpdu-protection",
    ),
    "a service that is off": (r"undo (ip http|ip https|telnet server|ftp server|ssh server compatible-ssh1x).*",),
    "recovery at the serial console, which is behind a locked door": (r"(undo )?password-recovery enable",),
    "how much the device remembers by itself": (r"info-center (logbuffer|trapbuffer|diagnostic-logfile|logfile) .*",),
    "how often it tells what filters logged": (r"acl logging interval \d+",),
    "which link of an aggregation a packet takes": (r"link-aggregation global load-sharing .*",),
    "SNMP's own identity": (r"snmp-agent local-engineid \S+",),
    "the domain that devices come with, which asks nobody else as long as its block is empty, as its group of users": (
        r"domain default enable system",
    ),
}
"""reason -> patterns of whole lines at the top"""
BLOCKS: dict[str, tuple[str, ...]] = {"roles that devices come with": (r"role name level-(\d|1[0-4])",)}
"""reason -> patterns of heads whose whole block says nothing"""


def _whole(_reading: Comware, _line: Line, _match: object) -> Inside:
    return Inside(EVERYTHING)


EVERYTHING: Table[Comware] = Table([(r".*", _whole)])
_EMPTY: Table[Comware] = Table([])
RULES: list[tuple[str, Handler[Comware]]] = [
    *((pattern, known) for patterns in REASONS.values() for pattern in patterns),
    *((pattern, _whole) for patterns in BLOCKS.values() for pattern in patterns),
    (r"domain (name )?system", lambda _r, _l, _m: Inside(_EMPTY)),
    (r"user-group system", lambda _r, _l, _m: Inside(_EMPTY)),
]
INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"speed \S+", known),
    (r"duplex \S+", known),
    (r"combo enable \S+", known),
    (r"(undo )?jumboframe enable(?: \d+)?", known),
    (r"flow-interval \d+", known),
    (r"link-aggregation mode dynamic", known),
    (r"stp (edged-port|loop-protection|root-protection)", known),
    (r"(undo )?poe enable", known),
]
"""how bits and power stand on the wire, and what spanning tree thinks of a port; no packet goes elsewhere for it"""
