"""The power switch of the twin's devices: what is kept, what is gone, and that every kind of device starts again."""

import time
from collections.abc import Iterator

import pytest

from countynet.errors import BadInput, Conflict
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from tests.twin.desk import Desk, standing
from topology import twin

CPE = "cpe-002"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    set_language("en")
    with standing(tmp_path_factory.mktemp("power"), 3) as found:
        yield found


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def again(desk: Desk, device: str) -> None:
    twin.power_off(desk.settings, device)
    twin.power_on(desk.settings, device)
    desk.on(device, "systemctl is-system-running --wait")


def test_the_disk_is_kept_and_memory_and_the_kernels_state_are_gone(desk: Desk) -> None:
    desk.on(CPE, "echo kept | tee /etc/kept /var/lib/kept /root/kept /run/lost >/tmp/lost; rm /etc/profile")
    desk.on(CPE, "ip link add name by-hand type bridge; ip address add 192.0.2.1/24 dev wan0; nft add table ip by-hand")
    again(desk, CPE)
    assert desk.on(CPE, "cat /etc/kept /var/lib/kept /root/kept").split() == ["kept"] * 3
    gone = desk.on(CPE, "ls /etc/profile /tmp/lost /run/lost 2>/dev/null; ip -br address; nft list tables")
    assert "lost" not in gone
    assert "profile" not in gone, "a file of the factory that was removed stays removed"
    assert "by-hand" not in gone
    assert "192.0.2.1" not in gone


def test_a_dead_device_is_named_and_to_switch_twice_is_no_error(desk: Desk) -> None:
    twin.power_off(desk.settings, CPE)
    twin.power_off(desk.settings, CPE)
    status = twin.status(desk.settings)
    assert not status.up
    assert [node.name for node in status.nodes if not node.alive] == [CPE]
    with pytest.raises(Conflict, match="is dead"):
        desk.on(CPE, "true")
    twin.power_on(desk.settings, CPE)
    twin.power_on(desk.settings, CPE)
    assert twin.status(desk.settings).up


def carrier(desk: Desk, device: str, port: str) -> bool:
    return "LOWER_UP" in desk.on(device, f"ip -br link show {port}")


def test_what_a_dead_device_is_cabled_to_loses_carrier_and_a_cut_line_stays_cut(desk: Desk) -> None:
    line = next(line for line in desk.county.cables if CPE in (line.a.node, line.b.node) and "pc" not in line.id)
    switch = line.a if line.b.node == CPE else line.b
    assert carrier(desk, switch.node, switch.port)
    twin.power_off(desk.settings, CPE)
    assert not carrier(desk, switch.node, switch.port)
    assert line.id not in [one.id for one in twin.status(desk.settings).lines if one.cut]
    twin.cut(desk.settings, line.id)
    twin.power_on(desk.settings, CPE)
    assert not carrier(desk, switch.node, switch.port)
    assert line.id in [one.id for one in twin.status(desk.settings).lines if one.cut]
    twin.mend(desk.settings, line.id)
    deadline = time.monotonic() + 60
    while not carrier(desk, switch.node, switch.port):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_every_kind_of_device_runs_the_same_after_a_restart(desk: Desk) -> None:
    first = {role: next((d.name for d in desk.county.devices_in(role)), "") for role in DeviceRole}
    names = [name for name in first.values() if name]
    before = {name: desk.runs(name) for name in names}
    for name in names:
        again(desk, name)
    for name in names:
        deadline = time.monotonic() + 60
        while (now := _runs(desk, name)) != before[name] and time.monotonic() < deadline:
            time.sleep(0.5)
        assert now == before[name], name


def _runs(desk: Desk, name: str) -> str:
    try:
        return desk.runs(name)
    except AssertionError:
        return ""  # not reached yet


def test_what_is_no_device_and_no_twin_is_refused(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(BadInput):
        twin.power_off(desk.settings, "station")
    with pytest.raises(Conflict):
        twin.power_on(Settings.load(tmp_path_factory.mktemp("none")), CPE)
