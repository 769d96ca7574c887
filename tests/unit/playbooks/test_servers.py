import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from countynet.i18n import set_language
from inventory import load_county
from inventory.model import County
from playbooks.servers import child
from playbooks.servers.hosts import KINDS, SERVED_NAMES, ansible_inventory
from playbooks.servers.run import HostResult, _Tally, minimal_environment

TOP = Path(__file__).parents[3]
ROLES = TOP / "playbooks" / "servers" / "roles"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(TOP / "inventory" / "example")


def test_a_host_is_in_the_groups_of_what_it_runs(county: County) -> None:
    inventory = json.loads(json.dumps(ansible_inventory(county)))["all"]
    assert set(inventory["hosts"]) == {"srv-infra", "srv-portal"}
    assert {group: set(members["hosts"]) for group, members in inventory["children"].items()} == {
        "time": {"srv-infra"},
        "names": {"srv-infra"},
        "logs": {"srv-infra"},
        "portal": {"srv-portal"},
    }


def test_every_thing_that_can_run_has_a_role_packages_and_a_title(county: County) -> None:
    packages = (ROLES / "packages" / "vars" / "main.yml").read_text()
    services = (ROLES / "patches" / "vars" / "main.yml").read_text()
    for run in {run for host in county.hosts for run in host.runs}:
        assert (ROLES / run / "tasks" / "main.yml").exists()
        assert f"  {run}: [" in packages
        assert f"\n  {run}: " in services
        assert run in SERVED_NAMES


def test_every_unit_and_device_and_name_is_there(county: County) -> None:
    given = json.loads(json.dumps(ansible_inventory(county)))["all"]["vars"]
    assert sum(len(group["units"]) for group in given["unit_groups"]) == len(county.units)
    assert {row["value"] for row in given["senders"]} == set(county.device_by_name)
    names = {name for record in given["records"] for name in record["names"]}
    assert {"portal.qinglan.internal", "srv-portal.qinglan.internal"} <= names
    assert len(KINDS) == 9


def test_what_the_child_says_is_counted_per_host() -> None:
    set_language("en")
    tally = _Tally({"a": HostResult("a"), "b": HostResult("b")})
    for outcome in ("ok", "changed", "skipped"):
        tally.take({"host": "a", "task": "t", "outcome": outcome, "words": ""})
    tally.take({"host": "b", "task": "Run nginx", "outcome": "failed", "words": "no such unit"})
    assert tally.take({"end": "failed", "words": "", "stats": {}}) is None
    assert tally.hosts["a"].summary() == {"host": "a", "ok": 2, "changed": 1, "error": None}
    assert tally.hosts["b"].summary()["error"] == "b: failed the task Run nginx\n  the device said: no such unit"
    assert tally.status == "failed"


def test_ansible_gets_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTYNET_VAULT_PASSWORD_FILE", "/somewhere")
    monkeypatch.setenv("A_TOKEN", "s3cret")
    assert set(minimal_environment()) == {"PATH", "HOME", "LC_ALL", "PYTHONUTF8"}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"event": "runner_on_ok", "event_data": {"host": "h", "task": "t", "res": {"changed": True}}}, "changed"),
        ({"event": "runner_on_ok", "event_data": {"host": "h", "task": "t", "res": {}}}, "ok"),
        ({"event": "runner_on_failed", "event_data": {"host": "h", "task": "t", "res": {"msg": "no"}}}, "failed"),
        ({"event": "runner_on_failed", "event_data": {"host": "h", "task": "t", "ignore_errors": True}}, ""),
        ({"event": "runner_on_ok", "event_data": {"host": "h", "task_action": "ansible.builtin.include_role"}}, ""),
        ({"event": "verbose"}, ""),
    ],
)
def test_events_are_told_and_never_kept_on_disk(
    event: dict[str, object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert child._heard(event) is False
    told = capsys.readouterr().out
    assert (json.loads(told)["outcome"] if told else "") == said


def test_what_a_playbook_wants_to_say_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    for message, words in (("one", "one"), (["a", "b"], "a\nb"), ([], "")):
        data = {"host": "h", "task": "t", "task_action": "ansible.builtin.debug", "res": {"msg": message}}
        child._heard({"event": "runner_on_ok", "event_data": data})
        assert json.loads(capsys.readouterr().out)["words"] == words


def test_the_playbooks_are_valid_ansible(tmp_path: Path) -> None:
    ansible = Path(sys.executable).with_name("ansible-playbook")
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROLES.parent / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
    environment |= {"ANSIBLE_HOME": str(tmp_path), "ANSIBLE_ROLES_PATH": str(ROLES)}
    words = [str(ansible), "--syntax-check", "-i", "localhost,"]
    words += [str(ROLES.parent / f"{name}.yml") for name in ("site", "patch-servers", "renew-certificates")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
