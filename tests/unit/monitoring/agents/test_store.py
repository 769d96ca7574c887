"""What is kept of agents outlives a restart, and each change is told once."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet.db import open_database, reading
from countynet.events import Event
from countynet.i18n import set_language
from countynet.settings import Settings
from monitoring.agents import store
from monitoring.agents.care import LOADED, Care
from monitoring.agents.store import AgentState
from monitoring.snmp import trouble


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


def told(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        return [(event.tag, event.subject) for event in session.scalars(select(Event).order_by(Event.id))]


def test_what_was_kept_is_remembered(engine: Engine) -> None:
    state = AgentState("sw-1", Care(2, LOADED, 97, 0.002), "pysnmp", trouble.REFUSED, {"asked": {"a": [26, 40]}})
    store.keep(engine, [state])
    assert store.remembered(engine) == {"sw-1": state}
    store.forget(engine, ["sw-2"])
    assert store.remembered(engine) == {}


def test_each_change_is_an_event_once(engine: Engine) -> None:
    usual = AgentState("sw-1")
    store.keep(engine, [usual])
    assert told(engine) == []
    taken = AgentState("sw-1", Care(1, LOADED, 88), "pysnmp", trouble.REFUSED)
    for state in (taken, taken, AgentState("sw-1", Care(3, LOADED, 99), "pysnmp", trouble.REFUSED)):
        store.keep(engine, [state])
    subject = "device:sw-1"
    assert told(engine) == [("agent.taken-over", subject), ("agent.spared", subject)]
    store.keep(engine, [usual])
    assert told(engine)[2:] == [("agent.given-back", subject), ("agent.recovered", subject)]


def test_who_is_not_asked_as_any_other_is_named_with_why(engine: Engine) -> None:
    store.keep(
        engine,
        [AgentState("a", Care(1, LOADED, 88)), AgentState("b"), AgentState("c", Care(), "pysnmp", trouble.REFUSED)],
    )
    set_language("en")
    with reading(engine) as session:
        assert {row.device: row.said() for row in store.peculiar(session)} == {
            "a": "its processor is at 88 %",
            "c": "pysnmp: the agent reports an error in the question",
        }
