"""Hot backup of SecPath firewalls (RBM): a pair that mirrors sessions, and VRRP groups that one state moves together.

In `remote-backup group` each names its own and the other's address; sessions are copied unless `undo hot-backup
enable`. The groups are told `active` or `standby`, and all of one word change state together, for a port of one of
them that is down or one of the `track` entries named there. Costs of routes that follow the state (`adjust-cost`) are
not modelled and listed. It is read, not written. Source: H3C high availability configuration guide and command
reference, "RBM".
"""

import re

from inventory.platforms import words
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware.reading import Comware

ON = "rbm"


def _peer(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    return words.address(match[1]) is not None and reading.put(reading.parts["rbm"][""], "peer", match[1])


def _tracked(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.pending["rbm track"].append((line, int(match[1])))
    return True


def _off(reading: Comware, _line: Line, _match: re.Match[str]) -> bool:
    return reading.put(reading.parts["rbm"][""], "off", True)


def _opened(reading: Comware, _line: Line, _match: re.Match[str]) -> Inside:
    reading.flags.add(ON)
    return Inside(_GROUP)


_GROUP: Table[Comware] = Table(
    [
        (r"remote-ip (\d\S+?)(?: port \d+)?", _peer),
        (r"track (\d{1,4})", _tracked),
        (r"undo hot-backup enable", _off),
        (
            r"(?:hot-backup enable|local-ip \d\S+|data-channel interface \S+|device-role (?:primary|secondary)"
            r"|backup-mode dual-active|configuration (?:auto-sync enable|sync-check interval \d+)|delay-time \d+"
            r"|keepalive (?:interval|count) \d+|undo backup-mode)",
            known,
        ),
    ]
)
RULES: list[tuple[str, Handler[Comware]]] = [(r"remote-backup group", _opened)]


def tracked(reading: Comware) -> list[str]:
    """Return the ports besides those of the groups whose state counts; list entries that are none."""
    found = []
    for line, entry in reading.pending["rbm track"]:
        name = reading.parts["track"].get(entry, {}).get("interface")
        if name is None:
            reading.refuse(line)
        else:
            found.append(name)
    return found


def finish(reading: Comware) -> None:
    """Say whose sessions are shared, after the interfaces."""
    said = reading.parts["rbm"].get("", {})
    if "peer" in said and "off" not in said:
        reading.fields["mirrors"] = said["peer"]
