"""nornir and Ansible, the real ones, see the county with its groups, and no secret."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nornir import InitNornir
from nornir.core import Nornir
from nornir.core.filter import F
from nornir.core.task import Result, Task

from countynet.errors import BadInput
from inventory import ansible_inventory
from inventory.create import EXAMPLE
from inventory.groups import group, members
from inventory.model import County
from inventory.nornir_inventory import CountyInventory

SCRIPT = Path(sys.executable).with_name("countynet-ansible-inventory")
ANSIBLE = Path(sys.executable).with_name("ansible-inventory")
WORDS_OF_SECRETS = re.compile(r"passw|secret|private|key|vault|token|community", re.I)


def nornir(**options: object) -> Nornir:
    inventory = {"plugin": "countynet", "options": {"county": str(EXAMPLE), **options}}
    return InitNornir(inventory=inventory, logging={"enabled": False}, runner={"plugin": "serial"})


def asked(program: Path, *words: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "HOME": str(home)}
    environment |= {"COUNTYNET_COUNTY": str(EXAMPLE), "COUNTYNET_LANG": "en", "ANSIBLE_HOME": str(home), **more}
    return subprocess.run([str(program), *words], capture_output=True, text=True, check=False, env=environment)


def test_nornir_finds_the_plugin_and_has_every_device_with_its_groups() -> None:
    fleet = nornir()
    assert len(fleet.inventory.hosts) == 132
    cpe = fleet.inventory.hosts["cpe-025"]
    assert cpe.hostname == "10.255.16.25"
    assert cpe.platform == "linux"
    assert {g.name for g in cpe.groups} >= {
        "role_cpe", "site_fagai", "building_fagai", "platform_linux", "unit_u025", "kind_government", "access_adsl",
    }  # fmt: skip
    assert (cpe["unit"], cpe["line"], cpe["management"]) == ("u025", "line-025", "10.255.16.25")
    assert fleet.inventory.hosts["core-1"]["unit"] is None


def test_nornirs_own_filters_work_on_groups_and_data() -> None:
    fleet = nornir()
    assert len(fleet.filter(F(groups__contains="kind_township")).inventory.hosts) == 20
    assert len(fleet.filter(F(has_parent_group="role_vpn_hub")).inventory.hosts) == 1
    assert set(fleet.filter(unit="u025").inventory.hosts) == {"cpe-025"}
    assert len(fleet.filter(F(role="cpe") & ~F(access="adsl")).inventory.hosts) == 24


def test_nornirs_only_is_the_commands_only() -> None:
    assert set(nornir(only="unit=u025,u026").inventory.hosts) == {"cpe-025", "cpe-026"}
    assert len(nornir(only=["role=cpe", "access=fiber"]).inventory.hosts) == 24
    with pytest.raises(BadInput):
        nornir(only=["role=cp"])


def test_a_task_runs_over_the_hosts() -> None:
    def tell(task: Task) -> Result:
        return Result(task.host, result=task.host.hostname)

    outcome = nornir(only="role=core").run(task=tell)
    assert {name: each[0].result for name, each in outcome.items()} == {"core-1": "10.255.1.1", "core-2": "10.255.1.2"}


def test_the_plugin_takes_the_county_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(EXAMPLE))
    assert len(CountyInventory().load().hosts) == 132
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "none"))
    with pytest.raises(BadInput):
        CountyInventory().load()


def test_no_secret_and_no_user_is_in_nornirs_inventory() -> None:
    inventory = nornir().inventory
    text = json.dumps(inventory.dict())
    assert not WORDS_OF_SECRETS.search(re.sub(r'"(username|password|port)": null', "", text))
    assert all(host.username is None and host.password is None for host in inventory.hosts.values())


def test_ansibles_groups_have_names_that_it_takes_and_no_host_has(county: County) -> None:
    document = ansible_inventory.script(county)
    names = set(document) - {"_meta", "all"}
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert not names & {*county.device_by_name, *county.host_by_name}
    assert {"role_vpn_hub", "site_admin", "platform_linux", "unit_u025", "access_adsl", "kind_township"} <= names
    assert {"zone_server", "runs_time", "role_station", "devices", "computers"} <= names


def test_two_ids_never_give_one_group() -> None:
    assert group("site", "a-b") != group("site", "ab")
    assert members({"y": ("b", "a"), "x": ("a",)}) == {"a": ["y", "x"], "b": ["y"]}


def test_ansible_reads_the_script_without_a_warning(tmp_path: Path, county: County) -> None:
    done = asked(ANSIBLE, "-i", str(SCRIPT), "--list", home=tmp_path, ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="1")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    read = json.loads(done.stdout)
    assert set(read["_meta"]["hostvars"]) == {*county.device_by_name, *county.host_by_name}
    assert len(read["role_cpe"]["hosts"]) == 120
    assert read["_meta"]["hostvars"]["cpe-025"]["ansible_host"] == "10.255.16.25"
    assert read["_meta"]["hostvars"]["cpe-025"]["ansible_user"] == "netadmin"
    assert read["_meta"]["hostvars"]["srv-infra"]["ansible_user"] == "root"
    assert not WORDS_OF_SECRETS.search(done.stdout)


def test_a_script_of_two_lines_hands_ansible_a_selection(tmp_path: Path) -> None:
    script = tmp_path / "townships"
    script.write_text(f'#!/bin/sh\nexec {SCRIPT} --only kind=township "$@"\n')
    script.chmod(0o755)
    done = asked(ANSIBLE, "-i", str(script), "--list", "--limit", "access_adsl", home=tmp_path)
    assert len(json.loads(done.stdout)["_meta"]["hostvars"]) == 20


def test_what_is_in_memory_is_what_the_script_prints(tmp_path: Path, county: County) -> None:
    file = tmp_path / "hosts.json"
    file.write_text(json.dumps(ansible_inventory.tree(county, ["site=admin"])))
    script = tmp_path / "admin"
    script.write_text(f'#!/bin/sh\nexec {SCRIPT} --only site=admin "$@"\n')
    script.chmod(0o755)
    memory, printed = (asked(ANSIBLE, "-i", str(path), "--list", home=tmp_path) for path in (file, script))
    one, other = json.loads(memory.stdout), json.loads(printed.stdout)
    assert one["_meta"]["hostvars"] == other["_meta"]["hostvars"]
    assert {k: sorted(v.get("hosts", ())) for k, v in one.items()} == {
        k: sorted(v.get("hosts", ())) for k, v in other.items()
    }


def test_the_script_tells_one_host_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    assert json.loads(asked(SCRIPT, "--host", "cpe-025", home=tmp_path).stdout)["unit"] == "u025"
    unknown = asked(SCRIPT, "--host", "nobody", home=tmp_path)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "no device or host is named nobody" in unknown.stderr
    for words in ([], ["--list", "--host", "cpe-025"]):
        assert asked(SCRIPT, *words, home=tmp_path).returncode == 2


def test_ansible_is_told_why_a_selection_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "typo"
    script.write_text(f'#!/bin/sh\nexec {SCRIPT} --only role=cp "$@"\n')
    script.chmod(0o755)
    done = asked(ANSIBLE, "-i", str(script), "--list", home=tmp_path, ANSIBLE_INVENTORY_UNPARSED_FAILED="1")
    assert done.returncode != 0
    assert "role=cp" in done.stderr


def test_a_variable_of_ours_is_no_keyword_of_a_play(county: County) -> None:
    from ansible.vars.reserved import get_reserved_names

    given = {name for device in county.devices for name in ansible_inventory.variables(county, device)}
    given |= {name for host in county.hosts for name in ansible_inventory.variables(county, host)}
    assert not given & set(get_reserved_names())
