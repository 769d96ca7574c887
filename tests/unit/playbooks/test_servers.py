import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from countynet.canonical import JSON
from countynet.i18n import set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from inventory.intent.rotation import PRIVATE
from inventory.model import County
from playbooks.servers.hosts import KINDS, SERVED_NAMES, ansible_inventory
from playbooks.servers.run import Heard, HostResult, Play, _Tally, minimal_environment, run_play
from playbooks.servers.said import Task, outcome

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
    servers = {"srv-infra", "srv-portal", "pub-1"}
    assert {row["value"] for row in given["senders"]} == set(county.device_by_name) | servers
    names = {name for record in given["records"] for name in record["names"]}
    assert {"portal.qinglan.internal", "srv-portal.qinglan.internal"} <= names
    assert len(KINDS) == 9


def test_what_the_child_says_is_counted_per_host() -> None:
    set_language("en")
    tally = _Tally({"a": HostResult("a"), "b": HostResult("b")})
    for ended in ("ok", "changed", "skipped"):
        tally.take({"host": "a", "task": "t", "outcome": ended, "words": ""})
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
    ("kind", "result", "said", "words"),
    [
        (
            "failed",
            {"msg": "rc 1", "stderr": "Shared connection to 10.1.0.30 closed.\r\n", "stdout": "why\r\nreally\r\n"},
            "failed",
            "rc 1 why\nreally",
        ),
        ("ok", {"changed": True}, "changed", ""),
        ("ok", {"msg": "not for people"}, "ok", ""),
        ("failed", {"msg": "no", "stderr": "because"}, "failed", "no because"),
        ("failed", {"censored": "hidden"}, "failed", "hidden"),
        ("skipped", {}, "skipped", ""),
    ],
)
def test_what_a_task_came_to_is_told_in_words(kind: str, result: dict[str, Any], said: str, words: str) -> None:
    told = outcome(kind, "h", Task("t", "ansible.builtin.command", "main.yml:3"), result)
    assert (told["outcome"], told["words"], told["place"]) == (said, words, "main.yml:3" if said == "failed" else "")


def test_of_a_loop_each_item_that_failed_is_named_and_each_difference_shown() -> None:
    task = Task("t", "ansible.builtin.template", "main.yml:3")
    items = [{"item": "a", "failed": True, "msg": "no room"}, {"item": "b"}, "text of a package manager"]
    assert outcome("failed", "h", task, {"msg": "One or more items failed", "results": items})["words"] == "a: no room"
    changes = [{"diff": {"before": "x\n", "after": "y\n", "after_header": "/etc/a"}}, {"diff": []}]
    told = outcome("ok", "h", task, {"changed": True, "results": changes})
    assert told["words"].splitlines()[-2:] == ["-x", "+y"]


def test_what_a_playbook_wants_to_say_is_passed_on() -> None:
    for message, words in (("one", "one"), (["a", "b"], "a\nb"), ([], "")):
        task = Task("t", "ansible.builtin.debug", "")
        assert outcome("ok", "h", task, {"msg": message})["words"] == words


def test_a_failure_that_the_playbook_made_good_is_none_and_silence_is_no_success() -> None:
    tally = _Tally({"a": HostResult("a"), "b": HostResult("b")})
    for host in "ab":
        tally.take({"host": host, "task": "t", "outcome": "failed", "words": "no"})
    assert tally.take({"bad": ["b"]}) is None
    assert [tally.hosts[host].error is None for host in "ab"] == [True, False]
    silent = _Tally({})
    silent.take({"end": "successful", "words": ""})
    assert silent.status == "error"


PLAY = """- hosts: all
  gather_facts: false
  tasks:
    - name: Say
      ansible.builtin.debug: {msg: [one, two]}
    - name: Keep
      ansible.builtin.command: printf kept-to-itself
      no_log: true
    - name: Fail and mend
      block:
        - name: Fail
          ansible.builtin.fail: {msg: not so bad}
      rescue:
        - name: Mend
          ansible.builtin.command: "true"
    - name: Take long
      ansible.builtin.command: sleep {{ long }}
      notify: After
  handlers:
    - name: After
      ansible.builtin.command: "true"
"""


def play(settings: Settings, long: int, seconds: int = 300, quick: bool = False) -> Play:
    file = settings.state / "play.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(PLAY, encoding="utf-8")
    hosts: dict[str, JSON] = {"here": {"ansible_connection": "local", "long": long}}
    return Play(file, {"all": {"hosts": hosts}}, ("here",), seconds=seconds, quick=quick)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A county with a vault that has a key, which nothing here uses."""
    found = Settings.load(tmp_path / "county")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    Secrets.create(found, {PRIVATE: (tmp_path / "key").read_text()})
    return found


@pytest.mark.parametrize("quick", [False, True])
def test_ansible_itself_tells_what_happens_and_keeps_what_is_secret(settings: Settings, quick: bool) -> None:
    heard = list[Heard]()
    result = run_play(settings, play(settings, 0, quick=quick), heard.append, threading.Event())
    assert (result.status, result.hosts[0].error) == ("successful", None)
    ends = {said.task: said for said in heard if said.outcome}
    assert {name: said.outcome for name, said in ends.items()} == {
        "Say": "ok", "Keep": "changed", "Fail": "failed", "Mend": "changed", "Take long": "changed", "After": "changed",
    }  # fmt: skip
    assert (ends["Say"].words, ends["Fail"].words) == ("one\ntwo", "not so bad")
    assert [said.task for said in heard if not said.host] == list(ends)
    assert "kept-to-itself" not in str(heard)


def test_the_playbooks_are_valid_ansible(tmp_path: Path) -> None:
    ansible = Path(sys.executable).with_name("ansible-playbook")
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROLES.parent / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
    environment |= {"ANSIBLE_HOME": str(tmp_path), "ANSIBLE_ROLES_PATH": str(ROLES)}
    words = [str(ansible), "--syntax-check", "-i", "localhost,"]
    words += [str(ROLES.parent / f"{name}.yml") for name in ("site", "patch-servers", "renew-certificates")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
