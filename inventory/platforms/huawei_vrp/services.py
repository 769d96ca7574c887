"""Name, banner, time, logs, names, LLDP, and the address that the device's own traffic leaves with.

The address is named by its interface, whose main address it is, once for each service; services that say different
things are listed. VRP8's and VRP5's writings of NTP are both read; VRP5's is written.
"""

import re
from collections.abc import Iterable

from inventory.deviceconfig import DeviceConfig, Lldp
from inventory.platforms import timekeys
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.holders import holder
from inventory.platforms.huawei_vrp import words
from inventory.platforms.huawei_vrp.reading import Vrp


def render_head(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks that stand first: name, banner, LLDP, names."""
    blocks = [[f"sysname {config.hostname}"]]
    if config.banner:
        blocks.append([f'header login information "{config.banner}"'])
    if config.dns_servers:
        blocks.append(["dns resolve", *(f"dns server {a}" for a in config.dns_servers), *_dns_source(config)])
    if config.lldp:
        blocks.append(["lldp enable", f"lldp management-address {config.lldp.management}"])
    return blocks


def _dns_source(config: DeviceConfig) -> list[str]:
    return [f"dns server source-ip {config.source}"] if config.source else []


def render_logs(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the log hosts."""
    source = _source(config)
    lines = [f"info-center loghost source {source}"] if source else []
    lines += [f"info-center loghost {a}" for a in config.syslog_servers]
    return [lines] if lines else []


def render_time(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the time servers."""
    source = _source(config)
    lines = [f"ntp-service source-interface {source}"] if source else []
    lines += timekeys.comware_lines(config.ntp_key, "cipher")
    asked = f" authentication-keyid {config.ntp_key.number}" if config.ntp_key else ""
    lines += [f"ntp-service unicast-server {a}{asked}" for a in config.ntp_servers]
    return [lines] if lines else []


def _source(config: DeviceConfig) -> str | None:
    return holder(config, config.source) if config.source else None


def _hostname(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    name = match[1].lower()
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name) or name != match[1]:
        return False
    return reading.put(reading.fields, "hostname", name)


def _banner(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.fields, "banner", match[2])


def _server(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
        found = words.address(match[1])
        return found is not None and reading.add(reading.fields, field, found)

    return handler


def _source_is(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending["source"].append((line, match[1]))
    return True


def _flag(name: str) -> Handler[Vrp]:
    def handler(reading: Vrp, _line: Line, _match: re.Match[str]) -> bool:
        reading.flags.add(name)
        return True

    return handler


def _management(reading: Vrp, _line: Line, match: re.Match[str]) -> bool:
    return words.address(match[1]) is not None and reading.put(reading.parts["lldp"][""], "management", match[1])


RULES: list[tuple[str, Handler[Vrp]]] = [
    (r"sysname (\S+)", _hostname),
    (r'header login information (["%])((?:(?!\1).)+)\1', _banner),
    (r"dns resolve", known),
    (r"dns server (\d\S+)", _server("dns_servers")),
    (r"dns server source-ip (\S+)", _source_is),
    (r"lldp enable", _flag("lldp")),
    (r"lldp management-address (\S+)", _management),
    (r"info-center enable", known),
    (r"info-center loghost (\d\S+)", _server("syslog_servers")),
    (r"info-center loghost source (\S+)", _source_is),
    (r"ntp-service unicast-server (\d\S+)", _server("ntp_servers")),
    *timekeys.COMWARE,
    (r"ntp unicast-server (\d\S+)", _server("ntp_servers")),
    (r"ntp server (\d\S+)", _server("ntp_servers")),
    (r"ntp-service source-interface (\S+)", _source_is),
    (r"ntp source-interface (\S+)", _source_is),
    (r"snmp-agent trap source (\S+)", _source_is),
    (r"vrrp version v3", _flag("vrrp v3")),
]


def finish(reading: Vrp) -> None:
    """Put the services together, after the interfaces."""
    for line, said in reading.pending["source"]:
        address = words.address(said) or reading.own(said)
        if address is None or not reading.put(reading.fields, "source", address):
            reading.refuse(line)
    timekeys.finish(reading)
    if "vrrp" in reading.flags and "vrrp v3" not in reading.flags:
        reading.lacks("", "vrrp version v3")
    _lldp(reading)


def _lldp(reading: Vrp) -> None:
    management = reading.parts["lldp"][""].get("management")
    if "lldp" not in reading.flags:
        if management:
            reading.lacks("", "lldp enable")
        return
    ports = _ports(reading)
    if management is None:
        reading.lacks("", "lldp management-address")
    reading.fields["lldp"] = attempt(Lldp, ports=tuple(ports), management=management or "0.0.0.0")  # noqa: S104


def _ports(reading: Vrp) -> Iterable[str]:
    plain = (name for name in reading.done if words.is_port(name))
    return [name for name in plain if reading.interfaces[name].get("lldp", True)]
