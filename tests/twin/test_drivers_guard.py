"""The guards of vendors' devices, each on a simulated device on loopback: done, taken back, healed, found out.

`tests.twin.drivers_lab.Box` starts the device. Its timers are as slow as life's, so that no load makes a test fail, and
ring when the test says so.
"""

import re
import threading
from collections.abc import Callable, Iterator

import pytest

from countynet.errors import DeviceError
from countynet.i18n import set_language
from playbooks.plan.guards import Undo
from playbooks.plan.guards.vendor import VendorMethod
from playbooks.plan.model import DeviceState, Steps
from tests.twin.drivers_lab import LIMITS, NAME, Box, Nothing, typed

BOXES = {
    "vrp5": ("huawei_vrp", "S5735", "delayed-reload"),
    "vrp8": ("huawei_vrp", "CE6857", "commit-trial"),
    "comware": ("h3c_comware", "S6520X", "commit-delay"),
    "ios": ("cisco_ios", "C2960X", "delayed-reload"),
    "ios-archive": ("cisco_ios", "C3750X", "revert-timer"),
    "rgos": ("ruijie", "S5750", "delayed-reload"),
}
VLAN = {
    "huawei_vrp": "#\nvlan batch 10 20\n#\nvlan 10\n description first\n#\ninterface Vlanif10\n"
    " ip address 10.9.0.1 255.255.255.0\n#\n",
    "h3c_comware": "#\nvlan 10\n name first\n#\nvlan 20\n#\ninterface Vlan-interface10\n"
    " ip address 10.9.0.1 255.255.255.0\n#\n",
    "cisco_ios": "!\nvlan 10\n name first\n!\nvlan 20\n!\ninterface Vlan10\n ip address 10.9.0.1 255.255.255.0\n!\n",
    "ruijie": "!\nvlan 10\n name first\n!\nvlan 20\n!\ninterface VLAN 10\n ip address 10.9.0.1 255.255.255.0\n!\n",
}
WRONG = {
    "huawei_vrp": ("vlan batch 10", "vlann 20", "vlan batch 30"),
    "h3c_comware": ("vlan 10", "vlann 20", "vlan 30"),
    "cisco_ios": ("vlan 10", "vlann 20", "vlan 30"),
    "ruijie": ("vlan 10", "vlann 20", "vlan 30"),
}
END = re.compile(r"(?m)^(return|end)$")
FULL = re.compile(r"(?i)not enough|no space|not save")
SECONDS = 60


@pytest.fixture(scope="module", params=sorted(BOXES))
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    platform, model, _revert = BOXES[request.param]
    found = Box(tmp_path_factory.mktemp(request.param), platform, model).start()
    yield found
    found.stop()


@pytest.fixture
def box(started: Box) -> Box:
    set_language("en")
    started.renew()
    if started.model == "C3750X":
        started.order(do="type", lines=["archive", "path flash:kept"])
    return started


@pytest.fixture
def steps(box: Box) -> Steps:
    return box.steps(lambda running: END.sub("", running) + VLAN[box.platform])


def pending(box: Box, steps: Steps) -> bool | None:
    """Return whether an undo counts down on the device, as it tells."""
    method = box.method(steps)
    assert isinstance(method, VendorMethod)
    return method.pending(box.open(), LIMITS)


def words(outcome_error: DeviceError | None) -> str:
    assert outcome_error
    return f"{outcome_error} {outcome_error.command} {outcome_error.answer}"


def test_each_platform_has_its_method(box: Box, steps: Steps) -> None:
    assert box.method(steps).revert == next(r for p, m, r in BOXES.values() if (p, m) == (box.platform, box.model))


def test_a_change_is_made_confirmed_and_saved(box: Box, steps: Steps) -> None:
    outcome = box.guarded(steps, seconds=600)
    assert (outcome.state, outcome.error) == (DeviceState.DONE, None)
    assert box.runs(steps.intended)
    assert box.keeps(steps.intended)
    assert {"arming its undo", "changing", "testing"} == set(box.told)
    box.order(do="reboot")
    assert box.await_text(steps.intended)


def test_until_it_is_confirmed_the_saved_configuration_is_the_old_one(box: Box, steps: Steps) -> None:
    seen: list[bool] = []
    outcome = box.guarded(steps, Nothing(meanwhile=lambda: seen.append(box.keeps(steps.running))))
    assert (outcome.state, seen) == (DeviceState.DONE, [True])


def test_what_ran_and_was_not_saved_is_saved_before_it_is_changed(box: Box, steps: Steps) -> None:
    assert not box.order(ask="startup")["text"]
    box.guarded(steps, Nothing(DeviceError(NAME, "found something")))
    assert box.keeps(steps.running)


def test_a_failed_test_takes_the_change_back_at_once(box: Box, steps: Steps) -> None:
    outcome = box.guarded(steps, Nothing(DeviceError(NAME, "cuts off what is behind it")))
    assert (outcome.state, words(outcome.error).strip()) == (DeviceState.REVERTED, "cuts off what is behind it")
    assert box.runs(steps.running)
    assert box.keeps(steps.running)
    assert not pending(box, steps)


def test_a_device_that_is_cut_off_heals_by_itself(box: Box, steps: Steps) -> None:
    changed: list[bool] = []

    def cut(opens: int) -> bool:
        changed.append(not box.same(box.order(ask="running")["text"], steps.running))
        if opens == 3:
            box.ring()
        return changed[-1]

    box.cut = cut
    outcome = box.guarded(steps)
    assert (outcome.state, "answers SSH neither" in words(outcome.error)) == (DeviceState.REVERTED, True)
    assert changed == [True, True, True, False]
    assert box.await_text(steps.running)


def test_a_refused_line_ends_the_change_and_is_named_with_the_words_of_the_device(box: Box, steps: Steps) -> None:
    outcome = box.guarded(typed(steps, *WRONG[box.platform]))
    assert outcome.state is DeviceState.REVERTED
    assert WRONG[box.platform][1] in words(outcome.error)
    assert re.search("[Ee]rror|Unrecognized|Invalid input", words(outcome.error))
    assert box.runs(steps.running)


def test_a_device_that_takes_a_line_and_does_not_keep_it_is_found_out(box: Box, steps: Steps) -> None:
    box.fault(lie=".*(description|ip address).*")
    outcome = box.guarded(steps, seconds=600)
    assert (outcome.state, "still differs" in words(outcome.error)) == (DeviceState.REVERTED, True)
    box.fault(lie="")
    assert box.runs(steps.running)


def test_a_full_flash_is_named_and_the_change_taken_back(box: Box, steps: Steps) -> None:
    outcome = box.guarded(steps, Nothing(meanwhile=lambda: box.fault(refuse_save=True)), seconds=600)
    assert (outcome.state, bool(FULL.search(words(outcome.error)))) == (DeviceState.REVERTED, True)
    assert box.runs(steps.running)
    assert box.keeps(steps.running)
    assert not pending(box, steps)


def test_an_account_that_is_refused_in_the_middle_heals_too(box: Box, steps: Steps) -> None:
    def unlock() -> None:
        box.ring()
        box.fault(locked=False)

    def lock() -> None:
        box.fault(locked=True)
        threading.Timer(3.0, unlock).start()
        raise DeviceError(NAME, "found something")

    outcome = box.guarded(steps, Nothing(meanwhile=lock))
    assert outcome.state is DeviceState.REVERTED
    assert box.runs(steps.running)


def test_a_refused_key_is_named(box: Box) -> None:
    box.fault(locked=True)
    with pytest.raises(DeviceError, match="refused the key of netadmin"):
        box.open()


def test_cancelled_it_is_taken_back(box: Box, steps: Steps) -> None:
    cancelled = threading.Event()
    outcome = box.guarded(steps, Nothing(meanwhile=cancelled.set), cancelled)
    assert (outcome.state, "was cancelled" in words(outcome.error)) == (DeviceState.REVERTED, True)
    assert box.runs(steps.running)


def broken_off(box: Box, steps: Steps, stop: Callable[[], object] = lambda: None) -> None:
    """Change a device and be killed before anything is tested."""
    method, session = box.method(steps), box.open()
    method.prepare(session, steps, "plan 7 abc 0f0f", SECONDS, LIMITS)
    method.change(session, steps, "plan 7 abc 0f0f", SECONDS, LIMITS, lambda _text: None)
    session.close()
    stop()


def found(box: Box, steps: Steps, undo: Undo) -> DeviceState | None:
    session = box.open()
    try:
        return box.method(steps).resolve(session, steps, undo, LIMITS)
    finally:
        session.close()


def test_after_kill_9_the_device_is_found_counting_and_then_as_before(box: Box, steps: Steps) -> None:
    broken_off(box, steps)
    assert found(box, steps, Undo("", 0, SECONDS)) is None
    box.ring()
    assert box.await_text(steps.running)
    assert found(box, steps, Undo("", 9999, SECONDS)) is DeviceState.REVERTED


def test_a_restart_in_the_middle_comes_back_to_the_old_configuration(box: Box, steps: Steps) -> None:
    broken_off(box, steps, lambda: box.order(do="reboot"))
    assert box.await_text(steps.running)
    assert found(box, steps, Undo("", 9999, SECONDS)) is DeviceState.REVERTED


def test_killed_after_all_was_confirmed_the_device_has_the_plan(box: Box, steps: Steps) -> None:
    assert box.guarded(steps).state is DeviceState.DONE
    assert found(box, steps, Undo("", 9999, SECONDS)) is DeviceState.DONE


class Hearing(list[str]):
    """What is told of a change, with something that happens once the device is being changed."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act

    def append(self, text: str) -> None:
        super().append(text)
        if text == "changing":
            self.act()


def test_a_session_that_is_dropped_in_the_middle_is_taken_back(box: Box, steps: Steps) -> None:
    box.told = Hearing(lambda: box.fault(drop_after=3))
    outcome = box.guarded(steps)
    assert (outcome.state, "session broke" in words(outcome.error)) == (DeviceState.REVERTED, True)
    assert box.runs(steps.running)
    assert box.keeps(steps.running)


def test_a_device_that_restarts_while_it_is_changed_comes_back_as_before(box: Box, steps: Steps) -> None:
    box.told = Hearing(lambda: box.fault(reboot_after=1))
    outcome = box.guarded(steps)
    assert (outcome.state, bool(words(outcome.error).strip())) == (DeviceState.REVERTED, True)
    assert box.runs(steps.running)


def test_while_another_undo_counts_a_device_takes_no_second_change(box: Box, steps: Steps) -> None:
    broken_off(box, steps)
    session = box.open()
    if box.platform == "h3c_comware":  # which does not tell: a second change finds what runs to be another
        assert pending(box, steps) is None
        return
    with pytest.raises(DeviceError, match="holds an armed undo"):
        box.method(steps).prepare(session, steps, "plan 8 def 1", SECONDS, LIMITS)


def test_what_was_done_is_taken_back_exactly_by_the_way_back(box: Box, steps: Steps) -> None:
    assert box.guarded(steps).state is DeviceState.DONE
    assert box.guarded(steps.back()).state is DeviceState.DONE
    assert box.runs(steps.running)
    assert box.keeps(steps.running)


def test_a_slow_line_only_takes_its_time(box: Box, steps: Steps) -> None:
    box.fault(rate=30000)
    assert box.guarded(steps, seconds=1200).state is DeviceState.DONE
