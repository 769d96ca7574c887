"""What the runner adds to a bare ansible-playbook, and how soon a cancel ends a run: `python -m benchmarks.runner`.

The example county's two servers stand in their twin. The same playbook (`site.yml`) runs in turns: bare, with the same
configuration, inventory, key and connection options, its output thrown away; and as a run that somebody asks for, from
the question to its end in the database, every line kept, masked and told. It does so twice over: once where nothing is
to be changed (short), and once where packages and files were taken off the servers before each turn, which is not
counted (the first converge, the realistic one). Rounds alternate, and whoever is first changes with each, so that a
busy machine is busy for both. Then runs of each kind of program (an Ansible playbook, an action on devices, a job) are
cancelled in their midst. Needs root and a network of its own:
`tests/own .venv/bin/python -m benchmarks.runner [--rounds 5] [--converges 3]`.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from benchmarks.cancels import cancels
from benchmarks.figure import HEADING, Figure
from countynet import vantage
from countynet.db import open_database
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, subset
from inventory.intent import server_keys
from inventory.model import County
from playbooks.device.service import apply
from playbooks.runner import book, dispatch
from playbooks.runner.follow import follow
from playbooks.runner.run import Line
from playbooks.runner.states import RunState
from playbooks.servers.child import environment
from playbooks.servers.hosts import ansible_inventory
from playbooks.servers.run import SITE, minimal_environment, run_servers
from topology import twin

LIMIT = 5.0
"""per cent that the runner may add"""
CENTER = Actor("bench", Role.CENTER)
RESET = """- name: Reset
  hosts: all
  tasks:
    - name: Stop
      ansible.builtin.systemd_service: {name: "{{ item }}", state: stopped}
      loop: [chrony, dnsmasq, rsyslog, nginx]
      failed_when: false
    - name: Remove packages
      ansible.builtin.apt:
        name: [chrony, dnsmasq, dnsmasq-base, rsyslog, logrotate, nginx-light, nginx, nginx-common]
        state: absent
        purge: true
        autoremove: true
    - name: Remove files
      ansible.builtin.file: {path: "{{ item }}", state: absent}
      loop: [/var/log/devices, /etc/rsyslog-devices.json, /etc/rsyslog.d/10-countynet.conf, /etc/logrotate.d/countynet,
             /var/www/countynet, /etc/ssl/certs/countynet-portal.pem, /etc/ssl/private/countynet-portal.key,
             /etc/nginx, /etc/chrony, /etc/dnsmasq.d]
"""


@dataclass(frozen=True)
class Took:
    """One run: seconds, and CPU seconds of it and all that it began on this side."""

    seconds: float
    cpu: float


def took(action: Callable[[], None]) -> Took:
    """Return what an action took; the CPU seconds of what it began are known once that has ended."""
    before, began = sum(os.times()[:4]) + warm(), time.monotonic()
    action()
    seconds = time.monotonic() - began
    time.sleep(1.0)  # the process of a run ends after its last word; its seconds are known once it was waited for
    return Took(seconds, sum(os.times()[:4]) + warm() - before)


def warm() -> float:
    """Return the CPU seconds of the warm process and of the runs that were forked of it."""
    if dispatch.WARM.pid is None:
        return 0.0
    fields = Path(f"/proc/{dispatch.WARM.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


@contextmanager
def scene(folder: Path) -> Iterator[tuple[Settings, County]]:
    """Put two units and both servers of the example county up, and install the servers."""
    settings = Settings.load(folder / "county")
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    county = subset(whole, 2)
    twin.up(county, settings, Secrets.load(settings))
    try:
        assert not [result for result in apply(county, settings) if result.error]
        assert run_servers(county, settings).good
        yield settings, county
    finally:
        twin.down(settings)


@contextmanager
def agent(settings: Settings) -> Iterator[str]:
    """An ssh-agent with the servers' key; yields its socket."""
    said = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    found = dict(part.split("=", 1) for part in said.replace("\n", "").split(";") if "=" in part)
    key = server_keys.present(Secrets.load(settings).get).get_secret_value()
    socket = found["SSH_AUTH_SOCK"]
    try:
        add = {**os.environ, "SSH_AUTH_SOCK": socket}
        subprocess.run(["ssh-add", "-q", "-"], input=key.rstrip() + "\n", text=True, env=add, check=True)
        yield socket
    finally:
        subprocess.run(["kill", found["SSH_AGENT_PID"]], check=True)


def bare(settings: Settings, county: County, socket: str, folder: Path, playbook: Path = SITE) -> None:
    """Run the playbook as a person would, in the station's network; connections of the run are closed at its end."""
    inventory, work = folder / "hosts.json", Path(tempfile.mkdtemp(prefix="cn-bare-", dir="/dev/shm"))
    inventory.write_text(json.dumps(ansible_inventory(county)), encoding="utf-8")
    told = environment(work, settings.state / "twin/server_hosts")
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(inventory), "--diff", str(playbook)]
    with vantage.within(vantage.path(settings) or Path()):
        child = subprocess.Popen(
            command,
            env={**minimal_environment(), **told, "SSH_AUTH_SOCK": socket},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    assert child.wait() == 0
    for master in (work / "c").glob("*"):
        subprocess.run(["ssh", "-O", "exit", "-o", f"ControlPath={master}", "x"], capture_output=True, check=False)
    shutil.rmtree(work)


def run(settings: Settings, engine: Engine, county: County) -> None:
    """Ask for a run as a person does, and follow it to its end."""
    asked = book.ask(settings, engine, county, "bench", {}, CENTER)
    told = list[Line]()
    ended = follow(settings, engine, asked.number, CENTER, told.append)
    assert ended.state is RunState.DONE, ended.words
    assert {line.host for line in told if line.outcome} == {host.name for host in county.hosts if host.runs}


def own_playbook(settings: Settings) -> None:
    """Give the county a playbook that is `site.yml` without a look before."""
    file = settings.county / "playbooks/runs.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        "playbooks:\n- {id: bench, title: 基准, title_en: Benchmark, does: 基准, does_en: Benchmark,"
        " program: 'ansible:site.yml', may_run: [center], checks: false}\n",
        encoding="utf-8",
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--converges", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, scene(Path(name)) as (settings, county), agent(settings) as socket:
        own_playbook(settings)
        engine, folder = open_database(settings), Path(name)
        ways: dict[str, Callable[[], None]] = {
            "bare": lambda: bare(settings, county, socket, folder),
            "run": lambda: run(settings, engine, county),
        }
        for action in ways.values():
            action()  # caches of files and of Python's bytecode are warm for both
        print(HEADING)
        table("nothing to change", turns(ways, asked.rounds))
        reset = folder / "reset.yml"
        reset.write_text(RESET, encoding="utf-8")
        table("first converge", turns(ways, asked.converges, lambda: bare(settings, county, socket, folder, reset)))
        cancels(settings, engine, county)


def turns(
    ways: dict[str, Callable[[], None]], rounds: int, before: Callable[[], None] = lambda: None
) -> dict[str, list[Took]]:
    """Run both ways in turns, something uncounted before each."""
    found: dict[str, list[Took]] = {way: [] for way in ways}
    for number in range(rounds):
        for way in sorted(ways, reverse=bool(number % 2)):
            before()
            found[way].append(took(ways[way]))
        print(f"round {number + 1}: " + ", ".join(f"{way} {each[-1].seconds:.2f} s" for way, each in found.items()))
    return found


def table(what: str, found: dict[str, list[Took]]) -> None:
    """Print both ways beside each other, the median of their rounds."""
    seconds = {way: median(each.seconds for each in rounds) for way, rounds in found.items()}
    for way, says in (("bare", "ansible-playbook, bare"), ("run", "the same as a run, asked for to ended")):
        cpu = median(each.cpu for each in found[way])
        print(Figure(f"{what}: {says}", seconds[way], "s", seconds["bare"] if way == "run" else 0, cpu).row())
    pairs = list(zip(found["run"], found["bare"], strict=True))
    for unit, added in (
        ("%", [100 * (r.seconds / b.seconds - 1) for r, b in pairs]),
        ("% of CPU", [100 * (r.cpu / b.cpu - 1) for r, b in pairs]),
    ):
        print(Figure(f"{what}: the runner adds (median of rounds)", median(added), unit, LIMIT).row())


if __name__ == "__main__":
    main()
