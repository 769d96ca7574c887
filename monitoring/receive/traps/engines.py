"""Which engine id each device has and how its clock stands, learnt by polling; and our own engine's id and boots.

SNMP-FRAMEWORK-MIB (RFC 3411): snmpEngineID, snmpEngineBoots, snmpEngineTime. The answer to an authenticated question
is no replay, so it is believed over what a message said. What was learnt, and our own boots, survive a restart in
`<state>/receive/`.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitoring.receive.traps.clocks import Clocks
from monitoring.snmp.seam import Answer, Poller, Question, Target

_ID, _BOOTS, _TIME = (f"1.3.6.1.6.3.10.2.1.{number}" for number in (1, 2, 3))
QUESTION = Question(("1.3.6.1.2.1.1.3",), ((_ID, _BOOTS, _TIME),))
_OWN, _CLOCKS = "engine.json", "clocks.json"
_PREFIX = b"\x80\x00\x00\x00\x05"
"""RFC 3411 SnmpEngineID: variable length, no enterprise of our own, administratively assigned octets"""


@dataclass
class Engines:
    """What is known of engines."""

    folder: Path
    clocks: Clocks
    devices: dict[bytes, frozenset[str]] = field(default_factory=dict)
    """devices by engine id; several where somebody copied one device's configuration to others"""

    @classmethod
    def load(cls, folder: Path) -> "Engines":
        """Return what the last process left."""
        kept = _read(folder / _CLOCKS)
        devices = {bytes.fromhex(e): frozenset(map(str, d)) for e, d in kept.get("devices", {}).items()}
        return cls(folder, Clocks.of(kept.get("clocks", {})), devices)

    def keep(self) -> None:
        """Leave what is known to the next process."""
        known = {engine.hex(): sorted(devices) for engine, devices in self.devices.items()}
        _write(self.folder / _CLOCKS, {"clocks": self.clocks.document(), "devices": known})

    async def learn(self, poller: Poller, targets: Iterable[Target], now: float) -> int:
        """Ask devices for their engines; return how many answered. Whoever is silent keeps what is known of it."""
        answers = await poller.ask(targets, QUESTION)
        return sum(self._learn(answer, now) for answer in answers.values())

    def _learn(self, answer: Answer, now: float) -> bool:
        found = [next(iter(answer.columns.get(column, {}).values()), None) for column in (_ID, _BOOTS, _TIME)]
        engine, boots, time = found
        if answer.error or not isinstance(engine, bytes) or not isinstance(boots, int) or not isinstance(time, int):
            return False
        device = answer.target.device
        for other, owners in [(e, d) for e, d in self.devices.items() if device in d and e != engine]:
            self.devices[other] = owners - {device}
        self.devices[engine] = self.devices.get(engine, frozenset()) | {device}
        self.clocks.learn(key(engine, device), boots, time, now)
        return True

    def whose(self, engine: bytes, by_address: str) -> str:
        """Return the device that sends as an engine from a device's address; empty when the two do not agree.

        An engine that nobody polled yet is the address's; one that was is its device's, whatever address it uses.
        """
        owners = self.devices.get(engine) or frozenset()
        if not owners or by_address in owners:
            return by_address
        return next(iter(owners)) if len(owners) == 1 else ""


def key(engine: bytes, device: str) -> bytes:
    """Return what a clock is kept under: devices that share an engine id have clocks of their own."""
    return engine + b"/" + device.encode()


def own(folder: Path) -> tuple[bytes, int]:
    """Return our engine's id, made once, and how often it started by now."""
    kept = _read(folder / _OWN)
    engine = bytes.fromhex(kept["engine"]) if kept else _PREFIX + secrets.token_bytes(8)
    boots = int(kept.get("boots", 0)) + 1
    _write(folder / _OWN, {"engine": engine.hex(), "boots": boots})
    return engine, boots


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(file: Path, value: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(value), encoding="utf-8")
    fresh.replace(file)
