"""A further terminal of a unit really gets connected: the port opens with the addresses bound, and shuts again.

Three units, of which one on ADSL and one on fiber change. The twin has both their terminals plugged in all along; what
the devices are told changes with the inventory, by `countynet config apply` as a clerk runs it.
"""

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from audit.terminals.beacon.key import load, write
from audit.terminals.scan import Outcome, scan
from countynet.db import open_database
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county, subset
from inventory.create import create_folder, create_secrets
from inventory.platforms import linux
from tests.twin.terminal_scene import OUTSIDE, ROUTER, STRANGER, beacon_command, six_wrongs
from topology import twin
from topology.twin.inside import words

UNITS = ("025", "002")
"""on ADSL and on fiber"""
CPES = tuple(f"cpe-{n}" for n in UNITS)
FOREIGN = "02:00:00:00:00:99"
PORTAL = "10.1.0.20"
SIZE = 30_000
ECHO = """
import socketserver
class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(self.rfile.read())
socketserver.TCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("", 80), Echo).serve_forever()
"""
ASK = f"""
import socket, sys
peer = socket.create_connection((sys.argv[1], 80), 5)
peer.settimeout(20)
peer.sendall(b"x" * {SIZE})
peer.shutdown(socket.SHUT_WR)
print(sum(iter(lambda: len(peer.recv(65536)), 0)))
"""


def mac(unit: str, place: int) -> str:
    return f"00:1e:c9:5a:{place:02x}:{int(unit):02x}"


class Clerk:
    """A county folder, a twin of it, and the commands that are given to both."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        create_folder(settings)
        self._files = {name: (settings.county / name).read_text() for name in ("units.yml", "cables.yml")}

    def write(self, plugged: int, bound: int) -> None:
        """Give each of the two units so many terminals, of which so many have their hardware address written down."""
        units, cables = (self._files[name] for name in ("units.yml", "cables.yml"))
        for unit in UNITS:
            rows = [(f"pc-{unit}", 10, mac(unit, 0)), (f"pc-{unit}-b", 11, mac(unit, 1))][:plugged]
            lines = [
                f"      - {{name: {name}, address: 10.21.{int(unit)}.{last}{f', mac: {address!r}' * (i < bound)}}}\n"
                for i, (name, last, address) in enumerate(rows)
            ]
            units, found = re.subn(rf" +- {{name: pc-{unit}, .*\n", "".join(lines), units)
            assert found == 1
            if plugged > 1:
                cables += f"  - {{id: cable-b-{unit}, a: cpe-{unit}:lan1, b: pc-{unit}-b:eth0, kind: copper}}\n"
        (self.settings.county / "units.yml").write_text(units)
        (self.settings.county / "cables.yml").write_text(cables)

    def apply(self, *names: str) -> list[str]:
        """Run `countynet config apply`; return the devices that it changed."""
        environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(self.settings.county)}
        command = [str(Path(sys.executable).with_name("countynet")), "config", "apply", "--json", *(names or ["--all"])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return [row["device"] for row in json.loads(done.stdout) if row["changed"]]

    def on(self, node: str, script: str) -> str:
        """Run a script inside a node; return what it said."""
        done = twin.exec_in(self.settings, node, ["sh", "-c", script])
        assert done.returncode == 0, (node, script, done.stderr)
        return done.stdout

    def pings(self, node: str, address: str, tries: int = 1) -> bool:
        """Whether an address answers a node, asked so many times."""
        argv = ["ping", "-q", "-n", "-c1", "-W0.5", address]
        return any(twin.exec_in(self.settings, node, argv).returncode == 0 for _try in range(tries))

    def echoed(self, node: str, address: str) -> int:
        """Return how many of SIZE bytes come back from an echo by TCP."""
        done = twin.exec_in(self.settings, node, [sys.executable, "-c", ASK, address])
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    def dropped(self, cpe: str) -> int:
        """Return how many packets a CPE has dropped because of the computer that sent them."""
        rules = json.loads(self.on(cpe, "nft -j list ruleset"))["nftables"]
        found = [r["rule"]["expr"] for r in rules if r.get("rule", {}).get("comment") == "unknown-computer"]
        return sum(part["counter"]["packets"] for expr in found for part in expr if "counter" in part)

    @contextmanager
    def swapped(self, terminal: str, address: str) -> Iterator[None]:
        """Have another computer stand in a terminal's place, with its addresses, for the length of a block."""
        own = self.on(terminal, "cat /sys/class/net/eth0/address").strip()
        try:
            self._become(terminal, address)
            yield
        finally:
            self._become(terminal, own)

    def _become(self, terminal: str, address: str) -> None:
        self.on(terminal, f"ip link set dev eth0 address {address}")
        self.forget()

    def forget(self) -> None:
        """Have the CPEs forget whom they saw, as they do by themselves in time."""
        for cpe in (*CPES, "cpe-027"):
            self.on(cpe, "ip neigh flush all")


@pytest.fixture(scope="module")
def clerk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clerk]:
    """Three units with a terminal each, configured; the second terminals of two of them plugged into shut ports."""
    settings = Settings.load(tmp_path_factory.mktemp("terminal") / "county")
    desk = Clerk(settings)
    desk.write(plugged=2, bound=2)
    county = load_county(settings.county)
    create_secrets(settings, county)
    twin.up(subset(county, 3), settings, Secrets.load(settings))
    servers = []
    try:
        desk.write(plugged=1, bound=0)
        desk.apply()
        for node, python in (("srv-portal", "/usr/bin/python3"), *((f"pc-{n}", sys.executable) for n in UNITS)):
            servers.append(subprocess.Popen(words(settings, node, [python, "-c", ECHO])))
        assert all(desk.pings(f"pc-{n}", PORTAL, tries=30) for n in UNITS)
        yield desk
    finally:
        for server in servers:
            server.kill()
            server.wait()
        twin.down(settings)


@pytest.fixture(scope="module")
def bound(clerk: Clerk) -> Clerk:
    """The second terminals connected, and all of them bound."""
    clerk.write(plugged=2, bound=2)
    assert sorted(clerk.apply()) == sorted(CPES)
    for n in UNITS:
        assert clerk.pings(f"pc-{n}", f"10.21.{int(n)}.1", tries=20), (
            "the computer that was there learns of the new gateway"
        )
    return clerk


def test_a_terminal_in_a_shut_port_reaches_nothing(clerk: Clerk) -> None:
    for n in UNITS:
        assert not clerk.pings(f"pc-{n}-b", f"10.21.{int(n)}.1")
        assert not clerk.pings(f"pc-{n}-b", f"10.21.{int(n)}.10")


def test_the_twins_computers_have_the_addresses_of_the_inventory(clerk: Clerk) -> None:
    for n in UNITS:
        assert clerk.on(f"pc-{n}-b", "cat /sys/class/net/eth0/address").strip() == mac(n, 1)


def test_a_second_run_changes_nothing_and_all_is_understood(bound: Clerk) -> None:
    assert bound.apply(*CPES) == []
    for cpe in CPES:
        bound.on(cpe, f"cat >/tmp/fetch <<'END'\n{linux.FETCH}END\n")
        parsed = linux.parse(linux.normalise(bound.on(cpe, "sh /tmp/fetch")))
        assert parsed.unparsed == ()
        assert [rule.not_source_macs for f in parsed.config.filters for rule in f.rules if rule.not_source_macs] == [
            (mac(cpe[4:], 0), mac(cpe[4:], 1))
        ] * 2


@pytest.mark.parametrize("n", UNITS)
def test_both_terminals_reach_gateway_and_server_and_each_other(bound: Clerk, n: str) -> None:
    for terminal in (f"pc-{n}", f"pc-{n}-b"):
        assert bound.pings(terminal, f"10.21.{int(n)}.1", tries=20)
        assert bound.pings(terminal, PORTAL, tries=20)
        assert bound.echoed(terminal, PORTAL) == SIZE
    assert bound.pings(f"pc-{n}-b", f"10.21.{int(n)}.10", tries=20)
    assert bound.echoed(f"pc-{n}-b", f"10.21.{int(n)}.10") == SIZE


@pytest.mark.parametrize("n", UNITS)
def test_units_stay_apart(bound: Clerk, n: str) -> None:
    other = next(unit for unit in UNITS if unit != n)
    for last in (1, 10):
        assert not bound.pings(f"pc-{n}-b", f"10.21.{int(other)}.{last}")


@pytest.mark.parametrize("n", UNITS)
def test_a_foreign_computer_gets_no_answer_and_does_not_get_past_the_cpe(bound: Clerk, n: str) -> None:
    terminal, gateway = f"pc-{n}-b", f"10.21.{int(n)}.1"
    before = bound.dropped(f"cpe-{n}")
    with bound.swapped(terminal, FOREIGN):
        assert not bound.pings(terminal, gateway)
        assert not bound.pings(terminal, PORTAL)
        assert bound.dropped(f"cpe-{n}") == before + 2
        assert bound.pings(f"pc-{n}", PORTAL, tries=20), "the one beside it is as it was"
    assert bound.pings(terminal, PORTAL, tries=20)
    assert bound.dropped(f"cpe-{n}") == before + 2


def test_without_the_address_of_one_terminal_any_computer_may_stand_there(bound: Clerk) -> None:
    """The other side of the coin: it was the address alone that stopped the foreign computer. Nothing is bound then."""
    bound.write(plugged=2, bound=1)
    assert sorted(bound.apply(*CPES)) == sorted(CPES)
    for n in UNITS:
        with bound.swapped(f"pc-{n}-b", FOREIGN):
            assert bound.pings(f"pc-{n}-b", PORTAL, tries=20)


def test_and_back_to_one_terminal_which_is_bound_just_as_well(bound: Clerk) -> None:
    bound.write(plugged=1, bound=1)
    assert sorted(bound.apply(*CPES)) == sorted(CPES)
    for n in UNITS:
        assert bound.pings(f"pc-{n}", f"10.21.{int(n)}.1", tries=20), (
            "the computer that stays learns of the new gateway"
        )
    assert bound.apply(*CPES) == []
    for n in UNITS:
        assert bound.pings(f"pc-{n}", PORTAL, tries=20)
        assert bound.echoed(f"pc-{n}", PORTAL) == SIZE
        assert not bound.pings(f"pc-{n}-b", f"10.21.{int(n)}.1")
        assert "ovs-vswitchd" not in bound.on(f"cpe-{n}", "ps -e -o comm=")
        with bound.swapped(f"pc-{n}", FOREIGN):
            assert not bound.pings(f"pc-{n}", PORTAL)


def _scanned(clerk: Clerk, seconds: float) -> Outcome:
    settings = clerk.settings.model_copy(update={"beacon_outside": IPv4Address(OUTSIDE)})
    engine = open_database(settings)
    try:
        return scan(settings, engine, "test", lambda _line: None, seconds)
    finally:
        engine.dispose()


def test_one_scan_finds_six_wrongs_while_they_are_there_and_none_before_or_after(bound: Clerk) -> None:
    """An unknown computer, a moved one, two at a port, a home router, a terminal on two nets, a private VPN."""
    settings, key = bound.settings, bound.settings.state / "outside.key"
    bound.forget()
    assert _scanned(bound, 0).document()["findings"] == []
    write(key, b64encode(load(settings)))
    county = subset(load_county(settings.county), 3)
    with six_wrongs(county, beacon_command(key, settings.state / "beacons" / "outside.beacon")):
        more = {"COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county), "COUNTYNET_BEACON_OUTSIDE": OUTSIDE}
        command = [str(Path(sys.executable).with_name("countynet")), "terminals", "scan", "--json", "--listen", "3"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **more})
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    about = {(one["kind"], one["device"], one["port"], one["mac"]) for one in found["findings"]}
    assert about >= {
        ("unknown", "cpe-027", "lan0", STRANGER),
        ("unknown", "cpe-027", "lan0", ROUTER),
        ("moved", "cpe-002", "lan0", "02:00:0a:15:1b:0a"),
        ("several", "cpe-002", "lan0", ""),
        ("several", "cpe-027", "lan0", ""),
        ("router", "cpe-027", "lan0", ROUTER),
        ("dual-homed", "cpe-025", "lan0", mac("025", 0)),
        ("tunnel", "cpe-025", "lan0", mac("025", 0)),
    }, done.stdout
    assert (found["silent"], found["notes"]) == ({}, [])
    assert found["seconds"] < 120
    heard = {(e["table"], e["device"]) for one in found["findings"] for e in one["evidence"]}
    assert heard >= {("beacon", "cpe-025"), ("packets", "cpe-025"), ("packets", "cpe-027"), ("sessions", "cpe-025")}
    bound.forget()
    after = _scanned(bound, 1)
    assert {one.kind.value for one in after.found} <= {"tunnel"}, "connection tracking forgets after half a minute"
    gone = {one["number"] for one in found["findings"] if one["kind"] in ("unknown", "moved", "several", "dual-homed")}
    assert gone <= {one.number for one in after.told.gone}
