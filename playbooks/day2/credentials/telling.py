"""What an exchange of credentials says before anything is done: who takes part, how far each is, who is not. Pure."""

from collections.abc import Collection, Iterator

from countynet.i18n import _, translate
from inventory.intent.rotation import NEXT_VENDOR_PUBLIC, Kind, Stage
from inventory.model import County
from playbooks.day2.carry import named
from playbooks.day2.credentials import vault
from playbooks.day2.credentials.members import by_name, hub, of_kind, tunnelled

STAGES = {
    Stage.OLD: _("the old one alone"),
    Stage.BOTH: _("both, opened by the old one"),
    Stage.TURNED: _("both, opened by the new one"),
    Stage.NEW: _("the new one alone"),
}
TIME_STAGES = {
    **STAGES,
    Stage.BOTH: _("asks with the old one, the servers are told both"),
    Stage.TURNED: _("told to ask with the new one, the servers know both"),
}
ONE_KEY = _(
    "{devices}: the tunnels keep their keys, as their hub {hub} takes one key and one name of a device at a time"
)
RENAMED = _("{devices}: take one key at a time; the next comes with the device's other name, which the hub knows first")
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


TIME_STEP = _(
    "the key of time: its servers {names} are told the next one beside the old one first; then a plan has devices ask "
    "with it; then the servers forget the old one"
)


def words_of(kind: Kind, stage: Stage) -> str:
    """Return how far a device at a stage is, as a message."""
    return (TIME_STAGES if kind == "time" else STAGES)[stage]


def standing(county: County, kind: Kind, values: vault.Values, chosen: Collection[str] = ()) -> Iterator[str]:
    """Yield how far the chosen devices are with a kind, and what is left to people or left out."""
    there, able = vault.stages(values, kind), of_kind(county, kind, chosen)
    yield translate(_("{kind}: {count} devices"), kind=translate(vault.TITLES[kind]), count=len(able))
    for stage in STAGES if there is not None else ():
        at = [name for name in able if (there or {}).get(name, Stage.OLD) is stage]
        if at:
            yield f"  {translate(words_of(kind, stage))}: {len(at)} ({named(at, 5)})"
    if kind == "ssh" and (by_file := [name for name in able if county.device_by_name[name].platform == RUIJIE]):
        yield translate(BY_FILE, devices=named(by_file), secret=NEXT_VENDOR_PUBLIC)
    if kind == "vpn":
        yield from kept_tunnels(county, chosen)
        if renamed := [name for name in by_name(county) if name in able]:
            yield translate(RENAMED, devices=named(renamed))
    if chosen and kind != "vpn" and able and (rest := _later(county, kind, values, able)):
        said = _("{count} others are at the old one: the vault keeps both until they have been brought along")
        yield translate(said, count=len(rest))


def kept_tunnels(county: County, chosen: Collection[str] = ()) -> Iterator[str]:
    """Yield which of the chosen devices' tunnels keep their keys, and why, if any do."""
    able = of_kind(county, "vpn")
    apart = [name for name in tunnelled(county) if name not in able and (not chosen or name in chosen)]
    if apart:
        yield translate(ONE_KEY, devices=named(apart), hub=hub(county))


def _later(county: County, kind: Kind, values: vault.Values, able: Collection[str]) -> tuple[str, ...]:
    there = vault.stages(values, kind) or {}
    every = of_kind(county, kind)
    return tuple(name for name in every if name not in able and there.get(name, Stage.OLD) is Stage.OLD)
