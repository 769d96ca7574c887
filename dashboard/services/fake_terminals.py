"""Applications for a terminal in memory: the inventory's pure rules, without database, git or job."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from countynet import clock
from countynet.canonical import JSON
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Role, TerminalState
from dashboard.services.fake import FakeCounty
from dashboard.services.model import JobView, Step
from dashboard.services.terminals import BUTTONS, actor, step
from dashboard.users.model import Person
from inventory.load import SECTIONS
from inventory.model import County
from inventory.record.edit import KEYS, Drop, Edit, Put, Set
from inventory.tags import TerminalTag
from inventory.terminals import edits, form, rules
from inventory.terminals.model import Application, Connection, Form, Held, Past
from inventory.terminals.order import WorkOrder, work_order
from inventory.terminals.place import free_ports, place
from inventory.terminals.store import told


@dataclass
class FakeTerminals:
    """The `Terminals` protocol; the county of a `FakeCounty` follows."""

    source: FakeCounty
    all: dict[int, Application] = field(default_factory=dict)
    past: dict[int, list[Past]] = field(default_factory=dict)
    jobs: dict[int, JobView] = field(default_factory=dict)

    def open(self, unit: str | None = None) -> Sequence[Application]:
        """Return the open ones."""
        found = [a for a in self.all.values() if a.open and unit in (None, a.unit)]
        return sorted(found, key=lambda a: (a.request.wanted_by, a.id))

    def closed(self, limit: int, unit: str | None = None) -> Sequence[Application]:
        """Return the closed ones."""
        return [a for a in self.all.values() if not a.open and unit in (None, a.unit)][::-1][:limit]

    def get(self, number: int) -> Application | None:
        """Return one."""
        return self.all.get(number)

    def steps(self, number: int) -> tuple[Step, ...]:
        """Return its steps."""
        return tuple(step(past) for past in self.past[number])

    def possible(self, person: Person, found: Application) -> frozenset[str]:
        """Return the steps open to a person."""
        again = person.role is Role.OPERATOR and found.state is TerminalState.CONNECTED
        steps = frozenset(BUTTONS[tag] for tag in rules.possible(actor(person), found))
        return steps | {"configure"} if again else steps

    def order(self, found: Application) -> WorkOrder | None:
        """Return its work order."""
        return work_order(self.source.value, found)

    def ports(self, found: Application) -> tuple[str, ...]:
        """Return the ports that may be used."""
        own = found.place.port if found.place else ""
        free = free_ports(self.source.value, self.source.value.unit_by_id[found.unit], self._held(found.id))
        return tuple(sorted(free, key=lambda port: port != own)) if own else ()

    def stands(self, found: Application) -> bool:
        """Tell whether its terminal is there."""
        return edits.stands(self.source.value, found)

    def ask(self, person: Person, unit: str, filled: Form) -> int:
        """File one."""
        rules.may_ask(actor(person), unit)
        if unit not in self.source.value.unit_by_id:
            raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit}, where="unit")])
        said = form.check(self.source.value, filled, clock.today(), self._macs())
        number = len(self.all) + 1
        self.all[number] = Application(number, unit, TerminalState.ASKED, person.login, said, clock.now())
        self._note(number, TerminalTag.ASKED, person, {"purpose": said.purpose})
        return number

    def approve(self, person: Person, number: int, note: str) -> None:
        """Approve one."""
        found = self._step(number, TerminalTag.APPROVED, person)
        given = place(self.source.value, found.unit, self._held(number), clock.today())
        self.all[number] = replace(found, place=given)
        self._note(number, TerminalTag.APPROVED, person, {**told(given), "note": note})

    def decline(self, person: Person, number: int, reason: str) -> None:
        """Decline one."""
        reason = form.text("reason", reason)
        self.all[number] = replace(self._step(number, TerminalTag.DECLINED, person), reason=reason)
        self._note(number, TerminalTag.DECLINED, person, {"reason": reason})

    def withdraw(self, person: Person, number: int) -> None:
        """Withdraw one."""
        self.all[number] = self._step(number, TerminalTag.WITHDRAWN, person)
        self._note(number, TerminalTag.WITHDRAWN, person, {})

    def connect(self, person: Person, number: int, said: Connection) -> None:
        """Connect one."""
        county, found = self.source.value, self._step(number, TerminalTag.CONNECTED, person)
        assert found.place is not None
        unit, port = county.unit_by_id[found.unit], said.port or found.place.port
        macs = form.connection(county, unit, found, said, self._macs())
        written: edits.Written = [t.model_dump(mode="json") for t in unit.terminals]
        self._apply(edits.connect(county, written, found, port, macs, self._held(number), clock.today()))
        self.all[number] = replace(found, place=replace(found.place, port=port), job=self._job(number))
        self._note(number, TerminalTag.CONNECTED, person, {"port": f"{found.place.cpe}:{port}"})

    def configure(self, person: Person, number: int) -> None:
        """Queue it again."""
        rules.may_configure(actor(person), self.all[number])
        self.all[number] = replace(self.all[number], job=self._job(number))
        self._note(number, TerminalTag.CONFIGURED, person, {})

    def remove(self, person: Person, unit: str, terminal: str, reason: str) -> None:
        """Remove one."""
        rules.may_remove(actor(person), unit)
        reason, county = form.text("reason", reason), self.source.value
        if terminal not in {t.name for t in county.unit_by_id[unit].terminals}:
            values = {"unit": unit, "terminal": terminal}
            raise BadInput([Problem(_("{unit} has no terminal {terminal}"), values, where="terminal")])
        written: edits.Written = [t.model_dump(mode="json") for t in county.unit_by_id[unit].terminals]
        self._apply(edits.remove(county, written, terminal, clock.today()))
        for found in self.all.values():
            if found.place and found.place.terminal == terminal and found.state is TerminalState.CONNECTED:
                self._note(found.id, TerminalTag.REMOVED, person, {"reason": reason})

    def job(self, found: Application) -> JobView | None:
        """Return the last job."""
        return self.jobs.get(found.job or 0)

    def _step(self, number: int, tag: TerminalTag, person: Person) -> Application:
        found = self.all.get(number)
        if found is None:
            raise BadInput([Problem(_("there is no terminal application {number}"), {"number": number})])
        after = rules.step(tag, actor(person), found).after
        return replace(found, state=after, closed=None if after is TerminalState.APPROVED else clock.now())

    def _note(self, number: int, tag: TerminalTag, person: Person, data: dict[str, JSON]) -> None:
        self.past.setdefault(number, []).append(Past(clock.now(), person.login, tag, data))

    def _macs(self) -> dict[str, int]:
        return {a.request.mac: a.id for a in self.all.values() if a.open}

    def _held(self, but: int) -> Held:
        places = [a.place for a in self.all.values() if a.ordered and a.place and a.id != but]
        return Held(
            frozenset(p.terminal for p in places),
            frozenset(str(v) for p in places for v in (p.address, p.address6) if v),
            frozenset(f"{p.cpe}:{p.port}" for p in places),
        )

    def _job(self, number: int) -> int:
        job = len(self.jobs) + 1
        self.jobs[job] = JobView(job, "queued", ())
        return job

    def _apply(self, wanted: tuple[Edit, ...]) -> None:
        county = self.source.value
        sections = {name: getattr(county, name) for name in County.model_fields}
        for edit in wanted:
            sections[edit.section] = _edited(sections[edit.section], edit)
        self.source.value = County(**sections)


def _edited(held: tuple[object, ...], edit: Edit) -> tuple[object, ...]:
    """Return a section with one edit made."""
    key, kind = KEYS[edit.section], SECTIONS[edit.section]
    others = tuple(item for item in held if getattr(item, key) != edit.key)
    if isinstance(edit, Drop):
        return others
    if isinstance(edit, Put):
        return (*others, kind.model_validate(dict(edit.item)))
    assert isinstance(edit, Set)
    old = next(item for item in held if getattr(item, key) == edit.key)
    new = kind.model_validate({**old.model_dump(), edit.field: edit.value})  # type: ignore[attr-defined]
    return tuple(new if item is old else item for item in held)
