"""Headers of packets as they pass a port: who sent them over how many routers, and what kind of system it is.

This file uses the standard library alone and needs no other file of ours, because it is also run as it is on a Linux
device (`python3 - SECONDS PORT...`, its text on standard input): there it listens on the ports and prints one JSON
document a line. A beacon imports it. It keeps headers, never content: of a payload only whether its first bytes are
those of a tunnel's protocol. Refuses more than `MOST` different headers, so that a flood costs bounded memory.

Sources: RFC 791 (IPv4), RFC 9293 and RFC 7323 (TCP, time stamps), the WireGuard paper (message types 1 to 4), OpenVPN's
network protocol (opcodes in the upper five bits), RFC 2661 (L2TP), RFC 2637 (PPTP), RFC 3948 (ESP in UDP).
"""

import json
import select
import socket
import struct
import sys
import time

MOST = 4000
"""different headers that are kept"""
TCP, UDP, ICMP, GRE, ESP = 6, 17, 1, 47, 50
_IPV4 = 0x0800
_VLAN = (0x8100, 0x88A8)
_SYN, _ACK = 0x02, 0x10
_ECHO, _ECHO_REPLY = 8, 0
_WIREGUARD = {1: 148, 2: 92, 3: 64}
"""message type to its length"""
_OPENVPN_RESET = (0x38, 0x50, 0x40)
"""P_CONTROL_HARD_RESET of client (versions 2 and 3) and server, key id 0"""

Read = dict[str, object]


def read(frame: bytes) -> "Read | None":
    """Return the headers of an Ethernet frame of IPv4, None for any other."""
    at, kind = 14, struct.unpack_from("!H", frame, 12)[0] if len(frame) >= 34 else 0
    while kind in _VLAN and len(frame) >= at + 24:
        kind, at = struct.unpack_from("!H", frame, at + 2)[0], at + 4
    if kind != _IPV4 or frame[at] >> 4 != 4:
        return None
    found = packet(frame[at:])
    if found is not None:
        found["mac"] = ":".join(f"{octet:02x}" for octet in frame[6:12])
    return found


def packet(data: bytes) -> "Read | None":
    """Return the headers of an IPv4 packet, None for what is cut or no first fragment."""
    size = (data[0] & 15) * 4 if len(data) >= 20 else 0
    if size < 20 or len(data) < size:
        return None
    found: Read = {
        "source": socket.inet_ntoa(data[12:16]),
        "destination": socket.inet_ntoa(data[16:20]),
        "ttl": data[8],
        "protocol": data[9],
        "port": 0,
        "options": "",
        "clock": None,
        "mss": None,
        "shape": "",
        "echo": "",
    }
    if struct.unpack_from("!H", data, 6)[0] & 0x1FFF:
        return None
    _above(found, data[9], data[size : struct.unpack_from("!H", data, 2)[0] or None])
    return found


def _above(found: Read, protocol: int, body: bytes) -> None:
    if protocol == TCP and len(body) >= 20:
        found["port"] = struct.unpack_from("!H", body, 2)[0]
        if body[13] & (_SYN | _ACK) == _SYN:
            _syn(found, body)
        elif found["port"] == 1723:
            found["shape"] = "pptp"
    elif protocol == UDP and len(body) >= 8:
        found["port"] = struct.unpack_from("!H", body, 2)[0]
        found["shape"] = shape(found["port"], body[8:])
    elif protocol == GRE and len(body) >= 4 and struct.unpack_from("!H", body, 2)[0] == 0x880B:
        found["shape"] = "pptp"
    elif protocol == ESP:
        found["shape"] = "ipsec"
    elif protocol == ICMP and len(body) >= 8 and body[0] in (_ECHO, _ECHO_REPLY):
        found["echo"] = body[8:72].hex() if body[0] == _ECHO_REPLY else ""


def shape(port: object, payload: bytes) -> str:
    """Return which tunnel's protocol a UDP payload begins like: wireguard, openvpn, l2tp, ipsec, or nothing."""
    if len(payload) < 4:
        return ""
    kind = payload[0]
    if payload[1:4] == b"\0\0\0" and (_WIREGUARD.get(kind) == len(payload) or (kind == 4 and len(payload) % 16 == 0)):
        return "wireguard" if len(payload) >= 32 else ""
    if kind in _OPENVPN_RESET and 14 <= len(payload) <= 500 and port not in (53, 123, 137, 138, 161):
        return "openvpn"
    if port == 1701 and payload[1] == 2:
        return "l2tp"
    if port == 4500 and payload[:4] != b"\0\0\0\0":
        return "ipsec"
    return ""


def _syn(found: Read, body: bytes) -> None:
    """Note what tells systems apart in a SYN: the order of its options, window and scale; and its clock."""
    at, end, order, scale = 20, min((body[12] >> 4) * 4, len(body)), list[str](), 0
    while at < end and body[at]:
        kind, size = body[at], body[at + 1] if body[at] != 1 and at + 1 < end else 1
        if size < 1 or at + size > end or (kind != 1 and size < 2):
            break
        order.append(str(kind))
        if kind == 2 and size == 4:
            found["mss"] = struct.unpack_from("!H", body, at + 2)[0]
        elif kind == 3 and size == 3:
            scale = body[at + 2]
        elif kind == 8 and size == 10:
            found["clock"] = struct.unpack_from("!I", body, at + 2)[0]
        at += size
    window = struct.unpack_from("!H", body, 14)[0]
    found["options"] = f"{','.join(order)}:{window}:{scale}"


def listen(ports: "list[str]", seconds: float, own: "tuple[str, ...]" = ()) -> "list[Read]":
    """Return headers of what arrives at Ethernet ports within so many seconds, equal ones once; not what `own` sent.

    Raises OSError for a port that there is not, PermissionError without root.
    """
    sockets = {}
    for port in ports:
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_IPV4))
        opened.bind((port, _IPV4))
        opened.setblocking(False)
        sockets[opened] = port
    found: dict[tuple[object, ...], Read] = {}
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0:
            for ready in select.select(list(sockets), [], [], left)[0]:
                _take(ready, sockets[ready], own, found)
    finally:
        for opened in sockets:
            opened.close()
    return list(found.values())


def _take(opened: socket.socket, port: str, own: "tuple[str, ...]", found: "dict[tuple[object, ...], Read]") -> None:
    try:
        frame, origin = opened.recvfrom(65535)
    except (BlockingIOError, OSError):
        return
    seen = read(frame) if origin[2] != socket.PACKET_OUTGOING else None
    if seen is None or seen["mac"] in own:
        return
    key = (port, *(seen[name] for name in sorted(seen) if name != "clock"), seen["clock"] if seen["options"] else None)
    if len(found) < MOST:
        found.setdefault(key, {**seen, "on": port, "at": time.time()})


def main(words: "list[str]") -> int:
    """Listen for words[0] seconds on the ports words[1:] and print what was seen; 2 for words that make no sense."""
    try:
        seconds, ports = float(words[0]), [port for port in words[1:] if port]
    except (IndexError, ValueError):
        return 2
    for seen in listen(ports, seconds):
        print(json.dumps(seen))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
