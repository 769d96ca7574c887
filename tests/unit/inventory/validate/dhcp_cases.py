"""The example county with addresses given out (DHCP), and for each rule on that a change that breaks it."""

from tests.unit.inventory.validate.changed import Case, Change, both, but, plan, plus

_RUNS = {"runs": ["time", "names", "logs", "addresses"]}
_OFFERS = {"services": ["dns", "ntp", "syslog", "ssh", "icmp-echo", "dhcp"]}
_SERVICE = {"name": "dhcp", "protocol": "udp", "ports": [67]}
_RULE = {"id": "units-dhcp", "source": "units", "target": "host:srv-infra", "services": ["dhcp"], "reason": "分配地址",
         "reason_en": "Units are told their addresses"}  # fmt: skip
_OPEN = both(plus("services", _SERVICE), plus("policy", _RULE))
DHCP = both(plan(dhcp={}), _OPEN, but("hosts", "srv-infra", **_RUNS, **_OFFERS))
"""every unit is served, and nobody but admitted terminals"""


def pool(first: int, last: int, unit: int = 2, **more: object) -> Change:
    """Give a unit a pool; u002's terminal has no mac."""
    addresses = [f"10.21.{unit}.{number}" for number in (first, last)]
    return both(DHCP, but("units", f"u{unit:03}", dhcp={"pool": addresses, **more}))


CASES = {
    "dhcp-server": Case(but("hosts", "srv-infra", **_RUNS), ("hosts", 1, "runs")),
    "dhcp-policy": Case(
        both(plan(dhcp={}), plus("services", _SERVICE), but("hosts", "srv-infra", **_RUNS, **_OFFERS)),
        ("plan", "dhcp"),
    ),
    "dhcp-pool": Case(pool(5, 20), ("units", 1, "dhcp", "pool")),
    "dhcp-unasked": Case(but("units", "u002", dhcp={"served": False}), ("units", 1, "dhcp")),
    "dhcp-barred": Case(pool(100, 199, unit=1), ("units", 0, "dhcp", "pool")),
}
