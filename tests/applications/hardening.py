"""Servers of a bench hardened as the playbook does it, by whoever tries what stands on them."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from audit.live.judged import judge
from countynet.db import open_database
from countynet.people import Actor
from countynet.servercheck import Looked
from countynet.vocabulary import Role
from playbooks.day2.hardening import harden
from playbooks.runner.catalogue import SHIPPED_FOLDER, catalogue
from playbooks.runner.programs.change import ChangeProgram
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard
from tests.applications.bench import HOST, Bench

CENTER = Actor("bob", Role.CENTER)
CONTAINED = """set -e
for place in /proc/sys/kernel /proc/sys/fs; do
  mount --bind $place $place
  mount -o remount,ro,bind $place
done
"""
"""the kernel is the test's machine's, too: as in a container, only what is of the host's own network is to be set"""


@dataclass
class Told:
    """A run with what it said."""

    ended: Ended
    said: list[Heard] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(f"{one.host} {one.task} {one.outcome} {one.words}" for one in self.said) + self.ended.words

    @property
    def changed(self) -> list[str]:
        return [f"{one.host}: {one.task}" for one in self.said if one.outcome == "changed"]


def contain(bench: Bench, *names: str) -> None:
    """Keep hosts from telling the machine's kernel anything."""
    for host in names:
        bench.exec(CONTAINED, host)
        assert "Read-only" in bench.exec("cat /proc/sys/kernel/kptr_restrict >/proc/sys/kernel/kptr_restrict", host)


def hardened(bench: Bench, *names: str, look: bool = False) -> Told:
    """Run the playbook on some servers, or look what it would do."""
    engine, playbook = open_database(bench.settings), catalogue(bench.settings.county)["harden-servers"]
    said = list[Heard]()
    work = Work(bench.settings, engine, playbook, {}, names, CENTER, looks=look, heard=said.append)
    try:
        return Told(ChangeProgram().run(work), said)
    finally:
        engine.dispose()


def checked(bench: Bench, name: str = HOST) -> Looked:
    """Return what the audit's checks find of a server now."""
    return judge(bench.settings, [name])[name]


def failing(bench: Bench, name: str = HOST) -> set[str]:
    """Return the checks that a server fails now."""
    return {one.check for one in checked(bench, name).failing}


def altered(folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: int = 20) -> Path:
    """Return the role in a copy of the playbook that is used from now on, whose guard waits for a short time."""
    copy = folder / "servers"
    shutil.copytree(SHIPPED_FOLDER, copy)
    monkeypatch.setattr(harden, "FILE", copy / "harden-servers.yml")
    role = copy / "roles/hardening"
    (role / "defaults/main.yml").write_text(f'hardening_guard_seconds: {seconds}\nhardening_log_server: ""\n')
    return role
