"""The real console on a simulated device: the contract of every console, pages, slow and lossy lines, host keys."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet.errors import DeviceError
from countynet.i18n import set_language
from playbooks.device.vendor import Console
from tests.twin.drivers_lab import Box
from tests.unit.playbooks.vendor.contract import ConsoleContract, Lines


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    found = Box(tmp_path_factory.mktemp("console"), "huawei_vrp", "S5735").start()
    yield found
    found.stop()


@pytest.fixture
def box(started: Box) -> Box:
    set_language("en")
    started.renew()
    return started


class TestReal(ConsoleContract):
    @pytest.fixture
    def console(self, box: Box) -> Console:
        return box.open().transport

    @pytest.fixture
    def lines(self, box: Box) -> Lines:
        box.fault(rate=2000)
        return Lines(
            "display version", "VRP", "nonsense", "system-view", "save", r"(?i)y/n", "display current-configuration"
        )


def test_a_device_that_turns_no_pages_off_is_read_whole(box: Box) -> None:
    console = box.open().transport
    whole = console.ask("display current-configuration", 20).words
    console.ask("screen-length 8 temporary", 10)
    assert console.ask("display current-configuration", 20).words == whole


def test_the_prompt_is_followed_when_the_device_is_renamed(box: Box) -> None:
    console = box.open().transport
    for line, prompt in (("system-view", "[HUAWEI]"), ("sysname sw-99", "[sw-99]"), ("return", "<sw-99>")):
        assert console.ask(line, 10).prompt == prompt


def test_a_banner_that_looks_like_a_prompt_holds_nobody_up(box: Box) -> None:
    console = box.open().transport
    for line in ("system-view", 'header login information "<HUAWEI2>"', "return"):
        console.ask(line, 10)
    assert "<HUAWEI2>" in console.ask("display current-configuration", 10).words
    assert box.open().transport.prompt == "<HUAWEI>"


def test_a_session_that_drops_is_a_device_error(box: Box) -> None:
    console = box.open().transport
    box.order(do="drop")
    with pytest.raises(DeviceError, match="the SSH session broke"):
        console.ask("display clock", 5)


def test_a_device_that_never_speaks_is_given_up(box: Box) -> None:
    box.fault(silent=True)
    began = time.monotonic()
    with pytest.raises(DeviceError):
        box.open(seconds=2)
    assert time.monotonic() - began < 10


def test_another_host_key_is_refused(box: Box, tmp_path: Path) -> None:
    box.open()
    other = Box(tmp_path, "huawei_vrp", "S5735").start()
    (tmp_path / "known").write_text((box.folder / "known").read_text())
    other.key, other.private = box.key, box.private
    try:
        with pytest.raises(DeviceError, match="another host key"):
            other.open()
    finally:
        other.stop()
