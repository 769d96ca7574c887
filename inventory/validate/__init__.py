"""Cross checks: what a county must be beyond each item's own schema.

Pure: works on a `County` and says where each finding stands as a path into it; `inventory.load` turns that into file
and line. Every check looks at everything, stops at nothing and raises nothing, so all findings come at once. What
passes here, `inventory.intent` can turn into configurations: a test tries that with broken counties.
"""

from collections.abc import Callable, Iterator

from inventory.model import County
from inventory.validate import addresses, cabling, center, lines, references, rules, unique, vlans
from inventory.validate.finding import Finding

__all__ = ["Finding", "findings"]

CHECKS: tuple[Callable[[County], Iterator[Finding]], ...] = (
    unique.names,
    unique.addresses,
    unique.people_of_the_network,
    references.units,
    references.devices,
    references.hosts,
    addresses.plan,
    addresses.units,
    addresses.devices,
    addresses.hosts,
    addresses.zones,
    cabling.ends,
    cabling.ports,
    cabling.terminals,
    cabling.hosts,
    cabling.transits,
    cabling.uplinks,
    lines.units,
    lines.circuits,
    lines.cpes,
    vlans.unique,
    vlans.one_aggregation,
    vlans.switch_management,
    center.roles,
    center.zones,
    center.station,
    rules.services,
    rules.selectors,
    rules.principles,
)


def findings(county: County) -> Iterator[Finding]:
    """Yield everything that is wrong with a county."""
    for check in CHECKS:
        yield from check(county)
