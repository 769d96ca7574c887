"""A county with a day behind it, for tests and screenshots: fakes filled with states, alarms, faults and curves."""

from datetime import datetime, timedelta
from functools import cache, lru_cache
from math import sin
from pathlib import Path

from argon2 import PasswordHasher

import inventory
from audit.fix.desk import Fixes
from audit.records.readers import Readers
from audit.records.service import Records
from audit.terminals.respond.service import Responses
from audit.terminals.service import Scans
from countynet import clock
from countynet.db import open_database
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LedgerState, LineState, Role, Severity, Verdict
from dashboard.api.service import Api
from dashboard.applications.service import Applications
from dashboard.emergencies.service import Emergencies
from dashboard.leases.service import Leases
from dashboard.runs.service import Runs
from dashboard.services import fake
from dashboard.services.fake_health import FakeHealth
from dashboard.services.fake_inventory import FakeInventory
from dashboard.services.fake_isolation import FakeIsolation
from dashboard.services.fake_job_logs import FakeJobLogs
from dashboard.services.fake_log import FakeLog
from dashboard.services.fake_outages import FakeOutages
from dashboard.services.fake_plans import FakePlans
from dashboard.services.fake_rollout import FakeRollout
from dashboard.services.fake_rules import FakeRules
from dashboard.services.fake_running import FakeBackups, FakeDrifts
from dashboard.services.fake_terminals import FakeTerminals
from dashboard.services.fake_windows import FakeWindows
from dashboard.services.health import HealthView, ProbeView, TrapView
from dashboard.services.health import RuleView as AlarmRule
from dashboard.services.isolation import CellView, FindingView, MatrixView, PairView, RowView
from dashboard.services.model import Alarm, AuditRun, Check, Entry, Finding, Line, Sample
from dashboard.services.outages import Announced, Outage, UnitMonth
from dashboard.services.plans import PlanDevice, PlanLine, PlanProof, PlanShift, PlanView
from dashboard.services.protocols import Services
from dashboard.services.real.faults import RealFaults
from dashboard.services.real.works import RealWorks
from dashboard.services.rules import FindingView as RuleView
from dashboard.services.rules import RulesView
from dashboard.services.running import DriftDevice, DriftView, VersionView
from dashboard.tokens.service import Tokens
from dashboard.users.service import Accounts
from inventory.load import load_county
from inventory.model import County
from monitoring.bridge.service import Exchange
from monitoring.evaluation.service import Evaluations
from monitoring.faults.desk.service import Desk
from monitoring.faults.reports.codes import Codes
from monitoring.faults.reports.public import Public
from monitoring.faults.reports.service import Reports
from monitoring.faults.telling.service import Sentences
from monitoring.faults.ties.service import Ties
from monitoring.intrusions.service import Intrusions
from monitoring.knowledge.model import Audience, Text
from monitoring.knowledge.service import Knowledge
from monitoring.metrics.look import Own
from monitoring.metrics.pulse import Pulse, Slow
from monitoring.receive.status import Listening, Receiver, Stranger, Traps
from monitoring.sighting.service import Sensing
from tests.unit.dashboard.rollout_sample import rolled

PASSWORD = "correct-horse-1"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


def settings(folder: Path) -> Settings:
    return Settings(county=folder, language="zh_CN")


def services(folder: Path) -> Services:
    accounts = Accounts(open_database(settings(folder)), CHEAP)
    found = county()
    knowledge = known(Knowledge(accounts.engine))
    source = fake.FakeCounty(rolled(found, clock.today()))
    return Services(
        county=source,
        accounts=accounts,
        watch=_watch(found),
        alarms=fake.FakeAlarms(_alarms()),
        faults=RealFaults(accounts.engine, folder),
        desk=Desk(settings(folder), accounts.engine),
        ties=Ties(accounts.engine),
        emergencies=Emergencies(settings(folder), accounts.engine),
        runs=Runs(settings(folder), accounts.engine),
        records=Records(settings(folder), accounts.engine),
        readers=Readers(settings(folder), accounts.engine),
        intrusions=Intrusions(accounts.engine),
        scans=Scans(accounts.engine),
        responses=Responses(settings(folder), accounts.engine),
        applications=Applications(settings(folder), accounts.engine),
        leases=Leases(accounts.engine),
        fixes=Fixes(settings(folder), accounts.engine),
        audits=fake.FakeAudits(
            [_run()], files={name: b"{}" for name in (*(letter * 64 for letter in "abcd"), "pdf", "xlsx", "oscal.json")}
        ),
        log=FakeLog([Entry(n, clock.now(), "user.signed-in", "center", "center", {}) for n in range(1, 251)]),
        rollout=FakeRollout(source),
        inventory=FakeInventory(settings(folder), accounts.engine, source),
        terminals=FakeTerminals(source),
        plans=FakePlans({1: plan()}, proofs={1: proof()}),
        drifts=FakeDrifts(drift()),
        backups=FakeBackups(versions()),
        windows=FakeWindows(),
        outages=outages(),
        rules=FakeRules({"running": rules()}),
        isolation=FakeIsolation({"running": matrix()}, {("unit:u001", "zone:server"): pair()}),
        job_logs=FakeJobLogs({100: ("reading",)}),
        knowledge=knowledge,
        evaluations=Evaluations(settings(folder), accounts.engine),
        health=FakeHealth(health()),
        sensing=Sensing(accounts.engine),
        works=RealWorks(accounts.engine, source),
        reports=Reports(accounts.engine),
        codes=Codes(accounts.engine),
        public=Public(accounts.engine),
        sentences=Sentences(accounts.engine),
        bridge=Exchange(accounts.engine, folder),
        api=Api(accounts.engine, folder, source, Tokens(accounts.engine)),
    )


def health() -> HealthView:
    """Return monitoring that is in time, receives, and dropped something."""
    now = clock.now()
    slow = (Slow(device="cpe-031", seconds=2.5, error="no answer"), Slow(device="core-1", seconds=0.2))
    polled = Pulse(at=now, interval=15, lag=0.1, round_seconds=3.2, devices=132, answered=131, slowest=slow)
    traps = Traps(received=40, taken=30, refused={"not authenticated": 4}, dropped={"agg-1": 6}, hints=9)
    stranger = Stranger(address="192.0.2.66", count=7, last=now, said="not authenticated")
    port = Listening(what="syslog-udp", port=514, error="Address already in use")
    heard = Receiver(at=now, began=now, traps=traps, strangers=(stranger,), listening=(port,))
    own = Own(now, polled, heard, None, 2, 1, now, 5 << 20, 1 << 30, 900, 0, 0, 41.5)
    told = TrapView("core-1", "linkDown", "7", "端口断开", 3, now)
    probe = ProbeView("portal", "http", "srv-portal", False, "503", 41.0, now)
    rule = AlarmRule("cpu", "设备 {device} 的 CPU 负载 {value} %", "随本版本提供", "device.cpu", False, 132, 1, 0)
    return HealthView(own, [told], [rule], [probe])


def known(knowledge: Knowledge) -> Knowledge:
    """Return a knowledge base of two entries, one for staff alone."""
    if not knowledge.newest(Role.CENTER):
        texts = [
            Text("光猫红灯，全单位断网", "光纤断", "报障，写明光灯红", audience=Audience.UNIT),
            Text("广播风暴，交换机卡顿", "成环", "找到多接的网线", "display mac-address flapping record"),
        ]
        knowledge.write_all(Actor("center", Role.CENTER), texts)
    return knowledge


def rules() -> RulesView:
    found = tuple(
        RuleView(
            title=f"{device} forward #{place} old-server", kind="shadowed", tone="fail",
            says="earlier rules take all its packets, and not all of them do what it does",
            others=("#4 unit-to-network (dropped): tcp 10.21.0.0:0 > 10.1.0.9:22 [v101 > fw0]",),
            boxes=("tcp 10.21.0.0/16 > 10.1.0.9:22 [* > fw0] new",), whole=True,
            packet="tcp 10.21.0.0:0 > 10.1.0.9:22 [v101 > fw0]",
            lines=('311: ip saddr 10.21.0.0/16 ip daddr 10.1.0.9 tcp dport 22 counter accept comment "old-server"',),
            fix=("acl name in-Vlanif101 advance", "undo rule 35", "quit"), sure=place != 9,
        )
        for device, place in (("core-1", 7), ("fw-1", 9))
    )  # fmt: skip
    words = ("shadowed", "redundant", "never-matching", "never-hit", "expired", "over-wide")
    counts = tuple((word, word, 2 if word == "shadowed" else 0) for word in words)
    return RulesView(
        at=clock.now(), of="running", rules=2399, devices=132, counts=counts, names=("core-1", "fw-1"), findings=found,
        begins=0, total=2, held=123, unknown=("fw-1: 9: strange",), uncounted=1, counted=True,
    )  # fmt: skip


def outages() -> FakeOutages:
    """A month with one outage that lasts, one that was shadowed and a window to come, of the first clerk's unit."""
    now = clock.now()
    hour = timedelta(hours=1)
    rows = (
        Outage(now - timedelta(minutes=7), now, LedgerState.DOWN, lasts=True),
        Outage(now - 30 * hour, now - 29 * hour, LedgerState.SHADOWED, "agg-2"),
        Outage(now - 60 * hour, now - 58 * hour, LedgerState.PLANNED, "3"),
    )
    seconds = {LedgerState.UP: 2_000_000.0, LedgerState.DOWN: 420.0, LedgerState.SHADOWED: 3600.0}
    seconds |= {LedgerState.PLANNED: 7200.0, LedgerState.UNKNOWN: 0.0}
    month = UnitMonth("u031", 99.7999, 99.979, 2, seconds, rows)
    window = Announced(4, now + 5 * hour, now + 7 * hour, "更换汇聚交换机光模块", running=False)
    return FakeOutages({"u031": month}, {"u031": (window,)})


def _watch(found: County) -> fake.FakeWatch:
    now = clock.now()
    lines = {u.id: Line(u.id, LineState.UP, now - timedelta(days=3), 11.9, 0.0) for u in found.units}
    lines["u031"] = Line("u031", LineState.DOWN, now - timedelta(minutes=7))
    lines["u022"] = Line("u022", LineState.SHADOWED, now - timedelta(minutes=2))
    lines["u077"] = Line("u077", LineState.UNKNOWN, now - timedelta(hours=30))
    minute = now.replace(second=0, microsecond=0)
    curves = {u.id: _curve(u.number, minute) for u in found.units if u.id != "u077"}
    devices = {d.name: LineState.UP for d in found.devices}
    cables = {c.id: LineState.UP for c in found.cables} | {"cable-agg-3-up2": LineState.DOWN}
    return fake.FakeWatch(lines, devices | {"sw-justice": LineState.UNKNOWN}, cables, curves)


@lru_cache(maxsize=1000)
def _curve(number: int, last: datetime) -> tuple[Sample, ...]:
    return tuple(_sample(number, last - timedelta(minutes=10 * (144 - n)), n) for n in range(145))


def _sample(number: int, at: datetime, n: int) -> Sample:
    if number == 31 and n > 100:
        return Sample(at, None, None)
    busy = max(0.05, sin((n - 30) / 23)) * (1 + number % 7)
    return Sample(at, busy * 90_000 * (1 + (n * number) % 5 / 9), busy * 22_000)


LINE_DOWN = "Line {line} of {unit_en} ({unit}) is down"
DEVICE_DOWN = "Device {device} does not answer"
"""messages of monitoring's"""


def _alarms() -> list[Alarm]:
    now, units = clock.now(), county().unit_by_id
    police, school = ({"unit": units[u].name, "unit_en": units[u].name_en} for u in ("u031", "u040"))
    minutes = timedelta(minutes=1)
    return [
        Alarm(2, Severity.CRITICAL, "line-031", "u031", LINE_DOWN, {"line": "line-031", **police}, now - 7 * minutes),
        Alarm(3, Severity.MAJOR, "agg-3", None, DEVICE_DOWN, {"device": "sw-justice"}, now - 2 * minutes),
        Alarm(1, Severity.CRITICAL, "line-040", "u040", LINE_DOWN, {"line": "line-040", **school}, now - 1800 * minutes,
              now - 1740 * minutes),
    ]  # fmt: skip


def _run() -> AuditRun:
    clause = "GB/T 22239-2019: 8.1.2.1 d"
    fine = Check(
        "isolation", "Units cannot reach each other", clause, Severity.CRITICAL, "why", "remedy", Verdict.PASS,
        (Finding(Verdict.PASS, "county: 14280 pairs tried"),), 0, "a" * 64,
    )  # fmt: skip
    bad = Check(
        "idle-ports", "Idle ports are shut", clause, Severity.MAJOR, "why", "shut them", Verdict.FAIL,
        (Finding(Verdict.FAIL, "sw-admin: p19 is open", ("ports.conf:12: p19",)),), 3, "b" * 64,
    )  # fmt: skip
    return AuditRun(4, clock.now() - timedelta(hours=1), "auditor", 1, 1, 0, "c" * 64, "d" * 64, (bad, fine))


def plan(author: str = "operator") -> PlanView:
    now = clock.now()
    line = PlanLine(1, "open", "not begun", author, now, 1, 1, 0, 1)
    diff = "--- running /etc/snmp/snmpd.conf\n+++ intended /etc/snmp/snmpd.conf\n-a\n+b\n"
    device = PlanDevice("cpe-031", "waiting", "not begun", "", diff, ("run systemctl restart snmpd",), ("run x",), 120)
    return PlanView(
        line, "a" * 64, "b" * 40, now + timedelta(days=7), "stop", None, True, (), ("ping",), (("cpe-031",),),
        (("u031", "line-031 adsl"),), (device,), (("cpe-007", "does not answer"),),
    )  # fmt: skip


def drift() -> DriftView:
    device = DriftDevice(
        "cpe-031", "the device was changed; seen since 2026-11-26 08:14 CST; at the device: carl from 10.9.9.9",
        (("routes[198.51.100.0/24 -]", "", "prefix=198.51.100.0/24"),), ("ip nothing",), ("08:14 carl changed",),
        "--- running\n+++ intended\n-ip route 198.51.100.0/24 blackhole\n",
    )  # fmt: skip
    return DriftView(clock.now(), 132, (device,), (("cpe-007", "cpe-007: answers SSH neither here nor there"),),
                     (("sw-admin", ("ip http server",)),))  # fmt: skip


def proof() -> PlanProof:
    text = "unit:u031 > zone:server tcp 10.21.31.1:0 > 10.1.0.11:22 (not allowed by the policy)"
    shift = PlanShift(True, "fail", text, ("fw-1 core0 > srv0: let through (forward: too-wide)",))
    return PlanProof(
        False, clock.now(), False, "opens 1 (1 beyond the policy), closes 0", (shift,), 4, ("never fetched",)
    )


def matrix() -> MatrixView:
    units, server = (
        RowView("unit:u001", "2 units", ("u001 One", "u003 Three")),
        RowView("zone:server", "server zone", ()),
    )
    isolated = CellView(units, "isolated", "isolated", "pass", 2, 2)
    hole = CellView(server, "open", "open beyond the policy", "fail", 1, 2)
    allowed = CellView(units, "allowed", "only as allowed", "up", 2, 2)
    rows = ((units, (isolated, hole)), (server, (allowed, CellView(server, "", "", "", 0, 0))))
    return MatrixView(clock.now(), "running", (hole, isolated), rows)


def pair() -> PairView:
    way = ("core-1 v101 > fw0: let through (forward: too-wide)",)
    packet = "tcp 10.21.0.1:0 > 10.1.0.11:22"
    found = FindingView("unit:u001 > zone:server: open beyond the policy", "fail", packet, way, ())
    row, cells = matrix().rows[0]
    return PairView(row, cells[1], (found,), 3, (("portal", "units read the portal"),))


def versions() -> dict[VersionView, str]:
    now = clock.now()
    old = VersionView("cpe-031", "a" * 40, now - timedelta(days=2), "schedule", "on schedule")
    new = VersionView("cpe-031", "b" * 40, now - timedelta(hours=1), "carl@cpe-031", "the device said it was changed")
    return {old: "hostname cpe-031\n", new: "hostname cpe-031\nip route 198.51.100.0/24 blackhole\n"}
