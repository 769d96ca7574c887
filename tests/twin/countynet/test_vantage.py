"""Entering the management station's namespace, in real namespaces."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from countynet import vantage
from countynet.errors import Conflict, MissingCapability
from countynet.settings import Settings

NAME = "t-vantage"


@pytest.fixture
def netns() -> Iterator[Path]:
    subprocess.run(["ip", "netns", "add", NAME], check=True)
    yield Path("/run/netns") / NAME
    subprocess.run(["ip", "netns", "del", NAME], check=True)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "county")


def interfaces() -> set[str]:
    return {name for _number, name in socket.if_nameindex()}


def here() -> int:
    return Path("/proc/thread-self/ns/net").stat().st_ino


def write(settings: Settings, netns: Path) -> None:
    settings.state.mkdir(parents=True)
    (settings.state / "vantage").write_text(f"{netns}\n")


def test_real_network_is_left_alone(settings: Settings) -> None:
    before = here()
    vantage.enter(settings)
    assert here() == before


def test_enter_moves_this_thread_and_those_it_starts(settings: Settings, netns: Path) -> None:
    write(settings, netns)
    outside, seen = interfaces(), []

    def inside() -> None:
        vantage.enter(settings)
        child = threading.Thread(target=lambda: seen.append(interfaces()))
        child.start()
        child.join()

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [{"lo"}]
    assert interfaces() == outside


def test_within_comes_back_also_after_an_error(netns: Path) -> None:
    before = here()

    def fails_inside() -> None:
        with vantage.within(netns):
            assert interfaces() == {"lo"}
            raise LookupError

    with pytest.raises(LookupError):
        fails_inside()
    assert here() == before


def test_here_brings_back_whoever_entered(settings: Settings, netns: Path) -> None:
    write(settings, netns)
    before = here()
    with vantage.here():
        vantage.enter(settings)
        assert here() != before
    assert here() == before


def test_gone_twin_is_told(settings: Settings) -> None:
    write(settings, Path("/run/netns/t-no-such"))
    with pytest.raises(Conflict, match="not running"):
        vantage.enter(settings)


def test_what_is_no_namespace_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write(settings, tmp_path / "plain")
    with pytest.raises(MissingCapability, match="cannot enter"):
        vantage.enter(settings)
