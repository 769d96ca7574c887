"""What the poller writes: states, alarms and faults of a decision together, remembered over a restart."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database, reading
from countynet.errors import BadInput
from countynet.events import verify
from countynet.i18n import set_language, translate
from countynet.settings import Settings
from countynet.vocabulary import LineState, Severity
from inventory.model import County
from monitoring import read
from monitoring.alarms.troubles import key_of, nodes_by_key, trouble
from monitoring.detect.decide import BLIND, Picture, Rules, Seen, decide
from monitoring.detect.topology import topology
from monitoring.poller import write
from monitoring.poller.plan import Plan
from monitoring.poller.poll import Poll
from monitoring.poller.samples import Neighbour
from monitoring.snmp import questions as q
from monitoring.snmp.seam import Answer, Target
from tests.unit.topology.small_county import small_county

COUNTY = small_county()
PLAN = Plan(COUNTY, topology(COUNTY), "commit")
GOOD = write.Quality(1.5, 0.0)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


def take(engine: Engine, picture: Picture, *silent: str, plan: Plan = PLAN) -> Picture:
    """Write the decision of a round in which these are long silent."""
    seen = {name: Seen(9, 0) if name in silent else Seen(0, 9) for name in plan.topology.watched}
    made = decide(picture, seen, plan.topology, Rules())
    write.decision(engine, plan, made, dict.fromkeys(plan.topology.watched, GOOD))
    return made.picture


def test_states_alarm_and_fault_of_a_cut_line(engine: Engine) -> None:
    take(engine, take(engine, Picture()), "cpe-001")
    with reading(engine) as session:
        board = read.board(session)
        devices = read.devices(session)
        assert verify(session) == ()
    assert {unit: line.state for unit, line in board.lines.items()} == {
        "u001": LineState.DOWN,
        "u002": LineState.UP,
        "u025": LineState.UP,
        "u026": LineState.UP,
    }
    assert (board.lines["u002"].rtt_ms, board.lines["u002"].loss) == (1.5, 0.0)
    assert devices["cpe-001"].state is LineState.DOWN
    assert [alarm.key for alarm in board.alarms] == ["line:line-001"]
    assert [(fault.unit, fault.alarm_id) for fault in board.faults] == [("u001", board.alarms[0].id)]


def test_since_is_when_the_state_changed(engine: Engine) -> None:
    picture = take(engine, Picture())
    with reading(engine) as session:
        first = {unit: line.since for unit, line in read.lines(session).items()}
    picture = take(engine, picture)
    with reading(engine) as session:
        assert read.lines(session)["u001"].since == first["u001"]
    take(engine, picture, "cpe-001")
    with reading(engine) as session:
        assert read.lines(session)["u001"].since > first["u001"]
        assert read.lines(session)["u002"].since == first["u002"]


def test_a_switch_is_one_alarm_and_no_fault(engine: Engine) -> None:
    take(engine, take(engine, Picture()), "sw-admin", "cpe-001", "cpe-002")
    with reading(engine) as session:
        board = read.board(session)
    assert [alarm.key for alarm in board.alarms] == ["device:sw-admin"]
    assert board.faults == []
    assert (board.lines["u001"].state, board.lines["u001"].cause) == (LineState.SHADOWED, "sw-admin")


def test_a_restart_remembers(engine: Engine) -> None:
    picture = take(engine, take(engine, Picture()), "cpe-001")
    again = write.remembered(engine, PLAN)
    assert again.open == picture.open == {"cpe-001"}
    assert {name: node.state for name, node in again.nodes.items()} == {
        name: node.state for name, node in picture.nodes.items() if name in PLAN.topology.watched
    }
    take(engine, again)
    with reading(engine) as session:
        assert read.open_alarms(session) == []


def test_a_new_plan_forgets_what_is_gone(engine: Engine) -> None:
    take(engine, take(engine, Picture()), "cpe-001")
    write.neighbours(
        engine, [Neighbour("cpe-001", "wan0", "sw-admin", "p01"), Neighbour("fw-1", "core0", "core-1", "x")]
    )
    smaller = _without("cpe-001", "u001")
    write.adopt(engine, smaller)
    with reading(engine) as session:
        assert read.open_alarms(session) == []
        assert "u001" not in read.lines(session)
        assert "cpe-001" not in read.devices(session)
        assert [n.device for n in read.neighbours(session)] == ["fw-1"]


def _without(device: str, unit: str) -> Plan:
    parts = {
        "devices": tuple(d for d in COUNTY.devices if d.name != device),
        "units": tuple(u for u in COUNTY.units if u.id != unit),
        "circuits": tuple(c for c in COUNTY.circuits if c.unit != unit),
        "cables": tuple(c for c in COUNTY.cables if device not in (c.a.node, c.b.node)),
    }
    county = County.model_validate({**{name: getattr(COUNTY, name) for name in County.model_fields}, **parts})
    return Plan(county, topology(county), "later")


def test_a_poll_leaves_what_it_learned_and_why_it_failed(engine: Engine) -> None:
    good = Answer(Target("fw-1", "10.255.1.3"), {q.IF_NAME: {b"\1": b"lo"}}, {q.SYS_UPTIME: 12300})
    bad = Answer(Target("fw-2", "10.255.1.4"), error="no answer")
    write.polled(engine, PLAN, Poll({"fw-1": good, "fw-2": bad}, (), 0, 0.5, 0.1))
    with reading(engine) as session:
        devices = read.devices(session)
        assert (devices["fw-1"].uptime, devices["fw-1"].snmp_error) == (123.0, "")
        assert devices["fw-1"].polled is not None
        assert (devices["fw-2"].polled, devices["fw-2"].snmp_error) == (None, "no answer")
        (health,) = read.poll_health(session)
        assert (health.devices, health.answered, health.values) == (2, 1, 2)


def test_neighbours_seen_twice_are_one_row(engine: Engine) -> None:
    for _time in range(2):
        write.neighbours(engine, [Neighbour("fw-1", "core0", "core-1", "x-fw1")] * 2)
    with reading(engine) as session:
        assert len(read.neighbours(session)) == 1


@pytest.mark.parametrize("node", [*PLAN.topology.watched, "operator", BLIND])
def test_every_node_has_words_in_both_languages(node: str) -> None:
    said = trouble(node, PLAN.topology, COUNTY)
    assert nodes_by_key(PLAN.topology)[said.key] == node
    assert said.key == key_of(node, PLAN.topology)
    texts = set()
    for language in ("en", "zh_CN"):
        set_language(language)
        texts.add(translate(said.message, **said.values))
    assert len(texts) == 2
    set_language("en")


def test_a_lines_alarm_names_circuit_and_unit() -> None:
    said = trouble("cpe-001", PLAN.topology, COUNTY)
    set_language("zh_CN")
    assert translate(said.message, **said.values) == "单位1的线路 line-001 中断"
    set_language("en")
    assert translate(said.message, **said.values) == "Line line-001 of Unit 1 (单位1) is down"
    assert said.severity is Severity.MAJOR


def test_a_poll_of_a_selection_asks_these_alone_and_is_not_the_countys_health(engine: Engine) -> None:
    some = PLAN.of(["role=cpe", "access=fiber"])
    assert [target.device for target in some.targets] == ["cpe-001", "cpe-002"]
    poll = Poll({"cpe-001": Answer(some.targets[0], error="silent")}, (), 0, 0.1, 0.1)
    write.polled(engine, some, poll)
    with reading(engine) as session:
        assert read.poll_health(session) == []
        assert read.devices(session)["cpe-001"].snmp_error == "silent"
    write.polled(engine, PLAN, poll)
    with reading(engine) as session:
        assert [row.devices for row in read.poll_health(session)] == [1]


def test_without_a_selection_every_device_is_polled() -> None:
    assert PLAN.of(None) == PLAN.of([]) == PLAN
    assert {target.device for target in PLAN.targets} == set(COUNTY.device_by_name)


def test_a_wrong_selection_is_refused_before_anybody_is_asked() -> None:
    with pytest.raises(BadInput):
        PLAN.of(["role=cp"])
