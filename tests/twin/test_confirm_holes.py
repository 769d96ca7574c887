"""Holes planted in the real devices of a twin: the proof of what they then run names each, and its packet passes.

Without the hole the devices run what they ran before, and the very packet, from another port, is dropped where the
proof says.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from ipaddress import IPv4Address

import pytest

from countynet import clock
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.stages import StageContext
from inventory import load_county, subset
from inventory.create import create_folder, create_repository, create_secrets
from inventory.deviceconfig import DeviceConfig
from inventory.model import County, PolicyRule
from playbooks.device.service import fetch
from playbooks.device.stage import stage as configure
from tests.twin.frames import crosses, forged_arrives
from tests.twin.holes import ECMP, FAILOVER, FORGED, HOLES, SHARED, SIX, Hole, Shared, let
from topology import twin
from topology.confirm.classes.candidates import Candidates
from topology.confirm.classes.candidates6 import Candidates6
from topology.confirm.classes.claims import Claim, Probe
from topology.confirm.classes.compare import Outcome
from topology.confirm.classes.derive import candidates6_of
from topology.confirm.classes.kept import latest
from topology.confirm.classes.posts import posts
from topology.confirm.classes.service import confirm_classes, send
from topology.reach.allowed import Allowed
from topology.reach.engine import Engine
from topology.reach.judge import standing
from topology.reach.network import network
from topology.reach.service import Of, fetched
from topology.reach.space import Packet, Space
from topology.reach.verdict import Finding, Verdict, prove

UNITS = 6
LAST, DAY = date(2026, 3, 1), timedelta(days=1)
CABLE = "cable-core-1-fw-1"
Configs = Mapping[str, DeviceConfig]


class Lab:
    """The county that runs, what it ran when it was whole, and ways to meddle with it."""

    def __init__(self, county: County, settings: Settings) -> None:
        self.county, self.settings, self.runs = county, settings, 1023
        self.whole = self.running(None)

    def running(self, devices: list[str] | None) -> Configs:
        """Fetch devices (all: None) and return what every device was last seen to run."""
        failed = {name: one.error for name, one in fetch(self.county, self.settings, devices).items() if one.error}
        assert failed == {}
        configs, unparsed = fetched(self.county, self.settings)
        assert {name: lines for name, lines in unparsed.items() if lines} == {}
        return configs

    @contextmanager
    def planted(self, hole: Hole | Shared) -> Iterator[Configs]:
        """Plant a hole for the length of a block; give what the devices then run, and see that it is gone after."""
        try:
            self._type(hole.plant)
            yield self.running([*hole.plant])
        finally:
            self._type(hole.mended())
            left = self.running([*hole.plant])
        assert left == self.whole

    def _type(self, commands: Mapping[str, str]) -> None:
        for device, command in commands.items():
            done = twin.exec_in(self.settings, device, ["sh", "-c", command])
            assert done.returncode == 0, (device, command, done.stderr)

    def candidates(self, configs: Configs, *down: str) -> Candidates:
        """Return the packets of the proof of configurations, for a run of its own."""
        self.runs += 1
        engine = Engine(network(*standing(self.county, configs, down)), Space())
        allowed = Allowed(self.county, engine.network, engine.space, clock.today())
        return Candidates(self.county, engine, allowed, posts(self.county), self.runs)

    def six(self, configs: Configs) -> Candidates6:
        """Return the packets of IPv6 of the proof of configurations, for a run of its own."""
        self.runs += 1
        four = Engine(network(self.county, configs), Space())
        return candidates6_of(self.county, configs, four, self.runs, clock.today())

    def sent(self, made: Candidates, *probes: Probe) -> list[tuple[Outcome, bool]]:
        """Send probes; return whether each went as the proof says, and whether it arrived anywhere.

        Answers are not looked at: after a failure the master of a segment may be another than has the session.
        """
        self.runs += 1
        probes = tuple(replace(probe, answered=None) for probe in probes)
        found, _packets = send(self.county, made.engine, probes, self.runs, lambda _done, _total: None)
        places = {post.node: place for place, all_ in posts(self.county).items() for post in all_}
        return [
            (result, bool(seen.arrived(places, probe.gate.post.node) - {probe.source}))
            for probe, (result, seen) in zip(probes, found, strict=True)
        ]

    def again(self, made: Candidates, probe: Probe) -> Probe:
        """Return the packet of a probe with what another proof says of it; from another port if its port is free."""
        free = probe.packet.from_port >= 1024
        packet = replace(probe.packet, from_port=made.picker.port()) if free else probe.packet
        found = made.claimed(probe.source, probe.gate, packet)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    settings = Settings.load(tmp_path_factory.mktemp("holes") / "county")
    create_folder(settings)
    county = load_county(settings.county)
    create_secrets(settings, county)
    create_repository(settings)
    small = subset(county, UNITS)
    twin.up(small, settings, Secrets.load(settings))
    try:
        configure.run(StageContext(settings, quick=True, say=lambda line: None, progress=lambda *_: None, county=small))
        yield Lab(small, settings)
    finally:
        twin.down(settings)


def opened(lab: Lab, configs: Configs, hole: Hole | Shared, down: tuple[str, ...] = ()) -> list[Finding]:
    """Return what the proof of configurations says is open between the places of a hole."""
    found = prove(lab.county, configs, down=down).findings
    return [f for f in found if {f.source, f.target} == {hole.source, hole.target} and f.verdict is Verdict.OPEN]


def witness(made: Candidates, hole: Hole) -> Probe:
    """Return a packet of what the proof finds open that arrives whichever way it takes."""
    found = [*made.opened(hole.source, hole.target), *made.translated(hole.source)]
    return next(p for p in found if hole.fits(p) and p.claim is Claim.ARRIVES and hole.target in p.arrives_at)


@pytest.mark.parametrize("name", HOLES)
def test_a_hole_is_named_and_its_packet_passes_with_it_only(lab: Lab, name: str) -> None:
    hole = HOLES[name]
    assert opened(lab, lab.whole, hole) == []
    with lab.planted(hole) as configs:
        assert opened(lab, configs, hole)
        made = lab.candidates(configs)
        probe = witness(made, hole)
        assert lab.sent(made, probe) == [(Outcome.AGREED, True)], probe
    made = lab.candidates(lab.whole)
    probe = lab.again(made, probe)
    assert probe.claim is Claim.DROPPED
    assert lab.sent(made, probe) == [(Outcome.AGREED, False)], probe


def test_an_exception_that_is_over_still_lets_its_packet_through(lab: Lab) -> None:
    """The policy's own exception, on the day that it ends and the day after, with devices that nobody has told."""
    over = PolicyRule(id="exception", source="unit:u002", target="host:srv-portal", services=("ssh",),
                      reason="远程维护", reason_en="Remote repair", expires_on=LAST)  # fmt: skip
    county = lab.county.model_copy(update={"policy": (*lab.county.policy, over)})
    hole = HOLES["an exception stands after its day"]
    with lab.planted(hole) as configs:
        days = [prove(county, configs, today=day).verdicts["unit:u002 > zone:server"] for day in (LAST, LAST + DAY)]
    assert days == [Verdict.ALLOWED, Verdict.OPEN]


@pytest.mark.parametrize("name", SHARED)
def test_a_port_in_the_wrong_vlan_lets_every_frame_across(lab: Lab, name: str) -> None:
    shared = SHARED[name]
    assert opened(lab, lab.whole, shared) == []
    assert not crosses(shared)
    with lab.planted(shared) as configs:
        assert [finding.shared for finding in opened(lab, configs, shared)]
        assert crosses(shared)
        made, untagged = lab.candidates(configs), shared.tag is None  # nobody on the sender's port listens to tags
        assert lab.sent(made, made.on_segment(shared.target)) == [(Outcome.AGREED, untagged)]
    assert not crosses(shared)
    made = lab.candidates(lab.whole)
    assert lab.sent(made, made.on_segment(shared.target)) == [(Outcome.AGREED, False)]


def test_a_taken_device_passes_for_another_unit(lab: Lab) -> None:
    """A CPE sends, past its own filter, what bears the address of another unit."""

    def forged(configs: Configs) -> list[Finding]:
        found = prove(lab.county, configs, forged=True).findings
        return [f for f in found if (f.target, f.forger) == (FORGED.target, "cpe-001")]

    def arrives() -> bool:
        packet = Packet(IPv4Address("10.21.2.10"), IPv4Address(PORTAL), 6, 80, 50123, echo=False, ack=False)
        return forged_arrives("cpe-001", "wan0", router, packet, ("srv-portal", "eth0"))

    asked = "ping -c 1 -W 5 10.20.1.1 >/dev/null; ip -4 neigh show 10.20.1.1 dev wan0"
    router = twin.exec_in(lab.settings, "cpe-001", ["sh", "-c", asked]).stdout.split("lladdr ")[1].split()[0]
    assert forged(lab.whole) == []
    assert not arrives()
    with lab.planted(FORGED) as configs:
        assert [(f.verdict, f.claims) for f in forged(configs)] == [(Verdict.OPEN, "unit:u002")]
        eventually(arrives)
    assert not arrives()


def test_an_ipv6_gap_lets_its_packet_through(lab: Lab) -> None:
    assert opened(lab, lab.whole, SIX) == []
    probe: Probe | None = None
    with lab.planted(SIX) as configs:
        found = opened(lab, configs, SIX)
        assert {finding.family for finding in found} == {"ipv6"}
        four, six = lab.candidates(configs), lab.six(configs)
        probe = next(p for p in six.opened(SIX.source, SIX.target) if p.gate.devices == {"cpe-001"})
        assert probe.claim is Claim.ARRIVES
        assert [step.device for step in probe.branches[0].steps] == ["cpe-001", "core-1", "cpe-002"]
        assert lab.sent(four, probe) == [(Outcome.AGREED, True)], probe
    dropped = lab.six(lab.whole).claimed(probe.source, probe.gate, probe.packet)
    assert dropped is not None
    assert dropped.claim is Claim.DROPPED
    assert lab.sent(lab.candidates(lab.whole), dropped) == [(Outcome.AGREED, False)]


def test_one_of_two_equal_paths_misses_the_firewall_that_filters(lab: Lab) -> None:
    with lab.planted(ECMP) as configs:
        assert opened(lab, configs, ECMP)
        made = lab.candidates(configs)
        probe = next(p for p in made.opened(ECMP.source, ECMP.target) if p.claim is Claim.EITHER)
        sources = [IPv4Address("10.21.25.10") + n for n in range(24)]
        flows = [replace(probe, packet=replace(probe.packet, source=source)) for source in sources]

        def fares() -> set[bool]:
            ways = lab.sent(made, *(lab.again(made, flow) for flow in flows))
            assert {result for result, _arrived in ways} == {Outcome.AGREED}
            return {arrived for _result, arrived in ways}

        eventually(lambda: fares() == {True, False})
    made = lab.candidates(lab.whole)
    assert lab.sent(made, lab.again(made, probe)) == [(Outcome.AGREED, False)]


def test_a_failover_path_misses_the_firewall_that_filters(lab: Lab) -> None:
    with lab.planted(FAILOVER) as configs:
        assert opened(lab, configs, FAILOVER) == [], "as long as nothing fails, nothing is open"
        assert opened(lab, configs, FAILOVER, (CABLE,))
        failed = lab.candidates(configs, CABLE)
        probe = next(p for p in failed.opened(FAILOVER.source, FAILOVER.target) if p.claim is Claim.ARRIVES)
        made = lab.candidates(configs)
        assert lab.sent(made, lab.again(made, probe)) == [(Outcome.AGREED, False)]
        twin.cut(lab.settings, CABLE)
        try:
            eventually(lambda: lab.sent(failed, lab.again(failed, probe)) == [(Outcome.AGREED, True)])
        finally:
            twin.mend(lab.settings, CABLE)
        eventually(lambda: lab.sent(made, lab.again(made, probe)) == [(Outcome.AGREED, False)])


def eventually(fits: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < deadline, "routes did not settle"


PORTAL = "10.1.0.20"


@contextmanager
def portal(lab: Lab) -> Iterator[Callable[[], bool]]:
    """Have the portal listen for a block; give what says whether a unit's terminal begins a session with it."""
    listen = ["python3", "-m", "http.server", "80", "--bind", PORTAL, "--directory", "/run"]
    begun = twin.exec_in(lab.settings, "srv-portal", ["sh", "-c", f"{' '.join(listen)} >/dev/null 2>&1 & echo $!"])
    ask = ["timeout", "3", "bash", "-c", f"exec 3<>/dev/tcp/{PORTAL}/80"]
    try:
        yield lambda: twin.exec_in(lab.settings, "pc-001", ask).returncode == 0
    finally:
        twin.exec_in(lab.settings, "srv-portal", ["kill", begun.stdout.strip()])


@pytest.mark.parametrize("cable", [CABLE, "cable-fw-1-city0"])
def test_sessions_begin_anew_whichever_cable_of_the_master_is_pulled(lab: Lab, cable: str) -> None:
    """Cut off from inside, or from a zone that nobody asks for, it gives all up: first packets and answers follow."""

    def leads(firewall: str) -> bool:
        return "10.1.0.1/24" in twin.exec_in(lab.settings, firewall, ["ip", "-4", "addr", "show", "dev", "srv0"]).stdout

    with portal(lab) as connects:
        eventually(lambda: leads("fw-1") and connects())
        twin.cut(lab.settings, cable)
        try:
            eventually(lambda: leads("fw-2") and not leads("fw-1"))
            eventually(connects)
        finally:
            twin.mend(lab.settings, cable)
        eventually(lambda: leads("fw-1"))
        eventually(connects)


def test_the_command_agrees_on_a_whole_county_and_keeps_its_result(lab: Lab) -> None:
    words = [sys.executable, "-m", "countynet.cli", "--county", str(lab.settings.county), "confirm", "--classes"]
    done = subprocess.run([*words, "--of", "running", "--json"], capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    document = json.loads(done.stdout)
    assert done.returncode == 0, document["disagreements"]
    assert {"classes", "probes", "agreed", "disagreed", "seconds", "disagreements"} <= document.keys()
    assert document["agreed"] == document["probes"] > 100
    kept = latest(lab.settings)
    assert kept is not None
    assert (kept.classes, kept.of) == (document["classes"], "running")


def test_what_the_proof_does_not_know_is_shown_with_both_traces(lab: Lab) -> None:
    """The proof of what is intended, against devices of which one lets more through and one less."""
    shut = "nft insert rule inet countynet forward counter drop comment shut"
    wrong = Hole("unit:u001", "devices", {"cpe-001": let("iifname lan0", "input"), "cpe-002": shut})
    with lab.planted(wrong):
        found = confirm_classes(lab.county, lab.settings, Of.INTENDED, lambda _done, _total: None)
    assert not found.good
    more = next(one for one in found.disagreements if one.source == "unit:u001")
    assert (more.claim, more.node) == (Claim.DROPPED, "pc-001")
    assert [(s.device, s.hook, s.action) for s in more.proof_trace[0].steps] == [("cpe-001", "input", "drop")]
    assert more.packet_trace[:3] == ("pc-001", "cpe-001 lan0", "cpe-001 (taken)")
    less = [one for one in found.disagreements if one.source == "unit:u002"]
    assert any(one.claim is Claim.ARRIVES and one.packet_trace == ("pc-002", "cpe-002 lan0") for one in less)
