"""The words for `ip -batch` and `tc -batch` that make a Wiring. Pure: text out of data.

One process runs thousands of lines; the order matters (namespaces, then pairs, then bridges and rates).
"""

from collections.abc import Iterator

from topology.twin.wiring import LINES, OPERATOR, STAGING_PORT, VOID, Wiring, namespace

LLDP_MASK = "0x4000"
"""lets a cable's bridge pass LLDP frames (01:80:C2:00:00:0E), which a bridge otherwise keeps"""


def _pair(name: str, place: str, peer: str, peer_place: str, mac: str = "") -> str:
    address = f" address {mac}" if mac else ""
    return f"link add name {name} netns {place}{address} type veth peer name {peer} netns {peer_place}"


def namespaces(wiring: Wiring) -> Iterator[str]:
    """Yield the lines that add all namespaces."""
    return (f"netns add {name}" for name in wiring.namespaces)


def pairs(wiring: Wiring) -> Iterator[str]:
    """Yield the lines that lay every cable, idle port and staging line."""
    macs = {(leaf.node, leaf.port): leaf.mac for leaf in wiring.leaves}
    for line in wiring.lines:
        for end, inner in zip((line.a, line.b), line.ends, strict=True):
            yield _pair(wiring.kernel(end), namespace(end.node), inner, LINES, macs.get((end.node, end.port), ""))
    for index, port in enumerate(wiring.idle):
        yield _pair(wiring.kernel(port), namespace(port.node), f"i{index}", VOID)
    for index, device in enumerate(wiring.devices):
        yield _pair(STAGING_PORT, namespace(device.name), f"s{index}", wiring.station)
    if wiring.hub is not None:
        yield _pair(wiring.kernel(wiring.hub), namespace(wiring.hub.node), "hub0", OPERATOR)


def joints(wiring: Wiring) -> Iterator[str]:
    """Yield the lines, for `cn-lines`, that join each cable's ends."""
    for line in wiring.lines:
        bridge = f"link add name {line.bridge} up type bridge mcast_snooping 0 group_fwd_mask {LLDP_MASK}"
        yield bridge
        for end in line.ends:
            yield f"link set dev {end} master {line.bridge} up"


def staging(wiring: Wiring) -> Iterator[str]:
    """Yield the lines, for the station's namespace, that make the staging bench: devices reach the station only."""
    address = f"{next(wiring.staging.hosts())}/{wiring.staging.prefixlen}"
    yield f"link add name {STAGING_PORT} type bridge mcast_snooping 0"
    yield f"address add {address} dev {STAGING_PORT}"
    for index in range(len(wiring.devices)):
        yield f"link set dev s{index} master {STAGING_PORT} up"
        yield f"link set dev s{index} type bridge_slave isolated on"
    yield f"link set dev {STAGING_PORT} up"


def rates(wiring: Wiring) -> Iterator[str]:
    """Yield the `tc` lines, for `cn-lines`, that give each leased line its rate, both ways."""
    for line in wiring.lines:
        for end, kbps in zip(line.ends, (line.to_a, line.to_b), strict=True):
            if kbps is not None:
                yield f"qdisc add dev {end} root tbf rate {kbps}kbit burst 16kb latency 100ms"
