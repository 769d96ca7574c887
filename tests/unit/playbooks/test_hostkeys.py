from pathlib import Path

import pytest

from countynet.errors import DeviceError
from playbooks.device.hostkeys import HostKeys


def test_the_first_key_is_recorded_for_every_later_process(tmp_path: Path) -> None:
    file = tmp_path / "state" / "known_hosts"
    HostKeys(file).check("cpe-001", "ssh-ed25519", "AAAA")
    assert file.read_text() == "cpe-001 ssh-ed25519 AAAA\n"
    assert file.stat().st_mode & 0o777 == 0o600
    HostKeys(file).check("cpe-001", "ssh-ed25519", "AAAA")
    assert file.read_text().count("\n") == 1


@pytest.mark.parametrize(("kind", "key"), [("ssh-ed25519", "BBBB"), ("ssh-rsa", "AAAA")])
def test_a_changed_key_is_refused_and_not_recorded(tmp_path: Path, kind: str, key: str) -> None:
    file = tmp_path / "known_hosts"
    HostKeys(file).check("cpe-001", "ssh-ed25519", "AAAA")
    with pytest.raises(DeviceError, match="another host key"):
        HostKeys(file).check("cpe-001", kind, key)
    assert "BBBB" not in file.read_text()


def test_a_forgotten_device_may_show_a_new_key_others_may_not(tmp_path: Path) -> None:
    keys = HostKeys(tmp_path / "known_hosts")
    for name in ("cpe-001", "cpe-002"):
        keys.check(name, "ssh-ed25519", "AAAA")
    keys.forget(("cpe-001",))
    keys.check("cpe-001", "ssh-ed25519", "BBBB")
    with pytest.raises(DeviceError):
        HostKeys(tmp_path / "known_hosts").check("cpe-002", "ssh-ed25519", "BBBB")
