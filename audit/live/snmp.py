"""Asks every agent in SNMPv2c with the communities that everybody tries, and in SNMPv3 as a control.

The v3 control (an engine discovery) is what makes silence to v2c mean something: an agent that answers neither may be
switched off. Messages are built here because a library answers slowly and the two shapes are fixed.
"""

import select
import socket
import time
from collections.abc import Sequence
from ipaddress import IPv4Address

from audit.live.station import Around, datagrams
from topology.confirm.packets import snmp_discovery

COMMUNITIES = ("public", "private")
TRIES = 3
SECONDS = 1.0
_SYS_DESCR = bytes.fromhex("06082b06010201010100")
_V2, _V3 = b"\x02\x01\x01\x04", b"\x02\x01\x03\x30"
_TOKEN = 0x40000000


def get_v2(community: str, number: int) -> bytes:
    """Return an SNMPv2c GET of sysDescr.0 (RFC 3416)."""
    binding = _tlv(0x30, _tlv(0x30, _SYS_DESCR + b"\x05\x00"))
    pdu = _tlv(0xA0, b"\x02\x04" + number.to_bytes(4, "big") + b"\x02\x01\x00\x02\x01\x00" + binding)
    return _tlv(0x30, b"\x02\x01\x01" + _tlv(0x04, community.encode()) + pdu)


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def version_of(answer: bytes) -> tuple[int, str]:
    """Return an answer's SNMP version (2 or 3, 0 for anything else) and, for version 2, its community."""
    at = 2 if len(answer) > 2 and answer[1] < 0x80 else 2 + (answer[1] & 0x7F if len(answer) > 2 else 0)
    if answer[at : at + 4] == _V3:
        return 3, ""
    if answer[at : at + 4] == _V2 and len(answer) > at + 5:
        return 2, answer[at + 5 : at + 5 + answer[at + 4]].decode(errors="replace")
    return 0, ""


def ask_all(place: Around, agents: Sequence[IPv4Address]) -> tuple[dict[IPv4Address, set[str]], set[IPv4Address]]:
    """Return which communities each agent answered, and which agents answered v3. A lost datagram is sent again."""
    communities: dict[IPv4Address, set[str]] = {agent: set() for agent in agents}
    alive: set[IPv4Address] = set()
    with datagrams(place) as asking:
        for turn in range(TRIES):
            for agent in agents:
                _ask(asking, agent, turn)
            _listen(asking, communities, alive)
    return communities, alive


def _ask(asking: socket.socket, agent: IPv4Address, turn: int) -> None:
    for number, community in enumerate(COMMUNITIES):
        asking.sendto(get_v2(community, _TOKEN + 2 * turn + number), (str(agent), 161))
    asking.sendto(snmp_discovery(_TOKEN + turn), (str(agent), 161))


def _listen(asking: socket.socket, communities: dict[IPv4Address, set[str]], alive: set[IPv4Address]) -> None:
    until = time.monotonic() + SECONDS
    while (left := until - time.monotonic()) > 0:
        if not select.select([asking], [], [], left)[0]:
            return
        try:
            answer, (host, _port) = asking.recvfrom(4096)
        except OSError:
            continue
        version, community = version_of(answer)
        agent = IPv4Address(host)
        if version == 3:
            alive.add(agent)
        elif version == 2 and agent in communities:
            communities[agent].add(community)
