"""Name, banner, time, logs, names, LLDP, and the address that the device's own traffic leaves with.

That address is named by its interface, whose main address it is, once for each service; services that say different
things are listed. LLDP announces an address that these systems choose themselves: the loopback's, else the lowest VLAN
interface's, else the first interface's; the model's has to be that.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address

from inventory.deviceconfig import DeviceConfig, Interface, Lldp
from inventory.platforms import timekeys
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, flag, waiting


def holder(config: DeviceConfig, address: IPv4Address) -> str | None:
    """Return the first interface whose main address this is, or None."""
    found = (i.name for i in config.interfaces if i.addresses and i.addresses[0].ip == address)
    return next(found, None)


def management(interfaces: Iterable[Interface]) -> IPv4Address | None:
    """Return the address that LLDP announces; None if no interface has one."""
    ranks = {"loopback": 0, "vlan": 1}
    found = sorted(
        (ranks.get(i.kind, 2), i.vlan or 0, words.natural(i.name), i.addresses[0].ip) for i in interfaces if i.addresses
    )
    return found[0][-1] if found else None


def _source(dialect: Dialect, config: DeviceConfig) -> str | None:
    name = holder(config, config.source) if config.source else None
    return dialect.printed(name) if name else None


def render_head(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks that stand first: name, names of others, LLDP."""
    source, blocks = _source(dialect, config), [[f"hostname {config.hostname}"]]
    if config.dns_servers:
        ask = [f"ip domain lookup source-interface {source}"] if source and dialect.dns_source else []
        blocks.append([*ask, *(f"ip name-server {a}" for a in config.dns_servers)])
    on = config.lldp is not None
    return blocks + ([[dialect.lldp[0 if on else 1]]] if on is not dialect.lldp_default else [])


def render_logs(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the log hosts."""
    source = _source(dialect, config)
    lines = [f"{dialect.log_source} {source}"] if source else []
    lines += [f"{dialect.host} {a}" for a in config.syslog_servers]
    return [lines] if lines else []


def render_banner(_dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the line of the banner."""
    return [[f"banner login ^C{config.banner}^C"]] if config.banner else []


def render_time(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of the time servers."""
    source = _source(dialect, config)
    own = source is not None and not dialect.ntp_inline and bool(config.ntp_servers)
    more = f" source {source}" if source and dialect.ntp_inline else ""
    more += f" key {config.ntp_key.number}" if config.ntp_key else ""
    lines = ([f"ntp source {source}"] if own else []) + timekeys.ios_lines(config.ntp_key)
    lines += [f"ntp server {a}{more}" for a in config.ntp_servers]
    return [lines] if lines else []


def _hostname(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", match[1]):
        return False
    return reading.put(reading.fields, "hostname", match[1])


def _banner(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    return match[2] == match[2].strip() and reading.put(reading.fields, "banner", match[2])


def _long(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("banner", "", line)
    part |= {"until": match[1], "text": [match[2]]}
    return Inside(_BANNER, part)


def _text(_reading: Ios, line: Line, match: re.Match[str]) -> bool:
    line.scope["lines"].append(line)
    line.scope["text"].append(match[0])
    return True


def _add(reading: Ios, field: str, listed: str) -> bool:
    found = [words.address(text) for text in listed.split()]
    return None not in found and reading.add(reading.fields, field, *found)


def _servers(field: str) -> Handler[Ios]:
    def handler(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
        return _add(reading, field, match[1])

    return handler


def _time(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    if match["from"]:
        reading.pending["source"].append((line, (match["from"],)))
    number = match["key"] or match["late"]
    if number:
        return not (match["key"] and match["late"]) and timekeys.asked(reading, line, match[1], number)
    return _add(reading, "ntp_servers", match[1])


_BANNER: Table[Ios] = Table([(r".*", _text)])
_IN = rf"({words.REFERENCE})"
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"hostname (\S+)", _hostname),
    (r"banner login (\^C|\S)((?:(?!\1).)+)\1", _banner),
    (r"banner login (\^C|\S)((?:(?!\1).)*)", _long),
    (r"ip name-server (\d[\d. ]*)", _servers("dns_servers")),
    (r"ip domain[ -]lookup", known),
    (r"no ip domain[ -]lookup", waiting("no lookup")),
    (rf"ip domain[ -]lookup source-interface {_IN}", waiting("source")),
    (r"logging (?:host |server )?(\d\S+)", _servers("syslog_servers")),
    (rf"logging source(?:-interface| interface) {_IN}", waiting("source")),
    (rf"ntp source {_IN}", waiting("source")),
    (
        r"ntp server (\d\S+)(?: version \d)?(?: key (?P<key>\d{1,10}))?"
        rf"(?: source (?P<from>{words.REFERENCE}))?(?: key (?P<late>\d{{1,10}}))?(?: prefer)?",
        _time,
    ),
    *timekeys.IOS,
    (rf"snmp-server trap-source {_IN}", waiting("source")),
    (r"lldp (?:run|enable)", flag("lldp on")),
    (r"no lldp (?:run|enable)", flag("lldp off")),
]


def finish(reading: Ios) -> None:
    """Put the services together, after the interfaces."""
    for line, (said,) in reading.pending["source"]:
        address = reading.own(reading.name(said))
        if address is None or not reading.put(reading.fields, "source", address):
            reading.refuse(line)
    timekeys.finish(reading)
    for line, _ in reading.pending["no lookup"]:
        if reading.fields.get("dns_servers"):
            reading.refuse(line)
    for part in reading.parts["banner"].values():
        _several(reading, part)
    _lldp(reading)


def _several(reading: Ios, part: dict[str, object]) -> None:
    """Take a banner of several lines if only one of them says something."""
    text = "\n".join(part["text"]).strip()  # type: ignore[arg-type]
    until = str(part["until"])
    inner = text.removesuffix(until).strip()
    if not text.endswith(until) or "\n" in inner or until in inner or not reading.put(reading.fields, "banner", inner):
        reading.refuse_part(part)


def _lldp(reading: Ios) -> None:
    on = "lldp on" in reading.flags or (reading.dialect.lldp_default and "lldp off" not in reading.flags)
    if not on:
        return
    announced = management(_main_first(reading, item) for item in reading.done.values())
    if announced is None:
        reading.lacks("", "an address that LLDP could announce")
        return
    ports = tuple(name for name in reading.done if words.is_port(name) and _speaks(reading, name))
    reading.fields["lldp"] = attempt(Lldp, ports=ports, management=announced)


def _speaks(reading: Ios, name: str) -> bool:
    """Whether a port speaks LLDP; one that only sends or only hears is listed."""
    silent = reading.interfaces[name].get("silent", {})
    if len(silent) == 1 and "enable" not in silent:
        reading.refuse(next(iter(silent.values())))
    return not silent


def _main_first(reading: Ios, item: Interface) -> Interface:
    """Return an interface with nothing but its main address, which may not be its lowest."""
    main = reading.own(item.name)
    return item.model_copy(update={"addresses": tuple(a for a in item.addresses if a.ip == main)})
