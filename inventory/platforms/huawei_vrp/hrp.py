"""Hot standby of USG firewalls (HRP): a pair that mirrors sessions, and VRRP groups that one state moves together.

With `hrp enable` the groups are told `active` or `standby`, and all of one word change state together (VGMP), for a
port of one of them that is down or one that `hrp track interface` names; the priority of VRRP is not theirs to say.
Each is told the other's address at the heartbeat port (`hrp interface ... remote`); `hrp mirror session enable` copies
sessions at once, so that answers pass by either. Without it sessions are copied later than answers come, so none is
taken for shared. OSPF costs that follow the state (`hrp adjust ospf-cost enable`) are not modelled: beside OSPF the
line that switches that off is told as lacking. It is read, not written. Source: USG series administrator guide, "Hot
Standby".
"""

import re

from inventory.platforms import words
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.huawei_vrp.reading import Vrp

ON, MIRRORS = "hrp", "hrp mirrors"
STEADY_COSTS = "undo hrp adjust ospf-cost enable"


def _flag(name: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
        reading.flags.add(name)
        reading.pending["hrp"].append((line, None))
        return True

    return handler


def _heartbeat(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["hrp peer"].append((line, match[2]))
    return words.address(match[2]) is not None


def _tracked(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["hrp track"].append((line, match[1]))
    return True


RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"hrp enable", _flag(ON)),
    (r"hrp mirror session enable", _flag(MIRRORS)),
    (STEADY_COSTS, _flag("hrp steady costs")),
    (r"hrp interface (\S+) remote (\d\S+)", _heartbeat),
    (r"hrp track interface (\S+)", _tracked),
    (
        r"hrp (?:standby-device|standby config enable|base config enable|authentication-key \S+|preempt(?: delay \d+)?"
        r"|timer hello \d+|auto-sync (?:config(?: static-route| policy-based-route)?|connection-status))",
        known,
    ),
]


def tracked(reading: Vrp) -> list[str]:
    """Return the ports besides those of the groups whose state counts."""
    return [name for _line, name in reading.pending["hrp track"]]


def finish(reading: Vrp) -> None:
    """Say whose sessions are shared, after interfaces and routing; list what says something and is not switched on."""
    peers = reading.pending["hrp peer"]
    if ON not in reading.flags:
        for line, _value in (*peers, *reading.pending["hrp track"], *reading.pending["hrp"]):
            reading.refuse(line)
        return
    if MIRRORS in reading.flags and peers:
        reading.fields["mirrors"] = peers[0][1]
    if reading.fields.get("ospf") is not None and "hrp steady costs" not in reading.flags:
        reading.lacks("", STEADY_COSTS)
