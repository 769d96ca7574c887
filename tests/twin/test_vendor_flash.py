"""The flash of simulated IOS and RGOS devices on loopback: what is shown, copied, checked and started from."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko
import pytest
from scp import SCPClient, SCPException

from tests.twin.ios_session import IosPerson, renewed, simulator
from tests.twin.test_vendor_vrp import control
from tests.twin.vendor_session import Simulator
from topology.twin.vendor.software import Header, image

PORTS = ["GigabitEthernet0/0/0", "GigabitEthernet0/0/1"]
DEVICES = {"router": ("cisco_ios", "ISR4331"), "switch": ("cisco_ios", "WS-C2960X-24TS-L"), "rgos": ("ruijie", "S5750")}
SIZE = 60_000
REFUSED = (paramiko.SSHException, EOFError, OSError)
"""whichever comes first when a device closes the session at once"""


@pytest.fixture(scope="module", params=DEVICES)
def started(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    platform, model = DEVICES[request.param]
    yield from simulator(tmp_path_factory.mktemp(request.param), platform, model, PORTS)


@pytest.fixture
def device(started: Simulator) -> Simulator:
    return renewed(started)


@pytest.fixture
def person(device: Simulator) -> Iterator[IosPerson]:
    found = IosPerson(device)
    found.type("terminal length 0")
    yield found
    found.close()


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["started"])


ios = pytest.mark.parametrize("started", ["router", "switch"], indirect=True, scope="module")
rgos = pytest.mark.parametrize("started", ["rgos"], indirect=True, scope="module")


def package(kind: str, version: str) -> bytes:
    return image(Header(DEVICES[kind][0], DEVICES[kind][1], version), SIZE)


@contextmanager
def connected(device: Simulator) -> Iterator[paramiko.Transport]:
    """Connect for one session, as such devices have it."""
    with paramiko.SSHClient() as client:
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507 - a fresh device on loopback
        client.connect(
            device.address,
            device.port,
            "netadmin",
            key_filename=str(device.key),
            allow_agent=False,
            look_for_keys=False,
        )
        transport = client.get_transport()
        assert transport is not None
        yield transport


def copy(device: Simulator, content: bytes, name: str = "flash:/new.bin") -> None:
    with connected(device) as transport:
        SCPClient(transport).putfo(io.BytesIO(content), name)


def sftp(device: Simulator) -> None:
    with connected(device) as transport:
        paramiko.SFTPClient.from_transport(transport)


def test_files_are_copied_by_scp_while_it_is_on_and_never_by_sftp(
    device: Simulator, person: IosPerson, kind: str
) -> None:
    with pytest.raises((SCPException, OSError), match="Administratively disabled|closed"):
        copy(device, b"image")
    with pytest.raises(REFUSED):
        sftp(device)
    person.type("configure terminal", "ip scp server enable", "end")
    copy(device, package(kind, "17.3.5"))
    with pytest.raises(REFUSED):
        sftp(device)
    said = person.type("dir")
    assert f" {SIZE} " in said
    assert "bytes free)" in said
    person.type("configure terminal", "no ip scp server enable", "end")
    with pytest.raises((SCPException, OSError)):
        copy(device, b"image")


def test_a_file_that_does_not_fit_is_refused_in_the_devices_words(device: Simulator, person: IosPerson) -> None:
    person.type("configure terminal", "ip scp server enable", "end")
    control(device, faults={"free": 100})
    with pytest.raises(SCPException, match="No space left on device"):
        copy(device, bytes(SIZE))


def test_digests_and_deleting(device: Simulator, person: IosPerson, kind: str) -> None:
    content = package(kind, "17.3.5")
    person.type("configure terminal", "ip scp server enable", "end")
    copy(device, content)
    if kind == "rgos":
        assert "% " in person.type("verify /md5 flash:/new.bin")
        assert person.type("delete flash:/new.bin").endswith("Do you want to delete [flash:/new.bin]? [Y/N]:")
        assert "success" in person.type("y")
    else:
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        assert f"verify /md5 (flash:/new.bin) = {md5}" in person.type("verify /md5 flash:/new.bin")
        better = person.type("verify /sha512 flash:/new.bin")
        assert (hashlib.sha512(content).hexdigest() in better) is (kind == "router")
        assert ("% Invalid input" in better) is (kind == "switch")
        person.type("delete /force flash:/new.bin")
    assert "(No such file or directory)" in person.type("delete flash:/new.bin" if kind == "rgos" else "verify /md5 x")
    assert "new.bin" not in person.type("dir").partition("\n")[2]


@ios
def test_what_is_started_next_and_after_a_restart(device: Simulator, person: IosPerson, kind: str) -> None:
    old = person.type("show version").partition('System image file is "')[2].partition('"')[0]
    flash, name = old.split(":")
    person.type("configure terminal", "ip scp server enable", "end", "")
    copy(device, package(kind, "17.3.5"))
    person.type("configure terminal", "no boot system", f"boot system {flash}:gone.bin")
    if kind == "switch":
        person.type(f"boot system {flash}:new.bin;{old}", "end", "write")
        assert f"BOOT path-list      : {flash}:new.bin;{old}\n" in person.type("show boot")
        assert "% Invalid input" in person.type("show bootvar")
    else:
        person.type(f"boot system {flash}:new.bin", f"boot system {old}", "end")
        assert "BOOT variable does not exist" in person.type("show bootvar")
        person.type("write")
        wanted = f"BOOT variable = {flash}:gone.bin,1;{flash}:new.bin,2;{old},3;\n"
        assert wanted in person.type("show bootvar")
    assert "boot-start-marker\nboot system " in person.type("show running-config")
    control(device, do="reboot")
    again = IosPerson(device)
    again.type("terminal length 0")
    assert "Version 17.3.5" in again.type("show version")
    assert again.type("write").endswith("Overwrite the previous NVRAM configuration?[confirm]")
    assert "[OK]" in again.key("\n")
    again.type("configure terminal", "no boot system", f"boot system {flash}:{name}", "end")
    assert again.type("reload").endswith("Save? [yes/no]: ")
    assert again.type("no").endswith("Proceed with reload? [confirm]")
    again.close()


@ios
def test_a_configuration_is_kept_on_the_flash_and_restored(person: IosPerson) -> None:
    person.type("configure terminal", "hostname kept", "end", "write")
    assert person.type("copy running-config flash:/kept.cfg").endswith("Destination filename [kept.cfg]? ")
    assert "bytes copied" in person.type("")
    assert "over write? [confirm]" in person.type("copy running-config flash:/kept.cfg", "")
    person.key("n")
    person.type("configure terminal", "hostname lost", "end", "write")
    assert "hostname lost" in person.type("show startup-config")
    assert "bytes copied" in person.type("copy flash:/kept.cfg startup-config", "")
    assert "hostname kept" in person.type("show startup-config")
    assert "(No such file or directory)" in person.type("copy flash:/gone.cfg startup-config")


@rgos
def test_a_package_is_installed_and_runs_after_the_restart(device: Simulator, person: IosPerson, kind: str) -> None:
    person.type("configure terminal", "ip scp server enable", "end")
    copy(device, package(kind, "11.4(1)B12"))
    copy(device, image(Header("ruijie", "S2910", "11.4(1)B12"), SIZE), "flash:/other.bin")
    assert "upgrade failed" in person.type("upgrade flash:other.bin")
    assert "(No such file or directory)" in person.type("upgrade flash:gone.bin")
    assert person.type("upgrade flash:new.bin").endswith("Reload system?(Y/N)")
    person.type("n")
    assert "RGOS 11.0(5)B9P33" in person.type("show version")
    control(device, do="reboot")
    again = IosPerson(device)
    assert "RGOS 11.4(1)B12" in again.type("show version")
    again.close()


def test_neighbours_are_told(device: Simulator, person: IosPerson, kind: str) -> None:
    control(device, faults={"neighbours": [["GigabitEthernet0/0/1", "agg-1", "XGE1/0/1"]]})
    said = person.type("show lldp neighbors")
    assert "agg-1" in said
    assert ("Gi0/0/1 " in said) is (kind != "rgos")
