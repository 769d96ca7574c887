"""What routers tell each other is as sure as each of them is understood. Pure.

A line that nobody understood in a routing process, a route map or a list may change what that device tells others, and
so which way packets take at devices that are understood to the last line and that never meet it. So every device that
speaks OSPF or BGP bears the first such line of every other that may speak with it: whoever meets it is unknown, never
isolated. Lines that change no route of others (filters, translations, policy routing) stay with their device.
"""

import re
from collections.abc import Iterable, Mapping

from countynet.i18n import _, translate
from inventory.deviceconfig import DeviceConfig

HEARD = _("what {device} tells of routes is not sure: {line}")
_PROCESSES = (
    r"router (?:ospf|bgp|eigrp|rip|isis)|ospf |bgp |rip |isis |route-map |route-policy |ip (?:prefix-list|ip-prefix"
    r"|as-path|as-path-filter|community-list|community-filter|extcommunity-list) |xpl |filter-policy |\S*(?:ospfd|bgpd)"
    r"|(?:ip )?vrf |ip (?:binding )?vpn-instance |interface \S+ vrf "
)
_TOLD = re.compile(rf"(?:{_PROCESSES})|[^:]*: (?:no |undo |lacking: )?(?:(?:ip )?ospf |{_PROCESSES})", re.ASCII)
"""a line as `SECTION NUMBER: TEXT`"""


class Heard(str):
    """A line that is another device's."""

    __slots__ = ()


def spread(configs: Mapping[str, DeviceConfig], unparsed: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the lines of each device that nobody understood, and those of others that its routes may hang on.

    What was spread before is worked out anew.
    """
    own = {name: tuple(line for line in lines if not isinstance(line, Heard)) for name, lines in unparsed.items()}
    first = {name: next((line for line in lines if _TOLD.match(line)), "") for name, lines in own.items()}
    told = {name: line for name, line in first.items() if line}
    found = {name: lines for name, lines in own.items() if lines}
    for name, config in configs.items() if told else ():
        if config.ospf is not None or config.bgp is not None:
            heard = (Heard(translate(HEARD, device=who, line=told[who])) for who in sorted(told) if who != name)
            found[name] = (*found.get(name, ()), *heard)
    return {name: lines for name, lines in found.items() if lines}
