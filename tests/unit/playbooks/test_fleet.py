import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from countynet.errors import Conflict, DeviceError
from countynet.vocabulary import DeviceRole
from inventory.model import Device
from playbooks.device.fleet import waves
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits, Step
from playbooks.device.transport.fake import FakeDevice, FakeTransport
from tests.unit.playbooks.toy import ToyDevice, device

DEVICES = tuple(device(f"cpe-{n:03}", number=n) for n in range(1, 6))


def open_fake(name: str) -> Session[FakeTransport]:
    return Session(FakeTransport(name, FakeDevice(ToyDevice())), "in-band")


def failed(name: str, seconds: float, error: DeviceError) -> str:
    return f"{name}: {error.message}"


def names(device: Device, session: Session[FakeTransport], began: float) -> str:
    return device.name


def test_waves_core_and_switches_first_then_firewalls_and_hub_then_cpes_in_batches() -> None:
    devices = [*DEVICES, device("hub", DeviceRole.VPN_HUB), device("agg", DeviceRole.AGGREGATION)]
    devices += [device("core", DeviceRole.CORE), device("fw", DeviceRole.FIREWALL)]
    assert waves(devices, 3) == (
        ("agg", "core"),
        ("hub", "fw"),
        ("cpe-001", "cpe-002", "cpe-003"),
        ("cpe-004", "cpe-005"),
    )


def test_results_come_in_the_order_of_the_devices() -> None:
    shuffled = tuple(reversed(DEVICES))
    assert Operation(shuffled, open_fake, names, failed).run() == tuple(d.name for d in shuffled)


def test_one_failing_device_leaves_the_others_alone_and_a_second_run_includes_it() -> None:
    broken = {"cpe-002"}

    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        if device.name in broken:
            raise DeviceError(device.name, "rejected", "cmd", "no")
        return "ok"

    operation = Operation(DEVICES, open_fake, act, failed)
    assert operation.run() == ("ok", "cpe-002: rejected", "ok", "ok", "ok")
    broken.clear()
    assert operation.run() == ("ok",) * 5


def test_a_device_that_cannot_be_opened_fails_alone() -> None:
    def opener(name: str) -> Session[FakeTransport]:
        if name == "cpe-003":
            raise DeviceError(name, "refused the key")
        return open_fake(name)

    assert Operation(DEVICES, opener, names, failed).run()[2] == "cpe-003: refused the key"


def test_a_device_that_takes_too_long_is_given_up_and_told_once() -> None:
    held, told = threading.Event(), list[Step]()

    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        if device.name == "cpe-001":
            held.wait(60)
        return "ok"

    limits = Limits(device=1, workers=2)
    operation = Operation(DEVICES, open_fake, act, failed, limits, progress=told.append)
    began = time.monotonic()
    results = operation.run()
    assert time.monotonic() - began < 50
    assert results == ("cpe-001: did not finish within {seconds} s", "ok", "ok", "ok", "ok")
    held.set()
    time.sleep(0.1)
    assert sorted(s.device for s in told if s.kind != "started") == [d.name for d in DEVICES]
    assert [s.finished for s in told if s.kind != "started"] == [1, 2, 3, 4, 5]


def test_cancelling_finishes_what_is_in_hand_and_begins_nothing_more() -> None:
    cancelled = threading.Event()

    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        cancelled.set()
        return "ok"

    results = Operation(DEVICES, open_fake, act, failed, Limits(workers=1), cancelled=cancelled).run()
    assert results[0] == "ok"
    assert all("cancelled" in result for result in results[1:])


def test_secrets_are_struck_out_of_the_words_of_a_device() -> None:
    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        raise DeviceError(device.name, "rejected", "use s3cret-key", "bad key s3cret-key")

    def told(name: str, seconds: float, error: DeviceError) -> str:
        return error.command + error.answer + str(error.values)

    def redact(text: str) -> str:
        return text.replace("s3cret-key", "***")

    results = Operation(DEVICES, open_fake, act, told, redact=redact).run()
    assert all("s3cret-key" not in result and "***" in result for result in results)


def test_a_missing_vantage_fails_each_device_and_does_not_hang() -> None:
    @contextmanager
    def gone() -> Iterator[None]:
        raise Conflict("the twin is gone")
        yield

    results = Operation(DEVICES, open_fake, names, failed, around=gone).run()
    assert all("twin is gone" in result for result in results)


def test_sessions_are_closed_whatever_happens() -> None:
    opened: list[FakeTransport] = []

    def opener(name: str) -> Session[FakeTransport]:
        opened.append(FakeTransport(name, FakeDevice(ToyDevice())))
        return Session(opened[-1], "in-band")

    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        raise DeviceError(device.name, "x")

    Operation(DEVICES, opener, act, failed).run()
    assert len(opened) == 5
    assert not any(transport.open for transport in opened)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_a_task_becomes_that_devices_error() -> None:
    def act(device: Device, session: Session[FakeTransport], began: float) -> str:
        return str(1 / 0)

    assert "error of countynet" in Operation(DEVICES, open_fake, act, failed).run()[0]
