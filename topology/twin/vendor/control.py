"""What a test or a drill tells a simulated device beside its SSH: one JSON object a line, one JSON object back.

    {"faults": {"refuse_save": true, "rate": 2000}}   takes over faults (`topology.twin.vendor.faults`)
    {"do": "factory"}                                 forget what is saved, all faults, and reboot
    {"do": "reboot"}                                  power off and on: what is not saved is lost
    {"do": "drop"}                                    close every session
    {"do": "ring", "timer": "trial"}                  a timer rings now instead of later; without a name, all
    {"do": "type", "lines": [...], "user": "bob"}     somebody else changes lines at the console
    {"ask": "running" | "startup" | "state"}          the text as the device knows it; its counts
    {"ask": "software"}                               its version, what it starts next, the files on its flash

Answers {"ok": true, ...} or {"ok": false, "error": words}.
"""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from topology.twin.vendor.device import Actor, Device
from topology.twin.vendor.dialogues import dialogue
from topology.twin.vendor.faults import Faults
from topology.twin.vendor.grammar import Refused

Answer = dict[str, Any]


def _do(device: Device, order: dict[str, Any]) -> Answer:
    match order["do"]:
        case "factory":
            device.forget()
            device.faults = Faults()
            device.reboot()
        case "reboot":
            device.reboot()
        case "drop":
            for session in list(device.sessions.values()):
                session.close()
        case "ring":
            _ring(device, order.get("timer"))
        case "type":
            _type(device, order)
        case other:
            raise ValueError(f"cannot do {other!r}")
    return {}


def _ring(device: Device, timer: str | None) -> None:
    if timer is not None:
        device.ring(timer)
        return
    for name in device.timers:
        if name in device.timers:  # what an earlier one did may have stopped it
            device.ring(name)


def _type(device: Device, order: dict[str, Any]) -> None:
    tree = device.running.copy()
    path: tuple[str, ...] = ()
    for line in order["lines"]:
        if line in ("quit", "exit"):
            path = path[:-1]
            continue
        outcome = device.grammar.apply(tree, path, line, sure=True)
        path = outcome.enter if outcome.enter is not None else path
    actor = Actor(order.get("user", "console"), order.get("address", "**"), "con0")
    device.change(tree, actor)
    dialogue(device.about.platform).told(device, actor, order["lines"])


def _ask(device: Device, order: dict[str, Any]) -> Answer:
    match order["ask"]:
        case "running":
            return {"text": "\n".join(device.grammar.shown(device.running, secrets=True)) + "\n"}
        case "startup":
            return {"text": device.startup}
        case "state":
            return {"sessions": len(device.sessions), "changes": device.changes, "booted": device.booted.isoformat()}
        case "software":
            held = device.software
            files = {file.name: file.stat().st_size for file in held.files}
            return {"version": held.version, "main": held.main, "backup": held.backup, "files": files}
        case other:
            raise ValueError(f"cannot tell {other!r}")


def obey(device: Device, line: str) -> Answer:
    """Do one order; never raises for a bad one."""
    try:
        order = json.loads(line)
        if not isinstance(order, dict):
            raise TypeError("an order is an object")
        if "faults" in order:
            device.faults.order(order["faults"])
        found = _do(device, order) if "do" in order else _ask(device, order) if "ask" in order else {}
    except Refused as refused:
        return {"ok": False, "error": refused.words}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return {"ok": False, "error": str(error)}
    return {"ok": True, **found}


async def listen(device: Device, path: Path) -> asyncio.Server:
    """Listen on a Unix socket; an old one of that name is removed."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while line := await reader.readline():
                writer.write(json.dumps(obey(device, line.decode())).encode() + b"\n")
                await writer.drain()
        writer.close()

    path.unlink(missing_ok=True)
    return await asyncio.start_unix_server(serve, path)
