"""Applications that are for some roles alone, whatever a playbook says: a kind's `may_run` (docs/applications.md).

What is told of one application holds for its hosts too: whoever may run anything as root on a host has what lies on it.
A run of another application may tell such a host what the descriptions say (names, certificates, sign-on, a place for
backups), which its own roles decide; it is not refused for that. Asked three times: when a run is asked for, when one
follows another, and when it begins, as the description or the account may be another by then.

What the center keeps apart (`countynet.apart`) is nobody's on a machine that does not open its vault.
"""

from collections.abc import Iterator

from countynet import apart
from countynet.errors import CountyError, NotAllowed
from countynet.i18n import _
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import Application, County
from playbooks.present import present_county
from playbooks.runner import form
from playbooks.runner.model import Playbook
from playbooks.runner.run import Run
from playbooks.runner.store import RunRow

SOME = ("ansible:", "change:harden-servers")
"""programs that run on some servers as well as on all"""
SERVERS = (*SOME, "app:", "action:servers", "change:server-keys")
"""programs that reach servers; all others have to do with devices"""


def closed(settings: Settings, county: County, role: Role) -> dict[str, Application]:
    """Return the applications that a role may run nothing on, or that this machine does not open, by their ids."""
    theirs = {application.id: application for application, roles in _limited(settings, county) if role not in roles}
    return theirs | {application.id: application for application in _kept(settings, county)}


def allowed(
    settings: Settings, county: County, playbook: Playbook, named: tuple[str, ...], found: tuple[str, ...], actor: Actor
) -> tuple[str, ...]:
    """Return what a run lays hold of without the hosts that are not theirs, where nobody named one.

    Raises NotAllowed where one was named, or an application on it, and where nothing is left; BadInput likewise for
    what the center keeps apart, where its vault is closed.
    """
    from playbooks.runner.show import roles as said

    meant = _meant(county, playbook, named, found)
    for application, roles in _limited(settings, county):
        on = [name for name in meant if name in application.hosts]
        if actor.role in roles or not (on or (playbook.program.startswith("app:") and application.id in named)):
            continue
        found = tuple(name for name in found if name not in on)
        if named or not found or not playbook.program.startswith(SOME):
            message = _("{actor} may not run {playbook} on {names}: the application {application} is for {roles} alone")
            values = {"names": ", ".join(on[:5]) or application.id, "application": application.id, "roles": said(roles)}
            raise NotAllowed(message, actor=actor.name, playbook=playbook.name, **values)
    return _open_here(settings, county, playbook, named, found)


def _open_here(
    settings: Settings, county: County, playbook: Playbook, named: tuple[str, ...], found: tuple[str, ...]
) -> tuple[str, ...]:
    kept = _kept(settings, county)
    hosts, meant = {host for one in kept for host in one.hosts}, _meant(county, playbook, named, found)
    if hosts.isdisjoint(meant) and not (playbook.program.startswith("app:") and {one.id for one in kept} & set(named)):
        return found
    rest = tuple(name for name in found if name not in hosts)
    if named or not rest or not playbook.program.startswith("ansible:"):
        apart.load(settings)  # says why it is closed
    return rest


def may_follow(settings: Settings, run: Run, actor: Actor) -> None:
    """Raise NotAllowed for what somebody may not carry out, or run again, any more."""
    _again(settings, run.playbook, dict(run.given), run.targets, actor)


def at_begin(settings: Settings, row: RunRow) -> CountyError | None:
    """Return why a queued run may not begin, None when it may."""
    playbook = Playbook.model_validate(row.description)
    actor = Actor(row.actor, Role(row.role), row.unit or None)
    given = {name: str(value) for name, value in row.given.items()}
    try:
        _again(settings, playbook, given, tuple(row.targets), actor)
    except CountyError as error:
        return error
    return None


def _again(
    settings: Settings, playbook: Playbook, given: dict[str, str], targets: tuple[str, ...], actor: Actor
) -> None:
    """Judge what was asked for before, by its targets: each counts as one that was named."""
    if playbook.program.startswith(SERVERS):
        allowed(settings, present_county(settings), playbook, form.targets(playbook, given) or targets, targets, actor)


def _limited(settings: Settings, county: County) -> Iterator[tuple[Application, tuple[Role, ...]]]:
    """Yield the applications that are for some roles alone, with these."""
    from playbooks.applications.kinds import readable

    deployed = [a for a in county.applications if a.deployment]
    known = readable(settings.county)[0] if deployed else {}
    for application in deployed:
        assert application.deployment
        kind = known.get(application.deployment.kind)
        if kind is not None and kind.kind.may_run:
            yield application, kind.kind.may_run


def _kept(settings: Settings, county: County) -> list[Application]:
    from playbooks.applications import centers
    from playbooks.applications.kinds import readable

    if not apart.is_meant(settings):
        return []
    ids = centers.closed(settings, county, readable(settings.county)[0])
    return [application for application in county.applications if application.id in ids]


def _meant(county: County, playbook: Playbook, named: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    """Return the hosts that a run is about: of an application its own, not those that are told of it."""
    if not playbook.program.startswith("app:"):
        return found
    return tuple(host for a in county.applications if a.id in named for host in a.hosts)
