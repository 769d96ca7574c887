"""What `countynet faults fix` does with plans and the servers' playbook: no way around an approval, a check first."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from countynet import clock
from countynet.errors import Conflict, DeviceError, NotAllowed
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from playbooks import fixes
from playbooks.plan.book import Book
from playbooks.plan.make import NOTHING, Wish
from playbooks.plan.model import Plan
from playbooks.servers.run import Heard, HostResult, RunResult
from tests.unit.playbooks.plan.samples import plan

OPERATOR, CENTER = Actor("amy", Role.OPERATOR), Actor("bob", Role.CENTER)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {})
    found = Book.open(settings)
    yield found
    found.engine.dispose()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, book: Book) -> list[tuple[str, list[str]]]:
    asked = list[tuple[str, list[str]]]()

    def make(_settings: Settings, wish: Wish, only: list[str]) -> Plan:
        asked.append((wish.author, only))
        return book.add(lambda n: plan(n, made=clock.now()).model_copy(update={"author": wish.author}), {})

    monkeypatch.setattr(fixes, "make", make)
    return asked


def test_a_plan_is_made_once_waits_for_its_approval_and_is_not_done_before(
    book: Book, made: list[tuple[str, list[str]]]
) -> None:
    intended = fixes.Intended()
    first = intended.check(book.settings, ["cpe-001", "agg-1"], OPERATOR, None)
    assert made == [("amy", ["name=cpe-001,agg-1"])]
    assert first.changes
    assert "needs 1 approval" in first.waits
    with pytest.raises(Conflict):
        intended.run(book.settings, ["cpe-001"], first, OPERATOR, lambda _device, _text: None)
    assert first.plan is not None
    for _each in range(book.get(first.plan).plan.approvals):
        book.approve(first.plan, CENTER)
    again = intended.check(book.settings, ["cpe-001", "agg-1"], OPERATOR, first.plan)
    assert (again.plan, again.waits, len(made)) == (first.plan, "", 1)


def test_nothing_to_plan_is_nothing_to_do_and_other_conflicts_are_told(
    monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    def refusing(message: str) -> Callable[..., Plan]:
        def make(*_said: object) -> Plan:
            raise Conflict(message)

        return make

    monkeypatch.setattr(fixes, "make", refusing(NOTHING))
    assert not fixes.Intended().check(book.settings, ["cpe-001"], OPERATOR, None).changes
    monkeypatch.setattr(fixes, "make", refusing("no device could be planned"))
    with pytest.raises(Conflict):
        fixes.Intended().check(book.settings, ["cpe-001"], OPERATOR, None)


@pytest.mark.parametrize("role", [Role.UNIT, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_change_may_not_even_look(book: Book, role: Role) -> None:
    for what in (fixes.Intended(), fixes.Servers()):
        with pytest.raises(NotAllowed):
            what.check(book.settings, ["x"], Actor("eve", role), None)


def test_the_servers_playbook_is_checked_first_and_what_it_would_change_is_listed(
    monkeypatch: pytest.MonkeyPatch, book: Book
) -> None:
    checks = []

    def run(_county: object, _settings: object, heard: Callable[[Heard], None], *said: Any) -> RunResult:
        checks.append(said[-1])
        heard(Heard("Portal", "srv-portal", "changed", ""))
        heard(Heard("Time", "srv-infra", "ok", ""))
        return RunResult("successful", 1.0, (HostResult("srv-portal", 2, 1),))

    monkeypatch.setattr(fixes, "run_servers", run)
    monkeypatch.setattr(fixes, "present_county", lambda _settings: None)
    servers = fixes.Servers()
    preview = servers.check(book.settings, ["srv-portal"], CENTER, None)
    assert preview.lines == ("srv-portal: Portal",)
    outcome = servers.run(book.settings, ["srv-portal"], preview, CENTER, lambda _device, _text: None)
    assert (outcome.good, checks) == (True, [True, False])


@pytest.mark.parametrize("also", [False, True])
def test_a_bare_servers_check_says_nothing_against_it_and_what_else_is_wrong_still_counts(
    monkeypatch: pytest.MonkeyPatch, book: Book, also: bool
) -> None:
    def run(_county: object, _settings: object, heard: Callable[[Heard], None], *_said: Any) -> RunResult:
        heard(Heard(fixes.PACKAGES, "srv-portal", "failed", "No package matching 'nginx-light' is available"))
        hosts = [HostResult("srv-portal", error=DeviceError("srv-portal", "failed the task {task}", task="x"))]
        if also:
            heard(Heard("Gathering Facts", "srv-infra", "unreachable", "no route"))
            hosts.append(HostResult("srv-infra", error=DeviceError("srv-infra", "gave no SSH session")))
        return RunResult("failed", 1.0, tuple(hosts))

    monkeypatch.setattr(fixes, "run_servers", run)
    monkeypatch.setattr(fixes, "present_county", lambda _settings: None)
    preview = fixes.Servers().check(book.settings, [], CENTER, None)
    assert preview.lines[0] == "srv-portal: packages are missing; the whole playbook would run"
    assert bool(preview.waits) is also
    tasks = Path(fixes.__file__).parent / "servers" / "roles" / "packages" / "tasks" / "main.yml"
    assert f"name: {fixes.PACKAGES}" in tasks.read_text()
    assert "srv-portal" not in preview.waits
