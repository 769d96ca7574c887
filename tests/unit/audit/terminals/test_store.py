"""Findings are kept: new, standing, gone; each new one an event, in the ranking, and found again by its number."""

import json
import struct
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.terminals import allow, gather, scan, store
from audit.terminals.beacon import journal, key, probe
from audit.terminals.beacon.serve import Beacon
from audit.terminals.model import State
from audit.terminals.read import finding, found
from audit.terminals.tables import ScanRow
from countynet import clock, surroundings
from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.surroundings import Around, Header, Row, Table
from countynet.unitfindings import FindingKind
from countynet.vocabulary import Role
from tests.unit.audit.terminals.world import COUNTY, MACS, STRANGER

CENTER = Actor("center", Role.CENTER)


class World:
    """What devices would say; changed between scans."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Settings, engine: Engine) -> None:
        self.settings, self.engine = settings, engine
        self.rows: list[Row] = [self.row("001", MACS["001"], "10.21.1.10")]
        self.headers: tuple[Header, ...] = ()
        self.silent = False
        self.sent: Mapping[str, Mapping[str, Sequence[bytes]]] = {}
        monkeypatch.setattr(scan, "load_county", lambda _folder: COUNTY)
        monkeypatch.setattr(scan, "present", lambda county, _settings: county)
        monkeypatch.setattr(surroundings, "sources", lambda: iter([("fake", self.read)]))
        monkeypatch.setattr(surroundings, "listener", lambda: self.listen)
        monkeypatch.setattr(gather, "AFTER", 0.0)
        monkeypatch.setattr(key, "load", lambda _settings: b"k" * 32)

    def row(self, unit: str, mac: str, address: str) -> Row:
        return Row(f"cpe-{unit}", "lan0", Table.ARP, mac, address, line=f"{address} {mac}", last=clock.now())

    def read(self, _settings: Settings, _engine: Engine, names: Sequence[str]) -> Around:
        if self.silent:
            return Around(silent=dict.fromkeys(names, "no answer"))
        asked = frozenset((name, table) for name in names for table in (Table.ARP, Table.FDB, Table.SESSIONS))
        return Around(tuple(self.rows), own={"00:e0:fc:00:00:01": "cpe-001:lan0"}, asked=asked)

    def listen(
        self, _settings: Settings, frames: Mapping[str, Mapping[str, Sequence[bytes]]], _seconds: float
    ) -> Around:
        self.sent = frames
        return Around(headers=self.headers, asked=frozenset((cpe, Table.PACKETS) for cpe in frames))

    def scan(self) -> scan.Outcome:
        return scan.scan(self.settings, self.engine, "cli", lambda _line: None, 1.0)

    def events(self, tag: str) -> list[Event]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Event).where(Event.tag == tag).order_by(Event.id)))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    settings = Settings(county=tmp_path, language="en", beacon_outside="203.0.113.1")
    return World(monkeypatch, settings, open_database(settings))


def test_a_finding_is_new_then_stands_then_is_gone_and_comes_back_as_another(world: World) -> None:
    assert world.scan().found == ()
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    first = world.scan()
    assert {one.state for one in first.found} == {State.OPEN}
    numbers = [one.number for one in first.found]
    second = world.scan()
    assert [(one.number, one.state) for one in second.found] == [(n, State.STANDING) for n in numbers]
    del world.rows[1]
    gone = world.scan().told.gone
    assert sorted(one.number for one in gone) == sorted(numbers)
    assert all(one.gone for one in gone)
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    assert not {one.number for one in world.scan().told.new} & set(numbers)
    assert len(world.events("terminals.found")) == 2 * len(numbers)
    assert len(world.events("terminals.gone")) == len(numbers)
    assert world.events("terminals.found")[0].data["mac"] in (STRANGER, "")


def test_a_silent_device_proves_nobody_gone(world: World) -> None:
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    world.scan()
    world.silent = True
    outcome = world.scan()
    assert outcome.told.gone == ()
    assert outcome.scan.devices == 0
    assert "cpe-001" in outcome.scan.silent
    with reading(world.engine) as session:
        assert store.open_findings(session, "u001")
        assert store.open_findings(session, "u002") == ()


def test_what_was_heard_once_stands_for_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    seen = Header("cpe-001", "lan0", MACS["001"], "10.21.1.10", "10.1.0.20", 63, 6, now, on_wire=True)
    world.headers = (seen,)
    assert [one.kind.value for one in world.scan().found] == ["router"]
    world.headers = ()
    assert world.scan().told.gone == ()
    later = now + timedelta(days=1, minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    world.rows = [world.row("001", MACS["001"], "10.21.1.10")]
    assert len(world.scan().told.gone) == 1


def test_a_finding_is_read_back_whole(world: World) -> None:
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    for one in world.scan().found:
        assert finding(world.engine, one.number) == one
        assert json.loads(json.dumps(one.document()))["evidence"]
    with pytest.raises(BadInput):
        finding(world.engine, 999)


def test_findings_rank_units_and_hints_do_not(world: World) -> None:
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    world.rows.append(world.row("002", "50:c7:bf:00:00:02", "10.21.2.66"))
    began = clock.now()
    world.scan()
    said = found(world.settings, world.engine, began, clock.now() + timedelta(seconds=1))
    assert {(one.subject, one.kind) for one in said.found} == {
        ("cpe-001", FindingKind.UNKNOWN),
        ("cpe-001", FindingKind.SEVERAL),
        ("cpe-002", FindingKind.UNKNOWN),
    }
    assert said.at is not None
    early = found(world.settings, world.engine, began - timedelta(days=2), began - timedelta(days=1))
    assert (early.at, early.found) == (None, ())


def test_every_computer_of_a_lan_is_probed_and_its_answer_believed_once(world: World) -> None:
    outside = Beacon("outside", b"k" * 32, gather.folder(world.settings) / "a.beacon", "203.0.113.1")
    outside.file.parent.mkdir(parents=True)
    world.scan()
    frames = world.sent["cpe-001"]["lan0"]
    assert {frame[:6].hex(":") for frame in frames} == {MACS["001"]}
    assert {frame[26:30] for frame in frames} == {bytes((203, 0, 113, 1))}
    asked = next(frame[14:] for frame in frames if frame[23] == 1)

    def answered(*_args: object) -> Around:
        for frame in world.sent["cpe-001"]["lan0"]:
            packet = frame[14:]
            back = packet[:12] + bytes((198, 51, 100, 7)) + packet[12:16]
            outside.echo(back + b"\0" + packet[21:])
        return Around(asked=frozenset({("cpe-001", Table.PACKETS)}))

    before = world.listen
    world.listen = lambda *args: (before(*args), answered())[1]  # type: ignore[method-assign]
    one = next(one for one in world.scan().found if one.kind.value == "dual-homed")
    assert (one.terminal, one.values["origin"]) == ("pc-001", "198.51.100.7")
    world.listen = before  # type: ignore[method-assign]
    assert [o.kind.value for o in world.scan().told.gone] == ["dual-homed"], "probed again, and no answer came"
    outside.echo(asked[:12] + bytes((198, 51, 100, 7)) + bytes((10, 9, 9, 9)) + b"\0" + asked[21:])
    assert not journal.read(outside.file.parent, b"x" * 32, 0).lines
    assert journal.read(outside.file.parent, b"x" * 32, 0).refused == 4 // 2


def test_a_picture_leads_outside_and_back_into_the_journal(world: World) -> None:
    folder = gather.folder(world.settings)
    folder.mkdir(parents=True)
    inside = Beacon("inside", b"k" * 32, folder / "in.beacon", outside="203.0.113.1:8719")
    outside = Beacon("outside", b"k" * 32, folder / "out.beacon")
    led = inside.picture(b"GET /p.gif HTTP/1.1\r\nHost: x\r\n\r\n", "10.21.1.10").decode()
    path = led.split("Location: http://203.0.113.1:8719")[1].split("\r\n")[0]
    assert outside.picture(f"GET {path} HTTP/1.1\r\n\r\n".encode(), "198.51.100.7").startswith(b"HTTP/1.1 204")
    forged = path[:-1] + ("1" if path[-1] == "0" else "0")
    for bad in (forged, "/t/zz", "/", "/etc/passwd"):
        assert outside.picture(f"GET {bad} HTTP/1.1\r\n\r\n".encode(), "198.51.100.8").startswith(b"HTTP/1.1 404"), bad
    assert [one.values["origin"] for one in world.scan().found] == ["198.51.100.7"]


def test_a_flood_of_answers_fills_no_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    beacon = Beacon("outside", b"k" * 32, world.settings.county / "a.beacon")
    monkeypatch.setattr("audit.terminals.beacon.serve.MOST", 20)
    monkeypatch.setattr("audit.terminals.beacon.serve.time.time", lambda: 6_000_000.0)
    packet = probe.echo(b"k" * 32, probe.OUTWARD, "203.0.113.1", "10.21.1.10", "10.21.1.10", 6_000_000)
    for _turn in range(50):
        beacon.echo(packet[:20] + b"\0" + packet[21:])
    assert len(beacon.file.read_text().splitlines()) == 20


def test_only_the_center_allows_and_everything_wrong_is_said_at_once(world: World) -> None:
    day = clock.today() + timedelta(days=30)
    with pytest.raises(BadInput) as error:
        allow.allow(world.engine, COUNTY, Actor("op", Role.OPERATOR), "cpe-001:lan7", 1, ["x"], "short", date.min)
    assert len(error.value.problems) == 6
    number = allow.allow(
        world.engine, COUNTY, CENTER, "cpe-001:lan0", 2, [MACS["001"], STRANGER.upper()], "a telephone with a PC", day
    )
    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    assert [one.kind.value for one in world.scan().found] == ["unknown"]
    allow.withdraw(world.engine, CENTER, number)
    with pytest.raises(Conflict):
        allow.withdraw(world.engine, CENTER, number)
    assert {one.kind.value for one in world.scan().found} == {"unknown", "several"}
    assert [len(world.events(tag)) for tag in ("terminals.allowed", "terminals.disallowed")] == [1, 1]


def test_the_schedule_goes_on_from_the_last_scan_and_begins_with_the_first(world: World) -> None:
    from audit.terminals.jobs import KIND, tick
    from countynet.jobs import Job

    def queued() -> int:
        with reading(world.engine) as session:
            return len(session.scalars(select(Job).where(Job.kind == KIND)).all())

    later = clock.now() + timedelta(minutes=31)
    tick(world.settings, world.engine, later)
    assert queued() == 0, "nobody ever scanned"
    world.scan()
    tick(world.settings, world.engine, clock.now() + timedelta(minutes=29))
    assert queued() == 0
    tick(world.settings.model_copy(update={"terminal_scan": 0}), world.engine, later)
    assert queued() == 0
    for _again in range(2):
        tick(world.settings, world.engine, later + timedelta(minutes=1))
    assert queued() == 1
    with reading(world.engine) as session:
        assert session.get(ScanRow, 1) is not None


def test_what_is_bad_enough_raises_an_alarm_and_a_fault_of_its_unit_and_closes_the_alarm(world: World) -> None:
    from monitoring.alarms.store import Alarm
    from monitoring.faults.elsewhere import judge
    from monitoring.faults.store import Fault

    def alarms() -> list[tuple[str | None, bool]]:
        with reading(world.engine) as session:
            return [(a.unit, a.closed is None) for a in session.scalars(select(Alarm).order_by(Alarm.id))]

    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    world.scan()
    judge(world.settings, world.engine)
    assert alarms() == [], "the county asks for none"
    asked = world.settings.model_copy(update={"terminal_faults": "critical"})
    judge(asked, world.engine)
    assert alarms() == [], "nothing is critical"
    asked = world.settings.model_copy(update={"terminal_faults": "major"})
    for _again in range(2):
        judge(asked, world.engine)
    assert alarms() == [("u001", True)] * 2
    with reading(world.engine) as session:
        assert [fault.unit for fault in session.scalars(select(Fault))] == ["u001"]
    del world.rows[1]
    world.scan()
    judge(asked, world.engine)
    assert alarms() == [("u001", False)] * 2


def test_the_inside_beacon_notes_each_kind_of_system_and_the_scan_counts_them(world: World) -> None:
    inside = Beacon("inside", b"k" * 32, gather.folder(world.settings) / "in.beacon")
    inside.file.parent.mkdir(parents=True)

    def begins(options: str, ttl: int) -> bytes:
        said = bytes.fromhex(options)
        tcp = struct.pack("!HHIIBBHHH", 40000, 80, 1, 0, (20 + len(said)) // 4 << 4, 2, 64240, 0, 0) + said
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, ttl, 6, 0)
        return bytes(12) + b"\x08\x00" + head + bytes((10, 21, 1, 10, 10, 1, 0, 20)) + tcp

    for _again in range(3):
        inside.header(begins("020405b401010402", 61))
    assert len(inside.file.read_text().splitlines()) == 1
    assert world.scan().found == ()
    inside.header(begins("020405b40103030801010402", 125))
    one = world.scan().found[0]
    assert (one.kind.value, one.confidence.value, one.device) == ("router", "likely", "cpe-001")


def test_commands_print_what_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from audit.terminals.cli import app

    world.rows.append(world.row("001", STRANGER, "10.21.1.66"))
    world.scan()
    monkeypatch.setenv("COUNTYNET_COUNTY", str(world.settings.county))
    run = CliRunner().invoke
    listed = json.loads(run(app, ["list", "--json"]).stdout)
    assert {one["kind"] for one in listed} == {"unknown", "several"}
    assert json.loads(run(app, ["list", "--json", "--gone"]).stdout) == []
    assert json.loads(run(app, ["list", "--json", "--unit", "u002"]).stdout) == []
    one = json.loads(run(app, ["show", str(listed[0]["number"]), "--json"]).stdout)
    assert (one["evidence"][0]["table"], one["state"]) == ("arp", "open")
    assert STRANGER in run(app, ["show", "1"]).output
    assert json.loads(run(app, ["allowances", "--json"]).stdout) == []
