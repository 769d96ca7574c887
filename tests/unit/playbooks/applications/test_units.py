"""The units that a server with systemd gets, of every kind: rendered as the roles do, and judged by systemd itself."""

import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from playbooks.applications.kinds import ROLES
from playbooks.applications.variables import inventory
from tests.unit.playbooks.applications import scene

TEMPLATES = ROLES / "app_service" / "templates"
BY_HAND = Path(__file__).parents[4] / "deploy" / "systemd"
IMAGE = f"example@sha256:{'ab' * 32}"
NUMBERS = {"results": [{"stdout": "990"}, {"stdout": "980"}]}
"""what a host answers of the account that an image is run as"""
SERVICE = ("name", "command", "folder", "user", "memory_mb")
JUDGED = ("systemd-analyze", "verify", "--man=no", "--generators=no", "--recursive-errors=no")


def trusted(value: Any) -> Any:
    """Have Ansible take what stands in our own files for templates."""
    if isinstance(value, str):
        return trust_as_template(value)
    if isinstance(value, list):
        return [trusted(each) for each in value]
    return {key: trusted(each) for key, each in value.items()} if isinstance(value, dict) else value


def variables(kind: str) -> dict[str, Any]:
    """Return what the role of a kind reads on a host, its defaults included."""
    found, wiki = scene.known()[kind], scene.deployed()["wiki"]
    deployment = wiki.deployment.model_copy(update={"kind": kind, "settings": {}, "image": IMAGE})
    application = wiki.application.model_copy(update={"id": kind, "deployment": deployment})
    one = replace(wiki, found=found, application=application, deployment=deployment)
    whole: Any = inventory(scene.county(), one, scene.given(secrets=dict.fromkeys(found.kind.secrets, "geheim")))
    host = whole["all"]["hosts"][one.hosts[0].name]
    defaults = found.tasks.parent / "defaults" / "main.yml"
    own = trusted(yaml.safe_load(defaults.read_text())) if defaults.exists() else {}
    facts = {"inventory_hostname": one.hosts[0].name, "playbook_dir": str(ROLES.parent), "app_numbers": NUMBERS}
    return {**(own or {}), **whole["all"]["vars"], **host, **facts}


def services(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the file name and text of each unit that a kind's role writes."""
    known = variables(kind)
    for file in sorted(scene.known()[kind].tasks.glob("*.yml")):
        for task in yaml.safe_load(file.read_text()) or ():
            if task.get("ansible.builtin.include_role", {}).get("name") == "app_service" and "service" in task["vars"]:
                yield from units(known, task)


def units(known: dict[str, Any], task: dict[str, Any]) -> Iterator[tuple[str, str]]:
    more = {name: trusted(value) for name, value in task["vars"].items() if name != "service"}
    service = trusted({name: value for name, value in task["vars"]["service"].items() if name in SERVICE})
    for item in Templar(DataLoader(), {**known, **more}).template(trusted(task.get("loop", [""]))):
        templar = Templar(DataLoader(), {**known, **more, "item": item, "service": service})
        name = templar.template(trusted("{{ service.name }}"))
        yield (
            f"countynet-{name}.service",
            templar.template(trusted((TEMPLATES / "unit.j2").read_text()), escape_backslashes=False),
        )


def judged(root: Path, written: dict[str, str]) -> str:
    """Return what systemd says of units on a machine that has the programs they begin, empty when nothing."""
    place = root / "etc" / "systemd" / "system"
    place.mkdir(parents=True)
    for name, text in written.items():
        (place / name).write_text(text, encoding="utf-8")
        for line in (each for each in text.splitlines() if each.startswith("ExecStart=")):
            there = root / shlex.split(line[10:])[0].removeprefix("/")
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text("#!/bin/sh\n")
            there.chmod(0o755)
    names = [name.replace("@.", "@1.") for name in written]
    done = subprocess.run([*JUDGED, f"--root={root}", *names], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr or ("" if done.returncode == 0 else str(done.returncode))


@pytest.mark.parametrize("kind", sorted(scene.known()))
def test_systemd_takes_every_unit_of_a_kind(kind: str, tmp_path: Path) -> None:
    written = dict(services(kind))
    assert written
    assert judged(tmp_path, written) == ""
    for text in written.values():
        assert "ExecStart=/" in text, "systemd has a search path of its own"
        assert "{{" not in text
        assert "\"'" not in text, "systemd does not read the shell's quotes within quotes"


def test_what_an_application_keeps_under_etc_stays_its_to_write() -> None:
    written = dict(services("wiki"))
    assert "\nReadWritePaths=-/etc/dokuwiki\n" in written["countynet-wiki-php.service"]
    assert "ReadWritePaths" not in dict(services("lending"))["countynet-lending-web.service"]


def test_systemd_takes_the_units_that_are_set_up_by_hand(tmp_path: Path) -> None:
    written = {file.name: file.read_text() for file in BY_HAND.iterdir()}
    assert len(written) == 4
    assert judged(tmp_path, written) == ""


def test_what_leaves_root_by_itself_has_no_home_of_roots() -> None:
    known = {**variables("countynet"), "service": {"name": "x", "folder": "/var/lib/x", "environment": {"A": 'b"c'}}}
    text = Templar(DataLoader(), known).template(
        trusted((TEMPLATES / "environment.j2").read_text()), escape_backslashes=False
    )
    assert text.splitlines() == ['HOME="/var/lib/x"', 'A="b\\"c"']


def test_systemd_objects_to_what_is_wrong(tmp_path: Path) -> None:
    said = judged(tmp_path, {"countynet-x.service": "[Service]\nExecStart=/bin/x\nRestart=allways\n"})
    assert "allways" in said
    (tmp_path / "bin" / "x").unlink()
    nowhere = [*JUDGED, f"--root={tmp_path}", "countynet-x.service"]
    done = subprocess.run(nowhere, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode
    assert "/bin/x" in done.stderr
