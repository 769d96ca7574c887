"""The figures of a change, each against its limit and a floor of the same run: `python -m benchmarks.change`.

Parse 10,000 lines on every platform; a plan for the whole example county from readings at hand; and, on its twin, the
fetch of every device and a one-line change of 120 units, in tiers and under guard. The floors are measured beside:
Annet's parser on the same text (it only finds the tree, we say what every line means), a plain loop of paramiko or
netmiko over the same devices with as many threads, and the same change without guard, tiers and plan. Seconds are those
of this machine and of whatever else it does; CPU seconds are those of the command and the twin, and travel better.
Needs root for the twin; `--no-twin` leaves it out, `--units N` takes fewer.
"""

import argparse
import contextlib
import gc
import io
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from unittest import mock

from benchmarks.figure import HEADING, Figure
from countynet import vantage
from countynet.cli import OBJECTS
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, subset
from inventory.deviceconfig import DeviceConfig, StaticRoute
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms import linux, steady, words
from inventory.platforms.patch import lines
from inventory.platforms.registry import PACKAGES, platform
from inventory.record import Author, Repository, Set
from playbooks.device import service
from playbooks.device.results import Limits
from playbooks.device.vendor import texts
from playbooks.plan.apply import apply
from playbooks.plan.book import Book
from playbooks.plan.make import Ground, Wish, make
from playbooks.plan.model import PlanState
from playbooks.plan.reading import Seen
from topology import twin
from topology.twin.clean import marked

LINES = 10_000
WORKERS = Limits().workers
CHANGE = Set("hosts", "station", "address", "10.255.0.12/24")
BACK = Set("hosts", "station", "address", "10.255.0.10/24")
T = TypeVar("T")


def show(figure: Figure) -> None:
    """Print a figure."""
    print(figure.row(), flush=True)


def spent() -> float:
    """Return the CPU seconds of this process and of a twin's processes, with those that ended there."""
    ours, ticks = os.times(), 0
    for pid in marked():
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return sum(ours[:4]) + ticks / os.sysconf("SC_CLK_TCK")


def timed(action: Callable[[], T]) -> tuple[T, float, float]:
    """Return an action's result, its seconds, and the CPU seconds that it cost here and on the twin's devices."""
    before, began = spent(), time.monotonic()
    result = action()
    seconds = time.monotonic() - began
    return result, seconds, spent() - before


def long_texts() -> dict[str, str]:
    """Return a text of about so many lines for every platform: its longest of the mixed county, and routes."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(Path(folder) / "county")
        create.create_folder(settings, mixed=True)
        county = load_county(settings.county)
        create.create_secrets(settings, county)
        configs = adapted(county, Secrets.load(settings).get)
    found = {name: DeviceConfig(hostname="bench") for name in PACKAGES}
    for device in county.devices:
        here = found[device.platform]
        found[device.platform] = max(here, configs[device.name], key=lambda config: len(config.model_dump_json()))
    return {name: platform(name).render(_with_routes(name, config)) for name, config in found.items()}


def _with_routes(name: str, config: DeviceConfig) -> DeviceConfig:
    # a switch that only switches has no routes, and the keys of accounts are what Annet's common parser stumbles over
    config = config.model_copy(update={"forwarding": True, "users": ()})
    missing = LINES - len(platform(name).render(config).splitlines())
    prefixes = (f"11.{n >> 12}.{n >> 4 & 255}.{(n & 15) << 4}/28" for n in range(missing))
    routes = (StaticRoute.model_validate({"prefix": prefix, "next_hop": "192.0.2.1"}) for prefix in prefixes)
    return config.model_copy(update={"routes": (*config.routes, *routes)})


def annet_tree(text: str) -> None:
    """Parse a text into Annet's tree, which says nothing yet of what a line means."""
    from annet.vendors.tabparser import CommonFormatter, parse_to_tree

    parse_to_tree(text, CommonFormatter().split)


def parsing() -> None:
    """Parse a long text on every platform."""
    annet_tree("warm")
    for name, text in long_texts().items():
        count = len(text.splitlines())
        parsed, _seconds, cpu = timed(lambda name=name, text=text: platform(name).parse(text))  # type: ignore[misc]
        assert not parsed.unparsed, parsed.unparsed[:3]
        _tree, _seconds, floor = timed(lambda text=text: annet_tree(text))  # type: ignore[misc]
        note = f"of CPU; {count} lines; Annet's tree alone {floor:.2f} s"
        show(Figure(f"parse {LINES:,} lines, {name}", cpu * LINES / count, "s", 1, cpu, note))


@contextmanager
def county_folder(units: int, *, mixed: bool = False) -> Iterator[tuple[Settings, County]]:
    """A county folder of its own, with secrets and history."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(Path(folder) / "county")
        create.create_folder(settings, mixed=mixed)
        whole = load_county(settings.county)
        create.create_secrets(settings, whole)
        create.create_repository(settings)
        yield settings, subset(whole, units) if units < len(whole.units) else whole


def planning(settings: Settings, county: County) -> None:
    """Make a plan for every device from readings that are at hand; the floor renders what is intended."""
    secrets = Secrets.load(settings)
    configs = intent(county, secrets.get)
    running = {name: linux.render(config) for name, config in configs.items()}
    _texts, floor, _cpu = timed(lambda: {n: linux.render(c) for n, c in intent(county, secrets.get).items()})
    commit(settings, CHANGE)
    seen = {name: Seen(name, text) for name, text in running.items()}
    with mock.patch("playbooks.plan.make.look_all", return_value=seen):
        plan, seconds, cpu = timed(lambda: make(settings, Wish("bench")))
    note = f"{len(plan.devices)} devices; to draw up what is intended alone {floor:.2f} s: ratio {seconds / floor:.1f}"
    show(Figure("plan, from fetched configurations", seconds, "s", 3, cpu, note))
    commit(settings, BACK)


def planning_vendors(settings: Settings) -> None:
    """Make a plan for every vendor's device of a mixed county from readings at hand; the floor only reads and writes.

    What was worked out to have the readings is forgotten before, as a command begins with nothing.
    """
    ground = Ground.at(settings)
    vendors = {d.name: d for d in ground.county.devices if d.platform != "linux"}
    running = {name: str(text) for name, text in ground.intended(vendors).items()}
    _parsed, floor, _cpu = timed(lambda: [platform(vendors[n].platform).parse(text) for n, text in running.items()])
    forget()
    commit(settings, CHANGE)
    seen = {name: Seen(name, text) for name, text in running.items()}
    with mock.patch("playbooks.plan.make.look_all", return_value=seen):
        plan, seconds, cpu = timed(lambda: make(settings, Wish("bench")))
    assert not plan.unread, plan.unread[:3]
    count = sum(len(text.splitlines()) for text in running.values())
    note = f"{len(plan.devices)} devices, {count} lines; to read those once {floor:.2f} s: ratio {seconds / floor:.1f}"
    show(Figure("plan for vendors' devices of a mixed county", seconds, "s", 3, cpu, note))


def forget() -> None:
    """Empty what is remembered of texts."""
    for module in (texts, lines, steady, words):
        for function in vars(module).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()


def commit(settings: Settings, *edits: Set) -> None:
    """Change the inventory."""
    Repository(settings).commit(edits, Author("Bench", "bench"), "bench")


def loop(county: County, settings: Settings, one: Callable[[str], str]) -> dict[str, int]:
    """Read every device by a plain loop of threads; return how many characters each said."""
    place = vantage.path(settings)
    assert place is not None

    def within(address: str) -> int:
        with vantage.within(place):
            return len(one(address))

    with ThreadPoolExecutor(WORKERS) as pool:
        addresses = [str(device.management) for device in county.devices]
        return dict(zip(addresses, pool.map(within, addresses), strict=True))


def by_paramiko(settings: Settings) -> Callable[[str], str]:
    """Return a reader of one device: connect, run, read."""
    import paramiko

    key = paramiko.Ed25519Key.from_private_key(io.StringIO(_key(settings)))

    def read(address: str) -> str:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.MissingHostKeyPolicy())
        client.connect(address, username=service.USER, pkey=key, allow_agent=False, look_for_keys=False)
        try:
            return client.exec_command(linux.FETCH)[1].read().decode()
        finally:
            client.close()

    return read


def by_netmiko(settings: Settings) -> Callable[[str], str]:
    """Return a reader of one device by netmiko's linux driver as it comes, with its terminal."""
    import netmiko
    import paramiko

    key = paramiko.Ed25519Key.from_private_key(io.StringIO(_key(settings)))

    def read(address: str) -> str:
        with netmiko.ConnectHandler(device_type="linux", host=address, username=service.USER, pkey=key) as device:
            return str(device.send_command("cat /etc/nftables.conf", read_timeout=60))

    return read


def _key(settings: Settings) -> str:
    return Secrets.load(settings).get("ssh/admin-private-key").get_secret_value()


def fetching(settings: Settings, county: County) -> None:
    """Fetch every device and keep it, beside plain loops."""
    results, seconds, cpu = timed(lambda: service.fetch(county, settings))
    assert not [r.error for r in results.values() if r.error]
    _said, floor, floor_cpu = timed(lambda: loop(county, settings, by_paramiko(settings)))
    note = f"{len(results)} devices; ratio to a paramiko loop {seconds / floor:.2f}, by CPU {cpu / floor_cpu:.2f}"
    show(Figure("fetch, kept masked and sealed", seconds, "s", 10, cpu, note))
    show(Figure("  floor: a paramiko loop of as many threads", floor, "s", 0, floor_cpu))
    _said, peer, peer_cpu = timed(lambda: loop(county, settings, by_netmiko(settings)))
    show(Figure("  peer: netmiko as it comes, one file", peer, "s", 0, peer_cpu))


def applying(settings: Settings, county: County) -> None:
    """Apply a one-line change to the units' devices by a plan, then take it back without one."""
    commit(settings, CHANGE)
    plan, seconds, cpu = timed(lambda: make(settings, Wish("bench"), ["role=cpe"]))
    show(Figure("plan make, with the reading", seconds, "s", 0, cpu, f"{len(plan.devices)} devices"))
    Book.open(settings).approve(plan.number, Actor("amy", Role.CENTER))
    entry, seconds, cpu = timed(lambda: apply(settings, plan.number, lambda _device, _text: None, actor="bench"))
    assert entry.state is PlanState.DONE, {n: d.error for n, d in entry.devices.items() if d.error}
    commit(settings, BACK)
    names = [change.device for change in plan.devices]
    results, floor, floor_cpu = timed(lambda: service.apply(county, settings, names))
    assert not [r.error for r in results if r.error]
    ratio = f"ratio to the same without guard {seconds / floor:.2f}, by CPU {cpu / floor_cpu:.2f}"
    note = f"{len(names)} devices, {len(plan.tiers)} tiers; {ratio}"
    show(Figure("apply of a one-line change, guarded", seconds, "s", 40, cpu, note))
    show(Figure("  floor: the same without guard and tiers", floor, "s", 0, floor_cpu))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=120)
    parser.add_argument("--no-twin", action="store_true")
    chosen = parser.parse_args()
    gc.set_threshold(OBJECTS, 10, 10)  # as every command does
    print(HEADING)
    parsing()
    with county_folder(chosen.units, mixed=True) as (settings, _county):
        planning_vendors(settings)
    with county_folder(chosen.units) as (settings, county):
        planning(settings, county)
        if chosen.no_twin:
            return
        twin.up(county, settings, Secrets.load(settings))
        try:
            assert not [r.error for r in service.apply(county, settings) if r.error]
            fetching(settings, county)
            applying(settings, county)
        finally:
            twin.down(settings)


if __name__ == "__main__":
    main()
