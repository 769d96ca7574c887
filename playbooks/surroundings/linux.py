"""What a Linux device prints of its surroundings. Pure.

Sources: ip-neighbour(8) and bridge(8) with `-s` (seconds since used, confirmed, updated), ovs-appctl(8) `fdb/show`,
lldpcli(8) `-f json0`, the kernel's /proc/net/nf_conntrack, dnsmasq(8)'s and dhcpd.leases(5)' files. What says that it
is not there any more (FAILED, INCOMPLETE) is left out; a row that is merely old is kept with its age, for whoever
judges has to know that a switch still remembers.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from countynet.surroundings import Flow, Row, Table

MARK = "#### "
ASK = f"""
export LC_ALL=C
echo '{MARK}own'; ip -o link show
echo '{MARK}arp'; ip -s neigh show
echo '{MARK}fdb'; bridge -s fdb show 2>/dev/null
if pidof ovs-vswitchd >/dev/null 2>&1; then
echo '{MARK}ovs'; ovs-appctl --timeout=10 fdb/show br0
echo '{MARK}ofports'; ovs-vsctl --timeout=10 -f csv -d bare --no-heading --columns=ofport,name list Interface
fi
echo '{MARK}leases'; cat /var/lib/misc/dnsmasq.leases 2>/dev/null
echo '{MARK}dhcpd'; cat /var/lib/dhcp/dhcpd.leases 2>/dev/null
echo '{MARK}lldp'; pidof lldpd >/dev/null 2>&1 && timeout 10 lldpcli -f json0 show neighbors details 2>/dev/null
echo '{MARK}sessions'; cat /proc/net/nf_conntrack 2>/dev/null || conntrack -L -o extended 2>/dev/null
echo '{MARK}end'
"""
"""one round trip; what a device has not is empty"""
LONGEST = 20_000
"""sessions that are read of one device"""
_NEIGHBOUR = re.compile(r"(\S+) dev (\S+) lladdr ([0-9a-f:]{17}) .*?used (\d+)/(\d+)/(\d+).* ([A-Z]+)\s*$")
_FDB = re.compile(r"([0-9a-f:]{17}) dev (\S+) (?:vlan (\d+) )?(?:used (\d+)/(\d+) )?(.*)$")
_OVS = re.compile(r"\s*(\d+)\s+(\d+)\s+([0-9a-f:]{17})\s+(\d+)\s*$")
_LINK = re.compile(r"\d+: ([^:@\s]+).*link/ether ([0-9a-f:]{17})")
_LEASE = re.compile(r"lease (\S+) \{(.*?)\n\}", re.DOTALL)
_GONE = ("FAILED", "INCOMPLETE", "NOARP", "PERMANENT")
Parts = Mapping[str, Sequence[str]]


def parts(text: str) -> dict[str, list[str]]:
    """Return the lines of each part of what was asked."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        if line.startswith(MARK):
            current = found.setdefault(line[len(MARK) :].strip(), [])
        elif line.strip():
            current.append(line)
    return found


def own(device: str, said: Parts) -> dict[str, str]:
    """Return the hardware addresses of a device's ports: address to `device:port`."""
    found = (_LINK.match(line) for line in said.get("own", ()))
    return {match[2]: f"{device}:{match[1]}" for match in found if match}


def rows(device: str, said: Parts, now: datetime) -> Iterator[Row]:
    """Yield what the tables of a device have."""
    yield from _neighbours(device, said.get("arp", ()), now)
    yield from _forwarded(device, said.get("fdb", ()), now)
    yield from _switched(device, said, now)
    yield from _leases(device, said.get("leases", ()))
    yield from _lent(device, "\n".join(said.get("dhcpd", ())), now)
    yield from _heard(device, "\n".join(said.get("lldp", ())))


def _neighbours(device: str, lines: Sequence[str], now: datetime) -> Iterator[Row]:
    for line in lines:
        match = _NEIGHBOUR.match(line)
        if match and match[7] not in _GONE and not match[1].startswith("fe80:"):
            last = now - timedelta(seconds=min(int(match[5]), int(match[6])))
            yield Row(device, match[2], Table.ARP, match[3], match[1], line=line.strip(), last=last)


def _forwarded(device: str, lines: Sequence[str], now: datetime) -> Iterator[Row]:
    for line in lines:
        match = _FDB.match(line)
        if match is None or "permanent" in match[6] or "master" not in match[6]:
            continue
        last = now - timedelta(seconds=int(match[5])) if match[5] else None
        vlan = int(match[3]) if match[3] else None
        yield Row(device, match[2], Table.FDB, match[1], vlan=vlan, line=line.strip(), last=last)


def _switched(device: str, said: Parts, now: datetime) -> Iterator[Row]:
    ports = dict(line.split(",", 1) for line in said.get("ofports", ()) if "," in line)
    for line in said.get("ovs", ()):
        match = _OVS.match(line)
        if match and match[1] in ports:
            last, vlan = now - timedelta(seconds=int(match[4])), int(match[2]) or None
            yield Row(device, ports[match[1]], Table.FDB, match[3], vlan=vlan, line=line.strip(), last=last)


def _leases(device: str, lines: Sequence[str]) -> Iterator[Row]:
    for line in lines:
        words = line.split()
        if len(words) >= 4 and words[0].isdigit() and ":" in words[1]:
            name = "" if words[3] == "*" else words[3]
            yield Row(device, "", Table.DHCP, words[1].lower(), words[2], name=name, line=line.strip())


def _lent(device: str, text: str, now: datetime) -> Iterator[Row]:
    """Yield dhcpd's leases that still run; of one address the last in the file counts."""
    found = {address: body for address, body in _LEASE.findall(text)}
    for address, body in found.items():
        mac = re.search(r"hardware ethernet ([0-9a-f:]{17});", body)
        ends = re.search(r"ends \d (\d+/\d+/\d+ \d+:\d+:\d+);", body)
        until = datetime.strptime(ends[1], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC) if ends else None
        if mac is None or "binding state active" not in body or (until is not None and until < now):
            continue
        name = re.search(r'client-hostname "([^"]*)"', body)
        says = re.search(r'vendor-class-identifier = "([^"]*)"', body)
        line = f"lease {address} {mac[0]}"
        yield Row(device, "", Table.DHCP, mac[1], address, name=name[1] if name else "",
                  says=says[1] if says else "", line=line)  # fmt: skip


def _heard(device: str, text: str) -> Iterator[Row]:
    """Yield LLDP's neighbours; a text that is no JSON says nothing."""
    try:
        whole = json.loads(text) if text else {}
    except ValueError:
        return
    for part in _list(whole, "lldp"):
        for port in _list(part, "interface"):
            for chassis in _list(port, "chassis"):
                yield _neighbour(device, str(port.get("name", "")), chassis)


def _neighbour(device: str, port: str, chassis: Mapping[str, Any]) -> Row:
    ids = [str(i.get("value", "")) for i in _list(chassis, "id") if i.get("type") == "mac"]
    name, descr = (next((str(v.get("value", "")) for v in _list(chassis, key)), "") for key in ("name", "descr"))
    able = [str(c.get("type", "")) for c in _list(chassis, "capability") if c.get("enabled")]
    address = next((str(v.get("value", "")) for v in _list(chassis, "mgmt-ip")), "")
    says = " ".join(word for word in (",".join(able), descr) if word)
    return Row(device, port, Table.LLDP, ids[0] if ids else "", address, name=name, says=says,
               line=f"{port} {name} {says}"[:300])  # fmt: skip


def _list(value: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the objects that a part of lldpcli's document has under a name; `json0` makes each a list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def flows(device: str, said: Parts) -> Iterator[Flow]:
    """Yield the sessions that the kernel tracks, as whoever opened them meant them."""
    for line in said.get("sessions", ())[:LONGEST]:
        found = flow(device, line)
        if found is not None:
            yield found


def flow(device: str, line: str) -> Flow | None:
    """Return a line of nf_conntrack, None for one that is no IPv4 session."""
    words = line.split()
    if len(words) < 6 or words[0] != "ipv4" or not words[3].isdigit():
        return None
    pairs = [word.split("=", 1) for word in words if "=" in word]
    asked: dict[str, str] = {}
    total = 0
    for name, value in pairs:
        asked.setdefault(name, value)
        total += int(value) if name == "bytes" and value.isdigit() else 0
    if "src" not in asked or "dst" not in asked:
        return None
    lasted = asked.get("delta-time", "")
    return Flow(
        device, asked["src"], asked["dst"], int(words[3]), int(asked.get("dport") or 0), "[UNREPLIED]" not in words,
        total if "bytes" in asked else None, int(lasted) if lasted.isdigit() else None, line.strip(),
    )  # fmt: skip
