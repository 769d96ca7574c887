"""Applications for a terminal: the inventory's services, and the job's log out of the foundation's tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine

from countynet.db import reading
from countynet.errors import BadInput
from countynet.jobs import Job
from countynet.settings import Settings
from countynet.vocabulary import Role, TerminalState
from dashboard.services.model import JobView, Step
from dashboard.services.protocols import CountySource
from dashboard.services.real import job_logs
from dashboard.services.terminals import BUTTONS, actor, step
from dashboard.users.model import Person
from inventory.terminals import edits, rules, store
from inventory.terminals.model import Application, Connection, Form
from inventory.terminals.order import WorkOrder, work_order
from inventory.terminals.orders import Orders
from inventory.terminals.place import free_ports
from inventory.terminals.service import Applications


@dataclass(frozen=True)
class RealTerminals:
    """The `Terminals` protocol; `committed` is called after every commit."""

    settings: Settings
    engine: Engine
    source: CountySource
    committed: Callable[[], None]

    @cached_property
    def applications(self) -> Applications:
        """The service of the steps until the decision."""
        return Applications(self.settings, self.engine)

    @cached_property
    def orders(self) -> Orders:
        """The service of the steps after it."""
        return Orders(self.settings, self.engine)

    def open(self, unit: str | None = None) -> Sequence[Application]:
        """Return the open ones."""
        return self.applications.listed(store.Filter(unit))

    def closed(self, limit: int, unit: str | None = None) -> Sequence[Application]:
        """Return the closed ones."""
        return self.applications.listed(store.Filter(unit, open=False, limit=limit))

    def get(self, number: int) -> Application | None:
        """Return one."""
        try:
            return self.applications.get(number)
        except BadInput:
            return None

    def steps(self, number: int) -> tuple[Step, ...]:
        """Return its steps."""
        return tuple(step(past) for past in self.applications.history(number))

    def possible(self, person: Person, found: Application) -> frozenset[str]:
        """Return the steps open to a person."""
        again = person.role is Role.OPERATOR and found.state is TerminalState.CONNECTED
        steps = frozenset(BUTTONS[tag] for tag in rules.possible(actor(person), found))
        return steps | {"configure"} if again else steps

    def order(self, found: Application) -> WorkOrder | None:
        """Return its work order."""
        return work_order(self.source.whole(), found)

    def ports(self, found: Application) -> tuple[str, ...]:
        """Return the ports that may be used."""
        county = self.source.whole()
        if found.place is None or found.unit not in county.unit_by_id:
            return ()
        with reading(self.engine) as session:
            free = free_ports(county, county.unit_by_id[found.unit], store.held(session, found.id))
        return tuple(sorted(free, key=lambda port: port != found.place.port if found.place else False))

    def stands(self, found: Application) -> bool:
        """Tell whether its terminal is there."""
        return edits.stands(self.source.whole(), found)

    def ask(self, person: Person, unit: str, filled: Form) -> int:
        """File one."""
        return self.applications.ask(unit, filled, actor(person))

    def approve(self, person: Person, number: int, note: str) -> None:
        """Approve one."""
        self.applications.approve(number, actor(person), note)

    def decline(self, person: Person, number: int, reason: str) -> None:
        """Decline one."""
        self.applications.decline(number, actor(person), reason)

    def withdraw(self, person: Person, number: int) -> None:
        """Withdraw one."""
        self.applications.withdraw(number, actor(person))

    def connect(self, person: Person, number: int, said: Connection) -> None:
        """Connect one."""
        self.orders.connect(number, actor(person), said)
        self.committed()

    def configure(self, person: Person, number: int) -> None:
        """Queue it again."""
        self.orders.configure(number, actor(person))

    def remove(self, person: Person, unit: str, terminal: str, reason: str) -> None:
        """Remove one."""
        self.orders.remove(unit, terminal, actor(person), reason)
        self.committed()

    def job(self, found: Application) -> JobView | None:
        """Return the last job."""
        if found.job is None:
            return None
        with reading(self.engine) as session:
            job = session.get(Job, found.job)
            if job is None:
                return None
            return job_logs.view(session, job)
