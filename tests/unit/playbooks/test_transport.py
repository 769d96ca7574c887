from pathlib import PurePosixPath

import pytest

from playbooks.device.transport import Answer, File, Transport
from playbooks.device.transport.fake import FakeDevice, FakeTransport
from tests.unit.playbooks.contract import TransportContract


def shell(device: FakeDevice, command: str) -> Answer:
    if command.startswith("cat "):
        return Answer(0, device.files[command.removeprefix("cat ").strip("'")].content)
    return Answer(1 if command == "false" else 0, "")


class TestFake(TransportContract):
    @pytest.fixture
    def transport(self, refused: str) -> Transport:
        return FakeTransport("cpe-001", FakeDevice(shell, refused=frozenset({refused})))

    @pytest.fixture
    def folder(self) -> PurePosixPath:
        return PurePosixPath("/etc")

    @pytest.fixture
    def refused(self) -> str:
        return "/etc/immutable.conf"


def test_a_file_or_answer_does_not_show_its_content() -> None:
    assert "s3cret" not in repr(File(0o600, "s3cret")) + repr(Answer(1, "s3cret", "s3cret"))
