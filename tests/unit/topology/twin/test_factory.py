"""The factory image's accounts and the twin's systemctl, as far as they can be judged without a device."""

import subprocess
from pathlib import Path

import pytest

from topology.twin import factory, repository

SCRIPTS = factory.SOURCE


def test_nobody_signs_in_with_a_password_but_the_factory_account() -> None:
    shadow = dict(line.split(":")[:2] for line in factory.accounts()["shadow"].splitlines())
    assert shadow["root"] == shadow["netadmin"] == "*"
    assert shadow["factory"] == factory.crypt("factory", "countynet")
    assert [name for name, secret in shadow.items() if secret.startswith("$")] == ["factory"]


def test_every_account_of_passwd_has_a_shadow_and_netadmin_is_the_administrator() -> None:
    texts = factory.accounts()
    passwd = {line.split(":")[0]: line.split(":") for line in texts["passwd"].splitlines()}
    assert set(passwd) == {line.split(":")[0] for line in texts["shadow"].splitlines()}
    assert passwd["netadmin"][2] == "0"
    assert {name for name, fields in passwd.items() if fields[2] == "0"} == {"root", "netadmin"}


def test_the_image_copies_no_key_and_no_configuration_of_this_machine() -> None:
    for name in (*factory.COPIED, *factory.EMPTY):
        assert not name.startswith(("shadow", "ssl/private", "ssh/ssh_host", "resolv", "hosts"))


@pytest.mark.parametrize("script", ["systemctl", "power-on"])
def test_the_scripts_are_plain_sh(script: str) -> None:
    path = SCRIPTS / script
    assert path.read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["sh", "-n", path], capture_output=True, check=False).returncode == 0


def systemctl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", SCRIPTS / "systemctl", *words], capture_output=True, text=True, check=False)


def test_systemctl_names_the_unit_it_does_not_know() -> None:
    answer = systemctl("start", "telnetd.service")
    assert answer.returncode == 5
    assert "telnetd" in answer.stderr


@pytest.mark.parametrize("words", [("daemon-reload",), ("--quiet", "daemon-reload"), ("is-system-running",)])
def test_systemctl_accepts_what_scripts_ask_of_it(words: tuple[str, ...]) -> None:
    assert systemctl(*words).returncode == 0


def test_systemctl_shows_a_unit_that_does_not_exist_as_not_found() -> None:
    shown = dict(line.split("=", 1) for line in systemctl("show", "telnetd").stdout.splitlines())
    assert shown["LoadState"] == "not-found"
    assert shown["ActiveState"] == "inactive"
    assert shown["MainPID"] == "0"


def test_a_package_s_paragraph_has_what_apt_needs(tmp_path: Path) -> None:
    control = tmp_path / "p" / "DEBIAN"
    control.mkdir(parents=True)
    (control / "control").write_text(
        "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: n <n@example.org>\nDescription: words\n"
    )
    deb = tmp_path / "x_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", tmp_path / "p", deb], check=True, capture_output=True)
    fields = dict(line.split(": ", 1) for line in repository.entry(deb).splitlines())
    assert fields["Filename"] == "./x_1_all.deb"
    assert fields["Size"] == str(deb.stat().st_size)
    assert len(fields["SHA256"]) == 64


def test_what_a_repository_made_before_lacks_is_named(tmp_path: Path) -> None:
    held = [*repository.INSTALLABLE, repository.FURTHER[0]]
    (tmp_path / "Packages").write_text("\n".join(f"Package: {name}\nVersion: 1\n" for name in held))
    assert repository.lacking(tmp_path) == repository.FURTHER[1:]
