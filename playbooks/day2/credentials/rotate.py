"""The change: one stage after the other, each by a plan of its own, as far as plans are approved and devices prove it.

A run ends where a plan waits for its approval. It is good when every device has the new credential alone; else what is
left is named per device. Promised at every moment, also after a kill: each device is opened by the credential that the
vault names for its stage, because a stage is only written on once the device has shown that it has the one before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from countynet.errors import Conflict
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.intent.rotation import KINDS, Kind, Stage
from inventory.model import County
from inventory.record import Author
from inventory.record.vaulted import Made, change_vault
from playbooks.day2.carry import carried, intended, named
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.left import Left
from playbooks.day2.credentials.members import by_name, hub, members, needed, of_kind
from playbooks.day2.credentials.prove import refused
from playbooks.day2.credentials.telling import STEPS, TIME_STEP, kept_tunnels, standing
from playbooks.day2.credentials.time_servers import time_servers, told
from playbooks.plan import blast
from playbooks.plan.book import Book
from playbooks.plan.make import settled
from playbooks.plan.model import DeviceState
from playbooks.plan.rules import may_change
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.within import refuse_beyond
from playbooks.servers.run import Heard


@dataclass
class _Round:
    """What one plan brought: the end of its run, and the devices that have what they are told."""

    end: Ended
    has: frozenset[str]
    why: Mapping[str, str]
    """devices that could not be read, and why"""


class Rotation:
    """Credentials of one kind, or of all, of chosen devices or of all."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices, all when none is named; the hub comes along with a tunnel (`_taking_part`)."""
        return devices_of(county, playbook, names)

    def look(self, work: Work) -> Iterator[str]:
        """Yield who takes part, how far each is, and what will be done."""
        may_change(work.actor.name, work.actor.role)
        county, values = present_county(work.settings), _values(work.settings)
        devices = _taking_part(work, county, _kinds(work))
        if absent := [name for name in work.names if name not in county.device_by_name]:
            yield translate(_("the running twin was built without: {names}"), names=named(absent))
        for kind in _kinds(work):
            yield from standing(county, kind, values, work.names)
        behind = {unit for name in devices for unit in blast.units_behind(county)[name]}
        people = blast.approvals_needed(county.device_by_name[name].role for name in devices)
        said = _("{devices} devices take part, behind them {units} units; {people} of the center approve each plan")
        yield translate(said, devices=len(devices), units=len(behind), people=people)
        yield from map(translate, STEPS)
        if "time" in _kinds(work) and of_kind(county, "time", work.names):
            yield translate(TIME_STEP, names=named([host.name for host in time_servers(county)]))

    def run(self, work: Work) -> Ended:
        """Go on as far as it goes. Raises Conflict for giving up what devices have turned to already."""
        may_change(work.actor.name, work.actor.role)
        county, left = present_county(work.settings), Left()
        devices = _taking_part(work, county, _kinds(work))
        kinds = tuple(kind for kind in _kinds(work) if of_kind(county, kind, work.names))
        if work.values.get("way") == "give-up":
            return _given_up(work, county, devices)
        if "vpn" in _kinds(work):
            for line in kept_tunnels(county, work.names):
                work.heard(Heard(line))
        _write(work, lambda values: _begun(values, county, kinds, work.names))
        kinds = _that_servers_know(work, county, kinds, left)
        if "time" in kinds:
            _write(work, lambda values: vault.turned(values, "time"))
        end = Ended(False)
        while kinds and (asked := [name for name in members(county, kinds, work.names) if name not in left.why]):
            came = _round(work, asked, left)
            end = came.end
            if end.waits:
                return left.stopped(end)
            left.heard(end)
            left.add(came.why)
            if not came.has:
                break
            proven = {kind: _proven(work, county, kind, came.has, left) for kind in kinds}
            over = tuple(kind for kind in kinds if _is_over(work, county, kind, proven[kind]))
            over = _that_servers_know(work, county, over, left, is_over=True)
            moved = _write(work, partial(_advanced, proven=proven))
            moved |= _write(work, partial(_each, kinds=over, what=vault.finished))
            if not moved:
                break
            kinds, work = tuple(kind for kind in kinds if kind not in over), replace(work, plan=None)
        return _result(work, county, devices, left, end)


def _that_servers_know(
    work: Work, county: County, kinds: tuple[Kind, ...], left: Left, is_over: bool = False
) -> tuple[Kind, ...]:
    """Return the kinds, without the key of time if one of its servers cannot be told what it has to know.

    That is both keys while devices turn, and once it `is_over` the new one alone, before the vault forgets the old one.
    """
    if "time" not in kinds:
        return kinds
    values = _values(work.settings)
    why = told(work, county, vault.finished(values, "time") if is_over else values)
    left.add(why)
    return tuple(kind for kind in kinds if kind != "time" or not why)


def _taking_part(work: Work, county: County, kinds: Collection[Kind]) -> tuple[str, ...]:
    """Return every device that takes part. Raises BadInput for nobody, NotAllowed for what is not the actor's.

    The servers of time come along with its key, as the hub does with a tunnel's.
    """
    found = members(county, kinds, work.names)
    also = time_servers(county) if "time" in kinds and of_kind(county, "time", work.names) else ()
    refuse_beyond(county, work.playbook, work.actor, (*found, *(host.name for host in also)))
    return found


def _given_up(work: Work, county: County, devices: Sequence[str]) -> Ended:
    values, kinds = _values(work.settings), _kinds(work)
    turned = {name for kind in kinds for name in _turned(work, kind, vault.stages(values, kind) or {})}
    if turned:
        said = _("devices have turned to the new one already: {devices}; go on, then exchange it once more")
        raise Conflict(said, devices=named(sorted(turned)))
    given_up = partial(vault.given_up, devices=work.names or None)
    _write(work, lambda found: _each(found, kinds, given_up))
    end = carried(work, intended(work, devices))
    if not end.good or "time" not in kinds or not of_kind(county, "time"):
        return end
    left = Left(told(work, county, _values(work.settings)))
    return replace(end, good=not left.why, hosts=(*end.hosts, *left.hosts((), left.why)))


def _turned(work: Work, kind: Kind, there: Mapping[str, Stage]) -> Collection[str]:
    """Return the chosen devices that have turned to the next one; of time those that show it when read anew."""
    found = [name for name, at in there.items() if at >= Stage.TURNED and (not work.names or name in work.names)]
    if kind != "time" or not found:
        return found
    has, why = settled(work.settings, work.actor.name, found)
    return {*has, *why}


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


def _begun(values: vault.Values, county: County, kinds: Collection[Kind], chosen: Collection[str]) -> vault.Values:
    for kind in kinds:
        values = vault.begun(values, kind, of_kind(county, kind, chosen), by_name(county))
    return values


def _round(work: Work, devices: Sequence[str], left: Left) -> _Round:
    """Bring devices to what they are told now; return which have it, as they themselves show when read anew.

    A plan that is taken up says nothing of devices that were left out when it was made. Raises Conflict when there is
    no plan, unless earlier rounds left somebody, who is to be named.
    """
    try:
        end = carried(work, intended(work, devices))
    except Conflict as error:
        if not left.why:
            raise
        end = Ended(False, words=translate_error(error))
    if not end.good and not (end.plan is not None and _begun_already(work, end.plan)):
        return _Round(end, frozenset(), {})
    has, why = settled(work.settings, work.actor.name, devices)
    return _Round(end, has, why)


def _begun_already(work: Work, plan: int) -> bool:
    entry = Book.open(work.settings).get(plan)
    return any(device.state is DeviceState.DONE for device in entry.devices.values())


def _proven(work: Work, county: County, kind: Kind, has: Collection[str], left: Left) -> frozenset[str]:
    """Return the devices of a kind that have what their stage says and that the next credential opens."""
    there = vault.stages(_values(work.settings), kind) or {}
    able = [name for name in of_kind(county, kind, work.names) if name in there and name in has]
    if kind == "vpn" and able and hub(county) not in has:
        return frozenset()
    wrong = refused(work.settings, county, kind, able)
    left.add(wrong)
    return frozenset(able) - set(wrong)


def _advanced(values: vault.Values, proven: Mapping[Kind, Collection[str]]) -> vault.Values:
    """Return the values with each kind's proven devices one stage on."""
    for kind, devices in proven.items():
        values = vault.advanced(values, kind, devices)
    return values


def _is_over(work: Work, county: County, kind: Kind, proven: Collection[str]) -> bool:
    """Whether every device had the new one alone in this round, and has proven it; who was not chosen is asked now."""
    was = vault.stages(_values(work.settings), kind) or {}
    wanted = needed(county, kind, was)
    if any(was.get(name, Stage.OLD) is not Stage.NEW for name in wanted):
        return False
    others = [name for name in county.device_by_name if name in wanted and name not in proven]
    if not work.names or any(name in work.names for name in others):
        return not others
    has, _why = settled(work.settings, work.actor.name, others)
    return {*has} >= {*others} and not refused(work.settings, county, kind, others)


def _each(
    values: vault.Values, kinds: Collection[Kind], what: Callable[[vault.Values, Kind], vault.Values]
) -> vault.Values:
    for kind in kinds:
        values = what(values, kind)
    return values


def _result(work: Work, county: County, devices: Sequence[str], left: Left, end: Ended) -> Ended:
    values, kinds = _values(work.settings), _kinds(work)
    kept = kept_tunnels(county, work.names) if "vpn" in kinds else ()
    behind = left.behind(values, kinds, devices)
    if behind:
        words = translate(
            _("{count} of {all} devices are not done and keep what opens them: {names}; run it again once they answer"),
            count=len(behind), all=len({*devices, *behind}), names=named(sorted(behind)),
        )  # fmt: skip
        said = "\n".join(filter(None, ("" if end.good else end.words, words, *kept)))
        return Ended(False, left.hosts(devices, behind), said, end.plan)
    said = translate(_("{count} devices have the new one alone"), count=len(devices))
    waiting = {name for kind in kinds for name in _others(values, county, kind, devices)}
    if waiting:
        message = _("the vault keeps the old one until these have the new one alone, too: {names}; run it for them")
        said = f"{said}\n{translate(message, names=named(sorted(waiting)))}"
    else:
        work.heard(Heard(translate(_("the old credentials are gone from every device and from the vault"))))
    return Ended(True, left.hosts(devices, ()), "\n".join((said, *kept)))


def _others(values: vault.Values, county: County, kind: Kind, devices: Collection[str]) -> frozenset[str]:
    """Return the devices beside those of a run that keep an exchange of a kind open."""
    was = vault.stages(values, kind)
    if was is None:
        return frozenset()
    wanted = needed(county, kind, was)
    return frozenset(name for name in wanted if was.get(name, Stage.OLD) is not Stage.NEW) or wanted - {*devices}
