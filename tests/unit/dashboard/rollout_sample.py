"""A roll-out in the midst of it, over the example county: four batches, one of them late, training, contracts."""

from datetime import date, timedelta
from typing import Any

from countynet.vocabulary import RolloutPhase
from inventory.model import Attendance, BackupLine, Batch, Contract, County, Milestone, Phase, Training, Unit

PHASES = tuple(RolloutPhase)
SIZE = 30
NAMES = (
    ("第一批（试点）", "Batch 1 (pilot)"),
    ("第二批", "Batch 2"),
    ("第三批", "Batch 3"),
    ("第四批（乡镇）", "Batch 4 (townships)"),
)


def rolled(county: County, today: date) -> County:
    """Return the county with a roll-out that began a year ago."""
    begins = today - timedelta(days=330)
    batches = tuple(_batch(county, n, names, begins) for n, names in enumerate(NAMES))
    of = {unit: n for n, batch in enumerate(batches) for unit in batch.units}
    sections: dict[str, Any] = {name: getattr(county, name) for name in County.model_fields}
    sections |= {
        "units": tuple(_unit(unit, of.get(unit.id), begins, today) for unit in county.units),
        "batches": batches,
        "phases": tuple(_phase(n, begins) for n in range(len(PHASES))),
        "trainings": tuple(_training(batch, n, begins, today) for n, batch in enumerate(batches)),
        "contracts": _contracts(county, begins),
        "backup_lines": (_backup("u001", today), _backup("u031", today)),
    }
    return County(**sections)


def _batch(county: County, n: int, names: tuple[str, str], begins: date) -> Batch:
    units = tuple(u.id for u in county.units[n * SIZE : (n + 1) * SIZE - (n == 3)])
    start = begins + timedelta(days=50 * n)
    return Batch(
        id=f"b{n + 1}", name=names[0], name_en=names[1], units=units, begins=start, ends=start + timedelta(240)
    )


def _phase(n: int, begins: date) -> Phase:
    start = begins + timedelta(days=55 * n)
    return Phase(id=PHASES[n], begins=start, ends=start + timedelta(days=110))


def _unit(unit: Unit, batch: int | None, begins: date, today: date) -> Unit:
    """Each unit is somewhat before or after its plan; a few of the second batch stopped."""
    if batch is None:
        return unit.model_copy(update={"milestones": ()})
    slip = (unit.number * 7) % 25 - 12
    stops = 3 if batch == 1 and unit.number % 10 == 4 else len(PHASES)
    milestones = []
    for n, phase in enumerate(PHASES):
        planned = begins + timedelta(days=50 * batch + 40 * (n + 1))
        done = planned + timedelta(days=slip)
        missed = unit.number == 9 and n == 1
        kept = done <= today and n < stops and not missed
        milestones.append(Milestone(phase=phase, planned=planned, done=done if kept else None))
    return unit.model_copy(update={"milestones": tuple(milestones)})


def _training(batch: Batch, n: int, begins: date, today: date) -> Training:
    on = begins + timedelta(days=100 + 80 * n)
    came = [Attendance(unit=u, people=(k * 3) % 4) for k, u in enumerate(batch.units)] if on <= today else []
    guest = [Attendance(unit="u100", people=1)] if n == 0 else []
    return Training(
        id=f"t{n + 1}", batch=batch.id, on=on, place="县委党校二楼机房", topic="公文交换与邮件",
        topic_en="Documents and mail", attendance=(*came, *guest),
    )  # fmt: skip


def _contracts(county: County, begins: date) -> tuple[Contract, ...]:
    kinds = sorted({c.contract[:-3] for c in county.circuits})
    return tuple(
        Contract(number=number, supplier="清岚县电信分公司", subject="专网线路租用", subject_en="Access lines",
                 signed_on=begins, begins=begins, ends=begins + timedelta(days=1095))
        for number in kinds
    )  # fmt: skip


def _backup(unit: str, today: date) -> BackupLine:
    return BackupLine(
        id=f"backup-{unit[1:]}", unit=unit, access="dial-up", contract="拨号-2026", number="0731-5550100", rent=45,
        down_kbps=56, up_kbps=33, availability=95, repair_hours=24, begins=today.replace(day=11),
    )  # fmt: skip
