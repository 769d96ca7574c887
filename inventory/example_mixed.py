"""The example county as most counties are: devices of several makers, with the ports that their makers print.

A pure function of the example's files, so the two never differ in anything but makes: addresses, units, lines, policy
and comments stay; platform, make, model, type and ports of devices change, and with them every cable, transit and zone
that names a port. What is which model is decided in `gear`, the models are the tables of `inventory.example_gear`.
"""

import re
from collections.abc import Iterator, Mapping

from inventory.example_gear import ADSL, BUILDINGS, CENTER, FIBER, Model

_ENTRY = re.compile(r"(?m)^  - (?:name|slug): (\S+)\n(?:(?!  [-#] ?).*\n)*")
_PORTS = re.compile(r"(?m)^    ports: \[(.*)\]\n")
_END = re.compile(r"\b([a-z][a-z0-9-]*):([a-z][a-z0-9-]*)\b")
_LEG = re.compile(r"(?m)^(    port: )(\S+)$")
_CPE = re.compile(r"cpe-(\d+)")

MORE = "applications.yml"
"""the file that is added where applications are wanted; it has cables, too"""
Ports = Mapping[tuple[str, str], str]
"""(device, port in the example) -> port here"""


def gear(device: str, ports: tuple[str, ...]) -> Model | None:
    """Return what a device of the example is here; None: what it is there."""
    number = _CPE.fullmatch(device)
    if number is None:
        return (CENTER | BUILDINGS).get(device)
    models = ADSL if "dsl0" in ports else FIBER
    return models[int(number[1]) % len(models)]


def mixed(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of the mixed county, by name, from those of the example."""
    devices = {match[1]: _ports(match[0]) for match in _ENTRY.finditer(files["devices.yml"])}
    models = {name: model for name, ports in devices.items() if (model := gear(name, ports))}
    ports = {(name, port): model.port(port) for name, model in models.items() for port in devices[name]}
    legs = {old: new for (name, old), new in ports.items() if name == "fw-1"}
    county = _LEG.sub(lambda match: match[1] + legs.get(match[2], match[2]), files["county.yml"])
    new = {
        "devices.yml": _ENTRY.sub(lambda match: _device(match[0], models.get(match[1]), ports), files["devices.yml"]),
        "cables.yml": _joined(files["cables.yml"], ports),
        "county.yml": _joined(county, ports),
        "types.yml": _types(files["types.yml"], {n: p for n, p in devices.items()}, models),
    }
    new |= {name: _joined(text, ports) for name, text in files.items() if name == MORE}
    return dict(files) | new


def _ports(entry: str) -> tuple[str, ...]:
    found = _PORTS.search(entry)
    return tuple(found[1].split(", ")) if found else ()


def _joined(text: str, ports: Ports) -> str:
    """Return a text with the ends of its cables and transits renamed."""
    return _END.sub(lambda match: f"{match[1]}:{ports.get((match[1], match[2]), match[2])}", text)


def _device(entry: str, model: Model | None, ports: Ports) -> str:
    if model is None:
        return entry
    name = _ENTRY.fullmatch(entry)
    own = [new for (device, _old), new in ports.items() if name and device == name[1]]
    lines = [f"    ports: [{', '.join(own)}]\n"]
    lines += [f"    uplink: {model.port(old)}\n" for old in _ports(entry) if old in ("wan0", "dsl0")]
    for field in ("platform", "make", "model"):
        entry = re.sub(rf"(?m)^    {field}: .*$", f"    {field}: {getattr(model, field)}", entry)
    entry = re.sub(r"(?m)^    type: .*$", f"    type: {model.slug}", entry)
    return _PORTS.sub(lambda _match: "".join(lines), entry)


def _types(text: str, devices: Mapping[str, tuple[str, ...]], models: Mapping[str, Model]) -> str:
    """Return the device types, with those of the models after those of the example."""
    added: dict[str, Model] = {}
    used: dict[str, dict[str, str]] = {}
    for name, model in models.items():
        added[model.slug] = model
        used.setdefault(model.slug, {}).update((model.port(old), model.medium(old)) for old in devices[name])
    return text + "".join(_type(model, used[slug]) for slug, model in added.items())


def _type(model: Model, ports: Mapping[str, str]) -> str:
    return "".join(_type_lines(model, ports))


def _type_lines(model: Model, ports: Mapping[str, str]) -> Iterator[str]:
    yield f"  - slug: {model.slug}\n    make: {model.make}\n    model: {model.model}\n"
    yield f"    part_number: {model.model}\n    height: {model.height}\n    interfaces:\n"
    yield from (f"      - {{name: {name}, type: {medium}}}\n" for name, medium in ports.items())
    yield f"      - {{name: {model.staging}, type: 1000base-t, management: true}}\n"
