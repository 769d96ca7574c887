"""Interfaces, addresses and routes by ioctl, in the calling thread's network namespace.

One `ip` process a namespace costs 4 ms; these calls cost microseconds and a county has 250 namespaces.
IPv4 only. Structures are netdevice(7)'s.
"""

import fcntl
import socket
import struct

_SIOCADDRT, _SIOCGIFFLAGS, _SIOCSIFFLAGS = 0x890B, 0x8913, 0x8914
_SIOCSIFADDR, _SIOCSIFNETMASK = 0x8916, 0x891C
_IFF_UP, _RTF_UP, _RTF_GATEWAY, _RTF_HOST = 1, 1, 2, 4


def _sockaddr(address: str) -> bytes:
    return struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


def _netmask(prefix: int) -> str:
    return socket.inet_ntoa(struct.pack("!I", (0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF))


def up(name: str) -> None:
    """Bring an interface up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", name.encode(), 0)
        flags = struct.unpack_from("16sh", fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", name.encode(), flags | _IFF_UP))


def address(name: str, interface: str) -> None:
    """Set the address `a.b.c.d/len` of an interface and bring it up."""
    ip, prefix = interface.split("/")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFADDR, struct.pack("16s16s", name.encode(), _sockaddr(ip)))
        fcntl.ioctl(control, _SIOCSIFNETMASK, struct.pack("16s16s", name.encode(), _sockaddr(_netmask(int(prefix)))))
    up(name)


def route(prefix: str, gateway: str) -> None:
    """Add the route to `a.b.c.d/len` through a gateway."""
    ip, length = prefix.split("/")
    flags = _RTF_UP | _RTF_GATEWAY | (_RTF_HOST if length == "32" else 0)
    request = struct.pack(
        "@L16s16s16sHhLPhPLLH",
        0,
        _sockaddr(ip),
        _sockaddr(gateway),
        _sockaddr(_netmask(int(length))),
        flags,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCADDRT, request)


def sysctl(path: str, value: str) -> None:
    """Write a kernel parameter of this namespace, e.g. `net/ipv4/ip_forward`."""
    with open(f"/proc/sys/{path}", "w", encoding="utf-8") as file:
        file.write(value)
