"""An action on an application (`playbooks.applications`): deploy, back up, try the backup, restore, remove.

What the action found out (which backup, how many files, whether they compare) is an event of the application, from
which its state is told later; a trial that compared is also written into the inventory's backup job.
"""

from collections.abc import Callable
from dataclasses import replace

from inventory.model import County
from playbooks.present import present_county
from playbooks.runner.model import Playbook
from playbooks.runner.programs.ansible import _hidden, _mask, why
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard, RunResult, run_play


class ApplicationProgram:
    """Runs an action on an application."""

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the hosts of the applications that are named, and those that have to know or that save them."""
        from playbooks.applications.deployed import beside

        hosts, action = {a.id: a.hosts for a in county.applications}, playbook.program.partition(":")[2]
        found = [host for name in names for host in (*hosts.get(name, ()), *beside(county, name, action))]
        return tuple(dict.fromkeys(found))

    def run(self, work: Work) -> Ended:
        """Run it, in Ansible's check mode for a look. Raises BadInput, CountyError before a host is touched."""
        from playbooks.applications.carry import prepare
        from playbooks.applications.outcome import Outcome

        county, action = present_county(work.settings), work.playbook.program.partition(":")[2]
        given = {name: work.values[name] for name in ("snapshot", "with-data") if work.values.get(name)}
        name = work.names[0]
        actor = work.actor.name
        play = prepare(work.settings, county, name, action, only=work.only, look=work.looks, given=given, actor=actor)
        hide, outcome = _mask(work), Outcome(name, action)

        def heard(said: Heard) -> None:
            outcome.take(said)
            work.heard(replace(said, words=hide(said.words)))

        work.cuts(())
        result = run_play(work.settings, play, heard, work.cancelled)
        if not work.looks:
            outcome.keep(work.settings, work.engine, work.actor.name, result)
        return _ended(result, work.looks, hide)


def _ended(result: RunResult, looks: bool, hide: Callable[[str], str]) -> Ended:
    hosts = tuple(replace(host, error=_hidden(host.error, hide)) for host in result.hosts)
    return Ended(result.good, hosts, "" if result.good else hide(why(result, looks)))
