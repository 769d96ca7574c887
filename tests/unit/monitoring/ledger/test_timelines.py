"""The ledger as timelines: from when to when, to the second, whatever it took to declare."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database, reading
from countynet.settings import Settings
from monitoring.detect.topology import FIBER_HOLD
from monitoring.ledger.store import open_stretches
from tests.unit.monitoring.ledger.timeline import County

FIBER = ("cpe-001", "cpe-002")
ADSL = ("cpe-025", "cpe-026")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def county(engine: Engine) -> County:
    return County(engine).rounds(10)


def test_an_outage_begins_with_the_first_miss_and_ends_with_the_first_answer(county: County) -> None:
    county.rounds(20, "cpe-001").rounds(10)
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("down", 10, 30), ("up", 30, 40)]
    assert county.told(county.unit("u002")) == [("up", 0, 40)]
    assert county.unit("u001").sums.outages == 1


def test_a_few_misses_are_no_outage(county: County) -> None:
    county.rounds(4, "cpe-001").rounds(10)
    assert county.told(county.unit("u001")) == [("up", 0, 24)]


def test_one_answer_among_silence_ends_nothing(county: County) -> None:
    county.rounds(10, "cpe-001").rounds(1).rounds(10, "cpe-001").rounds(9)
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("down", 10, 31), ("up", 31, 40)]


def test_behind_a_dead_switch_it_is_shadowed_and_names_the_cause(county: County) -> None:
    county.rounds(20, "sw-admin", *FIBER).rounds(2, *FIBER).rounds(8)
    ledger = county.unit("u001")
    assert county.told(ledger) == [("up", 0, 10), ("shadowed", 10, 32), ("up", 32, 40)]
    assert [stretch.cause for stretch in ledger.outages] == ["sw-admin"]
    assert county.told(county.device("sw-admin")) == [("up", 0, 10), ("down", 10, 30), ("up", 30, 40)]
    assert (ledger.sums.line_availability, round(ledger.sums.availability or 0, 2)) == (100.0, 45.0)


def test_silence_after_the_shadow_is_the_lines_own_from_the_moment_the_shadow_went(county: County) -> None:
    county.rounds(20, "sw-admin", *FIBER).rounds(FIBER_HOLD + 10, "cpe-001").rounds(5)
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("shadowed", 10, 30), ("down", 30, 48), ("up", 48, 53)]
    assert county.told(county.unit("u002")) == [("up", 0, 10), ("shadowed", 10, 30), ("up", 30, 53)]


def test_a_switch_whose_management_stays_dead_ends_the_shadow_with_whoever_answers_behind_it(county: County) -> None:
    county.rounds(20, "sw-admin", *FIBER).rounds(FIBER_HOLD + 10, "sw-admin", "cpe-001")
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("shadowed", 10, 30), ("down", 30, 48)]


def test_blind_is_unknown_never_down(county: County) -> None:
    county.rounds(20, can_send=False).rounds(10)
    for unit in ("u001", "u026"):
        assert county.told(county.unit(unit)) == [("up", 0, 10), ("unknown", 10, 30), ("up", 30, 40)]
        assert county.unit(unit).sums.availability == 100


def test_what_was_down_when_we_went_blind_is_down_only_until_then(county: County) -> None:
    county.rounds(10, "cpe-001").rounds(20, can_send=False).rounds(40, "cpe-001").rounds(5)
    assert county.told(county.unit("u001")) == [
        ("up", 0, 10), ("down", 10, 20), ("unknown", 20, 40), ("down", 40, 80), ("up", 80, 85),
    ]  # fmt: skip


def test_the_operators_net_shadows_its_lines(county: County) -> None:
    county.rounds(20, *ADSL).rounds(10)
    ledger = county.unit("u025")
    assert county.told(ledger) == [("up", 0, 10), ("shadowed", 10, 30), ("up", 30, 40)]
    assert ledger.outages[0].cause == "operator"


def test_a_poller_that_died_leaves_unknown_from_its_last_heartbeat(county: County) -> None:
    county.rounds(10, "cpe-001").away(600).starts().rounds(20, "cpe-001").rounds(5)
    assert county.told(county.unit("u001")) == [
        ("up", 0, 10), ("down", 10, 19), ("unknown", 19, 620), ("down", 620, 640), ("up", 640, 645),
    ]  # fmt: skip
    assert county.told(county.unit("u002")) == [("up", 0, 19), ("unknown", 19, 620), ("up", 620, 645)]


def test_what_healed_while_the_poller_was_dead_is_up_from_the_first_answer(county: County) -> None:
    county.rounds(10, "cpe-001").away(600).starts().rounds(10)
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("down", 10, 19), ("unknown", 19, 620), ("up", 620, 630)]


def test_what_was_remembered_is_not_taken_for_seen(county: County) -> None:
    """A device that was up before, and is silent since we are back, was never seen up again."""
    county.away(600).starts().rounds(3, "cpe-001")
    assert county.told(county.unit("u001")) == [("up", 0, 9), ("unknown", 9, 613)]
    county.rounds(10, "cpe-001")
    assert county.told(county.unit("u001"))[2:] == [("down", 610, 623)]


def test_a_quick_restart_is_no_gap(county: County) -> None:
    county.away(3).starts().rounds(10)
    assert county.told(county.unit("u001")) == [("up", 0, 23)]


def test_a_machine_that_slept_was_blind(county: County) -> None:
    county.away(300).rounds(10)
    assert county.told(county.unit("u001")) == [("up", 0, 9), ("unknown", 9, 310), ("up", 310, 320)]


def test_without_a_poller_the_present_is_unknown(county: County) -> None:
    county.away(3600)
    assert county.told(county.unit("u001")) == [("up", 0, 9), ("unknown", 9, 3610)]


def test_every_device_has_one_open_stretch(county: County, engine: Engine) -> None:
    county.rounds(10, "cpe-001").away(60).starts().rounds(10, "sw-admin", *FIBER).rounds(30)
    with reading(engine) as session:
        opened = sorted(row.device for row in open_stretches(session))
    assert opened == sorted(county.plan.topology.watched)
