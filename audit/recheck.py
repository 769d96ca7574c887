"""Re-checks a certificate of isolation offline, as docs/certificate.md says: `recheck.py FILE [--configs FOLDER]`."""

import json
from argparse import ArgumentParser, Namespace
from bisect import bisect_right
from collections import Counter, defaultdict
from functools import cache, lru_cache, reduce
from hashlib import sha256
from ipaddress import ip_address, ip_network
from math import prod
from pathlib import Path
from typing import Any

COVERS, OWNERS = ["first packets", "answers", "forged sources"], ("owners", "speaking")
ON = "places carriers switches leaps owners speaking proxies linked"
HAS = "platform forwards sessions takes holds sends interfaces routes steady filters nat tunnel draws ends far"
HEAD = {"format": "countynet-isolation-certificate", "version": 4, "covers": COVERS}
DEVICES, OPERATOR, EVERYBODY, ARRIVAL, ANSWER = "devices", "operator", "*", "arrival", "answer"
RULE, SIX = "name action session in out source target service", "::/128 ::1/128 fe80::/10 ff00::/8"  # not forwarded
FAMILIES = {"ipv4": (32, "0.0.0.0/8 127.0.0.0/8 224.0.0.0/4 255.255.255.255/32", ""), "ipv6": (128, SIX, SIX)}
WHOLE, ANSWERS = (0, 255, 0, 65535, 0, 65535, 0, 2), {(6, 6): (1, 2), (1, 1): (0, 0), (58, 58): (0, 0)}  # flags
UNDONE, ACTIONS = {"source": "destination", "destination": "source"}, {"accept": True, "drop": False}
ENDS, HOPS, PACKET = "to source target", 64, ("source", "target", "protocol", "port", "source_port", "flag")
FORM: Any = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":"), "allow_nan": False}
Cells = dict[int, int]  # a set of packets: by class of destinations, a bit for each class of sources and of services


def _need(fulfilled: object, why: str) -> Any:  # else the file is no certificate, or not whole
    if not fulfilled:
        raise ValueError(why)


class _Field:  # its classes, each of boxes; a set of classes is an integer with a bit for each
    def __init__(self, classes: list[str], whole: Any) -> None:
        self.whole, self.bits, self.met, pairs = whole, cache(self._bits), cache(self._met), range(0, len(whole), 2)
        self.sum: Any = lambda parts: reduce(lambda every, one: every.update(one) or every, parts, Counter[int]())
        self.cut: Any = lambda x, y: prod(max(0, min(x[n + 1], y[n + 1]) - max(x[n], y[n]) + 1) for n in pairs)
        runs = sorted((self._box(one), number) for number, text in enumerate(classes) for one in text.split())
        self.boxes, self.of, self.lows = [r[0] for r in runs], [r[1] for r in runs], [r[0][0] for r in runs]
        self.sizes = self.sum({number: self.cut(box, box)} for box, number in runs)
        alone = all(self.bits(text) == 1 << number for number, text in enumerate(classes))
        _need(alone and self.sizes.total() == self.cut(whole, whole), "the classes of a field do not part it")

    def _box(self, text: str) -> Any:  # of `A/N`, of `A-B`, or of services
        if self.whole == WHOLE:
            found = [int(number) for part in text.split(":") for number in part.split("-")]
        else:
            ends = [*map(ip_address, text.split("-"))] if "-" in text else ip_network(text)
            found = [int(end) for end in (ends[0], ends[-1]) if 2**end.max_prefixlen == self.whole[1] + 1]
        fits = len(found) == len(self.whole) and 0 < self.cut(found, self.whole) == self.cut(found, found)
        _need(fits, f"{text[:40]} is no part of its field")
        return tuple(found)

    def _met(self, box: Any) -> Any:  # the classes that a box meets, with how much of each is in it
        at = bisect_right(self.lows, box[0]) - 1 if len(box) == 2 else 0
        return +self.sum({self.of[n]: self.cut(self.boxes[n], box)} for n in range(at, bisect_right(self.lows, box[1])))

    def _bits(self, text: str) -> int:
        found = self.sum(self._met(self._box(one)) for one in text.split())
        _need(all(self.sizes[number] == much for number, much in found.items()), f"{text[:40]} cuts a class")
        return sum(1 << number for number in found)


class _Family:  # all devices and how they are joined, and what is allowed, as packets of one family see it
    def __init__(self, stated: dict[str, Any], family: str, hashes: Any) -> None:
        self.only: Any = lambda one, keys: _need({*one} <= {*keys.split()} and one.keys, f"not {keys}") or one
        self.only(stated, "devices not_understood domains places policy taken classes verdicts findings")
        (bits, never, never_from), classes = FAMILIES[family], self.only(stated["classes"], "address service")
        self.stated, self.name, self.pool, self.arrived = stated, family, dict[int, int](), dict[str, Any]()
        self.address, self.service = _Field(classes["address"], (0, 2**bits - 1)), _Field(classes["service"], WHOLE)
        self.width, self.targets = len(classes["service"]), range(len(classes["address"]))
        self.row, self.every = (1 << self.width) - 1, (1 << len(self.targets)) - 1
        self.each: Any = lambda bits: [number for number, bit in enumerate(bin(bits)[:1:-1]) if bit == "1"]
        self.numbers = cache(lambda text: {*self.each(self.address.bits(text))})
        self.one: Any = lambda text: max(self.numbers(text)) if text and text != EVERYBODY else text
        self.cells = cache(lambda by, row=-1: int(("0" * (self.width - 1)).join(bin(by)[2:]), 2) * (row & self.row))
        self.same: Any = lambda cells: self.pool.setdefault(cells, cells)
        self.both, self.either, self.but = map(self._kept, (int.__and__, int.__or__, lambda a, b: a & ~b))
        self.less: Any = lambda one, but: {n: x for n, cells in one.items() if (x := self.but(cells, but.get(n, 0)))}
        self.add: Any = lambda one, more: {**one, **{n: self.either(one.get(n, 0), x) for n, x in more.items()}}
        self.part: Any = lambda cells: next(self._rows(cells), (0, 0))  # the first source, and the services from it
        self.noted: Any = lambda way, *fact: (*way[:2], way[2] | {fact}) if way and not way[0] else way
        self.lost, self.met, self.crossed, self.public = 0, set[str](), set[int](), defaultdict[Any, list[int]](list)
        self.full, self.never = self.same(self.cells(self.every)), self.numbers(never)
        self.carried = self.but(self.full, self.cells(self.address.bits(never_from)))
        self.domains = [self.only(one, ON) for one in stated["domains"]]
        self.devices = {name: self._device(name, one) for name, one in stated["devices"].items()}
        inside, told = {DEVICES}.union(*(one["places"] for one in self.domains)), stated["verdicts"]
        fits = {*self.devices} == {*hashes} and inside == {*stated["places"]} >= {*told}.union(*told.values())
        joints = [(number, (d.name, face)) for d in self.devices.values() for face, number in d.interfaces.items()]
        self.ports = [[port for number, port in joints if number == n] for n in range(len(self.domains))]
        found = [[{self.one(a): [*map(tuple, d[key][a])] for a in d[key]} for key in OWNERS] for d in self.domains]
        self.owners = [[one | {EVERYBODY: p} for one in both] for both, p in zip(found, self.ports, strict=True)]
        owed = {key for one in stated["policy"] for key in self.only(one, "line from to service owed")["owed"]}
        _need(fits and owed <= {ARRIVAL, ANSWER}, "devices, hashes, places, domains, verdicts, or duties do not fit")
        self.dark = {name for name, lines in stated["not_understood"].items() if lines}
        self.shared: Any = lambda *two: two[0] != two[1] and any({*two} <= {*one["places"]} for one in self.domains)
        self.on = cache(lambda n: self._run(((p, (), t, self.full, 0) for p in self.ports[n] for t in self.targets), n))
        self.permitted, self.allowed = cache(self._permitted), cache(self._allowed)
        self.ways = lru_cache(1 << 14)(lambda name, target, steady: [*self._ways(name, target, steady)])

    def _kept(self, work: Any) -> Any:  # the same sets meet again and again; with both kept, no other gets their ids
        kept: Any = {}
        return lambda a, b: (kept.get(key := (id(a), id(b))) or kept.setdefault(key, (self.same(work(a, b)), a, b)))[0]

    def _rows(self, cells: int) -> Any:  # sources, each with its services
        while cells:
            source = ((cells & -cells).bit_length() - 1) // self.width
            yield source, (services := cells >> source * self.width & self.row)
            cells ^= services << source * self.width

    def _asked(self, stated: Any) -> tuple[int, int]:  # the destinations and the cells that a rule asks for
        source, target = (self.address.bits(stated[key]) if key in stated else self.every for key in PACKET[:2])
        return target, self.cells(source, self.service.bits(stated["service"]) if "service" in stated else -1)

    def _holds(self, packets: Cells, packet: Any) -> bool:
        source, target = (next(iter(self.address._met(self.address._box(packet[key])))) for key in PACKET[:2])
        service = next(iter(self.service._met([packet[key] for key in PACKET[2:] for _end in (0, 1)])))
        return bool(packets.get(target, 0) >> source * self.width + service & 1)

    def _some(self, packets: Cells) -> str:  # what stands for a class of packets
        target, (source, services) = next((to, next(self._rows(cells))) for to, cells in packets.items())
        found = (("address", source), ("address", target), ("service", self.each(services)[0]))
        return "{} > {} {}".format(*(self.stated["classes"][field][n].split()[0] for field, n in found))

    def _device(self, name: str, stated: Any) -> Any:
        one = Namespace(**{**self.only(stated, HAS), "nat": defaultdict(list), "filters": {}, "tables": []}, name=name)
        one.takes, one.holds, one.draws = (self.numbers(stated[key]) for key in ("takes", "holds", "draws"))
        one.sends = self.cells(self.address.bits(stated["sends"]))
        for at, chain in ((at, self.only(chain, "default rules")) for at, chain in stated["filters"].items()):
            rules = [(self.only(rule, RULE), *self._asked(rule), ACTIONS[rule["action"]]) for rule in chain["rules"]]
            one.filters[at] = rules, ACTIONS[chain["default"]]
        for rule in (self.only(rule, "kind name interface to source target service") for rule in stated["nat"]):
            kind, face, (targets, cells) = UNDONE[UNDONE[rule["kind"]]], rule["interface"], self._asked(rule)
            one.nat[kind, face].append((self.one(rule["to"]), targets, cells))
            found = [n for n in self.address.of if targets >> n & 1 and not targets >> self.address.of[0] & 1]
            self.public[name, face, self.one(rule["to"])] += found[:1] if kind == "destination" else []
        for ends in (one.ends, one.far):
            ends[:] = [(tuple(end["to"]), *self._asked(self.only(end, ENDS))) for end in ends]
        for hops in (stated["routes"], stated["steady"] or stated["routes"]):
            routes = [(ip_network(to), one["by"]) for one in hops for to in self.only(one, "to by")["to"]]
            _need(len(dict(routes)) == len(routes), "two routes of a device lead to one network")
            routes.sort(key=lambda route: route[0].prefixlen)  # of the longest network that has a destination, the hops
            one.tables += [{n: by for to, by in routes for n in self.numbers(str(to))}]
        return one

    def _permitted(self, name: str, hook: str, into: str, out: str, session: bool = False) -> list[int]:  # by target
        (rules, default), found = self.devices[name].filters.get(hook, ([], True)), [(self.every, 0, self.full)]
        for rule, to, cells, accept in rules:
            if into in rule.get("in", [into]) and out in rule.get("out", [out]):  # one about sessions asks nothing else
                targets, one = (self.every, self.full * session) if "session" in rule else (to, cells)
                hit = [(to & targets, done | (one & rest if accept else 0), rest & ~one) for to, done, rest in found]
                found = [part for part in hit + [(to & ~targets, done, rest) for to, done, rest in found] if part[0]]
        return [next(self.either(a, b if default else 0) for to, a, b in found if to >> n & 1) for n in self.targets]

    def _ways(self, name: str, target: int, steady: bool) -> Any:  # (out, cells, ports entered, places)
        device = self.devices[name]
        for to, targets, cells in device.ends if target in device.draws else ():
            yield from [(device.tunnel, self.both(cells, self.carried), [to], [])] if targets >> target & 1 else []
        for out, hop in device.tables[steady].get(target, ()) if target not in device.draws else ():
            domain, owners, to = self.domains[number := device.interfaces[out]], self.owners[number], self.one(hop)
            places, to = domain["places"], target if to == "" else to
            key = to if OPERATOR not in places or any(p[0] != name for p in owners[0].get(to, ())) else target
            owned, ports = ([p for p in owners[n].get(key, ()) if p[0] != name] for n in (0, steady))
            proxies = [(*port,) for port in domain["proxies"] if port[0] != name]
            ports += [p for p in proxies if any(o != p[1] for o, _to in self.devices[p[0]].tables[steady].get(to, ()))]
            yield out, self.carried, ports, [] if to != EVERYBODY and owned else places

    def _begin(self) -> Any:  # what devices send, from addresses of their own: what enters a port, or is at places
        for (n, ports), to in ((one, to) for one in enumerate(self.ports) for to in self.targets):
            by, every, twice = defaultdict[str, int](int), 0, 0
            for name, face in (*ports, *((name, "") for name in self.domains[n]["switches"])):
                device, may = self.devices[name], self.permitted(name, "output" if face else "", "", face)[to]
                sent = self._changed(device, "source", face, to, self.both(device.sends, may), None)
                by[name] = reduce(self.either, (cells for _to, cells, _way in sent), by[name])
            for cells in by.values():  # what any device sends, and several: one gets what others send
                every, twice = self.either(every, cells), self.either(twice, self.both(every, cells))
            yield None, self.domains[n]["places"], to, every, None
            yield from ((p, (), to, self.either(twice, self.but(every, by[p[0]])), None) for p in ports)
        for device, (port, targets, cells) in ((d, end) for d in self.devices.values() for end in d.ends):
            sent, passed = self.both(cells, device.sends), self.permitted(device.name, "output", "", device.tunnel)
            yield from ((port, (), n, self.both(sent, passed[n]), None) for n in self.each(targets))  # past all routes

    def _first(self, number: int, place: str, target: int) -> Any:  # who gets it there: its owner, the gateway, or all
        (owners, speaking), gate = self.owners[number], self.one(self.stated["places"][place])
        if (near := target in owners or target in self.numbers(self.domains[number]["linked"])) or gate in owners:
            return speaking.get(target if near else gate, ())
        return [port for port in self.ports[number] if self.devices[port[0]].forwards]

    def _sent(self, source: str, target: int, cells: int, way: Any, at: Any = None) -> Any:
        (by, services), rest, parts = self.part(cells), cells, list[Any]()
        own = [d for d in self.devices.values() if source == DEVICES and by in d.holds and (not at or (d.name,) in at)]
        for device in own:  # who took it answers
            yield services, self._onward(device, "output", "", target, cells, way) if target not in device.holds else ()
        near = [n for n, d in enumerate(self.domains) if source in d["places"] and (not at or at is d["places"])]
        ports = [(number, one) for number in near for one in self.ports[number] if not way[0]]
        for number, port, public in ((number, one, n) for number, one in ports for n in self.public[(*one, target)]):
            found = self._changed(self.devices[port[0]], "destination", port[1], public, cells, None)
            if port in self._first(number, source, public):
                parts.append((public, sum(some for to, some, _way in found if to == target), (False, public, way[2])))
                rest &= ~parts[-1][1]
        sent = [(to, some, then, number) for to, some, then in (*parts, (target, rest, way)) for number in near]
        ends = [(port, (), to, some, then) for to, some, then, n in sent for port in self._first(n, source, to) if some]
        yield 0 if own else services, ends

    def _let(self, device: Any, hook: str, into: str, out: str, target: int, cells: int, way: Any) -> tuple[int, Any]:
        source, services = self.part(cells) if way else (0, 0)
        session = bool(way and way[0]) and (device.sessions, source, target) in way[2]
        found = self.both(cells, self.permitted(device.name, hook, into, out, session)[target])
        self.lost |= services and services & ~self.part(found)[1]
        return found, self.noted(way, device.sessions, target, source)

    def _changed(self, device: Any, kind: str, face: str, target: int, cells: int, way: Any) -> Any:
        source, services = self.part(cells) if way else (0, 0)  # the only one
        if way and way[0]:  # an answer: what was done to its first packet is undone
            asked = device.sessions, face, kind, source, target
            source, target = next((fact[5:] for fact in way[2] if fact[:5] == asked), (source, target))
            cells = self.cells(1 << source, services)
        for address, targets, asked in device.nat[kind, face] if not (way and way[0]) else ():
            if taken := cells & asked if targets >> target & 1 else 0:
                to, by = (target, address) if kind == "source" else (address, source)
                row = sum({1 << n for _by, some in self._rows(taken) for n in self.each(some)})
                hidden = self.same(self.cells(1 << address, row) if kind == "source" else taken)
                yield to, hidden, self.noted(way, device.sessions, face, UNDONE[kind], to, by, target, source)
                cells = self.same(cells & ~taken)
        yield from [(target, cells, way)] if cells else []

    def _onward(self, device: Any, hook: str, into: str, target: int, cells: int, way: Any) -> Any:
        for out, taken, ports, places in self.ways(device.name, target, bool(way)):
            going, past = self._let(device, hook, into, out, target, self.both(cells, taken), way)
            self.crossed |= {device.interfaces[out]} if going and out in device.interfaces else set()
            after = [*self._changed(device, "source", out, target, going, past)]
            yield from ((port, (), *one) for one in after for port in ports)
            arriving = after if way else [(target, going, None)]  # at the domain's places, or at nobody
            yield from ((None, places, *one) for one in arriving if places or not ports)

    def _through(self, port: Any, first: int, coming: int, way: Any) -> Any:
        device, into = self.devices[port[0]], port[1]
        for target, cells, past in self._changed(device, "destination", into, first, coming, way):
            if target in (device.holds if way else device.takes):
                yield None, [DEVICES, port[:1]], target, *self._let(device, "input", into, "", target, cells, past)
            if device.forwards and target not in device.holds and target not in self.never:
                yield from self._onward(device, "forward", into, target, cells, past)

    def _run(self, found: Any, *crossed: int) -> Any:  # what arrives, by place and by (device,); who handles it
        (queue, seen, arrived), self.crossed = (defaultdict[Any, Cells](dict) for _turn in range(3)), {*crossed}
        while True:
            for port, places, target, cells, _way in found:
                for held in [seen[port]] if port else [arrived[place] for place in places]:
                    if cells is not (had := held.get(target, 0)) and (fresh := self.but(cells, had)):
                        held[target] = self.either(had, cells)
                        if port:
                            queue[port][target] = self.either(queue[port].get(target, 0), fresh)
            if not queue:
                return arrived, {port[0] for port in seen}.union(*(self.domains[n]["carriers"] for n in self.crossed))
            packets = queue.pop(enters := next(iter(queue)))  # the first: what comes by many ways is taken together
            found = (end for target, cells in packets.items() for end in self._through(enters, target, cells, None))

    def _follow(self, sent: Any, place: str, source: int, target: int) -> list[Any]:
        came = list[Any]()  # what comes to the place; a way that ends otherwise, nowhere or in a circle is lost
        for hops in range(HOPS + 1):
            queue = defaultdict[Any, int](int)
            for services, ends in sent:
                for port, places, to, cells, way in ends:
                    by, some = self.part(cells)
                    services &= ~some
                    if port and hops < HOPS:
                        queue[port, to, way] |= cells
                    elif place in places and to == target and source in (-1, by):
                        came.append((places, by, some, way))
                    else:
                        self.lost |= some
                self.lost |= services
            self.met |= {port[0] for port, _to, _way in queue}
            sent = [(self.part(x)[1], self._through(port, to, x, way)) for (port, to, way), x in queue.items() if x]
        return came

    def _fate(self, source: str, target: str, at: int, number: int, services: int) -> tuple[int, int, set[str]]:
        self.lost, way = 0, (False, number, frozenset[Any]())
        came = self._follow(self._sent(source, number, self.cells(1 << at, services), way), target, -1, number)
        lost, self.lost, self.met = self.lost, 0, set()
        for places, to, arrived, (_first, sent, facts) in came:
            boxes = [self.service.boxes[n] for n, of in enumerate(self.service.of) if arrived & ~lost & 1 << of]
            turned = [(*box[:2], *box[4:6], *box[2:4], *ANSWERS.get(box[:2], (0, 2))) for box in boxes]
            answers = sum({1 << of for box in turned for of in self.service.met(box)})  # with ports swapped
            back = self.cells(1 << number, answers), (True, sent, facts), places
            self._follow(self._sent(target, to, *back) if back[0] else (), source, sent, at)
        return lost, self.lost, self.met

    def _allowed(self, source: str, target: str, owed: str) -> Cells:  # by all lines, or by those that owe this
        found: Cells = {}
        for one in self.stated["policy"]:
            if source in one["from"] and target in one["to"] and owed in (*one["owed"], ""):
                cells = self.cells(self.address.bits(one["from"][source]), self.service.bits(one["service"]))
                found = self.add(found, dict.fromkeys(self.numbers(one["to"][target]), cells))
        return found

    def _judged(self, source: str, target: str, here: Cells, dark: bool) -> tuple[str, dict[str, Cells]]:
        may, must, due = (self.allowed(source, target, owed) for owed in ("", ARRIVAL, ANSWER))
        sets: dict[str, Cells] = {"open": self.less(here, may), "blocked": self.less(must, here), ANSWER: {}}
        opened = self.shared(source, target) or sets["open"]
        quick = {"open": opened, "unknown": dark, "blocked": sets["blocked"], "isolated": not here}
        if verdict := next((key for key, holds in quick.items() if holds), ""):
            return verdict, sets
        for number, at, services in ((n, *row) for n, x in due.items() for row in self._rows(x & here.get(n, 0))):
            lost, gone, met = self._fate(source, target, at, number, services)
            dark = dark or bool(met & self.dark)
            for key, to, by, some in (("blocked", number, at, lost), (ANSWER, at, number, gone)):
                sets[key] |= {to: sets[key].get(to, 0) | self.cells(1 << by, some)} if some else {}
        return "unknown" if dark else "blocked" if sets["blocked"] or sets[ANSWER] else "allowed", sets

    def _beyond(self, device: Any) -> Any:  # what it gets at if it is taken
        stated = self.only(self.stated["taken"][device.name], "domains bears passes")
        here, arrived = {p for n in stated["domains"] for p in self.domains[n]["places"]}, defaultdict[str, Cells](dict)
        far = self._run((to, (), n, cells, None) for to, targets, cells in device.far for n in self.each(targets))
        for place, cells in ((at, x) for one in (far, *map(self.on, stated["domains"])) for at, x in one[0].items()):
            if place not in {DEVICES, (device.name,), *here}:
                into = DEVICES if isinstance(place, tuple) else place
                arrived[into] = self.add(arrived[into], cells)
        bears, passes = self.cells(self.address.bits(stated["bears"])), {*stated["passes"]}
        for target, left in arrived.items():
            answers = self.allowed(EVERYBODY, target, "") if target in passes or target == DEVICES else {}
            may = [self.arrived[p].get(target, {}) for p in here] + [self.allowed(p, target, "") for p in passes | here]
            may += [{n: self.both(x, bears) for n, x in self.allowed(DEVICES, target, "").items() if n in left}]
            may += [{n: x for n, x in answers.items() if target != DEVICES or bears >> n * self.width & 1}]
            yield target, reduce(self.less, may, left)

    def _coming(self, source: str) -> Any:  # what arrives of all that is sent at a place, by place; and whether unread
        whole = dict.fromkeys(self.targets, self.full)
        came: Any = {p: whole for one in self.domains if source in one["leaps"] for p in one["places"]}
        runs = [self.on(n) for n, one in enumerate(self.domains) if source in (*one["places"], *one["leaps"])]
        runs += [(self._run(self._begin())[0], self.devices)] if source == DEVICES else []
        for place, cells in (part for arrived, _met in runs for part in arrived.items()):
            came[place] = self.add(came.get(place, {}), cells)
        return came, bool(self.dark - (self.devices.keys() - {name for _arrived, met in runs for name in met}))

    def disagreements(self) -> Any:  # each pair of which something else is said, or that is shown by a wrong packet
        dark, places = dict[str, bool](), self.stated["places"]
        for source in places:
            self.arrived[source], dark[source] = self._coming(source)
        beyond = {name: {to: x for to, x in self._beyond(device) if x} for name, device in self.devices.items()}
        for source, target in ((a, b) for a in places for b in places if a != b or a == DEVICES):
            found, sets = self._judged(source, target, self.arrived[source].get(target, {}), dark[source])
            forged = {name: x[target] for name, x in beyond.items() if source == DEVICES and target in x}
            says, shown = (self.stated[key].get(source, {}).get(target) for key in ("verdicts", "findings"))
            by, found = {*forged, *([""] if found in sets else ())}, "open" if forged else found
            right = {one["forger"] for one in shown or ()} == by and says == found
            for one in shown or ():
                packets = forged.get(one["forger"], sets[ANSWER if one["answer"] else one["verdict"]])
                right &= self._holds(packets, one["packet"]) if one["packet"] else self.shared(source, target)
            if not right:
                x = next((f"{by} {self._some(some)}" for by, some in {**forged, **sets}.items() if some), None)
                yield {"family": self.name, "from": source, "to": target, "says": says, "found": found, "packet": x}


def checked(path: str, folder: str | None = None, only: Any = FAMILIES) -> dict[str, Any]:
    """Return the report on a certificate (of `only` some families), and on texts (NAME.conf). Raises ValueError."""
    try:
        stated = json.loads(raw := Path(path).read_bytes())
        _need({key: stated.get(key) for key in HEAD} == HEAD, f"no certificate that this program knows: not {HEAD}")
        bare = json.dumps({key: value for key, value in stated.items() if key != "seal"}, **FORM).encode()
        fits = json.dumps(stated, **FORM).encode() + b"\n" == raw and sha256(bare).hexdigest() == stated["seal"]
        _need(fits and {*stated["families"]} == {*FAMILIES}, "damaged or altered after it was written, or not whole")
        both = [_Family(stated["families"][name], name, hashes := stated["hashes"]) for name in FAMILIES]
        wrong = [one for family in both if family.name in only for one in family.disagreements()]
        files = {name: Path(folder) / f"{Path(name).name}.conf" for name in sorted(hashes)} if folder else {}
        read = {name: sha256(file.read_bytes()).hexdigest() for name, file in files.items() if file.is_file()}
    except Exception as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    pairs = sum(len(one.stated["places"]) * (len(one.stated["places"]) - 1) + 1 for one in both)
    allowed = sha256(json.dumps([[x.stated["policy"], x.stated["taken"]] for x in both], **FORM).encode()).hexdigest()
    return {
        **{key: stated[key] for key in ("county", "of", "at")}, "pairs": pairs, "allowed": allowed, "disagreed": wrong,
        "agreed": pairs - len(wrong), "texts": [n for n in files if read.get(n) != hashes[n]], "compared": len(files),
        "classes": sum(len(one.targets) * one.full.bit_length() for one in both),
    }  # fmt: skip


def main() -> int:
    """Check and print; return 0: all verdicts hold, 1: not all, or a text is another, 2: this is no certificate."""
    parser = ArgumentParser(description="Re-check a certificate of isolation. 复核隔离证书。")
    parser.add_argument("file")
    parser.add_argument("--configs", metavar="FOLDER", help="with NAME.conf of every device 各设备配置文本所在文件夹")
    options = parser.parse_args()
    try:
        found = checked(options.file, options.configs)
    except ValueError as error:
        parser.exit(2, f"{options.file}: no valid certificate 证书无效: {error}\n")
    for one in found["disagreed"]:
        print("{family} {from} > {to}: says 证书称 {says}, is 复算为 {found} {packet}".format(**one))
    for name in found["texts"]:
        print(f"{name}: its text is not the one that was proven 配置文本不是当时验证的那一份")
    print("{agreed}/{pairs} verdicts hold 个结论成立, {classes} classes 报文类".format(**found))
    print("{compared} texts compared 份配置已比对; allowed 允许内容 SHA-256 {allowed}".format(**found))
    return 1 if found["disagreed"] or found["texts"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
