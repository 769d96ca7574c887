"""Applications: what is counted of each answer, what a period comes to, and what nobody asked."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from countynet.db import reading, transaction
from countynet.i18n import set_language
from countynet.vocabulary import Severity
from inventory.model import County
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.evaluation.served.model import Applications, belongs, p95
from monitoring.evaluation.served.read import applications
from monitoring.evaluation.served.show import document, faults, rows, summary
from monitoring.probes.hours import BOUNDS, Count, Hours, keep, summed
from tests.unit.monitoring.evaluation.october import BEGIN, DAY, HOUR, LATER, OCTOBER, At

WEB, HOST = "srv-portal-https", "srv-portal"


def filled(engine: Engine, hours: Hours) -> None:
    with transaction(engine) as session:
        keep(session, hours.take())


def october(engine: Engine, county: County) -> Applications:
    with reading(engine) as session:
        return applications(session, county, OCTOBER, [], LATER)


def test_a_service_has_the_share_of_its_questions_and_an_application_that_of_its_worst_service(
    engine: Engine, at: At, county: County
) -> None:
    set_language("en")
    hours = Hours()
    for minute in range(120):
        hours.add(WEB, HOST, BEGIN + timedelta(minutes=minute), minute >= 6, 40.0)
        hours.add("srv-portal-http", HOST, BEGIN + timedelta(minutes=minute), True, 8.0 if minute else 900.0)
    filled(engine, hours)
    found = {app.id: app for app in october(engine, county).all}
    portal = found["portal"]
    assert portal.worst is not None
    assert (portal.worst.probe, portal.worst.answered, portal.worst.asked) == (WEB, 114, 120)
    assert portal.availability == 95.0
    assert summary(portal).endswith(
        "95.000%, that of its worst service srv-portal-https: 114 of 120 questions answered"
    )
    fast = next(s for s in portal.services if s.probe == "srv-portal-http")
    assert (fast.mean, fast.p95, fast.hours, portal.hours) == (15.4, 10, 2, 744)
    assert [s.probe for s in found["documents"].services] == [WEB]
    assert found["website"].availability is None
    assert "nobody asked it" in summary(found["website"])


def test_what_a_work_window_covers_counts_for_and_against_nobody(engine: Engine, county: County) -> None:
    hours = Hours()
    hours.add(WEB, HOST, BEGIN, True, 5.0)
    hours.covered = frozenset({HOST})
    for _again in range(9):
        hours.add(WEB, HOST, BEGIN + timedelta(minutes=5), False, None)
    filled(engine, hours)
    portal = october(engine, county).all[0]
    assert portal.worst is not None
    assert (portal.availability, portal.worst.planned, portal.worst.asked) == (100.0, 9, 1)


def test_hours_add_to_what_stands_and_what_could_not_be_written_is_not_lost(engine: Engine) -> None:
    hours = Hours()
    hours.add(WEB, HOST, BEGIN, True, 5.0)
    filled(engine, hours)
    hours.add(WEB, HOST, BEGIN + timedelta(minutes=1), False, None)
    lost = hours.take()
    hours.add(WEB, HOST, BEGIN + timedelta(minutes=2), True, 7.0)
    hours.give_back(lost)
    filled(engine, hours)
    with reading(engine) as session:
        (one,) = summed(session, [HOST], BEGIN, BEGIN + DAY)
        assert (one.count.asked, one.count.answered, one.count.milliseconds, one.hours) == (3, 2, 12.0, 1)
        assert not summed(session, [HOST], BEGIN + HOUR, BEGIN + DAY)


def test_alarms_about_a_service_are_counted_and_others_of_its_host_are_not(
    engine: Engine, at: At, county: County
) -> None:
    hours = Hours()
    hours.add(WEB, HOST, BEGIN, True, 5.0)
    filled(engine, hours)
    at(BEGIN + DAY)
    with transaction(engine) as session:
        for n, reading_of in enumerate(("probe.ok", "device.cpu")):
            values = {"reading": reading_of, "part": WEB}
            open_alarm(session, Trouble(f"rule:{n}", Severity.MAJOR, HOST, "x", values, device=HOST), "rules")
    assert october(engine, county).all[0].alarms == 1


@given(st.lists(st.floats(0, 60_000), min_size=1, max_size=60))
def test_the_bound_of_95_percent_is_one_that_so_many_answers_kept(took: list[float]) -> None:
    count = Count("h")
    for milliseconds in took:
        count.add(True, milliseconds, False)
    bound = p95(count)
    assert bound in BOUNDS
    assert sum(one <= bound for one in took) >= 0.95 * len(took)
    below = [b for b in BOUNDS if b < bound]
    assert not below or sum(one <= below[-1] for one in took) < 0.95 * len(took)


@pytest.mark.parametrize(
    ("probe", "host", "mine"),
    [(WEB, HOST, True), ("srv-portal-http", HOST, False), ("srv-portal-https-8443", HOST, True), (WEB, "pub-1", False)],
)
def test_a_probe_belongs_to_the_application_that_names_its_service(
    county: County, probe: str, host: str, mine: bool
) -> None:
    documents = next(app for app in county.applications if app.id == "documents")
    assert belongs(documents, probe, host) is mine


def test_everything_is_shown_also_what_nobody_asked(engine: Engine, county: County) -> None:
    set_language("en")
    found = october(engine, county)
    assert len(list(rows(found))) == len(county.applications)
    assert faults(found) == "no fault of the period is known to be an application's"
    assert "3, 9" in faults(Applications((), (3, 9)))
    said = document(found)
    assert isinstance(said, dict)
    assert [app["availability"] for app in said["applications"]] == [None] * len(county.applications)
