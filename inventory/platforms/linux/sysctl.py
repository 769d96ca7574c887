"""Kernel settings: forwarding, and what the daemons and a defensive router need.

Redirects: the kernel sends them when `all` or the interface says so, and a device that does not forward heeds them when
either does, so both are said of `all`, of `default` (interfaces to come) and of every interface there is (`*`).
Packets from impossible sources are logged when `all` says so.

`ip_nonlocal_bind` lets daemons bind the management address before FRR has set it; loose `rp_filter` keeps asymmetric
routes between the two cores alive (spoofing is stopped by the filters); `igmp_max_memberships` lets OSPF join on every
interface. Who answers for others' addresses (`proxy_arp`) is told by interface. The source address of the device's own
traffic has no kernel setting of its own (each daemon binds it); so that it is kept even when no such daemon is
configured, it stands here in a `# countynet:` line, the only comment that carries meaning.
"""

import re
from collections.abc import Iterable, Iterator

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.text import File, Files, file, value_of

PATH = "/etc/sysctl.d/90-countynet.conf"
CONSTANT = {
    "net.ipv4.ip_nonlocal_bind": "1",
    "net.ipv4.igmp_max_memberships": "1000",
    "net.ipv4.conf.all.rp_filter": "2",
    "net.ipv4.conf.all.accept_redirects": "0",
    "net.ipv4.conf.all.accept_source_route": "0",
}
REDIRECTS = ("accept_redirects", "send_redirects")
HARDENED = {
    "net.ipv4.conf.default.accept_redirects": "0",
    "net.ipv4.conf.*.accept_redirects": "0",
    "net.ipv4.conf.all.send_redirects": "0",
    "net.ipv4.conf.default.send_redirects": "0",
    "net.ipv4.conf.*.send_redirects": "0",
    "net.ipv4.conf.all.log_martians": "1",
    "net.ipv4.icmp_echo_ignore_broadcasts": "1",
    "net.ipv4.tcp_syncookies": "1",
}
"""what decision 182 added: a file without any of it was written before and says the same otherwise"""
FORWARD6 = "net.ipv6.conf.all.forwarding"
PROXY = re.compile(r"net\.ipv4\.conf\.(\S+)\.proxy_arp = ([01])")
TURNED = re.compile(rf"net\.ipv4\.conf\.(?!(?:all|default)\.)\S+\.({'|'.join(REDIRECTS)}) = 1")
KEYS = ("net.ipv4.ip_forward", *CONSTANT, *(key for key in HARDENED if "*" not in key), FORWARD6)


def render(config: DeviceConfig) -> dict[str, File]:
    """Return the kernel settings."""
    values = {"net.ipv4.ip_forward": str(int(config.forwarding))} | CONSTANT | HARDENED
    values[FORWARD6] = str(int(config.forwarding6))
    proxies = [(item.name, item.proxy_arp) for item in config.interfaces if item.proxy_arp is not None]
    values |= {f"net.ipv4.conf.{name}.proxy_arp": str(int(told)) for name, told in proxies}
    source = [f"# countynet: source {config.source}"] if config.source else []
    return {PATH: file([*source, *(f"{key} = {value}" for key, value in values.items())])}


def earlier(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the file as it was written before it said what HARDENED does."""
    added = {f"{key} = {value}" for key, value in HARDENED.items()}
    return tuple(line for line in lines if line not in added)


def parse(files: Files, draft: Draft) -> None:
    """Read forwarding and source; the guard lists every other line that is not ours."""
    lines = files[PATH].lines if PATH in files else ()
    forward = value_of(lines, r"net\.ipv4\.ip_forward = ([01])")
    if forward is not None:
        draft.fields["forwarding"] = forward == "1"
    if (forward6 := value_of(lines, r"net\.ipv6\.conf\.all\.forwarding = ([01])")) is not None:
        draft.fields["forwarding6"] = forward6 == "1"
    for line in lines:
        if (match := PROXY.fullmatch(line)) and match[1] not in ("all", "default"):
            draft.interfaces[match[1]]["proxy_arp"] = match[2] == "1"
    source = value_of(lines, r"# countynet: source (\d+\.\d+\.\d+\.\d+)")
    if source is not None:
        draft.fields["source"] = source


def live(part: File, values: tuple[str, ...]) -> File:
    """Return the file with the kernel's present values in place of what it asks for.

    Interfaces that answer for others are named by the kernel alone; `all` is one that no file of ours names. One that
    takes part in redirects is named where the file says that none shall.
    """
    present = dict(re.split(r"\s*=\s*", line, maxsplit=1) for line in values if "=" in line)
    proxies = {line for line in values if PROXY.fullmatch(line)}
    held = tuple(_present(line, present) for line in part.lines if not _gone(line, proxies))
    turned = {line for line in values if (match := TURNED.fullmatch(line)) and _forbids(part, match[1])}
    return File(part.mode, (*held, *sorted((proxies | turned) - {*held})))


def _forbids(part: File, setting: str) -> bool:
    return f"net.ipv4.conf.*.{setting} = 0" in part.lines


def _gone(line: str, proxies: set[str]) -> bool:
    """Return whether a line says that an interface answers for others and the kernel says that it does not."""
    match = PROXY.fullmatch(line)
    return bool(match and match[2] == "1" and line not in proxies)


def without(gone: Iterable[str]) -> Iterator[str]:
    """Yield the commands after which no interface answers for others that lines which are gone had answer."""
    for line in gone:
        if (match := PROXY.fullmatch(line)) and match[2] == "1":
            yield f"sysctl -q -w net/ipv4/conf/{match[1]}/proxy_arp=0"


def _present(line: str, present: dict[str, str]) -> str:
    key = line.split(" = ")[0]
    return f"{key} = {present[key]}" if key in present else line
