"""A program that ends as it is told, and a county whose clock is turned by hand."""

from datetime import date, datetime, time

from sqlalchemy import Engine, select

from countynet.db import reading
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from playbooks.runner import book as runs
from playbooks.runner import dispatch, process
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.run import Run
from playbooks.runner.schedules import book, tick
from playbooks.runner.schedules.rhythm import Every, Rhythm
from playbooks.runner.schedules.schedule import Schedule, Turn

AMY, BOB, ANN = Actor("amy", Role.OPERATOR), Actor("bob", Role.CENTER), Actor("ann", Role.CENTER)
NIGHT = Rhythm(Every.DAILY, 0, time(2), time(4), date(2020, 1, 1))
FREE = Rhythm(Every.DAILY, 0, time(2), None, date(2020, 1, 1))


class Fake:
    """Stands for a program: ends as it is told."""

    end = Ended(True)

    def __init__(self) -> None:
        self.seen = list[Work]()

    def touches(self, county: County, playbook: object, names: tuple[str, ...]) -> tuple[str, ...]:
        return names or ("cpe-001",)

    def run(self, work: Work) -> Ended:
        self.seen.append(work)
        return self.end


class Desk:
    """A county whose clock is turned by hand."""

    def __init__(self, settings: Settings, engine: Engine, county: County) -> None:
        self.settings, self.engine, self.county = settings, engine, county

    def make(self, name: str = "greet", rhythm: Rhythm = NIGHT, actor: Actor = AMY) -> Schedule:
        given = {"devices": "cpe-001"} | ({"key": "very-secret"} if name == "greet" else {})
        return book.make(self.settings, self.engine, self.county, name, given, rhythm, actor)

    def at(self, now: datetime) -> None:
        tick.tick(self.settings, self.engine, now)

    def carried(self, number: int | None) -> Run:
        dispatch.once(self.settings, self.engine)
        assert number is not None
        process.carry(self.settings, self.engine, number)
        return runs.get(self.engine, number)

    def last(self, number: int) -> Turn:
        found = book.get(self.engine, number).last
        assert found is not None
        return found

    def tags(self, number: int) -> list[str]:
        with reading(self.engine) as session:
            chosen = select(Event.tag).where(Event.subject == f"schedule:{number}").order_by(Event.id)
            return [tag.removeprefix("schedule.") for tag in session.scalars(chosen)]
