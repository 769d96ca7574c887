"""What the tests of plans need around a twin: a small county, edits that are taken back, plans, a look inside."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create, load_county, running, subset
from inventory.model import County
from inventory.record import Author, Repository, Set
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.device.service import fetch
from playbooks.plan.apply import Told, apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Wish, make
from playbooks.plan.model import DeviceState, Plan, Policy
from topology import twin

AMY = Actor("amy", Role.CENTER)
HASTY = Limits(connect=2, sign_in=5, command=20, settle=6, device=60)
AMPLE, SOON = 60, 6
"""seconds until a device takes a change back by itself: for a change that succeeds, and for one that waits for it"""
STATION, LINK = Set("hosts", "station", "address", "10.255.0.12/24"), "10.20.250.0/29"


@dataclass
class Desk:
    """A county that stands as a twin, and what people do with it."""

    settings: Settings
    county: County
    _said: list[Set] = field(default_factory=list)

    def say(self, *edits: Set) -> None:
        """Commit edits of the inventory."""
        repository = Repository(self.settings)
        known = repository.state()
        self._said[:0] = [Set(e.section, e.key, e.field, known[e.section, e.key][e.field]) for e in edits]  # type: ignore[arg-type]
        repository.commit(edits, Author("Amy", "amy"), "try it")

    def unsay(self) -> None:
        """Take all edits back."""
        if self._said:
            Repository(self.settings).commit(self._said, Author("Amy", "amy"), "back again")
        self._said.clear()

    def plan(self, *names: str, policy: Policy = Policy.STOP, seconds: int = AMPLE) -> Plan:
        """Make a plan and have it approved."""
        only = [f"name={','.join(names)}"]
        plan = make(self.settings, Wish("carl", policy, seconds), only, limits=HASTY)
        for _person in range(plan.approvals):
            Book.open(self.settings).approve(plan.number, AMY)
        return plan

    def apply(self, number: int, told: Told | None = None, limits: Limits = HASTY) -> tuple[Entry, list[str]]:
        """Apply a plan; `told` is called, too, for every line."""
        lines: list[str] = []

        def hear(device: str, text: str) -> None:
            lines.append(f"{device}: {text}" if device else text)
            if told:
                told(device, text)

        return apply(self.settings, number, hear, actor="amy", limits=limits), lines

    def runs(self, device: str) -> str:
        """Return what a device runs now."""
        assert fetch(self.county, self.settings, [device])[device].error is None
        return running.original(self.settings, device).get_secret_value()

    def on(self, device: str, script: str) -> str:
        """Run a script inside a device, as a ghost in it would."""
        done = twin.exec_in(self.settings, device, ["sh", "-c", script])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def command(self, *words: str) -> "subprocess.Popen[str]":
        """Start `countynet plan ...`."""
        program = [str(Path(sys.executable).with_name("countynet")), "plan", *words]
        return self._popen(program)

    def dying(self, number: int, phase: str) -> None:
        """Apply a plan in a process that is killed in a phase (tests.twin.dies); returns when it is dead."""
        process = self._popen([sys.executable, "-m", "tests.twin.dies", str(number), phase])
        _out, err = process.communicate(timeout=120)
        assert process.returncode == -9, err

    def shown(self, number: int) -> dict[str, dict[str, str]]:
        """Return the devices of a plan as `plan show` finds them."""
        process = self.command("show", str(number), "--json")
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        found: dict[str, dict[str, str]] = json.loads(out)["devices"]
        return found

    def _popen(self, program: Sequence[str]) -> "subprocess.Popen[str]":
        environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(self.settings.county)}
        return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def said(settings: Settings, *words: str, timeout: float = 400) -> tuple[int, Any]:
    """Run a command of ours with `--json`; return its exit code and what it said."""
    environment = {**os.environ, "COUNTYNET_LANG": "en", "COUNTYNET_COUNTY": str(settings.county)}
    program = [str(Path(sys.executable).with_name("countynet")), *words, "--json"]
    done = subprocess.run(program, capture_output=True, text=True, env=environment, timeout=timeout, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def states(entry: Entry) -> dict[str, DeviceState]:
    """Return what each device has."""
    return {name: device.state for name, device in entry.devices.items()}


def _configured(county: County, settings: Settings, actor: str) -> None:
    """Configure everything; a device that a busy machine kept from answering is asked once more, as people would."""
    for _turn in range(2):
        errors = [str(result.error) for result in configure(county, settings, actor=actor) if result.error]
        if not errors:
            return
        print("not configured:", *errors, sep="\n  ")
    raise AssertionError(errors)


@contextmanager
def standing(folder: Path, units: int, actor: str = "system") -> Iterator[Desk]:
    """Bring a county of so many units up as a twin, configured by somebody, and take it down in the end."""
    settings = Settings.load(folder / "county")
    create.create_folder(settings)
    whole = load_county(settings.county)
    create.create_secrets(settings, whole)
    create.create_repository(settings)
    county = subset(whole, units)
    twin.up(county, settings, Secrets.load(settings))
    try:
        _configured(county, settings, actor)
        yield Desk(settings, county)
    finally:
        twin.down(settings)
