"""Whatever happens to devices and pollers, the ledger holds each moment once, and no more than was seen."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet.db import open_database, reading
from countynet.settings import Settings
from countynet.vocabulary import LedgerState
from inventory.model import County as Model
from monitoring.columns import milliseconds
from monitoring.detect.topology import topology
from monitoring.ledger.store import OutageStretch
from monitoring.poller import write
from monitoring.poller.plan import Plan
from tests.unit.monitoring.ledger.timeline import ALL, BEGIN, PLAN, SECOND, County


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


NOBODY = frozenset(("nobody asked",))


def life(county: County, seed: int) -> list[tuple[float, float, frozenset[str]]]:
    """Let things happen, and return when nobody asked, or who was silent."""
    chance, told = random.Random(seed), []
    names = sorted(ALL)
    county.rounds(3)
    for _phase in range(7):
        began, what = (county.now - BEGIN).total_seconds(), chance.random()
        if what < 0.2:
            county.away(chance.choice((2, 40, 4000))).starts()
            silent = NOBODY
        elif what < 0.3:
            county.rounds(chance.randint(1, 12), can_send=False)
            silent = ALL
        else:
            silent = frozenset(chance.sample(names, chance.choice((0, 1, 1, 2, 5))))
            county.rounds(chance.randint(1, 14), *silent)
        told.append((began, (county.now - BEGIN).total_seconds(), silent))
    return told


@pytest.mark.parametrize("seed", range(5))
def test_each_moment_is_held_once_and_never_up_while_silent_or_down_while_answering(engine: Engine, seed: int) -> None:
    county = County(engine)
    told = life(county, seed)
    with reading(engine) as session:
        rows = session.scalars(select(OutageStretch).order_by(OutageStretch.device, OutageStretch.start)).all()
    for name in ALL:
        mine = [row for row in rows if row.device == name]
        assert all(a.end == b.start for a, b in pairwise(mine))
        assert all(row.end is None or row.end > row.start for row in mine)
        assert mine[0].start == BEGIN
        assert [row.end for row in mine].count(None) == 1
        assert LedgerState.PLANNED not in {row.state for row in mine}
        ledger = county.device(name)
        assert ledger.sums.whole == milliseconds(ledger.end) - milliseconds(ledger.start)
    for began, ended, silent in told:
        if ended - began < 6:  # so short that it is no outage, or no answer that counts
            continue
        _holds(county, (began + ended) / 2, silent)


def _holds(county: County, middle: float, silent: frozenset[str]) -> None:
    at = milliseconds(BEGIN) + int(middle * 1000)
    for name in ALL:
        (state,) = [s.state for s in county.device(name).stretches if s.start <= at < s.end]
        if silent == NOBODY:
            assert state is LedgerState.UNKNOWN, (name, middle)
        elif name not in silent:
            assert state is LedgerState.UP, (name, middle)
        else:
            assert state is not LedgerState.UP, (name, middle)


def test_a_device_that_leaves_the_county_ends(engine: Engine) -> None:
    county = County(engine).rounds(10)
    county.plan = without("cpe-001", "u001")
    write.adopt(engine, county.plan)
    county.starts().rounds(10)
    with reading(engine) as session:
        (row,) = session.scalars(select(OutageStretch).where(OutageStretch.device == "cpe-001"))
    assert row.end == BEGIN + 10 * SECOND
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("unknown", 10, 20)]


def without(device: str, unit: str) -> Plan:
    model = PLAN.county
    parts = {
        "devices": tuple(d for d in model.devices if d.name != device),
        "units": tuple(u for u in model.units if u.id != unit),
        "circuits": tuple(c for c in model.circuits if c.unit != unit),
        "cables": tuple(c for c in model.cables if device not in (c.a.node, c.b.node)),
    }
    county = Model.model_validate({**{name: getattr(model, name) for name in Model.model_fields}, **parts})
    return Plan(county, topology(county), "later")


def test_a_units_new_router_goes_on_in_its_ledger(engine: Engine) -> None:
    """The unit's month is of whatever ended its line: the rows carry the unit that it was then."""
    county = County(engine).rounds(10, "cpe-001")
    with reading(engine) as session:
        units = {row.device: row.unit for row in session.scalars(select(OutageStretch))}
    assert (units["cpe-001"], units["cpe-026"], units["core-1"]) == ("u001", "u026", "")
    assert county.unit("u001").stretches == county.device("cpe-001").stretches
