"""Bringing the twin up and taking it down.

`up` always starts from nothing: what an earlier twin left is removed first, whatever state it died in. It returns when
every device answers on SSH at its staging address, bare. If it fails it removes what it had built. Nothing reaches
into a device after its boot; the rest of countynet configures it over SSH as it would a real one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

import topology
from countynet import clock
from countynet.console import Progress
from countynet.errors import CountyError
from countynet.i18n import _, translate
from countynet.settings import Settings
from inventory import dhcp
from inventory.intent import server_keys
from inventory.intent.adapt import VENDOR_PUBLIC_KEY, needs_vendor_key
from inventory.intent.rotation import PUBLIC, ssh_account
from inventory.model import County
from topology.twin import base, capability, clean, commands, factory, layer, orders, ready
from topology.twin.certificate import write_certificate
from topology.twin.lock import exclusive
from topology.twin.orders import Keys
from topology.twin.report import TwinStatus, status
from topology.twin.run import run
from topology.twin.state import LineRecord, NodeState, Places, TwinState
from topology.twin.wiring import LINES, Wiring, wire

STEPS = 7


class SecretSource(Protocol):
    """Where secrets come from (countynet.secrets.Secrets)."""

    def get(self, name: str) -> SecretStr:
        """Return one secret."""
        ...


def _quiet(done: int, total: int, text: str = "") -> None:
    """Say nothing."""


def _batch(tool: str, lines: Iterable[str], namespace: str = "") -> None:
    """Have one process do many lines. Raises CountyError with its words."""
    run(tool, *(["-n", namespace] if namespace else []), "-batch", "-", given="".join(f"{line}\n" for line in lines))


def _lay(wiring: Wiring) -> None:
    """Make namespaces, cables, rates and the staging bench."""
    _batch("ip", commands.namespaces(wiring))
    _batch("ip", commands.pairs(wiring))
    _batch("ip", commands.joints(wiring), LINES)
    _batch("tc", commands.rates(wiring), LINES)
    _batch("ip", commands.staging(wiring), wiring.station)


def _environment() -> dict[str, str]:
    """Return what a bare interpreter needs to find the modules of `inner`."""
    return {"PYTHONPATH": str(Path(topology.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}


def boot(order: orders.Node) -> dict[str, int]:
    """Power on every node; return their inits' PIDs. Raises CountyError naming what failed."""
    vendors = [node for node in order["nodes"] if "vendor" in node]
    others = [node for node in order["nodes"] if "vendor" not in node]
    pids = _run(["-S", "-s", "-m", "topology.twin.inner.boot"], {**order, "nodes": others})
    if vendors:
        pids |= _run(["-m", "topology.twin.vendor.nursery"], {**order, "plain": [], "nodes": vendors})
    return pids


def _run(program: list[str], order: orders.Node) -> dict[str, int]:
    """Have a boot helper do an order. Raises CountyError."""
    words = [sys.executable, *program]
    environment = {"PATH": os.environ.get("PATH", ""), "COUNTYNET_TWIN": order["mark"], **_environment()}
    result = subprocess.run(
        words, input=json.dumps(order), text=True, capture_output=True, check=False, env=environment
    )
    if result.returncode:
        raise CountyError(_("the twin's boot helper failed: {words}"), words=result.stderr.strip()[-500:])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    if bad := [f"{a['name']}: {a['error']}" for a in answers if a["error"]]:
        raise CountyError(_("these nodes of the twin did not start: {words}"), words="; ".join(bad[:5]))
    return {a["name"]: a["pid"] for a in answers}


def _records(wiring: Wiring) -> tuple[LineRecord, ...]:
    cables = [LineRecord(id=x.id, circuit=x.circuit, ends=x.ends, nodes=(x.a.node, x.b.node)) for x in wiring.lines]
    return (*cables, *(LineRecord(id=x.circuit.id, circuit=x.circuit.id) for x in wiring.adsl))


def _nodes(wiring: Wiring, places: Places, keys: Keys) -> list[orders.Node]:
    """Return everything that boots, those that others wait for first."""
    environment = _environment()
    on_disk = layer.can_hold_a_layer(places.folder)
    outside = orders.dslam(wiring, places, environment) + orders.responders(wiring, places, environment)
    servers = orders.servers(wiring, places, keys, on_disk=on_disk)
    return outside + servers + orders.devices(wiring, keys)


def _prepare_places(wiring: Wiring, places: Places, key: str) -> None:
    for folder in (places.mountpoint, places.hosts):
        folder.mkdir(parents=True)
    places.dslam_order.write_text(json.dumps(orders.dslam_lines(wiring, places)))
    write_certificate(places.certificate)
    factory.build(places.image, key)


def _build(wiring: Wiring, places: Places, keys: Keys, twin: TwinState, step: Callable[[str], None]) -> TwinState:
    step(_("the factory image"))
    _prepare_places(wiring, places, keys.admin)
    step(_("the wiring"))
    _lay(wiring)
    step(_("power on"))
    nodes = _nodes(wiring, places, keys)
    order = orders.boot(nodes, wiring, places, factory.owners())
    base.APPLICATIONS.mkdir(exist_ok=True)
    order |= {"base": str(base.BASE), "packages": str(base.PACKAGES), "mirror": str(base.APPLICATIONS)}
    places.order.write_text(json.dumps(order))
    pids = boot(order)
    started = (NodeState(name=n["name"], kind=n["kind"], namespace=n["namespace"], pid=pids[n["name"]]) for n in nodes)
    twin = twin.model_copy(update={"nodes": tuple(started)})
    places.write(twin)
    step(_("waiting until all devices answer"))
    ready.wait(wiring, places)
    places.vantage.write_text(f"/run/netns/{wiring.station}\n")
    return twin.model_copy(update={"ready": True})


def up(county: County, settings: Settings, secrets: SecretSource, progress: Progress = _quiet) -> TwinStatus:
    """Build the county's twin on this machine and return its state.

    Raises MissingCapability, Conflict (another builder, or another county's twin), CountyError.
    """
    capability.require(relays=dhcp.server(county) is not None)
    places, wiring = Places(settings), wire(county)
    servers = {h.name: "\n".join(server_keys.public(secrets.get, h.name)) for h in county.hosts}
    keys = Keys(secrets.get(PUBLIC).get_secret_value(), servers=servers)
    if needs_vendor_key(county):
        user = ssh_account(secrets.get, "", rsa=True).user
        keys = keys._replace(vendor=secrets.get(VENDOR_PUBLIC_KEY).get_secret_value(), vendor_user=user)
    done = iter(range(1, STEPS))
    with exclusive():

        def step(text: str) -> None:
            progress(next(done), STEPS, translate(text))

        step(_("removing an earlier twin"))
        clean.everything(places)
        step(_("the base of the server hosts"))
        base.prepare()
        leaves = tuple(leaf.node for leaf in wiring.leaves)
        units = tuple(unit.id for unit in county.units)
        lines = _records(wiring)
        twin = TwinState(county=county.plan.name, started=clock.now(), units=units, leaves=leaves, lines=lines)
        places.write(twin)
        try:
            places.write(_build(wiring, places, keys, twin, step))
        except BaseException:
            clean.everything(places)
            raise
    progress(STEPS, STEPS, translate(_("the twin is up")))
    return status(settings)


def down(settings: Settings, progress: Progress = _quiet) -> None:
    """Remove the county's twin; nothing to do if there is none. Raises Conflict, CountyError, MissingCapability."""
    capability.require_root()
    with exclusive():
        clean.everything(Places(settings))
    progress(1, 1, translate(_("the twin is down")))
