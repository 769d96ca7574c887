"""The order in which Comware prints its blocks, and render and parse over all features.

Each feature has its tables of lines and its `finish`, which puts together what its lines said; the order of the
`finish` calls is the order in which one feature's result is needed by the next.
"""

from collections.abc import Callable, Sequence
from functools import partial

from inventory.deviceconfig import DeviceConfig
from inventory.platforms import blocks, instances, nodes, peers, relays, six, six_lists
from inventory.platforms.assembly import assemble
from inventory.platforms.blocks import Table
from inventory.platforms.h3c_comware import (
    access,
    acl,
    checks,
    ignored,
    interfaces,
    ipsec,
    ipsec_reading,
    nat,
    objects,
    packet_filters,
    policy,
    rbm,
    routing,
    services,
    snmp,
    steering,
    vrrp,
    zones,
)
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.seam import Parsed

Blocks = Callable[[DeviceConfig], Sequence[Sequence[str]]]
ORDER: tuple[Blocks, ...] = (
    services.render_head,
    partial(relays.render_head, relays.COMWARE),
    interfaces.render_vlans,
    vrrp.render_tracks,
    objects.render,
    ipsec.render_steering,
    nat.render_pools,
    interfaces.render,
    ipsec.render_tunnels,
    lambda config: zones.render(config, ipsec.interfaces(config)),
    routing.render_ospf,
    routing.render_static,
    six.render_routes,
    services.render_logs,
    snmp.render,
    access.render_ssh,
    services.render_time,
    nat.render_acls,
    packet_filters.render,
    ipsec.render_acls,
    access.render_users,
    ipsec.render,
    policy.render,
)
LISTS6 = six_lists.rules(
    six_lists.grammar(acl.NAMED),
    r"acl ipv6 (?:advanced|basic|number) (\d{4})",
    r"acl ipv6 (?:advanced|basic) name (\S+)",
    r"acl ipv6 (?:advanced |basic |number )\d{4} name (\S+)",
)
TOP: Table[Comware] = Table(
    [
        rule
        for part in (
            services,
            interfaces,
            vrrp,
            routing,
            six,
            acl,
            ipsec_reading,
            steering,
            zones,
            objects,
            policy,
            nat,
            snmp,
            access,
            ignored,
        )
        for rule in part.RULES
    ]
    + LISTS6
    + relays.top(relays.COMWARE)
    + instances.VPN
    + rbm.RULES
    + peers.rules(nodes.COMWARE)
)
FINISH: tuple[Callable[[Comware], None], ...] = (
    interfaces.finish,
    partial(relays.finish, relays.COMWARE),
    routing.finish,
    partial(peers.finish, speaks=False, local=130),
    rbm.finish,
    services.finish,
    snmp.finish,
    access.finish,
    ipsec_reading.finish,
    steering.finish,
    nat.finish,
    policy.finish,
    packet_filters.finish,
    six.finish,
    six_lists.finish,
    objects.finish,
    acl.finish,
    instances.finish,
)


def render(config: DeviceConfig) -> str:
    """Return the configuration as `display current-configuration` prints it.

    Equal configurations give equal texts. Raises BadInput with everything that Comware cannot hold.
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
    reading = Comware()
    blocks.walk(reading, blocks.read(text), TOP)
    for finish in FINISH:
        finish(reading)
    config, refused = assemble(reading.fields)
    for name in refused:
        reading.lacks(name, "a value that fits")
    return Parsed(config=config, unparsed=tuple(sorted(set(reading.unparsed), key=lambda u: (u.line, u.section))))
