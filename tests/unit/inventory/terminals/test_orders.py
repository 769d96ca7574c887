"""What follows an approval: one commit, the port and the binding that intent makes of it, the job; and removal."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.jobs import Job
from countynet.vocabulary import TerminalState
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.model import County
from inventory.record import Author, Put, Set
from inventory.record.history import of_object
from inventory.tags import TerminalTag
from inventory.terminals.model import Connection
from inventory.terminals.order import work_order
from inventory.terminals.orders import Orders
from inventory.terminals.service import Applications
from inventory.terminals.store import Filter
from inventory.validate import findings
from tests.unit.inventory.conftest import secrets
from tests.unit.inventory.terminals.people import (
    ADMIN,
    AUDITOR,
    CENTER,
    CLERK,
    OPERATOR,
    OTHER,
    SECOND,
    TODAY,
    filled,
    mac,
)
from tests.unit.inventory.terminals.test_service import at_once

Approve = Callable[..., int]


@pytest.fixture
def approved(applications: Applications) -> Approve:
    def make(unit: str = "u025", number: int = 1) -> int:
        filed = applications.ask(unit, filled(number), CENTER)
        applications.approve(filed, SECOND)
        return filed

    return make


def jobs(engine: Engine) -> list[tuple[str, dict[str, object], str]]:
    with reading(engine) as session:
        return [(job.kind, job.params, job.actor) for job in session.scalars(select(Job).order_by(Job.id))]


def config(county: County, cpe: str) -> DeviceConfig:
    return intent(county, secrets)[cpe]


def bound(county: County, cpe: str) -> set[tuple[str, ...]]:
    held = config(county, cpe).filters
    return {rule.not_source_macs for chain in held for rule in chain.rules if rule.not_source_macs}


def where(error: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.where for problem in error.value.problems]


def test_a_work_order_says_where_whom_what_and_which(applications: Applications, approved: Approve) -> None:
    county = applications.repository.county()
    filed = applications.ask("u026", filled(), OTHER)
    assert work_order(county, applications.get(filed)) is None
    applications.approve(filed, CENTER)
    order = work_order(county, applications.get(filed))
    assert order is not None
    unit = county.unit_by_id["u026"]
    assert unit.officer is not None
    said = order.document()
    assert said["contact"] == {"name": unit.officer.name, "title": "信息员", "telephone": unit.officer.telephone}
    assert said["building"] == county.building_by_id[unit.building].name
    assert (said["device"], said["port"], said["mac"], said["gateway"]) == ("cpe-026", "lan1", mac(1), "10.21.26.1")
    assert said["read_off"] == ["pc-026"]


def test_connecting_is_one_commit_with_terminal_and_cable_and_queues_the_configuration(
    applications: Applications, orders: Orders, approved: Approve, engine: Engine
) -> None:
    number = approved()
    done = orders.connect(number, OPERATOR, Connection("001E.C900.0001"))
    county = applications.repository.county()
    terminal = county.unit_by_id["u025"].terminals[-1]
    assert (terminal.name, str(terminal.address), terminal.mac, terminal.user, terminal.added_on) == (
        "pc-025-2", "10.21.25.11", mac(1), "张三", TODAY,
    )  # fmt: skip
    assert terminal.address6 is not None
    cable = next(c for c in county.cables if c.id == "cable-pc-025-2")
    assert {f"{end.node}:{end.port}" for end in (cable.a, cable.b)} == {"cpe-025:lan1", "pc-025-2:eth0"}
    history = of_object(applications.repository, "units/u025")
    assert history[0].entry.commit == done.commit == applications.repository.head()
    assert history[0].entry.login == "operator"
    assert "pc-025-2" in history[0].entry.reason
    assert not list(findings(county))
    found = applications.get(number)
    assert (found.state, found.job, found.open) == (TerminalState.CONNECTED, done.job, False)
    assert jobs(engine) == [("config-apply", {"devices": ["cpe-025"]}, "operator")]
    with reading(engine) as session:
        assert verify(session) == ()


def test_what_a_person_wrote_about_other_terminals_keeps_its_order(
    applications: Applications, orders: Orders, approved: Approve
) -> None:
    written = {"user": "李四", "mac": mac(9), "address": "10.21.25.10", "name": "pc-025"}
    applications.repository.commit([Set("units", "u025", "terminals", [dict(written)])], Author("x"), "by hand")
    orders.connect(approved(), OPERATOR, Connection(mac(1)))
    line = next(x for x in (applications.settings.county / "units.yml").read_text().splitlines() if "李四" in x)
    assert [part.split(":")[0].strip() for part in line.strip("- {}").split(", ")] == list(written)


def test_the_configuration_opens_the_port_and_binds_every_computer(
    applications: Applications, orders: Orders, approved: Approve
) -> None:
    before = config(applications.repository.county(), "cpe-025")
    orders.connect(approved(), OPERATOR, Connection(mac(1)))
    county = applications.repository.county()
    first = county.unit_by_id["u025"].terminals[0].mac
    assert first is not None
    assert bound(county, "cpe-025") == {tuple(sorted((first, mac(1))))}
    ports = {i.name for i in config(county, "cpe-025").interfaces if i.switchport}
    assert ports == {"lan0", "lan1"}
    assert not {i.name for i in before.interfaces if i.switchport}


def test_the_first_terminals_address_is_read_off_in_the_same_step_so_that_binding_begins(
    applications: Applications, orders: Orders, approved: Approve
) -> None:
    number = approved("u026")
    for said in (Connection(mac(1)), Connection(mac(1), others={"pc-026": "x"})):
        with pytest.raises(BadInput) as told:
            orders.connect(number, OPERATOR, said)
        assert where(told) == ["mac-pc-026"]
    with pytest.raises(BadInput) as told:
        orders.connect(number, OPERATOR, Connection(mac(1), others={"pc-026": mac(1)}))
    assert where(told) == ["mac-pc-026"]
    assert bound(applications.repository.county(), "cpe-026") == set()
    orders.connect(number, OPERATOR, Connection(mac(1), others={"pc-026": "00-1e-c9-00-00-99"}))
    county = applications.repository.county()
    assert [t.mac for t in county.unit_by_id["u026"].terminals] == ["00:1e:c9:00:00:99", mac(1)]
    assert bound(county, "cpe-026") == {tuple(sorted(("00:1e:c9:00:00:99", mac(1))))}
    assert applications.history(number)[-1].data["macs"] == {"pc-026": "00:1e:c9:00:00:99", "pc-026-2": mac(1)}


def test_another_computer_than_was_approved_is_refused(
    applications: Applications, orders: Orders, approved: Approve, engine: Engine
) -> None:
    number, head = approved(), applications.repository.head()
    for said in (Connection(mac(2)), Connection(""), Connection("ff-ff-ff-ff-ff-ff")):
        with pytest.raises(BadInput) as told:
            orders.connect(number, OPERATOR, said)
        assert where(told) == ["mac"]
    known = applications.repository.county().unit_by_id["u025"].terminals[0].mac
    with pytest.raises(BadInput):
        orders.connect(number, OPERATOR, Connection(str(known)))
    assert applications.get(number).state is TerminalState.APPROVED
    assert (applications.repository.head(), jobs(engine)) == (head, [])


def test_an_address_for_a_terminal_that_needs_none_is_refused(orders: Orders, approved: Approve) -> None:
    with pytest.raises(BadInput) as told:
        orders.connect(approved(), OPERATOR, Connection(mac(1), others={"pc-025": mac(9), "pc-777": mac(8)}))
    assert where(told) == ["mac-pc-025", "mac-pc-777"]


def test_another_free_port_may_be_used_and_no_other(
    applications: Applications, orders: Orders, approved: Approve
) -> None:
    first, _second = approved(number=1), approved(number=2)
    for port in ("lan0", "lan2", "dsl0", "lan9", "eth0", "cpe-025:lan3"):
        with pytest.raises(BadInput) as told:
            orders.connect(first, OPERATOR, Connection(mac(1), port))
        assert where(told) == ["port"], port
    orders.connect(first, OPERATOR, Connection(mac(1), " lan5 "))
    place = applications.get(first).place
    assert place is not None
    assert place.port == "lan5"
    assert any(str(c.a.port) == "lan5" for c in applications.repository.county().cables if "pc-025-2" in c.id)


def test_only_the_operator_connects_and_only_once(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    number = approved()
    for actor in (CLERK, OTHER, CENTER, AUDITOR, ADMIN):
        with pytest.raises(NotAllowed):
            orders.connect(number, actor, Connection(mac(1)))
    orders.connect(number, OPERATOR, Connection(mac(1)))
    head = applications.repository.head()
    with pytest.raises(Conflict):
        orders.connect(number, OPERATOR, Connection(mac(1)))
    assert applications.repository.head() == head
    asked = applications.ask("u025", filled(5), CLERK)
    with pytest.raises(Conflict):
        orders.connect(asked, OPERATOR, Connection(mac(5)))


def test_two_who_connect_at_once_make_one_commit_and_one_job(
    orders: Orders, approved: Approve, applications: Applications, engine: Engine
) -> None:
    number, before = approved(), len(applications.repository.git.log("HEAD"))
    raised = at_once([lambda: orders.connect(number, OPERATOR, Connection(mac(1))) for _n in range(3)])
    assert sum(error is None for error in raised) == 1
    assert len(applications.repository.git.log("HEAD")) == before + 1
    assert len(jobs(engine)) == 1


def test_connecting_and_taking_the_order_back_at_once_leave_one_truth(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    number = approved()
    at_once([
        lambda: orders.connect(number, OPERATOR, Connection(mac(1))),
        lambda: applications.decline(number, CENTER, "wrong room"),
    ])  # fmt: skip
    stands = "pc-025-2" in applications.repository.county().unit_by_terminal
    assert applications.get(number).state is (TerminalState.CONNECTED if stands else TerminalState.DECLINED)


def test_what_a_kill_left_between_commit_and_database_is_finished_by_asking_again(
    orders: Orders, approved: Approve, applications: Applications, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    number = approved()

    def killed(*_anything: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("inventory.terminals.orders._submit", killed)
        with pytest.raises(KeyboardInterrupt):
            orders.connect(number, OPERATOR, Connection(mac(1), "lan3"))
    assert applications.get(number).state is TerminalState.APPROVED
    head = applications.repository.head()
    with pytest.raises(Conflict):
        applications.decline(number, CENTER, "too late")
    orders.connect(number, OPERATOR, Connection(mac(1)))
    found = applications.get(number)
    assert found.place is not None
    assert (found.state, found.place.port) == (TerminalState.CONNECTED, "lan3")
    assert applications.repository.head() == head
    assert len(jobs(engine)) == 1


def test_what_somebody_took_by_hand_meanwhile_is_told(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    number = approved()
    first = {"name": "pc-025", "address": "10.21.25.11", "mac": mac(9)}
    applications.repository.commit([Set("units", "u025", "terminals", [dict(first)])], Author("x"), "by hand")
    with pytest.raises(Conflict) as told:
        orders.connect(number, OPERATOR, Connection(mac(1)))
    assert told.value.values == {"values": "10.21.25.11"}
    applications.decline(number, CENTER, "address gone")
    again = approved()
    orders.connect(again, OPERATOR, Connection(mac(1)))
    assert [str(t.address) for t in applications.repository.county().unit_by_id["u025"].terminals] == [
        "10.21.25.11", "10.21.25.10",
    ]  # fmt: skip


def test_a_unit_that_left_meanwhile_is_told(orders: Orders, approved: Approve, applications: Applications) -> None:
    from inventory.allocate import remove_unit

    number = approved("u027")
    gone = remove_unit(applications.repository.county(), "u027", TODAY)
    applications.repository.commit(gone.edits, Author("x"), "left")
    with pytest.raises(Conflict):
        orders.connect(number, OPERATOR, Connection(mac(1)))
    assert work_order(applications.repository.county(), applications.get(number)) is None
    applications.decline(number, CENTER, "the unit is gone")


def test_files_edited_by_hand_are_not_overwritten(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    number, file = approved(), applications.settings.county / "units.yml"
    file.write_text(file.read_text() + "# a remark\n")
    with pytest.raises(Conflict):
        orders.connect(number, OPERATOR, Connection(mac(1)))
    assert applications.get(number).state is TerminalState.APPROVED
    assert file.read_text().endswith("# a remark\n")


def test_a_removed_terminal_takes_its_cable_and_leaves_its_values_in_quarantine(
    orders: Orders, approved: Approve, applications: Applications, engine: Engine
) -> None:
    number = approved()
    orders.connect(number, OPERATOR, Connection(mac(1)))
    before = applications.repository.county()
    address6 = before.unit_by_id["u025"].terminals[-1].address6
    done = orders.remove("u025", "pc-025-2", CLERK, " 已报废 ")
    county = applications.repository.county()
    assert [t.name for t in county.unit_by_id["u025"].terminals] == ["pc-025"]
    assert not [c for c in county.cables if "pc-025-2" in (c.a.node, c.b.node)]
    assert {(f.id, f.was) for f in county.quarantine} == {
        (f"{kind} {value}", "pc-025-2 u025")
        for kind, value in (("address", "10.21.25.11"), ("address", address6), ("name", "pc-025-2"))
    }
    assert not list(findings(county))
    assert not {i.name for i in config(county, "cpe-025").interfaces if i.switchport}
    past = applications.history(number)[-1]
    assert (past.tag, past.actor, past.data["reason"]) == (TerminalTag.REMOVED, "u025", "已报废")
    assert (past.data["commit"], past.data["job"]) == (done.commit, done.job)
    assert [job[1] for job in jobs(engine)] == [{"devices": ["cpe-025"]}] * 2
    again = approved(number=2)
    place = applications.get(again).place
    assert place is not None
    assert (place.terminal, str(place.address), place.port) == ("pc-025-3", "10.21.25.12", "lan1")


def test_its_own_unit_and_the_center_remove_a_terminal_and_nobody_else(orders: Orders, engine: Engine) -> None:
    for actor in (OTHER, OPERATOR, AUDITOR, ADMIN):
        with pytest.raises(NotAllowed):
            orders.remove("u025", "pc-025", actor, "x")
    for unit, terminal, actor in (("u026", "pc-025", OTHER), ("u025", "pc-9", CENTER), ("u026", "pc-025", CENTER)):
        with pytest.raises(BadInput):
            orders.remove(unit, terminal, actor, "x")
    with pytest.raises(BadInput):
        orders.remove("u025", "pc-025", CENTER, "")
    orders.remove("u025", "pc-025", CENTER, "replaced")
    with reading(engine) as session:
        last = session.scalars(select(Event).where(Event.tag == TerminalTag.REMOVED)).one()
    assert last.subject == "terminal:pc-025"


def test_a_quarantine_that_is_over_is_cleared_by_the_next_change(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    over = {"id": "name pc-025-2", "kind": "name", "value": "pc-025-2", "was": "x", "until": TODAY.isoformat()}
    applications.repository.commit([Put("quarantine", dict(over))], Author("x"), "left")
    orders.connect(approved(), OPERATOR, Connection(mac(1)))
    county = applications.repository.county()
    assert county.quarantine == ()
    assert "pc-025-2" in county.unit_by_terminal


def test_undoing_the_commit_takes_the_terminal_out_and_nothing_else(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    from inventory.record.history import undo

    done = orders.connect(approved(), OPERATOR, Connection(mac(1)))
    undo(applications.repository, done.commit, Author("center"), "wrong")
    assert "pc-025-2" not in applications.repository.county().unit_by_terminal


def test_the_operator_has_a_connected_terminals_device_configured_again(
    orders: Orders, approved: Approve, applications: Applications, engine: Engine
) -> None:
    number = approved()
    with pytest.raises(Conflict):
        orders.configure(number, OPERATOR)
    first = orders.connect(number, OPERATOR, Connection(mac(1)))
    with pytest.raises(NotAllowed):
        orders.configure(number, CLERK)
    again = orders.configure(number, OPERATOR)
    assert again.job != first.job
    assert applications.get(number).job == again.job
    assert applications.history(number)[-1].tag is TerminalTag.CONFIGURED


def test_a_county_outside_git_says_what_to_do(applications: Applications) -> None:
    (applications.settings.county / ".git").rename(applications.settings.county / "git-gone")
    with pytest.raises(Conflict):
        applications.ask("u025", filled(), CLERK)
    assert applications.listed(Filter()) == []


def test_a_cable_that_goes_elsewhere_is_found_by_the_next_one(
    orders: Orders, approved: Approve, applications: Applications
) -> None:
    """Somebody cabled the held port by hand: the operator is told which ports are free."""
    number = approved()
    terminals = [{"name": "pc-025", "address": "10.21.25.10", "mac": mac(8)},
                 {"name": "printer", "address": "10.21.25.99", "mac": mac(9)}]  # fmt: skip
    cable = {"id": "cable-printer", "a": "cpe-025:lan1", "b": "printer:eth0", "kind": "copper"}
    applications.repository.commit(
        [Set("units", "u025", "terminals", [dict(t) for t in terminals]), Put("cables", dict(cable))],
        Author("x"), "by hand",
    )  # fmt: skip
    with pytest.raises(BadInput) as told:
        orders.connect(number, OPERATOR, Connection(mac(1)))
    assert where(told) == ["port"]
    assert told.value.problems[0].wanted == "lan2, lan3, lan4, lan5"
    orders.connect(number, OPERATOR, Connection(mac(1), "lan2"))
