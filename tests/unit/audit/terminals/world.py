"""A county of four units whose terminals have hardware addresses, and what its devices say when all is right."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.terminals.judge import Allowance, Answer, Facts, judge
from audit.terminals.model import Kind, Suspicion
from countynet.surroundings import Around, Flow, Header, Row, Table
from tests.unit.topology.small_county import small_county

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
UNITS = ("001", "002", "025", "026")
MACS = {unit: f"00:1e:c9:5a:00:{int(unit):02x}" for unit in UNITS}
"""of each unit's terminal"""
STRANGER, RANDOM, ROUTER = "00:1e:c9:ff:00:01", "da:a1:19:00:00:01", "50:c7:bf:00:00:01"
MAKERS = {"50:c7:bf": "TP-Link", "date": "2024-05-20"}


def _county() -> Any:
    county = small_county()
    units = tuple(
        u.model_copy(update={"terminals": tuple(t.model_copy(update={"mac": MACS[u.id[1:]]}) for t in u.terminals)})
        for u in county.units
    )
    return county.model_copy(update={"units": units})


COUNTY = _county()


def cpe_mac(unit: str) -> str:
    return f"00:e0:fc:00:00:{int(unit):02x}"


def arp(unit: str, mac: str, address: str = "", port: str = "lan0", ago: float = 10) -> Row:
    address = address or f"10.21.{int(unit)}.10"
    return Row(f"cpe-{unit}", port, Table.ARP, mac, address, line=f"{address} dev {port} lladdr {mac}",
               last=NOW - timedelta(seconds=ago))  # fmt: skip


def fdb(device: str, port: str, mac: str, vlan: int | None = None, ago: float = 10) -> Row:
    return Row(device, port, Table.FDB, mac, vlan=vlan, line=f"{mac} {port}", last=NOW - timedelta(seconds=ago))


def header(unit: str, mac: str, ttl: int = 64, **more: Any) -> Header:
    said: dict[str, Any] = {"source": f"10.21.{int(unit)}.10", "destination": "10.1.0.20", "protocol": 6, "at": NOW}
    said |= {"on_wire": True} | more
    return Header(observer=f"cpe-{unit}", port="lan0", mac=mac, ttl=ttl, **said)


def syn(unit: str, mac: str, options: str, clock: int | None = None, ttl: int = 64, **more: Any) -> Header:
    return header(unit, mac, ttl, options=options, clock=clock, **more)


RIGHT = (
    *(arp(unit, MACS[unit]) for unit in UNITS),
    *(fdb("sw-admin", port, cpe_mac(unit), 100 + int(unit)) for unit, port in (("001", "p01"), ("002", "p02"))),
    fdb("sw-admin", "up1", "00:e0:fc:00:01:01", 101),
    fdb("agg-1", "down1", cpe_mac("001"), 101),
)
"""every terminal where it belongs; uplinks learn the addresses of devices"""


def facts(*rows: Row, right: Iterable[Row] = RIGHT, flows: Iterable[Flow] = (), headers: Iterable[Header] = (),
          allowances: Iterable[Allowance] = (), answers: Iterable[Answer] = ()) -> Facts:  # fmt: skip
    own = {cpe_mac(unit): f"cpe-{unit}:wan0" for unit in UNITS} | {"00:e0:fc:00:01:01": "core-1:trunk1"}
    whole = (*right, *rows)
    asked = frozenset((row.device, row.table) for row in whole)
    around = Around(whole, tuple(flows), tuple(headers), own, asked)
    return Facts(COUNTY, around, NOW, MAKERS, tuple(allowances), tuple(answers))


def found(given: Facts, kind: Kind | None = None) -> list[Suspicion]:
    return [one for one in judge(given) if kind is None or one.kind is kind]


def aged(row: Row, seconds: float) -> Row:
    return replace(row, last=NOW - timedelta(seconds=seconds))
