"""Gathers all facts of a run: fetched configurations, live probes, the log server, the event chain.

What cannot be had (no twin, no root, a device that is down, a configuration never fetched) becomes a fact that says
so; the checks turn it into `unknown`. Only settings that are wrong raise.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from difflib import unified_diff
from hashlib import sha256

from pydantic import SecretStr

from audit.facts import NEVER_FETCHED, UNREADABLE, DeviceFacts, Facts, LiveFacts, Logs, Proven
from audit.live import logs, servers, snmp, ssh, tcp
from audit.live.station import Around, around
from audit.prove import End, proving
from audit.servers.machine import Machine
from countynet import apart, clock
from countynet.errors import BadInput, CountyError
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import HostKind
from inventory import running
from inventory.deviceconfig import DeviceConfig
from inventory.intent import server_keys
from inventory.intent.adapt import adapted
from inventory.model import County, Device, Host
from inventory.names import GENERIC
from inventory.platforms import linux
from inventory.platforms.registry import platform
from inventory.platforms.seam import Parsed
from topology.confirm import service as confirming
from topology.confirm.report import ConfirmReport

FORBIDDEN_PORTS = (21, 23, 80, 443, 8080, 8443)
CENTERS = _("the center alone opens it, so it was not looked at from here; the center's own machine looks at it")
Say = Callable[[str], None]


def gather(
    county: County,
    settings: Settings,
    chain_breaks: tuple[str, ...],
    say: Say,
    fresh_isolation: bool,
    only: Collection[str] | None = None,
) -> Facts:
    """Return all facts about the part of the county that is up; `say` gets progress, already translated.

    With `only` (names of devices) no other device is asked, and isolation, which is the whole county's, is not tested.

    Raises BadInput without the county's vault, Conflict if the twin is gone.
    """
    with gathering(county, settings, chain_breaks, say, fresh_isolation, only) as (facts, end):
        return with_proof(facts, end)


def with_proof(facts: Facts, end: End) -> Facts:
    """Return facts with the proof of isolation, once the second opinion on it is there."""
    proof, error = end()
    return replace(facts, proven=proof, proven_error=error)


@contextmanager
def gathering(
    county: County,
    settings: Settings,
    chain_breaks: tuple[str, ...],
    say: Say,
    fresh_isolation: bool,
    only: Collection[str] | None = None,
) -> Iterator[tuple[Facts, End]]:
    """Yield all facts but the proof of isolation, and what waits for that: its second opinion is worked out meanwhile.

    Takes and raises what `gather` does.
    """
    place, secrets = around(settings), Secrets.load(settings)
    say(translate(_("reading the fetched configurations")))
    chosen = [d for d in county.devices if only is None or d.name in only]
    devices = {d.name: fact for d, fact in _devices(county, chosen, settings, secrets)}
    isolation, error = _isolation(county, settings, say, fresh_isolation) if only is None else (None, "")
    with _proof(county, settings, say) if only is None else nullcontext(_unproven) as end:
        say(translate(_("probing {count} devices"), count=len(devices)))
        live, told = _live(place, {d.name: d for d in chosen}), _logs(place, county, settings, secrets)
        facts = Facts(
            county=county,
            at=clock.now(),
            devices=devices,
            isolation=isolation,
            isolation_error=error,
            live=live,
            logs=told,
            servers=_servers(place, county, settings, secrets, only),
            chain_breaks=chain_breaks,
        )
        yield facts, end


def fetched(county: County, settings: Settings) -> dict[str, DeviceFacts]:
    """Return what was fetched of every device, without asking any. Raises BadInput without the county's vault."""
    held = _devices(county, county.devices, settings, Secrets.load(settings))
    return {device.name: facts for device, facts in held}


def _devices(
    county: County, chosen: Sequence[Device], settings: Settings, secrets: Secrets
) -> list[tuple[Device, DeviceFacts]]:
    wanted = adapted(county, secrets.get)
    held = set(running.devices(settings))
    return [(d, _device(d, wanted[d.name], settings, d.name in held)) for d in chosen]


def _device(device: Device, wanted: DeviceConfig, settings: Settings, is_fetched: bool) -> DeviceFacts:
    if not is_fetched:
        return DeviceFacts(device)
    try:
        return known(device, wanted, running.original(settings, device.name))
    except BadInput as error:
        return DeviceFacts(
            device,
            reason=_("its running configuration cannot be read: {error}"),
            values={"error": translate_error(error)},
        )


def known(device: Device, wanted: DeviceConfig, text: SecretStr) -> DeviceFacts:
    """Return what is known of a device from its running configuration and the intended one."""
    original, functions = text.get_secret_value(), platform(device.platform)
    masked = functions.mask(original)
    parsed = functions.parse(original)
    reason, values = "", {}
    if parsed.unparsed:
        first = parsed.unparsed[0]
        reason = UNREADABLE
        line = f"{first.section}:{first.line} {functions.mask(first.text)}"
        values = {"count": str(len(parsed.unparsed)), "line": line}
    return DeviceFacts(
        device=device,
        text=masked,
        sha256=sha256(masked.encode()).hexdigest(),
        config=None if parsed.unparsed else parsed.config,
        reason=reason or NEVER_FETCHED,
        values=values,
        accounts={u.name: u.ssh_keys for u in wanted.users if not u.locked},
        drift=_drift(device, original, parsed, wanted),
    )


def _drift(device: Device, running: str, parsed: Parsed, wanted: DeviceConfig) -> str | None:
    """Return the difference from what runs to what is intended; None where a vendor's text is not understood whole.

    A vendor's device prints in an order and with ciphers of its own, so what it means is written anew and compared.
    """
    if device.platform == GENERIC:
        return linux.diff(running, linux.render(wanted))
    if parsed.unparsed:
        return None
    functions = platform(device.platform)
    before, after = (functions.mask(functions.render(c)).splitlines() for c in (parsed.config, wanted))
    return "\n".join(unified_diff(before, after, "running", "intended", lineterm="", n=2))


def _isolation(county: County, settings: Settings, say: Say, fresh: bool) -> tuple[ConfirmReport | None, str]:
    latest = confirming.latest(settings)
    if not fresh and latest is not None:
        return latest, ""
    say(translate(_("testing isolation on live packets")))
    try:
        present = confirming.in_twin(county, settings)
        return confirming.confirm(present, settings, lambda done, total: None), ""
    except CountyError as error:
        return latest, translate_error(error)


def _proof(county: County, settings: Settings, say: Say) -> AbstractContextManager[End]:
    say(translate(_("proving isolation from the fetched configurations")))
    return proving(county, settings)


def _unproven() -> tuple[Proven | None, str]:
    """Return what a look at some devices has: isolation is the whole county's."""
    return None, ""


def _live(place: Around, devices: Mapping[str, Device]) -> LiveFacts:
    """Probe every device; one that does not answer SSH is not asked further, for its silence would say nothing."""
    at = clock.now()
    answers = ssh.ask_all(place, {name: d.management for name, d in devices.items()})
    awake = {name: d for name, d in devices.items() if not answers[name].error}
    communities, alive = snmp.ask_all(place, [d.management for d in awake.values()])
    doors = tcp.knock(place, [(d.management, port) for d in awake.values() for port in FORBIDDEN_PORTS])
    benches = tcp.knock(place, [(d.staging, 22) for d in awake.values()])
    return LiveFacts(
        at=at,
        ssh=answers,
        snmp_v2={name: tuple(sorted(communities[d.management])) for name, d in awake.items()},
        snmp_v3={name: d.management in alive for name, d in awake.items()},
        open_ports={n: tuple(p for p in FORBIDDEN_PORTS if doors[d.management, p] == "open") for n, d in awake.items()},
        staging={name: benches[d.staging, 22] != "silent" for name, d in awake.items()},
    )


def _servers(
    place: Around, county: County, settings: Settings, secrets: Secrets, only: Collection[str] | None
) -> dict[str, Machine]:
    """Read every server of the inventory, those that are the center's alone too; others' public hosts are not ours."""
    center, met = apart.hosts(settings, county), servers.met(logs.host_keys(settings))
    ours = [h for h in county.hosts if h.kind is HostKind.SERVER or h.runs or h.name in center]
    ours += [h for h in county.hosts if h.kind is HostKind.PUBLIC and h not in ours and str(h.address.ip) in met]
    return read_servers(place, county, settings, secrets, [h for h in ours if only is None or h.name in only])


def read_servers(
    place: Around, county: County, settings: Settings, secrets: Secrets, asked: Collection[Host]
) -> dict[str, Machine]:
    """Return servers as they are now; one that cannot be read is told with its reason.

    So are those that are the center's alone, which its own key opens: where that is not here, they are told as such.
    """
    center, own = apart.hosts(settings, county), apart.key(settings)
    closed = {h.name: Machine(h.name, reason=CENTERS) for h in asked if h.name in center and own is None}
    keys = {h.name: own if own and h.name in center else server_keys.opens(secrets.get, h.name) for h in asked}
    ways = {h.name: (h.address.ip, keys[h.name]) for h in asked if h.name not in closed}
    return servers.read_all(place, ways, logs.host_keys(settings)) | closed


def _logs(place: Around, county: County, settings: Settings, secrets: Secrets) -> Logs | None:
    host = next((h for h in county.hosts if "logs" in h.runs), None)
    if host is None:
        return None
    return logs.read(place, host.address.ip, server_keys.opens(secrets.get, host.name), logs.host_keys(settings))
