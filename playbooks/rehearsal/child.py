"""The rehearsal itself, in a process with its own mounts and processes (`run` starts it so): one order in, lines out.

The twin that is built here has the names and addresses of the county's own and may stand beside one that is up,
because names of network namespaces are mounts, and the mounts are this process's alone; when it ends, however it ends,
the kernel removes everything that it built. It works on a copy of the inventory at the plan's commit, in a folder
and database of its own; nothing of the county's is written. The running configurations that the plan saw are the
devices' here; those of other devices as they were last kept, else as the inventory intends.

Each line that it prints is a JSON object: `told` (a device or nothing, a text) or, last, `result`.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import _, set_language, translate, translate_error
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import running
from inventory.model import County
from inventory.platforms import linux
from inventory.record import Repository
from playbooks.device import service
from playbooks.device.intended import renderer
from playbooks.device.vendor.texts import told_to
from playbooks.plan.apply import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Wish, undo
from playbooks.plan.model import Plan, PlanState, Steps
from playbooks.rehearsal.cut import units_cut
from playbooks.rehearsal.result import DeviceOutcome, Probe, Rehearsal
from playbooks.rehearsal.scene import around, scene

NETNS, KEEP = Path("/run/netns"), ".rehearsal"
Told = Callable[[str, str], None]
Seen = Mapping[tuple[str, str, str, str], Probe]
"""what deviated, by source, target, service and the address that was claimed"""


@dataclass
class Child:
    """One rehearsal: the county's settings, the copy's, and the plan; or devices that are built anew."""

    real: Settings
    copy: Settings
    number: int
    most: int
    told: Told
    probes: int = 0
    began: float = field(default_factory=time.monotonic)

    def run(self) -> Rehearsal:
        """Rehearse. Raises CountyError when the rehearsal itself cannot be carried out."""
        from topology import twin

        book = Book.open(self.real)
        entry, steps = book.get(self.number), book.steps(self.number)
        part = scene(Repository(self.copy).county(), entry.plan, self.most, running.devices(self.real))
        known = {name: s for name, s in steps.items() if name in part.county.device_by_name}
        if not known:
            raise CountyError(_("none of the plan's devices is in the county at its commit"))
        self._say(_("building a twin of {devices} devices"), devices=len(part.county.devices))
        twin.up(part.county, self.copy, Secrets.load(self.copy))
        self._configure(part.county, known)
        cut = units_cut(part.county, {name: s.intended for name, s in known.items()})
        shut_before = units_cut(part.county, {name: s.running for name, s in known.items()})
        before = self._probe(part.county, shut_before)
        ended = self._apply(entry.plan, known)
        after = self._probe(part.county, cut if ended.state is PlanState.DONE else shut_before)
        found = self._result(entry, ended, part.county, part.left_out, before, after)
        return self._back(found, ended, part.county, cut, before) if set(cut) - set(shut_before) else found

    def _back(self, found: Rehearsal, ended: Entry, county: County, cut: tuple[str, ...], before: "Seen") -> Rehearsal:
        """Take a plan that shut units off back, and see that everything passes as before."""
        if ended.state is not PlanState.DONE:
            return found.model_copy(update={"cut": cut, "back": False})
        self._say(_("taking it back"))
        book = Book.open(self.copy)
        made = undo(self.copy, ended.plan.number, Wish("rehearsal"))
        self._approved(book, made)
        again = apply(self.copy, made.number, self.told, actor="rehearsal")
        later = self._probe(county)
        new = tuple(p.model_copy(update={"new": True}) for key, p in later.items() if key not in before)
        good = again.state is PlanState.DONE and not new
        deviations = (*found.deviations, *(p for p in new if p not in found.deviations))
        seconds = round(time.monotonic() - self.began, 1)
        return found.model_copy(update={"cut": cut, "back": good, "deviations": deviations, "seconds": seconds})

    @staticmethod
    def _approved(book: Book, made: Plan) -> None:
        """Approve a plan of the copy, by as many people as it needs."""
        for number in range(made.approvals):
            book.approve(made.number, Actor(f"rehearsal-judge-{number}", Role.CENTER))

    def rebuild(self, names: Collection[str]) -> Rehearsal:
        """Build devices bare and configure them as the inventory says. Raises CountyError, as `run`."""
        from topology import twin

        whole = Repository(self.copy).county()
        part = around(whole, names, self.most)
        mine = [name for name in (names or part.county.device_by_name) if name in part.county.device_by_name]
        self._say(_("building a twin of {devices} devices"), devices=len(part.county.devices))
        twin.up(part.county, self.copy, Secrets.load(self.copy))
        self._say(_("bringing the devices to what the inventory says"))
        self._bring(part.county, {})
        deviations = tuple(p.model_copy(update={"new": True}) for p in self._probe(part.county).values())
        return Rehearsal(
            plan=0,
            hash="",
            state="done",
            devices=tuple(DeviceOutcome(device=name, state="done") for name in mine),
            left_out=part.left_out,
            units=len(part.county.units),
            probes=self.probes,
            deviations=deviations,
            seconds=round(time.monotonic() - self.began, 1),
        )

    def _say(self, message: str, **values: object) -> None:
        self.told("", translate(message, **values))

    def _configure(self, county: County, steps: Mapping[str, Steps]) -> None:
        """Bring the twin's devices to what the county's run."""
        self._say(_("bringing the devices to what runs"))
        self._bring(county, {**self._kept(county), **{name: s.running for name, s in steps.items()}})

    def _bring(self, county: County, found: Mapping[str, str]) -> None:
        """Bring the twin's devices to texts, those without one to what the inventory says."""
        texts = self._readable(county, found)
        results = service.apply(county, self.copy, actor="rehearsal", texts=texts)
        if failed := [translate_error(result.error) for result in results if result.error]:
            message = _("the twin's devices did not take what the county's run: {errors}")
            raise CountyError(message, errors="; ".join(failed[:5]))

    def _readable(self, county: County, found: Mapping[str, str]) -> dict[str, str]:
        """Return texts with the county's own secrets where a vendor's device showed what only itself can decipher."""
        rendered, texts = renderer(county, Secrets.load(self.real)), dict[str, str]()
        for name, text in found.items():
            platform = county.device_by_name[name].platform
            texts[name] = text if platform == "linux" else told_to(text, rendered(name), platform)
        return texts

    def _kept(self, county: County) -> dict[str, str]:
        """Return what is kept of other devices; what was kept while a staging port was open counts as intended."""
        rendered, found = renderer(county, Secrets.load(self.real)), dict[str, str]()
        for name in set(running.devices(self.real)) & set(county.device_by_name):
            text = running.original(self.real, name).get_secret_value()
            staged = county.device_by_name[name].platform == "linux" and linux.is_staged(text, rendered(name))
            if not staged:
                found[name] = text
        return found

    def _probe(self, county: County, cut: tuple[str, ...] = ()) -> "Seen":
        """Test isolation, units in `cut` being off; return what deviates. The servers' own pages are no part of it."""
        from topology.confirm.service import confirm

        self._say(_("testing isolation"))
        bare = tuple(host.model_copy(update={"runs": ()}) for host in county.hosts)
        silent = County(**({name: getattr(county, name) for name in County.model_fields} | {"hosts": bare}))
        report = confirm(silent, self.copy, lambda _done, _total: None, cut=cut)
        self.probes = report.probes
        return {
            (d.source, d.target, d.service, d.claimed): Probe(
                source=d.source, target=d.target, service=d.service, expected=d.expected, new=False
            )
            for d in report.deviations
        }

    def _apply(self, plan: Plan, steps: Mapping[str, Steps]) -> Entry:
        """Apply the plan's own steps, as a plan of the copy."""
        self._say(_("applying the plan"))
        book = Book.open(self.copy)
        devices = tuple(change for change in plan.devices if change.device in steps)
        tiers = tuple(kept for tier in plan.tiers if (kept := tuple(n for n in tier if n in steps)))
        now = clock.now()
        changed = {"devices": devices, "tiers": tiers, "made": now, "expires": now + timedelta(hours=6), "approvals": 1}
        made = book.add(lambda number: plan.model_copy(update={**changed, "number": number}), steps)
        self._approved(book, made)
        return apply(self.copy, made.number, self.told, actor="rehearsal")

    def _result(
        self,
        entry: Entry,
        ended: Entry,
        county: County,
        left_out: tuple[str, ...],
        before: "Seen",
        after: "Seen",
    ) -> Rehearsal:
        deviations = tuple(p.model_copy(update={"new": key not in before}) for key, p in after.items())
        return Rehearsal(
            plan=entry.plan.number,
            hash=entry.hash,
            state="done" if ended.state is PlanState.DONE else "stopped",
            devices=tuple(
                DeviceOutcome(device=n, state=d.state.value, error=d.error) for n, d in ended.devices.items()
            ),
            left_out=left_out,
            units=len(county.units),
            probes=self.probes,
            deviations=deviations,
            mended=sum(key not in after for key in before),
            seconds=round(time.monotonic() - self.began, 1),
        )


def own_namespaces() -> None:
    """Give this process its own place for the names of network namespaces. Raises CountyError.

    The place is never empty, because the twin unmounts an empty one, and below it are the names of the county's own.
    """
    NETNS.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(NETNS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CountyError(_("no place of its own for the rehearsal: {words}"), words=done.stderr.strip())
    (NETNS / KEEP).touch()


def _end_with_parent() -> None:
    """End at once when standard input ends; as the first process of its namespace it takes everything with it."""
    sys.stdin.read()
    os._exit(1)


def main() -> int:
    """Read the order from standard input, rehearse, print lines."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()
    set_language(order["language"])

    def line(**said: object) -> None:
        print(json.dumps(said, ensure_ascii=False), flush=True)

    real, copy = (Settings.model_validate(order[name]) for name in ("real", "copy"))
    try:
        own_namespaces()
        child = Child(real, copy, order["plan"] or 0, order["most"], lambda device, text: line(told=[device, text]))
        found = child.run() if order["plan"] else child.rebuild(order["devices"])
        line(result=found.model_dump(mode="json"))
    except CountyError as error:
        line(failed=translate_error(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
