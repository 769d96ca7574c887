"""The order in which the blocks are printed, and render and parse over all features, for one dialect.

Each feature has its tables of lines and its `finish`, which puts together what its lines said; the order of the
`finish` calls is the order in which one feature's result is needed by the next.
"""

from collections.abc import Callable
from functools import cache

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import blocks, instances, relays
from inventory.platforms.assembly import assemble
from inventory.platforms.blocks import Table
from inventory.platforms.ioslike import (
    access,
    acl,
    checks,
    filters,
    ignored,
    interfaces,
    nat,
    ospf,
    policy_routing,
    routing,
    services,
    snmp,
    switching,
    text,
    vrrp,
)
from inventory.platforms.ioslike.dialect import Blocks, Dialect
from inventory.platforms.ioslike.reading import Ios
from inventory.platforms.seam import Parsed


def _version(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    grouped = any(item.vrrp for item in config.interfaces)
    return [[dialect.vrrp_version]] if dialect.vrrp_version and grouped else []


def _order(dialect: Dialect) -> tuple[Blocks, ...]:
    return (
        services.render_head,
        lambda dialect, config: relays.render_head(dialect.relay, config),
        routing.render_switch,
        _version,
        vrrp.tracks,
        access.render_users,
        switching.render,
        dialect.part.blocks,
        interfaces.render,
        ospf.render,
        nat.render,
        routing.render,
        filters.render,
        nat.render_lists,
        policy_routing.render,
        services.render_logs,
        snmp.render,
        access.render_ssh,
        services.render_banner,
        access.render_vty,
        services.render_time,
    )


FINISH: tuple[Callable[[Ios], None], ...] = (
    switching.finish,
    interfaces.finish,
    lambda reading: relays.finish(reading.dialect.relay, reading),
    routing.finish,
    ospf.finish,
    vrrp.finish,
    services.finish,
    snmp.finish,
    access.finish,
    nat.finish,
)


@cache
def _tables(dialect: Dialect) -> tuple[Table[Ios], Table[Ios]]:
    parts = (services, switching, routing, ospf, vrrp, interfaces, acl, nat, policy_routing, snmp, access, ignored)
    top = [rule for part in parts for rule in part.RULES]
    first = [*dialect.part.rules, *relays.top(dialect.relay)]
    return Table([*first, *top, *instances.IOS]), Table([*dialect.part.interface, *interfaces.INTERFACE])


def render(dialect: Dialect, config: DeviceConfig) -> str:
    """Return the configuration as `show running-config` prints it.

    Equal configurations give equal texts. Raises BadInput with everything that the platform cannot hold.
    """
    checks.check(dialect, config)
    found = [block for part in _order(dialect) for block in part(dialect, config)]
    return "".join("".join(f"{line}\n" for line in block) + "!\n" for block in found) + "end\n"


def parse(dialect: Dialect, given: str) -> Parsed:
    """Return what a configuration says, and every line of it that is not understood; never raises.

    The law: `parse(render(c)).config == c`, with nothing unparsed. Lines count from 1 in the text as given; line 0 is
    a line that would have to be there.
    """
    top, interface = _tables(dialect)
    reading = Ios(dialect, interface)
    blocks.walk(reading, text.read(given), top)
    last = (filters.finish, policy_routing.finish, acl.finish, instances.finish)
    for finish in (*FINISH, dialect.part.finish, *last):
        finish(reading)
    config, refused = assemble(reading.fields)
    for name in refused:
        reading.lacks(name, "a value that fits")
    return Parsed(config=config, unparsed=tuple(sorted(set(reading.unparsed), key=lambda u: (u.line, u.section))))
