"""What every transport must do, the fake and the real one: inherit it and give `make`."""

from abc import ABC, abstractmethod
from pathlib import PurePosixPath

import pytest

from countynet.errors import DeviceError
from playbooks.device.transport import File, Transport


class TransportContract(ABC):
    @pytest.fixture
    @abstractmethod
    def transport(self) -> Transport:
        """An open session."""

    @pytest.fixture
    @abstractmethod
    def folder(self) -> PurePosixPath:
        """A folder on the device that can be written."""

    @pytest.fixture
    @abstractmethod
    def refused(self) -> str:
        """A path that the device refuses to store."""

    def test_a_file_reads_back_as_it_was_put(self, transport: Transport, folder: PurePosixPath) -> None:
        text = "一行\n'quoted' $HOME `x`\n"
        transport.put({f"{folder}/a b.conf": File(0o600, text)})
        answer = transport.run(f"cat '{folder}/a b.conf'", 10)
        assert (answer.status, answer.output) == (0, text)

    def test_putting_again_replaces_the_file(self, transport: Transport, folder: PurePosixPath) -> None:
        for text in ("long old text\n" * 100, "new\n"):
            transport.put({f"{folder}/f": File(0o644, text)})
        assert transport.run(f"cat '{folder}/f'", 10).output == "new\n"

    def test_a_refused_file_names_device_and_path(self, transport: Transport, refused: str) -> None:
        with pytest.raises(DeviceError) as caught:
            transport.put({refused: File(0o600, "secret-content")})
        assert caught.value.device == transport.device
        assert caught.value.values["path"] == refused
        assert caught.value.answer
        assert "secret-content" not in str(caught.value)

    def test_a_failing_command_is_an_answer(self, transport: Transport) -> None:
        assert transport.run("false", 10).status == 1

    def test_a_closed_session_is_a_device_error(self, transport: Transport) -> None:
        transport.close()
        transport.close()
        with pytest.raises(DeviceError) as caught:
            transport.run("true", 10)
        assert caught.value.device == transport.device
