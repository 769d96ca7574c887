"""Which lines of vendors' configurations cannot cut the path over which a device is managed. Pure.

Known by their first words in all four languages: what only watches or tells (SNMP, LLDP, logs, time), what people read
(banners, descriptions, remarks) and the names that a device asks. A line inside any other block counts as harmful.
"""

import re

_TOP = re.compile(
    r"(undo |no )?(snmp-agent|snmp-server|lldp|info-center|logging|ntp-service|ntp|sntp|clock|header|banner|dns|"
    r"ip name-server|ip domain)( .*)?"
)
_ANYWHERE = re.compile(r" +(undo |no )?(description|remark|comment|alias)( .*)?")
_BLOCK = re.compile(r"\S.*")


def harmless(diff: str) -> bool:
    """Return whether every line of a masked difference is known to be harmless."""
    lines = [line[1:] for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    return all(_TOP.fullmatch(line) or _ANYWHERE.fullmatch(line) for line in lines if line.strip(" #!"))
