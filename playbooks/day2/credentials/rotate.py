"""The change: one stage after the other, each by a plan of its own, as far as plans are approved and devices prove it.

A run ends where a plan waits for its approval. It is good when every device has the new credential alone; else what is
left is named per device. Promised at every moment, also after a kill: each device is opened by the credential that the
vault names for its stage, because a stage is only written on once the device has shown that it has the one before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from countynet.errors import BadInput, Conflict, DeviceError, Problem
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Access, DeviceRole
from inventory.intent.rotation import KINDS, NEXT_VENDOR_PUBLIC, Kind, Stage
from inventory.model import County
from inventory.names import GENERIC
from inventory.record import Author
from inventory.record.vaulted import Made, change_vault
from playbooks.day2.carry import carried, intended, named
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.prove import refused
from playbooks.plan import blast
from playbooks.plan.book import Book
from playbooks.plan.make import settled
from playbooks.plan.model import DeviceState
from playbooks.plan.rules import may_change
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

STAGES = {
    Stage.OLD: _("the old one alone"),
    Stage.BOTH: _("both, opened by the old one"),
    Stage.TURNED: _("both, opened by the new one"),
    Stage.NEW: _("the new one alone"),
}
ONE_KEY = _("{devices}: keep their keys, as they or their tunnel's other end take one at a time")
RUIJIE = "ruijie"
BY_FILE = _(
    "{devices}: read the key from a file on their flash, which a person puts there once the first plan has named it: "
    "the vault's {secret}; until then they keep the old one"
)
STEPS = (
    _("first plan: every device gets the new one beside the old one; then each is opened by the new one alone, to try"),
    _("second plan, where tunnels are: both ends turn to the new key and meet anew, under the guard"),
    _("last plan: the old one is taken away from devices that the new one opens; what fails keeps both and is named"),
)


@dataclass
class _Round:
    """What one plan brought: the end of its run, and the devices that have what they are told."""

    end: Ended
    has: frozenset[str]
    why: Mapping[str, str]
    """devices that could not be read, and why"""


@dataclass
class _Left:
    """Why devices are not where they shall be."""

    why: dict[str, str] = field(default_factory=dict)

    def hosts(self, done: Collection[str]) -> tuple[HostResult, ...]:
        """Return every device's result."""
        bad = [HostResult(n, error=DeviceError(n, _("{why}"), why=why)) for n, why in sorted(self.why.items())]
        return (*(HostResult(name, ok=1, changed=1) for name in sorted(done) if name not in self.why), *bad)


class Rotation:
    """Credentials of one kind, or of all."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return every device."""
        return devices_of(county, playbook, ())

    def look(self, work: Work) -> Iterator[str]:
        """Yield who takes part, how far each is, and what will be done."""
        may_change(work.actor.name, work.actor.role)
        county, values = present_county(work.settings), _values(work.settings)
        for kind in _kinds(work):
            yield from _standing(county, kind, values)
        devices = members(county, _kinds(work))
        behind = {unit for name in devices for unit in blast.units_behind(county)[name]}
        people = blast.approvals_needed(county.device_by_name[name].role for name in devices)
        said = _("{devices} devices take part, behind them {units} units; {people} of the center approve each plan")
        yield translate(said, devices=len(devices), units=len(behind), people=people)
        yield from map(translate, STEPS)

    def run(self, work: Work) -> Ended:
        """Go on as far as it goes. Raises Conflict for giving up what devices have turned to already."""
        may_change(work.actor.name, work.actor.role)
        if work.values.get("way") == "give-up":
            return self._give_up(work)
        county, kinds, left = present_county(work.settings), _kinds(work), _Left()
        _write(work, lambda values: _begun(values, county, kinds))
        while kinds:
            told = _round(work, [name for name in members(county, kinds) if name not in left.why])
            if not told.has:
                return told.end
            left.why |= {host.host: translate_error(host.error) for host in told.end.hosts if host.error}
            left.why |= told.why
            proven = {kind: _proven(work.settings, county, kind, told.has, left) for kind in kinds}
            over = [kind for kind in kinds if _is_over(_values(work.settings), kind, proven[kind])]
            moved = _write(work, partial(_advanced, proven=proven))
            moved |= _write(work, partial(_each, kinds=over, what=vault.finished))
            if not moved:
                break
            kinds, work = tuple(kind for kind in kinds if kind not in over), replace(work, plan=None)
        return _result(work, county, left, told.end)

    def _give_up(self, work: Work) -> Ended:
        values, kinds = _values(work.settings), _kinds(work)
        turned = [n for kind in kinds for n, s in (vault.stages(values, kind) or {}).items() if s >= Stage.TURNED]
        if turned:
            said = _("devices have turned to the new one already: {devices}; go on, then exchange it once more")
            raise Conflict(said, devices=named(sorted(set(turned))))
        devices = members(present_county(work.settings), kinds)
        _write(work, lambda found: _each(found, kinds, vault.given_up))
        return carried(work, intended(work, devices))


def _write(work: Work, make: Made) -> bool:
    """Change the vault; return whether anything changed."""
    reason = translate(_("exchange of credentials: {kinds}"), kinds=", ".join(_kinds(work)))
    return bool(change_vault(work.settings, make, Author(work.actor.name), reason))


def _kinds(work: Work) -> tuple[Kind, ...]:
    chosen = work.values["kind"]
    return tuple(kind for kind in KINDS if chosen in (kind, "all"))


def _values(settings: Settings) -> vault.Values:
    secrets = Secrets.load(settings)
    return {name: secrets.get(name).get_secret_value() for name in secrets.names()}


def of_kind(county: County, kind: Kind) -> tuple[str, ...]:
    """Return the devices whose credential of a kind can be exchanged; of tunnels their CPEs."""
    if kind != "vpn":
        return tuple(county.device_by_name)
    hubs = county.devices_in(DeviceRole.VPN_HUB)
    ends = [county.cpe_by_unit[line.unit] for line in county.circuits if line.access is Access.ADSL]
    able = bool(hubs) and hubs[0].platform == GENERIC
    return tuple(cpe.name for cpe in ends if able and cpe.platform == GENERIC)


def members(county: County, kinds: Collection[Kind]) -> tuple[str, ...]:
    """Return every device that takes part, in inventory order."""
    found = {name for kind in kinds for name in of_kind(county, kind)}
    if "vpn" in kinds and of_kind(county, "vpn"):
        found.add(county.devices_in(DeviceRole.VPN_HUB)[0].name)
    if not found:
        raise BadInput([Problem(_("no device has a credential of that kind that could be exchanged"), where="kind")])
    return tuple(name for name in county.device_by_name if name in found)


def _standing(county: County, kind: Kind, values: vault.Values) -> Iterator[str]:
    title, there, able = translate(vault.TITLES[kind]), vault.stages(values, kind), of_kind(county, kind)
    yield translate(_("{kind}: {count} devices"), kind=title, count=len(able))
    for stage, words in STAGES.items() if there is not None else ():
        at = [name for name in able if (there or {}).get(name, Stage.OLD) is stage]
        if at:
            yield f"  {translate(words)}: {len(at)} ({named(at, 5)})"
    if kind == "ssh" and (by_file := [d.name for d in county.devices if d.platform == RUIJIE]):
        yield translate(BY_FILE, devices=named(by_file), secret=NEXT_VENDOR_PUBLIC)
    ends = [county.cpe_by_unit[line.unit].name for line in county.circuits if line.access is Access.ADSL]
    if kind == "vpn" and (apart := [name for name in ends if name not in able]):
        yield translate(ONE_KEY, devices=named(apart))


def _begun(values: vault.Values, county: County, kinds: Collection[Kind]) -> vault.Values:
    for kind in kinds:
        values = vault.begun(values, kind, of_kind(county, kind))
    return values


def _round(work: Work, devices: Sequence[str]) -> _Round:
    """Bring devices to what they are told now; return which have it, as they themselves show when read anew.

    A plan that is taken up says nothing of devices that were left out when it was made.
    """
    end = carried(work, intended(work, devices))
    if not end.good and not (end.plan is not None and _begun_already(work, end.plan)):
        return _Round(end, frozenset(), {})
    has, why = settled(work.settings, work.actor.name, devices)
    return _Round(end, has, why)


def _begun_already(work: Work, plan: int) -> bool:
    entry = Book.open(work.settings).get(plan)
    return any(device.state is DeviceState.DONE for device in entry.devices.values())


def _proven(settings: Settings, county: County, kind: Kind, has: Collection[str], left: _Left) -> frozenset[str]:
    """Return the devices of a kind that have what their stage says and that the next credential opens."""
    there = vault.stages(_values(settings), kind) or {}
    able = [name for name in there if name in has and name in county.device_by_name]
    if kind == "vpn" and county.devices_in(DeviceRole.VPN_HUB)[0].name not in has:
        return frozenset()
    wrong = refused(settings, county, kind, able)
    left.why |= wrong
    return frozenset(able) - set(wrong)


def _advanced(values: vault.Values, proven: Mapping[Kind, Collection[str]]) -> vault.Values:
    """Return the values with each kind's proven devices one stage on."""
    for kind, devices in proven.items():
        values = vault.advanced(values, kind, devices)
    return values


def _is_over(values: vault.Values, kind: Kind, proven: Collection[str]) -> bool:
    """Whether every device had the new one alone in this round, and has proven it."""
    was = vault.stages(values, kind) or {}
    return set(was) == set(proven) and all(stage is Stage.NEW for stage in was.values())


def _each(
    values: vault.Values, kinds: Collection[Kind], what: Callable[[vault.Values, Kind], vault.Values]
) -> vault.Values:
    for kind in kinds:
        values = what(values, kind)
    return values


def _result(work: Work, county: County, left: _Left, end: Ended) -> Ended:
    values, kinds = _values(work.settings), _kinds(work)
    open_ = [kind for kind in kinds if vault.stages(values, kind) is not None]
    devices = members(county, kinds)
    if not open_:
        work.heard(Heard(translate(_("the old credentials are gone from every device and from the vault"))))
        said = translate(_("{count} devices have the new one alone"), count=len(devices))
        return Ended(True, left.hosts(devices), said)
    behind = {n for kind in open_ for n, stage in (vault.stages(values, kind) or {}).items() if stage is not Stage.NEW}
    behind |= set(left.why)
    words = translate(
        _("{count} of {all} devices are not done and keep what opens them: {names}; run it again once they answer"),
        count=len(behind), all=len(devices), names=named(sorted(behind)),
    )  # fmt: skip
    return Ended(False, left.hosts(set(devices) - behind), words, end.plan)
