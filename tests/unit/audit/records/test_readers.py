"""Regulations: who has to read, who is told when, and who hears of those who did not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from audit.records import remind
from audit.records.model import Kind
from audit.records.readers import Readers, standing
from audit.records.service import Records
from countynet import clock, tellings
from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from tests.unit.audit.records import things
from tests.unit.audit.records.things import ADMIN, AUDITOR, CENTER, CLERK, OPERATOR, SECOND

NOTICES = b"""channels:
- {name: gateway, kind: sms, url: "http://sms.example/?to={to}", method: GET}
recipients:
- {name: operator, channel: gateway, to: ["16900000001"]}
- {name: chief, channel: gateway, to: ["16900000002"]}
"""
DAY = timedelta(days=1)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "notices.yml").write_bytes(NOTICES)
    found = things.records(tmp_path)
    things.sign_up(found.engine, CENTER, OPERATOR, AUDITOR, CLERK, ADMIN)
    yield found
    found.engine.dispose()


@pytest.fixture
def readers(records: Records) -> Readers:
    return Readers(records.settings, records.engine)


def told(records: Records) -> list[tuple[str, str]]:
    with reading(records.engine) as session:
        return [(row.key.rpartition(":")[2], row.recipient) for row in tellings.of(session, "regulation:1")]


def ticked(records: Records, at: datetime) -> None:
    remind.tick(records.settings, records.engine, at)


def test_each_is_told_once_then_when_it_is_late_and_somebody_hears_of_them(records: Records, readers: Readers) -> None:
    records.add(Kind.REGULATION, things.regulation(escalate_to="chief", roles=["operator", "admin"]), CENTER)
    now = clock.now()
    for after in (timedelta(), timedelta(seconds=5), DAY):
        ticked(records, now + after)
    # the administrator is no name of the notices: it stands on the first page only
    assert told(records) == [("new", "operator"), ("new", "unit:u031")]
    document = readers.look(1, CLERK)[0].record.document
    readers.acknowledge(1, document, CLERK)
    ticked(records, now + 15 * DAY)
    assert told(records)[2:] == [("late", "operator")]
    ticked(records, now + 22 * DAY)
    ticked(records, now + 23 * DAY)
    assert told(records)[3:] == [("missing", "chief")]
    with reading(records.engine) as session:
        said = tellings.of(session, "regulation:1")[-1].values
    assert (said["count"], said["names"]) == (2, "admin, operator")


def test_a_minute_passes_between_two_looks(records: Records) -> None:
    now = clock.now()
    ticked(records, now)
    records.add(Kind.REGULATION, things.regulation(), CENTER)
    ticked(records, now + timedelta(seconds=30))
    assert told(records) == []
    ticked(records, now + timedelta(seconds=61))
    assert told(records) != []


def test_nobody_is_told_of_what_was_withdrawn_and_another_text_is_told_anew(records: Records) -> None:
    records.add(Kind.REGULATION, things.regulation(), CENTER)
    ticked(records, clock.now())
    another = {**things.regulation(text="另一份正文"), "reason": "修订"}
    records.correct(Kind.REGULATION, 1, 1, another, CENTER)
    ticked(records, clock.now() + DAY)
    assert told(records) == [("new", "operator"), ("new", "unit:u031")] * 2
    records.step(Kind.REGULATION, 1, "withdraw", {"note": "废止"}, CENTER)
    ticked(records, clock.now() + 90 * DAY)
    assert len(told(records)) == 4


def test_roles_units_and_logins_are_asked_and_nobody_else(records: Records, readers: Readers) -> None:
    records.add(Kind.REGULATION, things.regulation(people="auditor"), CENTER)
    (asked,) = readers.asked()
    assert [reader.who.name for reader in asked.readers] == ["auditor", "operator", "u031"]
    for who in (CENTER, ADMIN, SECOND):
        assert readers.mine(who) == ()
    with pytest.raises(NotAllowed):
        readers.look(1, ADMIN)
    held, _content, _mine = readers.look(1, CENTER)  # the center sees it, and acknowledges nothing
    with pytest.raises(NotAllowed):
        readers.acknowledge(1, held.record.document, CENTER)
    with pytest.raises(Conflict):
        readers.acknowledge(1, held.record.document, AUDITOR)
    (one,) = standing(readers.asked())
    assert (one.asked, one.acknowledged, one.missing) == (3, 0, ("auditor", "operator", "u031"))


def test_it_is_due_so_many_days_after_it_holds_and_came(records: Records, readers: Readers) -> None:
    future = clock.today() + 30 * DAY
    records.add(Kind.REGULATION, things.regulation(valid_from=str(future), days="7"), CENTER)
    records.add(Kind.REGULATION, things.regulation(valid_from="2020-01-01", days="7", roles=["unit"]), CENTER)
    soon, later = readers.mine(CLERK)
    assert soon.number == 2
    assert timedelta(days=6) < soon.regulation.due - clock.now() <= 7 * DAY
    assert later.regulation.due.astimezone(clock.CHINA).date() == future + 7 * DAY
    assert soon.late(clock.now() + 8 * DAY)


def test_whom_nobody_knows_is_not_asked_silently(records: Records) -> None:
    wrong = things.regulation(units="u031\nu999", people="nobody", escalate_to="king")
    with pytest.raises(BadInput) as error:
        records.add(Kind.REGULATION, wrong, CENTER)
    assert [(problem.where, problem.found) for problem in error.value.problems] == [
        ("units", "u999"), ("people", "nobody"), ("escalate_to", "king"),
    ]  # fmt: skip
