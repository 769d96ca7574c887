"""What is probed and why not, what a county may add, and what loss and jitter mean."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput
from countynet.settings import Settings
from countynet.vocabulary import DeviceState
from inventory import load_county
from monitoring.probes.ask import _clock
from monitoring.probes.equipment import equipment
from monitoring.probes.model import Found, Probe, Target
from monitoring.probes.pings import ROUNDS, Trips
from monitoring.probes.plan import OWN, read, usable
from monitoring.probes.show import ProbeReadings, document
from monitoring.probes.store import all_, forget, keep

COUNTY = load_county(Path(__file__).parents[4] / "inventory" / "example")


def test_the_services_of_our_hosts_are_probed_as_far_as_the_policy_lets_us() -> None:
    planned = read(COUNTY, b"")
    by_name = {target.probe.name: target for target in planned.targets}
    assert by_name["srv-infra-dns"].probe.answer == ("10.1.0.10",)
    assert (by_name["srv-portal-https"].probe.where, by_name["srv-portal-https"].address) == (443, "10.1.0.20")
    assert by_name["pub-1-ping"].probe.kind == "ping"
    kept = {f"{kit.id} ping" for kit in COUNTY.security_equipment}
    assert set(planned.left_out) == {"srv-infra ntp", "srv-infra syslog"} | kept
    assert not [name for name in by_name if name.startswith(("internet", "city", "station"))]


def test_security_equipment_is_pinged_where_it_has_an_address_and_is_in_use() -> None:
    first, second, *rest = COUNTY.security_equipment
    at = IPv4Address("10.255.9.1")
    spare = first.life.model_copy(update={"state": DeviceState.SPARE})
    kits = (first.model_copy(update={"management": at}), second.model_copy(update={"management": at, "life": spare}))
    county = COUNTY.model_copy(update={"security_equipment": (*kits, *rest)})
    planned = read(county, b"")
    (pinged,) = [target for target in planned.targets if target.probe.host == first.id]
    assert (pinged.probe.kind, pinged.address) == ("ping", "10.255.9.1")
    told = {kit.id: kit.document() for kit in equipment(county)}
    assert [told[kit.id]["watched"] for kit in (first, second, *rest)] == ["ping", "no", *("no" for _kit in rest)]
    assert {told[kit.id]["why"] for kit in rest} == {"the inventory has no management address of it"}
    assert planned.left_out[f"{second.id} ping"] == "it is not in use"


def test_a_county_changes_a_probe_switches_one_off_and_adds_its_own() -> None:
    own = b"""
probes:
  - {name: srv-portal-https, verify: true, text: welcome}
  - {name: pub-1-ssh, off: true}
  - {name: mail, kind: tcp, host: mail, address: 10.9.9.9, port: 25, every: 60}
"""
    by_name = {target.probe.name: target for target in read(COUNTY, own).targets}
    portal = by_name["srv-portal-https"]
    assert (portal.probe.verify, portal.probe.tls, portal.probe.text, portal.source) == (True, True, "welcome", OWN)
    assert "pub-1-ssh" not in by_name
    assert by_name["mail"].address == "10.9.9.9"


def test_every_mistake_is_told_at_once_and_the_derived_ones_still_run(tmp_path: Path) -> None:
    file = tmp_path / "monitoring" / "probes.yml"
    file.parent.mkdir()
    file.write_text("""
probes:
  - {name: a, kind: gopher, host: srv-portal}
  - {name: b, kind: tcp, host: srv-portal}
  - {name: c, kind: dns, host: nobody, every: 5, timeout: 9}
  - {name: d, kind: http, host: srv-portal, path: "no slash", colour: red}
  - {name: e, kind: dns, host: srv-infra, query: x, answer: [here]}
  - {name: e, kind: ping, host: srv-infra}
""")
    with pytest.raises(BadInput) as error:
        read(COUNTY, file.read_bytes())
    assert {problem.line for problem in error.value.problems} == {3, 4, 5, 6, 7, 8}
    assert len([problem for problem in error.value.problems if problem.line == 5]) == 3
    planned, wrong = usable(COUNTY, tmp_path)
    assert len(planned.targets) > 5
    assert "probes.yml:3" in wrong


def test_loss_and_jitter_of_pings() -> None:
    trips = Trips()
    assert trips.found() is None
    for trip in (10.0, 14.0, None, 10.0):
        trips.add(trip)
    found = trips.found()
    assert found is not None
    assert (found.ok, found.loss, found.jitter, found.milliseconds) == (True, 0.25, 4.0, 11.33)
    for _round in range(ROUNDS):
        trips.add(None)
    silent = trips.found()
    assert silent is not None
    assert (silent.ok, silent.loss) == (False, 1.0)


def test_a_steady_slow_line_has_no_jitter() -> None:
    trips = Trips()
    for _round in range(10):
        trips.add(300.0)
    found = trips.found()
    assert found is not None
    assert found.jitter == 0.0


def ntp(first: int, stratum: int, came: float, left: float, asked: tuple[int, int] = (7, 8)) -> bytes:
    words = [int(came) + 2_208_988_800, int(came % 1 * 2**32), int(left) + 2_208_988_800, int(left % 1 * 2**32)]
    return struct.pack(">BBbb11I", first, stratum, 6, -20, 0, 0, 0, 0, 0, *asked, *words)


def test_a_time_servers_clock_is_judged_by_both_ways() -> None:
    ahead = _clock(ntp(0x24, 2, 1005.0, 1005.0), (7, 8), 1000.0, 1000.2)
    assert (ahead.ok, ahead.offset, ahead.stratum, ahead.milliseconds) == (True, 4900.0, 2, 200.0)
    assert not _clock(ntp(0xE4, 2, 1000.0, 1000.0), (7, 8), 1000.0, 1000.0).ok
    assert not _clock(ntp(0x24, 0, 1000.0, 1000.0), (7, 8), 1000.0, 1000.0).ok
    for wrong in (b"short", ntp(0x23, 2, 1.0, 1.0), ntp(0x24, 2, 1.0, 1.0, (9, 9))):
        with pytest.raises(ValueError, match="bytes|question"):
            _clock(wrong, (7, 8), 1000.0, 1000.0)


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_LANG", "en")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(Settings(county=tmp_path, language="en"))
    yield engine
    engine.dispose()


def test_what_was_found_last_is_kept_told_and_read_by_the_rules(database: Engine) -> None:
    probe = Probe(name="portal", kind="http", host="srv-portal")
    target, now = Target(probe, "10.1.0.20", OWN), datetime(2026, 11, 26, tzinfo=UTC)
    for minute, ok in enumerate((True, True, False)):
        with transaction(database) as session:
            found = Found(ok, "status {status}", {"status": 200 if ok else 503}, 12.0, days=30.0)
            keep(session, {"portal": (target, found)}, now + timedelta(minutes=minute))
    with reading(database) as session:
        (row,) = all_(session)
        told = document(target, row)
        readings = {
            r.key.metric: r.value for r in ProbeReadings(session).readings((now + timedelta(minutes=3)).timestamp())
        }
        stale = list(ProbeReadings(session).readings(clock.now().timestamp() + 10**9))
    assert (told["ok"], told["text"], row.since) == (False, "status 503", now + timedelta(minutes=2))
    assert readings == {"probe.ok": 0.0, "probe.days": 30.0}
    assert stale == []
    assert document(target, None)["ok"] is None
    with transaction(database) as session:
        forget(session, ["another"])
    with reading(database) as session:
        assert all_(session) == []
