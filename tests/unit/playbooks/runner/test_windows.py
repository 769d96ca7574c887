"""Work windows of runs: for what is cut off, from then to the run's end, however that comes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from countynet import clock, works
from countynet.errors import BadInput
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from playbooks.runner import book, catalogue, dispatch, process, windows
from playbooks.runner.programs import PROGRAMS
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.run import Run
from playbooks.runner.states import RunState
from tests.unit.playbooks.runner.samples import playbook
from tests.unit.playbooks.runner.test_book import Fake
from tests.unit.playbooks.runner.windows_fake import Announcer

CENTER, OTHER = Actor("bob", Role.CENTER), Actor("ann", Role.CENTER)
FIELD = {"name": "unit", "kind": "unit", "label": "u", "label_en": "u", "needed": False}


class Cuts(Fake):
    """A program that cuts something off, and looks at what is announced then."""

    fails = False

    def __init__(self, announcer: Announcer) -> None:
        super().__init__()
        self.announcer, self.during = announcer, list[tuple[str, ...]]()

    def run(self, work: Work) -> Ended:
        work.cuts(())
        work.cuts(())  # announced once
        self.during += [one.names for one in self.announcer.open.values()]
        if self.fails:
            raise RuntimeError("fell over")
        return super().run(work)


@pytest.fixture
def announcer(monkeypatch: pytest.MonkeyPatch) -> Announcer:
    found = Announcer()
    monkeypatch.setattr(works, "_announcers", lambda: iter((found,)))
    return found


@pytest.fixture
def program(settings: Settings, announcer: Announcer, county: County, monkeypatch: pytest.MonkeyPatch) -> Cuts:
    found, own = Cuts(announcer), settings.county / catalogue.OWN
    monkeypatch.setitem(PROGRAMS, "action", found)
    monkeypatch.setattr(dispatch, "_start", lambda _settings, _number: None)
    monkeypatch.setattr(windows, "present_county", lambda _settings: county)
    text = own.read_text(encoding="utf-8").replace("  approval: true\n", "  interrupts: true\n", 1)
    own.write_text(text, encoding="utf-8")
    return found


def begun(settings: Settings, engine: Engine, county: County, devices: str = "cpe-001,cpe-002") -> Run:
    """Look, and begin the change."""
    look = book.ask(settings, engine, county, "greet", {"devices": devices}, CENTER)
    dispatch.once(settings, engine)
    process.carry(settings, engine, look.number)
    change = book.carry_out(engine, look.number, CENTER)
    dispatch.once(settings, engine)
    assert book.get(engine, change.number).state is RunState.RUNNING
    return change


def said(engine: Engine, run: Run) -> str:
    return " ".join(f"{line.task} {line.words}" for line in book.lines(engine, run.number))


def test_a_change_announces_what_it_cuts_off_for_as_long_as_it_runs(
    settings: Settings, engine: Engine, county: County, program: Cuts, announcer: Announcer
) -> None:
    run = begun(settings, engine, county)
    assert announcer.seen == []  # a look announces nothing, and neither does a run that has not cut anything off
    process.carry(settings, engine, run.number)
    assert program.during == [("cpe-001", "cpe-002")]
    assert (announcer.seen, announcer.open) == ([f"run:{run.number}"], {})
    assert "work window 1 is announced until" in said(engine, run)
    assert "u001" in said(engine, run)


@pytest.mark.parametrize("how", ["fails", "raises", "cancelled", "late"])
def test_the_window_is_over_however_the_run_ends(
    settings: Settings, engine: Engine, county: County, program: Cuts, announcer: Announcer, how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    run = begun(settings, engine, county)
    program.fails, program.end = how == "raises", Ended(how == "late")
    if how == "cancelled":
        book.cancel(engine, run.number, CENTER)
    if how == "raises":
        with pytest.raises(RuntimeError):
            process.carry(settings, engine, run.number)
    else:
        process.carry(settings, engine, run.number)
    assert program.during
    assert announcer.open == {}


def test_a_run_whose_process_is_gone_has_its_window_closed_by_the_dispatcher(
    settings: Settings, engine: Engine, county: County, program: Cuts, announcer: Announcer
) -> None:
    run = begun(settings, engine, county)
    now = clock.now()
    work = works.Work(windows.subject(run.number), ("cpe-001",), now, now + timedelta(hours=1), "x", "bob")
    announcer.announce(settings, engine, work, "")
    dispatch.once(settings, engine)
    assert announcer.open  # it runs
    book.ended(engine, run.number, RunState.BROKEN, Ended(False))
    announcer.broken = True
    dispatch.once(settings, engine)  # cannot be closed now: said in the log, tried again
    announcer.broken = False
    dispatch.once(settings, engine)
    assert announcer.open == {}


def test_that_nothing_could_be_announced_is_said_and_holds_nothing_up(
    settings: Settings, engine: Engine, county: County, program: Cuts, announcer: Announcer
) -> None:
    announcer.broken = True
    run = begun(settings, engine, county)
    assert process.carry(settings, engine, run.number) is RunState.DONE
    assert "no work window could be announced: nobody watches" in said(engine, run)


def test_what_a_change_cuts_off_is_what_its_target_means(county: County) -> None:
    core = tuple(device.name for device in county.devices[:5])
    by_unit = playbook(fields=[FIELD], target="unit")
    cpe = county.cpe_by_unit["u007"].name
    assert windows.meant(county, by_unit, {"unit": "u007"}, (*core, cpe)) == (cpe,)  # not all that is configured
    assert windows.meant(county, by_unit, {"unit": ""}, core) == core
    several = playbook(fields=[{**FIELD, "name": "d", "kind": "device", "several": True}], target="d")
    assert windows.meant(county, several, {"d": ",".join(core)}, core[:1]) == core[:1]  # run again where it failed


def test_with_which_values_a_playbook_interrupts_is_part_of_its_description(settings: Settings) -> None:
    upgrade = catalogue.playbook(settings.county, "upgrade-devices")
    assert [upgrade.cuts({"step": step}) for step in ("stage", "activate", "back")] == [False, True, True]
    own = settings.county / catalogue.OWN
    text = own.read_text(encoding="utf-8").replace("  approval: true\n", "  interrupts_with: {devices: [x]}\n", 1)
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as error:
        catalogue.catalogue(settings.county)
    (problem,) = error.value.problems
    assert (problem.found, bool(problem.line)) == ("devices: x", True)


def test_who_interrupts_says_so(settings: Settings) -> None:
    found: dict[str, Any] = catalogue.catalogue(settings.county)
    assert {name for name, one in found.items() if one.interrupts} == {
        "replace-device", "restore-device", "fail-over-core", "move-to-fiber", "upgrade-devices", "patch-servers",
        "app-restore",
    }  # fmt: skip
