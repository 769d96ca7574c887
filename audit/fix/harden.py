"""Hardening: every check that a plan can mend, in as few plans as can be: one back to the inventory, one of lines.

What a device lacks of what the inventory says is in the first plan; lines that no inventory says are in the second, for
devices that are not in the first, because a plan goes stale when another has changed its device. A device for which a
plan to mend something is still open waits for that one. What no plan can mend is named with the reason and left to
people; so is a check whose evidence is gone, as nobody knows then which devices fail it. Plans are made, not applied:
approval, guard and backup are theirs.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit import store as runs
from audit.checks import BY_ID
from audit.fix import service, store
from audit.fix.model import Kind, Remedy
from audit.tags import AuditTag
from countynet import clock, events
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from countynet.planners import Drawn, Planner, planner
from countynet.settings import Settings

WAITS = _("is in plan {plan}, which is still open: run it again once that is applied or withdrawn")
AFTER = _("is in the plan back to the inventory: run it again once that is applied")
OPEN = _("plans that are still open: {plans}")
LOST = _("nothing is known of these checks, whose evidence is gone or was altered: {checks}")


@dataclass(frozen=True)
class Hardened:
    """What came of it."""

    run: int
    failed: tuple[str, ...]
    """checks that failed"""
    plans: tuple[int, ...] = ()
    open: tuple[int, ...] = ()
    """plans made before for some of the devices that can still be applied: no second ones are made beside them"""
    left: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """by device, what no plan mends and why, in the language of the context"""
    lost: Mapping[str, str] = field(default_factory=dict)
    """checks that failed of which the evidence is gone or was altered, and what is wrong with it"""

    @property
    def words(self) -> str:
        """A sentence about it."""
        said = _(
            "audit {run}: {failed} checks failed; plans made: {plans}; {left} devices have something left to people"
        )
        plans = ", ".join(map(str, self.plans)) or "-"
        words = [translate(said, run=self.run, failed=len(self.failed), plans=plans, left=len(self.left))]
        words += [translate(OPEN, plans=", ".join(map(str, self.open)))] if self.open else []
        words += [translate(LOST, checks=", ".join(self.lost))] if self.lost else []
        return "; ".join(words)

    def document(self) -> dict[str, JSON]:
        """Return it for programs."""
        left: dict[str, JSON] = {device: list(why) for device, why in self.left.items()}
        lost: dict[str, JSON] = {**self.lost}
        return {
            "run": self.run, "failed": list(self.failed), "plans": list(self.plans), "open": list(self.open),
            "left": left, "lost": lost,
        }  # fmt: skip


def harden(settings: Settings, engine: Engine, actor: Actor, run: int, devices: Collection[str] = ()) -> Hardened:
    """Make the plans. Raises NotAllowed for who makes none, BadInput for a run that there is not."""
    maker = planner()
    maker.allow(actor)
    failed = _failed(engine, run)
    found, lost = _remedies(settings, engine, run, failed, devices)
    waiting = _open(settings, engine, maker, found)
    left = {name: [translate(WAITS, plan=plan)] for name, plan in waiting.items()}
    first, lines = (_of(found, kind, waiting) for kind in (Kind.INTENDED, Kind.LINES))
    made = [_drawn(engine, run, actor, first, lambda: maker.intended(settings, sorted(first), actor), left)]
    later = {name for name in lines if name in first}
    for name in later:
        left.setdefault(name, []).append(translate(AFTER))
    chosen = {name: about for name, about in lines.items() if name not in later}
    wanted = {name: [line for _c, remedy in about for line in remedy.lines] for name, about in chosen.items()}
    about = translate(_("hardening, audit {run}"), run=run)
    made.append(_drawn(engine, run, actor, chosen, lambda: maker.lines(settings, wanted, about, actor), left))
    for check, remedy in found:
        if remedy.kind not in (Kind.INTENDED, Kind.LINES):
            left.setdefault(remedy.device, []).append(f"{check}: {remedy.why}")
    said = {device: tuple(dict.fromkeys(why)) for device, why in sorted(left.items())}
    plans = tuple(plan for plan in made if plan is not None)
    return Hardened(run, tuple(failed), plans, tuple(sorted({*waiting.values()})), said, lost)


Found = Sequence[tuple[str, Remedy]]
ByDevice = Mapping[str, Found]


def _failed(engine: Engine, run: int) -> list[str]:
    with reading(engine) as session:
        found = runs.get(session, run)
        if found is None:
            message = _("there is no audit run {run}")
            raise BadInput([Problem(message, {"run": run}, wanted="countynet audit list")])
        return [row.check for row in found.findings if row.failed and row.check in BY_ID]


def _remedies(
    settings: Settings, engine: Engine, run: int, checks: Sequence[str], devices: Collection[str]
) -> tuple[Found, Mapping[str, str]]:
    """Return what mends the devices that fail checks, and the checks whose evidence is gone with what is wrong."""
    found, lost = list[tuple[str, Remedy]](), dict[str, str]()
    for check in checks:
        try:
            mends = service.look(settings, engine, run, check)
        except Conflict as error:
            lost[check] = translate_error(error)
        else:
            found += [(check, remedy) for remedy in mends if not devices or remedy.device in devices]
    return found, lost


def _open(settings: Settings, engine: Engine, maker: Planner, found: Found) -> dict[str, int]:
    """Return the devices for which a plan that was made to mend something is still open, with its number."""
    names = {remedy.device for _check, remedy in found if remedy.kind in (Kind.INTENDED, Kind.LINES)}
    with reading(engine) as session:
        made = [(row.device, row.plan) for row in store.about(session, names)]
    standing = maker.standing(settings, {plan for _device, plan in made})
    alive = {plan: one.done for plan, one in standing.items() if one.alive}
    return {device: plan for device, plan in made if plan in alive and device not in alive[plan]}


def _of(found: Found, kind: Kind, without: Collection[str]) -> ByDevice:
    by: dict[str, list[tuple[str, Remedy]]] = {}
    for check, remedy in found:
        if remedy.kind is kind and remedy.device not in without:
            by.setdefault(remedy.device, []).append((check, remedy))
    return by


def _drawn(
    engine: Engine, run: int, actor: Actor, about: ByDevice, draw: Callable[[], Drawn], left: dict[str, list[str]]
) -> int | None:
    """Have a plan made and write which findings it is for; return its number, None without one."""
    if not about:
        return None
    try:
        drawn = draw()
    except Conflict as error:
        for name in about:
            left.setdefault(name, []).append(translate_error(error))
        return None
    for name, why in drawn.left.items():
        left.setdefault(name, []).append(why)
    if drawn.plan is not None:
        with transaction(engine) as session:
            _write(session, run, drawn.plan, actor, {n: found for n, found in about.items() if n not in drawn.left})
    return drawn.plan


def _write(session: Session, run: int, plan: int, actor: Actor, about: ByDevice) -> None:
    for name, found in about.items():
        for check, remedy in found:
            row = store.FixRow(run_id=run, check=check, device=name, kind=remedy.kind.value, plan=plan, by=actor.name)
            row.at = clock.now()
            session.add(row)
    checks: list[JSON] = [*sorted({check for found in about.values() for check, _remedy in found})]
    data: dict[str, JSON] = {"checks": checks, "plan": plan, "devices": list(about)}
    events.record(session, AuditTag.FIX, actor.name, f"audit:{run}", data)
