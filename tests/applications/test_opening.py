"""What an application opens at the firewalls, on a small twin: deployed, planned, proven, applied, closed again.

The servers stand as the demo has them, so the application's log arrives at the log server, too. Who may reach it are
its own unit and one host of the public service zone, which the written policy does not let into the server zone.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from countynet import vantage
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county
from inventory.model import County
from inventory.record import Author, Repository, Set
from inventory.subset import only_units
from playbooks.device.service import apply as configure
from playbooks.plan.apply import apply
from playbooks.plan.book import Book
from playbooks.plan.model import PlanState
from playbooks.plan.proving import kept
from playbooks.servers.run import run_servers
from tests.twin.test_servers import NAMES, PORTAL, ask, query
from topology import twin

PEOPLE = (Actor("amy", Role.CENTER), Actor("bob", Role.CENTER))
NAME, HOST, ADDRESS, DNS = "lending", "srv-dept", "10.1.0.34", "lending.qinglan.internal"
UNIT, OTHER = "u001", "u002"
FURTHER = ("pub-1", "city-1", "internet")
MORE = {
    "hosts": [
        {"name": HOST, "name_zh": "部门业务系统服务器", "kind": "server", "zone": "server", "address": f"{ADDRESS}/24",
         "gateway": "10.1.0.1", "services": ["https", "ssh", "icmp-echo"]},
    ],
    "cables": [{"id": "cable-dept", "a": f"{HOST}:eth0", "b": "sw-dc:p20", "kind": "copper"}],
    "applications": [
        {"id": NAME, "name": "资产借用登记", "name_en": "Loans register", "owner": UNIT, "hosts": [HOST],
         "zone": "server", "services": ["https"],
         "deployment": {"kind": "lending", "dns": DNS, "reach": [f"unit:{UNIT}"]}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(tmp_path_factory.mktemp("opening") / "county")


@pytest.fixture(scope="module")
def county(settings: Settings) -> Iterator[County]:
    """Two units with the servers, as they stand before anybody thought of the public host."""
    create.create_folder(settings)
    text = yaml.safe_dump(MORE, allow_unicode=True)
    (settings.county / "more.yml").write_text(text, encoding="utf-8")
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    create.create_repository(settings)
    small = only_units(whole, (UNIT, OTHER))
    twin.up(small, settings, Secrets.load(settings))
    try:
        assert not [result.error for result in configure(small, settings) if result.error]
        served = run_servers(small, settings)
        assert served.good, served.words
        yield small
    finally:
        twin.down(settings)


def command(settings: Settings, *words: str) -> dict[str, Any]:
    """Run `countynet app` and return what it says to programs."""
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), "app", *words, "--json"]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, timeout=900, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def reaches(node: str) -> bool:
    """Whether somebody gets a TCP connection to the application."""
    with vantage.within(Path("/run/netns") / f"cn-{node}"):
        try:
            with socket.create_connection((ADDRESS, 443), 3):
                return True
        except OSError:
            return False


def let_in(county: County) -> list[str]:
    """Return who gets in, of both units' terminals and of everybody further away."""
    terminals = [county.unit_by_id[unit].terminals[0].name for unit in (UNIT, OTHER)]
    return [node for node in (*terminals, *FURTHER) if reaches(node)]


def carried_out(settings: Settings, number: int) -> None:
    for person in PEOPLE:  # a plan of firewalls needs two
        Book.open(settings).approve(number, person)
    entry = apply(settings, number, lambda device, text: None, actor="amy")
    assert entry.state is PlanState.DONE, entry.devices


def opened(settings: Settings, number: int) -> tuple[list[str], list[str]]:
    """Return the packets that a plan's proof says it opens and closes; the proof says that the policy wants both."""
    entry = Book.open(settings).get(number)
    proof = kept(settings, entry.hash)
    assert proof is not None
    assert {change.role.value for change in entry.plan.devices} == {"firewall"}
    assert proof.change.good, proof.change
    found = [[one.packet for one in some if not one.answer] for some in (proof.change.opens, proof.change.closes)]
    return found[0], found[1]


def filters(settings: Settings) -> str:
    """Return what both firewalls filter by now."""
    said = [twin.exec_in(settings, name, ["nft", "list", "ruleset"]).stdout for name in ("fw-1", "fw-2")]
    return "".join(said)


def test_a_reach_beyond_the_policy_is_a_plan_with_proof_and_after_it_that_source_gets_in_and_nobody_else(
    county: County, settings: Settings
) -> None:
    terminal = county.unit_by_id[UNIT].terminals[0].name
    reach = [f"unit:{UNIT}", "host:pub-1"]
    edit = Set("applications", NAME, "deployment.reach", reach)  # type: ignore[arg-type]  # a list of texts is plain
    Repository(settings).commit([edit], Author("Amy", "amy"), "the public host reads it")
    plan = command(settings, "deploy", NAME, "--yes")["plan"]
    assert isinstance(plan, int)
    assert "app-lending" not in filters(settings)
    assert let_in(county) == [terminal], "the host lets it in, the firewalls do not yet"
    opens, closes = opened(settings, plan)
    assert (len(opens), closes) == (1, []), opens
    assert opens[0].startswith("tcp 10.2.0.10:"), opens
    carried_out(settings, plan)
    assert "app-lending-" in filters(settings)
    assert let_in(county) == [terminal, "pub-1"]


def found_by_unit(county: County) -> tuple[str, bool]:
    """Return the address that a unit's terminal is told for its name, and whether its tile is on the portal."""
    terminal = county.unit_by_id[UNIT].terminals[0].name
    with vantage.within(Path("/run/netns") / f"cn-{terminal}"):
        answer = ask(NAMES, 53, query(DNS))
        connection = http.client.HTTPConnection(PORTAL, timeout=3)
        connection.request("GET", "/", headers={"Host": "portal.qinglan.internal"})
        page = connection.getresponse().read().decode()
        connection.close()
    tile = "资产借用登记" in page and "Loans register" in page and f"https://{DNS}" in page
    return "" if answer[3] & 15 else socket.inet_ntoa(answer[-4:]), tile


def test_its_name_is_served_and_its_tile_is_on_the_portal(county: County) -> None:
    assert found_by_unit(county) == (ADDRESS, True)


def test_status_and_list_tell_programs_how_it_stands(settings: Settings) -> None:
    listed = {one["id"]: one for one in command(settings, "list")["applications"]}[NAME]
    assert (listed["kind"], listed["dns"], listed["hosts"], listed["failed"]) == (NAME, DNS, [HOST], None), listed
    assert listed["deployed"] is not None
    (status,) = command(settings, "status", NAME)["applications"]
    assert (status["id"], status["well"], bool(status["now"])) == (NAME, True, True), status


def test_what_it_writes_into_its_log_arrives_at_the_log_server_under_the_hosts_name(
    county: County, settings: Settings
) -> None:
    line = "借用 projector T-01 canary-4711"
    write = f"echo '{line}' >> /var/log/countynet/{NAME}/loans.log"
    done = twin.exec_in(settings, HOST, ["runuser", "-u", f"cn-{NAME}", "--", "sh", "-c", write])
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        kept_ = twin.exec_in(settings, "srv-infra", ["cat", f"/var/log/devices/{HOST}.log"]).stdout
        if "canary-4711" in kept_:
            break
        time.sleep(1)
    (found,) = [each for each in kept_.splitlines() if "canary-4711" in each]
    assert f" {ADDRESS} local1." in found
    assert f"{NAME}:" in found


def test_removed_with_its_description_a_plan_takes_the_rule_back(county: County, settings: Settings) -> None:
    plan = command(settings, "remove", NAME, "--yes", "--close")["plan"]
    assert isinstance(plan, int)
    opens, closes = opened(settings, plan)
    assert (opens, len(closes)) == ([], 1), closes
    carried_out(settings, plan)
    assert "app-lending" not in filters(settings)
    assert let_in(county) == []
    assert found_by_unit(county) == ("", False)
    held = "ls -l /proc/[0-9]*/fd 2>/dev/null | grep /var/log/countynet/lending; ls /etc/rsyslog.d; pgrep -l nginx"
    said = twin.exec_in(settings, HOST, ["sh", "-c", held]).stdout
    assert not [line for line in said.splitlines() if "lending" in line or "nginx" in line], said
