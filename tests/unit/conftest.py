"""Unit tests talk to nobody: a socket that connects fails the test."""

import socket
from typing import Any, NoReturn

import pytest


class NetworkUsed(AssertionError):
    """A unit test tried to reach somebody."""


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: socket.socket, address: Any, *_rest: Any) -> NoReturn:
        raise NetworkUsed(f"a unit test connected to {address!r}; put it under tests/twin")

    for method in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, method, refuse)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COUNTYNET_COUNTY", "COUNTYNET_LANG", "COUNTYNET_PORT", "COUNTYNET_LISTEN"):
        monkeypatch.delenv(name, raising=False)
