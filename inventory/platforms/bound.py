"""Access lists at ports of VRP and Comware, put together for both ways, after the interfaces and the security policy.

Such a list is no filter beside a security policy, and none at a way out where addresses are translated: whether it is
asked before or after that is not the same on all of them. What cannot be held is listed by the line at the port. Pure.
"""

from collections.abc import Callable, Sequence

from inventory.deviceconfig import FilterRule
from inventory.platforms import access_lists, outward
from inventory.platforms.gathering import Gathering

Rules = Callable[[str, str], Sequence[FilterRule] | None]
"""by a port and the name of a list: its rules there, None where not all of it can be held"""


def filters(reading: Gathering, kind: str, rules: Rules, use: Callable[[str], None]) -> None:
    """Put the filters together; `kind`: what the lines wait under, with `inbound` or `outbound` behind it.

    `use` notes that a list is in the model.
    """
    inward = _bound(reading, f"{kind} inbound", rules, use)
    translated = bool(reading.fields.get("nat"))
    found = outward.filters(inward, {} if translated else _bound(reading, f"{kind} outbound", rules, use))
    if found is None or translated:
        for line, _name in reading.pending[f"{kind} outbound"]:
            reading.refuse(line)
    if held := access_lists.filters(inward) if found is None else found:
        reading.fields["filters"] = held


def _bound(
    reading: Gathering, kind: str, rules: Rules, use: Callable[[str], None]
) -> dict[str, tuple[FilterRule, ...]]:
    found: dict[str, tuple[FilterRule, ...]] = {}
    for line, name in reading.pending[kind]:
        given = None if "filters" in reading.fields or line.scope in found else rules(line.scope, name)
        if given is None:
            reading.refuse(line)
        else:
            use(name)
            found[line.scope] = tuple(given)
    return found
