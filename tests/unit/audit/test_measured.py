"""Checks on measurements, single points and the log's guards: right passes, each broken thing is named."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import inventory
from audit.checks import BY_ID, run
from audit.checks.single import cut_off
from audit.facts import DeviceFacts, Facts
from audit.log.state import Sent
from audit.model import Result
from countynet.measured import LogDays, Offset, Peak, Standing
from countynet.vocabulary import DeviceRole, Severity, Verdict
from inventory import load_county
from tests.unit.audit.facts_of import AT, COUNTY, DAY, LOG, MEASURED, NAMES
from tests.unit.audit.test_toolkit import RIGHT

HOUR = timedelta(hours=1)
CHECKS = ("capacity-peaks", "clock-offset", "intrusions-answered")
BROKEN = {
    "capacity-peaks": replace(MEASURED, peaks=(*MEASURED.peaks, Peak("agg-1", "in", "p1", 92.4, AT - DAY))),
    "clock-offset": replace(MEASURED, offsets=(*MEASURED.offsets, Offset("time-1", 4.0, AT, "probe"))),
    "intrusions-answered": replace(
        MEASURED, intrusions=(Standing(9, "pc-002", "ET TROJAN", Severity.MAJOR, AT - 8 * DAY, AT),)
    ),
}
WHO = {"capacity-peaks": "agg-1", "clock-offset": "time-1", "intrusions-answered": "pc-002"}


def right(**changes: object) -> Facts:
    """Return facts without the proof, which nothing here asks for."""
    held = {name: DeviceFacts(COUNTY.device_by_name[name]) for name in NAMES}
    values: dict[str, object] = {"county": COUNTY, "devices": held, "measured": MEASURED, "log": LOG}
    return Facts(**({"at": AT, "chain_breaks": ()} | values | changes))  # type: ignore[arg-type]


def result(check: str, **changes: object) -> Result:
    return run(BY_ID[check], right(**changes))


@pytest.mark.parametrize("check", CHECKS)
def test_each_passes_what_is_right_and_names_what_is_broken(check: str) -> None:
    assert result(check).verdict is Verdict.PASS
    assert [p.subject for p in result(check, measured=BROKEN[check]).of(Verdict.FAIL)] == [WHO[check]]
    assert result(check, measured=None).verdict is Verdict.UNKNOWN
    assert result(check, measured=replace(MEASURED, said={check: "disk full"})).verdict is Verdict.UNKNOWN


def test_what_was_not_measured_is_unknown_and_a_logged_clock_is_let_off_by_a_minute() -> None:
    assert result("capacity-peaks", measured=replace(MEASURED, hours=23)).verdict is Verdict.UNKNOWN
    few = result("capacity-peaks", measured=replace(MEASURED, peaks=MEASURED.peaks[1:]))
    assert [p.subject for p in few.of(Verdict.UNKNOWN)] == [MEASURED.peaks[0].device]
    some = replace(MEASURED, offsets=(Offset("core-1", -59.0, AT, "log"), *MEASURED.offsets[2:]))
    assert result("clock-offset", measured=some).verdict is Verdict.UNKNOWN
    late = replace(MEASURED, offsets=(*MEASURED.offsets[1:], Offset("core-1", -61.0, AT, "log")))
    assert [p.subject for p in result("clock-offset", measured=late).of(Verdict.FAIL)] == ["core-1"]


def test_logs_are_as_old_as_the_law_asks_and_have_no_hole() -> None:
    def kept(logs: LogDays | None, first: timedelta = 400 * DAY) -> Verdict:
        held = replace(RIGHT, first_event=AT - first)
        return result("logs-kept", toolkit=held, measured=replace(MEASURED, logs=logs)).grade

    assert kept(LogDays((AT - 200 * DAY).date())) is Verdict.PASS
    assert kept(LogDays((AT - 20 * DAY).date())) is Verdict.PARTIAL
    assert kept(LogDays((AT - 20 * DAY).date()), 20 * DAY) is Verdict.PASS, "countynet is no older itself"
    assert kept(LogDays((AT - 200 * DAY).date(), ((AT - 3 * DAY).date(),))) is Verdict.PARTIAL
    assert kept(None) is Verdict.UNKNOWN


def test_a_device_or_cable_on_which_more_than_twenty_units_hang_is_named() -> None:
    assert result("single-points").verdict is Verdict.PASS
    example = load_county(Path(inventory.__file__).parent / "example")
    found = run(BY_ID["single-points"], right(county=example)).of(Verdict.FAIL)
    cut = cut_off(example)
    assert {p.subject for p in found} == {name for name, units in cut.items() if len(units) > 20} - {"operator"}
    router = example.cpe_by_unit["u001"].name
    assert router not in cut, "a unit's own router cuts off nobody else"
    assert not any(name.startswith("core-") for name in cut if " - " not in name), "the cores stand in for each other"


def test_a_building_switch_cuts_off_the_units_that_are_cabled_to_it_and_no_others() -> None:
    cut, routers = cut_off(COUNTY), {cpe.name: unit for unit, cpe in COUNTY.cpe_by_unit.items()}
    joined = [(c.a.node, c.b.node) for c in COUNTY.cables] + [(c.b.node, c.a.node) for c in COUNTY.cables]
    (switch,) = COUNTY.devices_in(DeviceRole.BUILDING)
    assert cut[switch.name] == {routers[router] for router, node in joined if node == switch.name and router in routers}


def test_the_event_log_is_partly_guarded_when_a_checkpoint_a_copy_or_a_stamp_is_late() -> None:
    assert result("event-chain").grade is Verdict.PASS
    late = {
        "checkpoints": [replace(LOG, pauses=((AT - 9 * HOUR, AT - 5 * HOUR),)), replace(LOG, newest=AT - 3 * HOUR),
                        replace(LOG, newest=None), replace(LOG, damaged=2)],
        "outside: folder": [replace(LOG, sent=(Sent("folder", AT - 3 * HOUR, "no route"),))],
        "stamps": [replace(LOG, stamp_waits=AT - 4 * HOUR, stamp_said="refused")],
    }  # fmt: skip
    for subject, states in late.items():
        for state in states:
            found = result("event-chain", log=state)
            assert found.grade is Verdict.PARTIAL
            assert [p.subject for p in found.of(Verdict.FAIL)] == [subject]
    fresh = replace(LOG, newest=None, began=AT - HOUR, checkpoints=0, sent=(), stamps=False)
    assert result("event-chain", log=fresh).grade is Verdict.PASS
    assert result("event-chain", log=None).verdict is Verdict.UNKNOWN
    assert result("event-chain", log=replace(LOG, pauses=((AT - 9 * HOUR, AT - 5 * HOUR),) * 9)).points[-1]
