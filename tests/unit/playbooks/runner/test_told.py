"""Whom a county has told how runs end, or that they never began."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import reading
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.tellings import Telling
from playbooks.runner import book, dispatch
from playbooks.runner.catalogue import OWN
from playbooks.runner.programs.work import Ended
from playbooks.runner.states import AGREED
from tests.unit.playbooks.runner.test_book import CENTER, OPERATOR, OTHER, Asked, Fake, aged, ask, carried, fake
from tests.unit.playbooks.runner.test_catalogue import NOTICES
from tests.unit.playbooks.runner.test_frozen import freeze

__all__ = ["ask", "fake"]  # the fixtures
TOLD = "told:\n- {to: [duty]}\n- {to: [chief], when: ended, playbooks: [greet]}\n"


@pytest.fixture(autouse=True)
def _rules(settings: Settings) -> None:
    file: Path = settings.county / OWN
    file.write_text(file.read_text(encoding="utf-8") + TOLD, encoding="utf-8")
    (settings.county / "monitoring").mkdir()
    (settings.county / "monitoring" / "notices.yml").write_text(NOTICES, encoding="utf-8")


def told(engine: Engine, run: int) -> dict[str, str]:
    """Return by recipient what is said of a run."""
    with reading(engine) as session:
        rows = session.scalars(select(Telling).where(Telling.subject == f"run:{run}")).all()
        return {row.recipient: row.text for row in rows}


def _change(settings: Settings, engine: Engine, ask: Asked) -> int:
    look = carried(settings, engine, ask({"devices": "cpe-001"}))
    assert told(engine, look.number) == {}, "a look changes nothing"
    return book.carry_out(engine, look.number, OPERATOR).number


def test_the_end_is_told_to_whom_the_county_wants_told(settings: Settings, engine: Engine, ask: Asked) -> None:
    number = _change(settings, engine, ask)
    carried(settings, engine, book.approve(engine, number, CENTER))
    assert told(engine, number) == {"chief": f"playbook Greet, run {number}: done"}


def test_what_fails_is_told_to_more_in_the_language_of_whoever_reads(
    settings: Settings, engine: Engine, ask: Asked, fake: Fake
) -> None:
    number = _change(settings, engine, ask)
    fake.end = Ended(False, words="cpe-001 does not answer")
    carried(settings, engine, book.approve(engine, number, CENTER))
    words = f"playbook Greet, run {number} did not end well: cpe-001 does not answer"
    assert told(engine, number) == {"chief": words, "duty": words}
    set_language("zh_CN")
    assert "打招呼" in told(engine, number)["duty"]


def test_a_change_that_nobody_agreed_to_in_time_is_told(settings: Settings, engine: Engine, ask: Asked) -> None:
    number = _change(settings, engine, ask)
    aged(engine, number, asked=clock.now() - AGREED - timedelta(minutes=1))
    dispatch.once(settings, engine)
    assert told(engine, number)["duty"].endswith("expired without approval")
    set_language("zh_CN")
    assert "did not" not in told(engine, number)["duty"]
    assert "expired" not in told(engine, number)["duty"]


def test_a_change_that_a_freeze_period_refuses_is_told(settings: Settings, engine: Engine, ask: Asked) -> None:
    number = _change(settings, engine, ask)
    book.approve(engine, number, OTHER)
    freeze(settings)
    dispatch.once(settings, engine)
    assert set(told(engine, number)) == {"chief", "duty"}
