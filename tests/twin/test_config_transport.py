"""The SSH transport against a real sshd: the contract, and what only a real one can get wrong."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path, PurePosixPath

import pytest

from countynet import vantage
from countynet.errors import DeviceError
from playbooks.device.reach import reach
from playbooks.device.results import Limits
from playbooks.device.transport import File, Transport
from playbooks.device.transport.ssh import SshTransport
from tests.twin.sshd import PORT, Sshd, make_key, sshd
from tests.unit.playbooks.contract import TransportContract
from tests.unit.playbooks.toy import device

pytestmark = [pytest.mark.twin, pytest.mark.skipif(os.geteuid() != 0, reason="needs root for a namespace")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def there(server: Sshd) -> Iterator[None]:
    with vantage.within(server.netns):
        yield


@pytest.mark.usefixtures("there")
class TestSsh(TransportContract):
    @pytest.fixture
    def transport(self, server: Sshd, there: None) -> Iterator[Transport]:
        transport = SshTransport(server.login())
        yield transport
        transport.close()

    @pytest.fixture
    def folder(self, tmp_path: Path) -> PurePosixPath:
        return PurePosixPath(tmp_path)

    @pytest.fixture
    def refused(self, tmp_path: Path) -> str:
        path = tmp_path / "a folder is in the way"
        (path / "full").mkdir(parents=True)
        return str(path)

    def test_missing_folders_are_made_and_the_mode_is_set(self, transport: Transport, tmp_path: Path) -> None:
        path = tmp_path / "new" / "deep" / "f.conf"
        transport.put({str(path): File(0o640, "x")})
        assert path.stat().st_mode & 0o777 == 0o640
        assert os.listdir(path.parent) == ["f.conf"]

    def test_a_slow_command_is_given_up(self, transport: Transport) -> None:
        began = time.monotonic()
        with pytest.raises(DeviceError, match="did not finish") as caught:
            transport.run("sleep 30\necho second", 0.5)
        assert (caught.value.command, time.monotonic() - began < 20) == ("sleep 30", True)

    def test_much_output_on_both_channels_arrives_whole(self, transport: Transport) -> None:
        answer = transport.run("head -c 3000000 /dev/zero | tr '\\0' x; echo complaint >&2; exit 3", 20)
        assert (answer.status, len(answer.output), answer.complaint) == (3, 3_000_000, "complaint\n")

    def test_closing_from_another_thread_breaks_a_hanging_command(self, transport: Transport) -> None:
        threading.Timer(0.3, transport.close).start()
        began = time.monotonic()
        with pytest.raises(DeviceError):
            transport.run("sleep 60", 50)
        assert time.monotonic() - began < 30


@pytest.mark.usefixtures("there")
def test_a_wrong_key_is_refused_by_name(server: Sshd) -> None:
    with pytest.raises(DeviceError, match="refused the key of root") as caught:
        SshTransport(server.login(key="stranger"))
    assert caught.value.device == "cpe-001"


@pytest.mark.usefixtures("there")
def test_a_changed_host_key_is_refused_before_signing_in(server: Sshd, tmp_path: Path) -> None:
    SshTransport(server.login()).close()
    known = server.folder / "known_hosts"
    make_key(tmp_path / "other")
    kind, other, *_rest = (tmp_path / "other.pub").read_text().split()
    before = known.read_text()
    known.write_text(f"cpe-001 {kind} {other}\n")
    with pytest.raises(DeviceError, match="another host key"):
        SshTransport(server.login())
    known.write_text(before)


@pytest.mark.usefixtures("there")
def test_a_server_that_never_says_a_word_is_given_up() -> None:
    with socket.create_server(("127.0.0.2", 2023)), socket.create_server(("127.0.1.1", 2023)):
        began = time.monotonic()
        with pytest.raises(DeviceError, match="answers SSH neither"):
            reach(device("cpe-001"), Limits(connect=0.5), 2023)
        assert time.monotonic() - began < 20


def greet(speaker: socket.socket) -> None:
    visitor, _address = speaker.accept()
    with visitor:
        visitor.sendall(b"SSH-2.0-x\r\n")


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize(("listening", "way"), [("127.0.0.2", "in-band"), ("127.0.1.1", "staging")])
def test_the_address_that_shows_a_banner_is_taken(listening: str, way: str) -> None:
    silent = "127.0.1.1" if way == "in-band" else "127.0.0.2"
    with socket.create_server((listening, 2023)) as speaker, socket.create_server((silent, 2023)):
        greeter = threading.Thread(target=greet, args=(speaker,), daemon=True)
        greeter.start()
        reached = reach(device("cpe-001"), Limits(connect=2), 2023)
        greeter.join()
    with reached.sock:
        assert (reached.way, IPv4Address(reached.address)) == (way, IPv4Address(listening))
        assert reached.sock.recv(20) == b"SSH-2.0-x\r\n"


@pytest.mark.usefixtures("there")
def test_the_reached_connection_is_the_one_signed_in_over(server: Sshd) -> None:
    sock = socket.create_connection(("127.0.0.1", PORT))
    transport = SshTransport(server.login(), sock)
    assert transport.run('echo "$SSH_CONNECTION"', 5).output.split()[1] == str(sock.getsockname()[1])
    transport.close()
