"""Users, accounts, receivers of traps and keys of time on their way out, in the words that devices take. Pure.

A receiver is told under a user's name. Some releases know it by its address alone, others by address and name, so what
is told under another name goes before it comes: the other way round the first kind is left with none. Who goes, goes
with all that was said of him, by his name: no key is typed to take a user away.
"""

import re
from collections.abc import Sequence

from inventory.platforms.patch.lines import Step

_RECEIVER = re.compile(r"(undo |no )?((?:snmp-agent target-host trap address udp-domain|snmp-server host) \S+) .+")
_PART = re.compile(
    r"(undo (?:snmp-agent usm-user v3 \S+|ssh user \S+)) (?:group|authentication-mode|privacy-mode|authentication-type|"
    r"service-type|assign) .+|(undo ssh user \S+) (?:authentication-type|service-type)"
)
"""Huawei: a part of what a user is, who has a line of his own"""
_USM = re.compile(r"(undo snmp-agent usm-user v3 \S+) \S+ (?:simple|cipher) .+")
_SSH = re.compile(r"(undo ssh user \S+) service-type")
_ACCOUNT = re.compile(r"(no username \S+) privilege \d+")
_TIME = re.compile(r"(undo ntp-service (?:authentication-keyid \d+|unicast-server \d\S+)) authentication-.+")
_LOCAL = re.compile(r"(snmp-agent usm-user v3 \S+) local")


def ordered(steps: Sequence[Step], platform: str) -> list[Step]:
    """Return steps with a receiver's removal just before it is told anew, and who goes removed by his name."""
    gone = {step.line for step in steps if not step.path}
    found = [step if step.path else Step((), _named(step.line, platform)) for step in steps if not _implied(step, gone)]
    for step in [step for step in found if (match := _RECEIVER.fullmatch(step.line)) and match[1]]:
        receiver = step.line.split(" ", 1)[1]
        again = next((n for n, other in enumerate(found) if _same(receiver, other.line)), None)
        if again is not None and again < found.index(step):
            found.remove(step)
            found.insert(again, step)
    return found


def _implied(step: Step, gone: set[str]) -> bool:
    """Whether a step takes back a part of what another takes back whole."""
    match = None if step.path else _PART.fullmatch(step.line)
    return match is not None and (match[1] or match[2]) in gone


def _named(line: str, platform: str) -> str:
    if match := _TIME.fullmatch(line):
        return match[1]
    if platform == "h3c_comware":
        if match := _USM.fullmatch(line):
            return f"{match[1]} local"
        return match[1] if (match := _SSH.fullmatch(line)) else line
    return match[1] if (match := _ACCOUNT.fullmatch(line)) else line


def _same(receiver: str, line: str) -> bool:
    told, other = _RECEIVER.fullmatch(receiver), _RECEIVER.fullmatch(line)
    return told is not None and other is not None and not other[1] and told[2] == other[2]


def user(taken: str) -> str:
    """Return what a removal takes back, a user of Comware without the word that says for whom he is kept."""
    match = _LOCAL.fullmatch(taken)
    return match[1] if match else taken
