"""Name, banner, time, logs, names, LLDP, and the address that the device's own traffic leaves with.

The address is named by its interface, whose main address it is, once for each service; services that say different
things are listed. The management address that LLDP tells is written once for all ports.
"""

import re
from collections.abc import Iterable

from inventory.deviceconfig import DeviceConfig, Lldp
from inventory.platforms import timekeys
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.h3c_comware import words
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.holders import holder


def render_head(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks that stand first: name, banner, LLDP, names."""
    blocks = [[f"sysname {config.hostname}"]]
    if config.lldp:
        told = f"lldp global tlv-enable basic-tlv management-address-tlv {config.lldp.management}"
        blocks.append(["lldp global enable", told])
    lines = [f"dns source-interface {_source(config)}"] if config.source else []
    lines += [f"dns server {a}" for a in config.dns_servers]
    return blocks + ([lines] if lines else [])


def render_logs(config: DeviceConfig) -> list[list[str]]:
    """Return the block of the log hosts."""
    lines = [f"info-center loghost source {_source(config)}"] if config.source else []
    lines += [f"info-center loghost {a}" for a in config.syslog_servers]
    return [lines] if lines else []


def render_time(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the time servers and the banner."""
    lines = ["ntp-service enable"] if config.ntp_servers else []
    lines += [f"ntp-service source {_source(config)}"] if config.source else []
    lines += timekeys.comware_lines(config.ntp_key, "simple")
    asked = f" authentication-keyid {config.ntp_key.number}" if config.ntp_key else ""
    lines += [f"ntp-service unicast-server {a}{asked}" for a in config.ntp_servers]
    banner = [[f"header login %{config.banner}%"]] if config.banner else []
    return banner + ([lines] if lines else [])


def _source(config: DeviceConfig) -> str | None:
    return holder(config, config.source) if config.source else None


def _hostname(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    fits = re.fullmatch(r"[a-z][a-z0-9-]{0,30}", match[1], re.ASCII) is not None
    return fits and reading.put(reading.fields, "hostname", match[1])


def _banner(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.fields, "banner", match[2])


def _server(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        found = words.address(match[1])
        if found is not None and field == "ntp_servers":
            reading.part("ntp", found, line)
        return found is not None and reading.add(reading.fields, field, found)

    return handler


def _source_is(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.pending["source"].append((line, match[1]))
    return True


def _flag(name: str) -> Handler[Comware]:
    def handler(reading: Comware, _line: Line, _match: re.Match[str]) -> bool:
        reading.flags.add(name)
        return True

    return handler


def _management(reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    return words.address(match[1]) is not None and reading.put(reading.parts["lldp"][""], "management", match[1])


RULES: list[tuple[str, Handler[Comware]]] = [
    (r"sysname (\S+)", _hostname),
    (r"header login (?:information )?([\"%])((?:(?!\1).)+)\1", _banner),
    (r"dns server (\d\S+)", _server("dns_servers")),
    (r"dns source-interface (\S+)", _source_is),
    (r"lldp global enable", _flag("lldp")),
    (r"lldp global tlv-enable basic-tlv management-address-tlv (\d\S+)", _management),
    (r"info-center enable", known),
    (r"info-center loghost (\d\S+)", _server("syslog_servers")),
    (r"info-center loghost source (\S+)", _source_is),
    (r"ntp-service enable", _flag("ntp")),
    (r"ntp-service unicast-server (\d\S+)", _server("ntp_servers")),
    *timekeys.COMWARE,
    (r"ntp-service source (\S+)", _source_is),
    (r"snmp-agent trap source (\S+)", _source_is),
]


def finish(reading: Comware) -> None:
    """Put the services together, after the interfaces."""
    for line, said in reading.pending["source"]:
        address = reading.own(said)
        if address is None or not reading.put(reading.fields, "source", address):
            reading.refuse(line)
    timekeys.finish(reading)
    if reading.parts["ntp"] and "ntp" not in reading.flags:
        reading.lacks("", "ntp-service enable")
    _lldp(reading)


def _lldp(reading: Comware) -> None:
    management = reading.parts["lldp"][""].get("management")
    if "lldp" not in reading.flags:
        if management:
            reading.lacks("", "lldp global enable")
        return
    if management is None:
        reading.lacks("", "lldp global tlv-enable basic-tlv management-address-tlv")
    ports = tuple(_ports(reading))
    reading.fields["lldp"] = attempt(Lldp, ports=ports, management=management or "0.0.0.0")  # noqa: S104


def _ports(reading: Comware) -> Iterable[str]:
    plain = (name for name in reading.done if words.is_port(name))
    return [name for name in plain if reading.interfaces[name].get("lldp", True)]
