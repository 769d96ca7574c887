"""A sample drawn by a seed is looked at again: as reported, or the difference by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from audit import checks, evidence, report, sample, store
from audit.facts import DeviceFacts, Facts
from audit.sample import drawn
from countynet import events, fetching
from countynet.db import open_database, reading, transaction
from countynet.errors import Conflict
from countynet.events import Event
from countynet.i18n import set_language
from countynet.settings import Settings
from playbooks.tags import PlanTag
from tests.unit.audit.facts_of import AT, COUNTY, NAMES, good, with_device

ASKED = [check for check in checks.ALL if check.info.id in ("snmp-v3", "surplus-accounts", "ssh-settings", "no-drift")]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    set_language("en")
    monkeypatch.setattr(sample, "load_county", lambda _folder: COUNTY)
    monkeypatch.setattr(sample, "present", lambda county, _settings: county)
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    found = open_database(settings)
    results = [checks.run(check, good()) for check in ASKED]
    files = {r.check.id: evidence.save(settings, report.evidence(r, AT)) for r in results} | {"report": "", "page": ""}
    with transaction(found) as session:
        store.add(session, results, files, started=AT, finished=AT, actor="auditor", devices=len(NAMES))
    return found


def seen(monkeypatch: pytest.MonkeyPatch, facts: Facts, failed: Mapping[str, str]) -> list[Sequence[str]]:
    asked: list[Sequence[str]] = []

    def fetch(_settings: Settings, _actor: str, names: Sequence[str]) -> Mapping[str, str]:
        asked.append(names)
        return failed

    def gather(*given: Any) -> Facts:
        return facts

    monkeypatch.setattr(fetching, "fetch", fetch)

    def fetched(*given: Any) -> dict[str, DeviceFacts]:
        return facts.devices

    monkeypatch.setattr(sample, "gather", gather)
    monkeypatch.setattr(sample, "fetched", fetched)
    return asked


def test_the_same_seed_draws_the_same_devices_whatever_their_order() -> None:
    assert drawn(["c", "a", "b", "a"], 7, 2) == drawn(["a", "b", "c"], 7, 2)
    assert drawn(["a"], 7, 5) == ["a"]
    assert len({tuple(drawn([str(n) for n in range(20)], seed, 3)) for seed in range(20)}) > 10


def test_what_is_as_reported_says_so_and_is_recorded_with_its_evidence(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = seen(monkeypatch, good(), {})
    found = sample.sample(settings, engine, "auditor", 3, 2, print)
    assert found.good
    assert all(one.same_text for one in found.devices)
    assert [[*names] for names in asked] == [[one.name for one in found.devices]]
    with reading(engine) as session:
        event = session.scalars(select(Event).where(Event.tag == "audit.sampled")).one()
    assert event.data["as_reported"] is True
    assert b'"seed":3' in evidence.load(settings, event.data["evidence"])


def test_a_device_that_was_prepared_is_named_with_what_appeared_and_what_changed_it(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(
        monkeypatch, with_device("core-1", lambda c: c.model_copy(update={"banner": "hello"})), {"core-2": "no answer"}
    )
    with transaction(engine) as session:
        events.record(session, PlanTag.DEVICE, "operator", "device:core-1", {})
    found = sample.sample(settings, engine, "auditor", 1, len(NAMES), print, 1)
    by_name = {one.name: one for one in found.devices}
    assert not found.good
    assert [one.check for one in by_name["core-1"].appeared] == ["no-drift"]
    assert not by_name["core-1"].same_text
    assert [words.split()[0] for words in by_name["core-1"].since] == ["plan.device"]
    assert by_name["core-2"].error == "no answer"
    others = [one for name, one in by_name.items() if name not in ("core-1", "core-2")]
    assert all(one.as_reported and one.same_text and not one.since for one in others)
    assert found.document()["as_reported"] is False


def test_without_a_run_there_is_nothing_to_draw_from(settings: Settings) -> None:
    with pytest.raises(Conflict):
        sample.sample(settings, open_database(settings), "auditor", 1, 2, print)
