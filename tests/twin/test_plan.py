"""Plans on a real twin of three units: applied, refused, cut off and healed, killed and found out, taken back."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from audit.terminals.respond.model import How, Stage
from audit.terminals.respond.service import Asked, Responses
from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict
from countynet.events import Event, verify
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, running, subset
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.device.service import fetch
from playbooks.plan.apply import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Wish, make, undo
from playbooks.plan.model import DeviceState, Plan, PlanState, Policy
from tests import raw
from tests.applications.day2.scene import Scene
from tests.twin import held_port
from topology import twin
from topology.reach.confined import Held, confined

AMY, BOB = Actor("amy", Role.CENTER), Actor("bob", Role.CENTER)
HASTY = Limits(connect=2, sign_in=5, command=20, settle=6, device=60)
STATION, CPE, OTHER, SWITCH = "10.255.0.12/24", "cpe-002", "cpe-025", "sw-admin"
AMPLE, SOON = 60, 6
"""seconds until a device takes a change back by itself: for a change that succeeds, and for one that waits for it"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(tmp_path_factory.mktemp("plan") / "county")


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    create.create_repository(settings)
    small = subset(whole, 3)
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert not [result.error for result in configure(small, settings) if result.error]
        yield small
    finally:
        twin.down(settings)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


@pytest.fixture
def said(county: County, settings: Settings) -> Iterator[list[Set]]:
    """Edits of the inventory, committed as they are added with `say`; taken back afterwards."""
    repository = Repository(settings)
    before = repository.state()
    done: list[Set] = []
    yield done
    back = [Set(s.section, s.key, s.field, before[s.section, s.key][s.field]) for s in done]  # type: ignore[arg-type]
    if back:
        repository.commit(back, Author("Amy", "amy"), "back again")


def say(settings: Settings, said: list[Set], *edits: Set) -> None:
    said += edits
    Repository(settings).commit(edits, Author("Amy", "amy"), "try it")


def planned(settings: Settings, *names: str, policy: Policy = Policy.STOP, seconds: int = AMPLE) -> Plan:
    return make(settings, Wish("carl", policy, seconds), [f"name={','.join(names)}"], limits=HASTY)


def approved(settings: Settings, plan: Plan, people: Sequence[Actor] = (AMY,)) -> int:
    for person in people:
        Book.open(settings).approve(plan.number, person)
    return plan.number


def applied(settings: Settings, number: int) -> tuple[Entry, list[str]]:
    told: list[str] = []
    entry = apply(settings, number, lambda device, text: told.append(f"{device}: {text}"), actor="amy", limits=HASTY)
    return entry, told


def runs(county: County, settings: Settings, device: str) -> str:
    assert fetch(county, settings, [device])[device].error is None
    return running.original(settings, device).get_secret_value()


def states(entry: Entry) -> dict[str, DeviceState]:
    return {name: device.state for name, device in entry.devices.items()}


def on(settings: Settings, device: str, script: str) -> str:
    done = twin.exec_in(settings, device, ["sh", "-c", script])
    assert done.returncode == 0, done.stderr
    return done.stdout


def command(settings: Settings, *words: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), "plan", *words]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def shown(settings: Settings, number: int) -> dict[str, dict[str, str]]:
    process = command(settings, "show", str(number), "--json")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    found: dict[str, dict[str, str]] = json.loads(out)["devices"]
    return found


def test_without_a_difference_there_is_nothing_to_plan(county: County, settings: Settings) -> None:
    with pytest.raises(Conflict, match="nothing to plan"):
        planned(settings, CPE, SWITCH)


def test_a_plan_is_approved_applied_done_and_taken_back_exactly(
    county: County, settings: Settings, said: list[Set]
) -> None:
    before = {name: runs(county, settings, name) for name in (CPE, SWITCH)}
    say(settings, said, Set("hosts", "station", "address", STATION))
    plan = planned(settings, CPE, SWITCH)
    assert (plan.approvals, plan.tiers, [u.unit for u in plan.units]) == (1, ((CPE,), (SWITCH,)), ["u002"])
    with pytest.raises(Conflict, match="has none yet"):
        applied(settings, plan.number)
    entry, _told = applied(settings, approved(settings, plan))
    assert (entry.state, set(states(entry).values())) == (PlanState.DONE, {DeviceState.DONE}), entry.devices
    assert all("10.255.0.12:162" in runs(county, settings, name) for name in before)
    assert on(settings, CPE, "ls /var/lib/countynet/plan").split().count("armed") == 0
    with pytest.raises(Conflict, match="is applied"):
        applied(settings, plan.number)

    back = undo(settings, plan.number, Wish("carl", seconds=AMPLE, undoes=plan.number), limits=HASTY)
    entry, _told = applied(settings, approved(settings, back))
    assert entry.state is PlanState.DONE, entry.devices
    assert {name: runs(county, settings, name) for name in before} == before


def test_no_secret_is_in_the_database_and_every_step_is_an_event(county: County, settings: Settings) -> None:
    secrets = Secrets.load(settings)
    values = [secrets.get(name).get_secret_value().encode() for name in secrets.names() if "public" not in name]
    kept = b"".join(raw.content(file) for file in settings.state.glob("county.db*"))
    assert not [value for value in values if value in kept]
    with reading(open_database(settings)) as session:
        assert verify(session) == ()
        tags = {event.tag for event in session.query(Event)}
    assert {"plan.made", "plan.approved", "plan.applying", "plan.device", "plan.ended"} <= tags


def test_a_plan_is_stale_when_somebody_changed_the_device_by_hand(
    county: County, settings: Settings, said: list[Set]
) -> None:
    say(settings, said, Set("hosts", "station", "address", STATION))
    number = approved(settings, planned(settings, CPE))
    on(settings, CPE, "nft add rule inet countynet input tcp dport 23 accept")
    try:
        with pytest.raises(Conflict, match="runs something else since"):
            applied(settings, number)
    finally:
        on(settings, CPE, "nft -f /etc/nftables.conf")
    entry = Book.open(settings).get(number)
    assert (entry.state, entry.approvals[0].withdrawn) == (PlanState.STALE, True)
    with pytest.raises(Conflict, match="is stale"):
        Book.open(settings).approve(number, BOB)


def test_a_plan_is_stale_when_the_inventory_says_something_else_of_its_devices(
    county: County, settings: Settings, said: list[Set]
) -> None:
    say(settings, said, Set("hosts", "station", "address", STATION))
    number = approved(settings, planned(settings, CPE))
    say(settings, said, Set("hosts", "station", "address", "10.255.0.13/24"))
    with pytest.raises(Conflict, match="the inventory says something else since"):
        applied(settings, number)


def test_a_change_that_cuts_the_management_path_heals_by_itself_and_is_named(
    county: County, settings: Settings, said: list[Set]
) -> None:
    before = runs(county, settings, CPE)
    say(settings, said, Set("circuits", "line-002", "link", "10.20.250.0/29"))
    plan = planned(settings, CPE, seconds=SOON)
    assert plan.management
    entry, told = applied(settings, approved(settings, plan))
    assert (entry.state, states(entry)) == (PlanState.STOPPED, {CPE: DeviceState.REVERTED}), told
    assert entry.devices[CPE].error.startswith(f"{CPE}: ")
    assert runs(county, settings, CPE) == before


def test_a_device_that_cuts_off_what_is_behind_it_is_taken_back_with_all_the_others(
    county: County, settings: Settings, said: list[Set]
) -> None:
    before = {name: runs(county, settings, name) for name in (OTHER, SWITCH)}
    say(
        settings, said, Set("hosts", "station", "address", STATION), Set("circuits", "line-002", "vlan", 301)
    )  # fmt: skip
    entry, told = applied(
        settings, approved(settings, planned(settings, OTHER, SWITCH, policy=Policy.UNDO_ALL, seconds=20))
    )
    assert states(entry) == {OTHER: DeviceState.UNDONE, SWITCH: DeviceState.REVERTED}, told
    assert f"cuts off what is behind it: {CPE}" in entry.devices[SWITCH].error
    assert {name: runs(county, settings, name) for name in before} == before


def test_a_silent_device_is_named_and_a_rerun_does_only_what_is_missing(
    county: County, settings: Settings, said: list[Set]
) -> None:
    say(settings, said, Set("hosts", "station", "address", STATION))
    number = approved(settings, planned(settings, CPE, OTHER))
    on(settings, OTHER, "nft add table inet mute; nft 'add chain inet mute i { type filter hook input priority -9; }'")
    on(settings, OTHER, "nft add rule inet mute i tcp dport 22 drop")
    try:
        entry, _told = applied(settings, number)
    finally:
        on(settings, OTHER, "nft delete table inet mute")
    assert (entry.state, states(entry)) == (
        PlanState.STOPPED,
        {CPE: DeviceState.DONE, OTHER: DeviceState.UNREACHED},
    )
    entry, told = applied(settings, number)
    assert entry.state is PlanState.DONE, told
    assert [line for line in told if "changing" in line] == [f"{OTHER}: changing"]
    on(settings, OTHER, "nft add rule inet countynet input tcp dport 23 accept")
    with pytest.raises(Conflict, match="later changes stand on plan"):
        undo(settings, number, Wish("carl", seconds=AMPLE, undoes=number), limits=HASTY)
    on(settings, OTHER, "nft -f /etc/nftables.conf")


def test_cancelled_in_the_middle_the_device_in_hand_is_taken_back_and_nothing_further_begins(
    county: County, settings: Settings, said: list[Set]
) -> None:
    said += [Set("hosts", "station", "address", STATION)]
    say(settings, [], Set("hosts", "station", "address", "10.255.0.14/24"))
    number = approved(settings, planned(settings, CPE, OTHER))
    before, cancelled = runs(county, settings, CPE), threading.Event()

    def told(device: str, text: str) -> None:
        if text == "changing":
            cancelled.set()

    entry = apply(settings, number, told, actor="amy", cancelled=cancelled, limits=HASTY)
    assert states(entry) == {CPE: DeviceState.REVERTED, OTHER: DeviceState.WAITING}
    assert "was cancelled" in entry.devices[CPE].error
    assert runs(county, settings, CPE) == before


def test_after_kill_9_the_armed_undo_works_and_show_knows_what_each_device_has(
    county: County, settings: Settings, said: list[Set]
) -> None:
    before = runs(county, settings, CPE)
    say(settings, said, Set("circuits", "line-002", "link", "10.20.250.0/29"))
    number = approved(settings, planned(settings, CPE, seconds=SOON))
    process = command(settings, "apply", str(number))
    assert process.stderr
    for line in process.stderr:
        if line.endswith(f"{CPE}: changing\n"):
            break
    try:
        rival = command(settings, "apply", str(number))
        assert "another plan is being applied" in rival.communicate(timeout=60)[1]
        assert rival.returncode == 1
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    deadline = time.monotonic() + SOON + 60
    while (known := shown(settings, number)[CPE])["state"] == "changing" and time.monotonic() < deadline:
        time.sleep(1)
    assert known["state"] == "reverted", known
    assert runs(county, settings, CPE) == before
    assert Book.open(settings).get(number).state is PlanState.STOPPED


def test_a_stranger_is_quarantined_by_plan_reads_the_notice_and_nothing_else_and_is_released(
    county: County, settings: Settings
) -> None:
    engine = open_database(settings)
    responses, number = Responses(settings, engine), held_port.finding(engine)
    with held_port.page(settings), held_port.stranger(settings):
        assert held_port.reads(settings, held_port.PORTAL, seconds=60)
        assert held_port.answering(settings, held_port.GATEWAY, held_port.INFRA)
        with pytest.raises(BadInput) as refused:
            responses.respond(Asked(number, How.QUARANTINE, "nobody knows it"), AMY)
        assert held_port.PC in str(refused.value.problems[0].values)
        done = responses.respond(Asked(number, How.QUARANTINE, "nobody knows it", also=(held_port.PC,)), AMY)
        assert (done.stage, done.plan is None) == (Stage.PLANNED, False)
        with pytest.raises(Conflict):
            applied(settings, done.plan or 0)
        Book.open(settings).approve(done.plan or 0, BOB)
        assert applied(settings, done.plan or 0)[0].state is PlanState.DONE
        assert responses.get(done.number).stage is Stage.HELD

        assert not held_port.reads(settings, held_port.PORTAL)
        assert not held_port.answering(settings, held_port.GATEWAY, held_port.INFRA, held_port.OTHER)
        with held_port.readdressed(settings):
            assert held_port.reads(settings, held_port.PORTAL, seconds=60)
            others = (held_port.CONFINED, held_port.PORTAL, held_port.INFRA, held_port.OTHER, held_port.MANAGED)
            assert not held_port.answering(settings, *others)
        told = Repository(settings).county()
        held = confined(told, adapted(told, Secrets.load(settings).get), told.held_ports[0])
        assert held == Held(id=told.held_ports[0].id, notice=True)

        freed = responses.release(done.number, AMY, "it is the clerk's new computer")
        Book.open(settings).approve(freed.release_plan or 0, BOB)
        assert applied(settings, freed.release_plan or 0)[0].state is PlanState.DONE
        assert responses.get(done.number).stage is Stage.RELEASED
        assert held_port.reads(settings, held_port.PORTAL, seconds=60)


def test_a_unit_is_quarantined_by_its_playbook_and_released(county: County, settings: Settings) -> None:
    scene, reason = Scene(settings, county), {"unit": held_port.UNIT, "reason": "ransomware seen"}
    assert f"the plan would change {CPE}" in scene.look("quarantine-unit", reason)
    assert scene.answers(held_port.PC, held_port.GATEWAY)
    assert scene.through("quarantine-unit", reason).good
    assert not scene.answers(held_port.PC, held_port.GATEWAY)
    assert scene.through("release-unit", reason).good
    assert scene.answers(held_port.PC, held_port.GATEWAY)
