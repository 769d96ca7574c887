"""Policy routing of VRP: classes of traffic and what is done with them, or the nodes of `policy-based-route`.

Switches and routers: `traffic classifier` names access lists, `traffic behavior` redirects (`redirect ip-nexthop`) or
leaves alone (`permit`), `traffic policy` pairs the two in order, `traffic-policy NAME inbound` binds it to a port. AR
routers besides: `policy-based-route NAME permit node N` with `apply ip-address next-hop`, bound by `ip
policy-based-route NAME` (command references of S series and AR). What a pair does not take goes to the next.
`inventory.platforms.steered` says what is not understood; besides, other matches and actions, classes with a precedence
of their own where nothing says that they go by the order of the policy, several lists of a class that all have to fit,
and a policy of a VLAN or of the whole device. The rules of a USG firewall are `firewall_steering`.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.platforms import steered
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp import acl
from inventory.platforms.huawei_vrp.reading import Vrp

_KINDS = ("classifier", "behavior", "traffic policy", "pbr node")


def _opened(kind: str, table: Table[Vrp]) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
        part = reading.part(kind, match.groups() if kind == "pbr node" else match[1], line)
        part.setdefault("acls", [])
        part.setdefault("pairs", [])
        if kind == "classifier":
            part |= {"operator": match[2] or "or", "ranked": match[3] is not None}
        if kind == "traffic policy":
            part["ordered"] = match[2] is not None
        return Inside(table, part)

    return handler


def _set(field: str, value: Any = None) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def _matched(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.add(line.scope, "acls", match[1])


def _paired(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    return reading.add(line.scope, "pairs", match.groups())


def _strange(_reading: Vrp, line: Line, _match: re.Match[str]) -> bool:
    """Note that a part says more than is understood."""
    line.scope["strange"] = True
    return False


def _bound(kind: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        reading.pending["steering"].append((line, (kind, match[1])))
        return True

    return handler


_REST: tuple[str, Handler[Vrp]] = (r".+", _strange)
_CLASSIFIER: Table[Vrp] = Table(
    [(r"if-match acl (?:name )?(?!ipv6)(\S+)", _matched), (r"description .*", known), _REST]
)
_BEHAVIOR: Table[Vrp] = Table(
    [
        (r"redirect ip-nexthop (\d+\.\d+\.\d+\.\d+)", _set("hop")),
        (r"permit", known),
        (r"statistics? enable", known),
        (r"description .*", known),
        _REST,
    ]
)
_POLICY: Table[Vrp] = Table(
    [
        (r"classifier (\S+) behavior (\S+)(?: precedence (\d{1,5}))?", _paired),
        (r"statistics? enable", known),
        (r"description .*", known),
        _REST,
    ]
)
_NODE: Table[Vrp] = Table(
    [
        (r"if-match acl (?:name )?(\S+)", _matched),
        (r"apply ip-address next-hop (\d+\.\d+\.\d+\.\d+)", _set("hop")),
        (r"description .*", known),
        _REST,
    ]
)
_EMPTY: Table[Vrp] = Table([])
RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"traffic classifier (\S+)(?: operator (and|or))?(?: precedence (\d{1,5}))?", _opened("classifier", _CLASSIFIER)),
    (r"traffic behavior (\S+)", _opened("behavior", _BEHAVIOR)),
    (r"traffic policy (\S+)( match-order config)?", _opened("traffic policy", _POLICY)),
    (r"policy-based-route (\S+) (permit|deny) node (\d+)", _opened("pbr node", _NODE)),
    (r"(?:traffic-policy|pcp-policy|dns-transparent-policy)", lambda _r, _l, _m: Inside(_EMPTY)),
]
INTERFACE: list[tuple[str, Handler[Vrp]]] = [
    (r"traffic-policy (\S+) inbound", _bound("traffic policy")),
    (r"ip policy-based-route (\S+)", _bound("pbr node")),
]
"""lines of an interface's block"""


def finish(reading: Vrp) -> None:
    """Put the rules together, after tunnels and interfaces; list what is not understood."""
    said = [(line, _policy(reading, *which)) for line, which in reading.pending["steering"]]
    used = steered.finish(reading, said, lambda name: acl.rules(reading, name), lambda name: acl.use(reading, name))
    for kind in _KINDS:
        for part in reading.parts[kind].values():
            if id(part) not in used:
                reading.refuse_part(part)


def _policy(reading: Vrp, kind: str, name: str) -> steered.Policy | None:
    found = list(_pairs(reading, name) if kind == "traffic policy" else _nodes(reading, name))
    if not found or any(one is None for one in found):
        return None
    whole = [one for one in found if one is not None]
    return steered.Policy(tuple(clause for clause, _parts in whole), tuple(p for _c, parts in whole for p in parts))


_Found = tuple[steered.Clause, list[dict[str, Any]]]


def _pairs(reading: Vrp, name: str) -> Iterator[_Found | None]:
    """Yield what a policy does with each class, in order; None where that is not understood."""
    policy = reading.parts["traffic policy"].get(name)
    pairs = policy["pairs"] if policy else []
    said = [number for _c, _b, number in pairs if number]
    if policy is None or "strange" in policy or len(said) not in (0, len(pairs)):
        yield None
        return
    for classifier, behavior, _number in sorted(pairs, key=lambda pair: int(pair[2] or 0)):
        some, done = reading.parts["classifier"].get(classifier), reading.parts["behavior"].get(behavior)
        if some is None or done is None or not _is_clear(some, done, ordered=policy["ordered"]):
            yield None
        else:
            yield steered.Clause(tuple(some["acls"]), done.get("hop")), [policy, some, done]


def _is_clear(some: dict[str, Any], done: dict[str, Any], *, ordered: bool) -> bool:
    """Whether it is understood which packets a class has, when it is asked, and what is done with them."""
    whole = some["acls"] and not {"strange"} & (some.keys() | done.keys())
    any_fits = len(some["acls"]) == 1 or some["operator"] == "or"
    return bool(whole and any_fits and (ordered or not some["ranked"]))


def _nodes(reading: Vrp, name: str) -> Iterator[_Found | None]:
    """Yield what each node of a `policy-based-route` does, in order; None where that is not understood."""
    found = [
        (int(number), action, part)
        for (group, action, number), part in reading.parts["pbr node"].items()
        if group == name
    ]
    if len({number for number, _action, _part in found}) != len(found):
        yield None
    for _number, action, part in sorted(found, key=lambda one: one[0]):
        if "strange" in part or len(part["acls"]) > 1:
            yield None
        else:
            yield steered.Clause(tuple(part["acls"]), part.get("hop") if action == "permit" else None), [part]
