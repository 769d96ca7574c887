"""Who shuts the staging port of a device that cannot: we, once it answers in band; again when that fails."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from countynet.errors import DeviceError
from inventory.model import Device
from playbooks.device.closing import InBand
from tests.unit.playbooks.toy import device

PORT = 2299
LONG = 20.0


class Listener:
    """An address that shows an SSH banner."""

    def __init__(self, address: str) -> None:
        self._sock = socket.create_server((address, PORT))
        self._taken: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            while True:
                taken, _address = self._sock.accept()
                taken.sendall(b"SSH-2.0-box\r\n")
                self._taken.append(taken)
        except OSError:
            return

    def close(self) -> None:
        self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()
        for taken in self._taken:
            taken.close()


@pytest.fixture
def box() -> Device:
    return device("sw-1", number=3)


@pytest.fixture
def staging(box: Device) -> Iterator[Listener]:
    found = Listener(str(box.staging))
    yield found
    try:
        found.close()
    except OSError:
        return


@pytest.fixture
def management(box: Device) -> Iterator[Listener]:
    found = Listener(str(box.management))
    yield found
    found.close()


def test_it_is_done_once_the_device_is_met_and_tried_again_after_a_failure(
    box: Device, staging: Listener, management: Listener
) -> None:
    tried: list[float] = []

    def act() -> None:
        tried.append(time.monotonic())
        if len(tried) == 1:
            raise DeviceError(box.name, "rejected a line")
        staging.close()

    in_band = InBand(nullcontext, PORT)
    in_band.add(box, act)
    assert in_band.finish(LONG, lambda left: None) == {}
    assert len(tried) == 2


def test_a_device_that_does_not_answer_in_band_is_left_open_and_named(box: Device, staging: Listener) -> None:
    in_band = InBand(nullcontext, PORT)
    in_band.add(box, lambda: pytest.fail("it was never met"))
    assert in_band.finish(2.5, lambda left: None) == {box.name: False}


def test_a_device_whose_port_stays_open_is_named_as_met(box: Device, staging: Listener, management: Listener) -> None:
    in_band = InBand(nullcontext, PORT)
    in_band.add(box, lambda: None)
    assert in_band.finish(2.5, lambda left: None) == {box.name: True}
