"""What a scan sends and where it listens: derived from what was read first. Pure.

Listened to are the LAN ports of CPEs, where nothing but terminals can be. A probe goes to every IPv4 address that a
computer there answers for, known or not: twice, because a packet can be lost, as an echo and as a SYN.
"""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network

from audit.terminals.beacon import probe
from countynet.surroundings import Around, Row, Table
from inventory import names
from inventory.lan import Lan
from inventory.model import County

TWICE = 2
Ports = Mapping[str, Sequence[str]]


def ports(county: County, lans: Mapping[str, Lan]) -> Ports:
    """Return the ports to listen to, by CPE: those in use; all, where none is."""
    found = {}
    for cpe, held in lans.items():
        found[cpe] = tuple(held.used) or names.lan_ports(county.device_by_name[cpe])
    return found


def targets(around: Around, nets: Mapping[str, IPv4Network]) -> dict[tuple[str, str], Row]:
    """Return the computers on CPEs' LANs by CPE and IP address: those whose hardware address is known."""
    found = {}
    for row in around.rows:
        net = nets.get(row.device)
        if row.table is Table.ARP and net is not None and row.mac not in around.own and _within(row.address, net):
            found[row.device, row.address] = row
    return found


def frames(
    listening: Ports,
    found: Mapping[tuple[str, str], Row],
    around: Around,
    key: bytes,
    outside: str,
    now: float,
    run: bytes,
) -> dict[str, dict[str, list[bytes]]]:
    """Return Ethernet frames by device and port: the probes of all computers; a port without any is listened to."""
    sent: dict[str, dict[str, list[bytes]]] = {cpe: {port: [] for port in ports_} for cpe, ports_ in listening.items()}
    own = {place: mac for mac, place in around.own.items()}
    for (cpe, address), row in found.items():
        for port in _ways(around, row, listening.get(cpe, ())):
            sender = own.get(f"{cpe}:{row.port}") or own.get(f"{cpe}:{port}")
            if sender:
                sent[cpe][port] += [probe.frame(sender, row.mac, p) for p in _packets(key, outside, address, now, run)]
    return sent


def _ways(around: Around, row: Row, listening: Sequence[str]) -> Sequence[str]:
    """Return the ports behind which a computer is: by the forwarding table, else all of the LAN's."""
    if row.port in listening:
        return (row.port,)
    learned = [r.port for r in around.rows if r.table is Table.FDB and r.device == row.device and r.mac == row.mac]
    return [port for port in listening if port in learned] or listening


def _packets(key: bytes, outside: str, address: str, now: float, run: bytes) -> Iterator[bytes]:
    for _turn in range(TWICE):
        yield probe.echo(key, probe.OUTWARD, outside, address, address, now)
        yield probe.syn(key, outside, address, run)


def _within(address: str, net: IPv4Network) -> bool:
    try:
        return IPv4Address(address) in net
    except ValueError:
        return False
