"""The change: the next key is let in everywhere, tried, counts from then on, and the old one goes.

Each server goes by itself, so that one that is silent keeps none of the others from it: it stays at the stage that the
vault names, is opened by the key of that stage, and goes on in a rerun. The old key leaves the vault when the last
server has forgotten it. Killed between any two steps, a rerun goes on: what a step does on a server is written into
the vault after the server has shown it, and can be done twice.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from countynet.errors import BadInput, Conflict, DeviceError, Problem
from countynet.i18n import _, translate
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.intent.rotation import Stage
from inventory.model import County, Host
from inventory.record import Author
from inventory.record.vaulted import Made, change_vault
from playbooks.day2.carry import named
from playbooks.day2.server_keys import hosts, vault
from playbooks.plan.rules import may_change
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, HostResult

STAGES = {
    Stage.BOTH: _("opened by the present key"),
    Stage.TURNED: _("know both keys, opened by the next one"),
    Stage.NEW: _("know the next key alone"),
}
STEPS = (
    _("first the next key is let in beside the present one on every server, and tried in a sign-in of its own"),
    _("then it is what opens the servers that took it; then they forget the old one, which is tried, too"),
    _("a server that does not answer keeps what opens it and is named; run it again and it goes on"),
)
APART = _("not part of it: {names} (the center's own, or never signed in to)")


def _quiet(step: str) -> None:
    """Nobody watches the steps."""


@dataclass
class ServerKeys:
    """The exchange of the servers' key."""

    after: Callable[[str], None] = _quiet
    """is told each step that is done; a test of interruption stops there"""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the servers. Raises BadInput for a county without one."""
        servers = tuple(host.name for host in county.hosts if host.kind in hosts.SERVERS)
        if not servers:
            raise BadInput([Problem(_("the county has no server"), where="hosts")])
        return servers

    def look(self, work: Work) -> Iterator[str]:
        """Yield who takes part, how far each is, who does not answer, and the steps. Signs in; changes nothing."""
        may_change(work.actor.name, work.actor.role)
        servers, others = hosts.members(work.settings, present_county(work.settings))
        yield translate(_("{count} servers take part: {names}"), count=len(servers), names=_named(servers))
        if others:
            yield translate(APART, names=_named(others))
        there = vault.stages(_values(work.settings))
        for stage, words in STAGES.items() if there is not None else ():
            at = [host for host in servers if (there or {}).get(host.name, Stage.BOTH) is stage]
            if at:
                yield f"  {translate(words)}: {_named(at)}"
        for name, why in hosts.each(servers, lambda host: hosts.answers(work.settings, host)).items():
            yield translate(_("does not let us in now: {name}: {why}"), name=name, why=why)
        yield from map(translate, STEPS)

    def run(self, work: Work) -> Ended:
        """Go on as far as it goes. Raises Conflict for giving up what servers have turned to already."""
        may_change(work.actor.name, work.actor.role)
        servers, _others = hosts.members(work.settings, present_county(work.settings))
        if work.values.get("way") == "give-up":
            return _give_up(work, servers)
        _write(work, lambda values: vault.begun(values, [host.name for host in servers]))
        self.after("begun")
        left = {**self._round(work, servers, Stage.BOTH, Stage.TURNED, self._let_in)}
        left |= self._round(work, servers, Stage.TURNED, Stage.NEW, self._turn_away)
        if vault.is_over(_values(work.settings)):
            _write(work, vault.finished)
            self.after("finished")
        return _result(work, servers, left)

    def _round(
        self, work: Work, servers: Sequence[Host], at: Stage, then: Stage, step: Callable[[Settings, Host], None]
    ) -> Mapping[str, str]:
        """Do a step on the servers that are at a stage, and write on whom it was done; return the others, and why."""
        there = vault.stages(_values(work.settings)) or {}
        able = [host for host in servers if there.get(host.name) is at and not work.cancelled.is_set()]
        left = hosts.each(able, lambda host: step(work.settings, host))
        done = [host.name for host in able if host.name not in left]
        if done:
            _write(work, lambda values: vault.moved(values, done, then))
            self.after(f"written:{then.name}")
            work.heard(Heard(translate(_("{names}: {stage}"), names=named(done), stage=translate(STAGES[then]))))
        return left

    def _let_in(self, settings: Settings, host: Host) -> None:
        now, following = hosts.keys(settings)
        hosts.let_in(settings, host, now, following)
        self.after(f"let-in:{host.name}")

    def _turn_away(self, settings: Settings, host: Host) -> None:
        now, following = hosts.keys(settings)
        hosts.turn_away(settings, host, now, following)
        self.after(f"turned-away:{host.name}")


def _named(servers: Sequence[Host]) -> str:
    return named([host.name for host in servers])


def _values(settings: Settings) -> vault.Values:
    secrets = Secrets.load(settings)
    return {name: secrets.get(name).get_secret_value() for name in secrets.names()}


def _write(work: Work, make: Made) -> None:
    change_vault(work.settings, make, Author(work.actor.name), translate(_("exchange of the servers' key")))


def _give_up(work: Work, servers: Sequence[Host]) -> Ended:
    there = vault.stages(_values(work.settings))
    if there is None:
        return Ended(True, words=translate(_("no exchange of the servers' key runs")))
    if turned := sorted(name for name, stage in there.items() if stage >= Stage.TURNED):
        said = _("servers have turned to the next key already: {servers}; go on, then exchange it once more")
        raise Conflict(said, servers=named(turned))
    now, following = hosts.keys(work.settings)
    left = hosts.each(servers, lambda host: hosts.turn_away(work.settings, host, following, now))
    if left:
        words = translate(
            _("may know the next key still: {names}; run it again once they answer"), names=", ".join(left)
        )
        return Ended(False, _hosts(servers, left), words)
    _write(work, vault.given_up)
    return Ended(True, _hosts(servers, left), translate(_("the servers know the present key alone")))


def _result(work: Work, servers: Sequence[Host], left: Mapping[str, str]) -> Ended:
    there = vault.stages(_values(work.settings))
    if there is None:
        said = translate(_("{count} servers know the new key alone, and the old one is gone"), count=len(servers))
        return Ended(True, _hosts(servers, {}), said)
    behind = [name for name, stage in there.items() if stage is not Stage.NEW]
    words = translate(
        _("{count} of {all} servers are not done and keep what opens them: {names}; run it again once they answer"),
        count=len(behind), all=len(there), names=named(behind),
    )  # fmt: skip
    return Ended(False, _hosts(servers, left), words)


def _hosts(servers: Collection[Host], left: Mapping[str, str]) -> tuple[HostResult, ...]:
    bad = [HostResult(name, error=DeviceError(name, _("{why}"), why=why)) for name, why in left.items()]
    return (*(HostResult(host.name, ok=1, changed=1) for host in servers if host.name not in left), *bad)
