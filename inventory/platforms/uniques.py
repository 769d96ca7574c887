"""What may stand only once in any platform's configuration: two items of one name would be one on a device. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig

TWICE = _("{name} stands twice")


def twice(where: str, items: Iterable[object]) -> Iterator[Problem]:
    """Yield a problem for each item that stands more than once."""
    for item, count in Counter(items).items():
        if count > 1:
            yield Problem(TWICE, {"name": str(item)}, where=where)


def uniques(config: DeviceConfig) -> Iterator[Problem]:
    """Yield a problem for each name, route or address that a configuration has twice."""
    yield from twice("interfaces", (item.name for item in config.interfaces))
    yield from twice("vlans", (item.id for item in config.vlans))
    yield from twice("routes", (f"{item.prefix} {item.next_hop}" for item in config.routes))
    yield from twice("filters", (item.hook for item in config.filters))
    yield from twice("tunnels", (item.name for item in config.tunnels))
    yield from twice("users", (item.name for item in config.users))
    for name in ("ntp_servers", "syslog_servers", "dns_servers"):
        yield from twice(name, getattr(config, name))
    if config.ospf:
        yield from twice("ospf.redistribute", (item.source for item in config.ospf.redistribute))
