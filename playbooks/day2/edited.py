"""The base of changes that begin with a commit of the inventory.

The look makes the same edits in memory: it shows each field that would change, the devices whose configuration follows
with their differences, the units behind them, how many people have to approve, and what the proof says it opens and
closes. The run commits first (a rerun finds nothing left to commit), then plans just the devices that follow; which
these are, a rerun after a kill knows by `scope`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from countynet.errors import CountyError, DeviceError
from countynet.i18n import _, translate, translate_error
from countynet.secrets import Secrets
from countynet.vocabulary import Access
from inventory import names
from inventory.model import County
from inventory.record import Author, Edit, Repository
from inventory.record.draft import Draft
from inventory.record.repository import Extra
from playbooks.day2.carry import NOTHING_LEFT, carried, indented, intended, named
from playbooks.device import drivers
from playbooks.device.intended import renderer
from playbooks.plan import blast
from playbooks.plan.rules import may_change
from playbooks.present import as_built
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.servers.run import Heard
from topology.reach.planned import Planned, prove_change
from topology.reach.show import change_lines

Texts = Mapping[str, str | DeviceError]


@dataclass(frozen=True)
class Wanted:
    """What a change makes of the inventory."""

    edits: tuple[Edit, ...]
    reason: str
    told: tuple[str, ...] = ()
    """what else a person wants to know of it before, in the language of the context"""


class Edited:
    """A change by a commit and a plan; a kind of it says which edits, and which devices may follow."""

    def wanted(self, work: Work, county: County) -> Wanted:
        """Return the edits. Raises BadInput, Conflict."""
        raise NotImplementedError

    def scope(self, work: Work, county: County) -> tuple[str, ...]:
        """Return the devices that may have to follow, when the commit is there already."""
        raise NotImplementedError

    def planned(self, work: Work, county: County, follow: Sequence[str]) -> tuple[str, ...]:
        """Return which of the devices that follow do so by the plan; all unless a kind says so."""
        return tuple(follow)

    def after(self, work: Work, done: Ended) -> Ended:
        """Do what comes after the plan was applied well; nothing unless a kind says so."""
        return done

    def touches(self, county: County, playbook: Playbook, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the devices that the target's names mean."""
        return devices_of(county, playbook, names)

    def beside(self, work: Work) -> Extra | None:
        """Return what further files a new state of the county needs; none unless a kind says so."""
        return None

    def look(self, work: Work) -> Iterator[str]:
        """Yield what would change."""
        may_change(work.actor.name, work.actor.role)
        repository = Repository(work.settings)
        before = repository.county()
        wanted = self.wanted(work, before)
        yield from wanted.told
        draft = repository.preview(wanted.edits)
        if not draft.changes:
            yield translate(_("the inventory says so already"))
            yield translate(_("devices that may have to follow: {names}"), names=named(self.scope(work, before)))
            return
        yield from _fields(draft)
        yield from self._follow(work, before, draft.after)

    def _follow(self, work: Work, before: County, after: County) -> Iterator[str]:
        old, new = (_texts(work, as_built(county, work.settings)) for county in (before, after))
        follow = differing(old, new)
        if not follow:
            yield translate(_("no device has to follow"))
            return
        yield from _devices(as_built(after, work.settings), old, new, follow)
        yield from _proof(work, as_built(after, work.settings), old, new, follow)

    def run(self, work: Work) -> Ended:
        """Commit, plan, apply."""
        may_change(work.actor.name, work.actor.role)
        repository = Repository(work.settings)
        before = repository.county()
        wanted = self.wanted(work, before)
        author, beside = Author(work.actor.name), self.beside(work)
        done = repository.change(
            lambda: self.wanted(work, repository.county()).edits, author, wanted.reason, None, beside
        )
        follow: Sequence[str] = self.scope(work, repository.county())
        if done.changed:
            work.heard(Heard(translate(_("committed as {commit}"), commit=done.commit[:10])))
            old, new = (_texts(work, as_built(c, work.settings)) for c in (before, repository.county()))
            follow = differing(old, new)
        known = as_built(repository.county(), work.settings)
        follow = [name for name in self.planned(work, known, follow) if name in known.device_by_name]
        end = carried(work, intended(work, follow)) if follow else Ended(True, words=translate(NOTHING_LEFT))
        return self.after(work, end) if end.good else end


def _texts(work: Work, county: County) -> Texts:
    secrets = foreseen(Secrets.load(work.settings), county)
    rendered, found = renderer(county, secrets), dict[str, str | DeviceError]()
    for name in county.device_by_name:
        try:
            found[name] = rendered(name)
        except DeviceError as error:
            found[name] = error
    return found


def foreseen(secrets: Secrets, county: County) -> Secrets:
    """Return the vault with a stand-in for each tunnel's key that is made only with the commit."""
    known = {name: secrets.get(name) for name in secrets.names()}
    ends = [county.cpe_by_unit[c.unit].name for c in county.circuits if c.access is Access.ADSL]
    made = {names.secret_of_tunnel(cpe): SecretStr("made-with-the-commit") for cpe in ends}
    return Secrets({**made, **known}, Path("vault"))


def differing(old: Texts, new: Texts) -> tuple[str, ...]:
    """Return the devices whose intended text is another afterwards, or is there only then."""
    return tuple(name for name, text in new.items() if isinstance(text, str) and text != old.get(name))


def _fields(draft: Draft) -> Iterator[str]:
    for change in draft.changes:
        yield translate(
            _("inventory: {object} {field}: {before} → {after}"), object=change.object, field=change.field,
            before="-" if change.before is None else change.before, after="-" if change.after is None else change.after,
        )  # fmt: skip


def _devices(county: County, old: Texts, new: Texts, follow: Iterable[str]) -> Iterator[str]:
    changed, behind = tuple(follow), blast.units_behind(county)
    units = sorted({unit for name in changed for unit in behind.get(name, ())})
    people = blast.approvals_needed(county.device_by_name[name].role for name in changed)
    yield translate(
        _("the plan would change {devices}; behind them: {count} units; {people} of the center have to approve"),
        devices=named(changed), count=len(units), people=people,
    )  # fmt: skip
    for name in changed:
        was, will = old.get(name), new[name]
        assert isinstance(will, str)
        if not isinstance(was, str):
            yield translate(
                _("{device}: a device that is new to the network, or that could not be configured"), device=name
            )
            continue
        yield f"{name}:"
        yield from indented(drivers.of(county.device_by_name[name]).difference(was, will))


def _proof(work: Work, county: County, old: Texts, new: Texts, follow: Iterable[str]) -> Iterator[str]:
    pairs = {
        name: (was, will)
        for name in follow
        if isinstance(was := old.get(name), str) and isinstance(will := new[name], str)
    }
    try:
        yield from change_lines(prove_change(work.settings, Planned(county, pairs)))
    except CountyError as error:
        yield translate(_("what it opens and closes is not proven: {error}"), error=translate_error(error))
