"""What can be done about a fault by a playbook, for `countynet faults fix` (entry points `countynet.fixes`).

`intended` puts devices back to what the inventory says, by a plan: drift goes, a shut port opens, a lost tunnel or
filter returns. It has no way around what plans ask for: the center's approval, the guard on each device, the backup.
`servers` runs the Ansible playbook of the server zone, first in Ansible's check mode.
"""

from collections.abc import Callable, Collection, Sequence

from countynet import clock
from countynet.errors import Conflict
from countynet.fixes import Outcome, Preview, Told, stopping
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from countynet.settings import Settings
from playbooks.backup.around import apply
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import NOTHING, Wish, make
from playbooks.plan.model import PlanState
from playbooks.plan.rules import STATES, lacks, may_change
from playbooks.plan.show import lines
from playbooks.present import present_county
from playbooks.servers.run import Heard, RunResult, run_servers

PACKAGES = "Install packages"
"""the first task of the playbook (roles/packages)"""


class Intended:
    """Devices put back to what the inventory says."""

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        """Return the plan that does it, of all devices without names: the one made before while it can be applied."""
        may_change(actor.name, actor.role)
        book = Book.open(settings)
        found = previewed(book, plan) if plan is not None else None
        if found is None:
            try:
                made = make(settings, Wish(actor.name), [f"name={','.join(names)}"] if names else None)
            except Conflict as error:
                if error.message == NOTHING:
                    return Preview(())
                raise
            found = _preview(book.get(made.number))
        return found

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        """Apply the plan under its guard. Raises Conflict without the approvals that it needs."""
        may_change(actor.name, actor.role)
        assert preview.plan is not None
        entry = apply(settings, preview.plan, told, actor=actor.name, cancelled=stopping())
        said = translate(_("plan {plan}: {state}"), plan=preview.plan, state=translate(STATES[entry.state]))
        return Outcome(entry.state is PlanState.DONE, said)


class Servers:
    """The playbook of the server zone."""

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        """Return what the playbook would change, by Ansible's check mode.

        On a host without the packages the check can look no further than these, and its failure says nothing.
        """
        may_change(actor.name, actor.role)
        said, bare = list[str](), set[str]()

        def heard(one: Heard) -> None:
            if one.task == PACKAGES and one.outcome in ("changed", "failed"):
                bare.add(one.host)
                said.append(translate(_("{host}: packages are missing; the whole playbook would run"), host=one.host))
            elif one.host not in bare and one.outcome in ("changed", "failed", "unreachable"):
                said.append(f"{one.host}: {one.task} {one.words}".strip())

        result = self._run(settings, names, actor, heard, check=True)
        wrong = _wrong(result, bare)
        if result.good or (bare and not wrong):
            return Preview(tuple(said))
        return Preview(tuple(said), None, translate(_("the check itself failed: {words}"), words=wrong))

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        """Run the playbook."""
        may_change(actor.name, actor.role)
        result = self._run(settings, names, actor, lambda one: told(one.host, f"{one.task} {one.words}".strip()))
        changed = sum(host.changed for host in result.hosts)
        said = translate(_("the playbook changed {count} things"), count=changed)
        return Outcome(result.good, said if result.good else _wrong(result))

    @staticmethod
    def _run(
        settings: Settings, names: Sequence[str], actor: Actor, heard: Callable[[Heard], None], check: bool = False
    ) -> RunResult:
        only = [f"name={','.join(names)}"] if names else None
        return run_servers(present_county(settings), settings, heard, stopping(), actor.name, only, check)


def previewed(book: Book, plan: int) -> Preview | None:
    """Return what a plan that was made before would change, None when it can no longer be applied. Raises BadInput."""
    entry = book.get(plan)
    return _preview(entry) if _alive(entry) else None


def _preview(entry: Entry) -> Preview:
    return Preview(tuple(lines(entry)), entry.plan.number, _waits(entry))


def _alive(entry: Entry) -> bool:
    """Whether a plan can still be applied."""
    return entry.state is PlanState.OPEN and entry.plan.expires > clock.now()


def _waits(entry: Entry) -> str:
    lacking = lacks(entry.plan, entry.approvals, clock.now())
    return translate_error(lacking) if lacking else ""


def _wrong(result: RunResult, but: Collection[str] = ()) -> str:
    """Return what was wrong with a run, without what is known of some hosts; empty when that was all."""
    errors = {host.host: translate_error(host.error) for host in result.hosts if host.error}
    others = [words for host, words in errors.items() if host not in but]
    return "; ".join(others) or ("" if errors else result.words or result.status)
