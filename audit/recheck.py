#!/usr/bin/env python3
"""Re-checks a certificate of isolation offline: `python3 recheck.py FILE [--configs FOLDER]`.

Written against docs/certificate.md, importing nothing of countynet; Python 3.10. Works out of what is stated, over all
packets, what arrives between any two places. Exit code 0: every verdict holds; 1: one does not, or a text is another
than was proven; 2: no certificate. It cannot know whether a statement says what its text says: hashes tie the two.
"""

import argparse
import hashlib
import json
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from math import prod
from pathlib import Path
from typing import Any

NEVER, NEAR, ANY = "0.0.0.0/8 127.0.0.0/8 224.0.0.0/4 255.255.255.255/32", "224.0.0.0/24", "0.0.0.0/0"
DEVICES, OPERATOR = "devices", "operator"
HEAD = {"format": "countynet-isolation-certificate", "version": 1, "covers": ["first packets, IPv4"]}
ASKED, WHOLE = ("source", "target", "service"), "0-255:0-65535:0-65535:0-1"
Cells = dict[int, int]  # a set of packets: by class of destinations, the cells of sources and services


def need(fulfilled: object, why: str) -> None:
    """Raise ValueError unless something is fulfilled: then the file is no certificate, or not whole."""
    if not fulfilled:
        raise ValueError(why)


def only(stated: Any, *known: str) -> Any:
    """Return an object as it is; one with a key that is not known here is refused, for it may mean anything."""
    need(isinstance(stated, dict) and not set(stated) - {*known}, f"no object of {', '.join(known)}")
    return stated


def word(value: Any, *known: Any) -> Any:
    """Return a value that is one of those known."""
    need(any(value == one and type(value) is type(one) for one in known), f"{value!r} is none of {known}")
    return value


def canonical(value: Any) -> bytes:
    """Return the canonical text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def load(path: str) -> dict[str, Any]:
    """Return a certificate whose head, form and seal are right. Raises ValueError."""
    found = json.loads(raw := Path(path).read_bytes())
    need({key: found.get(key) for key in HEAD} == HEAD, f"no certificate that this program knows: not {HEAD}")
    bare = canonical({key: value for key, value in found.items() if key != "seal"})
    fits = canonical(found) + b"\n" == raw and hashlib.sha256(bare).hexdigest() == found["seal"]
    need(fits, "damaged or altered after it was written: form or seal do not fit")
    return dict(found)


def interval(text: str) -> tuple[int, int]:
    """Return the first and the last address of `A/N` or `A-B`."""
    low, high = text.split("-") if "-" in text else (IPv4Network(text)[0], IPv4Network(text)[-1])
    return int(IPv4Address(low)), int(IPv4Address(high))


def each(bits: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1


class Addresses:
    """The classes of a field of addresses; a set of them (`bits`) is an integer with a bit for each class in it."""

    def __init__(self, classes: list[str]) -> None:
        self.runs = sorted((*interval(one), number) for number, text in enumerate(classes) for one in text.split())
        self.lows, self.of = [run[0] for run in self.runs], [run[2] for run in self.runs]
        part = [0, *(high + 1 for _low, high, _number in self.runs)] == [*self.lows, 2**32] and all(classes)
        need(part, "the classes of addresses do not part all addresses")
        self.bits = cache(self._bits)

    def _bits(self, text: str) -> int:
        spans = [interval(one) for one in text.split()]
        runs = {n for low, high in spans for n in range(bisect_left(self.lows, low), bisect_right(self.lows, high))}
        inside = {self.of[n] for n in runs}
        size = sum(self.runs[n][1] - self.runs[n][0] + 1 for n in runs)
        whole = runs == {n for n, number in enumerate(self.of) if number in inside}
        need(whole and size == sum(high - low + 1 for low, high in spans), f"{text[:40]} cuts a class of addresses")
        return sum(1 << number for number in inside)


def box(text: str) -> list[int]:
    """Return the first and the last protocol, destination port, source port and flag of a box."""
    return [int(number) for field in text.split(":") for number in field.split("-")]


def _within(one: Any, other: Any) -> bool:
    return all(other[n] <= one[n] <= one[n + 1] <= other[n + 1] for n in (0, 2, 4, 6))


def _meet(one: Any, other: Any) -> bool:
    return all(one[n] <= other[n + 1] and other[n] <= one[n + 1] for n in (0, 2, 4, 6))


class Grid:
    """All classes of packets: of one class of destinations, bit `source * services + service` of an integer."""

    def __init__(self, classes: Any) -> None:
        only(classes, "source", "target", "service")
        self.source, self.target = Addresses(classes["source"]), Addresses(classes["target"])
        self.services = [[box(one) for one in text.split()] for text in classes["service"]]
        boxes = [one for found in self.services for one in found]
        fit = all(len(one) == 8 and _within(one, box(WHOLE)) for one in boxes) and all(self.services)
        apart = not any(_meet(a, b) for n, a in enumerate(boxes) for b in boxes[:n])
        size = sum(prod(one[n + 1] - one[n] + 1 for n in (0, 2, 4, 6)) for one in boxes)
        need(fit and apart and size == 2**41, "the classes of services do not part all services")
        self.width, self.targets = len(self.services), range(len(classes["target"]))
        self.serving, self.pool = cache(self._serving), dict[int, int]()
        self.row, self.full = (1 << self.width) - 1, (1 << self.width * len(classes["source"])) - 1

    def _serving(self, text: str) -> int:
        found, boxes = 0, [box(one) for one in text.split()]
        for number, parts in enumerate(self.services):
            inside = {any(_within(one, other) for other in boxes) for one in parts}
            touched = {any(_meet(one, other) for other in boxes) for one in parts}
            need(inside == touched and len(inside) == 1, f"{text[:40]} cuts a class of services")
            found |= (True in inside) << number
        return found

    def cells(self, sources: int, services: int) -> int:
        """Return the product of sources and services."""
        return sum(1 << number * self.width for number in each(sources)) * services

    def asked(self, stated: Any) -> tuple[int, int]:
        """Return the destinations and the cells that a rule asks for."""
        source, target, service = (stated.get(*one) for one in zip(ASKED, (ANY, ANY, WHOLE), strict=True))
        return self.target.bits(target), self.cells(self.source.bits(source), self.serving(service))

    def hidden(self, cells: int, source: str) -> int:
        """Return cells with every source replaced by one address."""
        found, number = 0, next(each(self.source.bits(source + "/32")))
        while cells:
            found |= cells & self.row
            cells >>= self.width
        return found << number * self.width

    def holds(self, packets: Cells, one: Any) -> bool:
        """Return whether a packet is in a set."""
        point = [one[key] for key in ("protocol", "port", "source_port", "flag") for _end in (0, 1)]
        service = next(n for n, boxes in enumerate(self.services) if any(_within(point, one) for one in boxes))
        ends = ((self.source, one["source"]), (self.target, one["target"]))
        source, target = (f.of[bisect_right(f.lows, int(IPv4Address(address))) - 1] for f, address in ends)
        return bool(packets.get(target, 0) >> source * self.width + service & 1)

    def packet(self, packets: Cells) -> dict[str, Any]:
        """Return a packet of a set."""
        target, cells = next(iter(packets.items()))
        source, service = divmod(next(each(cells)), self.width)
        ends = [str(IPv4Address(f.lows[f.of.index(n)])) for f, n in ((self.source, source), (self.target, target))]
        values = (*ends, *self.services[service][0][::2])
        return dict(zip(("source", "target", "protocol", "port", "source_port", "flag"), values, strict=True))


class Device:
    """One device: what it takes for itself, lets pass and translates, and where it sends what."""

    def __init__(self, name: str, stated: Any, grid: Grid) -> None:
        only(stated, "platform", "forwards", "interfaces", "lent", "routes", "filters", "nat", "tunnels")
        self.name, self.grid, self.forwards = name, grid, word(stated["forwards"], True, False)
        faces = {key: only(one, "domain", "addresses", "virtual") for key, one in stated["interfaces"].items()}
        held = {key: [IPv4Interface(text) for text in one["addresses"]] for key, one in faces.items()}
        self.domain = {key: one["domain"] for key, one in faces.items() if one["domain"] is not None}
        self.first = {key: str(found[0].ip) for key, found in held.items() if found}
        owned = {key: [*(str(a.ip) for a in held[key]), *one["virtual"]] for key, one in faces.items()}
        self.at = {key: {a: next(each(grid.target.bits(a + "/32"))) for a in found} for key, found in owned.items()}
        self.own = {number for found in self.at.values() for number in found.values()}
        self.kept = self.own - {*each(grid.target.bits(stated["lent"]))}
        self.sends = grid.cells(grid.source.bits(" ".join({a + "/32" for f in owned.values() for a in f})), grid.row)
        linked = {n for found in held.values() for a in found for n in each(grid.target.bits(str(a.network)))}
        self.filters = {hook: self.chain(one) for hook, one in stated["filters"].items()}
        self.nat = [(only(n, "kind", "name", "interface", "to", *ASKED), grid.asked(n)) for n in stated["nat"]]
        tunnels = only(stated["tunnels"] or {"interface": "", "ends": []}, "interface", "ends")
        self.tunnel, self.ends = tunnels["interface"], [only(e, "peer", "local", "remote") for e in tunnels["ends"]]
        self.drawn = {n for end in self.ends for n in each(grid.target.bits(end["remote"]))} - linked
        routes = [(IPv4Network(to), one["by"]) for one in stated["routes"] for to in only(one, "to", "by")["to"]]
        fits = len(dict(routes)) == len(routes) and all(out in self.domain for _to, by in routes for out, _next in by)
        need(fits, f"{name} has two routes to one network, or one by an interface that is none")
        self.hops: dict[int, list[tuple[str, str | None]]] = {}
        for prefix, by in sorted(routes, key=lambda route: route[0].prefixlen):
            self.hops.update(dict.fromkeys(each(grid.target.bits(str(prefix))), by))
        self.permitted = cache(self._permitted)

    def chain(self, stated: Any) -> tuple[list[Any], bool]:
        """Return a filter as rules (in, out, destinations, cells, whether to accept) and its default."""
        rules = list[Any]()
        for rule in only(stated, "default", "sessions", "rules")["rules"]:
            only(rule, "name", "action", "state", "in", "out", "hardware", *ASKED)
            accept, (targets, cells) = word(rule["action"], "accept", "drop") == "accept", self.grid.asked(rule)
            never = "state" in rule or ("hardware" in rule and not accept)
            rules.append((rule.get("in"), rule.get("out"), targets, 0 if never else cells, accept))
        return rules, word(stated["default"], "accept", "drop") == "accept"

    def _permitted(self, hook: str, into: str, out: str, target: int) -> int:
        (rules, default), passed, rest = self.filters.get(hook, ([], True)), 0, self.grid.full
        for entry, leave, targets, cells, accept in rules:
            if targets >> target & 1 and (entry is None or into in entry) and (leave is None or out in leave):
                passed |= cells & rest if accept else 0
                rest &= ~cells
        return self.grid.pool.setdefault(found := passed | rest if default else passed, found)

    def translated(self, kind: str, interface: str, target: int, cells: int) -> Iterator[tuple[int, int]]:
        """Yield destinations and cells as the translations of a kind at an interface leave them."""
        for one, (targets, taken) in self.nat:
            address = one.get("to") or self.first.get(interface)
            fits = word(one["kind"], "source", "destination") == kind and one.get("interface") in (None, interface)
            if fits and address and targets >> target & 1 and cells & taken:
                to = target if kind == "source" else next(each(self.grid.target.bits(address + "/32")))
                yield to, self.grid.hidden(cells & taken, address) if kind == "source" else cells & taken
                cells &= ~taken
        if cells:
            yield target, cells


class County:
    """All devices and how they are joined, and what is allowed."""

    def __init__(self, stated: dict[str, Any]) -> None:
        self.stated, self.grid = stated, Grid(stated["classes"])
        self.devices = {name: Device(name, one, self.grid) for name, one in stated["devices"].items()}
        self.domains = [only(one, "places", "carriers") for one in stated["domains"]]
        inside, told = {DEVICES}.union(*(one["places"] for one in self.domains)), stated["verdicts"]
        fits = {*self.devices} == {*stated["hashes"]} and inside == {*stated["places"]} >= {*told}.union(*told.values())
        need(fits, "devices and hashes, or places, domains and verdicts, do not fit together")
        joints = [((d.name, face), number) for d in self.devices.values() for face, number in d.domain.items()]
        self.ports = [[port for port, at in joints if at == number] for number in range(len(self.domains))]
        self.near, self.never = ({*each(self.grid.target.bits(nets))} for nets in (NEAR, NEVER))
        self.lines = [only(one, "line", "from", "to", "service", "owed") for one in stated["policy"]]
        self.serving = [self.grid.serving(line["service"]) for line in self.lines]
        self.ways = cache(self._ways)

    def _ways(self, device: Device, target: int) -> list[Any]:
        if target in device.drawn:
            return [*self.tunnelled(device, target)]
        hops = device.hops.get(target, ())
        return [(out, self.grid.full, *self.left(device, out, gateway, target)) for out, gateway in hops]

    def tunnelled(self, device: Device, target: int) -> Iterator[Any]:
        """Yield the ways into tunnels whose both ends have selectors for it: (out, cells, ports entered, no places)."""
        targets, sources = self.grid.target.bits, self.grid.source.bits
        for end in device.ends:
            peer = self.devices.get(end["peer"])
            for back in peer.ends if peer and targets(end["remote"]) >> target & 1 else ():
                if peer and back["peer"] == device.name and targets(back["local"]) >> target & 1:
                    cells = self.grid.cells(sources(end["local"]) & sources(back["remote"]), self.grid.row)
                    yield device.tunnel, cells, [(peer.name, peer.tunnel)], []

    def left(self, device: Device, out: str, gateway: str | None, target: int) -> tuple[list[Any], list[str]]:
        """Return the ports that take a packet which leaves for a gateway, or for the link; else where it arrives."""
        number = device.domain[out]
        around, places = [port for port in self.ports[number] if port[0] != device.name], self.domains[number]["places"]
        owners = [(name, face) for name, face in around if gateway in self.devices[name].at[face]]
        if not owners and (gateway is None or OPERATOR in places):
            owners = [(name, face) for name, face in around if target in self.devices[name].at[face].values()]
        return owners, [] if owners else places

    def begin(self, source: str) -> Iterator[tuple[Any, str, int, int]]:
        """Yield what a place sends, as `through` does: everything; devices send from their own addresses alone."""
        for domain, ports in zip(self.domains, self.ports, strict=True):
            if source in domain["places"]:
                yield from ((port, "", target, self.grid.full) for port in ports for target in self.grid.targets)
            switches = [(name, "") for name in domain["carriers"] if name not in dict(ports)]
            senders = [*ports, *switches] if source == DEVICES else []
            for (name, face), target in ((sender, target) for sender in senders for target in self.grid.targets):
                device = self.devices[name]
                sent = device.sends & device.permitted("output", "", face, target) if face else device.sends
                for _target, cells in device.translated("source", face, target, sent) if face else [(target, sent)]:
                    yield from ((port, "", target, cells) for port in ports if port[0] != name)
                    yield from ((None, place, target, cells) for place in domain["places"])
        for device in self.devices.values() if source == DEVICES else ():
            for target in self.grid.targets if device.ends else ():
                for out, taken, entered, _places in self.tunnelled(device, target):
                    yield entered[0], "", target, device.sends & taken & device.permitted("output", "", out, target)

    def through(self, port: Any, packets: Cells, met: set[int]) -> Iterator[tuple[Any, str, int, int]]:
        """Yield what becomes of packets that come in: (port they enter or None, place, destinations, cells)."""
        device, into = self.devices[port[0]], port[1]
        for first, coming in packets.items():
            for target, cells in device.translated("destination", into, first, coming):
                if target in device.own or target in self.near:
                    yield None, DEVICES, target, cells & device.permitted("input", into, "", target)
                if device.forwards and target not in self.never and target not in device.kept:
                    for out, taken, ports, places in self.ways(device, target):
                        leaving = cells & taken & device.permitted("forward", into, out, target)
                        met |= {device.domain[out]} if leaving and out in device.domain else set()
                        yield from ((None, place, target, leaving) for place in places)
                        hides = ports and leaving and out != device.tunnel
                        after = device.translated("source", out, target, leaving) if hides else [(target, leaving)]
                        yield from ((entry, "", target, held) for _target, held in after for entry in ports)

    def run(self, source: str) -> tuple[dict[str, Cells], set[str]]:
        """Return by place what arrives of all that a place sends, and the devices that any of the packets met."""
        queue, seen, arrived = dict[Any, Cells](), dict[Any, Cells](), dict[str, Cells]()
        met = {n for n, domain in enumerate(self.domains) if source in domain["places"]}
        found: Iterable[Any] = self.begin(source)
        while found:
            for port, place, target, cells in found:
                held = seen.setdefault(port, {}) if port else arrived.setdefault(place, {})
                if fresh := cells & ~held.get(target, 0):
                    held[target] = self.grid.pool.setdefault(known := held.get(target, 0) | fresh, known)
                    if port:
                        waiting = queue.setdefault(port, {})
                        waiting[target] = waiting.get(target, 0) | fresh
            found = self.through(*queue.popitem(), met) if queue else ()
        passed = {name for (name, _face), held in seen.items() if held}
        passed |= {name for n in met for name in self.domains[n]["carriers"]}
        return arrived, {*self.devices} if source == DEVICES else passed

    def allowed(self, source: str, target: str, *, owed: bool) -> Cells:
        """Return the packets that any line allows between two places; of those that must arrive if `owed`."""
        found: Cells = {}
        for line, services in zip(self.lines, self.serving, strict=True):
            if source in line["from"] and target in line["to"] and (word(line["owed"], True, False) or not owed):
                cells = self.grid.cells(self.grid.source.bits(line["from"][source]), services)
                for number in each(self.grid.target.bits(line["to"][target])):
                    found[number] = found.get(number, 0) | cells
        return found

    def judged(self, source: str) -> Iterator[tuple[str, str, dict[str, Cells], bool]]:
        """Yield for each target: it, the verdict, what is too much and what is lacking, whether both share a net."""
        arrived, met = self.run(source)
        lines = {name for name, found in self.stated["not_understood"].items() if found}
        dark = bool(lines & met or lines - self.devices.keys())
        for target in (place for place in self.stated["places"] if place != source or source == DEVICES):
            here, may, must = arrived.get(target, {}), *(self.allowed(source, target, owed=o) for o in (False, True))
            more = {n: cells & ~may.get(n, 0) for n, cells in here.items() if cells & ~may.get(n, 0)}
            less = {n: cells & ~here.get(n, 0) for n, cells in must.items() if cells & ~here.get(n, 0)}
            shared = source != target and any({source, target} <= {*one["places"]} for one in self.domains)
            passed = "blocked" if less else "allowed" if any(here.values()) else "isolated"
            found = "open" if shared or more else "unknown" if dark else passed
            yield target, found, {"open": more, "blocked": less}, shared

    def disagreements(self) -> Iterator[dict[str, Any]]:
        """Yield each pair of which the certificate says something else than is so, or shows it by a wrong packet."""
        for source in self.stated["places"]:
            for target, found, sets, shared in self.judged(source):
                says, shown = (self.stated[key].get(source, {}).get(target) for key in ("verdicts", "findings"))
                right = bool(shown) == (found in sets)
                for one in shown or ():
                    right &= self.grid.holds(sets[one["verdict"]], one["packet"]) if one["packet"] else shared
                if says != found or not right:
                    packets = sets["open"] or sets["blocked"]
                    packet = self.grid.packet(packets) if packets else shown[0]["packet"] if shown else None
                    note = "" if right else "(the packets shown do not show it 所列报文不能证明)"
                    yield {"from": source, "to": target, "says": says, "found": found, "packet": packet, "note": note}


def checked(path: str, folder: str | None = None) -> dict[str, Any]:
    """Return the report on a certificate, and on the texts (NAME.conf) in a folder. Raises ValueError."""
    try:
        county = County(stated := load(path))
        wrong = [*county.disagreements()]
        files = {name: Path(folder) / f"{Path(name).name}.conf" for name in sorted(stated["hashes"])} if folder else {}
        read = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items() if file.is_file()}
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    pairs, grid = len(stated["places"]) * (len(stated["places"]) - 1) + 1, county.grid
    return {
        "county": stated["county"], "of": stated["of"], "at": stated["at"], "pairs": pairs, "disagreed": wrong,
        "agreed": pairs - len(wrong), "texts": [n for n in files if read.get(n) != stated["hashes"][n]],
        "compared": len(files), "classes": len(grid.targets) * grid.full.bit_length(),
        "seconds": round(time.process_time(), 2), "allowed": hashlib.sha256(canonical(stated["policy"])).hexdigest(),
    }  # fmt: skip


def main() -> int:
    """Check what the command line names, print it in English and Chinese, and return the exit code."""
    parser = argparse.ArgumentParser(description="Re-check a certificate of isolation. 复核隔离证书。")
    parser.add_argument("file")
    parser.add_argument("--configs", metavar="FOLDER", help="with NAME.conf of every device 各设备配置文本所在文件夹")
    options = parser.parse_args()
    try:
        found = checked(options.file, options.configs)
    except ValueError as error:
        print(f"{options.file}: no valid certificate 证书无效: {error}", file=sys.stderr)
        return 2
    wrong = "{from} > {to}: certificate 证书称 {says}, recomputed 复算为 {found} {packet} {note}"
    other = "{}: its text is not the one that was proven 配置文本不是当时验证的那一份"
    end = """{agreed}/{pairs} verdicts hold 个结论成立, {classes} classes 报文类, {seconds} s CPU
{compared} texts compared 份配置已比对; allowed 允许内容 SHA-256 {allowed}"""
    lines = [*(wrong.format(**one) for one in found["disagreed"]), *map(other.format, found["texts"])]
    print("\n".join([*lines, end.format(**found)]))
    return 1 if found["disagreed"] or found["texts"] else 0


if __name__ == "__main__":
    sys.exit(main())
