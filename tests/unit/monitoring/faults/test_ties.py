"""Faults that are one, faults that are two: nothing is lost, each unit confirms its own, and it all can be undone."""

import pytest
from sqlalchemy import Engine, text

from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import verify
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.faults import joining, store
from monitoring.faults.past import begin, taken_in
from monitoring.faults.reports.store import of_fault
from monitoring.faults.service import Faults
from monitoring.faults.ties.service import Ties
from monitoring.faults.ties.store import TieKind
from monitoring.tags import FaultTag
from tests.unit.monitoring.faults.conftest import CENTER, CLERKS, OPERATOR


def row(faults: Faults, fault: int) -> store.Fault:
    with reading(faults.engine) as session:
        found = store.get(session, fault)
    assert found is not None
    return found


def states(faults: Faults, *numbers: int) -> list[FaultState]:
    return [row(faults, number).state for number in numbers]


def tags(faults: Faults, fault: int) -> list[FaultTag]:
    return [past.tag for past in faults.history(fault)]


def test_what_is_done_on_the_leading_fault_is_done_for_all_and_each_unit_confirms_its_own(
    faults: Faults, ties: Ties, three: tuple[int, ...]
) -> None:
    lead, one, two = three
    ties.merge(one, lead, CENTER, "one cable")
    ties.merge(two, lead, CENTER)
    faults.dispatch(lead, CENTER)
    faults.start(lead, OPERATOR)
    faults.arrive(lead, OPERATOR)
    faults.repaired(lead, OPERATOR, "cable cut", "spliced")
    assert states(faults, *three) == [FaultState.REPAIRED] * 3
    assert (row(faults, two).cause, row(faults, two).work) == ("cable cut", "spliced")
    assert tags(faults, one)[-4:] == [FaultTag.DISPATCHED, FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.REPAIRED]
    faults.confirm(one, CLERKS[1], 5)
    faults.confirm(lead, CLERKS[0], 4)
    assert states(faults, *three) == [FaultState.CONFIRMED, FaultState.CONFIRMED, FaultState.REPAIRED]


def test_the_one_unit_that_is_still_broken_goes_its_own_way(faults: Faults, ties: Ties, three: tuple[int, ...]) -> None:
    lead, one, two = three
    ties.merge(one, lead, CENTER)
    ties.merge(two, lead, CENTER)
    faults.dispatch(lead, CENTER)
    faults.start(lead, OPERATOR)
    faults.repaired(lead, OPERATOR, "cable cut")
    faults.reopen(one, CLERKS[1], "still dark")
    assert states(faults, *three) == [FaultState.REPAIRED, FaultState.DISPATCHED, FaultState.REPAIRED]
    assert ties.of(one) == ()
    assert list(taken_in(faults.history(lead))) == [two]
    faults.start(one, OPERATOR)
    assert states(faults, lead) == [FaultState.REPAIRED]


def test_the_repair_is_done_in_one_place(faults: Faults, ties: Ties, three: tuple[int, ...]) -> None:
    lead, one, _two = three
    ties.merge(one, lead, CENTER)
    with pytest.raises(Conflict):
        faults.dispatch(one, CENTER)
    assert faults.steps(one, CENTER) == ()
    assert faults.steps(lead, CENTER) == (FaultTag.DISPATCHED,)


def test_a_merger_keeps_the_earliest_begin_and_is_undone_without_a_trace(
    faults: Faults, ties: Ties, three: tuple[int, ...]
) -> None:
    early, late, _third = three
    ties.merge(early, late, CENTER, "same switch")
    assert begin(row(faults, late).opened, faults.history(late)) == row(faults, early).opened
    faults.dispatch(late, CENTER)
    faults.start(late, OPERATOR)
    ties.part(early, CENTER, "another switch after all")
    assert states(faults, early, late) == [FaultState.REPORTED, FaultState.STARTED]
    assert begin(row(faults, late).opened, faults.history(late)) == row(faults, late).opened
    assert FaultTag.STARTED in tags(faults, early)  # nothing is deleted
    faults.dispatch(early, CENTER)
    with reading(faults.engine) as session:
        assert verify(session) == ()


def test_a_group_may_be_merged_and_comes_apart_as_it_was(faults: Faults, ties: Ties, three: tuple[int, ...]) -> None:
    one, two, three_ = three
    ties.merge(one, two, CENTER)
    ties.merge(two, three_, CENTER)
    faults.dispatch(three_, CENTER)
    assert states(faults, *three) == [FaultState.DISPATCHED] * 3
    ties.part(two, CENTER)
    assert states(faults, *three) == [FaultState.REPORTED, FaultState.REPORTED, FaultState.DISPATCHED]
    assert list(taken_in(faults.history(two))) == [one]
    assert taken_in(faults.history(three_)) == {}


def test_mergers_that_make_no_sense_are_refused(faults: Faults, ties: Ties, three: tuple[int, ...]) -> None:
    one, two, three_ = three
    ties.merge(one, two, CENTER)
    for wrong in ((one, one), (one, three_), (three_, one), (two, one)):
        with pytest.raises(Conflict):
            ties.merge(*wrong, CENTER)
    with pytest.raises(BadInput):
        ties.merge(4711, two, CENTER)
    with pytest.raises(BadInput):
        ties.part(three_, CENTER)


@pytest.mark.parametrize("who", [OPERATOR, CLERKS[0], Actor("a", Role.AUDITOR), Actor("b", Role.ADMIN)], ids=str)
def test_only_the_center_ties_faults(faults: Faults, ties: Ties, three: tuple[int, ...], who: Actor) -> None:
    one, two, _three = three
    for act in (
        lambda: ties.merge(one, two, who),
        lambda: ties.part(one, who),
        lambda: ties.link(one, two, TieKind.RELATED, who),
        lambda: ties.unlink(one, two, who),
        lambda: ties.split(one, [1], who),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_two_troubles_of_one_unit_are_split_and_joined_again(faults: Faults, ties: Ties, engine: Engine) -> None:
    with transaction(engine) as session:  # what an older county's database still has
        session.execute(text("CREATE UNIQUE INDEX fault_open_unit ON fault (unit) WHERE closed IS NULL"))
    fault = faults.report("u001", "no net", "", "138", CLERKS[0])
    assert faults.report("u001", "printer is slow", "", "139", CLERKS[0]) == fault
    with reading(engine) as session:
        first, second = (report.id for report in of_fault(session, fault))
    new = ties.split(fault, [first], CENTER, "two things")
    assert (row(faults, new).title, row(faults, new).contact) == ("no net", "138")
    assert (row(faults, fault).title, row(faults, fault).contact) == ("printer is slow", "139")
    assert row(faults, new).opened < row(faults, fault).opened
    assert tags(faults, new) == [FaultTag.SPLIT_OFF, FaultTag.REPORTED]
    with pytest.raises(Conflict):
        ties.split(fault, [second], CENTER)
    ties.merge(new, fault, CENTER, "one thing after all")
    assert begin(row(faults, fault).opened, faults.history(fault)) == row(faults, new).opened
    assert faults.report("u001", "again", "", "", CLERKS[0]) == fault


def test_a_report_goes_to_a_fault_of_its_own_unit_and_the_alarm_stays(
    faults: Faults, ties: Ties, engine: Engine, three: tuple[int, ...]
) -> None:
    one, two, _three = three
    line = Trouble("line:line-001", "major", "line-001", "Line {line} is down", {"line": "line-001"}, unit="u001")  # type: ignore[arg-type]
    with transaction(engine) as session:
        joining.alarm_opened(session, open_alarm(session, line, "ping")[0])
    with reading(engine) as session:
        (report,) = (each.id for each in of_fault(session, one))
    for reports, into in (([report], two), ([99], None), ([], None)):
        with pytest.raises(BadInput):
            ties.split(one, reports, CENTER, into=into)
    new = ties.split(one, [report], CENTER)
    assert row(faults, one).title == "Line {line} is down"
    assert row(faults, new).alarm_id is None


def test_links_are_seen_from_both_sides_and_undone(faults: Faults, ties: Ties, three: tuple[int, ...]) -> None:
    one, two, _three = three
    ties.link(one, two, TieKind.CAUSED, CENTER)
    assert [(tie.kind, tie.other, tie.outward) for tie in (*ties.of(one), *ties.of(two))] == [
        (TieKind.CAUSED, two, True),
        (TieKind.CAUSED, one, False),
    ]
    with pytest.raises(Conflict):
        ties.link(two, one, TieKind.RELATED, CENTER)
    ties.unlink(two, one, CENTER)
    assert ties.of(one) == ()
    with pytest.raises(BadInput):
        ties.unlink(one, two, CENTER)
    assert tags(faults, two)[-2:] == [FaultTag.LINKED, FaultTag.UNLINKED]
