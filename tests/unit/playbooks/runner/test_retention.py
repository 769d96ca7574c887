"""Old runs lose their lines and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from countynet import clock
from countynet.db import reading, transaction
from countynet.events import Event, record
from countynet.settings import Settings
from playbooks.runner import retention
from playbooks.runner.store import RunLineRow, RunRow
from playbooks.tags import RunTag
from tests.unit.playbooks.runner.samples import playbook


@pytest.fixture
def ran(engine: Engine) -> list[int]:
    """Eight runs with two lines each, the last one young and one without an end."""
    now, told = clock.now(), playbook()
    with transaction(engine) as session:
        ages = [500, 401, 450, 420, 430, 440, 399, None]
        rows = [
            RunRow(
                playbook=told.id, description=told.model_dump(mode="json"), given={}, targets=[], looks=False,
                actor="amy", role="operator", spoken="en", state="done", asked=now - timedelta(days=600),
                ended=now - timedelta(days=age) if age else None,
            )
            for age in ages
        ]  # fmt: skip
        session.add_all(rows)
        session.flush()
        session.add_all([RunLineRow(run=row.id, at=now, task=text) for row in rows for text in ("one", "two")])
        record(session, RunTag.DONE, "amy", "run:1", {})
        return [row.id for row in rows]


def left(engine: Engine) -> set[int]:
    with reading(engine) as session:
        return set(session.scalars(select(RunLineRow.run)))


def test_lines_go_after_their_days_and_the_runs_stay(settings: Settings, engine: Engine, ran: list[int]) -> None:
    folder = settings.state / "runs"
    folder.mkdir()
    for number in ran:
        (folder / f"{number}.log").touch()
    now = clock.now()
    for _tick in range(4):
        retention.tick(settings, engine, now)
    assert left(engine) == set(ran[-2:])
    assert {int(file.stem) for file in folder.iterdir()} == set(ran[-2:])
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(RunRow)) == len(ran)
        dropped = list(session.scalars(select(Event).where(Event.tag == RunTag.LINES_DROPPED)))
    assert [event.data["lines"] for event in dropped] == [10, 2]
    retention.tick(settings, engine, now + timedelta(days=2))
    assert left(engine) == set(ran[-1:])


def test_nothing_goes_when_it_is_kept_for_ever(settings: Settings, engine: Engine, ran: list[int]) -> None:
    assert not retention.drop(settings.model_copy(update={"run_days": 0}), engine, clock.now())
    assert left(engine) == set(ran)
