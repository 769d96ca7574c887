"""What goes wrong in the middle of a change, on a real twin: power, lies, full disks, changed keys, bad lines, kills.

The promise is one: whatever happens, a device has the plan or is as before, people are told which and why, and the next
run goes on from there.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest

from countynet.errors import Conflict
from countynet.i18n import set_language
from inventory.record import Set
from playbooks.device.service import apply as configure
from playbooks.plan import armed
from playbooks.plan.book import Book
from playbooks.plan.model import DeviceState, PlanState
from tests.twin.desk import AMPLE, LINK, SOON, STATION, Desk, standing, states
from topology import twin
from topology.twin.state import LineRecord, Places
from topology.twin.wiring import LINES

CPE, OTHER = "cpe-002", "cpe-025"
GRACE = "playbooks.plan.guards.linux.TimerMethod.grace"
KEYS = "/etc/countynet/authorized_keys/netadmin"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with standing(tmp_path_factory.mktemp("faults"), 3) as desk:
        yield desk


@pytest.fixture
def desk(county: Desk) -> Iterator[Desk]:
    set_language("en")
    yield county
    county.unsay()


def settled(desk: Desk, number: int, device: str) -> dict[str, str]:
    """Return what `plan show` says of a device once nothing counts down any more."""
    deadline = time.monotonic() + AMPLE + 60
    while (known := desk.shown(number)[device])["state"] == "changing" and time.monotonic() < deadline:
        time.sleep(1)
    return known


def reboot(desk: Desk, device: str) -> None:
    twin.power_off(desk.settings, device)
    twin.power_on(desk.settings, device)


def started(desk: Desk, device: str) -> None:
    """Wait until a device that was switched on has started all that it runs."""
    desk.on(device, "systemctl is-system-running --wait && sleep 1")


def test_a_device_runs_the_same_after_a_restart(desk: Desk) -> None:
    before = {name: desk.runs(name) for name in (CPE, OTHER)}
    twin.power_off(desk.settings, CPE)
    with pytest.raises(Conflict, match="is dead"):
        desk.on(CPE, "true")
    reboot(desk, OTHER)
    twin.power_on(desk.settings, CPE)
    for name in before:
        started(desk, name)
    deadline = time.monotonic() + 60
    while {name: desk.runs(name) for name in before} != before and time.monotonic() < deadline:
        time.sleep(0.5)
    assert {name: desk.runs(name) for name in before} == before


@pytest.mark.parametrize("moment", ["arming its undo", "changing", "testing"])
def test_a_device_that_restarts_in_mid_change_is_as_before(desk: Desk, moment: str) -> None:
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE).number

    def pull(device: str, text: str) -> None:
        if text == moment:
            reboot(desk, device)

    entry, told = desk.apply(number, pull)
    assert (entry.state, states(entry)) == (PlanState.STOPPED, {CPE: DeviceState.REVERTED}), told
    assert entry.devices[CPE].error
    assert desk.runs(CPE) == before


def test_power_lost_for_longer_than_anybody_waits_is_found_and_settled_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GRACE, 3.0)
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE, OTHER, seconds=20).number

    def pull(device: str, text: str) -> None:
        if (device, text) == (CPE, "testing"):
            twin.power_off(desk.settings, CPE)

    entry, told = desk.apply(number, pull)
    assert states(entry) == {CPE: DeviceState.CHANGING, OTHER: DeviceState.WAITING}, told
    assert desk.shown(number)[CPE]["state"] == "changing"
    twin.power_on(desk.settings, CPE)
    started(desk, CPE)
    assert settled(desk, number, CPE)["state"] == "reverted"
    assert desk.runs(CPE) == before


def test_a_change_that_cuts_its_path_heals_though_the_device_restarts_meanwhile(desk: Desk) -> None:
    before = desk.runs(CPE)
    desk.say(Set("circuits", "line-002", "link", LINK))
    number, pulled = desk.plan(CPE, seconds=600).number, threading.Event()

    def pull() -> None:
        while not pulled.wait(0.2):
            if LINK.removesuffix("0/29") in desk.on(CPE, "cat /etc/frr/zebra.conf; sleep 1"):
                reboot(desk, CPE)
                pulled.set()

    thread = threading.Thread(target=pull, daemon=True)

    def told(_device: str, text: str) -> None:
        if text == "changing":
            thread.start()

    entry, lines = desk.apply(number, told)
    thread.join()
    assert pulled.is_set()
    assert states(entry) == {CPE: DeviceState.REVERTED}, lines
    assert desk.runs(CPE) == before
    assert "countynet-undo" not in desk.on(CPE, "ls /etc/systemd/system/*.wants 2>&1 || true")


def test_a_device_that_accepts_a_file_and_does_not_keep_it_is_taken_back_and_named(desk: Desk) -> None:
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE).number
    snmp = "/etc/snmp/snmpd.conf"
    desk.on(CPE, f"cp -p {snmp} /root/liar; touch /run/lie; setsid -f sh -c '{_lie(snmp)}' </dev/null >/dev/null 2>&1")
    try:
        entry, told = desk.apply(number)
    finally:
        desk.on(CPE, "rm /run/lie")
    assert states(entry) == {CPE: DeviceState.REVERTED}, told
    assert "still differs after the change" in entry.devices[CPE].error
    assert snmp in entry.devices[CPE].error
    assert desk.runs(CPE) == before


def _lie(path: str) -> str:
    return f"while [ -e /run/lie ]; do cmp -s /root/liar {path} || cp -p /root/liar {path}; sleep 0.1; done"


def test_a_daemon_that_takes_its_setting_and_dies_of_it_for_ever_is_told_as_neither_and_can_be_mended(
    desk: Desk,
) -> None:
    desk.say(STATION)
    number = desk.plan(CPE).number

    def lie(device: str, text: str) -> None:
        if text == "changing":
            desk.on(CPE, "mount --bind /bin/false /usr/sbin/snmpd")

    try:
        entry, told = desk.apply(number, lie)
    finally:
        desk.on(CPE, "umount /usr/sbin/snmpd")
    assert states(entry) == {CPE: DeviceState.BETWEEN}, told
    assert entry.devices[CPE].error
    with pytest.raises(Conflict, match="runs something else since"):
        desk.apply(number)
    desk.unsay()
    assert [result.error for result in configure(desk.county, desk.settings, [CPE])] == [None]
    with pytest.raises(Conflict, match="nothing to plan"):
        desk.plan(CPE)


def test_a_full_disk_is_refused_before_anything_changes(desk: Desk) -> None:
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE).number
    desk.on(CPE, "head -c 100M /dev/zero >/var/fill || true")
    try:
        entry, told = desk.apply(number)
        assert not [line for line in told if "arming" in line]
    finally:
        desk.on(CPE, "rm /var/fill")
    assert states(entry) == {CPE: DeviceState.WAITING}, told
    assert "cannot keep an undo" in entry.devices[CPE].error
    assert "No space left on device" in entry.devices[CPE].error
    assert desk.runs(CPE) == before
    assert "pack" not in desk.on(CPE, f"ls {armed.FOLDER} 2>/dev/null || true")


def test_a_disk_that_fills_up_in_mid_change_does_not_keep_the_device_from_being_put_back(desk: Desk) -> None:
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE).number

    def fill(device: str, text: str) -> None:
        if text == "changing":
            desk.on(CPE, "head -c 100M /dev/zero >/var/fill || true")

    try:
        entry, told = desk.apply(number, fill)
        assert states(entry) == {CPE: DeviceState.REVERTED}, told
    finally:
        desk.on(CPE, "rm /var/fill")
    assert "No space left on device" in entry.devices[CPE].error
    assert desk.runs(CPE) == before


def test_a_key_changed_between_plan_and_apply_is_told_and_the_others_go_on(desk: Desk) -> None:
    desk.say(STATION)
    number = desk.plan(CPE, OTHER).number
    desk.on(OTHER, f"mv {KEYS} /root/keys; echo nobody >{KEYS}")
    try:
        entry, _told = desk.apply(number)
    finally:
        desk.on(OTHER, f"mv /root/keys {KEYS}")
    assert states(entry) == {CPE: DeviceState.DONE, OTHER: DeviceState.UNREACHED}
    assert "refused the key of netadmin" in entry.devices[OTHER].error
    entry, told = desk.apply(number)
    assert entry.state is PlanState.DONE, told
    desk.unsay()
    assert desk.apply(desk.plan(CPE, OTHER).number)[0].state is PlanState.DONE


def test_a_key_changed_in_mid_change_is_told_and_the_device_takes_the_change_back_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GRACE, 3.0)
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE, seconds=20).number

    def lock_out(device: str, text: str) -> None:
        if text == "testing":
            desk.on(CPE, f"mv {KEYS} /root/keys; echo nobody >{KEYS}")

    try:
        entry, told = desk.apply(number, lock_out)
        assert states(entry) == {CPE: DeviceState.CHANGING}, told
        assert "refused the key of netadmin" in entry.devices[CPE].error
    finally:
        desk.on(CPE, f"mv /root/keys {KEYS}")
    assert settled(desk, number, CPE)["state"] == "reverted"
    assert desk.runs(CPE) == before


def test_a_change_over_2_mbit_with_one_percent_of_loss_works(desk: Desk) -> None:
    ends = next(x.ends for x in _lines(desk) if x.circuit == "line-002")
    for end in ends:
        _ip(f"tc -n {LINES} qdisc replace dev {end} root tbf rate 2mbit burst 16kb latency 100ms")
        _nft(
            "add table netdev lossy; "
            f"add chain netdev lossy {end} {{ type filter hook ingress device {end} priority 0; }}"
        )
        _nft(f"add rule netdev lossy {end} numgen random mod 100 < 1 drop")
    desk.say(STATION)
    try:
        entry, told = desk.apply(desk.plan(CPE).number)
        assert entry.state is PlanState.DONE, told
        desk.unsay()
        assert desk.apply(desk.plan(CPE).number)[0].state is PlanState.DONE
        assert "drop" in _nft("list table netdev lossy")
    finally:
        _nft("delete table netdev lossy")


def _lines(desk: Desk) -> tuple[LineRecord, ...]:
    record = Places(desk.settings).read()
    assert record is not None
    return record.lines


def _ip(words: str) -> None:
    subprocess.run(words.split(), check=True)


def _nft(words: str) -> str:
    done = subprocess.run(["ip", "netns", "exec", LINES, "nft", words], check=True, capture_output=True, text=True)
    return done.stdout


def test_ctrl_c_takes_the_device_in_hand_back_and_begins_nothing_further(desk: Desk) -> None:
    before = {name: desk.runs(name) for name in (CPE, OTHER)}
    desk.say(STATION)
    number = desk.plan(CPE, OTHER).number
    process = desk.command("apply", str(number), "--json")
    assert process.stderr
    for line in process.stderr:
        if line.endswith(f"{CPE}: changing\n"):
            process.send_signal(signal.SIGINT)
            break
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    entry = Book.open(desk.settings).get(number)
    assert states(entry) == {CPE: DeviceState.REVERTED, OTHER: DeviceState.WAITING}, err
    assert "was cancelled" in entry.devices[CPE].error
    assert {name: desk.runs(name) for name in before} == before


@pytest.mark.parametrize(
    ("phase", "state"),
    [("prepared", "reverted"), ("armed", "reverted"), ("changed", "reverted"), ("called off", "done")],
)
def test_a_worker_killed_in_any_phase_leaves_a_device_that_has_the_plan_or_is_as_before(
    desk: Desk, phase: str, state: str
) -> None:
    before = desk.runs(CPE)
    desk.say(STATION)
    number = desk.plan(CPE, seconds=AMPLE if state == "done" else SOON).number
    desk.dying(number, phase)
    assert settled(desk, number, CPE)["state"] == state
    assert (desk.runs(CPE) == before) is (state == "reverted")
    entry = Book.open(desk.settings).get(number)
    assert entry.state is (PlanState.DONE if state == "done" else PlanState.STOPPED)
    if state == "done":
        desk.unsay()
        assert desk.apply(desk.plan(CPE).number)[0].state is PlanState.DONE
    assert desk.runs(CPE) == before


def test_a_rerun_right_after_a_kill_waits_for_the_undo_and_then_does_what_is_missing(desk: Desk) -> None:
    desk.say(STATION)
    number = desk.plan(CPE, seconds=SOON).number
    desk.dying(number, "changed")
    assert "armed" in desk.on(CPE, f"ls {armed.FOLDER}").split()
    entry, told = desk.apply(number)
    assert entry.state is PlanState.DONE, told
    assert [line for line in told if line.endswith(": changing")] == [f"{CPE}: changing"], (
        "it was as before, then changed"
    )
    desk.unsay()
    assert desk.apply(desk.plan(CPE).number)[0].state is PlanState.DONE
