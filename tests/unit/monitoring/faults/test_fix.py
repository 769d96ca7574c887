"""The remedy of a fault: which one fits, what it is about, and that a look touches nothing and is written down."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet.db import transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.fixes import Action, Outcome, Preview, Told, action
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Access, FaultDomain, Severity
from inventory.load import load_county
from inventory.model import County
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.cause.evidence import Evidence, Kind
from monitoring.cause.rules import RULES
from monitoring.cause.store import keep
from monitoring.cause.verdict import Said, Verdict
from monitoring.faults import joining
from monitoring.faults.desk.service import Desk
from monitoring.faults.fix.model import OURS, About, Case, fitting, load, read, subjects
from monitoring.faults.fix.service import Fix
from monitoring.faults.order.document import order
from monitoring.faults.service import Faults
from monitoring.tags import FaultTag
from tests.unit.monitoring.faults.conftest import CENTER, CLERKS, OPERATOR


@dataclass
class Toy:
    """An action that remembers what it was asked."""

    preview: Preview = Preview(("interface x: undo shutdown",), 7)
    refuse: bool = False
    checked: list[tuple[tuple[str, ...], int | None]] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        self.checked.append((tuple(names), plan))
        if self.refuse:
            raise NotAllowed("{actor} may not", actor=actor.name)
        return self.preview

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        self.ran.append(actor.name)
        return Outcome(True, "plan 7: applied")


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@pytest.fixture
def toy() -> Toy:
    set_language("en")
    return Toy()


@pytest.fixture
def fix(tmp_path: Path, engine: Engine, toy: Toy) -> Fix:
    def find(_name: str) -> Action:
        return toy

    return Fix(Settings(county=tmp_path, language="en"), engine, find)


def judged(engine: Engine, rule: str, domain: FaultDomain, device: str) -> int:
    """Open an alarm on the first unit's line with a verdict; return its fault."""
    line = Trouble(
        "line:line-001", Severity.MAJOR, "line-001", "Line {line} is down", {"line": "line-001"}, unit="u001"
    )
    said = Said("port {port} of {device} is shut by configuration", {"port": "1", "device": device})
    with transaction(engine) as session:
        alarm, _new = open_alarm(session, line, "ping")
        fault = joining.alarm_opened(session, alarm)
        keep(session, alarm, Verdict(rule, domain, Said("it was shut"), (said,)), Evidence(Kind.LINE, alarm.opened))
        assert fault is not None
        return fault.id


def test_a_look_finds_the_remedy_touches_nothing_and_is_written_down(
    fix: Fix, engine: Engine, county: County, toy: Toy, faults: Faults
) -> None:
    switch = county.devices[0].name
    fault = judged(engine, "line-shut", FaultDomain.CENTER, switch)
    found = fix.look(county, fault, OPERATOR)
    assert (found.remedy.name, found.names, found.preview.plan) == ("reopen-port", (switch,), 7)
    assert toy.ran == []
    assert faults.history(fault)[-1].tag is FaultTag.FIX_TRIED
    fix.look(county, fault, OPERATOR)
    assert [plan for _names, plan in toy.checked] == [None, 7]  # the plan made before is looked at first
    outcome = fix.run(found, CENTER, lambda _device, _text: None)
    assert outcome.good
    last = faults.history(fault)[-1]
    assert (last.actor, last.data["mode"], last.data["good"]) == ("center", "run", True)


def test_that_nothing_fits_is_said_with_the_verdict(fix: Fix, engine: Engine, county: County, faults: Faults) -> None:
    dug = judged(engine, "line-worn", FaultDomain.OPERATOR, "x")
    with pytest.raises(Conflict, match="it was shut; a person has to go there"):
        fix.look(county, dug, OPERATOR)
    with pytest.raises(Conflict, match="nobody judged it yet"):
        fix.look(county, faults.report("u002", "no net", "", "", CLERKS[1]), OPERATOR)
    with pytest.raises(BadInput):
        fix.look(county, 99, OPERATOR)
    with pytest.raises(NotAllowed):
        fix.look(county, dug, CLERKS[0])


def test_a_refusal_is_written_down_and_a_finished_fault_is_left_alone(
    fix: Fix, engine: Engine, county: County, toy: Toy, faults: Faults
) -> None:
    fault = judged(engine, "line-lit", FaultDomain.UNCLEAR, "x")
    toy.refuse = True
    with pytest.raises(NotAllowed):
        fix.look(county, fault, OPERATOR)
    assert faults.history(fault)[-1].data["mode"] == "refused"
    faults.dispatch(fault, CENTER)
    faults.start(fault, OPERATOR)
    faults.repaired(fault, OPERATOR, "x")
    with pytest.raises(Conflict):
        fix.look(county, fault, OPERATOR)


def test_ours_name_rules_that_there_are_and_actions_that_are_offered() -> None:
    ours = read(OURS.name, OURS.read_bytes())
    rules = {rule.name for rule in RULES}
    assert {rule for remedy in ours for rule in remedy.rules} <= rules
    for remedy in ours:
        assert callable(action(remedy.action).check)


def test_a_countys_own_remedy_stands_first_and_its_mistakes_are_told(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    own = tmp_path / "monitoring" / "remedies.yml"
    text = "remedies:\n- {name: ours, says: {en: a, zh_CN: b}, action: intended, about: far, rules: [line-shut]}\n"
    own.write_text(text, encoding="utf-8")
    case = Case("u001", "line-shut", FaultDomain.CENTER, Access.FIBER)
    remedy = fitting(load(tmp_path), case)
    assert remedy is not None
    assert remedy.name == "ours"
    own.write_text(
        text.replace(", rules: [line-shut]", "") + text.splitlines()[1].replace("far", "moon"), encoding="utf-8"
    )
    with pytest.raises(BadInput):
        load(tmp_path)


def test_what_a_remedy_is_about_is_in_the_inventory(county: County) -> None:
    case = Case("u001", named=("nowhere", county.devices[0].name, county.devices[0].name))
    assert subjects(county, About.EVIDENCE, case) == (county.devices[0].name,)
    router = county.cpe_by_unit["u001"].name
    assert subjects(county, About.ROUTER, case) == (router,)
    line = subjects(county, About.LINE, case)
    assert line[0] == router
    assert len(line) > 1
    assert subjects(county, About.LINE, Case("u999")) == ()


def test_the_order_says_where_whom_why_and_what_to_bring(fix: Fix, engine: Engine, county: County) -> None:
    fault = judged(engine, "line-worn", FaultDomain.OPERATOR, "x")
    Faults(engine).report("u001", "no net", "", "call 13900000000", CLERKS[0])
    found = order(Desk(fix.settings, engine), county, fault, OPERATOR)
    said = {line.name: line.text for line in found.lines}
    assert said["Reporter's telephone"] == "call 13900000000"
    assert said["Likely cause"] == "it was shut"
    assert "splicing set, when the fiber is cut" in found.bring
    with pytest.raises(NotAllowed):
        order(Desk(fix.settings, engine), county, fault, CLERKS[0])
