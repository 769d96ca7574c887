"""Makes plans: from what the inventory says, or to take one back.

A plan holds the exact steps, not only the wish: they are worked out once, here, and what was approved is what is done,
whatever happens to this program in between (docs/decisions/040-plans-keep-their-steps.md).
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from countynet import clock
from countynet.errors import BadInput, Conflict, DeviceError, Problem
from countynet.i18n import _, translate_why
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import confirmed, running
from inventory.model import County
from inventory.record import Repository
from inventory.running import Cause
from inventory.select import select_devices
from playbooks.device import drivers, service
from playbooks.device.intended import renderer
from playbooks.device.results import Limits, Progress, silent
from playbooks.device.together import changing, refuse_typed, rekeying
from playbooks.device.vouched import Vouched
from playbooks.plan import blast, draw, extra, rules
from playbooks.plan.book import Book
from playbooks.plan.model import DeviceChange, DeviceState, Plan, Policy, Steps, Unread, digest
from playbooks.plan.reading import Seen, look_all
from playbooks.plan.tiers import tiers
from playbooks.present import as_built

NOTHING = _("every device runs what the inventory says: there is nothing to plan")
TESTS = (_("SSH in band, on a new session"), _("runs what the plan says"), _("ping"), _("units behind it answer"))


@dataclass(frozen=True)
class Wish:
    """What a plan shall be, besides what it finds."""

    author: str
    policy: Policy = Policy.STOP
    seconds: int = draw.SECONDS
    undoes: int | None = None
    restores: str = ""
    adds: str = ""
    secrets: bool = False
    """send every secret again, whatever is known of it"""


@dataclass(frozen=True)
class Ground:
    """What plans stand on: the county at a commit, its secrets and what they key."""

    county: County
    commit: str
    settings: Settings
    secrets: Secrets = field(repr=False)

    @classmethod
    def at(cls, settings: Settings, commit: str | None = None) -> "Ground":
        """Return the ground at a commit of the inventory (the last one). Raises BadInput, Conflict."""
        repository = Repository(settings)
        chosen = commit or repository.head()
        county = as_built(repository.county(chosen), settings)
        return cls(county, chosen, settings, Secrets.load(settings))

    @property
    def key(self) -> bytes:
        """What keys digests and masks."""
        return service.mask_key(self.secrets)

    @cached_property
    def rendered(self) -> Callable[[str], str]:
        """What gives the text that a device shall run; it raises DeviceError."""
        return renderer(self.county, self.secrets)

    def intended(self, names: Iterable[str]) -> dict[str, str | DeviceError]:
        """Return what devices shall run, as text, or why a device cannot hold it."""
        found = dict[str, str | DeviceError]()
        for name in names:
            try:
                found[name] = self.rendered(name)
            except DeviceError as error:
                found[name] = error
        return found

    def vouched(self, name: str, *, ours: bool = True, afresh: bool = False) -> Vouched:
        """Return what is known of a device's secrets; `ours` if the texts are the inventory's."""
        return Vouched(self.settings, name, ours, afresh)

    def digest(self, name: str, text: str) -> str:
        """Return the keyed digest by which a device's texts are told apart."""
        return digest(drivers.of(self.county.device_by_name[name]).canonical(text), self.key)


def make(
    settings: Settings,
    wish: Wish,
    only: Sequence[str] | None = None,
    progress: Progress = silent,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Plan:
    """Read what the chosen devices run and plan what brings them to the inventory's last commit.

    Raises BadInput, and Conflict when there is nothing to change, when neighbours would have to change with those that
    are chosen, or when it was cancelled: then there is no plan.
    """
    ground = Ground.at(settings)
    names = [device.name for device in select_devices(ground.county, only or ())]
    seen = _look(ground, wish, names, progress, limits, cancelled)
    refuse_typed(ground.county, rekeying(ground.county, settings, names, ground.rendered))
    wanted = ground.intended(names)
    found, unread = _differences(ground, wish, seen, wanted, cancelled)
    return _add(ground, wish, found, unread)


def settled(settings: Settings, actor: str, names: Sequence[str]) -> tuple[frozenset[str], Mapping[str, str]]:
    """Read devices anew; return those that run what the inventory says now, and why others could not be read.

    Raises BadInput.
    """
    ground, wish = Ground.at(settings), Wish(actor)
    seen = _look(ground, wish, names, silent, None)
    found, unread = _differences(ground, wish, seen, ground.intended(names))
    why = {one.device: one.error for one in unread}
    return frozenset(name for name in names if name not in found and name not in why), why


def undo(
    settings: Settings,
    number: int,
    wish: Wish,
    progress: Progress = silent,
    limits: Limits | None = None,
    cancelled: threading.Event | None = None,
) -> Plan:
    """Plan what takes back just this plan from the devices that have it.

    Raises BadInput, and Conflict when no device has it, when one runs something later (that would be lost), or when
    it was cancelled.
    """
    book = Book.open(settings)
    entry, ground = book.get(number), Ground.at(settings)
    having = [name for name, device in entry.devices.items() if device.state is DeviceState.DONE]
    if not having:
        raise Conflict(_("no device has plan {plan}"), plan=number)
    _still_built(ground.county, having)
    seen = _look(ground, wish, having, progress, limits, cancelled)
    unread = [Unread(device=s.device, error=translate_why(s.error)) for s in seen.values() if s.error]
    steps = book.steps(number)
    later = [s.device for s in seen.values() if not s.error and _has_later(ground, s, steps[s.device])]
    if later:
        raise Conflict(_("later changes stand on plan {plan}: {devices}"), plan=number, devices=", ".join(later))
    found = {name: steps[name].back() for name, s in seen.items() if not s.error}
    return _add(ground, wish, found, unread)


def toward(
    settings: Settings,
    wish: Wish,
    wanted: Mapping[str, str],
    progress: Progress = silent,
    limits: Limits | None = None,
) -> Plan:
    """Plan what brings devices to given texts (what they once ran), whatever the inventory says.

    `wish.restores` says which version that is. Raises BadInput, and Conflict when there is nothing to change.
    """
    ground = Ground.at(settings)
    _still_built(ground.county, list(wanted))
    seen = _look(ground, wish, list(wanted), progress, limits)
    found, unread = _differences(ground, wish, seen, wanted)
    return _add(ground, wish, found, unread)


def adding(
    settings: Settings,
    wish: Wish,
    lines: Mapping[str, Sequence[str]],
    progress: Progress = silent,
    limits: Limits | None = None,
) -> tuple[Plan | None, Mapping[str, DeviceError]]:
    """Plan lines that no inventory says, exactly these for each device; `wish.adds` says what for.

    Returns the plan, None when no device can have them, and the devices that are not in it, with the reason. Raises
    BadInput.
    """
    ground = Ground.at(settings)
    _still_built(ground.county, list(lines))
    found, left = dict[str, Steps](), dict[str, DeviceError]()
    for name, one in _look(ground, wish, list(lines), progress, limits).items():
        try:
            if one.error:
                raise one.error
            found[name] = extra.steps(ground.county.device_by_name[name], one.running, lines[name])
        except DeviceError as error:
            left[name] = error
    unread = [Unread(device=name, error=translate_why(error)) for name, error in left.items()]
    return (_add(ground, wish, found, unread) if found else None), left


def _look(
    ground: Ground,
    wish: Wish,
    names: Sequence[str],
    progress: Progress,
    limits: Limits | None,
    cancelled: threading.Event | None = None,
) -> dict[str, Seen]:
    """Look at devices in the name of who wants the plan. Raises Conflict when it is cancelled."""
    with running.because(running.reason(wish.author, Cause.PLAN)):
        seen = look_all(
            ground.county, ground.settings, ground.secrets, names, limits or Limits(), progress, cancelled
        )  # fmt: skip
    _stop_if(cancelled)
    return seen


def _stop_if(cancelled: threading.Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        raise Conflict(_("the making of the plan was cancelled; nothing was touched, and there is no plan"))


def _has_later(ground: Ground, seen: Seen, steps: Steps) -> bool:
    """Whether a device runs something later than what a plan brought it, or was sent other secrets since."""
    known = confirmed.known(ground.settings, seen.device)
    others = any(known.get(holder, digest) != digest for holder, digest in steps.sent.items())
    return others or ground.digest(seen.device, seen.running) != ground.digest(seen.device, steps.intended)


def _still_built(county: County, names: Sequence[str]) -> None:
    gone = [Problem(_("there is no device named {name}"), {"name": n}) for n in names if n not in county.device_by_name]
    if gone:
        raise BadInput(gone)


def _differences(
    ground: Ground,
    wish: Wish,
    seen: Mapping[str, Seen],
    wanted: Mapping[str, str | DeviceError],
    cancelled: threading.Event | None = None,
) -> tuple[dict[str, Steps], list[Unread]]:
    found, unread = dict[str, Steps](), list[Unread]()
    for name, one in seen.items():
        _stop_if(cancelled)
        try:
            if one.error:
                raise one.error
            device, intended = ground.county.device_by_name[name], _told(wanted[name])
            vouched = ground.vouched(name, ours=not wish.restores, afresh=wish.secrets)
            due = drivers.of(device).due(vouched, one.running, intended)
            steps = draw.steps(device, one.running, intended, due)
        except DeviceError as error:
            unread.append(Unread(device=name, error=translate_why(error)))
            continue
        if steps:
            found[name] = steps
    return found, unread


def _told(intended: str | DeviceError) -> str:
    if isinstance(intended, DeviceError):
        raise intended
    return intended


def _add(ground: Ground, wish: Wish, found: Mapping[str, Steps], unread: Sequence[Unread]) -> Plan:
    if not found and unread:
        raise Conflict(
            _("no device could be planned: {errors}"), errors="; ".join(f"{u.device}: {u.error}" for u in unread)
        )
    if not found:
        raise Conflict(NOTHING)
    county, now = ground.county, clock.now()
    devices = [county.device_by_name[name] for name in found]
    behind = blast.units_behind(county)
    changes = tuple(draw.change(d, found[d.name], ground.key, behind[d.name], wish.seconds) for d in devices)

    def numbered(number: int) -> Plan:
        return Plan(
            number=number,
            commit=ground.commit,
            author=wish.author,
            made=now,
            expires=now + rules.LIFETIME,
            policy=wish.policy,
            undoes=wish.undoes,
            restores=wish.restores,
            adds=wish.adds,
            approvals=blast.approvals_needed(d.role for d in devices),
            tests=TESTS,
            devices=changes,
            tiers=tiers(devices, together=changing(county, {n: (s.running, s.intended) for n, s in found.items()})),
            units=blast.touched(county, (unit for change in changes for unit in change.units)),
            unread=tuple(unread),
        )

    return Book.open(ground.settings).add(numbered, found)


def moved(ground: Ground, plan: Plan, seen: Mapping[str, Seen]) -> dict[str, str]:
    """Return the devices for which a plan does not hold any more, and why (a message without values).

    The inventory is asked only for what a plan drew from it: a plan that takes one back, or restores, or brings lines
    that no inventory says, stands on the devices alone.
    """
    found = dict[str, str]()
    known = [c for c in plan.devices if c.device in ground.county.device_by_name]
    found |= {c.device: _("is not in the inventory any more") for c in plan.devices if c not in known}
    drawn = ground.commit != plan.commit or any(change.secrets for change in plan.devices)  # secrets are in no commit
    if plan.undoes is None and not plan.restores and not plan.adds and drawn:
        wanted = ground.intended(c.device for c in known)
        changed = [c.device for c in known if _moved(ground, c, wanted[c.device], seen.get(c.device))]
        found |= dict.fromkeys(changed, _("the inventory says something else since"))
    for change in known:
        one = seen.get(change.device)
        if one and not one.error and ground.digest(one.device, one.running) not in (change.running, change.intended):
            found[change.device] = _("runs something else since")
    return found


def _moved(ground: Ground, change: DeviceChange, wanted: str | DeviceError, seen: Seen | None) -> bool:
    """Whether the inventory says something else of a device than a plan; not known of one that does not answer."""
    if isinstance(wanted, DeviceError):
        return True
    driver = drivers.of(ground.county.device_by_name[change.device])
    if change.secrets:
        digests = driver.digests(ground.vouched(change.device), wanted)
        if any(digests.get(secret.where) != secret.digest for secret in change.secrets):
            return True
    text = driver.expected(seen.running, wanted) if seen and not seen.error else wanted
    return ground.digest(change.device, text) != change.intended
