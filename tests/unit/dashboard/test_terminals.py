"""An application for a terminal through the pages, and the contract that the real service and the fake keep."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.jobs import Job, JobLog, JobState, finish
from countynet.settings import Settings
from countynet.vocabulary import Role, TerminalState
from dashboard.services.fake import FakeCounty
from dashboard.services.fake_terminals import FakeTerminals
from dashboard.services.model import JobView
from dashboard.services.protocols import Services
from dashboard.services.real.county import CountyFolder
from dashboard.services.real.terminals import RealTerminals
from dashboard.services.terminals import Terminals
from dashboard.users.model import Person
from inventory import create
from inventory.load import load_county
from inventory.record import Author, Repository, Set
from inventory.terminals.model import Connection, Form
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.house.messages import HAN

Enter = Callable[[str], Browser]
MAC, FIRST = "00:1e:c9:00:00:01", "00:1e:c9:00:00:99"
FORM = {"user": "张三", "room": "203", "purpose": "公文办理", "mac": "00-1E-C9-00-00-01"}
CENTER, SECOND = Person(1, "center", Role.CENTER), Person(6, "wang", Role.CENTER)
OPERATOR, AUDITOR = Person(2, "operator", Role.OPERATOR), Person(5, "auditor", Role.AUDITOR)
MINE, THEIRS = Person(3, CLERK, Role.UNIT, CLERK), Person(4, OTHER_CLERK, Role.UNIT, OTHER_CLERK)


def asked(**fields: str) -> dict[str, str]:
    return FORM | {"wanted_by": (clock.today() + timedelta(days=7)).isoformat()} | fields


def wanted(number: int = 1) -> Form:
    return Form("张三", "203", "公文办理", f"00:1e:c9:00:00:{number:02x}", clock.today().isoformat())


# --- through the pages ---


def test_an_application_goes_from_the_form_to_the_inventory(signed_in: Enter, services: Services) -> None:
    clerk, center, operator = signed_in(CLERK), signed_in("center"), signed_in("operator")
    answer = clerk.post("/terminals", **asked())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/terminals/1")
    assert "#1" not in operator.get("/terminals").text
    assert 'action="/terminals/1/approve"' in center.get("/terminals/1").text
    assert "/terminals/1/" not in operator.get("/terminals/1").text
    assert center.post("/terminals/1/approve", note="请尽快").status_code == 303
    assert "#1" in operator.get("/terminals").text
    html = operator.get("/terminals/1").text
    for said in (MAC, "pc-031-2", "10.21.31.11", "cpe-031", "lan1", "10.21.31.1"):
        assert said in html
    assert operator.post("/terminals/1/connect", mac=MAC, port="lan1").status_code == 303
    terminal = services.county.county().unit_by_id[CLERK].terminals[-1]
    assert (terminal.name, terminal.mac, terminal.user) == ("pc-031-2", MAC, "张三")
    html = clerk.get("/terminals/1").text
    for said in (CLERK, "center", "operator", "请尽快", "已开通", "cpe-031 的配置下发"):
        assert said in html
    assert '<form method="post" action="/terminals/1' not in html


def test_a_form_keeps_what_was_typed_and_says_beside_each_input_what_is_wrong(
    signed_in: Enter, services: Services
) -> None:
    clerk = signed_in(CLERK)
    answer = clerk.post("/terminals", user="", room="203", purpose="x" * 201, mac="zz", wanted_by="soon")
    assert answer.status_code == 400
    assert 'name="room" value="203"' in answer.text
    for name in ("user", "purpose", "mac", "wanted_by"):
        assert f'id="e-{name}"' in answer.text, name
    assert 'id="e-room"' not in answer.text
    assert clerk.post("/terminals", **asked(wanted_by="2020-01-01")).status_code == 400
    assert services.terminals.open() == []


def test_a_computer_that_the_county_has_is_told_with_its_name(signed_in: Enter, services: Services) -> None:
    known = next(t.mac for u in services.county.county().units for t in u.terminals if t.mac)
    answer = signed_in(CLERK).post("/terminals", **asked(mac=known))
    assert answer.status_code == 400
    assert "pc-" in answer.text


def test_a_clerk_asks_for_the_own_unit_whatever_the_form_says(signed_in: Enter, services: Services) -> None:
    signed_in(CLERK).post("/terminals", **asked(unit=OTHER_CLERK))
    assert [found.unit for found in services.terminals.open()] == [CLERK]


def test_the_center_asks_for_a_unit_that_called_and_does_not_approve_it(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    assert center.post("/terminals", **asked(unit="u999")).status_code == 400
    assert center.post("/terminals", **asked(unit=CLERK)).status_code == 303
    assert 'action="/terminals/1/approve"' not in center.get("/terminals/1").text
    assert center.post("/terminals/1/approve").status_code == 403
    assert center.post("/terminals/1/withdraw").status_code == 303


def test_another_clerk_neither_sees_nor_withdraws_nor_removes(signed_in: Enter, services: Services) -> None:
    signed_in(CLERK).post("/terminals", **asked())
    other = signed_in(OTHER_CLERK)
    for path in ("/terminals/1", "/terminals/1/progress", f"/terminals/of/{CLERK}"):
        assert other.get(path).status_code == 403, path
    assert "#1" not in other.get("/terminals").text
    assert other.post("/terminals/1/withdraw").status_code == 403
    assert other.post(f"/terminals/of/{CLERK}/remove", terminal="pc-031", reason="x").status_code == 403
    assert other.post(f"/terminals/of/{OTHER_CLERK}/remove", terminal="pc-031", reason="x").status_code == 400
    assert "pc-031" in services.county.county().unit_by_terminal


def test_a_step_from_an_old_page_is_refused_and_changes_nothing(signed_in: Enter, services: Services) -> None:
    signed_in(CLERK).post("/terminals", **asked())
    center = signed_in("center")
    assert center.post("/terminals/1/approve").status_code == 303
    before = services.terminals.get(1)
    answer = center.post("/terminals/1/approve")
    assert answer.status_code == 409
    assert services.terminals.get(1) == before


def test_a_declined_application_says_why(signed_in: Enter) -> None:
    clerk, center = signed_in(CLERK), signed_in("center")
    clerk.post("/terminals", **asked())
    assert center.post("/terminals/1/decline", reason=" ").status_code == 400
    assert center.post("/terminals/1/decline", reason="没有编制").status_code == 303
    assert "没有编制" in clerk.get("/terminals/1").text


def test_another_computer_and_a_port_in_use_are_told_beside_the_input(signed_in: Enter, services: Services) -> None:
    signed_in(CLERK).post("/terminals", **asked())
    signed_in("center").post("/terminals/1/approve")
    operator = signed_in("operator")
    answer = operator.post("/terminals/1/connect", mac="00:1e:c9:00:00:02", port="lan1")
    assert answer.status_code == 400
    assert 'value="00:1e:c9:00:00:02"' in answer.text
    assert 'id="e-mac"' in answer.text
    answer = operator.post("/terminals/1/connect", mac=MAC, port="lan0")
    assert answer.status_code == 400
    assert 'id="e-port"' in answer.text
    assert services.terminals.open()[0].ordered


def without_first_mac(services: Services) -> None:
    source = services.county
    assert isinstance(source, FakeCounty)
    county = source.value
    unit = county.unit_by_id[CLERK]
    bare = unit.model_copy(update={"terminals": tuple(t.model_copy(update={"mac": None}) for t in unit.terminals)})
    parts = {name: getattr(county, name) for name in type(county).model_fields}
    parts["units"] = tuple(bare if u.id == CLERK else u for u in county.units)
    source.value = type(county)(**parts)


def test_the_operator_is_asked_for_the_first_terminals_address_where_it_is_unknown(
    signed_in: Enter, services: Services
) -> None:
    without_first_mac(services)
    signed_in(CLERK).post("/terminals", **asked())
    signed_in("center").post("/terminals/1/approve")
    operator = signed_in("operator")
    assert 'name="mac-pc-031"' in operator.get("/terminals/1").text
    answer = operator.post("/terminals/1/connect", mac=MAC, port="lan1")
    assert answer.status_code == 400
    assert 'id="e-mac-pc-031"' in answer.text
    assert operator.post("/terminals/1/connect", mac=MAC, port="lan1", **{"mac-pc-031": FIRST}).status_code == 303
    assert [t.mac for t in services.county.county().unit_by_id[CLERK].terminals] == [FIRST, MAC]


def test_the_work_order_is_a_page_for_those_who_watch(signed_in: Enter, services: Services) -> None:
    clerk, operator = signed_in(CLERK), signed_in("operator")
    clerk.post("/terminals", **asked())
    assert operator.get("/terminals/1/order").status_code == 404
    signed_in("center").post("/terminals/1/approve")
    html = operator.get("/terminals/1/order").text
    unit = services.county.county().unit_by_id[CLERK]
    contact = unit.officer or unit.leader
    for said in (unit.name, contact.name, contact.telephone, "cpe-031", "lan1", MAC, "10.21.31.11/24", "203"):
        assert said in html
    assert clerk.get("/terminals/1/order").status_code == 403


def test_a_terminal_is_removed_with_a_reason(signed_in: Enter, services: Services) -> None:
    clerk = signed_in(CLERK)
    assert clerk.post(f"/terminals/of/{CLERK}/remove", terminal="pc-031", reason=" ").status_code == 400
    assert "pc-031" in services.county.county().unit_by_terminal
    assert clerk.post(f"/terminals/of/{CLERK}/remove", terminal="pc-031", reason="报废").status_code == 303
    assert services.county.county().unit_by_id[CLERK].terminals == ()
    assert f"/terminals/of/{CLERK}/remove" not in clerk.get(f"/terminals/of/{CLERK}").text


def test_the_jobs_log_is_shown_and_may_be_started_again(signed_in: Enter, services: Services) -> None:
    fake = services.terminals
    assert isinstance(fake, FakeTerminals)
    signed_in(CLERK).post("/terminals", **asked())
    signed_in("center").post("/terminals/1/approve")
    operator = signed_in("operator")
    operator.post("/terminals/1/connect", mac=MAC)
    assert "等待执行" in operator.get("/terminals/1/progress").text
    fake.jobs[1] = JobView(1, "failed", ("cpe-031: <does not answer>",))
    html = operator.get("/terminals/1").text
    assert "&lt;does not answer&gt;" in html
    assert 'action="/terminals/1/configure"' in html
    assert operator.post("/terminals/1/configure").status_code == 303
    fake.jobs[2] = JobView(2, "done", ())
    assert "与台账一致" in operator.get("/terminals/1/progress").text
    assert 'action="/terminals/1/configure"' not in signed_in("auditor").get("/terminals/1").text


def test_a_random_address_is_pointed_out(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    clerk.post("/terminals", **asked(mac="02-1e-c9-00-00-01"))
    assert "随机硬件地址" in clerk.get("/terminals/1").text


@pytest.mark.parametrize("login", [CLERK, "center", "operator", "auditor"])
def test_every_page_is_in_one_language_and_has_nothing_inline(signed_in: Enter, services: Services, login: str) -> None:
    signed_in(CLERK).post("/terminals", **asked(user="Zhang", purpose="papers"))
    signed_in("center").post("/terminals/1/approve")
    signed_in("operator").post("/terminals/1/connect", mac=MAC)
    signed_in(CLERK).post("/terminals", **asked(user="Li", purpose="papers", mac="00-1e-c9-00-00-03"))
    browser = signed_in(login)
    paths = ["/terminals", "/terminals/1", "/terminals/2", f"/terminals/of/{CLERK}"]
    paths += ["/terminals/new"] * (login in (CLERK, "center")) + ["/terminals/1/order"] * (login != CLERK)
    names = {unit.name for unit in services.county.county().units}
    browser.post("/language", language="en")
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.text)
        assert answer.text.count("<h1") == 1
        words = re.sub(r"<[^>]+>", " ", answer.text[answer.text.index("<main") :])
        for name in names:
            words = words.replace(name, "")
        contact = services.county.county().unit_by_id[CLERK]
        people = {contact.leader.name, contact.leader.title, services.county.county().plan.operator.name}
        people |= {contact.officer.name, contact.officer.title} if contact.officer else set()
        people.add(services.county.county().plan.operator.title)
        people |= {building.address for building in services.county.county().buildings}
        for name in sorted(people - {""}, key=len, reverse=True):
            words = words.replace(name, "")
        assert not HAN.search(words), (path, HAN.findall(words))


# --- the contract ---


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings.load(tmp_path_factory.mktemp("county") / "county")
    create.create_folder(settings)
    create.create_repository(settings)
    first = {"name": "pc-031", "address": "10.21.31.10"}
    Repository(settings).commit([Set("units", CLERK, "terminals", [dict(first)])], Author("test"), "prepare")
    return settings.county


@pytest.fixture
def folder(tmp_path: Path, prepared_folder: Path) -> Settings:
    there = shutil.copytree(prepared_folder, tmp_path / "county", ignore=shutil.ignore_patterns(".state"))
    return Settings.load(Path(there))


@pytest.fixture
def engine(folder: Settings) -> Iterator[Engine]:
    found = open_database(folder)
    yield found
    found.dispose()


@pytest.fixture(params=["fake", "real"])
def terminals(request: pytest.FixtureRequest, folder: Settings, engine: Engine) -> Terminals:
    if request.param == "fake":
        return FakeTerminals(FakeCounty(load_county(folder.county)))
    source = CountyFolder(folder)
    return RealTerminals(folder, engine, source, source.look_again)


def test_an_application_has_one_way_and_each_step_one_role(terminals: Terminals) -> None:
    number = terminals.ask(MINE, CLERK, wanted())
    said = Connection(MAC, others={"pc-031": FIRST})
    steps: list[tuple[str, Person, Callable[[Person], None], TerminalState]] = [
        ("approve", CENTER, lambda who: terminals.approve(who, number, "please"), TerminalState.APPROVED),
        ("connect", OPERATOR, lambda who: terminals.connect(who, number, said), TerminalState.CONNECTED),
    ]
    for name, who, take, after in steps:
        found = terminals.get(number)
        assert found is not None
        for person in (CENTER, OPERATOR, MINE, THEIRS, AUDITOR):
            assert (name in terminals.possible(person, found)) is (person is who)
            if person is not who:
                with pytest.raises(NotAllowed):
                    take(person)
        take(who)
        with pytest.raises(Conflict):
            take(who)
        moved = terminals.get(number)
        assert moved is not None
        assert moved.state is after
    done = terminals.get(number)
    assert done is not None
    assert [step.actor for step in terminals.steps(number)] == [CLERK, "center", "operator"]
    assert [step.at for step in terminals.steps(number)] == sorted(step.at for step in terminals.steps(number))
    assert (terminals.open(), [a.id for a in terminals.closed(9)]) == ([], [number])
    assert terminals.stands(done)
    job = terminals.job(done)
    assert job is not None
    assert (job.state, job.busy) == ("queued", True)
    assert terminals.possible(OPERATOR, done) == {"configure"}
    terminals.configure(OPERATOR, number)
    with pytest.raises(NotAllowed):
        terminals.configure(CENTER, number)


def test_what_is_held_is_not_given_again_and_offered_first(terminals: Terminals) -> None:
    number, second = terminals.ask(MINE, CLERK, wanted(1)), terminals.ask(MINE, CLERK, wanted(2))
    with pytest.raises(BadInput):
        terminals.ask(THEIRS, OTHER_CLERK, wanted(1))
    found = terminals.get(number)
    assert found is not None
    assert terminals.order(found) is None
    terminals.approve(CENTER, number, "")
    approved = terminals.get(number)
    assert approved is not None
    order = terminals.order(approved)
    assert order is not None
    assert (order.cpe_port, order.read_off) == ("cpe-031:lan1", ("pc-031",))
    assert terminals.ports(approved) == ("lan1",)
    with pytest.raises(BadInput):
        terminals.approve(CENTER, second, "")
    terminals.decline(CENTER, number, "room changed")
    terminals.approve(CENTER, second, "")
    assert [a.id for a in terminals.open(CLERK)] == [second]
    assert [a.id for a in terminals.closed(9, OTHER_CLERK)] == []
    assert terminals.get(99) is None


def test_withdrawing_and_removing_belong_to_the_unit(terminals: Terminals) -> None:
    number = terminals.ask(MINE, CLERK, wanted())
    for person in (THEIRS, OPERATOR, AUDITOR, CENTER):
        with pytest.raises(NotAllowed):
            terminals.withdraw(person, number)
    terminals.withdraw(MINE, number)
    with pytest.raises(Conflict):
        terminals.withdraw(MINE, number)
    for person in (THEIRS, OPERATOR, AUDITOR):
        with pytest.raises(NotAllowed):
            terminals.remove(person, CLERK, "pc-031", "x")
    for terminal, reason in (("pc-999", "x"), ("pc-031", " "), ("pc-007", "x")):
        with pytest.raises(BadInput):
            terminals.remove(MINE, CLERK, terminal, reason)
    terminals.remove(SECOND, CLERK, "pc-031", "sold")
    again = terminals.ask(MINE, CLERK, wanted(2))
    terminals.approve(CENTER, again, "")
    found = terminals.get(again)
    assert found is not None
    assert found.place is not None
    assert found.place.terminal == "pc-031-2"
    assert str(found.place.address) == "10.21.31.11"


def test_the_pages_county_follows_and_the_jobs_log_is_told(folder: Settings, engine: Engine) -> None:
    source = CountyFolder(folder)
    terminals = RealTerminals(folder, engine, source, source.look_again)
    number = terminals.ask(MINE, CLERK, wanted())
    terminals.approve(CENTER, number, "")
    terminals.connect(OPERATOR, number, Connection(MAC, others={"pc-031": FIRST}))
    assert "pc-031-2" in source.whole().unit_by_terminal
    found = terminals.get(number)
    assert found is not None
    with transaction(engine) as session:
        job = session.get_one(Job, found.job)
        assert (job.kind, job.params, job.actor) == ("config-apply", {"devices": ["cpe-031"]}, "operator")
        session.add(JobLog(job_id=job.id, at=clock.now(), line="cpe-031: signing in"))
        finish(session, job, JobState.FAILED, {}, "cpe-031 does not answer")
    said = ("cpe-031: signing in", "cpe-031 does not answer")
    assert terminals.job(found) == JobView(job.id, "failed", said, last=1)
