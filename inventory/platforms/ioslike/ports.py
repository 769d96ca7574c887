"""Port numbers in access lists, which IOS and RGOS print by name where they have one. Source: IOS command reference."""

from collections.abc import Sequence

_BOTH = {"discard": 9, "domain": 53, "echo": 7, "pim-auto-rp": 496, "sunrpc": 111, "tacacs": 49, "talk": 517,
         "time": 37}  # fmt: skip
_TCP = {"bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20,
        "gopher": 70, "hostname": 101, "ident": 113, "irc": 194, "klogin": 543, "kshell": 544, "login": 513,
        "lpd": 515, "nntp": 119, "pop2": 109, "pop3": 110, "smtp": 25, "telnet": 23, "uucp": 540, "whois": 43,
        "www": 80}  # fmt: skip
_UDP = {"biff": 512, "bootpc": 68, "bootps": 67, "dnsix": 195, "isakmp": 500, "mobile-ip": 434, "nameserver": 42,
        "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139, "non500-isakmp": 4500, "ntp": 123, "rip": 520,
        "snmp": 161, "snmptrap": 162, "syslog": 514, "tftp": 69, "who": 513, "xdmcp": 177}  # fmt: skip
NAMES = {"tcp": _BOTH | _TCP, "udp": _BOTH | _UDP}
_BACK = {protocol: {number: name for name, number in table.items()} for protocol, table in NAMES.items()}


def word(protocol: str, port: int) -> str:
    """Return a port as it is printed."""
    return _BACK.get(protocol, {}).get(port, str(port))


def write(protocol: str, run: Sequence[int]) -> list[str]:
    """Return a run of ports as the words of an entry; nothing for any port."""
    if not run:
        return []
    words = [word(protocol, run[0]), word(protocol, run[-1])]
    return ["eq", words[0]] if len(run) == 1 else ["range", *words]


def _number(protocol: str, text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    return NAMES[protocol].get(text, 0)


def read(protocol: str | None, text: str | None) -> tuple[tuple[int, ...], ...] | None:
    """Return the runs of ports that the words name, one empty run for any; None if they name none."""
    if text is None:
        return ((),)
    how, *names = text.split()
    if protocol not in NAMES:
        return None
    numbers = [_number(protocol, name) for name in names]
    if not all(1 <= number <= 65535 for number in numbers):
        return None
    if how == "eq":
        return tuple((number,) for number in numbers)
    low, high = {"gt": (numbers[0] + 1, 65535), "range": (numbers[0], numbers[-1])}.get(how, (1, numbers[0] - 1))
    runs = [tuple(range(low, high + 1))]
    runs += [tuple(range(numbers[0] + 1, 65536))] if how == "neq" else []
    found = tuple(run for run in runs if run)
    return found or None
