"""The exchange of the servers' key: what a server's files and the vault hold at each step."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr

from countynet.errors import BadInput, Problem
from inventory.intent import rotation, server_keys
from inventory.intent.rotation import Stage
from playbooks.day2.credentials import vault as of_devices
from playbooks.day2.server_keys import on_server, vault

OLD, NEW, OTHER = "ssh-ed25519 AAAAold", "ssh-ed25519 AAAAnew", "ssh-rsa AAAAother"
VALUES = {rotation.PRIVATE: "old-private", rotation.PUBLIC: f"{OLD} amy"}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found = [tmp_path / ".ssh/authorized_keys", tmp_path / "more"]
    monkeypatch.setattr(on_server, "files", lambda: [str(file) for file in found])
    return found


def asked(values: Mapping[str, str]) -> Callable[[str], SecretStr]:
    def get(name: str) -> SecretStr:
        if name not in values:
            raise BadInput([Problem("missing", where=name)])
        return SecretStr(values[name])

    return get


def test_a_new_key_stands_beside_the_old_one_with_its_options_and_the_old_one_goes(files: list[Path]) -> None:
    text = f'# {OLD} of amy\n{OTHER} bob\nfrom="10.0.0.0/8 ," {OLD} the station\'s\n{OLD}'
    files[0].parent.mkdir()
    files[0].write_text(text)
    files[0].chmod(0o640)
    assert on_server.add(OLD, NEW)
    assert not on_server.add(OLD, NEW)
    assert files[0].read_text().splitlines()[2:] == [
        f"from=\"10.0.0.0/8 ,\" {OLD} the station's", f"from=\"10.0.0.0/8 ,\" {NEW} the station's", OLD, NEW,
    ]  # fmt: skip
    assert on_server.drop(OLD, NEW)
    assert not on_server.drop(OLD, NEW)
    assert files[0].read_text() == text.replace(f" {OLD} the", f" {NEW} the").replace(f"\n{OLD}", f"\n{NEW}") + "\n"
    assert files[0].stat().st_mode & 0o777 == 0o640
    assert list(files[0].parent.iterdir()) == [files[0]]


def test_a_key_that_no_file_shows_gets_the_next_one_into_the_first_file(files: list[Path]) -> None:
    files[1].write_text(f"{OTHER} bob\n")
    assert on_server.add(OLD, NEW)
    assert (files[0].read_text(), files[1].read_text()) == (f"{NEW}\n", f"{OTHER} bob\n")


def test_the_last_key_is_never_taken_away(files: list[Path]) -> None:
    files[1].write_text(f"{OLD}\n")
    with pytest.raises(SystemExit):
        on_server.drop(OLD, NEW)
    assert files[1].read_text() == f"{OLD}\n"


def test_a_full_disk_leaves_the_file_as_it_was(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    files[1].write_text(f"{OLD}\n")

    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        on_server.add(OLD, NEW)
    assert files[1].read_text() == f"{OLD}\n"
    assert [path.name for path in files[1].parent.iterdir()] == ["more"]


def test_the_program_stands_alone_as_a_server_has_nothing_of_ours() -> None:
    done = subprocess.run([sys.executable, "-I", "-c", Path(on_server.__file__).read_text(), "no"], capture_output=True)
    assert b"KeyError" in done.stderr


def test_at_each_stage_the_vault_names_what_opens_a_server() -> None:
    values = vault.begun(dict(VALUES), ["a", "b"])
    following = values[server_keys.NEXT_PRIVATE]
    assert vault.begun(values, ["a", "b"]) == values
    values = vault.moved(values, ["a"], Stage.TURNED)
    assert [server_keys.opens(asked(values), name).get_secret_value() for name in "ab"] == [following, "old-private"]
    assert [key.get_secret_value() for key in server_keys.every(asked(values))] == ["old-private", following]
    assert len(server_keys.public(asked(values), "a")) == 2
    values = vault.moved(values, ["a", "b"], Stage.NEW)
    assert vault.is_over(values)
    assert server_keys.public(asked(values), "b") == (" ".join(values[server_keys.NEXT_PUBLIC].split()[:2]),)
    values = vault.finished(values)
    assert server_keys.opens(asked(values), "b").get_secret_value() == following
    assert server_keys.every(asked(values)) == (server_keys.opens(asked(values), "c"),)
    assert not [name for name in values if "next" in name or name.startswith("rotation/")]
    assert values[rotation.PRIVATE] == "old-private"


def test_a_server_that_came_takes_part_and_one_that_went_is_forgotten() -> None:
    values = vault.moved(vault.begun(dict(VALUES), ["a", "b"]), ["a", "b"], Stage.NEW)
    again = vault.begun(values, ["b", "c"])
    assert json.loads(again[server_keys.STAGES]) == {"b": Stage.NEW, "c": Stage.BOTH}
    assert not vault.is_over(again)


def test_an_exchange_of_the_devices_keys_leaves_the_servers_alone_and_the_other_way_round() -> None:
    values = vault.begun(of_devices.begun(dict(VALUES), "ssh", ["d"]), ["a"])
    following = values[server_keys.NEXT_PRIVATE]
    devices = of_devices.finished(values, "ssh")
    assert server_keys.opens(asked(devices), "a").get_secret_value() == "old-private"
    both = vault.finished(devices)
    assert server_keys.opens(asked(both), "a").get_secret_value() == following
    assert both[rotation.PRIVATE] == values[rotation.NEXT_PRIVATE]


def test_given_up_nothing_of_it_is_left_but_the_servers_own_name_for_their_key() -> None:
    values = vault.given_up(vault.begun(dict(VALUES), ["a"]))
    assert values == VALUES | {rotation.SERVERS_PRIVATE: "old-private", rotation.SERVERS_PUBLIC: f"{OLD} amy"}
