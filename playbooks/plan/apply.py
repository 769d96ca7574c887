"""Applies a plan to the fleet: one at a time, looked at first, tier by tier, and what failed is taken back.

Refused before anything is touched: a plan that nobody or too few approved, that is done, that expired, that is stale
(then its approvals are withdrawn), and any plan while another is being applied; the lock dies with its process. The
running configurations are kept before the first change. A device that does not answer at all is named and left out;
any other failure stops the plan, by its policy. What a device has is known from the device: a rerun does what is
missing.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import count
from secrets import token_hex
from typing import Any

from countynet import clock
from countynet.errors import Conflict, DeviceError
from countynet.i18n import _, language, set_language, translate, translate_error
from countynet.settings import Settings
from countynet.vocabulary import DeviceRole
from inventory import confirmed
from inventory.model import Device
from playbooks.device import drivers, service, together
from playbooks.device.lock import only_one
from playbooks.device.operation import Operation, Session
from playbooks.device.results import Limits
from playbooks.plan import frozen, rules, settle
from playbooks.plan.book import Book, Entry
from playbooks.plan.checks import Before, Checks, LiveChecks
from playbooks.plan.guarded import Guard, Outcome
from playbooks.plan.guards import named
from playbooks.plan.make import Ground, moved
from playbooks.plan.model import DeviceChange, DeviceState, Plan, Policy, Steps
from playbooks.plan.reading import Seen, look_all
from playbooks.plan.tiers import tiers

Told = Callable[[str, str], None]
"""device (empty for the plan), a translated text"""
__all__ = ["Told", "apply", "only_one"]


def apply(
    settings: Settings,
    number: int,
    told: Told,
    *,
    actor: str,
    cancelled: threading.Event | None = None,
    limits: Limits | None = None,
    checks: Checks | None = None,
) -> Entry:
    """Apply a plan and return it as it then stands. Raises BadInput and Conflict before anything is touched."""
    book = Book.open(settings)
    with only_one(settings):
        entry = book.get(number)
        rules.may_apply(entry.plan, entry.state, entry.approvals, clock.now())
        frozen.may_begin(settings, book.engine, entry)
        ground = Ground.at(settings)
        run = _Run(
            ground, book, entry.plan, told, actor, cancelled or threading.Event(), limits or Limits(),
            checks or LiveChecks(),
        )  # fmt: skip
        return run.all()


@dataclass
class _Run:
    """One apply."""

    ground: Ground
    book: Book
    plan: Plan
    told: Told
    actor: str
    cancelled: threading.Event
    limits: Limits
    checks: Checks
    steps: Mapping[str, Steps] = field(default_factory=dict, repr=False)
    language: str = field(default_factory=language)
    """of whoever asked; a device's thread has none of its own"""

    def all(self) -> Entry:
        plan, book = self.plan, self.book
        self.steps = book.steps(plan.number)
        self._say("", _("reading and keeping what the devices run"))
        settle.uncertain(book, self.ground, plan.number, self.actor, self.limits, wait=True)
        seen = look_all(self.ground.county, self.ground.settings, self.ground.secrets, self._names(), self.limits)
        self._refuse_stale(seen)
        book.begin(plan.number, self.actor)
        todo = [self._device(name) for name in self._names() if self._judged(seen[name])]
        self._tiers(todo)
        return book.end(plan.number, self.actor)

    def _names(self) -> tuple[str, ...]:
        return tuple(change.device for change in self.plan.devices if change.device in self._known)

    @property
    def _known(self) -> Mapping[str, Device]:
        return self.ground.county.device_by_name

    def _device(self, name: str) -> Device:
        return self._known[name]

    def _say(self, device: str, message: str, **values: object) -> None:
        self.told(device, translate(message, **values))

    def _refuse_stale(self, seen: Mapping[str, Seen]) -> None:
        stale = moved(self.ground, self.plan, seen)
        if stale:
            why = {name: translate(message) for name, message in stale.items()}
            self.book.stale(self.plan.number, why, self.actor)
            listed = "; ".join(f"{name}: {text}" for name, text in why.items())
            raise Conflict(_("plan {plan} is stale: {devices}; make a new one"), plan=self.plan.number, devices=listed)

    def _judged(self, seen: Seen) -> bool:
        """Note what a device has and return whether it lacks the plan."""
        if seen.error:
            self._note(Outcome(seen.device, DeviceState.UNREACHED, seen.error))
            return False
        change = self._change(seen.device)
        if self.ground.digest(seen.device, seen.running) == change.intended and self._is_sure(change):
            self._note(Outcome(seen.device, DeviceState.DONE))
            return False
        return True

    def _is_sure(self, change: DeviceChange) -> bool:
        """Whether a device that shows the plan has it; where it shows nothing, only if this plan brought it there."""
        state = self.book.get(self.plan.number).devices[change.device].state
        return not change.blind or state is DeviceState.DONE

    def _note(self, outcome: Outcome) -> None:
        error = translate_error(outcome.error) if outcome.error else ""
        self.book.note(self.plan.number, outcome.device, outcome.state, self.actor, error)
        self.told(outcome.device, translate(settle.STATES[outcome.state]) + (f": {error}" if error else ""))

    def _tiers(self, todo: Sequence[Device]) -> None:
        done: list[str] = []
        ordered = tiers(todo, together=self._at_once)
        for number, names in zip(count(1), ordered, strict=False):
            if self.cancelled.is_set():
                self._say("", _("cancelled: nothing further is begun"))
                return
            message = _("tier {number} of {total}: {devices}")
            self._say("", message, number=number, total=len(ordered), devices=", ".join(names))
            outcomes = self._tier(names, self.steps)
            good = [o.device for o in outcomes if o.state is DeviceState.DONE]
            done += good
            if any(o.error for o in outcomes) and not self.cancelled.is_set():
                self._policy(good, done)
                return

    @cached_property
    def _at_once(self) -> frozenset[str]:
        """Return the devices of the plan that change at once."""
        return together.changing(self.ground.county, {name: (s.running, s.intended) for name, s in self.steps.items()})

    def _policy(self, tier: Sequence[str], done: Sequence[str]) -> None:
        back = {Policy.STOP: (), Policy.UNDO_TIER: tuple(tier), Policy.UNDO_ALL: tuple(done)}[self.plan.policy]
        self._say("", _("a device failed: the rest is not begun"))
        for names in reversed(tiers([self._device(name) for name in back], together=self._at_once)):
            self._say("", _("taking back: {devices}"), devices=", ".join(names))
            self._tier(names, {name: self.steps[name].back() for name in names}, taking_back=True)

    def _tier(
        self, names: Sequence[str], steps: Mapping[str, Steps], *, taking_back: bool = False
    ) -> tuple[Outcome, ...]:
        settings, county, secrets = self.ground.settings, self.ground.county, self.ground.secrets
        opener = service.opener(county, settings, secrets, self.limits)
        longest = max(
            change.seconds + named(self._device(change.device), change.revert).grace
            for change in self.plan.devices
            if change.device in self._known
        )
        workers = max(self.limits.workers, len(names))  # a tier is what may change together: nobody waits for a place
        limits = self.limits.model_copy(update={"device": self.limits.device + 2 * longest, "workers": workers})
        at_once = self._meeting(names, taking_back)
        act = partial(self._act, opener=opener, steps=steps, taking_back=taking_back, at_once=at_once)
        operation = Operation(
            [self._device(name) for name in names],
            opener,
            act,
            lambda name, _seconds, error: Outcome(name, self._untouched(name, taking_back), error),
            limits,
            service.around_of(settings),
            service.redactor(secrets),
            cancelled=threading.Event() if taking_back else self.cancelled,
            together=at_once,
        )
        outcomes = operation.run()
        for outcome in outcomes:
            self._note(outcome)
        return outcomes

    def _meeting(self, names: Sequence[str], taking_back: bool) -> together.Together:
        """Return who of a tier waits for each other: for one that cannot come nobody else goes."""
        whole, states = self._at_once, self.book.get(self.plan.number).devices
        if whole.isdisjoint(names):
            return together.Together()
        lacking = [n for n in whole.difference(names) if states[n].state is not DeviceState.DONE and not taking_back]
        found = together.Together(whole.intersection(names).union(lacking))
        for name in lacking:
            found.fail(name)
        return found

    def _untouched(self, name: str, taking_back: bool) -> DeviceState:
        """What a device has when its change failed before its undo was armed, or in a way that nobody foresaw."""
        known = self.book.get(self.plan.number).devices[name].state
        if known is DeviceState.CHANGING:
            return known
        return DeviceState.DONE if taking_back else DeviceState.WAITING

    def _act(
        self,
        device: Device,
        session: Session[Any],
        _began: float,
        *,
        opener: Callable[[str], Session[Any]],
        steps: Mapping[str, Steps],
        taking_back: bool,
        at_once: together.Together,
    ) -> Outcome:
        set_language(self.language)
        address = str(device.management)
        change = self._change(device.name)
        guard = Guard(
            device,
            drivers.of(device),
            named(device, change.revert),
            address,
            steps[device.name],
            f"plan {self.plan.number} {self.plan.hash[:12]} {token_hex(4)}",
            change.seconds,
            self._before(device, address),
            self.checks,
            opener,
            self.limits,
            lambda name, message: self._say(name, message),
            lambda name: self._begun(name, steps[name]),
            threading.Event() if taking_back else self.cancelled,
            at_once,
        )
        outcome = guard.run(session)
        if outcome.state is DeviceState.DONE and steps[device.name].sent:
            confirmed.confirm(self.ground.settings, device.name, steps[device.name].sent)
        return self._turned(outcome) if taking_back else self._redacted(outcome)

    def _begun(self, name: str, steps: Steps) -> None:
        """Note that a device is about to change; what its secrets are is not known until it has."""
        self.book.note(self.plan.number, name, DeviceState.CHANGING, self.actor)
        if steps.gone:
            confirmed.forget(self.ground.settings, name, steps.gone)

    def _turned(self, outcome: Outcome) -> Outcome:
        """Return an outcome of taking back in the words of the plan."""
        words = {DeviceState.DONE: DeviceState.UNDONE, DeviceState.REVERTED: DeviceState.DONE}
        return self._redacted(Outcome(outcome.device, words.get(outcome.state, outcome.state), outcome.error))

    def _redacted(self, outcome: Outcome) -> Outcome:
        error = outcome.error
        if error is None:
            return outcome
        redact = service.redactor(self.ground.secrets)
        rest = {key: v for key, v in error.values.items() if key not in ("device", "command", "answer")}
        told = DeviceError(error.device, error.message, redact(error.command), redact(error.answer), **rest)
        return Outcome(outcome.device, outcome.state, told)

    def _change(self, name: str) -> DeviceChange:
        return next(change for change in self.plan.devices if change.device == name)

    def _before(self, device: Device, address: str) -> Before:
        cpes = self.ground.county.cpe_by_unit
        units = next(c.units for c in self.plan.devices if c.device == device.name)
        known = () if device.role is DeviceRole.CPE else [cpes[u] for u in units if u in cpes]  # a rehearsal has few
        behind = {cpe.name: str(cpe.management) for cpe in known}
        return self.checks.before(address, behind)
