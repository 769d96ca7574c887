"""The order in which VRP prints its blocks, and render and parse over all features.

Each feature has its tables of lines and its `finish`, which puts together what its lines said; the order of the
`finish` calls is the order in which one feature's result is needed by the next.
"""

from collections.abc import Callable, Sequence
from functools import partial

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import blocks, instances, nodes, peers, relays, six, six_lists
from inventory.platforms.assembly import assemble
from inventory.platforms.blocks import Table
from inventory.platforms.huawei_vrp import (
    access,
    acl,
    checks,
    firewall_steering,
    hrp,
    ignored,
    interfaces,
    ipsec,
    matching,
    nat,
    policy,
    routing,
    services,
    snmp,
    steering,
    traffic,
    vrrp,
    zones,
)
from inventory.platforms.huawei_vrp.reading import Vrp
from inventory.platforms.seam import Parsed

Blocks = Callable[[DeviceConfig], Sequence[Sequence[str]]]
ORDER: tuple[Blocks, ...] = (
    services.render_head,
    partial(relays.render_head, relays.VRP),
    interfaces.render_vlans,
    vrrp.render_version,
    lambda config: six.render_head(six.VRP, config),
    ipsec.render_acls,
    traffic.render,
    ipsec.render,
    access.render_aaa,
    interfaces.render,
    ipsec.render_interface,
    zones.render,
    routing.render_ospf,
    routing.render_static,
    six.render_routes,
    policy.render,
    nat.render,
    services.render_logs,
    snmp.render,
    access.render_ssh,
    services.render_time,
)
LISTS6 = six_lists.rules(
    six_lists.grammar(acl.NAMED),
    r"acl ipv6 (?:number )?(\d{4,5})",
    r"acl ipv6 name (\S+)(?: advance\S*| basic| \d+)?",
)
TOP: Table[Vrp] = Table(
    [
        rule
        for part in (services, interfaces, routing, six, acl, ipsec, zones, policy, nat, snmp, access, ignored)
        for rule in part.RULES
    ]
    + steering.RULES
    + hrp.RULES
    + firewall_steering.RULES
    + peers.rules(nodes.VRP)
    + matching.SET_RULES
    + LISTS6
    + relays.top(relays.VRP)
    + instances.VPN
)
FINISH: tuple[Callable[[Vrp], None], ...] = (
    interfaces.finish,
    partial(relays.finish, relays.VRP),
    routing.finish,
    partial(peers.finish, speaks=True, local=255),
    hrp.finish,
    services.finish,
    snmp.finish,
    access.finish,
    ipsec.finish,
    steering.finish,
    nat.finish,
    policy.finish,
    traffic.finish,
    six.finish,
    six_lists.finish,
    firewall_steering.finish,
    matching.finish,
    acl.finish,
    instances.finish,
)


def render(config: DeviceConfig) -> str:
    """Return the configuration as `display current-configuration` prints it.

    Equal configurations give equal texts. Raises BadInput with everything that VRP cannot hold.
    """
    checks.check(config)
    found = [block for part in ORDER for block in part(config)]
    return "".join(f"#\n{line}\n" if n == 0 else f"{line}\n" for block in found for n, line in enumerate(block)) + (
        "#\nreturn\n"
    )


def parse(text: str) -> Parsed:
    """Return what a configuration says, and every line of it that is not understood; never raises.

    The law: `parse(render(c)).config == c`, with nothing unparsed. Lines count from 1 in the text as given; line 0 is
    a line that would have to be there.
    """
    reading = Vrp()
    blocks.walk(reading, blocks.read(text), TOP)
    for finish in FINISH:
        finish(reading)
    config, refused = assemble(reading.fields)
    for name in refused:
        reading.lacks(name, "a value that fits")
    return Parsed(config=config, unparsed=tuple(sorted(set(reading.unparsed), key=lambda u: (u.line, u.section))))
