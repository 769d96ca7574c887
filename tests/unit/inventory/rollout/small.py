"""A few units with a roll-out behind them, made from the example county, and how to change them."""

from datetime import date
from typing import Any

from countynet.vocabulary import RolloutPhase
from inventory.model import Attendance, Batch, County, Milestone, Phase, Training, Unit
from inventory.record.edit import Drop, Edit, Set

S, L, C, P, F, I = RolloutPhase  # noqa: E741 - the six in their order
TODAY = date(2026, 11, 15)


def day(text: str) -> date:
    """Return a day of 2026, e.g. 03-31."""
    return date.fromisoformat(f"2026-{text}")


def changed(county: County, **sections: Any) -> County:
    """Return the county with other sections; not by model_copy, which would keep the old indexes."""
    return County(**{name: getattr(county, name) for name in County.model_fields} | sections)


def emptied(county: County) -> tuple[Edit, ...]:
    """Return the edits that leave a county folder without any roll-out, so that a test brings its own."""
    dropped = [Drop(name, item.id) for name in ("trainings", "batches", "phases") for item in getattr(county, name)]
    return (*dropped, *(Set("units", unit.id, "milestones", None) for unit in county.units if unit.milestones))


def step(phase: RolloutPhase, planned: str = "", done: str = "") -> Milestone:
    return Milestone(phase=phase, planned=day(planned) if planned else None, done=day(done) if done else None)


def with_steps(unit: Unit, *milestones: Milestone) -> Unit:
    return unit.model_copy(update={"milestones": milestones})


def small(county: County) -> County:
    """u001 in force, u002 connecting and late, u003 connecting in time, u004 not begun, u005 in no batch."""
    one, two, three, four, five = (with_steps(u) for u in county.units[:5])
    units = (
        with_steps(one, *(step(p, f"0{n + 1}-28", f"0{n + 1}-20") for n, p in enumerate(RolloutPhase))),
        with_steps(two, step(S, "01-28", "01-28"), step(L, "02-28", "03-05"), step(C, "03-28", "04-01"),
                   step(P, "10-31"), step(F, "11-14"), step(I, "12-31")),
        with_steps(three, step(S, "", "02-01"), step(C, "", "05-01"), step(P, "11-15")),
        four,
        with_steps(five, step(S, "", "06-01")),
    )  # fmt: skip
    batches = (
        Batch(id="first", name="第一批", name_en="First batch", units=("u001", "u002"), begins=day("01-05")),
        Batch(id="second", name="第二批", name_en="Second batch", units=("u003", "u004", "u404")),
    )
    trainings = (
        Training(id="t2", batch="second", on=day("11-16"), place="礼堂", topic="公文", topic_en="Documents"),
        Training(
            id="t1", batch="first", on=day("03-01"), place="机房", topic="上网", topic_en="Access",
            attendance=(Attendance(unit="u002", people=0), Attendance(unit="u001", people=3),
                        Attendance(unit="u004", people=2), Attendance(unit="u404", people=9)),
        ),
    )  # fmt: skip
    return changed(county, units=units, batches=batches, trainings=trainings, phases=())


def with_phases(county: County) -> County:
    spans = {S: ("01-01", "01-31"), L: ("02-01", "02-28"), C: ("03-01", "10-31"), I: ("12-01", "12-31")}
    return changed(
        county, phases=tuple(Phase(id=p, begins=day(begins), ends=day(ends)) for p, (begins, ends) in spans.items())
    )
