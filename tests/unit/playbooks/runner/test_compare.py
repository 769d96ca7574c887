"""Two runs of one playbook, beside each other."""

from datetime import UTC, datetime, timedelta

import pytest

from countynet.errors import Conflict
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner.compare import Outcome, compare
from playbooks.runner.run import MASK, HostEnd, Run
from playbooks.runner.states import RunState
from tests.unit.playbooks.runner.samples import playbook

AT = datetime(2026, 11, 26, 8, tzinfo=UTC)


def run(number: int, *hosts: HostEnd, targets: tuple[str, ...] = (), name: str = "hello", **given: str) -> Run:
    return Run(
        number, playbook(id=name), given, targets or tuple(host.host for host in hosts), False, None,
        Actor("amy", Role.OPERATOR), RunState.DONE, AT, "", AT, AT + timedelta(seconds=number), None, "", hosts=hosts,
    )  # fmt: skip


def test_what_differs_stands_first_and_a_silent_host_is_not_a_good_one() -> None:
    first = run(1, HostEnd("a", 3, 0, ""), HostEnd("b", 3, 2, ""), HostEnd("c", 1, 0, "no room"), targets=("a", "d"))
    second = run(2, HostEnd("a", 4, 0, ""), HostEnd("b", 3, 0, ""), HostEnd("c", 1, 0, "no room"))
    found = compare(first, second)
    assert [(pair.host, pair.one.outcome, pair.other.outcome) for pair in found.hosts] == [
        ("b", Outcome.CHANGED, Outcome.OK),
        ("d", Outcome.SILENT, Outcome.ABSENT),
        ("a", Outcome.OK, Outcome.OK),
        ("c", Outcome.FAILED, Outcome.FAILED),
    ]
    assert found.differing == found.document()["differing"] == 2


def test_values_given_otherwise_stand_first_and_secrets_stay_masked() -> None:
    found = compare(run(1, key=MASK, name_of="x", day="1"), run(2, key=MASK, name_of="x", day="2", more="m"))
    assert [(value.name, value.differs) for value in found.values] == [
        ("day", True), ("more", True), ("key", False), ("name_of", False),
    ]  # fmt: skip
    assert found.document()["seconds"] == [1.0, 2.0]


def test_runs_of_two_playbooks_are_not_compared() -> None:
    with pytest.raises(Conflict, match="only runs of one playbook"):
        compare(run(1), run(2, name="other"))
