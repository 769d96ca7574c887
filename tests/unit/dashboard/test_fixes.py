"""From a failed check to its plan in pages: who may press, what fits each device, the plan beside the finding."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from audit.fix.desk import Asked, Fixes, Link, Making
from audit.fix.model import Kind, Place, Remedy
from countynet.people import Actor
from countynet.planners import Standing
from countynet.vocabulary import Severity, Verdict
from dashboard.services.fake import FakeAudits
from dashboard.services.model import Check, Finding
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK

Enter = Callable[[str], Browser]
CHECK = "dhcp-snooping"


@dataclass(frozen=True)
class FakeFixes(Fixes):
    """Two devices fail: lines mend one, a field of the inventory the other."""

    given: list[tuple[str, int, str, tuple[str, ...]]] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)

    def links(self) -> Mapping[tuple[str, str], Link]:
        return {(CHECK, "sw-1"): Link(4, self.standing[-1], "sw-1")} if self.standing else {}

    def asked(self, run: int, check: str, devices: Sequence[str] = ()) -> Asked:
        lines = Remedy("sw-1", Kind.LINES, ("ip dhcp snooping",), message="the inventory does not say this")
        other = Remedy("sw-2", Kind.INVENTORY, place=Place("hosts", "srv-log", "runs"), message="change this field")
        return Asked(("sw-1", "sw-2", "sw-3"), (lines, other))

    def start(self, actor: Actor, run: int, check: str, devices: Sequence[str]) -> int:
        self.given.append((actor.name, run, check, tuple(devices)))
        return 1

    def job(self, run: int, check: str) -> Making | None:
        return Making(7, "done", ("reading 1 devices",), (3,)) if self.given else None


@pytest.fixture
def services(services: Services) -> Services:
    assert isinstance(services.audits, FakeAudits)
    run = services.audits.all[0]
    said = (Finding(Verdict.FAIL, "sw-1: nothing says", (), ("ip dhcp snooping",), "sw-1"),)
    bad = Check(CHECK, "Switches watch DHCP", "8.1", Severity.MAJOR, "why", "do", Verdict.FAIL, said, 0, "a" * 64)
    good = replace(bad, verdict=Verdict.PASS, findings=(replace(said[0], verdict=Verdict.PASS, fix=()),))
    services.audits.all[:] = [replace(run, checks=(bad,)), replace(run, id=5, checks=(good,))]
    return replace(services, fixes=FakeFixes(services.fixes.settings, services.accounts.engine))


def fakes(services: Services) -> FakeFixes:
    assert isinstance(services.fixes, FakeFixes)
    return services.fixes


def test_the_center_has_one_plan_made_for_the_devices_that_are_ticked(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    assert f"/audit/4/fix/{CHECK}" in center.get("/audit?run=4").text
    page = center.get(f"/audit/4/fix/{CHECK}").text
    assert 'value="sw-1"' in page
    assert 'value="sw-2"' not in page
    assert 'value="sw-3"' in page
    assert "/inventory/objects/hosts/srv-log?field=runs" in page
    assert center.post(f"/audit/4/fix/{CHECK}", device="sw-9").status_code == 422
    assert center.post(f"/audit/4/fix/{CHECK}").status_code == 422
    assert center.post(f"/audit/4/fix/{CHECK}", device="sw-1").status_code == 303
    assert fakes(services).given == [("center", 4, CHECK, ("sw-1",))]
    assert "/plans/3" in center.get(f"/audit/4/fix/{CHECK}/making").text


@pytest.mark.parametrize(("login", "reads"), [("auditor", True), (CLERK, False), ("admin", False)])
def test_who_makes_no_plans_has_no_button_and_is_refused(
    signed_in: Enter, services: Services, login: str, reads: bool
) -> None:
    browser = signed_in(login)
    page = browser.get(f"/audit/4/fix/{CHECK}")
    assert (page.status_code == 200) is reads
    assert 'type="checkbox"' not in page.text
    assert browser.post(f"/audit/4/fix/{CHECK}", device="sw-1").status_code == 403
    assert not fakes(services).given


def test_a_finding_shows_its_plan_and_a_later_run_that_passes_which_one_mended_it(
    signed_in: Enter, services: Services
) -> None:
    fakes(services).standing.append(Standing(3, "open", "not begun", True, 0, 1))
    auditor = signed_in("auditor")
    assert 'href="/plans/3"' in auditor.get("/audit?run=4").text
    assert 'href="/plans/3"' not in auditor.get("/audit?run=5").text
    fakes(services).standing[:] = [Standing(3, "done", "applied", False, 1, 1, frozenset({"sw-1"}))]
    assert "已由此方案整改" in auditor.get("/audit?run=5").text


def test_no_such_run_or_check_is_no_page(signed_in: Enter) -> None:
    assert signed_in("center").get("/audit/4/fix/no-such-check").status_code == 404
