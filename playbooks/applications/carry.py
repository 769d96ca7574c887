"""Carries out the playbooks of one application: prepared from inventory, vault and mirror, then run over SSH.

Everything that can be refused is refused before a host is touched: what the description lacks, what the mirror lacks, a
kind that others need and that is not there.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from countynet import apart
from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.secrets import password_file, vault_file
from countynet.settings import Settings
from countynet.vocabulary import HostKind
from inventory.backups import backup_job, saver
from inventory.calendar.model import load as load_calendar
from inventory.model import County
from playbooks.applications import archive, mirror, secrets, signon
from playbooks.applications.deployed import ISSUER, Deployed, deployable, one
from playbooks.applications.gate import GATE
from playbooks.applications.kinds import Found, readable
from playbooks.applications.mirror import images
from playbooks.applications.variables import Given, inventory
from playbooks.servers.run import Heard, Play, RunResult, run_play

ANSIBLE = Path(__file__).parent / "ansible"
ACTIONS = ("deploy", "backup", "drill", "restore", "remove", "renew")
SAVED = ("backup", "drill", "restore")
DATA, YES = "with-data", "yes"
MINUTES = 4
"""how often the usual time a run may take before it is ended"""


def prepare(
    settings: Settings,
    county: County,
    name: str,
    action: str,
    *,
    around: bool = True,
    only: Sequence[str] = (),
    look: bool = False,
    given: Mapping[str, str] | None = None,
    actor: str = "system",
) -> Play:
    """Return what is run for an action on an application. Raises BadInput, CountyError when something is missing.

    `given` are a launch form's values beside the application; `around`: whether names and portal are told too; `actor`:
    who asked for it.
    """
    known, target = _target(settings, county, name)
    if action == "deploy" and not look:
        kind = target.found.kind
        secrets.ensure(settings, name, (*kind.secrets, secrets.BACKUP), kind.guarded)
        _know_clients(settings, deployable(county, known))
    if action in SAVED:
        _need_backup(county, target)
    values: dict[str, JSON] = {
        n.replace("-", "_"): text == YES if n == DATA else text for n, text in (given or {}).items()
    }
    whole = inventory(
        county, target, _given(settings, target, deployable(county, known), action, around, values, actor)
    )
    hosts = tuple(host.name for host in target.hosts)
    seconds = 60 * MINUTES * max(target.found.kind.minutes, 5)
    chosen = tuple(only) or hosts
    file, limited = ANSIBLE / f"{action}.yml", bool(only)
    return Play(file, whole, chosen, limited=limited, check=look, diff=True, seconds=seconds, quick=True)


def _know_clients(settings: Settings, every: Mapping[str, Deployed]) -> None:
    """Make the secrets that are missing between the sign-on and its clients, whichever of them is deployed."""
    authority = signon.issuer(every.values())
    if authority is not None:
        wanted = [f"{signon.PREFIX}{name}" for name in signon.names(every.values(), settings.signon_back)]
        secrets.ensure(settings, authority.id, wanted)


def judge(settings: Settings, county: County, name: str, action: str) -> Deployed:
    """Refuse what cannot be done, before anything is queued. Raises BadInput, CountyError."""
    _known, target = _target(settings, county, name)
    if target.found.kind.guarded and apart.is_meant(settings):
        apart.load(settings)
    if action in SAVED:
        _need_backup(county, target)
    if action == "deploy":
        mirrored(target)
    return target


def mirrored(target: Deployed) -> dict[str, int]:
    """Return the mirror's files for an application, its image, and those of the gate before it. Raises CountyError."""
    image = images.files(target.deployment.image) if target.deployment.image else {}
    return mirror.files(target.found) | (mirror.files(GATE) if target.gated else {}) | image


def _target(settings: Settings, county: County, name: str) -> tuple[dict[str, Found], Deployed]:
    known, problems = readable(settings.county)
    try:
        return known, one(county, known, name)
    except BadInput as error:  # perhaps because a kind's description is wrong
        raise BadInput([*problems, *error.problems]) from error


def _need_backup(county: County, target: Deployed) -> None:
    if saver(county, target.id, target.application.hosts) is None:
        job = backup_job(county, target.id)
        message = _("{name} has no backup job whose target is another host")
        wanted = ", ".join(h.name for h in county.hosts if h.kind is HostKind.SERVER and h not in target.hosts)
        raise BadInput([Problem(message, {"name": target.id}, found=job.target if job else "", wanted=wanted)])


def carry(
    settings: Settings,
    county: County,
    name: str,
    action: str,
    heard: Callable[[Heard], None] = lambda said: None,
    cancelled: threading.Event | None = None,
    **more: object,
) -> RunResult:
    """Run an action on an application; returns how each host came out. Raises as `prepare` and `run_play` do."""
    play = prepare(settings, county, name, action, **more)  # type: ignore[arg-type]
    return run_play(settings, play, heard, cancelled or threading.Event())


def _given(
    settings: Settings,
    target: Deployed,
    others: Mapping[str, Deployed],
    action: str,
    around: bool,
    extra: Mapping[str, JSON],
    actor: str,
) -> Given:
    folder = settings.state / "applications" / target.id
    code = archive.make(target.found.programs, folder / "code.tar") if target.found.programs else None
    issuer = next((o.id for o in others.values() if o.deployment.kind == ISSUER), "")
    gate = archive.make(GATE.programs, settings.state / "applications" / "gate.tar") if target.gated else None
    clients = {
        name.removeprefix(signon.PREFIX): value
        for name, value in (secrets.read(settings, issuer) if issuer else {}).items()
        if name.startswith(signon.PREFIX)
    }
    can_issue = issuer and (others[issuer].found.tasks / "issue.yml").is_file()
    return Given(
        secrets=secrets.read(settings, target.id, target.found.kind.guarded),
        files=mirrored(target) if action == "deploy" else {},
        code=code,
        others=others,
        issuer=issuer if can_issue else "",
        actor=actor,
        removed=action == "remove",
        clients=clients,
        back=settings.signon_back,
        gate_code=gate,
        closed=secrets.closed(settings, {id_: other.found.kind for id_, other in others.items()}),
        around=around,
        extra={**extra, **_here(settings), **_days(settings)},
    )


def _days(settings: Settings) -> dict[str, JSON]:
    """Return the county's calendar: days of holidays, and weekend days on which people work. Raises BadInput."""
    years = load_calendar(settings.county).years.values()
    return {
        "days_off": list[JSON](sorted(day.isoformat() for year in years for day in year.off)),
        "days_worked": list[JSON](sorted(day.isoformat() for year in years for day in year.workdays)),
    }


def _here(settings: Settings) -> dict[str, JSON]:
    """Return where the county lies on this machine, for the kind that deploys it with its vault and that's password."""
    return {
        "county_folder": str(settings.county.resolve()),
        "vault_file": str(vault_file(settings).resolve()),
        "vault_password_file": str(password_file(settings).resolve()),
    }
